use autodiff_core::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    match xs {
        [first, rest @ ..] => first * rest.len() as f64,
        [] => 0.0,
    }
}

fn main() {}
