//! Taylor coefficients of a solution of an ODE by a recurrence, and by nested dual numbers.
use autodiff_core::{differentiate, Dual, Scalar};
use super::harness::*;

#[differentiate(jacobian, hessian)]
pub fn coefficients(y0: f64, k: f64, n: usize) -> Vec<f64> {
    // y' = k y (1 - y)
    let mut c = vec![y0];
    for m in 0..n {
        let mut square = 0.0;
        for i in 0..=m { square += c[i] * c[m - i]; }
        c.push(k * (c[m] - square) / (m + 1) as f64);
    }
    c
}
#[differentiate(hessian)]
pub fn series(y0: f64, k: f64, t: f64) -> f64 {
    coefficients(y0, k, 12).iter().rev().fold(0.0, |acc, c| acc * t + c)
}
#[differentiate(hessian)]
pub fn generic<T: Scalar>(x: T, k: T) -> T { (x * k).sin() / (T::from_f64(1.0) + x * x) }
#[test]
fn taylor() {
    let x = [0.3, 1.1];
    jac("coeff", 1e-6, &x, &|x| coefficients(x[0], x[1], 6), coefficients_jacobian(x[0], x[1], 6));
    let y = [0.3, 1.1, 0.2];
    let t3 = |a: (f64, f64, f64)| vec![a.0, a.1, a.2];
    second("series", 1e-6, &y, &|x| vec![series(x[0], x[1], x[2])], &|x| t3(series_grad(x[0], x[1], x[2]).1),
        &|x, d| { let (v, g, h) = series_hvp(x[0], x[1], x[2], (d[0], d[1], d[2])); (v, t3(g), t3(h)) },
        &|x| { let (v, g, h) = series_hessian(x[0], x[1], x[2]); (v, t3(g), rows(&h)) });
    let (v, g, h) = generic_hessian(Dual::new(0.4, 1.0), Dual::new(0.7, 0.0));
    let (_, _, hp) = generic_hessian(0.4 + 1e-5, 0.7);
    let (_, _, hm) = generic_hessian(0.4 - 1e-5, 0.7);
    for i in 0..2 { for j in 0..2 { close("third by dual", &[h[i][j].eps], &[(hp[i][j] - hm[i][j]) / 2e-5], 1e-6); } }
}
