//! Operators of which an operand is a slice: `&matrix * slice`.
//!
//! What enters: the operands, and the cotangent or tangent that is given, of which those of a slice are a slice. The rule of the operator
//! knows them as a `Vec`. Guarantee: whatever the rule adds arrives in the slice.

use alloc::vec::Vec;

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
