//! Functions as people of many fields write them, each in the style of its school, against differences.
//!
//! They were written before looking at what the macro supports.

#![allow(clippy::needless_range_loop)] // how functions are written is what these tests vary

#[path = "../gallery/support.rs"]
mod support;

mod biology;
mod control;
mod economics;
mod physics;
mod signals;
mod statistics;

use autodiff_core::Cotangent;

/// The value bit for bit, and the gradient against differences of the function.
fn compare<C: Cotangent>(name: &str, f: impl Fn(&[f64]) -> f64, grad: impl Fn(&[f64]) -> (f64, C), at: &[f64]) {
    let (value, mut bar) = grad(at);
    support::assert_same_bits(name, value, f(at));
    let mut got = Vec::new();
    bar.map_numbers(&mut |x| {
        got.push(x);
        x
    });
    support::assert_close(name, &got, &support::numeric_gradient(f, at), 2e-6);
}

/// `case!(f, f_grad, |p| (p[0], &p[1..]), [1.0, 2.0])`: every number of `p` is a number of the arguments, in order.
macro_rules! case {
    ($f:expr, $grad:expr, |$p:ident| ($($arg:expr),* $(,)?), [$($x:expr),* $(,)?]) => {
        crate::compare(stringify!($f), |$p: &[f64]| $f($($arg),*), |$p: &[f64]| $grad($($arg),*), &[$($x),*])
    };
}
use case;
