use autodiff_core::differentiate;

use std::cell::RefCell;

#[differentiate]
fn f(x: &RefCell<Vec<f64>>, y: f64) -> f64 {
    x.borrow()[0] * y
}

fn main() {}
