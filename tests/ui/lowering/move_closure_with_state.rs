use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let mut k = x;
    let mut double = move || {
        k *= 2.0;
        k
    };
    double() + k
}

fn main() {}
