//! Functions of many fields, as their people write them.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

// ---- a chain of neighbours ---------------------------------------------------------------------------------

#[differentiate]
pub fn rosenbrock(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() - 1 {
        let a = x[i + 1] - x[i] * x[i];
        let b = 1.0 - x[i];
        sum += 100.0 * a * a + b * b;
    }
    sum
}

pub fn rosenbrock_by_hand(x: &[f64]) -> (f64, Vec<f64>) {
    let mut g = vec![0.0; x.len()];
    let mut sum = 0.0;
    for i in 0..x.len() - 1 {
        let a = x[i + 1] - x[i] * x[i];
        let b = 1.0 - x[i];
        sum += 100.0 * a * a + b * b;
        g[i] -= 400.0 * a * x[i] + 2.0 * b;
        g[i + 1] += 200.0 * a;
    }
    (sum, g)
}

// ---- a recurrence with logarithms --------------------------------------------------------------------------

#[differentiate(wrt(omega, alpha, beta))]
pub fn garch(omega: f64, alpha: f64, beta: f64, returns: &[f64]) -> f64 {
    let mut variance = omega / (1.0 - alpha - beta);
    let mut nll = 0.0;
    for r in returns {
        nll += 0.5 * (variance.ln() + r * r / variance);
        variance = omega + alpha * r * r + beta * variance;
    }
    nll
}

/// By hand: the tangents of the variance run along.
pub fn garch_by_hand(omega: f64, alpha: f64, beta: f64, returns: &[f64]) -> (f64, (f64, f64, f64)) {
    let q = 1.0 / (1.0 - alpha - beta);
    let mut variance = omega / (1.0 - alpha - beta);
    let mut d = (q, variance * q, variance * q);
    let mut g = (0.0, 0.0, 0.0);
    let mut nll = 0.0;
    for r in returns {
        nll += 0.5 * (variance.ln() + r * r / variance);
        let inv = 1.0 / variance;
        let bar = 0.5 * (inv - r * r * inv * inv);
        g = (g.0 + bar * d.0, g.1 + bar * d.1, g.2 + bar * d.2);
        d = (1.0 + beta * d.0, r * r + beta * d.1, variance + beta * d.2);
        variance = omega + alpha * r * r + beta * variance;
    }
    (nll, g)
}

// ---- a filter ----------------------------------------------------------------------------------------------

#[differentiate(wrt(q, r, z))]
pub fn local_level(q: f64, r: f64, z: &[f64]) -> f64 {
    let (mut x, mut p) = (z[0], 1.0);
    let mut nll = 0.0;
    for &obs in &z[1..] {
        p += q;
        let s = p + r;
        let innovation = obs - x;
        nll += 0.5 * (innovation * innovation / s + s.ln());
        let gain = p / s;
        x += gain * innovation;
        p *= 1.0 - gain;
    }
    nll
}

pub fn local_level_by_hand(q: f64, r: f64, z: &[f64]) -> (f64, (f64, f64, Vec<f64>)) {
    let n = z.len();
    let mut kept = Vec::with_capacity(n);
    let (mut x, mut p) = (z[0], 1.0);
    let mut nll = 0.0;
    for &obs in &z[1..] {
        p += q;
        let s = p + r;
        let innovation = obs - x;
        nll += 0.5 * (innovation * innovation / s + s.ln());
        let gain = p / s;
        kept.push((p, innovation));
        x += gain * innovation;
        p *= 1.0 - gain;
    }
    let mut z_bar = vec![0.0; n];
    let (mut q_bar, mut r_bar, mut x_bar, mut p_bar) = (0.0, 0.0, 0.0, 0.0);
    for (k, &(p, innovation)) in kept.iter().enumerate().rev() {
        let inv = 1.0 / (p + r);
        let gain = p * inv;
        let gain_bar = x_bar * innovation - p_bar * p;
        let mut before_bar = p_bar * (1.0 - gain);
        let innovation_bar = x_bar * gain + innovation * inv;
        let s_bar = 0.5 * (inv - innovation * innovation * inv * inv) - gain_bar * gain * inv;
        before_bar += gain_bar * inv + s_bar;
        r_bar += s_bar;
        z_bar[k + 1] += innovation_bar;
        x_bar -= innovation_bar;
        q_bar += before_bar;
        p_bar = before_bar;
    }
    z_bar[0] += x_bar;
    (nll, (q_bar, r_bar, z_bar))
}

// ---- in place on a grid ------------------------------------------------------------------------------------

#[differentiate]
pub fn smoothed(start: &[f64], n: usize, sweeps: usize) -> f64 {
    let mut u = start.to_vec();
    for _ in 0..sweeps {
        for i in 1..n - 1 {
            for j in 1..n - 1 {
                u[i * n + j] = 0.25 * (u[(i - 1) * n + j] + u[(i + 1) * n + j] + u[i * n + j - 1] + u[i * n + j + 1]);
            }
        }
    }
    u.iter().map(|v| v * v).sum()
}

pub fn smoothed_by_hand(start: &[f64], n: usize, sweeps: usize) -> (f64, Vec<f64>) {
    let mut u = start.to_vec();
    for _ in 0..sweeps {
        for i in 1..n - 1 {
            for j in 1..n - 1 {
                u[i * n + j] = 0.25 * (u[(i - 1) * n + j] + u[(i + 1) * n + j] + u[i * n + j - 1] + u[i * n + j + 1]);
            }
        }
    }
    let value = u.iter().map(|v| v * v).sum();
    let mut b: Vec<f64> = u.iter().map(|v| 2.0 * v).collect();
    for _ in 0..sweeps {
        for i in (1..n - 1).rev() {
            for j in (1..n - 1).rev() {
                let c = 0.25 * b[i * n + j];
                b[i * n + j] = 0.0;
                b[(i - 1) * n + j] += c;
                b[(i + 1) * n + j] += c;
                b[i * n + j - 1] += c;
                b[i * n + j + 1] += c;
            }
        }
    }
    (value, b)
}

// ---- classes -----------------------------------------------------------------------------------------------

#[differentiate(wrt(w))]
pub fn softmax_regression(w: &[f64], xs: &[Vec<f64>], labels: &[usize], classes: usize) -> f64 {
    let d = xs[0].len();
    let mut loss = 0.0;
    for (x, &label) in xs.iter().zip(labels) {
        let mut z = vec![0.0; classes];
        for c in 0..classes {
            for j in 0..d {
                z[c] += w[c * d + j] * x[j];
            }
        }
        let top = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = z.iter().map(|v| (v - top).exp()).sum();
        loss += total.ln() + top - z[label];
    }
    loss / xs.len() as f64
}

pub fn softmax_regression_by_hand(w: &[f64], xs: &[Vec<f64>], labels: &[usize], classes: usize) -> (f64, Vec<f64>) {
    let d = xs[0].len();
    let mut w_bar = vec![0.0; w.len()];
    let mut z = vec![0.0; classes];
    let mut loss = 0.0;
    let share = 1.0 / xs.len() as f64;
    for (x, &label) in xs.iter().zip(labels) {
        for (row, z) in w.chunks_exact(d).zip(&mut z) {
            *z = row.iter().zip(x).fold(0.0, |s, (w, x)| s + w * x);
        }
        let top = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut total = 0.0;
        let right = z[label];
        for z in &mut z {
            *z = (*z - top).exp();
            total += *z;
        }
        loss += total.ln() + top - right;
        for (c, (row, z)) in w_bar.chunks_exact_mut(d).zip(&z).enumerate() {
            let bar = share * (z / total - if c == label { 1.0 } else { 0.0 });
            for (b, x) in row.iter_mut().zip(x) {
                *b += bar * x;
            }
        }
    }
    (loss / xs.len() as f64, w_bar)
}

// ---- an epidemic -------------------------------------------------------------------------------------------

#[differentiate(wrt(beta, gamma, infected))]
pub fn epidemic(beta: f64, gamma: f64, infected: f64, data: &[f64], dt: f64) -> f64 {
    let mut s = 1.0 - infected;
    let mut i = infected;
    let mut misfit = 0.0;
    for d in data {
        for _ in 0..10 {
            let new = beta * s * i * dt;
            let out = gamma * i * dt;
            s -= new;
            i += new - out;
        }
        misfit += (i - d).powi(2);
    }
    misfit
}

pub fn epidemic_by_hand(beta: f64, gamma: f64, infected: f64, data: &[f64], dt: f64) -> (f64, (f64, f64, f64)) {
    let mut kept = Vec::with_capacity(10 * data.len());
    let mut ends = Vec::with_capacity(data.len());
    let (mut s, mut i) = (1.0 - infected, infected);
    let mut misfit = 0.0;
    for d in data {
        for _ in 0..10 {
            kept.push((s, i));
            let new = beta * s * i * dt;
            let out = gamma * i * dt;
            s -= new;
            i += new - out;
        }
        ends.push(i - d);
        misfit += (i - d).powi(2);
    }
    let (mut beta_bar, mut gamma_bar, mut s_bar, mut i_bar) = (0.0, 0.0, 0.0, 0.0);
    for (day, e) in kept.chunks_exact(10).zip(&ends).rev() {
        i_bar += 2.0 * e;
        for &(s, i) in day.iter().rev() {
            let new_bar = (i_bar - s_bar) * dt;
            let out_bar = -i_bar * dt;
            beta_bar += new_bar * s * i;
            gamma_bar += out_bar * i;
            s_bar += new_bar * beta * i;
            i_bar += new_bar * beta * s + out_bar * gamma;
        }
    }
    (misfit, (beta_bar, gamma_bar, i_bar - s_bar))
}

// ---- a robot arm -------------------------------------------------------------------------------------------

type Pose = [[f64; 4]; 3];

#[differentiate]
fn link(theta: f64, length: f64, twist: f64) -> Pose {
    let (st, ct) = theta.sin_cos();
    let (sa, ca) = twist.sin_cos();
    [[ct, -st * ca, st * sa, length * ct], [st, ct * ca, -ct * sa, length * st], [0.0, sa, ca, 0.1]]
}

#[differentiate]
fn compose(a: &Pose, b: &Pose) -> Pose {
    let mut c = [[0.0; 4]; 3];
    for i in 0..3 {
        for j in 0..4 {
            for k in 0..3 {
                c[i][j] += a[i][k] * b[k][j];
            }
        }
        c[i][3] += a[i][3];
    }
    c
}

#[differentiate(wrt(joints))]
pub fn reach(joints: &[f64], lengths: &[f64], twists: &[f64], target: [f64; 3]) -> f64 {
    let mut pose = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]];
    for k in 0..joints.len() {
        pose = compose(&pose, &link(joints[k], lengths[k], twists[k]));
    }
    let mut d2 = 0.0;
    for i in 0..3 {
        d2 += (pose[i][3] - target[i]).powi(2);
    }
    d2
}

/// By hand: each joint turns the hand around its axis.
pub fn reach_by_hand(joints: &[f64], lengths: &[f64], twists: &[f64], target: [f64; 3]) -> (f64, Vec<f64>) {
    let mut pose = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]];
    let mut axes = Vec::with_capacity(joints.len());
    for k in 0..joints.len() {
        axes.push(([pose[0][2], pose[1][2], pose[2][2]], [pose[0][3], pose[1][3], pose[2][3]]));
        pose = compose(&pose, &link(joints[k], lengths[k], twists[k]));
    }
    let mut d2 = 0.0;
    let mut bar = [0.0; 3];
    for i in 0..3 {
        let e = pose[i][3] - target[i];
        d2 += e.powi(2);
        bar[i] = 2.0 * e;
    }
    let hand = [pose[0][3], pose[1][3], pose[2][3]];
    let gradient = axes
        .iter()
        .map(|(z, o)| {
            let r = [hand[0] - o[0], hand[1] - o[1], hand[2] - o[2]];
            let turned = [z[1] * r[2] - z[2] * r[1], z[2] * r[0] - z[0] * r[2], z[0] * r[1] - z[1] * r[0]];
            turned[0] * bar[0] + turned[1] * bar[1] + turned[2] * bar[2]
        })
        .collect();
    (d2, gradient)
}

// ---- matrices by hand --------------------------------------------------------------------------------------

#[differentiate]
pub fn product_norm(a: &[f64], b: &[f64], n: usize) -> f64 {
    let mut c = vec![0.0; n * n];
    for i in 0..n {
        for k in 0..n {
            for j in 0..n {
                c[i * n + j] += a[i * n + k] * b[k * n + j];
            }
        }
    }
    c.iter().map(|x| x.sqrt()).sum()
}

pub fn product_norm_by_hand(a: &[f64], b: &[f64], n: usize) -> (f64, (Vec<f64>, Vec<f64>)) {
    let mut c = vec![0.0; n * n];
    for (ar, cr) in a.chunks_exact(n).zip(c.chunks_exact_mut(n)) {
        for (x, br) in ar.iter().zip(b.chunks_exact(n)) {
            for (c, y) in cr.iter_mut().zip(br) {
                *c += x * y;
            }
        }
    }
    let mut value = 0.0;
    for c in &mut c {
        let root = c.sqrt();
        value += root;
        *c = 0.5 / root;
    }
    let (mut a_bar, mut b_bar) = (vec![0.0; n * n], vec![0.0; n * n]);
    for ((ar, cr), abr) in a.chunks_exact(n).zip(c.chunks_exact(n)).zip(a_bar.chunks_exact_mut(n)) {
        for (((x, br), ab), bbr) in ar.iter().zip(b.chunks_exact(n)).zip(abr).zip(b_bar.chunks_exact_mut(n)) {
            let mut lanes = [0.0; 8];
            let (head, tail) = (n / 8 * 8, n % 8);
            for (c, y) in cr[..head].chunks_exact(8).zip(br[..head].chunks_exact(8)) {
                for l in 0..8 {
                    lanes[l] += c[l] * y[l];
                }
            }
            let mut sum: f64 = lanes.iter().sum();
            for k in n - tail..n {
                sum += cr[k] * br[k];
            }
            *ab += sum;
            for (bb, c) in bbr.iter_mut().zip(cr) {
                *bb += c * x;
            }
        }
    }
    (value, (a_bar, b_bar))
}

// ---- survival ----------------------------------------------------------------------------------------------

#[differentiate(wrt(beta))]
pub fn cox(beta: &[f64], rows: &[Vec<f64>], event: &[bool]) -> f64 {
    let mut risk = 0.0;
    let mut loglik = 0.0;
    for (row, &happened) in rows.iter().zip(event) {
        let eta: f64 = row.iter().zip(beta).map(|(x, b)| x * b).sum();
        risk += eta.exp();
        if happened {
            loglik += eta - risk.ln();
        }
    }
    -loglik
}

pub fn cox_by_hand(beta: &[f64], rows: &[Vec<f64>], event: &[bool]) -> (f64, Vec<f64>) {
    let mut risk = 0.0;
    let mut loglik = 0.0;
    let mut kept = Vec::with_capacity(rows.len());
    for (row, &happened) in rows.iter().zip(event) {
        let eta: f64 = row.iter().zip(beta).map(|(x, b)| x * b).sum();
        let e = eta.exp();
        risk += e;
        if happened {
            loglik += eta - risk.ln();
        }
        kept.push((e, risk));
    }
    let mut bar = vec![0.0; beta.len()];
    let mut risk_bar = 0.0;
    for ((row, &happened), &(e, risk)) in rows.iter().zip(event).zip(&kept).rev() {
        let mut eta_bar = 0.0;
        if happened {
            eta_bar = -1.0;
            risk_bar += 1.0 / risk;
        }
        eta_bar += risk_bar * e;
        for (b, x) in bar.iter_mut().zip(row) {
            *b += eta_bar * x;
        }
    }
    (-loglik, bar)
}

// ---- a table -----------------------------------------------------------------------------------------------

#[differentiate(wrt(values))]
pub fn interpolated(values: &[f64], at: &[f64], targets: &[f64]) -> f64 {
    let mut s = 0.0;
    for (&x, &t) in at.iter().zip(targets) {
        let k = (x.floor() as usize).min(values.len() - 2);
        let u = x - k as f64;
        let y = values[k] * (1.0 - u) + values[k + 1] * u;
        s += (y - t) * (y - t);
    }
    s
}

pub fn interpolated_by_hand(values: &[f64], at: &[f64], targets: &[f64]) -> (f64, Vec<f64>) {
    let mut bar = vec![0.0; values.len()];
    let mut s = 0.0;
    for (&x, &t) in at.iter().zip(targets) {
        let k = (x.floor() as usize).min(values.len() - 2);
        let u = x - k as f64;
        let e = values[k] * (1.0 - u) + values[k + 1] * u - t;
        s += e * e;
        bar[k] += 2.0 * e * (1.0 - u);
        bar[k + 1] += 2.0 * e * u;
    }
    (s, bar)
}

// ---- spins on a ring of rings ------------------------------------------------------------------------------

#[differentiate(wrt(angle))]
pub fn spins(angle: &[f64], n: usize, coupling: f64) -> f64 {
    let mut energy = 0.0;
    for i in 0..n {
        for j in 0..n {
            let here = angle[i * n + j];
            let right = angle[i * n + (j + 1) % n];
            let down = angle[((i + 1) % n) * n + j];
            energy -= coupling * ((here - right).cos() + (here - down).cos());
        }
    }
    energy
}

pub fn spins_by_hand(angle: &[f64], n: usize, coupling: f64) -> (f64, Vec<f64>) {
    let mut bar = vec![0.0; n * n];
    let mut energy = 0.0;
    for i in 0..n {
        let below = ((i + 1) % n) * n;
        for j in 0..n {
            let (a, r, d) = (i * n + j, i * n + (j + 1) % n, below + j);
            let (sr, cr) = (angle[a] - angle[r]).sin_cos();
            let (sd, cd) = (angle[a] - angle[d]).sin_cos();
            energy -= coupling * (cr + cd);
            bar[a] += coupling * (sr + sd);
            bar[r] -= coupling * sr;
            bar[d] -= coupling * sd;
        }
    }
    (energy, bar)
}

// ---- paths -------------------------------------------------------------------------------------------------

#[differentiate(wrt(spot, rate, vol))]
pub fn asian(spot: f64, rate: f64, vol: f64, strike: f64, dt: f64, steps: usize, normals: &[f64]) -> f64 {
    let paths = normals.len() / steps;
    let drift = (rate - 0.5 * vol * vol) * dt;
    let mut sum = 0.0;
    for path in normals.chunks(steps) {
        let mut s = spot;
        let mut average = 0.0;
        for z in path {
            s *= (drift + vol * dt.sqrt() * z).exp();
            average += s;
        }
        average /= steps as f64;
        sum += (average - strike).max(0.0);
    }
    (-rate * dt * steps as f64).exp() * sum / paths as f64
}

/// By hand: `∂s/∂spot = s/spot`, and tangents in the two other directions.
pub fn asian_by_hand(spot: f64, rate: f64, vol: f64, strike: f64, dt: f64, steps: usize, normals: &[f64]) -> (f64, (f64, f64, f64)) {
    let paths = normals.len() / steps;
    let drift = (rate - 0.5 * vol * vol) * dt;
    let root = dt.sqrt();
    let mut sum = 0.0;
    let (mut d_spot, mut d_rate, mut d_vol) = (0.0, 0.0, 0.0);
    for path in normals.chunks(steps) {
        let mut s = spot;
        let (mut average, mut rates, mut vols, mut log_vol, mut time) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for z in path {
            s *= (drift + vol * root * z).exp();
            average += s;
            time += dt;
            log_vol += root * z - vol * dt;
            rates += s * time;
            vols += s * log_vol;
        }
        let n = steps as f64;
        average /= n;
        sum += (average - strike).max(0.0);
        if average > strike {
            d_spot += average / spot;
            d_rate += rates / n;
            d_vol += vols / n;
        }
    }
    let horizon = dt * steps as f64;
    let discount = (-rate * dt * steps as f64).exp();
    let share = discount / paths as f64;
    let value = discount * sum / paths as f64;
    (value, (share * d_spot, share * d_rate - horizon * value, share * d_vol))
}

pub fn cases() -> Vec<Case> {
    let mut r = Numbers::new(71);
    let mut cases = Vec::new();
    let x = r.list(1000, -1.5, 1.5);
    cases.push(Case::new("rosenbrock", "n=1000", move || rosenbrock(x), move || rosenbrock_by_hand(x), move || rosenbrock_grad(x)));
    let returns = r.list(1000, -0.05, 0.05);
    cases.push(Case::new(
        "garch",
        "n=1000",
        move || garch(1e-5, 0.1, 0.85, returns),
        move || garch_by_hand(1e-5, 0.1, 0.85, returns),
        move || garch_grad(1e-5, 0.1, 0.85, returns),
    ));
    let z = r.list(1000, -1.0, 1.0);
    cases.push(Case::new(
        "local_level",
        "n=1000",
        move || local_level(0.1, 0.5, z),
        move || local_level_by_hand(0.1, 0.5, z),
        move || local_level_grad(0.1, 0.5, z),
    ));
    let grid = r.list(32 * 32, -1.0, 1.0);
    cases.push(Case::new(
        "smoothed",
        "n=32 sweeps=10",
        move || smoothed(grid, 32, 10),
        move || smoothed_by_hand(grid, 32, 10),
        move || smoothed_grad(grid, 32, 10),
    ));
    let w = r.list(10 * 20, -1.0, 1.0);
    let xs: &'static [Vec<f64>] = (0..200).map(|_| r.list(20, -1.0, 1.0).to_vec()).collect::<Vec<_>>().leak();
    let labels: &'static [usize] = (0..200).map(|k| k * 7 % 10).collect::<Vec<_>>().leak();
    cases.push(Case::new(
        "softmax_regression",
        "d=20 classes=10 n=200",
        move || softmax_regression(w, xs, labels, 10),
        move || softmax_regression_by_hand(w, xs, labels, 10),
        move || softmax_regression_grad(w, xs, labels, 10),
    ));
    let data = r.list(100, 0.0, 0.3);
    cases.push(Case::new(
        "epidemic",
        "1000 steps",
        move || epidemic(0.4, 0.1, 0.01, data, 0.1),
        move || epidemic_by_hand(0.4, 0.1, 0.01, data, 0.1),
        move || epidemic_grad(0.4, 0.1, 0.01, data, 0.1),
    ));
    let (joints, lengths, twists) = (r.list(7, -1.0, 1.0), r.list(7, 0.1, 0.5), r.list(7, -1.5, 1.5));
    let target = [0.3, 0.2, 0.6];
    cases.push(Case::new(
        "reach",
        "7 joints",
        move || reach(joints, lengths, twists, target),
        move || reach_by_hand(joints, lengths, twists, target),
        move || reach_grad(joints, lengths, twists, target),
    ));
    let (a, b) = (r.list(64 * 64, 0.1, 1.0), r.list(64 * 64, 0.1, 1.0));
    cases.push(Case::new(
        "matrix product",
        "n=64",
        move || product_norm(a, b, 64),
        move || product_norm_by_hand(a, b, 64),
        move || product_norm_grad(a, b, 64),
    ));
    let beta = r.list(8, -0.5, 0.5);
    let rows: &'static [Vec<f64>] = (0..500).map(|_| r.list(8, -1.0, 1.0).to_vec()).collect::<Vec<_>>().leak();
    let event: &'static [bool] = (0..500).map(|k| k % 3 != 0).collect::<Vec<_>>().leak();
    cases.push(Case::new(
        "cox",
        "d=8 n=500",
        move || cox(beta, rows, event),
        move || cox_by_hand(beta, rows, event),
        move || cox_grad(beta, rows, event),
    ));
    let (values, at, targets) = (r.list(50, -1.0, 1.0), r.list(1000, 0.0, 49.0), r.list(1000, -1.0, 1.0));
    cases.push(Case::new(
        "interpolated",
        "n=1000",
        move || interpolated(values, at, targets),
        move || interpolated_by_hand(values, at, targets),
        move || interpolated_grad(values, at, targets),
    ));
    let angle = r.list(32 * 32, -3.0, 3.0);
    cases.push(Case::new(
        "spins",
        "n=32",
        move || spins(angle, 32, 0.7),
        move || spins_by_hand(angle, 32, 0.7),
        move || spins_grad(angle, 32, 0.7),
    ));
    let normals = r.list(100 * 50, -1.7, 1.7);
    cases.push(Case::new(
        "asian",
        "100 paths of 50",
        move || asian(100.0, 0.03, 0.2, 95.0, 0.02, 50, normals),
        move || asian_by_hand(100.0, 0.03, 0.2, 95.0, 0.02, 50, normals),
        move || asian_grad(100.0, 0.03, 0.2, 95.0, 0.02, 50, normals),
    ));
    cases
}
