//! What stands around a function, and names that hidden code has to leave alone.

#![allow(clippy::all)] // how functions are written is what these tests vary

use std::fmt::Write;

use autodiff_core::{Differentiable, derivative, differentiate};
use num_traits::Float;

#[macro_use]
mod common;

#[derive(Differentiable, Clone, Copy, Debug)]
struct Line<T> {
    slope: T,
    offset: T,
}

/// The attribute on functions of a block whose parameter they use.
impl<T: Float> Line<T> {
    #[differentiate]
    fn at(&self, x: T) -> T {
        self.slope * x + self.offset
    }
    #[differentiate]
    fn square(a: T, x: T) -> T {
        a * x * x
    }
    #[derivative(k = x, x = k)]
    fn product(k: T, x: T) -> T {
        k * x
    }
    #[differentiate]
    fn moved<const N: usize>(self, by: [T; N]) -> T {
        let mut s = self.offset;
        for b in by {
            s = s + b * self.slope;
        }
        s
    }
}

#[differentiate]
fn generic_block(v: &[f64]) -> f64 {
    let p = Line { slope: v[0], offset: v[1] };
    let moved = p.moved([v[0], v[2]]) + Line::moved(p, [v[1]]);
    p.at(v[2]) * moved + Line::<f64>::square(v[1], v[0]) + Line::square(v[2], v[0]) * Line::product(v[0], v[2])
}

/// A default method that hands `self` on to be changed: whoever uses it is `Clone`.
#[differentiate]
trait Model {
    fn step(&mut self, dt: f64);
    fn energy(&self) -> f64;
    fn run(&mut self, n: usize, dt: f64) -> f64 {
        let mut e = 0.0;
        for _ in 0..n {
            self.step(dt);
            e += self.energy();
        }
        e
    }
}

#[derive(Differentiable, Clone)]
struct Spring {
    x: f64,
    v: f64,
}

#[differentiate]
impl Model for Spring {
    fn step(&mut self, dt: f64) {
        self.x += self.v * dt;
        self.v -= self.x * dt;
    }
    fn energy(&self) -> f64 {
        self.x * self.x + self.v * self.v * self.x
    }
}

#[differentiate]
fn simulate<M: Model + Clone>(m: &mut M, dt: f64) -> f64 {
    m.run(3, dt) * m.energy()
}

#[differentiate]
fn default_method(v: &[f64]) -> f64 {
    let mut p = Spring { x: v[0], v: v[1] };
    p.run(5, v[2]) + p.x * v[1] + simulate(&mut p, v[2]) * p.v
}

/// A text that is written along.
#[differentiate]
fn logged(v: &[f64]) -> f64 {
    let mut log = String::new();
    let mut s = 0.0;
    for x in v {
        s += x * x * s.cos();
        write!(log, "{x} ").unwrap();
        writeln!(&mut log, "{} {}", s, x * 2.0).unwrap();
    }
    if log.len() > 3 { s } else { 0.0 }
}

/// The name of a type: there is no companion, and nothing is hidden.
#[differentiate]
fn f64(x: core::primitive::f64, k: f64) -> f64 {
    x * x * k
}

#[test]
fn name_of_a_type() {
    assert_eq!(f64_grad(3.0, 2.0), (18.0, (12.0, 9.0)));
}

mod checks {
    checked! {
        generic_block generic_block_grad generic_block_vjp generic_block_jvp at [1.3, 0.7, -0.4], [0.5, -0.3, 1.5];
        default_method default_method_grad default_method_vjp default_method_jvp at [1.3, 0.7, -0.4], [0.5, -0.3, 0.5];
        logged logged_grad logged_vjp logged_jvp at [1.3, 0.7, -0.4], [0.5, -0.3, 0.5];
    }
}
