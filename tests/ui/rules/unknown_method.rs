use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    x.sine() + 1.0
}

fn main() {}
