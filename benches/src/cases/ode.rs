//! An ordinary differential equation with the classical Runge-Kutta method.

use autodiff_core::differentiate;

use crate::measure::Case;

#[differentiate]
fn predator_prey(state: [f64; 2], p: &[f64; 4]) -> [f64; 2] {
    let [x, y] = state;
    [p[0] * x - p[1] * x * y, p[2] * x * y - p[3] * y]
}

#[differentiate(wrt(state, p))]
fn step(state: [f64; 2], p: &[f64; 4], h: f64) -> [f64; 2] {
    let k1 = predator_prey(state, p);
    let k2 = predator_prey([state[0] + 0.5 * h * k1[0], state[1] + 0.5 * h * k1[1]], p);
    let k3 = predator_prey([state[0] + 0.5 * h * k2[0], state[1] + 0.5 * h * k2[1]], p);
    let k4 = predator_prey([state[0] + h * k3[0], state[1] + h * k3[1]], p);
    [state[0] + h / 6.0 * (k1[0] + 2.0 * k2[0] + 2.0 * k3[0] + k4[0]), state[1] + h / 6.0 * (k1[1] + 2.0 * k2[1] + 2.0 * k3[1] + k4[1])]
}

/// The misfit of a trajectory to observations after every tenth step.
#[differentiate(wrt(start, p))]
pub fn trajectory(start: [f64; 2], p: &[f64; 4], h: f64, observed: &[[f64; 2]]) -> f64 {
    let mut state = start;
    let mut misfit = 0.0;
    for target in observed {
        for _ in 0..10 {
            state = step(state, p, h);
        }
        misfit += (state[0] - target[0]).powi(2) + (state[1] - target[1]).powi(2);
    }
    misfit
}

/// By hand: the state before each step is kept, the stages are computed again.
pub fn by_hand(start: [f64; 2], p: &[f64; 4], h: f64, observed: &[[f64; 2]]) -> (f64, ([f64; 2], [f64; 4])) {
    let mut states = Vec::with_capacity(observed.len() * 10);
    let mut state = start;
    let mut misfit = 0.0;
    let mut ends = Vec::with_capacity(observed.len());
    for target in observed {
        for _ in 0..10 {
            states.push(state);
            state = step(state, p, h);
        }
        let e = [state[0] - target[0], state[1] - target[1]];
        misfit += e[0].powi(2) + e[1].powi(2);
        ends.push(e);
    }
    let mut bar = [0.0; 2];
    let mut p_bar = [0.0; 4];
    // adds to p_bar and gives the cotangent of the state
    let mut back = |s: [f64; 2], k_bar: [f64; 2]| {
        let xy = s[0] * s[1];
        p_bar[0] += k_bar[0] * s[0];
        p_bar[1] -= k_bar[0] * xy;
        p_bar[2] += k_bar[1] * xy;
        p_bar[3] -= k_bar[1] * s[1];
        let m = p[2] * k_bar[1] - p[1] * k_bar[0];
        [p[0] * k_bar[0] + m * s[1], m * s[0] - p[3] * k_bar[1]]
    };
    let at = |s: [f64; 2], f: f64, k: [f64; 2]| [s[0] + f * k[0], s[1] + f * k[1]];
    let mut states = states.into_iter().rev();
    for e in ends.into_iter().rev() {
        bar[0] += 2.0 * e[0];
        bar[1] += 2.0 * e[1];
        for _ in 0..10 {
            let s = states.next().unwrap_or_default();
            let k1 = predator_prey(s, p);
            let s2 = at(s, 0.5 * h, k1);
            let k2 = predator_prey(s2, p);
            let s3 = at(s, 0.5 * h, k2);
            let k3 = predator_prey(s3, p);
            let s4 = at(s, h, k3);
            let w = h / 6.0;
            let b4 = back(s4, [w * bar[0], w * bar[1]]);
            let b3 = back(s3, [2.0 * w * bar[0] + h * b4[0], 2.0 * w * bar[1] + h * b4[1]]);
            let b2 = back(s2, [2.0 * w * bar[0] + 0.5 * h * b3[0], 2.0 * w * bar[1] + 0.5 * h * b3[1]]);
            let b1 = back(s, [w * bar[0] + 0.5 * h * b2[0], w * bar[1] + 0.5 * h * b2[1]]);
            bar = [bar[0] + b1[0] + b2[0] + b3[0] + b4[0], bar[1] + b1[1] + b2[1] + b3[1] + b4[1]];
        }
    }
    (misfit, (bar, p_bar))
}

pub fn cases() -> Vec<Case> {
    let observed: &'static [[f64; 2]] = (0..100).map(|k| [1.0 + (k as f64).sin(), 1.0 + (k as f64).cos()]).collect::<Vec<_>>().leak();
    let (start, p, h) = ([1.0, 0.5], [0.6, 0.9, 0.5, 0.4], 0.01);
    vec![Case::new(
        "rk4",
        "1000 steps",
        move || trajectory(start, &p, h, observed),
        move || by_hand(start, &p, h, observed),
        move || trajectory_grad(start, &p, h, observed),
    )]
}
