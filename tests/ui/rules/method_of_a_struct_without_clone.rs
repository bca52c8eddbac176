use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

#[derive(Differentiable)]
enum Shape {
    Circle(f64),
    Square(f64),
}

impl Point {
    #[differentiate]
    fn norm(self, k: f64) -> f64 {
        (self.x * self.x + self.y * self.y).sqrt() * k
    }
}

#[differentiate]
fn area(s: Shape, k: f64) -> f64 {
    match s {
        Shape::Circle(r) => 3.0 * r * r * k,
        Shape::Square(a) => a * a * k,
    }
}

// No sweep copies these.
#[differentiate]
fn turned(p: Point, k: f64) -> Point {
    Point { x: -p.y * k, y: p.x }
}

fn main() {}
