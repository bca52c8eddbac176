use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable)]
struct Ring {
    data: Vec<f64>,
    start: usize,
}

#[differentiate]
impl std::ops::Index<usize> for Ring {
    type Output = f64;
    fn index(&self, i: usize) -> &f64 {
        &self.data[(self.start + i) % 8]
    }
}

fn main() {}
