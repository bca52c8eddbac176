//! Gradients of ordinary Rust functions, generated at compile time, in reverse mode, on stable Rust.
//!
//! # A first gradient
//!
//! ```
//! use autodiff_core::differentiate;
//!
//! #[differentiate]
//! fn energy(k: f64, x: f64) -> f64 {
//!     0.5 * k * x * x
//! }
//!
//! let (value, (k_bar, x_bar)) = energy_grad(3.0, 2.0);
//! assert_eq!(value, energy(3.0, 2.0));
//! assert_eq!((k_bar, x_bar), (2.0, 6.0)); // x² / 2 and k x
//! ```
//!
//! The function stays as it is. Beside it stand its *siblings*: [`differentiate`](macro@differentiate) lists them. The gradient has one
//! *slot* per parameter that holds floating point numbers, in their order; a single slot comes without a tuple around it.
//!
//! # Vectors, structs and buffers
//!
//! The slot of a slice is a `Vec`, that of a struct with [`derive(Differentiable)`](derive@Differentiable) is its *cotangent type*, with
//! fields of the same names. The table is in [`differentiable`]. Integers, `bool` and strings have no slot.
//!
//! ```
//! use autodiff_core::{Differentiable, differentiate};
//!
//! #[derive(Differentiable)]
//! struct Spring {
//!     stiffness: f64,
//!     rest: f64,
//! }
//!
//! #[differentiate]
//! fn chain(spring: &Spring, points: &[f64]) -> f64 {
//!     points.windows(2).map(|p| spring.stiffness * (p[1] - p[0] - spring.rest).powi(2)).sum()
//! }
//!
//! let spring = Spring { stiffness: 2.0, rest: 1.0 };
//! let (_, (spring_bar, points_bar)) = chain_grad(&spring, &[0.0, 1.5, 3.0]);
//! assert_eq!((spring_bar.stiffness, spring_bar.rest), (0.5, -4.0));
//! assert_eq!(points_bar, [-2.0, 0.0, 2.0]);
//!
//! // The same into memory of yours, added to what is there; it allocates nothing for itself.
//! let (mut spring_bar, mut points_bar) = (spring.zero_cotangent(), [0.0; 3]);
//! chain_grad_accumulate(&spring, &[0.0, 1.5, 3.0], &mut spring_bar, &mut points_bar);
//! assert_eq!(points_bar, [-2.0, 0.0, 2.0]);
//! ```
//!
//! # Any result
//!
//! `f_grad` is for functions that give one number. `f_vjp` takes the *seed*, the cotangent of the result, and serves every type of
//! result; `f_jvp` is forward mode and takes tangents of the arguments.
//!
//! ```
//! use autodiff_core::differentiate;
//!
//! #[differentiate]
//! fn polar(r: f64, angle: f64) -> (f64, f64) {
//!     (r * angle.cos(), r * angle.sin())
//! }
//!
//! let (point, (r_bar, angle_bar)) = polar_vjp(2.0, 0.0, (1.0, 0.5));
//! assert_eq!(point, (2.0, 0.0));
//! assert_eq!((r_bar, angle_bar), (1.0, 1.0));
//! let (_, tangent) = polar_jvp(2.0, 0.0, (1.0, 0.0));
//! assert_eq!(tangent, (1.0, 0.0));
//! ```
//!
//! What a function leaves in parameters that it takes by `&mut` belongs to its results. Its part of the seed comes behind that of the
//! result, if there is one, and what comes out for it is the cotangent of what was there before. Forward mode changes its tangent in place. A
//! function that also gives a number takes the seed of that number alone, as `f_grad` does.
//!
//! ```
//! use autodiff_core::differentiate;
//!
//! #[differentiate]
//! fn step(u: &mut [f64], k: f64) {
//!     for i in 1..u.len() {
//!         u[i] += k * u[i - 1];
//!     }
//! }
//!
//! let mut u = [1.0, 2.0];
//! let ((), (u_bar, k_bar)) = step_vjp(&mut u, 0.5, vec![0.0, 1.0]);
//! assert_eq!(u, [1.0, 2.5]);
//! assert_eq!((u_bar, k_bar), (vec![0.5, 1.0], 1.0));
//! let mut u_dot = [0.0, 0.0];
//! step_jvp(&mut u, 0.5, (&mut u_dot, 1.0));
//! assert_eq!(u_dot, [0.0, 1.0]);
//! ```
//!
//! Second derivatives and Jacobians are made where they are asked for:
//!
//! ```
//! use autodiff_core::differentiate;
//!
//! #[differentiate(hessian)]
//! fn saddle(x: f64, y: f64) -> f64 {
//!     x * x * y - y * y
//! }
//!
//! #[differentiate(jacobian)]
//! fn rotate(angle: f64, x: &[f64; 2]) -> [f64; 2] {
//!     [angle.cos() * x[0] - angle.sin() * x[1], angle.sin() * x[0] + angle.cos() * x[1]]
//! }
//!
//! let (_, _, hessian) = saddle_hessian(3.0, 5.0);
//! assert_eq!(hessian, [[10.0, 6.0], [6.0, -2.0]]);
//! let (_, jacobian) = rotate_jacobian(0.0, &[2.0, 1.0]);
//! assert_eq!(jacobian, [[-1.0, 1.0, 0.0], [2.0, 0.0, 1.0]]);
//! ```
//!
//! # Functions of functions
//!
//! What a differentiated function calls is differentiated too, if it is annotated, wherever it stands; a call of another function is an
//! error at compile time. Recursion, methods and generics are no exception:
//!
//! ```
//! use autodiff_core::{Scalar, differentiate};
//!
//! mod pendulum {
//!     use autodiff_core::{Scalar, differentiate};
//!
//!     #[differentiate]
//!     pub fn acceleration<T: Scalar>(angle: T, length: T) -> T {
//!         -T::from_f64(9.81) / length * angle.sin()
//!     }
//! }
//! use pendulum::acceleration;
//!
//! #[differentiate(wrt(length))]
//! fn after<T: Scalar>(mut angle: T, length: T, steps: usize) -> T {
//!     let dt = T::from_f64(1e-3);
//!     let mut speed = T::ZERO;
//!     for _ in 0..steps {
//!         speed += dt * acceleration(angle, length);
//!         angle += dt * speed;
//!     }
//!     angle
//! }
//!
//! let (_, slope) = after_grad(0.3, 1.2, 500);
//! let difference = (after(0.3, 1.2 + 1e-6, 500) - after(0.3, 1.2 - 1e-6, 500)) / 2e-6;
//! assert!((slope - difference).abs() < 1e-8);
//! ```
//!
//! # Derivatives of your own
//!
//! [`derivative`](macro@derivative) replaces the generated derivative of one function, where a formula is known that is better;
//! [`constant`](crate::constant()) stops the derivative of a value.
//!
//! ```
//! use autodiff_core::{constant, derivative, differentiate};
//!
//! // Newton's iteration is exact enough; its derivative follows from y² = x.
//! #[derivative(x = 0.5 / result)]
//! fn root(x: f64) -> f64 {
//!     (0..60).fold(x.max(1.0), |y, _| 0.5 * (y + x / y))
//! }
//!
//! #[differentiate]
//! fn scaled(x: f64, y: f64) -> f64 {
//!     root(x) * y / constant(y)
//! }
//!
//! let (value, (x_bar, y_bar)) = scaled_grad(4.0, 2.0);
//! assert_eq!((value, x_bar, y_bar), (2.0, 0.25, 1.0));
//! ```
//!
//! # Checks
//!
//! [`check_gradient`] compares a gradient with finite differences, in tests of yours; [`check_vjp`] does it for any result.
//!
//! ```
//! # use autodiff_core::{check_gradient, differentiate};
//! #[differentiate]
//! fn softened(x: &[f64]) -> f64 {
//!     x.iter().map(|x| (x * x + 1e-2).sqrt()).sum()
//! }
//!
//! check_gradient(softened, |x| softened_grad(x).1, &[-1.0, 0.2, 3.0]).unwrap();
//! ```
//!
//! # What holds
//!
//! 1. `f_grad(..).0` is `f(..)`, bit for bit: the siblings do your operations in your order.
//! 2. A gradient is right, or there is an error at compile time, at the line of yours that cannot be followed.
//! 3. `f_grad` panics where `f` panics and nowhere else; a branch that is not taken contributes nothing.
//! 4. Where no derivative exists, [`rules`] say which value stands for it: infinite slopes are infinite, and at kinks it is a value between
//!    the slopes on either side.
//!
//! # Modules
//!
//! - [`differentiable`]: which types have cotangents, and how a type of your own gets one;
//! - [`rules`]: the derivatives of all methods of `f32` and `f64`; [`rules::functions`]: activations, `softmax`, `logsumexp`;
//! - [`operators`]: derivatives of operators on types of your own;
//! - [`scalar`]: numbers for generic code, and dual numbers for second derivatives;
//! - [`check`]: comparison with finite differences;
#![cfg_attr(feature = "nalgebra", doc = "- [`nalgebra`](mod@nalgebra): vectors, matrices and points;")]
#![cfg_attr(feature = "ndarray", doc = "- [`ndarray`](mod@ndarray): matrices as values, and their products;")]
#![cfg_attr(feature = "mlp", doc = "- [`mlp`]: multilayer perceptrons, trained with generated gradients.")]
//!
//! # Features
//!
//! | feature | by default | what it adds |
//! |---|---|---|
//! | `macros` | yes | the attributes and the derive |
//! | `std` | yes | the functions of the standard library; without it those of `libm`, for `no_std` |
//! | `nalgebra` | no | vectors, matrices and points of `nalgebra` |
//! | `ndarray` | no | arrays of `ndarray` |
//! | `mlp` | no | neural networks |
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;
extern crate self as autodiff_core;
#[cfg(any(test, feature = "std"))]
extern crate std;

pub mod check;
mod dense;
pub mod differentiable;
pub mod lanes;
mod lists;
#[cfg(feature = "mlp")]
pub mod mlp;
#[cfg(feature = "nalgebra")]
pub mod nalgebra;
#[cfg(feature = "ndarray")]
pub mod ndarray;
pub mod operators;
#[doc(hidden)]
pub mod rt;
pub mod rules;
pub mod scalar;
mod tangent;
pub mod tape;
mod tuples;

/// Gives a type a cotangent type.
///
/// ```
/// use autodiff_core::{Differentiable, differentiate};
///
/// #[derive(Clone, Differentiable)]
/// enum Lens {
///     Thin { power: f64 },
///     Thick { power: f64, thickness: f64, #[differentiable(skip)] coating: &'static [u8] },
/// }
///
/// #[differentiate]
/// fn focus(lens: &Lens) -> f64 {
///     match lens {
///         Lens::Thin { power } => 1.0 / power,
///         Lens::Thick { power, thickness, .. } => 1.0 / power + 0.5 * thickness,
///     }
/// }
///
/// let (_, bar) = focus_grad(&Lens::Thick { power: 2.0, thickness: 0.1, coating: b"MgF2" });
/// assert_eq!(bar, LensCotangent::Thick { power: -0.25, thickness: 0.5 });
/// ```
#[cfg(feature = "macros")]
pub use autodiff_macros::Differentiable;
/// A function whose derivative is given by hand.
///
/// ```
/// use autodiff_core::{derivative, differentiate};
///
/// #[derivative(x = if x.abs() < 1e-4 { -x / 3.0 } else { (x.cos() - result) / x })]
/// fn sinc(x: f64) -> f64 {
///     if x.abs() < 1e-4 { 1.0 - x * x / 6.0 } else { x.sin() / x }
/// }
///
/// /// A rotation: its pullback turns the other way.
/// #[derivative(pullback = turn_back)]
/// fn turn(v: [f64; 2]) -> [f64; 2] {
///     [-v[1], v[0]]
/// }
/// fn turn_back(_: &[f64; 2], _: &[f64; 2], seed: [f64; 2]) -> [f64; 2] {
///     [seed[1], -seed[0]]
/// }
///
/// #[differentiate]
/// fn f(x: f64) -> f64 {
///     turn([sinc(x), x])[0]
/// }
///
/// assert_eq!(f_grad(0.0), (0.0, -1.0));
/// ```
#[cfg(feature = "macros")]
pub use autodiff_macros::derivative;
/// Generates gradients.
///
/// ```
/// use autodiff_core::differentiate;
///
/// #[differentiate(wrt(w))]
/// fn loss(w: &[f64], x: &[f64], target: f64) -> f64 {
///     let score: f64 = w.iter().zip(x).map(|(w, x)| w * x).sum();
///     (score.tanh() - target).powi(2)
/// }
///
/// let (mut w, x) = (vec![0.0, 0.0], [1.0, 2.0]);
/// for _ in 0..100 {
///     let (_, gradient) = loss_grad(&w, &x, 0.5);
///     w.iter_mut().zip(gradient).for_each(|(w, g)| *w -= 0.1 * g);
/// }
/// assert!(loss(&w, &x, 0.5) < 1e-9);
/// ```
#[cfg(feature = "macros")]
pub use autodiff_macros::differentiate;
pub use check::{check_gradient, check_gradient_to, check_vjp};
pub use dense::DenseMatrix;
#[doc(hidden)]
pub use dense::matrices as __matrices;
pub use differentiable::{Cotangent, Differentiable};
pub use lanes::{ByLane, InLanes, Lanes, OfLanes};
pub use operators::{
    AddAssignRule, AddInto, AddRule, CastInto, DivRule, FromCurvature, FromRule, MulRule, NegRule, ProductMultiplies, RemRule,
    SubAssignRule, SubRule, SumAdds, SumRule, SumsAsCotangent,
};
pub use operators::{AddCurvature, DivCurvature, MulCurvature, NegCurvature, RemCurvature, SubCurvature};
pub use rules::functions::{constant, elu, gelu, gelu_tanh, leaky_relu, log_softmax, logsumexp, relu, sigmoid, softmax, softplus};
pub use scalar::{Dual, Real, Scalar};
pub use tape::Tape;

/// The traits that generated code imports to find the rule of a method by its name.
/// An item of the companion of a function.
#[doc(hidden)]
#[macro_export]
macro_rules! __callee {
    ($($function:ident)? $(:: $part:ident)* => $($item:tt)+) => {{
        use $($function)? $(:: $part)* as this_function;
        use $crate::__callee::*;
        this_function::$($item)+
    }};
    // `$crate::f`, from a macro of the user.
    ($($function:tt)+) => { $crate::__callee!(@ [] $($function)+) };
    (@ [$($path:tt)*] => $($item:tt)+) => {{
        use $($path)* as this_function;
        use $crate::__callee::*;
        this_function::$($item)+
    }};
    (@ [$($path:tt)*] $next:tt $($rest:tt)+) => { $crate::__callee!(@ [$($path)* $next] $($rest)+) };
}

/// What a place behind an index depends on.
#[doc(hidden)]
#[macro_export]
macro_rules! __key {
    ($place:expr, $index:expr) => {{
        #[allow(unused_imports)]
        use $crate::rt::{ViaIndex as _, ViaKey as _};
        $crate::rt::KeyOf(&$place).key($index)
    }};
}

/// The same for what may be a sibling of a function: only siblings of functions with second derivatives have companions.
#[doc(hidden)]
#[macro_export]
macro_rules! __callee_or_sibling {
    ($($function:ident)? $(:: $part:ident)* => $($item:tt)+) => {{
        use $($function)? $(:: $part)* as this_function;
        use $crate::__callee::siblings::*;
        this_function::$($item)+
    }};
    ($($function:tt)+) => { $crate::__callee!($($function)+) };
}

/// A method that every type has: what a type has of its own by the name goes before it. For methods in lanes, of which some types have none.
#[doc(hidden)]
#[macro_export]
macro_rules! __one_by_one {
    ($name:ident) => {
        trait OneByOne {
            #[inline(always)]
            fn $name<A, D, W, R>(&self, arguments: A, dots: D, width: W, each: impl ::core::ops::FnOnce(A, D, W) -> R) -> R {
                each(arguments, dots, width)
            }
        }
        impl<T: ?::core::marker::Sized> OneByOne for T {}
    };
}

#[doc(hidden)]
pub mod __callee {
    //! What the name of a called function stands for in generated code, where the function has no companion.

    /// A function without `#[differentiate]`, or one that has it with `no_companion`.
    #[allow(missing_debug_implementations)]
    pub enum FunctionWithoutDifferentiate {}

    #[doc(hidden)]
    pub use self::FunctionWithoutDifferentiate as this_function;

    #[doc(hidden)]
    pub mod siblings {
        /// `f_grad` and the like of a function `f` that has `#[differentiate]` and not `#[differentiate(hessian)]`, or a function with
        /// such a name and without the attribute.
        #[allow(missing_debug_implementations)]
        pub enum SiblingOfFunctionWithoutHessian {}

        /// `f_jvp` of a generic function with `#[differentiate(hessian)]`, where `#[differentiate(order = 3)]` is needed.
        #[allow(missing_debug_implementations)]
        pub enum TangentsOfGenericNumbersNeedOrder3 {}

        #[doc(hidden)]
        pub use self::SiblingOfFunctionWithoutHessian as this_function;
    }
}

#[doc(hidden)]
pub mod __methods {
    // For code without the prelude.
    pub use core::iter::{DoubleEndedIterator as _, ExactSizeIterator as _, IntoIterator as _, Iterator as _};

    pub use crate::lists::{SliceMethods as _, VecMethods as _};
    #[cfg(feature = "nalgebra")]
    pub use crate::nalgebra::method_names::*;
    #[cfg(feature = "ndarray")]
    pub use crate::ndarray::DotRule as _;
    pub use crate::operators::{FromCurvature as _, FromRule as _};
    pub use crate::rt::OptionBar as _;
    pub use crate::rt::items::{ListItems as _, OtherItems as _};
    pub use crate::rules::FloatMethods as _;
}

/// What generated code needs of `alloc`, under a path that is the same with and without `std`.
#[doc(hidden)]
pub mod __private {
    pub use crate::differentiable::NoElements;
    pub use alloc::{borrow::ToOwned, boxed::Box, string::String, vec, vec::Vec};
}
