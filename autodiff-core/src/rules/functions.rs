//! Functions that programs with derivatives often need, computed without overflow or cancellation.
//!
//! `relu`, `leaky_relu`, `elu`, `sigmoid`, `softplus`, `gelu` and `gelu_tanh` of numbers; `logsumexp`, `softmax` and `log_softmax` of
//! slices. A function that is differentiated may call them like any other.

use alloc::vec::Vec;

use crate::differentiable::Differentiable;
use crate::operators::curvature::lift;
use crate::{Dual, Real};

use super::{add, add_dual, add_orders, lift_dot};

/// A companion: the type of the same name as a function, with what generated code calls instead of it.
macro_rules! companion {
    ($name:ident) => {
        #[allow(non_camel_case_types)]
        #[doc(hidden)]
        #[derive(Debug)]
        pub enum $name {}
    };
}

/// A function of one number: value, partial, and the rest of its documentation.
macro_rules! of_number {
    ($(#[$doc:meta])* $name:ident |$x:ident| $value:expr, |$x1:pat_param, $y:pat_param| $d:expr) => {
        $(#[$doc])*
        #[inline]
        pub fn $name<T: Real>(x: T) -> T {
            let $x = x;
            $value
        }

        companion!($name);

        impl $name {
            /// The value, and a pullback.
            #[inline]
            pub fn pull<T: Real>(x: T) -> (T, impl FnOnce(&T, T, Option<&mut T>) + use<T>) {
                let y = $name(x);
                (y, move |x: &T, y_bar: T, x_bar: Option<&mut T>| {
                    add(x_bar, || {
                        let ($x1, $y) = (*x, y);
                        $d(y_bar)
                    });
                })
            }

            /// The value and its tangent.
            #[inline]
            pub fn push<T: Real>(x: T, x_dot: Option<&T>) -> (T, T) {
                let y = $name(x);
                let ($x1, $y) = (x, y);
                (y, x_dot.map_or(T::__ZERO, |x_dot| $d(*x_dot)))
            }

            /// Value, tangent, and a pullback with tangents.
            #[inline]
            #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
            pub fn needs_differentiate_hessian<T: Real>(
                x: T,
                x_dot: Option<&T>,
            ) -> (T, T, impl FnOnce(&T, Option<&T>, T, T, Option<&mut T>, Option<&mut T>) + use<T>) {
                let (y, pullback) = Self::pull(lift(x, x_dot));
                (y.re, y.eps, move |x: &T, x_dot: Option<&T>, y_bar: T, y_bar_dot: T, x_bar: Option<&mut T>, x_bar_dot: Option<&mut T>| {
                    add_dual(x_bar, x_bar_dot, || {
                        let mut bar = Dual::__ZERO;
                        pullback(&lift(*x, x_dot), Dual::new(y_bar, y_bar_dot), Some(&mut bar));
                        bar
                    });
                })
            }

            /// The same with tangents in two directions.
            #[inline]
            #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
            pub fn needs_differentiate_order_3<T: Real>(
                x: T,
                x_1: Option<&T>,
                x_2: Option<&T>,
                x_12: Option<&T>,
            ) -> (
                T, T, T, T,
                impl FnOnce(
                    &T, Option<&T>, Option<&T>, Option<&T>, T, T, T, T,
                    Option<&mut T>, Option<&mut T>, Option<&mut T>, Option<&mut T>,
                ) + use<T>,
            ) {
                let (y, y_dot, pullback) = Self::needs_differentiate_hessian(lift(x, x_2), lift_dot(x_1, x_12).as_ref());
                (
                    y.re, y_dot.re, y.eps, y_dot.eps,
                    move |x: &T, x_1: Option<&T>, x_2: Option<&T>, x_12: Option<&T>, g: T, g_1: T, g_2: T, g_12: T,
                          bar: Option<&mut T>, bar_1: Option<&mut T>, bar_2: Option<&mut T>, bar_12: Option<&mut T>| {
                        let (mut sum, mut sum_dot) = (Dual::__ZERO, Dual::__ZERO);
                        let (g, g_dot) = (Dual::new(g, g_2), Dual::new(g_1, g_12));
                        pullback(&lift(*x, x_2), lift_dot(x_1, x_12).as_ref(), g, g_dot, Some(&mut sum), Some(&mut sum_dot));
                        add_orders([bar, bar_1, bar_2, bar_12], sum, sum_dot);
                    },
                )
            }
        }
    };
}

/// A function of a number and a parameter: value, and the two contributions.
macro_rules! of_number_and_parameter {
    ($(#[$doc:meta])* $name:ident ($p:ident) |$x:ident| $value:expr, |$g:ident| $d0:expr, $d1:expr) => {
        $(#[$doc])*
        #[inline]
        pub fn $name<T: Real>($x: T, $p: T) -> T {
            $value
        }

        companion!($name);

        impl $name {
            /// The value, and a pullback.
            #[inline]
            #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
            pub fn pull<T: Real>(
                x: T,
                $p: T,
            ) -> (T, impl FnOnce(&T, &T, T, Option<&mut T>, Option<&mut T>) + use<T>) {
                let y = $name(x, $p);
                (y, move |$x: &T, $p: &T, $g: T, x_bar: Option<&mut T>, p_bar: Option<&mut T>| {
                    let ($x, $p) = (*$x, *$p);
                    add(x_bar, || $d0);
                    add(p_bar, || $d1);
                })
            }

            /// The value and its tangent.
            #[inline]
            pub fn push<T: Real>($x: T, $p: T, x_dot: Option<&T>, p_dot: Option<&T>) -> (T, T) {
                let from_x = x_dot.map_or(T::__ZERO, |&$g| $d0);
                let from_p = p_dot.map_or(T::__ZERO, |&$g| $d1);
                ($name($x, $p), from_x + from_p)
            }

            /// Value, tangent, and a pullback with tangents.
            #[inline]
            #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
            pub fn needs_differentiate_hessian<T: Real>(
                x: T,
                p: T,
                x_dot: Option<&T>,
                p_dot: Option<&T>,
            ) -> (
                T,
                T,
                impl FnOnce(
                    &T,
                    &T,
                    Option<&T>,
                    Option<&T>,
                    T,
                    T,
                    Option<&mut T>,
                    Option<&mut T>,
                    Option<&mut T>,
                    Option<&mut T>,
                ) + use<T>,
            ) {
                let (y, pullback) = Self::pull(lift(x, x_dot), lift(p, p_dot));
                (
                    y.re,
                    y.eps,
                    move |x: &T,
                          p: &T,
                          x_dot: Option<&T>,
                          p_dot: Option<&T>,
                          y_bar: T,
                          y_bar_dot: T,
                          x_bar: Option<&mut T>,
                          p_bar: Option<&mut T>,
                          x_bar_dot: Option<&mut T>,
                          p_bar_dot: Option<&mut T>| {
                        let (mut x_sum, mut p_sum) = (Dual::__ZERO, Dual::__ZERO);
                        let seed = Dual::new(y_bar, y_bar_dot);
                        pullback(&lift(*x, x_dot), &lift(*p, p_dot), seed, Some(&mut x_sum), Some(&mut p_sum));
                        add_dual(x_bar, x_bar_dot, || x_sum);
                        add_dual(p_bar, p_bar_dot, || p_sum);
                    },
                )
            }

            /// The same with tangents in two directions.
            #[inline]
            #[allow(clippy::type_complexity, clippy::too_many_arguments, reason = "the protocol of pullbacks")]
            pub fn needs_differentiate_order_3<T: Real>(
                x: T, p: T, x_1: Option<&T>, p_1: Option<&T>, x_2: Option<&T>, p_2: Option<&T>, x_12: Option<&T>, p_12: Option<&T>,
            ) -> (
                T, T, T, T,
                impl FnOnce(
                    &T, &T, Option<&T>, Option<&T>, Option<&T>, Option<&T>, Option<&T>, Option<&T>, T, T, T, T,
                    Option<&mut T>, Option<&mut T>, Option<&mut T>, Option<&mut T>,
                    Option<&mut T>, Option<&mut T>, Option<&mut T>, Option<&mut T>,
                ) + use<T>,
            ) {
                let (x_dot, p_dot) = (lift_dot(x_1, x_12), lift_dot(p_1, p_12));
                let (y, y_dot, pullback) =
                    Self::needs_differentiate_hessian(lift(x, x_2), lift(p, p_2), x_dot.as_ref(), p_dot.as_ref());
                (
                    y.re, y_dot.re, y.eps, y_dot.eps,
                    move |x: &T, p: &T, x_1: Option<&T>, p_1: Option<&T>, x_2: Option<&T>, p_2: Option<&T>,
                          x_12: Option<&T>, p_12: Option<&T>, g: T, g_1: T, g_2: T, g_12: T,
                          x_bar: Option<&mut T>, p_bar: Option<&mut T>, x_bar_1: Option<&mut T>, p_bar_1: Option<&mut T>,
                          x_bar_2: Option<&mut T>, p_bar_2: Option<&mut T>, x_bar_12: Option<&mut T>, p_bar_12: Option<&mut T>| {
                        let (mut x_sum, mut x_sum_dot) = (Dual::__ZERO, Dual::__ZERO);
                        let (mut p_sum, mut p_sum_dot) = (Dual::__ZERO, Dual::__ZERO);
                        pullback(
                            &lift(*x, x_2), &lift(*p, p_2), lift_dot(x_1, x_12).as_ref(), lift_dot(p_1, p_12).as_ref(),
                            Dual::new(g, g_2), Dual::new(g_1, g_12),
                            Some(&mut x_sum), Some(&mut p_sum), Some(&mut x_sum_dot), Some(&mut p_sum_dot),
                        );
                        add_orders([x_bar, x_bar_1, x_bar_2, x_bar_12], x_sum, x_sum_dot);
                        add_orders([p_bar, p_bar_1, p_bar_2, p_bar_12], p_sum, p_sum_dot);
                    },
                )
            }
        }
    };
}

of_number! {
    /// The positive part: x for x > 0, and 0 else.
    ///
    /// Its derivative is 1 for x > 0, and 0 for x ≤ 0.
    ///
    /// ```
    /// assert_eq!(autodiff_core::relu(2.0), 2.0);
    /// assert_eq!(autodiff_core::relu(-2.0), 0.0);
    /// ```
    relu
    |x| if x <= T::__ZERO { T::__ZERO } else { x },
    |x, _| |g| if x <= T::__ZERO { T::__ZERO } else { g }
}

of_number! {
    /// The logistic function 1 / (1 + e⁻ˣ).
    ///
    /// Its derivative is y (1 - y), here computed so that it does not cancel for large x.
    ///
    /// ```
    /// assert_eq!(autodiff_core::sigmoid(0.0), 0.5);
    /// assert_eq!(autodiff_core::sigmoid(-1e9), 0.0);
    /// ```
    sigmoid
    |x| {
        let e = (-x.__abs()).__exp();
        (if x < T::__ZERO { e } else { T::__ONE }) / (T::__ONE + e)
    },
    |x, _| |g| {
        let e = (-x.__abs()).__exp();
        e / ((T::__ONE + e) * (T::__ONE + e)) * g
    }
}

of_number! {
    /// ln(1 + eˣ), a smooth [`relu`].
    ///
    /// Its derivative is [`sigmoid`].
    ///
    /// ```
    /// assert_eq!(autodiff_core::softplus(0.0), 2.0_f64.ln());
    /// assert_eq!(autodiff_core::softplus(1e9), 1e9);
    /// ```
    softplus
    |x| relu(x) + (-x.__abs()).__exp().__ln_1p(),
    |x, _| |g| sigmoid(x) * g
}

/// Φ(x), the probability that a standard normal variable is less than x.
#[inline]
fn normal_cdf<T: Real>(x: T) -> T {
    T::__from_f64(0.5) * (x * T::__from_f64(-core::f64::consts::FRAC_1_SQRT_2)).__erfc()
}

of_number! {
    /// The Gaussian error linear unit x Φ(x), where Φ is the distribution function of the standard normal distribution.
    ///
    /// Its derivative is Φ(x) + x φ(x), where φ is the density. See [`gelu_tanh`] for the usual approximation.
    ///
    /// ```
    /// assert!((autodiff_core::gelu(1.0_f64) - 0.841344746068543).abs() < 1e-15);
    /// ```
    gelu
    |x| x * normal_cdf(x),
    |x, _| |g| {
        // 1 / √(2π)
        let density = T::__from_f64(0.398_942_280_401_432_7) * (T::__from_f64(-0.5) * x * x).__exp();
        (normal_cdf(x) + x * density) * g
    }
}

of_number! {
    /// The approximation x σ(2u) of [`gelu`], with u = √(2/π) (x + 0.044715 x³) and the logistic function σ; the same as
    /// x (1 + tanh u) / 2.
    ///
    /// Its derivative is σ(2u) + 2 x σ(2u) σ(-2u) √(2/π) (1 + 0.134145 x²).
    ///
    /// ```
    /// assert!((autodiff_core::gelu_tanh(1.0_f64) - 0.8411919906082768).abs() < 1e-15);
    /// ```
    gelu_tanh
    |x| x * sigmoid(twice_u(x)),
    |x, _| |g| {
        let u2 = twice_u(x);
        let slope = T::__from_f64(2.0 * SQRT_2_PI) * (T::__ONE + T::__from_f64(3.0 * 0.044_715) * x * x);
        (sigmoid(u2) + x * sigmoid(u2) * sigmoid(-u2) * slope) * g
    }
}

/// √(2/π).
const SQRT_2_PI: f64 = 0.797_884_560_802_865_4;

/// Twice the argument of the hyperbolic tangent in [`gelu_tanh`].
#[inline]
fn twice_u<T: Real>(x: T) -> T {
    T::__from_f64(2.0 * SQRT_2_PI) * (x + T::__from_f64(0.044_715) * x * x * x)
}

of_number_and_parameter! {
    /// x for x > 0, and `slope` times x else.
    ///
    /// The derivatives are 1 and 0 for x > 0, and `slope` and x for x ≤ 0.
    ///
    /// ```
    /// assert_eq!(autodiff_core::leaky_relu(2.0, 0.1), 2.0);
    /// assert_eq!(autodiff_core::leaky_relu(-2.0, 0.1), -0.2);
    /// ```
    leaky_relu(slope)
    |x| if x > T::__ZERO { x } else { slope * x },
    |g| if x > T::__ZERO { g } else { slope * g },
    if x > T::__ZERO { T::__ZERO } else { x * g }
}

of_number_and_parameter! {
    /// The exponential linear unit: x for x > 0, and `alpha` (eˣ - 1) else.
    ///
    /// The derivatives are 1 and 0 for x > 0, and `alpha` eˣ and eˣ - 1 for x ≤ 0.
    ///
    /// ```
    /// assert_eq!(autodiff_core::elu(2.0, 1.0), 2.0);
    /// assert_eq!(autodiff_core::elu(-1e9, 1.0), -1.0);
    /// ```
    elu(alpha)
    |x| if x > T::__ZERO { x } else { alpha * x.__exp_m1() },
    |g| if x > T::__ZERO { g } else { alpha * x.__exp() * g },
    if x > T::__ZERO { T::__ZERO } else { x.__exp_m1() * g }
}

/// The first of the greatest elements, and its index; NaN if there is one.
fn greatest<T: Real>(x: &[T]) -> Option<(usize, T)> {
    let mut best: Option<(usize, T)> = None;
    for (i, &x) in x.iter().enumerate() {
        if x.__is_nan() {
            return Some((i, x));
        }
        if best.is_none_or(|(_, b)| x > b) {
            best = Some((i, x));
        }
    }
    best
}

/// The greatest element, and the sum of the exponentials of the differences to it, without the 1 that is its own.
fn shifted_sum<T: Real>(x: &[T]) -> (T, T) {
    let Some((at, max)) = greatest(x) else {
        return (-T::__INFINITY, T::__ZERO);
    };
    let rest = |part: &[T]| part.iter().map(|&x| (x - max).__exp()).sum::<T>();
    (max, rest(&x[..at]) + rest(&x[at + 1..]))
}

/// The logarithm of the sum of exponentials, ln(Σ eˣⁱ); minus infinity for an empty slice.
///
/// The greatest element is taken out of the sum, so that nothing overflows and small sums keep their precision. The derivative with respect
/// to xᵢ is [`softmax`]ᵢ.
///
/// ```
/// assert_eq!(autodiff_core::logsumexp(&[1000.0, 1000.0]), 1000.0 + 2.0_f64.ln());
/// ```
pub fn logsumexp<T: Real>(x: &[T]) -> T {
    let (max, rest) = shifted_sum(x);
    // An infinite maximum decides alone.
    if max.__is_infinite() { max } else { max + rest.__ln_1p() }
}

/// Numbers with their tangents.
fn lift_all<T: Real>(x: &[T], x_dot: Option<&[T]>) -> Vec<Dual<T>> {
    match x_dot {
        Some(x_dot) => x.iter().zip(x_dot).map(|(&x, &d)| Dual::new(x, d)).collect(),
        None => x.iter().map(|&x| Dual::constant(x)).collect(),
    }
}

/// Values and tangents, apart.
fn split<T: Real>(y: &[Dual<T>]) -> (Vec<T>, Vec<T>) {
    y.iter().map(|y| (y.re, y.eps)).unzip()
}

/// Adds to cotangents and to their tangents, if they are wanted.
fn add_all_dual<T: Real>(x_bar: Option<&mut [T]>, x_bar_dot: Option<&mut [T]>, contributions: &[Dual<T>]) {
    if let Some(x_bar) = x_bar {
        x_bar.iter_mut().zip(contributions).for_each(|(b, c)| *b += c.re);
    }
    if let Some(x_bar_dot) = x_bar_dot {
        x_bar_dot.iter_mut().zip(contributions).for_each(|(b, c)| *b += c.eps);
    }
}

/// Tangents in the second direction, of numbers and of their tangents in the first one, if these move.
fn lift_dots<T: Real>(x_dot: Option<&[T]>, both: Option<&[T]>) -> Option<Vec<Dual<T>>> {
    match (x_dot, both) {
        (Some(x_dot), both) => Some(lift_all(x_dot, both)),
        (None, Some(both)) => Some(both.iter().map(|&d| Dual::new(T::__ZERO, d)).collect()),
        (None, None) => None,
    }
}

/// Adds to cotangents and to their tangents in two directions and in both, where they are wanted.
fn add_all_orders<T: Real>([bar, bar_1, bar_2, bar_12]: [Option<&mut [T]>; 4], sum: &[Dual<T>], sum_dot: &[Dual<T>]) {
    add_all_dual(bar, bar_2, sum);
    add_all_dual(bar_1, bar_12, sum_dot);
}

/// A number or numbers, as results of functions of numbers.
trait Apart<T> {
    type Dual;
    fn apart(dual: Self::Dual) -> (Self, Self)
    where
        Self: Sized;
    fn together(&self, dot: &Self) -> Self::Dual;
}

impl<T: Real> Apart<T> for T {
    type Dual = Dual<T>;
    fn apart(dual: Dual<T>) -> (T, T) {
        (dual.re, dual.eps)
    }
    fn together(&self, dot: &T) -> Dual<T> {
        Dual::new(*self, *dot)
    }
}

impl<T: Real> Apart<T> for Vec<T> {
    type Dual = Vec<Dual<T>>;
    fn apart(dual: Vec<Dual<T>>) -> (Vec<T>, Vec<T>) {
        split(&dual)
    }
    fn together(&self, dot: &Vec<T>) -> Vec<Dual<T>> {
        lift_all(self, Some(dot))
    }
}

/// The pullback with tangents in two directions of a function of numbers: the one with tangents in one direction on dual numbers.
macro_rules! third_order {
    ($name:ident -> $Y:ty) => {
        impl $name {
            /// The value, its tangents in two directions and in both, and a pullback with tangents.
            #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
            pub fn needs_differentiate_order_3<T: Real>(
                x: &[T],
                x_1: Option<&[T]>,
                x_2: Option<&[T]>,
                x_12: Option<&[T]>,
            ) -> (
                $Y, $Y, $Y, $Y,
                impl FnOnce(
                    &[T], Option<&[T]>, Option<&[T]>, Option<&[T]>, $Y, $Y, $Y, $Y,
                    Option<&mut [T]>, Option<&mut [T]>, Option<&mut [T]>, Option<&mut [T]>,
                ) + use<T>,
            ) {
                let (y, y_dot, pullback) = Self::needs_differentiate_hessian(&lift_all(x, x_2), lift_dots(x_1, x_12).as_deref());
                let ((y, y_2), (y_1, y_12)) = (<$Y>::apart(y), <$Y>::apart(y_dot));
                (
                    y, y_1, y_2, y_12,
                    move |x: &[T], x_1: Option<&[T]>, x_2: Option<&[T]>, x_12: Option<&[T]>, g: $Y, g_1: $Y, g_2: $Y, g_12: $Y,
                          bar: Option<&mut [T]>, bar_1: Option<&mut [T]>, bar_2: Option<&mut [T]>, bar_12: Option<&mut [T]>| {
                        let mut sum = alloc::vec![Dual::__ZERO; x.len()];
                        let mut sum_dot = sum.clone();
                        let (g, g_dot) = (g.together(&g_2), g_1.together(&g_12));
                        let x_dot = lift_dots(x_1, x_12);
                        pullback(&lift_all(x, x_2), x_dot.as_deref(), g, g_dot, Some(&mut sum), Some(&mut sum_dot));
                        add_all_orders([bar, bar_1, bar_2, bar_12], &sum, &sum_dot);
                    },
                )
            }
        }
    };
}

third_order!(logsumexp -> T);
third_order!(softmax -> Vec<T>);
third_order!(log_softmax -> Vec<T>);

companion!(logsumexp);

impl logsumexp {
    /// The value, and a pullback.
    #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
    pub fn pull<T: Real>(x: &[T]) -> (T, impl FnOnce(&[T], T, Option<&mut [T]>) + use<T>) {
        let (max, rest) = shifted_sum(x);
        let y = if max.__is_infinite() { max } else { max + rest.__ln_1p() };
        (y, move |x: &[T], y_bar: T, x_bar: Option<&mut [T]>| {
            let Some(x_bar) = x_bar else { return };
            let scale = y_bar / (T::__ONE + rest);
            for (x_bar, &x) in x_bar.iter_mut().zip(x) {
                *x_bar += (x - max).__exp() * scale;
            }
        })
    }

    /// Value, tangent, and a pullback with tangents: the pullback at dual numbers.
    #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
    pub fn needs_differentiate_hessian<T: Real>(
        x: &[T],
        x_dot: Option<&[T]>,
    ) -> (T, T, impl FnOnce(&[T], Option<&[T]>, T, T, Option<&mut [T]>, Option<&mut [T]>) + use<T>) {
        let (y, pullback) = Self::pull(&lift_all(x, x_dot));
        (y.re, y.eps, move |x: &[T], x_dot: Option<&[T]>, y_bar: T, y_bar_dot: T, x_bar: Option<&mut [T]>, x_bar_dot: Option<&mut [T]>| {
            let mut sum = alloc::vec![Dual::__ZERO; x.len()];
            pullback(&lift_all(x, x_dot), Dual::new(y_bar, y_bar_dot), Some(&mut sum));
            add_all_dual(x_bar, x_bar_dot, &sum);
        })
    }

    /// The value and its tangent.
    pub fn push<T: Real>(x: &[T], x_dot: Option<&[T]>) -> (T, T) {
        let (max, rest) = shifted_sum(x);
        let y = if max.__is_infinite() { max } else { max + rest.__ln_1p() };
        let y_dot =
            x_dot.map_or(T::__ZERO, |x_dot| x.iter().zip(x_dot).map(|(&x, &d)| (x - max).__exp() * d).sum::<T>() / (T::__ONE + rest));
        (y, y_dot)
    }
}

/// Exponentials, divided by their sum: yᵢ = eˣⁱ / Σ eˣʲ.
///
/// The greatest element is subtracted first, so that nothing overflows. The contribution to xᵢ is yᵢ (ȳᵢ - Σ yⱼ ȳⱼ).
///
/// ```
/// assert_eq!(autodiff_core::softmax(&[1000.0, 1000.0]), [0.5, 0.5]);
/// ```
pub fn softmax<T: Real>(x: &[T]) -> Vec<T> {
    let Some((_, max)) = greatest(x) else {
        return Vec::new();
    };
    let mut y: Vec<T> = x.iter().map(|&x| (x - max).__exp()).collect();
    let sum: T = y.iter().copied().sum();
    for y in &mut y {
        *y /= sum;
    }
    y
}

companion!(softmax);

impl softmax {
    /// The value, and a pullback.
    #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
    pub fn pull<T: Real>(x: &[T]) -> (Vec<T>, impl FnOnce(&[T], Vec<T>, Option<&mut [T]>) + use<T>) {
        let y = softmax(x);
        let kept = y.clone();
        (y, move |_: &[T], y_bar: Vec<T>, x_bar: Option<&mut [T]>| {
            let Some(x_bar) = x_bar else { return };
            let mean: T = kept.iter().zip(&y_bar).map(|(&y, &y_bar)| y * y_bar).sum();
            for ((x_bar, y), y_bar) in x_bar.iter_mut().zip(kept).zip(y_bar) {
                *x_bar += y * (y_bar - mean);
            }
        })
    }

    /// Value, tangent, and a pullback with tangents: the pullback at dual numbers.
    #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
    pub fn needs_differentiate_hessian<T: Real>(
        x: &[T],
        x_dot: Option<&[T]>,
    ) -> (Vec<T>, Vec<T>, impl FnOnce(&[T], Option<&[T]>, Vec<T>, Vec<T>, Option<&mut [T]>, Option<&mut [T]>) + use<T>) {
        let (y, pullback) = Self::pull(&lift_all(x, x_dot));
        let (y, y_dot) = split(&y);
        (
            y,
            y_dot,
            move |x: &[T], x_dot: Option<&[T]>, y_bar: Vec<T>, y_bar_dot: Vec<T>, x_bar: Option<&mut [T]>, x_bar_dot: Option<&mut [T]>| {
                let mut sum = alloc::vec![Dual::__ZERO; x.len()];
                pullback(&lift_all(x, x_dot), lift_all(&y_bar, Some(&y_bar_dot)), Some(&mut sum));
                add_all_dual(x_bar, x_bar_dot, &sum);
            },
        )
    }

    /// The value and its tangent: the Jacobian is symmetric.
    pub fn push<T: Real>(x: &[T], x_dot: Option<&[T]>) -> (Vec<T>, Vec<T>) {
        let y = softmax(x);
        let y_dot = match x_dot {
            Some(x_dot) => {
                let mean: T = y.iter().zip(x_dot).map(|(&y, &d)| y * d).sum();
                y.iter().zip(x_dot).map(|(&y, &d)| y * (d - mean)).collect()
            }
            None => y.zero_cotangent(),
        };
        (y, y_dot)
    }
}

/// The logarithms of [`softmax`]: yᵢ = xᵢ - ln(Σ eˣʲ).
///
/// Finite where the softmax itself would be rounded to zero. The contribution to xᵢ is ȳᵢ - softmaxᵢ Σ ȳⱼ.
///
/// ```
/// assert_eq!(autodiff_core::log_softmax(&[0.0, 1000.0]), [-1000.0, 0.0]);
/// ```
pub fn log_softmax<T: Real>(x: &[T]) -> Vec<T> {
    let (max, rest) = shifted_sum(x);
    let log = rest.__ln_1p();
    x.iter().map(|&x| x - max - log).collect()
}

companion!(log_softmax);

impl log_softmax {
    /// The value, and a pullback.
    #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
    pub fn pull<T: Real>(x: &[T]) -> (Vec<T>, impl FnOnce(&[T], Vec<T>, Option<&mut [T]>) + use<T>) {
        let (max, rest) = shifted_sum(x);
        let log = rest.__ln_1p();
        let y = x.iter().map(|&x| x - max - log).collect();
        (y, move |x: &[T], y_bar: Vec<T>, x_bar: Option<&mut [T]>| {
            let Some(x_bar) = x_bar else { return };
            let sum: T = y_bar.iter().copied().sum();
            for ((x_bar, &x), y_bar) in x_bar.iter_mut().zip(x).zip(y_bar) {
                *x_bar += y_bar - (x - max).__exp() / (T::__ONE + rest) * sum;
            }
        })
    }

    /// Value, tangent, and a pullback with tangents: the pullback at dual numbers.
    #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
    pub fn needs_differentiate_hessian<T: Real>(
        x: &[T],
        x_dot: Option<&[T]>,
    ) -> (Vec<T>, Vec<T>, impl FnOnce(&[T], Option<&[T]>, Vec<T>, Vec<T>, Option<&mut [T]>, Option<&mut [T]>) + use<T>) {
        let (y, pullback) = Self::pull(&lift_all(x, x_dot));
        let (y, y_dot) = split(&y);
        (
            y,
            y_dot,
            move |x: &[T], x_dot: Option<&[T]>, y_bar: Vec<T>, y_bar_dot: Vec<T>, x_bar: Option<&mut [T]>, x_bar_dot: Option<&mut [T]>| {
                let mut sum = alloc::vec![Dual::__ZERO; x.len()];
                pullback(&lift_all(x, x_dot), lift_all(&y_bar, Some(&y_bar_dot)), Some(&mut sum));
                add_all_dual(x_bar, x_bar_dot, &sum);
            },
        )
    }

    /// The value and its tangent.
    pub fn push<T: Real>(x: &[T], x_dot: Option<&[T]>) -> (Vec<T>, Vec<T>) {
        let (_, sum_dot) = logsumexp::push(x, x_dot);
        let y = log_softmax(x);
        let y_dot = match x_dot {
            Some(x_dot) => x_dot.iter().map(|&d| d - sum_dot).collect(),
            None => y.zero_cotangent(),
        };
        (y, y_dot)
    }
}

/// Its argument, as a constant: no derivative flows through it.
///
/// ```
/// assert_eq!(autodiff_core::constant(2.0), 2.0);
/// ```
#[inline(always)]
pub fn constant<T>(x: T) -> T {
    x
}

companion!(constant);

impl constant {
    /// What another function called `constant` does not have: generated code takes the function for this one by its name.
    pub const IS_THAT_OF_AUTODIFF_CORE: () = ();

    /// The value, and a pullback that adds nothing.
    #[inline(always)]
    #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
    pub fn pull<T: Differentiable>(x: T) -> (T, impl FnOnce(&T, T::Cotangent, Option<&mut T::Cotangent>) + use<T>) {
        (x, |_: &T, _: T::Cotangent, _: Option<&mut T::Cotangent>| {})
    }

    /// The value, and zeros.
    #[inline(always)]
    pub fn push<T: Differentiable>(x: T, _: Option<&T::Cotangent>) -> (T, T::Cotangent) {
        let zero = x.zero_cotangent();
        (x, zero)
    }

    /// The value, zeros, and a pullback that adds nothing.
    #[inline(always)]
    #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
    pub fn needs_differentiate_hessian<T: Differentiable>(
        x: T,
        _: Option<&T::Cotangent>,
    ) -> (
        T,
        T::Cotangent,
        impl FnOnce(&T, Option<&T::Cotangent>, T::Cotangent, T::Cotangent, Option<&mut T::Cotangent>, Option<&mut T::Cotangent>) + use<T>,
    ) {
        let zero = x.zero_cotangent();
        let nothing = |_: &T,
                       _: Option<&T::Cotangent>,
                       _: T::Cotangent,
                       _: T::Cotangent,
                       _: Option<&mut T::Cotangent>,
                       _: Option<&mut T::Cotangent>| {};
        (x, zero, nothing)
    }
}
