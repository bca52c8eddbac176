use autodiff_core::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    let mut v = xs.to_vec();
    let old = std::mem::replace(&mut v, vec![1.0]);
    old[0] * v[0]
}

fn main() {}
