//! Commands in a row.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Copy, Differentiable)]
pub struct Limits {
    lo: f64,
    hi: f64,
    rate: f64,
}
#[derive(Debug, Clone, Copy, Differentiable)]
pub struct Servo {
    angle: f64,
    limits: Limits,
}
#[differentiate]
impl Servo {
    fn command(&mut self, want: f64, dt: f64) -> &mut Self {
        let Limits { lo, hi, rate } = self.limits;
        let step = (want - self.angle).clamp(-rate * dt, rate * dt);
        self.angle = (self.angle + step).clamp(lo, hi);
        self
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let mut s = Servo { angle: x[0], limits: Limits { lo: -1.0, hi: 1.1 + x[1], rate: 2.0 + x[2] } };
    s.command(3.0, 0.1).command(x[3], 0.5).command(-0.2, 0.05);
    s.angle.powi(2) + s.angle
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 4, 0.05, 1.0, |v| (v), d => d);
}
