//! Models as structs of lists, sums over lists in functions of their own, and a matrix that a function factorises in place.

use autodiff_core::{Differentiable, differentiate};

use super::Numbers;
use crate::measure::{Case, Flat};

// ---- a Gaussian process ------------------------------------------------------------------------------------

#[differentiate]
fn factor(a: &mut [Vec<f64>]) {
    let n = a.len();
    for j in 0..n {
        let mut d = a[j][j];
        for k in 0..j {
            d -= a[j][k] * a[j][k];
        }
        let d = d.sqrt();
        a[j][j] = d;
        for i in j + 1..n {
            let mut s = a[i][j];
            for k in 0..j {
                s -= a[i][k] * a[j][k];
            }
            a[i][j] = s / d;
        }
    }
}

#[differentiate(wrt(log_scale, log_length, log_noise))]
pub fn gp(log_scale: f64, log_length: f64, log_noise: f64, xs: &[[f64; 2]], ys: &[f64]) -> f64 {
    let n = xs.len();
    let (scale, noise) = (log_scale.exp(), log_noise.exp());
    let inv = (-2.0 * log_length).exp();
    let mut k = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let (dx, dy) = (xs[i][0] - xs[j][0], xs[i][1] - xs[j][1]);
            k[i][j] = scale * (-0.5 * inv * (dx * dx + dy * dy)).exp();
        }
        k[i][i] += noise;
    }
    factor(&mut k);
    let mut nll = 0.0;
    let mut z = vec![0.0; n];
    for i in 0..n {
        let mut s = ys[i];
        for j in 0..i {
            s -= k[i][j] * z[j];
        }
        z[i] = s / k[i][i];
        nll += 0.5 * z[i] * z[i] + k[i][i].ln();
    }
    nll
}

pub fn gp_by_hand(log_scale: f64, log_length: f64, log_noise: f64, xs: &[[f64; 2]], ys: &[f64]) -> (f64, (f64, f64, f64)) {
    let n = xs.len();
    let (scale, noise) = (log_scale.exp(), log_noise.exp());
    let inv = (-2.0 * log_length).exp();
    let mut k = vec![0.0; n * n];
    let mut kept = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let (dx, dy) = (xs[i][0] - xs[j][0], xs[i][1] - xs[j][1]);
            let r2 = dx * dx + dy * dy;
            let e = scale * (-0.5 * inv * r2).exp();
            k[i * n + j] = e;
            kept[i * n + j] = e;
        }
        k[i * n + i] += noise;
    }
    for j in 0..n {
        let (head, tail) = k.split_at_mut((j + 1) * n);
        let rj = &mut head[j * n..];
        let d = (rj[j] - rj[..j].iter().map(|x| x * x).sum::<f64>()).sqrt();
        rj[j] = d;
        for ri in tail.chunks_exact_mut(n) {
            let mut s = ri[j];
            for (a, b) in ri[..j].iter().zip(&rj[..j]) {
                s -= a * b;
            }
            ri[j] = s / d;
        }
    }
    let mut z = vec![0.0; n];
    let mut nll = 0.0;
    for i in 0..n {
        let mut s = ys[i];
        for j in 0..i {
            s -= k[i * n + j] * z[j];
        }
        z[i] = s / k[i * n + i];
        nll += 0.5 * z[i] * z[i] + k[i * n + i].ln();
    }
    // K_bar = 0.5 (K^-1 - alpha alpha^T)
    let mut alpha = z.clone();
    for i in (0..n).rev() {
        alpha[i] /= k[i * n + i];
        let a = alpha[i];
        for j in 0..i {
            alpha[j] -= a * k[i * n + j];
        }
    }
    // inverse of L by columns, row-major rows of L^-1
    let mut li = vec![0.0; n * n];
    for i in 0..n {
        let (head, tail) = li.split_at_mut(i * n);
        let ri = &mut tail[..n];
        for (j, rj) in head.chunks_exact(n).enumerate() {
            let l = k[i * n + j];
            for c in 0..=j {
                ri[c] -= l * rj[c];
            }
        }
        let d = 1.0 / k[i * n + i];
        for c in 0..i {
            ri[c] *= d;
        }
        ri[i] = d;
    }
    let (mut sb, mut lb, mut nb) = (0.0, 0.0, 0.0);
    let mut inverse = vec![0.0; n * n];
    for row in li.chunks_exact(n).enumerate() {
        let (m, r) = row;
        for i in 0..=m {
            let v = r[i];
            let out = &mut inverse[i * n..i * n + i + 1];
            for (o, x) in out.iter_mut().zip(&r[..=i]) {
                *o += v * x;
            }
        }
    }
    for i in 0..n {
        for j in 0..=i {
            let w = if i == j { 0.5 } else { 1.0 };
            let b = w * (inverse[i * n + j] - alpha[i] * alpha[j]);
            let e = kept[i * n + j];
            sb += b * e;
            let (dx, dy) = (xs[i][0] - xs[j][0], xs[i][1] - xs[j][1]);
            lb += b * e * inv * (dx * dx + dy * dy);
            if i == j {
                nb += b * noise;
            }
        }
    }
    (nll, (sb, lb, nb))
}

// ---- labels of a sequence ----------------------------------------------------------------------------------

#[differentiate]
fn log_sum(xs: &[f64]) -> f64 {
    let top = xs.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
    top + xs.iter().map(|x| (x - top).exp()).sum::<f64>().ln()
}
#[differentiate]
pub fn labels(emissions: &[Vec<f64>], transitions: &[Vec<f64>], tags: &[usize]) -> f64 {
    let k = transitions.len();
    let mut gold = emissions[0][tags[0]];
    let mut alpha = emissions[0].clone();
    let mut scores = vec![0.0; k];
    for t in 1..emissions.len() {
        gold += transitions[tags[t - 1]][tags[t]] + emissions[t][tags[t]];
        let mut next = vec![0.0; k];
        for j in 0..k {
            for i in 0..k {
                scores[i] = alpha[i] + transitions[i][j];
            }
            next[j] = log_sum(&scores) + emissions[t][j];
        }
        alpha = next;
    }
    log_sum(&alpha) - gold
}
pub fn labels_by_hand(emissions: &[Vec<f64>], transitions: &[Vec<f64>], tags: &[usize]) -> (f64, (Vec<Vec<f64>>, Vec<Vec<f64>>)) {
    let (n, k) = (emissions.len(), transitions.len());
    let mut tb = vec![0.0; k * k];
    let tr: Vec<f64> = (0..k * k).map(|c| transitions[c % k][c / k]).collect(); // by columns
    let mut eb: Vec<Vec<f64>> = vec![vec![0.0; k]; n];
    let mut alphas = vec![0.0; n * k];
    let mut weights = vec![0.0; n * k * k];
    alphas[..k].copy_from_slice(&emissions[0]);
    let mut gold = emissions[0][tags[0]];
    for t in 1..n {
        gold += transitions[tags[t - 1]][tags[t]] + emissions[t][tags[t]];
        let (head, tail) = alphas.split_at_mut(t * k);
        let a = &head[(t - 1) * k..];
        for j in 0..k {
            let w = &mut weights[(t * k + j) * k..][..k];
            let mut top = f64::NEG_INFINITY;
            for i in 0..k {
                w[i] = a[i] + tr[j * k + i];
                top = top.max(w[i]);
            }
            let mut s = 0.0;
            for x in w.iter_mut() {
                *x = (*x - top).exp();
                s += *x;
            }
            let inv = 1.0 / s;
            for x in w.iter_mut() {
                *x *= inv;
            }
            tail[j] = top + s.ln() + emissions[t][j];
        }
    }
    let last = &alphas[(n - 1) * k..];
    let top = last.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
    let s: f64 = last.iter().map(|x| (x - top).exp()).sum();
    let mut ab: Vec<f64> = last.iter().map(|x| (x - top).exp() / s).collect();
    let value = top + s.ln() - gold;
    let mut prev = vec![0.0; k];
    for t in (1..n).rev() {
        prev.fill(0.0);
        for j in 0..k {
            let b = ab[j];
            eb[t][j] += b;
            let w = &weights[(t * k + j) * k..][..k];
            for i in 0..k {
                let c = b * w[i];
                prev[i] += c;
                tb[j * k + i] += c;
            }
        }
        eb[t][tags[t]] -= 1.0;
        tb[tags[t] * k + tags[t - 1]] -= 1.0;
        std::mem::swap(&mut ab, &mut prev);
    }
    for j in 0..k {
        eb[0][j] += ab[j];
    }
    eb[0][tags[0]] -= 1.0;
    (value, (eb, (0..k).map(|i| (0..k).map(|j| tb[j * k + i]).collect()).collect()))
}

// ---- ratings -----------------------------------------------------------------------------------------------

pub struct Rating {
    pub user: usize,
    pub item: usize,
    pub stars: f64,
}
#[derive(Differentiable, Clone)]
pub struct Factors {
    pub users: Vec<Vec<f64>>,
    pub items: Vec<Vec<f64>>,
    pub user_bias: Vec<f64>,
    pub item_bias: Vec<f64>,
    pub mean: f64,
}
#[differentiate]
fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
#[differentiate(wrt(f))]
pub fn ratings_loss(f: &Factors, ratings: &[Rating], lambda: f64) -> f64 {
    let mut loss = 0.0;
    for r in ratings {
        let (u, i) = (&f.users[r.user], &f.items[r.item]);
        let predicted = f.mean + f.user_bias[r.user] + f.item_bias[r.item] + inner(u, i);
        let e = r.stars - predicted;
        loss += e * e + lambda * (inner(u, u) + inner(i, i));
    }
    loss
}
pub fn ratings_by_hand(f: &Factors, ratings: &[Rating], lambda: f64) -> (f64, (Vec<Vec<f64>>, Vec<Vec<f64>>, Vec<f64>, Vec<f64>, f64)) {
    let d = f.users[0].len();
    let (mut ub, mut ib) = (vec![vec![0.0; d]; f.users.len()], vec![vec![0.0; d]; f.items.len()]);
    let (mut ubb, mut ibb) = (vec![0.0; f.users.len()], vec![0.0; f.items.len()]);
    let mut mb = 0.0;
    let mut loss = 0.0;
    for r in ratings {
        let (u, i) = (&f.users[r.user], &f.items[r.item]);
        let (mut s, mut q) = (0.0, 0.0);
        for (a, b) in u.iter().zip(i) {
            s += a * b;
            q += a * a + b * b;
        }
        let e = r.stars - (f.mean + f.user_bias[r.user] + f.item_bias[r.item] + s);
        loss += e * e + lambda * q;
        let b = -2.0 * e;
        mb += b;
        ubb[r.user] += b;
        ibb[r.item] += b;
        for ((gu, gi), (a, c)) in ub[r.user].iter_mut().zip(ib[r.item].iter_mut()).zip(u.iter().zip(i)) {
            *gu += b * c + 2.0 * lambda * a;
            *gi += b * a + 2.0 * lambda * c;
        }
    }
    (loss, (ub, ib, ubb, ibb, mb))
}
impl Flat for FactorsCotangent {
    fn flat(&self, v: &mut Vec<f64>) {
        self.users.flat(v);
        self.items.flat(v);
        self.user_bias.flat(v);
        self.item_bias.flat(v);
        v.push(self.mean);
    }
}

// ---- a transport plan --------------------------------------------------------------------------------------

#[differentiate(wrt(cost))]
pub fn sinkhorn(cost: &[Vec<f64>], a: &[f64], b: &[f64], epsilon: f64, rounds: usize) -> f64 {
    let (n, m) = (a.len(), b.len());
    let kernel: Vec<Vec<f64>> = cost.iter().map(|row| row.iter().map(|c| (-c / epsilon).exp()).collect()).collect();
    let mut u = vec![1.0; n];
    let mut v = vec![1.0; m];
    for _ in 0..rounds {
        for i in 0..n {
            let s: f64 = kernel[i].iter().zip(&v).map(|(k, v)| k * v).sum();
            u[i] = a[i] / s;
        }
        for j in 0..m {
            let mut s = 0.0;
            for i in 0..n {
                s += kernel[i][j] * u[i];
            }
            v[j] = b[j] / s;
        }
    }
    let mut total = 0.0;
    for i in 0..n {
        for j in 0..m {
            total += u[i] * kernel[i][j] * v[j] * cost[i][j];
        }
    }
    total
}
pub fn sinkhorn_by_hand(cost: &[Vec<f64>], a: &[f64], b: &[f64], epsilon: f64, rounds: usize) -> (f64, Vec<Vec<f64>>) {
    let (n, m) = (a.len(), b.len());
    let inv = 1.0 / epsilon;
    let k: Vec<f64> = cost.iter().flatten().map(|c| (-c * inv).exp()).collect();
    let mut us = vec![1.0; n * (rounds + 1)];
    let mut vs = vec![1.0; m * (rounds + 1)];
    for r in 0..rounds {
        let (vh, vt) = vs.split_at_mut((r + 1) * m);
        let v = &vh[r * m..];
        let u = &mut us[(r + 1) * n..(r + 2) * n];
        let w = &mut vt[..m];
        w.fill(0.0);
        for i in 0..n {
            let row = &k[i * m..(i + 1) * m];
            let mut s = 0.0;
            for (k, v) in row.iter().zip(v) {
                s += k * v;
            }
            u[i] = a[i] / s;
            for (w, k) in w.iter_mut().zip(row) {
                *w += k * u[i];
            }
        }
        for j in 0..m {
            w[j] = b[j] / w[j];
        }
    }
    let (u, v) = (&us[rounds * n..], &vs[rounds * m..]);
    let mut kb = vec![0.0; n * m];
    let mut g: Vec<Vec<f64>> = vec![vec![0.0; m]; n];
    let mut ub = vec![0.0; n];
    let mut vb = vec![0.0; m];
    let mut total = 0.0;
    for i in 0..n {
        for j in 0..m {
            let (k, c) = (k[i * m + j], cost[i][j]);
            let kv = k * v[j];
            total += u[i] * kv * c;
            kb[i * m + j] = u[i] * v[j] * c;
            ub[i] += kv * c;
            vb[j] += u[i] * k * c;
            g[i][j] = u[i] * kv;
        }
    }
    let mut sb = vec![0.0; m];
    for r in (0..rounds).rev() {
        let (u, v, w) = (&us[(r + 1) * n..(r + 2) * n], &vs[r * m..(r + 1) * m], &vs[(r + 1) * m..(r + 2) * m]);
        for j in 0..m {
            sb[j] = -vb[j] * w[j] * w[j] / b[j];
        }
        vb.fill(0.0);
        for i in 0..n {
            let (row, out) = (&k[i * m..(i + 1) * m], &mut kb[i * m..(i + 1) * m]);
            let ui = u[i];
            let mut s = ub[i];
            for j in 0..m {
                s += sb[j] * row[j];
            }
            let t = -s * ui * ui / a[i];
            for j in 0..m {
                out[j] += sb[j] * ui + t * v[j];
                vb[j] += t * row[j];
            }
        }
        ub.fill(0.0);
    }
    for i in 0..n {
        for j in 0..m {
            g[i][j] -= kb[i * m + j] * k[i * m + j] * inv;
        }
    }
    (total, g)
}

// ---- a block of a transformer ------------------------------------------------------------------------------

#[differentiate]
fn linear(w: &[Vec<f64>], x: &[f64]) -> Vec<f64> {
    w.iter().map(|row| row.iter().zip(x).map(|(a, b)| a * b).sum()).collect()
}
#[differentiate]
fn layer_norm(x: &[f64], gain: &[f64], bias: &[f64]) -> Vec<f64> {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let var = x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n;
    let inv = 1.0 / (var + 1e-5).sqrt();
    x.iter().zip(gain).zip(bias).map(|((v, g), b)| g * (v - mean) * inv + b).collect()
}
#[differentiate]
fn gelu(x: f64) -> f64 {
    0.5 * x * (1.0 + (0.7978845608 * (x + 0.044715 * x * x * x)).tanh())
}
#[derive(Differentiable, Clone)]
pub struct Block {
    pub gain: Vec<f64>,
    pub bias: Vec<f64>,
    pub up: Vec<Vec<f64>>,
    pub down: Vec<Vec<f64>>,
}
#[differentiate]
pub fn feed_forward(block: &Block, tokens: &[Vec<f64>]) -> f64 {
    let mut loss = 0.0;
    for token in tokens {
        let normed = layer_norm(token, &block.gain, &block.bias);
        let hidden: Vec<f64> = linear(&block.up, &normed).into_iter().map(gelu).collect();
        let out = linear(&block.down, &hidden);
        loss += out.iter().zip(token).map(|(o, t)| (o + t).powi(2)).sum::<f64>();
    }
    loss / tokens.len() as f64
}
pub fn feed_forward_by_hand(
    block: &Block,
    tokens: &[Vec<f64>],
) -> (f64, ((Vec<f64>, Vec<f64>, Vec<Vec<f64>>, Vec<Vec<f64>>), Vec<Vec<f64>>)) {
    let (d, h) = (block.gain.len(), block.up.len());
    let (mut gb, mut bbar) = (vec![0.0; d], vec![0.0; d]);
    let (mut ub, mut db) = (vec![vec![0.0; d]; h], vec![vec![0.0; h]; d]);
    let mut tokens_b = Vec::with_capacity(tokens.len());
    let (mut hat, mut normed, mut nb) = (vec![0.0; d], vec![0.0; d], vec![0.0; d]);
    let (mut hid, mut slope, mut hb) = (vec![0.0; h], vec![0.0; h], vec![0.0; h]);
    let nt = tokens.len() as f64;
    let n = d as f64;
    let mut loss = 0.0;
    for t in tokens {
        let mean = t.iter().sum::<f64>() / n;
        let var = t.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n;
        let inv = 1.0 / (var + 1e-5).sqrt();
        for i in 0..d {
            hat[i] = (t[i] - mean) * inv;
            normed[i] = block.gain[i] * hat[i] + block.bias[i];
        }
        for (k, row) in block.up.iter().enumerate() {
            let x: f64 = row.iter().zip(&normed).map(|(a, b)| a * b).sum();
            let y = (0.7978845608 * (x + 0.044715 * x * x * x)).tanh();
            hid[k] = 0.5 * x * (1.0 + y);
            slope[k] = 0.5 * (1.0 + y) + 0.5 * x * (1.0 - y * y) * 0.7978845608 * (1.0 + 3.0 * 0.044715 * x * x);
        }
        hb.fill(0.0);
        let mut tb = vec![0.0; d];
        for i in 0..d {
            let o: f64 = block.down[i].iter().zip(&hid).map(|(a, b)| a * b).sum::<f64>() + t[i];
            loss += o * o;
            let b = 2.0 * o / nt;
            tb[i] = b;
            for ((g, x), (hb, w)) in db[i].iter_mut().zip(&hid).zip(hb.iter_mut().zip(&block.down[i])) {
                *g += b * x;
                *hb += b * w;
            }
        }
        nb.fill(0.0);
        for k in 0..h {
            let b = hb[k] * slope[k];
            for ((g, x), (nb, w)) in ub[k].iter_mut().zip(&normed).zip(nb.iter_mut().zip(&block.up[k])) {
                *g += b * x;
                *nb += b * w;
            }
        }
        let (mut s1, mut s2) = (0.0, 0.0);
        for i in 0..d {
            gb[i] += nb[i] * hat[i];
            bbar[i] += nb[i];
            nb[i] *= block.gain[i];
            s1 += nb[i];
            s2 += nb[i] * hat[i];
        }
        for i in 0..d {
            tb[i] += inv * (nb[i] - s1 / n - hat[i] * s2 / n);
        }
        tokens_b.push(tb);
    }
    (loss / nt, ((gb, bbar, ub, db), tokens_b))
}
impl Flat for BlockCotangent {
    fn flat(&self, v: &mut Vec<f64>) {
        self.gain.flat(v);
        self.bias.flat(v);
        self.up.flat(v);
        self.down.flat(v);
    }
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut r = Numbers::new(307);

    {
        let xs: &'static [[f64; 2]] = (0..50).map(|_| [r.between(-2.0, 2.0), r.between(-2.0, 2.0)]).collect::<Vec<_>>().leak();
        let ys = r.list(50, -1.0, 1.0);
        cases.push(Case::new(
            "gp",
            "n=50",
            move || gp(0.2, -0.3, -2.0, xs, ys),
            move || gp_by_hand(0.2, -0.3, -2.0, xs, ys),
            move || gp_grad(0.2, -0.3, -2.0, xs, ys),
        ));
    }

    {
        let e = r.rows(60, 9, -1.0, 1.0);
        let t = r.rows(9, 9, -1.0, 1.0);
        let tags: &'static [usize] = (0..60).map(|_| r.below(9)).collect::<Vec<_>>().leak();
        cases.push(Case::new(
            "labels",
            "9 labels, 60 words",
            move || labels(e, t, tags),
            move || labels_by_hand(e, t, tags),
            move || labels_grad(e, t, tags),
        ));
    }

    {
        let f: &'static Factors = Box::leak(Box::new(Factors {
            users: r.rows(60, 10, -0.5, 0.5).clone(),
            items: r.rows(80, 10, -0.5, 0.5).clone(),
            user_bias: r.list(60, -0.5, 0.5).to_vec(),
            item_bias: r.list(80, -0.5, 0.5).to_vec(),
            mean: 3.2,
        }));
        let rs: &'static [Rating] =
            (0..1000).map(|_| Rating { user: r.below(60), item: r.below(80), stars: r.between(1.0, 5.0) }).collect::<Vec<_>>().leak();
        cases.push(Case::new(
            "ratings",
            "d=10 n=1000",
            move || ratings_loss(f, rs, 0.02),
            move || ratings_by_hand(f, rs, 0.02),
            move || ratings_loss_grad(f, rs, 0.02),
        ));
    }

    {
        let c = r.rows(30, 40, 0.0, 1.0);
        let a: &'static [f64] = vec![1.0 / 30.0; 30].leak();
        let b: &'static [f64] = vec![1.0 / 40.0; 40].leak();
        cases.push(Case::new(
            "sinkhorn",
            "30 x 40, 20 rounds",
            move || sinkhorn(c, a, b, 0.2, 20),
            move || sinkhorn_by_hand(c, a, b, 0.2, 20),
            move || sinkhorn_grad(c, a, b, 0.2, 20),
        ));
    }

    {
        let block: &'static Block = Box::leak(Box::new(Block {
            gain: r.list(16, 0.5, 1.5).to_vec(),
            bias: r.list(16, -0.1, 0.1).to_vec(),
            up: r.rows(48, 16, -0.4, 0.4).clone(),
            down: r.rows(16, 48, -0.3, 0.3).clone(),
        }));
        let t = r.rows(30, 16, -1.0, 1.0);
        cases.push(Case::new(
            "feed_forward",
            "16-48-16 n=30",
            move || feed_forward(block, t),
            move || feed_forward_by_hand(block, t),
            move || feed_forward_grad(block, t),
        ));
    }
    cases
}
