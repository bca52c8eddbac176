//! Conversions between number types.

/// The rule of `as`: the cotangent `self` of the result, added into the cotangent of the number that was converted.
///
/// A number made from an integer contributes nothing.
#[diagnostic::on_unimplemented(
    message = "no rule for `as`: the cotangent `{Self}` of the result cannot be added into `{Target}`",
    label = "this conversion has no derivative"
)]
pub trait CastInto<Target> {
    /// `target += self as Target`
    fn cast_into(&self, target: &mut Target);

    /// `self += dot as Self`: the tangent of the number that was converted, added into that of the result.
    fn push_from(&mut self, dot: &Target);
}

macro_rules! casts {
    ($($from:ident => $to:ident)*) => { $(
        impl CastInto<$to> for $from {
            #[inline(always)]
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_lossless,
                clippy::unnecessary_cast,
                trivial_numeric_casts,
                reason = "the same code for every pair of types"
            )]
            fn cast_into(&self, target: &mut $to) {
                *target += *self as $to;
            }
            #[inline(always)]
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_lossless,
                clippy::unnecessary_cast,
                trivial_numeric_casts,
                reason = "the same code for every pair of types"
            )]
            fn push_from(&mut self, dot: &$to) {
                *self += *dot as $from;
            }
        }
    )* };
}
casts!(f32 => f32 f32 => f64 f64 => f32 f64 => f64);

macro_rules! casts_from_integers {
    ($($from:ty),*) => { $(
        impl CastInto<()> for $from {
            #[inline(always)]
            fn cast_into(&self, (): &mut ()) {}
            #[inline(always)]
            fn push_from(&mut self, (): &()) {}
        }
    )* };
}
casts_from_integers!(f32, f64, ());
