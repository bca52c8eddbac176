//! The attribute belongs on loops.

use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    #[checkpoint]
    let y = x * x;
    y
}

#[differentiate]
#[checkpoint]
fn g(x: f64) -> f64 {
    x * x
}

fn main() {}
