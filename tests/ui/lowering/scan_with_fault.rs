use autodiff_core::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    let mut sum = 0.0;
    let all = xs.iter().step_by(2).rev().try_for_each(|x| if *x > 0.0 { sum += x; Some(()) } else { None });
    if all.is_some() { sum } else { 0.0 }
}

fn main() {}
