//! Functions that are generic over numbers, sizes and types.

use std::iter::Sum;
use std::ops::{Add, Mul};

use autodiff_core::{Differentiable, Scalar, constant, differentiate};
use num_traits::{Float, NumCast};

#[macro_use]
mod common;

#[differentiate]
fn constants<T: Float>(x: T, y: T) -> T {
    let two = T::from(2.0).unwrap();
    let third = T::one() / T::from(3).unwrap();
    let k: T = T::from(0.25_f64).expect("a number");
    let eps = T::epsilon();
    let m = NumCast::from(1.5).unwrap();
    let n: T = m;
    if x > eps { two * x * y + third * x.powi(3) + k * y - n * x } else { T::zero() * x + y }
}

#[differentiate]
fn sums<T>(xs: &[T], k: T) -> T
where
    T: Float + Sum + for<'a> Sum<&'a T>,
{
    let plain: T = xs.iter().sum();
    let squares: T = xs.iter().map(|&x| x * x).sum();
    let copied = xs.iter().copied().sum::<T>();
    plain * k + squares / copied.max(k)
}

#[differentiate]
fn real<T: num_traits::Float + num_traits::FloatConst>(x: T) -> T {
    (x * T::PI()).sin() + T::E().ln() * x.exp_m1()
}

#[differentiate]
fn by_real<T: num_traits::real::Real>(x: T, y: T) -> T {
    x.atan2(y) * x.hypot(y).sqrt() + x.abs().ln_1p().mul_add(y, x)
}

#[differentiate]
fn scalar<T: Scalar>(x: T, y: T) -> T {
    (x * T::PI).sin() * y.exp() + T::from_f64(0.5) * T::ONE / x + T::ZERO
}

#[differentiate]
fn arrays<T: Float, const N: usize>(a: [T; N], b: &[T; N]) -> [T; N] {
    let mut out = [T::zero(); N];
    for i in 0..N {
        out[i] = a[i] * b[N - 1 - i] + a[i].sin();
    }
    out
}

#[differentiate]
fn dot<T: Float, const N: usize>(a: &[T; N], b: &[T; N]) -> T {
    let mut s = T::zero();
    for (x, y) in a.iter().zip(b) {
        s = s + *x * *y;
    }
    s
}

#[differentiate]
fn nested<T: Float, const N: usize>(a: [T; N], k: T) -> T {
    let b = arrays(a, &[k; N]);
    let c = arrays::<T, N>(b, &a);
    dot(&b, &c) * constants::<T>(k, a[0])
}

#[differentiate]
fn two_types<T: Float, U: Float>(x: T, y: U) -> T {
    let half = T::from(0.5).unwrap();
    if y > U::zero() { x * x * half } else { x }
}

#[differentiate]
fn mixed_floats<T: Float>(x: T, n: usize, k: f64) -> T {
    let n = T::from(n).unwrap();
    let k = T::from(constant(k)).unwrap();
    x * n + x.powf(k)
}

fn plain_helper<T: Float>(n: usize) -> T {
    T::from(n + 1).unwrap()
}

#[differentiate]
fn calls_plain<T: Float>(x: T) -> T {
    x * plain_helper::<T>(3) + x / plain_helper(1)
}

/// No trait of numbers at all: what the operators need is written down.
#[differentiate]
fn bare<T>(x: T, y: T) -> T
where
    T: Scalar + Copy + Add<Output = T> + Mul<Output = T>,
{
    x * y + x
}

#[derive(Differentiable, Clone, Copy)]
struct Point<T> {
    x: T,
    y: T,
}

#[differentiate]
fn norm<T: Float>(p: Point<T>, q: &Point<T>) -> T {
    let d = Point { x: p.x - q.x, y: p.y - q.y };
    (d.x * d.x + d.y * d.y).sqrt()
}

#[differentiate]
fn centroid<T: Float>(ps: &[Point<T>]) -> Point<T> {
    let n = T::from(ps.len()).unwrap();
    let mut c = Point { x: T::zero(), y: T::zero() };
    for p in ps {
        c.x = c.x + p.x;
        c.y = c.y + p.y;
    }
    c.x = c.x / n;
    c.y = c.y / n;
    c
}

#[differentiate]
fn rk4<T: Float>(x: T, k: T, n: usize) -> T {
    let h = T::one() / T::from(n).unwrap();
    let two = T::one() + T::one();
    let six = T::from(6.0).unwrap();
    let mut x = x;
    for _ in 0..n {
        let k1 = -k * x;
        let k2 = -k * (x + h * k1 / two);
        let k3 = -k * (x + h * k2 / two);
        let k4 = -k * (x + h * k3);
        x = x + h / six * (k1 + two * k2 + two * k3 + k4);
    }
    x
}

#[differentiate]
fn horner<T: Float>(c: &[T], x: T) -> T {
    c.iter().rev().fold(T::zero(), |acc, &c| acc * x + c)
}

#[differentiate]
fn vectors<T: Float>(n: usize, x: T) -> Vec<T> {
    let mut v = vec![T::one(); n];
    for i in 1..n {
        v[i] = v[i - 1] * x;
    }
    v.iter().map(|&p| p + T::one()).collect()
}

#[differentiate]
fn clamped<T: Float>(x: T, lo: T, hi: T) -> T {
    x.max(lo).min(hi) + x.signum() * x.abs() + if x.is_nan() { T::infinity() } else { x }
}

#[differentiate]
fn first(v: &[f64]) -> f64 {
    constants(v[0], v[1]) + sums(v, v[2]) + real(v[0]) * by_real(v[1], v[0]) + scalar(v[0], v[2])
}

#[differentiate]
fn second(v: &[f64]) -> f64 {
    nested([v[0], v[1]], v[2]) + two_types(v[0], 1.0_f32) + mixed_floats(v[0], 3, 1.7) + calls_plain(v[1]) + bare(v[0], v[2])
}

#[differentiate]
fn third(v: &[f64]) -> f64 {
    let ps = [Point { x: v[0], y: v[1] }, Point { x: v[2], y: v[0] * v[1] }];
    let c = centroid(&ps);
    norm(ps[0], &c) * rk4(v[0], v[1], 4) + horner(v, v[1]) * vectors(3, v[0])[2] + clamped(v[1], v[2], v[0])
}

/// In single precision, too.
#[test]
fn single_precision() {
    let (value, (gx, gy)) = constants_grad(1.5_f32, 0.5);
    assert_eq!(value.to_bits(), constants(1.5_f32, 0.5).to_bits());
    assert!((gx - (1.0 + 2.25 - 1.5)).abs() < 1e-5 && (gy - 3.25).abs() < 1e-5);
    let (value, grad) = horner_grad(&[1.0_f32, 2.0, 3.0], 0.5);
    assert_eq!((value, grad), (2.75, (vec![1.0, 0.5, 0.25], 5.0)));
}

mod checks {
    checked! {
        first first_grad first_vjp first_jvp at [1.3, 0.7, -0.4];
        second second_grad second_vjp second_jvp at [1.3, 0.7, -0.4];
        third third_grad third_vjp third_jvp at [1.3, 0.7, -0.4];
    }
}
