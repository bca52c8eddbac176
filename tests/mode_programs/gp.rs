//! GP marginal likelihood: hessian by hyperparameters through a Cholesky in a function with &mut.
use autodiff_core::differentiate;
use super::harness::*;
#[differentiate(hessian, jacobian)]
pub fn cholesky(a: &mut Vec<Vec<f64>>) {
    let n = a.len();
    for j in 0..n {
        for k in 0..j { let t = a[j][k]; a[j][j] -= t * t; }
        a[j][j] = a[j][j].sqrt();
        for i in j + 1..n {
            for k in 0..j { let t = a[i][k] * a[j][k]; a[i][j] -= t; }
            a[i][j] /= a[j][j];
        }
    }
}
#[differentiate(hessian)]
pub fn forward_sub(l: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let mut x: Vec<f64> = Vec::with_capacity(b.len());
    for i in 0..b.len() {
        let s: f64 = (0..i).map(|k| l[i][k] * x[k]).sum();
        x.push((b[i] - s) / l[i][i]);
    }
    x
}
#[differentiate(hessian, wrt(theta))]
pub fn nlml(theta: &[f64; 3], xs: &[f64], ys: &[f64]) -> f64 {
    let [s, l, n] = theta.map(f64::exp);
    let mut k: Vec<Vec<f64>> = xs.iter().map(|a| xs.iter().map(|b| s * (-(a - b).powi(2) / (2.0 * l * l)).exp()).collect()).collect();
    for i in 0..xs.len() { k[i][i] += n; }
    cholesky(&mut k);
    let z = forward_sub(&k, ys);
    0.5 * z.iter().map(|v| v * v).sum::<f64>() + k.iter().enumerate().map(|(i, r)| r[i].ln()).sum::<f64>()
}
#[test]
fn gp() {
    let xs = [0.0, 0.4, 1.1, 1.9]; let ys = [0.1, 0.5, 0.8, 0.2];
    let a = |x: &[f64]| [x[0], x[1], x[2]];
    let x = [0.2, -0.3, -1.5];
    second("gp", 1e-5, &x, &|x| vec![nlml(&a(x), &xs, &ys)], &|x| nlml_grad(&a(x), &xs, &ys).1.to_vec(),
        &|x, d| { let (v, g, h) = nlml_hvp(&a(x), &xs, &ys, &a(d)); (v, g.to_vec(), h.to_vec()) },
        &|x| { let (v, g, h) = nlml_hessian(&a(x), &xs, &ys); (v, g.to_vec(), rows(&h)) });
}
