//! What operators contribute where an operand is a field, which may have no cotangent; and assignments with an operator.
//!
//! What enters: the operands, and the cotangent or tangent that is given. Guarantee: a field that is skipped takes and gives nothing.

use core::ops::Neg;

use super::{Gives, PushDifference, PushSum, Takes};
use crate::{
    AddAssignRule, AddRule, CastInto, Differentiable, DivRule, MulRule, NegRule, RemRule, SubAssignRule, SubRule, SumsAsCotangent,
};
use crate::{AddCurvature, DivCurvature, MulCurvature, NegCurvature, RemCurvature, SubCurvature};

/// Reverse of `as`.
#[inline]
pub fn cast<C: CastInto<D> + ?Sized, D>(target: &mut D, c: &C) {
    c.cast_into(target);
}

/// Contributions of an operator, one function per side.
macro_rules! operators {
    ($($Rule:ident $lhs:ident $rhs:ident $push_lhs:ident $push_rhs:ident $op:literal)*) => {$(
        #[doc = concat!("Contribution of `a ", $op, " b` to `a`, which is a field.")]
        #[inline]
        pub fn $lhs<A: $Rule<B> + ?Sized, B: ?Sized, T: Takes<A::Cotangent>>(
            a: &A,
            b: &B,
            out_bar: &<A::Output as Differentiable>::Cotangent,
            a_bar: &mut T,
        ) {
            if let Some(a_bar) = a_bar.takes() {
                a.lhs(b, out_bar, a_bar);
            }
        }

        #[doc = concat!("Contribution of `a ", $op, " b` to `b`, which is a field.")]
        #[inline]
        pub fn $rhs<A: $Rule<B> + ?Sized, B: Differentiable + ?Sized, T: Takes<B::Cotangent>>(
            a: &A,
            b: &B,
            out_bar: &<A::Output as Differentiable>::Cotangent,
            b_bar: &mut T,
        ) {
            if let Some(b_bar) = b_bar.takes() {
                a.rhs(b, out_bar, b_bar);
            }
        }

        #[doc = concat!("What the tangent of `a`, which is a field, contributes to that of `a ", $op, " b`.")]
        #[inline]
        pub fn $push_lhs<A: $Rule<B> + ?Sized, B: ?Sized, G: Gives<A::Cotangent>>(
            a: &A,
            b: &B,
            a_dot: &G,
            out_dot: &mut <A::Output as Differentiable>::Cotangent,
        ) {
            if let Some(a_dot) = a_dot.gives() {
                a.push_lhs(b, a_dot, out_dot);
            }
        }

        #[doc = concat!("What the tangent of `b`, which is a field, contributes to that of `a ", $op, " b`.")]
        #[inline]
        pub fn $push_rhs<A: $Rule<B> + ?Sized, B: Differentiable + ?Sized, G: Gives<B::Cotangent>>(
            a: &A,
            b: &B,
            b_dot: &G,
            out_dot: &mut <A::Output as Differentiable>::Cotangent,
        ) {
            if let Some(b_dot) = b_dot.gives() {
                a.push_rhs(b, b_dot, out_dot);
            }
        }
    )*};
}

/// The sides of a `+=` or `-=` that has the rule of their cotangents.
#[inline(always)]
pub fn sums<A: SumsAsCotangent + ?Sized, B: SumsAsCotangent + ?Sized>(_: &A, _: &B) {}

/// Reverse of `+=` for the operand.
#[inline]
pub fn add_assigned<C: AddAssignRule<D> + ?Sized, D: ?Sized>(target: &mut D, c: &C) {
    c.add_assigned(target);
}

/// Reverse of `-=` for the operand.
#[inline]
pub fn sub_assigned<C: SubAssignRule<D> + ?Sized, D: ?Sized>(target: &mut D, c: &C) {
    c.sub_assigned(target);
}

/// What `+=` contributes to a number: as [`add_assigned`], for an operand of the type of `zero`.
#[inline]
pub fn added<C: AddAssignRule<T> + ?Sized, T>(c: &C, zero: T) -> T {
    let mut target = zero;
    c.add_assigned(&mut target);
    target
}

/// The same of `-=`, with the opposite sign.
#[inline]
pub fn subtracted<C: SubAssignRule<T> + ?Sized, T: Neg<Output = T>>(c: &C, zero: T) -> T {
    let mut target = zero;
    c.sub_assigned(&mut target);
    -target
}

/// Contribution of `-a` to `a`, which is a field.
#[inline]
pub fn neg_operand<A: NegRule + ?Sized, T: Takes<A::Cotangent>>(a: &A, out_bar: &<A::Output as Differentiable>::Cotangent, a_bar: &mut T) {
    if let Some(a_bar) = a_bar.takes() {
        a.operand(out_bar, a_bar);
    }
}

/// What the tangent of `a`, which is a field, contributes to that of `-a`.
#[inline]
pub fn push_neg<A: NegRule + ?Sized, G: Gives<A::Cotangent>>(a: &A, a_dot: &G, out_dot: &mut <A::Output as Differentiable>::Cotangent) {
    if let Some(a_dot) = a_dot.gives() {
        a.push_operand(a_dot, out_dot);
    }
}

/// Tangent of `+=`.
#[inline]
pub fn push_add_assigned<C: PushSum<D>, D>(target_dot: &mut C, dot: &D) {
    target_dot.push_sum(dot);
}

/// Tangent of `-=`.
#[inline]
pub fn push_sub_assigned<C: PushDifference<D>, D>(target_dot: &mut C, dot: &D) {
    target_dot.push_difference(dot);
}

/// Tangent of `as`.
#[inline]
pub fn push_cast<C: CastInto<D>, D>(out_dot: &mut C, dot: &D) {
    out_dot.push_from(dot);
}

/// How the contributions of an operator to a field change, one function per side.
macro_rules! curvatures {
    ($($Curvature:ident $lhs:ident $rhs:ident $op:literal)*) => {$(
        #[doc = concat!("How the contribution of `a ", $op, " b` to `a`, which is a field, changes.")]
        #[inline]
        pub fn $lhs<A: $Curvature<B> + ?Sized, B: Differentiable + ?Sized, T: Takes<A::Cotangent>>(
            a: &A,
            b: &B,
            a_dot: Option<&A::Cotangent>,
            b_dot: Option<&B::Cotangent>,
            out_bar: &<A::Output as Differentiable>::Cotangent,
            a_bar_dot: &mut T,
        ) {
            if let Some(a_bar_dot) = a_bar_dot.takes() {
                a.lhs_curvature(b, a_dot, b_dot, out_bar, a_bar_dot);
            }
        }

        #[doc = concat!("How the contribution of `a ", $op, " b` to `b`, which is a field, changes.")]
        #[inline]
        pub fn $rhs<A: $Curvature<B> + ?Sized, B: Differentiable + ?Sized, T: Takes<B::Cotangent>>(
            a: &A,
            b: &B,
            a_dot: Option<&A::Cotangent>,
            b_dot: Option<&B::Cotangent>,
            out_bar: &<A::Output as Differentiable>::Cotangent,
            b_bar_dot: &mut T,
        ) {
            if let Some(b_bar_dot) = b_bar_dot.takes() {
                a.rhs_curvature(b, a_dot, b_dot, out_bar, b_bar_dot);
            }
        }
    )*};
}

curvatures! {
    AddCurvature add_lhs_curvature add_rhs_curvature "+"
    SubCurvature sub_lhs_curvature sub_rhs_curvature "-"
    MulCurvature mul_lhs_curvature mul_rhs_curvature "*"
    DivCurvature div_lhs_curvature div_rhs_curvature "/"
    RemCurvature rem_lhs_curvature rem_rhs_curvature "%"
}

/// How the contribution of `-a` to `a`, which is a field, changes.
#[inline]
pub fn neg_operand_curvature<A: NegCurvature + ?Sized, T: Takes<A::Cotangent>>(
    a: &A,
    a_dot: Option<&A::Cotangent>,
    out_bar: &<A::Output as Differentiable>::Cotangent,
    a_bar_dot: &mut T,
) {
    if let Some(a_bar_dot) = a_bar_dot.takes() {
        a.operand_curvature(a_dot, out_bar, a_bar_dot);
    }
}

operators! {
    AddRule add_lhs add_rhs push_add_lhs push_add_rhs "+"
    SubRule sub_lhs sub_rhs push_sub_lhs push_sub_rhs "-"
    MulRule mul_lhs mul_rhs push_mul_lhs push_mul_rhs "*"
    DivRule div_lhs div_rhs push_div_lhs push_div_rhs "/"
    RemRule rem_lhs rem_rhs push_rem_lhs push_rem_rhs "%"
}
