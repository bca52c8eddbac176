//! Lists of numbers.

use crate::consts::SIMPSON;
use crate::types::{Grid, Matrix, Table};
use autodiff_core::differentiate;

#[differentiate]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[differentiate]
pub fn matvec(m: &Matrix, v: &[f64]) -> Vec<f64> {
    m.iter().map(|row| dot(row, v)).collect()
}

#[differentiate]
pub(crate) fn log_sum_exp(v: &[f64]) -> f64 {
    let top = v.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    top + v.iter().map(|x| (x - top).exp()).sum::<f64>().ln()
}

#[differentiate]
pub fn softmax(v: &[f64]) -> Vec<f64> {
    let z = log_sum_exp(v);
    v.iter().map(|x| (x - z).exp()).collect()
}

/// Where something stands in a list by rows.
pub fn index(cols: usize, i: usize, j: usize) -> usize {
    i * cols + j
}

/// The middle of a list.
pub fn middle(v: &[f64]) -> Option<&f64> {
    v.get(v.len() / 2)
}

/// Simpson's rule.
pub fn integrate(f: impl Fn(f64) -> f64, a: f64, b: f64, n: usize) -> f64 {
    let h = (b - a) / n as f64;
    (0..n).map(|i| a + i as f64 * h).map(|x| h / 6.0 * (SIMPSON[0] * f(x) + SIMPSON[1] * f(x + 0.5 * h) + f(x + h))).sum()
}

pub fn evens<'a>(v: &'a [f64]) -> impl Iterator<Item = &'a f64> + 'a {
    v.iter().step_by(2)
}

impl<T> Grid<T> {
    pub fn rows(&self) -> usize {
        self.cells.len() / self.cols
    }
    pub fn at(&self, i: usize, j: usize) -> &T {
        &self.cells[i * self.cols + j]
    }
}

impl Table {
    pub fn row(&self, i: usize) -> Option<&Vec<f64>> {
        self.rows.get(i)
    }
    pub fn columns(&self) -> usize {
        self.rows.first().map_or(0, Vec::len)
    }
}

#[differentiate]
pub fn trace(m: &Matrix) -> f64 {
    (0..m.len()).map(|i| m[i][i]).sum()
}

#[differentiate]
pub fn frobenius(t: &Table) -> f64 {
    t.rows.iter().flatten().map(|x| x * x).sum::<f64>().sqrt()
}

#[differentiate]
pub fn corner(t: &Table) -> f64 {
    let first = t.rows.first().unwrap();
    let last = t.rows.last().unwrap();
    first.first().unwrap() * last[last.len() - 1]
}

#[differentiate]
pub fn known(t: &Table) -> f64 {
    t.missing.iter().flatten().map(|x| x.sin()).sum()
}

#[differentiate]
pub fn filled(t: &Table, default: f64) -> f64 {
    t.missing.iter().map(|m| m.unwrap_or(default * 2.0)).product()
}

#[differentiate]
pub fn laplacian(g: &Grid<f64>) -> f64 {
    let mut s = 0.0;
    for i in 1..g.rows() - 1 {
        for j in 1..g.cols - 1 {
            let c = g.cells[index(g.cols, i, j)];
            let d = g.cells[index(g.cols, i - 1, j)] + g.cells[index(g.cols, i + 1, j)] - 2.0 * c;
            s += d * d + c;
        }
    }
    s
}

#[differentiate]
pub fn row_sums(g: &Grid<f64>) -> f64 {
    g.cells.chunks(g.cols).map(|row| row.iter().sum::<f64>().powi(2)).sum()
}
