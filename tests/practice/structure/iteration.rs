//! Iterators and loops in many forms, and second derivatives of them.

use super::{check, weigh, weight};
use crate::numbers;
use autodiff_core::{Differentiable, differentiate};
use std::collections::HashMap;

mod slices_taken_apart {
    use super::*;
    #[differentiate]
    fn horner(c: &[f64], x: f64, acc: f64) -> f64 {
        if c.is_empty() {
            return acc;
        }
        let (last, rest) = c.split_last().unwrap();
        horner(rest, x, acc * x + last)
    }
    #[differentiate]
    fn pairwise(c: &[f64]) -> f64 {
        match c {
            [] => 1.0,
            [a] => *a,
            [a, b] => a * b,
            _ => {
                let (l, r) = c.split_at(c.len() / 2);
                pairwise(l) * 0.5 + pairwise(r).sin()
            }
        }
    }
    #[test]
    fn t() {
        check(
            5,
            (0.3, 1.4),
            |p| horner(&p[..4], p[4], 0.0),
            |p| {
                let (v, (g, d, _)) = horner_grad(&p[..4], p[4], 0.0);
                (v, numbers(&(g, d)))
            },
        )
    }
    #[test]
    fn u() {
        check(
            7,
            (0.3, 1.4),
            |p| pairwise(p),
            |p| {
                let (v, g) = pairwise_grad(p);
                (v, numbers(&g))
            },
        )
    }
}

mod iterators_by_hand {
    use super::*;
    #[differentiate]
    fn f(x: &[f64], y: f64) -> f64 {
        let mut it = x.iter();
        let first = it.next().unwrap();
        let mut acc = first * y;
        while let Some(v) = it.next() {
            if *v < 0.3 {
                it.next();
                continue;
            }
            acc = acc * v + y;
        }
        acc
    }
    #[differentiate]
    fn g(x: &[f64]) -> f64 {
        let mut it = x.iter().copied().peekable();
        let mut s = 0.0;
        while let Some(v) = it.next() {
            if let Some(&n) = it.peek() {
                s += v * n;
            } else {
                s += v * v;
            }
        }
        s
    }
    #[test]
    fn t() {
        check(
            7,
            (0.0, 1.2),
            |p| f(&p[..6], p[6]),
            |p| {
                let (v, g) = f_grad(&p[..6], p[6]);
                (v, numbers(&g))
            },
        )
    }
    #[test]
    fn u() {
        check(
            7,
            (0.0, 1.2),
            |p| g(p),
            |p| {
                let (v, g) = g_grad(p);
                (v, numbers(&g))
            },
        )
    }
}

mod delicate_spots {
    use super::*;
    #[differentiate]
    fn f(x: f64, y: f64) -> f64 {
        let r = x * x + y * y;
        let n = if r == 0.0 { 0.0 } else { r.sqrt() };
        let p: f64 = (0..3i32).map(|k| x.powi(k)).sum();
        let s = if x == 0.0 { 1.0 } else { x.sin() / x };
        n + p + s * y
    }
    #[test]
    fn t() {
        let (v, g) = f_grad(0.0, 0.0);
        assert_eq!((v, g), (f(0.0, 0.0), (1.0, 1.0)));
        check(
            2,
            (0.2, 1.9),
            |p| f(p[0], p[1]),
            |p| {
                let (v, g) = f_grad(p[0], p[1]);
                (v, numbers(&g))
            },
        )
    }
}

mod rows_of_rows {
    use super::*;
    #[differentiate]
    fn f(rows: &[&[f64]], t: f64) -> f64 {
        let mut s = 0.0;
        for (i, r) in rows.iter().enumerate() {
            for w in r.windows(2) {
                s += (w[1] - w[0] * t).powi(2);
            }
            if let Some(l) = r.last() {
                s += l * i as f64;
            }
        }
        s
    }
    #[test]
    fn t() {
        check(
            8,
            (0.2, 1.0),
            |p| f(&[&p[..3], &p[3..4], &[], &p[4..7]], p[7]),
            |p| {
                let (v, g) = f_grad(&[&p[..3], &p[3..4], &[], &p[4..7]], p[7]);
                (v, numbers(&g))
            },
        )
    }
}

mod order_statistics {
    use super::*;
    #[differentiate]
    fn f(x: &[f64]) -> f64 {
        let (i, m) = x.iter().enumerate().fold((0, f64::MIN), |(bi, bm), (i, &v)| if v > bm { (i, v) } else { (bi, bm) });
        let lo = x.iter().copied().min_by(|a, b| a.partial_cmp(b).unwrap()).unwrap();
        let mut s = x.to_vec();
        s.sort_by(|a, b| b.total_cmp(a));
        let med = s[s.len() / 2];
        let mut idx: Vec<usize> = (0..x.len()).collect();
        idx.sort_by(|&a, &b| x[a].partial_cmp(&x[b]).unwrap());
        let ranked: f64 = idx.iter().enumerate().map(|(r, &k)| r as f64 * x[k]).sum();
        m * lo + med * med + ranked * (i as f64 + 1.0)
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

mod second_order_in_place {
    use super::*;
    #[differentiate(hessian)]
    fn f(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        for i in 1..v.len() {
            let t = v[i - 1];
            v[i] = v[i] * t + t.sin();
            if v[i] > 1.0 {
                v.swap(0, i);
            }
        }
        let mut s = 0.0;
        while let Some(e) = v.pop() {
            if e < 0.1 {
                continue;
            }
            s = s * e + e * e;
        }
        s
    }
    #[differentiate(jacobian)]
    fn g(x: &[f64; 3], t: f64) -> Vec<f64> {
        let mut out = vec![];
        for i in 0..3 {
            for j in 0..i {
                out.push(x[i] * x[j] - t);
            }
            if x[i] < t {
                out.push(x[i].exp());
            }
        }
        out
    }
    #[test]
    fn t() {
        for i in 0..3 {
            check(
                4,
                (0.2, 1.0),
                |p| f_hessian(p).1[i],
                |p| {
                    let (v, g, h) = f_hessian(p);
                    assert_eq!(v, f(p));
                    // Both modes round in their own way.
                    assert!((f_grad(p).1[i] - g[i]).abs() <= 1e-12 * (1.0 + g[i].abs()));
                    (g[i], h[i].clone())
                },
            )
        }
    }
    #[test]
    fn u() {
        for i in 0..3 {
            check(
                4,
                (0.2, 1.0),
                |p| g(p[..3].try_into().unwrap(), p[3])[i],
                |p| {
                    let (v, j) = g_jacobian(p[..3].try_into().unwrap(), p[3]);
                    (v[i], numbers(&j[i]))
                },
            )
        }
    }
}

mod all_modes {
    use super::*;
    #[differentiate]
    fn f(w: &[Vec<f64>], x: &[f64], b: f64) -> f64 {
        let mut h = x.to_vec();
        for row in w.chunks(2) {
            let mut next = Vec::new();
            for r in row {
                next.push(r.iter().zip(&h).map(|(a, b)| a * b).sum::<f64>().tanh() + b);
            }
            h = next;
        }
        h.iter().sum()
    }
    fn mk(p: &[f64]) -> Vec<Vec<f64>> {
        p.chunks(2).map(|c| c.to_vec()).collect()
    }
    #[test]
    fn t() {
        check(
            11,
            (0.2, 1.0),
            |p| f(&mk(&p[..8]), &p[8..10], p[10]),
            |p| {
                let (v, g) = f_grad(&mk(&p[..8]), &p[8..10], p[10]);
                let (mut a, mut b, mut c) = (vec![vec![1.0; 2]; 4], vec![1.0; 2], 1.0);
                f_grad_accumulate(&mk(&p[..8]), &p[8..10], p[10], &mut a, &mut b, &mut c);
                let fg = numbers(&g);
                let acc = numbers(&(a, b, c));
                for (x, y) in acc.iter().zip(&fg) {
                    assert!((x - 1.0 - y).abs() < 1e-12);
                }
                let d: Vec<f64> = (0..11).map(weight).collect();
                let (v2, dv) = f_jvp(&mk(&p[..8]), &p[8..10], p[10], (&mk(&d[..8]), &d[8..10], d[10]));
                let dot: f64 = fg.iter().zip(&d).map(|(a, b)| a * b).sum();
                assert!((dv - dot).abs() < 1e-12);
                (v, fg)
            },
        )
    }
}

mod arrays_of_arrays {
    use super::*;
    #[differentiate]
    fn f(x: [f64; 4], t: f64) -> f64 {
        let y = x.map(|v| v * t);
        let z: [f64; 4] = std::array::from_fn(|i| y[3 - i] * x[i]);
        let [a, .., d] = z;
        let w: [[f64; 2]; 2] = [[z[0], z[1]], [a, d]];
        let tr = w.iter().enumerate().map(|(i, r)| r[i]).sum::<f64>();
        let mx = z.iter().cloned().reduce(f64::max).unwrap();
        tr * mx + w.concat().iter().product::<f64>() + z.first().unwrap() * z.last().unwrap()
    }
    #[test]
    fn t() {
        check(
            5,
            (0.2, 1.0),
            |p| f(p[..4].try_into().unwrap(), p[4]),
            |p| {
                let (v, g) = f_grad(p[..4].try_into().unwrap(), p[4]);
                (v, numbers(&g))
            },
        )
    }
}

mod long_chains {
    use super::*;
    #[differentiate]
    fn f(x: &[f64], y: f64) -> f64 {
        let run: Vec<f64> = x
            .iter()
            .scan(y, |s, &v| {
                *s = *s * v + 0.1;
                Some(*s)
            })
            .collect();
        let tw: f64 = x.iter().take_while(|v| **v > 0.25).map(|v| v * y).sum();
        let sw: f64 = x.iter().skip_while(|&&v| v > 0.5).step_by(2).map(|v| v.exp()).sum();
        let (big, small): (Vec<f64>, Vec<f64>) = x.iter().partition(|&&v| v > 0.6);
        let (sq, cu): (Vec<f64>, Vec<f64>) = run.iter().map(|v| (v * v, v * v * v)).unzip();
        let k = x.iter().position(|&v| v > 0.7).unwrap_or(0);
        let pairs: f64 = (0..x.len()).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| x[i] * x[j]).sum();
        tw + sw * x[k]
            + big.iter().product::<f64>()
            + small.iter().map(|s| s.sqrt()).sum::<f64>()
            + sq.iter().zip(cu.iter().rev()).map(|(a, b)| a * b).sum::<f64>()
            + pairs
    }
    #[test]
    fn t() {
        check(
            7,
            (0.2, 1.0),
            |p| f(&p[..6], p[6]),
            |p| {
                let (v, g) = f_grad(&p[..6], p[6]);
                (v, numbers(&g))
            },
        )
    }
}

mod options_in_loops {
    use super::*;
    #[differentiate]
    fn g(x: &[f64], i: usize) -> Option<f64> {
        let a = x.get(i)?;
        let b = x.get(i + 1).copied()?;
        if *a > b { None } else { Some(a * b) }
    }
    #[differentiate]
    fn f(x: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..=x.len() {
            s += if let Some(v) = g(x, i) {
                v
            } else if let Some(w) = x.get(i) {
                w.sin()
            } else {
                s * s
            };
            s += g(x, i + 1).and_then(|v| if v > 0.3 { Some(v * v) } else { None }).unwrap_or_else(|| s * 0.1);
        }
        s
    }
    #[test]
    fn t() {
        check(
            6,
            (0.2, 1.0),
            |p| f(p),
            |p| {
                let (v, g) = f_grad(p);
                (v, numbers(&g))
            },
        )
    }
}

mod bilinear {
    use super::*;
    #[differentiate]
    fn bilinear(img: &[Vec<f64>], u: f64, v: f64) -> f64 {
        let (h, w) = (img.len() as i32, img[0].len() as i32);
        let (i, j) = (u.floor() as i32, v.floor() as i32);
        let (a, b) = (u - u.floor(), v - j as f64);
        let px = |r: i32, c: i32| -> f64 { img[r.clamp(0, h - 1) as usize][c.max(0).min(w - 1) as usize] };
        (1.0 - a) * ((1.0 - b) * px(i, j) + b * px(i, j + 1)) + a * ((1.0 - b) * px(i + 1, j) + b * px(i + 1, j + 1))
    }
    #[test]
    fn t() {
        let mk = |p: &[f64]| vec![p[..3].to_vec(), p[3..6].to_vec()];
        for s in [-1.0, 0.0, 1.0] {
            check(
                8,
                (0.2, 0.9),
                |p| bilinear(&mk(p), p[6] + s, p[7] + s),
                |p| {
                    let (v, g) = bilinear_grad(&mk(p), p[6] + s, p[7] + s);
                    (v, numbers(&g))
                },
            )
        }
    }
}

mod loop_as_operand {
    use super::*;
    #[differentiate]
    fn inner(x: f64, v: &[f64]) -> f64 {
        let mut k = 0;
        x.sin()
            * loop {
                k += 1;
                if v[k] > x {
                    break v[k] * v[k];
                }
            }
    }
    #[differentiate]
    fn f(x: f64, v: &[f64]) -> f64 {
        inner(x, v) * 2.0
    }
    #[test]
    fn t() {
        check(
            4,
            (0.2, 1.0),
            |p| f(p[0], &[p[1], p[2] - 0.5, p[3] + 2.0]),
            |p| {
                let (v, g) = f_grad(p[0], &[p[1], p[2] - 0.5, p[3] + 2.0]);
                (v, numbers(&g))
            },
        )
    }
}

mod ranges_of_other_integers {
    use super::*;
    #[differentiate]
    fn f(s: usize, x: f64) -> f64 {
        let a: f64 = (0..3).map(|k| x.powi(k)).sum();
        let b: f64 = (0..=4i64).rev().map(|k| k as f64 * x).map(|v| v * v).sum();
        let c: f64 = [x, 1.0, x].iter().zip(0..).map(|(v, k)| v * x.powi(k)).sum();
        let d: f64 = [x, 2.0, x].iter().zip(0..3i32).map(|(v, k)| v * x.powi(k)).sum();
        let e: f64 = (0..9u8).step_by(2).map(|k| f64::from(k) * x).sum();
        let mut g = 0.0;
        for k in 0.. {
            if k > 4 {
                break;
            }
            g += x.powi(k);
        }
        let h: f64 = (0..s).zip(1..).map(|(i, j)| x.powi(j) * i as f64).sum();
        let l: f64 = (0..).take(4).map(|j| x.powi(j)).sum();
        let m = (0..4).map(|i| x * i as f64).fold(1.0, |a, b| a * 0.5 + b);
        let v: Vec<f64> = (0..s).map(|i| x * i as f64).rev().collect();
        a * b + c * d + e * g + h * l + m + v[0]
    }
    #[test]
    fn t() {
        check(
            1,
            (0.2, 1.0),
            |p| f(4, p[0]),
            |p| {
                let (v, g) = f_grad(4, p[0]);
                (v, numbers(&g))
            },
        )
    }
}

mod declared_without_a_type {
    use super::*;
    #[differentiate]
    fn f(x: f64, y: f64, n: usize) -> f64 {
        let mut p;
        let mut q;
        (p, q) = (x, y);
        let mut k = 0;
        let r = loop {
            k += 1;
            if k > n {
                break p * q;
            }
            if p > 3.0 {
                return p;
            }
            p *= 1.0 + q;
        };
        [p, _] = [p + q, 0.0];
        let s = 'a: {
            if p > 2.0 {
                break 'a p;
            }
            if q > 0.5 {
                return r * p * q;
            }
            q * q
        };
        p * q * r + s
    }
    #[test]
    fn t() {
        for n in 0..4 {
            check(
                2,
                (0.2, 1.0),
                |p| f(p[0], p[1], n),
                |p| {
                    let (v, g) = f_grad(p[0], p[1], n);
                    (v, numbers(&g))
                },
            )
        }
    }
}

mod elements_moved_out {
    use super::*;
    #[derive(Clone, Differentiable)]
    struct Row {
        w: Vec<f64>,
        k: f64,
    }
    #[differentiate]
    fn eat(r: Row, x: f64) -> f64 {
        r.k * x + r.w.iter().sum::<f64>()
    }
    #[differentiate]
    fn f(rows: Vec<Row>, x: f64) -> f64 {
        let mut kept = Vec::new();
        let mut s = 0.0;
        for r in rows {
            if r.k > 0.6 {
                kept.push(r);
                continue;
            }
            s += eat(r, x);
        }
        for mut r in kept.into_iter().rev() {
            r.w.push(x * r.k);
            let Row { w, k } = r;
            s += k * w[w.len() - 1];
            s += w.into_iter().map(|e| e * e).sum::<f64>();
        }
        s
    }
    #[differentiate]
    fn g(list: Vec<(Vec<f64>, f64)>, x: f64) -> f64 {
        let mut s = 0.0;
        for (v, k) in list {
            let u = v;
            s += u[0] * k;
            s *= x;
            let mut q = u;
            q[0] *= 2.0;
            s += q.iter().sum::<f64>();
        }
        s
    }
    fn mk(p: &[f64]) -> Vec<Row> {
        p.chunks(3).map(|c| Row { w: c[..2].to_vec(), k: c[2] }).collect()
    }
    #[test]
    fn t() {
        check(
            10,
            (0.2, 1.0),
            |p| f(mk(&p[..9]), p[9]),
            |p| {
                let (v, (g, x)) = f_grad(mk(&p[..9]), p[9]);
                let mut o = vec![];
                for r in g {
                    o.extend(r.w);
                    o.push(r.k);
                }
                o.push(x);
                (v, o)
            },
        )
    }
    #[test]
    fn u() {
        let mk = |p: &[f64]| vec![(p[..2].to_vec(), p[2]), (p[3..4].to_vec(), p[4])];
        check(
            6,
            (0.2, 1.0),
            |p| g(mk(p), p[5]),
            |p| {
                let (v, r) = g_grad(mk(p), p[5]);
                (v, numbers(&r))
            },
        )
    }
}

mod chosen_constants {
    use super::*;
    #[differentiate]
    fn f(k: f64, n: usize) -> f64 {
        let mut h: f64 = 0.3;
        let mut g = 1.0;
        for i in 0..n {
            h *= if k * h < 0.2 { 1.5 } else { 1.0 };
            g += match i {
                0 if k > 0.5 => 2.0,
                _ => 0.5,
            };
            let q = loop {
                if k > 0.3 {
                    break 2.0;
                }
                break 1.0;
            };
            h += 'a: {
                if k * g > 1.0 {
                    break 'a 0.1;
                }
                0.2
            } * q;
        }
        k * h * g
    }
    #[test]
    fn t() {
        check(
            1,
            (0.2, 1.0),
            |p| f(p[0], 4),
            |p| {
                let (v, g) = f_grad(p[0], 4);
                (v, numbers(&g))
            },
        )
    }
}
