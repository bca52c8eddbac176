//! Lotka-Volterra by RK4 with a closure as right-hand side; sensitivities of the final state in all modes.
use autodiff_core::{differentiate, Differentiable, Lanes};
use super::harness::*;

#[derive(Clone, Copy, Debug, Differentiable)]
pub struct Params { a: f64, b: f64, c: f64, d: f64 }

#[differentiate(jacobian, lanes)]
pub fn rhs(s: [f64; 2], p: &Params) -> [f64; 2] {
    let [x, y] = s;
    [p.a * x - p.b * x * y, p.c * x * y - p.d * y]
}
#[differentiate(jacobian, lanes)]
pub fn axpy(x: [f64; 2], h: f64, k: [f64; 2]) -> [f64; 2] {
    [x[0] + h * k[0], x[1] + h * k[1]]
}
#[differentiate(jacobian, lanes)]
pub fn integrate(s0: [f64; 2], p: &Params, h: f64, n: usize) -> [f64; 2] {
    let mut s = s0;
    for _ in 0..n {
        let k1 = rhs(s, p);
        let k2 = rhs(axpy(s, 0.5 * h, k1), p);
        let k3 = rhs(axpy(s, 0.5 * h, k2), p);
        let k4 = rhs(axpy(s, h, k3), p);
        for i in 0..2 {
            s[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
        }
    }
    s
}
#[differentiate(jacobian, wrt(p))]
pub fn trajectory(s0: [f64; 2], p: &Params, h: f64, n: usize) -> Vec<[f64; 2]> {
    std::iter::successors(Some(s0), |s| Some(axpy(*s, h, rhs(*s, p)))).take(n).collect()
}
#[test]
fn sensitivities() {
    let x = [1.0, 0.8, 1.1, 0.4, 0.3, 0.9, 0.05];
    let p = |x: &[f64]| Params { a: x[2], b: x[3], c: x[4], d: x[5] };
    let f = |x: &[f64]| integrate([x[0], x[1]], &p(x), x[6], 30).to_vec();
    let (v, j) = integrate_jacobian([x[0], x[1]], &p(&x), x[6], 30);
    jac("integrate", 1e-6, &x, &f, (v.to_vec(), rows(&j)));
    first("integrate", 1e-6, &x, &f, &|x, s| { let (v, (a, b, c)) = integrate_vjp([x[0], x[1]], &p(x), x[6], 30, [s[0], s[1]]); (v.to_vec(), vec![a[0], a[1], b.a, b.b, b.c, b.d, c]) },
        &|x, d| { let (v, t) = integrate_jvp([x[0], x[1]], &p(x), x[6], 30, ([d[0], d[1]], &{ let mut q = zero(&p(x)); q.a = d[2]; q.b = d[3]; q.c = d[4]; q.d = d[5]; q }, d[6])); (v.to_vec(), t.to_vec()) });
    let y = [1.1, 0.4, 0.3, 0.9];
    let q = |x: &[f64]| Params { a: x[0], b: x[1], c: x[2], d: x[3] };
    let (v, j) = trajectory_jacobian([1.0, 0.5], &q(&y), 0.1, 5);
    jac("trajectory", 1e-6, &y, &|y| values(&trajectory([1.0, 0.5], &q(y), 0.1, 5)), (values(&v), j));
}
