use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

#[differentiate]
fn area(p: Point) -> f64 {
    p.x * p.y
}

#[differentiate]
fn f(x: f64, y: f64) -> f64 {
    let p = Point { x: x * y, y };
    area(p) * x
}

fn main() {}
