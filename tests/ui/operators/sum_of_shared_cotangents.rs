//! A type with the cotangent of another one, whose `+=` is no sum.

use autodiff_core::{Differentiable, differentiate};

/// The logarithm of a probability.
#[derive(Clone, Copy)]
struct LogP(f64);

impl Differentiable for LogP {
    type Cotangent = f64;

    fn zero_cotangent(&self) -> f64 {
        0.0
    }
}

impl std::ops::AddAssign for LogP {
    fn add_assign(&mut self, rhs: LogP) {
        self.0 = (self.0.exp() + rhs.0.exp()).ln();
    }
}

#[differentiate]
fn either(a: LogP, b: LogP) -> LogP {
    let mut s = a;
    s += b;
    s
}

fn main() {
    either_vjp(LogP(0.0), LogP(1.0), 1.0);
}
