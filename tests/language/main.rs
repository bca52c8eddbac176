//! The language, construct by construct: each function in a module of its own, checked at several points and with several seeds: value
//! bit for bit, reverse mode against differences, forward mode against reverse mode, and through a caller.

// The functions show constructs, not style.
#![allow(clippy::all, unused, for_loops_over_fallibles)]

mod assigned_patterns;
mod attributes;
mod borrowing;
mod boxes;
mod data;
mod effects;
mod exits;
mod functions;
mod handed_over;
mod iterators;
mod lent_options;
mod lent_parts;
mod lists_of_results;
mod loops;
mod mixed;
mod moved;
mod mutation;
mod options;
mod patterns;
mod plain_fields;
mod scalars;
mod skipped;
mod standard;
mod traits;
mod tuples;

/// Central differences with one step of extrapolation.
fn differences(f: impl Fn(&[f64]) -> f64, x: &[f64]) -> Vec<f64> {
    (0..x.len())
        .map(|k| {
            let slope = |h: f64| {
                let (mut a, mut b) = (x.to_vec(), x.to_vec());
                a[k] += h;
                b[k] -= h;
                (f(&a) - f(&b)) / (2.0 * h)
            };
            let h = 2e-4 * x[k].abs().max(1.0);
            (4.0 * slope(h / 2.0) - slope(h)) / 3.0
        })
        .collect()
}

#[track_caller]
fn close(what: &str, got: &[f64], want: &[f64]) {
    assert_eq!(got.len(), want.len(), "{what}: number of slots");
    let largest = want.iter().fold(1.0_f64, |m, w| m.max(w.abs()));
    for (k, (g, w)) in got.iter().zip(want).enumerate() {
        assert!((g - w).abs() <= 2e-7 * (1e-1 * largest + w.abs()), "{what}: slot {k}: got {g}, expected {w}; {got:?}, {want:?}");
    }
}

/// Numbers between -2 and 3 that look random and are the same in every run.
fn random(n: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..n)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1u64 << 53) as f64 * 5.0 - 2.0
        })
        .collect()
}

/// Points that most functions take: both signs, ties apart.
fn points(n: usize) -> Vec<Vec<f64>> {
    let mut list = vec![vec![0.7, -1.3, 2.1, 0.4, 1.9, -0.35][..n].to_vec(), vec![1.1, 0.9, 0.3, 2.6, -0.8, 1.7][..n].to_vec()];
    list.extend((1..4).map(|k| random(n, k)));
    list
}

/// Checks `fn f(v: &[f64]) -> f64` of the module, for six numbers.
macro_rules! of_six {
    () => {
        #[autodiff_core::differentiate]
        fn caller(v: &[f64]) -> f64 {
            let a = f(v);
            a * a * 0.5 + v[0]
        }

        #[test]
        fn gradient() {
            for x in $crate::points(6) {
                let (value, bars) = f_grad(&x);
                assert_eq!(value.to_bits(), f(&x).to_bits(), "value");
                $crate::close("gradient", &bars, &$crate::differences(|p| f(p), &x));
                for (k, seed) in $crate::random(2, 7).into_iter().enumerate() {
                    let (value, seeded) = f_vjp(&x, seed);
                    assert_eq!(value.to_bits(), f(&x).to_bits(), "value");
                    $crate::close("seed", &seeded, &bars.iter().map(|b| seed * b).collect::<Vec<_>>());
                    let dots = $crate::random(6, 11 + k as u64);
                    let (value, dot) = f_jvp(&x, &dots);
                    assert_eq!(value.to_bits(), f(&x).to_bits(), "value of forward mode");
                    $crate::close("forward mode", &[dot], &[bars.iter().zip(&dots).map(|(a, b)| a * b).sum()]);
                }
                let (value, through) = caller_grad(&x);
                assert_eq!(value.to_bits(), caller(&x).to_bits(), "value through a caller");
                let mut want: Vec<f64> = bars.iter().map(|b| b * f(&x)).collect();
                want[0] += 1.0;
                $crate::close("caller", &through, &want);
            }
        }
    };
}

/// Checks `fn f(a: f64, b: f64) -> f64` of the module.
macro_rules! of_two {
    () => {
        #[autodiff_core::differentiate]
        fn caller(a: f64, b: f64) -> f64 {
            f(a, b) * 1.5 + f(b * 0.5, a) * 0.25
        }

        #[test]
        fn gradient() {
            for x in $crate::points(2) {
                let (a, b) = (x[0], x[1]);
                let (value, (a_bar, b_bar)) = f_grad(a, b);
                assert_eq!(value.to_bits(), f(a, b).to_bits(), "value");
                $crate::close("gradient", &[a_bar, b_bar], &$crate::differences(|p| f(p[0], p[1]), &x));
                for (k, seed) in $crate::random(2, 7).into_iter().enumerate() {
                    let (_, seeded) = f_vjp(a, b, seed);
                    $crate::close("seed", &[seeded.0, seeded.1], &[seed * a_bar, seed * b_bar]);
                    let dots = $crate::random(2, 11 + k as u64);
                    let (value, dot) = f_jvp(a, b, (dots[0], dots[1]));
                    assert_eq!(value.to_bits(), f(a, b).to_bits(), "value of forward mode");
                    $crate::close("forward mode", &[dot], &[a_bar * dots[0] + b_bar * dots[1]]);
                }
                let (value, through) = caller_grad(a, b);
                assert_eq!(value.to_bits(), caller(a, b).to_bits(), "value through a caller");
                let (_, (c_bar, d_bar)) = f_grad(b * 0.5, a);
                $crate::close("caller", &[through.0, through.1], &[1.5 * a_bar + 0.25 * d_bar, 1.5 * b_bar + 0.125 * c_bar]);
            }
        }
    };
}

pub(crate) use {of_six, of_two};
