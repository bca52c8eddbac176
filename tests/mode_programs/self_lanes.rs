//! `Self::f(..)` in lanes.
use autodiff_core::{differentiate, Differentiable, Lanes};
use super::harness::*;
#[derive(Clone, Differentiable)]
pub struct Arm { lengths: Vec<f64> }
#[differentiate(jacobian, lanes, hessian)]
impl Arm {
    fn rotate(p: [f64; 2], a: f64) -> [f64; 2] { [p[0] * a.cos() - p[1] * a.sin(), p[0] * a.sin() + p[1] * a.cos()] }
    pub fn tip(&self, angles: &[f64]) -> [f64; 2] {
        let mut p = [0.0, 0.0];
        for (l, a) in self.lengths.iter().zip(angles).rev() {
            p[0] += l;
            p = Self::rotate(p, *a);
        }
        p
    }
    pub fn reach(&self, angles: &[f64], goal: [f64; 2]) -> f64 {
        let [x, y] = Self::tip(self, angles);
        (x - goal[0]).powi(2) + (y - goal[1]).powi(2)
    }
}
#[test]
fn arm() {
    let arm = |x: &[f64]| Arm { lengths: x[..3].to_vec() };
    let x = [1.0, 0.8, 0.5, 0.3, -0.4, 0.9];
    let (v, j) = arm(&x).tip_jacobian(&x[3..]);
    jac("tip", 1e-6, &x, &|x| arm(x).tip(&x[3..]).to_vec(), (v.to_vec(), rows(&j)));
}
