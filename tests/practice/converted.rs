//! Conversions between types of one's own, and what belongs to the traits of std around them.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};

#[derive(Debug, Clone, Copy, PartialEq, Differentiable)]
struct Vec3 {
    x: f64,
    y: f64,
    z: f64,
}

#[differentiate]
impl From<[f64; 3]> for Vec3 {
    fn from([x, y, z]: [f64; 3]) -> Self {
        Vec3 { x, y, z: z * 2.0 }
    }
}

#[differentiate]
impl From<f64> for Vec3 {
    fn from(v: f64) -> Self {
        Vec3 { x: v, y: v * v, z: v.sin() }
    }
}

#[differentiate]
impl From<Vec3> for [f64; 3] {
    fn from(v: Vec3) -> [f64; 3] {
        [v.x * v.y, v.y, v.z]
    }
}

#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Differentiable)]
struct Meters(f64);

#[differentiate]
impl From<Meters> for f64 {
    fn from(m: Meters) -> f64 {
        m.0 * 0.5
    }
}

#[differentiate]
impl From<Vec3> for Meters {
    fn from(v: Vec3) -> Meters {
        Meters((v.x * v.x + v.y * v.y + v.z * v.z).sqrt())
    }
}

#[differentiate]
fn lengths(x: &[f64]) -> f64 {
    let v = Vec3::from([x[0], x[1], x[2]]);
    let w: Vec3 = x[3].into();
    let length = Meters::from(v);
    let back: [f64; 3] = w.into();
    // An ordinary number beside it.
    let plain = f64::from(x[1]);
    let half: f64 = length.into();
    f64::from(length) * back[0] + back[2] * plain + half
}

/// Of what is overwritten afterwards.
#[differentiate]
fn overwritten(x: &[f64]) -> f64 {
    let mut v = Vec3::from(x[0]);
    let first = Meters::from(v);
    v.x *= x[1];
    v = Vec3::from([v.z, v.x, f64::from(first)]);
    let mut sum = 0.0;
    for _ in 0..3 {
        let m = Meters::from(v);
        sum += f64::from(m) * x[2];
        v.y += sum;
    }
    sum
}

#[derive(Debug, Clone, Differentiable)]
struct Ring<const N: usize> {
    data: [f64; N],
    head: usize,
}

#[differentiate]
impl<const N: usize> Default for Ring<N> {
    fn default() -> Self {
        Self { data: [0.5; N], head: 0 }
    }
}

#[differentiate]
impl<const N: usize> Ring<N> {
    fn put(&mut self, v: f64) {
        self.data[self.head] = v;
        self.head = (self.head + 1) % N;
    }
}

#[differentiate]
fn ringed(x: &[f64]) -> f64 {
    let mut r = Ring::<3>::default();
    for v in &x[..2] {
        r.put(v * x[2]);
    }
    r.data.iter().product::<f64>() + r.data[0] * x[3]
}

#[differentiate]
fn horner(c: &[f64], x: f64) -> f64 {
    c.iter().rfold(0.0, |acc, k| acc * x + k)
}

/// A text that may hold a number.
#[differentiate]
fn parsed(x: &[f64]) -> f64 {
    let read = |s: &str, default: f64| s.trim().parse().unwrap_or(default);
    x.iter().zip(["1.5", "y", "-2"]).map(|(v, s)| read(s, v * v) * v).sum()
}

mod checks {
    use super::*;
    checked!(lengths lengths_grad lengths_vjp lengths_jvp: 4, 0.2, 1.2, |v| (v), d => d);
    checked!(overwritten overwritten_grad overwritten_vjp overwritten_jvp: 3, 0.2, 1.2, |v| (v), d => d);
    checked!(ringed ringed_grad ringed_vjp ringed_jvp: 4, 0.2, 1.2, |v| (v), d => d);
    checked!(horner horner_grad horner_vjp horner_jvp: 5, 0.2, 1.2, |v| (&v[..4], v[4]), d => (&d[..4], d[4]));
    checked!(parsed parsed_grad parsed_vjp parsed_jvp: 3, 0.2, 1.2, |v| (v), d => d);
}
