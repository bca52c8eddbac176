//! A Gaussian process.

use crate::checked;
use autodiff_core::differentiate;
#[differentiate]
fn cholesky(a: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let n = a.len();
    let mut l = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let s: f64 = (0..j).map(|k| l[i][k] * l[j][k]).sum();
            if i == j {
                let d = a[i][i] - s;
                if d <= 0.0 {
                    return None;
                }
                l[i][j] = d.sqrt();
            } else {
                l[i][j] = (a[i][j] - s) / l[j][j];
            }
        }
    }
    Some(l)
}
#[differentiate]
fn forward_sub(l: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let mut y = Vec::with_capacity(b.len());
    for (i, row) in l.iter().enumerate() {
        let s = row[..i].iter().zip(&y).map(|(a, b): (&f64, &f64)| a * b).sum::<f64>();
        y.push((b[i] - s) / row[i]);
    }
    y
}
#[differentiate]
pub fn log_marginal(xs: &[f64], ys: &[f64], ell: f64, noise: f64) -> f64 {
    let k: Vec<Vec<f64>> = xs
        .iter()
        .enumerate()
        .map(|(i, a)| {
            xs.iter().enumerate().map(|(j, b)| (-0.5 * ((a - b) / ell).powi(2)).exp() + if i == j { noise } else { 0.0 }).collect()
        })
        .collect();
    let Some(l) = cholesky(&k) else { return f64::NEG_INFINITY };
    let y = forward_sub(&l, ys);
    -0.5 * y.iter().map(|v| v * v).sum::<f64>() - l.iter().enumerate().map(|(i, r)| r[i].ln()).sum::<f64>()
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    log_marginal(&[0.0, 0.7, x[0] + 2.0], &[x[1], x[2], -0.3], 0.8 + 0.2 * x[3], 0.2 + 0.1 * x[4])
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 5, 0.05, 1.0, |v| (v), d => d);
}
