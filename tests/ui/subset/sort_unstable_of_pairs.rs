use autodiff_core::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    let mut pairs: Vec<(f64, f64)> = xs.iter().map(|&x| (x.abs(), x)).collect();
    pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    pairs[0].1
}

fn main() {}
