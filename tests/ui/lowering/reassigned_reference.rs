use autodiff_core::differentiate;

#[differentiate]
fn f(a: &[f64], b: &[f64]) -> f64 {
    let mut s = a;
    let mut total = 0.0;
    for i in 0..4 {
        total += s[0] * i as f64;
        s = b;
    }
    total
}

fn main() {}
