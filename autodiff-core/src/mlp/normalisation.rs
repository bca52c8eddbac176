//! Batch normalisation: an annotated function, whose derivative is generated.

use alloc::vec;
use alloc::vec::Vec;

use ndarray::Array2;

use crate::ndarray::{Element, elements, matrix};
use crate::{Differentiable, Scalar, differentiate};

/// What a normalised column is scaled by and shifted by; both are learned.
#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct BatchNorm<T: Scalar> {
    /// One number per column; 1 at first.
    pub scale: Vec<T>,
    /// One number per column; 0 at first.
    pub shift: Vec<T>,
}

impl<T: Scalar> BatchNorm<T> {
    /// For so many columns: mean 0 and variance 1.
    #[must_use]
    pub fn new(columns: usize) -> Self {
        BatchNorm { scale: vec![T::ONE; columns], shift: vec![T::ZERO; columns] }
    }
}

/// Added to variances, so that constant columns can be divided by their deviation.
const EPSILON: f64 = 1e-5;

/// Every column of a batch, moved to mean 0 and divided by its standard deviation, then scaled and shifted (Ioffe and Szegedy 2015).
///
/// Mean and variance are those of this batch, in training and afterwards.
///
/// # Panics
/// If `norm` is for fewer columns than `x` has.
#[differentiate]
pub fn batch_norm<T: Scalar + Element>(x: &Array2<T>, norm: &BatchNorm<T>) -> Array2<T> {
    let (rows, columns) = (x.nrows(), x.ncols());
    let count: T = T::from_f64(rows as f64);
    let x: Vec<T> = elements(x);
    let mut y: Vec<T> = vec![T::ZERO; rows * columns];
    for j in 0..columns {
        let mut sum: T = T::ZERO;
        for i in 0..rows {
            sum += x[i * columns + j];
        }
        let mean: T = sum / count;
        let mut squares: T = T::ZERO;
        for i in 0..rows {
            let d: T = x[i * columns + j] - mean;
            squares += d * d;
        }
        let deviation: T = (squares / count + T::from_f64(EPSILON)).sqrt();
        for i in 0..rows {
            y[i * columns + j] = (x[i * columns + j] - mean) / deviation * norm.scale[j] + norm.shift[j];
        }
    }
    matrix(&y, rows, columns)
}
