//! Control.
use autodiff_core::{Differentiable, differentiate};

type M2 = [[f64; 2]; 2];

#[differentiate]
fn mul2(a: M2, b: M2) -> M2 {
    let mut c = [[0.0; 2]; 2];
    for i in 0..2 {
        for j in 0..2 {
            c[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j];
        }
    }
    c
}

#[differentiate]
fn transpose2(a: M2) -> M2 {
    [[a[0][0], a[1][0]], [a[0][1], a[1][1]]]
}

/// Discrete LQR with one input by iterating the Riccati equation; cost from x0.
#[differentiate]
fn lqr_cost(a: M2, b: [f64; 2], q: &[f64; 2], r: f64, x0: [f64; 2]) -> f64 {
    let mut p = [[q[0], 0.0], [0.0, q[1]]];
    for _ in 0..30 {
        let pb = [p[0][0] * b[0] + p[0][1] * b[1], p[1][0] * b[0] + p[1][1] * b[1]];
        let s = r + b[0] * pb[0] + b[1] * pb[1];
        let pa = mul2(p, a);
        let bpa = [b[0] * pa[0][0] + b[1] * pa[1][0], b[0] * pa[0][1] + b[1] * pa[1][1]];
        let atpa = mul2(transpose2(a), pa);
        for i in 0..2 {
            for j in 0..2 {
                p[i][j] = atpa[i][j] - bpa[i] * bpa[j] / s + if i == j { q[i] } else { 0.0 };
            }
        }
    }
    x0[0] * (p[0][0] * x0[0] + p[0][1] * x0[1]) + x0[1] * (p[1][0] * x0[0] + p[1][1] * x0[1])
}

#[differentiate]
trait Plant {
    fn step(&self, x: &[f64], u: f64) -> Vec<f64>;
}

#[derive(Debug, Clone, Differentiable)]
struct CartPole {
    pub mass_cart: f64,
    pub mass_pole: f64,
    pub length: f64,
    pub dt: f64,
}

impl Default for CartPole {
    fn default() -> Self {
        Self { mass_cart: 1.0, mass_pole: 0.1, length: 0.5, dt: 0.05 }
    }
}

#[differentiate]
impl Plant for CartPole {
    fn step(&self, x: &[f64], u: f64) -> Vec<f64> {
        const G: f64 = 9.81;
        let (pos, vel, th, om) = (x[0], x[1], x[2], x[3]);
        let total = self.mass_cart + self.mass_pole;
        let temp = (u + self.mass_pole * self.length * om * om * th.sin()) / total;
        let alpha = (G * th.sin() - th.cos() * temp) / (self.length * (4.0 / 3.0 - self.mass_pole * th.cos().powi(2) / total));
        let acc = temp - self.mass_pole * self.length * alpha * th.cos() / total;
        vec![pos + self.dt * vel, vel + self.dt * acc, th + self.dt * om, om + self.dt * alpha]
    }
}

/// MPC: cost of a control sequence over the horizon, soft limits on the input.
#[differentiate]
fn mpc_cost(controls: &[f64], x0: &[f64; 4], plant: &CartPole, weights: (f64, f64)) -> f64 {
    let mut x: Vec<f64> = x0.to_vec();
    let mut cost = 0.0;
    let mut last: f64 = 0.0;
    for &u in controls {
        x = plant.step(&x, u);
        let stage = x[0] * x[0] + 10.0 * x[2].powi(2) + 0.1 * (x[1] * x[1] + x[3] * x[3]);
        cost += stage + weights.0 * u * u + weights.1 * (u - last).powi(2);
        if u.abs() > 0.8 {
            cost += 100.0 * (u.abs() - 0.8).powi(2);
        }
        last = u;
    }
    cost + 50.0 * x.iter().map(|v| v * v).sum::<f64>()
}

/// Lead-lag compensator and second-order plant by bilinear transform, integral of time-weighted error.
#[differentiate]
fn itae(zero: f64, pole: f64, gain: f64, zeta: f64) -> f64 {
    let ts = 0.1;
    let k = 2.0 / ts;
    let (b0, b1) = (gain * (k + zero) / (k + pole), gain * (zero - k) / (k + pole));
    let a1 = (pole - k) / (k + pole);
    let mut e_prev = 0.0;
    let mut u_prev = 0.0;
    let mut y = 0.0;
    let mut dy = 0.0;
    let mut itae = 0.0;
    let mut t = 0.0;
    while t < 4.0 {
        let e = 1.0 - y;
        let u = b0 * e + b1 * e_prev - a1 * u_prev;
        let saturated = u.clamp(-5.0, 5.0);
        dy += ts * (saturated - 2.0 * zeta * dy - y);
        y += ts * dy;
        itae += ts * t * (e * e + 1e-6).sqrt();
        e_prev = e;
        u_prev = u;
        t += ts;
    }
    itae
}

/// Kalman filter of a scalar local-level model, returning state and variance as a tuple.
#[differentiate]
fn kalman_step((m, p): (f64, f64), y: Option<f64>, q: f64, r: f64) -> ((f64, f64), f64) {
    let p = p + q;
    match y {
        None => ((m, p), 0.0),
        Some(y) => {
            let s = p + r;
            let gain = p / s;
            let v = y - m;
            ((m + gain * v, (1.0 - gain) * p), -0.5 * (s.ln() + v * v / s))
        }
    }
}

#[differentiate]
fn local_level(ys: &[Option<f64>], q: f64, r: f64) -> f64 {
    let mut state = (0.0, 10.0);
    let mut ll = 0.0;
    for y in ys {
        let (next, l) = kalman_step(state, *y, q, r);
        state = next;
        ll += l;
    }
    ll + state.0
}

/// Controllability Gramian of a discrete system, log of determinant by recursion.
#[differentiate]
fn gramian_logdet(a: M2, b: [f64; 2], horizon: usize) -> f64 {
    fn outer(b: [f64; 2]) -> M2 {
        [[b[0] * b[0], b[0] * b[1]], [b[1] * b[0], b[1] * b[1]]]
    }
    let mut w = outer(b);
    let mut col = b;
    for _ in 1..horizon {
        col = [a[0][0] * col[0] + a[0][1] * col[1], a[1][0] * col[0] + a[1][1] * col[1]];
        let o = outer(col);
        for (wr, or) in w.iter_mut().zip(o) {
            for (x, y) in wr.iter_mut().zip(or) {
                *x += y;
            }
        }
    }
    (w[0][0] * w[1][1] - w[0][1] * w[1][0]).abs().ln()
}

mod checks {
    use super::*;
    use crate::checked;
    checked!(lqr_cost lqr_cost_grad lqr_cost_vjp lqr_cost_jvp: 11, 0.2, 0.8,
        |v| ([[v[0], v[1]], [v[2], v[3]]], [v[4], v[5]], &[v[6], v[7]], v[8], [v[9], v[10]]),
        d => ([[d[0], d[1]], [d[2], d[3]]], [d[4], d[5]], &[d[6], d[7]], d[8], [d[9], d[10]]));
    fn cp(v: &[f64]) -> CartPole {
        CartPole { mass_cart: v[0], mass_pole: v[1], length: v[2], dt: v[3] }
    }
    checked!(mpc_cost mpc_cost_grad mpc_cost_vjp mpc_cost_jvp: 14, 0.2, 0.8,
        |v| (&v[0..4], &[v[4], v[5], v[6], v[7]], &cp(&v[8..12]), (v[12], v[13])));
    checked!(itae itae_grad itae_vjp itae_jvp: 4, 0.2, 0.8,
        |v| (v[0], v[1] + 1.0, v[2], v[3]),
        d => (d[0], d[1], d[2], d[3]));
    checked!(local_level local_level_grad local_level_vjp local_level_jvp: 5, 0.2, 0.8,
        |v| (&[Some(v[0]), None, Some(v[1]), Some(v[2])], v[3], v[4]));
    checked!(gramian_logdet gramian_logdet_grad gramian_logdet_vjp gramian_logdet_jvp: 6, 0.2, 0.8,
        |v| ([[v[0], v[1]], [v[2], v[3]]], [v[4], v[5]], 4),
        d => ([[d[0], d[1]], [d[2], d[3]]], [d[4], d[5]]));
}
