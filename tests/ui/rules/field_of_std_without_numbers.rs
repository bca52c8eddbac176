//! Fields of types of std that are no numbers and hold none that are seen, and of trait objects.
use std::net::IpAddr;
use std::num::NonZeroUsize;

use autodiff_core::{differentiate, Differentiable};

#[derive(Differentiable)]
struct Model {
    weight: f64,
    host: IpAddr,
    count: NonZeroUsize,
    activation: Box<dyn Fn(f64) -> f64>,
}

#[differentiate]
impl Model {
    fn value(&self, x: f64) -> f64 {
        self.weight * x
    }
}

fn main() {}
