//! Operators whose derivatives do not reach as far as those of the function.

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Copy, Differentiable)]
struct Pair(f64, f64);

#[differentiate(order = 3)]
impl std::ops::Mul for Pair {
    type Output = Pair;
    fn mul(self, o: Pair) -> Pair {
        Pair(self.0 * o.0 - self.1 * o.1, self.0 * o.1 + self.1 * o.0)
    }
}

#[differentiate(hessian)]
impl std::ops::Add for Pair {
    type Output = Pair;
    fn add(self, o: Pair) -> Pair {
        Pair(self.0 + o.0, self.1 + o.1)
    }
}

#[differentiate(order = 4)]
fn lower(a: Pair, b: Pair) -> f64 {
    let c = a * b;
    c.0
}

#[differentiate(order = 3)]
fn none(a: Pair, b: Pair) -> f64 {
    let c = a + b;
    c.0
}

fn main() {}
