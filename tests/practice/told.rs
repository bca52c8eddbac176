//! Types that only what follows tells: matrices that are filled before they are returned, literals that a fold begins with.
use std::ops::Mul;

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Copy, Debug, Differentiable)]
struct Matrix<const R: usize, const C: usize>([[f64; C]; R]);

#[differentiate]
impl<const R: usize, const C: usize> Matrix<R, C> {
    fn zeros() -> Self {
        Matrix([[0.0; C]; R])
    }

    fn transposed(&self) -> Matrix<C, R> {
        let mut t = Matrix::zeros();
        for i in 0..R {
            for j in 0..C {
                t.0[j][i] = self.0[i][j];
            }
        }
        t
    }
}

#[differentiate]
impl<const R: usize, const K: usize, const C: usize> Mul<Matrix<K, C>> for Matrix<R, K> {
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
fn gram(a: &Matrix<2, 3>, k: f64) -> f64 {
    let g = *a * a.transposed();
    g.0[0][1] * k + g.0[1][1] * g.0[0][0]
}

#[derive(Clone, Differentiable)]
struct Trajectory {
    durations: Vec<f64>,
    coefficients: Vec<[f64; 3]>,
}

#[differentiate]
impl Trajectory {
    fn locate(&self, mut t: f64) -> Option<(usize, f64)> {
        for (i, d) in self.durations.iter().enumerate() {
            if t < *d {
                return Some((i, t));
            }
            t -= d;
        }
        None
    }

    fn position(&self, t: f64) -> f64 {
        match self.locate(t) {
            Some((i, at)) => self.coefficients[i].iter().rev().fold(0.0, |sum, c| sum * at + c),
            None => {
                let last = self.coefficients.last().expect("no segment");
                let d = self.durations[self.durations.len() - 1];
                last.iter().rev().fold(0.0, |sum, c| sum.mul_add(d, *c))
            }
        }
    }
}

#[differentiate]
fn misfit(trajectory: &Trajectory, waypoints: &[(f64, f64)]) -> f64 {
    waypoints.iter().map(|&(t, p)| (trajectory.position(t) - p).powi(2)).sum()
}

mod checks {
    use super::*;
    use crate::checked;

    fn trajectory(v: &[f64]) -> Trajectory {
        Trajectory { durations: v[..2].to_vec(), coefficients: vec![[v[2], v[3], v[4]], [v[5], v[6], v[7]]] }
    }
    checked!(gram gram_grad gram_vjp gram_jvp: 7, -1.0, 1.0,
        |v| (&Matrix([[v[0], v[1], v[2]], [v[3], v[4], v[5]]]), v[6]),
        d => (&MatrixCotangent([[d[0], d[1], d[2]], [d[3], d[4], d[5]]]), d[6]));
    checked!(misfit misfit_grad misfit_vjp misfit_jvp: 14, 0.2, 0.9,
        |v| (&trajectory(v), &[(v[8], v[9]), (v[10], v[11]), (v[12], v[13])]));
}
