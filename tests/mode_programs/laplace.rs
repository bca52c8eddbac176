//! Local closures, match on enum of losses, Option results, `?`.
use autodiff_core::{differentiate, Differentiable};
use super::harness::*;
#[derive(Clone, Copy, Differentiable)]
pub enum Loss { Square, Huber(f64), Cauchy { scale: f64 } }
#[differentiate(hessian, lanes)]
pub fn rho(r: f64, loss: Loss) -> f64 {
    match loss {
        Loss::Square => 0.5 * r * r,
        Loss::Huber(d) if r.abs() > d => d * (r.abs() - 0.5 * d),
        Loss::Huber(_) => 0.5 * r * r,
        Loss::Cauchy { scale } => 0.5 * scale * scale * (r / scale).powi(2).ln_1p(),
    }
}
#[differentiate(hessian, lanes, jacobian)]
pub fn checked(p: &[f64], xs: &[f64]) -> Option<f64> {
    let first = p.first()?;
    let poly = |x: f64| p.iter().rev().fold(0.0, |a, c| a * x + c);
    if xs.is_empty() { return None; }
    Some(xs.iter().map(|&x| rho(poly(x) - x.sin(), Loss::Cauchy { scale: 0.7 })).sum::<f64>() * first.exp())
}
#[differentiate(hessian, wrt(p))]
pub fn total(p: &[f64], xs: &[f64], losses: &[Loss]) -> f64 {
    let base = match checked(p, xs) { Some(v) => v, None => return p[0] };
    losses.iter().fold(base, |acc, l| acc + rho(p[0] * p[1] + 0.4, *l))
}
#[test]
fn laplace() {
    let x = [0.4, 0.9, -0.3];
    let xs = [0.1, 0.8, 1.5];
    let l = [Loss::Square, Loss::Huber(0.2), Loss::Huber(3.0), Loss::Cauchy { scale: 0.3 }];
    second("total", 1e-5, &x, &|x| vec![total(x, &xs, &l)], &|x| total_grad(x, &xs, &l).1, &|x, d| total_hvp(x, &xs, &l, d), &|x| total_hessian(x, &xs, &l));
}
