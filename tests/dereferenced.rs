//! Types that are taken for another one by their `Deref`.

use std::ops::{Deref, DerefMut, Index};

use autodiff_core::{Differentiable, differentiate};
use num_traits::Float;

#[macro_use]
mod common;

#[derive(Differentiable, Clone)]
struct Weights {
    list: Vec<f64>,
    k: f64,
}

#[differentiate]
impl Deref for Weights {
    type Target = Vec<f64>;
    fn deref(&self) -> &Vec<f64> {
        &self.list
    }
}
#[differentiate]
impl DerefMut for Weights {
    fn deref_mut(&mut self) -> &mut Vec<f64> {
        &mut self.list
    }
}

#[differentiate]
fn first_two(w: &[f64]) -> f64 {
    w[0] * w[1]
}

#[differentiate]
fn lists(v: &[f64]) -> f64 {
    let mut w = Weights { list: v.to_vec(), k: v[2] };
    w[1] *= v[0];
    w[0] = w[1] * w.k;
    let mut s = first_two(&w);
    for i in 0..w.len() {
        s += w[i] * w[0];
    }
    for x in w.iter() {
        s *= x;
    }
    s + w.iter().zip(v).map(|(a, b)| a * b).sum::<f64>()
}

#[derive(Differentiable, Clone)]
struct Generic<T> {
    list: [T; 3],
}

#[differentiate]
impl<T: Float> Deref for Generic<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.list
    }
}

#[derive(Differentiable, Clone)]
struct Point {
    x: f64,
    y: f64,
}

#[differentiate]
impl Point {
    fn product(&self) -> f64 {
        self.x * self.y
    }
}

/// Fields and methods of what is inside; a field of the same name comes first.
#[derive(Differentiable, Clone)]
struct Heavy {
    inside: Point,
    y: f64,
}

#[differentiate]
impl Deref for Heavy {
    type Target = Point;
    fn deref(&self) -> &Point {
        &self.inside
    }
}

#[differentiate]
fn fields_and_methods(v: &[f64]) -> f64 {
    let h = Heavy { inside: Point { x: v[0], y: v[1] }, y: v[2] };
    let g = Generic { list: [h.x, h.y, h.product()] };
    g[0] * g[1] * g[2] + h.inside.y
}

/// Its own `Index` comes before that of what it is dereferenced to.
#[derive(Differentiable, Clone)]
struct Backwards {
    list: Vec<f64>,
}

impl Deref for Backwards {
    type Target = [f64];
    fn deref(&self) -> &[f64] {
        &self.list
    }
}
#[differentiate]
impl Index<usize> for Backwards {
    type Output = f64;
    fn index(&self, i: usize) -> &f64 {
        &self.list[self.list.len() - 1 - i]
    }
}

#[differentiate]
fn indexed_otherwise(v: &[f64]) -> f64 {
    let b = Backwards { list: v.to_vec() };
    b[0] * b[0] * b[1]
}

mod checks {
    checked! {
        lists lists_grad lists_vjp lists_jvp at [1.3, 0.7, -0.4, 0.9], [0.3, -0.5, 1.2];
        fields_and_methods fields_and_methods_grad fields_and_methods_vjp fields_and_methods_jvp at [1.3, 0.7, -0.4];
        indexed_otherwise indexed_otherwise_grad indexed_otherwise_vjp indexed_otherwise_jvp at [1.3, 0.7, -0.4];
    }
}
