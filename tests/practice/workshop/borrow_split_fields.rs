//! Parts of a struct borrowed at once.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Differentiable)]
pub struct Sim {
    pos: Vec<f64>,
    vel: Vec<f64>,
    params: Params,
}
#[derive(Debug, Clone, Copy, Differentiable)]
pub struct Params {
    k: f64,
    c: f64,
}
#[differentiate]
impl Sim {
    fn parts(&mut self) -> (&mut [f64], &mut [f64], &Params) {
        (&mut self.pos, &mut self.vel, &self.params)
    }
    fn tick(&mut self, dt: f64) {
        let (p, v, prm) = self.parts();
        for (p, v) in p.iter_mut().zip(v.iter_mut()) {
            *v += (-prm.k * *p - prm.c * *v) * dt;
            *p += *v * dt;
        }
    }
    fn tick2(&mut self, dt: f64) {
        let Self { pos, vel, params: Params { k, .. } } = self;
        for i in 0..pos.len() {
            vel[i] -= *k * pos[i].powi(3) * dt;
            pos[i] += vel[i] * dt;
        }
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let mut s = Sim { pos: vec![x[0], 1.0], vel: vec![0.0, x[1]], params: Params { k: 2.0 + x[2], c: x[3] } };
    for i in 0..6 {
        if i % 3 == 0 { s.tick2(0.1) } else { s.tick(0.1) }
    }
    s.pos[0] * s.vel[1] + s.pos[1]
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 4, 0.05, 1.0, |v| (v), d => d);
}
