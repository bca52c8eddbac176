//! Higher derivatives of functions whose first ones are given by hand.

#![allow(clippy::needless_range_loop)] // loops by index are what is differentiated

use approx::assert_relative_eq;
use autodiff_core::{Differentiable, derivative, differentiate};

fn slope(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    let h = 1e-3;
    (8.0 * (f(x + h) - f(x - h)) - (f(x + 2.0 * h) - f(x - 2.0 * h))) / (12.0 * h)
}

/// Newton's iteration for the real root of r³ + r = a + b; the partial is written in terms of the result.
#[derivative(order = 3, a = 1.0 / (3.0 * result * result + 1.0), b = 1.0 / (3.0 * result * result + 1.0))]
fn root(a: f64, b: f64) -> f64 {
    let mut r = 0.0;
    for _ in 0..80 {
        r -= (r * r * r + r - a - b) / (3.0 * r * r + 1.0);
    }
    r
}

#[differentiate(hessian)]
fn through(x: f64, k: f64) -> f64 {
    let r = root(x * x, k);
    r.sin() * r + k
}

#[differentiate(hessian)]
fn slope_of_root(x: f64, k: f64) -> f64 {
    let (_, (by_a, _)) = root_grad(x * k, k);
    by_a * x
}

#[test]
fn partials_with_the_result() {
    let (a, b) = (1.3, 0.4);
    let (value, (by_a, _), h) = root_hessian(a, b);
    let r: f64 = value;
    assert_relative_eq!(r * r * r + r, a + b, max_relative = 1e-14);
    assert_relative_eq!(by_a, 1.0 / (3.0 * r * r + 1.0), max_relative = 1e-14);
    // r'' = -6 r r'³
    assert_relative_eq!(h[0][0], -6.0 * r * by_a.powi(3), max_relative = 1e-13);
    assert_relative_eq!(h[0][1], h[0][0], max_relative = 1e-13);
    let (value, _, h) = through_hessian(0.8, 0.3);
    assert_eq!(value.to_bits(), through(0.8, 0.3).to_bits());
    assert_relative_eq!(h[0][0], slope(|x| through_grad(x, 0.3).1.0, 0.8), max_relative = 1e-9);
    assert_relative_eq!(h[0][1], slope(|k| through_grad(0.8, k).1.0, 0.3), max_relative = 1e-9);
    assert_relative_eq!(h[1][1], slope(|k| through_grad(0.8, k).1.1, 0.3), max_relative = 1e-9);
    let (_, gradient, h) = slope_of_root_hessian(0.8, 1.3);
    assert_relative_eq!(gradient.0, slope(|x| slope_of_root(x, 1.3), 0.8), max_relative = 1e-9);
    assert_relative_eq!(h[0][0], slope(|x| slope_of_root_grad(x, 1.3).1.0, 0.8), max_relative = 1e-8);
    assert_relative_eq!(h[0][1], slope(|k| slope_of_root_grad(0.8, k).1.0, 1.3), max_relative = 1e-8);
}

/// A length by hand: its pullback is a function that is differentiated.
#[derivative(hessian, pullback = along)]
fn length(v: &[f64], scale: f64) -> f64 {
    v.iter().map(|x| x * x).sum::<f64>().sqrt() * scale
}

#[differentiate]
fn along(v: &[f64], scale: &f64, result: &f64, seed: f64) -> (Vec<f64>, f64) {
    let s = *scale;
    let y = *result;
    let mut bar = vec![0.0; v.len()];
    for i in 0..v.len() {
        bar[i] = seed * v[i] * s * s / y;
    }
    (bar, seed * y / s)
}

#[differentiate(hessian)]
fn of_lengths(v: &[f64], k: f64) -> f64 {
    let a = length(v, k * k);
    let b = length(&v[1..], k);
    a * b + b.powi(3)
}

#[test]
fn pullbacks_that_are_differentiated() {
    let (v, k, d) = ([0.7, -1.2, 0.9], 1.3, [0.5, 1.0, -0.4]);
    let moved = |t: f64| -> Vec<f64> { v.iter().zip(&d).map(|(v, d)| v + t * d).collect() };
    let (value, (bar, k_bar), (product, k_product)) = of_lengths_hvp(&v, k, (&d, 0.6));
    assert_eq!(value.to_bits(), of_lengths(&v, k).to_bits());
    let along: f64 = bar.iter().zip(&d).map(|(b, d)| b * d).sum();
    assert_relative_eq!(along, slope(|t| of_lengths(&moved(t), k), 0.0), max_relative = 1e-9);
    assert_relative_eq!(k_bar, slope(|t| of_lengths(&v, k + t), 0.0), max_relative = 1e-9);
    for i in 0..3 {
        assert_relative_eq!(product[i], slope(|t| of_lengths_grad(&moved(t), k + 0.6 * t).1.0[i], 0.0), max_relative = 1e-8);
    }
    assert_relative_eq!(k_product, slope(|t| of_lengths_grad(&moved(t), k + 0.6 * t).1.1, 0.0), max_relative = 1e-8);
}

#[derive(Clone, Copy, Differentiable)]
struct Material {
    k: f64,
}

impl Material {
    /// Of `self` there is no partial that is a number.
    #[derivative(hessian, pullback = Self::response_back)]
    fn response(&self, x: f64) -> f64 {
        self.k * x.powi(4)
    }

    #[differentiate]
    fn response_back(&self, x: &f64, _: &f64, seed: f64) -> (MaterialCotangent, f64) {
        let y = *x;
        (MaterialCotangent { k: seed * y.powi(4) }, seed * self.k * 4.0 * y.powi(3))
    }

    #[derivative(hessian, x = 3.0 * x * x * y, y = x.powi(3))]
    fn of_both(x: f64, y: f64) -> f64 {
        x * x * x * y
    }

    #[differentiate(hessian)]
    fn energy(&self, x: f64, y: f64) -> f64 {
        self.response(x * y) + Self::of_both(y, x)
    }
}

#[test]
fn methods_and_associated_functions() {
    let m = Material { k: 1.5 };
    let (x, y) = (0.7_f64, 1.2_f64);
    let (_, _, h) = m.energy_hessian(x, y);
    assert_relative_eq!(h[0][1], 4.0 * x.powi(3) * y.powi(4), max_relative = 1e-13);
    assert_relative_eq!(h[1][1], 18.0 * x * x * y.powi(4), max_relative = 1e-13);
    assert_relative_eq!(h[1][2], 24.0 * (x * y).powi(3) + 3.0 * y * y, max_relative = 1e-13);
    assert_relative_eq!(h[2][2], 18.0 * y * y * x.powi(4) + 6.0 * y * x, max_relative = 1e-13);
}
