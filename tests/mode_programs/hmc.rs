//! HMC leapfrog whose forces are the generated gradient, and an outer loss of the end point.
use autodiff_core::differentiate;
use super::harness::*;

#[differentiate(hessian)]
pub fn potential(q: &[f64], scale: f64) -> f64 {
    let r2: f64 = q.iter().map(|v| v * v).sum();
    0.5 * r2 * scale + 0.1 * (q[0] * q[1]).sin() + (1.0 + r2).ln()
}
#[differentiate]
pub fn leapfrog(q: &mut Vec<f64>, p: &mut Vec<f64>, scale: f64, eps: f64, steps: usize) {
    for _ in 0..steps {
        let (_, (g, _)) = potential_grad(q, scale);
        for (p, g) in p.iter_mut().zip(&g) { *p -= 0.5 * eps * g; }
        for (q, p) in q.iter_mut().zip(p.iter()) { *q += eps * p; }
        let force = potential_grad(q, scale).1.0;
        for i in 0..p.len() { p[i] -= 0.5 * eps * force[i]; }
    }
}
#[differentiate(wrt(q0, p0, scale, eps))]
pub fn jumped(q0: &[f64], p0: &[f64], scale: f64, eps: f64, steps: usize) -> f64 {
    let mut q = q0.to_vec();
    let mut p = p0.to_vec();
    let before = potential(&q, scale) + 0.5 * p.iter().map(|v| v * v).sum::<f64>();
    leapfrog(&mut q, &mut p, scale, eps, steps);
    let after = potential(&q, scale) + 0.5 * p.iter().map(|v| v * v).sum::<f64>();
    let esjd: f64 = q.iter().zip(q0).map(|(a, b)| (a - b).powi(2)).sum();
    esjd * (before - after).exp().min(1.0)
}
/// Only the forces are needed.
#[differentiate(jacobian)]
pub fn forces(q: &[f64], scale: f64) -> Vec<f64> {
    potential_grad(q, scale).1.0.iter().map(|g| -g).collect()
}
#[test]
fn hmc() {
    let x = [0.5, -0.3, 0.8, 1.0, 0.2, -0.6, 1.3, 0.11];
    let f = |x: &[f64]| vec![jumped(&x[..3], &x[3..6], x[6], x[7], 6)];
    let (v, (a, b, c, d)) = jumped_grad(&x[..3], &x[3..6], x[6], x[7], 6);
    assert_eq!(v, f(&x)[0]);
    close("hmc", &[a, b, vec![c, d]].concat(), &jacobian(&f, &x)[0], 1e-6);
    let y = [0.5, -0.3, 0.8, 1.3];
    jac("forces", 1e-6, &y, &|x| forces(&x[..3], x[3]), forces_jacobian(&y[..3], y[3]));
    let (mut q, mut p) = (x[..3].to_vec(), x[3..6].to_vec());
    let (mut dq, mut dp) = (vec![1.0, 0.0, 0.5], vec![0.1, 0.2, 0.3]);
    leapfrog_jvp(&mut q, &mut p, x[6], x[7], 6, (&mut dq, &mut dp, 0.3, 0.2));
    let g = |x: &[f64]| { let (mut q, mut p) = (x[..3].to_vec(), x[3..6].to_vec()); leapfrog(&mut q, &mut p, x[6], x[7], 6); [q, p].concat() };
    close("leap", &[dq, dp].concat(), &along(&g, &x, &[1.0, 0.0, 0.5, 0.1, 0.2, 0.3, 0.3, 0.2]), 1e-6);
}
