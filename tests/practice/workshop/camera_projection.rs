//! A camera, and how far its picture of points is off.

use super::geometry::*;
use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Copy, Differentiable)]
pub struct Camera {
    pub eye: Vec3,
    pub target: Vec3,
    pub fov_y: f64,
    pub aspect: f64,
}
#[differentiate]
impl Camera {
    fn basis(&self) -> (Vec3, Vec3, Vec3) {
        let forward = (self.target - self.eye).normalized();
        let right = forward.cross(Vec3::UP).normalized();
        let up = right.cross(forward);
        (right, up, forward)
    }
    pub fn project(&self, p: Vec3) -> Option<Vec2> {
        let (r, u, f) = self.basis();
        let rel = p - self.eye;
        let depth = rel.dot(f);
        if depth <= 1e-3 {
            return None;
        }
        let k = 1.0 / (self.fov_y * 0.5).tan();
        Some(Vec2::new(rel.dot(r) * k / (depth * self.aspect), rel.dot(u) * k / depth))
    }
}
#[differentiate]
pub fn reprojection_error(cam: &Camera, points: &[Vec3], pixels: &[Vec2]) -> f64 {
    points.iter().zip(pixels).filter_map(|(p, px)| cam.project(*p).map(|q| (q - *px).length_squared())).sum::<f64>() / points.len() as f64
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let cam = Camera {
        eye: Vec3::new(x[0], x[1] + 1.0, x[2] - 6.0),
        target: Vec3::new(0.1 * x[3], 0.0, 0.2),
        fov_y: 0.8 + 0.1 * x[4],
        aspect: 16.0 / 9.0,
    };
    let pts = vec![Vec3::new(x[5], 0.3, 0.1), Vec3::new(-0.4, x[6], 0.5), Vec3::new(0.0, 0.0, -50.0)];
    let px = [Vec2::new(0.1, 0.0), Vec2::new(-0.2, 0.1), Vec2::new(0.0, 0.0)];
    reprojection_error(&cam, &pts, &px)
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 7, 0.05, 1.0, |v| (v), d => d);
}
