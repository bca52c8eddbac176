use autodiff_core::differentiate;

use std::cell::Cell;

#[differentiate]
fn f(x: &Cell<f64>, y: f64) -> f64 {
    x.get() * y
}

fn main() {}
