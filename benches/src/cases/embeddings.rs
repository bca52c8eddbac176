//! Learning: a block of a transformer, a contrastive loss, a factorisation, a soft tree, words and their neighbours.

use autodiff_core::{Differentiable, differentiate};

use super::Numbers;
use crate::measure::Case;

fn dot_by_hand(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
fn axpy(k: f64, x: &[f64], y: &mut [f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += k * x;
    }
}

#[differentiate]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

// ---- a block of a transformer: norm, layer, GELU, layer, residual -----------------------------------------

#[derive(Differentiable, Clone)]
pub struct Block {
    gain: Vec<f64>,
    shift: Vec<f64>,
    up: Vec<Vec<f64>>,
    down: Vec<Vec<f64>>,
}
#[differentiate]
fn layer_norm(x: &[f64], gain: &[f64], shift: &[f64]) -> Vec<f64> {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let variance = x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n;
    let scale = 1.0 / (variance + 1e-5).sqrt();
    x.iter().zip(gain).zip(shift).map(|((v, g), b)| (v - mean) * scale * g + b).collect()
}
#[differentiate]
fn gelu(x: f64) -> f64 {
    0.5 * x * (1.0 + (0.797_884_560_8 * (x + 0.044_715 * x * x * x)).tanh())
}
#[differentiate]
impl Block {
    fn forward(&self, x: &[f64]) -> Vec<f64> {
        let h = layer_norm(x, &self.gain, &self.shift);
        let hidden: Vec<f64> = self.up.iter().map(|row| gelu(dot(row, &h))).collect();
        x.iter().zip(&self.down).map(|(x, row)| x + dot(row, &hidden)).collect()
    }
}
#[differentiate(wrt(block, tokens))]
pub fn encoded(block: &Block, tokens: &[Vec<f64>], targets: &[Vec<f64>]) -> f64 {
    let mut loss = 0.0;
    for (token, target) in tokens.iter().zip(targets) {
        let out = block.forward(token);
        loss += out.iter().zip(target).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
    }
    loss
}
type BlockBar = (Vec<f64>, Vec<f64>, Vec<Vec<f64>>, Vec<Vec<f64>>);
pub fn encoded_by_hand(block: &Block, tokens: &[Vec<f64>], targets: &[Vec<f64>]) -> (f64, (BlockBar, Vec<Vec<f64>>)) {
    let (n, m) = (block.gain.len(), block.up.len());
    let nn = n as f64;
    let zeros = |rows: &[Vec<f64>]| rows.iter().map(|r| vec![0.0; r.len()]).collect::<Vec<_>>();
    let (mut gb, mut sb, mut ub, mut db, mut tb) = (vec![0.0; n], vec![0.0; n], zeros(&block.up), zeros(&block.down), zeros(tokens));
    let (mut z, mut h, mut hb, mut pre, mut th, mut hidden, mut hidden_bar) =
        (vec![0.0; n], vec![0.0; n], vec![0.0; n], vec![0.0; m], vec![0.0; m], vec![0.0; m], vec![0.0; m]);
    let mut loss = 0.0;
    for ((x, target), xb) in tokens.iter().zip(targets).zip(&mut tb) {
        let mean = x.iter().sum::<f64>() / nn;
        let variance = x.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / nn;
        let scale = 1.0 / (variance + 1e-5).sqrt();
        for i in 0..n {
            z[i] = (x[i] - mean) * scale;
            h[i] = z[i] * block.gain[i] + block.shift[i];
        }
        for k in 0..m {
            let p = dot_by_hand(&block.up[k], &h);
            let t = (0.797_884_560_8 * (p + 0.044_715 * p * p * p)).tanh();
            (pre[k], th[k], hidden[k]) = (p, t, 0.5 * p * (1.0 + t));
        }
        hidden_bar.fill(0.0);
        for i in 0..n {
            let e = x[i] + dot_by_hand(&block.down[i], &hidden) - target[i];
            loss += e * e;
            let g = 2.0 * e;
            xb[i] = g;
            axpy(g, &block.down[i], &mut hidden_bar);
            axpy(g, &hidden, &mut db[i]);
        }
        hb.fill(0.0);
        for k in 0..m {
            let (p, t) = (pre[k], th[k]);
            let slope = 0.5 * (1.0 + t) + 0.5 * p * (1.0 - t * t) * 0.797_884_560_8 * (1.0 + 3.0 * 0.044_715 * p * p);
            let g = hidden_bar[k] * slope;
            axpy(g, &block.up[k], &mut hb);
            axpy(g, &h, &mut ub[k]);
        }
        let (mut s, mut sz) = (0.0, 0.0);
        for i in 0..n {
            gb[i] += hb[i] * z[i];
            sb[i] += hb[i];
            hb[i] *= block.gain[i];
            s += hb[i];
            sz += hb[i] * z[i];
        }
        for i in 0..n {
            xb[i] += scale * (hb[i] - s / nn - z[i] * sz / nn);
        }
    }
    (loss, ((gb, sb, ub, db), tb))
}

// ---- pairs that should be near, and all others ------------------------------------------------------------

#[differentiate]
fn normalised(x: &[f64]) -> Vec<f64> {
    let norm = x.iter().map(|v| v * v).sum::<f64>().sqrt();
    x.iter().map(|v| v / norm).collect()
}
#[differentiate]
fn log_sum_exp(x: &[f64]) -> f64 {
    let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    top + x.iter().map(|v| (v - top).exp()).sum::<f64>().ln()
}
#[differentiate]
pub fn contrasted(left: &[Vec<f64>], right: &[Vec<f64>], temperature: f64) -> f64 {
    let a: Vec<Vec<f64>> = left.iter().map(|x| normalised(x)).collect();
    let b: Vec<Vec<f64>> = right.iter().map(|x| normalised(x)).collect();
    let mut loss = 0.0;
    for (i, x) in a.iter().enumerate() {
        let scores: Vec<f64> = b.iter().map(|y| dot(x, y) / temperature).collect();
        loss += log_sum_exp(&scores) - scores[i];
    }
    loss / a.len() as f64
}
pub fn contrasted_by_hand(left: &[Vec<f64>], right: &[Vec<f64>], temperature: f64) -> (f64, (Vec<Vec<f64>>, Vec<Vec<f64>>, f64)) {
    let n = left.len();
    let unit = |xs: &[Vec<f64>]| -> (Vec<Vec<f64>>, Vec<f64>) {
        xs.iter()
            .map(|x| {
                let norm = dot_by_hand(x, x).sqrt();
                (x.iter().map(|v| v / norm).collect::<Vec<_>>(), norm)
            })
            .unzip()
    };
    let ((a, na), (b, nb)) = (unit(left), unit(right));
    let zeros = |xs: &[Vec<f64>]| xs.iter().map(|x| vec![0.0; x.len()]).collect::<Vec<_>>();
    let (mut ab, mut bb) = (zeros(&a), zeros(&b));
    let (mut loss, mut tb) = (0.0, 0.0);
    let mut scores = vec![0.0; n];
    let share = 1.0 / n as f64;
    for i in 0..n {
        let mut top = f64::NEG_INFINITY;
        for (s, y) in scores.iter_mut().zip(&b) {
            *s = dot_by_hand(&a[i], y) / temperature;
            top = top.max(*s);
        }
        let own = scores[i];
        let mut sum = 0.0;
        let mut mean = 0.0;
        for s in &mut scores {
            let e = (*s - top).exp();
            sum += e;
            mean += e * *s;
            *s = e;
        }
        loss += top + sum.ln() - own;
        let k = share / sum;
        tb -= (mean * k - own * share) / temperature;
        for j in 0..n {
            let g = (scores[j] * k - if i == j { share } else { 0.0 }) / temperature;
            axpy(g, &b[j], &mut ab[i]);
            axpy(g, &a[i], &mut bb[j]);
        }
    }
    let back = |bars: &mut [Vec<f64>], units: &[Vec<f64>], norms: &[f64]| {
        for ((bar, u), norm) in bars.iter_mut().zip(units).zip(norms) {
            let s = dot_by_hand(bar, u);
            for (b, u) in bar.iter_mut().zip(u) {
                *b = (*b - s * u) / norm;
            }
        }
    };
    back(&mut ab, &a, &na);
    back(&mut bb, &b, &nb);
    (loss * share, (ab, bb, tb))
}

// ---- a factorisation of counts ----------------------------------------------------------------------------

#[differentiate(wrt(w, h))]
pub fn divergence(counts: &[Vec<f64>], w: &[Vec<f64>], h: &[Vec<f64>]) -> f64 {
    let mut s = 0.0;
    for i in 0..counts.len() {
        for j in 0..counts[i].len() {
            let mut p = 0.0;
            for k in 0..h.len() {
                p += w[i][k] * h[k][j];
            }
            s += p - counts[i][j] * p.ln();
        }
    }
    s
}
pub fn divergence_by_hand(counts: &[Vec<f64>], w: &[Vec<f64>], h: &[Vec<f64>]) -> (f64, (Vec<Vec<f64>>, Vec<Vec<f64>>)) {
    let (m, r) = (counts[0].len(), h.len());
    let mut wb = vec![vec![0.0; r]; w.len()];
    let mut hb = vec![vec![0.0; m]; r];
    let mut p = vec![0.0; m];
    let mut s = 0.0;
    for ((x, w), wb) in counts.iter().zip(w).zip(&mut wb) {
        p.fill(0.0);
        for (w, h) in w.iter().zip(h) {
            axpy(*w, h, &mut p);
        }
        for (p, x) in p.iter_mut().zip(x) {
            s += *p - x * p.ln();
            *p = 1.0 - x / *p;
        }
        for k in 0..r {
            wb[k] = dot_by_hand(&p, &h[k]);
            axpy(w[k], &p, &mut hb[k]);
        }
    }
    (s, (wb, hb))
}

// ---- a tree whose decisions are soft ----------------------------------------------------------------------

#[differentiate(wrt(weights, leaves))]
pub fn soft_tree(weights: &[Vec<f64>], leaves: &[f64], x: &[Vec<f64>], y: &[f64]) -> f64 {
    let mut loss = 0.0;
    let inner = weights.len();
    for (row, t) in x.iter().zip(y) {
        let mut reach = vec![0.0; 2 * inner + 1];
        reach[0] = 1.0;
        for (node, w) in weights.iter().enumerate() {
            let right = 1.0 / (1.0 + (-dot(w, row)).exp());
            reach[2 * node + 1] = reach[node] * (1.0 - right);
            reach[2 * node + 2] = reach[node] * right;
        }
        let score: f64 = reach[inner..].iter().zip(leaves).map(|(p, l)| p * l).sum();
        loss += (score - t).powi(2);
    }
    loss
}
pub fn soft_tree_by_hand(weights: &[Vec<f64>], leaves: &[f64], x: &[Vec<f64>], y: &[f64]) -> (f64, (Vec<Vec<f64>>, Vec<f64>)) {
    let inner = weights.len();
    let mut wb: Vec<Vec<f64>> = weights.iter().map(|w| vec![0.0; w.len()]).collect();
    let mut lb = vec![0.0; leaves.len()];
    let (mut reach, mut right, mut below) = (vec![0.0; 2 * inner + 1], vec![0.0; inner], vec![0.0; 2 * inner + 1]);
    below[inner..].copy_from_slice(leaves);
    reach[0] = 1.0;
    let mut loss = 0.0;
    for (row, t) in x.iter().zip(y) {
        for (node, w) in weights.iter().enumerate() {
            let r = 1.0 / (1.0 + (-dot_by_hand(w, row)).exp());
            right[node] = r;
            reach[2 * node + 1] = reach[node] * (1.0 - r);
            reach[2 * node + 2] = reach[node] * r;
        }
        let e = dot_by_hand(&reach[inner..], leaves) - t;
        loss += e * e;
        axpy(2.0 * e, &reach[inner..], &mut lb);
        for node in (0..inner).rev() {
            let (l, u, r) = (below[2 * node + 1], below[2 * node + 2], right[node]);
            below[node] = l + r * (u - l);
            axpy(2.0 * e * reach[node] * (u - l) * r * (1.0 - r), row, &mut wb[node]);
        }
    }
    (loss, (wb, lb))
}

// ---- words and their neighbours ---------------------------------------------------------------------------

pub struct Occurrence {
    word: usize,
    near: usize,
    far: [usize; 4],
}
#[differentiate]
fn softplus(x: f64) -> f64 {
    if x > 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() }
}
#[differentiate(wrt(input, output))]
pub fn skip_gram(input: &[Vec<f64>], output: &[Vec<f64>], corpus: &[(usize, usize, [usize; 4])]) -> f64 {
    let mut loss = 0.0;
    for &(word, near, far) in corpus {
        loss += softplus(-dot(&input[word], &output[near]));
        for other in far {
            loss += softplus(dot(&input[word], &output[other]));
        }
    }
    loss
}
pub fn skip_gram_by_hand(input: &[Vec<f64>], output: &[Vec<f64>], corpus: &[Occurrence]) -> (f64, (Vec<Vec<f64>>, Vec<Vec<f64>>)) {
    let zeros = |xs: &[Vec<f64>]| xs.iter().map(|x| vec![0.0; x.len()]).collect::<Vec<_>>();
    let (mut ib, mut ob) = (zeros(input), zeros(output));
    let mut loss = 0.0;
    // The value and the slope, of one exponential.
    let plus = |x: f64| {
        let e = (-x.abs()).exp();
        (x.max(0.0) + e.ln_1p(), if x > 0.0 { 1.0 / (1.0 + e) } else { e / (1.0 + e) })
    };
    for o in corpus {
        let (u, ub) = (&input[o.word], &mut ib[o.word]);
        let (v, slope) = plus(-dot_by_hand(u, &output[o.near]));
        loss += v;
        axpy(-slope, &output[o.near], ub);
        axpy(-slope, u, &mut ob[o.near]);
        for f in o.far {
            let (v, slope) = plus(dot_by_hand(u, &output[f]));
            loss += v;
            axpy(slope, &output[f], ub);
            axpy(slope, u, &mut ob[f]);
        }
    }
    (loss, (ib, ob))
}

// ---- layers, element by element ---------------------------------------------------------------------------

#[differentiate]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
#[differentiate]
pub fn stacked(layers: &[Vec<Vec<f64>>], x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    for w in layers {
        let mut next = vec![0.0; w.len()];
        for i in 0..w.len() {
            next[i] = sigmoid(dot(&w[i], &a));
        }
        a = next;
    }
    a.iter().sum()
}
pub fn stacked_by_hand(layers: &[Vec<Vec<f64>>], x: &[f64]) -> (f64, (Vec<Vec<Vec<f64>>>, Vec<f64>)) {
    let mut kept = vec![x.to_vec()];
    for w in layers {
        let a = &kept[kept.len() - 1];
        let next = w.iter().map(|row| 1.0 / (1.0 + (-dot_by_hand(row, a)).exp())).collect();
        kept.push(next);
    }
    let last = &kept[layers.len()];
    let value = last.iter().sum();
    let mut bar = vec![1.0; last.len()];
    let mut wb: Vec<Vec<Vec<f64>>> = layers.iter().map(|w| w.iter().map(|row| vec![0.0; row.len()]).collect()).collect();
    for ((w, wb), at) in layers.iter().zip(&mut wb).enumerate().map(|(k, (a, b))| ((a, b), k)).rev() {
        let (a, out) = (&kept[at], &kept[at + 1]);
        let mut before = vec![0.0; a.len()];
        for i in 0..w.len() {
            let g = bar[i] * out[i] * (1.0 - out[i]);
            axpy(g, a, &mut wb[i]);
            axpy(g, &w[i], &mut before);
        }
        bar = before;
    }
    (value, (wb, bar))
}

pub fn cases() -> Vec<Case> {
    let mut r = Numbers::new(1501);
    let mut cases = Vec::new();
    let (tokens, targets) = (r.rows(20, 16, -1.0, 1.0), r.rows(20, 16, -1.0, 1.0));
    let block: &Block = Box::leak(Box::new(Block {
        gain: r.list(16, 0.5, 1.5).to_vec(),
        shift: r.list(16, -0.5, 0.5).to_vec(),
        up: r.rows(32, 16, -0.4, 0.4).clone(),
        down: r.rows(16, 32, -0.4, 0.4).clone(),
    }));
    cases.push(Case::new(
        "encoded",
        "20 tokens, 16-32-16",
        move || encoded(block, tokens, targets),
        move || encoded_by_hand(block, tokens, targets),
        move || {
            let (value, (b, t)) = encoded_grad(block, tokens, targets);
            (value, ((b.gain, b.shift, b.up, b.down), t))
        },
    ));
    let (a, b) = (r.rows(24, 16, -1.0, 1.0), r.rows(24, 16, -1.0, 1.0));
    cases.push(Case::new(
        "contrasted",
        "24 of 16",
        move || contrasted(a, b, 0.2),
        move || contrasted_by_hand(a, b, 0.2),
        move || contrasted_grad(a, b, 0.2),
    ));
    let (x, w, h) = (r.rows(30, 40, 0.0, 5.0), r.rows(30, 6, 0.2, 1.0), r.rows(6, 40, 0.2, 1.0));
    cases.push(Case::new(
        "divergence",
        "30 x 40 by 6",
        move || divergence(x, w, h),
        move || divergence_by_hand(x, w, h),
        move || divergence_grad(x, w, h),
    ));
    let (w, l, x, y) = (r.rows(15, 8, -1.0, 1.0), r.list(16, -1.0, 1.0), r.rows(100, 8, -1.0, 1.0), r.list(100, -1.0, 1.0));
    cases.push(Case::new(
        "soft_tree",
        "15 nodes of 8, n=100",
        move || soft_tree(w, l, x, y),
        move || soft_tree_by_hand(w, l, x, y),
        move || soft_tree_grad(w, l, x, y),
    ));
    let layers: &'static Vec<Vec<Vec<f64>>> = Box::leak(Box::new((0..4).map(|_| r.rows(24, 24, -1.0, 1.0).clone()).collect()));
    let x = r.list(24, -1.0, 1.0);
    cases.push(Case::new(
        "stacked",
        "4 of 24",
        move || stacked(layers, x),
        move || stacked_by_hand(layers, x),
        move || stacked_grad(layers, x),
    ));
    let (i, o) = (r.rows(60, 20, -0.5, 0.5), r.rows(60, 20, -0.5, 0.5));
    let corpus: &[(usize, usize, [usize; 4])] =
        (0..200).map(|_| (r.below(60), r.below(60), [r.below(60), r.below(60), r.below(60), r.below(60)])).collect::<Vec<_>>().leak();
    let by_hand: &[Occurrence] = corpus.iter().map(|&(word, near, far)| Occurrence { word, near, far }).collect::<Vec<_>>().leak();
    cases.push(Case::new(
        "skip_gram",
        "200 of 5, d=20",
        move || skip_gram(i, o, corpus),
        move || skip_gram_by_hand(i, o, by_hand),
        move || skip_gram_grad(i, o, corpus),
    ));
    cases
}
