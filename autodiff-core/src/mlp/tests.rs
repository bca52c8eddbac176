use alloc::vec;
use alloc::vec::Vec;

use ndarray::{Array2, Axis};

use super::*;
use crate::softmax;

fn data(rows: usize, columns: usize) -> Array2<f64> {
    Array2::from_shape_fn((rows, columns), |(i, j)| ((i * 7 + j * 3) as f64 * 0.37).sin())
}

/// The textbook's recursion: `delta_l = (delta_{l+1} W_{l+1}^T) * f'(z_l)`, `dW_l = a_{l-1}^T delta_l`, summed over the batch.
fn delta_recursion(network: &Mlp<f64>, x: &Array2<f64>, labels: &[usize]) -> Vec<(Array2<f64>, Array1<f64>)> {
    let mut activations = vec![x.clone()];
    for layer in &network.layers {
        let z = activations[activations.len() - 1].dot(&layer.weights) + &layer.bias;
        activations.push(if layer.activation == Activation::Tanh { z.mapv(f64::tanh) } else { z });
    }
    let n = labels.len() as f64;
    let mut delta = activations[network.layers.len()].clone();
    for (mut row, &label) in delta.rows_mut().into_iter().zip(labels) {
        let shares = softmax(&row.to_vec());
        row.iter_mut().zip(shares).for_each(|(d, s)| *d = s / n);
        row[label] -= 1.0 / n;
    }
    let mut out = Vec::new();
    for l in (0..network.layers.len()).rev() {
        out.push((activations[l].t().dot(&delta), delta.sum_axis(Axis(0))));
        if l > 0 {
            delta = delta.dot(&network.layers[l].weights.t());
            delta.zip_mut_with(&activations[l], |d, a| *d *= 1.0 - a * a);
        }
    }
    out.reverse();
    out
}

#[test]
fn the_gradient_is_the_delta_recursion() {
    let network: Mlp<f64> = Mlp::new(&[5, 7, 6, 4], Activation::Tanh, Initialisation::Xavier, 3);
    let (x, labels) = (data(9, 5), [0, 1, 2, 3, 0, 1, 2, 3, 1]);
    let (value, gradient) = classification_loss_grad(&network, &x, &labels);
    assert_eq!(value.to_bits(), classification_loss(&network, &x, &labels).to_bits());
    for (layer, (weights, bias)) in gradient.layers.iter().zip(delta_recursion(&network, &x, &labels)) {
        assert!(layer.weights.iter().zip(&weights).all(|(a, b)| (a - b).abs() < 1e-12));
        assert!(layer.bias.iter().zip(&bias).all(|(a, b)| (a - b).abs() < 1e-12));
    }
}

#[test]
fn the_gradient_agrees_with_differences() {
    for activation in [Activation::Relu, Activation::LeakyRelu, Activation::Tanh, Activation::Sigmoid, Activation::Gelu] {
        let network: Mlp<f64> = Mlp::new(&[3, 5, 2], activation, Initialisation::He, 5);
        let (x, targets) = (data(6, 3), data(6, 2));
        let (_, gradient) = regression_loss_grad(&network, &x, &targets);
        for l in 0..2 {
            for (k, got) in gradient.layers[l].weights.indexed_iter() {
                let at = |h: f64| {
                    let mut moved = network.clone();
                    moved.layers[l].weights[k] += h;
                    regression_loss(&moved, &x, &targets)
                };
                let want = (at(1e-5) - at(-1e-5)) / 2e-5;
                assert!((got - want).abs() < 1e-8, "{activation:?} layer {l} {k:?}: {got} {want}");
            }
        }
    }
}

#[test]
fn training_lowers_the_loss_and_is_repeatable() {
    let (x, labels) = (data(20, 4), (0..20).map(|k| k % 3).collect::<Vec<_>>());
    let run = || {
        let mut network: Mlp<f32> = Mlp::new(&[4, 16, 3], Activation::Relu, Initialisation::He, 7);
        let x = x.mapv(|v| v as f32);
        let mut adam = Adam::new(0.01);
        let first = classification_loss(&network, &x, &labels);
        for _ in 0..300 {
            let (_, gradient) = classification_loss_grad(&network, &x, &labels);
            adam.step(&mut network, &gradient);
        }
        (first, classification_loss(&network, &x, &labels), network)
    };
    let ((first, last, a), (_, _, b)) = (run(), run());
    assert!(last < 0.5 * first, "{first} {last}");
    assert_eq!(a, b);
}
