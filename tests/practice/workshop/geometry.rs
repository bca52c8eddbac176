//! Vectors, quaternions and matrices for the programs beside it.

use autodiff_core::{Differentiable, differentiate};
use std::ops::{Add, AddAssign, Div, Index, IndexMut, Mul, MulAssign, Neg, Sub, SubAssign};

#[derive(Debug, Clone, Copy, PartialEq, Default, Differentiable)]
pub struct Vec2 {
    pub x: f64,
    pub y: f64,
}

#[differentiate]
impl Vec2 {
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }
    pub fn dot(self, o: Self) -> f64 {
        self.x * o.x + self.y * o.y
    }
    pub fn cross(self, o: Self) -> f64 {
        self.x * o.y - self.y * o.x
    }
    pub fn length(self) -> f64 {
        self.x.hypot(self.y)
    }
    pub fn length_squared(self) -> f64 {
        self.dot(self)
    }
    pub fn perp(self) -> Self {
        Self { x: -self.y, y: self.x }
    }
    pub fn rotate(self, angle: f64) -> Self {
        let (s, c) = angle.sin_cos();
        Self::new(c * self.x - s * self.y, s * self.x + c * self.y)
    }
    pub fn normalize_or_zero(self) -> Self {
        let len = self.length();
        if len > 1e-9 { self * (1.0 / len) } else { Self { x: 0.0, y: 0.0 } }
    }
    pub fn clamp_length(self, max: f64) -> Self {
        let l2 = self.length_squared();
        if l2 > max * max { self * (max / l2.sqrt()) } else { self }
    }
    pub fn lerp(self, o: Self, t: f64) -> Self {
        self + (o - self) * t
    }
    pub fn angle(self) -> f64 {
        self.y.atan2(self.x)
    }
}

#[differentiate]
impl Add for Vec2 {
    type Output = Self;
    fn add(self, rhs: Self) -> Self {
        Self { x: self.x + rhs.x, y: self.y + rhs.y }
    }
}
#[differentiate]
impl Sub for Vec2 {
    type Output = Self;
    fn sub(self, rhs: Self) -> Self {
        Self { x: self.x - rhs.x, y: self.y - rhs.y }
    }
}
#[differentiate]
impl Mul<f64> for Vec2 {
    type Output = Self;
    fn mul(self, rhs: f64) -> Self {
        Self { x: self.x * rhs, y: self.y * rhs }
    }
}
#[differentiate]
impl Mul<Vec2> for f64 {
    type Output = Vec2;
    fn mul(self, rhs: Vec2) -> Vec2 {
        rhs * self
    }
}
#[differentiate]
impl Neg for Vec2 {
    type Output = Self;
    fn neg(self) -> Self {
        Self { x: -self.x, y: -self.y }
    }
}
#[differentiate]
impl AddAssign for Vec2 {
    fn add_assign(&mut self, rhs: Self) {
        self.x += rhs.x;
        self.y += rhs.y;
    }
}
#[differentiate]
impl SubAssign for Vec2 {
    fn sub_assign(&mut self, rhs: Self) {
        *self = *self - rhs;
    }
}
#[differentiate]
impl MulAssign<f64> for Vec2 {
    fn mul_assign(&mut self, k: f64) {
        self.x *= k;
        self.y *= k;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Default, Differentiable)]
pub struct Vec3 {
    pub x: f64,
    pub y: f64,
    pub z: f64,
}

#[differentiate]
impl Vec3 {
    pub const ZERO: Vec3 = Vec3 { x: 0.0, y: 0.0, z: 0.0 };
    pub const UP: Vec3 = Vec3 { x: 0.0, y: 1.0, z: 0.0 };

    #[inline]
    pub const fn new(x: f64, y: f64, z: f64) -> Self {
        Vec3 { x, y, z }
    }
    #[inline]
    pub fn splat(v: f64) -> Self {
        Vec3::new(v, v, v)
    }
    #[inline]
    pub fn dot(self, rhs: Vec3) -> f64 {
        self.x * rhs.x + self.y * rhs.y + self.z * rhs.z
    }
    #[inline]
    pub fn cross(self, rhs: Vec3) -> Vec3 {
        Vec3 { x: self.y * rhs.z - self.z * rhs.y, y: self.z * rhs.x - self.x * rhs.z, z: self.x * rhs.y - self.y * rhs.x }
    }
    pub fn length(self) -> f64 {
        self.dot(self).sqrt()
    }
    pub fn normalized(self) -> Vec3 {
        self / self.length()
    }
    pub fn reflect(self, n: Vec3) -> Vec3 {
        self - n * 2.0 * self.dot(n)
    }
    pub fn lerp(self, to: Vec3, t: f64) -> Vec3 {
        self * (1.0 - t) + to * t
    }
    pub fn abs(self) -> Vec3 {
        Vec3::new(self.x.abs(), self.y.abs(), self.z.abs())
    }
    pub fn max(self, o: Vec3) -> Vec3 {
        Vec3::new(self.x.max(o.x), self.y.max(o.y), self.z.max(o.z))
    }
    pub fn max_element(self) -> f64 {
        self.x.max(self.y).max(self.z)
    }
    pub fn to_array(self) -> [f64; 3] {
        [self.x, self.y, self.z]
    }
    pub fn from_slice(s: &[f64]) -> Self {
        Vec3::new(s[0], s[1], s[2])
    }
    pub fn distance(self, o: Vec3) -> f64 {
        (self - o).length()
    }
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
    fn mul(self, k: f64) -> Vec3 {
        Vec3::new(self.x * k, self.y * k, self.z * k)
    }
}
#[differentiate]
impl Mul<Vec3> for f64 {
    type Output = Vec3;
    fn mul(self, v: Vec3) -> Vec3 {
        v * self
    }
}
#[differentiate]
impl Div<f64> for Vec3 {
    type Output = Vec3;
    fn div(self, k: f64) -> Vec3 {
        let inv = k.recip();
        self * inv
    }
}
#[differentiate]
impl Neg for Vec3 {
    type Output = Vec3;
    fn neg(self) -> Vec3 {
        Vec3::new(-self.x, -self.y, -self.z)
    }
}
#[differentiate]
impl AddAssign for Vec3 {
    fn add_assign(&mut self, rhs: Vec3) {
        *self = *self + rhs;
    }
}
#[differentiate]
impl SubAssign for Vec3 {
    fn sub_assign(&mut self, rhs: Vec3) {
        self.x -= rhs.x;
        self.y -= rhs.y;
        self.z -= rhs.z;
    }
}
#[differentiate]
impl Index<usize> for Vec3 {
    type Output = f64;
    fn index(&self, i: usize) -> &f64 {
        match i {
            0 => &self.x,
            1 => &self.y,
            2 => &self.z,
            _ => panic!("Vec3 index out of range: {i}"),
        }
    }
}
#[differentiate]
impl IndexMut<usize> for Vec3 {
    fn index_mut(&mut self, i: usize) -> &mut f64 {
        match i {
            0 => &mut self.x,
            1 => &mut self.y,
            2 => &mut self.z,
            _ => panic!("Vec3 index out of range: {i}"),
        }
    }
}
#[differentiate]
impl From<[f64; 3]> for Vec3 {
    fn from([x, y, z]: [f64; 3]) -> Self {
        Vec3 { x, y, z }
    }
}
#[differentiate]
impl From<Vec3> for [f64; 3] {
    fn from(v: Vec3) -> [f64; 3] {
        [v.x, v.y, v.z]
    }
}
#[differentiate]
impl std::iter::Sum for Vec3 {
    fn sum<I: Iterator<Item = Vec3>>(iter: I) -> Vec3 {
        iter.fold(Vec3::ZERO, |a, b| a + b)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Differentiable)]
pub struct Quat {
    pub w: f64,
    pub v: Vec3,
}

#[differentiate]
impl Quat {
    pub const IDENTITY: Quat = Quat { w: 1.0, v: Vec3::ZERO };

    pub fn from_axis_angle(axis: Vec3, angle: f64) -> Self {
        let (s, c) = (angle * 0.5).sin_cos();
        Quat { w: c, v: axis.normalized() * s }
    }
    pub fn conjugate(self) -> Self {
        Quat { w: self.w, v: -self.v }
    }
    pub fn dot(self, o: Quat) -> f64 {
        self.w * o.w + self.v.dot(o.v)
    }
    pub fn norm(self) -> f64 {
        self.dot(self).sqrt()
    }
    pub fn normalized(self) -> Self {
        let n = self.norm();
        Quat { w: self.w / n, v: self.v / n }
    }
    pub fn rotate(self, p: Vec3) -> Vec3 {
        let t = 2.0 * self.v.cross(p);
        p + t * self.w + self.v.cross(t)
    }
    pub fn slerp(self, other: Quat, t: f64) -> Quat {
        let mut cos = self.dot(other);
        let mut end = other;
        if cos < 0.0 {
            cos = -cos;
            end = Quat { w: -end.w, v: -end.v };
        }
        if cos > 0.9995 {
            return Quat { w: self.w + (end.w - self.w) * t, v: self.v.lerp(end.v, t) }.normalized();
        }
        let theta = cos.acos();
        let sin = theta.sin();
        let a = ((1.0 - t) * theta).sin() / sin;
        let b = (t * theta).sin() / sin;
        Quat { w: self.w * a + end.w * b, v: self.v * a + end.v * b }
    }
}

#[differentiate]
impl Mul for Quat {
    type Output = Quat;
    fn mul(self, r: Quat) -> Quat {
        Quat { w: self.w * r.w - self.v.dot(r.v), v: r.v * self.w + self.v * r.w + self.v.cross(r.v) }
    }
}
#[differentiate]
impl Mul<Vec3> for Quat {
    type Output = Vec3;
    fn mul(self, p: Vec3) -> Vec3 {
        self.rotate(p)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Differentiable)]
pub struct Mat3 {
    pub cols: [Vec3; 3],
}

#[differentiate]
impl Mat3 {
    pub fn from_cols(a: Vec3, b: Vec3, c: Vec3) -> Self {
        Self { cols: [a, b, c] }
    }
    pub fn identity() -> Self {
        Self::from_cols(Vec3::new(1.0, 0.0, 0.0), Vec3::new(0.0, 1.0, 0.0), Vec3::new(0.0, 0.0, 1.0))
    }
    pub fn rot_z(a: f64) -> Self {
        let (s, c) = a.sin_cos();
        Self::from_cols(Vec3::new(c, s, 0.0), Vec3::new(-s, c, 0.0), Vec3::new(0.0, 0.0, 1.0))
    }
    pub fn rot_x(a: f64) -> Self {
        let (s, c) = a.sin_cos();
        Self::from_cols(Vec3::new(1.0, 0.0, 0.0), Vec3::new(0.0, c, s), Vec3::new(0.0, -s, c))
    }
    pub fn transpose(&self) -> Self {
        let [a, b, c] = self.cols;
        Self { cols: [Vec3::new(a.x, b.x, c.x), Vec3::new(a.y, b.y, c.y), Vec3::new(a.z, b.z, c.z)] }
    }
    pub fn determinant(&self) -> f64 {
        self.cols[0].dot(self.cols[1].cross(self.cols[2]))
    }
    pub fn trace(&self) -> f64 {
        self.cols[0].x + self.cols[1].y + self.cols[2].z
    }
    pub fn inverse(&self) -> Option<Self> {
        let det = self.determinant();
        if det.abs() < 1e-12 {
            return None;
        }
        let [a, b, c] = self.cols;
        let inv = det.recip();
        Some(Mat3::from_cols(b.cross(c) * inv, c.cross(a) * inv, a.cross(b) * inv).transpose())
    }
}

#[differentiate]
impl Mul<Vec3> for Mat3 {
    type Output = Vec3;
    fn mul(self, v: Vec3) -> Vec3 {
        self.cols[0] * v.x + self.cols[1] * v.y + self.cols[2] * v.z
    }
}
#[differentiate]
impl Mul for Mat3 {
    type Output = Mat3;
    fn mul(self, rhs: Mat3) -> Mat3 {
        Mat3 { cols: rhs.cols.map(|c| self * c) }
    }
}
