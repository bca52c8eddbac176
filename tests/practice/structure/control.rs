//! Exits, shadowing, closures, references and conditions of all kinds.

use super::{check, weigh, weight};
use crate::numbers;
use autodiff_core::{Differentiable, differentiate};
use std::collections::HashMap;

mod captured_by_copy_then_overwritten {
    use super::*;
    #[differentiate]
    fn f(mut a: f64, b: f64) -> f64 {
        let g = move |t: f64| t * a + b;
        a = a * a;
        let u = g(a);
        a += u;
        let h = |t: f64| t * a;
        h(u) + g(b) * a
    }
    #[test]
    fn t() {
        check(
            2,
            (0.2, 1.5),
            |p| f(p[0], p[1]),
            |p| {
                let (v, g) = f_grad(p[0], p[1]);
                (v, numbers(&g))
            },
        )
    }
}

mod shadowed_in_arms {
    use super::*;
    #[differentiate]
    fn f(x: f64, y: f64, k: u8) -> f64 {
        let z = x * y;
        let z = {
            let x = z + x;
            let z = x * x;
            z - y
        };
        let r = match k {
            0 => {
                let x = z * y;
                x + 1.0
            }
            n if n % 2 == 1 => {
                let y = x;
                let x = y * z;
                let z = x * y;
                z
            }
            _ => {
                let (x, y) = (y, x);
                x / y + z
            }
        };
        let x = r;
        x * y + z
    }
    #[test]
    fn t() {
        for k in 0..4 {
            check(
                2,
                (0.3, 1.5),
                |p| f(p[0], p[1], k),
                |p| {
                    let (v, g) = f_grad(p[0], p[1], k);
                    (v, numbers(&g))
                },
            )
        }
    }
}

mod many_exits {
    use super::*;
    #[differentiate]
    fn f(x: &[f64], lim: f64) -> f64 {
        let mut acc = 0.0;
        let mut i = 0;
        let r = loop {
            if i == x.len() {
                break acc;
            }
            let v = x[i];
            i += 1;
            if v < 0.0 {
                acc -= v * v;
                continue;
            }
            if v > 2.0 {
                if i % 2 == 0 {
                    continue;
                }
                acc += v.ln();
                continue;
            }
            acc += v * lim;
            if acc > lim {
                break acc * v;
            }
            if acc < -5.0 {
                return acc * lim;
            }
        };
        r + lim * lim
    }
    #[test]
    fn t() {
        for l in [0.0, 1.0, 4.0] {
            check(
                8,
                (-1.5, 3.0),
                |p| f(&p[..7], p[7] + l),
                |p| {
                    let (v, (mut g, d)) = f_grad(&p[..7], p[7] + l);
                    g.push(d);
                    (v, g)
                },
            )
        }
    }
}

mod labelled_with_values {
    use super::*;
    #[differentiate]
    fn f(m: [[f64; 4]; 4], t: f64) -> f64 {
        let mut s = t;
        let found = 'outer: loop {
            for i in 0..4 {
                let mut j = 0;
                while j < 4 {
                    if j == i {
                        j += 2;
                        continue;
                    }
                    if m[i][j] > t {
                        s += m[i][j];
                        continue_marker();
                        j += 1;
                        if j == 3 {
                            break;
                        }
                        continue;
                    }
                    s *= m[i][j] + 1.0;
                    if s > 9.0 {
                        break 'outer (s * m[j][i], i + j);
                    }
                    j += 1;
                }
            }
            break 'outer (s, 1);
        };
        found.0 * found.1 as f64 + s
    }
    fn continue_marker() {}
    #[test]
    fn t() {
        check(
            17,
            (0.2, 1.0),
            |p| f(std::array::from_fn(|i| std::array::from_fn(|j| p[4 * i + j])), p[16]),
            |p| {
                let (v, g) = f_grad(std::array::from_fn(|i| std::array::from_fn(|j| p[4 * i + j])), p[16]);
                (v, numbers(&g))
            },
        )
    }
}

mod until_it_converges {
    use super::*;
    #[differentiate]
    fn f(a: f64, l: &[f64], n: usize) -> f64 {
        let mut x = a;
        let mut it = 0;
        while (x * x - a).abs() > 1e-14 && it < 100 {
            let old = x;
            x = 0.5 * (x + a / x);
            it += 1;
            if (old - x).abs() < 1e-15 {
                break;
            }
        }
        let mut k = 0;
        let mut s = 0.0;
        for i in 0..n {
            for j in 0..=i {
                if (i + j) % 3 == 0 {
                    k += 1;
                    continue;
                }
                s += l[k] * x.powi(j as i32);
                k += 1;
            }
        }
        s * x
    }
    #[test]
    fn t() {
        for n in [0, 1, 3] {
            check(
                7,
                (0.2, 2.0),
                |p| f(p[0], &p[1..], n),
                |p| {
                    let (v, g) = f_grad(p[0], &p[1..], n);
                    (v, numbers(&g))
                },
            )
        }
    }
}

mod nested_early_returns {
    use super::*;
    #[differentiate]
    fn f(x: &[f64], y: &[f64]) -> f64 {
        let mut best = 1.0;
        for i in 0..x.len() {
            for j in i..y.len() {
                let d = x[i] - y[j];
                if d > 0.9 {
                    return d * best;
                }
                if d.abs() < 0.05 {
                    best *= 1.0 + d;
                    break;
                }
                best += d * d;
            }
        }
        best
    }
    #[test]
    fn t() {
        for n in [0, 2, 5] {
            check(
                5,
                (0.0, 1.2),
                |p| f(&p[..n], &p[n..]),
                |p| {
                    let (v, g) = f_grad(&p[..n], &p[n..]);
                    (v, numbers(&g))
                },
            )
        }
    }
}

mod closure_with_a_sum {
    use super::*;
    #[differentiate]
    fn f(x: &[f64], r: f64) -> f64 {
        let mut total = 0.0;
        let mut count = 0;
        let mut push = |v: f64, w: f64| {
            total = total * r + v * w;
            count += 1;
            if count % 2 == 0 {
                total += w;
            }
        };
        for (i, &v) in x.iter().enumerate() {
            push(v, r);
            if i > 2 {
                push(v * v, 1.0);
            }
        }
        push(r, r);
        total * count as f64
    }
    #[test]
    fn t() {
        check(
            6,
            (0.1, 1.2),
            |p| f(&p[..5], p[5]),
            |p| {
                let (v, g) = f_grad(&p[..5], p[5]);
                (v, numbers(&g))
            },
        )
    }
}

mod closures_of_tuples {
    use super::*;
    #[differentiate]
    fn f(x: f64, y: f64) -> f64 {
        let rot = |(a, b): (f64, f64), t: f64| {
            let (s, c) = t.sin_cos();
            (a * c - b * s, a * s + b * c)
        };
        let twice = |p: (f64, f64)| rot(rot(p, x), y);
        let (mut u, v) = twice((x, y));
        let mut bump = || {
            u += v;
            u
        };
        let a = bump();
        let b = bump();
        a * b + u
    }
    #[test]
    fn t() {
        check(
            2,
            (0.2, 1.0),
            |p| f(p[0], p[1]),
            |p| {
                let (v, g) = f_grad(p[0], p[1]);
                (v, numbers(&g))
            },
        )
    }
}

mod made_by_a_macro {
    use super::*;
    macro_rules! make { ($name:ident, $op:tt, $k:expr) => { #[differentiate] fn $name(x: f64, y: f64) -> f64 { let t = x $op y; t * $k + x } } }
    make!(addk, +, 3.0);
    make!(mulk, *, 1.0 + 1.0);
    #[differentiate]
    fn f(x: f64, y: f64) -> f64 {
        assert!(x > 0.0, "x = {x}");
        debug_assert_eq!(1, 1);
        let r = addk(x, y) * mulk(x, y);
        if r.is_nan() {
            unreachable!()
        }
        r
    }
    #[test]
    fn t() {
        check(
            2,
            (0.2, 1.0),
            |p| f(p[0], p[1]),
            |p| {
                let (v, g) = f_grad(p[0], p[1]);
                (v, numbers(&g))
            },
        )
    }
}

mod patterns_of_all_kinds {
    use super::*;
    #[differentiate]
    fn f(x: &[f64], k: Option<usize>) -> f64 {
        let Some(k) = k else { return x[0] * x[1] };
        let a = if let [p, .., q] = x
            && k < x.len()
        {
            p * q * x[k]
        } else {
            x[0]
        };
        let b = match (k, x) {
            (0, _) => x[1],
            (n @ 1..=3, [h, t @ ..]) => h * t[n - 1] * n as f64,
            (_, [a, b, ..]) if a > b => a / b,
            _ => x[2].exp(),
        };
        a + b * b
    }
    #[test]
    fn t() {
        for k in [None, Some(0), Some(2), Some(9)] {
            check(
                4,
                (0.2, 1.0),
                |p| f(p, k),
                |p| {
                    let (v, g) = f_grad(p, k);
                    (v, numbers(&g))
                },
            )
        }
    }
}

mod functions_inside {
    use super::*;
    const fn tri(n: usize) -> usize {
        n * (n + 1) / 2
    }
    fn schedule(i: usize) -> bool {
        i % 3 != 1
    }
    #[differentiate]
    fn f(x: &[f64]) -> f64 {
        #[differentiate]
        fn inner(a: f64, b: f64) -> f64 {
            a * b + a.cos()
        }
        const W: [f64; 3] = [0.5, 0.25, 0.125];
        let mut s = 0.0;
        for (i, (a, b)) in x.iter().zip(x.iter().rev()).enumerate() {
            if !schedule(i) {
                continue;
            }
            s += W[tri(i) % 3] * inner(*a, *b);
        }
        s
    }
    #[test]
    fn t() {
        check(
            5,
            (0.2, 1.0),
            |p| f(p),
            |p| {
                let (v, g) = f_grad(p);
                (v, numbers(&g))
            },
        )
    }
}

mod assigned_later {
    use super::*;
    #[differentiate]
    fn f(x: f64, y: f64) -> f64 {
        let a;
        let b: f64;
        if x > y {
            a = x * y;
            b = a.exp();
        } else {
            b = y - x;
            a = b * b;
        }
        let c = {
            let _ = a;
            let mut t = a;
            t *= {
                t += b;
                t
            };
            t /= 2.0;
            t -= -t * 0.1;
            t
        };
        let d = if c > 1.0 {
            let c = c - 1.0;
            c * c
        } else if c > 0.5 {
            c
        } else {
            -c
        };
        let mut p: f64;
        let mut q: f64;
        (p, q) = (d, c);
        (p, q) = (q * x, p * y);
        [p, _] = [p + q, 0.0];
        p * q
    }
    #[test]
    fn t() {
        check(
            2,
            (0.2, 1.0),
            |p| f(p[0], p[1]),
            |p| {
                let (v, g) = f_grad(p[0], p[1]);
                (v, numbers(&g))
            },
        )
    }
}

mod chosen_references {
    use super::*;
    #[differentiate]
    fn f(x: &[f64], k: usize) -> f64 {
        let mut a = x.to_vec();
        let mut b = vec![1.0; x.len()];
        let r = if k % 2 == 0 { &a } else { &b };
        let s: f64 = r.iter().zip(x).map(|(u, v)| u * v).sum();
        let m = &mut b;
        m[0] = s * s;
        for e in m.iter_mut().rev().take(2) {
            *e *= s;
        }
        let view = &a[1..];
        view.iter().sum::<f64>() + a[0] * b[0] + b[x.len() - 1]
    }
    #[test]
    fn t() {
        for k in 0..4 {
            check(
                4,
                (0.2, 1.0),
                |p| f(p, k),
                |p| {
                    let (v, g) = f_grad(p, k);
                    (v, numbers(&g))
                },
            )
        }
    }
}
