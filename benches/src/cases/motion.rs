//! States of few numbers in time: arrays of fixed size and structs.

use autodiff_core::{Differentiable, differentiate};

use super::Numbers;
use crate::measure::Case;

// ---- an orbit by Runge and Kutta ---------------------------------------------------------------------------

#[differentiate]
fn gravity(s: &[f64; 6], mu: f64, drag: f64) -> [f64; 6] {
    let r2 = s[0] * s[0] + s[1] * s[1] + s[2] * s[2];
    let g = -mu / (r2 * r2.sqrt());
    [s[3], s[4], s[5], g * s[0] - drag * s[3], g * s[1] - drag * s[4], g * s[2] - drag * s[5]]
}

#[differentiate]
fn shifted(s: &[f64; 6], k: &[f64; 6], h: f64) -> [f64; 6] {
    let mut out = *s;
    for i in 0..6 {
        out[i] += h * k[i];
    }
    out
}

#[differentiate(wrt(start, mu, drag))]
pub fn orbit(start: [f64; 6], mu: f64, drag: f64, h: f64, steps: usize) -> f64 {
    let mut s = start;
    for _ in 0..steps {
        let k1 = gravity(&s, mu, drag);
        let k2 = gravity(&shifted(&s, &k1, 0.5 * h), mu, drag);
        let k3 = gravity(&shifted(&s, &k2, 0.5 * h), mu, drag);
        let k4 = gravity(&shifted(&s, &k3, h), mu, drag);
        for i in 0..6 {
            s[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
        }
    }
    s[0] * s[0] + s[1] * s[1] + s[2] * s[2]
}

pub fn orbit_by_hand(start: [f64; 6], mu: f64, drag: f64, h: f64, steps: usize) -> (f64, ([f64; 6], f64, f64)) {
    let stages = |s: &[f64; 6]| {
        let k1 = gravity(s, mu, drag);
        let s2 = shifted(s, &k1, 0.5 * h);
        let k2 = gravity(&s2, mu, drag);
        let s3 = shifted(s, &k2, 0.5 * h);
        let k3 = gravity(&s3, mu, drag);
        let s4 = shifted(s, &k3, h);
        (k1, k2, k3, s2, s3, s4)
    };
    let mut kept = Vec::with_capacity(steps);
    let mut s = start;
    for _ in 0..steps {
        kept.push(s);
        let (k1, k2, k3, _, _, s4) = stages(&s);
        let k4 = gravity(&s4, mu, drag);
        for i in 0..6 {
            s[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
        }
    }
    let (mut mu_bar, mut drag_bar) = (0.0, 0.0);
    let mut pull = |s: &[f64; 6], bar: &[f64; 6], s_bar: &mut [f64; 6]| {
        let r2 = s[0] * s[0] + s[1] * s[1] + s[2] * s[2];
        let cube = 1.0 / (r2 * r2.sqrt());
        let g = -mu * cube;
        let g_bar = bar[3] * s[0] + bar[4] * s[1] + bar[5] * s[2];
        mu_bar -= g_bar * cube;
        drag_bar -= bar[3] * s[3] + bar[4] * s[4] + bar[5] * s[5];
        let r2_bar = -1.5 * g_bar * g / r2;
        for i in 0..3 {
            s_bar[i] += g * bar[i + 3] + 2.0 * r2_bar * s[i];
            s_bar[i + 3] += bar[i] - drag * bar[i + 3];
        }
    };
    let mut s_bar = [2.0 * s[0], 2.0 * s[1], 2.0 * s[2], 0.0, 0.0, 0.0];
    for s in kept.iter().rev() {
        let (_, _, _, s2, s3, s4) = stages(s);
        let scaled = |f: f64| s_bar.map(|b| f * b);
        let (mut k1_bar, mut k2_bar, mut k3_bar, k4_bar) = (scaled(h / 6.0), scaled(h / 3.0), scaled(h / 3.0), scaled(h / 6.0));
        let mut stage = [0.0; 6];
        pull(&s4, &k4_bar, &mut stage);
        for i in 0..6 {
            k3_bar[i] += h * stage[i];
            s_bar[i] += stage[i];
        }
        stage = [0.0; 6];
        pull(&s3, &k3_bar, &mut stage);
        for i in 0..6 {
            k2_bar[i] += 0.5 * h * stage[i];
            s_bar[i] += stage[i];
        }
        stage = [0.0; 6];
        pull(&s2, &k2_bar, &mut stage);
        for i in 0..6 {
            k1_bar[i] += 0.5 * h * stage[i];
            s_bar[i] += stage[i];
        }
        pull(s, &k1_bar, &mut s_bar);
    }
    (s[0] * s[0] + s[1] * s[1] + s[2] * s[2], (s_bar, mu_bar, drag_bar))
}

// ---- a filter of four states -------------------------------------------------------------------------------

type Mat = [[f64; 4]; 4];

#[differentiate(wrt(f, q, r))]
pub fn kalman(f: &Mat, q: f64, r: f64, zs: &[f64]) -> f64 {
    let mut x = [0.0; 4];
    let mut p = [[0.0; 4]; 4];
    for i in 0..4 {
        p[i][i] = 1.0;
    }
    let mut nll = 0.0;
    for &z in zs {
        let mut ahead = [0.0; 4];
        let mut fp = [[0.0; 4]; 4];
        for i in 0..4 {
            for j in 0..4 {
                ahead[i] += f[i][j] * x[j];
                for k in 0..4 {
                    fp[i][j] += f[i][k] * p[k][j];
                }
            }
        }
        let mut next = [[0.0; 4]; 4];
        for i in 0..4 {
            for j in 0..4 {
                for k in 0..4 {
                    next[i][j] += fp[i][k] * f[j][k];
                }
            }
            next[i][i] += q;
        }
        let s = next[0][0] + r;
        let e = z - ahead[0];
        nll += 0.5 * (s.ln() + e * e / s);
        for i in 0..4 {
            let gain = next[i][0] / s;
            x[i] = ahead[i] + gain * e;
            for j in 0..4 {
                p[i][j] = next[i][j] - gain * next[0][j];
            }
        }
    }
    nll
}

pub fn kalman_by_hand(f: &Mat, q: f64, r: f64, zs: &[f64]) -> (f64, (Mat, f64, f64)) {
    let product = |a: &Mat, b: &Mat| {
        let mut c = [[0.0; 4]; 4];
        for i in 0..4 {
            for k in 0..4 {
                for j in 0..4 {
                    c[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        c
    };
    let transposed = |a: &Mat| {
        let mut t = [[0.0; 4]; 4];
        for i in 0..4 {
            for j in 0..4 {
                t[j][i] = a[i][j];
            }
        }
        t
    };
    let ft = transposed(f);
    let mut x = [0.0; 4];
    let mut p = [[0.0; 4]; 4];
    for i in 0..4 {
        p[i][i] = 1.0;
    }
    let mut nll = 0.0;
    let mut kept = Vec::with_capacity(zs.len());
    for &z in zs {
        let mut ahead = [0.0; 4];
        for i in 0..4 {
            for j in 0..4 {
                ahead[i] += f[i][j] * x[j];
            }
        }
        let fp = product(f, &p);
        let mut next = product(&fp, &ft);
        for i in 0..4 {
            next[i][i] += q;
        }
        let s = next[0][0] + r;
        let e = z - ahead[0];
        nll += 0.5 * (s.ln() + e * e / s);
        kept.push((x, p, fp, next, e));
        for i in 0..4 {
            let gain = next[i][0] / s;
            x[i] = ahead[i] + gain * e;
            for j in 0..4 {
                p[i][j] = next[i][j] - gain * next[0][j];
            }
        }
    }
    let (mut f_bar, mut q_bar, mut r_bar) = ([[0.0; 4]; 4], 0.0, 0.0);
    let (mut x_bar, mut p_bar) = ([0.0; 4], [[0.0; 4]; 4]);
    for (x, p, fp, next, e) in kept.iter().rev() {
        let inv = 1.0 / (next[0][0] + r);
        let mut next_bar = p_bar;
        let (mut e_bar, mut s_bar) = (e * inv, 0.5 * (inv - e * e * inv * inv));
        for i in 0..4 {
            let gain = next[i][0] * inv;
            let mut gain_bar = x_bar[i] * e;
            e_bar += x_bar[i] * gain;
            for j in 0..4 {
                gain_bar -= p_bar[i][j] * next[0][j];
                next_bar[0][j] -= p_bar[i][j] * gain;
            }
            next_bar[i][0] += gain_bar * inv;
            s_bar -= gain_bar * gain * inv;
        }
        let mut ahead_bar = x_bar;
        ahead_bar[0] -= e_bar;
        next_bar[0][0] += s_bar;
        r_bar += s_bar;
        q_bar += next_bar[0][0] + next_bar[1][1] + next_bar[2][2] + next_bar[3][3];
        // next = fp f'
        let fp_bar = product(&next_bar, f);
        let direct = product(&transposed(&next_bar), fp);
        let inner = product(&fp_bar, &transposed(p));
        p_bar = product(&ft, &fp_bar);
        x_bar = [0.0; 4];
        for i in 0..4 {
            for j in 0..4 {
                f_bar[i][j] += direct[i][j] + inner[i][j] + ahead_bar[i] * x[j];
                x_bar[j] += ahead_bar[i] * f[i][j];
            }
        }
    }
    (nll, (f_bar, q_bar, r_bar))
}

// ---- bodies ------------------------------------------------------------------------------------------------

#[derive(Clone, Debug, Differentiable)]
pub struct Body {
    pub position: [f64; 3],
    pub velocity: [f64; 3],
    pub mass: f64,
}

#[differentiate(wrt(start))]
pub fn planets(start: &[Body], dt: f64, steps: usize) -> f64 {
    let mut bodies = start.to_vec();
    let n = bodies.len();
    for _ in 0..steps {
        for i in 0..n {
            for j in i + 1..n {
                let mut d = [0.0; 3];
                let mut r2 = 0.01;
                for k in 0..3 {
                    d[k] = bodies[j].position[k] - bodies[i].position[k];
                    r2 += d[k] * d[k];
                }
                let pull = dt / (r2 * r2.sqrt());
                for k in 0..3 {
                    bodies[i].velocity[k] += d[k] * bodies[j].mass * pull;
                    bodies[j].velocity[k] -= d[k] * bodies[i].mass * pull;
                }
            }
        }
        for b in bodies.iter_mut() {
            for k in 0..3 {
                b.position[k] += dt * b.velocity[k];
            }
        }
    }
    let mut energy = 0.0;
    for b in &bodies {
        let v2 = b.velocity[0] * b.velocity[0] + b.velocity[1] * b.velocity[1] + b.velocity[2] * b.velocity[2];
        energy += 0.5 * b.mass * v2 + b.position[0];
    }
    energy
}

pub fn planets_by_hand(start: &[Body], dt: f64, steps: usize) -> (f64, Vec<[f64; 7]>) {
    let n = start.len();
    let mut x: Vec<[f64; 3]> = start.iter().map(|b| b.position).collect();
    let mut v: Vec<[f64; 3]> = start.iter().map(|b| b.velocity).collect();
    let mass: Vec<f64> = start.iter().map(|b| b.mass).collect();
    let mut kept = Vec::with_capacity(n * steps);
    for _ in 0..steps {
        kept.extend_from_slice(&x);
        for i in 0..n {
            for j in i + 1..n {
                let d = [x[j][0] - x[i][0], x[j][1] - x[i][1], x[j][2] - x[i][2]];
                let r2 = 0.01 + d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
                let pull = dt / (r2 * r2.sqrt());
                for k in 0..3 {
                    v[i][k] += d[k] * mass[j] * pull;
                    v[j][k] -= d[k] * mass[i] * pull;
                }
            }
        }
        for (x, v) in x.iter_mut().zip(&v) {
            for k in 0..3 {
                x[k] += dt * v[k];
            }
        }
    }
    let mut energy = 0.0;
    let mut bars = vec![[0.0; 7]; n];
    for i in 0..n {
        let v2 = v[i][0] * v[i][0] + v[i][1] * v[i][1] + v[i][2] * v[i][2];
        energy += 0.5 * mass[i] * v2 + x[i][0];
        let m = mass[i];
        bars[i] = [1.0, 0.0, 0.0, m * v[i][0], m * v[i][1], m * v[i][2], 0.5 * v2];
    }
    for x in kept.chunks_exact(n).rev() {
        for b in &mut bars {
            for k in 0..3 {
                b[k + 3] += dt * b[k];
            }
        }
        for i in 0..n {
            for j in i + 1..n {
                let d = [x[j][0] - x[i][0], x[j][1] - x[i][1], x[j][2] - x[i][2]];
                let r2 = 0.01 + d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
                let pull = dt / (r2 * r2.sqrt());
                let (vi, vj) = (bars[i], bars[j]);
                let di = d[0] * vi[3] + d[1] * vi[4] + d[2] * vi[5];
                let dj = d[0] * vj[3] + d[1] * vj[4] + d[2] * vj[5];
                bars[j][6] += pull * di;
                bars[i][6] -= pull * dj;
                let pull_bar = mass[j] * di - mass[i] * dj;
                let r2_bar = -1.5 * pull_bar * pull / r2;
                for k in 0..3 {
                    let d_bar = pull * (mass[j] * vi[k + 3] - mass[i] * vj[k + 3]) + 2.0 * r2_bar * d[k];
                    bars[j][k] += d_bar;
                    bars[i][k] -= d_bar;
                }
            }
        }
    }
    (energy, bars)
}

// ---- a basket of stocks ------------------------------------------------------------------------------------

#[differentiate(wrt(spots, vols, root))]
pub fn basket(spots: &[f64; 4], vols: &[f64; 4], root: &Mat, rate: f64, strike: f64, normals: &[[f64; 4]]) -> f64 {
    let mut sum = 0.0;
    for z in normals {
        let mut worth = 0.0;
        for i in 0..4 {
            let mut w = 0.0;
            for j in 0..=i {
                w += root[i][j] * z[j];
            }
            worth += spots[i] * (rate - 0.5 * vols[i] * vols[i] + vols[i] * w).exp();
        }
        let payoff = worth / 4.0 - strike;
        if payoff > 0.0 {
            sum += payoff;
        }
    }
    (-rate).exp() * sum / normals.len() as f64
}

pub fn basket_by_hand(
    spots: &[f64; 4],
    vols: &[f64; 4],
    root: &Mat,
    rate: f64,
    strike: f64,
    normals: &[[f64; 4]],
) -> (f64, ([f64; 4], [f64; 4], Mat)) {
    let (mut spots_bar, mut vols_bar, mut root_bar) = ([0.0; 4], [0.0; 4], [[0.0; 4]; 4]);
    let share = (-rate).exp() / normals.len() as f64;
    let bar = 0.25 * share;
    let mut sum = 0.0;
    for z in normals {
        let (mut w, mut e) = ([0.0; 4], [0.0; 4]);
        let mut worth = 0.0;
        for i in 0..4 {
            for j in 0..=i {
                w[i] += root[i][j] * z[j];
            }
            e[i] = (rate - 0.5 * vols[i] * vols[i] + vols[i] * w[i]).exp();
            worth += spots[i] * e[i];
        }
        let payoff = worth / 4.0 - strike;
        if payoff > 0.0 {
            sum += payoff;
            for i in 0..4 {
                spots_bar[i] += bar * e[i];
                let b = bar * spots[i] * e[i];
                vols_bar[i] += b * (w[i] - vols[i]);
                for j in 0..=i {
                    root_bar[i][j] += b * vols[i] * z[j];
                }
            }
        }
    }
    ((-rate).exp() * sum / normals.len() as f64, (spots_bar, vols_bar, root_bar))
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let start = [1.0, 0.1, 0.0, 0.05, 0.9, 0.2];
    cases.push(Case::new(
        "orbit",
        "200 steps",
        move || orbit(start, 1.0, 0.01, 0.02, 200),
        move || orbit_by_hand(start, 1.0, 0.01, 0.02, 200),
        move || orbit_grad(start, 1.0, 0.01, 0.02, 200),
    ));
    let mut r = Numbers::new(89);
    let mut f = [[0.0; 4]; 4];
    for i in 0..4 {
        for j in 0..4 {
            f[i][j] = r.between(-0.2, 0.2) + if i == j { 0.7 } else { 0.0 };
        }
    }
    let zs = r.list(200, -1.0, 1.0);
    cases.push(Case::new(
        "kalman",
        "4 states, 200 steps",
        move || kalman(&f, 0.1, 0.5, zs),
        move || kalman_by_hand(&f, 0.1, 0.5, zs),
        move || kalman_grad(&f, 0.1, 0.5, zs),
    ));
    let mut body = || Body {
        position: [r.between(-1.0, 1.0), r.between(-1.0, 1.0), r.between(-1.0, 1.0)],
        velocity: [r.between(-0.1, 0.1), r.between(-0.1, 0.1), r.between(-0.1, 0.1)],
        mass: r.between(0.1, 1.0),
    };
    let bodies: &'static [Body] = (0..5).map(|_| body()).collect::<Vec<_>>().leak();
    cases.push(Case::new(
        "planets",
        "5 bodies, 100 steps",
        move || planets(bodies, 0.01, 100),
        move || planets_by_hand(bodies, 0.01, 100),
        move || {
            let (value, bars) = planets_grad(bodies, 0.01, 100);
            (value, bars.into_iter().map(|b| (b.position, b.velocity, b.mass)).collect::<Vec<_>>())
        },
    ));
    let root = [[1.0, 0.0, 0.0, 0.0], [0.3, 0.95, 0.0, 0.0], [0.2, 0.1, 0.97, 0.0], [0.1, 0.2, 0.3, 0.92]];
    let (spots, vols) = ([100.0, 90.0, 110.0, 95.0], [0.2, 0.3, 0.25, 0.15]);
    let normals: &'static [[f64; 4]] = (0..1000)
        .map(|_| [r.between(-2.0, 2.0), r.between(-2.0, 2.0), r.between(-2.0, 2.0), r.between(-2.0, 2.0)])
        .collect::<Vec<_>>()
        .leak();
    cases.push(Case::new(
        "basket",
        "4 stocks, n=1000",
        move || basket(&spots, &vols, &root, 0.03, 100.0, normals),
        move || basket_by_hand(&spots, &vols, &root, 0.03, 100.0, normals),
        move || basket_grad(&spots, &vols, &root, 0.03, 100.0, normals),
    ));
    cases
}
