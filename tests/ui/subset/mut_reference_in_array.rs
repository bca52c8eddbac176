use autodiff_core::differentiate;

#[differentiate]
fn f(a: &[f64], b: f64) -> f64 {
    let (mut x, mut y) = (b, b * b);
    for (v, target) in a.iter().zip([&mut x, &mut y]) {
        *target += v * b;
    }
    x * y
}

fn main() {}
