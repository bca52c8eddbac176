use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable, Clone, Copy)]
struct Spring {
    k: f64,
}

impl Spring {
    #[differentiate(wrt(x))]
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.k * x * x
    }
}

#[differentiate]
fn f(k: f64, x: f64) -> f64 {
    let s = Spring { k };
    s.energy(x)
}

fn main() {}
