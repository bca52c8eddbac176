//! Scalar formulas, nested three deep, called in a loop: a portfolio of options.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

/// The distribution function of the normal distribution, by a rational approximation.
#[differentiate]
fn normal(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * x.abs());
    let poly = t * (0.319_381_530 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    let tail = 0.398_942_280_401_432_7 * (-0.5 * x * x).exp() * poly;
    if x >= 0.0 { 1.0 - tail } else { tail }
}

#[differentiate]
fn moneyness(spot: f64, strike: f64, rate: f64, sigma: f64, time: f64) -> f64 {
    ((spot / strike).ln() + (rate + 0.5 * sigma * sigma) * time) / (sigma * time.sqrt())
}

#[differentiate]
fn call_price(spot: f64, strike: f64, rate: f64, sigma: f64, time: f64) -> f64 {
    let d1 = moneyness(spot, strike, rate, sigma, time);
    let d2 = d1 - sigma * time.sqrt();
    spot * normal(d1) - strike * (-rate * time).exp() * normal(d2)
}

#[differentiate(wrt(spots, sigmas, rate))]
pub fn portfolio(spots: &[f64], strikes: &[f64], sigmas: &[f64], times: &[f64], rate: f64) -> f64 {
    let mut value = 0.0;
    for i in 0..spots.len() {
        value += call_price(spots[i], strikes[i], rate, sigmas[i], times[i]);
    }
    value
}

/// By hand: value and greeks of each option together. The approximation is differentiated as it stands.
pub fn by_hand(spots: &[f64], strikes: &[f64], sigmas: &[f64], times: &[f64], rate: f64) -> (f64, (Vec<f64>, Vec<f64>, f64)) {
    fn both(x: f64) -> (f64, f64) {
        let a = x.abs();
        let t = 1.0 / (1.0 + 0.231_641_9 * a);
        let q4 = -1.821_255_978 + t * 1.330_274_429;
        let q3 = 1.781_477_937 + t * q4;
        let q2 = -0.356_563_782 + t * q3;
        let q1 = 0.319_381_530 + t * q2;
        let poly = t * q1;
        let by_t = q1 + t * (q2 + t * (q3 + t * (q4 + t * 1.330_274_429)));
        let density = 0.398_942_280_401_432_7 * (-0.5 * x * x).exp();
        let tail = density * poly;
        // d tail / d |x|
        let slope = -a * tail - density * by_t * 0.231_641_9 * t * t;
        if x >= 0.0 { (1.0 - tail, -slope) } else { (tail, -slope) }
    }
    let n = spots.len();
    let (strikes, sigmas, times) = (&strikes[..n], &sigmas[..n], &times[..n]);
    let (mut spots_bar, mut sigmas_bar) = (Vec::with_capacity(n), Vec::with_capacity(n));
    let mut rate_bar = 0.0;
    let mut value = 0.0;
    for i in 0..n {
        let (s, k, v, t) = (spots[i], strikes[i], sigmas[i], times[i]);
        let root = t.sqrt();
        let vr = v * root;
        let d1 = ((s / k).ln() + (rate + 0.5 * v * v) * t) / vr;
        let d2 = d1 - vr;
        let discounted = k * (-rate * t).exp();
        let ((n1, g1), (n2, g2)) = (both(d1), both(d2));
        value += s * n1 - discounted * n2;
        let d2_bar = -discounted * g2;
        let d1_bar = s * g1 + d2_bar;
        spots_bar.push(n1 + d1_bar / (s * vr));
        sigmas_bar.push(d1_bar * (v * t / vr - d1 / v) - d2_bar * root);
        rate_bar += d1_bar * t / vr + discounted * t * n2;
    }
    (value, (spots_bar, sigmas_bar, rate_bar))
}

/// The same formula in one function, to see what calls cost.
#[differentiate(wrt(spots, sigmas, rate))]
pub fn portfolio_flat(spots: &[f64], strikes: &[f64], sigmas: &[f64], times: &[f64], rate: f64) -> f64 {
    let mut value = 0.0;
    for i in 0..spots.len() {
        let spot = spots[i];
        let sigma = sigmas[i];
        let d1 = ((spot / strikes[i]).ln() + (rate + 0.5 * sigma * sigma) * times[i]) / (sigma * times[i].sqrt());
        let d2 = d1 - sigma * times[i].sqrt();
        let t1 = 1.0 / (1.0 + 0.231_641_9 * d1.abs());
        let poly1 = t1 * (0.319_381_530 + t1 * (-0.356_563_782 + t1 * (1.781_477_937 + t1 * (-1.821_255_978 + t1 * 1.330_274_429))));
        let tail1 = 0.398_942_280_401_432_7 * (-0.5 * d1 * d1).exp() * poly1;
        let n1 = if d1 >= 0.0 { 1.0 - tail1 } else { tail1 };
        let t2 = 1.0 / (1.0 + 0.231_641_9 * d2.abs());
        let poly2 = t2 * (0.319_381_530 + t2 * (-0.356_563_782 + t2 * (1.781_477_937 + t2 * (-1.821_255_978 + t2 * 1.330_274_429))));
        let tail2 = 0.398_942_280_401_432_7 * (-0.5 * d2 * d2).exp() * poly2;
        let n2 = if d2 >= 0.0 { 1.0 - tail2 } else { tail2 };
        value += spot * n1 - strikes[i] * (-rate * times[i]).exp() * n2;
    }
    value
}

pub fn cases() -> Vec<Case> {
    let n = 1000;
    let mut r = Numbers::new(29);
    let spots = r.list(n, 80.0, 120.0);
    let strikes = r.list(n, 80.0, 120.0);
    let sigmas = r.list(n, 0.1, 0.5);
    let times = r.list(n, 0.2, 2.0);
    let rate = 0.03;
    vec![
        Case::new(
            "options",
            "n=1000, calls",
            move || portfolio(spots, strikes, sigmas, times, rate),
            move || by_hand(spots, strikes, sigmas, times, rate),
            move || portfolio_grad(spots, strikes, sigmas, times, rate),
        ),
        Case::new(
            "options",
            "n=1000, flat",
            move || portfolio_flat(spots, strikes, sigmas, times, rate),
            move || by_hand(spots, strikes, sigmas, times, rate),
            move || portfolio_flat_grad(spots, strikes, sigmas, times, rate),
        ),
    ]
}
