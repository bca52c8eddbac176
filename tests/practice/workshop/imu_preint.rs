//! Measurements summed up between two times.

use super::geometry::*;
use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Copy, Differentiable)]
pub struct Imu {
    acc: Vec3,
    gyro: Vec3,
}
#[derive(Debug, Clone, Copy, Differentiable)]
pub struct Delta {
    r: Quat,
    v: Vec3,
    p: Vec3,
    dt: f64,
}
#[differentiate]
impl Delta {
    fn identity() -> Self {
        Delta { r: Quat::IDENTITY, v: Vec3::ZERO, p: Vec3::ZERO, dt: 0.0 }
    }
    fn push(mut self, m: &Imu, bias: &Imu, dt: f64) -> Self {
        let a = self.r.rotate(m.acc - bias.acc);
        self.p += self.v * dt + a * (0.5 * dt * dt);
        self.v += a * dt;
        let w = m.gyro - bias.gyro;
        let half = w * (0.5 * dt);
        self.r = (self.r * Quat { w: 1.0, v: half }).normalized();
        self.dt += dt;
        self
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let bias = Imu { acc: Vec3::new(0.1 * x[0], 0.0, 0.1), gyro: Vec3::new(0.0, 0.01 * x[1], 0.0) };
    let data = [
        Imu { acc: Vec3::new(x[2], 0.0, 9.8), gyro: Vec3::new(0.1, x[3], 0.0) },
        Imu { acc: Vec3::new(0.0, x[4], 9.6), gyro: Vec3::new(x[5], 0.0, 0.3) },
        Imu { acc: Vec3::new(x[6], x[7], 9.8), gyro: Vec3::splat(x[8]) },
    ];
    let d = data.iter().fold(Delta::identity(), |d, m| d.push(m, &bias, 0.1));
    d.p.length() + d.v.dot(Vec3::new(0.1, 0.2, 0.3)) + d.r.w + d.dt
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 9, 0.05, 1.0, |v| (v), d => d);
}
