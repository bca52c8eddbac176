//! Vectors of any number type.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Copy, Differentiable)]
pub struct Vector<T, const N: usize> {
    data: [T; N],
}
#[differentiate]
impl<T: Copy + Default + std::ops::Add<Output = T> + std::ops::Mul<Output = T>, const N: usize> Vector<T, N> {
    fn dot(&self, o: &Self) -> T {
        let mut s = T::default();
        for i in 0..N {
            s = s + self.data[i] * o.data[i];
        }
        s
    }
    fn scaled(mut self, k: T) -> Self {
        for v in &mut self.data {
            *v = *v * k;
        }
        self
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let a = Vector { data: [x[0], x[1], 1.0] };
    let b = Vector { data: [x[2], -1.0, x[3]] };
    a.dot(&b.scaled(x[0])) + a.scaled(2.0).dot(&a)
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 4, 0.05, 1.0, |v| (v), d => d);
}
