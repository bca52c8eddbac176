//! Lints that users deny; siblings that nobody calls.
#![deny(warnings, unused, missing_docs, clippy::all, clippy::pedantic)]
#![deny(unreachable_pub, trivial_casts, trivial_numeric_casts, unused_qualifications, single_use_lifetimes)]
#![deny(elided_lifetimes_in_paths, missing_debug_implementations, missing_copy_implementations, unused_results)]
#![deny(rust_2018_idioms, rust_2021_compatibility, rust_2024_compatibility, nonstandard_style, future_incompatible)]
#![deny(let_underscore_drop, unused_lifetimes, redundant_lifetimes, unit_bindings, variant_size_differences, non_ascii_idents)]
#![forbid(unsafe_code)]

use autodiff_core::{Differentiable, differentiate};

/// A spring.
#[derive(Clone, Copy, Debug, Differentiable)]
pub struct Spring {
    /// Its stiffness.
    pub k: f64,
}

impl Spring {
    /// Its energy.
    #[differentiate]
    #[must_use]
    pub fn energy(&self, x: f64) -> f64 {
        0.5 * self.k * x * x
    }
}

/// A sum.
#[differentiate]
#[must_use]
pub fn total(springs: &[Spring], x: f64) -> f64 {
    let mut sum = 0.0;
    for s in springs {
        sum += s.energy(x);
    }
    sum
}

#[differentiate]
fn never_called(w: &[f64], n: usize) -> f64 {
    let mut s = 1.0;
    for i in 0..n {
        s = s * w[i] + if s > 1.0 { w[i] } else { 0.0 };
    }
    s
}

fn main() {
    let (value, (springs, x)) = total_grad(&[Spring { k: 2.0 }], 3.0);
    assert!(value.to_bits() == 9.0_f64.to_bits() && springs.len() == 1 && x > 5.9);
    assert!(never_called(&[1.0], 1) > 0.0);
}
