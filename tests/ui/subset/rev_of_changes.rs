use autodiff_core::differentiate;

#[differentiate]
fn taken(x: &[f64], a: f64) -> f64 {
    let mut s = 1.0;
    let t: f64 = x
        .iter()
        .map(|v| {
            s *= a * v;
            s
        })
        .take(2)
        .rev()
        .fold(0.0, |t, y| t * a + y);
    t * s
}

#[differentiate]
fn zipped(x: &[f64], a: f64) -> f64 {
    let mut s = 1.0;
    let made = x.iter().map(|v| {
        s *= a * v;
        s
    });
    let t: f64 = x[1..].iter().zip(made).rev().map(|(p, q)| p * q).sum();
    t * a
}

fn main() {}
