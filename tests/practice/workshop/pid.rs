//! A controller with a state.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Differentiable)]
pub struct Pid {
    kp: f64,
    ki: f64,
    kd: f64,
    integral: f64,
    prev: Option<f64>,
    limit: f64,
}
#[differentiate]
impl Pid {
    pub fn new(kp: f64, ki: f64, kd: f64) -> Self {
        Self { kp, ki, kd, integral: 0.0, prev: None, limit: 4.0 }
    }
    pub fn step(&mut self, err: f64, dt: f64) -> f64 {
        self.integral = (self.integral + err * dt).clamp(-1.0, 1.0);
        let deriv = match self.prev {
            Some(p) => (err - p) / dt,
            None => 0.0,
        };
        self.prev = Some(err);
        let u = self.kp * err + self.ki * self.integral + self.kd * deriv;
        u.clamp(-self.limit, self.limit)
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let mut pid = Pid::new(1.0 + x[0], x[1], 0.1 * x[2]);
    let (mut pos, mut vel) = (x[3], 0.0);
    let mut cost = 0.0;
    for _ in 0..15 {
        let u = pid.step(x[4] - pos, 0.05);
        vel += (u - 0.5 * vel) * 0.05;
        pos += vel * 0.05;
        cost += (pos - x[4]).powi(2) + 0.01 * u * u;
    }
    cost * x[5]
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 6, 0.05, 1.0, |v| (v), d => d);
}
