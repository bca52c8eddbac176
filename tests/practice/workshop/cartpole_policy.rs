//! A policy behind a trait.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Copy, Default, Differentiable)]
pub struct CartPole {
    x: f64,
    dx: f64,
    th: f64,
    dth: f64,
}
#[differentiate]
pub trait Policy {
    fn act(&self, s: &CartPole) -> f64;
}
#[derive(Debug, Clone, Differentiable)]
pub struct Linear {
    k: [f64; 4],
}
#[differentiate]
impl Policy for Linear {
    fn act(&self, s: &CartPole) -> f64 {
        let obs = [s.x, s.dx, s.th, s.dth];
        self.k.iter().zip(obs.iter()).map(|(k, o)| k * o).sum::<f64>()
    }
}
#[differentiate]
impl CartPole {
    fn step(self, force: f64) -> Self {
        let (m, mp, l, g, dt) = (1.0, 0.1, 0.5, 9.8, 0.02);
        let (s, c) = self.th.sin_cos();
        let tmp = (force + mp * l * self.dth.powi(2) * s) / (m + mp);
        let ath = (g * s - c * tmp) / (l * (4.0 / 3.0 - mp * c * c / (m + mp)));
        let ax = tmp - mp * l * ath * c / (m + mp);
        Self { x: self.x + dt * self.dx, dx: self.dx + dt * ax, th: self.th + dt * self.dth, dth: self.dth + dt * ath }
    }
}
#[differentiate]
pub fn rollout<P: Policy + ?Sized>(policy: &P, mut s: CartPole, n: usize) -> f64 {
    let mut cost = 0.0;
    for _ in 0..n {
        let u = policy.act(&s);
        s = s.step(10.0 * (u / 10.0).tanh());
        cost += 1.0 - s.th.cos() + 0.1 * s.x * s.x + 0.001 * u * u;
    }
    cost
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let p = Linear { k: [x[0], x[1], 10.0 * x[2], x[3]] };
    rollout(&p, CartPole { th: 0.2 * x[4], x: x[5], ..Default::default() }, 10)
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 6, 0.05, 1.0, |v| (v), d => d);
}
