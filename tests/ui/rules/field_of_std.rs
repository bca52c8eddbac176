//! Fields that hold numbers in what has no cotangent type.
use std::borrow::Cow;
use std::collections::VecDeque;

use autodiff_core::{differentiate, Differentiable};

#[derive(Clone, Differentiable)]
struct Filter<'a> {
    window: VecDeque<f64>,
    taps: Box<[f64]>,
    shape: Cow<'a, [f64]>,
    gain: f64,
}

#[differentiate]
fn filtered(f: &Filter<'_>, x: f64) -> f64 {
    f.gain * x
}

fn main() {}
