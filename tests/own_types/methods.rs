//! Methods of types of the file that have names of std's, called on receivers of all kinds.

#![allow(clippy::should_implement_trait, clippy::len_without_is_empty)] // that they have such names is what is tested

use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable, Clone, Copy)]
struct Vec3 {
    x: f64,
    y: f64,
    z: f64,
}

#[differentiate]
impl Vec3 {
    fn map(self, f: impl Fn(f64) -> f64) -> Vec3 {
        Vec3 { x: f(self.x), y: f(self.y), z: f(self.z) }
    }

    fn zip(self, o: Vec3) -> Vec3 {
        Vec3 { x: self.x * o.x, y: self.y * o.y, z: self.z * o.z }
    }

    fn sum(self) -> f64 {
        self.x + 2.0 * self.y + 3.0 * self.z
    }

    fn max(self, o: f64) -> Vec3 {
        Vec3 { x: self.x.max(o), ..self }
    }

    fn min(&self) -> f64 {
        self.x.min(self.y)
    }

    fn fold(self, k: f64) -> f64 {
        self.x * k
    }

    fn abs(self) -> Vec3 {
        Vec3 { x: self.x.abs(), y: self.y.abs(), z: self.z }
    }

    fn powi(self, n: i32) -> Vec3 {
        Vec3 { x: self.x.powi(n), y: self.y, z: self.z }
    }
}

#[differentiate]
fn of_values(v: &[f64]) -> f64 {
    let (a, k) = (Vec3 { x: v[0], y: v[1], z: v[2] }, v[3]);
    let b = a.map(|x| x * k + 1.0);
    let c = b.zip(a.abs()).powi(3);
    c.sum() * c.max(0.1).x + c.min() + a.fold(k)
}

/// Behind references.
#[differentiate]
fn of_references(v: &[f64]) -> f64 {
    let all = [Vec3 { x: v[0], y: v[1], z: v[2] }, Vec3 { x: v[3], y: v[2], z: v[0] }];
    let mut s = 0.0;
    for a in &all {
        s += a.max(0.2).sum() * a.min();
        s += a.fold(v[1]) + a.zip(all[0]).min();
    }
    s
}

#[derive(Differentiable, Clone)]
struct Stack {
    items: Vec<f64>,
    n: usize,
}

#[differentiate]
impl Stack {
    fn push(&mut self, x: f64) {
        self.items.push(x * 2.0);
        self.n += 1;
    }

    fn pop(&mut self) -> f64 {
        self.n -= 1;
        self.items.pop().unwrap_or(0.0)
    }

    fn last(&self) -> f64 {
        self.items[self.items.len() - 1]
    }

    fn sum(&self) -> f64 {
        self.items.iter().map(|x| x * x).sum()
    }

    fn get(&self, i: usize) -> f64 {
        self.items[i] * 3.0
    }

    fn len(&self) -> usize {
        self.n
    }

    fn insert(&mut self, at: usize, x: f64) {
        self.items[at] *= x;
    }

    fn clear(&mut self, k: f64) {
        for x in &mut self.items {
            *x *= k;
        }
    }
}

#[differentiate]
fn of_a_stack(v: &[f64]) -> f64 {
    let mut s = Stack { items: vec![v[0]], n: 1 };
    s.push(v[1]);
    s.push(v[0] * v[1]);
    let t = s.pop();
    s.insert(0, v[1]);
    for i in 0..s.len() {
        s.push(s.get(i) * v[0]);
    }
    s.clear(v[1]);
    t * s.last() + s.sum()
}

/// A receiver that was lent.
#[differentiate]
fn lent(s: &mut Stack, k: f64) -> f64 {
    s.push(k);
    s.insert(1, s.get(0));
    let t = s.pop();
    t * s.sum() * s.last()
}

#[differentiate]
fn of_a_lent_stack(v: &[f64]) -> f64 {
    let mut s = Stack { items: vec![v[0], v[1]], n: 2 };
    lent(&mut s, v[1]) * s.last() + s.len() as f64 * v[0]
}

#[derive(Differentiable, Clone)]
struct Poly {
    c: Vec<f64>,
}

#[differentiate]
impl Poly {
    fn len(&self) -> f64 {
        self.c.iter().map(|c| c * c).sum::<f64>().sqrt()
    }

    fn first(&self) -> f64 {
        self.c[0]
    }

    fn cmp(&self, o: f64) -> f64 {
        self.c[0] * o
    }

    fn contains(&self, x: f64) -> f64 {
        self.c[1] * x
    }

    fn count(&self) -> usize {
        self.c.len()
    }

    fn rev(&self) -> Poly {
        Poly { c: vec![self.c[1], self.c[0] * self.c[1]] }
    }

    fn iter(&self) -> std::slice::Iter<'_, f64> {
        self.c.iter()
    }

    fn split_at(&self, t: f64) -> (f64, f64) {
        (self.c[0] * t, self.c[1])
    }
}

#[differentiate]
fn of_a_polynomial(v: &[f64]) -> f64 {
    let p = Poly { c: vec![v[0], v[1]] };
    let q = p.rev().rev();
    let (a, b) = q.split_at(v[1]);
    let mut s = 0.0;
    for c in p.iter() {
        s += c * v[0];
    }
    s * p.len() * q.first() + p.cmp(a) + q.contains(b) * p.count() as f64 + p.iter().map(|c| c * c).sum::<f64>()
}

/// A method of a trait of the file.
#[differentiate]
trait Container {
    fn get(&self, i: usize) -> f64;
    fn fill(&mut self, x: f64);
}

#[derive(Differentiable, Clone)]
struct Row([f64; 2]);

#[differentiate]
impl Container for Row {
    fn get(&self, i: usize) -> f64 {
        self.0[i] * 2.0
    }

    fn fill(&mut self, x: f64) {
        self.0[0] = x * self.0[1];
    }
}

#[differentiate]
fn of_a_trait(v: &[f64]) -> f64 {
    let mut r = Row([v[0], v[1]]);
    r.fill(v[0]);
    r.get(0) * r.get(1)
}

mod tests {
    checked! {
        of_values of_values_grad of_values_vjp of_values_jvp at [0.5, 0.3, 0.2, 0.7], [-0.5, 0.9, 1.2, 0.1];
        of_references of_references_grad of_references_vjp of_references_jvp at [0.5, 0.3, 0.25, 0.7];
        of_a_stack of_a_stack_grad of_a_stack_vjp of_a_stack_jvp at [0.5, 0.7], [-0.5, 1.3];
        of_a_lent_stack of_a_lent_stack_grad of_a_lent_stack_vjp of_a_lent_stack_jvp at [0.5, 0.7];
        of_a_polynomial of_a_polynomial_grad of_a_polynomial_vjp of_a_polynomial_jvp at [0.5, 0.7];
        of_a_trait of_a_trait_grad of_a_trait_vjp of_a_trait_jvp at [0.5, 0.7];
    }
}
