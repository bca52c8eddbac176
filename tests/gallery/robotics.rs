//! Kinematics, control and estimation.

use autodiff_core::{Differentiable, differentiate};

type Mat4 = [[f64; 4]; 4];

const IDENTITY: Mat4 = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]];

// A planar arm.

#[differentiate]
pub fn end_effector(angles: &[f64], lengths: &[f64]) -> (f64, f64) {
    let mut heading = 0.0;
    let (mut x, mut y) = (0.0, 0.0);
    for (angle, length) in angles.iter().zip(lengths) {
        heading += angle;
        let (s, c) = f64::sin_cos(heading);
        x += length * c;
        y += length * s;
    }
    (x, y)
}

/// Distance to the goal, soft joint limits and a preference for small angles.
#[differentiate]
pub fn inverse_kinematics_cost(angles: &[f64], lengths: &[f64], goal: (f64, f64), limit: f64) -> f64 {
    let (x, y) = end_effector(angles, lengths);
    let reach = (x - goal.0).powi(2) + (y - goal.1).powi(2);
    let limits = angles.iter().fold(0.0, |acc, a| {
        let over = a.abs() - limit;
        if over > 0.0 { acc + over * over } else { acc }
    });
    let effort: f64 = angles.iter().map(|&a| a * a).sum();
    reach + 10.0 * limits + 1e-2 * effort
}

// Denavit-Hartenberg chains.

#[derive(Clone, Copy, Debug, Differentiable)]
pub struct Link {
    pub a: f64,
    pub alpha: f64,
    pub d: f64,
    pub theta: f64,
    pub prismatic: bool,
}

impl Link {
    #[differentiate]
    fn transform(&self, q: f64) -> Mat4 {
        let (theta, d) = if self.prismatic { (self.theta, self.d + q) } else { (self.theta + q, self.d) };
        let (st, ct) = theta.sin_cos();
        let (sa, ca) = self.alpha.sin_cos();
        [[ct, -st * ca, st * sa, self.a * ct], [st, ct * ca, -ct * sa, self.a * st], [0.0, sa, ca, d], [0.0, 0.0, 0.0, 1.0]]
    }
}

#[differentiate]
fn matmul4(a: &Mat4, b: &Mat4) -> Mat4 {
    let mut out = [[0.0; 4]; 4];
    for i in 0..4 {
        for j in 0..4 {
            for k in 0..4 {
                out[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    out
}

#[differentiate]
pub fn tool_distance(links: &[Link], q: &[f64], target: [f64; 3]) -> f64 {
    let mut pose = IDENTITY;
    for (i, link) in links.iter().enumerate() {
        pose = matmul4(&pose, &link.transform(q[i]));
    }
    let mut sum = 0.0;
    for (row, t) in pose.iter().zip(target) {
        sum += (row[3] - t).powi(2);
    }
    sum.sqrt()
}

// Kalman filter with constant velocity.

#[derive(Clone, Copy, Debug, Differentiable)]
pub struct Noise {
    pub process: f64,
    pub measurement: f64,
}

/// One prediction and one update; returns the state, its covariance and the log-likelihood.
#[differentiate]
fn kalman_step(mut x: [f64; 2], p: [[f64; 2]; 2], z: f64, dt: f64, noise: &Noise) -> ([f64; 2], [[f64; 2]; 2], f64) {
    // Prediction.
    x[0] += dt * x[1];
    let q = noise.process;
    let p01 = p[0][1] + dt * p[1][1];
    let p = [
        [p[0][0] + dt * (p[1][0] + p01) + q * dt.powi(3) / 3.0, p01 + q * dt * dt / 2.0],
        [p[1][0] + dt * p[1][1] + q * dt * dt / 2.0, p[1][1] + q * dt],
    ];
    // Update with the measured position.
    let innovation = z - x[0];
    let s = p[0][0] + noise.measurement;
    let gain = [p[0][0] / s, p[1][0] / s];
    let x = [x[0] + gain[0] * innovation, x[1] + gain[1] * innovation];
    let mut updated = p;
    for (i, row) in updated.iter_mut().enumerate() {
        for (j, entry) in row.iter_mut().enumerate() {
            *entry -= gain[i] * p[0][j];
        }
    }
    let log_likelihood = -0.5 * ((std::f64::consts::TAU * s).ln() + innovation * innovation / s);
    (x, updated, log_likelihood)
}

#[differentiate]
pub fn kalman_nll(measurements: &[f64], x0: [f64; 2], noise: &Noise, dt: f64) -> f64 {
    let mut x = x0;
    let mut p = [[1.0, 0.0], [0.0, 1.0]];
    let mut total = 0.0;
    for &z in measurements {
        let (new_x, new_p, log_likelihood) = kalman_step(x, p, z, dt, noise);
        x = new_x;
        p = new_p;
        total -= log_likelihood;
    }
    total
}

// A saturated PID loop round a first-order plant.

#[derive(Clone, Debug, Default, Differentiable)]
pub struct Pid {
    pub kp: f64,
    pub ki: f64,
    pub kd: f64,
    integral: f64,
    last_error: f64,
}

impl Pid {
    #[differentiate]
    fn update(&mut self, error: f64, dt: f64) -> f64 {
        self.integral += error * dt;
        let slope = (error - self.last_error) / dt;
        self.last_error = error;
        self.kp * error + self.ki * self.integral + self.kd * slope
    }
}

#[differentiate]
pub fn tracking_cost(kp: f64, ki: f64, kd: f64, time_constant: f64, reference: &[f64]) -> f64 {
    let dt = 0.05;
    let mut pid = Pid { kp, ki, kd, integral: 0.0, last_error: 0.0 };
    let mut y = 0.0;
    let mut cost = 0.0;
    for r in reference {
        let error = r - y;
        let u = pid.update(error, dt).clamp(-5.0, 5.0);
        y += dt * (u - y) / time_constant;
        cost += dt * (error * error + 1e-3 * u * u);
    }
    cost
}

// Rotation by a quaternion.

#[derive(Clone, Copy, Debug, Differentiable)]
pub struct Quaternion {
    pub w: f64,
    pub v: [f64; 3],
}

#[differentiate]
fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

impl Quaternion {
    #[differentiate]
    pub fn normalized(self) -> Self {
        let n = (self.w * self.w + self.v.iter().map(|c| c * c).sum::<f64>()).sqrt();
        let v: [f64; 3] = self.v;
        Self { w: self.w / n, v: v.map(|c| c / n) }
    }

    #[differentiate]
    pub fn rotate(&self, p: [f64; 3]) -> [f64; 3] {
        let t: [f64; 3] = cross(self.v, p);
        let t = t.map(|c| 2.0 * c);
        let u = cross(self.v, t);
        std::array::from_fn(|i| p[i] + self.w * t[i] + u[i])
    }
}

/// Wahba's problem: how far a rotation takes one set of directions from another.
#[differentiate]
pub fn attitude_loss(q: Quaternion, pairs: &[([f64; 3], [f64; 3])], weights: &[f64]) -> f64 {
    let q = q.normalized();
    pairs
        .iter()
        .zip(weights)
        .map(|((body, inertial), w)| {
            let turned = q.rotate(*body);
            let miss: f64 = (0..3).map(|k| (turned[k] - inertial[k]).powi(2)).sum();
            0.5 * w * miss
        })
        .sum()
}

// A kinematic bicycle following waypoints.

#[derive(Clone, Copy, Debug, Differentiable)]
pub struct Car {
    pub x: f64,
    pub y: f64,
    pub heading: f64,
    pub speed: f64,
}

#[differentiate]
fn drive(car: Car, accel: f64, steer: f64, wheelbase: f64, dt: f64) -> Car {
    let beta = (0.5 * steer.tan()).atan();
    Car {
        x: car.x + dt * car.speed * (car.heading + beta).cos(),
        y: car.y + dt * car.speed * (car.heading + beta).sin(),
        heading: car.heading + dt * car.speed / wheelbase * beta.sin() * 2.0,
        speed: (car.speed + dt * accel).max(0.0),
    }
}

#[differentiate]
pub fn trajectory_cost(start: Car, controls: &[(f64, f64)], waypoints: &[[f64; 2]], wheelbase: f64) -> f64 {
    let mut car = start;
    let mut cost = 0.0;
    for (&(accel, steer), [wx, wy]) in controls.iter().zip(waypoints) {
        car = drive(car, accel, steer, wheelbase, 0.1);
        cost += (car.x - wx).powi(2) + (car.y - wy).powi(2);
        cost += 0.1 * accel * accel + steer * steer;
    }
    // Smooth steering.
    let jerk: f64 = controls.windows(2).map(|pair| (pair[1].1 - pair[0].1).powi(2)).sum();
    cost + 5.0 * jerk
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{assert_close, assert_same_bits, numeric_gradient};

    #[test]
    fn planar_arm() {
        let x = [0.3, -0.8, 1.2, 1.0, 0.7, 0.4];
        let ((px, py), (angles, lengths)) = end_effector_vjp(&x[..3], &x[3..], (1.5, -0.5));
        let want = end_effector(&x[..3], &x[3..]);
        assert_same_bits("end_effector", px, want.0);
        assert_same_bits("end_effector", py, want.1);
        let f = |x: &[f64]| {
            let (px, py) = end_effector(&x[..3], &x[3..]);
            1.5 * px - 0.5 * py
        };
        assert_close("end_effector", &[angles, lengths].concat(), &numeric_gradient(f, &x), 1e-8);
    }

    #[test]
    fn inverse_kinematics() {
        let x = [0.3, -1.8, 1.2, 1.0, 0.7, 0.4, 0.9, 1.1, 1.5];
        let f = |x: &[f64]| inverse_kinematics_cost(&x[..3], &x[3..6], (x[6], x[7]), x[8]);
        let (value, (angles, lengths, goal, limit)) = inverse_kinematics_cost_grad(&x[..3], &x[3..6], (x[6], x[7]), x[8]);
        assert_same_bits("inverse_kinematics_cost", value, f(&x));
        assert_close("inverse_kinematics_cost", &[angles, lengths, vec![goal.0, goal.1, limit]].concat(), &numeric_gradient(f, &x), 1e-7);
    }

    #[test]
    fn denavit_hartenberg() {
        let x = [
            0.1, 1.57, 0.4, 0.2, 0.5, -0.3, 0.1, -0.4, 0.3, 0.7, 0.2, 0.6, // links
            0.4, -0.9, 0.25, // joints
            0.3, 0.5, 0.8, // target
        ];
        let links = |x: &[f64]| -> Vec<Link> {
            x[..12].chunks(4).enumerate().map(|(i, c)| Link { a: c[0], alpha: c[1], d: c[2], theta: c[3], prismatic: i == 2 }).collect()
        };
        let f = |x: &[f64]| tool_distance(&links(x), &x[12..15], [x[15], x[16], x[17]]);
        let (value, (links_bar, q, target)) = tool_distance_grad(&links(&x), &x[12..15], [x[15], x[16], x[17]]);
        assert_same_bits("tool_distance", value, f(&x));
        let mut got: Vec<f64> = links_bar.iter().flat_map(|l| [l.a, l.alpha, l.d, l.theta]).collect();
        got.extend(q);
        got.extend(target);
        assert_close("tool_distance", &got, &numeric_gradient(f, &x), 1e-7);
    }

    #[test]
    fn kalman_filter() {
        let x = [0.1, 0.9, 2.2, 2.8, 4.3, 0.0, 1.0, 0.3, 0.5, 1.1];
        let noise = |x: &[f64]| Noise { process: x[7], measurement: x[8] };
        let f = |x: &[f64]| kalman_nll(&x[..5], [x[5], x[6]], &noise(x), x[9]);
        let (value, (measurements, x0, noise_bar, dt)) = kalman_nll_grad(&x[..5], [x[5], x[6]], &noise(&x), x[9]);
        assert_same_bits("kalman_nll", value, f(&x));
        let mut got = measurements;
        got.extend(x0);
        got.extend([noise_bar.process, noise_bar.measurement, dt]);
        assert_close("kalman_nll", &got, &numeric_gradient(f, &x), 1e-7);
    }

    #[test]
    fn pid_loop() {
        let reference = [1.0, 1.0, 1.2, 1.4, 1.1, 0.6, 0.5, 0.5];
        // The second set of gains saturates the actuator.
        for gains in [[1.5, 0.8, 0.02, 0.4], [4.0, 1.0, 0.3, 0.3]] {
            let x: Vec<f64> = gains.iter().chain(&reference).copied().collect();
            let f = |x: &[f64]| tracking_cost(x[0], x[1], x[2], x[3], &x[4..]);
            let (value, (kp, ki, kd, time_constant, reference_bar)) = tracking_cost_grad(x[0], x[1], x[2], x[3], &x[4..]);
            assert_same_bits("tracking_cost", value, f(&x));
            let got = [vec![kp, ki, kd, time_constant], reference_bar].concat();
            assert_close("tracking_cost", &got, &numeric_gradient(f, &x), 1e-7);
        }
    }

    #[test]
    fn attitude() {
        let x = [
            0.9, 0.1, -0.3, 0.2, // quaternion
            1.0, 0.0, 0.1, 0.8, 0.5, 0.3, // first pair
            0.0, 1.0, -0.2, -0.4, 0.9, 0.1, // second pair
            1.0, 2.5,
        ];
        let q = |x: &[f64]| Quaternion { w: x[0], v: [x[1], x[2], x[3]] };
        let pairs =
            |x: &[f64]| -> Vec<([f64; 3], [f64; 3])> { x[4..16].chunks(6).map(|c| ([c[0], c[1], c[2]], [c[3], c[4], c[5]])).collect() };
        let f = |x: &[f64]| attitude_loss(q(x), &pairs(x), &x[16..]);
        let (value, (q_bar, pairs_bar, weights)) = attitude_loss_grad(q(&x), &pairs(&x), &x[16..]);
        assert_same_bits("attitude_loss", value, f(&x));
        let mut got = vec![q_bar.w];
        got.extend(q_bar.v);
        for (body, inertial) in pairs_bar {
            got.extend(body);
            got.extend(inertial);
        }
        got.extend(weights);
        assert_close("attitude_loss", &got, &numeric_gradient(f, &x), 1e-7);
    }

    #[test]
    fn bicycle() {
        let x = [
            0.0, 0.1, 0.2, 3.0, // start
            0.5, 0.1, -0.2, 0.15, 0.3, -0.05, // controls
            0.3, 0.2, 0.6, 0.3, 0.9, 0.35, // waypoints
            2.7,
        ];
        let start = |x: &[f64]| Car { x: x[0], y: x[1], heading: x[2], speed: x[3] };
        let controls = |x: &[f64]| -> Vec<(f64, f64)> { x[4..10].chunks(2).map(|c| (c[0], c[1])).collect() };
        let waypoints = |x: &[f64]| -> Vec<[f64; 2]> { x[10..16].chunks(2).map(|c| [c[0], c[1]]).collect() };
        let f = |x: &[f64]| trajectory_cost(start(x), &controls(x), &waypoints(x), x[16]);
        let (value, (car, controls_bar, waypoints_bar, wheelbase)) = trajectory_cost_grad(start(&x), &controls(&x), &waypoints(&x), x[16]);
        assert_same_bits("trajectory_cost", value, f(&x));
        let mut got = vec![car.x, car.y, car.heading, car.speed];
        got.extend(controls_bar.iter().flat_map(|c| [c.0, c.1]));
        got.extend(waypoints_bar.concat());
        got.push(wheelbase);
        assert_close("trajectory_cost", &got, &numeric_gradient(f, &x), 1e-7);
    }
}
