//! Motions, as exponentials.

use super::geometry::*;
use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Copy, Differentiable)]
pub struct Pose {
    pub rot: Mat3,
    pub trans: Vec3,
}
#[differentiate]
fn hat(w: Vec3) -> Mat3 {
    Mat3::from_cols(Vec3::new(0.0, w.z, -w.y), Vec3::new(-w.z, 0.0, w.x), Vec3::new(w.y, -w.x, 0.0))
}
#[differentiate]
fn axpy(a: Mat3, k: f64, b: Mat3) -> Mat3 {
    Mat3 { cols: [a.cols[0] + b.cols[0] * k, a.cols[1] + b.cols[1] * k, a.cols[2] + b.cols[2] * k] }
}
#[differentiate]
impl Pose {
    pub fn exp(w: Vec3, v: Vec3) -> Self {
        let th2 = w.dot(w);
        let th = th2.sqrt();
        let (a, b, c) = if th < 1e-6 {
            (1.0 - th2 / 6.0, 0.5 - th2 / 24.0, 1.0 / 6.0)
        } else {
            (th.sin() / th, (1.0 - th.cos()) / th2, (th - th.sin()) / (th2 * th))
        };
        let k = hat(w);
        let k2 = k * k;
        let rot = axpy(axpy(Mat3::identity(), a, k), b, k2);
        let jac = axpy(axpy(Mat3::identity(), b, k), c, k2);
        Pose { rot, trans: jac * v }
    }
    pub fn log_rot(&self) -> Vec3 {
        let c = ((self.rot.trace() - 1.0) / 2.0).clamp(-1.0, 1.0);
        let th = c.acos();
        let r = &self.rot.cols;
        let v = Vec3::new(r[1].z - r[2].y, r[2].x - r[0].z, r[0].y - r[1].x);
        v * (th / (2.0 * th.sin()))
    }
    pub fn compose(&self, o: &Pose) -> Pose {
        Pose { rot: self.rot * o.rot, trans: self.rot * o.trans + self.trans }
    }
    pub fn inverse(&self) -> Pose {
        let rt = self.rot.transpose();
        Pose { rot: rt, trans: -(rt * self.trans) }
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let a = Pose::exp(Vec3::from_slice(&x[..3]), Vec3::from_slice(&x[3..]));
    let b = Pose::exp(Vec3::new(0.1, -0.3, 0.2), Vec3::new(1.0, 0.0, -1.0));
    let e = a.inverse().compose(&b);
    let w = e.log_rot();
    w.dot(w) + 0.5 * e.trans.dot(e.trans)
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 6, 0.05, 1.0, |v| (v), d => d);
}
