use autodiff_core::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    xs.iter().step_by(2).rev().partition::<Vec<f64>, _>(|x| **x > 0.0).0[0]
}

fn main() {}
