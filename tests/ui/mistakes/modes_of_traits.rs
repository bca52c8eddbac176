//! Siblings of a trait's functions that no option asks for, and of what cannot be copied.

use autodiff_core::{Differentiable, differentiate};

#[differentiate]
trait Energy {
    fn energy(&self, x: f64) -> f64;
}

#[derive(Differentiable, Clone)]
struct Spring {
    k: f64,
}

#[differentiate]
impl Energy for Spring {
    fn energy(&self, x: f64) -> f64 {
        self.k * x * x
    }
}

struct Generator {
    state: u64,
}

impl Generator {
    fn draw(&mut self) -> f64 {
        self.state = self.state.wrapping_mul(6364136223846793005).wrapping_add(1);
        self.state as f64
    }
}

#[differentiate(hessian, jacobian)]
fn drawn(x: f64, generator: &mut Generator) -> f64 {
    let z = generator.draw();
    x * x * z
}

fn main() {
    let s = Spring { k: 2.0 };
    s.energy_hessian(1.0);
    s.energy_jacobian(1.0);
    let mut generator = Generator { state: 1 };
    drawn_hvp(1.0, &mut generator, 1.0);
    drawn_hessian(1.0, &mut generator);
    drawn_jacobian(1.0, &mut generator);
}
