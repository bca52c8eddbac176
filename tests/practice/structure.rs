//! Functions that are hard by their structure rather than by their field: who borrows and who overwrites what, how loops are left, in which
//! types data comes and goes. All but the last five of `iteration` were written before anything about the macro was looked at.

#![allow(unused)]

mod borrowed;
mod control;
mod data;
mod generics;
mod in_place;
mod iteration;
mod mixed;
mod more;
mod named_as_modules;
mod programs;

/// As [`crate::check`].
#[track_caller]
fn check(n: usize, (low, high): (f64, f64), f: impl Fn(&[f64]) -> f64, gradient: impl Fn(&[f64]) -> (f64, Vec<f64>)) {
    crate::check(n, low, high, &f, &gradient);
}

/// The factor of the k-th number of a result, which makes one number of all.
fn weight(k: usize) -> f64 {
    1.0 + (k as f64 * 1.7).sin()
}

/// The sum of a result's numbers with their factors.
fn weigh<C: autodiff_core::Cotangent + Clone>(result: C) -> f64 {
    crate::numbers(&result).iter().enumerate().map(|(k, x)| x * weight(k)).sum()
}
