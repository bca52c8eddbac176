//! Operators of users' types, annotated block by block.

#![allow(clippy::all)] // how functions are written is what these tests vary

use std::ops::{Add, Div, Mul, Neg, Rem, Sub};

use autodiff_core::{Differentiable, differentiate};
use num_traits::Float;

#[macro_use]
mod common;

#[derive(Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Vec3 {
    pub x: f64,
    pub y: f64,
    pub z: f64,
}

impl Vec3 {
    const UP: Vec3 = Vec3 { x: 0.0, y: 0.0, z: 1.0 };
}

#[differentiate]
impl Add for Vec3 {
    type Output = Vec3;
    fn add(self, o: Vec3) -> Vec3 {
        Vec3 { x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
    }
}

#[differentiate]
impl Sub for Vec3 {
    type Output = Self;
    fn sub(self, Vec3 { x, y, z }: Vec3) -> Self {
        Self { x: self.x - x, y: self.y - y, z: self.z - z }
    }
}

/// The scalar product.
#[differentiate]
impl Mul for Vec3 {
    type Output = f64;
    fn mul(self, o: Vec3) -> f64 {
        self.x * o.x + self.y * o.y + self.z * o.z
    }
}

#[differentiate]
impl Mul<f64> for Vec3 {
    type Output = Vec3;
    #[inline]
    fn mul(self, k: f64) -> Self::Output {
        Vec3 { x: self.x * k, y: self.y * k, z: self.z * k }
    }
}

/// A number on the left.
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
        self * (1.0 / k)
    }
}

/// The cross product.
#[differentiate]
impl Rem for Vec3 {
    type Output = Vec3;
    fn rem(self, o: Vec3) -> Vec3 {
        Vec3 { x: self.y * o.z - self.z * o.y, y: self.z * o.x - self.x * o.z, z: self.x * o.y - self.y * o.x }
    }
}

#[differentiate]
impl Neg for Vec3 {
    type Output = Vec3;
    fn neg(self) -> Vec3 {
        Vec3 { x: -self.x, y: -self.y, z: -self.z }
    }
}

/// An integer operand has no cotangent.
#[differentiate]
impl Mul<i32> for Vec3 {
    type Output = Vec3;
    fn mul(self, n: i32) -> Vec3 {
        self * f64::from(n)
    }
}

// References call the values.
#[differentiate]
impl Add<&Vec3> for &Vec3 {
    type Output = Vec3;
    fn add(self, o: &Vec3) -> Vec3 {
        *self + *o
    }
}
#[differentiate]
impl Add<&Vec3> for Vec3 {
    type Output = Vec3;
    fn add(self, o: &Vec3) -> Vec3 {
        self + *o
    }
}
#[differentiate]
impl<'a> Add<Vec3> for &'a Vec3 {
    type Output = Vec3;
    fn add(self, o: Vec3) -> Vec3 {
        *self + o
    }
}
#[differentiate]
impl Neg for &Vec3 {
    type Output = Vec3;
    fn neg(self) -> Vec3 {
        -*self
    }
}

#[differentiate]
fn all_operators(v: &[f64]) -> f64 {
    let a = Vec3 { x: v[0], y: v[1], z: v[2] };
    let b = 2.0 * a - Vec3::UP * v[1] + (a % Vec3::UP) / v[0];
    let c = -b % (v[2] * a) * 3;
    c * b + a * Vec3::UP + a * (2.0 * Vec3::UP)
}

#[differentiate]
fn references(v: &[f64]) -> f64 {
    let a = Vec3 { x: v[0], y: v[1], z: v[2] };
    let b = Vec3 { x: v[1] * v[1], y: v[2], z: v[0] };
    let (p, q) = (&a, &b);
    (p + q) * (a + q) * ((p + b) * -p)
}

#[differentiate]
fn in_place(v: &[f64]) -> f64 {
    let mut position = Vec3 { x: v[0], y: v[1], z: v[2] };
    let mut velocity = Vec3 { x: 1.0, y: 0.5, z: v[0] };
    let mut energy = 0.0;
    for i in 0..4 {
        let force = -position * v[1] - (velocity % Vec3::UP) * 0.3;
        velocity = velocity + force * 0.1;
        position = position + 0.1 * velocity;
        energy += position * velocity * i as f64;
    }
    energy + position * position
}

/// An operand used twice, shadowed names, a value that is not read.
#[differentiate]
fn aliased(v: &[f64]) -> f64 {
    let lhs_bar = Vec3 { x: v[0], y: v[1], z: v[2] };
    let seed = lhs_bar * lhs_bar;
    let own_self = lhs_bar + lhs_bar * seed;
    let _unused = own_self % own_self;
    let out_bar = own_self % (own_self - lhs_bar * v[0]);
    if seed > 0.0 { out_bar * own_self + own_self * lhs_bar } else { 0.0 }
}

// ---- operands by reference that are overwritten later ---------------------------------------------------------

#[derive(Clone, Debug, Differentiable)]
pub struct Turn {
    re: f64,
    im: f64,
}

#[differentiate]
impl Mul<&Turn> for &Turn {
    type Output = Turn;
    fn mul(self, o: &Turn) -> Turn {
        Turn { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
    }
}
#[differentiate]
impl Mul<&Turn> for Turn {
    type Output = Turn;
    fn mul(self, o: &Turn) -> Turn {
        Turn { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
    }
}
#[differentiate]
impl Neg for &Turn {
    type Output = Turn;
    fn neg(self) -> Turn {
        Turn { re: -self.re * self.re, im: -self.im }
    }
}

/// In a loop, by the loop's own product; both operands.
#[differentiate]
fn overwritten_operands(v: &[f64]) -> f64 {
    let steps = [Turn { re: v[0], im: v[1] }, Turn { re: v[1], im: v[2] }, Turn { re: v[2] * v[0], im: v[0] }];
    let mut left = Turn { re: 1.0, im: 0.5 };
    let mut right = Turn { re: 0.3, im: v[2] };
    for step in steps.iter() {
        left = &left * step;
        right = step * &right;
        left = &left * &right;
    }
    left.re + left.im * right.im
}

/// Part by part, under an alias, squared, negated, and through `&mut`.
#[differentiate]
fn rotate(state: &mut Turn, by: &Turn) {
    let old = &*state;
    let turned = old * by;
    *state = turned;
    *state = -&*state;
}

#[differentiate]
fn parts_overwritten(v: &[f64]) -> f64 {
    let mut a = Turn { re: v[0], im: v[1] };
    let square = &a * &a;
    a.re = v[2] * square.im;
    let alias = &a;
    let product = alias * &square;
    a.im += product.re;
    rotate(&mut a, &square);
    let mut k = 0;
    while k < 3 {
        let b = &a * &product;
        if b.re > 0.2 {
            a = &b * &a;
        } else {
            a.re = b.im - 0.5;
        }
        k += 1;
    }
    let mut list = vec![a.clone(), square];
    for i in 0..2 {
        let next = &list[i] * &list[1 - i];
        list[i] = next;
    }
    list[0].re * list[1].im + a.re
}

impl std::ops::MulAssign<&Turn> for Turn {
    fn mul_assign(&mut self, o: &Turn) {
        *self = &*self * o;
    }
}

/// What a compound operator reads.
#[differentiate]
fn factors_overwritten(v: &[f64]) -> f64 {
    let mut product = Turn { re: 1.0, im: v[1] };
    let mut factor = Turn { re: v[0], im: v[2] };
    for i in 0..3 {
        product *= &factor;
        factor = &factor * &product;
        factor.re += v[i];
    }
    product.re * product.im + factor.im
}

// ---- the code is the references' ---------------------------------------------------------------------------

#[derive(Differentiable, Clone, Debug)]
pub struct Dyn {
    rows: usize,
    data: Vec<f64>,
}

#[differentiate]
impl<'a> Add<&'a Dyn> for &'a Dyn {
    type Output = Dyn;
    fn add(self, o: &'a Dyn) -> Dyn {
        assert_eq!(self.rows, o.rows);
        Dyn { rows: self.rows, data: self.data.iter().zip(&o.data).map(|(a, b)| a + b).collect::<Vec<f64>>() }
    }
}
#[differentiate]
impl Add for Dyn {
    type Output = Dyn;
    fn add(self, o: Dyn) -> Dyn {
        &self + &o
    }
}
#[differentiate]
impl Mul<&Dyn> for &Dyn {
    type Output = Dyn;
    fn mul(self, o: &Dyn) -> Dyn {
        let n = self.rows;
        let mut data = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..n {
                for k in 0..n {
                    data[i * n + j] += self.data[i * n + k] * o.data[k * n + j];
                }
            }
        }
        Dyn { rows: n, data }
    }
}
#[differentiate]
impl Mul<f64> for &Dyn {
    type Output = Dyn;
    fn mul(self, k: f64) -> Dyn {
        Dyn { rows: self.rows, data: self.data.iter().map(|a| a * k).collect::<Vec<f64>>() }
    }
}

#[differentiate]
fn matrices(v: &[f64]) -> f64 {
    let a = Dyn { rows: 2, data: v.to_vec() };
    let b = &(&a * &a) + &a;
    let c = b.clone() + &b * 2.0;
    let d = &c * &a;
    d.data[0] * d.data[3] - c.data[1]
}

// ---- const generics ------------------------------------------------------------------------------------------

#[derive(Differentiable, Clone, Copy)]
pub struct Mat<const R: usize, const C: usize>([[f64; C]; R]);

#[differentiate]
impl<const R: usize, const C: usize, const K: usize> Mul<Mat<C, K>> for Mat<R, C> {
    type Output = Mat<R, K>;
    fn mul(self, o: Mat<C, K>) -> Mat<R, K> {
        let mut out = [[0.0; K]; R];
        for i in 0..R {
            for j in 0..K {
                for k in 0..C {
                    out[i][j] += self.0[i][k] * o.0[k][j];
                }
            }
        }
        Mat(out)
    }
}

#[differentiate]
impl<const R: usize, const C: usize> Mul<Mat<R, C>> for f64 {
    type Output = Mat<R, C>;
    fn mul(self, m: Mat<R, C>) -> Mat<R, C> {
        let mut out = m.0;
        for row in out.iter_mut() {
            for x in row.iter_mut() {
                *x *= self;
            }
        }
        Mat(out)
    }
}

#[differentiate]
fn shapes(v: &[f64]) -> f64 {
    let a = Mat([[v[0], v[1], v[2]], [v[3], 2.0, v[0]]]);
    let b = Mat([[v[1]], [v[2]], [v[3]]]);
    let c = v[2] * (a * b);
    c.0[0][0] * c.0[1][0]
}

// ---- generic numbers -----------------------------------------------------------------------------------------

#[derive(Differentiable, Clone, Copy, Debug)]
pub struct Complex<T> {
    re: T,
    im: T,
}

#[differentiate]
impl<T: Float> Add for Complex<T> {
    type Output = Complex<T>;
    fn add(self, o: Self) -> Self {
        Complex { re: self.re + o.re, im: self.im + o.im }
    }
}

#[differentiate]
impl<T: Float> Mul for Complex<T> {
    type Output = Self;
    fn mul(self, o: Self) -> Self {
        Self { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
    }
}

#[differentiate]
impl<T> Mul<T> for Complex<T>
where
    T: Float,
{
    type Output = Self;
    fn mul(self, k: T) -> Self {
        Self { re: self.re * k, im: self.im * k }
    }
}

#[differentiate]
impl<T: Float> Neg for Complex<T> {
    type Output = Self;
    fn neg(self) -> Self {
        Self { re: -self.re, im: -self.im }
    }
}

#[differentiate]
fn mandelbrot(v: &[f64]) -> f64 {
    let c = Complex { re: v[0], im: v[1] };
    let mut z = Complex { re: 0.0, im: v[2] };
    for _ in 0..4 {
        z = z * z * 0.5 + c;
    }
    let w = -z;
    w.re * w.re + w.im
}

#[differentiate]
fn generic_caller<T: Float>(a: Complex<T>, k: T) -> T {
    let b = a * a * k + a;
    b.re * b.im
}

#[differentiate]
fn generic(v: &[f64]) -> f64 {
    generic_caller(Complex { re: v[0], im: v[1] }, v[2])
}

// ---- operators that a macro writes ----------------------------------------------------------------------------

macro_rules! elementwise {
    ($($Trait:ident $method:ident $op:tt),*) => { $(
        #[differentiate]
        impl $Trait for Pair {
            type Output = Pair;
            fn $method(self, o: Pair) -> Pair {
                Pair(self.0 $op o.0, self.1 $op o.1)
            }
        }
        #[differentiate]
        impl $Trait<&Pair> for &Pair {
            type Output = Pair;
            fn $method(self, o: &Pair) -> Pair {
                *self $op *o
            }
        }
    )* };
}

#[derive(Differentiable, Clone, Copy)]
pub struct Pair(f64, f64);

elementwise!(Add add +, Sub sub -, Mul mul *, Div div /);

#[differentiate]
fn written_by_a_macro(v: &[f64]) -> f64 {
    let (a, b) = (Pair(v[0], v[1]), Pair(v[2], v[0]));
    let c = (&a * &b - a / b) + a;
    c.0 * c.1
}

mod checks {
    checked! {
        overwritten_operands overwritten_operands_grad overwritten_operands_vjp overwritten_operands_jvp at [1.3, 0.7, -0.4], [1.2, 0.3, -0.7];
        parts_overwritten parts_overwritten_grad parts_overwritten_vjp parts_overwritten_jvp at [1.3, 0.7, -0.4], [1.2, 0.3, -0.7];
        factors_overwritten factors_overwritten_grad factors_overwritten_vjp factors_overwritten_jvp at [1.3, 0.7, -0.4], [1.2, 0.3, -0.7];
        all_operators all_operators_grad all_operators_vjp all_operators_jvp at [1.3, 0.7, -0.4], [0.5, 2.0, 1.5];
        references references_grad references_vjp references_jvp at [1.3, 0.7, -0.4];
        in_place in_place_grad in_place_vjp in_place_jvp at [1.3, 0.7, -0.4];
        aliased aliased_grad aliased_vjp aliased_jvp at [1.3, 0.7, -0.4];
        matrices matrices_grad matrices_vjp matrices_jvp at [1.3, 0.7, -0.4, 0.9];
        shapes shapes_grad shapes_vjp shapes_jvp at [1.3, 0.7, -0.4, 0.9];
        mandelbrot mandelbrot_grad mandelbrot_vjp mandelbrot_jvp at [0.3, 0.7, -0.4];
        generic generic_grad generic_vjp generic_jvp at [0.3, 0.7, -0.4];
        written_by_a_macro written_by_a_macro_grad written_by_a_macro_vjp written_by_a_macro_jvp at [1.3, 0.7, -0.4];
    }
}
