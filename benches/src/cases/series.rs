//! Series in time: a tracker with matrices of known size, a self-exciting process, and an optimiser that is differentiated itself.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

// ---- a Kalman filter with functions of small matrices ----------------------------------------------------

#[differentiate]
fn times<const R: usize, const K: usize, const C: usize>(a: &[[f64; K]; R], b: &[[f64; C]; K]) -> [[f64; C]; R] {
    let mut out = [[0.0; C]; R];
    for i in 0..R {
        for j in 0..C {
            for k in 0..K {
                out[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    out
}
#[differentiate]
fn plus<const R: usize, const C: usize>(a: &[[f64; C]; R], b: &[[f64; C]; R]) -> [[f64; C]; R] {
    let mut out = *a;
    for i in 0..R {
        for j in 0..C {
            out[i][j] += b[i][j];
        }
    }
    out
}
#[differentiate(wrt(q, r))]
pub fn tracked(z: &[f64], dt: f64, q: f64, r: f64) -> f64 {
    let f = [[1.0, dt], [0.0, 1.0]];
    let ft = [[1.0, 0.0], [dt, 1.0]];
    let noise = [[q * dt * dt * dt / 3.0, q * dt * dt / 2.0], [q * dt * dt / 2.0, q * dt]];
    let mut x = [z[0], 0.0];
    let mut p = [[r, 0.0], [0.0, 1.0]];
    let mut likelihood = 0.0;
    for &seen in &z[1..] {
        let ahead = [x[0] + dt * x[1], x[1]];
        let pp = plus(&times(&times(&f, &p), &ft), &noise);
        let s = pp[0][0] + r;
        let e = seen - ahead[0];
        let k = [pp[0][0] / s, pp[1][0] / s];
        x = [ahead[0] + k[0] * e, ahead[1] + k[1] * e];
        p = times(&[[1.0 - k[0], 0.0], [-k[1], 1.0]], &pp);
        likelihood -= 0.5 * (s.ln() + e * e / s);
    }
    likelihood
}
pub fn tracked_by_hand(z: &[f64], dt: f64, q: f64, r: f64) -> (f64, (f64, f64)) {
    let (q0, q1, q2) = (dt * dt * dt / 3.0, dt * dt / 2.0, dt);
    let mut kept = Vec::with_capacity(z.len());
    let (mut x0, mut x1, mut a, mut b, mut d) = (z[0], 0.0, r, 0.0, 1.0);
    let mut likelihood = 0.0;
    for &seen in &z[1..] {
        let y0 = x0 + dt * x1;
        let pa = a + 2.0 * dt * b + dt * dt * d + q * q0;
        let pb = b + dt * d + q * q1;
        let pd = d + q * q2;
        let s = pa + r;
        let e = seen - y0;
        let i = 1.0 / s;
        let (k0, k1) = (pa * i, pb * i);
        x0 = y0 + k0 * e;
        x1 += k1 * e;
        a = (1.0 - k0) * pa;
        b = (1.0 - k0) * pb;
        d = pd - k1 * pb;
        likelihood -= 0.5 * (s.ln() + e * e * i);
        kept.push((pa, pb, i, e));
    }
    let (mut x0b, mut x1b, mut ab, mut bb, mut db) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let (mut qb, mut rb) = (0.0, 0.0);
    for &(pa, pb, i, e) in kept.iter().rev() {
        let (k0, k1) = (pa * i, pb * i);
        let k0b = x0b * e - ab * pa - bb * pb;
        let k1b = x1b * e - db * pb;
        let eb = x0b * k0 + x1b * k1 - e * i;
        let sb = -0.5 * (i - e * e * i * i) - (k0b * k0 + k1b * k1) * i;
        let pab = ab * (1.0 - k0) + k0b * i + sb;
        let pbb = bb * (1.0 - k0) - db * k1 + k1b * i;
        let pdb = db;
        rb += sb;
        qb += pab * q0 + pbb * q1 + pdb * q2;
        ab = pab;
        bb = pbb + 2.0 * dt * pab;
        db = pdb + dt * dt * pab + dt * pbb;
        x0b -= eb;
        x1b += dt * x0b;
    }
    (likelihood, (qb, rb + ab))
}

// ---- a process that excites itself -----------------------------------------------------------------------

#[differentiate(wrt(mu, alpha, beta))]
pub fn hawkes(times: &[f64], mu: f64, alpha: f64, beta: f64) -> f64 {
    let end = times[times.len() - 1];
    let mut excited = 0.0;
    let mut likelihood = mu.ln();
    for pair in times.windows(2) {
        excited = (excited + 1.0) * (-beta * (pair[1] - pair[0])).exp();
        likelihood += (mu + alpha * excited).ln();
    }
    let compensator: f64 = times.iter().map(|t| 1.0 - (-beta * (end - t)).exp()).sum();
    likelihood - mu * end - alpha / beta * compensator
}
pub fn hawkes_by_hand(times: &[f64], mu: f64, alpha: f64, beta: f64) -> (f64, (f64, f64, f64)) {
    let end = times[times.len() - 1];
    let (mut a, mut a_beta) = (0.0, 0.0);
    let mut value = mu.ln();
    let (mut gm, mut ga, mut gb) = (1.0 / mu, 0.0, 0.0);
    for pair in times.windows(2) {
        let dt = pair[1] - pair[0];
        let e = (-beta * dt).exp();
        a = (a + 1.0) * e;
        a_beta = a_beta * e - a * dt;
        let rate = mu + alpha * a;
        let i = 1.0 / rate;
        value += rate.ln();
        gm += i;
        ga += a * i;
        gb += alpha * a_beta * i;
    }
    let (mut c, mut c_beta) = (0.0, 0.0);
    for t in times {
        let e = (-beta * (end - t)).exp();
        c += 1.0 - e;
        c_beta += (end - t) * e;
    }
    value = value - mu * end - alpha / beta * c;
    (value, (gm - end, ga - c / beta, gb + alpha / (beta * beta) * c - alpha / beta * c_beta))
}

// ---- steps of an optimiser, and where they lead ----------------------------------------------------------

#[differentiate(wrt(start, rates))]
pub fn descended(start: &[f64], rates: &[f64], x: &[Vec<f64>], y: &[f64]) -> f64 {
    let n = x.len() as f64;
    let mut w = start.to_vec();
    for &rate in rates {
        let mut g = vec![0.0; w.len()];
        for (row, t) in x.iter().zip(y) {
            let e = row.iter().zip(&w).map(|(a, b)| a * b).sum::<f64>() - t;
            for (g, a) in g.iter_mut().zip(row) {
                *g += e * a;
            }
        }
        for (w, g) in w.iter_mut().zip(&g) {
            *w -= rate * g / n;
        }
    }
    x.iter().zip(y).map(|(row, t)| (row.iter().zip(&w).map(|(a, b)| a * b).sum::<f64>() - t).powi(2)).sum::<f64>() / n
}
pub fn descended_by_hand(start: &[f64], rates: &[f64], x: &[Vec<f64>], y: &[f64]) -> (f64, (Vec<f64>, Vec<f64>)) {
    let (n, d) = (x.len() as f64, start.len());
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let mut w = start.to_vec();
    let mut gs = vec![0.0; rates.len() * d];
    for (&rate, g) in rates.iter().zip(gs.chunks_exact_mut(d)) {
        for (row, t) in x.iter().zip(y) {
            let e = dot(row, &w) - t;
            for (g, a) in g.iter_mut().zip(row) {
                *g += e * a;
            }
        }
        for (w, g) in w.iter_mut().zip(&*g) {
            *w -= rate * g / n;
        }
    }
    let mut wb = vec![0.0; d];
    let mut value = 0.0;
    for (row, t) in x.iter().zip(y) {
        let e = dot(row, &w) - t;
        value += e * e;
        for (b, a) in wb.iter_mut().zip(row) {
            *b += 2.0 * e / n * a;
        }
    }
    let mut rb = vec![0.0; rates.len()];
    let mut gb = vec![0.0; d];
    for ((&rate, g), rb) in rates.iter().zip(gs.chunks_exact(d)).zip(&mut rb).rev() {
        *rb = -dot(&wb, g) / n;
        for (gb, wb) in gb.iter_mut().zip(&wb) {
            *gb = -rate / n * wb;
        }
        for row in x {
            let e = dot(row, &gb);
            for (b, a) in wb.iter_mut().zip(row) {
                *b += e * a;
            }
        }
    }
    (value / n, (wb, rb))
}

pub fn cases() -> Vec<Case> {
    let mut r = Numbers::new(1201);
    let mut cases = Vec::new();
    let z = r.list(300, -1.0, 1.0);
    cases.push(Case::new(
        "tracked",
        "n=300",
        move || tracked(z, 0.1, 0.8, 0.3),
        move || tracked_by_hand(z, 0.1, 0.8, 0.3),
        move || tracked_grad(z, 0.1, 0.8, 0.3),
    ));
    let mut now = 0.0;
    let times: &[f64] = (0..500)
        .map(|_| {
            now += r.between(0.01, 0.5);
            now
        })
        .collect::<Vec<_>>()
        .leak();
    cases.push(Case::new(
        "hawkes",
        "n=500",
        move || hawkes(times, 0.9, 0.6, 1.3),
        move || hawkes_by_hand(times, 0.9, 0.6, 1.3),
        move || hawkes_grad(times, 0.9, 0.6, 1.3),
    ));
    let (x, y) = (r.rows(40, 12, -1.0, 1.0), r.list(40, -1.0, 1.0));
    let (start, rates) = (r.list(12, -0.5, 0.5), r.list(25, 0.1, 0.4));
    cases.push(Case::new(
        "descended",
        "40x12, 25 steps",
        move || descended(start, rates, x, y),
        move || descended_by_hand(start, rates, x, y),
        move || descended_grad(start, rates, x, y),
    ));
    cases
}
