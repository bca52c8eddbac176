use std::ops::{Add, Mul};

use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64, y: f64) -> f64 {
    x.add(y) + Mul::mul(x, y)
}

fn main() {}
