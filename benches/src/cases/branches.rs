//! Branches that depend on the data: a robust regression.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

#[differentiate]
fn huber(r: f64, delta: f64) -> f64 {
    if r.abs() <= delta {
        0.5 * r * r
    } else if r > 0.0 {
        delta * (r - 0.5 * delta)
    } else {
        -delta * (r + 0.5 * delta)
    }
}

#[differentiate(wrt(slope, offset, delta))]
pub fn robust(slope: f64, offset: f64, delta: f64, x: &[f64], y: &[f64]) -> f64 {
    let mut loss = 0.0;
    for i in 0..x.len() {
        let predicted = slope * x[i] + offset;
        let predicted = if predicted < 0.0 { 0.1 * predicted } else { predicted };
        loss += huber(predicted - y[i], delta);
    }
    loss
}

/// By hand.
pub fn by_hand(slope: f64, offset: f64, delta: f64, x: &[f64], y: &[f64]) -> (f64, (f64, f64, f64)) {
    let (mut slope_bar, mut offset_bar, mut delta_bar, mut loss) = (0.0, 0.0, 0.0, 0.0);
    for (&x, &y) in x.iter().zip(y) {
        let p = slope * x + offset;
        let (p, leak) = if p < 0.0 { (0.1 * p, 0.1) } else { (p, 1.0) };
        let r = p - y;
        let bar = if r.abs() <= delta {
            loss += 0.5 * r * r;
            r
        } else if r > 0.0 {
            loss += delta * (r - 0.5 * delta);
            delta_bar += r - delta;
            delta
        } else {
            loss += -delta * (r + 0.5 * delta);
            delta_bar -= r + delta;
            -delta
        };
        slope_bar += bar * leak * x;
        offset_bar += bar * leak;
    }
    (loss, (slope_bar, offset_bar, delta_bar))
}

pub fn cases() -> Vec<Case> {
    let n = 1000;
    let mut r = Numbers::new(41);
    let x = r.list(n, -1.0, 1.0);
    let y = r.list(n, -1.0, 1.0);
    vec![Case::new(
        "branches",
        format!("n={n}"),
        move || robust(0.7, 0.1, 0.3, x, y),
        move || by_hand(0.7, 0.1, 0.3, x, y),
        move || robust_grad(0.7, 0.1, 0.3, x, y),
    )]
}
