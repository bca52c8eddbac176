//! Distances to shapes made of shapes.

use super::geometry::*;
use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Differentiable)]
pub enum Sdf {
    Sphere { center: Vec3, radius: f64 },
    Cuboid { half: Vec3 },
    Union(Box<Sdf>, Box<Sdf>),
    SmoothUnion { a: Box<Sdf>, b: Box<Sdf>, k: f64 },
    Subtract(Box<Sdf>, Box<Sdf>),
    Translate(Vec3, Box<Sdf>),
    Many(Vec<Sdf>),
}
#[differentiate]
fn smin(a: f64, b: f64, k: f64) -> f64 {
    let h = (0.5 + 0.5 * (b - a) / k).clamp(0.0, 1.0);
    b * (1.0 - h) + a * h - k * h * (1.0 - h)
}
#[differentiate]
impl Sdf {
    pub fn eval(&self, p: Vec3) -> f64 {
        match self {
            Sdf::Sphere { center, radius } => (p - *center).length() - radius,
            Sdf::Cuboid { half } => {
                let q = p.abs() - *half;
                q.max(Vec3::ZERO).length() + q.max_element().min(0.0)
            }
            Sdf::Union(a, b) => a.eval(p).min(b.eval(p)),
            Sdf::SmoothUnion { a, b, k } => smin(a.eval(p), b.eval(p), *k),
            Sdf::Subtract(a, b) => a.eval(p).max(-b.eval(p)),
            Sdf::Translate(t, inner) => inner.eval(p - *t),
            Sdf::Many(list) => list.iter().map(|s| s.eval(p)).fold(f64::INFINITY, f64::min),
        }
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let scene = Sdf::Many(vec![
        Sdf::SmoothUnion {
            a: Box::new(Sdf::Sphere { center: Vec3::new(x[0], 0.2, -0.1), radius: 0.3 + 0.1 * x[1] }),
            b: Box::new(Sdf::Translate(Vec3::new(0.0, x[2], 0.0), Box::new(Sdf::Cuboid { half: Vec3::splat(0.4) }))),
            k: 0.8,
        },
        Sdf::Union(
            Box::new(Sdf::Sphere { center: Vec3::new(9.0, 9.0, 9.0), radius: 1.0 }),
            Box::new(Sdf::Sphere { center: Vec3::new(-9.0, 9.0, x[3]), radius: 1.0 }),
        ),
    ]);
    let p = Vec3::new(x[4] + 1.0, x[5] + 1.5, 0.7);
    scene.eval(p) * 2.0 + scene.eval(p * 2.0)
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 6, 0.05, 1.0, |v| (v), d => d);
}
