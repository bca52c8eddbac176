//! Generated code is safe code.
#![forbid(unsafe_code, unsafe_op_in_unsafe_fn)]
use autodiff_core::differentiate;

#[differentiate]
fn f(x: &mut [f64], k: f64) -> f64 {
    for i in 1..x.len() {
        x[i] = x[i - 1] * k;
    }
    x[x.len() - 1]
}

#[differentiate]
fn g(x: f64, k: f64) -> f64 {
    let mut a = [x, 0.0, 0.0];
    f(&mut a, k)
}

fn main() {
    assert_eq!(g_grad(3.0, 2.0), (12.0, (4.0, 12.0)));
}
