use autodiff_core::differentiate;

#[differentiate(jacobian = faer)]
fn f(x: &[f64]) -> Vec<f64> {
    x.iter().map(|v| v * v).collect()
}

fn main() {}
