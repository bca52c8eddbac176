//! Functions from modules of their names, imported from there beside these modules.

use super::gamma::{Beta, gamma, ln_gamma};
use crate::losses::huber::huber;
use autodiff_core::differentiate;

#[differentiate]
pub fn normaliser(nu: f64) -> f64 {
    ln_gamma(0.5 * nu + 0.5) / gamma(0.5 * nu) * nu.sqrt()
}

#[differentiate]
pub fn robust(v: &[f64], nu: f64) -> f64 {
    v.iter().map(|&x| huber(x, nu) * crate::losses::huber::huber(nu, 0.7) + super::huber(x * nu, 2.0)).sum()
}

/// Macros of other files: from the root in front of this module, and by imports.
#[differentiate]
pub fn blended(v: &[f64]) -> f64 {
    use super::huber::softened;
    let (t, total) = (v[0], v[1]);
    let soft = weighted!(t => total, total => v[2].sin()) * softened!(v[2] - t);
    soft + crate::losses::huber::softened!(total * t)
}

/// Functions of other files in the case of types.
#[allow(non_snake_case)]
#[differentiate]
pub fn with_beta(v: &[f64]) -> f64 {
    let B = Beta(v[0] + 1.0, v[1] * v[2] + 1.0);
    B * super::gamma::Beta(B, v[2] + 0.5)
}
