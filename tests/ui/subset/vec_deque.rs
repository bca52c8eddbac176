use autodiff_core::differentiate;

use std::collections::VecDeque;

#[differentiate]
fn f(x: f64) -> f64 {
    let mut q = VecDeque::new();
    q.push_back(x);
    q.push_back(x * x);
    let both = (q, x);
    both.0[0] * 2.0
}

fn main() {}
