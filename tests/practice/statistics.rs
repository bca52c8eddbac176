//! Statistics.
use autodiff_core::{Differentiable, differentiate};

const LN_2PI: f64 = 1.8378770664093453;

#[differentiate]
fn normal_lpdf(x: f64, mu: f64, sigma: f64) -> f64 {
    let z = (x - mu) / sigma;
    -0.5 * (LN_2PI + z * z) - sigma.ln()
}

#[differentiate]
fn log_sum_exp(xs: &[f64]) -> f64 {
    let max = xs.iter().fold(f64::NEG_INFINITY, |m, &x| if x > m { x } else { m });
    if max.is_infinite() {
        return max;
    }
    max + xs.iter().map(|x| (x - max).exp()).sum::<f64>().ln()
}

/// Eight schools, non-centred.
#[differentiate]
fn hierarchical(mu: f64, log_tau: f64, eta: &[f64], y: &[f64], sigma: &[f64]) -> f64 {
    let tau = log_tau.exp();
    let mut lp = normal_lpdf(mu, 0.0, 5.0) + log_tau - (1.0 + (tau / 5.0).powi(2)).ln();
    for ((e, y), s) in eta.iter().zip(y.iter()).zip(sigma.iter()) {
        let theta = mu + tau * e;
        lp += normal_lpdf(*e, 0.0, 1.0) + normal_lpdf(*y, theta, *s);
    }
    lp
}

#[derive(Debug, Clone, Differentiable)]
struct Component {
    weight: f64,
    mean: [f64; 2],
    log_scale: [f64; 2],
}

/// Mixture: the EM lower bound with responsibilities recomputed.
#[differentiate]
fn em_bound(components: &[Component], data: &[[f64; 2]]) -> f64 {
    let log_w: Vec<f64> = components.iter().map(|c| c.weight).collect();
    let norm = log_sum_exp(&log_w);
    data.iter()
        .map(|x| {
            let scores: Vec<f64> = components
                .iter()
                .enumerate()
                .map(|(k, c)| {
                    let mut lp = log_w[k] - norm;
                    for j in 0..2 {
                        lp += normal_lpdf(x[j], c.mean[j], c.log_scale[j].exp());
                    }
                    lp
                })
                .collect();
            let total = log_sum_exp(&scores);
            let resp: Vec<f64> = scores.iter().map(|s| (s - total).exp()).collect();
            resp.iter().zip(&scores).map(|(r, s)| if *r > 0.0 { r * (s - r.ln()) } else { 0.0 }).sum::<f64>()
        })
        .sum()
}

#[derive(Debug, Clone, Differentiable)]
struct Subject {
    time: u32,
    event: bool,
}

/// Cox partial likelihood, Breslow; subjects sorted by descending time.
#[differentiate(wrt(beta, covariates))]
fn cox(beta: &[f64], covariates: &[Vec<f64>], subjects: &[Subject]) -> f64 {
    let eta: Vec<f64> = covariates.iter().map(|x| x.iter().zip(beta).map(|(a, b)| a * b).sum()).collect();
    let mut order: Vec<usize> = (0..subjects.len()).collect();
    order.sort_by(|&a, &b| subjects[b].time.cmp(&subjects[a].time));
    let mut risk = 0.0;
    let mut ll = 0.0;
    for &i in &order {
        risk += eta[i].exp();
        if subjects[i].event {
            ll += eta[i] - risk.ln();
        }
    }
    ll
}

/// Weibull survival with censoring.
#[differentiate]
fn weibull_ll(log_shape: f64, log_scale: f64, times: &[f64], observed: &[bool]) -> f64 {
    let (shape, scale) = (log_shape.exp(), log_scale.exp());
    times
        .iter()
        .zip(observed.iter())
        .map(|(&t, &seen)| {
            let z = (t / scale).powf(shape);
            let log_hazard = shape.ln() - scale.ln() + (shape - 1.0) * (t / scale).ln();
            if seen { log_hazard - z } else { -z }
        })
        .sum::<f64>()
}

#[derive(Clone, Copy, Debug, Differentiable)]
enum Copula {
    Clayton,
    Gumbel,
    Frank,
    Fgm,
}

/// Copula log-densities.
#[differentiate]
fn copula_log_density(kind: Copula, u: f64, v: f64, theta: f64) -> f64 {
    use Copula::*;
    match kind {
        Clayton => {
            let s = u.powf(-theta) + v.powf(-theta) - 1.0;
            (1.0 + theta).ln() - (theta + 1.0) * (u.ln() + v.ln()) - (2.0 + 1.0 / theta) * s.ln()
        }
        Gumbel => {
            let (x, y) = (-u.ln(), -v.ln());
            let a = (x.powf(theta) + y.powf(theta)).powf(1.0 / theta);
            -a - u.ln() - v.ln() + (theta - 1.0) * (x * y).ln() + (a + theta - 1.0).ln() + (1.0 - 2.0 * theta) * a.ln()
        }
        Frank => {
            let g = 1.0 - (-theta).exp();
            let d = g - (1.0 - (-theta * u).exp()) * (1.0 - (-theta * v).exp());
            (theta * g).ln() - theta * (u + v) - 2.0 * d.abs().ln()
        }
        Fgm => (1.0 + theta * (1.0 - 2.0 * u) * (1.0 - 2.0 * v)).ln(),
    }
}

#[differentiate]
fn copula_fit(theta: f64, pairs: &[(f64, f64)]) -> f64 {
    let mut total = 0.0;
    for (i, &(u, v)) in pairs.iter().enumerate() {
        let kind = [Copula::Clayton, Copula::Gumbel, Copula::Frank, Copula::Fgm][i % 4];
        total += copula_log_density(kind, u, v, theta);
    }
    total
}

/// Lanczos log-gamma, negative binomial regression.
#[differentiate]
fn ln_gamma(x: f64) -> f64 {
    const G: f64 = 7.0;
    const C: [f64; 9] = [
        0.99999999999980993,
        676.5203681218851,
        -1259.1392167224028,
        771.32342877765313,
        -176.61502916214059,
        12.507343278686905,
        -0.13857109526572012,
        9.9843695780195716e-6,
        1.5056327351493116e-7,
    ];
    if x < 0.5 {
        return (std::f64::consts::PI / (std::f64::consts::PI * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let t = x + G + 0.5;
    let mut a = C[0];
    for (i, c) in C.iter().enumerate().skip(1) {
        a += c / (x + i as f64);
    }
    0.5 * LN_2PI + (x + 0.5) * t.ln() - t + a.ln()
}

#[differentiate]
fn negative_binomial(beta: &[f64], log_phi: f64, x: &[Vec<f64>], counts: &[u64]) -> f64 {
    let phi = log_phi.exp();
    let mut ll = 0.0;
    for (row, &k) in x.iter().zip(counts) {
        let eta: f64 = row.iter().zip(beta.iter()).map(|(a, b)| a * b).sum();
        let mu = eta.exp();
        let k = k as f64;
        ll += ln_gamma(k + phi) - ln_gamma(phi) - ln_gamma(k + 1.0);
        ll += phi * (phi / (phi + mu)).ln() + k * (mu / (phi + mu)).ln();
    }
    ll
}

/// Kernel density cross-validation.
#[differentiate]
fn kde_cv(data: &[f64], bandwidth: f64) -> f64 {
    let n = data.len();
    let mut score = 0.0;
    for (i, x) in data.iter().enumerate() {
        let density =
            data.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, y)| (-0.5 * ((x - y) / bandwidth).powi(2)).exp()).sum::<f64>()
                / ((n - 1) as f64 * bandwidth);
        score += density.max(1e-300).ln();
    }
    score / n as f64
}

/// Moments in one pass (Welford), as a struct with methods.
#[derive(Debug, Clone, Default, Differentiable)]
struct Moments {
    n: usize,
    mean: f64,
    m2: f64,
    m3: f64,
}

impl Moments {
    #[differentiate]
    fn push(&mut self, x: f64) {
        let n1 = self.n as f64;
        self.n += 1;
        let n = self.n as f64;
        let delta = x - self.mean;
        let dn = delta / n;
        let term = delta * dn * n1;
        self.mean += dn;
        self.m3 += term * dn * (n - 2.0) - 3.0 * dn * self.m2;
        self.m2 += term;
    }
    #[differentiate]
    fn skewness(&self) -> f64 {
        (self.n as f64).sqrt() * self.m3 / self.m2.powf(1.5)
    }
}

#[differentiate]
fn sample_skewness(xs: &[f64]) -> f64 {
    let mut m = Moments::default();
    for x in xs {
        m.push(*x);
    }
    m.skewness()
}

/// Ordinal regression with cutpoints.
#[differentiate]
fn ordinal(raw_cuts: &[f64], slope: f64, xs: &[f64], grades: &[usize]) -> f64 {
    let mut cuts = Vec::new();
    let mut last = None;
    for &c in raw_cuts {
        let next = match last {
            None => c,
            Some(prev) => prev + f64::exp(c),
        };
        cuts.push(next);
        last = Some(next);
    }
    let cdf = |z: f64| 1.0 / (1.0 + (-z).exp());
    let mut ll = 0.0;
    for (x, &g) in xs.iter().zip(grades) {
        let hi = if g == cuts.len() { 1.0 } else { cdf(cuts[g] - slope * x) };
        let lo = if g == 0 { 0.0 } else { cdf(cuts[g - 1] - slope * x) };
        ll += (hi - lo).ln();
    }
    ll
}

#[differentiate]
fn copula_fit_one(v: &[f64], shift: f64) -> f64 {
    let pairs: Vec<(f64, f64)> = v[1..].chunks_exact(2).map(|c| (c[0], c[1])).collect();
    copula_fit(v[0] * shift, &pairs)
}

mod checks {
    use super::*;
    use crate::checked;
    fn comp(v: &[f64]) -> Vec<Component> {
        v.chunks(5).map(|c| Component { weight: c[0], mean: [c[1], c[2]], log_scale: [c[3], c[4]] }).collect()
    }
    fn two(v: &[f64]) -> Vec<[f64; 2]> {
        v.chunks(2).map(|c| [c[0], c[1]]).collect()
    }
    fn rows(v: &[f64]) -> Vec<Vec<f64>> {
        v.chunks(2).map(|c| c.to_vec()).collect()
    }
    fn subjects() -> Vec<Subject> {
        [(3, true), (8, false), (5, true), (1, true)].iter().map(|&(time, event)| Subject { time, event }).collect()
    }
    checked!(hierarchical hierarchical_grad hierarchical_vjp hierarchical_jvp: 11, 0.2, 1.,
        |v| (v[0], v[1], &v[2..5], &v[5..8], &v[8..11]),
        d => (d[0], d[1], &d[2..5], &d[5..8], &d[8..11]));
    checked!(log_sum_exp log_sum_exp_grad log_sum_exp_vjp log_sum_exp_jvp: 5, -1., 1., |v| (v), d => d);
    checked!(em_bound em_bound_grad em_bound_vjp em_bound_jvp: 16, -1., 1.,
        |v| (&comp(&v[0..10]), &two(&v[10..16])));
    checked!(cox cox_grad cox_vjp cox_jvp: 10, -1., 1.,
        |v| (&v[0..2], &rows(&v[2..10]), &subjects()),
        d => (&d[0..2], &rows(&d[2..10])));
    checked!(weibull_ll weibull_ll_grad weibull_ll_vjp weibull_ll_jvp: 6, 0.2, 1.,
        |v| (v[0], v[1], &v[2..6], &[true, false, true, true]),
        d => (d[0], d[1], &d[2..6]));
    checked!(copula_fit_one copula_fit_one_grad copula_fit_one_vjp copula_fit_one_jvp: 10, 0.2, 0.9,
        |v| (&v[0..9], v[9]),
        d => (&d[0..9], d[9]));
    checked!(negative_binomial negative_binomial_grad negative_binomial_vjp negative_binomial_jvp: 9, 0.2, 0.9,
        |v| (&v[0..2], v[2], &rows(&v[3..9]), &[0, 3, 7]),
        d => (&d[0..2], d[2], &rows(&d[3..9])));
    checked!(ln_gamma ln_gamma_grad ln_gamma_vjp ln_gamma_jvp: 1, 0.2, 3.9, |v| (v[0]), d => d[0]);
    checked!(kde_cv kde_cv_grad kde_cv_vjp kde_cv_jvp: 6, 0.2, 0.9,
        |v| (&v[0..5], v[5]),
        d => (&d[0..5], d[5]));
    checked!(sample_skewness sample_skewness_grad sample_skewness_vjp sample_skewness_jvp: 6, 0.2, 0.9,
        |v| (v),
        d => d);
    checked!(ordinal ordinal_grad ordinal_vjp ordinal_jvp: 8, 0.2, 0.9,
        |v| (&v[0..3], v[3], &v[4..8], &[0, 1, 3, 2]),
        d => (&d[0..3], d[3], &d[4..8]));
}
