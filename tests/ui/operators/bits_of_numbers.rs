use std::ops::{BitOr, BitXor, BitXorAssign, Not, Shl};

use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable, Clone, Copy)]
struct Vec2 {
    x: f64,
    y: f64,
}

impl BitXor for Vec2 {
    type Output = Vec2;
    fn bitxor(self, o: Vec2) -> Vec2 {
        Vec2 { x: self.x * o.y, y: self.y * o.x }
    }
}

impl BitOr for Vec2 {
    type Output = f64;
    fn bitor(self, o: Vec2) -> f64 {
        self.x * o.x + self.y * o.y
    }
}

impl Not for Vec2 {
    type Output = Vec2;
    fn not(self) -> Vec2 {
        Vec2 { x: self.x, y: -self.y }
    }
}

impl Shl<f64> for Vec2 {
    type Output = Vec2;
    fn shl(self, x: f64) -> Vec2 {
        Vec2 { x: self.x + x, y: self.y + x * x }
    }
}

impl BitXorAssign for Vec2 {
    fn bitxor_assign(&mut self, o: Vec2) {
        *self = *self ^ o;
    }
}

#[differentiate]
fn wedge(a: Vec2, b: Vec2) -> f64 {
    let w = a ^ b;
    w.x * 2.0 + a.x
}

#[differentiate]
fn inner(a: Vec2, b: Vec2) -> f64 {
    let d = a | b;
    d * d + a.x
}

#[differentiate]
fn conjugate(a: Vec2) -> f64 {
    let c = !a;
    c.x * c.y + a.x
}

#[differentiate]
fn collected(x: f64, y: f64) -> f64 {
    let start = Vec2 { x: 0.0, y: 0.0 };
    let all = start << x << y;
    all.x * all.y + x
}

#[differentiate]
fn turned(x: f64, y: f64) -> f64 {
    let mut a = Vec2 { x: 1.0, y: 0.5 };
    a ^= Vec2 { x, y };
    a.x * a.y + x
}

#[differentiate]
fn changed(mut a: Vec2) -> f64 {
    a ^= Vec2 { x: 1.0, y: 0.5 };
    a.x * a.y
}

fn main() {}
