//! Optimisations change nothing: functions that try to mislead them, with and without each pass, against differences.

#![allow(clippy::needless_range_loop, clippy::explicit_counter_loop, clippy::useless_vec, clippy::ptr_arg)]
#![allow(clippy::reversed_empty_ranges, clippy::assign_op_pattern, clippy::misrefactored_assign_op, clippy::needless_late_init)] // how functions are written is what these tests vary

use autodiff_core::differentiate;

/// The same function with all passes, and without one; `without` switches a pass off in both, which would do the work of the other.
macro_rules! with_and_without {
    ($($name:ident $(without($never:ident))? off($($pass:ident),*) $f:item)*) => { $(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            mod on {
                #[allow(unused_imports)]
                use super::*;
                #[differentiate(off($($never)?))]
                $f
            }
            mod off {
                #[allow(unused_imports)]
                use super::*;
                #[differentiate(off($($never,)? $($pass),*))]
                $f
            }

            #[test]
            fn same_gradient() {
                for x in [vec![], vec![0.7], vec![0.55, -1.25, 2.0, 0.75, 1.5], vec![2.0, 1.0, 0.25]] {
                    for k in [0.8, -0.3] {
                        crate::compare(&x, k, on::f, on::f_vjp, off::f_vjp);
                    }
                }
            }

            #[test]
            fn same_gradient_of_a_longer_list() {
                crate::compare_longer(on::f, on::f_vjp, off::f_vjp);
            }
        }
    )* };
}

mod adopt;
mod advance;
mod again;
mod apart;
mod borrowed;
mod buffers;
mod chosen;
mod collected;
mod copies;
mod declared;
mod few;
mod fieldwise;
mod first;
mod gather;
mod greatest;
mod guard;
mod in_place;
mod indexed;
mod indices;
mod inline;
mod interchange;
mod last;
mod lengths;
mod merge;
mod moves;
mod once;
mod operators;
mod pairs;
mod partials;
mod partners;
mod rows;
mod scratch;
mod settled;
mod shield;
mod spare;
mod split;
mod stack;
mod strips;

type Vjp = fn(&[f64], f64, f64) -> (f64, (Vec<f64>, f64));

fn compare(x: &[f64], k: f64, f: fn(&[f64], f64) -> f64, on: Vjp, off: Vjp) {
    let seed = 1.75;
    let (value, (x_bar, k_bar)) = on(x, k, seed);
    let (other, (x_off, k_off)) = off(x, k, seed);
    assert_eq!(value.to_bits(), f(x, k).to_bits());
    assert_eq!(other.to_bits(), value.to_bits());
    let close = |a: f64, b: f64, e: f64| assert!((a - b).abs() <= e * (1.0 + a.abs()), "{a} and {b} at {x:?}, {k}");
    let step = 1e-5;
    assert!((k_bar - k_off).abs() <= 1e-12 * (1.0 + k_bar.abs()), "{k_bar} and without the pass {k_off} at {x:?}, {k}");
    close(k_bar, seed * (f(x, k + step) - f(x, k - step)) / (2.0 * step), 1e-7);
    for i in 0..x.len() {
        assert!(
            (x_bar[i] - x_off[i]).abs() <= 1e-12 * (1.0 + x_bar[i].abs()),
            "{} and without the pass {} at {x:?}, {k}",
            x_bar[i],
            x_off[i]
        );
        let moved = |d: f64| {
            let mut x = x.to_vec();
            x[i] += d;
            f(&x, k)
        };
        close(x_bar[i], seed * (moved(step) - moved(-step)) / (2.0 * step), 1e-7);
    }
}

/// More elements than are taken at a time. Of some functions differences say little there, and some are not made for it.
fn compare_longer(f: fn(&[f64], f64) -> f64, on: Vjp, off: Vjp) {
    let x = [0.3, -0.6, 1.1, 0.45, -0.2, 0.9, 0.15, 1.3, -0.35, 0.65, 0.05, 0.2, -0.1, 0.8, 0.4, -0.5, 0.7, 0.25, 1.2];
    let Ok(value) = std::panic::catch_unwind(|| f(&x, 0.8)) else { return };
    let (with, (x_bar, k_bar)) = on(&x, 0.8, -2.0);
    let (_, (x_off, k_off)) = off(&x, 0.8, -2.0);
    assert_eq!(with.to_bits(), value.to_bits());
    let size = x_off.iter().chain([&k_off]).fold(1.0_f64, |m, v| m.max(v.abs()));
    for (a, b) in x_bar.iter().chain([&k_bar]).zip(x_off.iter().chain([&k_off])) {
        assert!(a == b || a.is_nan() && b.is_nan() || (a - b).abs() <= 1e-10 * size, "{a} and {b}");
    }
}

#[differentiate]
fn scaled(x: f64, k: f64) -> f64 {
    if x > 0.5 { x * k } else { x.sin() + k }
}

with_and_without! {
    linear_sum off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 1.0;
        for i in 0..x.len() {
            s += scaled(x[i], k) * x[i];
        }
        2.0 * s / 3.0 - k
    }
    mean_of_a_list_of_its_own off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let y: Vec<f64> = x.iter().map(|v| v * k).collect();
        let mut s = 0.0;
        for (a, b) in y.iter().zip(x) {
            s += (a - b * b) * (a - b * b);
        }
        s / y.len().max(1) as f64
    }
    mean_of_a_list_that_grows_after off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y: Vec<f64> = x.iter().map(|v| v * k).collect();
        let mut s = 0.0;
        for (a, b) in y.iter().zip(x) {
            s += a * b;
        }
        y.push(k);
        s / y.len() as f64 + y[0]
    }
    mean_of_those_that_count off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut n = 1;
        let mut s = 0.0;
        for v in x {
            if *v > 0.6 {
                s += v * v * k;
                n += 1;
            }
        }
        let mut t = 0.0;
        for v in x {
            t += v * k;
        }
        s / n as f64 + t / n as f64
    }
    sum_in_a_curve off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 2.0;
        for v in x {
            s += v * v * k;
        }
        s.sin()
    }
    sum_read_inside off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        let mut total = 0.0;
        for v in x {
            total += s * v;
            s += v * k;
        }
        total
    }
    sum_read_by_the_next_loop off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        for v in x {
            s += v * v;
        }
        let mut t = 0.0;
        for v in x {
            t += s * v;
        }
        s + t
    }
    one_sum_by_two_loops off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for v in x {
            s += v * v;
        }
        let twice = 2.0 * s;
        for v in x {
            s += v.sin() * k;
        }
        s * 0.5 + twice
    }
    one_sum_by_two_loops_and_a_curve off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for v in x {
            s += v * v;
        }
        let curved = s * s;
        for v in x {
            s += v.sin() * k;
        }
        s + curved
    }
    sum_cleared_between off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for v in x {
            s += v * v;
        }
        let first = s;
        s = k;
        for v in x {
            s -= v * k;
        }
        first + 3.0 * s
    }
    sum_scaled_twice off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for v in x {
            s += v * v;
        }
        s *= k;
        for v in x {
            s += v * k;
        }
        s
    }
    factor_from_before off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let c = k.exp();
        let mut s = 0.0;
        for v in x {
            s += (v * c).sin();
        }
        s * c + c
    }
    factor_from_after off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        let mut q = 1.0;
        for v in x {
            s += (v * k).sin();
            q += v * v;
        }
        let c = q * k;
        s * c
    }
    input_overwritten_after off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut v = x.to_vec();
        let mut s = 0.0;
        for i in 0..v.len() {
            s += v[i] * v[i] * k;
        }
        if !v.is_empty() {
            v[0] = k * k;
        }
        for i in 0..v.len() {
            s += v[i] * v[i];
        }
        s
    }
    input_overwritten_around off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut v = x.to_vec();
        let mut s = 0.0;
        for _ in 0..3 {
            for i in 0..v.len() {
                s += v[i] * v[i];
            }
            for i in 0..v.len() {
                v[i] *= k;
            }
        }
        s
    }
    scratch_inside off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            let mut row = vec![0.0; x.len()];
            for j in 0..x.len() {
                row[j] = x[i] * x[j] + k;
            }
            for j in 0..x.len() {
                s += row[j].sin();
            }
        }
        s
    }
    scratch_outside off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        let mut row = vec![k; x.len()];
        for i in 0..x.len() {
            for j in 0..=i {
                row[j] += x[i] * row[j];
            }
            for j in 0..x.len() {
                s += row[j].sin();
            }
        }
        s
    }
    sum_of_sums off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        let mut count = 0;
        for i in 0..x.len() {
            let mut s = 0.0;
            for j in 0..i {
                if x[j] < 0.0 {
                    continue;
                }
                s += x[i] * x[j];
                total += s * 0.25;
                count += j;
            }
            total += s.tanh() * k;
        }
        total * count as f64
    }
    stops_early off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for (i, v) in x.iter().enumerate() {
            if *v < 0.0 {
                break;
            }
            s += v * k * i as f64;
        }
        s
    }
    loop_in_a_branch off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        if k > 0.0 {
            for v in x {
                s += v * v * k;
            }
        }
        for _ in 0..2 {
            if k < 0.0 {
                for v in x {
                    s += v * k;
                }
            }
        }
        s
    }
    element_of_an_array off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = [k, 1.0];
        for (i, v) in x.iter().enumerate() {
            s[i % 2] += v * s[0];
        }
        s[0] * s[1]
    }
    closures_and_chains off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let norm = |r: &[f64]| r.iter().map(|v| v * v).sum::<f64>();
        let mean = norm(x) / (1.0 + x.len() as f64);
        let spread: f64 = x.iter().map(|v| (v - mean) * (v - mean)).sum();
        k * (norm(x) + spread) + norm(x)
    }
}
