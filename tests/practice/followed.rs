//! Methods and functions that have no siblings and are followed where they are called, annotated as everything around them.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};

#[derive(Debug, Clone, Copy, Differentiable)]
struct Servo {
    angle: f64,
    rate: f64,
}

#[derive(Debug, Clone, Differentiable)]
struct Arm {
    list: Vec<Servo>,
    gain: f64,
}

#[differentiate]
impl Arm {
    fn each<F: FnMut(&mut Servo)>(&mut self, mut f: F) -> &mut Self {
        for s in self.list.iter_mut() {
            f(s);
        }
        self
    }
    fn best(&self) -> &Servo {
        let mut best = &self.list[0];
        for s in &self.list {
            if s.angle > best.angle {
                best = s;
            }
        }
        best
    }
    fn rate_of(&mut self, i: usize) -> &mut f64 {
        &mut self.list[i].rate
    }
    fn attach(&mut self, angle: f64, rate: f64) -> &mut Servo {
        self.list.push(Servo { angle, rate });
        self.list.last_mut().unwrap()
    }
    fn parts(&mut self) -> (&mut [Servo], &f64) {
        (&mut self.list, &self.gain)
    }
    fn angles(&self) -> impl Iterator<Item = f64> + '_ {
        self.list.iter().map(|s| s.angle)
    }
    fn with_gain(mut self, k: f64, f: impl Fn(f64) -> f64) -> Self {
        self.gain = f(self.gain) * k;
        self
    }
    fn made(n: usize, f: impl Fn(usize) -> f64) -> Self {
        Self { list: (0..n).map(|i| Servo { angle: f(i), rate: f(i + 1) }).collect(), gain: f(n) }
    }
    fn total(&self) -> f64 {
        let k = self.best().angle;
        self.list.iter().map(|s| s.rate * k).sum()
    }
    fn run(&mut self, k: f64) -> f64 {
        self.each(|s| s.angle *= k).each(|s| s.rate += k);
        *self.rate_of(2) *= k;
        self.total()
    }
}

#[differentiate]
fn all_kinds(x: &[f64]) -> f64 {
    let k = x[1];
    let mut e = Arm::made(3, |i| x[0] * (i as f64 + 1.0) + k * k);
    let r = e.run(x[2]);
    e.each(|s| s.angle *= s.rate);
    *e.rate_of(1) += 3.0 * x[3];
    e.gain = e.gain * x[1];
    let old = e.clone();
    let b = e.best().rate;
    let e = e.with_gain(x[0], |g| g.sin());
    r * b + e.total() + e.gain + old.gain * old.total()
}

/// The names of the methods' variables are those of the caller's; the receiver changes between calls.
#[differentiate]
fn shadowed(x: &[f64]) -> f64 {
    let (s, best, f) = (x[0], x[1], x[2]);
    let mut arm = Arm { list: vec![Servo { angle: s, rate: best }], gain: f };
    let this = arm.best().angle;
    arm.attach(best * f, s).rate *= f;
    let last = arm.attach(s * s, x[3]);
    last.angle += best;
    let (list, gain) = arm.parts();
    for one in list.iter_mut().skip(1) {
        one.angle *= gain;
    }
    let mut sum = this;
    for _ in 0..2 {
        sum += arm.angles().map(|a| a * s).sum::<f64>();
        arm.each(|one| one.angle += best * s);
    }
    sum + s + best + f + arm.list.iter().map(|one| one.rate * one.angle).sum::<f64>()
}

/// Nothing is called, nothing is there.
#[differentiate]
fn empty(x: &[f64], n: usize) -> f64 {
    let mut arm = Arm { list: Vec::new(), gain: x[0] };
    for k in 0..n {
        arm.attach(x[k], x[1]);
    }
    arm.each(|s| s.angle *= x[1]);
    arm.angles().sum::<f64>() + arm.gain * x[1]
}

#[differentiate]
fn rk4<F>(f: F, s: [f64; 2], h: f64) -> [f64; 2]
where
    F: Fn([f64; 2]) -> [f64; 2],
{
    let add = |a: [f64; 2], b: [f64; 2], k: f64| [a[0] + k * b[0], a[1] + k * b[1]];
    let k1 = f(s);
    let k2 = f(add(s, k1, 0.5 * h));
    let k3 = f(add(s, k2, 0.5 * h));
    let k4 = f(add(s, k3, h));
    std::array::from_fn(|i| s[i] + h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]))
}

#[differentiate]
fn pendulum([th, om]: [f64; 2], u: f64, (m, l): (f64, f64)) -> [f64; 2] {
    [om, (u - m * 9.81 * l * th.sin() - 0.1 * om) / (m * l * l)]
}

#[differentiate]
fn swung_up(x: &[f64]) -> f64 {
    let params = (1.0 + 0.1 * x[0], 0.8 + 0.1 * x[1]);
    let mut s = [x[2], x[3]];
    for k in 0..20 {
        let u = if k < 10 { x[4] } else { -x[4] };
        s = rk4(|st| pendulum(st, u, params), s, 0.05);
    }
    let [th, om] = s;
    (1.0 + th.cos()).powi(2) + 0.1 * om * om
}

#[differentiate]
fn nearest(cloud: &[Servo], to: f64) -> Option<&Servo> {
    cloud.iter().min_by(|a, b| (a.angle - to).abs().total_cmp(&(b.angle - to).abs()))
}

#[differentiate]
fn matched(x: &[f64]) -> f64 {
    let cloud = [Servo { angle: x[0], rate: x[1] }, Servo { angle: -x[2], rate: 2.0 }];
    x.iter().filter_map(|&t| nearest(&cloud, t).map(|s| (s.angle - t).powi(2) * s.rate)).sum()
}

/// Another type has a method of a name that is followed: what it gets is not the first type's.
#[derive(Debug, Clone, Differentiable)]
struct Track {
    list: Vec<f64>,
}

#[differentiate]
impl Track {
    fn length(&self) -> f64 {
        self.list.windows(2).map(|w| (w[1] - w[0]).abs()).sum()
    }
    fn steps(&self) -> impl Iterator<Item = f64> + '_ {
        self.list.windows(2).map(|w| w[1] - w[0])
    }
}

#[differentiate]
fn along(x: &[f64]) -> f64 {
    let t = Track { list: x.to_vec() };
    t.length() + t.steps().map(|s| s * s).sum::<f64>()
}

mod checks {
    use super::*;
    checked!(all_kinds all_kinds_grad all_kinds_vjp all_kinds_jvp: 4, 0.2, 0.9, |v| (v), d => d);
    checked!(shadowed shadowed_grad shadowed_vjp shadowed_jvp: 4, 0.2, 1.2, |v| (v), d => d);
    checked!(empty empty_grad empty_vjp empty_jvp: 4, 0.2, 1.2, |v| (v, 0), d => d);
    checked!(swung_up swung_up_grad swung_up_vjp swung_up_jvp: 5, 0.2, 1.2, |v| (v), d => d);
    checked!(matched matched_grad matched_vjp matched_jvp: 4, 0.2, 1.2, |v| (v), d => d);
    checked!(along along_grad along_vjp along_jvp: 5, 0.2, 1.2, |v| (v), d => d);
}
