use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable)]
struct Pair(f64, f64);

#[differentiate]
impl From<(f64, f64)> for Pair {
    fn from((a, b): (f64, f64)) -> Self {
        Pair(a, b)
    }
}

fn main() {}
