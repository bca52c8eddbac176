//! Networks in plain loops, with weights in lists of lists and in flat lists.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

// ---- a perceptron with lists of lists ----------------------------------------------------------------------

#[differentiate]
fn dense(w: &[Vec<f64>], b: &[f64], x: &[f64]) -> Vec<f64> {
    let mut out = Vec::with_capacity(w.len());
    for (row, bias) in w.iter().zip(b) {
        let mut s = *bias;
        for (a, v) in row.iter().zip(x) {
            s += a * v;
        }
        out.push(s.tanh());
    }
    out
}

#[differentiate(wrt(w1, b1, w2, b2))]
pub fn perceptron(w1: &[Vec<f64>], b1: &[f64], w2: &[Vec<f64>], b2: &[f64], xs: &[Vec<f64>], ys: &[Vec<f64>]) -> f64 {
    let mut loss = 0.0;
    for (x, y) in xs.iter().zip(ys) {
        let hidden = dense(w1, b1, x);
        let out = dense(w2, b2, &hidden);
        for (o, t) in out.iter().zip(y) {
            loss += (o - t) * (o - t);
        }
    }
    loss / xs.len() as f64
}

type Layers = (Vec<Vec<f64>>, Vec<f64>, Vec<Vec<f64>>, Vec<f64>);

pub fn perceptron_by_hand(w1: &[Vec<f64>], b1: &[f64], w2: &[Vec<f64>], b2: &[f64], xs: &[Vec<f64>], ys: &[Vec<f64>]) -> (f64, Layers) {
    let forward = |w: &[Vec<f64>], b: &[f64], x: &[f64], out: &mut [f64]| {
        for ((row, bias), o) in w.iter().zip(b).zip(out) {
            *o = row.iter().zip(x).fold(*bias, |s, (a, v)| s + a * v).tanh();
        }
    };
    let zeros = |w: &[Vec<f64>]| w.iter().map(|r| vec![0.0; r.len()]).collect::<Vec<_>>();
    let (mut w1_bar, mut w2_bar) = (zeros(w1), zeros(w2));
    let (mut b1_bar, mut b2_bar) = (vec![0.0; b1.len()], vec![0.0; b2.len()]);
    let (mut hidden, mut out, mut hidden_bar) = (vec![0.0; b1.len()], vec![0.0; b2.len()], vec![0.0; b1.len()]);
    let scale = 2.0 / xs.len() as f64;
    let mut loss = 0.0;
    for (x, y) in xs.iter().zip(ys) {
        forward(w1, b1, x, &mut hidden);
        forward(w2, b2, &hidden, &mut out);
        hidden_bar.fill(0.0);
        for (k, (o, t)) in out.iter().zip(y).enumerate() {
            loss += (o - t) * (o - t);
            let s_bar = scale * (o - t) * (1.0 - o * o);
            b2_bar[k] += s_bar;
            for (((b, hb), h), w) in w2_bar[k].iter_mut().zip(&mut hidden_bar).zip(&hidden).zip(&w2[k]) {
                *b += s_bar * h;
                *hb += s_bar * w;
            }
        }
        for (k, (h, hb)) in hidden.iter().zip(&hidden_bar).enumerate() {
            let s_bar = hb * (1.0 - h * h);
            b1_bar[k] += s_bar;
            for (b, v) in w1_bar[k].iter_mut().zip(x) {
                *b += s_bar * v;
            }
        }
    }
    (loss / xs.len() as f64, (w1_bar, b1_bar, w2_bar, b2_bar))
}

// ---- a recurrent network -----------------------------------------------------------------------------------

#[differentiate(wrt(wx, wh, bias))]
pub fn recurrent(wx: &[f64], wh: &[f64], bias: &[f64], xs: &[Vec<f64>], targets: &[f64]) -> f64 {
    let n = bias.len();
    let d = xs[0].len();
    let mut h = vec![0.0; n];
    let mut loss = 0.0;
    for t in 0..xs.len() {
        let mut next = vec![0.0; n];
        for i in 0..n {
            let mut s = bias[i];
            for j in 0..d {
                s += wx[i * d + j] * xs[t][j];
            }
            for j in 0..n {
                s += wh[i * n + j] * h[j];
            }
            next[i] = s.tanh();
        }
        h = next;
        let e = h.iter().sum::<f64>() - targets[t];
        loss += e * e;
    }
    loss
}

pub fn recurrent_by_hand(wx: &[f64], wh: &[f64], bias: &[f64], xs: &[Vec<f64>], targets: &[f64]) -> (f64, (Vec<f64>, Vec<f64>, Vec<f64>)) {
    let n = bias.len();
    let d = xs[0].len();
    let mut states = vec![0.0; (xs.len() + 1) * n];
    let mut errors = Vec::with_capacity(xs.len());
    let mut loss = 0.0;
    for (t, x) in xs.iter().enumerate() {
        let (h, next) = states[t * n..].split_at_mut(n);
        for i in 0..n {
            let s = wx[i * d..][..d].iter().zip(x).fold(bias[i], |s, (w, x)| s + w * x);
            next[i] = wh[i * n..][..n].iter().zip(&*h).fold(s, |s, (w, h)| s + w * h).tanh();
        }
        let e = next[..n].iter().sum::<f64>() - targets[t];
        loss += e * e;
        errors.push(e);
    }
    let (mut wx_bar, mut wh_bar, mut bias_bar) = (vec![0.0; n * d], vec![0.0; n * n], vec![0.0; n]);
    let (mut h_bar, mut before_bar) = (vec![0.0; n], vec![0.0; n]);
    for (t, x) in xs.iter().enumerate().rev() {
        let (h, next) = states[t * n..].split_at(n);
        before_bar.fill(0.0);
        for i in 0..n {
            let s_bar = (h_bar[i] + 2.0 * errors[t]) * (1.0 - next[i] * next[i]);
            bias_bar[i] += s_bar;
            for (b, x) in wx_bar[i * d..][..d].iter_mut().zip(x) {
                *b += s_bar * x;
            }
            for (((b, hb), w), h) in wh_bar[i * n..][..n].iter_mut().zip(&mut before_bar).zip(&wh[i * n..][..n]).zip(h) {
                *b += s_bar * h;
                *hb += s_bar * w;
            }
        }
        std::mem::swap(&mut h_bar, &mut before_bar);
    }
    (loss, (wx_bar, wh_bar, bias_bar))
}

// ---- attention ---------------------------------------------------------------------------------------------

#[differentiate]
pub fn attention(q: &[f64], k: &[f64], v: &[f64], d: usize) -> f64 {
    let n = q.len() / d;
    let scale = 1.0 / (d as f64).sqrt();
    let mut loss = 0.0;
    let mut scores = vec![0.0; n];
    let mut out = vec![0.0; d];
    for i in 0..n {
        let mut top = f64::NEG_INFINITY;
        for j in 0..n {
            let mut s = 0.0;
            for l in 0..d {
                s += q[i * d + l] * k[j * d + l];
            }
            scores[j] = s * scale;
            top = top.max(scores[j]);
        }
        let mut total = 0.0;
        for j in 0..n {
            scores[j] = (scores[j] - top).exp();
            total += scores[j];
        }
        for l in 0..d {
            out[l] = 0.0;
        }
        for j in 0..n {
            let w = scores[j] / total;
            for l in 0..d {
                out[l] += w * v[j * d + l];
            }
        }
        for l in 0..d {
            loss += out[l] * out[l];
        }
    }
    loss
}

pub fn attention_by_hand(q: &[f64], k: &[f64], v: &[f64], d: usize) -> (f64, (Vec<f64>, Vec<f64>, Vec<f64>)) {
    let n = q.len() / d;
    let scale = 1.0 / (d as f64).sqrt();
    let (mut q_bar, mut k_bar, mut v_bar) = (vec![0.0; q.len()], vec![0.0; k.len()], vec![0.0; v.len()]);
    let (mut w, mut w_bar, mut out) = (vec![0.0; n], vec![0.0; n], vec![0.0; d]);
    let dot = |a: &[f64], b: &[f64]| {
        let mut lanes = [0.0; 8];
        let (x, y) = (a.chunks_exact(8), b.chunks_exact(8));
        let rest: f64 = x.remainder().iter().zip(y.remainder()).map(|(a, b)| a * b).sum();
        for (x, y) in x.zip(y) {
            for l in 0..8 {
                lanes[l] += x[l] * y[l];
            }
        }
        lanes.iter().sum::<f64>() + rest
    };
    let mut loss = 0.0;
    for (qi, qb) in q.chunks_exact(d).zip(q_bar.chunks_exact_mut(d)) {
        let mut top = f64::NEG_INFINITY;
        for (w, kj) in w.iter_mut().zip(k.chunks_exact(d)) {
            *w = qi.iter().zip(kj).fold(0.0, |s, (a, b)| s + a * b) * scale;
            top = top.max(*w);
        }
        let mut total = 0.0;
        for w in &mut w {
            *w = (*w - top).exp();
            total += *w;
        }
        out.fill(0.0);
        for (w, vj) in w.iter_mut().zip(v.chunks_exact(d)) {
            *w /= total;
            for (o, v) in out.iter_mut().zip(vj) {
                *o += *w * v;
            }
        }
        for o in &mut out {
            loss += *o * *o;
            *o *= 2.0;
        }
        let mut shared = 0.0;
        for (((w, wb), vj), vb) in w.iter().zip(&mut w_bar).zip(v.chunks_exact(d)).zip(v_bar.chunks_exact_mut(d)) {
            *wb = dot(&out, vj);
            shared += *wb * w;
            for (b, o) in vb.iter_mut().zip(&out) {
                *b += w * o;
            }
        }
        for (((w, wb), kj), kb) in w.iter().zip(&w_bar).zip(k.chunks_exact(d)).zip(k_bar.chunks_exact_mut(d)) {
            let s_bar = w * (wb - shared) * scale;
            for (((qb, kb), q), k) in qb.iter_mut().zip(kb).zip(qi).zip(kj) {
                *qb += s_bar * k;
                *kb += s_bar * q;
            }
        }
    }
    (loss, (q_bar, k_bar, v_bar))
}

// ---- a convolution -----------------------------------------------------------------------------------------

#[differentiate]
pub fn convolved(image: &[f64], kernel: &[f64], n: usize, k: usize) -> f64 {
    let m = n - k + 1;
    let mut sum = 0.0;
    for i in 0..m {
        for j in 0..m {
            let mut s = 0.0;
            for a in 0..k {
                for b in 0..k {
                    s += kernel[a * k + b] * image[(i + a) * n + j + b];
                }
            }
            sum += s.max(0.0) * s;
        }
    }
    sum
}

pub fn convolved_by_hand(image: &[f64], kernel: &[f64], n: usize, k: usize) -> (f64, (Vec<f64>, Vec<f64>)) {
    let m = n - k + 1;
    let (mut image_bar, mut kernel_bar) = (vec![0.0; image.len()], vec![0.0; kernel.len()]);
    let mut s = vec![0.0; m];
    let mut sum = 0.0;
    for i in 0..m {
        // A row of sums at once.
        s.fill(0.0);
        for a in 0..k {
            for b in 0..k {
                let w = kernel[a * k + b];
                for (s, x) in s.iter_mut().zip(&image[(i + a) * n + b..][..m]) {
                    *s += w * x;
                }
            }
        }
        for s in &mut s {
            sum += s.max(0.0) * *s;
            *s = 2.0 * s.max(0.0);
        }
        for a in 0..k {
            for b in 0..k {
                let w = kernel[a * k + b];
                let x = &image[(i + a) * n + b..][..m];
                let x_bar = &mut image_bar[(i + a) * n + b..][..m];
                let mut lanes = [0.0; 8];
                let whole = m / 8 * 8;
                for j in (0..whole).step_by(8) {
                    let (s, x, x_bar) = (&s[j..j + 8], &x[j..j + 8], &mut x_bar[j..j + 8]);
                    for l in 0..8 {
                        lanes[l] += s[l] * x[l];
                        x_bar[l] += s[l] * w;
                    }
                }
                let mut total: f64 = lanes.iter().sum();
                for j in whole..m {
                    total += s[j] * x[j];
                    x_bar[j] += s[j] * w;
                }
                kernel_bar[a * k + b] += total;
            }
        }
    }
    (sum, (image_bar, kernel_bar))
}

pub fn cases() -> Vec<Case> {
    let mut r = Numbers::new(83);
    let mut cases = Vec::new();
    let lists = |r: &mut Numbers, n: usize, m: usize, size: f64| -> &'static [Vec<f64>] {
        (0..n).map(|_| r.list(m, -size, size).to_vec()).collect::<Vec<_>>().leak()
    };
    let (w1, b1, w2, b2) = (lists(&mut r, 24, 16, 0.5), r.list(24, -0.5, 0.5), lists(&mut r, 4, 24, 0.5), r.list(4, -0.5, 0.5));
    let (xs, ys) = (lists(&mut r, 50, 16, 1.0), lists(&mut r, 50, 4, 1.0));
    cases.push(Case::new(
        "perceptron",
        "16-24-4 n=50",
        move || perceptron(w1, b1, w2, b2, xs, ys),
        move || perceptron_by_hand(w1, b1, w2, b2, xs, ys),
        move || perceptron_grad(w1, b1, w2, b2, xs, ys),
    ));
    let (wx, wh, bias) = (r.list(16 * 8, -0.4, 0.4), r.list(16 * 16, -0.3, 0.3), r.list(16, -0.2, 0.2));
    let (xs, targets) = (lists(&mut r, 60, 8, 1.0), r.list(60, -1.0, 1.0));
    cases.push(Case::new(
        "recurrent",
        "8-16, 60 steps",
        move || recurrent(wx, wh, bias, xs, targets),
        move || recurrent_by_hand(wx, wh, bias, xs, targets),
        move || recurrent_grad(wx, wh, bias, xs, targets),
    ));
    let (q, k, v) = (r.list(32 * 16, -1.0, 1.0), r.list(32 * 16, -1.0, 1.0), r.list(32 * 16, -1.0, 1.0));
    cases.push(Case::new(
        "attention",
        "n=32 d=16",
        move || attention(q, k, v, 16),
        move || attention_by_hand(q, k, v, 16),
        move || attention_grad(q, k, v, 16),
    ));
    let (image, kernel) = (r.list(40 * 40, -1.0, 1.0), r.list(5 * 5, -1.0, 1.0));
    cases.push(Case::new(
        "convolution",
        "n=40 k=5",
        move || convolved(image, kernel, 40, 5),
        move || convolved_by_hand(image, kernel, 40, 5),
        move || convolved_grad(image, kernel, 40, 5),
    ));
    cases
}
