//! Bilevel: hyperparameters of ridge regression through an inner descent that converges, and by implicit differentiation.
use autodiff_core::differentiate;
use super::harness::*;

#[differentiate(hessian)]
pub fn train_loss(w: &[f64; 2], log_reg: f64, xs: &[[f64; 2]], ys: &[f64]) -> f64 {
    let fit: f64 = xs.iter().zip(ys).map(|(x, y)| (x[0] * w[0] + x[1] * w[1] - y).powi(2)).sum();
    fit + log_reg.exp() * (w[0] * w[0] + w[1].powi(4))
}
#[differentiate]
pub fn unrolled(log_reg: f64, rate: f64, xs: &[[f64; 2]], ys: &[f64], vx: &[f64; 2], vy: f64) -> f64 {
    let mut w = [0.1, 0.1];
    let mut k = 0;
    loop {
        let (_, (g, ..)) = train_loss_grad(&w, log_reg, xs, ys);
        w[0] -= rate * g[0];
        w[1] -= rate * g[1];
        k += 1;
        if g[0].abs().max(g[1].abs()) < 1e-13 || k > 3000 { break; }
    }
    (w[0] * vx[0] + w[1] * vx[1] - vy).powi(2)
}
fn hyper(log_reg: f64, xs: &[[f64; 2]], ys: &[f64], vx: &[f64; 2], vy: f64) -> f64 {
    // Newton
    let mut w = [0.1, 0.1];
    for _ in 0..50 {
        let (_, g, h) = train_loss_hessian(&w, log_reg, xs, ys);
        let (a, b, c, d) = (h[0][0], h[0][1], h[1][0], h[1][1]);
        let det = a * d - b * c;
        w[0] -= (d * g.0[0] - b * g.0[1]) / det;
        w[1] -= (a * g.0[1] - c * g.0[0]) / det;
    }
    // dw = -H^-1 d2/dwdlam
    let (_, _, h) = train_loss_hessian(&w, log_reg, xs, ys);
    let (a, b, c, d) = (h[0][0], h[0][1], h[1][0], h[1][1]);
    let m = [h[0][2], h[1][2]];
    let det = a * d - b * c;
    let dw = [-(d * m[0] - b * m[1]) / det, -(a * m[1] - c * m[0]) / det];
    2.0 * (w[0] * vx[0] + w[1] * vx[1] - vy) * (dw[0] * vx[0] + dw[1] * vx[1])
}
#[test]
fn bilevel() {
    let xs = [[1.0, 0.3], [0.5, -0.7], [0.2, 0.9], [-0.4, 0.6]];
    let ys = [1.1, -0.2, 0.9, 0.3];
    let got = unrolled_grad(-1.0, 0.05, &xs, &ys, &[0.7, 0.8], 0.5).1;
    let want = hyper(-1.0, &xs, &ys, &[0.7, 0.8], 0.5);
    close("hyper", &[got.0], &[want], 1e-8);
    assert!(got.1.abs() < 1e-9);
}
