//! Levenberg-Marquardt on a sum of Gaussians with structs and nalgebra's solver.
use autodiff_core::{differentiate, Differentiable};
use super::harness::*;
use nalgebra::{DMatrix, DVector};

#[derive(Clone, Debug, Differentiable)]
pub struct Peak { pub height: f64, pub center: f64, pub width: f64 }

#[derive(Clone, Debug, Differentiable)]
pub struct Spectrum { pub peaks: Vec<Peak>, pub base: f64 }

impl Spectrum {
    pub fn from(p: &[f64]) -> Self {
        let n = (p.len() - 1) / 3;
        Spectrum { peaks: (0..n).map(|i| Peak { height: p[3 * i], center: p[3 * i + 1], width: p[3 * i + 2] }).collect(), base: p[3 * n] }
    }
}
#[differentiate]
impl Peak {
    pub fn at(&self, t: f64) -> f64 {
        let u = (t - self.center) / self.width;
        self.height * (-0.5 * u * u).exp()
    }
}
#[differentiate]
impl Spectrum {
    #[differentiate(jacobian, wrt(self))]
    pub fn residuals(&self, ts: &[f64], ys: &[f64]) -> Vec<f64> {
        ts.iter()
            .zip(ys)
            .map(|(&t, y)| self.peaks.iter().map(|p| p.at(t)).sum::<f64>() + self.base - y)
            .collect()
    }
}
#[test]
fn lm() {
    let truth = [2.0, 1.0, 0.5, 1.0, 3.0, 0.7, 0.2];
    let ts: Vec<f64> = (0..60).map(|i| i as f64 * 0.08).collect();
    let ys = Spectrum::from(&truth).residuals(&ts, &vec![0.0; 60]);
    let mut p = vec![1.5, 0.8, 0.6, 0.8, 3.2, 0.5, 0.0];
    let mut lambda = 1e-2;
    let mut jac = DMatrix::zeros(0, 0);
    for _ in 0..100 {
        let r = DVector::from_vec(Spectrum::from(&p).residuals_jacobian_into(&ts, &ys, &mut jac));
        let mut a = jac.transpose() * &jac;
        for i in 0..7 { a[(i, i)] *= 1.0 + lambda; }
        let step = a.lu().solve(&(jac.transpose() * &r)).unwrap();
        let q: Vec<f64> = p.iter().zip(step.iter()).map(|(p, s)| p - s).collect();
        if DVector::from_vec(Spectrum::from(&q).residuals(&ts, &ys)).norm() < r.norm() { p = q; lambda *= 0.3 } else { lambda *= 5.0 }
    }
    close("fit", &p, &truth, 1e-8);
    let f = |p: &[f64]| Spectrum::from(p).residuals(&ts, &ys);
    jac_check("res", &p, &f, &|p| Spectrum::from(p).residuals_jacobian(&ts, &ys));
}
fn jac_check(n: &str, p: &[f64], f: F, j: &dyn Fn(&[f64]) -> (Vec<f64>, Vec<Vec<f64>>)) { super::harness::jac(n, 1e-6, p, f, j(p)) }
