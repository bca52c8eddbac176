//! Functions that are generic over their numbers: traits of users, in the shape of `nalgebra::RealField`, and the library's own.

#![allow(clippy::all)] // how functions are written is what these tests vary

use std::fmt::Debug;
use std::ops::*;

use autodiff_core::{Differentiable, Dual, Real, Scalar, differentiate};
use num_traits::{Float, FromPrimitive};

#[macro_use]
mod common;

/// As in many numerical crates: a name for a list of bounds.
pub trait RealField: Float + FromPrimitive + AddAssign + MulAssign + SubAssign + DivAssign + Debug + 'static {}
impl<T: Float + FromPrimitive + AddAssign + MulAssign + SubAssign + DivAssign + Debug + 'static> RealField for T {}

/// Numbers that are not `Copy`, with methods of their own.
pub mod exact {
    use super::*;

    pub trait RealField:
        Clone
        + PartialOrd
        + Neg<Output = Self>
        + Add<Output = Self>
        + Sub<Output = Self>
        + Mul<Output = Self>
        + Div<Output = Self>
        + AddAssign
        + MulAssign
        + Debug
        + 'static
    {
        fn sin(self) -> Self;
        fn sqrt(self) -> Self;
        fn powi(self, n: i32) -> Self;
        fn zero() -> Self;
        fn one() -> Self;
        fn pi() -> Self;
    }

    impl RealField for f64 {
        fn sin(self) -> f64 {
            f64::sin(self)
        }
        fn sqrt(self) -> f64 {
            f64::sqrt(self)
        }
        fn powi(self, n: i32) -> f64 {
            f64::powi(self, n)
        }
        fn zero() -> f64 {
            0.0
        }
        fn one() -> f64 {
            1.0
        }
        fn pi() -> f64 {
            std::f64::consts::PI
        }
    }

    #[differentiate]
    pub fn norm<T: RealField>(a: T, b: &[T]) -> T {
        let mut s = T::zero();
        for x in b {
            s += x.clone() * a.clone();
        }
        if s.clone() < T::zero() {
            s *= -T::one();
        }
        (s.clone() * s + T::one()).sqrt() + a.clone().powi(3) * T::pi() + a.sin()
    }
}

#[derive(Differentiable, Clone, Debug)]
struct Filter<T> {
    gain: T,
    state: [T; 2],
}

#[differentiate]
impl<T: RealField> Filter<T> {
    fn step(&mut self, x: T) -> T {
        let y = self.gain * (x - self.state[0]);
        self.state[1] += y / (T::one() + T::one());
        self.state[0] *= self.gain;
        self.state[0] += y;
        y.max(self.state[1])
    }
}

#[differentiate]
fn filtered<T: RealField>(gain: T, xs: &[T]) -> T {
    let mut f = Filter { gain, state: [T::zero(), T::one()] };
    let mut s = T::zero();
    for x in xs {
        s += f.step(*x).powi(2);
        s -= f.state[1] * gain;
    }
    s.sqrt().abs() + gain.tanh()
}

#[differentiate]
fn by_real<T: Real>(a: T, b: T) -> T {
    (a * b).sin() + a.powi(2) / (b * b + T::ONE)
}

#[differentiate]
fn by_scalar<T: Scalar>(xs: &[T], k: T) -> T {
    let mut s = k * k;
    for x in xs {
        s = s + (*x * k).exp();
    }
    s.ln()
}

#[differentiate]
fn all(v: &[f64]) -> f64 {
    exact::norm(v[0], v) * filtered(v[1], v) + by_real(v[0], v[2]) * by_scalar(&v[1..], v[0])
}

mod checks {
    checked! {
        all all_grad all_vjp all_jvp at [1.3, 0.7, -0.4], [0.6, 0.3, 1.5, 0.2];
    }
}

/// Single precision, and third derivatives by dual numbers where the library's trait is the bound.
#[test]
fn other_numbers() {
    let (_, (gain, xs)) = filtered_grad(0.7_f32, &[1.0, -0.5, 0.3]);
    let (_, (gain_64, xs_64)) = filtered_grad(0.7_f64, &[1.0, -0.5, 0.3]);
    assert!((f64::from(gain) - gain_64).abs() < 1e-5);
    xs.iter().zip(xs_64).for_each(|(a, b)| assert!((f64::from(*a) - b).abs() < 1e-5));
    let (_, (a_bar, _)) = by_real_grad(Dual::new(0.3, 1.0), Dual::constant(1.2));
    let slope = |a: f64| by_real_grad(a, 1.2).1.0;
    assert!((a_bar.eps - (slope(0.3 + 1e-5) - slope(0.3 - 1e-5)) / 2e-5).abs() < 1e-7);
}
