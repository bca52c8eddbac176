//! Polynomials.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
use std::ops::{Add, Index, IndexMut, Mul};
#[derive(Debug, Clone, PartialEq, Differentiable)]
pub struct Poly {
    coef: Vec<f64>,
}
#[differentiate]
impl Index<usize> for Poly {
    type Output = f64;
    fn index(&self, i: usize) -> &f64 {
        &self.coef[i]
    }
}
#[differentiate]
impl IndexMut<usize> for Poly {
    fn index_mut(&mut self, i: usize) -> &mut f64 {
        &mut self.coef[i]
    }
}
#[differentiate]
impl Poly {
    pub fn zero(n: usize) -> Self {
        Poly { coef: vec![0.0; n] }
    }
    pub fn degree(&self) -> usize {
        self.coef.len().saturating_sub(1)
    }
    pub fn eval(&self, x: f64) -> f64 {
        self.coef.iter().rev().fold(0.0, |acc, c| acc * x + c)
    }
    pub fn derivative(&self) -> Poly {
        Poly { coef: self.coef.iter().enumerate().skip(1).map(|(i, c)| i as f64 * c).collect() }
    }
    pub fn newton(&self, mut x: f64, it: usize) -> f64 {
        let d = self.derivative();
        for _ in 0..it {
            x -= self.eval(x) / d.eval(x);
        }
        x
    }
}
#[differentiate]
impl Mul for &Poly {
    type Output = Poly;
    fn mul(self, rhs: &Poly) -> Poly {
        let mut out = Poly::zero(self.degree() + rhs.degree() + 1);
        for i in 0..=self.degree() {
            for j in 0..=rhs.degree() {
                out[i + j] += self[i] * rhs[j];
            }
        }
        out
    }
}
#[differentiate]
impl<'a> Add<&'a Poly> for Poly {
    type Output = Poly;
    fn add(mut self, rhs: &'a Poly) -> Poly {
        if rhs.coef.len() > self.coef.len() {
            self.coef.resize(rhs.coef.len(), 0.0);
        }
        for (a, b) in self.coef.iter_mut().zip(&rhs.coef) {
            *a += b;
        }
        self
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let p = Poly { coef: vec![-1.0 - x[0], x[1], 1.0] };
    let q = Poly { coef: vec![x[2], 1.0 + x[3]] };
    let r = &p * &q + &p;
    r.eval(x[4]) + p.newton(2.0, 2)
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 5, 0.05, 1.0, |v| (v), d => d);
}
