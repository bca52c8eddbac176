//! How well two clouds of points match.

use super::geometry::*;
use crate::checked;
use autodiff_core::differentiate;
#[differentiate]
fn nearest<'a>(cloud: &'a [Vec2], p: Vec2) -> Option<&'a Vec2> {
    cloud.iter().min_by(|a, b| (**a - p).length_squared().partial_cmp(&(**b - p).length_squared()).unwrap())
}
#[differentiate]
fn huber(r: f64, k: f64) -> f64 {
    let a = r.abs();
    if a <= k { 0.5 * a * a } else { k * (a - 0.5 * k) }
}
#[differentiate]
pub fn icp_residual(src: &[Vec2], dst: &[Vec2], th: f64, t: Vec2) -> f64 {
    src.iter().map(|&p| p.rotate(th) + t).filter_map(|p| nearest(dst, p).map(|q| huber((p - *q).length(), 0.5))).sum()
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let src = [Vec2::new(0.0, 1.0), Vec2::new(x[0], 0.3), Vec2::new(-1.0, x[1])];
    let dst = vec![Vec2::new(0.3, x[2]), Vec2::new(1.3, 0.1), Vec2::new(x[3] - 1.2, -0.4)];
    icp_residual(&src, &dst, x[4] * 0.3, Vec2::new(x[5], x[6]))
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 7, 0.05, 1.0, |v| (v), d => d);
}
