use autodiff_core::derivative;

#[derivative(hessian, x = x.to_vec())]
fn energy(x: &[f64]) -> f64 {
    0.5 * x.iter().map(|x| x * x).sum::<f64>()
}

fn main() {}
