//! Compound assignment and indexing of users' types, and blocks of one operator for values and for references.

#![allow(clippy::all)] // how functions are written is what these tests vary

use std::iter::Sum;
use std::ops::*;

use autodiff_core::{Differentiable, differentiate};
use num_traits::Float;

#[macro_use]
mod common;

#[derive(Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct V {
    x: f64,
    y: f64,
}

#[differentiate]
impl V {
    /// The parameters are not in the order of the fields.
    fn new(y: f64, x: f64) -> Self {
        Self { x, y }
    }
}

// Each block carries the code.
#[differentiate]
impl Add for V {
    type Output = V;
    fn add(self, o: V) -> V {
        V::new(self.y + o.y, self.x + o.x)
    }
}
#[differentiate]
impl Add for &V {
    type Output = V;
    fn add(self, o: &V) -> V {
        V { x: self.x + o.x, y: self.y + o.y }
    }
}
#[differentiate]
impl Add<&V> for V {
    type Output = V;
    fn add(self, o: &V) -> V {
        V { x: self.x + o.x, y: self.y + o.y }
    }
}
#[differentiate]
impl Add<V> for &V {
    type Output = V;
    fn add(self, o: V) -> V {
        V { x: self.x + o.x, y: self.y + o.y }
    }
}
// References first, and the values call them.
#[differentiate]
impl<'a> Sub<&'a V> for &'a V {
    type Output = V;
    fn sub(self, o: &V) -> V {
        V { x: self.x - o.x, y: self.y - o.y }
    }
}
#[differentiate]
impl Sub for V {
    type Output = V;
    fn sub(self, o: V) -> V {
        &self - &o
    }
}
#[differentiate]
impl Neg for V {
    type Output = V;
    fn neg(self) -> V {
        V { x: -self.x, y: -self.y }
    }
}
#[differentiate]
impl Neg for &V {
    type Output = V;
    fn neg(self) -> V {
        V { x: -self.x, y: -self.y }
    }
}
#[differentiate]
impl Mul<f64> for V {
    type Output = V;
    fn mul(self, k: f64) -> V {
        V { x: self.x * k, y: self.y * k }
    }
}
#[differentiate]
impl Mul<f64> for &V {
    type Output = V;
    fn mul(self, k: f64) -> V {
        V { x: self.x * k, y: self.y * k }
    }
}
#[differentiate]
impl Mul<V> for f64 {
    type Output = V;
    fn mul(self, v: V) -> V {
        V { x: self * v.x, y: self * v.y }
    }
}
#[differentiate]
impl Mul<&V> for f64 {
    type Output = V;
    fn mul(self, v: &V) -> V {
        V { x: self * v.x, y: self * v.y }
    }
}

#[differentiate]
fn values_and_references(v: &[f64]) -> f64 {
    let a = V { x: v[0], y: v[1] };
    let b = V { x: v[2], y: v[0] * v[1] };
    let c = (a + b) + (&a + &b) * 2.0 + &b;
    let d = &c * v[1] + -&c + -a;
    let e = v[2] * &d + 2.0 * d - b;
    e.x * e.y + (&e + a).x - (&e - &d).y
}

// ---- compound assignment ---------------------------------------------------------------------------------------

#[differentiate]
impl AddAssign for V {
    fn add_assign(&mut self, o: V) {
        *self = *self + o;
    }
}
#[differentiate]
impl AddAssign<&V> for V {
    fn add_assign(&mut self, o: &V) {
        self.x += o.x;
        self.y += o.y;
    }
}
#[differentiate]
impl SubAssign for V {
    fn sub_assign(&mut self, other: V) {
        *self = V { x: self.x - other.x, y: self.y - other.y };
    }
}
#[differentiate]
impl AddAssign<f64> for V {
    fn add_assign(&mut self, k: f64) {
        self.x += k;
        self.y += k;
    }
}
#[differentiate]
impl SubAssign<f64> for V {
    fn sub_assign(&mut self, k: f64) {
        self.x -= k;
    }
}
#[differentiate]
impl MulAssign<f64> for V {
    fn mul_assign(&mut self, k: f64) {
        *self = *self * k;
    }
}
/// The code is here: there is no `/`.
#[differentiate]
impl DivAssign<f64> for V {
    fn div_assign(&mut self, k: f64) {
        self.x /= k;
        self.y /= k * self.x;
    }
}
/// Both carry code.
#[differentiate]
impl Rem for V {
    type Output = V;
    fn rem(self, o: V) -> V {
        V { x: self.x * o.y, y: self.y * o.x }
    }
}
#[differentiate]
impl RemAssign for V {
    fn rem_assign(&mut self, o: V) {
        self.x *= o.y;
        self.y *= o.x;
    }
}

#[differentiate]
fn assigned(v: &[f64]) -> f64 {
    let mut a = V { x: v[0], y: v[1] };
    let b = V { x: v[2], y: v[1] * v[2] };
    a += b;
    a *= v[0];
    a += &b;
    a -= b;
    a /= v[1];
    a %= b;
    a += 2.0 * v[0];
    a -= v[1] * v[2];
    let saved = a;
    a += a;
    a %= saved;
    for k in 0..3 {
        a += b;
        a *= 0.1 * a.x;
        if k == 1 {
            a /= v[0] + 3.0;
            continue;
        }
        a -= saved;
    }
    a.x * a.y + saved.x
}

#[derive(Differentiable, Clone, Debug)]
struct Body {
    position: V,
    velocity: V,
    path: Vec<V>,
    steps: usize,
}

#[differentiate]
impl Body {
    fn step(&mut self, force: V, dt: f64) {
        self.velocity += force * dt;
        self.position += dt * self.velocity;
        self.velocity *= 0.9;
        self.path[self.steps % 2] += self.position;
        self.path[1] -= force;
        self.steps += 1;
    }
}

#[differentiate]
fn in_places(v: &[f64]) -> f64 {
    let mut body = Body {
        position: V { x: v[0], y: v[1] },
        velocity: V { x: v[2], y: 0.0 },
        path: vec![V { x: 0.0, y: v[0] }, V { x: 1.0, y: 0.5 }],
        steps: 0,
    };
    let mut force = V { x: v[1], y: v[2] };
    for k in v {
        body.step(force, 0.1 + k * 0.01);
        force -= body.position * *k;
        for p in body.path.iter_mut() {
            *p += force;
            *p += *k;
        }
    }
    let mut total = V { x: 0.0, y: 0.0 };
    for p in &body.path {
        total += *p;
        total += p;
    }
    total.x * total.y + body.position.x * body.velocity.y
}

/// The target is read on the right, and shadowed.
#[differentiate]
fn shadowed(v: &[f64]) -> f64 {
    let mut target = V { x: v[0], y: v[1] };
    let mut changed = V { x: v[2], y: v[0] };
    target += target * changed.x + changed;
    changed /= target.x + 4.0;
    let mut target = target + changed;
    target -= target * 0.5;
    changed += target.y;
    target.x * changed.y - changed.x
}

/// Parts that are lists and other types, and parts without a derivative.
#[derive(Differentiable, Clone, Debug)]
struct Stats {
    sums: Vec<f64>,
    squares: [f64; 2],
    centre: V,
    count: usize,
}

#[differentiate]
impl AddAssign<&Stats> for Stats {
    fn add_assign(&mut self, o: &Stats) {
        for (a, b) in self.sums.iter_mut().zip(&o.sums) {
            *a += b;
        }
        for i in 0..2 {
            self.squares[i] += o.squares[i];
        }
        self.centre += o.centre;
        self.count += o.count;
    }
}

#[differentiate]
fn merged(v: &[f64]) -> f64 {
    let mut all = Stats { sums: vec![0.0; v.len()], squares: [0.0; 2], centre: V { x: 1.0, y: 0.0 }, count: 0 };
    for (k, x) in v.iter().enumerate() {
        let mut one = Stats { sums: v.to_vec(), squares: [x * x, 1.0], centre: V { x: *x, y: v[0] }, count: k };
        one.sums[k] *= x;
        one += &one.clone();
        all += &one;
    }
    let mean = all.sums.iter().sum::<f64>() / all.count as f64;
    mean * mean + all.squares[0] * all.squares[1] + all.centre.x * all.centre.y
}

// ---- generic numbers -------------------------------------------------------------------------------------------

#[derive(Differentiable, Clone, Copy, Debug)]
pub struct Complex<T> {
    re: T,
    im: T,
}
#[differentiate]
impl<T: Float> Add for Complex<T> {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        Self { re: self.re + o.re, im: self.im + o.im }
    }
}
#[differentiate]
impl<T: Float> Mul for Complex<T> {
    type Output = Self;
    fn mul(self, o: Self) -> Self {
        Complex { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
    }
}
#[differentiate]
impl<T: Float> AddAssign for Complex<T> {
    fn add_assign(&mut self, o: Self) {
        *self = *self + o;
    }
}
#[differentiate]
impl<T: Float> MulAssign for Complex<T> {
    fn mul_assign(&mut self, o: Self) {
        *self = *self * o;
    }
}
#[differentiate]
impl<T: Float + MulAssign> MulAssign<T> for Complex<T> {
    fn mul_assign(&mut self, k: T) {
        self.re *= k;
        self.im *= k;
    }
}

#[differentiate]
fn iterated<T: Float + MulAssign>(c: Complex<T>, k: T) -> T {
    let mut z = c;
    for _ in 0..4 {
        z *= z;
        z *= k;
        z += c;
    }
    z.re * z.re + z.im
}

#[differentiate]
fn generic(v: &[f64]) -> f64 {
    iterated(Complex { re: v[0], im: v[1] }, v[2])
}

// ---- sums ------------------------------------------------------------------------------------------------------

impl Sum for V {
    fn sum<I: Iterator<Item = V>>(it: I) -> V {
        it.fold(V { x: 0.0, y: 0.0 }, |a, b| a + b)
    }
}
impl<'a> Sum<&'a V> for V {
    fn sum<I: Iterator<Item = &'a V>>(it: I) -> V {
        it.copied().sum()
    }
}

#[differentiate]
fn summed(v: &[f64]) -> f64 {
    let list: Vec<V> = v.windows(2).map(|w| V { x: w[0] * w[1], y: w[1] }).collect();
    let a: V = list.iter().sum();
    let b = list.iter().copied().sum::<V>();
    let c: V = list.iter().map(|p| *p * p.x).sum();
    let none: V = list[..0].iter().sum();
    a.x * b.y + c.x * c.y + none.x
}

/// References only, a start that is not zero, and a loop.
#[derive(Differentiable, Clone, Copy)]
struct Shifted {
    x: f64,
    y: f64,
}
#[differentiate]
impl Add for Shifted {
    type Output = Shifted;
    fn add(self, o: Shifted) -> Shifted {
        Shifted { x: self.x + o.x, y: self.y + o.y }
    }
}
#[differentiate]
impl Mul for Shifted {
    type Output = Shifted;
    fn mul(self, o: Shifted) -> Shifted {
        Shifted { x: self.x * o.x - self.y * o.y, y: self.x * o.y + self.y * o.x }
    }
}
impl<'a> Sum<&'a Shifted> for Shifted {
    fn sum<I: Iterator<Item = &'a Shifted>>(it: I) -> Shifted {
        it.fold(Shifted { x: 0.5, y: -1.0 }, |a, b| a + *b)
    }
}
impl std::iter::Product for Shifted {
    fn product<I: Iterator<Item = Shifted>>(it: I) -> Shifted {
        let mut all = Shifted { x: 1.0, y: 0.25 };
        for c in it {
            all = all * c;
        }
        all
    }
}

#[differentiate]
fn summed_from_elsewhere(v: &[f64]) -> f64 {
    let list: Vec<Shifted> = v.windows(2).map(|w| Shifted { x: w[0], y: w[1] * w[0] }).collect();
    let a: Shifted = list.iter().sum();
    let b: Shifted = list[1..1].iter().sum();
    let c: Shifted = list.iter().copied().product();
    a.x * b.y + a.y * c.x - c.y * b.x
}

/// The type and its sum are not in one scope: the attribute says what the derive cannot see.
mod elsewhere {
    use super::*;

    #[derive(Differentiable, Clone, Copy)]
    pub struct Share<T> {
        pub part: T,
    }

    mod of_shares {
        use super::*;

        #[differentiate]
        impl<T: Float> Add for Share<T> {
            type Output = Share<T>;
            fn add(self, o: Share<T>) -> Share<T> {
                Share { part: self.part + o.part * self.part }
            }
        }
        #[differentiate]
        impl<T: Float> Sum for Share<T> {
            fn sum<I: Iterator<Item = Share<T>>>(it: I) -> Share<T> {
                it.fold(Share { part: T::one() }, |a, b| a + b)
            }
        }
        #[differentiate]
        impl<'a, T: Float> Sum<&'a Share<T>> for Share<T> {
            fn sum<I: Iterator<Item = &'a Share<T>>>(it: I) -> Share<T> {
                it.copied().sum()
            }
        }
    }
}

#[differentiate]
fn summed_by_attribute(v: &[f64]) -> f64 {
    let list = [elsewhere::Share { part: v[0] }, elsewhere::Share { part: v[1] }, elsewhere::Share { part: v[2] }];
    let all: elsewhere::Share<f64> = list.iter().copied().sum();
    let two: elsewhere::Share<f64> = list[..2].iter().sum();
    all.part * two.part
}

/// A sum that is no sum of parts.
#[derive(Differentiable, Clone, Copy, Debug)]
struct LogProb(f64);

#[differentiate]
impl Add for LogProb {
    type Output = LogProb;
    fn add(self, o: LogProb) -> LogProb {
        let high = if self.0 > o.0 { self.0 } else { o.0 };
        LogProb(high + ((self.0 - high).exp() + (o.0 - high).exp()).ln())
    }
}
impl Sum for LogProb {
    fn sum<I: Iterator<Item = LogProb>>(it: I) -> LogProb {
        it.fold(LogProb(-30.0), |a, b| a + b)
    }
}

#[differentiate]
fn log_summed(v: &[f64]) -> f64 {
    let total: LogProb = v.iter().map(|x| LogProb(x * x)).sum();
    let mut by_hand = LogProb(v[0]);
    for x in v {
        by_hand = by_hand + LogProb(*x * total.0);
    }
    total.0 * by_hand.0
}

// ---- indices ---------------------------------------------------------------------------------------------------

#[derive(Differentiable, Clone, Debug)]
pub struct Matrix {
    rows: usize,
    cols: usize,
    data: Vec<f64>,
}

#[differentiate]
impl Index<(usize, usize)> for Matrix {
    type Output = f64;
    fn index(&self, (i, j): (usize, usize)) -> &f64 {
        assert!(i < self.rows && j < self.cols);
        &self.data[i * self.cols + j]
    }
}
#[differentiate]
impl IndexMut<(usize, usize)> for Matrix {
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut f64 {
        assert!(i < self.rows && j < self.cols);
        &mut self.data[i * self.cols + j]
    }
}

#[differentiate]
impl Matrix {
    fn zeros(rows: usize, cols: usize) -> Self {
        Matrix { rows, cols, data: vec![0.0; rows * cols] }
    }
    fn times(&self, o: &Matrix) -> Matrix {
        let mut out = Matrix::zeros(self.rows, o.cols);
        for i in 0..self.rows {
            for j in 0..o.cols {
                for k in 0..self.cols {
                    out[(i, j)] += self[(i, k)] * o[(k, j)];
                }
            }
        }
        out
    }
    /// The sizes change, and with them where an index leads to.
    fn reshape(&mut self, cols: usize) {
        self.rows = self.rows * self.cols / cols;
        self.cols = cols;
    }
}

#[differentiate]
fn matrices(v: &[f64]) -> f64 {
    let mut a = Matrix { rows: 2, cols: 3, data: v.to_vec() };
    let b = Matrix { rows: 3, cols: 2, data: v.iter().map(|x| x * x).collect::<Vec<f64>>() };
    let mut c = a.times(&b);
    c[(0, 1)] *= a[(1, 2)];
    c[(1, 1)] = c[(0, 1)] * c[(1, 0)];
    a[(0, 1)] *= v[0];
    a.reshape(2);
    a[(0, 1)] += a[(2, 1)] * c[(1, 1)];
    a[(2, 0)] = a[(1, 0)] * a[(0, 1)];
    a.reshape(6);
    let d = a.times(&Matrix { rows: 6, cols: 1, data: v.to_vec() });
    d[(0, 0)] + c[(1, 1)]
}

/// Several places, one of them behind a size.
#[derive(Differentiable, Clone, Copy, Debug)]
pub struct Wheel {
    parts: [[f64; 2]; 3],
    offset: usize,
}

#[differentiate]
impl Index<(usize, bool)> for Wheel {
    type Output = f64;
    fn index(&self, at: (usize, bool)) -> &f64 {
        let row = (at.0 + self.offset) % 3;
        &self.parts[row][usize::from(at.1)]
    }
}
impl IndexMut<(usize, bool)> for Wheel {
    fn index_mut(&mut self, at: (usize, bool)) -> &mut f64 {
        let row = (at.0 + self.offset) % 3;
        &mut self.parts[row][usize::from(at.1)]
    }
}

#[differentiate]
fn turned(v: &[f64]) -> f64 {
    let mut w = Wheel { parts: [[v[0], v[1]], [v[2], v[3]], [v[4], v[5]]], offset: 1 };
    let mut s = 0.0;
    for k in 0..5 {
        w[(k, k % 2 == 0)] *= w[(k + 1, true)] + s;
        w.offset = (w.offset + k) % 3;
        s += w[(0, false)] * 0.3;
    }
    s * w[(2, true)]
}

/// An index of one number, of a type that knows where its numbers begin.
#[derive(Differentiable, Clone)]
struct Strided<T> {
    data: Vec<T>,
    #[differentiable(skip)]
    offset: usize,
    stride: usize,
}

#[differentiate]
impl<T: Float> Index<usize> for Strided<T> {
    type Output = T;
    fn index(&self, i: usize) -> &T {
        &self.data[self.offset + i * self.stride]
    }
}
impl<T: Float> IndexMut<usize> for Strided<T> {
    fn index_mut(&mut self, i: usize) -> &mut T {
        &mut self.data[self.offset + i * self.stride]
    }
}

#[differentiate]
impl<T: Float> Strided<T> {
    fn total(&self) -> T {
        self[0] + self[1] * self[0]
    }
    fn bump(&mut self, k: T) {
        for i in 0..2 {
            self[i] = self[i] * k + self[0];
        }
        self.offset += 1;
    }
}

#[differentiate]
fn strided(v: &[f64]) -> f64 {
    let mut b = Strided { data: v.to_vec(), offset: 1, stride: 2 };
    let a = b[0] * b.total();
    b.bump(v[0]);
    b[0] *= b[1];
    let list = [b.clone(), Strided { data: v[1..].to_vec(), offset: 0, stride: 1 }];
    let mut s = a + b.total() + b.data[1];
    for part in &list {
        for i in 0..2 {
            s += part[i] * s + list[0][1 - i];
        }
    }
    s
}

mod checks {
    checked! {
        strided strided_grad strided_vjp strided_jvp at [1.3, 0.7, -0.4, 0.9, 1.1, -0.6], [-0.3, 0.5, 0.2, 1.9, -1.1, 0.4];
        values_and_references values_and_references_grad values_and_references_vjp values_and_references_jvp at [1.3, 0.7, -0.4], [-0.3, 1.7, 0.4];
        assigned assigned_grad assigned_vjp assigned_jvp at [1.3, 0.7, -0.4], [0.6, 1.7, 0.4];
        in_places in_places_grad in_places_vjp in_places_jvp at [1.3, 0.7, -0.4], [0.6, 1.7, 0.4];
        shadowed shadowed_grad shadowed_vjp shadowed_jvp at [1.3, 0.7, -0.4];
        merged merged_grad merged_vjp merged_jvp at [1.3, 0.7, -0.4], [0.6, 1.7, 0.4, 0.2];
        summed_from_elsewhere summed_from_elsewhere_grad summed_from_elsewhere_vjp summed_from_elsewhere_jvp at [1.3, 0.7, -0.4, 0.9];
        summed_by_attribute summed_by_attribute_grad summed_by_attribute_vjp summed_by_attribute_jvp at [1.3, 0.7, -0.4];
        generic generic_grad generic_vjp generic_jvp at [0.3, 0.7, -0.4];
        summed summed_grad summed_vjp summed_jvp at [1.3, 0.7, -0.4, 0.2];
        log_summed log_summed_grad log_summed_vjp log_summed_jvp at [1.3, 0.7, -0.4, 0.2];
        matrices matrices_grad matrices_vjp matrices_jvp at [1.3, 0.7, -0.4, 0.9, 0.2, -1.1], [0.3, -0.7, 0.4, 1.9, 0.2, 0.6];
        turned turned_grad turned_vjp turned_jvp at [1.3, 0.7, -0.4, 0.9, 0.2, -1.1];
    }
}

#[derive(Differentiable, Clone, Copy, Debug, PartialEq)]
struct Phasor<T> {
    re: T,
    im: T,
}

#[differentiate]
impl<T: Float> Mul for Phasor<T> {
    type Output = Self;
    fn mul(self, o: Self) -> Self {
        Phasor { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
    }
}

// `T` has no `+=`.
#[differentiate]
impl<T: Float> AddAssign for Phasor<T> {
    fn add_assign(&mut self, o: Self) {
        self.re = self.re + o.re;
        self.im = self.im + o.im;
    }
}

#[differentiate]
impl<T: Float> SubAssign for Phasor<T> {
    fn sub_assign(&mut self, o: Self) {
        self.re = self.re - o.re;
        self.im = self.im - o.im;
    }
}

#[differentiate]
fn series<T: Float>(re: T, im: T, n: usize) -> T {
    let z = Phasor { re, im };
    let (mut sum, mut power) = (z, z);
    for i in 0..n {
        power = power * z;
        if i % 3 == 2 {
            sum -= power;
        } else {
            sum += power;
        }
    }
    sum += sum;
    sum.re * sum.im
}

#[test]
fn sums_of_numbers_without_an_assignment() {
    for n in [0, 1, 4] {
        let (value, gradient) = series_grad(0.4, -0.7, n);
        assert_eq!(value, series(0.4, -0.7, n));
        autodiff_core::check_gradient(|x| series(x[0], x[1], n), |_| <[f64; 2]>::from(gradient), &[0.4, -0.7]).unwrap();
    }
}
