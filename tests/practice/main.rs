//! More functions as people of many fields write them: helpers three deep, structs with methods, generics, states in place.
//!
//! They were written, and compiled without the attribute, before anything about the macro was looked at.

// How functions are written is what these tests vary.
#![allow(clippy::all, dead_code)]

mod biology;
mod called_again;
mod chemistry;
mod control;
mod converted;
mod econometrics;
mod effects;
mod estimation;
mod everyday;
mod exits;
mod followed;
mod further;
mod games;
mod generics;
mod geodesy;
mod graphics;
mod helpers;
mod idioms;
mod keys;
mod lattices;
mod learning;
mod markets;
mod networks;
mod numerics;
mod optimisation;
mod physics;
mod plain_types;
mod professions;
mod programs;
mod robotics;
mod signals;
mod statistics;
mod structure;
mod told;
mod workshop;
mod worlds;

use autodiff_core::{Cotangent, check_gradient_to};

/// Numbers that look random and are the same in every run.
fn point(n: usize, seed: u64, low: f64, high: f64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(12345);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        low + (high - low) * ((state >> 11) as f64 / (1u64 << 53) as f64)
    };
    (0..n).map(|_| next()).collect()
}

/// All numbers of a cotangent, in order.
fn numbers<C: Cotangent + Clone>(cotangent: &C) -> Vec<f64> {
    let mut list = Vec::new();
    cotangent.clone().map_numbers(&mut |x| {
        list.push(x);
        x
    });
    list
}

/// The value bit for bit, and the gradient against differences, at three points.
#[track_caller]
fn check(n: usize, low: f64, high: f64, f: &dyn Fn(&[f64]) -> f64, gradient: &dyn Fn(&[f64]) -> (f64, Vec<f64>)) {
    for seed in 1..4 {
        let at = point(n, seed, low, high);
        let want = f(&at);
        let (value, bars) = gradient(&at);
        assert!(want.is_finite(), "{want}");
        assert_eq!(value.to_bits(), want.to_bits(), "value {value}, expected {want}");
        assert_eq!(bars.len(), n, "number of slots");
        check_gradient_to(2e-6, f, |_| bars.clone(), &at).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
    }
}

#[track_caller]
fn close(what: &str, got: f64, want: f64) {
    assert!((got - want).abs() <= 1e-9 * (1.0 + want.abs()), "{what}: {got}, expected {want}");
}

/// `checked!(f f_grad f_vjp f_jvp: 3, -1.0, 1.0, |v| (v[0], &v[1..]), d => (d[0], &d[1..]))`: a function of three numbers between -1 and
/// 1, its arguments and, if forward mode is compared, their tangents.
macro_rules! checked {
    ($f:ident $grad:ident $vjp:ident $jvp:ident: $n:expr, $low:expr, $high:expr, |$v:ident| ($($arg:expr),*)) => {
        mod $f {
            use super::*;

            #[test]
            fn gradient() {
                let value = |$v: &[f64]| super::$f($($arg),*);
                $crate::check($n, $low, $high, &value, &|$v| {
                    let (value, bars) = $grad($($arg),*);
                    (value, $crate::numbers(&bars))
                });
                for seed in 1..3 {
                    let at = $crate::point($n, seed, $low, $high);
                    let $v = &at[..];
                    let bars = $crate::numbers(&$grad($($arg),*).1);
                    let (again, seeded) = $vjp($($arg),*, -1.5);
                    assert_eq!(again.to_bits(), value($v).to_bits(), "value");
                    for (bar, seeded) in bars.iter().zip($crate::numbers(&seeded)) {
                        $crate::close("seeded", seeded, -1.5 * bar);
                    }
                }
            }
        }
    };
    ($f:ident $grad:ident $vjp:ident $jvp:ident: $n:expr, $low:expr, $high:expr, |$v:ident| ($($arg:expr),*), $d:ident => $tangent:expr) => {
        $crate::checked!($f $grad $vjp $jvp: $n, $low, $high, |$v| ($($arg),*));

        #[test]
        fn $jvp() {
            for seed in 1..3 {
                let at = $crate::point($n, seed, $low, $high);
                let $v = &at[..];
                let bars = $crate::numbers(&$grad($($arg),*).1);
                let direction = $crate::point($n, seed + 77, -1.0, 1.0);
                let $d = &direction[..];
                let (value, tangent) = super::$jvp($($arg),*, $tangent);
                assert_eq!(value.to_bits(), super::$f($($arg),*).to_bits(), "value");
                $crate::close("forward mode", tangent, bars.iter().zip(&direction).map(|(a, b)| a * b).sum());
            }
        }
    };
}
use checked;
