//! Gradients of ordinary Rust functions, generated at compile time.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;
extern crate self as autodiff_core;
#[cfg(any(test, feature = "std"))]
extern crate std;

pub mod check;
pub mod differentiable;
#[cfg(feature = "mlp")]
pub mod mlp;
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

#[cfg(feature = "macros")]
pub use autodiff_macros::{Differentiable, derivative, differentiate};
pub use check::{check_gradient, check_gradient_to, check_vjp};
pub use differentiable::{Cotangent, Differentiable};
pub use operators::{AddInto, AddRule, CastInto, DivRule, MulRule, NegRule, RemRule, SubRule, SumRule};
pub use rules::functions::{constant, elu, gelu, gelu_tanh, leaky_relu, log_softmax, logsumexp, relu, sigmoid, softmax, softplus};
pub use scalar::{Dual, Real, Scalar};
pub use tape::Tape;

/// The traits that generated code imports to find the rule of a method by its name.
#[doc(hidden)]
pub mod __methods {
    #[cfg(feature = "ndarray")]
    pub use crate::ndarray::DotRule as _;
    pub use crate::rt::OptionBar as _;
    pub use crate::rules::FloatMethods as _;
}

/// What generated code needs of `alloc`, under a path that is the same with and without `std`.
#[doc(hidden)]
pub mod __private {
    pub use alloc::{borrow::ToOwned, boxed::Box, string::String, vec, vec::Vec};
}
