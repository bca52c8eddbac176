//! `f_hessian` and others are there where an option of the attribute asks for them.

use autodiff_core::differentiate;

#[differentiate]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {
    square_hessian(1.0);
    self::square_hvp(1.0, 1.0);
    square_jacobian(1.0);
}
