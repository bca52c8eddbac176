//! Lagrangian and KKT by Newton: several constraints as a Jacobian, Lagrangian Hessian.
use autodiff_core::differentiate;
use super::harness::*;
use nalgebra::{DMatrix, DVector};

#[differentiate(hessian)]
pub fn objective(x: &[f64]) -> f64 { (x[0] - 2.0).powi(2) + x[1].exp() + x[0] * x[2] * x[2] }
#[differentiate(hessian, jacobian)]
pub fn constraints(x: &[f64]) -> [f64; 2] { [x.iter().map(|v| v * v).sum::<f64>() - 3.0, x[0] - x[1] + x[2].sin()] }
#[differentiate(hessian)]
pub fn lagrangian(x: &[f64], l: [f64; 2]) -> f64 {
    let c = constraints(x);
    objective(x) + l.iter().zip(c.iter()).map(|(l, c)| l * c).sum::<f64>()
}
#[test]
fn kkt() {
    let mut z = vec![1.0, 1.0, 0.8, 0.0, 0.0];
    for _ in 0..30 {
        let (_, (gx, gl), h) = lagrangian_hessian(&z[..3], [z[3], z[4]]);
        let a = DMatrix::from_fn(5, 5, |i, j| h[i][j]);
        let b = DVector::from_iterator(5, gx.into_iter().chain(gl));
        let s = a.lu().solve(&b).unwrap();
        for i in 0..5 { z[i] -= s[i]; }
    }
    let (v, j) = constraints_jacobian(&z[..3]);
    close("feasible", &v, &[0.0, 0.0], 1e-9);
    let g = objective_grad(&z[..3]).1;
    for k in 0..3 { close("stationary", &[g[k] + z[3] * j[0][k] + z[4] * j[1][k]], &[0.0], 1e-8); }
    let x = [0.4, 0.3, -0.8, 0.5, 0.9];
    second("lag", 1e-6, &x, &|x| vec![lagrangian(&x[..3], [x[3], x[4]])], &|x| { let g = lagrangian_grad(&x[..3], [x[3], x[4]]).1; [g.0, g.1.to_vec()].concat() },
     &|x, d| { let (v, g, h) = lagrangian_hvp(&x[..3], [x[3], x[4]], (&d[..3], [d[3], d[4]])); (v, [g.0, g.1.to_vec()].concat(), [h.0, h.1.to_vec()].concat()) },
     &|x| { let (v, g, h) = lagrangian_hessian(&x[..3], [x[3], x[4]]); (v, [g.0, g.1.to_vec()].concat(), rows(&h)) });
}
