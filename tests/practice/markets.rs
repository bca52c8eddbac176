//! Utilities, likelihoods, trees of prices, curves.
use autodiff_core::{Differentiable, differentiate};

// CES nest tree
#[derive(Clone, Debug, Differentiable)]
pub enum Nest {
    Leaf(f64),
    Ces { sigma: f64, children: Vec<(f64, Nest)> },
    CobbDouglas(Vec<(f64, Nest)>),
}
#[differentiate]
impl Nest {
    pub fn value(&self) -> f64 {
        match self {
            Nest::Leaf(q) => *q,
            Nest::Ces { sigma, children } => {
                let rho = (sigma - 1.0) / sigma;
                children.iter().map(|(a, c)| a.powf(1.0 / sigma) * c.value().powf(rho)).sum::<f64>().powf(1.0 / rho)
            }
            Nest::CobbDouglas(parts) => parts.iter().map(|(share, c)| c.value().powf(*share)).product(),
        }
    }
}
#[differentiate]
fn utility_nest(q: &[f64; 4], sigma: f64) -> f64 {
    let tree = Nest::Ces {
        sigma,
        children: vec![
            (0.4, Nest::CobbDouglas(vec![(0.3, Nest::Leaf(q[0])), (0.7, Nest::Leaf(q[1]))])),
            (0.6, Nest::Ces { sigma: 0.5 * sigma, children: vec![(0.5, Nest::Leaf(q[2])), (0.5, Nest::Leaf(q[3]))] }),
        ],
    };
    tree.value()
}

// OLG steady state
#[derive(Debug, Clone, Copy, PartialEq, Differentiable)]
pub struct Params {
    pub alpha: f64,
    pub beta: f64,
    pub delta: f64,
    pub n: f64,
}
impl Default for Params {
    fn default() -> Self {
        Params { alpha: 0.33, beta: 0.96, delta: 0.1, n: 0.02 }
    }
}
#[differentiate]
fn olg_steady_state(p: &Params, k0: f64) -> f64 {
    let mut k = k0;
    let mut iter = 0usize;
    let tol = 1e-14;
    while iter < 500 {
        let w = (1.0 - p.alpha) * k.powf(p.alpha);
        let s = p.beta / (1.0 + p.beta) * w;
        let k_next = s / (1.0 + p.n);
        let diff = (k_next - k).abs();
        k = k_next;
        iter += 1;
        if diff < tol {
            break;
        }
    }
    let r = p.alpha * k.powf(p.alpha - 1.0) - p.delta;
    r + k
}

#[differentiate]
fn lifetime_utility(c: &[f64], beta: f64, gamma: f64) -> Option<f64> {
    if c.iter().any(|&x| x <= 0.0) {
        return None;
    }
    let u = |x: f64| if (gamma - 1.0).abs() < 1e-9 { x.ln() } else { (x.powf(1.0 - gamma) - 1.0) / (1.0 - gamma) };
    Some(c.iter().rev().fold(0.0, |v, &ct| u(ct) + beta * v))
}
#[differentiate]
fn welfare(c: &[f64], beta: f64, gamma: f64) -> f64 {
    lifetime_utility(c, beta, gamma).unwrap_or(f64::NEG_INFINITY)
}

#[derive(Debug, Clone)]
enum EstimationError {
    Empty,
    NonStationary { persistence: f64 },
}
#[differentiate(wrt(theta))]
fn garch_loglik(theta: &[f64], returns: &[f64]) -> Result<f64, EstimationError> {
    let (omega, alpha, beta) = match theta {
        [o, a, b] => (o.exp(), *a, *b),
        _ => return Err(EstimationError::Empty),
    };
    let first = returns.first().ok_or(EstimationError::Empty)?;
    if alpha + beta >= 1.0 {
        return Err(EstimationError::NonStationary { persistence: autodiff_core::constant(alpha + beta) });
    }
    let mut h = omega / (1.0 - alpha - beta);
    let mut ll = -0.5 * (h.ln() + first * first / h);
    for w in returns.windows(2) {
        let [prev, cur] = w else { unreachable!() };
        h = omega + alpha * prev.powi(2) + beta * h;
        ll += -0.5 * ((2.0 * std::f64::consts::PI).ln() + h.ln() + cur.powi(2) / h);
    }
    Ok(ll)
}
#[differentiate(wrt(theta))]
fn garch(theta: &[f64], r: &[f64]) -> f64 {
    match garch_loglik(theta, r) {
        Ok(l) => -l / r.len() as f64,
        Err(EstimationError::NonStationary { persistence }) => 1e6 * persistence,
        Err(_) => 0.0,
    }
}

// Kalman local level with struct state & builder
#[derive(Clone, Debug, Differentiable)]
pub struct LocalLevel {
    q: f64,
    r: f64,
    level: f64,
    var: f64,
    ll: f64,
    #[differentiable(skip)]
    name: String,
}
#[differentiate]
impl LocalLevel {
    pub fn new(q: f64, r: f64) -> Self {
        Self { q, r, level: 0.0, var: 1e2, ll: 0.0, name: String::new() }
    }
    #[must_use]
    pub fn with_level(mut self, level: f64) -> Self {
        self.level = level;
        self
    }
    #[must_use]
    pub fn with_variance(self, var: f64) -> Self {
        Self { var, ..self }
    }
    fn step(&mut self, y: Option<f64>) -> f64 {
        self.var += self.q;
        let Some(y) = y else { return self.level };
        let f = self.var + self.r;
        let v = y - self.level;
        let k = self.var / f;
        self.level += k * v;
        self.var *= 1.0 - k;
        self.ll -= 0.5 * (f.ln() + v * v / f);
        self.level
    }
}
#[differentiate(wrt(q, r))]
fn kalman_nll(q: f64, r: f64, obs: &[Option<f64>]) -> f64 {
    let mut m = LocalLevel::new(q.exp(), r.exp()).with_level(0.3).with_variance(2.0);
    let mut track = Vec::with_capacity(obs.len());
    for &y in obs {
        track.push(m.step(y));
    }
    -m.ll + track.last().copied().unwrap_or_default() * 0.1
}

// Probit/logit MLE with HashMap-lookup of group (inactive)
#[differentiate(wrt(beta))]
fn logit_mle(beta: &[f64], x: &[Vec<f64>], y: &[bool], w: &[f64]) -> f64 {
    x.iter()
        .zip(y.iter())
        .zip(w)
        .map(|((row, &yi), wi)| {
            let eta = row.iter().zip(beta).map(|(a, b)| a * b).sum::<f64>();
            let p = 1.0 / (1.0 + (-eta).exp());
            wi * if yi { p.ln() } else { (1.0 - p).ln() }
        })
        .sum::<f64>()
        / w.iter().sum::<f64>()
}

// Binomial tree
#[derive(Clone, Copy, PartialEq, Eq, Debug, Differentiable)]
enum Style {
    European,
    American,
}
#[derive(Clone, Copy, PartialEq, Eq, Debug, Differentiable)]
enum Right {
    Call,
    Put,
}
#[differentiate]
fn payoff(right: Right, s: f64, k: f64) -> f64 {
    match right {
        Right::Call => (s - k).max(0.0),
        Right::Put => (k - s).max(0.0),
    }
}
#[differentiate]
fn crr(s0: f64, k: f64, r: f64, sigma: f64, t: f64, n: usize, style: Style, right: Right) -> f64 {
    let dt = t / n as f64;
    let u = (sigma * dt.sqrt()).exp();
    let d = u.recip();
    let disc = (-r * dt).exp();
    let p = ((r * dt).exp() - d) / (u - d);
    let mut v: Vec<f64> = (0..=n).map(|j| payoff(right, s0 * u.powi(j as i32) * d.powi((n - j) as i32), k)).collect();
    for step in (0..n).rev() {
        for j in 0..=step {
            let cont = disc * (p * v[j + 1] + (1.0 - p) * v[j]);
            v[j] = if style == Style::American {
                let s = s0 * u.powi(j as i32) * d.powi((step - j) as i32);
                cont.max(payoff(right, s, k))
            } else {
                cont
            };
        }
        v.truncate(step + 1);
    }
    v[0]
}

// LMM caplet swaption MC
#[differentiate(wrt(f0, vol))]
fn lmm(f0: &[f64], vol: &[f64], z: &[[f64; 3]], tau: f64, strike: f64) -> f64 {
    let n = f0.len();
    let mut payoff_sum = 0.0;
    for path in z {
        let mut f = f0.to_vec();
        for (step, dw) in path.iter().enumerate() {
            let mut drift = 0.0;
            for i in (step + 1)..n {
                drift += tau * f[i] * vol[i] / (1.0 + tau * f[i]);
                f[i] *= ((drift * vol[i] - 0.5 * vol[i] * vol[i]) * tau + vol[i] * tau.sqrt() * dw).exp();
            }
        }
        let mut df = 1.0;
        let mut annuity = 0.0;
        for rate in &f {
            df /= 1.0 + tau * rate;
            annuity += tau * df;
        }
        let swap_rate = (1.0 - df) / annuity;
        payoff_sum += annuity * (swap_rate - strike).max(0.0);
    }
    payoff_sum / z.len() as f64
}

// curve bootstrap & swap
#[derive(Debug, Clone, Differentiable)]
pub struct Curve {
    #[differentiable(skip)]
    times: Vec<f64>,
    zeros: Vec<f64>,
}
#[differentiate]
impl Curve {
    fn zero(&self, t: f64) -> f64 {
        match self.times.iter().position(|&ti| ti >= t) {
            None => self.zeros[self.zeros.len() - 1],
            Some(0) => self.zeros[0],
            Some(i) => {
                let (t0, t1) = (self.times[i - 1], self.times[i]);
                let w = (t - t0) / (t1 - t0);
                (1.0 - w) * self.zeros[i - 1] + w * self.zeros[i]
            }
        }
    }
    pub fn df(&self, t: f64) -> f64 {
        (-self.zero(t) * t).exp()
    }
}
#[differentiate(wrt(zeros))]
fn swap_npv(zeros: Vec<f64>, times: &[f64], fixed: f64, payments: &[f64]) -> f64 {
    let curve = Curve { times: times.to_vec(), zeros };
    let mut prev = 0.0;
    let mut npv = 0.0;
    for &t in payments.iter() {
        let accrual = t - prev;
        let fwd = (curve.df(prev) / curve.df(t) - 1.0) / accrual;
        npv += (fwd - fixed) * accrual * curve.df(t);
        prev = t;
    }
    npv
}

// augmented Lagrangian
type Constraint = fn(&[f64]) -> f64;
#[differentiate]
fn sphere(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v).sum::<f64>() - 1.0
}
#[differentiate]
fn plane(x: &[f64]) -> f64 {
    x.iter().enumerate().map(|(i, v)| (i as f64 + 1.0) * v).sum::<f64>() - 0.5
}
#[differentiate(wrt(x))]
fn augmented_lagrangian(x: &[f64], lambda: &[f64; 2], mu: f64) -> f64 {
    let objective: f64 = x.windows(2).map(|w| 100.0 * (w[1] - w[0] * w[0]).powi(2) + (1.0 - w[0]).powi(2)).sum();
    let c = [sphere(x), plane(x)];
    let penalty = c
        .iter()
        .zip(lambda.iter())
        .map(|(ci, li)| {
            let shifted = ci + li / mu;
            if shifted > 0.0 { 0.5 * mu * shifted * shifted } else { 0.0 }
        })
        .sum::<f64>();
    objective + penalty
}

// portfolio with softmax weights, log-sum-exp entropic risk
#[differentiate(wrt(logits))]
fn entropic_risk(logits: &[f64], scenarios: &[Vec<f64>], gamma: f64) -> f64 {
    let max = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let exps: Vec<_> = logits.iter().map(|l| (l - max).exp()).collect();
    let z: f64 = exps.iter().sum();
    let weights = exps.into_iter().map(|e| e / z).collect::<Vec<_>>();
    let losses = scenarios.iter().map(|s| -s.iter().zip(&weights).map(|(a, b)| a * b).sum::<f64>());
    let scaled: Vec<f64> = losses.map(|l| gamma * l).collect();
    let m = scaled.iter().cloned().max_by(|a, b| a.partial_cmp(b).unwrap()).unwrap();
    (m + (scaled.iter().map(|s| (s - m).exp()).sum::<f64>() / scaled.len() as f64).ln()) / gamma
}

// Newton implied vol with labelled loop
#[differentiate(wrt(price, s))]
fn implied_vol(price: f64, s: f64, k: f64, t: f64) -> f64 {
    fn ncdf(x: f64) -> f64 {
        1.0 / (1.0 + (-1.702 * x).exp())
    }
    let _ = ncdf;
    let cdf = |x: f64| 1.0 / (1.0 + (-1.702 * x).exp());
    let (mut lo, mut hi) = (1e-3, 5.0);
    let mut sigma = 0.5;
    'search: for _ in 0..200 {
        let d1 = ((s / k).ln() + 0.5 * sigma * sigma * t) / (sigma * t.sqrt());
        let d2 = d1 - sigma * t.sqrt();
        let model = s * cdf(d1) - k * cdf(d2);
        let err = model - price;
        let vega = {
            let h = 1e-5;
            let s2 = sigma + h;
            let e1 = ((s / k).ln() + 0.5 * s2 * s2 * t) / (s2 * t.sqrt());
            (s * cdf(e1) - k * cdf(e1 - s2 * t.sqrt()) - model) / h
        };
        if err.abs() < 1e-13 {
            break 'search;
        }
        if err > 0.0 {
            hi = sigma
        } else {
            lo = sigma
        }
        let next = sigma - err / vega;
        sigma = if next > lo && next < hi { next } else { 0.5 * (lo + hi) };
    }
    sigma
}
fn arr<const N: usize>(v: &[f64]) -> [f64; N] {
    v.try_into().unwrap()
}

#[cfg(test)]
mod checks {
    use super::*;
    use crate::checked;

    checked!(utility_nest utility_nest_grad utility_nest_vjp utility_nest_jvp: 5, 0.6, 0.95, |v| (&arr(&v[..4]), v[4]));
    checked!(olg_steady_state olg_steady_state_grad olg_steady_state_vjp olg_steady_state_jvp: 5, 0.1, 0.5, |v| (&Params{alpha:v[0],beta:v[1],delta:v[2],n:v[3]}, v[4]));
    checked!(welfare welfare_grad welfare_vjp welfare_jvp: 7, 0.3, 0.9, |v| (&v[..5], v[5], v[6]));
    checked!(garch garch_grad garch_vjp garch_jvp: 3, 0.1, 0.4, |v| (v, &[0.1,-0.4,0.3,0.9,-0.2]));
    checked!(kalman_nll kalman_nll_grad kalman_nll_vjp kalman_nll_jvp: 2, -1.0, 1.0, |v| (v[0], v[1], &[Some(0.1), None, Some(0.7), Some(-0.3), None]));
    checked!(logit_mle logit_mle_grad logit_mle_vjp logit_mle_jvp: 3, -1.0, 1.0, |v| (v, &[vec![1.0,0.3,-0.2], vec![1.0,-0.7,0.5], vec![1.0,1.2,0.1]], &[true,false,true], &[1.0,0.5,2.0]));
    checked!(crr crr_grad crr_vjp crr_jvp: 5, 0.5, 1.0, |v| (v[0]*1.0, v[1], v[2], v[3], v[4], 7, Style::American, Right::Put));
    checked!(lmm lmm_grad lmm_vjp lmm_jvp: 8, 0.1, 0.4, |v| (&v[..4], &v[4..], &[[0.1,-0.3,0.8],[1.2,0.4,-0.5]], 0.5, 0.05));
    checked!(swap_npv swap_npv_grad swap_npv_vjp swap_npv_jvp: 4, 0.01, 0.2, |v| (v.to_vec(), &[0.5,1.0,2.0,5.0], 0.05, &[0.4,0.9,1.7,3.0,6.0]));
    checked!(augmented_lagrangian augmented_lagrangian_grad augmented_lagrangian_vjp augmented_lagrangian_jvp: 4, -1.0, 1.0, |v| (v, &[0.3,-0.4], 2.0));
    checked!(entropic_risk entropic_risk_grad entropic_risk_vjp entropic_risk_jvp: 3, -1.0, 1.0, |v| (v, &[vec![0.1,0.3,-0.2], vec![1.0,-0.7,0.5], vec![-0.3,0.2,0.1]], 1.5));
    checked!(implied_vol implied_vol_grad implied_vol_vjp implied_vol_jvp: 2, 0.0, 0.1, |v| (0.4 + v[0], 1.0 + v[1], 1.0, 1.3));
}
