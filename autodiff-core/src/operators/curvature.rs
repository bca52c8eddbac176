//! How the contributions of an operator change when its operands move: what second derivatives need beyond the rules.
//!
//! The contribution of `a * b` to `a` is `y_bar * b`: linear in `y_bar`, and that part follows from the rule itself. What is left is
//! how it changes with `a` and `b`; for sums that is nothing. An operand whose tangent is `None` stands still.

use crate::differentiable::Differentiable;
use crate::scalar::{Dual, Real};

use super::{AddRule, DivRule, MulRule, NegRule, RemRule, SubRule};

macro_rules! curvature {
    ($(#[$doc:meta])* $curvature:ident: $rule:ident, $message:literal, $note:literal) => {
        $(#[$doc])*
        #[diagnostic::on_unimplemented(
            message = $message,
            label = "this operator has no second derivative",
            note = $note
        )]
        pub trait $curvature<Rhs: ?Sized = Self>: $rule<Rhs> {
            /// Adds to `lhs_bar_dot` how the contribution of `out_bar` to the left operand changes when the operands move.
            fn lhs_curvature(
                &self,
                rhs: &Rhs,
                lhs_dot: Option<&Self::Cotangent>,
                rhs_dot: Option<&Rhs::Cotangent>,
                out_bar: &<Self::Output as Differentiable>::Cotangent,
                lhs_bar_dot: &mut Self::Cotangent,
            ) where
                Rhs: Differentiable;

            /// The same for the right operand.
            fn rhs_curvature(
                &self,
                rhs: &Rhs,
                lhs_dot: Option<&Self::Cotangent>,
                rhs_dot: Option<&Rhs::Cotangent>,
                out_bar: &<Self::Output as Differentiable>::Cotangent,
                rhs_bar_dot: &mut Rhs::Cotangent,
            ) where
                Rhs: Differentiable;
        }

        curvature!(through $curvature [A: ?Sized, B: ?Sized] &A, &B => A, B);
        curvature!(with_numbers $curvature
            f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);
        curvature!(number $curvature $rule [] f32);
        curvature!(number $curvature $rule [] f64);
        curvature!(number $curvature $rule [T: Real] Dual<T>);
        curvature!(integers $curvature i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);
    };
    (with_numbers $curvature:ident $($number:ident)*) => { $(
        curvature!(through $curvature [A: ?Sized] &A, $number => A, $number);
        curvature!(through $curvature [B: ?Sized] $number, &B => $number, B);
    )* };
    (through $curvature:ident [$($generics:tt)*] $left:ty, $right:ty => $a:ty, $b:ty) => {
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> $curvature<$right> for $left
        where
            $a: $curvature<$b>,
            $b: Differentiable,
        {
            #[inline(always)]
            fn lhs_curvature(
                &self,
                rhs: &$right,
                lhs_dot: Option<&Self::Cotangent>,
                rhs_dot: Option<&<$right as Differentiable>::Cotangent>,
                out_bar: &<Self::Output as Differentiable>::Cotangent,
                lhs_bar_dot: &mut Self::Cotangent,
            ) {
                <$a as $curvature<$b>>::lhs_curvature(self, rhs, lhs_dot, rhs_dot, out_bar, lhs_bar_dot);
            }
            #[inline(always)]
            fn rhs_curvature(
                &self,
                rhs: &$right,
                lhs_dot: Option<&Self::Cotangent>,
                rhs_dot: Option<&<$right as Differentiable>::Cotangent>,
                out_bar: &<Self::Output as Differentiable>::Cotangent,
                rhs_bar_dot: &mut <$right as Differentiable>::Cotangent,
            ) {
                <$a as $curvature<$b>>::rhs_curvature(self, rhs, lhs_dot, rhs_dot, out_bar, rhs_bar_dot);
            }
        }
    };
    // The rule itself, on dual numbers.
    (number $curvature:ident $rule:ident [$($generics:tt)*] $number:ty) => {
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> $curvature for $number {
            #[inline(always)]
            fn lhs_curvature(
                &self,
                rhs: &Self,
                lhs_dot: Option<&CotangentOf<Self>>,
                rhs_dot: Option<&CotangentOf<Self>>,
                out_bar: &CotangentOf<Self>,
                lhs_bar_dot: &mut CotangentOf<Self>,
            ) {
                let mut bar = Dual::constant(<Self as Real>::__ZERO);
                let (a, b) = (lift(*self, lhs_dot), lift(*rhs, rhs_dot));
                $rule::lhs(&a, &b, &Dual::constant(*out_bar), &mut bar);
                *lhs_bar_dot += bar.eps;
            }
            #[inline(always)]
            fn rhs_curvature(
                &self,
                rhs: &Self,
                lhs_dot: Option<&CotangentOf<Self>>,
                rhs_dot: Option<&CotangentOf<Self>>,
                out_bar: &CotangentOf<Self>,
                rhs_bar_dot: &mut CotangentOf<Self>,
            ) {
                let mut bar = Dual::constant(<Self as Real>::__ZERO);
                let (a, b) = (lift(*self, lhs_dot), lift(*rhs, rhs_dot));
                $rule::rhs(&a, &b, &Dual::constant(*out_bar), &mut bar);
                *rhs_bar_dot += bar.eps;
            }
        }
    };
    (integers $curvature:ident $($integer:ident)*) => { $(
        #[diagnostic::do_not_recommend]
        impl $curvature for $integer {
            #[inline(always)]
            fn lhs_curvature(&self, _: &Self, _: Option<&()>, _: Option<&()>, (): &(), (): &mut ()) {}
            #[inline(always)]
            fn rhs_curvature(&self, _: &Self, _: Option<&()>, _: Option<&()>, (): &(), (): &mut ()) {}
        }
    )* };
}

/// In the words of the trait: rustc does not see through them where both operands have one type.
type CotangentOf<T> = <T as Differentiable>::Cotangent;

/// A number with its tangent.
#[inline(always)]
pub(crate) fn lift<T: Real>(x: T, dot: Option<&T>) -> Dual<T> {
    Dual::new(x, dot.copied().unwrap_or(T::__ZERO))
}

curvature! {
    /// What second derivatives need to know of `self + rhs`.
    AddCurvature: AddRule, "`+` on `{Self}` has no second derivative", "put `#[differentiate(hessian)]` on the block `impl Add for {Self}`, or implement `autodiff_core::AddCurvature` for it"
}
curvature! {
    /// What second derivatives need to know of `self - rhs`.
    SubCurvature: SubRule, "`-` on `{Self}` has no second derivative", "put `#[differentiate(hessian)]` on the block `impl Sub for {Self}`, or implement `autodiff_core::SubCurvature` for it"
}
curvature! {
    /// What second derivatives need to know of `self * rhs`.
    ///
    /// ```
    /// use autodiff_core::operators::MulCurvature;
    ///
    /// // y = a b contributes y_bar b to a_bar, and that moves by y_bar b_dot.
    /// let mut a_bar_dot = 0.0;
    /// 2.0_f64.lhs_curvature(&3.0, None, Some(&0.5), &10.0, &mut a_bar_dot);
    /// assert_eq!(a_bar_dot, 5.0);
    /// ```
    MulCurvature: MulRule, "`*` on `{Self}` has no second derivative", "put `#[differentiate(hessian)]` on the block `impl Mul for {Self}`, or implement `autodiff_core::MulCurvature` for it"
}
curvature! {
    /// What second derivatives need to know of `self / rhs`.
    DivCurvature: DivRule, "`/` on `{Self}` has no second derivative", "put `#[differentiate(hessian)]` on the block `impl Div for {Self}`, or implement `autodiff_core::DivCurvature` for it"
}
curvature! {
    /// What second derivatives need to know of `self % rhs`.
    RemCurvature: RemRule, "`%` on `{Self}` has no second derivative", "put `#[differentiate(hessian)]` on the block `impl Rem for {Self}`, or implement `autodiff_core::RemCurvature` for it"
}

/// What second derivatives need to know of `-self`.
#[diagnostic::on_unimplemented(
    message = "`-` on `{Self}` has no second derivative",
    label = "this operator has no second derivative",
    note = "put `#[differentiate(hessian)]` on the block `impl Neg for {Self}`, or implement `autodiff_core::NegCurvature` for it"
)]
pub trait NegCurvature: NegRule {
    /// Adds to `bar_dot` how the contribution of `out_bar` to the operand changes when the operand moves.
    fn operand_curvature(
        &self,
        dot: Option<&Self::Cotangent>,
        out_bar: &<Self::Output as Differentiable>::Cotangent,
        bar_dot: &mut Self::Cotangent,
    );
}

#[diagnostic::do_not_recommend]
impl<A: NegCurvature + ?Sized> NegCurvature for &A {
    #[inline(always)]
    fn operand_curvature(
        &self,
        dot: Option<&Self::Cotangent>,
        out_bar: &<Self::Output as Differentiable>::Cotangent,
        bar_dot: &mut Self::Cotangent,
    ) {
        (**self).operand_curvature(dot, out_bar, bar_dot);
    }
}

macro_rules! straight_negations {
    ($([$($generics:tt)*] $t:ty => $c:ty),*) => { $(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> NegCurvature for $t {
            #[inline(always)]
            fn operand_curvature(&self, _: Option<&$c>, _: &$c, _: &mut $c) {}
        }
    )* };
}
straight_negations!(
    [] f32 => f32, [] f64 => f64, [T: Real] Dual<T> => Self,
    [] i8 => (), [] i16 => (), [] i32 => (), [] i64 => (), [] i128 => (), [] isize => ()
);
