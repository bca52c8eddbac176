use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Differentiable)]
struct V {
    e: Vec<f64>,
}

#[differentiate]
impl std::ops::Index<usize> for V {
    type Output = f64;
    fn index(&self, i: usize) -> &f64 {
        self.e.get(i).unwrap()
    }
}

fn main() {}
