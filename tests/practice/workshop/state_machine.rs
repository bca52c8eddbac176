//! States that carry numbers.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Copy, PartialEq, Differentiable)]
pub enum State {
    Idle,
    Accelerating { rate: f64 },
    Cruising { speed: f64, remaining: u32 },
    Braking(f64),
    Done,
}
#[differentiate]
impl State {
    fn next(self, v: f64) -> Self {
        match self {
            State::Idle => State::Accelerating { rate: 1.0 },
            State::Accelerating { rate } if v * rate > 2.0 => State::Cruising { speed: v, remaining: 3 },
            s @ State::Accelerating { .. } => s,
            State::Cruising { speed, remaining: 0 } => State::Braking(speed * 0.8),
            State::Cruising { speed, remaining } => State::Cruising { speed: speed * 0.99, remaining: remaining - 1 },
            State::Braking(d) if v - d * 0.1 < 0.1 => State::Done,
            State::Braking(d) => State::Braking(d),
            State::Done => State::Done,
        }
    }
    fn accel(&self, gain: f64) -> f64 {
        match self {
            State::Accelerating { rate } => rate * gain,
            State::Cruising { speed, .. } => -0.01 * speed,
            State::Braking(d) => -d * 0.5,
            State::Idle | State::Done => 0.0,
        }
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let mut s = State::Idle;
    let mut v = 0.1 * x[0];
    let mut dist = 0.0;
    let mut n = 0;
    while s != State::Done && n < 60 {
        v += s.accel(1.0 + 0.1 * x[1]) * 0.3;
        dist += v * 0.3;
        s = s.next(v);
        n += 1;
    }
    dist * x[2] + x[3] * v
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 4, 0.05, 1.0, |v| (v), d => d);
}
