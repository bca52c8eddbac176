use autodiff_core::{Differentiable, differentiate};

trait Model {
    fn energy(&self, x: f64) -> f64;
}

#[derive(Differentiable)]
struct Steep(f64);

#[differentiate]
impl Model for Steep {
    fn energy(&self, x: f64) -> f64 {
        x * x * self.0
    }
}

fn main() {}
