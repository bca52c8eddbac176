use autodiff_core::differentiate;

use std::collections::HashMap;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    let m: HashMap<usize, f64> = xs.iter().copied().enumerate().collect();
    m[&0] * m[&1]
}

fn main() {}
