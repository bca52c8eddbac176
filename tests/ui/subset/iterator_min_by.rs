use autodiff_core::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    xs.iter().copied().min_by(|a, b| a.total_cmp(b)).unwrap()
}

fn main() {}
