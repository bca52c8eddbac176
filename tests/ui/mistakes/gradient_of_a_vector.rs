use autodiff_core::differentiate;

#[differentiate]
fn squares(x: &[f64]) -> Vec<f64> {
    x.iter().map(|x| x * x).collect()
}

fn main() {
    squares_grad(&[1.0]);
    squares_jacobian(&[1.0]);
}
