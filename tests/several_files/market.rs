//! Portfolios and curves.

use super::consts::*;
use super::linalg;
use super::types::{Curve, Portfolio};
use autodiff_core::differentiate;

#[differentiate]
impl Portfolio {
    pub fn value(&self, prices: &[f64]) -> f64 {
        linalg::dot(&self.weights, prices) + self.cash - self.fee.unwrap_or(0.0)
    }

    pub fn exposure(&self) -> f64 {
        self.weights.iter().map(|w| w.abs()).sum()
    }

    pub fn largest(&self) -> f64 {
        self.weights.iter().cloned().fold(0.0, f64::max)
    }
}

impl Portfolio {
    pub fn len(&self) -> usize {
        self.weights.len()
    }
    pub fn heaviest(&self) -> Option<&f64> {
        self.weights.iter().max_by(|a, b| a.total_cmp(b))
    }
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }
}

#[differentiate]
impl Curve {
    pub fn rate(&self, t: f64) -> f64 {
        if t <= self.times[0] {
            return self.rates[0];
        }
        for i in 1..self.times.len() {
            if t <= self.times[i] {
                let w = (t - self.times[i - 1]) / (self.times[i] - self.times[i - 1]);
                return self.rates[i - 1] * (1.0 - w) + self.rates[i] * w;
            }
        }
        *self.rates.last().unwrap()
    }

    pub fn discount(&self, t: f64) -> f64 {
        (-self.rate(t) * t).exp()
    }
}

#[differentiate]
pub fn bond_price(curve: &Curve, coupon: f64, years: usize) -> f64 {
    (1..=years).map(|y| coupon * curve.discount(y as f64 * 0.5)).sum::<f64>() + curve.discount(years as f64 * 0.5)
}

#[differentiate]
pub fn stressed(p: &Portfolio, prices: &[f64]) -> f64 {
    let losses: Vec<f64> = SHOCKS
        .iter()
        .map(|s| {
            let shocked: Vec<f64> = prices.iter().map(|x| x * (1.0 + s)).collect();
            p.value(prices) - p.value(&shocked)
        })
        .collect();
    linalg::log_sum_exp(&losses)
}

#[differentiate]
pub fn diversification(p: &Portfolio) -> f64 {
    if p.is_empty() {
        return 0.0;
    }
    let total = p.exposure();
    let shares: Vec<f64> = p.weights.iter().map(|w| w.abs() / total).collect();
    1.0 / shares.iter().map(|s| s * s).sum::<f64>() / p.len() as f64
}

#[differentiate]
pub fn rebalanced(p: &Portfolio, k: f64) -> f64 {
    let mut sorted = p.weights.clone();
    sorted.retain(|w| *w > 0.0);
    sorted.sort_by(|a, b| b.total_cmp(a));
    sorted.iter().take(2).sum::<f64>() * k + p.largest()
}

#[differentiate]
pub fn interpolated(t: f64, bump: f64) -> f64 {
    let mut last = RATE_TABLE[0];
    for &(time, rate) in RATE_TABLE.iter() {
        if t < time {
            break;
        }
        last = (time, rate);
    }
    (last.1 + bump) * t
}

#[differentiate]
pub fn lanczos(x: f64) -> f64 {
    LANCZOS.iter().enumerate().map(|(i, c)| c / (x + 1.0 + i as f64)).sum::<f64>().ln()
}

#[differentiate]
pub fn concentration(p: &Portfolio) -> f64 {
    let n = p.weights.len();
    let mut s = 0.0;
    for (i, w) in p.weights.iter().enumerate() {
        s += w * w * (n - i) as f64;
    }
    s + p.fee.map_or(0.0, |f| f * f)
}

#[differentiate]
pub fn middle_weight(p: &Portfolio) -> f64 {
    let m = linalg::middle(&p.weights).copied().unwrap_or(1.0);
    m * p.cash
}

#[differentiate]
pub fn every_other(p: &Portfolio, k: f64) -> f64 {
    linalg::evens(&p.weights).map(|w| w * k).sum::<f64>() + p.heaviest().unwrap_or(&p.cash) * k
}

#[differentiate]
pub fn expected_shortfall(p: &Portfolio, spread: f64) -> f64 {
    let loss = |x: f64| (-p.cash * x).exp() * spread;
    linalg::integrate(loss, 0.0, spread, 4) + linalg::integrate(|x| x * x * p.weights[0], 0.0, 1.0, 2)
}

#[differentiate]
pub fn pairs(p: &Portfolio) -> f64 {
    p.weights.chunks(2).map(|c| c.iter().product::<f64>()).sum::<f64>() + p.weights.iter().rev().take(2).sum::<f64>()
}

#[differentiate]
pub fn joined(a: &Portfolio, b: &Portfolio) -> f64 {
    let all = [a.weights.clone(), b.weights.clone()].concat();
    all.iter().map(|w| w * w).sum::<f64>().sqrt()
}

#[differentiate]
pub fn prefix(p: &Portfolio, n: usize) -> f64 {
    let (head, tail) = p.weights.split_at(n);
    head.iter().sum::<f64>() * tail.iter().sum::<f64>()
}

#[differentiate]
pub fn drained(p: &Portfolio, k: f64) -> f64 {
    let mut w = p.weights.to_vec();
    let taken: f64 = w.drain(..2).map(|x| x * k).sum();
    taken * w.iter().sum::<f64>()
}

#[differentiate]
pub fn tracking(p: &Portfolio, target: f64) -> f64 {
    use super::losses::{huber, quantile};
    huber(p.cash - target, 0.2) + quantile(p.weights[0] - target, 0.3)
}

/// By a macro of a file in front of this one.
#[differentiate]
pub fn between(v: &[f64]) -> f64 {
    let t = v[0];
    blend!(v[1] * t, v[2], t * t) + blend!(t, v[1], blend!(v[2], 0.5, t)).sin()
}
