//! Second and third derivatives through functions that are generic over a trait.

#![allow(clippy::needless_range_loop)] // loops by index are what is differentiated

use approx::assert_relative_eq;
use autodiff_core::{Differentiable, differentiate};

fn slope(f: impl Fn(f64) -> f64) -> f64 {
    let h = 1e-3;
    (8.0 * (f(h) - f(-h)) - (f(2.0 * h) - f(-2.0 * h))) / (12.0 * h)
}

#[differentiate(order = 3)]
trait Spring {
    fn energy(&self, x: f64) -> f64;

    fn rest() -> f64;

    fn relax(&mut self, rate: f64);

    /// Provided by the trait.
    fn stretched(&self, x: &[f64]) -> f64 {
        let mut sum = 0.0;
        for i in 0..x.len() {
            sum += self.energy(x[i] - Self::rest());
        }
        sum
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Hooke {
    k: f64,
}

#[differentiate(order = 3)]
impl Spring for Hooke {
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.k * x * x * x
    }

    fn rest() -> f64 {
        0.25
    }

    fn relax(&mut self, rate: f64) {
        self.k *= (-rate).exp();
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Morse {
    depth: f64,
    width: f64,
}

#[differentiate(order = 3)]
impl Spring for Morse {
    fn energy(&self, x: f64) -> f64 {
        self.depth * (1.0 - (-self.width * x).exp()).powi(2)
    }

    fn rest() -> f64 {
        1.1
    }

    fn relax(&mut self, rate: f64) {
        self.depth -= rate * self.depth * self.width;
        self.width += rate;
    }

    fn stretched(&self, x: &[f64]) -> f64 {
        self.energy(x[0] * x[1]) + self.width
    }
}

#[differentiate(order = 3)]
fn total<S: Spring + Clone>(spring: &S, x: &[f64], rate: f64) -> f64 {
    let mut later = spring.clone();
    let now = later.stretched(x);
    later.relax(rate * x[0]);
    now * later.energy(x[1])
}

#[differentiate(hessian)]
fn of_hooke(k: f64, x: &[f64], rate: f64) -> f64 {
    total(&Hooke { k }, x, rate)
}

#[differentiate(hessian)]
fn of_morse(depth: f64, x: &[f64], rate: f64) -> f64 {
    total(&Morse { depth, width: 0.8 }, x, rate)
}

macro_rules! check {
    ($f:ident $grad:ident $hvp:ident) => {
        let (p, x, rate) = (1.3, [0.7, 1.9], 0.4);
        let (dp, dx, dr) = (0.5, [1.0, -0.6], 0.8);
        let at = |t: f64| (p + t * dp, [x[0] + t * dx[0], x[1] + t * dx[1]], rate + t * dr);
        let (value, (p_bar, x_bar, r_bar), (hp, hx, hr)) = $hvp(p, &x, rate, (dp, &dx, dr));
        assert_eq!(value.to_bits(), $f(p, &x, rate).to_bits());
        let along = p_bar * dp + x_bar[0] * dx[0] + x_bar[1] * dx[1] + r_bar * dr;
        let moved = |t: f64| {
            let (p, x, r) = at(t);
            $grad(p, &x, r).1
        };
        assert_relative_eq!(
            along,
            slope(|t| {
                let (p, x, r) = at(t);
                $f(p, &x, r)
            }),
            max_relative = 1e-8
        );
        assert_relative_eq!(hp, slope(|t| moved(t).0), max_relative = 1e-7);
        assert_relative_eq!(hx[0], slope(|t| moved(t).1[0]), max_relative = 1e-7);
        assert_relative_eq!(hx[1], slope(|t| moved(t).1[1]), max_relative = 1e-7);
        assert_relative_eq!(hr, slope(|t| moved(t).2), max_relative = 1e-7);
    };
}

#[test]
fn through_generic_functions() {
    check!(of_hooke of_hooke_grad of_hooke_hvp);
    check!(of_morse of_morse_grad of_morse_hvp);
}

/// Third derivatives: the gradient of a generic function inside, twice differentiated outside.
#[differentiate(hessian)]
fn stiffness(k: f64, x: &[f64]) -> f64 {
    let (_, (_, force, _)) = hooke_total_grad(k, x, 0.3);
    force[0] * force[1]
}

#[differentiate(order = 3)]
fn hooke_total(k: f64, x: &[f64], rate: f64) -> f64 {
    total(&Hooke { k }, x, rate)
}

#[test]
fn third_derivatives() {
    let (k, x, dx) = (1.3, [0.7, 1.9], [1.0, -0.6]);
    let at = |t: f64| [x[0] + t * dx[0], x[1] + t * dx[1]];
    let (_, (k_bar, _), (hk, hx)) = stiffness_hvp(k, &x, (0.0, &dx));
    assert_relative_eq!(k_bar, slope(|t| stiffness(k + t, &x)), max_relative = 1e-8);
    assert_relative_eq!(hk, slope(|t| stiffness_grad(k, &at(t)).1.0), max_relative = 1e-7);
    assert_relative_eq!(hx[1], slope(|t| stiffness_grad(k, &at(t)).1.1[1]), max_relative = 1e-7);
}
