//! Operators of which an operand is a slice: `&matrix * slice`.
//!
//! What enters: the operands, and the cotangent or tangent that is given, of which those of a slice are a slice. The rule of the operator
//! knows them as a `Vec`, and so have second derivatives. Guarantee: whatever the rule adds arrives in the slice.

use alloc::vec::Vec;

use super::Takes;
use crate::{AddCurvature, DivCurvature, MulCurvature, RemCurvature, SubCurvature};
use crate::{AddRule, Differentiable, DivRule, MulRule, RemRule, SubRule};

/// A slice as a `Vec` for what adds to it.
fn as_vec<C: Clone>(bar: &mut [C], add: impl FnOnce(&mut Vec<C>)) {
    let mut own = bar.to_vec();
    add(&mut own);
    bar.clone_from_slice(&own);
}

macro_rules! operators {
    ($($Rule:ident $lhs:ident $rhs:ident $push_lhs:ident $push_rhs:ident $op:literal)*) => {$(
        #[doc = concat!("Contribution of `a ", $op, " b` to `a`, which is a slice.")]
        pub fn $lhs<A: $Rule<B, Cotangent = Vec<C>> + ?Sized, B: ?Sized, C: Clone>(
            a: &A,
            b: &B,
            out_bar: &<A::Output as Differentiable>::Cotangent,
            a_bar: &mut [C],
        ) {
            as_vec(a_bar, |a_bar| a.lhs(b, out_bar, a_bar));
        }

        #[doc = concat!("Contribution of `a ", $op, " b` to `b`, which is a slice.")]
        pub fn $rhs<A: $Rule<B> + ?Sized, B: Differentiable<Cotangent = Vec<C>> + ?Sized, C: Clone>(
            a: &A,
            b: &B,
            out_bar: &<A::Output as Differentiable>::Cotangent,
            b_bar: &mut [C],
        ) {
            as_vec(b_bar, |b_bar| a.rhs(b, out_bar, b_bar));
        }

        #[doc = concat!("What the tangent of `a`, which is a slice, contributes to that of `a ", $op, " b`.")]
        pub fn $push_lhs<A: $Rule<B, Cotangent = Vec<C>> + ?Sized, B: ?Sized, C: Clone>(
            a: &A,
            b: &B,
            a_dot: &[C],
            out_dot: &mut <A::Output as Differentiable>::Cotangent,
        ) {
            a.push_lhs(b, &a_dot.to_vec(), out_dot);
        }

        #[doc = concat!("What the tangent of `b`, which is a slice, contributes to that of `a ", $op, " b`.")]
        pub fn $push_rhs<A: $Rule<B> + ?Sized, B: Differentiable<Cotangent = Vec<C>> + ?Sized, C: Clone>(
            a: &A,
            b: &B,
            b_dot: &[C],
            out_dot: &mut <A::Output as Differentiable>::Cotangent,
        ) {
            a.push_rhs(b, &b_dot.to_vec(), out_dot);
        }
    )*};
}

operators! {
    AddRule add_lhs add_rhs push_add_lhs push_add_rhs "+"
    SubRule sub_lhs sub_rhs push_sub_lhs push_sub_rhs "-"
    MulRule mul_lhs mul_rhs push_mul_lhs push_mul_rhs "*"
    DivRule div_lhs div_rhs push_div_lhs push_div_rhs "/"
    RemRule rem_lhs rem_rhs push_rem_lhs push_rem_rhs "%"
}

/// What may be known of an operand's tangent, which the rule takes as a `C`.
pub trait Tangent<C> {
    /// The tangent as the rule knows it; none of what does not move.
    fn whole(self) -> Option<C>;
}

/// A tangent, of a slice or of something else.
pub struct Given<'a, T: ?Sized>(&'a T);

/// No tangent.
pub struct Nothing;

/// A tangent.
#[inline]
pub const fn given<T: ?Sized>(dot: &T) -> Given<'_, T> {
    Given(dot)
}

/// No tangent.
#[inline]
#[must_use]
pub const fn nothing() -> Nothing {
    Nothing
}

impl<C: Clone> Tangent<C> for Given<'_, C> {
    fn whole(self) -> Option<C> {
        Some(self.0.clone())
    }
}

impl<C: Clone> Tangent<Vec<C>> for Given<'_, [C]> {
    fn whole(self) -> Option<Vec<C>> {
        Some(self.0.to_vec())
    }
}

impl<C: Clone> Tangent<Vec<C>> for Given<'_, &[C]> {
    fn whole(self) -> Option<Vec<C>> {
        Some(self.0.to_vec())
    }
}

impl<C: Clone> Tangent<C> for Option<&C> {
    fn whole(self) -> Option<C> {
        self.cloned()
    }
}

impl<C> Tangent<C> for Nothing {
    fn whole(self) -> Option<C> {
        None
    }
}

/// What a contribution, which the rule makes to a `C`, arrives in.
pub trait Target<C> {
    /// Has it made.
    fn add(&mut self, add: impl FnOnce(&mut C));
}

impl<C, T: Takes<C>> Target<C> for T {
    fn add(&mut self, add: impl FnOnce(&mut C)) {
        if let Some(target) = self.takes() {
            add(target);
        }
    }
}

impl<C: Clone> Target<Vec<C>> for [C] {
    fn add(&mut self, add: impl FnOnce(&mut Vec<C>)) {
        as_vec(self, add);
    }
}

macro_rules! curvatures {
    ($($Curvature:ident $lhs:ident $rhs:ident $op:literal)*) => {$(
        #[doc = concat!("How the contribution of `a ", $op, " b` to `a` changes, where one of them is a slice.")]
        pub fn $lhs<A: $Curvature<B> + ?Sized, B: Differentiable + ?Sized>(
            a: &A,
            b: &B,
            a_dot: impl Tangent<A::Cotangent>,
            b_dot: impl Tangent<B::Cotangent>,
            out_bar: &<A::Output as Differentiable>::Cotangent,
            a_bar_dot: &mut (impl Target<A::Cotangent> + ?Sized),
        ) {
            let (a_dot, b_dot) = (a_dot.whole(), b_dot.whole());
            a_bar_dot.add(|a_bar_dot| a.lhs_curvature(b, a_dot.as_ref(), b_dot.as_ref(), out_bar, a_bar_dot));
        }

        #[doc = concat!("How the contribution of `a ", $op, " b` to `b` changes, where one of them is a slice.")]
        pub fn $rhs<A: $Curvature<B> + ?Sized, B: Differentiable + ?Sized>(
            a: &A,
            b: &B,
            a_dot: impl Tangent<A::Cotangent>,
            b_dot: impl Tangent<B::Cotangent>,
            out_bar: &<A::Output as Differentiable>::Cotangent,
            b_bar_dot: &mut (impl Target<B::Cotangent> + ?Sized),
        ) {
            let (a_dot, b_dot) = (a_dot.whole(), b_dot.whole());
            b_bar_dot.add(|b_bar_dot| a.rhs_curvature(b, a_dot.as_ref(), b_dot.as_ref(), out_bar, b_bar_dot));
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
