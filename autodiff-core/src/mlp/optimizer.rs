//! Steps of training.

use alloc::vec::Vec;

use ndarray::{Array, Dimension, Zip};

use super::{Dense, DenseCotangent, Mlp, MlpCotangent};
use crate::Differentiable;
use crate::ndarray::Element;

/// Gradient descent with momentum and decay: `v = m v - rate (g + decay w)`, `w += v` (Polyak 1964).
#[derive(Clone, Debug)]
pub struct Sgd<T: Element> {
    /// Length of a step per unit of gradient.
    pub rate: T,
    /// Share of the last step that is kept.
    pub momentum: T,
    /// Pull of the weights, not the biases, towards zero.
    pub decay: T,
    velocity: Vec<DenseCotangent<T>>,
}

impl<T: Element> Sgd<T> {
    /// Without decay.
    #[must_use]
    pub fn new(rate: T, momentum: T) -> Self {
        Sgd { rate, momentum, decay: T::ZERO, velocity: Vec::new() }
    }

    /// Changes the network by one step along a gradient.
    ///
    /// # Panics
    /// If the gradient, or the network of earlier steps, has other sizes than the network.
    pub fn step(&mut self, network: &mut Mlp<T>, gradient: &MlpCotangent<T>) {
        assert_eq!(network.layers.len(), gradient.layers.len(), "a gradient of another network");
        if self.velocity.is_empty() {
            self.velocity = network.layers.iter().map(Dense::zero_cotangent).collect();
        }
        assert_eq!(network.layers.len(), self.velocity.len(), "an optimizer of another network");
        let (rate, momentum, decay) = (self.rate, self.momentum, self.decay);
        for ((layer, velocity), slope) in network.layers.iter_mut().zip(&mut self.velocity).zip(&gradient.layers) {
            Zip::from(&mut layer.weights).and(&mut velocity.weights).and(&slope.weights).for_each(|w, v, &g| {
                *v = momentum * *v - rate * (g + decay * *w);
                *w += *v;
            });
            Zip::from(&mut layer.bias).and(&mut velocity.bias).and(&slope.bias).for_each(|w, v, &g| {
                *v = momentum * *v - rate * g;
                *w += *v;
            });
        }
    }
}

/// Adam: steps scaled by running means of the gradient and of its square, with bias correction (Kingma and Ba 2015).
#[derive(Clone, Debug)]
pub struct Adam<T: Element> {
    /// Length of a step.
    pub rate: T,
    /// Decay of the mean of the gradient; 0.9.
    pub beta1: T,
    /// Decay of the mean of its square; 0.999.
    pub beta2: T,
    /// Added to the denominator; 1e-8.
    pub epsilon: T,
    powers: (T, T),
    means: Vec<DenseCotangent<T>>,
    squares: Vec<DenseCotangent<T>>,
}

impl<T: Element> Adam<T> {
    /// With the authors' constants.
    #[must_use]
    pub fn new(rate: T) -> Self {
        let number = T::from_f64;
        Adam {
            rate,
            beta1: number(0.9),
            beta2: number(0.999),
            epsilon: number(1e-8),
            powers: (T::ONE, T::ONE),
            means: Vec::new(),
            squares: Vec::new(),
        }
    }

    /// Changes the network by one step along a gradient.
    ///
    /// # Panics
    /// If the gradient, or the network of earlier steps, has other sizes than the network.
    pub fn step(&mut self, network: &mut Mlp<T>, gradient: &MlpCotangent<T>) {
        assert_eq!(network.layers.len(), gradient.layers.len(), "a gradient of another network");
        if self.means.is_empty() {
            self.means = network.layers.iter().map(Dense::zero_cotangent).collect();
            self.squares = self.means.clone();
        }
        assert_eq!(network.layers.len(), self.means.len(), "an optimizer of another network");
        self.powers = (self.powers.0 * self.beta1, self.powers.1 * self.beta2);
        let layers = network.layers.iter_mut().zip(&gradient.layers);
        for ((layer, slope), (mean, square)) in layers.zip(self.means.iter_mut().zip(&mut self.squares)) {
            let own = (self.rate, self.beta1, self.beta2, self.epsilon, self.powers);
            adapt(own, &mut layer.weights, &slope.weights, &mut mean.weights, &mut square.weights);
            adapt(own, &mut layer.bias, &slope.bias, &mut mean.bias, &mut square.bias);
        }
    }
}

/// One step of Adam for one array.
fn adapt<T: Element, D: Dimension>(
    (rate, beta1, beta2, epsilon, powers): (T, T, T, T, (T, T)),
    weights: &mut Array<T, D>,
    slope: &Array<T, D>,
    mean: &mut Array<T, D>,
    square: &mut Array<T, D>,
) {
    Zip::from(weights).and(slope).and(mean).and(square).for_each(|w, &g, m, s| {
        *m = beta1 * *m + (T::ONE - beta1) * g;
        *s = beta2 * *s + (T::ONE - beta2) * g * g;
        let (m, s) = (*m / (T::ONE - powers.0), *s / (T::ONE - powers.1));
        *w -= rate * m / (s.__sqrt() + epsilon);
    });
}
