//! A fixed point (Kepler; a vector equation) with a hand-written rule, with Hessians and Jacobians through it.
use autodiff_core::{derivative, differentiate};
use super::harness::*;

#[derivative(hessian, m = 1.0 / (1.0 - e * result.cos()), e = result.sin() / (1.0 - e * result.cos()))]
pub fn kepler(m: f64, e: f64) -> f64 {
    let mut x = m;
    for _ in 0..50 { x -= (x - e * x.sin() - m) / (1.0 - e * x.cos()); }
    x
}
#[differentiate(hessian, jacobian)]
pub fn orbit(a: f64, e: f64, m: f64) -> [f64; 2] {
    let x = kepler(m, e);
    [a * (x.cos() - e), a * (1.0 - e * e).sqrt() * x.sin()]
}
#[differentiate(hessian, wrt(el))]
pub fn misfit(el: [f64; 3], obs: &[(f64, [f64; 2])]) -> f64 {
    obs.iter().map(|&(t, [x, y])| { let [px, py] = orbit(el[0], el[1], el[2] + t); (px - x).hypot(py - y) }).sum()
}
#[test]
fn implicit() {
    let x = [1.2, 0.3, 0.4];
    let f = |x: &[f64]| orbit(x[0], x[1], x[2]).to_vec();
    let (v, j) = orbit_jacobian(x[0], x[1], x[2]);
    jac("orbit", 1e-6, &x, &f, (v.to_vec(), rows(&j)));
    let obs = [(0.0, [0.5, 0.9]), (1.0, [-0.6, 1.2]), (2.2, [-1.5, 0.3])];
    let a = |x: &[f64]| [x[0], x[1], x[2]];
    second("misfit", 1e-5, &x, &|x| vec![misfit(a(x), &obs)], &|x| misfit_grad(a(x), &obs).1.to_vec(),
        &|x, d| { let (v, g, h) = misfit_hvp(a(x), &obs, a(d)); (v, g.to_vec(), h.to_vec()) },
        &|x| { let (v, g, h) = misfit_hessian(a(x), &obs); (v, g.to_vec(), rows(&h)) });
}
