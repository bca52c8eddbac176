//! Robotics.
use autodiff_core::{Differentiable, differentiate};
use std::ops::{Index, Mul};

type Mat4 = [[f64; 4]; 4];

const IDENTITY: Mat4 = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]];

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
enum Joint {
    Revolute,
    Prismatic,
}

#[derive(Clone, Debug, Differentiable)]
struct DhLink {
    pub a: f64,
    pub alpha: f64,
    pub d: f64,
    pub theta: f64,
    pub joint: Joint,
}

#[differentiate]
fn mat_mul(a: &Mat4, b: &Mat4) -> Mat4 {
    let mut c = [[0.0; 4]; 4];
    for (i, row) in a.iter().enumerate() {
        for j in 0..4 {
            c[i][j] = row.iter().enumerate().map(|(k, v)| v * b[k][j]).sum();
        }
    }
    c
}

impl DhLink {
    #[differentiate]
    fn transform(&self, q: f64) -> Mat4 {
        let (theta, d) = match self.joint {
            Joint::Revolute => (self.theta + q, self.d),
            Joint::Prismatic => (self.theta, self.d + q),
        };
        let (st, ct) = theta.sin_cos();
        let (sa, ca) = self.alpha.sin_cos();
        [[ct, -st * ca, st * sa, self.a * ct], [st, ct * ca, -ct * sa, self.a * st], [0.0, sa, ca, d], [0.0, 0.0, 0.0, 1.0]]
    }
}

#[differentiate]
fn forward_kinematics(links: &[DhLink], q: &[f64]) -> Mat4 {
    links.iter().zip(q).fold(IDENTITY, |t, (link, &qi)| mat_mul(&t, &link.transform(qi)))
}

#[differentiate]
fn ik_cost(q: &[f64], links: &[DhLink], target: &[f64; 3], limits: &[(f64, f64)]) -> f64 {
    let t = forward_kinematics(links, q);
    let mut cost = 0.0;
    for i in 0..3 {
        cost += (t[i][3] - target[i]).powi(2);
    }
    for (qi, &(lo, hi)) in q.iter().zip(limits) {
        if *qi < lo {
            cost += 10.0 * (lo - qi).powi(2);
        } else if *qi > hi {
            cost += 10.0 * (qi - hi).powi(2);
        }
    }
    cost
}

/// Inverse kinematics of a planar arm by damped Gauss-Newton; end-effector error after it.
#[differentiate]
fn planar_ik(lengths: [f64; 2], target: (f64, f64), damping: f64, iters: usize) -> f64 {
    let [l1, l2] = lengths;
    let (tx, ty) = target;
    let mut q: [f64; 2] = [0.3, 0.5];
    for _ in 0..iters {
        let s1 = q[0].sin();
        let c1 = q[0].cos();
        let s12 = (q[0] + q[1]).sin();
        let c12 = (q[0] + q[1]).cos();
        let ex = tx - (l1 * c1 + l2 * c12);
        let ey = ty - (l1 * s1 + l2 * s12);
        let j = [[-l1 * s1 - l2 * s12, -l2 * s12], [l1 * c1 + l2 * c12, l2 * c12]];
        let a11 = j[0][0] * j[0][0] + j[1][0] * j[1][0] + damping;
        let a12 = j[0][0] * j[0][1] + j[1][0] * j[1][1];
        let a22 = j[0][1] * j[0][1] + j[1][1] * j[1][1] + damping;
        let b1 = j[0][0] * ex + j[1][0] * ey;
        let b2 = j[0][1] * ex + j[1][1] * ey;
        let det = a11 * a22 - a12 * a12;
        q = [q[0] + (a22 * b1 - a12 * b2) / det, q[1] + (a11 * b2 - a12 * b1) / det];
    }
    let ex = tx - (l1 * q[0].cos() + l2 * (q[0] + q[1]).cos());
    let ey = ty - (l1 * q[0].sin() + l2 * (q[0] + q[1]).sin());
    ex * ex + ey * ey + 0.01 * (q[0].powi(2) + q[1].powi(2))
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Matrix<const R: usize, const C: usize> {
    data: [[f64; C]; R],
}

impl<const R: usize, const C: usize> Matrix<R, C> {
    fn zeros() -> Self {
        Matrix { data: [[0.0; C]; R] }
    }
    #[differentiate]
    fn transpose(&self) -> Matrix<C, R> {
        let mut out = Matrix::<C, R>::zeros();
        for i in 0..R {
            for j in 0..C {
                out.data[j][i] = self.data[i][j];
            }
        }
        out
    }
    #[differentiate]
    fn times<const K: usize>(&self, other: &Matrix<C, K>) -> Matrix<R, K> {
        let mut out = Matrix { data: [[0.0; K]; R] };
        for i in 0..R {
            for j in 0..K {
                for k in 0..C {
                    out.data[i][j] += self.data[i][k] * other.data[k][j];
                }
            }
        }
        out
    }
    #[differentiate]
    fn plus(mut self, other: &Self) -> Self {
        for (row, o) in self.data.iter_mut().zip(other.data.iter()) {
            for (a, b) in row.iter_mut().zip(o.iter()) {
                *a += *b;
            }
        }
        self
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Ekf {
    state: [f64; 3],
    cov: Matrix<3, 3>,
}

impl Ekf {
    /// Unicycle model.
    #[differentiate]
    fn predict(&mut self, v: f64, w: f64, dt: f64, q: f64) {
        let [x, y, th] = self.state;
        self.state = [x + v * dt * th.cos(), y + v * dt * th.sin(), th + w * dt];
        let f = Matrix { data: [[1.0, 0.0, -v * dt * th.sin()], [0.0, 1.0, v * dt * th.cos()], [0.0, 0.0, 1.0]] };
        let noise = Matrix { data: [[q, 0.0, 0.0], [0.0, q, 0.0], [0.0, 0.0, 0.1 * q]] };
        self.cov = f.times(&self.cov).times(&f.transpose()).plus(&noise);
    }

    /// Range to a beacon; returns the log-likelihood of the innovation.
    #[differentiate]
    fn update(&mut self, beacon: (f64, f64), range: f64, r: f64) -> f64 {
        let dx = self.state[0] - beacon.0;
        let dy = self.state[1] - beacon.1;
        let predicted = (dx * dx + dy * dy).sqrt();
        let h = Matrix { data: [[dx / predicted, dy / predicted, 0.0]] };
        let ph = self.cov.times(&h.transpose());
        let s = h.times(&ph).data[0][0] + r;
        let innovation = range - predicted;
        let gain = [ph.data[0][0] / s, ph.data[1][0] / s, ph.data[2][0] / s];
        for i in 0..3 {
            self.state[i] += gain[i] * innovation;
            for j in 0..3 {
                self.cov.data[i][j] -= gain[i] * ph.data[j][0];
            }
        }
        -0.5 * (innovation * innovation / s + s.ln())
    }
}

#[differentiate]
fn ekf_likelihood(q: f64, r: f64, controls: &[(f64, f64)], ranges: &[f64]) -> f64 {
    let mut filter = Ekf { state: [0.0; 3], cov: Matrix { data: [[0.1, 0.0, 0.0], [0.0, 0.1, 0.0], [0.0, 0.0, 0.05]] } };
    let beacons = [(2.0, 1.0), (-1.0, 3.0)];
    let mut ll = 0.0;
    for (i, ((v, w), range)) in controls.iter().zip(ranges).enumerate() {
        filter.predict(*v, *w, 0.1, q);
        ll += filter.update(beacons[i % 2], *range, r);
    }
    ll
}

#[derive(Clone, Copy, Debug, Default, Differentiable)]
struct Pose2 {
    x: f64,
    y: f64,
    theta: f64,
}

#[differentiate]
fn wrap(a: f64) -> f64 {
    let two_pi = 2.0 * std::f64::consts::PI;
    a - two_pi * (a / two_pi).round()
}

impl Pose2 {
    #[differentiate]
    fn between(&self, other: &Pose2) -> Pose2 {
        let (s, c) = self.theta.sin_cos();
        let (dx, dy) = (other.x - self.x, other.y - self.y);
        Pose2 { x: c * dx + s * dy, y: -s * dx + c * dy, theta: wrap(other.theta - self.theta) }
    }
}

#[differentiate]
impl Mul<&Pose2> for &Pose2 {
    type Output = Pose2;
    fn mul(self, o: &Pose2) -> Pose2 {
        let (s, c) = self.theta.sin_cos();
        Pose2 { x: self.x + c * o.x - s * o.y, y: self.y + s * o.x + c * o.y, theta: wrap(self.theta + o.theta) }
    }
}

#[derive(Debug, Clone, Differentiable)]
struct Edge {
    from: usize,
    to: usize,
    weight: u32,
}

/// Pose graph error with a prior on the first pose.
#[differentiate]
fn pose_graph_error(poses: &[Pose2], edges: &[Edge], measurements: &[Pose2]) -> f64 {
    let mut chi2 = poses[0].x.powi(2) + poses[0].y.powi(2) + poses[0].theta.powi(2);
    for (edge, z) in edges.iter().zip(measurements.iter()) {
        let predicted = poses[edge.from].between(&poses[edge.to]);
        let err = z.between(&predicted);
        let w = edge.weight as f64;
        chi2 += w * (err.x * err.x + err.y * err.y) + 2.0 * w * err.theta * err.theta;
    }
    chi2
}

/// Odometry composed by operator.
#[differentiate]
fn dead_reckoning(steps: &[Pose2], goal: Pose2) -> f64 {
    let mut pose = Pose2::default();
    for step in steps {
        pose = &pose * step;
    }
    let e = goal.between(&pose);
    e.x.hypot(e.y) + e.theta.abs()
}

/// Spring-damper contact with Coulomb friction, smoothed.
#[differentiate]
fn contact_force(height: f64, vz: f64, vx: f64, k: f64, mu: f64) -> (f64, f64) {
    if height >= 0.0 {
        return (0.0, 0.0);
    }
    let depth = -height;
    let normal = (k * depth.powf(1.5) * (1.0 - 0.5 * vz)).max(0.0);
    let tangential = -mu * normal * (vx / 0.1).tanh();
    (normal, tangential)
}

#[differentiate]
fn hopper_distance(v0: f64, stiffness: f64, mu: f64, steps: usize) -> f64 {
    let (mut x, mut z, mut vx, mut vz) = (0.0, 0.3, v0, 0.0);
    let dt = 0.01;
    for _ in 0..steps {
        let (normal, tangential) = contact_force(z, vz, vx, stiffness, mu);
        vz += dt * (normal - 9.81);
        vx += dt * tangential;
        x += dt * vx;
        z += dt * vz;
    }
    x + 0.1 * z
}

#[derive(Clone, Debug, Differentiable)]
struct Trajectory {
    pub coefficients: Vec<[f64; 4]>,
    pub durations: Vec<f64>,
}

impl Index<usize> for Trajectory {
    type Output = [f64; 4];
    fn index(&self, i: usize) -> &[f64; 4] {
        &self.coefficients[i]
    }
}

/// Jerk and length of a piecewise cubic.
#[differentiate]
fn trajectory_cost(tr: &Trajectory, samples: usize) -> f64 {
    let mut cost = 0.0;
    for (c, &h) in tr.coefficients.iter().zip(&tr.durations) {
        let jerk = 6.0 * c[3];
        cost += jerk * jerk * h;
        let mut k = 0;
        while k < samples {
            let t = h * (k as f64 + 0.5) / samples as f64;
            let velocity = c[1] + t * (2.0 * c[2] + t * 3.0 * c[3]);
            cost += (1.0 + velocity * velocity).sqrt() * h / samples as f64;
            k += 1;
        }
    }
    cost + tr.durations.iter().map(|h| 1.0 / h).sum::<f64>()
}

mod checks {
    use super::*;
    use crate::checked;
    fn links(v: &[f64]) -> Vec<DhLink> {
        vec![
            DhLink { a: v[0], alpha: v[1], d: v[2], theta: v[3], joint: Joint::Revolute },
            DhLink { a: v[4], alpha: v[5], d: v[6], theta: v[7], joint: Joint::Prismatic },
            DhLink { a: v[8], alpha: v[9], d: v[10], theta: v[11], joint: Joint::Revolute },
        ]
    }
    fn poses(v: &[f64]) -> Vec<Pose2> {
        v.chunks(3).map(|c| Pose2 { x: c[0], y: c[1], theta: c[2] }).collect()
    }
    fn edges() -> Vec<Edge> {
        vec![Edge { from: 0, to: 1, weight: 1 }, Edge { from: 1, to: 2, weight: 3 }, Edge { from: 2, to: 0, weight: 2 }]
    }
    checked!(ik_cost ik_cost_grad ik_cost_vjp ik_cost_jvp: 3 + 12 + 3 + 6, -1., 1.,
        |v| (&v[0..3], &links(&v[3..15]), &[v[15], v[16], v[17]], &[(v[18], v[19] + 0.3), (v[20], v[21] + 0.3), (v[22] - 1., v[23] + 1.)]));
    checked!(planar_ik planar_ik_grad planar_ik_vjp planar_ik_jvp: 5, 0.5, 1.,
        |v| ([v[0], v[1]], (v[2], v[3]), v[4], 4),
        d => ([d[0], d[1]], (d[2], d[3]), d[4]));
    checked!(ekf_likelihood ekf_likelihood_grad ekf_likelihood_vjp ekf_likelihood_jvp: 11, 0.1, 1.,
        |v| (v[0], v[1], &[(v[2], v[3]), (v[4], v[5]), (v[6], v[7])], &v[8..11]));
    checked!(pose_graph_error pose_graph_error_grad pose_graph_error_vjp pose_graph_error_jvp: 18, -1., 1.,
        |v| (&poses(&v[0..9]), &edges(), &poses(&v[9..18])));
    checked!(dead_reckoning dead_reckoning_grad dead_reckoning_vjp dead_reckoning_jvp: 12, -1., 1.,
        |v| (&poses(&v[0..9]), poses(&v[9..12])[0]));
    checked!(hopper_distance hopper_distance_grad hopper_distance_vjp hopper_distance_jvp: 3, 0.5, 1.,
        |v| (v[0], v[1] + 500.0, v[2], 60));
    fn tr(v: &[f64]) -> Trajectory {
        Trajectory { coefficients: vec![[v[0], v[1], v[2], v[3]], [v[4], v[5], v[6], v[7]]], durations: vec![v[8], v[9]] }
    }
    checked!(trajectory_cost trajectory_cost_grad trajectory_cost_vjp trajectory_cost_jvp: 10, 0.2, 1.,
        |v| (&tr(v), 5));
}
