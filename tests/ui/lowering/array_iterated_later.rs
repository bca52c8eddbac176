use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let mut pair = [x, x * x];
    let both = pair.into_iter();
    pair[0] = 5.0;
    both.sum::<f64>() + pair[0] * pair[1]
}

fn main() {}
