//! One generic function for every kind of number: `f32`, `f64`, this library's dual numbers and those of `num_dual`; and the generated
//! derivatives against both kinds of dual numbers.

use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

use approx::assert_relative_eq;
use autodiff_core::{Dual, Scalar, differentiate};
use num_dual::{Dual2_64, Dual64, DualNum};

/// What the functions need of a number. The name tells the attribute that it is one: `Real`, `Scalar` and `Float` do.
trait Real:
    Copy + PartialOrd + Neg<Output = Self> + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + AddAssign
{
    fn number(x: f64) -> Self;
    fn sin(self) -> Self;
    fn exp(self) -> Self;
    fn sqrt(self) -> Self;
    fn powi(self, n: i32) -> Self;
}

macro_rules! real {
    ($([$($generics:tt)*] $T:ty, |$x:ident| $number:expr, $($path:tt)::+;)*) => {$(
        impl<$($generics)*> Real for $T {
            fn number($x: f64) -> Self {
                $number
            }
            fn sin(self) -> Self {
                $($path)::+::sin(self)
            }
            fn exp(self) -> Self {
                $($path)::+::exp(self)
            }
            fn sqrt(self) -> Self {
                $($path)::+::sqrt(self)
            }
            fn powi(self, n: i32) -> Self {
                $($path)::+::powi(self, n)
            }
        }
    )*};
}

macro_rules! real_of_num_dual {
    ($($T:ty),*) => {$(
        impl Real for $T {
            fn number(x: f64) -> Self {
                <$T>::from(x)
            }
            fn sin(self) -> Self {
                DualNum::sin(&self)
            }
            fn exp(self) -> Self {
                DualNum::exp(&self)
            }
            fn sqrt(self) -> Self {
                DualNum::sqrt(&self)
            }
            fn powi(self, n: i32) -> Self {
                DualNum::powi(&self, n)
            }
        }
    )*};
}

real! {
    [] f32, |x| x as f32, f32;
    [] f64, |x| x, f64;
    [T: autodiff_core::Real] Dual<T>, |x| autodiff_core::Scalar::from_f64(x), Scalar;
}
real_of_num_dual!(Dual64, Dual2_64);

/// A loop, a branch, a call, methods.
#[differentiate(hessian)]
fn damped<T: Real>(x: T, k: T) -> T {
    let mut sum = T::number(0.5) * k;
    let mut power = x;
    for n in 1..5 {
        power = power * x;
        sum += wave(power, k) / T::number(n as f64);
    }
    if sum > T::number(0.0) { (sum * sum + T::number(1.0)).sqrt() } else { sum.powi(3) }
}

#[differentiate(hessian)]
fn wave<T: Real>(x: T, k: T) -> T {
    (k * x).sin() * (-x * x).exp()
}

#[test]
fn one_function_for_all_numbers() {
    for (x, k) in [(0.7, 1.3), (-0.4, -2.1), (1.2, 0.3)] {
        let (value, (x_bar, k_bar)) = damped_grad(x, k);
        assert_eq!(value, damped(x, k));
        // This library's dual numbers.
        let (by_x, by_k) = (damped(Dual::new(x, 1.0), Dual::constant(k)), damped(Dual::constant(x), Dual::new(k, 1.0)));
        assert_eq!(by_x.re, value);
        assert_relative_eq!(x_bar, by_x.eps, max_relative = 1e-13);
        assert_relative_eq!(k_bar, by_k.eps, max_relative = 1e-13);
        // Those of `num_dual`.
        let (by_x, by_k) = (damped(Dual64::new(x, 1.0), Dual64::from(k)), damped(Dual64::from(x), Dual64::new(k, 1.0)));
        assert_relative_eq!(value, by_x.re, max_relative = 1e-15);
        assert_relative_eq!(x_bar, by_x.eps, max_relative = 1e-13);
        assert_relative_eq!(k_bar, by_k.eps, max_relative = 1e-13);
        // Single precision.
        let (_, (x_single, k_single)) = damped_grad(x as f32, k as f32);
        assert_relative_eq!(f64::from(x_single), x_bar, max_relative = 1e-4);
        assert_relative_eq!(f64::from(k_single), k_bar, max_relative = 1e-4);
        // Second derivatives: generated, gradients at dual numbers, nested dual numbers, second-order dual numbers.
        let (_, _, h) = damped_hessian(x, k);
        let (_, (of_x, of_k)) = damped_grad(Dual::new(x, 1.0), Dual::constant(k));
        assert_relative_eq!(h[0][0], of_x.eps, max_relative = 1e-12);
        assert_relative_eq!(h[0][1], of_k.eps, max_relative = 1e-12);
        let nested = damped(Dual::new(Dual::new(x, 1.0), Dual::new(1.0, 0.0)), Dual::constant(Dual::constant(k)));
        assert_relative_eq!(h[0][0], nested.eps.eps, max_relative = 1e-12);
        let second = damped(Dual2_64::new(x, 1.0, 0.0), Dual2_64::from(k));
        assert_relative_eq!(h[0][0], second.v2, max_relative = 1e-12);
    }
}
