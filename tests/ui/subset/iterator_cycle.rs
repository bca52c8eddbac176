use autodiff_core::differentiate;

#[differentiate]
fn f(xs: &[f64], w: &[f64]) -> f64 {
    xs.iter().zip(w.iter().cycle()).map(|(x, w)| x * w).sum()
}

fn main() {}
