use autodiff_core::{Differentiable, differentiate};

/// The logarithm of a probability: a sum of two is no sum of parts.
#[derive(Differentiable, Clone, Copy)]
struct LogProb(f64);

#[differentiate]
impl std::ops::Add for LogProb {
    type Output = LogProb;
    fn add(self, o: LogProb) -> LogProb {
        LogProb((self.0.exp() + o.0.exp()).ln())
    }
}

#[differentiate]
impl std::ops::AddAssign for LogProb {
    fn add_assign(&mut self, o: LogProb) {
        *self = *self + o;
    }
}

#[derive(Differentiable, Clone, Copy)]
struct Product(f64);

#[differentiate]
impl std::ops::SubAssign<f64> for Product {
    fn sub_assign(&mut self, k: f64) {
        self.0 -= self.0 * k;
    }
}

fn main() {}
