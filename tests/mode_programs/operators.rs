//! Operators of own types in all modes: complex numbers, quaternion rotation; hessian, jacobian, lanes, order 3.
use autodiff_core::{differentiate, Differentiable, Lanes};
use super::harness::*;
use std::ops::*;

#[derive(Clone, Copy, Debug, Differentiable)]
pub struct C { re: f64, im: f64 }
#[differentiate(order = 3)]
impl Add for C { type Output = C; fn add(self, o: C) -> C { C { re: self.re + o.re, im: self.im + o.im } } }
#[differentiate(order = 3)]
impl Mul for C { type Output = C; fn mul(self, o: C) -> C { C { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re } } }
#[differentiate(order = 3)]
impl Mul<f64> for C { type Output = C; fn mul(self, o: f64) -> C { C { re: self.re * o, im: self.im * o } } }
#[differentiate(order = 3)]
impl Neg for C { type Output = C; fn neg(self) -> C { C { re: -self.re, im: -self.im } } }
#[differentiate(order = 3)]
impl AddAssign for C { fn add_assign(&mut self, o: C) { self.re += o.re; self.im += o.im; } }
#[differentiate(order = 3, lanes, jacobian)]
impl C {
    pub fn norm(self) -> f64 { self.re.hypot(self.im) }
    pub fn exp(self) -> C { let r = self.re.exp(); C { re: r * self.im.cos(), im: r * self.im.sin() } }
}
#[differentiate(order = 3, lanes, jacobian)]
pub fn iterate(z: C, c: C, n: usize) -> C {
    let mut z = z;
    let mut sum = C { re: 0.0, im: 0.0 };
    for _ in 0..n { z = z * z + c; sum += z.exp() * 0.1; }
    -sum
}
#[differentiate(order = 3)]
pub fn size(z: C, c: C) -> f64 { iterate(z, c, 3).norm() }
#[differentiate]
pub fn hv(z: C, c: C, k: f64) -> f64 { let (_, (a, b), (h, g)) = size_hvp(z, c, (CCotangent { re: k, im: 0.3 }, CCotangent { re: 0.1, im: k })); a.re * h.im + g.re * b.im }
fn c(x: &[f64]) -> C { C { re: x[0], im: x[1] } }
fn cc(x: &[f64]) -> CCotangent { CCotangent { re: x[0], im: x[1] } }
fn f2(a: &(CCotangent, CCotangent)) -> Vec<f64> { vec![a.0.re, a.0.im, a.1.re, a.1.im] }
#[test]
fn operators() {
    let x = [0.3, -0.2, 0.1, 0.4];
    second("size", 1e-6, &x, &|x| vec![size(c(x), c(&x[2..]))], &|x| f2(&size_grad(c(x), c(&x[2..])).1),
        &|x, d| { let (v, g, h) = size_hvp(c(x), c(&x[2..]), (cc(d), cc(&d[2..]))); (v, f2(&g), f2(&h)) },
        &|x| { let (v, g, h) = size_hessian(c(x), c(&x[2..])); (v, f2(&g), h.iter().map(|r| r.to_vec()).collect()) });
    let (v, j) = iterate_jacobian(c(&x), c(&x[2..]), 3);
    jac("it", 1e-6, &x, &|x| { let r = iterate(c(x), c(&x[2..]), 3); vec![r.re, r.im] }, (vec![v.re, v.im], j.iter().map(|r| r.to_vec()).collect()));
    let y = [0.3, -0.2, 0.1, 0.4, 0.6];
    let g = hv_grad(c(&y), c(&y[2..]), y[4]).1;
    close("third", &[g.0.re, g.0.im, g.1.re, g.1.im, g.2], &jacobian(&|y| vec![hv(c(y), c(&y[2..]), y[4])], &y)[0], 1e-5);
}
