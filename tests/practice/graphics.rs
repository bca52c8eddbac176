//! Computer graphics.
use autodiff_core::{Differentiable, differentiate};
use std::ops::{Add, Mul, Neg, Sub};

#[derive(Clone, Copy, Debug, Default, PartialEq, Differentiable)]
struct Vec3 {
    pub x: f64,
    pub y: f64,
    pub z: f64,
}

impl Vec3 {
    pub const ZERO: Vec3 = Vec3 { x: 0.0, y: 0.0, z: 0.0 };

    #[differentiate]
    pub fn new(x: f64, y: f64, z: f64) -> Self {
        Self { x, y, z }
    }
    #[differentiate]
    pub fn dot(self, o: Vec3) -> f64 {
        self.x * o.x + self.y * o.y + self.z * o.z
    }
    #[differentiate]
    pub fn cross(self, o: Self) -> Self {
        Vec3::new(self.y * o.z - self.z * o.y, self.z * o.x - self.x * o.z, self.x * o.y - self.y * o.x)
    }
    #[differentiate]
    pub fn length(&self) -> f64 {
        self.dot(*self).sqrt()
    }
    #[differentiate]
    pub fn normalized(self) -> Self {
        let l = self.length();
        if l > 0.0 { self * (1.0 / l) } else { self }
    }
    #[differentiate]
    pub fn reflect(self, n: Vec3) -> Vec3 {
        self - n * (2.0 * self.dot(n))
    }
}

#[differentiate]
impl Add for Vec3 {
    type Output = Vec3;
    fn add(self, o: Vec3) -> Vec3 {
        Vec3 { x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
    }
}
#[differentiate]
impl Sub for Vec3 {
    type Output = Vec3;
    fn sub(self, o: Vec3) -> Vec3 {
        Vec3 { x: self.x - o.x, y: self.y - o.y, z: self.z - o.z }
    }
}
#[differentiate]
impl Mul<f64> for Vec3 {
    type Output = Vec3;
    fn mul(self, k: f64) -> Vec3 {
        Vec3 { x: self.x * k, y: self.y * k, z: self.z * k }
    }
}
#[differentiate]
impl Neg for Vec3 {
    type Output = Vec3;
    fn neg(self) -> Vec3 {
        Vec3 { x: -self.x, y: -self.y, z: -self.z }
    }
}

#[derive(Clone, Copy, Debug, Differentiable)]
struct Ray {
    pub origin: Vec3,
    pub dir: Vec3,
}

impl Ray {
    #[differentiate]
    pub fn at(&self, t: f64) -> Vec3 {
        self.origin + self.dir * t
    }
}

#[derive(Clone, Copy, Debug, Differentiable)]
struct Sphere {
    pub center: Vec3,
    pub radius: f64,
    pub albedo: f64,
}

impl Sphere {
    /// Nearest intersection in front of the ray.
    #[differentiate]
    pub fn hit(&self, ray: &Ray, t_min: f64) -> Option<f64> {
        let oc = ray.origin - self.center;
        let a = ray.dir.dot(ray.dir);
        let half_b = oc.dot(ray.dir);
        let c = oc.dot(oc) - self.radius * self.radius;
        let disc = half_b * half_b - a * c;
        if disc < 0.0 {
            return None;
        }
        let root = disc.sqrt();
        let t = (-half_b - root) / a;
        if t > t_min {
            return Some(t);
        }
        let t = (-half_b + root) / a;
        if t > t_min { Some(t) } else { None }
    }
}

/// Lambert plus Blinn-Phong shading of the nearest sphere.
#[differentiate]
fn shade(ray: &Ray, spheres: &[Sphere], light: Vec3, ambient: f64) -> f64 {
    let mut closest: Option<(f64, usize)> = None;
    for (i, s) in spheres.iter().enumerate() {
        if let Some(t) = s.hit(ray, 1e-4) {
            match closest {
                Some((best, _)) if best <= t => {}
                _ => closest = Some((t, i)),
            }
        }
    }
    let Some((t, index)) = closest else {
        let up = 0.5 * (ray.dir.normalized().y + 1.0);
        return (1.0 - up) + 0.5 * up;
    };
    let sphere = &spheres[index];
    let p = ray.at(t);
    let n = (p - sphere.center).normalized();
    let l = (light - p).normalized();
    let v = (-ray.dir).normalized();
    let h = (l + v).normalized();
    let diffuse = n.dot(l).max(0.0);
    let specular = n.dot(h).max(0.0).powf(16.0);
    ambient + sphere.albedo * diffuse + 0.3 * specular
}

/// Two bounces of light; shading with a mirror direction.
#[differentiate]
fn light_path(mut ray: Ray, spheres: &[Sphere], bounces: usize) -> f64 {
    let mut throughput = 1.0;
    let mut radiance = 0.0;
    for _bounce in 0..bounces {
        let mut nearest = f64::INFINITY;
        let mut which = None;
        for (k, s) in spheres.iter().enumerate() {
            if let Some(t) = s.hit(&ray, 1e-6) {
                if t < nearest {
                    nearest = t;
                    which = Some(k);
                }
            }
        }
        let Some(k) = which else {
            radiance += throughput * (0.2 + 0.8 * ray.dir.y.max(0.0));
            break;
        };
        let p = ray.at(nearest);
        let n = (p - spheres[k].center) * (1.0 / spheres[k].radius);
        throughput *= spheres[k].albedo;
        ray = Ray { origin: p, dir: ray.dir.reflect(n).normalized() };
    }
    radiance
}

/// De Casteljau in place.
#[differentiate]
fn bezier_point(control: &[[f64; 2]], t: f64) -> [f64; 2] {
    let mut pts = control.to_vec();
    let n = pts.len();
    for level in 1..n {
        for i in 0..n - level {
            for c in 0..2 {
                pts[i][c] = pts[i][c] * (1.0 - t) + pts[i + 1][c] * t;
            }
        }
    }
    pts[0]
}

#[differentiate]
fn bezier_length(control: &[[f64; 2]], segments: usize) -> f64 {
    let mut prev = control[0];
    let mut length = 0.0;
    for s in 1..=segments {
        let t = s as f64 / segments as f64;
        let p = bezier_point(control, t);
        length += (p[0] - prev[0]).hypot(p[1] - prev[1]);
        prev = p;
    }
    length
}

#[derive(Clone, Copy, Debug, Differentiable)]
struct Quat {
    pub w: f64,
    pub v: Vec3,
}

impl Quat {
    #[differentiate]
    fn from_axis_angle(axis: Vec3, angle: f64) -> Quat {
        let (s, c) = (angle / 2.0).sin_cos();
        Quat { w: c, v: axis.normalized() * s }
    }
    #[differentiate]
    fn conj(self) -> Quat {
        Quat { v: -self.v, ..self }
    }
    #[differentiate]
    fn rotate(self, p: Vec3) -> Vec3 {
        (self * Quat { w: 0.0, v: p } * self.conj()).v
    }
}

#[differentiate]
impl Mul for Quat {
    type Output = Quat;
    fn mul(self, o: Quat) -> Quat {
        Quat { w: self.w * o.w - self.v.dot(o.v), v: o.v * self.w + self.v * o.w + self.v.cross(o.v) }
    }
}

#[differentiate]
fn slerp(a: Quat, b: Quat, t: f64) -> Quat {
    let mut cos = a.w * b.w + a.v.dot(b.v);
    let mut b = b;
    if cos < 0.0 {
        b = Quat { w: -b.w, v: -b.v };
        cos = -cos;
    }
    if cos > 0.9995 {
        return Quat { w: a.w + t * (b.w - a.w), v: a.v + (b.v - a.v) * t };
    }
    let theta = cos.acos();
    let s = theta.sin();
    let (wa, wb) = (((1.0 - t) * theta).sin() / s, (t * theta).sin() / s);
    Quat { w: wa * a.w + wb * b.w, v: a.v * wa + b.v * wb }
}

#[differentiate]
fn orientation_error(axis: [f64; 3], angle: f64, t: f64, p: [f64; 3]) -> f64 {
    let q = Quat::from_axis_angle(Vec3::new(axis[0], axis[1], axis[2]), angle);
    let r = Quat::from_axis_angle(Vec3::new(0.0, 0.6, 0.8), -0.7);
    let m = slerp(q, r, t);
    let out = m.rotate(Vec3 { x: p[0], y: p[1], z: p[2] });
    let target = Vec3 { z: 1.0, ..Default::default() };
    let diff = out - target;
    diff.dot(diff)
}

#[derive(Clone, Debug, Differentiable)]
enum Shape {
    Sphere { center: Vec3, radius: f64 },
    Box { center: Vec3, half: Vec3 },
    Plane { normal: Vec3, offset: f64 },
    Union(Box<Shape>, Box<Shape>),
    Smooth { k: f64, parts: Vec<Shape> },
}

impl Shape {
    #[differentiate]
    pub fn sdf(&self, p: Vec3) -> f64 {
        match self {
            Shape::Sphere { center, radius } => (p - *center).length() - radius,
            Shape::Box { center, half } => {
                let q = p - *center;
                let dx = q.x.abs() - half.x;
                let dy = q.y.abs() - half.y;
                let dz = q.z.abs() - half.z;
                let outside = Vec3::new(dx.max(0.0), dy.max(0.0), dz.max(0.0)).length();
                outside + dx.max(dy.max(dz)).min(0.0)
            }
            Shape::Plane { normal, offset } => p.dot(normal.normalized()) + offset,
            Shape::Union(a, b) => a.sdf(p).min(b.sdf(p)),
            Shape::Smooth { k, parts } => {
                let s: f64 = parts.iter().map(|part| (-k * part.sdf(p)).exp()).sum();
                -s.ln() / k
            }
        }
    }
}

/// Sphere tracing: distance along the ray until the surface is near.
#[differentiate]
fn march(scene: &Shape, origin: Vec3, dir: Vec3) -> f64 {
    const MAX_STEPS: usize = 64;
    let mut t = 0.0;
    for _ in 0..MAX_STEPS {
        let d = scene.sdf(origin + dir * t);
        if d < 1e-3 {
            break;
        }
        t += d;
        if t > 100.0 {
            return 100.0;
        }
    }
    t
}

/// Cook-Torrance microfacet BRDF.
#[differentiate]
fn cook_torrance(n_dot_l: f64, n_dot_v: f64, n_dot_h: f64, v_dot_h: f64, roughness: f64, f0: f64) -> f64 {
    if n_dot_l <= 0.0 || n_dot_v <= 0.0 {
        return 0.0;
    }
    let alpha = roughness * roughness;
    let a2 = alpha.powi(2);
    let d = {
        let t = n_dot_h * n_dot_h * (a2 - 1.0) + 1.0;
        a2 / (std::f64::consts::PI * t * t)
    };
    let g1 = |x: f64| {
        let k = (roughness + 1.0).powi(2) / 8.0;
        x / (x * (1.0 - k) + k)
    };
    let fresnel = f0 + (1.0 - f0) * (1.0 - v_dot_h).clamp(0.0, 1.0).powi(5);
    d * g1(n_dot_l) * g1(n_dot_v) * fresnel / (4.0 * n_dot_l * n_dot_v)
}

/// Perspective camera: reprojection error of points.
#[differentiate]
fn reprojection(camera: &[f64; 6], focal: f64, points: &[[f64; 3]], pixels: &[[f64; 2]]) -> f64 {
    let [rx, ry, rz, tx, ty, tz] = camera;
    let theta = (rx * rx + ry * ry + rz * rz).sqrt();
    let (s, c) = theta.sin_cos();
    let k = [rx / theta, ry / theta, rz / theta];
    let mut err = 0.0;
    for (p, px) in points.iter().zip(pixels) {
        let dot = k[0] * p[0] + k[1] * p[1] + k[2] * p[2];
        let cross = [k[1] * p[2] - k[2] * p[1], k[2] * p[0] - k[0] * p[2], k[0] * p[1] - k[1] * p[0]];
        let mut q = [0.0; 3];
        for i in 0..3 {
            q[i] = p[i] * c + cross[i] * s + k[i] * dot * (1.0 - c);
        }
        q[0] += tx;
        q[1] += ty;
        q[2] += tz;
        let u = focal * q[0] / q[2];
        let v = focal * q[1] / q[2];
        err += (u - px[0]).powi(2) + (v - px[1]).powi(2);
    }
    err
}

mod checks {
    use super::*;
    use crate::checked;
    fn v3(v: &[f64]) -> Vec3 {
        Vec3 { x: v[0], y: v[1], z: v[2] }
    }
    fn spheres(v: &[f64]) -> Vec<Sphere> {
        vec![
            Sphere { center: Vec3 { x: 0.1 * v[0], y: 0.1 * v[1], z: 3.0 + v[2] }, radius: 1.0 + 0.1 * v[3], albedo: v[4] },
            Sphere { center: Vec3 { x: 1.0 + 0.1 * v[5], y: 0.3 * v[6], z: 5.0 + v[7] }, radius: 1.5 + 0.1 * v[8], albedo: v[9] },
        ]
    }
    fn scene(v: &[f64]) -> Shape {
        Shape::Union(
            Box::new(Shape::Smooth {
                k: 4.0 + v[0],
                parts: vec![
                    Shape::Sphere { center: v3(&v[1..4]), radius: 0.5 + 0.1 * v[4] },
                    Shape::Box { center: Vec3 { x: 1.0, y: v[5], z: 0.2 }, half: Vec3 { x: 0.4 + 0.1 * v[6], y: 0.5, z: 0.6 } },
                ],
            }),
            Box::new(Shape::Plane { normal: Vec3 { x: 0.1 * v[7], y: 1.0, z: 0.05 }, offset: 2.0 + 0.1 * v[8] }),
        )
    }
    fn two(v: &[f64]) -> Vec<[f64; 2]> {
        v.chunks(2).map(|c| [c[0], c[1]]).collect()
    }
    fn three(v: &[f64]) -> Vec<[f64; 3]> {
        v.chunks(3).map(|c| [c[0], c[1], c[2]]).collect()
    }

    #[test]
    fn shading() {
        let sph = spheres(&crate::point(10, 1, -1., 1.));
        let f = |v: &[f64]| {
            shade(
                &Ray { origin: v3(&v[0..3]), dir: Vec3 { x: 0.1 * v[3], y: 0.1 * v[4], z: 1.0 + 0.1 * v[5] } },
                &sph,
                Vec3 { x: 2., y: 4., z: -3. },
                v[6],
            )
        };
        crate::check(7, -0.5, 0.5, &f, &|v| {
            let (a, g) = shade_grad(
                &Ray { origin: v3(&v[0..3]), dir: Vec3 { x: 0.1 * v[3], y: 0.1 * v[4], z: 1.0 + 0.1 * v[5] } },
                &sph,
                Vec3 { x: 2., y: 4., z: -3. },
                v[6],
            );
            let r = g.0;
            (a, vec![r.origin.x, r.origin.y, r.origin.z, 0.1 * r.dir.x, 0.1 * r.dir.y, 0.1 * r.dir.z, g.3])
        });
        crate::check(3, -0.5, 0.5, &|v| light_path(Ray { origin: v3(v), dir: Vec3 { x: 0., y: 0.05, z: 1.0 } }, &sph, 3), &|v| {
            let (a, g) = light_path_grad(Ray { origin: v3(v), dir: Vec3 { x: 0., y: 0.05, z: 1.0 } }, &sph, 3);
            (a, vec![g.0.origin.x, g.0.origin.y, g.0.origin.z])
        });
    }
    checked!(bezier_length bezier_length_grad bezier_length_vjp bezier_length_jvp: 8, -1., 1.,
        |v| (&two(v), 5),
        d => &two(d));
    checked!(orientation_error orientation_error_grad orientation_error_vjp orientation_error_jvp: 8, 0.2, 1.0,
        |v| ([v[0], v[1], v[2]], v[3], v[4], [v[5], v[6], v[7]]),
        d => ([d[0], d[1], d[2]], d[3], d[4], [d[5], d[6], d[7]]));
    #[test]
    fn sdf() {
        for o in [Vec3 { x: 2.0, y: 1.0, z: 0.3 }, Vec3 { x: -1., y: -1.2, z: 0.2 }] {
            let sc = scene(&crate::point(9, 3, -0.4, 0.4));
            crate::check(3, -0.3, 0.3, &|v| sc.sdf(v3(v) + o), &|v| {
                let (a, g) = sc.sdf_grad(v3(v) + o);
                (a, vec![g.1.x, g.1.y, g.1.z])
            });
            crate::check(3, -0.1, 0.1, &|v| march(&sc, v3(v) + o, Vec3 { x: -0.8, y: -0.6, z: 0. }), &|v| {
                let (a, g) = march_grad(&sc, v3(v) + o, Vec3 { x: -0.8, y: -0.6, z: 0. });
                (a, vec![g.1.x, g.1.y, g.1.z])
            });
        }
    }
    checked!(cook_torrance cook_torrance_grad cook_torrance_vjp cook_torrance_jvp: 6, 0.2, 0.9,
        |v| (v[0], v[1], v[2], v[3], v[4], v[5]),
        d => (d[0], d[1], d[2], d[3], d[4], d[5]));
    checked!(reprojection reprojection_grad reprojection_vjp reprojection_jvp: 6 + 1 + 6 + 4, 0.5, 1.0,
        |v| (&[v[0], v[1], v[2], v[3], v[4], v[5]], v[6], &three(&v[7..13]), &two(&v[13..17])));
}
