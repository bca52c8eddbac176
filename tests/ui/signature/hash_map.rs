use autodiff_core::differentiate;

use std::collections::HashMap;

#[differentiate]
fn f(x: &HashMap<String, f64>, y: f64) -> f64 {
    x["a"] * y
}

fn main() {}
