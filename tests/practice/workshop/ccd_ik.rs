//! The same by turning one joint after the other.

use super::geometry::*;
use crate::checked;
use autodiff_core::differentiate;
#[differentiate]
fn forward(angles: &[f64], lens: &[f64]) -> Vec<Vec2> {
    let mut out = Vec::with_capacity(angles.len() + 1);
    let mut p = Vec2::new(0.0, 0.0);
    let mut a = 0.0;
    out.push(p);
    for (&da, &l) in angles.iter().zip(lens.iter()) {
        a += da;
        p += Vec2::new(l, 0.0).rotate(a);
        out.push(p);
    }
    out
}
#[differentiate]
pub fn ccd(mut angles: Vec<f64>, lens: &[f64], goal: Vec2) -> f64 {
    for _ in 0..3 {
        for j in (0..angles.len()).rev() {
            let pts = forward(&angles, lens);
            let tip = pts[pts.len() - 1];
            let to_tip = tip - pts[j];
            let to_goal = goal - pts[j];
            let delta = to_tip.cross(to_goal).atan2(to_tip.dot(to_goal));
            angles[j] += 0.5 * delta.clamp(-1.5, 1.5);
        }
    }
    let pts = forward(&angles, lens);
    (*pts.last().unwrap() - goal).length_squared() + angles.iter().map(|a| a * a).sum::<f64>()
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let lens = [1.0, 0.8, 0.6];
    ccd(x[..3].to_vec(), &lens, Vec2::new(0.5 + x[3], 1.0 + x[4]))
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 5, 0.05, 1.0, |v| (v), d => d);
}
