//! Batches of samples in random order.

use alloc::vec::Vec;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// Splits the indices of a data set into batches, in a new random order every epoch.
///
/// The same seed gives the same batches on every machine.
///
/// ```
/// use autodiff_core::mlp::Minibatches;
/// use ndarray::{Array2, Axis};
///
/// let x = Array2::<f64>::zeros((10, 3));
/// let mut minibatches = Minibatches::new(10, 4, 1);
/// let mut rows = Vec::new();
/// for batch in minibatches.epoch() {
///     rows.push(x.select(Axis(0), batch).nrows());
/// }
/// assert_eq!(rows, [4, 4, 2]);
/// ```
#[derive(Clone, Debug)]
pub struct Minibatches {
    order: Vec<usize>,
    size: usize,
    random: ChaCha8Rng,
}

impl Minibatches {
    /// Batches of `size` of the indices `0..samples`; the last one of an epoch holds the rest.
    ///
    /// # Panics
    /// If `size` is 0.
    #[must_use]
    pub fn new(samples: usize, size: usize, seed: u64) -> Self {
        assert!(size > 0, "a batch needs at least one sample");
        Minibatches { order: (0..samples).collect(), size, random: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// Shuffles the samples (Fisher and Yates) and gives the batches: each index once.
    pub fn epoch(&mut self) -> impl Iterator<Item = &[usize]> {
        self.order.shuffle(&mut self.random);
        self.order.chunks(self.size)
    }
}
