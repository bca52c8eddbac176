use autodiff_core::differentiate;

#[differentiate]
struct Point {
    x: f64,
}

fn main() {}
