//! Modules of the user that are called like the crate and its modules.
#![allow(dead_code)]
use ::autodiff_core::differentiate;

mod autodiff_core {}
mod rules {}
mod rt {}

#[differentiate]
fn f(x: f64, y: f64) -> f64 {
    (x * y).sin() + x.powi(2)
}

fn main() {
    assert_eq!(f_grad(0.0, 1.0), (0.0, (1.0, 0.0)));
}
