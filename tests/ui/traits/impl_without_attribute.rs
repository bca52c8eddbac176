use autodiff_core::{Differentiable, differentiate};

#[differentiate]
trait Model {
    fn energy(&self, x: f64) -> f64 {
        x * x
    }
}

#[derive(Differentiable)]
struct Steep(f64);

impl Model for Steep {
    fn energy(&self, x: f64) -> f64 {
        x * x * self.0
    }
}

fn main() {}
