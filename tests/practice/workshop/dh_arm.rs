//! An arm by its Denavit-Hartenberg parameters.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Copy, PartialEq, Differentiable)]
pub struct Dh {
    pub a: f64,
    pub alpha: f64,
    pub d: f64,
    pub theta: f64,
}
pub type Mat4 = [[f64; 4]; 4];
#[differentiate]
fn matmul(a: &Mat4, b: &Mat4) -> Mat4 {
    let mut out = [[0.0; 4]; 4];
    for i in 0..4 {
        for j in 0..4 {
            for k in 0..4 {
                out[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    out
}
#[differentiate]
impl Dh {
    fn transform(&self, q: f64) -> Mat4 {
        let (st, ct) = (self.theta + q).sin_cos();
        let (sa, ca) = self.alpha.sin_cos();
        [[ct, -st * ca, st * sa, self.a * ct], [st, ct * ca, -ct * sa, self.a * st], [0.0, sa, ca, self.d], [0.0, 0.0, 0.0, 1.0]]
    }
}
#[differentiate]
pub fn forward_kinematics(links: &[Dh], q: &[f64]) -> Mat4 {
    let eye = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]];
    links.iter().zip(q).fold(eye, |acc, (l, &qi)| matmul(&acc, &l.transform(qi)))
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    const HALF_PI: f64 = std::f64::consts::FRAC_PI_2;
    let links = [
        Dh { a: 0.0, alpha: HALF_PI, d: 0.4, theta: 0.0 },
        Dh { a: 0.5 + 0.1 * x[3], alpha: 0.0, d: 0.0, theta: x[4] },
        Dh { a: 0.3, alpha: x[5], d: 0.1, theta: 0.2 },
    ];
    let t = forward_kinematics(&links, &x[0..3]);
    let goal = [0.4, 0.2, 0.6];
    (0..3).map(|i| (t[i][3] - goal[i]).powi(2)).sum::<f64>()
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 6, 0.05, 1.0, |v| (v), d => d);
}
