use autodiff_core::differentiate;

#[differentiate]
fn f(mut o: Option<f64>, k: f64) -> f64 {
    let mut y = k;
    if let Some(x) = &mut o {
        *x *= k;
        y += o.unwrap();
    }
    y
}

fn main() {}
