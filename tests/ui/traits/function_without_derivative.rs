//! Functions of a trait without the attribute, by every way of calling them.
use autodiff_core::{differentiate, Differentiable};

trait Shape {
    fn side(&self, x: f64) -> f64;
}

trait Squared {
    fn squared(self) -> f64;
}

impl Squared for f64 {
    fn squared(self) -> f64 {
        self * self
    }
}

#[derive(Differentiable, Clone)]
struct Square {
    a: f64,
}

impl Shape for Square {
    fn side(&self, x: f64) -> f64 {
        self.a * x
    }
}

#[differentiate]
fn by_path(s: &Square, x: f64) -> f64 {
    Shape::side(s, x) * x
}

#[differentiate]
fn by_method(s: &Square, x: f64) -> f64 {
    s.side(x)
}

#[differentiate]
fn generic<S: Shape + Differentiable>(s: &S, x: f64) -> f64 {
    s.side(x)
}

#[differentiate]
fn of_number(x: f64) -> f64 {
    x.squared()
}

fn main() {}
