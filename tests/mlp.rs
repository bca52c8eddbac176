//! Matrix algebra and networks in annotated functions, checked from outside.

use autodiff_core::mlp::{
    Activation, Adam, BatchNorm, Dense, Initialisation, Minibatches, Mlp, Sgd, batch_norm, classification_loss, classification_loss_grad,
    dense, dense_vjp, forward, regression_loss, regression_loss_grad,
};
use autodiff_core::ndarray::{add_row, matmul};
use autodiff_core::{Differentiable, differentiate};
use ndarray::{Array, Array1, Array2, Axis, Dimension, array};

const ACTIVATIONS: [Activation; 6] =
    [Activation::Identity, Activation::Relu, Activation::LeakyRelu, Activation::Tanh, Activation::Sigmoid, Activation::Gelu];

fn data(rows: usize, columns: usize) -> Array2<f64> {
    Array2::from_shape_fn((rows, columns), |(i, j)| ((i * 7 + j * 3 + 1) as f64 * 0.37).sin())
}

/// Compares a gradient with central differences, element by element.
fn agrees<D: Dimension>(f: impl Fn(&Array<f64, D>) -> f64, x: &Array<f64, D>, gradient: &Array<f64, D>) {
    assert_eq!(x.shape(), gradient.shape());
    for (k, got) in gradient.iter().enumerate() {
        let at = |h: f64| {
            let mut moved = x.clone();
            *moved.iter_mut().nth(k).unwrap() += h;
            f(&moved)
        };
        let want = (8.0 * (at(1e-4) - at(-1e-4)) - (at(2e-4) - at(-2e-4))) / 12e-4;
        assert!((got - want).abs() < 1e-9 * (1.0 + want.abs()), "element {k}: {got}, differences {want}");
    }
}

#[differentiate]
fn algebra(a: &Array2<f64>, b: &Array2<f64>, row: &Array1<f64>, s: f64) -> f64 {
    let p = a.dot(b) + row;
    let q = 2.0 * &p - b / s + (s / a) * s - (1.0 - &p);
    let v = (&q * &p).dot(row);
    let w = -&v;
    w.dot(row) + v.dot(&v)
}

#[test]
fn operators_and_dot_have_rules() {
    let (a, b, row, s) = (data(3, 3) + 2.0, data(3, 3) + 0.5, array![0.3, -1.2, 0.7], 1.7);
    let (value, (a_bar, b_bar, row_bar, s_bar)) = algebra_grad(&a, &b, &row, s);
    assert_eq!(value.to_bits(), algebra(&a, &b, &row, s).to_bits());
    agrees(|a| algebra(a, &b, &row, s), &a, &a_bar);
    agrees(|b| algebra(&a, b, &row, s), &b, &b_bar);
    agrees(|row| algebra(&a, &b, row, s), &row, &row_bar);
    agrees(|s| algebra(&a, &b, &row, s[0]), &array![s], &array![s_bar]);
}

#[differentiate]
fn broadcast(column: &Array2<f64>, matrix: &Array2<f64>, row: &Array1<f64>, ends: &Array1<f64>) -> f64 {
    let scaled = matrix * column;
    let divided = &scaled / row;
    let sums = (&divided - row).dot(row);
    sums.dot(ends)
}

#[test]
fn what_was_repeated_gets_the_sum() {
    let (column, matrix, row, ends) = (data(4, 1), data(4, 3), array![0.4, 1.1, -0.8], array![1.0, 0.5, -2.0, 0.1]);
    let (value, (column_bar, matrix_bar, row_bar, ends_bar)) = broadcast_grad(&column, &matrix, &row, &ends);
    assert_eq!(value.to_bits(), broadcast(&column, &matrix, &row, &ends).to_bits());
    agrees(|x| broadcast(x, &matrix, &row, &ends), &column, &column_bar);
    agrees(|x| broadcast(&column, x, &row, &ends), &matrix, &matrix_bar);
    agrees(|x| broadcast(&column, &matrix, x, &ends), &row, &row_bar);
    agrees(|x| broadcast(&column, &matrix, &row, x), &ends, &ends_bar);
}

#[differentiate]
fn product(x: &Array2<f64>, w: &Array2<f64>, b: &Array1<f64>) -> Array2<f64> {
    add_row(matmul(x, w), b)
}

#[test]
fn products_pull_a_seed_back() {
    let (x, w, b, seed) = (data(4, 3), data(3, 2), array![0.5, -0.5], data(4, 2));
    let (y, (x_bar, w_bar, b_bar)) = product_vjp(&x, &w, &b, seed.clone());
    assert_eq!(y, x.dot(&w) + &b);
    let close = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-14);
    assert!(close(x_bar.as_slice().unwrap(), seed.dot(&w.t()).as_standard_layout().as_slice().unwrap()));
    assert!(close(w_bar.as_slice().unwrap(), x.t().dot(&seed).as_standard_layout().as_slice().unwrap()));
    assert!(close(b_bar.as_slice().unwrap(), seed.sum_axis(Axis(0)).as_slice().unwrap()));
}

#[test]
fn one_layer_is_the_textbook_formula() {
    for activation in ACTIVATIONS {
        let layer = Dense { weights: data(3, 2), bias: array![0.2, -0.1], activation };
        let (x, seed) = (data(5, 3), data(5, 2));
        let (y, (layer_bar, x_bar)) = dense_vjp(&layer, &x, seed.clone());
        assert_eq!(y, dense(&layer, &x));
        let weighted = |layer: &Dense<f64>, x: &Array2<f64>| (dense(layer, x) * &seed).sum();
        agrees(|x| weighted(&layer, x), &x, &x_bar);
        agrees(|w| weighted(&Dense { weights: w.clone(), ..layer.clone() }, &x), &layer.weights, &layer_bar.weights);
        agrees(|b| weighted(&Dense { bias: b.clone(), ..layer.clone() }, &x), &layer.bias, &layer_bar.bias);
    }
}

/// Sums of delta times input over single samples, with the slopes written out: no code of the library but the weights.
#[test]
fn the_gradient_is_the_sum_of_delta_recursions_over_samples() {
    type Scalar = fn(f64) -> f64;
    let cases: [(Activation, Scalar, Scalar); 4] = [
        (Activation::Relu, |z| z.max(0.0), |z| if z > 0.0 { 1.0 } else { 0.0 }),
        (Activation::LeakyRelu, |z| if z > 0.0 { z } else { 0.01 * z }, |z| if z > 0.0 { 1.0 } else { 0.01 }),
        (Activation::Tanh, f64::tanh, |z| 1.0 - z.tanh().powi(2)),
        (Activation::Sigmoid, |z| 1.0 / (1.0 + (-z).exp()), |z| (-z).exp() / (1.0 + (-z).exp()).powi(2)),
    ];
    for (activation, f, slope) in cases {
        let network: Mlp<f64> = Mlp::new(&[5, 7, 6, 4, 3], activation, Initialisation::He, 3);
        let (x, targets) = (data(9, 5), data(9, 3));
        let (_, gradient) = regression_loss_grad(&network, &x, &targets);
        let mut sums: Vec<_> = network.layers.iter().map(Differentiable::zero_cotangent).collect();
        for (x, target) in x.rows().into_iter().zip(targets.rows()) {
            let mut inputs = vec![x.to_owned()];
            let mut z = Vec::new();
            for layer in &network.layers {
                z.push(inputs[z.len()].dot(&layer.weights) + &layer.bias);
                inputs.push(z[z.len() - 1].mapv(f));
            }
            let last = network.layers.len() - 1;
            let mut delta = (&z[last] - &target) * (2.0 / targets.len() as f64);
            for l in (0..=last).rev() {
                for ((i, j), sum) in sums[l].weights.indexed_iter_mut() {
                    *sum += inputs[l][i] * delta[j];
                }
                sums[l].bias += &delta;
                if l > 0 {
                    delta = network.layers[l].weights.dot(&delta) * z[l - 1].mapv(slope);
                }
            }
        }
        for (got, want) in gradient.layers.iter().zip(&sums) {
            assert!(got.weights.iter().zip(&want.weights).all(|(a, b)| (a - b).abs() < 1e-12), "{activation:?}");
            assert!(got.bias.iter().zip(&want.bias).all(|(a, b)| (a - b).abs() < 1e-12), "{activation:?}");
        }
    }
}

#[test]
fn the_classification_gradient_agrees_with_differences() {
    for activation in ACTIVATIONS {
        let network: Mlp<f64> = Mlp::new(&[4, 6, 5, 3], activation, Initialisation::Xavier, 11);
        let (x, labels) = (data(7, 4), [0, 1, 2, 0, 1, 2, 0]);
        let (value, gradient) = classification_loss_grad(&network, &x, &labels);
        assert_eq!(value.to_bits(), classification_loss(&network, &x, &labels).to_bits());
        for l in 0..network.layers.len() {
            let with = |change: &dyn Fn(&mut Dense<f64>)| {
                let mut moved = network.clone();
                change(&mut moved.layers[l]);
                classification_loss(&moved, &x, &labels)
            };
            agrees(|w| with(&|layer| layer.weights.assign(w)), &network.layers[l].weights, &gradient.layers[l].weights);
            agrees(|b| with(&|layer| layer.bias.assign(b)), &network.layers[l].bias, &gradient.layers[l].bias);
        }
    }
}

#[test]
fn single_precision_follows_double_precision() {
    let network: Mlp<f64> = Mlp::new(&[4, 8, 3], Activation::Gelu, Initialisation::He, 2);
    let single: Mlp<f32> = Mlp::new(&[4, 8, 3], Activation::Gelu, Initialisation::He, 2);
    let (x, labels) = (data(6, 4), [0, 1, 2, 0, 1, 2]);
    let (_, gradient) = classification_loss_grad(&network, &x, &labels);
    let (_, rough) = classification_loss_grad(&single, &x.mapv(|v| v as f32), &labels);
    for (a, b) in gradient.layers.iter().zip(&rough.layers) {
        assert!(a.weights.iter().zip(&b.weights).all(|(a, &b)| (a - f64::from(b)).abs() < 1e-5));
    }
}

#[test]
fn weights_depend_on_the_seed_alone_and_keep_to_their_bound() {
    let make = |how, seed| Mlp::<f64>::new(&[300, 100], Activation::Relu, how, seed);
    assert_eq!(make(Initialisation::He, 5), make(Initialisation::He, 5));
    assert_ne!(make(Initialisation::He, 5), make(Initialisation::He, 6));
    for (how, variance) in [(Initialisation::He, 2.0 / 300.0_f64), (Initialisation::Xavier, 2.0 / 400.0)] {
        let network = make(how, 1);
        let weights = &network.layers[0].weights;
        assert!(weights.iter().all(|w| w.abs() <= (3.0 * variance).sqrt()));
        assert!((weights.var(0.0) / variance - 1.0).abs() < 0.03);
        assert!(network.layers[0].bias.iter().all(|&b| b == 0.0));
    }
}

#[test]
fn optimizers_take_the_published_steps() {
    let start: Mlp<f64> = Mlp::new(&[2, 1], Activation::Identity, Initialisation::He, 1);
    let (x, targets) = (data(3, 2), data(3, 1));
    let gradient = |network: &Mlp<f64>| regression_loss_grad(network, &x, &targets).1;
    let weight = |network: &Mlp<f64>| network.layers[0].weights[[0, 0]];

    let (mut network, mut sgd) = (start.clone(), Sgd::new(0.1, 0.9));
    let (mut w, mut v) = (weight(&start), 0.0);
    for _ in 0..3 {
        let g = gradient(&network);
        v = 0.9 * v - 0.1 * g.layers[0].weights[[0, 0]];
        w += v;
        sgd.step(&mut network, &g);
        assert!((weight(&network) - w).abs() < 1e-15);
    }

    let (mut network, mut adam) = (start.clone(), Adam::new(0.1));
    let (mut w, mut m, mut s) = (weight(&start), 0.0, 0.0);
    for t in 1..=3 {
        let g = gradient(&network);
        let slope = g.layers[0].weights[[0, 0]];
        m = 0.9 * m + 0.1 * slope;
        s = 0.999 * s + 0.001 * slope * slope;
        w -= 0.1 * (m / (1.0 - 0.9_f64.powi(t))) / ((s / (1.0 - 0.999_f64.powi(t))).sqrt() + 1e-8);
        adam.step(&mut network, &g);
        assert!((weight(&network) - w).abs() < 1e-12);
    }
}

#[test]
fn training_on_minibatches_lowers_the_loss() {
    let x = data(40, 2);
    let labels: Vec<usize> = x.rows().into_iter().map(|r| usize::from(r[0] * r[1] > 0.0)).collect();
    let mut network: Mlp<f64> = Mlp::new(&[2, 16, 2], Activation::Tanh, Initialisation::Xavier, 4);
    let (mut sgd, mut minibatches) = (Sgd::new(0.1, 0.9), Minibatches::new(40, 16, 4));
    let first = classification_loss(&network, &x, &labels);
    for _ in 0..200 {
        for rows in minibatches.epoch() {
            let batch: Vec<usize> = rows.iter().map(|&r| labels[r]).collect();
            let (_, gradient) = classification_loss_grad(&network, &x.select(Axis(0), rows), &batch);
            sgd.step(&mut network, &gradient);
        }
    }
    assert!(classification_loss(&network, &x, &labels) < 0.2 * first);
    assert_eq!(network.classify(&x).len(), forward(&network, &x).nrows());
}

#[test]
fn an_epoch_visits_every_sample_once() {
    let mut minibatches = Minibatches::new(10, 4, 9);
    let mut seen: Vec<usize> = minibatches.epoch().flatten().copied().collect();
    assert_ne!(seen, (0..10).collect::<Vec<_>>());
    seen.sort_unstable();
    assert_eq!(seen, (0..10).collect::<Vec<_>>());
}

#[test]
#[should_panic(expected = "a gradient of another network")]
fn a_gradient_of_another_network_is_refused() {
    let (mut shallow, deep): (Mlp<f64>, Mlp<f64>) =
        (Mlp::new(&[2, 1], Activation::Relu, Initialisation::He, 1), Mlp::new(&[2, 2, 1], Activation::Relu, Initialisation::He, 1));
    let (_, gradient) = regression_loss_grad(&deep, &data(1, 2), &data(1, 1));
    Sgd::new(0.1, 0.0).step(&mut shallow, &gradient);
}

#[test]
#[should_panic(expected = "a target of the same shape")]
fn targets_of_another_shape_are_refused() {
    let network: Mlp<f64> = Mlp::new(&[2, 1], Activation::Relu, Initialisation::He, 1);
    let _ = regression_loss(&network, &data(3, 2), &data(3, 2));
}

#[differentiate]
fn weighed_norm(x: &Array2<f64>, norm: &BatchNorm<f64>, weights: &Array2<f64>, ends: &Array1<f64>, row: &Array1<f64>) -> f64 {
    (batch_norm(x, norm) * weights).dot(row).dot(ends)
}

#[test]
fn batch_normalisation_standardises_and_agrees_with_differences() {
    let x = data(6, 3) * 4.0 + 1.0;
    let y = batch_norm(&x, &BatchNorm::new(3));
    for column in y.columns() {
        assert!(column.sum().abs() < 1e-12);
        assert!((column.dot(&column) / 6.0 - 1.0).abs() < 1e-4);
    }
    let norm = BatchNorm { scale: vec![0.5, 2.0, -1.0], shift: vec![0.1, 0.0, 3.0] };
    let (weights, ends, row) = (data(6, 3) + 0.3, array![1.0, -0.5, 2.0, 0.3, 0.7, -1.1], array![0.4, 1.1, -0.8]);
    let (value, (x_bar, norm_bar, ..)) = weighed_norm_grad(&x, &norm, &weights, &ends, &row);
    assert_eq!(value.to_bits(), weighed_norm(&x, &norm, &weights, &ends, &row).to_bits());
    agrees(|x| weighed_norm(x, &norm, &weights, &ends, &row), &x, &x_bar);
    let with =
        |scale: &[f64], shift: &[f64]| weighed_norm(&x, &BatchNorm { scale: scale.into(), shift: shift.into() }, &weights, &ends, &row);
    agrees(|s| with(s.as_slice().unwrap(), &norm.shift), &Array1::from(norm.scale.clone()), &Array1::from(norm_bar.scale));
    agrees(|s| with(&norm.scale, s.as_slice().unwrap()), &Array1::from(norm.shift.clone()), &Array1::from(norm_bar.shift));
}
