//! A differential equation behind a reference to a closure.

use crate::checked;
use autodiff_core::differentiate;
type Ode<'a> = &'a dyn Fn(f64, &[f64]) -> Vec<f64>;
#[differentiate]
fn axpy(y: &[f64], k: f64, d: &[f64]) -> Vec<f64> {
    y.iter().zip(d).map(|(a, b)| a + k * b).collect()
}
#[differentiate]
fn rk2(f: &dyn Fn(f64, &[f64]) -> Vec<f64>, y0: Vec<f64>, h: f64, n: usize) -> Vec<f64> {
    let mut y = y0;
    for i in 0..n {
        let t = i as f64 * h;
        let k1 = f(t, &y);
        let k2 = f(t + h / 2.0, &axpy(&y, h / 2.0, &k1));
        y = axpy(&y, h, &k2);
    }
    y
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let (mu, w) = (x[0], 1.0 + x[1]);
    let vdp = |t: f64, y: &[f64]| vec![y[1], mu * (1.0 - y[0] * y[0]) * y[1] - w * y[0] + 0.1 * t];
    let y = rk2(&vdp, vec![x[2], x[3]], 0.1, 8);
    y[0] * y[1] + y.iter().map(|v| v.abs()).sum::<f64>()
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 4, 0.05, 1.0, |v| (v), d => d);
}
