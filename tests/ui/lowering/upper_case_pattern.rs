use std::cmp::Ordering::*;

use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64, n: usize) -> f64 {
    let y = if n.cmp(&3) == Less { Some(x * x) } else { None };
    match y {
        Some(Y) => Y * x,
        None => x,
    }
}

fn main() {}
