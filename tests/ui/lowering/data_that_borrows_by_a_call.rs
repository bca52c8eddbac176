//! Data that borrows, made by a call and used in the same function.
use autodiff_core::{differentiate, Differentiable};

#[derive(Differentiable, Clone, Copy)]
struct View<'a> {
    data: &'a [f64],
    scale: f64,
}

#[differentiate]
impl<'a> View<'a> {
    fn new(data: &'a [f64], scale: f64) -> Self {
        View { data, scale }
    }

    fn energy(&self) -> f64 {
        self.data.iter().map(|x| x * x * self.scale).sum()
    }
}

#[differentiate]
fn energy(x: &[f64], k: f64) -> f64 {
    let v = View::new(x, k);
    v.energy() * k
}

fn main() {}
