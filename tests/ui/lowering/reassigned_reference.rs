use autodiff_core::differentiate;

#[differentiate]
fn f(a: &mut [f64], b: &mut [f64]) -> f64 {
    let mut s = &mut *a;
    let mut total = 0.0;
    for i in 0..4 {
        s[0] *= i as f64;
        total += s[0];
        s = &mut *b;
    }
    total
}

fn main() {}
