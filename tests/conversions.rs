//! Numbers that become numbers of another type, of which one is a type parameter; and names that bounds of several traits have in common.

#![allow(clippy::all)] // how functions are written is what these tests vary

use std::ops::{Add, Mul, Sub};

use autodiff_core::{Dual, differentiate};
use num_traits::{Float, FromPrimitive, ToPrimitive};

#[differentiate]
fn constants<T: Float + FromPrimitive>(x: &[T], k: T) -> T {
    let n = T::from_usize(x.len()).unwrap();
    let two = T::from_f64(2.0).unwrap();
    x.iter().map(|v| (two * *v).sin() * k).fold(T::zero(), |a, b| a + b) / n
}

/// Numbers of a trait of one's own, with constants under the names that others use.
trait Number: Float {
    const ZERO: Self;
    const ONE: Self;
}
impl Number for f64 {
    const ZERO: f64 = 0.0;
    const ONE: f64 = 1.0;
}

#[differentiate]
fn own_constants<T: Number>(x: T, y: T) -> T {
    let mut s = T::ZERO;
    for k in [x, y, x * y] {
        s = s + k / (T::ONE + k * k);
    }
    s
}

/// Whatever can be added and multiplied.
#[differentiate]
fn blended<T: Copy + Add<Output = T> + Sub<T, Output = T> + Mul<Output = T>>(a: T, b: T, t: &[T]) -> T {
    t.iter().fold(a, |s, &t| s + (b - s) * t * t)
}

#[differentiate]
fn powers<T>(x: T, n: usize) -> T
where
    T: num_traits::Num + Copy,
{
    let mut y = T::one();
    for _ in 0..n {
        y = y * x + T::one();
    }
    y
}

#[differentiate(hessian, lanes)]
fn through_f64(x: f64, y: f64) -> f64 {
    wide(x, y) * y
}

#[differentiate(hessian)]
fn wide<T: Float + FromPrimitive + Into<f64>>(x: T, y: T) -> T {
    let (a, b): (f64, f64) = (x.into(), y.to_f64().unwrap());
    let mut c = a * a.sin();
    c *= b;
    T::from_f64(c).unwrap() * x + T::from(b.exp()).expect("a number")
}

#[differentiate]
fn sine_of_what_becomes<T: Float + FromPrimitive + Into<f64>>(x: &[T; 2], a: T) -> T {
    let two_pi = T::from_f64(std::f64::consts::TAU).unwrap();
    let [p, q] = x.map(|v| two_pi * v - a);
    T::from_f64(f64::sin((two_pi * p * a).into())).unwrap() + T::from_f64(-1e-1 * (q.to_f64().unwrap().powi(2) + 1.0).ln()).unwrap()
}

#[differentiate]
fn narrowed<T: Float + ToPrimitive>(x: T, y: T) -> f32 {
    let z = x.to_f32().unwrap();
    let w = <T as num_traits::NumCast>::from(3).unwrap();
    z * z + (y * w).to_f32().unwrap() * z
}

#[differentiate]
fn run_for_what_it_does(v: &[f64], k: f64) -> f64 {
    let mut out = vec![0.0; v.len()];
    v.iter().zip(out.iter_mut()).map(|(x, o)| *o = x * x * k).count();
    v.iter().enumerate().map(|(i, x)| out[i] *= x.sin()).count();
    out.iter().sum()
}

fn close(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-8 * (1.0 + a.abs().max(b.abs())), "{a} is not {b}");
}

/// Every slot against differences of fourth order.
fn check(x: &[f64], f: impl Fn(&[f64]) -> f64, gradient: &[f64]) {
    assert_eq!(x.len(), gradient.len());
    let h = 1e-3;
    for k in 0..x.len() {
        let at = |d: f64| {
            let mut p = x.to_vec();
            p[k] += d;
            f(&p)
        };
        let slope = (8.0 * (at(h) - at(-h)) - at(2.0 * h) + at(-2.0 * h)) / (12.0 * h);
        assert!((slope - gradient[k]).abs() <= 1e-6 * (1.0 + slope.abs()), "slot {k}: {} instead of {slope}", gradient[k]);
    }
}

#[test]
fn functions_of_primitive_types_by_their_names() {
    let x: [f64; 4] = [0.3, -1.2, 0.8, 1.7];
    let (value, (v, k)) = constants_vjp(&x[..3], x[3], -1.75);
    assert_eq!(value.to_bits(), constants(&x[..3], x[3]).to_bits());
    check(&x, |p| -1.75 * constants(&p[..3], p[3]), &[v, vec![k]].concat());
    let (_, (v32, k32)) = constants_grad(&[0.3_f32, -1.2], 1.7);
    assert!((f64::from(v32[0]) - 1.7 * (0.6_f64).cos()).abs() < 1e-5 && k32.is_finite());
}

#[test]
fn constants_of_a_trait_of_ones_own() {
    let x = [0.3, -1.2];
    let (value, (a, b)) = own_constants_vjp(x[0], x[1], -1.75);
    assert_eq!(value.to_bits(), own_constants(x[0], x[1]).to_bits());
    check(&x, |p| -1.75 * own_constants(p[0], p[1]), &[a, b]);
}

#[test]
fn what_is_only_added_and_multiplied() {
    let x: [f64; 4] = [0.3, -1.2, 0.8, 1.7];
    let (value, (a, b, t)) = blended_vjp(x[0], x[1], &x[2..], -1.75);
    assert_eq!(value.to_bits(), blended(x[0], x[1], &x[2..]).to_bits());
    check(&x, |p| -1.75 * blended(p[0], p[1], &p[2..]), &[vec![a, b], t].concat());
    for n in [0, 1, 5] {
        check(&x[..1], |p| -1.75 * powers(p[0], n), &[powers_vjp(x[0], n, -1.75).1]);
    }
    assert_eq!(powers(3, 2), 13);
}

#[test]
fn through_another_type_and_back() {
    let x = [0.7, -1.2];
    let (value, (a, b)) = through_f64_vjp(x[0], x[1], -1.75);
    assert_eq!(value.to_bits(), through_f64(x[0], x[1]).to_bits());
    check(&x, |p| -1.75 * through_f64(p[0], p[1]), &[a, b]);
    let (_, g, h) = through_f64_hessian(x[0], x[1]);
    for (k, row) in h.into_iter().enumerate() {
        let pick = |g: (f64, f64)| if k == 0 { g.0 } else { g.1 };
        check(&x, |p| pick(through_f64_grad(p[0], p[1]).1), &row);
        close(pick(g) * -1.75, [a, b][k]);
    }
    close(through_f64_jvp(x[0], x[1], (0.4, -0.3)).1, 0.4 * g.0 - 0.3 * g.1);
}

#[test]
fn arguments_that_are_converted() {
    let x: [f64; 3] = [0.7, -0.2, 0.9];
    let (value, (v, a)) = sine_of_what_becomes_vjp(&[x[0], x[1]], x[2], -1.75);
    assert_eq!(value.to_bits(), sine_of_what_becomes(&[x[0], x[1]], x[2]).to_bits());
    check(&x, |p| -1.75 * sine_of_what_becomes(&[p[0], p[1]], p[2]), &[v[0], v[1], a]);
    close(sine_of_what_becomes_jvp(&x[..2].try_into().unwrap(), x[2], (&[0.4, 1.0], -0.3)).1, (0.4 * v[0] + v[1] - 0.3 * a) / -1.75);
}

#[test]
fn narrower_numbers() {
    let (value, (a, b)) = narrowed_vjp(0.5_f64, -0.25, -2.0);
    assert_eq!(value, narrowed(0.5_f64, -0.25));
    assert_eq!((a, b), (-2.0 * (2.0 * 0.5 - 0.75), -2.0 * 3.0 * 0.5));
}

#[test]
fn counted_and_forgotten() {
    let x = [0.3, -1.2, 0.8, 1.7];
    for n in [0, 1, 3] {
        let at = [&x[..n], &x[3..]].concat();
        let (value, (v, k)) = run_for_what_it_does_vjp(&at[..n], at[n], -1.75);
        assert_eq!(value.to_bits(), run_for_what_it_does(&at[..n], at[n]).to_bits());
        check(&at, |p| -1.75 * run_for_what_it_does(&p[..n], p[n]), &[v, vec![k]].concat());
    }
}

#[test]
fn dual_numbers_have_the_names_of_the_librarys_scalars() {
    use autodiff_core::Scalar;
    let x = <Dual<f64> as Scalar>::from_f64(2.0) * <Dual<f64> as Scalar>::ONE + <Dual<f64> as Scalar>::ZERO;
    assert_eq!(x.to_f64(), 2.0);
}
