//! Kernels with constants and types of their own.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[differentiate]
pub trait Kernel {
    const SCALE: f64;
    type Param;
    fn eval(&self, r: f64, p: &Self::Param) -> f64;
}
#[derive(Debug, Clone, Differentiable)]
pub struct Gaussian;
#[derive(Debug, Clone, Differentiable)]
pub struct Rational {
    alpha: f64,
}
#[differentiate]
impl Kernel for Gaussian {
    const SCALE: f64 = 0.5;
    type Param = f64;
    fn eval(&self, r: f64, p: &f64) -> f64 {
        (-Self::SCALE * r * r / (p * p)).exp()
    }
}
#[differentiate]
impl Kernel for Rational {
    const SCALE: f64 = 2.0;
    type Param = (f64, f64);
    fn eval(&self, r: f64, p: &(f64, f64)) -> f64 {
        let (l, s) = *p;
        s * (1.0 + r * r / (Self::SCALE * self.alpha * l * l)).powf(-self.alpha)
    }
}
#[differentiate]
pub fn gram_sum<K: Kernel>(k: &K, xs: &[f64], p: &K::Param) -> f64 {
    let mut s = 0.0;
    for a in xs {
        for b in xs {
            s += k.eval(a - b, p) * K::SCALE;
        }
    }
    s
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let g = gram_sum(&Gaussian, &x[..2], &(1.0 + x[2]));
    let r = gram_sum(&Rational { alpha: 1.0 + x[3] }, &x[..3], &(0.7, x[2]));
    g + r
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 4, 0.05, 1.0, |v| (v), d => d);
}
