//! const generics: matrices as arrays, log likelihood of a linear model; gradient, hvp, jacobian of a filter step.
use autodiff_core::{differentiate, Differentiable};
use super::harness::*;
type Mat<const N: usize> = [[f64; N]; N];
#[differentiate(jacobian, hessian)]
pub fn matmul<const N: usize>(a: &Mat<N>, b: &Mat<N>) -> Mat<N> {
    let mut c = [[0.0; N]; N];
    for i in 0..N { for j in 0..N { for k in 0..N { c[i][j] += a[i][k] * b[k][j]; } } }
    c
}
#[differentiate(jacobian, hessian)]
pub fn transpose<const N: usize>(a: &Mat<N>) -> Mat<N> { std::array::from_fn(|i| std::array::from_fn(|j| a[j][i])) }
#[derive(Clone, Debug, Differentiable)]
pub struct Filter<const N: usize> { x: [f64; N], p: Mat<N> }
#[differentiate(jacobian, hessian)]
impl<const N: usize> Filter<N> {
    pub fn predict(&self, f: &Mat<N>, q: f64) -> Filter<N> {
        let mut x = [0.0; N];
        for i in 0..N { x[i] = f[i].iter().zip(&self.x).map(|(a, b)| a * b).sum(); }
        let mut p = matmul(&matmul(f, &self.p), &transpose(f));
        for i in 0..N { p[i][i] += q.exp(); }
        Filter { x, p }
    }
}
#[differentiate(hessian)]
pub fn nll(f: &Mat<2>, q: f64, r: f64, ys: &[f64]) -> f64 {
    let mut s = Filter { x: [0.0; 2], p: [[1.0, 0.0], [0.0, 1.0]] };
    let mut total = 0.0;
    for y in ys {
        s = s.predict(f, q);
        let var = s.p[0][0] + r.exp();
        let e = y - s.x[0];
        total += 0.5 * (var.ln() + e * e / var);
        let k = [s.p[0][0] / var, s.p[1][0] / var];
        let old = s.p;
        for i in 0..2 {
            s.x[i] += k[i] * e;
            for j in 0..2 { s.p[i][j] -= k[i] * old[0][j]; }
        }
    }
    total
}
#[test]
fn kalman() {
    let ys = [0.3, 0.5, 0.2, -0.4];
    let x = [1.0, 0.1, -0.05, 0.95, -2.0, -1.0];
    let m = |x: &[f64]| [[x[0], x[1]], [x[2], x[3]]];
    let g4 = |g: (Mat<2>, f64, f64, Vec<f64>)| { let mut v = values(&g.0); v.push(g.1); v.push(g.2); v };
    let ys2 = ys.to_vec();
    let (v, g, h) = nll_hessian(&m(&x), x[4], x[5], &ys);
    close("g", &g4(g), &jacobian(&|x| vec![nll(&m(x), x[4], x[5], &ys)], &x)[0], 1e-6);
    let hd = jacobian(&|x| g4(nll_grad(&m(x), x[4], x[5], &ys).1), &x);
    for i in 0..6 { close("h", &h[i][..6], &hd[i], 1e-6); }
    let fl = |x: &[f64]| Filter { x: [x[5], x[6]], p: m(&x[7..]) };
    let y = random(11, 3);
    let (v, j) = fl(&y).predict_jacobian(&m(&y), y[4]);
    let want = jacobian(&|y| { let r = fl(y).predict(&m(y), y[4]); [values(&r.x), values(&r.p)].concat() }, &y);
    for i in 0..6 { let r = &j[i]; close("j", &[&r[6..11], &r[..6]].concat(), &want[i], 1e-6); }
}
