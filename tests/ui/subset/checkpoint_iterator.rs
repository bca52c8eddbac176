//! Some iterators cannot be started again.

use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64, words: &str) -> f64 {
    let mut y = x;
    #[checkpoint]
    for w in words.split(' ') {
        y = y * w.len() as f64;
    }
    y
}

fn main() {}
