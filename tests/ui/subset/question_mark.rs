use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64, y: Option<f64>) -> Option<f64> {
    let y = y?;
    Some(x * y)
}

fn main() {}
