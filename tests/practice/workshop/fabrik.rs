//! A limb that reaches for a point, joint by joint.

use super::geometry::*;
use crate::checked;
use autodiff_core::differentiate;
#[differentiate]
pub fn fabrik(joints: &mut Vec<Vec2>, lengths: &[f64], target: Vec2, iterations: usize) {
    let root = joints[0];
    let n = joints.len();
    for _ in 0..iterations {
        joints[n - 1] = target;
        for i in (0..n - 1).rev() {
            let dir = (joints[i] - joints[i + 1]).normalize_or_zero();
            joints[i] = joints[i + 1] + dir * lengths[i];
        }
        joints[0] = root;
        for i in 0..n - 1 {
            let dir = (joints[i + 1] - joints[i]).normalize_or_zero();
            joints[i + 1] = joints[i] + dir * lengths[i];
        }
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let mut chain: Vec<Vec2> = (0..4).map(|i| Vec2::new(i as f64, 0.1 * x[i])).collect();
    let lengths = [1.0 + 0.1 * x[4], 0.9, 0.8 + 0.1 * x[5]];
    fabrik(&mut chain, &lengths, Vec2::new(1.2 + x[6], 1.0 + x[7]), 4);
    chain.windows(2).map(|w| w[0].cross(w[1])).sum::<f64>() + chain.last().unwrap().length()
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 8, 0.05, 1.0, |v| (v), d => d);
}
