use autodiff_core::differentiate;

#[differentiate(order = 12)]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {}
