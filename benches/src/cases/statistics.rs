//! Statistics: a hierarchical model, ratings of players, a policy with an entropy, pairs of features.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

// ---- a hierarchical model --------------------------------------------------------------------------------

#[differentiate]
fn normal_lpdf(x: f64, mean: f64, deviation: f64) -> f64 {
    let z = (x - mean) / deviation;
    -0.5 * z * z - deviation.ln() - 0.918_938_533_204_672_7
}
#[differentiate(wrt(theta, mu, log_tau))]
pub fn schools(theta: &[f64], mu: f64, log_tau: f64, seen: &[f64], error: &[f64]) -> f64 {
    let tau = log_tau.exp();
    let mut lp = normal_lpdf(mu, 0.0, 5.0) + normal_lpdf(tau, 0.0, 5.0) + log_tau;
    for i in 0..theta.len() {
        lp += normal_lpdf(theta[i], mu, tau);
        lp += normal_lpdf(seen[i], theta[i], error[i]);
    }
    lp
}
pub fn schools_by_hand(theta: &[f64], mu: f64, log_tau: f64, seen: &[f64], error: &[f64]) -> (f64, (Vec<f64>, f64, f64)) {
    const C: f64 = 0.918_938_533_204_672_7;
    let tau = log_tau.exp();
    let (ln_tau, inv) = (tau.ln(), 1.0 / tau);
    let (a, b) = (mu / 5.0, tau / 5.0);
    let mut lp = -0.5 * a * a - 5f64.ln() - C + (-0.5 * b * b - 5f64.ln() - C) + log_tau;
    let (mut mb, mut tb) = (-a / 5.0, -b / 5.0);
    let mut bars = vec![0.0; theta.len()];
    for (((t, y), s), bar) in theta.iter().zip(seen).zip(error).zip(&mut bars) {
        let z = (t - mu) * inv;
        let e = (y - t) / s;
        lp += -0.5 * z * z - ln_tau - C;
        lp += -0.5 * e * e - s.ln() - C;
        mb += z * inv;
        tb += (z * z - 1.0) * inv;
        *bar = e / s - z * inv;
    }
    (lp, (bars, mb, tb * tau + 1.0))
}

// ---- ratings that change with each game ------------------------------------------------------------------

#[differentiate(wrt(start, k))]
pub fn elo(start: &[f64], k: f64, games: &[(usize, usize, f64)]) -> f64 {
    let mut r = start.to_vec();
    let mut loss = 0.0;
    for &(a, b, score) in games {
        let expected = 1.0 / (1.0 + (-(r[a] - r[b])).exp());
        loss += (score - expected) * (score - expected);
        let change = k * (score - expected);
        r[a] += change;
        r[b] -= change;
    }
    loss / games.len() as f64
}
pub fn elo_by_hand(start: &[f64], k: f64, games: &[(usize, usize, f64)]) -> (f64, (Vec<f64>, f64)) {
    let mut r = start.to_vec();
    let mut kept = Vec::with_capacity(games.len());
    let mut loss = 0.0;
    for &(a, b, score) in games {
        let p = 1.0 / (1.0 + (-(r[a] - r[b])).exp());
        loss += (score - p) * (score - p);
        let c = k * (score - p);
        r[a] += c;
        r[b] -= c;
        kept.push(p);
    }
    let n = games.len() as f64;
    let mut bar = vec![0.0; start.len()];
    let mut kb = 0.0;
    for (&(a, b, score), p) in games.iter().zip(&kept).rev() {
        let c = bar[a] - bar[b];
        kb += c * (score - p);
        let pb = -k * c - 2.0 * (score - p) / n;
        let d = pb * p * (1.0 - p);
        bar[a] += d;
        bar[b] -= d;
    }
    (loss / n, (bar, kb))
}

// ---- a policy --------------------------------------------------------------------------------------------

#[differentiate]
fn probabilities(z: &[f64]) -> Vec<f64> {
    let top = z.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
    let e: Vec<f64> = z.iter().map(|v| (v - top).exp()).collect();
    let sum: f64 = e.iter().sum();
    e.iter().map(|v| v / sum).collect()
}
#[differentiate(wrt(w))]
pub fn policy(w: &[Vec<f64>], states: &[Vec<f64>], actions: &[usize], advantages: &[f64], entropy: f64) -> f64 {
    let mut loss = 0.0;
    for t in 0..states.len() {
        let z: Vec<f64> = w.iter().map(|row| row.iter().zip(&states[t]).map(|(a, b)| a * b).sum()).collect();
        let p = probabilities(&z);
        loss -= advantages[t] * p[actions[t]].ln();
        for q in &p {
            loss += entropy * q * q.ln();
        }
    }
    loss / states.len() as f64
}
pub fn policy_by_hand(w: &[Vec<f64>], states: &[Vec<f64>], actions: &[usize], advantages: &[f64], entropy: f64) -> (f64, Vec<Vec<f64>>) {
    let n = w.len();
    let mut wb: Vec<Vec<f64>> = w.iter().map(|r| vec![0.0; r.len()]).collect();
    let (mut p, mut l) = (vec![0.0; n], vec![0.0; n]);
    let mut loss = 0.0;
    let share = 1.0 / states.len() as f64;
    for ((s, &a), &adv) in states.iter().zip(actions).zip(advantages) {
        let mut top = f64::NEG_INFINITY;
        for (row, p) in w.iter().zip(&mut p) {
            *p = row.iter().zip(s).map(|(a, b)| a * b).sum();
            top = top.max(*p);
        }
        let mut sum = 0.0;
        for p in &mut p {
            *p = (*p - top).exp();
            sum += *p;
        }
        let mut h = 0.0;
        for (p, l) in p.iter_mut().zip(&mut l) {
            *p /= sum;
            *l = p.ln();
            h += *p * *l;
        }
        loss += entropy * h - adv * l[a];
        for k in 0..n {
            let own = if k == a { adv } else { 0.0 };
            let g = share * (entropy * p[k] * (l[k] - h) + adv * p[k] - own);
            for (o, s) in wb[k].iter_mut().zip(s) {
                *o += g * s;
            }
        }
    }
    (loss * share, wb)
}

// ---- pairs of features -----------------------------------------------------------------------------------

#[differentiate(wrt(linear, factors))]
pub fn machine(linear: &[f64], factors: &[Vec<f64>], rows: &[Vec<usize>], clicks: &[f64]) -> f64 {
    let d = factors[0].len();
    let mut loss = 0.0;
    for (row, click) in rows.iter().zip(clicks) {
        let mut score: f64 = row.iter().map(|&f| linear[f]).sum();
        for j in 0..d {
            let (mut sum, mut squares) = (0.0, 0.0);
            for &f in row {
                sum += factors[f][j];
                squares += factors[f][j] * factors[f][j];
            }
            score += 0.5 * (sum * sum - squares);
        }
        loss += (1.0 + (-score).exp()).ln() + (1.0 - click) * score;
    }
    loss
}
pub fn machine_by_hand(linear: &[f64], factors: &[Vec<f64>], rows: &[Vec<usize>], clicks: &[f64]) -> (f64, (Vec<f64>, Vec<Vec<f64>>)) {
    let d = factors[0].len();
    let (mut lb, mut fb) = (vec![0.0; linear.len()], vec![vec![0.0; d]; factors.len()]);
    let mut sums = vec![0.0; d];
    let mut loss = 0.0;
    for (row, click) in rows.iter().zip(clicks) {
        sums.fill(0.0);
        let (mut score, mut squares) = (0.0, 0.0);
        for &f in row {
            score += linear[f];
            for (s, v) in sums.iter_mut().zip(&factors[f]) {
                *s += v;
                squares += v * v;
            }
        }
        score += 0.5 * (sums.iter().map(|s| s * s).sum::<f64>() - squares);
        let e = (-score).exp();
        loss += (1.0 + e).ln() + (1.0 - click) * score;
        let g = 1.0 - click - e / (1.0 + e);
        for &f in row {
            lb[f] += g;
            for ((b, s), v) in fb[f].iter_mut().zip(&sums).zip(&factors[f]) {
                *b += g * (s - v);
            }
        }
    }
    (loss, (lb, fb))
}

pub fn cases() -> Vec<Case> {
    let mut r = Numbers::new(1301);
    let mut cases = Vec::new();
    let (theta, seen, error) = (r.list(60, -3.0, 12.0), r.list(60, -5.0, 25.0), r.list(60, 8.0, 18.0));
    cases.push(Case::new(
        "schools",
        "60 groups",
        move || schools(theta, 4.0, 1.2, seen, error),
        move || schools_by_hand(theta, 4.0, 1.2, seen, error),
        move || schools_grad(theta, 4.0, 1.2, seen, error),
    ));
    let start = r.list(30, -1.0, 1.0);
    let games: &'static [(usize, usize, f64)] = (0..500)
        .map(|_| {
            let a = r.below(30);
            let b = (a + 1 + r.below(29)) % 30;
            (a, b, if r.unit() < 0.5 { 0.0 } else { 1.0 })
        })
        .collect::<Vec<_>>()
        .leak();
    cases.push(Case::new(
        "elo",
        "30 players, 500 games",
        move || elo(start, 0.3, games),
        move || elo_by_hand(start, 0.3, games),
        move || elo_grad(start, 0.3, games),
    ));
    let (w, states) = (r.rows(5, 12, -0.5, 0.5), r.rows(100, 12, -1.0, 1.0));
    let actions: &'static [usize] = (0..100).map(|_| r.below(5)).collect::<Vec<_>>().leak();
    let advantages = r.list(100, -1.0, 1.0);
    cases.push(Case::new(
        "policy",
        "5 of 12, 100 steps",
        move || policy(w, states, actions, advantages, 0.01),
        move || policy_by_hand(w, states, actions, advantages, 0.01),
        move || policy_grad(w, states, actions, advantages, 0.01),
    ));
    let (linear, factors) = (r.list(80, -0.3, 0.3), r.rows(80, 8, -0.3, 0.3));
    let rows: &'static [Vec<usize>] = (0..100).map(|_| (0..6).map(|_| r.below(80)).collect()).collect::<Vec<Vec<usize>>>().leak();
    let clicks: &'static [f64] = (0..100).map(|_| if r.unit() < 0.3 { 1.0 } else { 0.0 }).collect::<Vec<_>>().leak();
    cases.push(Case::new(
        "machine",
        "80 features of 8, 100 rows",
        move || machine(linear, factors, rows, clicks),
        move || machine_by_hand(linear, factors, rows, clicks),
        move || machine_grad(linear, factors, rows, clicks),
    ));
    cases
}
