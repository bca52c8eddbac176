//! What layers do.

use crate::linalg::{dot, matvec, softmax};
use crate::types::*;
use autodiff_core::differentiate;

impl Activation {
    pub fn is_linear(self) -> bool {
        matches!(self, Activation::Identity)
    }
}

#[differentiate]
pub fn activate(kind: Activation, x: f64) -> f64 {
    match kind {
        Activation::Identity => x,
        Activation::Tanh => x.tanh(),
        Activation::Relu { leak } => {
            if x > 0.0 {
                x
            } else {
                0.01 * leak as f64 * x
            }
        }
    }
}

#[differentiate]
impl Layer {
    pub fn forward(&self, input: &[f64]) -> Vec<f64> {
        self.weights.iter().zip(&self.bias).map(|(w, b)| activate(self.activation, dot(w, input) + b)).collect()
    }

    pub fn penalty(&self) -> f64 {
        let w: f64 = self.weights.iter().flat_map(|r| r.iter()).map(|w| w * w).sum();
        w + self.bias.iter().map(|b| b.abs()).sum::<f64>()
    }

    pub fn first_weight(&self) -> f64 {
        self.weights.first().and_then(|r| r.first()).copied().unwrap_or(0.0)
    }

    pub fn bias_range(&self) -> f64 {
        let mut sorted = self.bias.to_vec();
        sorted.sort_by(|a, b| a.partial_cmp(b).unwrap());
        sorted.last().unwrap() - sorted.first().unwrap()
    }

    pub fn shrink(&mut self, k: f64) {
        for row in &mut self.weights {
            for w in row.iter_mut() {
                *w *= 1.0 - k;
            }
        }
        self.bias.iter_mut().for_each(|b| *b *= k);
    }
}

#[differentiate]
impl Network {
    pub fn predict(&self, input: &[f64]) -> Vec<f64> {
        let mut h = input.to_vec();
        for layer in &self.layers {
            h = layer.forward(&h);
        }
        h.iter().map(|x| x * self.scale).collect()
    }
}

#[differentiate]
pub fn mse(net: &Network, x: &[f64], y: &[f64]) -> f64 {
    let out = net.predict(x);
    out.iter().zip(y).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / out.len() as f64
}

#[differentiate]
pub fn cross_entropy(net: &Network, x: &[f64], label: usize) -> f64 {
    let p = softmax(&net.predict(x));
    -p[label].ln()
}

#[differentiate]
pub fn last_layer(net: &Network, x: &[f64]) -> f64 {
    match net.layers.last() {
        Some(layer) => layer.forward(x).iter().sum::<f64>() + layer.penalty(),
        None => 0.0,
    }
}

#[differentiate]
pub fn second_bias(net: &Network) -> f64 {
    if let Some(layer) = net.layers.get(1) { layer.bias[0] * net.scale } else { net.scale }
}

#[differentiate]
pub fn regularised(net: &Network, k: f64) -> f64 {
    k * net.layers.iter().map(|l| l.penalty()).sum::<f64>() + net.layers.iter().map(Layer::first_weight).product::<f64>()
}

#[differentiate]
pub fn spread(layer: &Layer, k: f64) -> f64 {
    layer.bias_range() * k
}

#[differentiate]
pub fn shrunk(layer: &Layer, k: f64) -> f64 {
    let mut copy = layer.clone();
    copy.shrink(k);
    copy.penalty()
}

#[differentiate]
pub fn linear_part(net: &Network, x: f64) -> f64 {
    net.layers.iter().filter(|l| l.activation.is_linear()).map(|l| l.bias.iter().sum::<f64>() * x).sum()
}

#[differentiate]
pub fn through_matrix(m: &Matrix, x: &[f64]) -> f64 {
    let y = matvec(m, x);
    let (head, tail) = y.split_at(1);
    head[0] * tail.iter().map(|t| t * t).sum::<f64>()
}

#[differentiate]
pub fn gaussian_log_density(g: &Gaussian, x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..g.mean.len() {
        let z = (x[i] - g.mean[i]) / g.log_sigma[i].exp();
        s -= 0.5 * z * z + g.log_sigma[i];
    }
    s
}

#[differentiate]
pub fn reparameterised(g: &Gaussian, noise: &[f64]) -> f64 {
    let sigma = g.log_sigma.map(f64::exp);
    g.mean.iter().zip(sigma).zip(noise).map(|((m, s), e)| (m + s * e).sin()).sum()
}

#[differentiate]
pub fn second_row(t: &Table, k: f64) -> f64 {
    match t.row(1) {
        Some(row) => row.iter().map(|x| x * k).sum(),
        None => k,
    }
}

#[differentiate]
pub fn diagonal(g: &Grid<f64>) -> f64 {
    (0..g.rows()).map(|i| g.at(i, i) * g.at(i, g.cols - 1)).sum()
}
