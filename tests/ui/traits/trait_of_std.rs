use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable)]
struct Pair(f64, f64);

#[differentiate]
impl TryFrom<(f64, f64)> for Pair {
    type Error = ();
    fn try_from((a, b): (f64, f64)) -> Result<Self, ()> {
        Ok(Pair(a, b))
    }
}

fn main() {}
