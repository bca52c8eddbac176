use std::ops::Mul;

use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable, Clone, Copy)]
struct Pair(f64, f64);

#[differentiate]
impl Mul for Pair {
    type Output = Pair;
    fn mul(self, o: Pair) -> Pair {
        Pair(self.0 * o.0, self.1 * o.1)
    }
}

impl Mul<&Pair> for &Pair {
    type Output = Pair;
    fn mul(self, o: &Pair) -> Pair {
        Pair(self.0 * o.0 - self.1 * o.1, self.0 * o.1 + self.1 * o.0)
    }
}

#[differentiate]
fn f(a: Pair, b: Pair) -> f64 {
    (&a * &b).0
}

fn main() {
    f_grad(Pair(1.0, 2.0), Pair(3.0, 4.0));
}
