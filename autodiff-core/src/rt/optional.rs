//! Options: variables that are assigned after their declaration, tangents that may be missing, and the cotangents of payloads.
//!
//! Guarantee: what is not there is a panic that says so, never zeros.

use crate::Differentiable;

/// A tangent that is there, for operators that take one or none.
#[inline(always)]
pub fn given<T>(dot: T) -> Option<T> {
    Some(dot)
}

/// No tangent.
#[inline(always)]
#[must_use]
pub const fn none<T>() -> Option<T> {
    None
}

/// A variable that is declared first and assigned later.
#[inline]
pub fn assign<T>(x: T) -> Option<T> {
    Some(x)
}

/// Tells rustc that a variable takes values of a type; does nothing.
#[inline(always)]
pub fn same_type<T>(_: &Option<T>, _: &T) {}

/// Whether a list has a part. What gives anything but a reference to a part does not compile.
#[inline(always)]
pub fn is_part<T: ?Sized>(part: Option<&T>) -> bool {
    part.is_some()
}

/// The value of a variable that is assigned after its declaration.
///
/// # Panics
/// If there is none; rustc has checked that there is.
#[inline]
#[track_caller]
pub fn assigned<T>(x: Option<T>) -> T {
    match x {
        Some(x) => x,
        None => unassigned(),
    }
}

/// Zeros of the shape of a variable that is assigned after its declaration; nothing if it was not, as where a search found nothing.
#[inline]
pub fn zero_assigned<T: Differentiable>(x: &Option<T>) -> Option<T::Cotangent> {
    x.as_ref().map(Differentiable::zero_cotangent)
}

#[cold]
#[track_caller]
pub(super) fn unassigned() -> ! {
    panic!("generated code read a variable before its assignment; this is a bug in autodiff")
}

/// Access to the cotangent of an `Option`'s payload, as the derive macro defines it for enums.
pub trait OptionBar {
    /// The payload's cotangent.
    type Payload;

    /// The cotangent of `x` in `Some(x)`.
    ///
    /// # Panics
    /// If the cotangent is that of `None`.
    #[allow(non_snake_case, reason = "holds the variant's name")]
    fn __bar_Some_0(&mut self) -> &mut Self::Payload;

    /// The tangent of `x` in `Some(x)`.
    ///
    /// # Panics
    /// If the tangent is that of `None`.
    #[allow(non_snake_case, reason = "holds the variant's name")]
    fn __dot_Some_0(&self) -> &Self::Payload;

    /// The cotangent of `x` in `Ok(x)`.
    ///
    /// # Panics
    /// If the cotangent is that of `Err`.
    #[allow(non_snake_case, reason = "holds the variant's name")]
    #[track_caller]
    fn __bar_Ok_0(&mut self) -> &mut Self::Payload {
        self.__bar_Some_0()
    }

    /// The tangent of `x` in `Ok(x)`.
    ///
    /// # Panics
    /// If the tangent is that of `Err`.
    #[allow(non_snake_case, reason = "holds the variant's name")]
    #[track_caller]
    fn __dot_Ok_0(&self) -> &Self::Payload {
        self.__dot_Some_0()
    }
}

impl<C> OptionBar for Option<C> {
    type Payload = C;

    #[inline]
    #[track_caller]
    fn __bar_Some_0(&mut self) -> &mut C {
        match self {
            Some(c) => c,
            None => wrong_variant(),
        }
    }

    #[inline]
    #[track_caller]
    fn __dot_Some_0(&self) -> &C {
        match self {
            Some(c) => c,
            None => wrong_variant(),
        }
    }
}

/// That a pattern `Err(..)` is that of a `Result`, whose errors have no cotangent, does not compile otherwise.
#[inline(always)]
pub fn is_result<T, E>(_: &Result<T, E>) {}

#[cold]
#[track_caller]
fn wrong_variant() -> ! {
    panic!("expected the cotangent of `Some` or `Ok`, found that of `None` or `Err`; a cotangent has the variant of its value")
}
