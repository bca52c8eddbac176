//! Fits and matrices: splines at many points, a determinant, mixtures.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

// ---- splines at many points --------------------------------------------------------------------------------

#[differentiate]
fn basis(t: f64) -> [f64; 4] {
    let s = 1.0 - t;
    [s * s * s / 6.0, (3.0 * t * t * t - 6.0 * t * t + 4.0) / 6.0, (3.0 * s * s * s - 6.0 * s * s + 4.0) / 6.0, t * t * t / 6.0]
}

#[differentiate(wrt(knots, warp))]
pub fn curve(knots: &[[f64; 2]], warp: f64, at: &[f64], targets: &[[f64; 2]]) -> f64 {
    let mut misfit = 0.0;
    for (u, target) in at.iter().zip(targets) {
        let u = u + warp * u * (1.0 - u);
        let position = u * (knots.len() - 3) as f64;
        let k = (position as usize).min(knots.len() - 4);
        let w = basis(position - k as f64);
        for c in 0..2 {
            let mut value = 0.0;
            for i in 0..4 {
                value += w[i] * knots[k + i][c];
            }
            misfit += (value - target[c]).powi(2);
        }
    }
    misfit
}

pub fn curve_by_hand(knots: &[[f64; 2]], warp: f64, at: &[f64], targets: &[[f64; 2]]) -> (f64, (Vec<[f64; 2]>, f64)) {
    let (mut misfit, mut warp_bar, mut bar) = (0.0, 0.0, vec![[0.0; 2]; knots.len()]);
    let spans = (knots.len() - 3) as f64;
    for (u, target) in at.iter().zip(targets) {
        let bump = u * (1.0 - u);
        let u = u + warp * u * (1.0 - u);
        let position = u * spans;
        let k = (position as usize).min(knots.len() - 4);
        let t = position - k as f64;
        let s = 1.0 - t;
        let w =
            [s * s * s / 6.0, (3.0 * t * t * t - 6.0 * t * t + 4.0) / 6.0, (3.0 * s * s * s - 6.0 * s * s + 4.0) / 6.0, t * t * t / 6.0];
        let slopes = [-0.5 * s * s, 1.5 * t * t - 2.0 * t, 2.0 * s - 1.5 * s * s, 0.5 * t * t];
        let (part, bars) = (&knots[k..k + 4], &mut bar[k..k + 4]);
        let mut t_bar = 0.0;
        for c in 0..2 {
            let mut value = 0.0;
            for i in 0..4 {
                value += w[i] * part[i][c];
            }
            let e = value - target[c];
            misfit += e * e;
            for i in 0..4 {
                bars[i][c] += 2.0 * e * w[i];
                t_bar += 2.0 * e * slopes[i] * part[i][c];
            }
        }
        warp_bar += t_bar * spans * bump;
    }
    (misfit, (bar, warp_bar))
}

// ---- a determinant -----------------------------------------------------------------------------------------

#[differentiate]
pub fn log_determinant(a: &[Vec<f64>]) -> f64 {
    let n = a.len();
    let mut lu = a.to_vec();
    let mut sum = 0.0;
    for k in 0..n {
        for i in k + 1..n {
            let factor = lu[i][k] / lu[k][k];
            lu[i][k] = factor;
            for j in k + 1..n {
                lu[i][j] -= factor * lu[k][j];
            }
        }
        sum += lu[k][k].abs().ln();
    }
    sum
}

/// By hand: the inverse, transposed.
pub fn log_determinant_by_hand(a: &[Vec<f64>]) -> (f64, Vec<Vec<f64>>) {
    let n = a.len();
    let mut lu: Vec<f64> = a.iter().flatten().copied().collect();
    let mut sum = 0.0;
    for k in 0..n {
        let (above, below) = lu.split_at_mut((k + 1) * n);
        let pivot_row = &above[k * n..];
        for row in below.chunks_exact_mut(n) {
            let factor = row[k] / pivot_row[k];
            row[k] = factor;
            for (x, p) in row[k + 1..].iter_mut().zip(&pivot_row[k + 1..]) {
                *x -= factor * p;
            }
        }
        sum += pivot_row[k].abs().ln();
    }
    // The rows of a^-T: l u x = e, all right-hand sides at once.
    let mut inverse = vec![0.0; n * n];
    for i in 0..n {
        inverse[i * n + i] = 1.0;
        for k in 0..i {
            let (above, row) = inverse.split_at_mut(i * n);
            let factor = lu[i * n + k];
            for (x, p) in row[..n].iter_mut().zip(&above[k * n..][..n]) {
                *x -= factor * p;
            }
        }
    }
    for i in (0..n).rev() {
        let (head, below) = inverse.split_at_mut((i + 1) * n);
        let row = &mut head[i * n..];
        for k in i + 1..n {
            let factor = lu[i * n + k];
            for (x, p) in row.iter_mut().zip(&below[(k - i - 1) * n..][..n]) {
                *x -= factor * p;
            }
        }
        let pivot = lu[i * n + i];
        row.iter_mut().for_each(|x| *x /= pivot);
    }
    (sum, (0..n).map(|i| (0..n).map(|j| inverse[j * n + i]).collect()).collect())
}

// ---- mixtures ----------------------------------------------------------------------------------------------

/// The likelihood of a mixture of logistic distributions.
#[differentiate(wrt(logits, centers, scales))]
pub fn mixture(logits: &[f64], centers: &[f64], scales: &[f64], data: &[f64]) -> f64 {
    let k = logits.len();
    let total: f64 = logits.iter().map(|l| l.exp()).sum();
    let weights: Vec<f64> = logits.iter().map(|l| l.exp() / total).collect();
    data.iter()
        .map(|x| {
            let density: f64 = (0..k)
                .map(|j| {
                    let e = (-(x - centers[j]).abs() / scales[j]).exp();
                    weights[j] * e / (scales[j] * (1.0 + e) * (1.0 + e))
                })
                .sum();
            density.ln()
        })
        .sum()
}

type Components = (Vec<f64>, Vec<f64>, Vec<f64>);

pub fn mixture_by_hand(logits: &[f64], centers: &[f64], scales: &[f64], data: &[f64]) -> (f64, Components) {
    let k = logits.len();
    let total: f64 = logits.iter().map(|l| l.exp()).sum();
    let weights: Vec<f64> = logits.iter().map(|l| l.exp() / total).collect();
    let (mut w_bar, mut c_bar, mut s_bar) = (vec![0.0; k], vec![0.0; k], vec![0.0; k]);
    let mut parts = vec![(0.0, 0.0, 0.0); k];
    let mut sum = 0.0;
    for x in data {
        let mut density = 0.0;
        for j in 0..k {
            let d = x - centers[j];
            let e = (-d.abs() / scales[j]).exp();
            let p = weights[j] * e / (scales[j] * (1.0 + e) * (1.0 + e));
            parts[j] = (d, e, p);
            density += p;
        }
        sum += density.ln();
        let inv = 1.0 / density;
        for j in 0..k {
            let (d, e, p) = parts[j];
            let share = p * inv;
            w_bar[j] += share;
            // d(ln p) / d(|d| / s) = -(1 - e) / (1 + e)
            let slope = share * (1.0 - e) / ((1.0 + e) * scales[j]);
            c_bar[j] += slope * d.signum();
            s_bar[j] += slope * d.abs() / scales[j] - share / scales[j];
        }
    }
    // weights are a softmax of the logits; w_bar holds w times the cotangent.
    let all: f64 = w_bar.iter().sum();
    let logits_bar = w_bar.iter().zip(&weights).map(|(b, w)| b - w * all).collect();
    (sum, (logits_bar, c_bar, s_bar))
}

pub fn cases() -> Vec<Case> {
    let mut r = Numbers::new(229);
    let pairs = |r: &mut Numbers, n: usize| -> &'static [[f64; 2]] {
        (0..n).map(|_| [r.between(-1.0, 1.0), r.between(-1.0, 1.0)]).collect::<Vec<_>>().leak()
    };
    let (knots, at, targets) = (pairs(&mut r, 20), r.list(500, 0.0, 1.0), pairs(&mut r, 500));
    let matrix: &'static [Vec<f64>] =
        (0..30).map(|i| (0..30).map(|j| r.between(-0.2, 0.2) + if i == j { 2.0 } else { 0.0 }).collect()).collect::<Vec<_>>().leak();
    let (logits, centers, scales, data) = (r.list(6, -1.0, 1.0), r.list(6, -2.0, 2.0), r.list(6, 0.3, 1.0), r.list(500, -3.0, 3.0));
    vec![
        Case::new(
            "curve",
            "20 knots, n=500",
            move || curve(knots, 0.1, at, targets),
            move || curve_by_hand(knots, 0.1, at, targets),
            move || curve_grad(knots, 0.1, at, targets),
        ),
        Case::new(
            "log_determinant",
            "n=30",
            move || log_determinant(matrix),
            move || log_determinant_by_hand(matrix),
            move || log_determinant_grad(matrix),
        ),
        Case::new(
            "mixture",
            "6 components, n=500",
            move || mixture(logits, centers, scales, data),
            move || mixture_by_hand(logits, centers, scales, data),
            move || mixture_grad(logits, centers, scales, data),
        ),
    ]
}
