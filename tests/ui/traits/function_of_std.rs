//! A function of a trait of std that a type implements.
use autodiff_core::{differentiate, Differentiable};

#[derive(Differentiable, Clone, Copy)]
struct Positive(f64);

impl TryFrom<f64> for Positive {
    type Error = String;
    fn try_from(x: f64) -> Result<Positive, String> {
        if x > 0.0 { Ok(Positive(x)) } else { Err("not positive".into()) }
    }
}

#[differentiate]
fn squared(x: f64) -> f64 {
    match Positive::try_from(x) {
        Ok(p) => p.0 * p.0,
        Err(_) => 0.0,
    }
}

fn main() {}
