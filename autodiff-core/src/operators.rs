//! Operators: how a type of your own takes part in `*`, `/`, `%`, `+`, `-` and `as`.
//!
//! Where the macro knows that the operands are numbers it writes the derivative out. Everywhere else the traits of this
//! module decide, so a matrix type only has to implement them. Products, quotients and remainders have one method
//! per operand, so that a constant operand costs nothing. Sums and differences work on cotangents alone, by
//! [`AddInto`].
//!
//! Rules reach through references: an `impl MulRule<Vector> for Matrix` also serves `&matrix * &vector`, and an
//! `impl MulRule<f64> for Matrix` also serves `&matrix * 2.0`. Only the two mixed forms of two types that are not
//! numbers (`matrix * &vector` and `&matrix * vector`) need an `impl` of their own.

use crate::{
    Real,
    differentiable::{Cotangent, Differentiable},
    tangent::transpose,
};

mod add;
mod cast;
pub(crate) mod curvature;
mod from;
pub(crate) mod higher;
mod sum;

pub use add::{AddAssignRule, AddInto, SubAssignRule, SumRule, SumsAsCotangent};
pub use cast::CastInto;
pub use curvature::{AddCurvature, DivCurvature, MulCurvature, NegCurvature, RemCurvature, SubCurvature};
pub use from::{FromCurvature, FromRule};
pub use higher::{AddHigher, DivHigher, EveryOrder, MulHigher, NegHigher, Reaches, RemHigher, SubHigher, UpTo};
pub use sum::{ProductMultiplies, SumAdds};

macro_rules! operator_rule {
    ($(#[$doc:meta])* $rule:ident, $message:literal, $note:literal) => {
        $(#[$doc])*
        #[diagnostic::on_unimplemented(
            message = $message,
            label = "this operator has no derivative",
            note = $note,
            note = "if `{Self}` is a type parameter, give it the bound `autodiff_core::Scalar`"
        )]
        pub trait $rule<Rhs: ?Sized = Self>: Differentiable {
            /// What the operator gives.
            type Output: Differentiable;

            /// Adds to `lhs_bar` what the cotangent `out_bar` of the result contributes to the left operand.
            fn lhs(
                &self,
                rhs: &Rhs,
                out_bar: &<Self::Output as Differentiable>::Cotangent,
                lhs_bar: &mut Self::Cotangent,
            );

            /// Adds to `rhs_bar` what the cotangent `out_bar` of the result contributes to the right operand.
            fn rhs(
                &self,
                rhs: &Rhs,
                out_bar: &<Self::Output as Differentiable>::Cotangent,
                rhs_bar: &mut Rhs::Cotangent,
            ) where
                Rhs: Differentiable;

            /// Adds to `out_dot` what the tangent `lhs_dot` of the left operand contributes to that of the result.
            ///
            /// Follows from [`lhs`](Self::lhs), at the price of one call per number of the result: override it where that matters.
            fn push_lhs(
                &self,
                rhs: &Rhs,
                lhs_dot: &Self::Cotangent,
                out_dot: &mut <Self::Output as Differentiable>::Cotangent,
            ) {
                transpose(out_dot, lhs_dot, |seed, bar| self.lhs(rhs, seed, bar));
            }

            /// Adds to `out_dot` what the tangent `rhs_dot` of the right operand contributes to that of the result.
            ///
            /// Follows from [`rhs`](Self::rhs), as [`push_lhs`](Self::push_lhs) does from `lhs`.
            fn push_rhs(
                &self,
                rhs: &Rhs,
                rhs_dot: &Rhs::Cotangent,
                out_dot: &mut <Self::Output as Differentiable>::Cotangent,
            ) where
                Rhs: Differentiable,
            {
                transpose(out_dot, rhs_dot, |seed, bar| self.rhs(rhs, seed, bar));
            }
        }
    };
}

operator_rule! {
    /// The rule of `self * rhs`.
    ///
    /// ```
    /// use autodiff_core::{Differentiable, operators::MulRule};
    ///
    /// /// A vector in the plane; its cotangent is again a pair of numbers.
    /// struct Vector(f64, f64);
    ///
    /// impl Differentiable for Vector {
    ///     type Cotangent = (f64, f64);
    ///     fn zero_cotangent(&self) -> (f64, f64) {
    ///         (0.0, 0.0)
    ///     }
    /// }
    ///
    /// /// `vector * number`
    /// impl MulRule<f64> for Vector {
    ///     type Output = Vector;
    ///     fn lhs(&self, rhs: &f64, out_bar: &(f64, f64), lhs_bar: &mut (f64, f64)) {
    ///         lhs_bar.0 += out_bar.0 * rhs;
    ///         lhs_bar.1 += out_bar.1 * rhs;
    ///     }
    ///     fn rhs(&self, _: &f64, out_bar: &(f64, f64), rhs_bar: &mut f64) {
    ///         *rhs_bar += out_bar.0 * self.0 + out_bar.1 * self.1;
    ///     }
    /// }
    ///
    /// let mut bar = 0.0;
    /// Vector(1.0, 2.0).rhs(&3.0, &(1.0, 10.0), &mut bar);
    /// assert_eq!(bar, 21.0);
    /// ```
    MulRule,
    "`*` of `{Self}` and `{Rhs}` has no derivative",
    "put `#[differentiate]` on the block `impl Mul<{Rhs}> for {Self}`, or implement `autodiff_core::MulRule` for it"
}

operator_rule! {
    /// The rule of `self + rhs`; see [`MulRule`] for an example.
    AddRule,
    "`+` of `{Self}` and `{Rhs}` has no derivative",
    "put `#[differentiate]` on the block `impl Add<{Rhs}> for {Self}`, or implement `autodiff_core::AddRule` for it"
}

operator_rule! {
    /// The rule of `self - rhs`; see [`MulRule`] for an example.
    SubRule,
    "`-` of `{Self}` and `{Rhs}` has no derivative",
    "put `#[differentiate]` on the block `impl Sub<{Rhs}> for {Self}`, or implement `autodiff_core::SubRule` for it"
}

/// The rule of `-self`.
#[diagnostic::on_unimplemented(
    message = "`-` on `{Self}` has no derivative",
    label = "this operator has no derivative",
    note = "put `#[differentiate]` on the block `impl Neg for {Self}`, or implement `autodiff_core::NegRule` for it",
    note = "if `{Self}` is a type parameter, give it the bound `autodiff_core::Scalar`"
)]
pub trait NegRule: Differentiable {
    /// What the operator gives.
    type Output: Differentiable;

    /// Adds to `bar` what the cotangent `out_bar` of the result contributes to the operand.
    fn operand(&self, out_bar: &<Self::Output as Differentiable>::Cotangent, bar: &mut Self::Cotangent);

    /// Adds to `out_dot` what the tangent `dot` of the operand contributes to that of the result; see [`MulRule::push_lhs`].
    fn push_operand(&self, dot: &Self::Cotangent, out_dot: &mut <Self::Output as Differentiable>::Cotangent) {
        transpose(out_dot, dot, |seed, bar| self.operand(seed, bar));
    }
}

#[diagnostic::do_not_recommend]
impl<A: NegRule + ?Sized> NegRule for &A {
    type Output = A::Output;
    #[inline(always)]
    fn operand(&self, out_bar: &<Self::Output as Differentiable>::Cotangent, bar: &mut Self::Cotangent) {
        (**self).operand(out_bar, bar);
    }
    #[inline(always)]
    fn push_operand(&self, dot: &Self::Cotangent, out_dot: &mut <Self::Output as Differentiable>::Cotangent) {
        (**self).push_operand(dot, out_dot);
    }
}

macro_rules! negation_of_number {
    ($($t:ident => |$out_bar:ident| $c:expr),*) => { $(
        #[allow(clippy::unused_unit, reason = "the cotangent of an integer is `()`")]
        #[diagnostic::do_not_recommend]
        impl NegRule for $t {
            type Output = $t;
            #[inline(always)]
            #[allow(unused_variables, reason = "integers have no cotangent")]
            fn operand(&self, $out_bar: &Self::Cotangent, bar: &mut Self::Cotangent) {
                bar.accumulate(&$c);
            }
            #[inline(always)]
            #[allow(unused_variables, reason = "integers have no cotangent")]
            fn push_operand(&self, $out_bar: &Self::Cotangent, out_dot: &mut Self::Cotangent) {
                out_dot.accumulate(&$c);
            }
        }
    )* };
}
negation_of_number!(
    f32 => |y| -y, f64 => |y| -y,
    i8 => |y| (), i16 => |y| (), i32 => |y| (), i64 => |y| (), i128 => |y| (), isize => |y| ()
);

operator_rule! {
    /// The rule of `self / rhs`; see [`MulRule`] for an example.
    DivRule,
    "`/` of `{Self}` and `{Rhs}` has no derivative",
    "put `#[differentiate]` on the block `impl Div<{Rhs}> for {Self}`, or implement `autodiff_core::DivRule` for it"
}

operator_rule! {
    /// The rule of `self % rhs`; see [`MulRule`] for an example.
    RemRule,
    "`%` of `{Self}` and `{Rhs}` has no derivative",
    "put `#[differentiate]` on the block `impl Rem<{Rhs}> for {Self}`, or implement `autodiff_core::RemRule` for it"
}

/// How often `b` goes into `a`, when `r` is the remainder: a whole number, immune to the rounding of `a / b`.
#[inline]
pub(crate) fn whole_quotient<T: Real>(a: T, b: T, r: T) -> T {
    ((a - r) / b).__round()
}

/// `impl`s of one rule for one type on both sides; the expressions are the contributions of `out_bar`.
macro_rules! rule_of_number {
    ($rule:ident for $($t:ident)*, |$a:ident, $b:ident, $out_bar:ident| $lhs:expr, $rhs:expr) => { $(
        #[allow(clippy::unused_unit, reason = "the cotangent of an integer is `()`")]
        #[diagnostic::do_not_recommend]
        impl $rule for $t {
            type Output = $t;
            #[inline(always)]
            #[allow(unused_variables, reason = "not every partial reads both operands")]
            fn lhs(&self, $b: &$t, $out_bar: &Self::Cotangent, lhs_bar: &mut Self::Cotangent) {
                let $a = self;
                lhs_bar.accumulate(&$lhs);
            }
            #[inline(always)]
            #[allow(unused_variables, reason = "not every partial reads both operands")]
            fn rhs(&self, $b: &$t, $out_bar: &Self::Cotangent, rhs_bar: &mut Self::Cotangent) {
                let $a = self;
                rhs_bar.accumulate(&$rhs);
            }
            // A partial of numbers is a number: both directions multiply with it.
            #[inline(always)]
            #[allow(unused_variables, reason = "not every partial reads both operands")]
            fn push_lhs(&self, $b: &$t, $out_bar: &Self::Cotangent, out_dot: &mut Self::Cotangent) {
                let $a = self;
                out_dot.accumulate(&$lhs);
            }
            #[inline(always)]
            #[allow(unused_variables, reason = "not every partial reads both operands")]
            fn push_rhs(&self, $b: &$t, $out_bar: &Self::Cotangent, out_dot: &mut Self::Cotangent) {
                let $a = self;
                out_dot.accumulate(&$rhs);
            }
        }
    )* };
}

/// One `impl` that hands over to the rule `$a op $b` behind references.
macro_rules! delegate {
    ($rule:ident, [$($generics:tt)*] $left:ty, $right:ty => $a:ty, $b:ty) => {
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> $rule<$right> for $left
        where
            $a: $rule<$b>,
            $b: Differentiable,
        {
            type Output = <$a as $rule<$b>>::Output;
            #[inline(always)]
            fn lhs(
                &self,
                rhs: &$right,
                out_bar: &<Self::Output as Differentiable>::Cotangent,
                lhs_bar: &mut Self::Cotangent,
            ) {
                <$a as $rule<$b>>::lhs(self, rhs, out_bar, lhs_bar);
            }
            #[inline(always)]
            fn rhs(
                &self,
                rhs: &$right,
                out_bar: &<Self::Output as Differentiable>::Cotangent,
                rhs_bar: &mut <$right as Differentiable>::Cotangent,
            ) {
                <$a as $rule<$b>>::rhs(self, rhs, out_bar, rhs_bar);
            }
            #[inline(always)]
            fn push_lhs(
                &self,
                rhs: &$right,
                lhs_dot: &Self::Cotangent,
                out_dot: &mut <Self::Output as Differentiable>::Cotangent,
            ) {
                <$a as $rule<$b>>::push_lhs(self, rhs, lhs_dot, out_dot);
            }
            #[inline(always)]
            fn push_rhs(
                &self,
                rhs: &$right,
                rhs_dot: &<$right as Differentiable>::Cotangent,
                out_dot: &mut <Self::Output as Differentiable>::Cotangent,
            ) {
                <$a as $rule<$b>>::push_rhs(self, rhs, rhs_dot, out_dot);
            }
        }
    };
}

macro_rules! through_references {
    ($rule:ident: $($number:ident)*) => {
        delegate!($rule, [A: ?Sized, B: ?Sized] &A, &B => A, B);
        $(
            delegate!($rule, [A: ?Sized] &A, $number => A, $number);
            delegate!($rule, [B: ?Sized] $number, &B => $number, B);
        )*
    };
}

macro_rules! rules_of_numbers {
    (floats: $($float:ident)*; integers: $($int:ident)*) => {
        rule_of_number!(AddRule for $($float)*, |a, b, out_bar| *out_bar, *out_bar);
        rule_of_number!(SubRule for $($float)*, |a, b, out_bar| *out_bar, -*out_bar);
        rule_of_number!(AddRule for $($int)*, |a, b, out_bar| (), ());
        rule_of_number!(SubRule for $($int)*, |a, b, out_bar| (), ());
        through_references!(AddRule: $($float)* $($int)*);
        through_references!(SubRule: $($float)* $($int)*);
        rule_of_number!(MulRule for $($float)*, |a, b, out_bar| out_bar * b, out_bar * a);
        rule_of_number!(DivRule for $($float)*, |a, b, out_bar| out_bar / b, -(out_bar * (a / b) / b));
        rule_of_number!(RemRule for $($float)*, |a, b, out_bar| *out_bar, -(out_bar * whole_quotient(*a, *b, a % b)));
        rule_of_number!(MulRule for $($int)*, |a, b, out_bar| (), ());
        rule_of_number!(DivRule for $($int)*, |a, b, out_bar| (), ());
        rule_of_number!(RemRule for $($int)*, |a, b, out_bar| (), ());
        through_references!(MulRule: $($float)* $($int)*);
        through_references!(DivRule: $($float)* $($int)*);
        through_references!(RemRule: $($float)* $($int)*);
    };
}
rules_of_numbers! {
    floats: f32 f64;
    integers: i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize
}

#[cfg(test)]
mod tests;
