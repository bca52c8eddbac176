use autodiff_core::differentiate;

#[differentiate]
fn f(a: &[f64], b: &[f64]) -> f64 {
    let mut s = 0.0;
    for x in a.iter().chain(b) {
        if s > 1.0 {
            break;
        }
        s += x * x;
    }
    s
}

fn main() {}
