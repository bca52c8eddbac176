//! Least squares with a polynomial, by Horner's rule.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

#[differentiate]
fn horner(c: &[f64], x: f64) -> f64 {
    let mut y = 0.0;
    for k in (0..c.len()).rev() {
        y = y * x + c[k];
    }
    y
}

#[differentiate(wrt(c))]
pub fn least_squares(c: &[f64], x: &[f64], y: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        let r = horner(c, x[i]) - y[i];
        sum += r * r;
    }
    sum / x.len() as f64
}

/// By hand: the powers of x give the partials.
pub fn by_hand(c: &[f64], x: &[f64], y: &[f64]) -> (f64, Vec<f64>) {
    let scale = 2.0 / x.len() as f64;
    let mut c_bar = vec![0.0; c.len()];
    let mut sum = 0.0;
    for (&x, &y) in x.iter().zip(y) {
        let r = c.iter().rev().fold(0.0, |p, c| p * x + c) - y;
        sum += r * r;
        let mut bar = scale * r;
        for b in &mut c_bar {
            *b += bar;
            bar *= x;
        }
    }
    (sum / x.len() as f64, c_bar)
}

pub fn cases() -> Vec<Case> {
    [6, 20]
        .into_iter()
        .map(|degree| {
            let mut r = Numbers::new(47);
            let c = r.list(degree + 1, -1.0, 1.0);
            let x = r.list(1000, -1.0, 1.0);
            let y = r.list(1000, -1.0, 1.0);
            Case::new(
                "polynomial",
                format!("degree={degree} n=1000"),
                move || least_squares(c, x, y),
                move || by_hand(c, x, y),
                move || least_squares_grad(c, x, y),
            )
        })
        .collect()
}
