use autodiff_core::differentiate;

#[differentiate]
fn zipped(x: &[f64], y: &[f64], a: f64) -> f64 {
    let mut s = 0.0;
    let t: f64 = x
        .iter()
        .map(|v| {
            s += a * v;
            s
        })
        .zip(y)
        .map(|(p, q)| p * q)
        .sum();
    t * s
}

#[differentiate]
fn peeked(x: &[f64], a: f64) -> f64 {
    let mut s = 0.0;
    let mut items = x
        .iter()
        .map(|v| {
            s += a * v;
            s
        })
        .peekable();
    let first = items.peek().copied().unwrap_or(0.0);
    first * items.next().unwrap_or(0.0)
}

fn main() {}
