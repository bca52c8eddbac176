//! Jacobians of structs: an EKF with a state struct with nested fields; enum of motion models.
use autodiff_core::{differentiate, Differentiable};
use super::harness::*;

#[derive(Clone, Copy, Debug, Differentiable)]
pub struct Pose { pos: (f64, f64), heading: f64 }
#[derive(Clone, Copy, Debug, Differentiable)]
pub struct State { pose: Pose, v: f64, #[differentiable(skip)] step: u32 }
#[derive(Clone, Copy, Debug, Differentiable)]
pub enum Motion { Straight, Turn { rate: f64 }, Brake(f64, f64) }

#[differentiate(jacobian, lanes)]
impl State {
    pub fn predict(self, m: &Motion, dt: f64) -> Self {
        let mut next = self;
        next.step += 1;
        match m {
            Motion::Straight => {}
            Motion::Turn { rate } => next.pose.heading += rate * dt,
            Motion::Brake(a, b) => next.v *= 1.0 - a * dt.powf(*b),
        }
        let (s, c) = next.pose.heading.sin_cos();
        next.pose.pos = (self.pose.pos.0 + self.v * c * dt, self.pose.pos.1 + self.v * s * dt);
        next
    }
    pub fn measure(&self, beacon: (f64, f64)) -> [f64; 2] {
        let (dx, dy) = (beacon.0 - self.pose.pos.0, beacon.1 - self.pose.pos.1);
        [dx.hypot(dy), dy.atan2(dx) - self.pose.heading]
    }
}
fn st(x: &[f64]) -> State { State { pose: Pose { pos: (x[0], x[1]), heading: x[2] }, v: x[3], step: 0 } }
fn out(s: &State) -> Vec<f64> { vec![s.pose.pos.0, s.pose.pos.1, s.pose.heading, s.v] }
#[test]
fn ekf() {
    let x = [0.3, -0.2, 0.5, 1.1, 0.1];
    let m = [Motion::Straight, Motion::Turn { rate: 0.7 }, Motion::Brake(0.3, 1.4)];
    for m in m {
        let (v, j) = st(&x).predict_jacobian(&m, x[4]);
        let j: Vec<Vec<f64>> = j.iter().map(|r| { let r = r.to_vec(); let n = r.len(); [&r[..4], &r[n - 1..]].concat() }).collect();
        jac("predict", 1e-6, &x, &|x| out(&st(x).predict(&m, x[4])), (out(&v), j));
    }
    let y = [0.3, -0.2, 0.5, 1.1, 2.0, 3.0];
    let (v, j) = st(&y).measure_jacobian((y[4], y[5]));
    jac("measure", 1e-6, &y, &|x| st(x).measure((x[4], x[5])).to_vec(), (v.to_vec(), j.iter().map(|r| r.to_vec()).collect()));
}
