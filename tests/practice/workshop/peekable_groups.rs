//! Runs of a list.

use crate::checked;
use autodiff_core::differentiate;
#[differentiate]
fn runs(xs: &[f64]) -> Vec<f64> {
    let mut out = Vec::new();
    let mut it = xs.iter().copied().peekable();
    while let Some(first) = it.next() {
        let mut total = first;
        while let Some(&next) = it.peek() {
            if (next > 0.5) != (first > 0.5) {
                break;
            }
            total += next;
            it.next();
        }
        out.push(total);
    }
    out
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    runs(x).iter().enumerate().map(|(i, r)| r.powi(i as i32 + 1)).sum()
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 6, 0.05, 1.0, |v| (v), d => d);
}
