use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable, Clone, Copy)]
struct V {
    x: f64,
}

impl std::ops::AddAssign for V {
    fn add_assign(&mut self, o: V) {
        self.x += o.x;
    }
}

#[differentiate]
fn f(a: V, b: V) -> f64 {
    let mut c = a;
    c += b;
    c.x
}

fn main() {}
