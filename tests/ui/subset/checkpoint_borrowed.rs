//! What the caller lent by `&mut` is not at hand in a pullback, so that a loop cannot be started again with it.

use autodiff_core::differentiate;

#[differentiate]
fn f(u: &mut [f64], n: usize) {
    #[checkpoint]
    for _ in 0..n {
        u[0] = u[0].sin();
    }
}

fn main() {}
