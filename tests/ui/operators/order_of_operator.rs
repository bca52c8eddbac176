use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Copy, Differentiable)]
struct Pair(f64, f64);

#[differentiate(order = 3)]
impl std::ops::Mul for Pair {
    type Output = Pair;
    fn mul(self, o: Pair) -> Pair {
        Pair(self.0 * o.0 - self.1 * o.1, self.0 * o.1 + self.1 * o.0)
    }
}

fn main() {}
