//! Control and robotics.

use crate::case;
use autodiff_core::{Differentiable, differentiate};

type Mat<const R: usize, const C: usize> = [[f64; C]; R];

#[differentiate]
fn matmul<const R: usize, const K: usize, const C: usize>(a: &Mat<R, K>, b: &Mat<K, C>) -> Mat<R, C> {
    let mut out = [[0.0; C]; R];
    for i in 0..R {
        for j in 0..C {
            for k in 0..K {
                out[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    out
}

#[differentiate]
fn transpose<const R: usize, const C: usize>(a: &Mat<R, C>) -> Mat<C, R> {
    let mut out = [[0.0; R]; C];
    for (i, row) in a.iter().enumerate() {
        for (j, v) in row.iter().enumerate() {
            out[j][i] = *v;
        }
    }
    out
}

#[differentiate]
fn kalman_step(x: &[f64; 2], p: &Mat<2, 2>, z: f64, dt: f64, q: f64, r: f64) -> f64 {
    let f = [[1.0, dt], [0.0, 1.0]];
    let xp = [x[0] + dt * x[1], x[1]];
    let mut pp = matmul(&matmul(&f, p), &transpose(&f));
    pp[0][0] += q;
    pp[1][1] += q;
    let s = pp[0][0] + r;
    let k = [pp[0][0] / s, pp[1][0] / s];
    let innovation = z - xp[0];
    let x_new = [xp[0] + k[0] * innovation, xp[1] + k[1] * innovation];
    0.5 * (s.ln() + innovation * innovation / s) + x_new[1]
}

#[derive(Clone, Debug, Differentiable)]
struct Pid {
    kp: f64,
    ki: f64,
    kd: f64,
    integral: f64,
    previous: Option<f64>,
    limit: f64,
}

impl Pid {
    #[differentiate]
    fn update(&mut self, error: f64, dt: f64) -> f64 {
        self.integral = (self.integral + error * dt).clamp(-self.limit, self.limit);
        let derivative = match self.previous {
            Some(p) => (error - p) / dt,
            None => 0.0,
        };
        self.previous = Some(error);
        self.kp * error + self.ki * self.integral + self.kd * derivative
    }
}

#[differentiate]
fn closed_loop(kp: f64, ki: f64, kd: f64, target: f64) -> f64 {
    let mut pid = Pid { kp, ki, kd, integral: 0.0, previous: None, limit: 10.0 };
    let (mut y, mut v) = (0.0, 0.0);
    let dt = 0.05;
    let mut cost = 0.0;
    for _ in 0..20 {
        let e = target - y;
        let u = pid.update(e, dt);
        v += dt * (u - 0.5 * v - y);
        y += dt * v;
        cost += dt * (e * e + 0.01 * u * u);
    }
    cost
}

#[differentiate]
fn dh_transform(theta: f64, d: f64, a: f64, alpha: f64) -> Mat<4, 4> {
    let (st, ct) = theta.sin_cos();
    let (sa, ca) = alpha.sin_cos();
    [[ct, -st * ca, st * sa, a * ct], [st, ct * ca, -ct * sa, a * st], [0.0, sa, ca, d], [0.0, 0.0, 0.0, 1.0]]
}

#[differentiate]
fn forward_kinematics(q: &[f64], links: &[(f64, f64, f64)], target: [f64; 3]) -> f64 {
    let mut t = [[0.0; 4]; 4];
    for i in 0..4 {
        t[i][i] = 1.0;
    }
    for (angle, &(d, a, alpha)) in q.iter().zip(links) {
        let link = dh_transform(*angle, d, a, alpha);
        t = matmul(&t, &link);
    }
    (0..3).map(|i| (t[i][3] - target[i]).powi(2)).sum::<f64>().sqrt()
}

#[differentiate]
fn bicycle(state: [f64; 4], controls: &[[f64; 2]], wheelbase: f64) -> [f64; 4] {
    controls.iter().fold(state, |[x, y, heading, v], [steer, accel]| {
        let dt = 0.1;
        [x + v * heading.cos() * dt, y + v * heading.sin() * dt, heading + v / wheelbase * steer.tan() * dt, v + accel * dt]
    })
}

#[differentiate]
fn tracking(state: [f64; 4], controls: &[[f64; 2]], wheelbase: f64) -> f64 {
    let end = bicycle(state, controls, wheelbase);
    let [x, y, ..] = end;
    x.hypot(y) + controls.iter().map(|c| c[0] * c[0]).sum::<f64>()
}

#[differentiate]
fn complementary_filter(gyro: &[f64], accel: &[f64], alpha: f64) -> f64 {
    let mut angle = 0.0;
    for i in 0..gyro.len() {
        angle = alpha * (angle + gyro[i] * 0.01) + (1.0 - alpha) * accel[i];
    }
    angle
}

#[differentiate]
fn quaternion_rotate(q: (f64, f64, f64, f64), v: [f64; 3]) -> [f64; 3] {
    let (w, x, y, z) = q;
    let t = [2.0 * (y * v[2] - z * v[1]), 2.0 * (z * v[0] - x * v[2]), 2.0 * (x * v[1] - y * v[0])];
    [v[0] + w * t[0] + y * t[2] - z * t[1], v[1] + w * t[1] + z * t[0] - x * t[2], v[2] + w * t[2] + x * t[1] - y * t[0]]
}

#[differentiate]
fn attitude_error(q: (f64, f64, f64, f64), body: [f64; 3], world: [f64; 3]) -> f64 {
    let norm = (q.0 * q.0 + q.1 * q.1 + q.2 * q.2 + q.3 * q.3).sqrt();
    let unit = (q.0 / norm, q.1 / norm, q.2 / norm, q.3 / norm);
    let r = quaternion_rotate(unit, body);
    1.0 - (r[0] * world[0] + r[1] * world[1] + r[2] * world[2])
}

#[differentiate]
fn smith_predictor(y: &[f64], delay: usize, gain: f64) -> f64 {
    let mut buffer: Vec<f64> = Vec::with_capacity(y.len());
    let mut acc = 0.0;
    for (t, yt) in y.iter().enumerate() {
        let u = gain * (1.0 - yt);
        buffer.push(u);
        if t >= delay {
            acc += buffer[t - delay] * yt;
        }
    }
    acc
}

#[differentiate]
fn minimum_jerk(x0: f64, xf: f64, t: f64) -> f64 {
    let tau = t.clamp(0.0, 1.0);
    let s = tau.powi(3) * (10.0 + tau * (6.0 * tau - 15.0));
    x0 + (xf - x0) * s
}

#[differentiate]
fn lqr_riccati(a: f64, b: f64, q: f64, r: f64) -> f64 {
    let mut p = q;
    let mut last;
    let mut count = 0usize;
    loop {
        last = p;
        p = q + a * a * p - (a * b * p).powi(2) / (r + b * b * p);
        count += 1;
        if (p - last).abs() <= 1e-13 * p.abs() || count == 100 {
            break;
        }
    }
    p
}

#[test]
fn gradients() {
    case!(
        kalman_step,
        kalman_step_grad,
        |p| (&[p[0], p[1]], &[[p[2], p[3]], [p[4], p[5]]], p[6], p[7], p[8], p[9]),
        [0.1, 1.0, 0.5, 0.1, 0.1, 0.4, 0.3, 0.1, 0.01, 0.2]
    );
    case!(closed_loop, closed_loop_grad, |p| (p[0], p[1], p[2], p[3]), [2.0, 0.5, 0.3, 1.0]);
    case!(
        forward_kinematics,
        forward_kinematics_grad,
        |p| (&p[..2], &[(p[2], p[3], p[4]), (p[5], p[6], p[7])], [p[8], p[9], p[10]]),
        [0.3, -0.5, 0.1, 1.0, 0.2, 0.0, 0.8, -0.1, 0.5, 0.5, 0.5]
    );
    case!(
        tracking,
        tracking_grad,
        |p| ([p[0], p[1], p[2], p[3]], &[[p[4], p[5]], [p[6], p[7]]], p[8]),
        [1.0, 0.5, 0.2, 2.0, 0.1, 0.5, -0.2, 0.1, 2.5]
    );
    case!(complementary_filter, complementary_filter_grad, |p| (&p[..3], &p[3..6], p[6]), [0.1, 0.2, 0.3, 0.5, 0.4, 0.6, 0.98]);
    case!(
        attitude_error,
        attitude_error_grad,
        |p| ((p[0], p[1], p[2], p[3]), [p[4], p[5], p[6]], [p[7], p[8], p[9]]),
        [0.9, 0.1, 0.2, -0.1, 0.0, 0.1, 1.0, 0.2, 0.1, 0.9]
    );
    case!(smith_predictor, smith_predictor_grad, |p| (&p[..4], 2, p[4]), [0.1, 0.4, 0.7, 0.9, 1.5]);
    case!(minimum_jerk, minimum_jerk_grad, |p| (p[0], p[1], p[2]), [0.0, 2.0, 0.4]);
    case!(lqr_riccati, lqr_riccati_grad, |p| (p[0], p[1], p[2], p[3]), [0.95, 0.3, 1.0, 0.5]);
}
