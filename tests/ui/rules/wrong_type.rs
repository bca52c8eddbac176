use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64, n: usize) -> f64 {
    x * n
}

fn main() {}
