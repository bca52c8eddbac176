use autodiff_core::differentiate;

#[derive(Clone, Copy)]
struct Point {
    x: f64,
    y: f64,
}

#[differentiate]
fn f(p: Point) -> f64 {
    p.x * p.y
}

fn main() {}
