use autodiff_core::differentiate;

#[differentiate]
fn largest(v: &[f64]) -> f64 {
    let mut best: Option<&f64> = None;
    let mut before = 0.5;
    for a in v {
        if best.is_none_or(|b| a > b) {
            before = best.take().copied().unwrap_or(before);
            best = Some(a);
        }
    }
    best.copied().unwrap_or(before)
}

fn main() {}
