//! A type parameter may be another type.

use autodiff_core::{Differentiable, differentiate};

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

#[differentiate]
fn total<M: Model>(m: &M, x: f64) -> f64 {
    m.energy(x) + m.energy(2.0 * x)
}

fn main() {}
