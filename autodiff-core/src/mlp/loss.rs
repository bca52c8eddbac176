//! Losses: annotated functions of the outputs of a network, whose derivatives are generated.

use alloc::vec::Vec;

use ndarray::Array2;

use crate::ndarray::{Element, elements};
use crate::{Scalar, differentiate, logsumexp};

/// The mean over the rows of the cross entropy between the softmax of a row of scores and its label:
/// `logsumexp(row) - row[label]` (Goodfellow, Bengio and Courville, *Deep Learning*, 6.2.2.3). NaN for no rows.
///
/// # Panics
/// If there are not as many labels as rows, or a label is not a column.
#[differentiate(wrt(scores))]
pub fn softmax_cross_entropy<T: Scalar + Element>(scores: &Array2<T>, labels: &[usize]) -> T {
    assert_eq!(scores.nrows(), labels.len(), "one label per row");
    let classes = scores.ncols().max(1);
    let scores: Vec<T> = elements(scores);
    let mut sum: T = T::ZERO;
    for (row, &label) in scores.chunks(classes).zip(labels) {
        let total: T = logsumexp(row);
        sum += total - row[label];
    }
    sum / T::from_f64(labels.len() as f64)
}

/// The mean over all elements of the squared difference. NaN for no elements.
///
/// # Panics
/// If the shapes differ.
#[differentiate]
pub fn mean_squared_error<T: Scalar + Element>(outputs: &Array2<T>, targets: &Array2<T>) -> T {
    assert_eq!(outputs.shape(), targets.shape(), "a target of the same shape");
    let count = outputs.len() as f64;
    let (outputs, targets): (Vec<T>, Vec<T>) = (elements(outputs), elements(targets));
    let sum: T = outputs.iter().zip(&targets).map(|(&y, &t)| (y - t) * (y - t)).sum();
    sum / T::from_f64(count)
}
