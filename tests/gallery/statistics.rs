//! Statistics: likelihoods, regressions, mixtures, time series, Gaussian processes, hidden Markov.
#![allow(clippy::needless_range_loop)]

use std::f64::consts::{LN_2, PI};

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Copy, Debug, Differentiable)]
struct Normal {
    mean: f64,
    log_sd: f64,
}

impl Normal {
    #[differentiate]
    fn ln_pdf(&self, x: f64) -> f64 {
        let z = (x - self.mean) * (-self.log_sd).exp();
        -0.5 * z * z - self.log_sd - 0.5 * (2.0 * PI).ln()
    }

    #[differentiate]
    fn log_likelihood(&self, data: &[f64]) -> f64 {
        data.iter().map(|&x| self.ln_pdf(x)).sum()
    }
}

#[differentiate]
fn gaussian_log_likelihood(data: &[f64], mu: f64, sigma: f64) -> f64 {
    let n = data.len() as f64;
    let sum_of_squares: f64 = data.iter().map(|x| (x - mu).powi(2)).sum();
    -0.5 * n * (2.0 * PI * sigma.powi(2)).ln() - sum_of_squares / (2.0 * sigma * sigma)
}

/// Numerically safe ln(1 + e^x).
#[differentiate]
fn softplus(x: f64) -> f64 {
    if x > 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() }
}

#[differentiate(wrt(weights, bias))]
fn logistic_loss(weights: &[f64], bias: f64, features: &[Vec<f64>], labels: &[bool]) -> f64 {
    let total: f64 = features
        .iter()
        .zip(labels)
        .map(|(row, &label)| {
            let z = bias + row.iter().zip(weights).map(|(x, w)| x * w).sum::<f64>();
            if label { softplus(-z) } else { softplus(z) }
        })
        .sum();
    total / labels.len() as f64
}

#[differentiate]
fn poisson_log_likelihood(beta: &[f64], design: &[f64], counts: &[u32]) -> f64 {
    design
        .chunks_exact(beta.len())
        .zip(counts.iter())
        .map(|(row, &y)| {
            let eta: f64 = row.iter().zip(beta.iter()).map(|(x, b)| x * b).sum();
            let ln_factorial: f64 = (1..=y).map(|k| f64::from(k).ln()).sum();
            f64::from(y) * eta - eta.exp() - ln_factorial
        })
        .sum()
}

#[differentiate]
fn log_sum_exp(xs: &[f64]) -> f64 {
    let max = xs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if max.is_infinite() {
        return max;
    }
    max + xs.iter().map(|x| (x - max).exp()).sum::<f64>().ln()
}

#[differentiate]
fn mixture_log_likelihood(data: &[f64], logits: &[f64], means: &[f64], log_sds: &[f64]) -> f64 {
    let normaliser = log_sum_exp(logits);
    let mut total = 0.0;
    for &x in data {
        let terms: Vec<f64> = logits
            .iter()
            .zip(means)
            .zip(log_sds)
            .map(|((&logit, &mean), &log_sd)| {
                let component = Normal { mean, log_sd };
                logit - normaliser + component.ln_pdf(x)
            })
            .collect();
        total += log_sum_exp(&terms);
    }
    total
}

/// Conditional on nothing: the first value has the stationary distribution.
#[differentiate]
fn ar1_log_likelihood(series: &[f64], phi: f64, sigma: f64) -> f64 {
    let stationary_var = sigma * sigma / (1.0 - phi * phi);
    let first = -0.5 * ((2.0 * PI * stationary_var).ln() + series[0].powi(2) / stationary_var);
    series.windows(2).fold(first, |acc, pair| {
        let innovation = pair[1] - phi * pair[0];
        acc - 0.5 * (2.0 * PI).ln() - sigma.ln() - 0.5 * (innovation / sigma).powi(2)
    })
}

#[differentiate]
fn arma_sum_of_squares(series: &[f64], ar: &[f64], ma: &[f64]) -> f64 {
    let n = series.len();
    let mut residuals = vec![0.0; n];
    for t in 0..n {
        let mut e = series[t];
        for (i, phi) in ar.iter().enumerate() {
            if t > i {
                e -= phi * series[t - i - 1];
            }
        }
        for (j, theta) in ma.iter().enumerate() {
            if j + 1 > t {
                break;
            }
            e -= theta * residuals[t - 1 - j];
        }
        residuals[t] = e;
    }
    residuals.iter().skip(ar.len()).map(|e| e * e).sum()
}

#[differentiate]
fn kmeans_cost(points: &[[f64; 2]], centers: &[[f64; 2]]) -> f64 {
    points
        .iter()
        .map(|p| centers.iter().map(|c| (p[0] - c[0]).powi(2) + (p[1] - c[1]).powi(2)).fold(f64::INFINITY, |best, d| best.min(d)))
        .sum()
}

#[differentiate]
fn kernel_density(sample: &[f64], at: f64, bandwidth: f64) -> f64 {
    let kernel = |u: f64| (-0.5 * u * u).exp() / (2.0 * PI).sqrt();
    let sum: f64 = sample.iter().map(|xi| kernel((at - xi) / bandwidth)).sum();
    sum / (sample.len() as f64 * bandwidth)
}

#[differentiate(wrt(slope, intercept, delta))]
fn huber_loss(x: &[f64], y: &[f64], slope: f64, intercept: f64, delta: f64) -> f64 {
    let mut loss = 0.0;
    for (xi, yi) in x.iter().zip(y.iter()) {
        let r = yi - (slope * xi + intercept);
        loss += if r.abs() <= delta { 0.5 * r * r } else { delta * (r.abs() - 0.5 * delta) };
    }
    loss / x.len() as f64
}

#[differentiate]
fn quantile_loss(values: &[f64], q: f64, tau: f64) -> f64 {
    let above: f64 = values.iter().filter(|&&v| v >= q).map(|v| tau * (v - q)).sum();
    let below: f64 = values.iter().filter(|v| **v < q).map(|v| (1.0 - tau) * (q - v)).sum();
    above + below
}

/// Lower factor, or `None` where the matrix is not positive definite.
#[differentiate]
fn cholesky(a: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let n = a.len();
    let mut l = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let mut s = a[i][j];
            for k in 0..j {
                s -= l[i][k] * l[j][k];
            }
            if i == j {
                if s <= 0.0 {
                    return None;
                }
                l[i][i] = s.sqrt();
            } else {
                l[i][j] = s / l[j][j];
            }
        }
    }
    Some(l)
}

#[differentiate]
fn squared_exponential(a: f64, b: f64, variance: f64, length_scale: f64) -> f64 {
    let d = (a - b) / length_scale;
    variance * (-0.5 * d * d).exp()
}

/// Gaussian-process log marginal likelihood.
#[differentiate]
fn gp_log_marginal(x: &[f64], y: &[f64], variance: f64, length_scale: f64, noise: f64) -> f64 {
    let n = x.len();
    let kernel: Vec<Vec<f64>> = (0..n)
        .map(|i| {
            (0..n)
                .map(|j| {
                    let k = squared_exponential(x[i], x[j], variance, length_scale);
                    if i == j { k + noise } else { k }
                })
                .collect()
        })
        .collect();
    let Some(l) = cholesky(&kernel) else {
        return f64::NEG_INFINITY;
    };
    let mut z = y.to_vec();
    for i in 0..n {
        let (done, rest) = z.split_at_mut(i);
        let partial: f64 = l[i][..i].iter().zip(done.iter()).map(|(a, b)| a * b).sum();
        rest[0] = (rest[0] - partial) / l[i][i];
    }
    let quadratic: f64 = z.iter().map(|v| v * v).sum();
    let half_log_det: f64 = (0..n).map(|i| l[i][i].ln()).sum();
    -0.5 * quadratic - half_log_det - 0.5 * n as f64 * (2.0 * PI).ln()
}

/// Scaled forward algorithm: log-probability of the observed symbols.
#[differentiate]
fn hmm_log_likelihood<const S: usize, const O: usize>(
    initial: &[f64; S],
    transition: &[[f64; S]; S],
    emission: &[[f64; O]; S],
    observations: &[usize],
) -> f64 {
    let mut alpha = [0.0; S];
    let mut next = [0.0; S];
    let mut log_prob = 0.0;
    for (t, &symbol) in observations.iter().enumerate() {
        for s in 0..S {
            let arriving = if t == 0 { initial[s] } else { (0..S).map(|r| alpha[r] * transition[r][s]).sum() };
            next[s] = arriving * emission[s][symbol];
        }
        let scale: f64 = next.iter().sum();
        for value in &mut next {
            *value /= scale;
        }
        log_prob += scale.ln();
        std::mem::swap(&mut alpha, &mut next);
    }
    log_prob
}

#[differentiate]
fn mean_and_variance(xs: &[f64]) -> (f64, f64) {
    let mut mean = 0.0;
    let mut m2 = 0.0;
    for (k, &x) in xs.iter().enumerate() {
        let delta = x - mean;
        mean += delta / (k + 1) as f64;
        m2 += delta * (x - mean);
    }
    (mean, m2 / (xs.len() - 1) as f64)
}

#[differentiate]
fn welch_t(a: &[f64], b: &[f64]) -> f64 {
    let (mean_a, var_a) = mean_and_variance(a);
    let (mean_b, var_b) = mean_and_variance(b);
    (mean_a - mean_b) / (var_a / a.len() as f64 + var_b / b.len() as f64).sqrt()
}

/// In bits; empty cells contribute nothing.
#[differentiate]
fn mutual_information<const R: usize, const C: usize>(joint: [[f64; C]; R]) -> f64 {
    let total: f64 = joint.iter().flatten().sum();
    let rows = joint.map(|row| row.iter().sum::<f64>() / total);
    let mut columns = [0.0; C];
    for row in &joint {
        for (c, p) in columns.iter_mut().zip(row) {
            *c += p / total;
        }
    }
    let mut information = 0.0;
    for (i, row) in joint.iter().enumerate() {
        for (j, cell) in row.iter().enumerate() {
            let p = cell / total;
            if p == 0.0 {
                continue;
            }
            information += p * (p / (rows[i] * columns[j])).ln() / LN_2;
        }
    }
    information
}

/// The deepest fall below a previous high, as a fraction of it.
#[differentiate]
fn max_drawdown(prices: &[f64]) -> f64 {
    prices
        .iter()
        .scan(prices[0], |peak, &price| {
            *peak = peak.max(price);
            Some(1.0 - price / *peak)
        })
        .fold(0.0, f64::max)
}

#[differentiate]
fn geometric_mean(values: &[f64]) -> f64 {
    assert!(!values.is_empty(), "no data");
    values.iter().product::<f64>().powf(1.0 / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{assert_close, numeric_gradient};

    fn check(name: &str, f: impl Fn(&[f64]) -> f64, x: &[f64], value: f64, gradient: &[f64]) {
        assert_eq!(value.to_bits(), f(x).to_bits(), "value of {name}");
        assert_close(name, gradient, &numeric_gradient(f, x), 1e-6);
    }

    fn pairs(v: &[f64]) -> Vec<[f64; 2]> {
        v.chunks(2).map(|c| [c[0], c[1]]).collect()
    }

    #[test]
    fn normal_log_likelihood_gradient() {
        let x = [0.3, -0.2, 1.4, 0.6, 0.9];
        let normal = |v: &[f64]| Normal { mean: v[0], log_sd: v[1] };
        let (value, (n, d)) = normal(&x).log_likelihood_grad(&x[2..]);
        let g = [&[n.mean, n.log_sd], &d[..]].concat();
        let f = |v: &[f64]| normal(v).log_likelihood(&v[2..]);
        check("log_likelihood", f, &x, value, &g);
    }

    #[test]
    fn gaussian_log_likelihood_gradient() {
        let x = [0.3, -0.2, 1.4, 0.6, 0.5, 0.8];
        let (value, (d, mu, sigma)) = gaussian_log_likelihood_grad(&x[..4], x[4], x[5]);
        let g = [&d[..], &[mu, sigma]].concat();
        let f = |v: &[f64]| gaussian_log_likelihood(&v[..4], v[4], v[5]);
        check("gaussian_log_likelihood", f, &x, value, &g);
    }

    #[test]
    fn logistic_loss_gradient() {
        let features = vec![vec![0.5, 1.2, -0.3], vec![-1.1, 0.4, 0.8], vec![0.9, -0.7, 1.5]];
        let labels = [true, false, true];
        let x = [0.4, -0.6, 0.9, 0.1];
        let (value, (w, b)) = logistic_loss_grad(&x[..3], x[3], &features, &labels);
        let g = [&w[..], &[b]].concat();
        let f = |v: &[f64]| logistic_loss(&v[..3], v[3], &features, &labels);
        check("logistic_loss", f, &x, value, &g);
    }

    #[test]
    fn poisson_log_likelihood_gradient() {
        let counts = [0, 3, 1, 2];
        let x = [0.4, -0.3, 1.0, 0.2, 1.0, -1.1, 1.0, 0.7, 1.0, 1.6];
        let (value, (beta, design)) = poisson_log_likelihood_grad(&x[..2], &x[2..], &counts);
        let g = [&beta[..], &design].concat();
        let f = |v: &[f64]| poisson_log_likelihood(&v[..2], &v[2..], &counts);
        check("poisson_log_likelihood", f, &x, value, &g);
    }

    #[test]
    fn log_sum_exp_gradient() {
        let x = [0.4, 1.7, -0.3, 1.2];
        let (value, g) = log_sum_exp_grad(&x);
        check("log_sum_exp", log_sum_exp, &x, value, &g);
    }

    #[test]
    fn mixture_log_likelihood_gradient() {
        let x = [0.1, 1.9, -0.7, 2.4, 0.3, -0.2, 0.0, 2.0, -0.1, 0.2];
        let (value, (d, p, m, s)) = mixture_log_likelihood_grad(&x[..4], &x[4..6], &x[6..8], &x[8..]);
        let g = [d, p, m, s].concat();
        let f = |v: &[f64]| mixture_log_likelihood(&v[..4], &v[4..6], &v[6..8], &v[8..]);
        check("mixture_log_likelihood", f, &x, value, &g);
    }

    #[test]
    fn ar1_log_likelihood_gradient() {
        let x = [0.4, 0.9, 0.2, -0.5, 0.1, 0.6, 0.8];
        let (value, (s, phi, sigma)) = ar1_log_likelihood_grad(&x[..5], x[5], x[6]);
        let g = [&s[..], &[phi, sigma]].concat();
        let f = |v: &[f64]| ar1_log_likelihood(&v[..5], v[5], v[6]);
        check("ar1_log_likelihood", f, &x, value, &g);
    }

    #[test]
    fn arma_sum_of_squares_gradient() {
        let x = [0.4, 0.9, 0.2, -0.5, 0.1, 0.7, 0.5, -0.2, 0.3];
        let (value, (s, ar, ma)) = arma_sum_of_squares_grad(&x[..6], &x[6..8], &x[8..]);
        let g = [s, ar, ma].concat();
        let f = |v: &[f64]| arma_sum_of_squares(&v[..6], &v[6..8], &v[8..]);
        check("arma_sum_of_squares", f, &x, value, &g);
    }

    #[test]
    fn kmeans_cost_gradient() {
        let x = [0.1, 0.2, 1.9, 2.2, 0.4, -0.3, 2.1, 1.7, 0.3, 0.1, 2.0, 1.8];
        let (value, (p, c)) = kmeans_cost_grad(&pairs(&x[..8]), &pairs(&x[8..]));
        let g: Vec<f64> = p.iter().chain(&c).flatten().copied().collect();
        let f = |v: &[f64]| kmeans_cost(&pairs(&v[..8]), &pairs(&v[8..]));
        check("kmeans_cost", f, &x, value, &g);
    }

    #[test]
    fn kernel_density_gradient() {
        let x = [0.1, 0.7, 1.9, -0.4, 0.5, 0.6];
        let (value, (s, at, h)) = kernel_density_grad(&x[..4], x[4], x[5]);
        let g = [&s[..], &[at, h]].concat();
        let f = |v: &[f64]| kernel_density(&v[..4], v[4], v[5]);
        check("kernel_density", f, &x, value, &g);
    }

    #[test]
    fn huber_loss_gradient() {
        let xs = [0.0, 1.0, 2.0, 3.0];
        let ys = [0.2, 1.4, 5.0, 2.1];
        let x = [0.9, 0.1, 0.8];
        let (value, (s, i, d)) = huber_loss_grad(&xs, &ys, x[0], x[1], x[2]);
        let f = |v: &[f64]| huber_loss(&xs, &ys, v[0], v[1], v[2]);
        check("huber_loss", f, &x, value, &[s, i, d]);
    }

    #[test]
    fn quantile_loss_gradient() {
        let x = [0.1, 0.7, 1.9, -0.4, 0.5, 0.3];
        let (value, (v, q, tau)) = quantile_loss_grad(&x[..4], x[4], x[5]);
        let g = [&v[..], &[q, tau]].concat();
        let f = |v: &[f64]| quantile_loss(&v[..4], v[4], v[5]);
        check("quantile_loss", f, &x, value, &g);
    }

    #[test]
    fn gp_log_marginal_gradient() {
        let x = [0.0, 0.6, 1.5, 2.1, 0.3, 0.9, -0.2, -0.8, 1.2, 0.7, 0.15];
        let (value, (dx, dy, v, l, n)) = gp_log_marginal_grad(&x[..4], &x[4..8], x[8], x[9], x[10]);
        let g = [&dx[..], &dy, &[v, l, n]].concat();
        let f = |v: &[f64]| gp_log_marginal(&v[..4], &v[4..8], v[8], v[9], v[10]);
        check("gp_log_marginal", f, &x, value, &g);
    }

    #[test]
    fn gp_log_marginal_of_indefinite_kernel() {
        let (value, (_, _, v, l, n)) = gp_log_marginal_grad(&[0.0, 1.0], &[0.3, 0.4], 1.0, 0.7, -2.0);
        assert_eq!(value, f64::NEG_INFINITY);
        assert_eq!([v, l, n], [0.0; 3]);
    }

    #[test]
    fn hmm_log_likelihood_gradient() {
        let x = [0.6, 0.4, 0.7, 0.3, 0.2, 0.8, 0.5, 0.3, 0.2, 0.1, 0.3, 0.6];
        let observed = [0, 2, 1, 2, 0];
        let initial = |v: &[f64]| [v[0], v[1]];
        let transition = |v: &[f64]| [[v[2], v[3]], [v[4], v[5]]];
        let emission = |v: &[f64]| [[v[6], v[7], v[8]], [v[9], v[10], v[11]]];
        let (value, (i, t, e)) = hmm_log_likelihood_grad(&initial(&x), &transition(&x), &emission(&x), &observed);
        let g = [&i[..], t.as_flattened(), e.as_flattened()].concat();
        let f = |v: &[f64]| hmm_log_likelihood(&initial(v), &transition(v), &emission(v), &observed);
        check("hmm_log_likelihood", f, &x, value, &g);
    }

    #[test]
    fn welch_t_gradient() {
        let x = [0.4, 0.9, 1.3, 0.6, 1.1, 1.8, 2.2];
        let (value, (a, b)) = welch_t_grad(&x[..4], &x[4..]);
        let f = |v: &[f64]| welch_t(&v[..4], &v[4..]);
        check("welch_t", f, &x, value, &[a, b].concat());
    }

    #[test]
    fn mutual_information_gradient() {
        let x = [0.2, 0.1, 0.3, 0.05, 0.25, 0.4];
        let table = |v: &[f64]| [[v[0], v[1], v[2]], [v[3], v[4], v[5]]];
        let (value, g) = mutual_information_grad(table(&x));
        let f = |v: &[f64]| mutual_information(table(v));
        check("mutual_information", f, &x, value, g.as_flattened());
    }

    #[test]
    fn mutual_information_with_an_empty_cell() {
        let table = [[0.5, 0.0], [0.2, 0.3]];
        let (value, g) = mutual_information_grad(table);
        assert_eq!(value.to_bits(), mutual_information(table).to_bits());
        assert!(g.as_flattened().iter().all(|d| d.is_finite()));
    }

    #[test]
    fn max_drawdown_gradient() {
        let x = [1.0, 1.4, 1.1, 0.8, 1.9, 1.7];
        let (value, g) = max_drawdown_grad(&x);
        check("max_drawdown", max_drawdown, &x, value, &g);
    }

    #[test]
    fn geometric_mean_gradient() {
        let x = [1.0, 1.4, 0.7, 2.2];
        let (value, g) = geometric_mean_grad(&x);
        check("geometric_mean", geometric_mean, &x, value, &g);
    }

    #[test]
    #[should_panic(expected = "no data")]
    fn geometric_mean_of_nothing() {
        geometric_mean_grad(&[]);
    }
}
