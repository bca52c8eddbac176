//! Recursion: a sum by halves, and a polynomial by its recurrence.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

/// The logarithm of a sum of exponentials, by halves.
#[differentiate]
pub fn soft_max(x: &[f64]) -> f64 {
    if x.len() <= 8 {
        let mut s = 0.0;
        for v in x {
            s += v.exp();
        }
        s.ln()
    } else {
        let (left, right) = x.split_at(x.len() / 2);
        let a = soft_max(left);
        let b = soft_max(right);
        if a > b { a + (b - a).exp().ln_1p() } else { b + (a - b).exp().ln_1p() }
    }
}

/// By hand.
pub fn soft_max_by_hand(x: &[f64]) -> (f64, Vec<f64>) {
    fn into(x: &[f64], bar: &mut [f64]) -> f64 {
        if x.len() <= 8 {
            let mut s = 0.0;
            for (v, b) in x.iter().zip(bar.iter_mut()) {
                *b = v.exp();
                s += *b;
            }
            for b in bar {
                *b /= s;
            }
            return s.ln();
        }
        let (left, right) = x.split_at(x.len() / 2);
        let (left_bar, right_bar) = bar.split_at_mut(x.len() / 2);
        let a = into(left, left_bar);
        let b = into(right, right_bar);
        let e = if a > b { (b - a).exp() } else { (a - b).exp() };
        let small = e / (1.0 + e);
        let (to_a, to_b) = if a > b { (1.0 - small, small) } else { (small, 1.0 - small) };
        left_bar.iter_mut().for_each(|v| *v *= to_a);
        right_bar.iter_mut().for_each(|v| *v *= to_b);
        if a > b { a + e.ln_1p() } else { b + e.ln_1p() }
    }
    let mut bar = vec![0.0; x.len()];
    let value = into(x, &mut bar);
    (value, bar)
}

pub fn cases() -> Vec<Case> {
    let x = Numbers::new(37).list(256, -1.0, 1.0);
    vec![Case::new("recursion", "n=256", move || soft_max(x), move || soft_max_by_hand(x), move || soft_max_grad(x))]
}
