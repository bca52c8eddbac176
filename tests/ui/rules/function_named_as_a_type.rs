use autodiff_core::differentiate;

#[differentiate]
fn f64(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn f(x: f64) -> f64 {
    f64(x) + 1.0
}

fn main() {}
