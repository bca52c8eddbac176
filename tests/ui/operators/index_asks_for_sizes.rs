use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable)]
struct Halves {
    front: Vec<f64>,
    back: Vec<f64>,
    start: usize,
}

#[differentiate]
impl std::ops::Index<usize> for Halves {
    type Output = f64;
    fn index(&self, i: usize) -> &f64 {
        if i < self.start { &self.front[i] } else { &self.back[i - self.start] }
    }
}

fn main() {}
