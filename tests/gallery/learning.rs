//! Machine learning: layers, losses and training loops written by hand.
#![allow(clippy::needless_range_loop)]

use autodiff_core::{Differentiable, differentiate};

#[differentiate]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Two-layer perceptron, one output, all weights in one flat slice.
#[differentiate(wrt(weights))]
fn perceptron_loss(weights: &[f64], inputs: &[f64], targets: &[f64], hidden: usize) -> f64 {
    let samples = targets.len();
    let dim = inputs.len() / samples;
    let (w1, rest) = weights.split_at(hidden * dim);
    let (b1, rest) = rest.split_at(hidden);
    let (w2, b2) = rest.split_at(hidden);
    let mut loss = 0.0;
    for s in 0..samples {
        let mut output = b2[0];
        for h in 0..hidden {
            let mut z = b1[h];
            for d in 0..dim {
                z += w1[h * dim + d] * inputs[s * dim + d];
            }
            output += w2[h] * z.tanh();
        }
        let error = output - targets[s];
        loss += error * error;
    }
    0.5 * loss / samples as f64
}

#[differentiate]
fn softmax(logits: &[f64]) -> Vec<f64> {
    let max = logits.iter().cloned().fold(f64::MIN, f64::max);
    let exps: Vec<f64> = logits.iter().map(|&l| (l - max).exp()).collect();
    let total: f64 = exps.iter().sum();
    exps.into_iter().map(|e| e / total).collect()
}

/// Mean cross entropy of a batch; one row of logits per label.
#[differentiate]
fn softmax_cross_entropy(logits: &[f64], labels: &[usize], smoothing: f64) -> f64 {
    let classes = logits.len() / labels.len();
    let mut loss = 0.0;
    for (row, &label) in logits.chunks(classes).zip(labels) {
        let probabilities = softmax(row);
        for (class, p) in probabilities.iter().enumerate() {
            let uniform = smoothing / classes as f64;
            let target = if class == label { 1.0 - smoothing + uniform } else { uniform };
            loss -= target * p.max(1e-12).ln();
        }
    }
    loss / labels.len() as f64
}

/// Causal single-head attention over `T` tokens of width `D`.
#[differentiate]
fn attention<const T: usize, const D: usize>(q: &[[f64; D]; T], k: &[[f64; D]; T], v: &[[f64; D]; T]) -> [[f64; D]; T] {
    let scale = 1.0 / (D as f64).sqrt();
    let mut out = [[0.0; D]; T];
    for i in 0..T {
        let scores: Vec<f64> = (0..=i).map(|j| scale * q[i].iter().zip(&k[j]).map(|(a, b)| a * b).sum::<f64>()).collect();
        for (j, weight) in softmax(&scores).iter().enumerate() {
            for d in 0..D {
                out[i][d] += weight * v[j][d];
            }
        }
    }
    out
}

#[differentiate]
fn attention_loss(q: &[[f64; 2]; 3], k: &[[f64; 2]; 3], v: &[[f64; 2]; 3], target: &[[f64; 2]; 3]) -> f64 {
    let out: [[f64; 2]; 3] = attention(q, k, v);
    out.iter().flatten().zip(target.iter().flatten()).map(|(o, t)| (o - t).powi(2)).sum()
}

/// Batch norm by column, then the sum of squares after a ReLU.
#[differentiate]
fn batch_norm_energy(batch: &[Vec<f64>], gamma: &[f64], beta: &[f64], eps: f64) -> f64 {
    let n = batch.len() as f64;
    let features = gamma.len();
    let mut mean = vec![0.0; features];
    let mut var = vec![0.0; features];
    for row in batch {
        for (m, x) in mean.iter_mut().zip(row) {
            *m += x / n;
        }
    }
    for row in batch {
        for f in 0..features {
            var[f] += (row[f] - mean[f]).powi(2) / n;
        }
    }
    let mut energy = 0.0;
    for row in batch.iter() {
        for f in 0..features {
            let normalised = (row[f] - mean[f]) / (var[f] + eps).sqrt();
            let activated = (gamma[f] * normalised + beta[f]).max(0.0);
            energy += activated * activated;
        }
    }
    energy
}

#[derive(Clone, Debug, Differentiable)]
struct RnnCell {
    hidden: usize,
    w_input: Vec<f64>,
    w_hidden: Vec<Vec<f64>>,
    bias: Vec<f64>,
}

impl RnnCell {
    #[differentiate]
    fn step(&self, x: f64, state: &[f64]) -> Vec<f64> {
        let mut next = Vec::with_capacity(self.hidden);
        for i in 0..self.hidden {
            let recurrent: f64 = self.w_hidden[i].iter().zip(state).map(|(w, h)| w * h).sum();
            next.push((self.w_input[i] * x + recurrent + self.bias[i]).tanh());
        }
        next
    }

    /// Predict the next value of a sequence from the sum of the state.
    #[differentiate]
    fn sequence_loss(&self, sequence: &[f64]) -> f64 {
        let mut state = vec![0.0; self.hidden];
        let mut loss = 0.0;
        for pair in sequence.windows(2) {
            state = self.step(pair[0], &state);
            let prediction: f64 = state.iter().sum();
            loss += (prediction - pair[1]).powi(2);
        }
        loss
    }
}

#[differentiate]
fn conv1d(signal: &[f64], kernel: &[f64], stride: usize) -> Vec<f64> {
    signal.windows(kernel.len()).step_by(stride).map(|window| window.iter().zip(kernel).map(|(s, k)| s * k).sum()).collect()
}

/// Convolution, leaky ReLU, max pooling by two, mean.
#[differentiate]
fn conv_net(signal: &[f64], kernel: &[f64], bias: f64, slope: f64) -> f64 {
    let mut features = conv1d(signal, kernel, 1);
    for f in features.iter_mut() {
        *f += bias;
        if *f < 0.0 {
            *f *= slope;
        }
    }
    let pooled: Vec<f64> = features.chunks_exact(2).map(|pair| pair[0].max(pair[1])).collect();
    pooled.iter().sum::<f64>() / pooled.len() as f64
}

/// Bag of words with padding: token 0 is skipped.
#[differentiate]
fn embedding_score(table: &[f64], dim: usize, tokens: &[usize], output: &[f64]) -> f64 {
    let mut pooled = vec![0.0; dim];
    let mut count = 0;
    for &token in tokens {
        if token == 0 {
            continue;
        }
        let row = &table[token * dim..(token + 1) * dim];
        for (p, r) in pooled.iter_mut().zip(row) {
            *p += r;
        }
        count += 1;
    }
    if count == 0 {
        return 0.0;
    }
    let dot: f64 = pooled.iter().zip(output).map(|(p, o)| p * o).sum();
    sigmoid(dot / count as f64)
}

#[differentiate(wrt(users, items))]
fn factorisation_loss(users: &[Vec<f64>], items: &[Vec<f64>], ratings: &[(usize, usize, f64)], lambda: f64) -> f64 {
    let mut loss = 0.0;
    for &(u, i, rating) in ratings {
        let predicted: f64 = users[u].iter().zip(items[i].iter()).map(|(a, b)| a * b).sum();
        loss += (rating - predicted).powi(2);
    }
    let norm = |rows: &[Vec<f64>]| rows.iter().flat_map(|r| r.iter()).map(|x| x * x).sum::<f64>();
    loss + lambda * (norm(users) + norm(items))
}

#[derive(Clone, Copy, Debug)]
enum Activation {
    Relu,
    Gelu,
    Swish { sharpness: u8 },
}

#[differentiate(wrt(x))]
fn activate(kind: Activation, x: f64) -> f64 {
    match kind {
        Activation::Relu if x < 0.0 => 0.0,
        Activation::Relu => x,
        Activation::Gelu => {
            let inner = 0.797_884_560_802_865_4 * (x + 0.044715 * x * x * x);
            0.5 * x * (1.0 + inner.tanh())
        }
        Activation::Swish { sharpness } => x * sigmoid(f64::from(sharpness) * x),
    }
}

/// Gradient descent on a line fit: the loss after training, as a function of where it began and
/// of the learning rate.
#[differentiate(wrt(start, rate))]
fn loss_after_training(start: (f64, f64), rate: f64, data: &[(f64, f64)], epochs: usize) -> f64 {
    let (mut slope, mut intercept) = start;
    let mut velocity = (0.0, 0.0);
    for _ in 0..epochs {
        let (mut d_slope, mut d_intercept) = (0.0, 0.0);
        for &(x, y) in data {
            let error = slope * x + intercept - y;
            d_slope += error * x;
            d_intercept += error;
        }
        velocity = (0.9 * velocity.0 - rate * d_slope, 0.9 * velocity.1 - rate * d_intercept);
        slope += velocity.0;
        intercept += velocity.1;
    }
    data.iter().map(|(x, y)| (slope * x + intercept - y).powi(2)).sum()
}

/// A stack of dense layers; weights are rows, the last entry of a row is the bias.
#[differentiate]
fn feed_forward(layers: &[Vec<Vec<f64>>], input: &[f64]) -> f64 {
    let mut activations = input.to_vec();
    let depth = layers.len();
    for (index, layer) in layers.iter().enumerate() {
        let mut next = Vec::new();
        for row in layer {
            let (bias, weights) = row.split_last().unwrap();
            let z = weights.iter().zip(&activations).fold(*bias, |acc, (w, a)| acc + w * a);
            next.push(if index + 1 < depth { z.max(0.0) } else { z });
        }
        activations = next;
    }
    activations.iter().sum()
}

/// Zero once the negative is further away than the positive by the margin.
#[differentiate]
fn triplet_loss(anchor: [f64; 3], positive: [f64; 3], negative: [f64; 3], margin: f64) -> f64 {
    let distance = |a: &[f64; 3], b: &[f64; 3]| -> f64 {
        let mut sum = 0.0;
        for i in 0..3 {
            let d = a[i] - b[i];
            sum += d * d;
        }
        sum.sqrt()
    };
    let gap = distance(&anchor, &positive) - distance(&anchor, &negative) + margin;
    if gap > 0.0 { gap } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{assert_close, numeric_gradient};

    fn check(name: &str, f: impl Fn(&[f64]) -> f64, x: &[f64], value: f64, gradient: &[f64]) {
        assert_eq!(value.to_bits(), f(x).to_bits(), "value of {name}");
        assert_close(name, gradient, &numeric_gradient(f, x), 1e-6);
    }

    fn rows(v: &[f64], width: usize) -> Vec<Vec<f64>> {
        v.chunks(width).map(|c| c.to_vec()).collect()
    }

    /// Deterministic numbers in (-1, 1).
    fn noise(n: usize) -> Vec<f64> {
        (1..=n).map(|i| (i as f64 * 12.9898).sin()).collect()
    }

    #[test]
    fn sigmoid_gradient() {
        let (value, g) = sigmoid_grad(0.7);
        check("sigmoid", |v| sigmoid(v[0]), &[0.7], value, &[g]);
    }

    #[test]
    fn perceptron_loss_gradient() {
        let inputs = [0.1, 0.9, -0.4, 0.3, 0.8, -0.6];
        let targets = [0.5, -0.2, 0.7];
        let x = noise(4 * 2 + 4 + 4 + 1);
        let (value, g) = perceptron_loss_grad(&x, &inputs, &targets, 4);
        let f = |v: &[f64]| perceptron_loss(v, &inputs, &targets, 4);
        check("perceptron_loss", f, &x, value, &g);
    }

    #[test]
    fn softmax_pullback() {
        let x = [0.2, 1.1, -0.5];
        let seed = vec![0.3, -1.2, 0.8];
        let (value, g) = softmax_vjp(&x, seed.clone());
        assert_eq!(value, softmax(&x));
        let f = |v: &[f64]| softmax(v).iter().zip(&seed).map(|(p, s)| p * s).sum();
        assert_close("softmax", &g, &numeric_gradient(f, &x), 1e-6);
    }

    #[test]
    fn softmax_cross_entropy_gradient() {
        let x = [0.2, 1.1, -0.5, 0.9, 0.3, 0.4, 0.1];
        let labels = [2, 0];
        let (value, (l, s)) = softmax_cross_entropy_grad(&x[..6], &labels, x[6]);
        let g = [&l[..], &[s]].concat();
        let f = |v: &[f64]| softmax_cross_entropy(&v[..6], &labels, v[6]);
        check("softmax_cross_entropy", f, &x, value, &g);
    }

    #[test]
    fn attention_loss_gradient() {
        let part = |v: &[f64], k: usize| -> [[f64; 2]; 3] { std::array::from_fn(|i| std::array::from_fn(|j| v[6 * k + 2 * i + j])) };
        let x = noise(24);
        let (value, (q, k, v, t)) = attention_loss_grad(&part(&x, 0), &part(&x, 1), &part(&x, 2), &part(&x, 3));
        let g: Vec<f64> = [q, k, v, t].as_flattened().as_flattened().to_vec();
        let f = |w: &[f64]| attention_loss(&part(w, 0), &part(w, 1), &part(w, 2), &part(w, 3));
        check("attention_loss", f, &x, value, &g);
    }

    #[test]
    fn batch_norm_energy_gradient() {
        let mut x = noise(8);
        x.extend([1.2, 0.7, 0.15, 0.25, 1e-2]);
        let (value, (b, gamma, beta, eps)) = batch_norm_energy_grad(&rows(&x[..8], 2), &x[8..10], &x[10..12], x[12]);
        let g = [&b.concat()[..], &gamma, &beta, &[eps]].concat();
        let f = |v: &[f64]| batch_norm_energy(&rows(&v[..8], 2), &v[8..10], &v[10..12], v[12]);
        check("batch_norm_energy", f, &x, value, &g);
    }

    #[test]
    fn rnn_sequence_loss_gradient() {
        let cell = |v: &[f64]| RnnCell { hidden: 2, w_input: v[..2].to_vec(), w_hidden: rows(&v[2..6], 2), bias: v[6..8].to_vec() };
        let x = noise(13);
        let (value, (c, s)) = cell(&x).sequence_loss_grad(&x[8..]);
        let g = [c.w_input, c.w_hidden.concat(), c.bias, s].concat();
        let f = |v: &[f64]| cell(v).sequence_loss(&v[8..]);
        check("sequence_loss", f, &x, value, &g);
    }

    #[test]
    fn conv1d_pullback() {
        let x = noise(10);
        let seed = vec![0.4, -0.9, 0.6];
        let (value, (s, k)) = conv1d_vjp(&x[..7], &x[7..], 2, seed.clone());
        assert_eq!(value, conv1d(&x[..7], &x[7..], 2));
        let f = |v: &[f64]| {
            let out = conv1d(&v[..7], &v[7..], 2);
            out.iter().zip(&seed).map(|(o, s)| o * s).sum()
        };
        assert_close("conv1d", &[s, k].concat(), &numeric_gradient(f, &x), 1e-6);
    }

    #[test]
    fn conv_net_gradient() {
        let mut x = noise(12);
        x.extend([0.1, 0.2]);
        let (value, (s, k, b, slope)) = conv_net_grad(&x[..9], &x[9..12], x[12], x[13]);
        let g = [&s[..], &k, &[b, slope]].concat();
        let f = |v: &[f64]| conv_net(&v[..9], &v[9..12], v[12], v[13]);
        check("conv_net", f, &x, value, &g);
    }

    #[test]
    fn embedding_score_gradient() {
        let x = noise(14);
        for tokens in [&[3, 0, 1, 3][..], &[0, 0], &[]] {
            let (value, (t, o)) = embedding_score_grad(&x[..12], 2, tokens, &x[12..]);
            let f = |v: &[f64]| embedding_score(&v[..12], 2, tokens, &v[12..]);
            check("embedding_score", f, &x, value, &[t, o].concat());
        }
    }

    #[test]
    fn factorisation_loss_gradient() {
        let ratings = [(0, 0, 3.0), (0, 2, 1.0), (1, 1, 4.0), (1, 2, 2.5)];
        let x = noise(10);
        let (value, (u, i)) = factorisation_loss_grad(&rows(&x[..4], 2), &rows(&x[4..], 2), &ratings, 0.1);
        let g = [u, i].concat().concat();
        let f = |v: &[f64]| factorisation_loss(&rows(&v[..4], 2), &rows(&v[4..], 2), &ratings, 0.1);
        check("factorisation_loss", f, &x, value, &g);
    }

    #[test]
    fn activate_gradient() {
        use Activation::*;
        for kind in [Relu, Gelu, Swish { sharpness: 2 }] {
            for x in [-1.3, 0.4, 2.1] {
                let (value, g) = activate_grad(kind, x);
                check("activate", |v| activate(kind, v[0]), &[x], value, &[g]);
            }
        }
    }

    #[test]
    fn loss_after_training_gradient() {
        let data = [(0.0, 0.1), (1.0, 0.8), (2.0, 2.3)];
        let x = [0.3, -0.2, 0.04];
        let (value, ((a, b), r)) = loss_after_training_grad((x[0], x[1]), x[2], &data, 6);
        let f = |v: &[f64]| loss_after_training((v[0], v[1]), v[2], &data, 6);
        check("loss_after_training", f, &x, value, &[a, b, r]);
    }

    #[test]
    fn feed_forward_gradient() {
        let layers = |v: &[f64]| vec![rows(&v[..9], 3), rows(&v[9..17], 4)];
        let x = noise(19);
        let (value, (l, i)) = feed_forward_grad(&layers(&x), &x[17..]);
        let g = [l.concat().concat(), i].concat();
        let f = |v: &[f64]| feed_forward(&layers(v), &v[17..]);
        check("feed_forward", f, &x, value, &g);
    }

    #[test]
    fn triplet_loss_gradient() {
        let part = |v: &[f64], k: usize| [v[3 * k], v[3 * k + 1], v[3 * k + 2]];
        for margin in [1.5, -4.0] {
            let mut x = noise(9);
            x.push(margin);
            let (value, (a, p, n, m)) = triplet_loss_grad(part(&x, 0), part(&x, 1), part(&x, 2), margin);
            let g = [&a[..], &p, &n, &[m]].concat();
            let f = |v: &[f64]| triplet_loss(part(v, 0), part(v, 1), part(v, 2), v[9]);
            check("triplet_loss", f, &x, value, &g);
        }
    }
}
