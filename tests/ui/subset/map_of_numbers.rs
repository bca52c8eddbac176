use std::collections::HashMap;

use autodiff_core::differentiate;

fn total(m: &HashMap<u32, f64>) -> f64 {
    m.values().sum()
}

#[differentiate]
fn f(x: f64) -> f64 {
    let mut m: HashMap<u32, f64> = HashMap::new();
    m.insert(1, x * x);
    total(&m) * x
}

fn main() {}
