use autodiff_core::differentiate;

#[differentiate]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn slope(x: f64) -> f64 {
    square_grad(x).1
}

fn main() {}
