//! The siblings of one would be found for the other.

use autodiff_core::{Differentiable, differentiate};

trait Model {
    fn energy(&self, x: f64) -> f64;
}

#[derive(Differentiable)]
struct Steep(f64);

impl Steep {
    fn energy(&self, x: f64) -> f64 {
        self.0 * x
    }
}

impl Model for Steep {
    #[differentiate]
    fn energy(&self, x: f64) -> f64 {
        self.0 * x * x
    }
}

fn main() {
    Steep(1.0).energy(2.0);
}
