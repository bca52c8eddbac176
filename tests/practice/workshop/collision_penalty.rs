//! What overlaps, pair by pair.

use super::geometry::*;
use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Copy, Differentiable)]
pub struct Ball {
    c: Vec3,
    r: f64,
}
#[derive(Debug, Clone, Copy, Differentiable)]
pub enum Shape {
    Ball(Ball),
    Plane { n: Vec3, d: f64 },
}
#[differentiate]
pub fn depth(a: &Shape, b: &Shape) -> Option<f64> {
    let pen = match (a, b) {
        (Shape::Ball(p), Shape::Ball(q)) => p.r + q.r - p.c.distance(q.c),
        (Shape::Ball(p), Shape::Plane { n, d }) | (Shape::Plane { n, d }, Shape::Ball(p)) => p.r - (p.c.dot(*n) - d),
        _ => return None,
    };
    (pen > 0.0).then_some(pen)
}
#[differentiate]
pub fn total_penalty(shapes: &[Shape], k: f64) -> f64 {
    let mut e = 0.0;
    for (i, a) in shapes.iter().enumerate() {
        for b in &shapes[i + 1..] {
            if let Some(p) = depth(a, b) {
                e += 0.5 * k * p * p;
            }
        }
    }
    e
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let shapes = [
        Shape::Ball(Ball { c: Vec3::new(x[0], 0.5, x[1]), r: 0.9 }),
        Shape::Ball(Ball { c: Vec3::new(0.2, x[2] + 0.4, -0.3), r: 0.8 + x[3] }),
        Shape::Plane { n: Vec3::UP, d: 0.1 * x[4] },
        Shape::Plane { n: Vec3::new(1.0, 0.0, 0.0), d: -40.0 },
    ];
    total_penalty(&shapes, 10.0 + x[5])
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 6, 0.05, 1.0, |v| (v), d => d);
}
