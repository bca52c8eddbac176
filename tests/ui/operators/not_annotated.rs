use std::ops::{Add, Mul};

use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable, Clone, Copy)]
struct Pair(f64, f64);

#[differentiate]
impl Add for Pair {
    type Output = Pair;
    fn add(self, other: Pair) -> Pair {
        Pair(self.0 + other.0, self.1 + other.1)
    }
}

impl Mul<Pair> for f64 {
    type Output = Pair;
    fn mul(self, p: Pair) -> Pair {
        Pair(self * p.0, self * p.1)
    }
}

#[differentiate]
fn f(p: Pair) -> f64 {
    let q = 2.0 * p + p;
    q.0
}

fn main() {}
