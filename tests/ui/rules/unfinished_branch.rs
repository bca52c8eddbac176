use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    if x > 0.0 {
        return x * x;
    }
}

#[differentiate]
fn g(x: f64) -> f64 {
    let y = 2.0 * x;
}

#[differentiate]
fn h(x: f64) -> f64 {
    2.0 * x;
}

fn main() {}
