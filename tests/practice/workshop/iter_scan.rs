//! Running values.

use crate::checked;
use autodiff_core::differentiate;
#[differentiate]
pub fn ema(xs: &[f64], alpha: f64) -> Vec<f64> {
    xs.iter()
        .scan(xs[0], |s, &x| {
            *s = alpha * x + (1.0 - alpha) * *s;
            Some(*s)
        })
        .collect()
}
#[differentiate]
pub fn drawdown(prices: &[f64]) -> f64 {
    prices
        .iter()
        .scan(f64::MIN, |peak, &p| {
            *peak = peak.max(p);
            Some((*peak - p) / *peak)
        })
        .fold(0.0, f64::max)
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let cum: Vec<f64> = x
        .iter()
        .scan(1.0, |acc, r| {
            *acc *= 1.0 + 0.1 * r;
            Some(*acc)
        })
        .collect();
    let rev: Vec<f64> = cum.iter().rev().cloned().collect();
    let e = ema(&rev, 0.3);
    let alternating: f64 = e.iter().step_by(2).sum::<f64>() - e.iter().skip(1).step_by(2).product::<f64>();
    drawdown(&rev) + alternating + cum.iter().take_while(|c| **c < 1.2).map(|c| c.ln()).sum::<f64>()
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 6, 0.05, 1.0, |v| (v), d => d);
}
