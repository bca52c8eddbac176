use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable)]
struct Weights {
    list: Vec<f64>,
}

impl std::ops::Deref for Weights {
    type Target = [f64];
    fn deref(&self) -> &[f64] {
        &self.list
    }
}

#[differentiate]
fn first(w: &Weights, x: f64) -> f64 {
    w[0] * x
}

#[differentiate]
fn all(w: &Weights, x: f64) -> f64 {
    w.iter().map(|w| w * x).sum()
}

fn main() {}
