use autodiff_core::differentiate;

#[differentiate]
fn f(xs: impl Iterator<Item = f64>) -> f64 {
    xs.sum()
}

fn main() {}
