//! PINN: u_xx by a hvp inside the loss, gradient by the weights (third order).
use autodiff_core::differentiate;
use super::harness::*;

#[differentiate(order = 3)]
pub fn u(w: &[f64], x: f64, t: f64) -> f64 {
    let h = w.len() / 4;
    (0..h).map(|i| w[4 * i] * (w[4 * i + 1] * x + w[4 * i + 2] * t + w[4 * i + 3]).tanh()).sum()
}
#[differentiate]
pub fn residual(w: &[f64], pts: &[(f64, f64)], nu: f64) -> f64 {
    let mut s = 0.0;
    let still = vec![0.0; w.len()];
    for &(x, t) in pts {
        let (v, (_, ux, ut), (_, uxx, _)) = u_hvp(w, x, t, (&still, 1.0, 0.0));
        s += (ut + v * ux - nu * uxx).powi(2);
    }
    s / pts.len() as f64
}
#[differentiate(wrt(w), hessian)]
pub fn with_jvp(w: &[f64], pts: &[(f64, f64)]) -> f64 {
    let still = vec![0.0; w.len()];
    pts.iter().map(|&(x, t)| { let (_, dt) = u_jvp(w, x, t, (&still, 0.0, 1.0)); (dt + u(w, x, t)).powi(2) }).sum()
}
#[test]
fn pinn() {
    let w = random(9, 3);
    let pts = [(0.1, 0.2), (0.5, 0.1), (-0.4, 0.7)];
    let (v, (g, _, dnu)) = residual_grad(&w[..8], &pts, w[8]);
    close("pinn", &[g, vec![dnu]].concat(), &jacobian(&|w| vec![residual(&w[..8], &pts, w[8])], &w)[0], 1e-5);
    let w = random(8, 4);
    second("jvp", 1e-5, &w, &|w| vec![with_jvp(w, &pts)], &|w| with_jvp_grad(w, &pts).1, &|w, d| with_jvp_hvp(w, &pts, d), &|w| with_jvp_hessian(w, &pts));
}
