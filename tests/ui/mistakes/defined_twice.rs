//! Two functions of one name: rustc says so, once.
use autodiff_core::differentiate;

#[differentiate]
fn power(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn power(x: f64) -> f64 {
    x * x * x
}

fn main() {}
