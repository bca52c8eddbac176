//! Matrices with their sizes in their values.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
use std::ops::{Index, IndexMut, Mul};
#[derive(Debug, Clone, PartialEq, Differentiable)]
pub struct DMat {
    rows: usize,
    cols: usize,
    data: Vec<f64>,
}
#[differentiate]
impl DMat {
    pub fn zeros(rows: usize, cols: usize) -> Self {
        DMat { rows, cols, data: vec![0.0; rows * cols] }
    }
    pub fn from_fn(rows: usize, cols: usize, f: impl Fn(usize, usize) -> f64) -> Self {
        let mut m = Self::zeros(rows, cols);
        for r in 0..rows {
            for c in 0..cols {
                m[(r, c)] = f(r, c);
            }
        }
        m
    }
    pub fn t(&self) -> Self {
        Self::from_fn(self.cols, self.rows, |r, c| self[(c, r)])
    }
    pub fn solve(mut self, mut b: Vec<f64>) -> Option<Vec<f64>> {
        let n = self.rows;
        for k in 0..n {
            let piv = (k..n).max_by(|&i, &j| self[(i, k)].abs().partial_cmp(&self[(j, k)].abs()).unwrap())?;
            if self[(piv, k)].abs() < 1e-12 {
                return None;
            }
            if piv != k {
                for c in 0..n {
                    self.data.swap(k * n + c, piv * n + c);
                }
                b.swap(k, piv);
            }
            for i in k + 1..n {
                let f = self[(i, k)] / self[(k, k)];
                for c in k..n {
                    let v = self[(k, c)];
                    self[(i, c)] -= f * v;
                }
                b[i] -= f * b[k];
            }
        }
        for k in (0..n).rev() {
            let s: f64 = (k + 1..n).map(|c| self[(k, c)] * b[c]).sum();
            b[k] = (b[k] - s) / self[(k, k)];
        }
        Some(b)
    }
}
#[differentiate]
impl Index<(usize, usize)> for DMat {
    type Output = f64;
    fn index(&self, (r, c): (usize, usize)) -> &f64 {
        &self.data[r * self.cols + c]
    }
}
#[differentiate]
impl IndexMut<(usize, usize)> for DMat {
    fn index_mut(&mut self, (r, c): (usize, usize)) -> &mut f64 {
        &mut self.data[r * self.cols + c]
    }
}
#[differentiate]
impl<'a> Mul<&'a DMat> for &'a DMat {
    type Output = DMat;
    fn mul(self, o: &DMat) -> DMat {
        DMat::from_fn(self.rows, o.cols, |r, c| (0..self.cols).map(|k| self[(r, k)] * o[(k, c)]).sum())
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let a = DMat::from_fn(3, 2, |r, c| if r == c { 1.0 + x[r] } else { 0.3 * x[r + c] });
    let ata = &a.t() * &a;
    let Some(sol) = ata.solve(vec![x[4], x[5]]) else { return -1.0 };
    sol.iter().map(|s| s * s).sum::<f64>() + sol[0]
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 6, 0.05, 1.0, |v| (v), d => d);
}
