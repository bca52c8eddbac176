//! A reference inside what is handed to a function that cannot be followed: it has an item.

use autodiff_core::differentiate;

#[differentiate]
fn scaled(best: Option<&f64>, x: f64) -> f64 {
    const SCALE: f64 = 2.0;
    best.map_or(x, |b| b * x * SCALE)
}

#[differentiate]
fn written_down(v: &[f64]) -> f64 {
    scaled(Some(&v[0]), v[1])
}

#[differentiate]
fn found(v: &[f64]) -> f64 {
    scaled(v.first(), v[1])
}

fn main() {}
