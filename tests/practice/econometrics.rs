//! Econometrics and finance.
use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Copy, Debug, Differentiable)]
struct Garch {
    pub omega: f64,
    pub alpha: f64,
    pub beta: f64,
    pub mu: f64,
}

impl Garch {
    /// Negative log-likelihood of GARCH(1,1).
    #[differentiate]
    pub fn nll(&self, returns: &[f64]) -> f64 {
        let n = returns.len();
        let mean = returns.iter().sum::<f64>() / n as f64;
        let mut sigma2 = returns.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (n - 1) as f64;
        let mut nll = 0.0;
        let mut eps_prev: Option<f64> = None;
        for &r in returns {
            if let Some(e) = eps_prev {
                sigma2 = self.omega + self.alpha * e * e + self.beta * sigma2;
            }
            let eps = r - self.mu;
            nll += 0.5 * (sigma2.ln() + eps * eps / sigma2);
            eps_prev = Some(eps);
        }
        nll
    }
}

/// GARCH likelihood with unconstrained parameters.
#[differentiate]
fn garch_unconstrained(theta: &[f64], returns: &[f64]) -> f64 {
    let logistic = |x: f64| 1.0 / (1.0 + (-x).exp());
    let persistence = logistic(theta[1]);
    let share = logistic(theta[2]);
    let model = Garch { omega: theta[0].exp(), alpha: persistence * share, beta: persistence * (1.0 - share), mu: theta[3] };
    model.nll(returns)
}

/// Gaussian likelihood of a bivariate VAR(1).
#[differentiate]
fn var_likelihood(a: &[[f64; 2]; 2], c: &[f64; 2], chol: (f64, f64, f64), y: &[[f64; 2]]) -> f64 {
    let (l11, l21, l22) = chol;
    let mut ll = 0.0;
    for t in 1..y.len() {
        let prev = &y[t - 1];
        let cur = &y[t];
        let mut e = [0.0; 2];
        for i in 0..2 {
            e[i] = cur[i] - c[i] - (0..2).map(|j| a[i][j] * prev[j]).sum::<f64>();
        }
        let z1 = e[0] / l11;
        let z2 = (e[1] - l21 * z1) / l22;
        ll += -0.5 * (z1 * z1 + z2 * z2) - l11.abs().ln() - l22.abs().ln();
    }
    ll
}

#[derive(Debug, Clone, Copy, Differentiable)]
enum Utility {
    Crra(f64),
    Cara { a: f64 },
    Log,
}

#[differentiate]
fn utility(u: Utility, c: f64) -> f64 {
    match u {
        Utility::Crra(gamma) if (gamma - 1.0).abs() < 1e-9 => c.ln(),
        Utility::Crra(gamma) => (c.powf(1.0 - gamma) - 1.0) / (1.0 - gamma),
        Utility::Cara { a } => (1.0 - (-a * c).exp()) / a,
        Utility::Log => c.ln(),
    }
}

/// Lifetime utility of a savings plan.
#[differentiate]
fn lifetime_utility(savings_rates: &[f64], income: f64, r: f64, beta: f64) -> f64 {
    let mut wealth = 1.0;
    let mut discount = 1.0;
    let mut total = 0.0;
    for (t, s) in savings_rates.iter().enumerate() {
        let available = wealth * (1.0 + r) + income;
        let consumption = (1.0 - s) * available;
        wealth = s * available;
        let kind = match t % 3 {
            0 => Utility::Crra(2.0),
            1 => Utility::Cara { a: 1.5 },
            _ => Utility::Log,
        };
        total += discount * utility(kind, consumption);
        discount *= beta;
    }
    total + discount * utility(Utility::Crra(1.0), wealth)
}

#[derive(Debug, Clone, Copy, Differentiable)]
struct NelsonSiegel {
    pub beta0: f64,
    pub beta1: f64,
    pub beta2: f64,
    pub tau: f64,
}

impl NelsonSiegel {
    #[differentiate]
    pub fn rate(&self, t: f64) -> f64 {
        if t == 0.0 {
            return self.beta0 + self.beta1;
        }
        let x = t / self.tau;
        let e = (-x).exp();
        let loading = -x.exp_m1_neg_over_x();
        self.beta0 + self.beta1 * loading + self.beta2 * (loading - e)
    }

    #[differentiate]
    pub fn discount(&self, t: f64) -> f64 {
        (-self.rate(t) * t).exp()
    }
}

#[differentiate]
trait ExpRatio {
    fn exp_m1_neg_over_x(self) -> f64;
}

#[differentiate]
impl ExpRatio for f64 {
    fn exp_m1_neg_over_x(self) -> f64 {
        (-self).exp_m1() / self
    }
}

/// Prices of coupon bonds on the curve, squared errors.
#[differentiate]
fn curve_fit(curve: &NelsonSiegel, bonds: &[(f64, u32, f64)]) -> f64 {
    bonds
        .iter()
        .map(|&(coupon, years, price)| {
            let annuity: f64 = (1..=years).map(|k| curve.discount(k as f64)).sum();
            let model = coupon * annuity + curve.discount(years as f64);
            (model - price).powi(2)
        })
        .sum()
}

/// Macaulay duration and convexity from the yield, which Newton's method finds from the price.
#[differentiate]
fn bond_price(y: f64, coupon: f64, n: i32) -> f64 {
    let mut p = 0.0;
    for k in 1..=n {
        p += coupon / (1.0 + y).powi(k);
    }
    p + 1.0 / (1.0 + y).powi(n)
}

#[differentiate]
fn duration(price: f64, coupon: f64, n: i32) -> f64 {
    let mut y = 0.05;
    for _ in 0..50 {
        let h = 1e-6;
        let f = bond_price(y, coupon, n) - price;
        let slope = (bond_price(y + h, coupon, n) - bond_price(y - h, coupon, n)) / (2.0 * h);
        let step = f / slope;
        y -= step;
        if step.abs() < 1e-14 {
            break;
        }
    }
    let mut weighted = 0.0;
    for k in 1..=n {
        let cash = if k == n { coupon + 1.0 } else { coupon };
        weighted += f64::from(k) * cash * (1.0 + y).powi(-k);
    }
    weighted / price
}

/// Bootstrap of discount factors from par swap rates; then a forward rate by log-linear interpolation.
#[differentiate]
fn bootstrap(par_rates: &[f64]) -> Vec<f64> {
    let mut factors: Vec<f64> = Vec::with_capacity(par_rates.len());
    for &s in par_rates {
        let annuity: f64 = factors.iter().sum();
        factors.push((1.0 - s * annuity) / (1.0 + s));
    }
    factors
}

#[differentiate]
fn forward_rate(par_rates: &[f64], t0: f64, t1: f64) -> f64 {
    let df = bootstrap(par_rates);
    let interp = |t: f64| -> f64 {
        let i = t as usize;
        let w = t - t.floor();
        let left = if i == 0 { 0.0 } else { df[i - 1].ln() };
        let right = if i < df.len() { df[i].ln() } else { left };
        ((1.0 - w) * left + w * right).exp()
    };
    (interp(t0) / interp(t1)).ln() / (t1 - t0)
}

/// Linear congruential generator with Box-Muller.
struct Lcg(u64);

impl Lcg {
    fn next_u32(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as u32
    }
    fn uniform(&mut self) -> f64 {
        (self.next_u32() as f64 + 0.5) / 2147483648.0
    }
    fn normal(&mut self) -> f64 {
        let (u, v) = (self.uniform(), self.uniform());
        (-2.0 * u.ln()).sqrt() * (2.0 * std::f64::consts::PI * v).cos()
    }
}

/// Heston call price, full truncation Euler.
#[differentiate]
fn heston(s0: f64, v0: f64, kappa: f64, theta: f64, xi: f64, rho: f64, strike: f64, paths: usize, steps: usize) -> f64 {
    let mut rng = Lcg(42);
    let dt = 1.0 / steps as f64;
    let sq = dt.sqrt();
    let mut payoff_sum = 0.0;
    for _ in 0..paths {
        let mut log_s = s0.ln();
        let mut v = v0;
        for _ in 0..steps {
            let z1 = rng.normal();
            let z2 = rho * z1 + (1.0 - rho * rho).sqrt() * rng.normal();
            let vp = v.max(0.0);
            log_s += -0.5 * vp * dt + vp.sqrt() * sq * z1;
            v += kappa * (theta - vp) * dt + xi * vp.sqrt() * sq * z2;
        }
        payoff_sum += (log_s.exp() - strike).max(0.0);
    }
    payoff_sum / paths as f64
}

/// The same with an inline xorshift and antithetic paths: American-style barrier.
#[differentiate]
fn barrier_option(spot: f64, vol: f64, barrier: f64, n: u32) -> f64 {
    let mut state: u32 = 2463534242;
    let mut total = 0.0;
    for _ in 0..n {
        let mut path = [spot, spot];
        let mut survive = [1.0, 1.0];
        for _ in 0..4 {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            let u = (state as f64) / (u32::MAX as f64) - 0.5;
            for (k, sign) in [1.0, -1.0].iter().enumerate() {
                let before = path[k];
                path[k] *= (vol * sign * u - 0.5 * vol * vol / 12.0).exp();
                let hit = (-2.0 * ((barrier / before).ln() * (barrier / path[k]).ln()) / (vol * vol)).exp();
                survive[k] *= 1.0 - hit.min(1.0);
            }
        }
        total += 0.5 * (path[0] * survive[0] + path[1] * survive[1]);
    }
    total / f64::from(n)
}

/// Binomial tree, American put.
#[differentiate]
fn american_put(s: f64, k: f64, r: f64, sigma: f64, n: usize) -> f64 {
    let dt = 1.0 / n as f64;
    let up = (sigma * dt.sqrt()).exp();
    let down = 1.0 / up;
    let disc = (-r * dt).exp();
    let p = ((r * dt).exp() - down) / (up - down);
    let mut values: Vec<f64> = (0..=n).map(|i| (k - s * up.powi(2 * i as i32 - n as i32)).max(0.0)).collect();
    for step in (0..n).rev() {
        for i in 0..=step {
            let hold = disc * (p * values[i + 1] + (1.0 - p) * values[i]);
            let exercise = k - s * up.powi(2 * i as i32 - step as i32);
            values[i] = if exercise > hold { exercise } else { hold };
        }
    }
    values[0]
}

mod checks {
    use super::*;
    use crate::checked;
    fn two(v: &[f64]) -> Vec<[f64; 2]> {
        v.chunks(2).map(|c| [c[0], c[1]]).collect()
    }
    checked!(garch_unconstrained garch_unconstrained_grad garch_unconstrained_vjp garch_unconstrained_jvp: 10, -1., 1.,
        |v| (&v[0..4], &v[4..10]),
        d => (&d[0..4], &d[4..10]));
    checked!(var_likelihood var_likelihood_grad var_likelihood_vjp var_likelihood_jvp: 4 + 2 + 3 + 8, 0.2, 1.,
        |v| (&[[v[0], v[1]], [v[2], v[3]]], &[v[4], v[5]], (v[6], v[7], v[8]), &two(&v[9..17])),
        d => (&[[d[0], d[1]], [d[2], d[3]]], &[d[4], d[5]], (d[6], d[7], d[8]), &two(&d[9..17])));
    checked!(lifetime_utility lifetime_utility_grad lifetime_utility_vjp lifetime_utility_jvp: 8, 0.2, 0.8,
        |v| (&v[0..5], v[5], v[6], v[7]),
        d => (&d[0..5], d[5], d[6], d[7]));
    checked!(curve_fit curve_fit_grad curve_fit_vjp curve_fit_jvp: 6, 0.2, 0.8,
        |v| (&NelsonSiegel { beta0: v[0], beta1: v[1], beta2: v[2], tau: v[3] }, &[(v[4], 5, v[5])]));
    checked!(duration duration_grad duration_vjp duration_jvp: 2, 0.06, 0.09,
        |v| (v[0] + 0.8, v[1], 6),
        d => (d[0], d[1]));
    checked!(forward_rate forward_rate_grad forward_rate_vjp forward_rate_jvp: 6, 0.02, 0.05,
        |v| (&v[0..4], 0.4 + v[4], 2.3 + v[5]),
        d => (&d[0..4], d[4], d[5]));
    checked!(heston heston_grad heston_vjp heston_jvp: 7, 0.2, 0.6,
        |v| (v[0] + 0.5, v[1], v[2], v[3], v[4], v[5], v[6], 5, 6),
        d => (d[0], d[1], d[2], d[3], d[4], d[5], d[6]));
    checked!(barrier_option barrier_option_grad barrier_option_vjp barrier_option_jvp: 3, 0.2, 0.6,
        |v| (v[0], v[1], v[2] + 0.7, 4),
        d => (d[0], d[1], d[2]));
    checked!(american_put american_put_grad american_put_vjp american_put_jvp: 4, 0.2, 0.6,
        |v| (v[0] + 0.6, v[1] + 0.6, v[2], v[3], 6),
        d => (d[0], d[1], d[2], d[3]));
}
