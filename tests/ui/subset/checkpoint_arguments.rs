//! The attribute has no arguments.

use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64, n: usize) -> f64 {
    let mut y = x;
    #[checkpoint(every = 10)]
    for _ in 0..n {
        y = y.sin();
    }
    y
}

fn main() {}
