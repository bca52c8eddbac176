//! A filter, and how likely what it sees is.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
pub type M2 = [[f64; 2]; 2];
#[differentiate]
fn mul(a: M2, b: M2) -> M2 {
    [
        [a[0][0] * b[0][0] + a[0][1] * b[1][0], a[0][0] * b[0][1] + a[0][1] * b[1][1]],
        [a[1][0] * b[0][0] + a[1][1] * b[1][0], a[1][0] * b[0][1] + a[1][1] * b[1][1]],
    ]
}
#[differentiate]
fn t(m: M2) -> M2 {
    [[m[0][0], m[1][0]], [m[0][1], m[1][1]]]
}
#[derive(Debug, Clone, Differentiable)]
pub struct Filter {
    x: [f64; 2],
    p: M2,
    q: f64,
    r: f64,
}
#[differentiate]
impl Filter {
    fn predict(&mut self, dt: f64) {
        let f = [[1.0, dt], [0.0, 1.0]];
        self.x = [self.x[0] + dt * self.x[1], self.x[1]];
        self.p = mul(mul(f, self.p), t(f));
        self.p[0][0] += self.q * dt;
        self.p[1][1] += self.q;
    }
    fn update(&mut self, z: f64) -> f64 {
        let innov = z - self.x[0];
        let s = self.p[0][0] + self.r;
        let k = [self.p[0][0] / s, self.p[1][0] / s];
        for (xi, ki) in self.x.iter_mut().zip(k) {
            *xi += ki * innov;
        }
        self.p = mul([[1.0 - k[0], 0.0], [-k[1], 1.0]], self.p);
        -0.5 * (innov * innov / s + s.ln())
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let mut kf = Filter { x: [x[0], x[1]], p: [[1.0, 0.0], [0.0, 1.0]], q: 0.1 + x[2] * x[2], r: 0.2 + x[3] * x[3] };
    let mut ll = 0.0;
    for &z in &x[4..] {
        kf.predict(0.1);
        ll += kf.update(z);
    }
    ll + kf.p[0][1] * kf.x[1]
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 7, 0.05, 1.0, |v| (v), d => d);
}
