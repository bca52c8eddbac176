//! A trait of models, generic Newton, attribute on functions of the impl.
use autodiff_core::{differentiate, Differentiable};
use super::harness::*;

#[differentiate(hessian)]
pub trait Potential {
    fn energy(&self, x: &[f64]) -> f64;
}
#[derive(Clone, Differentiable)]
pub struct Quartic { a: f64 }
#[derive(Clone, Differentiable)]
pub struct Coupled { k: f64, inner: Quartic }
#[differentiate(hessian)]
impl Potential for Quartic {
    fn energy(&self, x: &[f64]) -> f64 { x.iter().map(|v| self.a * v.powi(4) - v * v).sum() }
}
#[differentiate(hessian)]
impl Potential for Coupled {
    fn energy(&self, x: &[f64]) -> f64 {
        let mut e = self.inner.energy(x);
        for w in x.windows(2) { e += 0.5 * self.k * (w[0] - w[1]).powi(2); }
        e
    }
}
#[differentiate(hessian, wrt(x))]
pub fn total<P: Potential>(p: &P, x: &[f64], t: f64) -> f64 { p.energy(x) / t + p.energy(&[x[0] * x[1]]) }
#[test]
fn traits() {
    let p = Coupled { k: 0.7, inner: Quartic { a: 0.3 } };
    let x = [0.5, -0.9, 1.2];
    second("energy", 1e-6, &x, &|x| vec![p.energy(x)], &|x| p.energy_grad(x).1.1, 
        &|x, d| { let (v, g, h) = p.energy_hvp(x, (&zero(&p), d)); (v, g.1, h.1) },
        &|x| { let (v, g, h) = p.energy_hessian(x); (v, g.1, h.iter().skip(2).map(|r| r[2..].to_vec()).collect()) });
    second("total", 1e-6, &x, &|x| vec![total(&p, x, 0.7)], &|x| total_grad(&p, x, 0.7).1, &|x, d| total_hvp(&p, x, 0.7, d), &|x| total_hessian(&p, x, 0.7));
}
