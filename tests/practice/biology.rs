//! Biology.
use autodiff_core::{Differentiable, differentiate};

#[derive(Debug, Clone, Copy, PartialEq, Differentiable)]
struct Sir {
    pub s: f64,
    pub i: f64,
    pub r: f64,
}

#[derive(Debug, Clone, Differentiable)]
enum Intervention {
    Lockdown { from: usize, to: usize },
    Vaccination { day: usize },
    None,
}

/// SIR with interventions whose strengths are parameters.
#[differentiate(wrt(beta, gamma, strengths))]
fn epidemic(beta: f64, gamma: f64, strengths: &[f64], plan: &[Intervention], days: usize) -> f64 {
    let mut x = Sir { s: 0.99, i: 0.01, r: 0.0 };
    let mut peak: f64 = 0.0;
    for day in 0..days {
        let mut b = beta;
        let mut vaccinated = 0.0;
        for (k, action) in plan.iter().enumerate() {
            match action {
                Intervention::Lockdown { from, to } if (*from..*to).contains(&day) => b *= 1.0 - strengths[k],
                Intervention::Vaccination { day: d } if day >= *d => vaccinated += strengths[k] * 0.05,
                _ => (),
            }
        }
        let new_infections = b * x.s * x.i;
        let recoveries = gamma * x.i;
        x = Sir {
            s: x.s - new_infections - vaccinated * x.s,
            i: x.i + new_infections - recoveries,
            r: x.r + recoveries + vaccinated * x.s,
        };
        peak = peak.max(x.i);
    }
    peak + 0.1 * x.r
}

/// Hodgkin-Huxley.
mod rates {
    use autodiff_core::differentiate;
    #[differentiate]
    pub fn alpha_n(v: f64) -> f64 {
        let x = v + 55.0;
        if x.abs() < 1e-6 { 0.1 } else { 0.01 * x / (1.0 - (-x / 10.0).exp()) }
    }
    #[differentiate]
    pub fn beta_n(v: f64) -> f64 {
        0.125 * (-(v + 65.0) / 80.0).exp()
    }
    #[differentiate]
    pub fn alpha_m(v: f64) -> f64 {
        0.1 * (v + 40.0) / (1.0 - (-(v + 40.0) / 10.0).exp())
    }
    #[differentiate]
    pub fn beta_m(v: f64) -> f64 {
        4.0 * (-(v + 65.0) / 18.0).exp()
    }
    #[differentiate]
    pub fn alpha_h(v: f64) -> f64 {
        0.07 * (-(v + 65.0) / 20.0).exp()
    }
    #[differentiate]
    pub fn beta_h(v: f64) -> f64 {
        1.0 / (1.0 + (-(v + 35.0) / 10.0).exp())
    }
}

#[differentiate]
fn hodgkin_huxley(g_na: f64, g_k: f64, g_l: f64, current: f64, steps: usize) -> f64 {
    use rates::*;
    let (mut v, mut n, mut m, mut h) = (-65.0, 0.317, 0.053, 0.596);
    let dt = 0.05;
    let mut mean = 0.0;
    for t in 0..steps {
        let i_na = g_na * f64::powi(m, 3) * h * (v - 50.0);
        let i_k = g_k * f64::powi(n, 4) * (v + 77.0);
        let i_l = g_l * (v + 54.387);
        let stimulus = if (10..100).contains(&t) { current } else { 0.0 };
        let dv = stimulus - i_na - i_k - i_l;
        n += dt * (alpha_n(v) * (1.0 - n) - beta_n(v) * n);
        m += dt * (alpha_m(v) * (1.0 - m) - beta_m(v) * m);
        h += dt * (alpha_h(v) * (1.0 - h) - beta_h(v) * h);
        v += dt * dv;
        mean += v;
    }
    mean / steps as f64
}

#[derive(Debug, Clone, Differentiable)]
enum Tree {
    Leaf(usize),
    Node { left: Box<Tree>, right: Box<Tree>, left_length: f64, right_length: f64 },
}

/// Felsenstein's pruning with Jukes-Cantor.
#[differentiate]
fn jc_transition(t: f64, rate: f64) -> (f64, f64) {
    let e = (-4.0 / 3.0 * rate * t).exp();
    (0.25 + 0.75 * e, 0.25 - 0.25 * e)
}

#[differentiate]
fn partials(tree: &Tree, rate: f64) -> [f64; 4] {
    match tree {
        Tree::Leaf(base) => {
            let mut p = [0.0; 4];
            p[*base] = 1.0;
            p
        }
        Tree::Node { left, right, left_length, right_length } => {
            let l = partials(left, rate);
            let r = partials(right, rate);
            let (ls, ld) = jc_transition(*left_length, rate);
            let (rs, rd) = jc_transition(*right_length, rate);
            let mut out = [0.0; 4];
            for i in 0..4 {
                let mut a = 0.0;
                let mut b = 0.0;
                for j in 0..4 {
                    a += if i == j { ls } else { ld } * l[j];
                    b += if i == j { rs } else { rd } * r[j];
                }
                out[i] = a * b;
            }
            out
        }
    }
}

#[differentiate]
fn phylo_log_likelihood(tree: &Tree, rate: f64) -> f64 {
    let root = partials(tree, rate);
    root.iter().map(|p| 0.25 * p).sum::<f64>().ln()
}

/// Lotka-Volterra of several species with clamped populations, logs kept in a Vec of Vec.
#[differentiate]
fn ecosystem(growth: &[f64], interaction: &Vec<Vec<f64>>, x0: &[f64], steps: usize) -> f64 {
    let n = growth.len();
    let mut x = x0.to_vec();
    let mut log = Vec::new();
    for _ in 0..steps {
        let mut change = Vec::with_capacity(n);
        for i in 0..n {
            let mut rate = growth[i];
            for (a, xj) in interaction[i].iter().zip(x.iter()) {
                rate += a * xj;
            }
            change.push(rate * x[i]);
        }
        for (xi, c) in x.iter_mut().zip(change) {
            *xi = (*xi + 0.1 * c).max(1e-9);
        }
        log.push(x.clone());
    }
    let mut diversity = 0.0;
    for snapshot in &log {
        let total: f64 = snapshot.iter().sum();
        for p in snapshot {
            let share = p / total;
            diversity -= share * share.ln();
        }
    }
    diversity
}

/// HMM forward algorithm with scaling; emission lookup.
#[differentiate]
fn hmm_log_likelihood(trans: &[[f64; 2]; 2], emit: &[[f64; 3]; 2], start: [f64; 2], obs: &[u8]) -> f64 {
    let mut alpha = start;
    let mut ll = 0.0;
    for (t, &o) in obs.iter().enumerate() {
        if t > 0 {
            let old = alpha;
            for j in 0..2 {
                alpha[j] = old.iter().zip(trans).map(|(a, row)| a * row[j]).sum();
            }
        }
        for (a, e) in alpha.iter_mut().zip(emit) {
            *a *= e[o as usize];
        }
        let scale: f64 = alpha.iter().sum();
        alpha.iter_mut().for_each(|a| *a /= scale);
        ll += scale.ln();
    }
    ll
}

/// Soft alignment score (differentiable Needleman-Wunsch).
#[differentiate]
fn soft_alignment(a: &str, b: &str, match_score: f64, mismatch: f64, gap: f64, temperature: f64) -> f64 {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let soft_max3 = |x: f64, y: f64, z: f64| {
        let m = x.max(y).max(z);
        m + temperature * (((x - m) / temperature).exp() + ((y - m) / temperature).exp() + ((z - m) / temperature).exp()).ln()
    };
    let mut table = vec![vec![0.0; b.len() + 1]; a.len() + 1];
    for i in 1..=a.len() {
        table[i][0] = table[i - 1][0] - gap;
    }
    for j in 1..=b.len() {
        table[0][j] = -(j as f64) * gap;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let s = if a[i - 1] == b[j - 1] { match_score } else { -mismatch };
            table[i][j] = soft_max3(table[i - 1][j - 1] + s, table[i - 1][j] - gap, table[i][j - 1] - gap);
        }
    }
    table[a.len()][b.len()]
}

/// Pharmacokinetics: two compartments with doses at given times.
#[differentiate]
fn concentration(cl: f64, v1: f64, q: f64, v2: f64, ka: f64, doses: &[(f64, f64)], t_end: f64) -> f64 {
    let (mut gut, mut c1, mut c2): (f64, f64, f64) = (0.0, 0.0, 0.0);
    let mut t = 0.0;
    let mut next_dose = 0;
    let mut auc = 0.0;
    while t < t_end {
        while next_dose < doses.len() && doses[next_dose].0 <= t {
            gut += doses[next_dose].1;
            next_dose += 1;
        }
        let dt = 0.1f64.min(t_end - t);
        let absorbed = ka * gut;
        let d1 = absorbed - (cl / v1 + q / v1) * c1 + q / v2 * c2;
        let d2 = q / v1 * c1 - q / v2 * c2;
        gut -= dt * absorbed;
        c1 += dt * d1;
        c2 += dt * d2;
        auc += dt * c1 / v1;
        t += dt;
    }
    auc
}

mod checks {
    use super::*;
    use crate::checked;
    fn plan() -> Vec<Intervention> {
        vec![Intervention::Lockdown { from: 3, to: 9 }, Intervention::Vaccination { day: 5 }, Intervention::None]
    }
    checked!(epidemic epidemic_grad epidemic_vjp epidemic_jvp: 5, 0.2, 0.8,
        |v| (v[0] + 0.4, v[1], &v[2..5], &plan(), 20),
        d => (d[0], d[1], &d[2..5]));
    #[test]
    fn hh() {
        crate::check(4, 0.5, 1.0, &|v| hodgkin_huxley(120. * v[0], 36. * v[1], 0.3 * v[2], 10. * v[3], 60), &|v| {
            let (a, g) = hodgkin_huxley_grad(120. * v[0], 36. * v[1], 0.3 * v[2], 10. * v[3], 60);
            (a, vec![120. * g.0, 36. * g.1, 0.3 * g.2, 10. * g.3])
        });
    }
    fn tree(v: &[f64]) -> Tree {
        let node = |l, r, a, b| Tree::Node { left: Box::new(l), right: Box::new(r), left_length: a, right_length: b };
        node(node(Tree::Leaf(0), Tree::Leaf(0), v[0], v[1]), node(Tree::Leaf(2), Tree::Leaf(3), v[2], v[3]), v[4], v[5])
    }
    #[test]
    fn phylogeny() {
        crate::check(7, 0.1, 0.9, &|v| phylo_log_likelihood(&tree(v), v[6]), &|v| {
            let (value, bars) = phylo_log_likelihood_grad(&tree(v), v[6]);
            (value, crate::numbers(&bars))
        });
    }
    checked!(ecosystem ecosystem_grad ecosystem_vjp ecosystem_jvp: 15, 0.2, 0.8,
        |v| (&v[0..3], &v[3..12].chunks(3).map(|c| c.to_vec()).collect::<Vec<Vec<f64>>>(), &v[12..15], 3));
    checked!(hmm_log_likelihood hmm_log_likelihood_grad hmm_log_likelihood_vjp hmm_log_likelihood_jvp: 12, 0.2, 0.8,
        |v| (&[[v[0], v[1]], [v[2], v[3]]], &[[v[4], v[5], v[6]], [v[7], v[8], v[9]]], [v[10], v[11]], &[0, 2, 1, 1, 0]),
        d => (&[[d[0], d[1]], [d[2], d[3]]], &[[d[4], d[5], d[6]], [d[7], d[8], d[9]]], [d[10], d[11]]));
    checked!(soft_alignment soft_alignment_grad soft_alignment_vjp soft_alignment_jvp: 4, 0.2, 0.8,
        |v| ("GATTACA", "GCATGCU", v[0], v[1], v[2], v[3]),
        d => (d[0], d[1], d[2], d[3]));
    #[test]
    fn doses() {
        let at = |v: &[f64]| [(0.0, v[5]), (0.75, v[6])];
        crate::check(7, 0.2, 0.8, &|v| concentration(v[0], v[1], v[2], v[3], v[4], &at(v), 2.05), &|v| {
            let (a, g) = concentration_grad(v[0], v[1], v[2], v[3], v[4], &at(v), 2.05);
            (a, vec![g.0, g.1, g.2, g.3, g.4, g.5[0].1, g.5[1].1])
        });
    }
}
