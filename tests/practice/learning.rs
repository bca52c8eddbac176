//! Machine learning.
use autodiff_core::{Differentiable, differentiate};

/// Numerically stable softmax in place.
#[differentiate]
fn softmax_inplace(xs: &mut [f64]) {
    let m = xs.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
    let mut total = 0.0;
    for x in xs.iter_mut() {
        *x = (*x - m).exp();
        total += *x;
    }
    for x in xs.iter_mut() {
        *x /= total;
    }
}

/// Scaled dot-product attention of one head, row-major matrices `n x d`.
#[differentiate]
fn attention(q: &[f64], k: &[f64], v: &[f64], n: usize, d: usize, causal: bool) -> Vec<f64> {
    assert_eq!(q.len(), n * d, "q has the wrong shape");
    let scale = 1.0 / (d as f64).sqrt();
    let mut out = vec![0.0; n * d];
    for i in 0..n {
        let limit = if causal { i + 1 } else { n };
        let mut scores: Vec<f64> = (0..limit)
            .map(|j| {
                let qi = &q[i * d..(i + 1) * d];
                let kj = &k[j * d..(j + 1) * d];
                scale * qi.iter().zip(kj).map(|(a, b)| a * b).sum::<f64>()
            })
            .collect();
        softmax_inplace(&mut scores);
        for (j, w) in scores.iter().enumerate() {
            for c in 0..d {
                out[i * d + c] += w * v[j * d + c];
            }
        }
    }
    out
}

#[differentiate]
fn attention_loss(q: &[f64], k: &[f64], v: &[f64], target: &[f64], n: usize, d: usize) -> f64 {
    let y = attention(q, k, v, n, d, true);
    y.iter().zip(target.iter()).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / y.len() as f64
}

#[differentiate]
fn layer_norm(x: &[f64], gamma: &[f64], beta: &[f64], out: &mut [f64]) {
    const EPS: f64 = 1e-5;
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let var = x.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n;
    let inv = (var + EPS).sqrt().recip();
    for (((o, &xi), &g), &b) in out.iter_mut().zip(x).zip(gamma).zip(beta) {
        *o = (xi - mean) * inv * g + b;
    }
}

#[differentiate]
fn layer_norm_score(x: &[f64], gamma: &[f64], beta: &[f64]) -> f64 {
    let mut out = vec![0.0; x.len()];
    layer_norm(x, gamma, beta, &mut out);
    out.iter().enumerate().map(|(i, o)| o * (i as f64 + 1.0) + o.tanh()).sum()
}

#[derive(Clone, Debug, Differentiable)]
struct GruCell {
    pub wz: Vec<Vec<f64>>,
    pub wr: Vec<Vec<f64>>,
    pub wh: Vec<Vec<f64>>,
    pub bias: Vec<f64>,
    pub hidden: usize,
}

#[differentiate]
fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

#[differentiate]
fn matvec(m: &Vec<Vec<f64>>, x: &[f64]) -> Vec<f64> {
    m.iter().map(|row| row.iter().zip(x.iter()).map(|(w, x)| w * x).sum()).collect()
}

impl GruCell {
    #[differentiate]
    pub fn step(&self, x: &[f64], h: &[f64]) -> Vec<f64> {
        let mut xh = x.to_vec();
        xh.extend_from_slice(h);
        let z: Vec<f64> = matvec(&self.wz, &xh).iter().zip(&self.bias).map(|(a, b)| sigmoid(a + b)).collect();
        let r: Vec<f64> = matvec(&self.wr, &xh).into_iter().map(sigmoid).collect();
        let mut xrh = x.to_vec();
        for i in 0..self.hidden {
            xrh.push(r[i] * h[i]);
        }
        let cand = matvec(&self.wh, &xrh);
        (0..self.hidden).map(|i| (1.0 - z[i]) * h[i] + z[i] * cand[i].tanh()).collect()
    }

    #[differentiate]
    pub fn sequence_loss(&self, inputs: &[Vec<f64>], targets: &[f64]) -> f64 {
        let mut h = vec![0.0; self.hidden];
        let mut loss = 0.0;
        for (x, t) in inputs.iter().zip(targets) {
            h = self.step(x, &h);
            let pred: f64 = h.iter().sum();
            loss += 0.5 * (pred - t).powi(2);
        }
        loss / targets.len() as f64
    }
}

/// Batch norm over the columns of a batch, then leaky ReLU, summed with weights.
#[differentiate]
fn batch_norm_2<const B: usize, const F: usize>(x: &[[f64; F]; B], gamma: [f64; F], beta: [f64; F]) -> f64 {
    let mut mean = [0.0; F];
    let mut var = [0.0; F];
    for row in x {
        for j in 0..F {
            mean[j] += row[j] / B as f64;
        }
    }
    for row in x.iter() {
        for (j, v) in var.iter_mut().enumerate() {
            let d = row[j] - mean[j];
            *v += d * d / B as f64;
        }
    }
    let mut loss = 0.0;
    for (b, row) in x.iter().enumerate() {
        for j in 0..F {
            let norm = (row[j] - mean[j]) / (var[j] + 1e-3).sqrt();
            let y = gamma[j] * norm + beta[j];
            let act = if y > 0.0 { y } else { 0.01 * y };
            loss += act * (1.0 + b as f64 * 0.5);
        }
    }
    loss
}

/// InfoNCE with cosine similarities.
#[differentiate]
fn info_nce(anchors: &[Vec<f64>], positives: &[Vec<f64>], temperature: f64) -> f64 {
    fn cosine(a: &[f64], b: &[f64]) -> f64 {
        let dot: f64 = a.iter().zip(b).map(|(x, y)| x * y).sum();
        let na = a.iter().map(|x| x * x).sum::<f64>().sqrt();
        let nb = b.iter().map(|x| x * x).sum::<f64>().sqrt();
        dot / (na * nb).max(1e-12)
    }
    let n = anchors.len();
    let mut loss = 0.0;
    for i in 0..n {
        let logits: Vec<f64> = positives.iter().map(|p| cosine(&anchors[i], p) / temperature).collect();
        let max = logits.iter().copied().fold(f64::MIN, f64::max);
        let lse = max + logits.iter().map(|l| (l - max).exp()).sum::<f64>().ln();
        loss -= logits[i] - lse;
    }
    loss / n as f64
}

#[differentiate]
fn cholesky_in_place(a: &mut Vec<Vec<f64>>) -> Option<()> {
    let n = a.len();
    for j in 0..n {
        for k in 0..j {
            for i in j..n {
                let t = a[i][k] * a[j][k];
                a[i][j] -= t;
            }
        }
        if a[j][j] <= 0.0 {
            return None;
        }
        let d = a[j][j].sqrt();
        for i in j..n {
            a[i][j] /= d;
        }
    }
    Some(())
}

/// GP log marginal likelihood with a squared-exponential kernel.
#[differentiate]
fn gp_log_likelihood(log_params: &[f64; 3], xs: &[f64], ys: &[f64]) -> f64 {
    let [log_l, log_s, log_n] = *log_params;
    let (l, s2, n2) = (log_l.exp(), (2.0 * log_s).exp(), (2.0 * log_n).exp());
    let n = xs.len();
    let mut k = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let r = (xs[i] - xs[j]) / l;
            let mut v = s2 * (-0.5 * r * r).exp();
            if i == j {
                v += n2;
            }
            k[i][j] = v;
            k[j][i] = v;
        }
    }
    if cholesky_in_place(&mut k).is_none() {
        return f64::NEG_INFINITY;
    }
    let mut alpha = ys.to_vec();
    for i in 0..n {
        for j in 0..i {
            let a = alpha[j];
            alpha[i] -= k[i][j] * a;
        }
        alpha[i] /= k[i][i];
    }
    let quad: f64 = alpha.iter().map(|a| a * a).sum();
    let logdet: f64 = (0..n).map(|i| k[i][i].ln()).sum();
    -0.5 * quad - logdet - 0.5 * n as f64 * (2.0 * std::f64::consts::PI).ln()
}

/// Evidence lower bound of a mean-field Gaussian for logistic regression with fixed noise draws.
#[differentiate]
fn elbo(mu: &[f64], rho: &[f64], data: &[(Vec<f64>, bool)], eps: &[Vec<f64>]) -> f64 {
    let softplus = |x: f64| x.max(0.0) + (-x.abs()).exp().ln_1p();
    let sigma: Vec<f64> = rho.iter().map(|&r| softplus(r)).collect();
    let mut ll = 0.0;
    for e in eps {
        let w: Vec<f64> = mu.iter().zip(&sigma).zip(e).map(|((m, s), e)| m + s * e).collect();
        for (x, label) in data {
            let z: f64 = x.iter().zip(&w).map(|(a, b)| a * b).sum();
            ll -= if *label { softplus(-z) } else { softplus(z) };
        }
    }
    let kl: f64 = mu.iter().zip(sigma.iter()).map(|(m, s)| 0.5 * (s * s + m * m - 1.0) - s.ln()).sum();
    ll / eps.len() as f64 - kl
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Differentiable)]
enum Activation {
    Identity,
    Relu,
    Gelu,
    Swish,
}

impl Activation {
    #[differentiate]
    fn apply(self, x: f64) -> f64 {
        match self {
            Activation::Identity => x,
            Activation::Relu => x.max(0.0),
            Activation::Gelu => 0.5 * x * (1.0 + (0.797_884_560_802_865_4 * (x + 0.044715 * x.powi(3))).tanh()),
            Self::Swish => x * sigmoid(x),
        }
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Dense {
    pub weights: Vec<f64>,
    pub bias: Vec<f64>,
    pub inputs: usize,
    pub activation: Activation,
}

impl Dense {
    #[differentiate]
    fn forward(&self, x: &[f64]) -> Vec<f64> {
        self.weights
            .chunks(self.inputs)
            .zip(&self.bias)
            .map(|(row, b)| {
                let z = row.iter().zip(x).fold(*b, |acc, (w, x)| acc + w * x);
                self.activation.apply(z)
            })
            .collect()
    }
}

/// Decision boundary of a small network: cross-entropy plus the margin at a probe.
#[differentiate]
fn network_loss(layers: &[Dense], batch: &[([f64; 2], usize)], l2: f64) -> f64 {
    let mut total = 0.0;
    for (x, class) in batch {
        let mut h = x.to_vec();
        for layer in layers {
            h = layer.forward(&h);
        }
        let m = h.iter().fold(f64::NEG_INFINITY, |a, &b| a.max(b));
        let lse = m + h.iter().map(|v| (v - m).exp()).sum::<f64>().ln();
        total += lse - h[*class];
    }
    let mut penalty = 0.0;
    for Dense { weights, .. } in layers.iter() {
        penalty += weights.iter().map(|w| w * w).sum::<f64>();
    }
    total / batch.len() as f64 + l2 * penalty
}

/// Triplet loss with hinge.
#[differentiate]
fn triplet(emb: &[[f64; 3]], triplets: &[(usize, usize, usize)], margin: f64) -> f64 {
    let dist2 = |i: usize, j: usize| -> f64 { emb[i].iter().zip(emb[j].iter()).map(|(a, b)| (a - b).powi(2)).sum() };
    triplets.iter().map(|&(a, p, n)| (dist2(a, p) - dist2(a, n) + margin).max(0.0)).sum::<f64>() / triplets.len() as f64
}

/// 1-D convolution, stride and padding, max pooling, f32.
#[differentiate]
fn conv_pool_f32(signal: &[f32], kernel: &[f32], bias: f32, stride: usize, pad: usize) -> f32 {
    let n = signal.len() as isize;
    let k = kernel.len();
    let out_len = (signal.len() + 2 * pad - k) / stride + 1;
    let mut feature = Vec::with_capacity(out_len);
    for o in 0..out_len {
        let mut acc = bias;
        for (t, &w) in kernel.iter().enumerate() {
            let idx = (o * stride + t) as isize - pad as isize;
            if idx < 0 || idx >= n {
                continue;
            }
            acc += w * signal[idx as usize];
        }
        feature.push(acc.max(0.0));
    }
    let mut sum = 0.0f32;
    for pair in feature.chunks(2) {
        let best = pair.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        sum += best * best;
    }
    sum.sqrt()
}

mod checks {
    use super::*;
    use crate::checked;
    fn gru(v: &[f64]) -> GruCell {
        let m = |o: usize| v[o..o + 6].chunks(3).map(|c| c.to_vec()).collect::<Vec<_>>();
        GruCell { wz: m(0), wr: m(6), wh: m(12), bias: v[18..20].to_vec(), hidden: 2 }
    }
    fn vecs(v: &[f64], d: usize) -> Vec<Vec<f64>> {
        v.chunks(d).map(|c| c.to_vec()).collect()
    }
    fn layers(v: &[f64]) -> Vec<Dense> {
        vec![
            Dense { weights: v[0..6].to_vec(), bias: v[6..9].to_vec(), inputs: 2, activation: Activation::Gelu },
            Dense { weights: v[9..15].to_vec(), bias: v[15..17].to_vec(), inputs: 3, activation: Activation::Swish },
        ]
    }
    checked!(attention_loss attention_loss_grad attention_loss_vjp attention_loss_jvp: 24, -1.5, 1.5,
        |v| (&v[0..6], &v[6..12], &v[12..18], &v[18..24], 3, 2),
        d => (&d[0..6], &d[6..12], &d[12..18], &d[18..24]));
    checked!(layer_norm_score layer_norm_score_grad layer_norm_score_vjp layer_norm_score_jvp: 12, -1.5, 1.5,
        |v| (&v[0..4], &v[4..8], &v[8..12]),
        d => (&d[0..4], &d[4..8], &d[8..12]));
    checked!(batch_norm_2 batch_norm_2_grad batch_norm_2_vjp batch_norm_2_jvp: 10, -1.5, 1.5,
        |v| (&[[v[0], v[1]], [v[2], v[3]], [v[4], v[5]]], [v[6], v[7]], [v[8], v[9]]),
        d => (&[[d[0], d[1]], [d[2], d[3]], [d[4], d[5]]], [d[6], d[7]], [d[8], d[9]]));
    checked!(info_nce info_nce_grad info_nce_vjp info_nce_jvp: 13, 0.3, 1.5,
        |v| (&vecs(&v[0..6], 2), &vecs(&v[6..12], 2), v[12]),
        d => (&vecs(&d[0..6], 2), &vecs(&d[6..12], 2), d[12]));
    checked!(gp_log_likelihood gp_log_likelihood_grad gp_log_likelihood_vjp gp_log_likelihood_jvp: 11, -1., 1.,
        |v| (&[v[0], v[1], v[2]], &v[3..7], &v[7..11]),
        d => (&[d[0], d[1], d[2]], &d[3..7], &d[7..11]));
    checked!(elbo elbo_grad elbo_vjp elbo_jvp: 12, -1., 1.,
        |v| (&v[0..2], &v[2..4], &[(v[4..6].to_vec(), true), (v[6..8].to_vec(), false)], &vecs(&v[8..12], 2)));
    checked!(network_loss network_loss_grad network_loss_vjp network_loss_jvp: 22, -1., 1.,
        |v| (&layers(v), &[([v[17], v[18]], 0), ([v[19], v[20]], 1)], v[21]));
    checked!(triplet triplet_grad triplet_vjp triplet_jvp: 13, -1., 1.,
        |v| (&[[v[0], v[1], v[2]], [v[3], v[4], v[5]], [v[6], v[7], v[8]], [v[9], v[10], v[11]]], &[(0, 1, 2), (1, 3, 0), (3, 2, 1)], v[12]));
    #[test]
    fn gru_cell() {
        let g = |v: &[f64]| gru(v).sequence_loss(&vecs(&v[20..23], 1), &v[23..26]);
        crate::check(26, -1., 1., &g, &|v| {
            let (a, b) = gru(v).sequence_loss_grad(&vecs(&v[20..23], 1), &v[23..26]);
            (a, crate::numbers(&b))
        });
    }
    #[test]
    fn conv_f32() {
        let v = crate::point(11, 1, -1., 1.);
        let s: Vec<f32> = v.iter().map(|x| *x as f32).collect();
        let (val, g) = conv_pool_f32_grad(&s[0..7], &s[7..10], s[10], 2, 1);
        assert_eq!(val, conv_pool_f32(&s[0..7], &s[7..10], s[10], 2, 1));
        let g = crate::numbers(&g);
        for i in 0..11 {
            let mut a = s.clone();
            let mut b = s.clone();
            a[i] += 1e-2;
            b[i] -= 1e-2;
            let f = |s: &[f32]| conv_pool_f32(&s[0..7], &s[7..10], s[10], 2, 1);
            let d = (f(&a) - f(&b)) / (a[i] - b[i]);
            assert!((d as f64 - g[i]).abs() < 2e-2, "{i} {d} {}", g[i]);
        }
    }
}
