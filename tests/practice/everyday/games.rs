//! Cameras, flocks, shapes, distances to surfaces.

mod orbit_camera {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    use std::ops::{Add, Mul, Neg, Sub};

    #[derive(Debug, Clone, Copy, PartialEq, Default, Differentiable)]
    pub struct Vec3 {
        pub x: f64,
        pub y: f64,
        pub z: f64,
    }

    #[differentiate]
    impl Vec3 {
        pub const UP: Vec3 = Vec3 { x: 0.0, y: 1.0, z: 0.0 };
        pub const fn new(x: f64, y: f64, z: f64) -> Self {
            Self { x, y, z }
        }
        pub fn dot(self, rhs: Self) -> f64 {
            self.x * rhs.x + self.y * rhs.y + self.z * rhs.z
        }
        pub fn cross(self, rhs: Self) -> Self {
            Self::new(self.y * rhs.z - self.z * rhs.y, self.z * rhs.x - self.x * rhs.z, self.x * rhs.y - self.y * rhs.x)
        }
        pub fn length(self) -> f64 {
            self.dot(self).sqrt()
        }
        pub fn normalize(self) -> Self {
            self * (1.0 / self.length())
        }
    }
    #[differentiate]
    impl Add for Vec3 {
        type Output = Self;
        fn add(self, o: Self) -> Self {
            Self::new(self.x + o.x, self.y + o.y, self.z + o.z)
        }
    }
    #[differentiate]
    impl Sub for Vec3 {
        type Output = Self;
        fn sub(self, o: Self) -> Self {
            Self::new(self.x - o.x, self.y - o.y, self.z - o.z)
        }
    }
    #[differentiate]
    impl Mul<f64> for Vec3 {
        type Output = Self;
        fn mul(self, s: f64) -> Self {
            Self::new(self.x * s, self.y * s, self.z * s)
        }
    }
    #[differentiate]
    impl Neg for Vec3 {
        type Output = Self;
        fn neg(self) -> Self {
            Self::new(-self.x, -self.y, -self.z)
        }
    }

    #[derive(Debug, Clone, Copy, Differentiable)]
    pub struct Mat4 {
        cols: [[f64; 4]; 4],
    }

    #[differentiate]
    impl Mat4 {
        pub fn look_at_rh(eye: Vec3, target: Vec3, up: Vec3) -> Self {
            let f = (target - eye).normalize();
            let s = f.cross(up).normalize();
            let u = s.cross(f);
            Self {
                cols: [[s.x, u.x, -f.x, 0.0], [s.y, u.y, -f.y, 0.0], [s.z, u.z, -f.z, 0.0], [-s.dot(eye), -u.dot(eye), f.dot(eye), 1.0]],
            }
        }
        pub fn perspective_rh(fov_y: f64, aspect: f64, near: f64, far: f64) -> Self {
            let f = 1.0 / (0.5 * fov_y).tan();
            let nf = 1.0 / (near - far);
            let mut cols = [[0.0; 4]; 4];
            cols[0][0] = f / aspect;
            cols[1][1] = f;
            cols[2][2] = (far + near) * nf;
            cols[2][3] = -1.0;
            cols[3][2] = 2.0 * far * near * nf;
            Self { cols }
        }
        pub fn project_point(&self, p: Vec3) -> Vec3 {
            let v = [p.x, p.y, p.z, 1.0];
            let mut out = [0.0; 4];
            for (c, &vc) in self.cols.iter().zip(v.iter()) {
                for (o, &m) in out.iter_mut().zip(c) {
                    *o += m * vc;
                }
            }
            let [x, y, z, w] = out;
            Vec3::new(x / w, y / w, z / w)
        }
    }
    #[differentiate]
    impl Mul for &Mat4 {
        type Output = Mat4;
        fn mul(self, rhs: &Mat4) -> Mat4 {
            let cols = std::array::from_fn(|c| std::array::from_fn(|r| (0..4).map(|k| self.cols[k][r] * rhs.cols[c][k]).sum()));
            Mat4 { cols }
        }
    }

    #[derive(Debug, Clone, Copy, Differentiable)]
    pub struct OrbitCamera {
        pub target: Vec3,
        pub yaw: f64,
        pub pitch: f64,
        pub radius: f64,
        pub fov_y: f64,
    }

    #[differentiate]
    impl OrbitCamera {
        pub fn eye(&self) -> Vec3 {
            let (sy, cy) = self.yaw.sin_cos();
            let (sp, cp) = self.pitch.sin_cos();
            self.target + Vec3::new(cp * sy, sp, cp * cy) * self.radius
        }
        pub fn view_projection(&self, aspect: f64) -> Mat4 {
            let view = Mat4::look_at_rh(self.eye(), self.target, Vec3::UP);
            &Mat4::perspective_rh(self.fov_y, aspect, 0.1, 100.0) * &view
        }
    }

    #[differentiate]
    fn orbit_camera_value(x: &[f64]) -> f64 {
        let cam = OrbitCamera { target: Vec3::new(x[0], x[1], x[2]), yaw: x[3], pitch: x[4], radius: 3.0 + x[5], fov_y: x[6] };
        let vp = cam.view_projection(16.0 / 9.0);
        let p = vp.project_point(Vec3::new(0.3, -0.2, 0.1));
        p.x + 2.0 * p.y - 0.5 * p.z
    }

    mod checks {
        use super::*;
        checked!(orbit_camera_value orbit_camera_value_grad orbit_camera_value_vjp orbit_camera_value_jvp: 7, 0.2, 1.2, |v| (v), d => d);
    }
}

mod steering_boids {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Copy, Debug, Default, Differentiable)]
    pub struct Boid {
        pub pos: [f64; 2],
        pub vel: [f64; 2],
    }

    #[derive(Clone, Debug)]
    pub struct FlockParams {
        pub perception: f64,
        pub max_speed: f64,
        pub separation: f64,
        pub alignment: f64,
        pub cohesion: f64,
    }

    impl Default for FlockParams {
        fn default() -> Self {
            Self { perception: 2.5, max_speed: 1.5, separation: 0.6, alignment: 0.3, cohesion: 0.1 }
        }
    }

    #[differentiate(wrt(flock))]
    fn step_flock(flock: &[Boid], params: &FlockParams, dt: f64) -> Vec<Boid> {
        flock
            .iter()
            .enumerate()
            .map(|(i, me)| {
                let mut sep = [0.0; 2];
                let mut avg_vel = [0.0; 2];
                let mut centre = [0.0; 2];
                let mut count = 0usize;
                for (j, other) in flock.iter().enumerate() {
                    if i == j {
                        continue;
                    }
                    let d = [other.pos[0] - me.pos[0], other.pos[1] - me.pos[1]];
                    let dist2 = d[0] * d[0] + d[1] * d[1];
                    if dist2 > params.perception * params.perception {
                        continue;
                    }
                    count += 1;
                    for k in 0..2 {
                        sep[k] -= d[k] / (dist2 + 0.1);
                        avg_vel[k] += other.vel[k];
                        centre[k] += other.pos[k];
                    }
                }
                let mut next = *me;
                if count > 0 {
                    let n = count as f64;
                    for k in 0..2 {
                        next.vel[k] += dt
                            * (params.separation * sep[k]
                                + params.alignment * (avg_vel[k] / n - me.vel[k])
                                + params.cohesion * (centre[k] / n - me.pos[k]));
                    }
                }
                let speed = next.vel[0].hypot(next.vel[1]);
                if speed > params.max_speed {
                    next.vel.iter_mut().for_each(|v| *v *= params.max_speed / speed);
                }
                for k in 0..2 {
                    next.pos[k] += next.vel[k] * dt;
                }
                next
            })
            .collect()
    }

    #[differentiate]
    fn steering_boids_value(x: &[f64]) -> f64 {
        let mut flock: Vec<Boid> = x.chunks_exact(4).map(|c| Boid { pos: [c[0], c[1]], vel: [c[2], c[3]] }).collect();
        let params = FlockParams::default();
        for _ in 0..3 {
            flock = step_flock(&flock, &params, 0.1);
        }
        flock.iter().map(|b| b.pos[0] * 1.5 - b.pos[1] + b.vel[0] * b.vel[1]).sum()
    }

    mod checks {
        use super::*;
        checked!(steering_boids_value steering_boids_value_grad steering_boids_value_vjp steering_boids_value_jvp: 24, -2.0, 2.0, |v| (v), d => d);
    }
}

mod collide_shapes {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    pub enum Shape {
        Circle { centre: (f64, f64), radius: f64 },
        Capsule { a: (f64, f64), b: (f64, f64), radius: f64 },
        Aabb { min: (f64, f64), max: (f64, f64) },
    }

    #[differentiate]
    fn closest_on_segment(p: (f64, f64), a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
        let ab = (b.0 - a.0, b.1 - a.1);
        let t = ((p.0 - a.0) * ab.0 + (p.1 - a.1) * ab.1) / (ab.0 * ab.0 + ab.1 * ab.1);
        let t = t.clamp(0.0, 1.0);
        (a.0 + ab.0 * t, a.1 + ab.1 * t)
    }

    #[differentiate]
    pub fn penetration(lhs: &Shape, rhs: &Shape) -> Option<f64> {
        use Shape::*;
        let depth = match (lhs, rhs) {
            (Circle { centre: p, radius: r }, Circle { centre: q, radius: s }) => r + s - (p.0 - q.0).hypot(p.1 - q.1),
            (&Circle { centre, radius }, &Capsule { a, b, radius: r }) | (&Capsule { a, b, radius: r }, &Circle { centre, radius }) => {
                let q = closest_on_segment(centre, a, b);
                radius + r - (centre.0 - q.0).hypot(centre.1 - q.1)
            }
            (Circle { centre: (cx, cy), radius }, Aabb { min, max }) | (Aabb { min, max }, Circle { centre: (cx, cy), radius }) => {
                let qx = cx.clamp(min.0, max.0);
                let qy = cy.clamp(min.1, max.1);
                radius - (cx - qx).hypot(cy - qy)
            }
            (Aabb { min: a, max: b }, Aabb { min: c, max: d }) => (b.0.min(d.0) - a.0.max(c.0)).min(b.1.min(d.1) - a.1.max(c.1)),
            _ => return None,
        };
        (depth > 0.0).then_some(depth)
    }

    #[differentiate]
    fn collide_shapes_value(x: &[f64]) -> f64 {
        let shapes = [
            Shape::Circle { centre: (x[0], x[1]), radius: 1.0 + x[2] },
            Shape::Capsule { a: (x[3], -x[4]), b: (x[3] + 1.0, x[5] + 1.0), radius: 0.5 },
            Shape::Aabb { min: (-x[6], -0.2), max: (x[6] * 0.5, x[7]) },
            Shape::Circle { centre: (-x[7], x[3]), radius: 0.8 },
        ];
        let mut energy = 0.0;
        for (i, a) in shapes.iter().enumerate() {
            for b in &shapes[i + 1..] {
                if let Some(d) = penetration(a, b) {
                    energy += 0.5 * d * d * (1.0 + i as f64);
                }
            }
        }
        energy
    }

    mod checks {
        use super::*;
        checked!(collide_shapes_value collide_shapes_value_grad collide_shapes_value_vjp collide_shapes_value_jvp: 8, 0.3, 1.3, |v| (v), d => d);
    }
}

mod verlet_cloth {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Copy, Debug, Differentiable)]
    struct Particle {
        pos: [f64; 3],
        prev: [f64; 3],
        pinned: bool,
    }

    #[derive(Clone, Debug)]
    struct Constraint {
        a: usize,
        b: usize,
    }

    #[derive(Clone, Debug, Differentiable)]
    struct Cloth {
        particles: Vec<Particle>,
        rest: f64,
    }

    #[differentiate]
    impl Cloth {
        fn integrate(&mut self, gravity: f64, dt: f64) {
            for p in self.particles.iter_mut().filter(|p| !p.pinned) {
                let current = p.pos;
                for k in 0..3 {
                    let acc = if k == 1 { -gravity } else { 0.0 };
                    p.pos[k] = 2.0 * current[k] - p.prev[k] + acc * dt * dt;
                }
                p.prev = current;
            }
        }

        fn relax(&mut self, constraints: &[Constraint]) {
            for &Constraint { a, b } in constraints {
                let (pa, pb) = (self.particles[a], self.particles[b]);
                let delta: [f64; 3] = std::array::from_fn(|k| pb.pos[k] - pa.pos[k]);
                let len = delta.iter().map(|d| d * d).sum::<f64>().sqrt();
                let diff = (len - self.rest) / len;
                let (wa, wb) = match (pa.pinned, pb.pinned) {
                    (false, false) => (0.5, 0.5),
                    (true, false) => (0.0, 1.0),
                    (false, true) => (1.0, 0.0),
                    (true, true) => continue,
                };
                for k in 0..3 {
                    self.particles[a].pos[k] += wa * diff * delta[k];
                    self.particles[b].pos[k] -= wb * diff * delta[k];
                }
            }
        }
    }

    #[differentiate]
    fn verlet_cloth_value(x: &[f64]) -> f64 {
        let particles = (0..4)
            .map(|i| {
                let pos = [x[3 * i] + i as f64, x[3 * i + 1], x[3 * i + 2]];
                Particle { pos, prev: pos, pinned: i == 0 }
            })
            .collect::<Vec<_>>();
        let constraints: Vec<Constraint> = (0..3).map(|i| Constraint { a: i, b: i + 1 }).chain([Constraint { a: 0, b: 2 }]).collect();
        let mut cloth = Cloth { particles, rest: x[0] };
        for _ in 0..3 {
            cloth.integrate(9.81, 0.05);
            for _ in 0..2 {
                cloth.relax(&constraints);
            }
        }
        cloth.particles.iter().map(|p| p.pos.iter().sum::<f64>() + p.pos[0] * p.pos[1]).sum()
    }

    mod checks {
        use super::*;
        checked!(verlet_cloth_value verlet_cloth_value_grad verlet_cloth_value_vjp verlet_cloth_value_jvp: 12, 0.5, 1.5, |v| (v), d => d);
    }
}

mod easing_table {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Ease {
        Linear,
        InQuad,
        OutCubic,
        InOutSine,
        OutElastic,
        Steps(u32),
    }

    #[differentiate]
    impl Ease {
        pub fn apply(self, t: f64) -> f64 {
            use std::f64::consts::{PI, TAU};
            match self {
                Ease::Linear => t,
                Ease::InQuad => t * t,
                Ease::OutCubic => 1.0 - (1.0 - t).powi(3),
                Ease::InOutSine => -((PI * t).cos() - 1.0) / 2.0,
                Ease::OutElastic => match t {
                    t if t <= 0.0 => 0.0,
                    t if t >= 1.0 => 1.0,
                    t => 2f64.powf(-10.0 * t) * ((t * 10.0 - 0.75) * (TAU / 3.0)).sin() + 1.0,
                },
                Ease::Steps(n @ 1..) => (t * f64::from(n)).floor() / n as f64,
                Ease::Steps(0) => unreachable!("steps(0)"),
            }
        }
    }

    #[derive(Clone, Debug, Differentiable)]
    pub struct Keyframe {
        time: f64,
        value: f64,
        ease: Ease,
    }

    #[differentiate]
    pub fn sample(track: &[Keyframe], t: f64) -> Option<f64> {
        let (first, last) = (track.first()?, track.last()?);
        if t <= first.time {
            return Some(first.value);
        }
        if t >= last.time {
            return Some(last.value);
        }
        track.windows(2).find_map(|w| match w {
            [a, b] if (a.time..b.time).contains(&t) => {
                let u = (t - a.time) / (b.time - a.time);
                Some(a.value + (b.value - a.value) * a.ease.apply(u))
            }
            _ => None,
        })
    }

    #[differentiate]
    fn easing_table_value(x: &[f64]) -> f64 {
        let eases = [Ease::InQuad, Ease::OutCubic, Ease::InOutSine, Ease::OutElastic, Ease::Linear];
        let track: Vec<_> = eases
            .iter()
            .enumerate()
            .map(|(i, &ease)| Keyframe { time: i as f64 + 0.1 * x[i], value: x[i] * x[i] - i as f64, ease })
            .collect();
        let mut total = 0.0;
        let mut t = -0.3;
        while t < 5.0 {
            total += sample(&track, t + 0.2 * x[0]).unwrap_or(0.0);
            t += 0.37;
        }
        total
    }

    mod checks {
        use super::*;
        checked!(easing_table_value easing_table_value_grad easing_table_value_vjp easing_table_value_jvp: 5, 0.05, 0.95, |v| (v), d => d);
    }
}

mod sdf_raymarch {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    pub enum Sdf {
        Sphere { c: [f64; 3], r: f64 },
        Plane { n: [f64; 3], d: f64 },
        Union(Box<Sdf>, Box<Sdf>),
        Smooth { k: f64, left: Box<Sdf>, right: Box<Sdf> },
    }

    #[differentiate]
    impl Sdf {
        pub fn eval(&self, p: [f64; 3]) -> f64 {
            match self {
                Sdf::Sphere { c, r } => {
                    let d2: f64 = p.iter().zip(c).map(|(a, b)| (a - b).powi(2)).sum();
                    d2.sqrt() - r
                }
                Sdf::Plane { n, d } => p.iter().zip(n.iter()).map(|(a, b)| a * b).sum::<f64>() + d,
                Sdf::Union(a, b) => a.eval(p).min(b.eval(p)),
                Sdf::Smooth { k, left, right } => {
                    let (a, b) = (left.eval(p), right.eval(p));
                    let h = (0.5 + 0.5 * (b - a) / k).clamp(0.0, 1.0);
                    b + (a - b) * h - k * h * (1.0 - h)
                }
            }
        }
    }

    #[differentiate]
    pub fn march(scene: &Sdf, origin: [f64; 3], dir: [f64; 3]) -> Option<f64> {
        let mut t = 0.0;
        for _ in 0..12 {
            let p = std::array::from_fn(|i| dir[i].mul_add(t, origin[i]));
            let d = scene.eval(p);
            if d < 1e-3 {
                return Some(t);
            }
            t += d;
            if t > 20.0 {
                break;
            }
        }
        (t < 20.0).then(|| t)
    }

    #[differentiate]
    fn sdf_raymarch_value(x: &[f64]) -> f64 {
        let scene = Sdf::Union(
            Box::new(Sdf::Smooth {
                k: 0.4,
                left: Box::new(Sdf::Sphere { c: [x[0], 0.0, 4.0], r: x[1] }),
                right: Box::new(Sdf::Sphere { c: [-x[2], 0.2, 4.5], r: x[3] }),
            }),
            Box::new(Sdf::Plane { n: [0.0, 1.0, 0.0], d: x[4] }),
        );
        let dirs = [[0.0, -0.05, 1.0], [0.1, -0.1, 0.99], [-0.05, 0.01, 1.0]];
        dirs.iter().map(|&d| march(&scene, [0.1 * x[5], 0.0, 0.0], d).map_or(0.0, |t| t * t)).sum()
    }

    mod checks {
        use super::*;
        checked!(sdf_raymarch_value sdf_raymarch_value_grad sdf_raymarch_value_vjp sdf_raymarch_value_jvp: 6, 0.3, 0.9, |v| (v), d => d);
    }
}
