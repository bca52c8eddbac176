use std::sync::atomic::{AtomicU64, Ordering};

use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let a = AtomicU64::new((x * x).to_bits());
    f64::from_bits(a.load(Ordering::Relaxed)) * x
}

fn main() {}
