use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Copy, Differentiable)]
struct V {
    x: f64,
    y: f64,
}

impl std::ops::Index<usize> for V {
    type Output = f64;
    fn index(&self, i: usize) -> &f64 {
        if i == 0 { &self.x } else { &self.y }
    }
}

#[differentiate]
fn weighted(v: &V, w: &[f64]) -> f64 {
    (0..2).map(|i| v[i] * w[i]).sum()
}

fn main() {}
