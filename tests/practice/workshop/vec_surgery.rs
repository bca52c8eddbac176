//! A list that is cut and put together again.

use crate::checked;
use autodiff_core::differentiate;
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.swap(0, 5);
    v.rotate_left(2);
    v.insert(1, x[0] * x[1]);
    let removed = v.remove(3);
    let tail: Vec<f64> = v.drain(4..).collect();
    v.extend(tail.iter().map(|t| t * 2.0));
    v.extend_from_slice(&x[..2]);
    v.truncate(7);
    let (lo, hi) = v.split_at_mut(3);
    lo[0] += hi[1] * 2.0;
    hi[0] *= lo[1];
    std::mem::swap(&mut lo[2], &mut hi[2]);
    v.reverse();
    let last = v.pop().unwrap();
    v.iter().enumerate().map(|(i, a)| a * (i as f64).sin()).sum::<f64>() + removed * last
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 6, 0.05, 1.0, |v| (v), d => d);
}
