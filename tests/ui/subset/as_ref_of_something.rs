//! A reference to what is in something that only rustc knows.

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Differentiable)]
enum Tree {
    Leaf(f64),
    Twice(Box<Tree>),
    Maybe(Option<Box<Tree>>),
}

#[differentiate]
fn value(tree: &Tree, x: f64) -> f64 {
    match tree {
        Tree::Leaf(k) => k * x,
        Tree::Twice(inner) => 2.0 * value(inner.as_ref(), x),
        Tree::Maybe(inner) => maybe(inner.as_deref(), x),
    }
}

#[differentiate]
fn maybe(tree: Option<&Tree>, x: f64) -> f64 {
    match tree {
        Some(tree) => value(tree, x),
        None => x,
    }
}

#[differentiate]
fn all(x: &[f64]) -> f64 {
    outside::sum(x.into())
}

mod outside {
    #[autodiff_core::differentiate]
    pub fn sum(x: Vec<f64>) -> f64 {
        x.iter().sum()
    }
}

fn main() {}
