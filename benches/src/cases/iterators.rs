//! Iterator chains: logistic regression.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

#[differentiate(wrt(w, bias))]
pub fn logistic(w: &[f64], bias: f64, x: &[f64], labels: &[f64], lambda: f64) -> f64 {
    let loss: f64 = x
        .chunks_exact(w.len())
        .zip(labels)
        .map(|(row, &label)| {
            let z = bias + row.iter().zip(w).map(|(a, b)| a * b).sum::<f64>();
            (1.0 + (-label * z).exp()).ln()
        })
        .sum();
    loss / labels.len() as f64 + 0.5 * lambda * w.iter().map(|v| v * v).sum::<f64>()
}

/// By hand: one sweep over the rows.
pub fn by_hand(w: &[f64], bias: f64, x: &[f64], labels: &[f64], lambda: f64) -> (f64, (Vec<f64>, f64)) {
    let scale = 1.0 / labels.len() as f64;
    let mut w_bar: Vec<f64> = w.iter().map(|v| lambda * v).collect();
    let mut bias_bar = 0.0;
    let mut loss = 0.0;
    for (row, &label) in x.chunks_exact(w.len()).zip(labels) {
        let z = bias + row.iter().zip(w).map(|(a, b)| a * b).sum::<f64>();
        let e = (-label * z).exp();
        loss += (1.0 + e).ln();
        let z_bar = -label * e / (1.0 + e) * scale;
        bias_bar += z_bar;
        for (b, a) in w_bar.iter_mut().zip(row) {
            *b += z_bar * a;
        }
    }
    (loss / labels.len() as f64 + 0.5 * lambda * w.iter().map(|v| v * v).sum::<f64>(), (w_bar, bias_bar))
}

pub fn cases() -> Vec<Case> {
    [(10, 1000), (100, 1000)]
        .into_iter()
        .map(|(d, n)| {
            let mut r = Numbers::new(23);
            let w = r.list(d, -1.0, 1.0);
            let x = r.list(n * d, -1.0, 1.0);
            let labels: &'static [f64] = (0..n).map(|_| if r.unit() > 0.5 { 1.0 } else { -1.0 }).collect::<Vec<_>>().leak();
            let (bias, lambda) = (0.1, 0.01);
            Case::new(
                "logistic",
                format!("d={d} n={n}"),
                move || logistic(w, bias, x, labels, lambda),
                move || by_hand(w, bias, x, labels, lambda),
                move || logistic_grad(w, bias, x, labels, lambda),
            )
        })
        .collect()
}
