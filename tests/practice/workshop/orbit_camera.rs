//! A camera that is dragged around.

use super::geometry::*;
use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Copy, Differentiable)]
pub struct Orbit {
    yaw: f64,
    pitch: f64,
    dist: f64,
    target: Vec3,
}
#[differentiate]
impl Orbit {
    const MAX_PITCH: f64 = 1.5;
    pub fn eye(&self) -> Vec3 {
        let pitch = self.pitch.clamp(-Self::MAX_PITCH, Self::MAX_PITCH);
        let (sy, cy) = self.yaw.sin_cos();
        let (sp, cp) = pitch.sin_cos();
        self.target + self.dist * Vec3::new(cp * sy, sp, cp * cy)
    }
    pub fn drag(&mut self, dx: f64, dy: f64) -> &mut Self {
        self.yaw += dx * 0.01;
        self.pitch = (self.pitch + dy * 0.01).max(-1.5).min(1.5);
        self
    }
    pub fn zoom(&mut self, k: f64) {
        self.dist *= 2f64.powf(k);
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let mut o = Orbit { yaw: x[0], pitch: x[1], dist: 3.0 + x[2], target: Vec3::from([x[3], 0.0, 1.0]) };
    o.drag(10.0 * x[4], 5.0).drag(-3.0, x[5]);
    o.zoom(0.2 * x[4]);
    let e: [f64; 3] = o.eye().into();
    e.iter().map(|c| c * c).sum::<f64>() + e[1]
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 6, 0.05, 1.0, |v| (v), d => d);
}
