use autodiff_core::differentiate;

#[differentiate]
fn energy(x: f64, y: f64) -> f64 {
    x * x * y
}

fn main() {
    let (_, _, _) = energy_hessian(1.0, 2.0);
}
