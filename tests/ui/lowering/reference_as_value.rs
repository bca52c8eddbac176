//! A reference that stands for a value of a type parameter.
use autodiff_core::{differentiate, Differentiable};

#[differentiate]
trait Energy {
    fn energy(&self, x: f64) -> f64;
}

#[derive(Differentiable, Clone)]
struct Spring {
    k: f64,
}

#[differentiate]
impl Energy for Spring {
    fn energy(&self, x: f64) -> f64 {
        self.k * x
    }
}

#[differentiate]
impl<T: Energy> Energy for &T {
    fn energy(&self, x: f64) -> f64 {
        (**self).energy(x)
    }
}

#[differentiate]
fn twice<T: Energy>(e: T, x: f64) -> f64 {
    2.0 * e.energy(x)
}

#[differentiate]
fn of_spring(s: &Spring, x: f64) -> f64 {
    twice(s, x)
}

fn main() {}
