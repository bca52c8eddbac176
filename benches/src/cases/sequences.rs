//! Sequences: a filter with feedback, an alignment by dynamic programming, a network with a state, payoffs along paths.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

// ---- a filter with feedback --------------------------------------------------------------------------------

#[differentiate(wrt(b, a))]
pub fn biquads(b: &[[f64; 3]], a: &[[f64; 2]], signal: &[f64], target: &[f64]) -> f64 {
    let mut states = vec![[0.0; 2]; b.len()];
    let mut misfit = 0.0;
    for n in 0..signal.len() {
        let mut x = signal[n];
        for k in 0..b.len() {
            let y = b[k][0] * x + states[k][0];
            states[k][0] = b[k][1] * x - a[k][0] * y + states[k][1];
            states[k][1] = b[k][2] * x - a[k][1] * y;
            x = y;
        }
        misfit += (x - target[n]) * (x - target[n]);
    }
    misfit
}

type Sections = (Vec<[f64; 3]>, Vec<[f64; 2]>);

pub fn biquads_by_hand(b: &[[f64; 3]], a: &[[f64; 2]], signal: &[f64], target: &[f64]) -> (f64, Sections) {
    let (sections, n) = (b.len(), signal.len());
    // What goes into each section, and what comes out of the last one.
    let mut kept = vec![0.0; n * (sections + 1)];
    let mut states = vec![[0.0; 2]; sections];
    let mut misfit = 0.0;
    for ((row, s), t) in kept.chunks_exact_mut(sections + 1).zip(signal).zip(target) {
        row[0] = *s;
        for k in 0..sections {
            let x = row[k];
            let y = b[k][0] * x + states[k][0];
            states[k] = [b[k][1] * x - a[k][0] * y + states[k][1], b[k][2] * x - a[k][1] * y];
            row[k + 1] = y;
        }
        misfit += (row[sections] - t) * (row[sections] - t);
    }
    let (mut b_bar, mut a_bar, mut bars) = (vec![[0.0; 3]; sections], vec![[0.0; 2]; sections], vec![[0.0; 2]; sections]);
    for (row, t) in kept.chunks_exact(sections + 1).zip(target).rev() {
        let mut x_bar = 2.0 * (row[sections] - t);
        for k in (0..sections).rev() {
            let (x, y, [s0, s1]) = (row[k], row[k + 1], bars[k]);
            let y_bar = x_bar - a[k][0] * s0 - a[k][1] * s1;
            a_bar[k][0] -= y * s0;
            a_bar[k][1] -= y * s1;
            b_bar[k][0] += x * y_bar;
            b_bar[k][1] += x * s0;
            b_bar[k][2] += x * s1;
            x_bar = b[k][0] * y_bar + b[k][1] * s0 + b[k][2] * s1;
            bars[k] = [y_bar, s0];
        }
    }
    (misfit, (b_bar, a_bar))
}

// ---- an alignment ------------------------------------------------------------------------------------------

#[differentiate]
fn soft_min(a: f64, b: f64, c: f64, gamma: f64) -> f64 {
    let least = a.min(b).min(c);
    least - gamma * ((-(a - least) / gamma).exp() + (-(b - least) / gamma).exp() + (-(c - least) / gamma).exp()).ln()
}

/// Soft dynamic time warping.
#[differentiate(wrt(x, y))]
pub fn alignment(x: &[f64], y: &[f64], gamma: f64) -> f64 {
    let (n, m) = (x.len(), y.len());
    let mut cost = vec![vec![1e10; m + 1]; n + 1];
    cost[0][0] = 0.0;
    for i in 1..=n {
        for j in 1..=m {
            let d = (x[i - 1] - y[j - 1]) * (x[i - 1] - y[j - 1]);
            cost[i][j] = d + soft_min(cost[i - 1][j], cost[i][j - 1], cost[i - 1][j - 1], gamma);
        }
    }
    cost[n][m]
}

pub fn alignment_by_hand(x: &[f64], y: &[f64], gamma: f64) -> (f64, (Vec<f64>, Vec<f64>)) {
    let (n, m) = (x.len(), y.len());
    let w = m + 1;
    let mut cost = vec![1e10_f64; (n + 1) * w];
    // The shares of the three neighbours.
    let mut shares = vec![[0.0; 3]; n * m];
    cost[0] = 0.0;
    for i in 1..=n {
        for j in 1..=m {
            let (a, b, c) = (cost[(i - 1) * w + j], cost[i * w + j - 1], cost[(i - 1) * w + j - 1]);
            let least = a.min(b).min(c);
            let e = [(-(a - least) / gamma).exp(), (-(b - least) / gamma).exp(), (-(c - least) / gamma).exp()];
            let sum = e[0] + e[1] + e[2];
            shares[(i - 1) * m + j - 1] = [e[0] / sum, e[1] / sum, e[2] / sum];
            cost[i * w + j] = (x[i - 1] - y[j - 1]) * (x[i - 1] - y[j - 1]) + (least - gamma * sum.ln());
        }
    }
    let mut bar = vec![0.0; (n + 1) * w];
    let (mut x_bar, mut y_bar) = (vec![0.0; n], vec![0.0; m]);
    bar[n * w + m] = 1.0;
    for i in (1..=n).rev() {
        for j in (1..=m).rev() {
            let g = bar[i * w + j];
            let [a, b, c] = shares[(i - 1) * m + j - 1];
            bar[(i - 1) * w + j] += g * a;
            bar[i * w + j - 1] += g * b;
            bar[(i - 1) * w + j - 1] += g * c;
            let d = 2.0 * g * (x[i - 1] - y[j - 1]);
            x_bar[i - 1] += d;
            y_bar[j - 1] -= d;
        }
    }
    (cost[n * w + m], (x_bar, y_bar))
}

// ---- a network with a state --------------------------------------------------------------------------------

/// A gated unit whose state and scratch are made once.
#[differentiate(wrt(wz, wh, out))]
pub fn gated(wz: &[f64], wh: &[f64], out: &[f64], inputs: &[f64], targets: &[f64]) -> f64 {
    let n = out.len();
    let mut h = vec![0.0; n];
    let mut next = vec![0.0; n];
    let mut loss = 0.0;
    for (x, t) in inputs.iter().zip(targets) {
        for i in 0..n {
            let mut z = wz[i * (n + 1)] * x;
            let mut c = wh[i * (n + 1)] * x;
            for j in 0..n {
                z += wz[i * (n + 1) + 1 + j] * h[j];
                c += wh[i * (n + 1) + 1 + j] * h[j];
            }
            let gate = 1.0 / (1.0 + (-z).exp());
            next[i] = gate * h[i] + (1.0 - gate) * c.tanh();
        }
        std::mem::swap(&mut h, &mut next);
        let mut y = 0.0;
        for i in 0..n {
            y += out[i] * h[i];
        }
        loss += (y - t) * (y - t);
    }
    loss
}

type Gates = (Vec<f64>, Vec<f64>, Vec<f64>);

pub fn gated_by_hand(wz: &[f64], wh: &[f64], out: &[f64], inputs: &[f64], targets: &[f64]) -> (f64, Gates) {
    let (n, steps) = (out.len(), inputs.len());
    let w = n + 1;
    let mut states = vec![0.0; (steps + 1) * n];
    let mut gates = vec![(0.0, 0.0); steps * n];
    let mut errors = Vec::with_capacity(steps);
    let mut loss = 0.0;
    for s in 0..steps {
        let (x, t) = (inputs[s], targets[s]);
        let (before, after) = states[s * n..].split_at_mut(n);
        let after = &mut after[..n];
        for i in 0..n {
            let (rz, rh) = (&wz[i * w..][..w], &wh[i * w..][..w]);
            let (mut z, mut c) = (rz[0] * x, rh[0] * x);
            for ((a, b), h) in rz[1..].iter().zip(&rh[1..]).zip(&*before) {
                z += a * h;
                c += b * h;
            }
            let gate = 1.0 / (1.0 + (-z).exp());
            let c = c.tanh();
            gates[s * n + i] = (gate, c);
            after[i] = gate * before[i] + (1.0 - gate) * c;
        }
        let mut y = 0.0;
        for (o, h) in out.iter().zip(&*after) {
            y += o * h;
        }
        errors.push(y - t);
        loss += (y - t) * (y - t);
    }
    let (mut wz_bar, mut wh_bar, mut out_bar) = (vec![0.0; wz.len()], vec![0.0; wh.len()], vec![0.0; n]);
    let (mut bar, mut earlier) = (vec![0.0; n], vec![0.0; n]);
    for s in (0..steps).rev() {
        let x = inputs[s];
        let (before, after) = states[s * n..].split_at(n);
        let e = 2.0 * errors[s];
        for i in 0..n {
            bar[i] += e * out[i];
            out_bar[i] += e * after[i];
        }
        earlier.fill(0.0);
        for i in 0..n {
            let (gate, c) = gates[s * n + i];
            let g = bar[i];
            let z_bar = g * (before[i] - c) * gate * (1.0 - gate);
            let c_bar = g * (1.0 - gate) * (1.0 - c * c);
            earlier[i] += g * gate;
            let (rz, rh) = (&wz[i * w..][..w], &wh[i * w..][..w]);
            let (bz, bh) = (&mut wz_bar[i * w..][..w], &mut wh_bar[i * w..][..w]);
            bz[0] += z_bar * x;
            bh[0] += c_bar * x;
            for j in 0..n {
                bz[j + 1] += z_bar * before[j];
                bh[j + 1] += c_bar * before[j];
                earlier[j] += z_bar * rz[j + 1] + c_bar * rh[j + 1];
            }
        }
        std::mem::swap(&mut bar, &mut earlier);
    }
    (loss, (wz_bar, wh_bar, out_bar))
}

// ---- payoffs along paths -----------------------------------------------------------------------------------

#[differentiate(wrt(spot, sigma, rate))]
pub fn lookback(spot: f64, sigma: f64, rate: f64, dt: f64, steps: usize, normals: &[f64]) -> f64 {
    let paths = normals.len() / steps;
    let mut path = vec![0.0; steps + 1];
    let mut sum = 0.0;
    for p in 0..paths {
        path[0] = spot;
        for k in 0..steps {
            path[k + 1] = path[k] * ((rate - 0.5 * sigma * sigma) * dt + sigma * dt.sqrt() * normals[p * steps + k]).exp();
        }
        let mut highest = path[0];
        for k in 1..=steps {
            if path[k] > highest {
                highest = path[k];
            }
        }
        sum += (highest - path[steps]) * (-rate * dt * steps as f64).exp();
    }
    sum / paths as f64
}

pub fn lookback_by_hand(spot: f64, sigma: f64, rate: f64, dt: f64, steps: usize, normals: &[f64]) -> (f64, (f64, f64, f64)) {
    let paths = normals.len() / steps;
    let root = dt.sqrt();
    let drift = (rate - 0.5 * sigma * sigma) * dt;
    let discount = (-rate * dt * steps as f64).exp();
    let (mut sum, mut spot_bar, mut sigma_bar, mut rate_bar) = (0.0, 0.0, 0.0, 0.0);
    for row in normals.chunks_exact(steps) {
        // A price is `spot` times an exponential: its logarithm's derivatives are sums.
        let (mut price, mut highest, mut at, mut noise, mut noise_at) = (spot, spot, 0, 0.0, 0.0);
        for (k, z) in row.iter().enumerate() {
            price *= (drift + sigma * root * z).exp();
            noise += z;
            if price > highest {
                (highest, at, noise_at) = (price, k + 1, noise);
            }
        }
        sum += (highest - price) * discount;
        spot_bar += (highest - price) / spot * discount;
        let of_sigma = |s: f64, k: usize, noise: f64| s * (root * noise - sigma * dt * k as f64);
        sigma_bar += (of_sigma(highest, at, noise_at) - of_sigma(price, steps, noise)) * discount;
        rate_bar += (highest * at as f64 - price * steps as f64) * dt * discount - (highest - price) * discount * dt * steps as f64;
    }
    let n = paths as f64;
    (sum / n, (spot_bar / n, sigma_bar / n, rate_bar / n))
}

pub fn cases() -> Vec<Case> {
    let mut r = Numbers::new(227);
    let b: &'static [[f64; 3]] =
        (0..4).map(|_| [r.between(0.2, 0.5), r.between(-0.3, 0.3), r.between(-0.2, 0.2)]).collect::<Vec<_>>().leak();
    let a: &'static [[f64; 2]] = (0..4).map(|_| [r.between(-0.5, 0.5), r.between(-0.3, 0.3)]).collect::<Vec<_>>().leak();
    let (signal, target) = (r.list(1000, -1.0, 1.0), r.list(1000, -1.0, 1.0));
    let (x, y) = (r.list(40, -1.0, 1.0), r.list(50, -1.0, 1.0));
    let (wz, wh, out) = (r.list(12 * 13, -0.5, 0.5), r.list(12 * 13, -0.5, 0.5), r.list(12, -0.5, 0.5));
    let (inputs, targets) = (r.list(100, -1.0, 1.0), r.list(100, -1.0, 1.0));
    let normals = r.list(100 * 50, -1.5, 1.5);
    vec![
        Case::new(
            "biquads",
            "4 sections, n=1000",
            move || biquads(b, a, signal, target),
            move || biquads_by_hand(b, a, signal, target),
            move || biquads_grad(b, a, signal, target),
        ),
        Case::new(
            "alignment",
            "40 x 50",
            move || alignment(x, y, 0.3),
            move || alignment_by_hand(x, y, 0.3),
            move || alignment_grad(x, y, 0.3),
        ),
        Case::new(
            "gated",
            "12 states, 100 steps",
            move || gated(wz, wh, out, inputs, targets),
            move || gated_by_hand(wz, wh, out, inputs, targets),
            move || gated_grad(wz, wh, out, inputs, targets),
        ),
        Case::new(
            "lookback",
            "100 paths of 50",
            move || lookback(100.0, 0.2, 0.03, 0.02, 50, normals),
            move || lookback_by_hand(100.0, 0.2, 0.03, 0.02, 50, normals),
            move || lookback_grad(100.0, 0.2, 0.03, 0.02, 50, normals),
        ),
    ]
}
