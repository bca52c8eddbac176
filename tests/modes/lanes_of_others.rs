//! Tangents in lanes of functions that call methods without lanes, of their own types and of array libraries.

use crate::harness::*;
use autodiff_core::{Differentiable, Lanes, differentiate};
use nalgebra::{Matrix3, Vector3};

#[derive(Clone, Debug, Differentiable, PartialEq)]
struct Spring {
    k: f64,
    r: [f64; 2],
}
fn spring(c: &mut Cur) -> Spring {
    Spring { k: c.n(), r: c.arr() }
}
#[differentiate]
impl Spring {
    fn energy(&self, x: f64) -> f64 {
        self.k * x * x + self.r[0] * x
    }
    #[differentiate(lanes)]
    fn with_lanes(&self, x: f64, w: &[f64]) -> f64 {
        self.k * x.sin() * w[0] + self.r[1]
    }
    fn taken(self, x: f64) -> [f64; 2] {
        [self.k * x, self.r[0] * self.r[1]]
    }
    #[differentiate(lanes)]
    fn taken_with_lanes(self, x: f64) -> [f64; 2] {
        [self.k * x, self.r[0] * self.r[1]]
    }
    fn of(k: f64, x: f64) -> Self {
        Spring { k, r: [x * k, x] }
    }
    #[differentiate(lanes)]
    fn of_with_lanes(k: f64, x: f64) -> Self {
        Spring { k, r: [x * k, x.exp()] }
    }
}
#[differentiate]
trait Wavy {
    fn wave(&self, x: f64) -> f64;
}
#[differentiate]
impl Wavy for Spring {
    fn wave(&self, x: f64) -> f64 {
        (self.k * x).cos()
    }
}
#[differentiate(lanes, jacobian)]
fn called(s: &Spring, x: f64, w: &[f64]) -> [f64; 2] {
    let a = s.energy(x) + s.with_lanes(x * 2.0, w);
    let mut t = s.clone();
    t.k *= x;
    let b = t.clone().taken(x);
    let c = Box::new(s.clone());
    let d = Spring::of(x, w[0]);
    [a * b[1] + t.clone().taken_with_lanes(x)[0], s.wave(x) * c.with_lanes(x, w) + t.with_lanes(x, w) * c.energy(w[1]) + d.energy(x)]
}
/// By their paths.
#[differentiate(lanes, jacobian)]
fn called_by_path(s: &Spring, x: f64, w: &[f64]) -> [f64; 2] {
    let mut t = Spring::of_with_lanes(x, w[0]);
    let a = Spring::with_lanes(&t, x * 2.0, w) * Spring::energy(s, x);
    t.k *= x;
    let b = Spring::taken_with_lanes(t.clone(), s.k * x);
    [a * b[1] + b[0], Spring::with_lanes(s, w[1], &[x, t.k])]
}
#[differentiate(lanes, hessian)]
fn matrices(m: &Matrix3<f64>, v: Vector3<f64>, s: f64) -> f64 {
    let w = m * v * s + Vector3::new(s, 0.0, v.x);
    let u = -w + v / s;
    w.dot(&v) + u.norm() * m[(0, 1)] + v.cross(&w).norm_squared() * m.determinant()
}
#[test]
fn one_by_one() {
    jac!(2e-6; called called_vjp called_jvp called_jacobian at [1.3, 0.4, -0.7, 0.6, 0.3, 0.9]; c => (&spring(&mut c), c.n(), &c.vec(2)); (&c.fill(zero(&spring(&mut Cur::new(&[0.0; 3])))), c.n(), &*c.vec(2)));
    lanes!(called called_jvp called_jvp_lanes at [1.3, 0.4, -0.7, 0.6, 0.3, 0.9]; c => (&spring(&mut c), c.n(), &c.vec(2)); (&c.fill(zero(&spring(&mut Cur::new(&[0.0; 3])))), c.n(), &*c.vec(2)));
    jac!(2e-6; called_by_path called_by_path_vjp called_by_path_jvp called_by_path_jacobian at [1.3, 0.4, -0.7, 0.6, 0.3, 0.9]; c => (&spring(&mut c), c.n(), &c.vec(2)); (&c.fill(zero(&spring(&mut Cur::new(&[0.0; 3])))), c.n(), &*c.vec(2)));
    lanes!(called_by_path called_by_path_jvp called_by_path_jvp_lanes at [1.3, 0.4, -0.7, 0.6, 0.3, 0.9]; c => (&spring(&mut c), c.n(), &c.vec(2)); (&c.fill(zero(&spring(&mut Cur::new(&[0.0; 3])))), c.n(), &*c.vec(2)));
    let at = [1.0, 0.2, 0.3, 0.5, 0.9, -0.3, 0.2, 0.7, 1.4, 0.3, -0.4, 0.8, 0.7];
    lanes!(matrices matrices_jvp matrices_jvp_lanes at at; c => (&Matrix3::from_row_slice(&c.vec(9)), Vector3::from_column_slice(&c.vec(3)), c.n()); (&c.fill(Matrix3::zeros()), c.fill(Vector3::zeros()), c.n()));
}
