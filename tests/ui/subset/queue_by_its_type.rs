//! Nothing that fills it tells that it holds differentiable values.

use std::collections::VecDeque;

use autodiff_core::differentiate;

#[differentiate]
fn echoed(x: &[f64], gain: f64) -> f64 {
    let mut line: VecDeque<f64> = std::iter::repeat(0.0).take(3).collect();
    let mut s = 0.0;
    for v in x {
        let y = line.pop_front().unwrap_or_default();
        line.push_back(v + y * gain);
        s += y * y * line.as_slices().0[0];
    }
    s
}

fn main() {}
