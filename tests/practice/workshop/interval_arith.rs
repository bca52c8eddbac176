//! Intervals.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
use std::ops::*;
#[derive(Debug, Clone, Copy, PartialEq, Differentiable)]
pub struct Interval {
    lo: f64,
    hi: f64,
}
#[differentiate]
impl Add for Interval {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        Interval { lo: self.lo + o.lo, hi: self.hi + o.hi }
    }
}
#[differentiate]
impl Sub for Interval {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        self + -o
    }
}
#[differentiate]
impl Neg for Interval {
    type Output = Self;
    fn neg(self) -> Self {
        Interval { lo: -self.hi, hi: -self.lo }
    }
}
#[differentiate]
impl Mul for Interval {
    type Output = Self;
    fn mul(self, o: Self) -> Self {
        let p = [self.lo * o.lo, self.lo * o.hi, self.hi * o.lo, self.hi * o.hi];
        Interval { lo: p.iter().copied().fold(f64::INFINITY, f64::min), hi: p.iter().copied().fold(f64::NEG_INFINITY, f64::max) }
    }
}
#[differentiate]
impl From<f64> for Interval {
    fn from(v: f64) -> Self {
        Interval { lo: v, hi: v }
    }
}
#[differentiate]
impl Add<f64> for Interval {
    type Output = Self;
    fn add(self, k: f64) -> Self {
        self + Interval::from(k)
    }
}
#[differentiate]
fn width(i: &Interval) -> f64 {
    i.hi - i.lo
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let a = Interval { lo: x[0], hi: x[0] + 1.0 + x[1] };
    let b = Interval { lo: -x[2], hi: x[3] + 1.0 };
    let c = a * b - a * 2.0f64.into() + x[1];
    width(&c) * c.hi + (a + 0.5).lo
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 4, 0.05, 1.0, |v| (v), d => d);
}
