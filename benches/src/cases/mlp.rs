//! A perceptron with plain loops.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

/// `out = w x + b`
#[differentiate]
fn dense(w: &[f64], b: &[f64], x: &[f64], out: &mut [f64]) {
    for i in 0..out.len() {
        let mut s = b[i];
        for j in 0..x.len() {
            s += w[i * x.len() + j] * x[j];
        }
        out[i] = s;
    }
}

#[differentiate(wrt(w1, b1, w2, b2))]
pub fn mlp(w1: &[f64], b1: &[f64], w2: &[f64], b2: &[f64], x: &[f64], y: &[f64]) -> f64 {
    let (hidden, outputs) = (b1.len(), b2.len());
    let inputs = w1.len() / hidden;
    let n = x.len() / inputs;
    let mut h = vec![0.0; hidden];
    let mut out = vec![0.0; outputs];
    let mut loss = 0.0;
    for s in 0..n {
        dense(w1, b1, &x[s * inputs..(s + 1) * inputs], &mut h);
        for v in h.iter_mut() {
            *v = v.tanh();
        }
        dense(w2, b2, &h, &mut out);
        for i in 0..outputs {
            let e = out[i] - y[s * outputs + i];
            loss += e * e;
        }
    }
    loss / n as f64
}

/// By hand.
pub fn by_hand(w1: &[f64], b1: &[f64], w2: &[f64], b2: &[f64], x: &[f64], y: &[f64]) -> (f64, (Vec<f64>, Vec<f64>, Vec<f64>, Vec<f64>)) {
    let (hidden, outputs) = (b1.len(), b2.len());
    let inputs = w1.len() / hidden;
    let n = x.len() / inputs;
    let scale = 2.0 / n as f64;
    let (mut w1_bar, mut b1_bar, mut w2_bar, mut b2_bar) =
        (vec![0.0; w1.len()], vec![0.0; hidden], vec![0.0; w2.len()], vec![0.0; outputs]);
    let (mut h, mut h_bar) = (vec![0.0; hidden], vec![0.0; hidden]);
    let mut loss = 0.0;
    for (x, y) in x.chunks_exact(inputs).zip(y.chunks_exact(outputs)) {
        for ((h, row), b) in h.iter_mut().zip(w1.chunks_exact(inputs)).zip(b1) {
            let mut s = *b;
            for (w, x) in row.iter().zip(x) {
                s += w * x;
            }
            *h = s.tanh();
        }
        h_bar.fill(0.0);
        for i in 0..outputs {
            let row = &w2[i * hidden..][..hidden];
            let mut s = b2[i];
            for (w, h) in row.iter().zip(&h) {
                s += w * h;
            }
            let e = s - y[i];
            loss += e * e;
            let bar = scale * e;
            b2_bar[i] += bar;
            let row_bar = &mut w2_bar[i * hidden..][..hidden];
            for (((b, hb), w), h) in row_bar.iter_mut().zip(&mut h_bar).zip(row).zip(&h) {
                *b += bar * h;
                *hb += bar * w;
            }
        }
        for (((h, hb), row_bar), b_bar) in h.iter().zip(&h_bar).zip(w1_bar.chunks_exact_mut(inputs)).zip(&mut b1_bar) {
            let bar = hb * (1.0 - h * h);
            *b_bar += bar;
            for (b, x) in row_bar.iter_mut().zip(x) {
                *b += bar * x;
            }
        }
    }
    (loss / n as f64, (w1_bar, b1_bar, w2_bar, b2_bar))
}

pub fn cases() -> Vec<Case> {
    [(8, 16, 3, 100), (64, 64, 10, 20)]
        .into_iter()
        .map(|(inputs, hidden, outputs, n)| {
            let mut r = Numbers::new(43);
            let w1 = r.list(inputs * hidden, -0.5, 0.5);
            let b1 = r.list(hidden, -0.5, 0.5);
            let w2 = r.list(hidden * outputs, -0.5, 0.5);
            let b2 = r.list(outputs, -0.5, 0.5);
            let x = r.list(n * inputs, -1.0, 1.0);
            let y = r.list(n * outputs, -1.0, 1.0);
            Case::new(
                "mlp",
                format!("{inputs}-{hidden}-{outputs}, n={n}"),
                move || mlp(w1, b1, w2, b2, x, y),
                move || by_hand(w1, b1, w2, b2, x, y),
                move || mlp_grad(w1, b1, w2, b2, x, y),
            )
        })
        .collect()
}
