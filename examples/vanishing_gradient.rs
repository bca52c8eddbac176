//! Why deep networks were hard to train, and what helps: the gradient of every layer of a deep network, with small and with suitable
//! initial weights, with batch normalisation, and with residual connections.
//!
//! ```sh
//! cargo run --release --example vanishing_gradient
//! ```

use autodiff_core::mlp::{Activation, BatchNorm, Dense, Initialisation, Mlp, batch_norm, mean_squared_error};
use autodiff_core::ndarray::{affine, map};
use autodiff_core::{Differentiable, constant, differentiate};
use ndarray::{Array1, Array2};

const DEPTH: usize = 24;
const WIDTH: usize = 16;
const SAMPLES: usize = 64;
const STEPS: usize = 500;

/// A layer, and what may be done to its sums.
#[derive(Clone, Differentiable)]
struct Block {
    dense: Dense<f64>,
    norm: BatchNorm<f64>,
}

#[derive(Clone, Differentiable)]
struct Deep {
    blocks: Vec<Block>,
    last: Dense<f64>,
    #[differentiable(skip)]
    normalised: bool,
    #[differentiable(skip)]
    residual: bool,
}

/// The loss of a network of any depth: its derivative is generated, normalisation and residual connections included.
#[differentiate(wrt(network))]
fn loss(network: &Deep, x: &Array2<f64>, targets: &Array2<f64>) -> f64 {
    let mut h: Array2<f64> = x.clone();
    for block in &network.blocks {
        let sums: Array2<f64> = affine(&h, &block.dense.weights, &block.dense.bias);
        let scaled: Array2<f64> = if network.normalised { batch_norm(&sums, &block.norm) } else { sums.clone() };
        let out: Array2<f64> = map(&scaled, constant(block.dense.activation));
        h = if network.residual { &h + &out } else { out.clone() };
    }
    let outputs = affine(&h, &network.last.weights, &network.last.bias);
    mean_squared_error(&outputs, targets)
}

/// A network whose initial weights are `scale` times those of Xavier's initialisation.
fn network(activation: Activation, scale: f64, normalised: bool, residual: bool) -> Deep {
    let mut sizes = vec![WIDTH; DEPTH + 1];
    sizes.push(1);
    let mut layers = Mlp::new(&sizes, activation, Initialisation::Xavier, 7).layers;
    let last = layers.pop().expect("a last layer");
    let blocks = layers.into_iter().map(|mut dense| {
        dense.weights *= scale;
        Block { dense, norm: BatchNorm::new(WIDTH) }
    });
    Deep { blocks: blocks.collect(), last, normalised, residual }
}

fn norm(bar: &Array2<f64>) -> f64 {
    bar.iter().map(|g| g * g).sum::<f64>().sqrt()
}

/// Plain gradient descent.
fn train(network: &mut Deep, x: &Array2<f64>, targets: &Array2<f64>, rate: f64, steps: usize) -> f64 {
    for _ in 0..steps {
        let (_, bar) = loss_grad(network, x, targets);
        for (block, bar) in network.blocks.iter_mut().zip(&bar.blocks) {
            block.dense.weights.scaled_add(-rate, &bar.dense.weights);
            block.dense.bias.scaled_add(-rate, &bar.dense.bias);
            block.norm.scale.iter_mut().zip(&bar.norm.scale).for_each(|(p, g)| *p -= rate * g);
            block.norm.shift.iter_mut().zip(&bar.norm.shift).for_each(|(p, g)| *p -= rate * g);
        }
        network.last.weights.scaled_add(-rate, &bar.last.weights);
        network.last.bias.scaled_add(-rate, &bar.last.bias);
    }
    loss(network, x, targets)
}

fn main() {
    let x = Array2::from_shape_fn((SAMPLES, WIDTH), |(i, j)| ((13 * i + 7 * j) as f64 * 0.618).sin());
    let targets = Array1::from_iter(x.rows().into_iter().map(|r| (3.0 * r[0]).sin() * r[1] + 0.5 * r[2])).insert_axis(ndarray::Axis(1));
    let (sigmoid, tanh) = (Activation::Sigmoid, Activation::Tanh);
    let variants = [
        ("sigmoid", network(sigmoid, 1.0, false, false)),
        ("tanh, weights too small", network(tanh, 0.5, false, false)),
        ("tanh, Xavier's weights", network(tanh, 1.0, false, false)),
        ("sigmoid, batch normalisation", network(sigmoid, 1.0, true, false)),
        ("tanh, residual", network(tanh, 0.1, false, true)),
    ];
    println!("length of the gradient of a layer's weights, {DEPTH} layers of {WIDTH} units, and the loss before and after {STEPS} steps\n");
    print!("{:<29}", "");
    let shown = [0, 4, 9, 14, 19, DEPTH - 1];
    shown.iter().for_each(|k| print!(" {:>9}", format!("layer {}", k + 1)));
    println!("  {:>11} {:>11}", "before", "after");
    for (name, mut network) in variants {
        let (first, bar) = loss_grad(&network, &x, &targets);
        print!("{name:<29}");
        shown.iter().for_each(|&k| print!(" {:>9.1e}", norm(&bar.blocks[k].dense.weights)));
        println!("  {first:>11.4} {:>11.4}", train(&mut network, &x, &targets, 0.02, STEPS));
    }
}
