use autodiff_core::differentiate;

mod loss {}

#[differentiate]
fn loss(x: f64) -> f64 {
    x * x
}

fn main() {}
