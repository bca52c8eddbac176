use std::ops::Mul;

use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable, Clone)]
struct Big(f64);

#[differentiate]
impl Mul for Big {
    type Output = Big;
    fn mul(self, other: Big) -> Big {
        let product = &self * &other;
        Big(product.0 * 2.0)
    }
}

impl Mul<&Big> for &Big {
    type Output = Big;
    fn mul(self, other: &Big) -> Big {
        Big(self.0 * other.0)
    }
}

fn main() {}
