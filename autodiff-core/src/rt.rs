//! What generated code calls. Not meant to be called by hand: names and signatures change without notice.
//!
//! What enters: values, cotangents and tangents of whatever types the user has. Guarantee: what does not fit is a message of rustc at the
//! user's own code, or a panic there.

use crate::{AddInto, Cotangent, Differentiable};

pub use crate::tangent::{
    check_columns, check_hessian, copy_column, copy_into, each_partial, fewer_numbers, fit, hessian, hessian_of_array, hessian_of_known,
    hessian_of_list, jacobian_by_columns, jacobian_by_rows, number, product_of_numbers, set_unit, tangents_by_rows, transpose,
};
pub use crate::tape::{Checkpoints, FewTape, Log, NumberTape, Recorder, ShortTape, Slot, Tape};
pub use best::{Best, best_of, share_of_best};
pub use buffers::{
    Overwrites, all, chosen, cleared, copied_into, empty, keeps_length, overwrites, reaches, refill, swap_zeroed, zero_into,
};
pub use index::{
    LoopIndex, count, count_cycle, count_inclusive, count_windows, largest, offset, offset_within, position, steps_back,
    steps_back_inclusive,
};
pub use kept::{Again, Kept, Same, kept, save, to_owned};
pub use keys::{At, HasKey, KeyOf, ViaIndex, ViaKey};
pub use lists::{
    AccumulateFrom, IsList, Length, List, ListMut, accumulate_from, accumulate_slice, add_all, add_scaled, array_of, array_of_length,
    inner_product, is_list, list, list_with_capacity, set_zero_slice, two, two_parts, unextend, unpop, unresize,
};
pub use numbers::{
    NumberOf, any_counts, converted, counts, number_of, product_of_nothing, product_start, rem_by, sum_lanes, sum_of_nothing, sum_start,
    sum_terms, unless_zero, unless_zeros,
};
pub use operators::{
    add_assigned, add_lhs, add_lhs_curvature, add_rhs, add_rhs_curvature, added, cast, div_lhs, div_lhs_curvature, div_rhs,
    div_rhs_curvature, mul_lhs, mul_lhs_curvature, mul_rhs, mul_rhs_curvature, neg_operand, neg_operand_curvature, push_add_assigned,
    push_add_lhs, push_add_rhs, push_cast, push_div_lhs, push_div_rhs, push_mul_lhs, push_mul_rhs, push_neg, push_rem_lhs, push_rem_rhs,
    push_sub_assigned, push_sub_lhs, push_sub_rhs, rem_lhs, rem_lhs_curvature, rem_rhs, rem_rhs_curvature, sub_assigned, sub_lhs,
    sub_lhs_curvature, sub_rhs, sub_rhs_curvature, subtracted, sums,
};
pub use optional::{OptionBar, assign, assigned, given, is_part, is_result, none, same_type, zero_assigned};
pub use order::{bounds, order_after, sorted_order, sorted_order_by_key};
pub use partials::*;
pub use plain::{
    ExcludedByWrt, JacobianMatrix, OneNumber, Plain, PlainBits, SecondDerivatives, TangentsInLanes, ValueFirst, bits, left_to_rustc, plain,
    taken_for_a_mistake, value_first,
};
pub use receiver::{Changed, ChangedList, Unchanged, WriteBack, write_back};
pub use skipped::{
    Cleared, Gives, PushDifference, PushSum, Replaced, SkippedField, Taken, Takes, given_by, replace_updated, set_tangent, taken_by,
    tangent_of,
};

mod best;
mod buffers;
#[cfg(feature = "std")]
pub mod checked;
mod index;
pub mod items;
mod kept;
mod keys;
pub mod lanes;
mod lists;
mod numbers;
mod operators;
mod optional;
mod order;
mod partials;
mod plain;
mod receiver;
mod skipped;
pub mod slices;
#[cfg(test)]
mod tests;

/// Zeros of the shape of `x`.
#[inline]
pub fn zero<T: Differentiable + ?Sized>(x: &T) -> T::Cotangent {
    x.zero_cotangent()
}

/// Zeros of the shape of a cotangent.
#[inline]
pub fn zeros_like<C: Cotangent + Clone>(c: &C) -> C {
    let mut zeros = c.clone();
    zeros.set_zero();
    zeros
}

/// `target += c`
#[inline]
#[track_caller]
pub fn add<C: AddInto<D> + ?Sized, D: ?Sized>(target: &mut D, c: &C) {
    c.add_into(target);
}

/// `target -= c`
#[inline]
#[track_caller]
pub fn sub<C: AddInto<D> + ?Sized, D: ?Sized>(target: &mut D, c: &C) {
    c.sub_into(target);
}

/// `target += c` for a cotangent of the same type.
#[inline]
#[track_caller]
pub fn accumulate<T: Takes<C> + ?Sized, C: Cotangent + ?Sized>(target: &mut T, c: &C) {
    if let Some(target) = target.takes() {
        target.accumulate(c);
    }
}

/// Takes a cotangent and leaves zeros of the same shape.
#[inline]
pub fn take<C: Taken>(c: &mut C) -> C {
    c.taken()
}

/// Sets a cotangent to zero and keeps its shape.
#[inline]
pub fn set_zero<C: Cleared + ?Sized>(c: &mut C) {
    c.cleared();
}

/// Sets a cotangent to zeros of the shape of another one.
#[inline]
pub fn set_zeros_of<C: Cleared + Clone>(c: &mut C, shape: &C) {
    c.clone_from(shape);
    c.cleared();
}

/// Makes room for what a loop is about to save; a very long one may still end early by a panic, so it gets its memory as it goes.
#[inline]
pub fn reserve<T: crate::tape::Reserve>(tape: &mut T, count: usize) {
    const MOST: usize = 1 << 16;
    tape.reserve(count.min(MOST));
}

/// The places of the next `count` values on a tape.
#[inline]
#[track_caller]
pub fn room<T: crate::tape::Indexed>(tape: &mut T, count: usize) -> &mut [T::Value] {
    tape.room(count)
}

/// The last `count` values on a tape.
#[inline]
#[track_caller]
pub fn back<T: crate::tape::Indexed>(tape: &T, count: usize) -> &[T::Value] {
    tape.back(count)
}

/// Removes the last `count` values from a tape.
#[inline]
pub fn drop_back<T: crate::tape::Indexed>(tape: &mut T, count: usize) {
    tape.drop_back(count);
}

/// Drops the last `count` values on a tape, which are not needed after all.
#[inline]
pub fn forget<T: crate::tape::Forget>(tape: &mut T, count: usize) {
    tape.forget(count);
}

/// Takes a cotangent and leaves zeros of another shape.
#[inline]
pub fn replace<T: Replaced<C>, C>(target: &mut T, with: C) -> T {
    target.replaced(with)
}

/// `core::mem::take`
#[inline]
pub fn take_out<T: Default>(target: &mut T) -> T {
    core::mem::take(target)
}
