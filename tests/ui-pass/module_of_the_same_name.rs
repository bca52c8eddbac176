//! A module with the name of a function beside it: the function has its gradient, though others cannot differentiate through it.
use autodiff_core::differentiate;

mod loss {
    pub const SCALE: f64 = 2.0;
}

#[differentiate]
fn loss(x: f64) -> f64 {
    loss::SCALE * x * x
}

fn main() {
    assert_eq!(loss_grad(3.0), (18.0, 12.0));
}
