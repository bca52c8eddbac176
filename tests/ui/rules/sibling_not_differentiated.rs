//! `f_jvp` can be differentiated for some functions only, and not every way of writing its tangents can be followed.

use autodiff_core::{Scalar, differentiate};

#[differentiate(hessian)]
fn generic<T: Scalar>(x: T, y: T) -> T {
    x.exp() * y
}

#[differentiate(order = 3)]
fn behind(w: &[f64; 2], x: f64) -> f64 {
    w[0] * x * w[1]
}

#[differentiate]
fn slope(x: f64) -> f64 {
    generic_jvp(x, 2.0, (1.0, x)).1
}

#[differentiate]
fn curvature(w: &[f64; 2], x: f64) -> f64 {
    let direction = (&[1.0, 2.0], 1.0);
    behind_hvp(w, x, direction).2.1
}

fn main() {}
