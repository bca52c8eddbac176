use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Copy, Differentiable)]
enum Shape {
    Circle(f64),
    Box(f64, f64),
}

#[differentiate]
fn f(mut s: Shape, k: f64) -> f64 {
    match &mut s {
        Shape::Circle(r) => *r *= k,
        Shape::Box(w, ..) => *w *= k,
    }
    k
}

fn main() {}
