//! Siblings of methods that no option asks for, and of a free function in lanes with their number.

use autodiff_core::{Differentiable, Lanes, differentiate};

#[derive(Differentiable, Clone)]
struct Spring {
    k: f64,
}

#[differentiate]
impl Spring {
    fn energy(&self, x: f64) -> f64 {
        self.k * x * x
    }

    fn pair(&self, x: f64) -> [f64; 2] {
        [self.k * x, x]
    }

    fn stiffness(&self) -> f64 {
        self.k * self.k
    }

    fn made(k: f64) -> Spring {
        Spring { k }
    }
}

#[differentiate]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {
    let s = Spring { k: 2.0 };
    s.energy_hessian(1.0);
    s.pair_jacobian(1.0);
    s.pair_grad(1.0);
    s.stiffness_hvp(&s);
    Spring::made_jacobian(1.0);
    s.energy_jvp_lanes::<2>(1.0, 2.0);
    square_jvp_lanes::<2>(1.0, Lanes([1.0, 0.0]));
}
