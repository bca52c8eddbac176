//! Matrices with their sizes in their types.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Copy, PartialEq, Differentiable)]
pub struct Matrix<const R: usize, const C: usize>(pub [[f64; C]; R]);
#[differentiate]
impl<const R: usize, const C: usize> Matrix<R, C> {
    pub fn zeros() -> Self {
        Matrix([[0.0; C]; R])
    }
    pub fn transpose(&self) -> Matrix<C, R> {
        let mut out = Matrix::<C, R>::zeros();
        for i in 0..R {
            for j in 0..C {
                out.0[j][i] = self.0[i][j];
            }
        }
        out
    }
    pub fn norm_sq(&self) -> f64 {
        self.0.iter().flatten().map(|v| v * v).sum()
    }
}
#[differentiate]
impl<const R: usize, const K: usize, const C: usize> std::ops::Mul<Matrix<K, C>> for Matrix<R, K> {
    type Output = Matrix<R, C>;
    fn mul(self, rhs: Matrix<K, C>) -> Matrix<R, C> {
        let mut out = Matrix::zeros();
        for i in 0..R {
            for j in 0..C {
                for k in 0..K {
                    out.0[i][j] += self.0[i][k] * rhs.0[k][j];
                }
            }
        }
        out
    }
}
#[differentiate]
impl<const R: usize, const C: usize> std::ops::Add for Matrix<R, C> {
    type Output = Self;
    fn add(mut self, rhs: Self) -> Self {
        for (a, b) in self.0.iter_mut().flatten().zip(rhs.0.iter().flatten()) {
            *a += *b;
        }
        self
    }
}
#[differentiate]
impl<const R: usize, const C: usize> std::ops::Index<(usize, usize)> for Matrix<R, C> {
    type Output = f64;
    fn index(&self, (r, c): (usize, usize)) -> &f64 {
        &self.0[r][c]
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let a = Matrix([[1.0, 0.1], [0.1 * x[0], 1.0 - 0.1 * x[1]]]);
    let b = Matrix([[0.0], [0.1]]);
    let k: Matrix<1, 2> = Matrix([[-x[2], -x[3]]]);
    let mut s = Matrix([[x[4]], [x[5]]]);
    let mut cost = 0.0;
    for _ in 0..10 {
        let u = k * s;
        cost += s.norm_sq() + 0.1 * u[(0, 0)].powi(2);
        s = a * s + b * u;
    }
    let q = s.transpose() * s;
    cost + 10.0 * q[(0, 0)]
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 6, 0.05, 1.0, |v| (v), d => d);
}
