//! Random weights that keep the size of signals from layer to layer.

use ndarray::Array2;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::ndarray::Element;

/// How weights are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Initialisation {
    /// Uniform within `sqrt(6 / inputs)`: variance `2 / inputs`, for ReLUs (He et al. 2015).
    He,
    /// Uniform within `sqrt(6 / (inputs + outputs))`: variance `2 / (inputs + outputs)`, for tanh and sigmoid (Glorot and Bengio 2010).
    Xavier,
}

/// The generator: the same seed gives the same weights on every machine.
pub(super) struct Random(ChaCha8Rng);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(ChaCha8Rng::seed_from_u64(seed))
    }

    pub fn weights<T: Element>(&mut self, how: Initialisation, inputs: usize, outputs: usize) -> Array2<T> {
        let fan = match how {
            Initialisation::He => inputs,
            Initialisation::Xavier => inputs + outputs,
        };
        let bound = (6.0 / fan.max(1) as f64).sqrt(); // of no inputs there are no weights
        Array2::from_shape_simple_fn((inputs, outputs), || T::from_f64(self.0.random_range(-bound..bound)))
    }
}
