//! A partial differential equation in time steps, with two buffers that change places.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

/// Nonlinear diffusion in one dimension with fixed ends; the misfit to a target at the end.
#[differentiate(wrt(start, k))]
pub fn heat(start: &[f64], k: f64, dt: f64, steps: usize, target: &[f64]) -> f64 {
    let n = start.len();
    let mut u = start.to_vec();
    let mut next = start.to_vec();
    for _ in 0..steps {
        for i in 1..n - 1 {
            let laplace = u[i - 1] - 2.0 * u[i] + u[i + 1];
            next[i] = u[i] + dt * (k * laplace - u[i] * u[i] * u[i]);
        }
        std::mem::swap(&mut u, &mut next);
    }
    let mut misfit = 0.0;
    for i in 0..n {
        let d = u[i] - target[i];
        misfit += d * d;
    }
    misfit
}

/// By hand: all states are kept.
pub fn by_hand(start: &[f64], k: f64, dt: f64, steps: usize, target: &[f64]) -> (f64, (Vec<f64>, f64)) {
    let n = start.len();
    let mut states = Vec::with_capacity((steps + 1) * n);
    states.extend_from_slice(start);
    for s in 0..steps {
        states.extend_from_within(s * n..(s + 1) * n);
        let (old, new) = states[s * n..].split_at_mut(n);
        let (old, new) = (&old[..n], &mut new[..n]);
        for i in 1..n - 1 {
            let laplace = old[i - 1] - 2.0 * old[i] + old[i + 1];
            new[i] = old[i] + dt * (k * laplace - old[i] * old[i] * old[i]);
        }
    }
    let last = &states[steps * n..];
    let mut misfit = 0.0;
    let mut bar = vec![0.0; n];
    for i in 0..n {
        let d = last[i] - target[i];
        misfit += d * d;
        bar[i] = 2.0 * d;
    }
    let mut k_bar = 0.0;
    let mut old_bar = vec![0.0; n];
    let a = dt * k;
    for s in (0..steps).rev() {
        let old = &states[s * n..][..n];
        let (b, ob) = (&bar[..n], &mut old_bar[..n]);
        // The ends stay as they are and still act on their neighbours.
        let inner = |i: usize| if i == 0 || i == n - 1 { 0.0 } else { b[i] };
        ob[0] = b[0] + a * inner(1);
        ob[n - 1] = b[n - 1] + a * inner(n - 2);
        ob[1] = b[1] * (1.0 - 2.0 * a - 3.0 * dt * old[1] * old[1]) + a * inner(2);
        ob[n - 2] = b[n - 2] * (1.0 - 2.0 * a - 3.0 * dt * old[n - 2] * old[n - 2]) + a * inner(n - 3);
        let mut lanes = [0.0; 4];
        for i in 2..n - 2 {
            ob[i] = b[i] * (1.0 - 2.0 * a - 3.0 * dt * old[i] * old[i]) + a * (b[i - 1] + b[i + 1]);
        }
        let (left, middle, right, inner_bar) = (&old[..n - 2], &old[1..n - 1], &old[2..], &b[1..n - 1]);
        let whole = inner_bar.len() / 4 * 4;
        for i in (0..whole).step_by(4) {
            let (l, m, r, g) = (&left[i..][..4], &middle[i..][..4], &right[i..][..4], &inner_bar[i..][..4]);
            for j in 0..4 {
                lanes[j] += g[j] * (l[j] - 2.0 * m[j] + r[j]);
            }
        }
        let mut rest = 0.0;
        for i in whole..inner_bar.len() {
            rest += inner_bar[i] * (left[i] - 2.0 * middle[i] + right[i]);
        }
        k_bar += dt * (lanes[0] + lanes[1] + lanes[2] + lanes[3] + rest);
        std::mem::swap(&mut bar, &mut old_bar);
    }
    (misfit, (bar, k_bar))
}

pub fn cases() -> Vec<Case> {
    [(100, 100), (1000, 100)]
        .into_iter()
        .map(|(n, steps)| {
            let mut r = Numbers::new(5);
            let start = r.list(n, 0.0, 1.0);
            let target = r.list(n, 0.0, 1.0);
            let (k, dt) = (0.8, 0.2);
            Case::new(
                "heat",
                format!("n={n} steps={steps}"),
                move || heat(start, k, dt, steps, target),
                move || by_hand(start, k, dt, steps, target),
                move || heat_grad(start, k, dt, steps, target),
            )
        })
        .collect()
}
