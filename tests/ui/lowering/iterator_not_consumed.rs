use autodiff_core::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    let mut rest = xs.iter();
    let pair: f64 = rest.by_ref().take_while(|x| **x > 0.0).sum();
    let third = rest.nth(0).unwrap();
    pair * third
}

fn main() {}
