//! Values of type parameters, and of `Self`, that sweeps copy: the siblings ask for `Clone`, the functions do not.

use autodiff_core::{Differentiable, differentiate};

#[differentiate]
trait Filter {
    fn step(&mut self, x: f64) -> f64;
}

#[derive(Differentiable, Clone)]
struct Low {
    y: f64,
}

#[differentiate]
impl Filter for Low {
    fn step(&mut self, x: f64) -> f64 {
        self.y += 0.5 * (x - self.y) * self.y;
        self.y
    }
}

#[differentiate]
fn run<F: Filter>(f: &mut F, v: &[f64]) -> f64 {
    let mut s = 0.0;
    for x in v {
        s += f.step(*x);
    }
    s
}

#[differentiate]
fn twice<F: Filter>(f: &mut F, v: &[f64]) -> f64 {
    run(f, v) * run(f, v)
}

#[differentiate]
fn filtered(v: &[f64]) -> f64 {
    let mut low = Low { y: v[0] };
    twice(&mut low, v) + run(&mut low, v)
}

#[differentiate]
trait Builder {
    fn with(self, k: f64) -> Self;
    fn build(self) -> f64;
}

#[derive(Differentiable, Clone)]
struct Product {
    a: f64,
}

#[differentiate]
impl Builder for Product {
    fn with(self, k: f64) -> Self {
        Product { a: self.a * k * self.a }
    }
    fn build(self) -> f64 {
        self.a * self.a
    }
}

#[differentiate]
fn built<T: Builder>(b: T, k: f64) -> f64 {
    b.with(k).build() * k
}

#[differentiate]
fn through<T: Builder>(b: T, k: f64) -> f64 {
    built(b, k * k)
}

#[differentiate]
fn products(v: &[f64]) -> f64 {
    built(Product { a: v[0] }, v[1] * v[2]) + through(Product { a: v[3] }, v[0])
}

#[differentiate]
trait Vector: Sized {
    fn dot(&self, k: f64) -> f64;
    fn norm2(self) -> f64 {
        let a = self.dot(2.0);
        a * a
    }
}

#[derive(Differentiable, Clone)]
struct Point {
    a: f64,
}

#[differentiate]
impl Vector for Point {
    fn dot(&self, k: f64) -> f64 {
        self.a * k
    }
}

#[differentiate]
fn norms(v: &[f64]) -> f64 {
    Point { a: v[0] }.norm2() * v[1] + Point { a: v[2] }.dot(v[3])
}

#[test]
fn siblings_copy_what_functions_consume() {
    check!(filtered filtered_vjp filtered_jvp; products products_vjp products_jvp; norms norms_vjp norms_jvp;);
}
