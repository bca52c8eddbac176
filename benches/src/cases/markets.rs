//! Prices and series: a tree of prices, paths with a volatility of their own, a series and its errors.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

// ---- an American put on a tree of prices -----------------------------------------------------------------

#[differentiate(wrt(spot, strike, sigma, rate))]
pub fn binomial(spot: f64, strike: f64, sigma: f64, rate: f64, t: f64, steps: usize) -> f64 {
    let dt = t / steps as f64;
    let up = (sigma * dt.sqrt()).exp();
    let down = 1.0 / up;
    let disc = (-rate * dt).exp();
    let p = ((rate * dt).exp() - down) / (up - down);
    let mut values = vec![0.0; steps + 1];
    for i in 0..=steps {
        let s = spot * up.powi(i as i32) * down.powi((steps - i) as i32);
        values[i] = (strike - s).max(0.0);
    }
    for n in (0..steps).rev() {
        for i in 0..=n {
            let hold = disc * (p * values[i + 1] + (1.0 - p) * values[i]);
            let s = spot * up.powi(i as i32) * down.powi((n - i) as i32);
            values[i] = hold.max(strike - s);
        }
    }
    values[0]
}
pub fn binomial_by_hand(spot: f64, strike: f64, sigma: f64, rate: f64, t: f64, steps: usize) -> (f64, (f64, f64, f64, f64)) {
    let dt = t / steps as f64;
    let up = (sigma * dt.sqrt()).exp();
    let down = 1.0 / up;
    let disc = (-rate * dt).exp();
    let er = (rate * dt).exp();
    let p = (er - down) / (up - down);
    let q = 1.0 - p;
    let w = steps + 1;
    // powers: index 2*.. s = spot * up^(i) * down^(n-i)
    let pw: Vec<f64> = (0..=2 * steps)
        .map(|k| {
            let e = k as i32 - steps as i32;
            if e >= 0 { up.powi(e) } else { down.powi(-e) }
        })
        .collect();
    let mut all = vec![0.0; w * w];
    for i in 0..=steps {
        all[steps * w + i] = (strike - spot * pw[2 * i]).max(0.0);
    }
    for n in (0..steps).rev() {
        let (a, b) = all.split_at_mut((n + 1) * w);
        let (cur, next) = (&mut a[n * w..][..n + 1], &b[..n + 2]);
        for i in 0..=n {
            let hold = disc * (p * next[i + 1] + q * next[i]);
            cur[i] = hold.max(strike - spot * pw[2 * i + steps - n]);
        }
    }
    let mut bar = vec![0.0; w];
    let mut nb = vec![0.0; w + 1];
    bar[0] = 1.0;
    let (mut disc_b, mut p_b, mut spot_b, mut strike_b, mut lu) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for n in 0..steps {
        let next = &all[(n + 1) * w..][..n + 2];
        nb[..n + 2].fill(0.0);
        for i in 0..=n {
            let m = p * next[i + 1] + q * next[i];
            let hold = disc * m;
            let x = spot * pw[2 * i + steps - n];
            let g = bar[i];
            if hold > strike - x {
                disc_b += g * m;
                p_b += g * disc * (next[i + 1] - next[i]);
                nb[i + 1] += g * disc * p;
                nb[i] += g * disc * q;
            } else {
                strike_b += g;
                spot_b -= g * x;
                lu -= g * x * (2 * i as i32 - n as i32) as f64;
            }
        }
        std::mem::swap(&mut bar, &mut nb);
        if bar.len() < w + 1 {
            bar.push(0.0)
        }
    }
    for i in 0..=steps {
        let x = spot * pw[2 * i];
        if strike - x > 0.0 {
            let g = bar[i];
            strike_b += g;
            spot_b -= g * x;
            lu -= g * x * (2 * i as i32 - steps as i32) as f64;
        }
    }
    spot_b /= spot;
    // lu is cotangent of ln up
    let (num, den) = (er - down, up - down);
    let er_b = p_b / den;
    let down_b = -p_b / den + p_b * num / (den * den);
    let up_b = -p_b * num / (den * den);
    let lu = lu + up_b * up - down_b * down;
    let sigma_b = lu * dt.sqrt();
    let rate_b = er_b * er * dt - disc_b * disc * dt;
    (all[0], (spot_b, strike_b, sigma_b, rate_b))
}

// ---- paths with a volatility of their own ----------------------------------------------------------------

#[differentiate(wrt(v0, kappa, theta, xi))]
pub fn heston(v0: f64, kappa: f64, theta: f64, xi: f64, z: &[[f64; 2]], steps: usize, dt: f64) -> f64 {
    let paths = z.len() / steps;
    let mut sum = 0.0;
    for p in 0..paths {
        let mut v: f64 = v0;
        let mut x = 0.0;
        for k in 0..steps {
            let e = z[p * steps + k];
            let vp = v.max(0.0);
            let root = (vp * dt).sqrt();
            x += -0.5 * vp * dt + root * e[0];
            v += kappa * (theta - vp) * dt + xi * root * e[1];
        }
        sum += (x.exp() - 1.0).max(0.0);
    }
    sum / paths as f64
}
pub fn heston_by_hand(v0: f64, kappa: f64, theta: f64, xi: f64, z: &[[f64; 2]], steps: usize, dt: f64) -> (f64, (f64, f64, f64, f64)) {
    let paths = z.len() / steps;
    let (mut sum, mut g) = (0.0, [0.0; 4]);
    let mut vs = vec![(0.0, 0.0); steps];
    for row in z.chunks_exact(steps) {
        let (mut v, mut x) = (v0, 0.0);
        for (e, s) in row.iter().zip(&mut vs) {
            let vp = f64::max(v, 0.0);
            let root = (vp * dt).sqrt();
            *s = (v, root);
            x += -0.5 * vp * dt + root * e[0];
            v += kappa * (theta - vp) * dt + xi * root * e[1];
        }
        let ex = x.exp();
        sum += (ex - 1.0).max(0.0);
        if ex > 1.0 {
            let xb = ex;
            let mut vb = 0.0;
            for (e, (v, root)) in row.iter().zip(&vs).rev() {
                let vp = f64::max(*v, 0.0);
                g[1] += vb * (theta - vp) * dt;
                g[2] += vb * kappa * dt;
                g[3] += vb * root * e[1];
                let mut vpb = -0.5 * dt * xb - vb * kappa * dt;
                let rb = xb * e[0] + vb * xi * e[1];
                if *v > 0.0 {
                    vpb += rb * 0.5 * dt / root;
                    vb += vpb;
                }
            }
            g[0] += vb;
        }
    }
    let n = paths as f64;
    (sum / n, (g[0] / n, g[1] / n, g[2] / n, g[3] / n))
}

// ---- a series and its errors -----------------------------------------------------------------------------

#[differentiate(wrt(a1, a2, m1, sigma))]
pub fn arma(a1: f64, a2: f64, m1: f64, sigma: f64, y: &[f64]) -> f64 {
    let mut e = 0.0;
    let mut ll = 0.0;
    for t in 2..y.len() {
        e = y[t] - a1 * y[t - 1] - a2 * y[t - 2] - m1 * e;
        ll -= 0.5 * (e / sigma).powi(2) + sigma.ln();
    }
    ll
}
pub fn arma_by_hand(a1: f64, a2: f64, m1: f64, sigma: f64, y: &[f64]) -> (f64, (f64, f64, f64, f64)) {
    let n = y.len();
    let mut es = vec![0.0; n];
    let (mut e, mut ll, mut ss) = (0.0, 0.0, 0.0);
    let ls = sigma.ln();
    for t in 2..n {
        es[t] = e;
        e = y[t] - a1 * y[t - 1] - a2 * y[t - 2] - m1 * e;
        let q = e / sigma;
        ll -= 0.5 * (q * q) + ls;
        ss += q * q / sigma - 1.0 / sigma;
    }
    let (mut g, mut eb) = ([0.0; 3], 0.0);
    let i2 = 1.0 / (sigma * sigma);
    for t in (2..n).rev() {
        let cur = if t + 1 < n { es[t + 1] } else { e };
        eb -= cur * i2;
        g[0] -= eb * y[t - 1];
        g[1] -= eb * y[t - 2];
        g[2] -= eb * es[t];
        eb *= -m1;
    }
    (ll, (g[0], g[1], g[2], ss))
}

pub fn cases() -> Vec<Case> {
    let mut r = Numbers::new(919);
    let l2 = |r: &mut Numbers, n: usize| -> &'static [[f64; 2]] {
        (0..n).map(|_| [r.between(-1.0, 1.0), r.between(-1.0, 1.0)]).collect::<Vec<_>>().leak()
    };
    let mut cases = Vec::new();
    cases.push(Case::new(
        "binomial",
        "60 steps",
        || binomial(100.0, 101.0, 0.2, 0.03, 1.0, 60),
        || binomial_by_hand(100.0, 101.0, 0.2, 0.03, 1.0, 60),
        || binomial_grad(100.0, 101.0, 0.2, 0.03, 1.0, 60),
    ));
    let z = l2(&mut r, 100 * 50);
    cases.push(Case::new(
        "heston",
        "100 of 50",
        move || heston(0.04, 1.5, 0.04, 0.3, z, 50, 0.02),
        move || heston_by_hand(0.04, 1.5, 0.04, 0.3, z, 50, 0.02),
        move || heston_grad(0.04, 1.5, 0.04, 0.3, z, 50, 0.02),
    ));
    let y = r.list(1000, -1.0, 1.0);
    cases.push(Case::new(
        "arma",
        "1000",
        move || arma(0.5, -0.2, 0.3, 0.8, y),
        move || arma_by_hand(0.5, -0.2, 0.3, 0.8, y),
        move || arma_grad(0.5, -0.2, 0.3, 0.8, y),
    ));
    cases
}
