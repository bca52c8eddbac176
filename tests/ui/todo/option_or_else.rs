use autodiff_core::differentiate;

#[differentiate]
fn f(x: Option<f64>, y: f64) -> f64 {
    x.or_else(|| Some(y)).unwrap() * y
}

fn main() {}
