//! `constant` of what functions and methods without the attribute give: the gradient stops there, which differences do not.

use autodiff_core::{check_gradient, constant, differentiate};

fn weight(x: f64) -> f64 {
    x.sin() + 2.0
}

fn first(list: Vec<f64>) -> f64 {
    list[0]
}

struct Scale {
    k: f64,
}

impl Scale {
    fn of(&self, x: f64) -> f64 {
        self.k * x.exp()
    }
}

#[differentiate]
fn stopped(x: &[f64]) -> f64 {
    let list: Vec<f64> = x.iter().map(|v| v * v).collect();
    let scale = Scale { k: 2.0 };
    let k = x[0] * constant(weight(x[1])) + x[1] * constant(scale.of(x[2]));
    k * list[1] * constant(first(list))
}

/// The message about a function without a derivative says to write this, and it was said of this as well.
#[test]
fn the_gradient_stops_at_functions_without_one() {
    let x = [0.7, -0.4, 0.9];
    let (w, s, l) = (weight(x[1]), 2.0 * x[2].exp(), x[0] * x[0]);
    let (value, gradient) = stopped_grad(&x);
    assert_eq!(value.to_bits(), stopped(&x).to_bits());
    let twin = |p: &[f64]| (p[0] * w + p[1] * s) * p[1] * p[1] * l;
    check_gradient(twin, |_| gradient.clone(), &x).unwrap();
    let (_, tangent) = stopped_jvp(&x, &[1.0, 0.5, 2.0]);
    assert!((tangent - gradient[0] - 0.5 * gradient[1] - 2.0 * gradient[2]).abs() < 1e-12);
}
