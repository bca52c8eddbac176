use autodiff_core::differentiate;

#[differentiate]
fn largest(v: &[f64]) -> f64 {
    let mut best: Option<&f64> = None;
    for a in v {
        if best.is_none_or(|b| a > b) {
            best = Some(a);
        }
    }
    best.copied().unwrap_or(0.5)
}

fn main() {}
