use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable, Clone)]
struct Spring {
    stiffness: f64,
}

#[differentiate]
impl Spring {
    fn energy(&self, x: f64) -> f64 {
        self.stifness * x * x
    }
}

#[differentiate]
fn of_a_pair(p: (f64, f64)) -> f64 {
    p.0 * p.2
}

fn main() {
    Spring { stiffness: 1.0 }.energy_grad(2.0);
    of_a_pair_grad((1.0, 2.0));
}
