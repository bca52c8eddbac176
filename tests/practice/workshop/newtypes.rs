//! Units.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Differentiable)]
pub struct Meters(pub f64);
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Differentiable)]
pub struct Seconds(f64);
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Differentiable)]
pub struct MetersPerSecond(f64);
#[differentiate]
impl std::ops::Div<Seconds> for Meters {
    type Output = MetersPerSecond;
    fn div(self, rhs: Seconds) -> MetersPerSecond {
        MetersPerSecond(self.0 / rhs.0)
    }
}
#[differentiate]
impl std::ops::Mul<Seconds> for MetersPerSecond {
    type Output = Meters;
    fn mul(self, rhs: Seconds) -> Meters {
        Meters(self.0 * rhs.0)
    }
}
#[differentiate]
impl std::ops::Add for Meters {
    type Output = Meters;
    fn add(self, Meters(b): Meters) -> Meters {
        Meters(self.0 + b)
    }
}
#[differentiate]
impl From<f64> for Seconds {
    fn from(v: f64) -> Self {
        Seconds(v)
    }
}
#[differentiate]
impl From<Meters> for f64 {
    fn from(m: Meters) -> f64 {
        m.0
    }
}
#[differentiate]
impl std::iter::Sum for Meters {
    fn sum<I: Iterator<Item = Self>>(it: I) -> Self {
        it.fold(Meters(0.0), |a, b| a + b)
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let t: Seconds = (1.0 + x[0]).into();
    let v = Meters(x[1]) / t;
    let legs = [Meters(x[1]), v * Seconds::from(x[2]), Meters(2.0)];
    let total: Meters = legs.iter().copied().sum();
    let longest = if legs[0] > legs[1] { legs[0] } else { legs[1] };
    f64::from(total) * v.0 + longest.0
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 3, 0.05, 1.0, |v| (v), d => d);
}
