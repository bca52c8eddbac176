//! A car that is steered.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Copy, Default, Differentiable)]
struct Car {
    x: f64,
    y: f64,
    yaw: f64,
    v: f64,
}
#[derive(Debug, Clone, Copy, Differentiable)]
struct Control {
    accel: f64,
    steer: f64,
}
#[differentiate]
impl Car {
    const WHEELBASE: f64 = 2.7;
    fn deriv(&self, u: &Control) -> Car {
        Car { x: self.v * self.yaw.cos(), y: self.v * self.yaw.sin(), yaw: self.v * u.steer.tan() / Self::WHEELBASE, v: u.accel }
    }
    fn advance(&self, d: &Car, h: f64) -> Car {
        Car { x: self.x + h * d.x, y: self.y + h * d.y, yaw: self.yaw + h * d.yaw, v: self.v + h * d.v }
    }
    fn rk4(&self, u: &Control, h: f64) -> Car {
        let k1 = self.deriv(u);
        let k2 = self.advance(&k1, h / 2.0).deriv(u);
        let k3 = self.advance(&k2, h / 2.0).deriv(u);
        let k4 = self.advance(&k3, h).deriv(u);
        self.advance(&k1, h / 6.0).advance(&k2, h / 3.0).advance(&k3, h / 3.0).advance(&k4, h / 6.0)
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let controls: Vec<Control> = x.chunks(2).map(|c| Control { accel: c[0], steer: 0.3 * c[1] }).collect();
    let (end, cost) = controls.iter().fold((Car { v: 2.0, ..Car::default() }, 0.0), |(s, j), u| {
        let n = s.rk4(u, 0.2);
        (n, j + (n.y - 0.5).powi(2) + 0.1 * u.steer.powi(2))
    });
    cost + (end.v - 2.5).powi(2) + end.x * 0.1
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 8, 0.05, 1.0, |v| (v), d => d);
}
