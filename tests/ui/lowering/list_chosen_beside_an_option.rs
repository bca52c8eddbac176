use autodiff_core::differentiate;

#[differentiate]
fn f(x: &[f64], w: Option<&[f64]>) -> f64 {
    let ones = vec![1.0; x.len()];
    let w = w.unwrap_or(&ones);
    x.iter().zip(w).map(|(a, b)| a * b).sum()
}

fn main() {}
