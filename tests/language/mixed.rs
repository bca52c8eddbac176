//! Constructs in company: each function mixes several that could mislead each other.

use autodiff_core::{Differentiable, differentiate};

mod sorted_in_a_loop {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w = v.to_vec();
        let mut s = 0.0;
        for k in 0..3 {
            w.sort_by(|a, b| a.total_cmp(b));
            s += w[k] * w[5 - k].sin();
            w[0] = w[1] * w[2] + 0.1 * k as f64;
            w.rotate_left(1);
        }
        s + w[3]
    }

    crate::of_six!();
}

mod drained_in_a_loop {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w = v.to_vec();
        let mut s = 1.0;
        while w.len() > 2 {
            let head: Vec<f64> = w.drain(..1).collect();
            s = s * 0.7 + head[0] * w[0];
            w[1] *= head[0];
        }
        s * w[1]
    }

    crate::of_six!();
}

mod retained_by_a_captured_limit {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let lim = v[0];
        let mut w = v.to_vec();
        w.retain(|x| *x > lim - 1.0);
        w.insert(0, lim * 2.0);
        let mut p = 1.0;
        for (i, x) in w.iter().enumerate() {
            p = p * 0.5 + x * x * i as f64;
        }
        p
    }

    crate::of_six!();
}

mod left_by_label_out_of_chain {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut s = 0.0;
        'outer: for i in 0..4 {
            for x in v[..2].iter().chain(&v[i..]) {
                if *x < -1.0 {
                    continue;
                }
                if *x > 2.05 {
                    continue 'outer;
                }
                s = s * 0.5 + x * x;
                if s > 4.0 {
                    break 'outer;
                }
                if s > 3.0 {
                    break;
                }
            }
            s += v[i] * 0.1;
        }
        s
    }

    crate::of_six!();
}

mod chain_counted_and_stepped {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut s = 0.0;
        for (i, x) in v[..3].iter().chain(v[1..].iter().rev()).enumerate().skip(1).step_by(2).take(3) {
            s = s * 0.3 + x * i as f64 * x;
        }
        s
    }

    crate::of_six!();
}

mod question_in_nested_loops {
    use super::*;

    #[differentiate]
    fn g(v: &[f64], n: usize) -> Option<f64> {
        let mut s = v.first()? * 1.5;
        for i in 0..n {
            for j in 0..i {
                let x = v.get(i * j)?;
                if s > 50.0 {
                    return Some(s);
                }
                s += x * v.get(j)?;
            }
        }
        Some(s * v.last()?)
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        g(v, 3).unwrap_or(0.5) + g(v, 5).map_or(v[0] * v[1], |x| x * x) + g(&v[..2], 2).unwrap_or_else(|| v[5].exp())
    }

    crate::of_six!();
}

mod states_bound_by_mut_in_loops {
    use super::*;

    #[derive(Clone, Copy, Differentiable)]
    enum S {
        Low(f64),
        High(f64, f64),
        Off,
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut list = vec![S::Low(v[0]), S::High(v[1], v[2]), S::Off];
        let mut acc = 0.0;
        for k in 0..3 {
            for s in list.iter_mut() {
                match s {
                    S::Low(x) => {
                        *x = x.sin() + v[3];
                        if *x > 0.5 {
                            *x *= 0.5;
                        }
                    }
                    S::High(a, b) => {
                        let t = *a;
                        *a = *b;
                        *b = t * v[4];
                    }
                    S::Off => acc += 0.1,
                }
            }
            let i = k % 3;
            if let S::Low(x) | S::High(x, _) = list[i] {
                acc += x * x;
            }
        }
        acc
    }

    crate::of_six!();
}

mod closure_returns_from_a_loop {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let step = |x: f64, k: f64| -> f64 {
            for i in 0..3 {
                if x > i as f64 {
                    return x * k + i as f64;
                }
            }
            let y = if k < 0.0 {
                return k;
            } else {
                k * x
            };
            y + 1.0
        };
        let mut s = 0.0;
        for i in 0..5 {
            s += step(v[i], v[i + 1]);
        }
        s * step(s * 0.1, v[0])
    }

    crate::of_six!();
}

mod functions_inside_with_buffers {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        fn norm(x: &[f64]) -> f64 {
            let s: f64 = x.iter().map(|v| v * v).sum();
            if s == 0.0 {
                return 0.0;
            }
            s.sqrt()
        }
        fn scale(x: &mut [f64], k: f64) {
            for v in x {
                *v *= k;
            }
        }
        let mut w = v.to_vec();
        let n = norm(&w);
        scale(&mut w, 1.0 / n);
        scale(&mut w[1..3], v[0]);
        let x = w[2];
        {
            let n = 2.0;
            w[0] *= n;
        }
        norm(&w[..4]) + x * n
    }

    crate::of_six!();
}

mod best_of_options_written_through {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut best: Option<f64> = None;
        for &x in v {
            best = match best {
                Some(b) if b > x => Some(b),
                _ => Some(x * x),
            };
            if let Some(b) = best.as_mut() {
                *b += 0.1 * x;
            }
        }
        best.take().unwrap() + best.unwrap_or(v[0])
    }

    crate::of_six!();
}

mod replaced_and_swapped_buffers {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut a = vec![v[0]; 2];
        let mut b = vec![v[1] * v[2]; 3];
        for i in 0..3 {
            let t = std::mem::replace(&mut a, b.clone());
            b = t;
            b.push(a[0] * v[i]);
            std::mem::swap(&mut a, &mut b);
            a.truncate(3);
        }
        a.iter().sum::<f64>() * b[0]
    }

    crate::of_six!();
}

mod partition_sum_of_options_scan {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let (lo, hi): (Vec<f64>, Vec<f64>) = v.iter().map(|x| x * v[0]).partition(|x| *x < 0.5);
        let t: Option<f64> = lo.iter().map(|x| if *x > -9.0 { Some(x * 2.0) } else { None }).sum();
        hi.iter()
            .rev()
            .scan(1.0, |s, x| {
                *s = *s * 0.5 + x;
                if *s > 3.0 { None } else { Some(*s) }
            })
            .sum::<f64>()
            + t.unwrap_or(1.0)
    }

    crate::of_six!();
}

mod shadowing_in_blocks {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let x = v[0];
        let y = {
            let x = x * 2.0;
            let z = if x > 1.0 {
                let x = x.sin();
                x * v[1]
            } else {
                x
            };
            z + x
        };
        let s = v.iter().fold(y, |y, x| {
            let y = y * 0.5;
            y + x * x
        });
        s + x * y
    }

    crate::of_six!();
}

mod flat_map_enumerate_windows {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let r: f64 = (0..3).flat_map(|i| (0..=i).map(move |j| v[i] * v[j])).sum();
        let q: f64 = v.iter().enumerate().filter(|(i, _)| i % 2 == 0).map(|(_, x)| x * x).sum();
        let d: Vec<f64> = v.windows(2).map(|w| w[1] - w[0]).collect();
        let m = d.iter().map(|x| x.abs()).fold(0.0, f64::max);
        r + q * m + d.iter().zip(d.iter().skip(1)).map(|(a, b)| a * b).sum::<f64>()
    }

    crate::of_six!();
}

mod next_and_peek {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut it = v.iter().copied().peekable();
        let mut s = 0.0;
        while let Some(x) = it.next() {
            if let Some(&y) = it.peek() {
                s += x * y;
            } else {
                s *= x;
            }
        }
        s
    }

    crate::of_six!();
}

mod closure_returns_nothing {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut total = 0.0;
        let mut add = |x: f64| {
            if x < 0.0 {
                return;
            }
            total += x * x;
        };
        for &x in v {
            add(x);
        }
        add(v[0] * v[1]);
        total
    }

    crate::of_six!();
}

mod rows_exchanged_and_reversed {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut m = [[0.0; 3]; 3];
        for (i, row) in m.iter_mut().enumerate() {
            for (j, x) in row.iter_mut().enumerate() {
                *x = v[i] * v[3 + j];
            }
        }
        m.swap(0, 2);
        m[1].reverse();
        let [a, b, c] = m;
        let t = a.iter().zip(&b).map(|(x, y)| x * y).sum::<f64>();
        t * c[2]
    }

    crate::of_six!();
}

mod sorted_split_dedup {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w = v.to_vec();
        w.sort_by(|a, b| b.total_cmp(a));
        let k = w.iter().position(|x| *x < 0.5).unwrap_or(w.len());
        let tail = w.split_off(k);
        w.extend(tail.iter().rev().map(|x| x * x));
        w.dedup();
        w.swap_remove(1) * w[0] + w.iter().map(|x| x.tanh()).sum::<f64>()
    }

    crate::of_six!();
}

mod slice_patterns_nested {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        match v {
            [x, y, rest @ ..] if *x > *y => {
                let [p, mid @ .., q] = rest else { return x * y };
                p * q + mid.iter().sum::<f64>() * x
            }
            [x, .., y] => x * y * 2.0,
            _ => 0.0,
        }
    }

    crate::of_six!();
}

mod from_fn_map_reverse {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let a: [f64; 3] = std::array::from_fn(|i| {
            let mut s = 0.0;
            for j in 0..=i {
                s += v[j] * v[i];
            }
            s
        });
        let b = a.map(|x| if x > 1.0 { x.ln() } else { x * 0.5 });
        let mut c = b;
        c.reverse();
        c.iter().zip(b).map(|(x, y)| x * y).sum::<f64>() + c[0]
    }

    crate::of_six!();
}
