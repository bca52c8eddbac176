use autodiff_core::differentiate;

#[differentiate]
fn f(x: &[f64]) -> Option<&f64> {
    x.first()
}

fn main() {}
