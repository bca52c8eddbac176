//! Conversions, `B::from(a)`.

use crate::{Differentiable, rt::Unchanged};

/// The rule of `From`: what `#[differentiate]` on an `impl From<A> for B` makes.
#[diagnostic::on_unimplemented(
    message = "`{Self}::from` of `{A}` has no derivative",
    label = "this conversion has no derivative",
    note = "put `#[differentiate]` on the block `impl From<{A}> for {Self}`"
)]
pub trait FromRule<A: Differentiable>: Differentiable + From<A> {
    /// What the pullback is handed again by reference: `A`, or `T` where `A` is `&T`.
    type Again: ?Sized;

    /// The cotangent of that.
    type Bar: ?Sized;

    /// The value, and its pullback.
    #[doc(hidden)]
    #[allow(clippy::type_complexity)] // an `impl` cannot be named by a `type`
    fn from_needs_differentiate(from: A) -> (Self, impl FnOnce(&Self::Again, Self::Cotangent, Option<&mut Self::Bar>) + use<Self, A>);

    /// The value and its tangent.
    #[doc(hidden)]
    fn from_needs_differentiate_jvp(from: A, dot: Option<&Self::Bar>) -> (Self, Self::Cotangent, Unchanged);

    /// The argument of a call that is handed over twice.
    #[doc(hidden)]
    #[inline]
    fn from_needs_differentiate_first(first: &A) -> A
    where
        A: Clone,
    {
        first.clone()
    }
}

/// The second derivative of `From`: what `#[differentiate(hessian)]` on an `impl From<A> for B` makes beside its rule.
#[diagnostic::on_unimplemented(
    message = "`{Self}::from` of `{A}` has no second derivative",
    label = "this conversion has no second derivative",
    note = "put `#[differentiate(hessian)]` on the block `impl From<{A}> for {Self}`"
)]
pub trait FromCurvature<A: Differentiable>: FromRule<A> {
    /// The value, its tangent, and a pullback with tangents.
    #[doc(hidden)]
    #[allow(clippy::type_complexity)] // an `impl` cannot be named by a `type`
    fn from_needs_differentiate_hessian(
        from: A,
        dot: Option<&Self::Bar>,
    ) -> (
        Self,
        Self::Cotangent,
        Unchanged,
        impl FnOnce(&Self::Again, Option<&Self::Bar>, Self::Cotangent, Self::Cotangent, Option<&mut Self::Bar>, Option<&mut Self::Bar>)
        + use<Self, A>,
    );
}

macro_rules! of_numbers {
    ($($from:ident => $to:ident)*) => { $(
        impl FromRule<$from> for $to {
            type Again = $from;
            type Bar = $from;

            #[inline]
            fn from_needs_differentiate(from: $from) -> ($to, impl FnOnce(&$from, $to, Option<&mut $from>) + use<>) {
                ($to::from(from), |_: &$from, seed: $to, bar: Option<&mut $from>| {
                    if let Some(bar) = bar {
                        *bar += seed as $from;
                    }
                })
            }
            #[inline]
            fn from_needs_differentiate_jvp(from: $from, dot: Option<&$from>) -> ($to, $to, Unchanged) {
                ($to::from(from), dot.map_or(0.0, |dot| $to::from(*dot)), Unchanged)
            }
        }

        impl FromCurvature<$from> for $to {
            #[inline]
            #[allow(clippy::type_complexity)]
            fn from_needs_differentiate_hessian(
                from: $from,
                dot: Option<&$from>,
            ) -> (
                $to,
                $to,
                Unchanged,
                impl FnOnce(&$from, Option<&$from>, $to, $to, Option<&mut $from>, Option<&mut $from>) + use<>,
            ) {
                let (y, y_dot, unchanged) = Self::from_needs_differentiate_jvp(from, dot);
                (y, y_dot, unchanged, |_: &$from, _: Option<&$from>, seed: $to, seed_dot: $to, bar: Option<&mut $from>, bar_dot: Option<&mut $from>| {
                    if let Some(bar) = bar {
                        *bar += seed as $from;
                    }
                    if let Some(bar_dot) = bar_dot {
                        *bar_dot += seed_dot as $from;
                    }
                })
            }
        }
    )* };
}
of_numbers!(f32 => f32 f32 => f64 f64 => f64);
