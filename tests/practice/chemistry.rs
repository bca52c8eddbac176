//! Chemistry.
use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Debug, Differentiable)]
struct Reaction {
    pub reactants: Vec<(usize, i32)>,
    pub products: Vec<(usize, i32)>,
}

/// Mass-action rates.
#[differentiate]
fn rates(conc: &[f64], k: &[f64], network: &[Reaction]) -> Vec<f64> {
    let mut dc = vec![0.0; conc.len()];
    for (r, kf) in network.iter().zip(k) {
        let rate = r.reactants.iter().fold(*kf, |acc, &(s, order)| acc * conc[s].powi(order));
        for &(s, nu) in &r.reactants {
            dc[s] -= nu as f64 * rate;
        }
        for (s, nu) in r.products.iter() {
            dc[*s] += f64::from(*nu) * rate;
        }
    }
    dc
}

#[differentiate]
fn simulate(c0: &[f64], k: &[f64], network: &[Reaction], dt: f64, steps: usize) -> Vec<Vec<f64>> {
    let mut history = vec![c0.to_vec()];
    for _ in 0..steps {
        let c = history.last().unwrap();
        let k1 = rates(c, k, network);
        let mid: Vec<f64> = c.iter().zip(&k1).map(|(c, r)| c + 0.5 * dt * r).collect();
        let k2 = rates(&mid, k, network);
        let next: Vec<f64> = c.iter().zip(k2.iter()).map(|(c, r)| (c + dt * r).max(0.0)).collect();
        history.push(next);
    }
    history
}

#[differentiate(wrt(c0, log_k, observed))]
fn kinetics_misfit(c0: &[f64], log_k: &[f64], network: &[Reaction], observed: &[f64]) -> f64 {
    let k: Vec<f64> = log_k.iter().map(|x| x.exp()).collect();
    let traj = simulate(c0, &k, network, 0.05, observed.len());
    traj[1..].iter().zip(observed).map(|(c, o)| (c[1] - o).powi(2)).sum()
}

/// Progress curve of Michaelis-Menten with competitive inhibition by implicit Euler and Newton.
#[differentiate]
fn michaelis_menten(vmax: f64, km: f64, ki: f64, s0: f64, inhibitor: f64) -> f64 {
    let mut s = s0;
    let dt = 0.1;
    for _ in 0..10 {
        let old = s;
        let kapp = km * (1.0 + inhibitor / ki);
        let mut guess = old;
        for _ in 0..8 {
            let f = guess - old + dt * vmax * guess / (kapp + guess);
            let df = 1.0 + dt * vmax * kapp / (kapp + guess).powi(2);
            guess -= f / df;
        }
        s = guess;
    }
    s0 - s
}

static CHARGES: [i32; 4] = [1, -1, 2, -2];
const SIZES: [f64; 4] = [4.0, 3.5, 6.0, 4.5];

/// Extended Debye-Hueckel activity coefficients.
#[differentiate]
fn log_gamma(ionic: f64, species: usize, a: f64, b: f64) -> f64 {
    let z = CHARGES[species] as f64;
    let root = ionic.sqrt();
    -a * z * z * root / (1.0 + b * SIZES[species] * root)
}

#[differentiate]
fn ionic_strength(conc: &[f64; 4]) -> f64 {
    0.5 * conc.iter().zip(CHARGES.iter()).map(|(c, &z)| c * (z * z) as f64).sum::<f64>()
}

#[differentiate]
fn solubility_index(conc: &[f64; 4], a: f64, b: f64, log_ksp: f64) -> f64 {
    let ionic = ionic_strength(conc);
    let mut log_q = 0.0;
    for (i, c) in conc.iter().enumerate() {
        if CHARGES[i].abs() == 2 {
            log_q += c.log10() + log_gamma(ionic, i, a, b);
        }
    }
    log_q - log_ksp
}

/// Lennard-Jones plus Coulomb with shifted cutoff over a periodic box.
#[differentiate]
fn lj_energy(coords: &[f64], charges: &[f64], epsilon: f64, sigma: f64, box_len: f64, cutoff: f64) -> f64 {
    let n = coords.len() / 3;
    let pair = |r2: f64| {
        let s6 = (sigma * sigma / r2).powi(3);
        4.0 * epsilon * (s6 * s6 - s6)
    };
    let shift = pair(cutoff * cutoff);
    let mut e = 0.0;
    for i in 0..n {
        for j in (i + 1)..n {
            let mut r2 = 0.0;
            for k in 0..3 {
                let mut d = coords[3 * i + k] - coords[3 * j + k];
                d -= box_len * (d / box_len).round();
                r2 += d * d;
            }
            if r2 < cutoff.powi(2) {
                e += pair(r2) - shift;
                e += charges[i] * charges[j] / r2.sqrt();
            }
        }
    }
    e
}

/// Acid-base: pH by bisection then polished by Newton.
#[differentiate]
fn charge_balance(h: f64, ca: f64, ka: &[f64; 2], na: f64) -> f64 {
    let denom = h * h + ka[0] * h + ka[0] * ka[1];
    let a1 = ka[0] * h / denom;
    let a2 = ka[0] * ka[1] / denom;
    h + na - 1e-2 / h - ca * (a1 + 2.0 * a2)
}

#[differentiate]
fn ph(ca: f64, ka: &[f64; 2], na: f64) -> f64 {
    let mut lo: f64 = 1e-6;
    let mut hi: f64 = 10.0;
    while hi - lo > 1e-3 {
        let mid = 0.5 * (lo + hi);
        if charge_balance(mid, ca, ka, na) > 0.0 {
            hi = mid;
        } else {
            lo = mid;
        }
    }
    let mut h = 0.5 * (lo + hi);
    for _ in 0..6 {
        let f = charge_balance(h, ca, ka, na);
        let eps = 1e-7;
        let slope = (charge_balance(h + eps, ca, ka, na) - f) / eps;
        h -= f / slope;
    }
    -h.log10()
}

/// Van der Waals isotherm and Arrhenius.
#[derive(Debug, Clone, Copy, PartialEq, Differentiable)]
struct Gas {
    a: f64,
    b: f64,
}

impl Gas {
    const R: f64 = 0.0831446;

    #[differentiate]
    fn pressure(self, v: f64, t: f64) -> f64 {
        Self::R * t / (v - self.b) - self.a / (v * v)
    }

    /// Work of expansion by trapezoid.
    #[differentiate]
    fn work(self, v1: f64, v2: f64, t: f64, n: usize) -> f64 {
        let h = (v2 - v1) / n as f64;
        let inner = (1..n).map(|i| self.pressure(v1 + i as f64 * h, t)).sum::<f64>();
        h * (0.5 * self.pressure(v1, t) + inner + 0.5 * self.pressure(v2, t))
    }
}

#[differentiate]
fn gas_work(a: f64, b: f64, v1: f64, v2: f64, t: f64) -> f64 {
    let gas = Gas { a, b };
    gas.work(v1, v2, t, 6)
}

/// Hueckel energies of a ring with power iteration.
#[differentiate]
fn hueckel_top(alpha: &[f64], beta: f64, iters: usize) -> f64 {
    let n = alpha.len();
    let mut h = vec![vec![0.0; n]; n];
    for i in 0..n {
        h[i][i] = alpha[i] + 3.0;
        h[i][(i + 1) % n] += beta;
        h[(i + 1) % n][i] += beta;
    }
    let mut v = vec![1.0; n];
    let mut value = 0.0;
    for _ in 0..iters {
        let w: Vec<f64> = h.iter().map(|row| row.iter().zip(&v).map(|(a, b)| a * b).sum()).collect();
        let norm = w.iter().map(|x: &f64| x * x).sum::<f64>().sqrt();
        value = norm;
        v = w.iter().map(|x| x / norm).collect();
    }
    value
}

mod checks {
    use super::*;
    use crate::checked;
    fn net() -> Vec<Reaction> {
        vec![
            Reaction { reactants: vec![(0, 1), (1, 1)], products: vec![(1, 2)] },
            Reaction { reactants: vec![(1, 1)], products: vec![(2, 1)] },
            Reaction { reactants: vec![(2, 2)], products: vec![(0, 1)] },
        ]
    }
    checked!(kinetics_misfit kinetics_misfit_grad kinetics_misfit_vjp kinetics_misfit_jvp: 10, 0.2, 1.0,
        |v| (&v[0..3], &v[3..6], &net(), &v[6..10]),
        d => (&d[0..3], &d[3..6], &d[6..10]));
    checked!(michaelis_menten michaelis_menten_grad michaelis_menten_vjp michaelis_menten_jvp: 5, 0.2, 1.0,
        |v| (v[0], v[1], v[2], v[3], v[4]),
        d => (d[0], d[1], d[2], d[3], d[4]));
    checked!(solubility_index solubility_index_grad solubility_index_vjp solubility_index_jvp: 7, 0.2, 1.0,
        |v| (&[v[0], v[1], v[2], v[3]], v[4], v[5], v[6]),
        d => (&[d[0], d[1], d[2], d[3]], d[4], d[5], d[6]));
    #[test]
    fn lj() {
        crate::check(
            13,
            0.1,
            0.9,
            &|v| lj_energy(&[v[0] * 3., v[1], v[2], v[3], v[4] + 1., v[5], v[6], v[7], v[8] + 2.], &v[9..12], v[12], 0.8, 3.0, 1.4),
            &|v| {
                let (a, g) =
                    lj_energy_grad(&[v[0] * 3., v[1], v[2], v[3], v[4] + 1., v[5], v[6], v[7], v[8] + 2.], &v[9..12], v[12], 0.8, 3.0, 1.4);
                let mut c = crate::numbers(&g);
                c[0] *= 3.;
                c.truncate(13);
                (a, c)
            },
        );
    }
    checked!(ph ph_grad ph_vjp ph_jvp: 4, 0.2, 1.0,
        |v| (v[0], &[v[1], v[2]], v[3]),
        d => (d[0], &[d[1], d[2]], d[3]));
    checked!(gas_work gas_work_grad gas_work_vjp gas_work_jvp: 5, 0.2, 0.9,
        |v| (v[0], v[1], v[2] + 1., v[3] + 2., v[4]),
        d => (d[0], d[1], d[2], d[3], d[4]));
    checked!(hueckel_top hueckel_top_grad hueckel_top_vjp hueckel_top_jvp: 6, 0.2, 0.9,
        |v| (&v[0..5], v[5], 10),
        d => (&d[0..5], d[5]));
}
