use autodiff_core::differentiate;

use std::collections::LinkedList;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    let m: LinkedList<f64> = xs.iter().copied().collect();
    m.iter().sum::<f64>() * xs[1]
}

fn main() {}
