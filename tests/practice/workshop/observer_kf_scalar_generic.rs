//! Models with states of their own types.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[differentiate]
pub trait Model {
    type State: Clone;
    fn predict(&self, s: Self::State, u: f64) -> Self::State;
    fn output(&self, s: &Self::State) -> f64;
}
#[derive(Debug, Clone, Differentiable)]
pub struct Integrator {
    gain: f64,
}
#[derive(Debug, Clone, Differentiable)]
pub struct Osc {
    k: f64,
}
#[differentiate]
impl Model for Integrator {
    type State = f64;
    fn predict(&self, s: f64, u: f64) -> f64 {
        s + self.gain * u
    }
    fn output(&self, s: &f64) -> f64 {
        s.sin()
    }
}
#[differentiate]
impl Model for Osc {
    type State = [f64; 2];
    fn predict(&self, s: [f64; 2], u: f64) -> [f64; 2] {
        [s[0] + 0.1 * s[1], s[1] - 0.1 * self.k * s[0] + 0.1 * u]
    }
    fn output(&self, s: &[f64; 2]) -> f64 {
        s[0] * s[1]
    }
}
#[differentiate]
fn simulate<M: Model>(m: &M, mut s: M::State, us: &[f64]) -> f64 {
    us.iter()
        .map(|&u| {
            s = m.predict(s.clone(), u);
            m.output(&s)
        })
        .sum()
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    simulate(&Integrator { gain: x[0] }, x[1], x) + simulate(&Osc { k: x[2] }, [x[3], 1.0], &x[1..])
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 4, 0.05, 1.0, |v| (v), d => d);
}
