use autodiff_core::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    xs.iter()
        .map(|&x| {
            if x < 0.0 {
                return 0.0;
            }
            x * x
        })
        .sum()
}

fn main() {}
