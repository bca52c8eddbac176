//! A body that is pushed and turns.

use super::geometry::*;
use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Copy, Differentiable)]
pub struct Body {
    pos: Vec3,
    vel: Vec3,
    orient: Quat,
    omega: Vec3,
    inv_mass: f64,
    inertia: Vec3,
}
#[differentiate]
impl Body {
    fn apply_impulse(&mut self, j: Vec3, at: Vec3) {
        self.vel += j * self.inv_mass;
        let tau = (at - self.pos).cross(j);
        for axis in 0..3 {
            self.omega[axis] += tau[axis] / self.inertia[axis];
        }
    }
    fn integrate(&mut self, dt: f64) {
        self.pos += self.vel * dt;
        let spin = Quat { w: 0.0, v: self.omega };
        let dq = spin * self.orient;
        self.orient.w += 0.5 * dt * dq.w;
        self.orient.v += dq.v * (0.5 * dt);
        self.orient = self.orient.normalized();
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let mut b = Body {
        pos: Vec3::new(x[0], 1.0, 0.0),
        vel: Vec3::ZERO,
        orient: Quat::IDENTITY,
        omega: Vec3::new(0.0, x[1], 0.1),
        inv_mass: 0.5 + 0.1 * x[2],
        inertia: Vec3::new(1.0, 2.0 + x[3], 1.5),
    };
    b.apply_impulse(Vec3::new(x[4], 0.0, 0.3), Vec3::new(0.0, x[5], 0.5));
    for _ in 0..6 {
        b.vel.y -= 9.81 * 0.02;
        b.integrate(0.02);
    }
    let tip = b.pos + b.orient * Vec3::new(x[6], x[7], 0.0);
    tip.dot(tip) + b.vel[1]
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 8, 0.05, 1.0, |v| (v), d => d);
}
