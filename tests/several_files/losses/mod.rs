//! Losses, one per file.

mod gamma;
mod huber;
pub mod quantile;
mod student;

pub use gamma::{gamma, gamma_grad, gamma_vjp, ln_gamma, ln_gamma_grad, ln_gamma_vjp};
pub use huber::{huber, huber_grad, huber_vjp};
pub use quantile::{quantile, quantile_grad, quantile_vjp};
pub use student::*;

use super::types::Curve;
use autodiff_core::differentiate;

#[differentiate]
pub fn total(v: &[f64], target: &[f64]) -> f64 {
    v.iter().zip(target).map(|(a, b)| huber(a - b, 0.5) + quantile(a - b, 0.3)).sum::<f64>() + gamma(v[0] + 2.0)
}

#[differentiate]
pub fn fit(c: &Curve, knots: &[f64]) -> f64 {
    c.rates.iter().zip(knots).map(|(r, k)| huber(r - k, 0.1)).sum()
}
