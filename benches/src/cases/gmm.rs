//! Log-posterior of a Gaussian mixture with a Wishart prior, as in ADBench.

use autodiff_core::{Differentiable, differentiate};

use super::Numbers;
use crate::measure::Case;

#[derive(Clone, Copy, Differentiable)]
pub struct Wishart {
    pub gamma: f64,
    pub m: i32,
}

#[differentiate]
fn square_norm(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v).sum()
}

#[differentiate]
fn log_sum_exp(x: &[f64]) -> f64 {
    let mut max = x[0];
    for &v in x {
        if v > max {
            max = v;
        }
    }
    let mut sum = 0.0;
    for &v in x {
        sum += (v - max).exp();
    }
    sum.ln() + max
}

/// `out = Q x`, where `Q` has the diagonal `diagonal` and the strictly lower columns `lower`.
#[differentiate]
fn times_q(diagonal: &[f64], lower: &[f64], x: &[f64], out: &mut [f64]) {
    let d = x.len();
    for i in 0..d {
        out[i] = diagonal[i] * x[i];
    }
    let mut p = 0;
    for i in 0..d {
        for j in i + 1..d {
            out[j] += lower[p] * x[i];
            p += 1;
        }
    }
}

fn ln_gamma(x: f64) -> f64 {
    let c = [
        76.180_091_729_471_46,
        -86.505_320_329_416_77,
        24.014_098_240_830_91,
        -1.231_739_572_450_155,
        0.001_208_650_973_866_179,
        -0.000_005_395_239_384_953,
    ];
    let t = x + 5.5 - (x + 0.5) * (x + 5.5).ln();
    let mut s = 1.000_000_000_190_015;
    for (j, c) in c.iter().enumerate() {
        s += c / (x + 1.0 + j as f64);
    }
    -t + (2.506_628_274_631_000_5 * s / x).ln()
}

fn ln_gamma_distribution(a: f64, p: usize) -> f64 {
    let mut out = 0.25 * (p * (p - 1)) as f64 * std::f64::consts::PI.ln();
    for j in 1..=p {
        out += ln_gamma(a + 0.5 * (1.0 - j as f64));
    }
    out
}

fn wishart_constant(p: usize, wishart: Wishart) -> f64 {
    let n = (p as i32 + wishart.m + 1) as f64;
    n * p as f64 * (wishart.gamma.ln() - 0.5 * 2.0_f64.ln()) - ln_gamma_distribution(0.5 * n, p)
}

#[differentiate(wrt(diagonals, sums, l))]
fn log_wishart_prior(d: usize, k: usize, wishart: Wishart, diagonals: &[f64], sums: &[f64], l: &[f64]) -> f64 {
    let size = d * (d - 1) / 2;
    let mut out = 0.0;
    for ik in 0..k {
        let frobenius = square_norm(&diagonals[ik * d..(ik + 1) * d]) + square_norm(&l[ik * size..(ik + 1) * size]);
        out += 0.5 * wishart.gamma * wishart.gamma * frobenius - wishart.m as f64 * sums[ik];
    }
    k as f64 * wishart_constant(d, wishart) - out
}

/// `alphas`: `k`; `means` and `q`, the logarithms of diagonals: `k` rows of `d`; `l`: `k` strictly lower parts; `x`: rows of `d`.
#[differentiate(wrt(alphas, means, q, l))]
pub fn gmm(d: usize, alphas: &[f64], means: &[f64], q: &[f64], l: &[f64], x: &[f64], wishart: Wishart) -> f64 {
    let k = alphas.len();
    let n = x.len() / d;
    let size = d * (d - 1) / 2;

    let mut diagonals = vec![0.0; k * d];
    let mut sums = vec![0.0; k];
    for ik in 0..k {
        for id in 0..d {
            let log = q[ik * d + id];
            sums[ik] += log;
            diagonals[ik * d + id] = log.exp();
        }
    }

    let mut centered = vec![0.0; d];
    let mut projected = vec![0.0; d];
    let mut terms = vec![0.0; k];
    let mut total = 0.0;
    for ix in 0..n {
        let point = &x[ix * d..(ix + 1) * d];
        for ik in 0..k {
            let mean = &means[ik * d..(ik + 1) * d];
            for id in 0..d {
                centered[id] = point[id] - mean[id];
            }
            times_q(&diagonals[ik * d..(ik + 1) * d], &l[ik * size..(ik + 1) * size], &centered, &mut projected);
            terms[ik] = alphas[ik] + sums[ik] - 0.5 * square_norm(&projected);
        }
        total += log_sum_exp(&terms);
    }

    let constant = -((n * d) as f64) * 0.5 * (2.0 * std::f64::consts::PI).ln();
    constant + total - n as f64 * log_sum_exp(alphas) + log_wishart_prior(d, k, wishart, &diagonals, &sums, l)
}

/// Cotangents of the weights, the means, and both parts of the precision matrices.
pub type Gradient = (Vec<f64>, Vec<f64>, Vec<f64>, Vec<f64>);

/// By hand: one sweep over the points; what is linear in `q` and the means is gathered per component.
pub fn by_hand(d: usize, alphas: &[f64], means: &[f64], q: &[f64], l: &[f64], x: &[f64], wishart: Wishart) -> (f64, Gradient) {
    let k = alphas.len();
    let n = x.len() / d;
    let size = d * (d - 1) / 2;
    let (mut alphas_bar, mut means_bar) = (vec![0.0; k], vec![0.0; k * d]);
    let (mut q_bar, mut l_bar) = (vec![0.0; k * d], vec![0.0; l.len()]);

    let mut diagonals = vec![0.0; k * d];
    let mut sums = vec![0.0; k];
    for ik in 0..k {
        let logs = &q[ik * d..][..d];
        sums[ik] = logs.iter().sum();
        for (q, l) in diagonals[ik * d..][..d].iter_mut().zip(logs) {
            *q = l.exp();
        }
    }

    let mut centered = vec![0.0; k * d];
    let mut projected = vec![0.0; k * d];
    let mut terms = vec![0.0; k];
    let mut diagonals_bar = vec![0.0; k * d];
    let mut centered_bar = vec![0.0; d];
    let mut total = 0.0;
    for ix in 0..n {
        let point = &x[ix * d..][..d];
        for ik in 0..k {
            let mean = &means[ik * d..][..d];
            let xc = &mut centered[ik * d..][..d];
            let qx = &mut projected[ik * d..][..d];
            let q = &diagonals[ik * d..][..d];
            for i in 0..d {
                xc[i] = point[i] - mean[i];
                qx[i] = q[i] * xc[i];
            }
            let mut lower = &l[ik * size..(ik + 1) * size];
            for i in 0..d {
                let (column, rest) = lower.split_at(d - i - 1);
                lower = rest;
                let xi = xc[i];
                for (o, l) in qx[i + 1..].iter_mut().zip(column) {
                    *o += l * xi;
                }
            }
            let norm: f64 = qx.iter().map(|v| v * v).sum();
            terms[ik] = alphas[ik] + sums[ik] - 0.5 * norm;
        }
        let mut max = terms[0];
        for &t in &terms {
            if t > max {
                max = t;
            }
        }
        let mut sum = 0.0;
        for t in &mut terms {
            *t = (*t - max).exp();
            sum += *t;
        }
        total += sum.ln() + max;
        let scale = 1.0 / sum;
        for ik in 0..k {
            let weight = terms[ik] * scale;
            alphas_bar[ik] += weight;
            let xc = &centered[ik * d..][..d];
            let qx = &projected[ik * d..][..d];
            let q = &diagonals[ik * d..][..d];
            let q_bar = &mut diagonals_bar[ik * d..][..d];
            let c_bar = &mut centered_bar[..d];
            for i in 0..d {
                let y_bar = -weight * qx[i];
                q_bar[i] += y_bar * xc[i];
                c_bar[i] = y_bar * q[i];
            }
            let mut lower = &l[ik * size..(ik + 1) * size];
            let mut lower_bar = &mut l_bar[ik * size..(ik + 1) * size];
            for i in 0..d {
                let (column, rest) = lower.split_at(d - i - 1);
                lower = rest;
                let (column_bar, rest) = lower_bar.split_at_mut(d - i - 1);
                lower_bar = rest;
                let xi = -weight * xc[i];
                let mut lanes = [0.0; 4];
                let below = &qx[i + 1..];
                let (l4, b4, y4) = (column.chunks_exact(4), column_bar.chunks_exact_mut(4), below.chunks_exact(4));
                let mut rest_sum = 0.0;
                for (l, y) in l4.remainder().iter().zip(y4.remainder()) {
                    rest_sum += l * y;
                }
                for ((l, b), y) in l4.zip(b4).zip(y4) {
                    for m in 0..4 {
                        b[m] += xi * y[m];
                        lanes[m] += l[m] * y[m];
                    }
                }
                let done = below.len() / 4 * 4;
                for (b, y) in column_bar[done..].iter_mut().zip(&below[done..]) {
                    *b += xi * y;
                }
                c_bar[i] -= weight * (lanes[0] + lanes[1] + (lanes[2] + lanes[3]) + rest_sum);
            }
            for (m, c) in means_bar[ik * d..][..d].iter_mut().zip(&*c_bar) {
                *m -= c;
            }
        }
    }
    let max = alphas.iter().fold(alphas[0], |m, &v| if v > m { v } else { m });
    let sum: f64 = alphas.iter().map(|v| (v - max).exp()).sum();
    let gamma2 = wishart.gamma * wishart.gamma;
    let mut prior = 0.0;
    for ik in 0..k {
        // The weights of a component, summed over all points: they stand in `alphas_bar` until here.
        let weights = alphas_bar[ik];
        alphas_bar[ik] -= n as f64 * (alphas[ik] - max).exp() / sum;
        let q = &diagonals[ik * d..][..d];
        let lower = &l[ik * size..(ik + 1) * size];
        let logs_bar = &mut q_bar[ik * d..][..d];
        let lower_bar = &mut l_bar[ik * size..(ik + 1) * size];
        let mut frobenius: f64 = q.iter().map(|v| v * v).sum();
        frobenius += lower.iter().map(|v| v * v).sum::<f64>();
        prior += 0.5 * gamma2 * frobenius - wishart.m as f64 * sums[ik];
        for i in 0..d {
            let q_bar = diagonals_bar[ik * d + i] - gamma2 * q[i];
            logs_bar[i] = weights + wishart.m as f64 + q_bar * q[i];
        }
        for (b, l) in lower_bar.iter_mut().zip(lower) {
            *b -= gamma2 * l;
        }
    }
    let constant = -((n * d) as f64) * 0.5 * (2.0 * std::f64::consts::PI).ln();
    let value = constant + total - n as f64 * (sum.ln() + max) + (k as f64 * wishart_constant(d, wishart) - prior);
    (value, (alphas_bar, means_bar, q_bar, l_bar))
}

fn case(d: usize, k: usize, n: usize) -> Case {
    let mut r = Numbers::new(7);
    let alphas = r.list(k, -1.0, 1.0);
    let means = r.list(k * d, 0.0, 1.0);
    let q = r.list(k * d, -1.0, 1.0);
    let l = r.list(k * d * (d - 1) / 2, -1.0, 1.0);
    let x = r.list(n * d, -1.0, 2.0);
    let w = Wishart { gamma: 1.0, m: 0 };
    Case::new(
        "gmm",
        format!("d={d} k={k} n={n}"),
        move || gmm(d, alphas, means, q, l, x, w),
        move || by_hand(d, alphas, means, q, l, x, w),
        move || gmm_grad(d, alphas, means, q, l, x, w),
    )
}

pub fn cases() -> Vec<Case> {
    [(2, 5, 1000), (10, 25, 200), (20, 50, 50), (64, 100, 10)].map(|(d, k, n)| case(d, k, n)).into()
}

/// ADBench's sizes.
pub fn all_sizes() -> Vec<Case> {
    let mut cases = Vec::new();
    for n in [1000, 10_000] {
        for d in [2, 10, 20, 32, 64, 128] {
            cases.extend([5, 25, 100, 200].map(|k| case(d, k, n)));
        }
    }
    cases
}
