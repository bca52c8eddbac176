//! Games and graphics: vector algebra, ray casting, easing curves, distance fields, splines.

use std::f64::consts::PI;
use std::ops::{Add, Mul, Neg, Sub};

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Copy, Debug, Default, PartialEq, Differentiable)]
struct Vec3 {
    x: f64,
    y: f64,
    z: f64,
}

#[differentiate]
impl Add for Vec3 {
    type Output = Vec3;

    fn add(self, rhs: Vec3) -> Vec3 {
        Vec3::new(self.x + rhs.x, self.y + rhs.y, self.z + rhs.z)
    }
}

#[differentiate]
impl Sub for Vec3 {
    type Output = Vec3;

    fn sub(self, rhs: Vec3) -> Vec3 {
        Vec3::new(self.x - rhs.x, self.y - rhs.y, self.z - rhs.z)
    }
}

#[differentiate]
impl Mul<f64> for Vec3 {
    type Output = Vec3;

    fn mul(self, s: f64) -> Vec3 {
        Vec3 { x: self.x * s, y: self.y * s, z: self.z * s }
    }
}

#[differentiate]
impl Neg for Vec3 {
    type Output = Vec3;

    fn neg(self) -> Vec3 {
        Vec3::new(-self.x, -self.y, -self.z)
    }
}

impl Vec3 {
    #[differentiate]
    fn new(x: f64, y: f64, z: f64) -> Self {
        Self { x, y, z }
    }

    #[differentiate]
    fn dot(self, other: Vec3) -> f64 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    #[differentiate]
    fn cross(self, o: Vec3) -> Vec3 {
        Vec3::new(self.y * o.z - self.z * o.y, self.z * o.x - self.x * o.z, self.x * o.y - self.y * o.x)
    }

    #[differentiate]
    fn length(&self) -> f64 {
        self.dot(*self).sqrt()
    }

    /// The zero vector stays what it is.
    #[differentiate]
    fn normalize(&self) -> Vec3 {
        let len = self.length();
        if len > 0.0 { *self * (1.0 / len) } else { *self }
    }

    #[differentiate]
    fn lerp(self, other: Vec3, t: f64) -> Vec3 {
        self + (other - self) * t
    }

    #[differentiate]
    fn reflect(self, normal: Vec3) -> Vec3 {
        self - normal * (2.0 * self.dot(normal))
    }
}

/// The nearest hit in front of the origin.
#[differentiate]
fn ray_sphere(origin: Vec3, direction: Vec3, center: Vec3, radius: f64) -> Option<f64> {
    let oc = origin - center;
    let a = direction.dot(direction);
    let half_b = oc.dot(direction);
    let c = oc.dot(oc) - radius * radius;
    let discriminant = half_b * half_b - a * c;
    if discriminant < 0.0 {
        return None;
    }
    let root = discriminant.sqrt();
    let near = (-half_b - root) / a;
    if near > 0.0 {
        return Some(near);
    }
    let far = (-half_b + root) / a;
    (far > 0.0).then_some(far)
}

const FAR_PLANE: f64 = 1000.0;

#[differentiate]
fn ray_sphere_distance(origin: Vec3, direction: Vec3, center: Vec3, radius: f64) -> f64 {
    match ray_sphere(origin, direction, center, radius) {
        Some(t) => t * direction.length(),
        None => FAR_PLANE,
    }
}

#[differentiate]
fn triangle_area(a: Vec3, b: Vec3, c: Vec3) -> f64 {
    0.5 * (b - a).cross(c - a).length()
}

#[differentiate]
fn phong(point: Vec3, normal: Vec3, light: Vec3, eye: Vec3, shininess: f64) -> f64 {
    let n = normal.normalize();
    let to_light = (light - point).normalize();
    let diffuse = n.dot(to_light).max(0.0);
    let r = (-to_light).reflect(n);
    let specular = r.dot((eye - point).normalize()).max(0.0).powf(shininess);
    0.1 + 0.7 * diffuse + 0.4 * specular
}

#[differentiate]
fn smoothstep(edge0: f64, edge1: f64, x: f64) -> f64 {
    let t = ((x - edge0) / (edge1 - edge0)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Easing {
    Linear,
    QuadInOut,
    Elastic,
    Bounce,
    Steps(u32),
}

#[differentiate(wrt(t))]
fn ease(kind: Easing, t: f64) -> f64 {
    match kind {
        Easing::Linear => t,
        Easing::QuadInOut if t < 0.5 => 2.0 * t * t,
        Easing::QuadInOut => 1.0 - (-2.0 * t + 2.0).powi(2) / 2.0,
        Easing::Elastic => {
            let c4 = 2.0 * PI / 3.0;
            if t == 0.0 || t == 1.0 {
                return t;
            }
            2f64.powf(-10.0 * t) * ((t * 10.0 - 0.75) * c4).sin() + 1.0
        }
        Easing::Bounce => {
            const N1: f64 = 7.5625;
            const D1: f64 = 2.75;
            match t {
                t if t < 1.0 / D1 => N1 * t * t,
                t if t < 2.0 / D1 => {
                    let t = t - 1.5 / D1;
                    N1 * t * t + 0.75
                }
                t if t < 2.5 / D1 => {
                    let t = t - 2.25 / D1;
                    N1 * t * t + 0.9375
                }
                _ => {
                    let t = t - 2.625 / D1;
                    N1 * t * t + 0.984375
                }
            }
        }
        Easing::Steps(n) => (t * n as f64).floor() / n as f64,
    }
}

#[differentiate]
fn sd_sphere(p: Vec3, radius: f64) -> f64 {
    p.length() - radius
}

#[differentiate]
fn sd_box(p: Vec3, half: Vec3) -> f64 {
    let q = Vec3::new(p.x.abs() - half.x, p.y.abs() - half.y, p.z.abs() - half.z);
    let outside = Vec3::new(q.x.max(0.0), q.y.max(0.0), q.z.max(0.0)).length();
    let inside = q.x.max(q.y.max(q.z)).min(0.0);
    outside + inside
}

#[differentiate]
fn smooth_min(a: f64, b: f64, k: f64) -> f64 {
    let h = (0.5 + 0.5 * (b - a) / k).clamp(0.0, 1.0);
    b * (1.0 - h) + a * h - k * h * (1.0 - h)
}

#[differentiate]
fn scene(p: Vec3, blend: f64) -> f64 {
    let ball = sd_sphere(p - Vec3::new(0.4, 0.1, 0.0), 0.7);
    let floor = p.y + 1.0;
    let pillar = sd_box(p + Vec3::new(0.6, 0.0, 0.2), Vec3::new(0.3, 0.8, 0.25));
    smooth_min(smooth_min(ball, pillar, blend), floor, blend)
}

/// Sphere tracing.
#[differentiate]
fn march(origin: Vec3, direction: Vec3, blend: f64) -> f64 {
    let dir = direction.normalize();
    let mut travelled = 0.0;
    for _ in 0..64 {
        let p = origin + dir * travelled;
        let d = scene(p, blend);
        travelled += d;
        if d < 1e-3 {
            break;
        }
        if travelled > 50.0 {
            return 50.0;
        }
    }
    travelled
}

/// De Casteljau's algorithm.
#[differentiate]
fn bezier<const N: usize>(control: [Vec3; N], t: f64) -> Vec3 {
    let mut points = control;
    for level in (1..N).rev() {
        for i in 0..level {
            points[i] = points[i].lerp(points[i + 1], t);
        }
    }
    points[0]
}

/// Polyline length of a cubic curve.
#[differentiate]
fn bezier_length(p0: Vec3, p1: Vec3, p2: Vec3, p3: Vec3, segments: usize) -> f64 {
    let mut previous = p0;
    let mut total = 0.0;
    for i in 1..=segments {
        let current = bezier([p0, p1, p2, p3], i as f64 / segments as f64);
        total += (current - previous).length();
        previous = current;
    }
    total
}

/// Catmull-Rom through all keys, `t` from 0 to the last key.
#[differentiate]
fn catmull_rom(keys: &[f64], t: f64) -> f64 {
    let last = keys.len() - 1;
    let segment = (t.floor() as usize).min(last - 1);
    let u = t - segment as f64;
    let p0 = keys[segment.saturating_sub(1)];
    let p1 = keys[segment];
    let p2 = keys[segment + 1];
    let p3 = keys[(segment + 2).min(last)];
    0.5 * ((2.0 * p1) + (-p0 + p2) * u + (2.0 * p0 - 5.0 * p1 + 4.0 * p2 - p3) * u * u + (-p0 + 3.0 * p1 - 3.0 * p2 + p3) * u.powi(3))
}

#[derive(Clone, Copy, Debug, Differentiable)]
struct SpringCamera {
    position: Vec3,
    velocity: Vec3,
    stiffness: f64,
    damping: f64,
}

impl SpringCamera {
    #[differentiate]
    fn follow(&mut self, target: Vec3, dt: f64) {
        let force = (target - self.position) * self.stiffness - self.velocity * self.damping;
        self.velocity = self.velocity + force * dt;
        self.position = self.position + self.velocity * dt;
    }

    /// How far the camera stays behind, summed over a path.
    #[differentiate]
    fn lag(&self, path: &[Vec3], dt: f64) -> f64 {
        let mut camera = *self;
        let mut total = 0.0;
        for &target in path {
            camera.follow(target, dt);
            let gap = target - camera.position;
            total += gap.dot(gap) * dt;
        }
        total
    }
}

#[differentiate]
fn bilinear_sample(texture: &[f64], width: usize, height: usize, u: f64, v: f64) -> f64 {
    let x = (u * width as f64 - 0.5).clamp(0.0, (width - 1) as f64);
    let y = (v * height as f64 - 0.5).clamp(0.0, (height - 1) as f64);
    let (x0, y0) = (x.floor() as usize, y.floor() as usize);
    let (x1, y1) = ((x0 + 1).min(width - 1), (y0 + 1).min(height - 1));
    let (fx, fy) = (x.fract(), y - y0 as f64);
    let texel = |ix: usize, iy: usize| texture[iy * width + ix];
    let top = texel(x0, y0) * (1.0 - fx) + texel(x1, y0) * fx;
    let bottom = texel(x0, y1) * (1.0 - fx) + texel(x1, y1) * fx;
    top * (1.0 - fy) + bottom * fy
}

#[differentiate]
fn aces(x: f64) -> f64 {
    let (a, b, c, d, e) = (2.51, 0.03, 2.43, 0.59, 0.14);
    ((x * (a * x + b)) / (x * (c * x + d) + e)).clamp(0.0, 1.0)
}

#[differentiate]
fn linear_to_srgb(c: f64) -> f64 {
    if c <= 0.0031308 { 12.92 * c } else { 1.055 * c.powf(1.0 / 2.4) - 0.055 }
}

/// Difference between a tone-mapped picture and a reference, over the lit pixels.
#[differentiate(wrt(pixels, exposure))]
fn tone_mapping_error(pixels: &[[f64; 3]], exposure: f64, reference: &[[f64; 3]]) -> f64 {
    let mut error = 0.0;
    for (pixel, want) in pixels.iter().zip(reference) {
        let luminance = 0.2126 * pixel[0] + 0.7152 * pixel[1] + 0.0722 * pixel[2];
        if luminance < 0.01 {
            continue;
        }
        for (&channel, &w) in pixel.iter().zip(want.iter()) {
            let mapped = linear_to_srgb(aces(channel * exposure.exp2()));
            error += (mapped - w).powi(2);
        }
    }
    error / (3 * pixels.len()) as f64
}

#[derive(Clone, Debug, Differentiable)]
enum Shape {
    Circle { radius: f64 },
    Rect { width: f64, height: f64 },
    Triangle(f64, f64, f64),
    Regular { sides: u32, edge: f64 },
    Empty,
}

impl Shape {
    #[differentiate]
    fn area(&self) -> f64 {
        match self {
            Shape::Circle { radius } => PI * radius * radius,
            Shape::Rect { width, height } => width * height,
            Shape::Triangle(a, b, c) => {
                let s = (a + b + c) / 2.0;
                (s * (s - a) * (s - b) * (s - c)).sqrt()
            }
            &Shape::Regular { sides, edge } => {
                let n = f64::from(sides);
                n * edge.powi(2) / (4.0 * (PI / n).tan())
            }
            Shape::Empty => 0.0,
        }
    }
}

#[differentiate]
fn level_area(size: &[f64], scale: f64) -> f64 {
    let shapes = [
        Shape::Circle { radius: size[0] },
        Shape::Rect { width: size[1], height: size[2] * scale },
        Shape::Triangle(size[3], size[4], size[5]),
        Shape::Empty,
        Shape::Regular { sides: 6, edge: size[6] },
    ];
    shapes.iter().map(|shape| shape.area()).sum::<f64>() * scale
}

/// Verlet rope: both ends pinned, a few relaxation passes.
#[differentiate]
fn rope_sag(heights: &[f64], gravity: f64, rest: f64) -> f64 {
    let mut y = heights.to_vec();
    let n = y.len();
    for h in y[1..n - 1].iter_mut() {
        *h -= gravity * 0.01;
    }
    for _ in 0..4 {
        for i in 0..n - 1 {
            let delta = y[i + 1] - y[i];
            let length = (1.0 + delta * delta).sqrt();
            let push = 0.5 * delta * (length - rest) / length;
            if i > 0 {
                y[i] += push;
            }
            if i + 2 < n {
                y[i + 1] -= push;
            }
        }
    }
    y.iter().copied().fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{assert_close, numeric_gradient};

    fn check(name: &str, f: impl Fn(&[f64]) -> f64, x: &[f64], value: f64, gradient: &[f64]) {
        assert_eq!(value.to_bits(), f(x).to_bits(), "value of {name}");
        assert_close(name, gradient, &numeric_gradient(f, x), 1e-6);
    }

    fn v3(v: &[f64]) -> Vec3 {
        Vec3::new(v[0], v[1], v[2])
    }

    #[test]
    fn dot_gradient() {
        let x = [0.3, -1.2, 0.8, 1.1, 0.4, -0.6];
        let (value, (a, b)) = Vec3::dot_grad(v3(&x), v3(&x[3..]));
        let f = |v: &[f64]| v3(v).dot(v3(&v[3..]));
        check("dot", f, &x, value, &[a.x, a.y, a.z, b.x, b.y, b.z]);
    }

    #[test]
    fn length_gradient() {
        let x = [0.3, -1.2, 0.8];
        let (value, g) = v3(&x).length_grad();
        check("length", |v| v3(v).length(), &x, value, &[g.x, g.y, g.z]);
    }

    #[test]
    fn ray_sphere_distance_gradient() {
        // From outside, from inside, and a miss.
        for origin_z in [-4.0, 0.2] {
            let x = [0.1, 0.2, origin_z, 0.05, -0.04, 1.1, 0.3, 0.1, 0.4, 1.3];
            let f = |v: &[f64]| ray_sphere_distance(v3(v), v3(&v[3..]), v3(&v[6..]), v[9]);
            let (value, (o, d, c, r)) = ray_sphere_distance_grad(v3(&x), v3(&x[3..]), v3(&x[6..]), x[9]);
            let g = [o.x, o.y, o.z, d.x, d.y, d.z, c.x, c.y, c.z, r];
            check("ray_sphere_distance", f, &x, value, &g);
        }
        let away = Vec3::new(0.0, 1.0, 0.0);
        let center = Vec3::new(0.0, 0.0, 5.0);
        let (value, (o, d, c, r)) = ray_sphere_distance_grad(Vec3::default(), away, center, 1.0);
        assert_eq!(value.to_bits(), FAR_PLANE.to_bits());
        for g in [o.x, o.y, o.z, d.x, d.y, d.z, c.x, c.y, c.z, r] {
            assert_eq!(g, 0.0);
        }
    }

    #[test]
    fn triangle_area_gradient() {
        let x = [0.1, 0.2, 0.3, 1.4, -0.2, 0.5, 0.6, 1.7, -0.8];
        let (value, (a, b, c)) = triangle_area_grad(v3(&x), v3(&x[3..]), v3(&x[6..]));
        let f = |v: &[f64]| triangle_area(v3(v), v3(&v[3..]), v3(&v[6..]));
        let g = [a.x, a.y, a.z, b.x, b.y, b.z, c.x, c.y, c.z];
        check("triangle_area", f, &x, value, &g);
    }

    #[test]
    fn phong_gradient() {
        let x = [0.1, 0.2, 0.3, 0.2, 1.1, 0.1, 1.0, 2.5, 0.4, -1.2, 2.0, 0.3, 8.5];
        let f = |v: &[f64]| phong(v3(v), v3(&v[3..]), v3(&v[6..]), v3(&v[9..]), v[12]);
        let (value, (p, n, l, e, s)) = phong_grad(v3(&x), v3(&x[3..]), v3(&x[6..]), v3(&x[9..]), x[12]);
        let g = [p.x, p.y, p.z, n.x, n.y, n.z, l.x, l.y, l.z, e.x, e.y, e.z, s];
        check("phong", f, &x, value, &g);
    }

    #[test]
    fn smoothstep_gradient() {
        for t in [-0.5, 0.7, 1.9] {
            let x = [0.2, 1.3, t];
            let (value, (e0, e1, d)) = smoothstep_grad(x[0], x[1], x[2]);
            let f = |v: &[f64]| smoothstep(v[0], v[1], v[2]);
            check("smoothstep", f, &x, value, &[e0, e1, d]);
        }
    }

    #[test]
    fn ease_gradient() {
        use Easing::*;
        for kind in [Linear, QuadInOut, Elastic, Bounce, Steps(4)] {
            for t in [0.13, 0.45, 0.62, 0.85, 0.97] {
                let (value, g) = ease_grad(kind, t);
                check("ease", |v| ease(kind, v[0]), &[t], value, &[g]);
            }
        }
    }

    #[test]
    fn sd_box_gradient() {
        // Outside near a corner, outside a face, inside.
        for p in [[1.4, -0.9, 0.8], [0.1, 1.7, -0.2], [0.1, -0.4, 0.2]] {
            let x = [p[0], p[1], p[2], 0.9, 0.6, 0.5];
            let (value, (dp, dh)) = sd_box_grad(v3(&x), v3(&x[3..]));
            let f = |v: &[f64]| sd_box(v3(v), v3(&v[3..]));
            check("sd_box", f, &x, value, &[dp.x, dp.y, dp.z, dh.x, dh.y, dh.z]);
        }
    }

    #[test]
    fn scene_gradient() {
        let x = [0.15, 0.4, -1.3, 0.6];
        let (value, (p, k)) = scene_grad(v3(&x), x[3]);
        check("scene", |v| scene(v3(v), v[3]), &x, value, &[p.x, p.y, p.z, k]);
    }

    #[test]
    fn march_gradient() {
        let x = [0.1, 0.4, -3.0, 0.05, -0.08, 1.0, 0.3];
        let (value, (o, d, k)) = march_grad(v3(&x), v3(&x[3..]), x[6]);
        let f = |v: &[f64]| march(v3(v), v3(&v[3..]), v[6]);
        check("march", f, &x, value, &[o.x, o.y, o.z, d.x, d.y, d.z, k]);
    }

    #[test]
    fn bezier_length_gradient() {
        let x = [0.0, 0.1, 0.2, 0.5, 1.2, -0.3, 1.4, 0.9, 0.8, 2.0, -0.4, 0.6];
        let f = |v: &[f64]| bezier_length(v3(v), v3(&v[3..]), v3(&v[6..]), v3(&v[9..]), 7);
        let (value, (a, b, c, d)) = bezier_length_grad(v3(&x), v3(&x[3..]), v3(&x[6..]), v3(&x[9..]), 7);
        let g = [a.x, a.y, a.z, b.x, b.y, b.z, c.x, c.y, c.z, d.x, d.y, d.z];
        check("bezier_length", f, &x, value, &g);
    }

    #[test]
    fn catmull_rom_gradient() {
        for t in [0.3, 1.6, 3.2, 3.9] {
            let x = [0.2, 1.1, -0.4, 0.9, 2.2, t];
            let (value, (keys, dt)) = catmull_rom_grad(&x[..5], t);
            let g = [&keys[..], &[dt]].concat();
            check("catmull_rom", |v| catmull_rom(&v[..5], v[5]), &x, value, &g);
        }
    }

    #[test]
    fn spring_camera_lag_gradient() {
        let camera = |v: &[f64]| SpringCamera { position: v3(v), velocity: v3(&v[3..]), stiffness: v[6], damping: v[7] };
        let path = |v: &[f64]| vec![v3(&v[8..]), v3(&v[11..]), v3(&v[14..])];
        let x = [0.1, 0.2, 0.3, 0.4, -0.1, 0.2, 12.0, 3.0, 1.0, 0.5, 0.2, 1.4, 0.7, 0.1, 1.9, 0.8, -0.2, 0.05];
        let (value, (c, p, dt)) = camera(&x).lag_grad(&path(&x), x[17]);
        let mut g = vec![c.position.x, c.position.y, c.position.z];
        g.extend([c.velocity.x, c.velocity.y, c.velocity.z]);
        g.extend([c.stiffness, c.damping]);
        g.extend(p.iter().flat_map(|q| [q.x, q.y, q.z]));
        g.push(dt);
        check("lag", |v| camera(v).lag(&path(v), v[17]), &x, value, &g);
    }

    #[test]
    fn bilinear_sample_gradient() {
        let texture = [0.1, 0.5, 0.9, 0.3, 0.7, 0.2, 0.6, 0.4, 0.8, 0.15, 0.35, 0.55];
        for (u, v) in [(0.41, 0.57), (0.03, 0.7), (0.98, 0.99)] {
            let x = [&texture[..], &[u, v]].concat();
            let (value, (t, du, dv)) = bilinear_sample_grad(&texture, 4, 3, u, v);
            let g = [&t[..], &[du, dv]].concat();
            let f = |w: &[f64]| bilinear_sample(&w[..12], 4, 3, w[12], w[13]);
            check("bilinear_sample", f, &x, value, &g);
        }
    }

    #[test]
    fn tone_mapping_error_gradient() {
        let pixels = |v: &[f64]| v.chunks(3).map(|c| [c[0], c[1], c[2]]).collect::<Vec<_>>();
        let x = [0.2, 0.5, 0.1, 0.001, 0.002, 0.003, 1.5, 0.8, 3.0, 0.04, 0.0005, 0.6, -0.7];
        let reference = [[0.3, 0.4, 0.5], [0.1; 3], [0.9, 0.7, 0.8], [0.2, 0.1, 0.3]];
        let (value, (p, e)) = tone_mapping_error_grad(&pixels(&x[..12]), x[12], &reference);
        let mut g: Vec<f64> = p.iter().flatten().copied().collect();
        g.push(e);
        let f = |v: &[f64]| tone_mapping_error(&pixels(&v[..12]), v[12], &reference);
        check("tone_mapping_error", f, &x, value, &g);
    }

    #[test]
    fn level_area_gradient() {
        let x = [0.7, 1.2, 0.9, 1.3, 1.1, 0.8, 0.5, 1.4];
        let (value, (s, k)) = level_area_grad(&x[..7], x[7]);
        let g = [&s[..], &[k]].concat();
        check("level_area", |v| level_area(&v[..7], v[7]), &x, value, &g);
    }

    #[test]
    fn shape_area_value() {
        for shape in [Shape::Circle { radius: 0.7 }, Shape::Triangle(0.9, 1.1, 1.3), Shape::Empty] {
            assert_eq!(shape.area_grad().0.to_bits(), shape.area().to_bits());
        }
    }

    #[test]
    fn rope_sag_gradient() {
        let x = [1.0, 0.8, 0.3, 0.45, 0.9, 9.81, 1.05];
        let (value, (h, g, r)) = rope_sag_grad(&x[..5], x[5], x[6]);
        let g = [&h[..], &[g, r]].concat();
        check("rope_sag", |v| rope_sag(&v[..5], v[5], v[6]), &x, value, &g);
    }
}
