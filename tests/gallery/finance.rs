//! Pricing, utility, yield curves and volatility.

use std::f64::consts::{PI, SQRT_2};

use autodiff_core::{Differentiable, differentiate};

// Abramowitz and Stegun 26.2.17.
const CDF_P: f64 = 0.231_641_9;
const CDF_B: [f64; 5] = [0.319_381_530, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];

#[differentiate]
pub fn norm_cdf(x: f64) -> f64 {
    let density = (-0.5 * x * x).exp() / (2.0 * PI).sqrt();
    let t = 1.0 / (1.0 + CDF_P * x.abs());
    let tail = density * t * CDF_B.iter().rev().fold(0.0, |acc, b| acc * t + b);
    if x >= 0.0 { 1.0 - tail } else { tail }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Differentiable)]
pub enum OptionKind {
    Call,
    Put,
}

#[differentiate(wrt(spot, strike, rate, vol, maturity))]
pub fn black_scholes(kind: OptionKind, spot: f64, strike: f64, rate: f64, vol: f64, maturity: f64) -> f64 {
    let sqrt_t = maturity.sqrt();
    let d1 = ((spot / strike).ln() + (rate + 0.5 * vol.powi(2)) * maturity) / (vol * sqrt_t);
    let d2 = d1 - vol * sqrt_t;
    let discounted = strike * (-rate * maturity).exp();
    match kind {
        OptionKind::Call => spot * norm_cdf(d1) - discounted * norm_cdf(d2),
        OptionKind::Put => discounted * norm_cdf(-d2) - spot * norm_cdf(-d1),
    }
}

#[derive(Clone, Debug, Differentiable)]
pub struct Market {
    pub spot: f64,
    pub rate: f64,
    pub vol: f64,
}

/// Arithmetic Asian call with an up-and-out barrier; one row of `normals` for every path.
#[differentiate(wrt(market, strike))]
pub fn asian_call(market: &Market, strike: f64, barrier: f64, maturity: f64, normals: &[Vec<f64>]) -> f64 {
    let mut payoff_sum = 0.0;
    'paths: for path in normals {
        let dt = maturity / path.len() as f64;
        let drift = (market.rate - 0.5 * market.vol * market.vol) * dt;
        let diffusion = market.vol * dt.sqrt();
        let mut s = market.spot;
        let mut average = 0.0;
        for &z in path {
            s *= (drift + diffusion * z).exp();
            if s > barrier {
                continue 'paths;
            }
            average += s;
        }
        average /= path.len() as f64;
        payoff_sum += (average - strike).max(0.0);
    }
    (-market.rate * maturity).exp() * payoff_sum / normals.len() as f64
}

#[derive(Clone, Debug, Differentiable)]
pub struct Bond {
    pub face: f64,
    pub coupon: f64,
    pub periods: usize,
    pub frequency: u32,
}

impl Bond {
    #[differentiate]
    pub fn price(&self, yield_to_maturity: f64) -> f64 {
        let m = f64::from(self.frequency);
        let discount = 1.0 / (1.0 + yield_to_maturity / m);
        let payment = self.face * self.coupon / m;
        let coupons: f64 = (1..=self.periods).map(|k| payment * discount.powi(k as i32)).sum();
        coupons + self.face * discount.powi(self.periods as i32)
    }
}

/// Lifetime utility with constant relative risk aversion; the logarithm is the limit at one.
#[differentiate]
pub fn crra_utility(consumption: &[f64], gamma: f64, beta: f64) -> f64 {
    let log_utility = (gamma - 1.0).abs() < 1e-9;
    let utility = |c: f64| {
        if log_utility { c.ln() } else { (c.powf(1.0 - gamma) - 1.0) / (1.0 - gamma) }
    };
    consumption.iter().enumerate().map(|(t, &c)| beta.powi(t as i32) * utility(c)).sum()
}

/// Nelson-Siegel zero rate.
#[differentiate]
fn nelson_siegel(tau: f64, beta: &[f64; 3], lambda: f64) -> f64 {
    let x = tau / lambda;
    if x.abs() < 1e-12 {
        return beta[0] + beta[1];
    }
    let decay = (-x).exp();
    let slope = -(-x).exp_m1() / x;
    beta[0] + beta[1] * slope + beta[2] * (slope - decay)
}

#[differentiate]
pub fn curve_rmse(beta: &[f64; 3], lambda: f64, maturities: &[f64], yields: &[f64]) -> f64 {
    assert_eq!(maturities.len(), yields.len());
    let mut sse = 0.0;
    for (tau, y) in maturities.iter().zip(yields.iter()) {
        let error = nelson_siegel(*tau, beta, lambda) - *y;
        sse += error.powi(2);
    }
    (sse / maturities.len() as f64).sqrt()
}

#[derive(Clone, Copy, Debug, Differentiable)]
pub struct Garch {
    pub mu: f64,
    pub omega: f64,
    pub alpha: f64,
    pub beta: f64,
}

/// Negative log-likelihood of a GARCH(1,1) with normal innovations.
#[differentiate]
pub fn garch_nll(params: Garch, returns: &[f64]) -> f64 {
    let Garch { mu, omega, alpha, beta } = params;
    let n = returns.len() as f64;
    let mut variance = returns.iter().map(|r| (r - mu).powi(2)).sum::<f64>() / n;
    let mut nll = 0.5 * n * (2.0 * PI).ln();
    for r in returns {
        let e = r - mu;
        nll += 0.5 * (variance.ln() + e * e / variance);
        variance = omega + alpha * e * e + beta * variance;
    }
    nll
}

/// Weights from scores by softmax, then variance from a factor model and own risks.
#[differentiate]
pub fn portfolio_risk<const K: usize>(scores: &[f64], loadings: &[[f64; K]], own_risk: &[f64]) -> f64 {
    let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = scores.iter().map(|s| (s - top).exp()).collect();
    let total: f64 = weights.iter().sum();
    let weights: Vec<f64> = weights.into_iter().map(|w| w / total).collect();

    let mut exposure = [0.0; K];
    for (w, row) in weights.iter().zip(loadings) {
        for (e, l) in exposure.iter_mut().zip(row) {
            *e += w * l;
        }
    }
    let factor: f64 = exposure.iter().map(|e| e * e).sum();
    let own: f64 = weights.iter().zip(own_risk).map(|(w, s)| (w * s).powi(2)).sum();
    (factor + own).sqrt()
}

/// Constant elasticity of substitution.
#[differentiate]
fn ces(inputs: &[f64], shares: &[f64], elasticity: f64) -> f64 {
    let rho = (elasticity - 1.0) / elasticity;
    let inner: f64 = inputs.iter().zip(shares.iter()).map(|(x, a)| a * x.powf(rho)).sum();
    inner.powf(rho.recip())
}

/// Cobb-Douglas over labour and a CES nest of capital and energy, less the cost of the inputs.
#[differentiate]
pub fn profit(tfp: f64, labour_share: f64, labour: f64, (capital, energy): (f64, f64), elasticity: f64, prices: [f64; 3]) -> f64 {
    let nest = ces(&[capital, energy], &[0.7, 0.3], elasticity);
    let output = tfp * labour.powf(labour_share) * nest.powf(1.0 - labour_share);
    let cost = [labour, capital, energy].iter().zip(prices.iter()).map(|(q, p)| q * p).sum::<f64>();
    output - cost
}

/// Normal (Bachelier) price of a call, with the error function by its Taylor series.
#[differentiate]
pub fn bachelier_call(forward: f64, strike: f64, vol: f64, maturity: f64) -> f64 {
    let stdev = vol * maturity.sqrt();
    let d = (forward - strike) / stdev;
    let x = d / SQRT_2;
    let mut term = x;
    let mut erf = x;
    let mut k = 0;
    while term.abs() > 1e-17 && k < 60 {
        k += 1;
        let k = k as f64;
        term *= -x * x / k;
        erf += term / (2.0 * k + 1.0);
    }
    let cdf = 0.5 * (1.0 + 2.0 / PI.sqrt() * erf);
    let pdf = (-0.5 * d * d).exp() / (2.0 * PI).sqrt();
    (forward - strike) * cdf + stdev * pdf
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{assert_close, assert_same_bits, numeric_derivative, numeric_gradient};

    #[test]
    fn normal_distribution() {
        for x in [-3.0, -0.4, 0.3, 1.7] {
            let (value, slope) = norm_cdf_grad(x);
            assert_same_bits("norm_cdf", value, norm_cdf(x));
            assert_close("norm_cdf", &[slope], &[numeric_derivative(norm_cdf, x)], 1e-8);
        }
    }

    #[test]
    fn call_and_put() {
        for kind in [OptionKind::Call, OptionKind::Put] {
            for x in [[100.0, 95.0, 0.03, 0.2, 0.75], [80.0, 95.0, 0.01, 0.4, 2.0]] {
                let f = |x: &[f64]| black_scholes(kind, x[0], x[1], x[2], x[3], x[4]);
                let (value, (spot, strike, rate, vol, maturity)) = black_scholes_grad(kind, x[0], x[1], x[2], x[3], x[4]);
                assert_same_bits("black_scholes", value, f(&x));
                assert_close("black_scholes", &[spot, strike, rate, vol, maturity], &numeric_gradient(f, &x), 1e-7);
            }
        }
    }

    #[test]
    fn monte_carlo() {
        // The third path is knocked out, the fourth ends out of the money.
        let normals = vec![vec![0.3, -0.2, 0.8, 0.1], vec![1.1, 0.4, -0.6, 0.5], vec![2.0, 1.9, 0.0, -1.0], vec![-0.9, -1.2, 0.3, -0.1]];
        let x = [100.0, 0.02, 0.25, 98.0];
        let price = |x: &[f64]| {
            let market = Market { spot: x[0], rate: x[1], vol: x[2] };
            asian_call(&market, x[3], 140.0, 1.0, &normals)
        };
        let market = Market { spot: 100.0, rate: 0.02, vol: 0.25 };
        let (value, (bar, strike)) = asian_call_grad(&market, 98.0, 140.0, 1.0, &normals);
        assert_same_bits("asian_call", value, price(&x));
        assert_close("asian_call", &[bar.spot, bar.rate, bar.vol, strike], &numeric_gradient(price, &x), 1e-7);
    }

    #[test]
    fn bond_price() {
        for periods in [0, 1, 20] {
            let bond = |x: &[f64]| Bond { face: x[0], coupon: x[1], periods, frequency: 2 };
            let x = [1000.0, 0.045, 0.038];
            let f = |x: &[f64]| bond(x).price(x[2]);
            let (value, (bar, ytm)) = bond(&x).price_grad(x[2]);
            assert_same_bits("price", value, f(&x));
            assert_close("price", &[bar.face, bar.coupon, ytm], &numeric_gradient(f, &x), 1e-7);
        }
    }

    #[test]
    fn lifetime_utility() {
        let x = [1.0, 1.3, 0.8, 2.1, 2.5, 0.96];
        let f = |x: &[f64]| crra_utility(&x[..4], x[4], x[5]);
        let (value, (consumption, gamma, beta)) = crra_utility_grad(&x[..4], x[4], x[5]);
        assert_same_bits("crra_utility", value, f(&x));
        assert_close("crra_utility", &[consumption, vec![gamma, beta]].concat(), &numeric_gradient(f, &x), 1e-7);
    }

    #[test]
    fn logarithmic_utility() {
        // The branch not taken divides by zero.
        let c = [1.2, 0.7, 3.0];
        let (value, (consumption, gamma, beta)) = crra_utility_grad(&c, 1.0, 0.9);
        assert_same_bits("crra_utility", value, crra_utility(&c, 1.0, 0.9));
        assert_close(
            "crra_utility",
            &[consumption, vec![gamma, beta]].concat(),
            &[1.0 / c[0], 0.9 / c[1], 0.81 / c[2], 0.0, c[1].ln() + 1.8 * c[2].ln()],
            1e-9,
        );
    }

    #[test]
    fn yield_curve() {
        let x = [
            0.04, -0.02, 0.01, 1.8, // level, slope, curvature, decay
            0.25, 1.0, 3.0, 10.0, // maturities
            0.021, 0.025, 0.034, 0.036, // yields
        ];
        let f = |x: &[f64]| curve_rmse(&[x[0], x[1], x[2]], x[3], &x[4..8], &x[8..]);
        let (value, (beta, lambda, maturities, yields)) = curve_rmse_grad(&[x[0], x[1], x[2]], x[3], &x[4..8], &x[8..]);
        assert_same_bits("curve_rmse", value, f(&x));
        assert_close("curve_rmse", &[beta.to_vec(), vec![lambda], maturities, yields].concat(), &numeric_gradient(f, &x), 1e-7);
    }

    #[test]
    fn yield_at_once() {
        let (value, (tau, beta, lambda)) = nelson_siegel_grad(0.0, &[0.04, -0.02, 0.01], 1.8);
        assert_same_bits("nelson_siegel", value, nelson_siegel(0.0, &[0.04, -0.02, 0.01], 1.8));
        assert_close("nelson_siegel", &[tau, beta[0], beta[1], beta[2], lambda], &[0.0, 1.0, 1.0, 0.0, 0.0], 1e-8);
    }

    #[test]
    fn garch() {
        let x = [
            0.05, 0.1, 0.08, 0.85, // parameters
            0.3, -1.2, 0.7, 2.1, -0.4, 0.1, -0.9, 1.4,
        ];
        let params = |x: &[f64]| Garch { mu: x[0], omega: x[1], alpha: x[2], beta: x[3] };
        let f = |x: &[f64]| garch_nll(params(x), &x[4..]);
        let (value, (bar, returns)) = garch_nll_grad(params(&x), &x[4..]);
        assert_same_bits("garch_nll", value, f(&x));
        assert_close("garch_nll", &[vec![bar.mu, bar.omega, bar.alpha, bar.beta], returns].concat(), &numeric_gradient(f, &x), 1e-7);
    }

    #[test]
    fn portfolio() {
        let x = [
            0.1, 0.5, -0.3, // scores
            0.9, 0.1, 1.1, -0.2, 0.7, 0.4, // loadings
            0.2, 0.3, 0.25, // own risks
        ];
        let loadings = |x: &[f64]| -> Vec<[f64; 2]> { x[3..9].chunks(2).map(|c| [c[0], c[1]]).collect() };
        let f = |x: &[f64]| portfolio_risk(&x[..3], &loadings(x), &x[9..]);
        let (value, (scores, loadings_bar, own_risk)) = portfolio_risk_grad(&x[..3], &loadings(&x), &x[9..]);
        assert_same_bits("portfolio_risk", value, f(&x));
        assert_close("portfolio_risk", &[scores, loadings_bar.concat(), own_risk].concat(), &numeric_gradient(f, &x), 1e-7);
    }

    #[test]
    fn nested_production() {
        let x = [1.4, 0.6, 2.0, 3.0, 0.8, 0.5, 0.4, 0.15, 0.3];
        let f = |x: &[f64]| profit(x[0], x[1], x[2], (x[3], x[4]), x[5], [x[6], x[7], x[8]]);
        let (value, (tfp, share, labour, (capital, energy), elasticity, prices)) =
            profit_grad(x[0], x[1], x[2], (x[3], x[4]), x[5], [x[6], x[7], x[8]]);
        assert_same_bits("profit", value, f(&x));
        assert_close(
            "profit",
            &[tfp, share, labour, capital, energy, elasticity, prices[0], prices[1], prices[2]],
            &numeric_gradient(f, &x),
            1e-7,
        );
    }

    #[test]
    fn bachelier() {
        for x in [[100.0, 103.0, 12.0, 0.5], [100.0, 90.0, 15.0, 1.5]] {
            let f = |x: &[f64]| bachelier_call(x[0], x[1], x[2], x[3]);
            let (value, (forward, strike, vol, maturity)) = bachelier_call_grad(x[0], x[1], x[2], x[3]);
            assert_same_bits("bachelier_call", value, f(&x));
            assert_close("bachelier_call", &[forward, strike, vol, maturity], &numeric_gradient(f, &x), 1e-7);
        }
    }
}
