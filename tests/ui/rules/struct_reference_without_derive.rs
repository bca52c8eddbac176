use autodiff_core::differentiate;

struct Point {
    x: f64,
    y: f64,
}

#[differentiate]
fn f(p: &Point, s: f64) -> f64 {
    p.x * p.y * s
}

fn main() {}
