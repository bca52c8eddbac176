use autodiff_core::{derivative, differentiate};

#[derivative(order = 3, pullback = back)]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn back(x: &f64, _: &f64, seed: f64) -> f64 {
    2.0 * *x * seed
}

fn main() {}
