//! Particles that are spawned, changed and dropped.

use super::geometry::*;
use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Differentiable)]
pub struct Particle {
    pos: Vec2,
    vel: Vec2,
    life: f64,
}
#[derive(Debug, Clone, Differentiable)]
pub struct Emitter {
    particles: Vec<Particle>,
    gravity: Vec2,
    drag: f64,
}
#[differentiate]
impl Emitter {
    fn spawn(&mut self, pos: Vec2, vel: Vec2, life: f64) -> &mut Particle {
        self.particles.push(Particle { pos, vel, life });
        self.particles.last_mut().unwrap()
    }
    fn step(&mut self, dt: f64) {
        let (g, drag) = (self.gravity, self.drag);
        for p in self.particles.iter_mut() {
            p.vel += (g - p.vel * drag) * dt;
            p.pos += p.vel * dt;
            p.life -= dt;
        }
        self.particles.retain(|p| p.life > 0.0);
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let mut em = Emitter { particles: Vec::new(), gravity: Vec2::new(0.0, -9.8 + x[0]), drag: 0.1 + x[1] };
    em.spawn(Vec2::new(0.0, x[2]), Vec2::new(1.0, 2.0), 1.0);
    let second = em.spawn(Vec2::default(), Vec2::new(x[3], 3.0), 0.25);
    second.vel *= 1.5;
    em.spawn(Vec2::new(x[4], 0.0), Vec2::new(0.0, x[5]), 2.0).life = 3.0;
    for _ in 0..5 {
        em.step(0.1);
    }
    em.particles.iter().map(|p| p.pos.length_squared() + p.vel.x * p.life).sum()
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 6, 0.05, 1.0, |v| (v), d => d);
}
