//! The two traits that every type of a differentiated function has to do with.
//!
//! A value `x` of a [`Differentiable`] type has a cotangent `x_bar`: how much the result changes with each of its
//! components. Cotangents are owned and hold numbers only: that of a `&[f64]` is a `Vec<f64>`, and that of a type without
//! floats is `()`. What code does with cotangents is little: make zeros, add, and set to zero again.
//!
//! | type | cotangent |
//! |---|---|
//! | `f32`, `f64` | the same |
//! | integers, `bool`, `char`, `str`, `String`, `()`, ranges, `Ordering`, `PhantomData` | `()` |
//! | durations and times, paths, strings of the system | `()` |
//! | `[T; N]` | `[T::Cotangent; N]` |
//! | `[T]`, `Vec<T>` | `Vec<T::Cotangent>` |
//! | `Option<T>` | `Option<T::Cotangent>`, `None` for `None` |
//! | `Result<T, E>` | `Option<T::Cotangent>`, `None` for `Err` |
//! | `Box<T>` | `Box<T::Cotangent>` |
//! | `&T`, `&mut T` | `T::Cotangent` |
//! | tuples of up to 12 | tuples |
//! | `Foo` with `#[derive(Differentiable)]` | `FooCotangent` |

use crate::Real;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::marker::PhantomData;
use core::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

mod no_elements;

pub use no_elements::NoElements;

/// A type whose values have a cotangent.
///
/// Derive it for structs and enums:
///
/// ```
/// # #[cfg(any())]
/// #[derive(autodiff_core::Differentiable)]
/// struct Line {
///     slope: f64,
///     offset: f64,
/// }
/// ```
///
/// or implement it by hand where the cotangent is not made of the fields' cotangents:
///
/// ```
/// use autodiff_core::Differentiable;
///
/// /// An angle; its cotangent is a number.
/// struct Angle(f64);
///
/// impl Differentiable for Angle {
///     type Cotangent = f64;
///
///     fn zero_cotangent(&self) -> f64 {
///         0.0
///     }
/// }
/// ```
///
/// If `+=` and `-=` on such a type add as its cotangents do, [`SumsAsCotangent`](crate::SumsAsCotangent) states it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no cotangent type",
    label = "cannot be differentiated",
    note = "add `#[derive(Differentiable)]` to `{Self}`; if it is a parameter's type, `#[differentiate(wrt(...))]` of the others leaves it out"
)]
pub trait Differentiable {
    /// The type of the cotangents.
    type Cotangent: Cotangent + Clone;

    /// Zeros of the value's shape.
    fn zero_cotangent(&self) -> Self::Cotangent;

    /// The same in the place of another cotangent, whose memory may be used again.
    #[inline]
    fn zero_cotangent_into(&self, target: &mut Self::Cotangent) {
        *target = self.zero_cotangent();
    }
}

/// What is added up in the reverse sweep.
///
/// Implemented by the cotangents of the standard library's types, and by those that `#[derive(Differentiable)]` defines.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a cotangent",
    label = "cannot be added to a derivative",
    note = "cotangents are made of `f32`, `f64` and `()`, and of the types that `#[derive(Differentiable)]` defines"
)]
pub trait Cotangent {
    /// Adds a contribution: `self += contribution`.
    ///
    /// # Panics
    /// If the two have different shapes, as vectors of different lengths do.
    fn accumulate(&mut self, contribution: &Self);

    /// Sets all numbers to zero and keeps the shape.
    fn set_zero(&mut self);

    /// Replaces each number by what `f` gives for it, in the order in which they are written.
    ///
    /// Derivatives are put together from components with it: a Jacobian from unit vectors, a tangent from pullbacks.
    fn map_numbers(&mut self, f: &mut dyn FnMut(f64) -> f64);
}

macro_rules! floats {
    ($($float:ident),*) => {$(
        #[diagnostic::do_not_recommend]
        impl Differentiable for $float {
            type Cotangent = $float;

            #[inline]
            fn zero_cotangent(&self) -> $float {
                0.0
            }
        }

        impl Cotangent for $float {
            #[inline]
            fn accumulate(&mut self, contribution: &$float) {
                *self += *contribution;
            }

            #[inline]
            fn set_zero(&mut self) {
                *self = 0.0;
            }

            #[inline]
            #[allow(clippy::cast_possible_truncation, clippy::cast_lossless, clippy::unnecessary_cast, reason = "the same code for both")]
            fn map_numbers(&mut self, f: &mut dyn FnMut(f64) -> f64) {
                *self = f(*self as f64) as $float;
            }
        }
    )*};
}

floats!(f32, f64);

macro_rules! without_derivative {
    ($([$($generics:tt)*] $ty:ty),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Differentiable for $ty {
            type Cotangent = ();

            #[inline]
            fn zero_cotangent(&self) {}
        }
    )*};
}

without_derivative! {
    [] u8, [] u16, [] u32, [] u64, [] u128, [] usize,
    [] i8, [] i16, [] i32, [] i64, [] i128, [] isize,
    [] bool, [] char, [] (), [] str, [] String, [] Ordering,
    [T: ?Sized] PhantomData<T>,
    [] RangeFull,
}

without_derivative! { [] core::time::Duration }

#[cfg(feature = "std")]
without_derivative! {
    [] std::time::Instant, [] std::time::SystemTime, [] std::path::PathBuf, [] std::path::Path, [] std::ffi::OsString, [] std::ffi::OsStr,
}

macro_rules! ranges_of_integers {
    ($($integer:ty)*) => { without_derivative! { $(
        [] Range<$integer>, [] RangeInclusive<$integer>, [] RangeFrom<$integer>, [] RangeTo<$integer>, [] RangeToInclusive<$integer>,
    )* } };
}

ranges_of_integers! { u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize char }

#[diagnostic::do_not_recommend]
impl<T: Real> Differentiable for Range<T> {
    type Cotangent = Range<T>;

    #[inline]
    fn zero_cotangent(&self) -> Range<T> {
        T::__ZERO..T::__ZERO
    }
}

impl<C: Cotangent> Cotangent for Range<C> {
    #[inline]
    fn accumulate(&mut self, contribution: &Self) {
        self.start.accumulate(&contribution.start);
        self.end.accumulate(&contribution.end);
    }

    #[inline]
    fn set_zero(&mut self) {
        self.start.set_zero();
        self.end.set_zero();
    }

    #[inline]
    fn map_numbers(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.start.map_numbers(f);
        self.end.map_numbers(f);
    }
}

impl Cotangent for () {
    #[inline]
    fn accumulate(&mut self, (): &()) {}

    #[inline]
    fn set_zero(&mut self) {}

    #[inline]
    fn map_numbers(&mut self, _: &mut dyn FnMut(f64) -> f64) {}
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable, const N: usize> Differentiable for [T; N] {
    type Cotangent = [T::Cotangent; N];

    #[inline]
    fn zero_cotangent(&self) -> Self::Cotangent {
        self.each_ref().map(T::zero_cotangent)
    }
}

impl<C: Cotangent, const N: usize> Cotangent for [C; N] {
    #[inline]
    fn accumulate(&mut self, contribution: &Self) {
        for (c, add) in self.iter_mut().zip(contribution) {
            c.accumulate(add);
        }
    }

    #[inline]
    fn set_zero(&mut self) {
        self.iter_mut().for_each(C::set_zero);
    }

    #[inline]
    fn map_numbers(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.iter_mut().for_each(|c| c.map_numbers(f));
    }
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable> Differentiable for [T] {
    type Cotangent = Vec<T::Cotangent>;

    #[inline]
    fn zero_cotangent(&self) -> Self::Cotangent {
        self.iter().map(T::zero_cotangent).collect()
    }

    #[inline]
    fn zero_cotangent_into(&self, target: &mut Self::Cotangent) {
        target.truncate(self.len());
        let (kept, added) = self.split_at(target.len());
        kept.iter().zip(&mut *target).for_each(|(x, c)| x.zero_cotangent_into(c));
        target.extend(added.iter().map(T::zero_cotangent));
    }
}

impl<C: Cotangent> Cotangent for [C] {
    #[inline]
    #[track_caller]
    fn accumulate(&mut self, contribution: &Self) {
        check_lengths(self.len(), contribution.len());
        for (c, add) in self.iter_mut().zip(contribution) {
            c.accumulate(add);
        }
    }

    #[inline]
    fn set_zero(&mut self) {
        self.iter_mut().for_each(C::set_zero);
    }

    #[inline]
    fn map_numbers(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.iter_mut().for_each(|c| c.map_numbers(f));
    }
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable> Differentiable for Vec<T> {
    type Cotangent = Vec<T::Cotangent>;

    #[inline]
    fn zero_cotangent(&self) -> Self::Cotangent {
        self.as_slice().zero_cotangent()
    }

    #[inline]
    fn zero_cotangent_into(&self, target: &mut Self::Cotangent) {
        self.as_slice().zero_cotangent_into(target);
    }
}

impl<C: Cotangent> Cotangent for Vec<C> {
    #[inline]
    #[track_caller]
    fn accumulate(&mut self, contribution: &Self) {
        self.as_mut_slice().accumulate(contribution);
    }

    #[inline]
    fn set_zero(&mut self) {
        self.as_mut_slice().set_zero();
    }

    #[inline]
    fn map_numbers(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.as_mut_slice().map_numbers(f);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable + ?Sized> Differentiable for &T {
    type Cotangent = T::Cotangent;

    #[inline]
    fn zero_cotangent(&self) -> Self::Cotangent {
        T::zero_cotangent(self)
    }

    #[inline]
    fn zero_cotangent_into(&self, target: &mut Self::Cotangent) {
        T::zero_cotangent_into(self, target);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable + ?Sized> Differentiable for &mut T {
    type Cotangent = T::Cotangent;

    #[inline]
    fn zero_cotangent(&self) -> Self::Cotangent {
        T::zero_cotangent(self)
    }

    #[inline]
    fn zero_cotangent_into(&self, target: &mut Self::Cotangent) {
        T::zero_cotangent_into(self, target);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable + ?Sized> Differentiable for Box<T> {
    type Cotangent = Box<T::Cotangent>;

    #[inline]
    fn zero_cotangent(&self) -> Self::Cotangent {
        Box::new(T::zero_cotangent(self))
    }
}

impl<C: Cotangent + ?Sized> Cotangent for Box<C> {
    #[inline]
    #[track_caller]
    fn accumulate(&mut self, contribution: &Self) {
        C::accumulate(self, contribution);
    }

    #[inline]
    fn set_zero(&mut self) {
        C::set_zero(self);
    }

    #[inline]
    fn map_numbers(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        C::map_numbers(self, f);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable> Differentiable for Option<T> {
    type Cotangent = Option<T::Cotangent>;

    #[inline]
    fn zero_cotangent(&self) -> Self::Cotangent {
        self.as_ref().map(T::zero_cotangent)
    }
}

/// An error has no cotangent.
#[diagnostic::do_not_recommend]
impl<T: Differentiable, E> Differentiable for Result<T, E> {
    type Cotangent = Option<T::Cotangent>;

    #[inline]
    fn zero_cotangent(&self) -> Self::Cotangent {
        self.as_ref().ok().map(T::zero_cotangent)
    }
}

/// `None` stands for zero on either side of an addition.
impl<C: Cotangent + Clone> Cotangent for Option<C> {
    #[inline]
    #[track_caller]
    fn accumulate(&mut self, contribution: &Self) {
        match (self, contribution) {
            (_, None) => {}
            (Some(c), Some(add)) => c.accumulate(add),
            (c @ None, Some(add)) => *c = Some(add.clone()),
        }
    }

    #[inline]
    fn set_zero(&mut self) {
        if let Some(c) = self {
            c.set_zero();
        }
    }

    #[inline]
    fn map_numbers(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        if let Some(c) = self {
            c.map_numbers(f);
        }
    }
}

macro_rules! tuple {
    ($($T:ident $n:tt)+) => {
        #[diagnostic::do_not_recommend]
        impl<$($T: Differentiable),+> Differentiable for ($($T,)+) {
            type Cotangent = ($($T::Cotangent,)+);

            #[inline]
            fn zero_cotangent(&self) -> Self::Cotangent {
                ($(self.$n.zero_cotangent(),)+)
            }
        }

        impl<$($T: Cotangent),+> Cotangent for ($($T,)+) {
            #[inline]
            #[track_caller]
            fn accumulate(&mut self, contribution: &Self) {
                $(self.$n.accumulate(&contribution.$n);)+
            }

            #[inline]
            fn set_zero(&mut self) {
                $(self.$n.set_zero();)+
            }

            #[inline]
            fn map_numbers(&mut self, f: &mut dyn FnMut(f64) -> f64) {
                $(self.$n.map_numbers(f);)+
            }
        }
    };
}

crate::tuples::for_each_tuple!(tuple);

/// Refuses to add cotangents of different lengths.
///
/// # Panics
/// If the lengths differ.
#[inline]
#[track_caller]
pub(crate) fn check_lengths(target: usize, contribution: usize) {
    if target != contribution {
        different_lengths(target, contribution);
    }
}

#[cold]
#[track_caller]
fn different_lengths(target: usize, contribution: usize) -> ! {
    panic!("cannot add a cotangent of {contribution} elements to one of {target} elements")
}

#[cfg(test)]
mod tests;
