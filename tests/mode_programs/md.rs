//! Molecular dynamics: velocity Verlet with generated forces of a potential with structs; phonons as a Hessian.
use autodiff_core::{differentiate, Differentiable};
use super::harness::*;
#[derive(Clone, Copy, Debug, Differentiable)]
pub struct Lj { eps: f64, sigma: f64 }
#[differentiate(order = 3)]
impl Lj {
    pub fn pair(&self, r2: f64) -> f64 { let s = (self.sigma * self.sigma / r2).powi(3); 4.0 * self.eps * s * (s - 1.0) }
}
#[differentiate(order = 3)]
pub fn energy(lj: &Lj, pos: &[[f64; 2]]) -> f64 {
    let mut e = 0.0;
    for i in 0..pos.len() {
        for j in 0..i {
            let d = [pos[i][0] - pos[j][0], pos[i][1] - pos[j][1]];
            let r2 = d.iter().map(|v| v * v).sum::<f64>();
            if r2 < 9.0 { e += lj.pair(r2); }
        }
    }
    e
}
#[differentiate(order = 2)]
pub fn simulate(lj: &Lj, pos0: &[[f64; 2]], dt: f64, n: usize) -> Vec<[f64; 2]> {
    let mut pos = pos0.to_vec();
    let mut vel = vec![[0.0; 2]; pos.len()];
    let mut g = energy_grad(lj, &pos).1.1;
    for _ in 0..n {
        for i in 0..pos.len() {
            for k in 0..2 { vel[i][k] -= 0.5 * dt * g[i][k]; pos[i][k] += dt * vel[i][k]; }
        }
        g = energy_grad(lj, &pos).1.1;
        for (v, g) in vel.iter_mut().zip(&g) { v[0] -= 0.5 * dt * g[0]; v[1] -= 0.5 * dt * g[1]; }
    }
    pos
}
#[differentiate(hessian, wrt(lj))]
pub fn mismatch(lj: &Lj, pos0: &[[f64; 2]], target: &[[f64; 2]], dt: f64) -> f64 {
    simulate(lj, pos0, dt, 5).iter().zip(target).map(|(a, b)| (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)).sum()
}
#[test]
fn md() {
    let pos = [[0.0, 0.0], [1.2, 0.1], [0.5, 1.1]];
    let target = [[0.1, 0.0], [1.3, 0.2], [0.4, 1.0]];
    let l = |x: &[f64]| Lj { eps: x[0], sigma: x[1] };
    let x = [0.8, 1.05];
    let t = |c: LjCotangent| vec![c.eps, c.sigma];
    second("md", 1e-5, &x, &|x| vec![mismatch(&l(x), &pos, &target, 0.02)], &|x| t(mismatch_grad(&l(x), &pos, &target, 0.02).1),
        &|x, d| { let (v, g, h) = mismatch_hvp(&l(x), &pos, &target, 0.02, &LjCotangent { eps: d[0], sigma: d[1] }); (v, t(g), t(h)) },
        &|x| { let (v, g, h) = mismatch_hessian(&l(x), &pos, &target, 0.02); (v, t(g), h.iter().map(|r| r.to_vec()).collect()) });
}
