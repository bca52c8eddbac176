//! Behaviours that are added up, chosen by patterns with guards.

use super::geometry::*;
use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Copy, Differentiable)]
pub struct Boid {
    pos: Vec2,
    vel: Vec2,
}
#[derive(Clone, Debug, Differentiable)]
pub enum Behaviour {
    Seek(Vec2),
    Flee { from: Vec2, radius: f64 },
    Arrive { target: Vec2, slow_radius: f64 },
    Wander,
}
#[differentiate]
impl Behaviour {
    fn steer(&self, b: &Boid, max_speed: f64) -> Vec2 {
        match *self {
            Behaviour::Seek(t) => (t - b.pos).normalize_or_zero() * max_speed - b.vel,
            Behaviour::Flee { from, radius } if (b.pos - from).length() < radius => (b.pos - from).normalize_or_zero() * max_speed - b.vel,
            Behaviour::Flee { .. } => Vec2::default(),
            Behaviour::Arrive { target, slow_radius } => {
                let off = target - b.pos;
                let d = off.length();
                let ramped = max_speed * (d / slow_radius);
                off * (ramped.min(max_speed) / d) - b.vel
            }
            Behaviour::Wander => b.vel.perp() * 0.1,
        }
    }
}
#[differentiate]
pub fn simulate(mut boid: Boid, behaviours: &[(f64, Behaviour)], dt: f64, n: u32) -> Boid {
    for _ in 0..n {
        let mut force = Vec2::default();
        for (w, b) in behaviours {
            force += b.steer(&boid, 2.0) * *w;
        }
        boid.vel = (boid.vel + force.clamp_length(3.0) * dt).clamp_length(2.0);
        boid.pos += boid.vel * dt;
    }
    boid
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let boid = Boid { pos: Vec2::new(x[0], x[1]), vel: Vec2::new(x[2], x[3]) };
    let rules = vec![
        (0.7, Behaviour::Seek(Vec2::new(x[4] + 3.0, 2.0))),
        (x[5], Behaviour::Arrive { target: Vec2::new(1.0, x[6]), slow_radius: 2.5 + x[7] }),
        (0.4, Behaviour::Flee { from: Vec2::new(0.5, -0.5), radius: 100.0 }),
        (1.0, Behaviour::Wander),
    ];
    let end = simulate(boid, &rules, 0.05, 8);
    end.pos.dot(end.vel) + end.pos.length_squared()
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 8, 0.05, 1.0, |v| (v), d => d);
}
