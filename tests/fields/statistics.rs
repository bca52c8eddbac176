//! Statistics.

use crate::case;
use autodiff_core::differentiate;
use std::f64::consts::PI;

#[differentiate]
fn ln_gamma(x: f64) -> f64 {
    let coefficients = [
        76.180_091_729_471_46,
        -86.505_320_329_416_77,
        24.014_098_240_830_91,
        -1.231_739_572_450_155,
        0.120_865_097_386_617_9e-2,
        -0.539_523_938_495_3e-5,
    ];
    let mut y = x;
    let tmp = x + 5.5 - (x + 0.5) * (x + 5.5).ln();
    let mut ser = 1.000_000_000_190_015;
    for c in coefficients {
        y += 1.0;
        ser += c / y;
    }
    -tmp + (2.506_628_274_631_000_5 * ser / x).ln()
}

#[differentiate]
fn beta_log_likelihood(a: f64, b: f64, data: &[f64]) -> f64 {
    let norm = ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
    data.iter().map(|x| (a - 1.0) * x.ln() + (b - 1.0) * (1.0 - x).ln() - norm).sum()
}

#[differentiate]
fn student_t(nu: f64, mu: f64, sigma: f64, x: &[f64]) -> f64 {
    let c = ln_gamma((nu + 1.0) / 2.0) - ln_gamma(nu / 2.0) - 0.5 * (nu * PI).ln() - sigma.ln();
    x.iter()
        .map(|&xi| {
            let z = (xi - mu) / sigma;
            c - (nu + 1.0) / 2.0 * (z * z / nu).ln_1p()
        })
        .sum::<f64>()
}

#[differentiate]
fn gaussian_mixture(weights: &[f64], means: &[f64], sds: &[f64], data: &[f64]) -> f64 {
    let total: f64 = weights.iter().map(|w| w.exp()).sum();
    let mut ll = 0.0;
    for x in data {
        let mut terms = Vec::new();
        for ((w, m), s) in weights.iter().zip(means).zip(sds) {
            terms.push(w - total.ln() - 0.5 * ((x - m) / s).powi(2) - s.ln() - 0.5 * (2.0 * PI).ln());
        }
        let max = terms.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
        ll += max + terms.iter().map(|t| (t - max).exp()).sum::<f64>().ln();
    }
    ll
}

#[differentiate]
fn pearson(x: &[f64], y: &[f64]) -> f64 {
    let n = x.len() as f64;
    let mx = x.iter().sum::<f64>() / n;
    let my = y.iter().sum::<f64>() / n;
    let (sxy, sxx, syy) = x.iter().zip(y.iter()).fold((0.0, 0.0, 0.0), |(sxy, sxx, syy), (a, b)| {
        let (dx, dy) = (a - mx, b - my);
        (sxy + dx * dy, sxx + dx * dx, syy + dy * dy)
    });
    sxy / (sxx * syy).sqrt()
}

#[differentiate]
fn huber_location(theta: f64, data: &[f64], k: f64) -> f64 {
    data.iter()
        .map(|x| {
            let r = (x - theta).abs();
            if r <= k { 0.5 * r * r } else { k * (r - 0.5 * k) }
        })
        .sum()
}

#[differentiate]
fn welford_variance(data: &[f64]) -> f64 {
    let mut mean = 0.0;
    let mut m2 = 0.0;
    let mut n = 0u32;
    for &x in data {
        n += 1;
        let delta = x - mean;
        mean += delta / f64::from(n);
        m2 += delta * (x - mean);
    }
    if n < 2 { f64::NAN } else { m2 / f64::from(n - 1) }
}

#[differentiate]
fn poisson_regression(beta: &[f64], x: &[Vec<f64>], y: &[u32]) -> f64 {
    x.iter()
        .zip(y)
        .map(|(row, &count)| {
            let eta: f64 = row.iter().zip(beta.iter()).map(|(a, b)| a * b).sum();
            count as f64 * eta - eta.exp()
        })
        .sum()
}

#[differentiate]
fn ar1(phi: f64, sigma: f64, series: &[f64]) -> f64 {
    let n = series.len() - 1;
    let ss: f64 = series.windows(2).map(|w| (w[1] - phi * w[0]).powi(2)).sum();
    -(n as f64) * sigma.ln() - ss / (2.0 * sigma * sigma)
}

#[differentiate]
fn hmm_forward(initial: &[f64; 2], transition: &[[f64; 2]; 2], emission: &[[f64; 3]; 2], observations: &[usize]) -> f64 {
    let mut alpha = [initial[0] * emission[0][observations[0]], initial[1] * emission[1][observations[0]]];
    let mut ll = 0.0;
    for &o in &observations[1..] {
        let c: f64 = alpha.iter().sum();
        ll += c.ln();
        for a in alpha.iter_mut() {
            *a /= c;
        }
        let mut next = [0.0; 2];
        for j in 0..2 {
            for i in 0..2 {
                next[j] += alpha[i] * transition[i][j];
            }
            next[j] *= emission[j][o];
        }
        alpha = next;
    }
    ll + alpha.iter().sum::<f64>().ln()
}

#[differentiate]
fn kernel_density(x: f64, data: &[f64], h: f64) -> f64 {
    let k = |u: f64| (-0.5 * u * u).exp() / (2.0 * PI).sqrt();
    data.iter().map(|xi| k((x - xi) / h)).sum::<f64>() / (data.len() as f64 * h)
}

#[differentiate]
fn cox_partial(beta: f64, times: &[f64], events: &[bool], covariates: &[f64]) -> f64 {
    let mut ll = 0.0;
    for i in 0..times.len() {
        if !events[i] {
            continue;
        }
        let risk: f64 = times.iter().zip(covariates).filter(|(t, _)| **t >= times[i]).map(|(_, c)| (beta * c).exp()).sum();
        ll += beta * covariates[i] - risk.ln();
    }
    ll
}

#[differentiate]
fn gaussian_process(x: &[f64], y: &[f64], length: f64, noise: f64) -> f64 {
    let n = x.len();
    let mut k = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..n {
            let d = (x[i] - x[j]) / length;
            k[i * n + j] = (-0.5 * d * d).exp();
        }
        k[i * n + i] += noise;
    }
    // Cholesky, in place.
    for j in 0..n {
        for p in 0..j {
            k[j * n + j] -= k[j * n + p] * k[j * n + p];
        }
        k[j * n + j] = k[j * n + j].sqrt();
        for i in j + 1..n {
            for p in 0..j {
                k[i * n + j] -= k[i * n + p] * k[j * n + p];
            }
            k[i * n + j] /= k[j * n + j];
        }
    }
    let mut a = y.to_vec();
    for i in 0..n {
        for j in 0..i {
            let l = k[i * n + j];
            a[i] -= l * a[j];
        }
        a[i] /= k[i * n + i];
    }
    let log_det: f64 = (0..n).map(|i| k[i * n + i].ln()).sum();
    -0.5 * a.iter().map(|v| v * v).sum::<f64>() - log_det
}

#[differentiate]
fn softmax_entropy(logits: &[f64]) -> f64 {
    let max = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let exps: Vec<f64> = logits.iter().map(|l| (l - max).exp()).collect();
    let sum: f64 = exps.iter().sum();
    exps.iter().map(|e| e / sum).filter(|p| *p > 0.0).map(|p| -p * p.ln()).sum()
}

#[differentiate]
fn trimmed_mean(data: &[f64], low: f64, high: f64) -> f64 {
    let kept: Vec<f64> = data.iter().copied().filter(|x| (low..=high).contains(x)).collect();
    if kept.is_empty() {
        return 0.0;
    }
    kept.iter().sum::<f64>() / kept.len() as f64
}

#[test]
fn gradients() {
    case!(beta_log_likelihood, beta_log_likelihood_grad, |p| (p[0], p[1], &p[2..]), [2.0, 3.0, 0.2, 0.5, 0.7]);
    case!(student_t, student_t_grad, |p| (p[0], p[1], p[2], &p[3..]), [4.0, 0.1, 1.2, 0.5, -2.0, 3.0]);
    case!(
        gaussian_mixture,
        gaussian_mixture_grad,
        |p| (&p[..2], &p[2..4], &p[4..6], &p[6..]),
        [0.1, -0.2, -1.0, 1.5, 0.7, 1.1, 0.3, -1.2, 2.0]
    );
    case!(pearson, pearson_grad, |p| (&p[..4], &p[4..]), [1.0, 2.0, 4.0, 3.0, 2.0, 1.5, 5.0, 4.0]);
    case!(huber_location, huber_location_grad, |p| (p[0], &p[1..4], p[4]), [0.2, 0.5, 4.0, -3.0, 1.345]);
    case!(welford_variance, welford_variance_grad, |p| (p), [1.0, 4.0, 2.0, 8.0]);
    case!(
        poisson_regression,
        poisson_regression_grad,
        |p| (&p[..2], &[p[2..4].to_vec(), p[4..6].to_vec()], &[3, 1]),
        [0.3, -0.2, 1.0, 0.5, 1.0, 2.0]
    );
    case!(ar1, ar1_grad, |p| (p[0], p[1], &p[2..]), [0.7, 0.5, 1.0, 0.8, 0.3, 0.6]);
    case!(
        hmm_forward,
        hmm_forward_grad,
        |p| (&[p[0], p[1]], &[[p[2], p[3]], [p[4], p[5]]], &[[p[6], p[7], p[8]], [p[9], p[10], p[11]]], &[0, 2, 1, 1]),
        [0.6, 0.4, 0.7, 0.3, 0.2, 0.8, 0.5, 0.3, 0.2, 0.1, 0.3, 0.6]
    );
    case!(kernel_density, kernel_density_grad, |p| (p[0], &p[1..4], p[4]), [0.4, 0.0, 1.0, 2.0, 0.6]);
    case!(cox_partial, cox_partial_grad, |p| (p[0], &p[1..4], &[true, false, true], &p[4..]), [0.5, 3.0, 1.0, 2.0, 1.0, -0.4, 0.3]);
    case!(gaussian_process, gaussian_process_grad, |p| (&p[..3], &p[3..6], p[6], p[7]), [0.0, 0.7, 1.9, 1.0, 0.5, -0.3, 1.1, 0.1]);
    case!(softmax_entropy, softmax_entropy_grad, |p| (p), [0.1, 1.0, -0.5]);
    case!(trimmed_mean, trimmed_mean_grad, |p| (&p[..4], p[4], p[5]), [0.1, 1.0, -5.0, 0.4, -1.0, 2.0]);
}
