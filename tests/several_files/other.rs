//! Names of `types`, `consts` and `linalg` that mean something else.

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Debug, Differentiable)]
pub struct Layer {
    pub weights: [f64; 2],
    pub bias: f64,
}

pub const SIMPSON: [f64; 2] = [10.0, 20.0];
pub const DIM: usize = 2;

#[derive(Clone, Debug, Differentiable)]
pub struct Gaussian {
    pub mean: [f64; DIM],
    pub scale: f64,
}

pub enum Activation {
    Scaled(f64),
}

impl Layer {
    pub fn heavier(&self) -> &f64 {
        if self.weights.len() > 5 { &self.bias } else { &self.weights[1] }
    }
    pub fn parts(&self) -> impl Iterator<Item = &f64> {
        self.weights.iter().chain(std::iter::once(&self.bias))
    }
    pub fn weight(&self, i: usize) -> Option<&f64> {
        self.weights.get(i + self.offset())
    }
    fn offset(&self) -> usize {
        usize::from(self.bias > 100.0)
    }
}

#[differentiate]
impl Gaussian {
    pub fn rate(&self, t: f64) -> [f64; 2] {
        [self.mean[0] * t, self.mean[1] * self.scale]
    }
}
