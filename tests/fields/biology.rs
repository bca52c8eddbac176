//! Biology, chemistry, epidemiology, ecology.

use crate::case;
use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Sir {
    s: f64,
    i: f64,
    r: f64,
}

impl Sir {
    #[differentiate]
    fn derivative(self, beta: f64, gamma: f64) -> Sir {
        let new = beta * self.s * self.i;
        let recovered = gamma * self.i;
        Sir { s: -new, i: new - recovered, r: recovered }
    }

    #[differentiate]
    fn plus(self, d: Sir, h: f64) -> Sir {
        Sir { s: self.s + h * d.s, i: self.i + h * d.i, r: self.r + h * d.r }
    }
}

#[differentiate]
fn epidemic(beta: f64, gamma: f64, i0: f64, observed: &[f64]) -> f64 {
    let mut state = Sir { s: 1.0 - i0, i: i0, r: 0.0 };
    let h = 0.5;
    let mut loss = 0.0;
    for obs in observed {
        let k1 = state.derivative(beta, gamma);
        let k2 = state.plus(k1, h / 2.0).derivative(beta, gamma);
        let k3 = state.plus(k2, h / 2.0).derivative(beta, gamma);
        let k4 = state.plus(k3, h).derivative(beta, gamma);
        state = state.plus(k1, h / 6.0).plus(k2, h / 3.0).plus(k3, h / 3.0).plus(k4, h / 6.0);
        loss += (state.i - obs).powi(2);
    }
    loss
}

#[differentiate]
fn michaelis_menten(vmax: f64, km: f64, s: &[f64], v: &[f64]) -> f64 {
    s.iter().zip(v).map(|(&s, &v)| (vmax * s / (km + s) - v).powi(2)).sum::<f64>()
}

#[differentiate]
fn hill(x: f64, k: f64, n: f64) -> f64 {
    let xn = x.powf(n);
    xn / (k.powf(n) + xn)
}

#[differentiate]
fn toggle_switch(alpha: f64, n: f64, steps: u32) -> f64 {
    let (mut u, mut v) = (1.0, 0.2);
    for _ in 0..steps {
        let du = alpha * (1.0 - hill(v, 1.0, n)) - u;
        let dv = alpha * (1.0 - hill(u, 1.0, n)) - v;
        u += 0.1 * du;
        v += 0.1 * dv;
    }
    u - v
}

#[differentiate]
fn lotka_volterra(params: [f64; 4], start: (f64, f64), dt: f64, n: usize) -> f64 {
    let [alpha, beta, delta, gamma] = params;
    let (mut prey, mut predator) = start;
    for _ in 0..n {
        (prey, predator) = (prey + dt * prey * (alpha - beta * predator), predator + dt * predator * (delta * prey - gamma));
    }
    prey.max(predator)
}

#[derive(Clone, Copy)]
enum Base {
    A,
    C,
    G,
    T,
}

#[differentiate(wrt(distance, kappa))]
fn jukes_cantor(distance: f64, kappa: f64, a: &[Base], b: &[Base]) -> f64 {
    let same = 0.25 + 0.75 * (-4.0 / 3.0 * distance).exp();
    let other = 0.25 - 0.25 * (-4.0 / 3.0 * distance).exp();
    a.iter()
        .zip(b)
        .map(|(x, y)| match (x, y) {
            (Base::A, Base::A) | (Base::C, Base::C) | (Base::G, Base::G) | (Base::T, Base::T) => same.ln(),
            (Base::A, Base::G) | (Base::G, Base::A) | (Base::C, Base::T) | (Base::T, Base::C) => (other * kappa).ln(),
            _ => other.ln(),
        })
        .sum()
}

#[differentiate]
fn needleman_wunsch_soft(score: &[Vec<f64>], gap: f64, temperature: f64) -> f64 {
    let (n, m) = (score.len(), score[0].len());
    let mut table = vec![vec![0.0; m + 1]; n + 1];
    for i in 1..=n {
        table[i][0] = -gap * i as f64;
    }
    for j in 1..=m {
        table[0][j] = -gap * j as f64;
    }
    for i in 1..=n {
        for j in 1..=m {
            let a = table[i - 1][j - 1] + score[i - 1][j - 1];
            let b = table[i - 1][j] - gap;
            let c = table[i][j - 1] - gap;
            let top = a.max(b).max(c);
            table[i][j] = top
                + temperature * (((a - top) / temperature).exp() + ((b - top) / temperature).exp() + ((c - top) / temperature).exp()).ln();
        }
    }
    table[n][m]
}

#[differentiate]
fn arrhenius(a: f64, ea: f64, temps: &[f64]) -> f64 {
    const R: f64 = 8.314e-3;
    let rates: Vec<f64> = temps.iter().map(|t| a * (-ea / (R * t)).exp()).collect();
    rates.iter().rev().skip(1).zip(rates.iter().rev()).map(|(lo, hi)| hi / lo).sum()
}

#[differentiate]
fn henderson(pka: f64, acid: f64, base: f64) -> f64 {
    pka + (base / acid).log10()
}

#[differentiate]
fn equilibrium(k: f64, a0: f64, b0: f64) -> f64 {
    let mut x: f64 = 0.5 * a0.min(b0);
    for _ in 0..50 {
        let f = x * x - k * (a0 - x) * (b0 - x);
        let df = 2.0 * x + k * (a0 + b0 - 2.0 * x);
        let step = f / df;
        x -= step;
        if step.abs() < 1e-15 {
            break;
        }
    }
    x
}

#[differentiate]
fn leslie(fecundity: &[f64], survival: &[f64], n0: &[f64], years: usize) -> f64 {
    let mut n = n0.to_owned();
    for _ in 0..years {
        let births = n.iter().zip(fecundity).map(|(a, b)| a * b).sum::<f64>();
        for age in (1..n.len()).rev() {
            n[age] = n[age - 1] * survival[age - 1];
        }
        n[0] = births;
    }
    n.iter().sum::<f64>()
}

#[differentiate]
fn lif_neuron(current: &[f64], tau: f64, threshold: f64) -> f64 {
    let mut v = 0.0;
    let mut spikes = 0;
    let mut trace = 0.0;
    for i in current {
        v += (i - v) / tau;
        if v >= threshold {
            v = 0.0;
            spikes += 1;
        }
        trace += v * v;
    }
    trace + spikes as f64
}

#[test]
fn gradients() {
    case!(epidemic, epidemic_grad, |p| (p[0], p[1], p[2], &p[3..]), [1.5, 0.4, 0.01, 0.02, 0.05, 0.09]);
    case!(michaelis_menten, michaelis_menten_grad, |p| (p[0], p[1], &p[2..4], &p[4..]), [2.0, 0.5, 0.3, 1.0, 0.8, 1.4]);
    case!(toggle_switch, toggle_switch_grad, |p| (p[0], p[1], 15), [3.0, 2.0]);
    case!(
        lotka_volterra,
        lotka_volterra_grad,
        |p| ([p[0], p[1], p[2], p[3]], (p[4], p[5]), p[6], 10),
        [1.1, 0.4, 0.1, 0.4, 5.0, 2.0, 0.05]
    );
    use Base::{A, C, G, T};
    case!(jukes_cantor, jukes_cantor_grad, |p| (p[0], p[1], &[A, C, G, T, A], &[A, T, G, A, G]), [0.3, 2.0]);
    case!(
        needleman_wunsch_soft,
        needleman_wunsch_soft_grad,
        |p| (&[p[..2].to_vec(), p[2..4].to_vec()], p[4], p[5]),
        [1.0, -1.0, -0.5, 2.0, 0.7, 0.5]
    );
    case!(arrhenius, arrhenius_grad, |p| (p[0], p[1], &p[2..]), [10.0, 5.0, 300.0, 320.0, 350.0]);
    case!(henderson, henderson_grad, |p| (p[0], p[1], p[2]), [4.7, 0.1, 0.2]);
    case!(equilibrium, equilibrium_grad, |p| (p[0], p[1], p[2]), [2.0, 1.0, 1.5]);
    case!(leslie, leslie_grad, |p| (&p[..3], &p[3..5], &p[5..], 4), [0.0, 1.2, 0.8, 0.6, 0.4, 10.0, 5.0, 2.0]);
    case!(lif_neuron, lif_neuron_grad, |p| (&p[..5], p[5], p[6]), [1.0, 2.0, 3.0, 1.5, 2.5, 3.0, 1.2]);
}
