use std::ops::{Mul, MulAssign};

use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable, Clone, Copy)]
struct Pair {
    x: f64,
    y: f64,
}

#[differentiate]
impl Mul<f64> for Pair {
    type Output = Pair;
    fn mul(self, k: f64) -> Pair {
        Pair { x: self.x * k, y: self.y * k }
    }
}

#[differentiate]
impl MulAssign<f64> for Pair {
    fn mul_assign(&mut self, k: f64) {
        self.x *= k;
        self.y *= k.sin().max(0.1);
    }
}

#[differentiate]
fn f(mut a: Pair, k: f64) -> f64 {
    a *= k;
    a.x + a.y
}

fn main() {
    f_grad(Pair { x: 1.0, y: 2.0 }, 3.0);
}
