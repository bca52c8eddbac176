//! What loops keep for the reverse sweep, and how it comes back: functions that try to mislead the passes that decide it, with all passes,
//! without each of them, and through a caller, against differences.

#![allow(clippy::needless_range_loop, clippy::manual_memcpy)] // how functions are written is what these tests vary

/// Modules with the same function under different options, and a test that compares their gradients.
macro_rules! with_and_without {
    (@one $option:ident ($($args:tt)*) $f:item) => {
        mod $option {
            #[allow(unused_imports)]
            use super::*;
            #[differentiate($($args)*)]
            $f

            #[differentiate]
            fn calls(x: &[f64], k: f64) -> f64 {
                let first = f(x, k);
                first * 0.5 + f(x, 0.2 * first.sin() + k)
            }

            pub fn caller_vjp(x: &[f64], k: f64, seed: f64) -> (f64, (Vec<f64>, f64)) {
                calls_vjp(x, k, seed)
            }
        }
    };
    ($($name:ident $f:item)*) => { $(
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            with_and_without!(@one all () $f);
            with_and_without!(@one no_undo (off(undo)) $f);
            with_and_without!(@one no_runs (off(runs)) $f);
            with_and_without!(@one no_reads (off(reads)) $f);
            with_and_without!(@one no_checkpoint (off(checkpoint)) $f);

            #[test]
            fn same_gradient() {
                fn called(x: &[f64], k: f64) -> f64 {
                    let first = all::f(x, k);
                    first * 0.5 + all::f(x, 0.2 * first.sin() + k)
                }
                for x in [vec![], vec![0.7], vec![0.55, -0.45, 0.82, 0.35, 0.73], vec![0.61, 0.9, 0.25]] {
                    for k in [0.8, -0.3] {
                        crate::compare(&x, k, all::f, &[all::f_vjp, no_undo::f_vjp, no_runs::f_vjp, no_reads::f_vjp, no_checkpoint::f_vjp]);
                        crate::compare(&x, k, called, &[all::caller_vjp, no_undo::caller_vjp, no_runs::caller_vjp, no_reads::caller_vjp, no_checkpoint::caller_vjp]);
                    }
                }
            }
        }
    )* };
}

type Vjp = fn(&[f64], f64, f64) -> (f64, (Vec<f64>, f64));

/// Values bit for bit, gradients by differences and between each other.
fn compare(x: &[f64], k: f64, f: fn(&[f64], f64) -> f64, gradients: &[Vjp]) {
    let seed = 1.75;
    let close = |a: f64, b: f64, e: f64| assert!((a - b).abs() <= e * (1.0 + a.abs().max(b.abs())), "{a} and {b} at {x:?}, {k}");
    let slope = |g: &dyn Fn(f64) -> f64| {
        let central = |h: f64| (g(h) - g(-h)) / (2.0 * h);
        seed * (4.0 * central(5e-5) - central(1e-4)) / 3.0
    };
    let (_, (x_first, k_first)) = gradients[0](x, k, seed);
    for vjp in gradients {
        let (value, (x_bar, k_bar)) = vjp(x, k, seed);
        assert_eq!(value.to_bits(), f(x, k).to_bits());
        close(k_bar, k_first, 1e-11);
        close(k_bar, slope(&|h| f(x, k + h)), 1e-6);
        for i in 0..x.len() {
            close(x_bar[i], x_first[i], 1e-11);
            let moved = |h: f64| {
                let mut x = x.to_vec();
                x[i] += h;
                f(&x, k)
            };
            close(x_bar[i], slope(&moved), 1e-6);
        }
    }
}

mod checkpoint;
mod undo;
