//! Springs, distance fields, cameras, chains of joints, pose graphs.
use autodiff_core::{Differentiable, differentiate};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, MulAssign, Neg, Sub, SubAssign};

#[derive(Debug, Clone, Copy, PartialEq, Default, Differentiable)]
pub struct Vec2 {
    pub x: f64,
    pub y: f64,
}
macro_rules! impl_op {
    ($tr:ident, $f:ident, $op:tt) => {
        #[differentiate]
        impl $tr for Vec2 {
            type Output = Vec2;
            #[inline(always)]
            fn $f(self, rhs: Vec2) -> Vec2 { Vec2 { x: self.x $op rhs.x, y: self.y $op rhs.y } }
        }
    };
}
impl_op!(Add, add, +);
impl_op!(Sub, sub, -);
#[differentiate]
impl Mul<f64> for Vec2 {
    type Output = Vec2;
    fn mul(self, s: f64) -> Vec2 {
        Vec2::new(self.x * s, self.y * s)
    }
}
#[differentiate]
impl Mul<Vec2> for f64 {
    type Output = Vec2;
    fn mul(self, v: Vec2) -> Vec2 {
        Vec2::new(self * v.x, self * v.y)
    }
}
#[differentiate]
impl Neg for Vec2 {
    type Output = Vec2;
    fn neg(self) -> Vec2 {
        Vec2 { x: -self.x, y: -self.y }
    }
}
#[differentiate]
impl AddAssign for Vec2 {
    fn add_assign(&mut self, rhs: Vec2) {
        self.x += rhs.x;
        self.y += rhs.y;
    }
}
#[differentiate]
impl SubAssign for Vec2 {
    fn sub_assign(&mut self, rhs: Vec2) {
        self.x -= rhs.x;
        self.y -= rhs.y;
    }
}
#[differentiate]
impl MulAssign<f64> for Vec2 {
    fn mul_assign(&mut self, s: f64) {
        self.x *= s;
        self.y *= s;
    }
}
impl Sum for Vec2 {
    fn sum<I: Iterator<Item = Vec2>>(iter: I) -> Vec2 {
        iter.fold(Vec2::default(), |a, b| a + b)
    }
}
impl From<(f64, f64)> for Vec2 {
    fn from((x, y): (f64, f64)) -> Self {
        Vec2 { x, y }
    }
}
#[differentiate]
impl Vec2 {
    pub const ZERO: Self = Self { x: 0.0, y: 0.0 };
    #[inline]
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }
    pub fn dot(self, o: Self) -> f64 {
        self.x * o.x + self.y * o.y
    }
    pub fn length(self) -> f64 {
        self.dot(self).sqrt()
    }
    pub fn perp(self) -> Self {
        Self::new(-self.y, self.x)
    }
    pub fn lerp(self, o: Self, t: f64) -> Self {
        self + (o - self) * t
    }
    pub fn rotated(self, angle: f64) -> Self {
        let (s, c) = angle.sin_cos();
        Self::new(c * self.x - s * self.y, s * self.x + c * self.y)
    }
    pub fn normalize_or_zero(self) -> Self {
        let l = self.length();
        if l > 1e-9 { self * l.recip() } else { Self::ZERO }
    }
}

#[differentiate]
fn centroid_energy(points: &[Vec2]) -> f64 {
    let c = points.iter().copied().sum::<Vec2>() * (1.0 / points.len() as f64);
    points.iter().map(|&p| (p - c).length()).sum()
}

// spring rope, verlet w/ constraints
#[derive(Clone, Copy, Debug, Differentiable)]
pub struct Particle {
    pos: Vec2,
    prev: Vec2,
    #[differentiable(skip)]
    pinned: bool,
}
#[derive(Clone, Debug, Differentiable)]
pub struct Rope {
    particles: Vec<Particle>,
    rest: f64,
    #[differentiable(skip)]
    iterations: usize,
}
#[differentiate]
impl Rope {
    pub fn new(start: Vec2, end: Vec2, n: usize) -> Self {
        let particles = (0..n)
            .map(|i| {
                let p = start.lerp(end, i as f64 / (n - 1) as f64);
                Particle { pos: p, prev: p, pinned: i == 0 }
            })
            .collect::<Vec<_>>();
        let rest = (end - start).length() / n as f64;
        Rope { particles, rest, iterations: 3 }
    }
    fn step(&mut self, gravity: Vec2, dt: f64) {
        for p in self.particles.iter_mut().filter(|p| !p.pinned) {
            let vel = p.pos - p.prev;
            p.prev = p.pos;
            p.pos += vel * 0.99 + gravity * dt * dt;
        }
        for _ in 0..self.iterations {
            self.relax();
        }
    }
    fn relax(&mut self) {
        for i in 1..self.particles.len() {
            let (left, right) = self.particles.split_at_mut(i);
            let a = &mut left[i - 1];
            let b = &mut right[0];
            let delta = b.pos - a.pos;
            let len = delta.length();
            let corr = delta * ((len - self.rest) / len);
            match (a.pinned, b.pinned) {
                (true, true) => {}
                (true, false) => b.pos -= corr,
                (false, true) => a.pos += corr,
                (false, false) => {
                    a.pos += corr * 0.5;
                    b.pos -= corr * 0.5;
                }
            }
        }
    }
}
#[differentiate]
fn rope_tip(start: Vec2, end: Vec2, g: f64) -> f64 {
    let mut rope = Rope::new(start, end, 4);
    for _ in 0..5 {
        rope.step(Vec2::new(0.0, -g), 0.1);
    }
    rope.particles.last().map(|p| p.pos.length()).unwrap_or(0.0)
}

// SDF with enum tree & Box
#[derive(Debug, Clone, Differentiable)]
pub enum Sdf {
    Circle { center: Vec2, radius: f64 },
    Rect { center: Vec2, half: Vec2 },
    Union(Box<Sdf>, Box<Sdf>),
    SmoothUnion { a: Box<Sdf>, b: Box<Sdf>, k: f64 },
    Not(Box<Sdf>),
    Translate(Vec2, Box<Sdf>),
}
#[differentiate]
impl Sdf {
    pub fn eval(&self, p: Vec2) -> f64 {
        match self {
            &Sdf::Circle { center, radius } => (p - center).length() - radius,
            Sdf::Rect { center, half } => {
                let d = p - *center;
                let (dx, dy) = (d.x.abs() - half.x, d.y.abs() - half.y);
                Vec2::new(dx.max(0.0), dy.max(0.0)).length() + dx.max(dy).min(0.0)
            }
            Self::Union(a, b) => a.eval(p).min(b.eval(p)),
            Self::SmoothUnion { a, b, k } => {
                let (da, db) = (a.eval(p), b.eval(p));
                let h = (0.5 + 0.5 * (db - da) / k).clamp(0.0, 1.0);
                db + (da - db) * h - k * h * (1.0 - h)
            }
            Sdf::Not(inner) => -inner.eval(p),
            Sdf::Translate(by, inner) => inner.eval(p - *by),
        }
    }
}
#[differentiate]
fn scene_cost(sdf: &Sdf, probes: &[Vec2]) -> f64 {
    probes.iter().map(|p| sdf.eval(*p)).map(|d| d * d).sum::<f64>().sqrt()
}
fn scene(v: &[f64]) -> Sdf {
    Sdf::SmoothUnion {
        a: Box::new(Sdf::Circle { center: Vec2::new(v[0], v[1]), radius: v[2] }),
        b: Box::new(Sdf::Translate(
            Vec2::new(v[3], v[4]),
            Box::new(Sdf::Union(
                Box::new(Sdf::Not(Box::new(Sdf::Rect { center: Vec2::new(v[5], v[6]), half: Vec2::new(v[7], v[8]) }))),
                Box::new(Sdf::Circle { center: Vec2::new(v[9], v[10]), radius: v[11] }),
            )),
        )),
        k: v[12],
    }
}

// easing
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Differentiable)]
pub enum Ease {
    Linear,
    InQuad,
    OutCubic,
    InOut(u8),
    Bounce,
}
#[differentiate]
impl Ease {
    pub fn apply(self, t: f64) -> f64 {
        use Ease::*;
        match self {
            Linear => t,
            InQuad => t * t,
            OutCubic => 1.0 - (1.0 - t).powi(3),
            InOut(p) if t < 0.5 => 0.5 * (2.0 * t).powi(p.into()),
            InOut(p) => 1.0 - 0.5 * (2.0 * (1.0 - t)).powi(i32::from(p)),
            Bounce => {
                const N: f64 = 7.5625;
                const D: f64 = 2.75;
                match t {
                    t if t < 1.0 / D => N * t * t,
                    t if t < 2.0 / D => {
                        let t = t - 1.5 / D;
                        N * t * t + 0.75
                    }
                    t if t < 2.5 / D => {
                        let t = t - 2.25 / D;
                        N * t * t + 0.9375
                    }
                    _ => {
                        let t = t - 2.625 / D;
                        N * t * t + 0.984375
                    }
                }
            }
        }
    }
}
#[differentiate]
fn animate(keys: &[(f64, f64)], times: &[f64]) -> f64 {
    let eases = [Ease::Linear, Ease::InQuad, Ease::OutCubic, Ease::InOut(3), Ease::Bounce];
    let mut total = 0.0;
    for (&t, ease) in times.iter().zip(eases.iter().cycle()) {
        let t = t.clamp(0.0, 0.999);
        let seg = (t * (keys.len() - 1) as f64) as usize;
        let local = t * (keys.len() - 1) as f64 - seg as f64;
        let (a, b) = (keys[seg], keys[seg + 1]);
        let e = ease.apply(local);
        total += (a.0 + (b.0 - a.0) * e) * (a.1 + (b.1 - a.1) * e);
    }
    total
}

// camera
#[derive(Clone, Copy, Debug, Differentiable)]
pub struct Mat4 {
    cols: [[f64; 4]; 4],
}
#[differentiate]
impl Mat4 {
    pub const IDENTITY: Mat4 = Mat4 { cols: [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]] };
    pub fn perspective(fovy: f64, aspect: f64, near: f64, far: f64) -> Mat4 {
        let f = 1.0 / (fovy / 2.0).tan();
        let mut m = Mat4 { cols: [[0.0; 4]; 4] };
        m.cols[0][0] = f / aspect;
        m.cols[1][1] = f;
        m.cols[2][2] = (far + near) / (near - far);
        m.cols[2][3] = -1.0;
        m.cols[3][2] = 2.0 * far * near / (near - far);
        m
    }
    pub fn rotation_y(a: f64) -> Mat4 {
        Mat4 { cols: [[a.cos(), 0.0, -a.sin(), 0.0], [0.0, 1.0, 0.0, 0.0], [a.sin(), 0.0, a.cos(), 0.0], [0.0, 0.0, 0.0, 1.0]] }
    }
    pub fn translation(t: [f64; 3]) -> Mat4 {
        let [x, y, z] = t;
        Mat4 { cols: [Self::IDENTITY.cols[0], Self::IDENTITY.cols[1], Self::IDENTITY.cols[2], [x, y, z, 1.0]] }
    }
    pub fn mul_vec(&self, v: [f64; 4]) -> [f64; 4] {
        std::array::from_fn(|r| (0..4).map(|c| self.cols[c][r] * v[c]).sum())
    }
}
#[differentiate]
impl Mul for Mat4 {
    type Output = Mat4;
    fn mul(self, rhs: Mat4) -> Mat4 {
        Mat4 { cols: rhs.cols.map(|c| self.mul_vec(c)) }
    }
}
#[differentiate(wrt(fov, yaw, t, obs))]
fn reprojection(fov: f64, yaw: f64, t: [f64; 3], pts: &[[f64; 3]], obs: &[[f64; 2]]) -> f64 {
    let vp = Mat4::perspective(fov, 1.5, 0.1, 100.0) * Mat4::rotation_y(yaw) * Mat4::translation(t);
    pts.iter()
        .zip(obs)
        .filter_map(|(&[x, y, z], o)| {
            let [cx, cy, _, w] = vp.mul_vec([x, y, z, 1.0]);
            if w.abs() < 1e-6 { None } else { Some((cx / w - o[0]).powi(2) + (cy / w - o[1]).powi(2)) }
        })
        .sum()
}

// component list
#[derive(Clone, Debug, Differentiable)]
enum Component {
    Thruster {
        dir: Vec2,
        power: f64,
    },
    Drag(f64),
    Magnet(Vec2),
    #[allow(unused)]
    Tag(#[differentiable(skip)] String),
}
#[derive(Clone, Debug, Differentiable)]
struct Entity {
    pos: Vec2,
    vel: Vec2,
    components: Vec<Component>,
}
#[differentiate]
fn simulate(mut e: Entity, dt: f64, ticks: usize) -> f64 {
    let mut tick = 0;
    let fuel = loop {
        if tick >= ticks {
            break e.vel.length();
        }
        let mut force = Vec2::ZERO;
        for c in &e.components {
            force += match c {
                Component::Thruster { dir, power } => dir.normalize_or_zero() * *power,
                Component::Drag(k) => e.vel * (-k * e.vel.length()),
                Component::Magnet(at) => {
                    let d = *at - e.pos;
                    d * (1.0 / (d.dot(d) + 0.2))
                }
                Component::Tag(_) => continue,
            };
        }
        e.vel += force * dt;
        e.pos += e.vel * dt;
        tick += 1;
    };
    fuel + e.pos.x * e.pos.y
}

// ROBOTICS: DH chain
#[derive(Clone, Copy, Debug, Differentiable)]
struct Dh {
    a: f64,
    alpha: f64,
    d: f64,
    theta: f64,
}
type T4 = [[f64; 4]; 4];
#[differentiate]
fn dh_matrix(&Dh { a, alpha, d, theta }: &Dh) -> T4 {
    let (st, ct) = theta.sin_cos();
    let (sa, ca) = alpha.sin_cos();
    [[ct, -st * ca, st * sa, a * ct], [st, ct * ca, -ct * sa, a * st], [0.0, sa, ca, d], [0.0, 0.0, 0.0, 1.0]]
}
#[differentiate]
fn matmul4(a: &T4, b: &T4) -> T4 {
    let mut out = [[0.0; 4]; 4];
    for (i, row) in out.iter_mut().enumerate() {
        for (j, cell) in row.iter_mut().enumerate() {
            *cell = (0..4).map(|k| a[i][k] * b[k][j]).sum();
        }
    }
    out
}
#[differentiate]
fn end_effector(chain: &[Dh], target: [f64; 3]) -> f64 {
    let eye: T4 = std::array::from_fn(|i| std::array::from_fn(|j| f64::from(u8::from(i == j))));
    let t = chain.iter().map(dh_matrix).fold(eye, |acc, m| matmul4(&acc, &m));
    let p = [t[0][3], t[1][3], t[2][3]];
    p.iter().zip(target).map(|(a, b)| (a - b).powi(2)).sum::<f64>()
}

// SE(3) exp
#[differentiate]
fn hat(w: [f64; 3]) -> [[f64; 3]; 3] {
    [[0.0, -w[2], w[1]], [w[2], 0.0, -w[0]], [-w[1], w[0], 0.0]]
}
#[differentiate]
fn mm(a: [[f64; 3]; 3], b: [[f64; 3]; 3]) -> [[f64; 3]; 3] {
    let mut c = [[0.0; 3]; 3];
    for i in 0..3 {
        for j in 0..3 {
            for k in 0..3 {
                c[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    c
}
#[differentiate]
fn se3_exp(xi: &[f64; 6]) -> ([[f64; 3]; 3], [f64; 3]) {
    let (rho, w) = xi.split_at(3);
    let theta2: f64 = w.iter().map(|x| x * x).sum();
    let theta = theta2.sqrt();
    let (a, b, c) = if theta < 1e-8 {
        (1.0 - theta2 / 6.0, 0.5 - theta2 / 24.0, 1.0 / 6.0 - theta2 / 120.0)
    } else {
        (theta.sin() / theta, (1.0 - theta.cos()) / theta2, (theta - theta.sin()) / (theta2 * theta))
    };
    let k = hat([w[0], w[1], w[2]]);
    let k2 = mm(k, k);
    let id = |i: usize, j: usize| if i == j { 1.0 } else { 0.0 };
    let mut r = [[0.0; 3]; 3];
    let mut v = [[0.0; 3]; 3];
    for i in 0..3 {
        for j in 0..3 {
            r[i][j] = id(i, j) + a * k[i][j] + b * k2[i][j];
            v[i][j] = id(i, j) + b * k[i][j] + c * k2[i][j];
        }
    }
    let t = [0, 1, 2].map(|i| v[i].iter().zip(rho).map(|(x, y)| x * y).sum::<f64>());
    (r, t)
}
#[differentiate]
fn icp(xi: &[f64; 6], src: &[[f64; 3]], dst: &[[f64; 3]]) -> f64 {
    let (r, t) = se3_exp(xi);
    let mut cost = 0.0;
    for p in src {
        let q: [f64; 3] = core::array::from_fn(|i| r[i][0] * p[0] + r[i][1] * p[1] + r[i][2] * p[2] + t[i]);
        let nearest = dst.iter().min_by(|a, b| {
            let da: f64 = a.iter().zip(&q).map(|(x, y)| (x - y).powi(2)).sum();
            let db: f64 = b.iter().zip(&q).map(|(x, y)| (x - y).powi(2)).sum();
            da.total_cmp(&db)
        });
        if let Some(n) = nearest {
            let e2: f64 = n.iter().zip(&q).map(|(x, y)| (x - y) * (x - y)).sum();
            cost += e2 / (1.0 + e2);
        }
    }
    cost
}

// pose graph
#[derive(Clone, Copy, Debug, Differentiable)]
struct Pose {
    x: f64,
    y: f64,
    th: f64,
}
enum Factor {
    Prior { id: usize, mean: Pose, sigma: f64 },
    Between(usize, usize, Pose),
    Range { from: usize, to: usize, r: f64 },
}
#[differentiate]
fn between(a: &Pose, b: &Pose) -> Pose {
    let dx = b.x - a.x;
    let dy = b.y - a.y;
    Pose { x: a.th.cos() * dx + a.th.sin() * dy, y: -a.th.sin() * dx + a.th.cos() * dy, th: wrap(b.th - a.th) }
}
#[differentiate]
fn wrap(a: f64) -> f64 {
    a.sin().atan2(a.cos())
}
#[differentiate(wrt(poses))]
fn graph_error(poses: &[Pose], factors: &[Factor]) -> f64 {
    let mut total = 0.0;
    for f in factors {
        total += match f {
            Factor::Prior { id, mean, sigma } => {
                let p = &poses[*id];
                ((p.x - mean.x).powi(2) + (p.y - mean.y).powi(2) + wrap(p.th - mean.th).powi(2)) / (sigma * sigma)
            }
            Factor::Between(i, j, z) => {
                let d = between(&poses[*i], &poses[*j]);
                (d.x - z.x).powi(2) + (d.y - z.y).powi(2) + wrap(d.th - z.th).powi(2)
            }
            &Factor::Range { from, to, r } => ((poses[from].x - poses[to].x).hypot(poses[from].y - poses[to].y) - r).powi(2),
        };
    }
    0.5 * total
}

// iLQR rollout with trait dynamics
#[differentiate]
trait Dynamics {
    fn f(&self, x: &[f64], u: f64) -> Vec<f64>;
}
#[derive(Clone, Debug, Differentiable)]
struct Cartpole {
    mc: f64,
    mp: f64,
    l: f64,
}
#[differentiate]
impl Dynamics for Cartpole {
    fn f(&self, x: &[f64], u: f64) -> Vec<f64> {
        let (s, c) = x[1].sin_cos();
        let tmp = (u + self.mp * self.l * x[3] * x[3] * s) / (self.mc + self.mp);
        let thacc = (9.81 * s - c * tmp) / (self.l * (4.0 / 3.0 - self.mp * c * c / (self.mc + self.mp)));
        let xacc = tmp - self.mp * self.l * thacc * c / (self.mc + self.mp);
        vec![x[2], x[3], xacc, thacc]
    }
}
#[differentiate]
fn rollout(model: &Cartpole, us: &[f64]) -> f64 {
    let mut x = vec![0.1, 0.3, 0.0, 0.0];
    let mut cost = 0.0;
    for &u in us {
        let dx = model.f(&x, u);
        x.iter_mut().zip(dx.iter()).for_each(|(xi, di)| *xi += 0.05 * di);
        cost += x[0].powi(2) + 10.0 * (1.0 - x[1].cos()) + 0.01 * u * u;
    }
    cost + 5.0 * x.iter().map(|v| v * v).sum::<f64>()
}
fn arr<const N: usize>(v: &[f64]) -> [f64; N] {
    v.try_into().unwrap()
}
fn v2s(v: &[f64]) -> Vec<Vec2> {
    v.chunks(2).map(|c| Vec2::new(c[0], c[1])).collect()
}
fn dhs(v: &[f64]) -> Vec<Dh> {
    v.chunks(4).map(|c| Dh { a: c[0], alpha: c[1], d: c[2], theta: c[3] }).collect()
}
fn poses(v: &[f64]) -> Vec<Pose> {
    v.chunks(3).map(|c| Pose { x: c[0], y: c[1], th: c[2] }).collect()
}

#[cfg(test)]
mod checks {
    use super::*;
    use crate::checked;

    checked!(centroid_energy centroid_energy_grad centroid_energy_vjp centroid_energy_jvp: 8, -1.0, 1.0, |v| (&v2s(v)));
    checked!(rope_tip rope_tip_grad rope_tip_vjp rope_tip_jvp: 5, 0.1, 1.0, |v| (Vec2::new(v[0], v[1]), Vec2::new(v[2] + 1.0, v[3]), v[4]));
    checked!(scene_cost scene_cost_grad scene_cost_vjp scene_cost_jvp: 17, 0.2, 1.0, |v| (&scene(v), &v2s(&v[13..])));
    checked!(animate animate_grad animate_vjp animate_jvp: 11, 0.05, 0.95, |v| (&[(v[0],v[1]),(v[2],v[3]),(v[4],v[5])], &v[6..]));
    checked!(reprojection reprojection_grad reprojection_vjp reprojection_jvp: 9, 0.2, 1.0, |v| (v[0], v[1], arr(&v[2..5]), &[[0.3,0.4,-5.0],[-1.0,0.2,-4.0]], &[arr(&v[5..7]), arr(&v[7..])]));
    checked!(simulate simulate_grad simulate_vjp simulate_jvp: 11, 0.1, 1.0, |v| (Entity{pos:Vec2::new(v[0],v[1]),vel:Vec2::new(v[2],v[3]),components:vec![Component::Thruster{dir:Vec2::new(v[4],v[5]),power:v[6]},Component::Tag("a".into()),Component::Drag(v[7]),Component::Magnet(Vec2::new(v[8],v[9]))]}, v[10], 4));
    checked!(end_effector end_effector_grad end_effector_vjp end_effector_jvp: 15, -1.0, 1.0, |v| (&dhs(&v[..12]), arr(&v[12..])));
    checked!(icp icp_grad icp_vjp icp_jvp: 18, -1.0, 1.0, |v| (&arr(&v[..6]), &[arr(&v[6..9]), arr(&v[9..12])], &[arr(&v[12..15]), arr(&v[15..18])]));
    checked!(graph_error graph_error_grad graph_error_vjp graph_error_jvp: 9, -1.0, 1.0, |v| (&poses(v), &[Factor::Prior{id:0,mean:Pose{x:0.1,y:0.2,th:0.3},sigma:0.5}, Factor::Between(0,1,Pose{x:1.0,y:0.0,th:0.2}), Factor::Range{from:1,to:2,r:0.7}]));
    checked!(rollout rollout_grad rollout_vjp rollout_jvp: 6, 0.2, 1.0, |v| (&Cartpole{mc:v[0],mp:v[1],l:v[2]}, &v[3..]));
}
