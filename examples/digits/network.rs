//! The network behind a narrow boundary: create, train on a batch, classify.
//!
//! Layers, loss and their gradient come from `autodiff_core::mlp`, where `#[differentiate]` generates them.

use autodiff_core::mlp::{Activation, Initialisation, Mlp, Sgd, classification_loss_grad, forward};
use ndarray::{Array2, ArrayView2};

/// Share of the last step that is kept in the next one.
const MOMENTUM: f64 = 0.9;
/// Pull of the weights towards zero, against overfitting.
const WEIGHT_DECAY: f64 = 5e-4;

/// A multilayer perceptron: ReLU between the layers, softmax and cross entropy at the end.
pub struct Network {
    layers: Mlp<f64>,
    descent: Sgd<f64>,
}

impl Network {
    /// Layers of these sizes, input and output included, with random weights (He initialisation).
    pub fn new(sizes: &[usize], seed: u64) -> Self {
        let mut descent = Sgd::new(0.0, MOMENTUM);
        descent.decay = WEIGHT_DECAY;
        Self { layers: Mlp::new(sizes, Activation::Relu, Initialisation::He, seed), descent }
    }

    /// One step of gradient descent with momentum; returns the mean loss of the batch before the step.
    pub fn train_step(&mut self, images: ArrayView2<f64>, labels: &[usize], learning_rate: f64) -> f64 {
        let (loss, gradient) = classification_loss_grad(&self.layers, &images.to_owned(), labels);
        self.descent.rate = learning_rate;
        self.descent.step(&mut self.layers, &gradient);
        loss
    }

    /// One row of scores per image; the largest is the network's answer.
    pub fn logits(&self, images: ArrayView2<f64>) -> Array2<f64> {
        forward(&self.layers, &images.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four "images" of three pixels in two classes.
    fn batch() -> (Array2<f64>, [usize; 4]) {
        let images = Array2::from_shape_fn((4, 3), |(i, j)| ((3 * i + j) as f64).sin());
        (images, [0, 1, 1, 0])
    }

    #[test]
    fn same_seed_same_network() {
        let (images, _) = batch();
        let logits = |seed| Network::new(&[3, 5, 2], seed).logits(images.view());
        assert_eq!(logits(7), logits(7));
        assert_ne!(logits(7), logits(8));
    }

    #[test]
    fn training_lowers_the_loss() {
        let (images, labels) = batch();
        let mut network = Network::new(&[3, 8, 2], 1);
        let first = network.train_step(images.view(), &labels, 0.1);
        let last = (0..200).map(|_| network.train_step(images.view(), &labels, 0.1));
        assert!(last.last().unwrap() < first / 10.0);
    }
}
