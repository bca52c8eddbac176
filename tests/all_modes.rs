//! Constructs in all modes at once: values bit for bit, gradients against differences, tangents and
//! products with the Hessian against gradients, several directions at once.

#![allow(clippy::all, unused, dropping_copy_types, noop_method_call)] // how functions are written is what these tests vary

#[path = "all_modes/beforehand.rs"]
mod beforehand;
#[path = "all_modes/counter_types.rs"]
mod counter_types;
#[path = "all_modes/counters.rs"]
mod counters;
#[path = "all_modes/exits.rs"]
mod exits;
#[path = "all_modes/firsts.rs"]
mod firsts;
#[path = "all_modes/followed.rs"]
mod followed;
#[path = "all_modes/generic_structs.rs"]
mod generic_structs;
#[path = "all_modes/halves.rs"]
mod halves;
#[path = "all_modes/handed_on.rs"]
mod handed_on;
#[path = "all_modes/hostile.rs"]
mod hostile;
#[path = "all_modes/infinite.rs"]
mod infinite;
#[path = "all_modes/lengths.rs"]
mod lengths;
#[path = "all_modes/lent_by_name.rs"]
mod lent_by_name;
#[path = "all_modes/looked_up.rs"]
mod looked_up;
#[path = "all_modes/maps.rs"]
mod maps;
#[path = "all_modes/matched.rs"]
mod matched;
#[path = "all_modes/named_alike.rs"]
mod named_alike;
#[path = "all_modes/of_slices.rs"]
mod of_slices;
#[path = "all_modes/order.rs"]
mod order;
#[path = "all_modes/parts.rs"]
mod parts;
#[path = "all_modes/queues.rs"]
mod queues;
#[path = "all_modes/single.rs"]
mod single;
#[path = "all_modes/stated.rs"]
mod stated;
#[path = "all_modes/taken_for.rs"]
mod taken_for;
#[path = "all_modes/turns.rs"]
mod turns;

#[path = "all_modes/goes_on.rs"]
mod goes_on;
#[path = "all_modes/in_front.rs"]
mod in_front;
#[path = "all_modes/leads_on.rs"]
mod leads_on;
#[path = "all_modes/lent_conversions.rs"]
mod lent_conversions;
#[path = "all_modes/many_shares.rs"]
mod many_shares;
#[path = "all_modes/sized_helpers.rs"]
mod sized_helpers;
#[path = "all_modes/unasked.rs"]
mod unasked;

use autodiff_core::Lanes;

/// Numbers that look random and are the same in every run.
fn random(n: usize, seed: u64, low: f64, high: f64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        low + (high - low) * ((state >> 11) as f64 / (1u64 << 53) as f64)
    };
    (0..n).map(|_| next()).collect()
}

#[track_caller]
fn close(what: &str, got: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len(), "{what}");
    let size = want.iter().fold(1e-2_f64, |m, w| m.max(w.abs()));
    for (g, w) in got.iter().zip(want) {
        assert!((g - w).abs() <= tolerance * size, "{what}: got {g}, expected {w}; {got:?}, {want:?}");
    }
}

/// Differences of sixth order along a direction.
fn along(f: &dyn Fn(&[f64]) -> Vec<f64>, x: &[f64], d: &[f64]) -> Vec<f64> {
    let h = 1e-3;
    let at = |t: f64| f(&x.iter().zip(d).map(|(x, d)| x + t * h * d).collect::<Vec<_>>());
    let (a, b, c, p, q, r) = (at(1.0), at(2.0), at(3.0), at(-1.0), at(-2.0), at(-3.0));
    (0..a.len()).map(|i| (45.0 * (a[i] - p[i]) - 9.0 * (b[i] - q[i]) + (c[i] - r[i])) / (60.0 * h)).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The siblings of a function of a list.
struct Modes<'f> {
    value: &'f dyn Fn(&[f64]) -> f64,
    vjp: &'f dyn Fn(&[f64], f64) -> (f64, Vec<f64>),
    jvp: &'f dyn Fn(&[f64], &[f64]) -> (f64, f64),
    hvp: &'f dyn Fn(&[f64], &[f64]) -> (f64, Vec<f64>, Vec<f64>),
    lanes: Option<&'f dyn Fn(&[f64], &[Lanes<f64, 2>]) -> (f64, Lanes<f64, 2>)>,
}

fn check(n: usize, low: f64, high: f64, f: &Modes<'_>) {
    for seed in 1..5 {
        let x = random(n, seed, low, high);
        let value = (f.value)(&x);
        assert!(value.is_finite(), "{value}");
        let unit = |k: usize| (0..n).map(|j| if j == k { 1.0 } else { 0.0 }).collect::<Vec<f64>>();
        let slopes: Vec<f64> = (0..n).map(|k| along(&|x| vec![(f.value)(x)], &x, &unit(k))[0]).collect();
        let (_, gradient) = (f.vjp)(&x, 1.0);
        for seed in [1.0, -1.7] {
            let (again, bars) = (f.vjp)(&x, seed);
            assert_eq!(again.to_bits(), value.to_bits(), "value {again}, expected {value}");
            close("gradient", &bars, &slopes.iter().map(|s| s * seed).collect::<Vec<_>>(), 2e-6);
        }
        let d = random(n, seed + 100, -1.0, 1.0);
        let (again, tangent) = (f.jvp)(&x, &d);
        assert_eq!(again.to_bits(), value.to_bits(), "value of forward mode");
        close("forward mode", &[tangent], &[dot(&gradient, &d)], 1e-9);
        let (_, again, product) = (f.hvp)(&x, &d);
        close("gradient beside the product", &again, &gradient, 1e-10);
        close("product with the Hessian", &product, &along(&|x| (f.vjp)(x, 1.0).1, &x, &d), 2e-6);
        if let Some(lanes) = f.lanes {
            let e = random(n, seed + 200, -1.0, 1.0);
            let both: Vec<_> = d.iter().zip(&e).map(|(&d, &e)| Lanes([d, e])).collect();
            let (again, tangents) = lanes(&x, &both);
            assert_eq!(again.to_bits(), value.to_bits(), "value of lanes");
            close("lanes", &tangents.0, &[dot(&gradient, &d), dot(&gradient, &e)], 1e-9);
        }
    }
}

/// Checks `fn f(v: &[f64]) -> f64` of the module, of so many numbers between two.
macro_rules! all_modes {
    ($n:expr, $low:expr, $high:expr) => {
        #[test]
        fn all_modes() {
            let lanes: &dyn Fn(&[f64], &[autodiff_core::Lanes<f64, 2>]) -> (f64, autodiff_core::Lanes<f64, 2>) =
                &|x, dots| f_jvp_lanes::<2>(x, dots);
            $crate::check(
                $n,
                $low,
                $high,
                &$crate::Modes { value: &f, vjp: &f_vjp, jvp: &|x, d| f_jvp(x, d), hvp: &|x, d| f_hvp(x, d), lanes: Some(lanes) },
            );
        }
    };
    (without lanes: $n:expr, $low:expr, $high:expr) => {
        #[test]
        fn all_modes() {
            $crate::check(
                $n,
                $low,
                $high,
                &$crate::Modes { value: &f, vjp: &f_vjp, jvp: &|x, d| f_jvp(x, d), hvp: &|x, d| f_hvp(x, d), lanes: None },
            );
        }
    };
}

/// Functions of so many numbers between two, each in a module of its own.
macro_rules! cases {
    ($n:expr, $low:expr, $high:expr; $($name:ident $v:ident $body:block)*) => {
        $(mod $name {
            use super::*;
            #[differentiate(hessian, lanes)]
            fn f($v: &[f64]) -> f64 $body
            crate::all_modes!($n, $low, $high);
        })*
    };
    (without lanes: $n:expr, $low:expr, $high:expr; $($name:ident $v:ident $body:block)*) => {
        $(mod $name {
            use super::*;
            #[differentiate(hessian)]
            fn f($v: &[f64]) -> f64 $body
            crate::all_modes!(without lanes: $n, $low, $high);
        })*
    };
}

use {all_modes, cases};
