use autodiff_core::differentiate;

fn constant(x: f64) -> f64 {
    2.0 * x
}

#[differentiate]
fn f(x: f64) -> f64 {
    x * constant(x)
}

fn main() {}
