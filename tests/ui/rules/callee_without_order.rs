use autodiff_core::differentiate;

#[differentiate(hessian)]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiate(order = 3)]
fn f(x: f64) -> f64 {
    square(x) * x
}

fn main() {}
