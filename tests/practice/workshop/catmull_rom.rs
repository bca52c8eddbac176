//! The length of a curve through points.

use super::geometry::*;
use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Differentiable)]
pub struct Path {
    pub points: Vec<Vec2>,
    pub tension: f64,
}
#[differentiate]
impl Path {
    pub fn sample(&self, t: f64) -> Vec2 {
        let n = self.points.len();
        let seg = (t.floor() as usize).min(n - 2);
        let u = t - seg as f64;
        let at = |i: isize| -> Vec2 { self.points[i.clamp(0, n as isize - 1) as usize] };
        let i = seg as isize;
        let (p0, p1, p2, p3) = (at(i - 1), at(i), at(i + 1), at(i + 2));
        let m1 = (p2 - p0) * self.tension;
        let m2 = (p3 - p1) * self.tension;
        let (u2, u3) = (u * u, u * u * u);
        p1 * (2.0 * u3 - 3.0 * u2 + 1.0) + m1 * (u3 - 2.0 * u2 + u) + p2 * (-2.0 * u3 + 3.0 * u2) + m2 * (u3 - u2)
    }
    pub fn length(&self, steps: usize) -> f64 {
        let end = (self.points.len() - 1) as f64;
        let mut prev = self.sample(0.0);
        let mut acc = 0.0;
        for k in 1..=steps {
            let next = self.sample(end * k as f64 / steps as f64);
            acc += (next - prev).length();
            prev = next;
        }
        acc
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let points = x[..8].chunks_exact(2).enumerate().map(|(i, c)| Vec2::new(c[0] + 2.0 * i as f64, c[1])).collect();
    let path = Path { points, tension: 0.3 + 0.2 * x[8] };
    path.length(10)
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 9, 0.05, 1.0, |v| (v), d => d);
}
