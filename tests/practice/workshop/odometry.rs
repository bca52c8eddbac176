//! Where wheels lead.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Copy, Default, Differentiable)]
pub struct Pose2 {
    x: f64,
    y: f64,
    th: f64,
}
#[derive(Debug, Clone, Copy, Differentiable)]
pub struct DiffDrive {
    wheel_radius: f64,
    base: f64,
}
#[differentiate]
impl DiffDrive {
    fn integrate(&self, p: Pose2, wl: f64, wr: f64, dt: f64) -> Pose2 {
        let v = 0.5 * self.wheel_radius * (wl + wr);
        let w = self.wheel_radius * (wr - wl) / self.base;
        if w.abs() < 1e-9 {
            Pose2 { x: p.x + v * dt * p.th.cos(), y: p.y + v * dt * p.th.sin(), ..p }
        } else {
            let r = v / w;
            let th = p.th + w * dt;
            Pose2 { x: p.x + r * (th.sin() - p.th.sin()), y: p.y - r * (th.cos() - p.th.cos()), th }
        }
    }
}
#[differentiate]
fn wrap(a: f64) -> f64 {
    a.sin().atan2(a.cos())
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let robot = DiffDrive { wheel_radius: 0.1 + 0.02 * x[0], base: 0.4 + 0.05 * x[1] };
    let ticks = [(1.0, 1.2), (2.0, 2.0), (x[2], x[3] + 2.0), (x[4], -1.0)];
    let end = ticks.iter().fold(Pose2::default(), |p, &(l, r)| robot.integrate(p, l, r, 0.5));
    let truth = Pose2 { x: 0.3, y: x[5], th: 0.2 };
    let Pose2 { x: ex, y: ey, th } = end;
    (ex - truth.x).powi(2) + (ey - truth.y).powi(2) + wrap(th - truth.th).powi(2)
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 6, 0.05, 1.0, |v| (v), d => d);
}
