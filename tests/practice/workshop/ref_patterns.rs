//! Patterns through references.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Differentiable)]
pub struct Deep {
    a: (f64, [f64; 2]),
    b: Option<Box<Deep>>,
}
#[differentiate]
fn walk(d: &Deep) -> f64 {
    match d {
        Deep { a: (s, [p, q]), b: None } => s * p - q,
        Deep { a: (s, arr @ [_, _]), b: Some(inner) } if *s > 100.0 => arr[0] * walk(inner),
        Deep { a: (s, [p, _]), b: Some(inner) } => s + p * walk(inner),
    }
}
#[differentiate]
fn bump(d: &mut Deep, k: f64) {
    let Deep { a: (s, [_, q]), b } = d;
    *s *= k;
    *q += k;
    if let Some(next) = b.as_deref_mut() {
        bump(next, k * 0.5);
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let mut d = Deep { a: (x[0], [x[1], 1.0]), b: Some(Box::new(Deep { a: (x[2], [2.0, x[3]]), b: None })) };
    bump(&mut d, 1.0 + x[3]);
    let copy = d.clone();
    bump(&mut d, 2.0);
    walk(&d) + 0.5 * walk(&copy)
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 4, 0.05, 1.0, |v| (v), d => d);
}
