//! Economics and finance.

use crate::case;
use autodiff_core::{Differentiable, differentiate};

fn norm_cdf_rational(x: f64) -> f64 {
    0.5 * (1.0 + (0.797_884_56 * (x + 0.044_715 * x.powi(3))).tanh())
}

#[differentiate]
fn cdf(x: f64) -> f64 {
    0.5 * (1.0 + (0.797_884_56 * (x + 0.044_715 * x.powi(3))).tanh())
}

#[differentiate]
fn black_scholes_call(s: f64, k: f64, r: f64, sigma: f64, t: f64) -> f64 {
    let sqrt_t = t.sqrt();
    let d1 = ((s / k).ln() + (r + sigma.powi(2) / 2.0) * t) / (sigma * sqrt_t);
    let d2 = d1 - sigma * sqrt_t;
    s * cdf(d1) - k * (-r * t).exp() * cdf(d2)
}

#[differentiate]
fn binomial_american_put(s: f64, k: f64, r: f64, sigma: f64, t: f64, n: usize) -> f64 {
    let dt = t / n as f64;
    let u = (sigma * dt.sqrt()).exp();
    let d = 1.0 / u;
    let p = ((r * dt).exp() - d) / (u - d);
    let disc = (-r * dt).exp();
    let mut values: Vec<f64> = (0..=n).map(|i| (k - s * u.powi(i as i32) * d.powi((n - i) as i32)).max(0.0)).collect();
    for step in (0..n).rev() {
        for i in 0..=step {
            let hold = disc * (p * values[i + 1] + (1.0 - p) * values[i]);
            let spot = s * u.powi(i as i32) * d.powi((step - i) as i32);
            values[i] = hold.max(k - spot);
        }
    }
    values[0]
}

#[differentiate]
fn cobb_douglas(a: f64, capital: f64, labour: f64, alpha: f64) -> f64 {
    a * capital.powf(alpha) * labour.powf(1.0 - alpha)
}

#[differentiate]
fn solow_steady(k0: f64, s: f64, alpha: f64, delta: f64, n: f64) -> f64 {
    let mut k = k0;
    let mut t = 0;
    while t < 50 {
        let next = s * k.powf(alpha) + (1.0 - delta - n) * k;
        if (next - k).abs() < 1e-14 {
            break;
        }
        k = next;
        t += 1;
    }
    k
}

#[differentiate]
fn npv(rate: f64, cashflows: &[f64]) -> f64 {
    cashflows.iter().enumerate().map(|(t, cf)| cf / (1.0 + rate).powi(t as i32)).sum()
}

#[differentiate]
fn irr_newton(cashflows: &[f64], guess: f64) -> f64 {
    let mut r = guess;
    for _ in 0..8 {
        let (mut f, mut df) = (0.0, 0.0);
        let mut disc = 1.0;
        for (t, &c) in cashflows.iter().enumerate() {
            f += c * disc;
            df -= t as f64 * c * disc / (1.0 + r);
            disc /= 1.0 + r;
        }
        r -= f / df;
    }
    r
}

#[derive(Clone, Debug, Differentiable)]
struct Bond {
    coupon: f64,
    face: f64,
    periods: u32,
}

impl Bond {
    #[differentiate]
    fn price(&self, y: f64) -> f64 {
        let mut pv = 0.0;
        let mut df = 1.0;
        for _ in 0..self.periods {
            df /= 1.0 + y;
            pv += self.coupon * df;
        }
        pv + self.face * df
    }
}

#[differentiate]
fn portfolio(bonds: &[Bond], y: f64, weights: &[f64]) -> f64 {
    bonds.iter().zip(weights).map(|(b, w)| w * b.price(y)).sum::<f64>()
}

#[differentiate]
fn markowitz(w: &[f64], mu: &[f64], cov: &[Vec<f64>], risk_aversion: f64) -> f64 {
    let ret: f64 = w.iter().zip(mu).map(|(a, b)| a * b).sum();
    let mut var = 0.0;
    for (i, row) in cov.iter().enumerate() {
        for (j, c) in row.iter().enumerate() {
            var += w[i] * w[j] * c;
        }
    }
    ret - 0.5 * risk_aversion * var
}

#[differentiate]
fn nelson_siegel(beta: &[f64; 3], tau: f64, maturities: &[f64], yields: &[f64]) -> f64 {
    let [b0, b1, b2] = *beta;
    maturities
        .iter()
        .zip(yields.iter())
        .map(|(&m, &y)| {
            let x = m / tau;
            let slope = (1.0 - (-x).exp()) / x;
            let fit = b0 + b1 * slope + b2 * (slope - (-x).exp());
            (fit - y) * (fit - y)
        })
        .sum()
}

#[derive(Clone, Copy, Debug, Differentiable)]
enum Utility {
    Log,
    Crra(f64),
    Cara { alpha: f64 },
}

#[differentiate]
fn expected_utility(u: Utility, outcomes: &[(f64, f64)]) -> f64 {
    let mut total = 0.0;
    for (p, c) in outcomes {
        total += p * match u {
            Utility::Log => c.ln(),
            Utility::Crra(g) => (c.powf(1.0 - g) - 1.0) / (1.0 - g),
            Utility::Cara { alpha } => -(-alpha * c).exp(),
        };
    }
    total
}

#[differentiate]
fn garch(omega: f64, alpha: f64, beta: f64, returns: &[f64]) -> f64 {
    let mut sigma2 = omega / (1.0 - alpha - beta);
    let mut ll = 0.0;
    for r in returns.iter() {
        ll -= 0.5 * (sigma2.ln() + r * r / sigma2);
        sigma2 = omega + alpha * r.powi(2) + beta * sigma2;
    }
    ll
}

#[differentiate]
fn gini(incomes: &[f64]) -> f64 {
    let n = incomes.len() as f64;
    let mean = incomes.iter().sum::<f64>() / n;
    let mut diff = 0.0;
    for a in incomes {
        for b in incomes {
            diff += (a - b).abs();
        }
    }
    diff / (2.0 * n * n * mean)
}

#[differentiate]
fn progressive_tax(income: f64, brackets: &[(f64, f64)]) -> f64 {
    let mut tax = 0.0;
    let mut lower = 0.0;
    for &(upper, rate) in brackets {
        if income <= lower {
            break;
        }
        tax += (income.min(upper) - lower) * rate;
        lower = upper;
    }
    tax
}

#[test]
fn gradients() {
    assert!((norm_cdf_rational(0.3) - cdf(0.3)).abs() < 1e-15);
    case!(black_scholes_call, black_scholes_call_grad, |p| (p[0], p[1], p[2], p[3], p[4]), [100.0, 95.0, 0.03, 0.2, 0.7]);
    case!(binomial_american_put, binomial_american_put_grad, |p| (p[0], p[1], p[2], p[3], p[4], 7), [100.0, 104.0, 0.05, 0.3, 1.0]);
    case!(cobb_douglas, cobb_douglas_grad, |p| (p[0], p[1], p[2], p[3]), [1.2, 3.0, 2.0, 0.3]);
    case!(solow_steady, solow_steady_grad, |p| (p[0], p[1], p[2], p[3], p[4]), [1.0, 0.25, 0.33, 0.05, 0.01]);
    case!(npv, npv_grad, |p| (p[0], &p[1..]), [0.07, -100.0, 30.0, 50.0, 60.0]);
    case!(irr_newton, irr_newton_grad, |p| (&p[..4], p[4]), [-100.0, 30.0, 50.0, 60.0, 0.1]);
    let bond = |p: &[f64], periods| Bond { coupon: p[0], face: p[1], periods };
    case!(portfolio, portfolio_grad, |p| (&[bond(p, 4), bond(&p[2..], 2)], p[4], &p[5..]), [3.0, 100.0, 5.0, 90.0, 0.04, 0.6, 0.4]);
    case!(
        markowitz,
        markowitz_grad,
        |p| (&p[..2], &p[2..4], &[p[4..6].to_vec(), p[6..8].to_vec()], p[8]),
        [0.5, 0.5, 0.1, 0.2, 0.04, 0.01, 0.01, 0.09, 3.0]
    );
    case!(
        nelson_siegel,
        nelson_siegel_grad,
        |p| (&[p[0], p[1], p[2]], p[3], &p[4..6], &p[6..8]),
        [0.04, -0.02, 0.01, 1.5, 1.0, 5.0, 0.03, 0.035]
    );
    case!(expected_utility, expected_utility_grad, |p| (Utility::Crra(p[0]), &[(p[1], p[2]), (p[3], p[4])]), [2.5, 0.4, 1.5, 0.6, 0.8]);
    case!(expected_utility, expected_utility_grad, |p| (Utility::Cara { alpha: p[0] }, &[(p[1], p[2])]), [2.5, 0.4, 1.5]);
    case!(expected_utility, expected_utility_grad, |p| (Utility::Log, &[(p[0], p[1])]), [0.4, 1.5]);
    case!(garch, garch_grad, |p| (p[0], p[1], p[2], &p[3..]), [0.1, 0.1, 0.8, 0.5, -1.0, 0.3]);
    case!(gini, gini_grad, |p| (p), [1.0, 2.0, 5.0]);
    case!(
        progressive_tax,
        progressive_tax_grad,
        |p| (p[0], &[(p[1], p[2]), (p[3], p[4]), (p[5], p[6])]),
        [25.0, 10.0, 0.1, 30.0, 0.2, 50.0, 0.4]
    );
}
