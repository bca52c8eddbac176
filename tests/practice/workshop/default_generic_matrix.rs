//! Powers and exponentials of matrices.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Copy, PartialEq, Differentiable)]
pub struct Mat<const N: usize> {
    m: [[f64; N]; N],
}
#[differentiate]
impl<const N: usize> Mat<N> {
    const ZERO: Self = Mat { m: [[0.0; N]; N] };
    fn identity() -> Self {
        let mut o = Self::ZERO;
        for i in 0..N {
            o.m[i][i] = 1.0;
        }
        o
    }
    fn mul(&self, o: &Self) -> Self {
        Mat { m: std::array::from_fn(|i| std::array::from_fn(|j| (0..N).map(|k| self.m[i][k] * o.m[k][j]).sum())) }
    }
    fn pow(&self, mut n: u32) -> Self {
        let mut base = *self;
        let mut acc = Self::identity();
        while n > 0 {
            if n & 1 == 1 {
                acc = acc.mul(&base);
            }
            base = base.mul(&base);
            n >>= 1;
        }
        acc
    }
    fn expm(&self, terms: usize) -> Self {
        let mut sum = Self::identity();
        let mut term = Self::identity();
        for k in 1..=terms {
            term = term.mul(self);
            term.m.iter_mut().flatten().for_each(|v| *v /= k as f64);
            for (a, b) in sum.m.iter_mut().zip(term.m.iter()) {
                for (x, y) in a.iter_mut().zip(b) {
                    *x += *y;
                }
            }
        }
        sum
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let m = Mat { m: [[x[0], x[1]], [x[2], x[3]]] };
    let e = m.expm(6);
    let p = m.pow(5);
    e.m[0][0] * e.m[1][1] - e.m[0][1] + p.m.iter().flat_map(|r| r.iter()).sum::<f64>()
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 4, 0.05, 1.0, |v| (v), d => d);
}
