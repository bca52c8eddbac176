//! Newton with line search on a logistic regression, solver by hand.
use autodiff_core::differentiate;
use super::harness::*;

pub struct Data { pub x: Vec<Vec<f64>>, pub y: Vec<bool>, pub ridge: f64 }

#[differentiate(hessian, wrt(w))]
pub fn nll(w: &[f64], data: &Data) -> f64 {
    let mut total = 0.0;
    for (row, &label) in data.x.iter().zip(&data.y) {
        let z: f64 = row.iter().zip(w).map(|(a, b)| a * b).sum();
        let m = if label { z } else { -z };
        total += (-m).exp().ln_1p();
    }
    total + 0.5 * data.ridge * w.iter().map(|v| v.powi(2)).sum::<f64>()
}
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for k in 0..n {
        for i in k + 1..n {
            let f = a[i][k] / a[k][k];
            for j in k..n { a[i][j] -= f * a[k][j]; }
            b[i] -= f * b[k];
        }
    }
    for k in (0..n).rev() {
        for j in k + 1..n { b[k] -= a[k][j] * b[j]; }
        b[k] /= a[k][k];
    }
    b
}
#[test]
fn newton() {
    let data = Data {
        x: (0..20).map(|i| vec![1.0, (i as f64 * 0.7).sin(), (i as f64 * 1.3).cos()]).collect(),
        y: (0..20).map(|i| (i * 7 % 5) < 2).collect(),
        ridge: 0.1,
    };
    let mut w = vec![0.0; 3];
    for _ in 0..20 {
        let (_, g, h) = nll_hessian(&w, &data);
        let s = solve(h, g);
        for (w, s) in w.iter_mut().zip(&s) { *w -= s; }
    }
    let (_, g, _) = nll_hvp(&w, &data, &[1.0, 0.0, 0.0]);
    assert!(g.iter().all(|g| g.abs() < 1e-12), "{g:?}");
    let x = [0.3, -0.2, 0.5];
    second("nll", 1e-6, &x, &|x| vec![nll(x, &data)], &|x| nll_grad(x, &data).1, &|x, d| nll_hvp(x, &data, d), &|x| nll_hessian(x, &data));
}
