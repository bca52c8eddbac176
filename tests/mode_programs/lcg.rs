//! Own generator without Clone.
use autodiff_core::differentiate;
use super::harness::*;
#[derive(Clone)]
pub struct Lcg { state: u64 }
impl Lcg {
    pub fn new(seed: u64) -> Self { Lcg { state: seed } }
    pub fn uniform(&mut self) -> f64 {
        self.state = self.state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.state >> 11) as f64 / (1u64 << 53) as f64
    }
}
#[differentiate(hessian, lanes)]
pub fn mc(mu: f64, sigma: f64, n: usize) -> f64 {
    let mut rng = Lcg::new(7);
    let mut s = 0.0;
    for _ in 0..n {
        let z = rng.uniform() + rng.uniform() - 1.0;
        s += (mu + sigma * z).exp().max(0.1);
    }
    s / n as f64
}
#[differentiate(hessian, lanes)]
pub fn with_param(mu: f64, rng: &mut Lcg) -> f64 {
    let mut s = 0.0;
    for _ in 0..10 { let u = rng.uniform(); s += (mu * u).sin(); }
    s
}
#[test]
fn lcg() {
    let x = [0.3, 0.5];
    let t = |a: (f64, f64)| vec![a.0, a.1];
    second("mc", 1e-4, &x, &|x| vec![mc(x[0], x[1], 40)], &|x| t(mc_grad(x[0], x[1], 40).1), &|x, d| { let (v, g, h) = mc_hvp(x[0], x[1], 40, (d[0], d[1])); (v, t(g), t(h)) }, &|x| { let (v, g, h) = mc_hessian(x[0], x[1], 40); (v, t(g), rows(&h)) });
    second("p", 1e-5, &[0.4], &|x| vec![with_param(x[0], &mut Lcg::new(3))], &|x| vec![with_param_grad(x[0], &mut Lcg::new(3)).1],
      &|x, d| { let (v, g, h) = with_param_hvp(x[0], &mut Lcg::new(3), d[0]); (v, vec![g], vec![h]) },
      &|x| { let (v, g, h) = with_param_hessian(x[0], &mut Lcg::new(3)); (v, vec![g], vec![vec![h]]) });
}
