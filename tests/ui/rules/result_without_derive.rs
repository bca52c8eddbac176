use autodiff_core::differentiate;

struct Point {
    x: f64,
    y: f64,
}

#[differentiate]
fn f(x: f64) -> Point {
    Point { x, y: x * x }
}

fn main() {}
