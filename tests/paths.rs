//! Methods called by their path: `Type::method(x)`, `Self::method(x)`, `Trait::method(x)`; receivers by value and by reference.

#![allow(clippy::all)] // how functions are written is what these tests vary

use autodiff_core::{Differentiable, differentiate};
use num_traits::Float;

#[macro_use]
mod common;

#[derive(Differentiable, Clone, Copy, Debug)]
pub struct V {
    x: f64,
    y: f64,
}

#[derive(Differentiable, Clone, Debug)]
pub struct List {
    d: Vec<f64>,
    step: usize,
}

#[differentiate]
impl V {
    fn new(x: f64, y: f64) -> Self {
        V { x, y }
    }
    fn dot(self, o: V) -> f64 {
        self.x * o.x + self.y * o.y
    }
    fn norm2(self) -> f64 {
        Self::dot(self, self)
    }
    fn scaled(self, k: f64) -> Self {
        Self::new(self.x * k, self.y * k)
    }
    fn twice(mut self) -> Self {
        self.x *= 2.0;
        self.y *= self.x;
        self
    }
    fn both(&self) -> f64 {
        V::dot(*self, V::scaled(*self, 2.0)) + Self::norm2(V { x: 1.0, y: self.x })
    }
    fn grow(&mut self, k: f64) {
        self.x += k * self.y;
        *self = Self::scaled(*self, k);
    }
    fn generic<T: Float>(x: T, n: i32) -> T {
        x.powi(n) * x
    }
    fn counted(n: usize, v: V) -> f64 {
        n as f64 * V::norm2(v)
    }
}

#[differentiate]
impl List {
    /// Nothing differentiable goes in.
    fn zeros(n: usize) -> Self {
        List { d: vec![0.0; n], step: 1 }
    }
    fn weight(n: usize) -> f64 {
        1.0 + n as f64
    }
    fn total(self) -> f64 {
        self.d.iter().map(|x| x * x).sum()
    }
    fn with(mut self, k: f64) -> Self {
        self.d.push(k * k);
        self
    }
    fn mixed(&self) -> f64 {
        let mut other = List::zeros(self.d.len());
        let mut third = Self::zeros(self.step);
        for i in 0..self.d.len() {
            other.d[i] = self.d[i] * Self::weight(self.step);
        }
        third.d[0] = other.d[0];
        List::total(other) * List::total(third)
    }
}

#[differentiate]
fn by_value(v: &[f64]) -> f64 {
    let a = V::new(v[0], v[1]);
    let b = V::scaled(a, v[2]);
    let c = V::twice(V::twice(b));
    V::norm2(b) + V::dot(a, V { x: v[3], y: 1.0 }) + V::both(&c) + c.both()
}

#[differentiate]
fn in_a_loop(v: &[f64]) -> f64 {
    let mut p = V { x: v[0], y: v[1] };
    let mut sum = 0.0;
    for k in v {
        p = V::scaled(p, *k);
        sum += V::dot(p, V::new(sum, *k));
        V::grow(&mut p, v[1]);
        if V::norm2(p) > 4.0 {
            continue;
        }
        p = V::twice(p);
    }
    sum + V::counted(3, p)
}

/// The same variable twice, constants, and a receiver that is used afterwards.
#[differentiate]
fn aliased(v: &[f64]) -> f64 {
    let p = V { x: v[0], y: v[1] };
    let fixed = V { x: 2.0, y: 0.5 };
    V::dot(p, p) * V::dot(fixed, p) + V::dot(p, fixed) + V::norm2(fixed) + V::generic(p.x, 2) * V::generic::<f64>(v[2], 1)
}

/// A receiver that is taken away.
#[differentiate]
fn owned(v: &[f64]) -> f64 {
    let a = List { d: v.to_vec(), step: 2 };
    let b = List::with(a.clone(), v[1]);
    let c = List::with(b.clone(), v[0]);
    List::total(List::with(b, v[0])) * List::total(a) + List::mixed(&c)
}

/// Shadows the names that companions have.
#[differentiate]
fn shadowed(v: &[f64]) -> f64 {
    let first = V { x: v[0], y: v[2] };
    let own_self = V::scaled(first, v[1]);
    let first = V::norm2(own_self);
    V::dot(own_self, own_self) * first
}

#[differentiate]
pub trait Shape: Sized + Copy {
    fn area(self) -> f64;
    fn with(&self, k: f64) -> f64;
    fn make(k: f64) -> Self;
    fn unit(n: usize) -> Self;
    fn twice(self) -> f64 {
        2.0 * Self::area(self) + Shape::area(Self::unit(3))
    }
}

#[differentiate]
impl Shape for V {
    fn area(self) -> f64 {
        self.x * self.y
    }
    fn with(&self, k: f64) -> f64 {
        self.x * k
    }
    fn make(k: f64) -> V {
        V { x: k, y: k * k }
    }
    fn unit(n: usize) -> V {
        V { x: n as f64, y: 1.0 }
    }
}

/// Numbers as receivers.
#[differentiate]
impl Shape for f64 {
    fn area(self) -> f64 {
        self * self
    }
    fn with(&self, k: f64) -> f64 {
        self * k
    }
    fn make(k: f64) -> f64 {
        k.sin()
    }
    fn unit(_: usize) -> f64 {
        1.5
    }
}

#[differentiate]
fn through_trait<A: Shape>(a: A, k: f64) -> f64 {
    A::area(a) + A::with(&a, k) + Shape::area(a) * A::area(A::make(k)) + <A as Shape>::area(a) * A::twice(a)
}

#[differentiate]
fn traits(v: &[f64]) -> f64 {
    let a = V { x: v[0], y: v[1] };
    let b = <V as Shape>::with(&a, v[2]) + through_trait(a, v[3]) + V::make(v[0]).y + V::area(a) + Shape::area(a);
    b + through_trait(v[2], v[1]) + Shape::area(v[1]) * <f64 as Shape>::area(v[0])
}

mod checks {
    checked! {
        by_value by_value_grad by_value_vjp by_value_jvp at [1.3, 0.7, -0.4, 0.9], [-0.3, 1.7, 0.4, 0.2];
        in_a_loop in_a_loop_grad in_a_loop_vjp in_a_loop_jvp at [1.3, 0.7, -0.4, 0.9], [-0.3, 1.7, 0.4, 0.2];
        aliased aliased_grad aliased_vjp aliased_jvp at [1.3, 0.7, -0.4], [-0.3, 1.7, 0.4];
        owned owned_grad owned_vjp owned_jvp at [1.3, 0.7, -0.4], [-0.3, 1.7, 0.4];
        shadowed shadowed_grad shadowed_vjp shadowed_jvp at [1.3, 0.7, -0.4];
        traits traits_grad traits_vjp traits_jvp at [1.3, 0.7, -0.4, 0.9], [-0.3, 1.7, 0.4, 0.2];
    }
}

/// Second derivatives through calls by path, and of them.
#[derive(Differentiable, Clone, Copy, Debug)]
pub struct W(f64, f64);

#[differentiate(hessian)]
impl W {
    fn zero(n: usize) -> W {
        W(0.0, n as f64)
    }
    fn energy(self, k: f64) -> f64 {
        self.0 * self.0 * k + (self.1 * k).sin()
    }
    fn moved(&self, by: f64) -> f64 {
        let start = W::zero(2);
        W::energy(W(self.0 + by * start.1, self.1), by) * Self::energy(*self, self.1)
    }
}

#[differentiate(hessian)]
fn curved(v: &[f64]) -> f64 {
    let w = W(v[0] * v[1], v[2]);
    W::energy(w, v[0]) * W::moved(&w, v[1])
}

#[differentiate]
fn slope(v: &[f64]) -> f64 {
    let w = W(v[0] * v[1], v[2]);
    let (value, (w_bar, k_bar)) = W::energy_grad(w, v[1]);
    value * w_bar.0 + w_bar.1 * k_bar
}

#[test]
fn gradients_by_path() {
    let at = [1.3, 0.7, -0.4];
    common::assert_close("slope", &slope_grad(&at).1, &common::numeric_gradient(slope, &at), 1e-6);
}

#[test]
fn second_derivatives_by_path() {
    let (at, dot) = ([1.3, 0.7, -0.4], [0.3, -0.5, 0.9]);
    let (value, gradient, product) = curved_hvp(&at, &dot);
    common::assert_same_bits("curved", value, curved(&at));
    common::assert_close("curved", &gradient, &common::numeric_gradient(curved, &at), 1e-6);
    let along = |v: &[f64]| curved_grad(v).1.iter().zip(&dot).map(|(g, d)| g * d).sum::<f64>();
    common::assert_close("curved", &product, &common::numeric_gradient(along, &at), 1e-6);
}
