use autodiff_core::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    let mut squares = xs.iter().map(|x| x * x);
    let first = squares.next().unwrap();
    first + 1.0
}

fn main() {}
