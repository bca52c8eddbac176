use autodiff_core::differentiate;

#[derive(Clone, Copy, autodiff_core::Differentiable)]
struct Spring {
    k: f64,
}

impl Spring {
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.k * x * x
    }
}

#[differentiate]
fn f(s: Spring, x: f64) -> f64 {
    s.energy(x)
}

fn main() {}
