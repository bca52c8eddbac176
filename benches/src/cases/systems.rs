//! Systems and accounts: two species, a controller, an integral, bonds on a curve, a portfolio.

use autodiff_core::{Differentiable, differentiate};

use super::Numbers;
use crate::measure::{Case, Flat};

// ---- two species -----------------------------------------------------------------------------------------

#[differentiate]
fn rates(x: f64, y: f64, p: [f64; 4]) -> (f64, f64) {
    (p[0] * x - p[1] * x * y, p[2] * x * y - p[3] * y)
}
#[differentiate(wrt(p, start))]
pub fn species(p: [f64; 4], start: (f64, f64), seen: &[(f64, f64)], dt: f64, between: usize) -> f64 {
    let (mut x, mut y) = start;
    let mut misfit = 0.0;
    for (sx, sy) in seen {
        for _ in 0..between {
            let (a1, b1) = rates(x, y, p);
            let (a2, b2) = rates(x + 0.5 * dt * a1, y + 0.5 * dt * b1, p);
            let (a3, b3) = rates(x + 0.5 * dt * a2, y + 0.5 * dt * b2, p);
            let (a4, b4) = rates(x + dt * a3, y + dt * b3, p);
            x += dt / 6.0 * (a1 + 2.0 * a2 + 2.0 * a3 + a4);
            y += dt / 6.0 * (b1 + 2.0 * b2 + 2.0 * b3 + b4);
        }
        misfit += (x.ln() - sx.ln()).powi(2) + (y.ln() - sy.ln()).powi(2);
    }
    misfit
}
pub fn species_by_hand(p: [f64; 4], start: (f64, f64), seen: &[(f64, f64)], dt: f64, between: usize) -> (f64, ([f64; 4], (f64, f64))) {
    let f = |x: f64, y: f64| (p[0] * x - p[1] * x * y, p[2] * x * y - p[3] * y);
    let mut kept = Vec::with_capacity(between * seen.len());
    let mut ends = Vec::with_capacity(seen.len());
    let (mut x, mut y) = start;
    let mut misfit = 0.0;
    let (h, s) = (0.5 * dt, dt / 6.0);
    for &(sx, sy) in seen {
        for _ in 0..between {
            kept.push((x, y));
            let (a1, b1) = f(x, y);
            let (a2, b2) = f(x + h * a1, y + h * b1);
            let (a3, b3) = f(x + h * a2, y + h * b2);
            let (a4, b4) = f(x + dt * a3, y + dt * b3);
            x += s * (a1 + 2.0 * a2 + 2.0 * a3 + a4);
            y += s * (b1 + 2.0 * b2 + 2.0 * b3 + b4);
        }
        let (u, v) = (x.ln() - sx.ln(), y.ln() - sy.ln());
        misfit += u * u + v * v;
        ends.push((2.0 * u / x, 2.0 * v / y));
    }
    let mut pb = [0.0; 4];
    let mut pull = |x: f64, y: f64, ab: f64, bb: f64| {
        let xy = x * y;
        pb[0] += ab * x;
        pb[1] -= ab * xy;
        pb[2] += bb * xy;
        pb[3] -= bb * y;
        (ab * (p[0] - p[1] * y) + bb * p[2] * y, bb * (p[2] * x - p[3]) - ab * p[1] * x)
    };
    let (mut xb, mut yb) = (0.0, 0.0);
    for (steps, end) in kept.chunks_exact(between).zip(&ends).rev() {
        xb += end.0;
        yb += end.1;
        for &(x, y) in steps.iter().rev() {
            let (a1, b1) = f(x, y);
            let (x2, y2) = (x + h * a1, y + h * b1);
            let (a2, b2) = f(x2, y2);
            let (x3, y3) = (x + h * a2, y + h * b2);
            let (a3, b3) = f(x3, y3);
            let (x4, y4) = (x + dt * a3, y + dt * b3);
            let (g4, h4) = pull(x4, y4, s * xb, s * yb);
            let (g3, h3) = pull(x3, y3, 2.0 * s * xb + dt * g4, 2.0 * s * yb + dt * h4);
            let (g2, h2) = pull(x2, y2, 2.0 * s * xb + h * g3, 2.0 * s * yb + h * h3);
            let (g1, h1) = pull(x, y, s * xb + h * g2, s * yb + h * h2);
            xb += g1 + g2 + g3 + g4;
            yb += h1 + h2 + h3 + h4;
        }
    }
    (misfit, (pb, (xb, yb)))
}

// ---- a controller ----------------------------------------------------------------------------------------

#[derive(Differentiable, Clone)]
pub struct Pid {
    kp: f64,
    ki: f64,
    kd: f64,
    sum: f64,
    last: f64,
}
#[differentiate]
impl Pid {
    fn control(&mut self, error: f64, dt: f64) -> f64 {
        self.sum += error * dt;
        let slope = (error - self.last) / dt;
        self.last = error;
        (self.kp * error + self.ki * self.sum + self.kd * slope).clamp(-5.0, 5.0)
    }
}
#[differentiate(wrt(gains))]
pub fn controlled(gains: [f64; 3], wanted: &[f64], mass: f64, drag: f64, dt: f64) -> f64 {
    let mut pid = Pid { kp: gains[0], ki: gains[1], kd: gains[2], sum: 0.0, last: 0.0 };
    let (mut x, mut v) = (0.0, 0.0);
    let mut cost = 0.0;
    for w in wanted {
        let u = pid.control(w - x, dt);
        v += dt * (u - drag * v) / mass;
        x += dt * v;
        cost += dt * ((w - x) * (w - x) + 0.001 * u * u);
    }
    cost
}
pub fn controlled_by_hand(gains: [f64; 3], wanted: &[f64], mass: f64, drag: f64, dt: f64) -> (f64, [f64; 3]) {
    let [kp, ki, kd] = gains;
    let mut kept = Vec::with_capacity(wanted.len());
    let (mut x, mut v, mut sum, mut last, mut cost) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for w in wanted {
        let e = w - x;
        sum += e * dt;
        let slope = (e - last) / dt;
        last = e;
        let raw: f64 = kp * e + ki * sum + kd * slope;
        let u = raw.clamp(-5.0, 5.0);
        v += dt * (u - drag * v) / mass;
        x += dt * v;
        cost += dt * ((w - x) * (w - x) + 0.001 * u * u);
        kept.push((e, sum, slope, raw, x));
    }
    let mut g = [0.0; 3];
    let (mut xb, mut vb, mut sb, mut lb) = (0.0, 0.0, 0.0, 0.0);
    for (&(e, sum, slope, raw, x), w) in kept.iter().zip(wanted).rev() {
        xb -= 2.0 * dt * (w - x);
        vb += dt * xb;
        let a = dt / mass * vb;
        let ub = a + 0.002 * dt * raw.clamp(-5.0, 5.0);
        vb -= drag * a;
        let rb = if raw > -5.0 && raw < 5.0 { ub } else { 0.0 };
        g[0] += rb * e;
        g[1] += rb * sum;
        g[2] += rb * slope;
        sb += rb * ki;
        let slope_bar = rb * kd / dt;
        let eb = rb * kp + lb + slope_bar + sb * dt;
        lb = -slope_bar;
        xb -= eb;
    }
    (cost, g)
}

// ---- an integral -----------------------------------------------------------------------------------------

#[differentiate]
fn simpson(f: impl Fn(f64) -> f64, a: f64, b: f64, n: usize) -> f64 {
    let h = (b - a) / n as f64;
    let mut sum = f(a) + f(b);
    for i in 1..n {
        let weight = if i % 2 == 1 { 4.0 } else { 2.0 };
        sum += weight * f(a + i as f64 * h);
    }
    sum * h / 3.0
}
#[differentiate]
pub fn heated(rate: f64, width: f64, end: f64, n: usize) -> f64 {
    simpson(|t| (-rate * t).exp() * (1.0 + t * t / (width * width)).ln(), 0.0, end, n)
}
pub fn heated_by_hand(rate: f64, width: f64, end: f64, n: usize) -> (f64, (f64, f64, f64)) {
    let h = end / n as f64;
    let q = 1.0 / (width * width);
    let (mut sum, mut rb, mut qb, mut hb) = (0.0, 0.0, 0.0, 0.0);
    let at = |t: f64| {
        let e = (-rate * t).exp();
        let s = 1.0 + t * t * q;
        let l = s.ln();
        let i = e / s;
        (e * l, -t * e * l, i * t * t, 2.0 * i * t * q - rate * e * l)
    };
    for i in 0..=n {
        let w = if i == 0 || i == n {
            1.0
        } else if i % 2 == 1 {
            4.0
        } else {
            2.0
        };
        let (v, r, q, t) = at(i as f64 * h);
        sum += w * v;
        rb += w * r;
        qb += w * q;
        hb += w * t * i as f64;
    }
    let k = h / 3.0;
    (sum * h / 3.0, (rb * k, qb * k * -2.0 * q / width, (hb * k + sum / 3.0) / n as f64))
}

// ---- bonds on a curve ------------------------------------------------------------------------------------

#[derive(Differentiable, Clone, Copy)]
pub struct Curve {
    level: f64,
    slope: f64,
    bend: f64,
    decay: f64,
}
#[differentiate]
impl Curve {
    fn rate(&self, t: f64) -> f64 {
        let x = t / self.decay;
        let f = (1.0 - (-x).exp()) / x;
        self.level + self.slope * f + self.bend * (f - (-x).exp())
    }
}
#[differentiate(wrt(curve))]
pub fn bonds(curve: &Curve, coupons: &[f64], years: &[usize], prices: &[f64]) -> f64 {
    let mut error = 0.0;
    for i in 0..coupons.len() {
        let mut price = 0.0;
        for k in 1..=years[i] {
            let t = k as f64;
            let flow = if k == years[i] { coupons[i] + 100.0 } else { coupons[i] };
            price += flow * (-curve.rate(t) * t).exp();
        }
        error += (price - prices[i]).powi(2);
    }
    error
}
pub fn bonds_by_hand(c: &Curve, coupons: &[f64], years: &[usize], prices: &[f64]) -> (f64, [f64; 4]) {
    let mut error = 0.0;
    let mut g = [0.0; 4];
    let inv = 1.0 / c.decay;
    for ((&coupon, &years), seen) in coupons.iter().zip(years).zip(prices) {
        let mut price = 0.0;
        let mut own = [0.0; 4];
        for k in 1..=years {
            let t = k as f64;
            let x = t * inv;
            let e = (-x).exp();
            let f = (1.0 - e) / x;
            let flow = if k == years { coupon + 100.0 } else { coupon };
            let v = flow * (-(c.level + c.slope * f + c.bend * (f - e)) * t).exp();
            price += v;
            let r = -t * v;
            own[0] += r;
            own[1] += r * f;
            own[2] += r * (f - e);
            let df = (e - f) / x;
            own[3] += r * (c.slope * df + c.bend * (df + e)) * -x * inv;
        }
        let d = price - seen;
        error += d * d;
        for k in 0..4 {
            g[k] += 2.0 * d * own[k];
        }
    }
    (error, g)
}
impl Flat for CurveCotangent {
    fn flat(&self, v: &mut Vec<f64>) {
        v.extend([self.level, self.slope, self.bend, self.decay]);
    }
}

// ---- a portfolio -----------------------------------------------------------------------------------------

#[differentiate(wrt(w))]
pub fn portfolio_risk(w: &[f64], mean: &[f64], cov: &[Vec<f64>], held: &[f64], aversion: f64, cost: f64) -> f64 {
    let n = w.len();
    let mut gain = 0.0;
    let mut variance = 0.0;
    for i in 0..n {
        gain += w[i] * mean[i];
        for j in 0..n {
            variance += w[i] * cov[i][j] * w[j];
        }
    }
    let total: f64 = w.iter().sum();
    let traded: f64 = w.iter().zip(held).map(|(a, b)| (a - b).abs()).sum();
    aversion * variance - gain + cost * traded + 10.0 * (total - 1.0).powi(2)
}
pub fn portfolio_risk_by_hand(w: &[f64], mean: &[f64], cov: &[Vec<f64>], held: &[f64], aversion: f64, cost: f64) -> (f64, Vec<f64>) {
    let n = w.len();
    let mut bar = vec![0.0; n];
    let (mut gain, mut variance, mut total, mut traded) = (0.0, 0.0, 0.0, 0.0);
    for i in 0..n {
        let row = &cov[i][..n];
        let mut s = 0.0;
        let k = aversion * w[i];
        for j in 0..n {
            s += row[j] * w[j];
            bar[j] += k * row[j];
        }
        variance += w[i] * s;
        bar[i] += aversion * s;
        gain += w[i] * mean[i];
        total += w[i];
        let d = w[i] - held[i];
        traded += d.abs();
        bar[i] += if d == 0.0 { 0.0 } else { cost.copysign(d) } - mean[i];
    }
    let g = 20.0 * (total - 1.0);
    bar.iter_mut().for_each(|b| *b += g);
    (aversion * variance - gain + cost * traded + 10.0 * (total - 1.0).powi(2), bar)
}

pub fn cases() -> Vec<Case> {
    let mut r = Numbers::new(1511);
    let mut cases = Vec::new();
    let seen: &'static [(f64, f64)] = (0..20).map(|_| (r.between(0.5, 2.0), r.between(0.5, 2.0))).collect::<Vec<_>>().leak();
    let p = [1.1, 0.6, 0.5, 0.9];
    cases.push(Case::new(
        "species",
        "200 steps",
        move || species(p, (1.0, 0.8), seen, 0.02, 10),
        move || species_by_hand(p, (1.0, 0.8), seen, 0.02, 10),
        move || species_grad(p, (1.0, 0.8), seen, 0.02, 10),
    ));
    let wanted = r.list(500, -1.0, 1.0);
    cases.push(Case::new(
        "controlled",
        "500 steps",
        move || controlled([2.0, 0.5, 0.1], wanted, 1.2, 0.4, 0.05),
        move || controlled_by_hand([2.0, 0.5, 0.1], wanted, 1.2, 0.4, 0.05),
        move || controlled_grad([2.0, 0.5, 0.1], wanted, 1.2, 0.4, 0.05),
    ));
    cases.push(Case::new(
        "heated",
        "200 intervals",
        || heated(0.7, 1.3, 4.0, 200),
        || heated_by_hand(0.7, 1.3, 4.0, 200),
        || heated_grad(0.7, 1.3, 4.0, 200),
    ));
    let curve: &'static Curve = Box::leak(Box::new(Curve { level: 0.03, slope: -0.02, bend: 0.01, decay: 2.5 }));
    let (coupons, prices) = (r.list(30, 1.0, 6.0), r.list(30, 90.0, 115.0));
    let years: &'static [usize] = (0..30).map(|_| 1 + r.below(20)).collect::<Vec<_>>().leak();
    cases.push(Case::new(
        "bonds",
        "30 bonds",
        move || bonds(curve, coupons, years, prices),
        move || bonds_by_hand(curve, coupons, years, prices),
        move || bonds_grad(curve, coupons, years, prices),
    ));
    let (w, mean, held, cov) = (r.list(50, 0.0, 0.04), r.list(50, 0.0, 0.1), r.list(50, 0.0, 0.04), r.rows(50, 50, -0.1, 0.1));
    cases.push(Case::new(
        "portfolio",
        "50 assets",
        move || portfolio_risk(w, mean, cov, held, 2.0, 0.01),
        move || portfolio_risk_by_hand(w, mean, cov, held, 2.0, 0.01),
        move || portfolio_risk_grad(w, mean, cov, held, 2.0, 0.01),
    ));
    cases
}
