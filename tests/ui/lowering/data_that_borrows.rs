//! A struct of references, made and used in one function.

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Copy, Differentiable)]
struct View<'a> {
    data: &'a [f64],
    scale: f64,
}

#[differentiate]
fn total(v: &View<'_>) -> f64 {
    v.data.iter().sum::<f64>() * v.scale
}

#[differentiate]
fn f(x: &[f64], k: f64) -> f64 {
    let view = View { data: x, scale: k };
    total(&view)
}

fn main() {}
