//! Callees that do not have the modes of their caller.

use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable, Clone)]
struct Spring {
    k: f64,
}

#[differentiate]
impl Spring {
    fn energy(&self, x: f64) -> f64 {
        if x > 0.0 { self.k * x * x } else { 0.0 }
    }

    fn fill(&self, out: &mut [f64], x: f64) {
        for o in out.iter_mut() {
            *o = x * self.k;
        }
    }

    fn made(k: f64) -> Spring {
        Spring { k }
    }
}

#[differentiate(hessian)]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiate(hessian)]
fn total(s: &Spring, x: f64) -> f64 {
    square(x) + s.energy(x) + Spring::made(x).k
}

#[differentiate(order = 3)]
fn third(x: f64) -> f64 {
    square(x) * x
}

#[differentiate]
fn slope(s: &Spring, x: f64) -> f64 {
    s.energy_grad(x).1.1 + square_grad(x).1
}

#[differentiate(hessian)]
fn slope_twice(x: f64) -> f64 {
    square_grad(x).1
}

#[differentiate]
fn curvature(x: f64) -> f64 {
    square_hvp(x, 1.0).2
}

#[differentiate(lanes)]
fn filled(s: &Spring, x: f64) -> f64 {
    let mut out = [0.0; 3];
    s.fill(&mut out, x);
    out[0] * out[1]
}

// Called once per direction.
#[differentiate(lanes)]
fn one_by_one(s: &Spring, x: f64) -> f64 {
    square(x) + s.energy(x)
}

fn main() {}
