use autodiff_core::differentiate;

fn positive(x: &&f64) -> bool {
    **x > 0.0
}

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    xs.iter().filter(positive).sum()
}

fn main() {}
