use autodiff_core::{Differentiable, differentiate};

trait Ode<const N: usize> {
    fn rhs(&self, y: &[f64; N]) -> [f64; N];
}

#[derive(Differentiable)]
struct Decay(f64);

#[differentiate]
impl Ode<1> for Decay {
    fn rhs(&self, y: &[f64; 1]) -> [f64; 1] {
        [-self.0 * y[0]]
    }
}

fn main() {}
