//! Damped least squares.

use crate::checked;
use autodiff_core::differentiate;
#[differentiate]
fn fk(q: &[f64; 3], l: &[f64; 3]) -> (f64, f64) {
    let mut phi = 0.0;
    let mut p = (0.0, 0.0);
    for (qi, li) in q.iter().zip(l.iter()) {
        phi += qi;
        p.0 += li * phi.cos();
        p.1 += li * phi.sin();
    }
    p
}
#[differentiate]
fn jacobian(q: &[f64; 3], l: &[f64; 3]) -> [[f64; 3]; 2] {
    let mut j = [[0.0; 3]; 2];
    for c in 0..3 {
        for k in c..3 {
            let phi: f64 = q[..=k].iter().sum();
            j[0][c] -= l[k] * phi.sin();
            j[1][c] += l[k] * phi.cos();
        }
    }
    j
}
#[differentiate]
pub fn dls_step(q: [f64; 3], l: &[f64; 3], goal: (f64, f64), damping: f64) -> [f64; 3] {
    let (x, y) = fk(&q, l);
    let e = [goal.0 - x, goal.1 - y];
    let j = jacobian(&q, l);
    let a = j[0].iter().map(|v| v * v).sum::<f64>() + damping;
    let d = j[1].iter().map(|v| v * v).sum::<f64>() + damping;
    let b: f64 = j[0].iter().zip(&j[1]).map(|(u, v)| u * v).sum();
    let det = a * d - b * b;
    let y = [(d * e[0] - b * e[1]) / det, (a * e[1] - b * e[0]) / det];
    let mut out = q;
    for (i, o) in out.iter_mut().enumerate() {
        *o += j[0][i] * y[0] + j[1][i] * y[1];
    }
    out
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let &[a, b, c, gx, gy, damp] = x else { panic!("six inputs") };
    let l = [1.0, 0.8, 0.5];
    let mut q = [a, b, c];
    for _ in 0..3 {
        q = dls_step(q, &l, (gx + 0.5, gy + 0.5), 0.1 + damp * damp);
    }
    let (px, py) = fk(&q, &l);
    (px - gx).hypot(py - gy - 1.0) + q.iter().sum::<f64>() * 0.1
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 6, 0.05, 1.0, |v| (v), d => d);
}
