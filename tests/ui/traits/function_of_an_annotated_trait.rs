use autodiff_core::{Differentiable, differentiate};

#[differentiate]
trait Model {
    fn energy(&self, x: f64) -> f64;
}

#[derive(Differentiable)]
struct Steep(f64);

impl Model for Steep {
    #[differentiate]
    fn energy(&self, x: f64) -> f64 {
        self.0 * x * x
    }
}

fn main() {}
