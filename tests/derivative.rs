//! `#[derivative(...)]`: derivatives given by hand, alone and through callers.

use approx::assert_relative_eq;
use autodiff_core::{derivative, differentiate};

/// The real root of `r^3 + r = a`, by Newton's method.
#[derivative(a = 1.0 / (3.0 * result * result + 1.0))]
fn root(a: f64) -> f64 {
    let mut r = a;
    for _ in 0..60 {
        r -= (r * r * r + r - a) / (3.0 * r * r + 1.0);
    }
    r
}

#[derivative(x = 2.0 * x * n as f64, y = -result / y)]
fn mixed(x: f64, y: f64, n: usize) -> f64 {
    x * x * n as f64 + 1.0 / y - x * x * n as f64 + if n > 100 { y } else { 0.0 }
}

#[derivative(w = [w[1], w[0]])]
fn product(w: &[f64]) -> f64 {
    w[0] * w[1]
}

fn rotate_pullback(v: &[f64; 2], angle: &f64, result: &[f64; 2], seed: [f64; 2]) -> ([f64; 2], f64) {
    let (s, c) = angle.sin_cos();
    let _ = v;
    ([c * seed[0] + s * seed[1], -s * seed[0] + c * seed[1]], -result[1] * seed[0] + result[0] * seed[1])
}

#[derivative(pullback = rotate_pullback)]
fn rotate(v: &[f64; 2], angle: f64) -> [f64; 2] {
    let (s, c) = angle.sin_cos();
    [c * v[0] - s * v[1], s * v[0] + c * v[1]]
}

#[differentiate]
fn caller(x: f64, y: f64) -> f64 {
    let turned = rotate(&[x, y], root(x));
    let w = [turned[0], y];
    product(&w) + turned[1] * 0.5
}

#[test]
fn partials_are_used() {
    let (value, slope) = root_grad(10.0);
    assert_eq!(value.to_bits(), root(10.0).to_bits());
    assert_relative_eq!(slope, 1.0 / 13.0, max_relative = 1e-12);
    let (value, (x, y)) = mixed_grad(3.0, 2.0, 2);
    assert_relative_eq!(value, 0.5, max_relative = 1e-12);
    assert_eq!((x, y), (12.0, -0.25));
    assert_eq!(product_grad(&[3.0, 4.0]), (12.0, vec![4.0, 3.0]));
    let mut bar = [1.0, 1.0];
    assert_eq!(product_grad_accumulate(&[3.0, 4.0], &mut bar), 12.0);
    assert_eq!(bar, [5.0, 4.0]);
}

#[test]
fn callers_use_them() {
    let (x, y) = (0.8, -0.3);
    let (value, (gx, gy)) = caller_grad(x, y);
    assert_eq!(value.to_bits(), caller(x, y).to_bits());
    let h = 1e-5;
    assert_relative_eq!(gx, (caller(x + h, y) - caller(x - h, y)) / (2.0 * h), max_relative = 1e-8);
    assert_relative_eq!(gy, (caller(x, y + h) - caller(x, y - h)) / (2.0 * h), max_relative = 1e-8);
}
