use autodiff_core::differentiate;

#[derive(Clone, Copy, autodiff_core::Differentiable)]
enum Shape {
    Circle(f64),
    Square(f64),
}

#[differentiate]
fn size(s: Shape) -> f64 {
    match s {
        Shape::Circle(a) | Shape::Square(a) => a * a,
    }
}

fn main() {}
