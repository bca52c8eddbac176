use autodiff_core::{Differentiable, differentiate};

#[differentiate]
fn square(x: f64) -> f64 {
    x * x
}

#[derive(Differentiable, Clone)]
struct Spring(f64);

#[differentiate]
impl Spring {
    fn energy(&self, x: f64) -> f64 {
        self.0 * x * x
    }
}

#[differentiate]
fn too_many(x: f64, y: f64) -> f64 {
    square(x, y)
}

#[differentiate]
fn too_few(s: &Spring, x: f64) -> f64 {
    x * s.energy()
}

#[differentiate]
fn of_a_closure(x: f64) -> f64 {
    let product = |a: f64, b: f64| a * b;
    product(x)
}

fn main() {
    too_many_grad(1.0, 2.0);
    too_few_grad(&Spring(1.0), 2.0);
    of_a_closure_grad(1.0);
}
