use autodiff_core::{Differentiable, Scalar, differentiate};

#[differentiate(lanes)]
fn generic<T: Scalar>(x: T) -> T {
    x * x
}

#[derive(Clone, Differentiable)]
struct Buffer {
    values: Vec<f64>,
}

#[differentiate(lanes)]
fn pushed(b: Buffer, x: f64) -> Buffer {
    let mut b = b;
    b.values.push(x);
    b
}

fn main() {}
