//! Errors handed on.

use crate::checked;
use autodiff_core::differentiate;
#[derive(Debug, Clone, PartialEq)]
pub enum MathError {
    Domain(&'static str),
    DivByZero,
}
#[differentiate]
fn safe_sqrt(x: f64) -> Result<f64, MathError> {
    if x < 0.0 { Err(MathError::Domain("sqrt")) } else { Ok(x.sqrt()) }
}
#[differentiate]
fn safe_div(a: f64, b: f64) -> Result<f64, MathError> {
    match b {
        b if b.abs() < 1e-12 => Err(MathError::DivByZero),
        _ => Ok(a / b),
    }
}
#[differentiate]
fn quadratic(a: f64, b: f64, c: f64) -> Result<(f64, f64), MathError> {
    let d = safe_sqrt(b * b - 4.0 * a * c)?;
    Ok((safe_div(-b + d, 2.0 * a)?, safe_div(-b - d, 2.0 * a)?))
}
#[differentiate]
fn first_positive(a: f64, b: f64, c: f64) -> Option<f64> {
    let (r1, r2) = quadratic(a, b, c).ok()?;
    [r1, r2].into_iter().find(|r| *r > 0.0)
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let good = first_positive(1.0 + x[0], x[1], -1.0 - x[2]).unwrap_or(7.0);
    let bad = quadratic(1.0, x[3], 10.0).map(|(a, b)| a + b).unwrap_or_else(|_| x[3] * 0.5);
    good * good + bad
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 4, 0.05, 1.0, |v| (v), d => d);
}
