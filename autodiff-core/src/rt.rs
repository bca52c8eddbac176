//! What generated code calls. Not meant to be called by hand: names and signatures change without notice.

use alloc::borrow::{Borrow, ToOwned};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::iter::{Product, Sum};
use core::ops::{Add, Mul, Neg};

use crate::{
    AddAssignRule, AddInto, AddRule, CastInto, Cotangent, Differentiable, DivRule, MulRule, NegRule, Real, RemRule, SubAssignRule, SubRule,
    SumsAsCotangent,
};
use crate::{AddCurvature, DivCurvature, MulCurvature, NegCurvature, RemCurvature, SubCurvature};

pub use crate::tangent::{
    check_hessian, copy_column, copy_into, each_partial, fewer_numbers, hessian, hessian_of_array, hessian_of_known, hessian_of_list,
    jacobian_by_columns, jacobian_by_rows, number, product_of_numbers, set_unit, transpose,
};
pub use crate::tape::{Checkpoints, Log, ShortTape, Slot, Tape};
pub use buffers::{Overwrites, all, keeps_length, overwrites, reaches};
pub use index::{LoopIndex, count, count_cycle, count_inclusive, count_windows, offset, steps_back, steps_back_inclusive};
pub use keys::{At, HasKey, KeyOf, ViaIndex, ViaKey};
pub use order::{bounds, order_after, sorted_order, sorted_order_by_key};
pub use partials::*;
pub use skipped::{
    Cleared, Gives, PushDifference, PushSum, Replaced, SkippedField, Taken, Takes, given_by, set_tangent, taken_by, tangent_of,
};

mod buffers;
mod index;
mod keys;
pub mod lanes;
mod order;
mod partials;
mod skipped;

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

/// A number, or one behind references.
#[diagnostic::on_unimplemented(
    message = "derivatives of third and higher order go through operators on numbers only",
    label = "not an operation on numbers",
    note = "write the operation on the numbers that it consists of, or `hessian` instead of `order` for second derivatives"
)]
pub trait NumberOf: Copy {
    /// The number.
    type Number: Real;
    /// Reads it.
    fn number_of(self) -> Self::Number;
}

macro_rules! own_numbers {
    ($([$($generics:tt)*] $Number:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> NumberOf for $Number {
            type Number = Self;
            #[inline(always)]
            fn number_of(self) -> Self {
                self
            }
        }
    )*};
}

own_numbers! {
    [] f32;
    [] f64;
    [T: Real] crate::Dual<T>;
}

#[diagnostic::do_not_recommend]
impl<N: NumberOf> NumberOf for &N {
    type Number = N::Number;
    #[inline(always)]
    fn number_of(self) -> N::Number {
        (*self).number_of()
    }
}

/// A number behind references, as operands are given to operators.
#[inline(always)]
pub fn number_of<N: NumberOf>(x: &N) -> N::Number {
    x.number_of()
}

/// `target += x` on numbers.
#[inline(always)]
pub fn add_number<N: NumberOf<Number = N> + core::ops::AddAssign>(target: &mut N, x: N) {
    *target += x;
}

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

/// `target += seed * partials`, element by element.
///
/// # Panics
/// If there are more or fewer partials than elements.
#[inline]
#[track_caller]
pub fn add_scaled<T: Real, L: ListMut<Item = T> + ?Sized, P: List<Item = T> + ?Sized>(target: &mut L, partials: &P, seed: T) {
    let (target, partials) = (target.items_mut(), partials.items());
    crate::differentiable::check_lengths(target.len(), partials.len());
    for (t, &d) in target.iter_mut().zip(partials) {
        *t += seed * d;
    }
}

/// The sum of the products of elements.
///
/// # Panics
/// If there are more or fewer of one than of the other.
#[inline]
#[track_caller]
pub fn inner_product<T: Real, P: List<Item = T> + ?Sized, D: List<Item = T> + ?Sized>(partials: &P, dot: &D) -> T {
    let (partials, dot) = (partials.items(), dot.items());
    crate::differentiable::check_lengths(dot.len(), partials.len());
    partials.iter().zip(dot).fold(T::ZERO, |sum, (&p, &d)| sum + p * d)
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

/// The tangent of a receiver that its method cannot have changed.
#[derive(Clone, Copy, Debug)]
pub struct Unchanged;

/// The tangent of a receiver after a method that takes it by `&mut`.
#[derive(Clone, Debug)]
pub struct Changed<C>(pub C);

/// What a method did to the tangent of its receiver.
pub trait WriteBack<C: ?Sized> {
    /// Stores it.
    fn write_back(self, dot: &mut C);
}

impl<C: ?Sized> WriteBack<C> for Unchanged {
    #[inline(always)]
    fn write_back(self, _: &mut C) {}
}

impl<C> WriteBack<C> for Changed<C> {
    #[inline(always)]
    fn write_back(self, dot: &mut C) {
        *dot = self.0;
    }
}

/// The tangents of a list after a method that changes it.
#[derive(Clone, Debug)]
pub struct ChangedList<C>(pub Vec<C>);

impl<C> WriteBack<Vec<C>> for ChangedList<C> {
    #[inline(always)]
    fn write_back(self, dot: &mut Vec<C>) {
        *dot = self.0;
    }
}

impl<C: Clone> WriteBack<[C]> for ChangedList<C> {
    #[inline(always)]
    fn write_back(self, dot: &mut [C]) {
        dot.clone_from_slice(&self.0);
    }
}

impl<C: Clone, const N: usize> WriteBack<[C; N]> for ChangedList<C> {
    #[inline(always)]
    fn write_back(self, dot: &mut [C; N]) {
        dot.clone_from_slice(&self.0);
    }
}

/// Stores the tangent of a receiver after a method call.
#[inline(always)]
pub fn write_back<C: ?Sized>(dot: &mut C, after: impl WriteBack<C>) {
    after.write_back(dot);
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

/// Contribution of `y = l % r` to `r`: `l % r` is `l - r * q` with a whole `q` that is locally constant.
#[inline]
pub fn rem_by<T: Real>(l: T, r: T, y_bar: T) -> T {
    -(crate::operators::whole_quotient(l, r, l % r) * y_bar)
}

/// The sum of what was added up in parts.
#[inline(always)]
pub fn sum_lanes<T: Real>(lanes: &[T; 8]) -> T {
    let [a, b, c, d, e, f, g, h] = *lanes;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

/// The sum of terms, in eight parts at a time.
#[inline(always)]
pub fn sum_terms<T: Real>(terms: &[T]) -> T {
    let mut lanes = [T::from_f64(0.0); 8];
    let chunks = terms.chunks_exact(8);
    for (lane, term) in lanes.iter_mut().zip(chunks.remainder()) {
        *lane = *term;
    }
    for chunk in chunks {
        for (lane, term) in lanes.iter_mut().zip(chunk) {
            *lane += *term;
        }
    }
    sum_lanes(&lanes)
}

/// A copy for the reverse sweep.
#[inline]
pub fn save<T: Clone>(x: &T) -> T {
    x.clone()
}

/// An owned copy for the reverse sweep.
#[inline]
pub fn to_owned<T: ToOwned + ?Sized>(x: &T) -> T::Owned {
    x.to_owned()
}

/// An owned copy of what a reference points to, a slice or a text too, for the reverse sweep to look at again.
pub struct Kept<T: ToOwned + ?Sized>(T::Owned);

/// Keeps a copy.
#[inline]
pub fn kept<T: ToOwned + ?Sized>(x: &T) -> Kept<T> {
    Kept(x.to_owned())
}

impl<T: ToOwned + ?Sized> core::ops::Deref for Kept<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        self.0.borrow()
    }
}

impl<T: ToOwned<Owned: Clone> + ?Sized> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Kept(self.0.clone())
    }
}

/// What a function takes by value although it borrows, and its pullback therefore cannot keep.
#[diagnostic::on_unimplemented(
    message = "`{Self}` borrows and is taken by value, so the gradient needs a copy of it",
    label = "cannot be copied",
    note = "derive `Clone` for it, or take it by reference"
)]
pub trait Again {
    /// A copy.
    #[must_use]
    fn again(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> Again for T {
    #[inline(always)]
    fn again(&self) -> T {
        self.clone()
    }
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

/// A variable that is declared first and assigned later.
#[inline]
pub fn assign<T>(x: T) -> Option<T> {
    Some(x)
}

/// Tells rustc that a variable takes values of a type; does nothing.
#[inline(always)]
pub fn same_type<T>(_: &Option<T>, _: &T) {}

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
fn unassigned() -> ! {
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

/// What `Iterator::sum` starts with.
#[inline]
pub fn sum_start<T: Sum<T>>() -> T {
    core::iter::empty::<T>().sum()
}

/// One step of `Iterator::sum`.
#[inline]
pub fn sum_step<T: Add<T, Output = T>>(acc: T, item: T) -> T {
    acc + item
}

/// What `Iterator::product` starts with.
#[inline]
pub fn product_start<T: Product<T>>() -> T {
    core::iter::empty::<T>().product()
}

/// One step of `Iterator::product`.
#[inline]
pub fn product_step<T: Mul<T, Output = T>>(acc: T, item: T) -> T {
    acc * item
}

/// An empty vector.
#[inline]
#[must_use]
pub fn list<T>() -> Vec<T> {
    Vec::new()
}

/// An empty vector with space for `n` elements.
#[inline]
#[must_use]
pub fn list_with_capacity<T>(n: usize) -> Vec<T> {
    Vec::with_capacity(n)
}

/// Vectors, arrays and slices of cotangents, also behind references.
pub trait List {
    /// The cotangent of one element.
    type Item;

    /// All elements.
    fn items(&self) -> &[Self::Item];
}

/// The same, to be written to.
pub trait ListMut: List {
    /// All elements.
    fn items_mut(&mut self) -> &mut [Self::Item];
}

macro_rules! lists {
    ($([$($generics:tt)*] $List:ty => $Item:ty;)*) => {$(
        impl<$($generics)*> List for $List {
            type Item = $Item;

            #[inline]
            fn items(&self) -> &[$Item] {
                self
            }
        }

        impl<$($generics)*> ListMut for $List {
            #[inline]
            fn items_mut(&mut self) -> &mut [$Item] {
                self
            }
        }
    )*};
}

lists! {
    [C] [C] => C;
    [C] Vec<C> => C;
    [C, const N: usize] [C; N] => C;
}

macro_rules! pointers {
    ($($Pointer:ty),*) => {$(
        impl<L: List + ?Sized> List for $Pointer {
            type Item = L::Item;

            #[inline]
            fn items(&self) -> &[L::Item] {
                L::items(self)
            }
        }
    )*};
    (mut $($Pointer:ty),*) => {
        pointers!($($Pointer),*);
        $(
            impl<L: ListMut + ?Sized> ListMut for $Pointer {
                #[inline]
                fn items_mut(&mut self) -> &mut [L::Item] {
                    L::items_mut(self)
                }
            }
        )*
    };
}

pointers!(&L);
pointers!(mut &mut L, Box<L>);

/// `x_bar += part` for each part. Reverse of `[x; n]` and of `fill`.
#[inline]
#[track_caller]
pub fn add_all<D: ?Sized, L: List<Item: AddInto<D>> + ?Sized>(x_bar: &mut D, parts: &L) {
    for part in parts.items() {
        part.add_into(x_bar);
    }
}

/// `target[i] += c[i]` for each `i`. Reverse of copies between vectors, arrays and slices.
///
/// # Panics
/// If the lengths differ.
#[inline]
#[track_caller]
pub fn accumulate_slice<T, L>(target: &mut T, c: &L)
where
    T: ListMut<Item: Cotangent> + ?Sized,
    L: List<Item = T::Item> + ?Sized,
{
    target.items_mut().accumulate(c.items());
}

/// Sets each element to zero.
#[inline]
pub fn set_zero_slice<T: ListMut<Item: Cotangent> + ?Sized>(target: &mut T) {
    target.items_mut().set_zero();
}

/// A cotangent that takes contributions from an owned one.
pub trait AccumulateFrom<C: ?Sized> {
    /// `self += c`
    fn accumulate_from(&mut self, c: &C);
}

impl<C: Cotangent + ?Sized> AccumulateFrom<C> for C {
    #[inline]
    #[track_caller]
    fn accumulate_from(&mut self, c: &C) {
        self.accumulate(c);
    }
}

impl<C: ?Sized> AccumulateFrom<C> for SkippedField {
    #[inline(always)]
    fn accumulate_from(&mut self, _: &C) {}
}

impl<C: Cotangent> AccumulateFrom<[C]> for Vec<C> {
    #[inline]
    #[track_caller]
    fn accumulate_from(&mut self, c: &[C]) {
        self.as_mut_slice().accumulate(c);
    }
}

impl<C: Cotangent, const N: usize> AccumulateFrom<[C; N]> for Vec<C> {
    #[inline]
    #[track_caller]
    fn accumulate_from(&mut self, c: &[C; N]) {
        self.as_mut_slice().accumulate(c);
    }
}

/// The cotangent of a variable that is assigned after its declaration takes what its value gets.
impl<C: Cotangent> AccumulateFrom<C> for Option<C> {
    #[inline]
    #[track_caller]
    fn accumulate_from(&mut self, c: &C) {
        match self {
            Some(target) => target.accumulate(c),
            None => unassigned(),
        }
    }
}

/// And hands it on to what was assigned.
impl<C: Cotangent> AccumulateFrom<Option<C>> for C {
    #[inline]
    #[track_caller]
    fn accumulate_from(&mut self, c: &Option<C>) {
        if let Some(c) = c {
            self.accumulate(c);
        }
    }
}

impl<C: Cotangent> AccumulateFrom<Vec<C>> for [C] {
    #[inline]
    #[track_caller]
    fn accumulate_from(&mut self, c: &Vec<C>) {
        self.accumulate(c);
    }
}

impl<C: Cotangent, const N: usize> AccumulateFrom<Vec<C>> for [C; N] {
    #[inline]
    #[track_caller]
    fn accumulate_from(&mut self, c: &Vec<C>) {
        self.as_mut_slice().accumulate(c);
    }
}

/// `target += c`, where the target may be a slice or an array and `c` a vector.
///
/// # Panics
/// If the shapes differ.
#[inline]
#[track_caller]
pub fn accumulate_from<T: AccumulateFrom<C> + ?Sized, C: ?Sized>(target: &mut T, c: &C) {
    target.accumulate_from(c);
}

/// Reverse of `Vec::pop`: puts the cotangent of the value back, if there was one.
#[inline]
pub fn unpop<C: Clone>(target: &mut Vec<C>, popped_bar: &Option<C>) {
    target.extend(popped_bar.clone());
}

/// Reverse of `Vec::extend`: splits off the cotangents of what was added to the `shape` before.
///
/// # Panics
/// If the vector has become shorter, which the generated code excludes.
#[inline]
#[track_caller]
pub fn unextend<C>(target: &mut Vec<C>, shape: &[C]) -> Vec<C> {
    target.split_off(shape.len())
}

/// Reverse of `resize`, `truncate` and `clear`: gives `target` the length of the `shape` before, with the zeros of
/// `shape` where elements had been cut off. Returns the cotangents of elements that had been added.
#[inline]
pub fn unresize<C>(target: &mut Vec<C>, mut shape: Vec<C>) -> Vec<C> {
    if target.len() >= shape.len() {
        return target.split_off(shape.len());
    }
    target.extend(shape.drain(target.len()..));
    Vec::new()
}

#[cfg(test)]
mod tests;

/// The cotangent of a parameter that `#[differentiate(wrt(...))]` leaves out: none. A caller for which the argument matters fails
/// to compile, with this name in the message.
#[derive(Clone, Copy, Debug)]
pub struct ExcludedByWrt;

/// Types that carry no derivative whatever they are made from: what counting and comparing methods give.
#[diagnostic::on_unimplemented(
    message = "this method gives `{Self}`, which may carry a derivative",
    label = "taken for a count or a comparison, by its name",
    note = "rename the method, or call it as a function: `Type::method(&value)`"
)]
pub trait Plain {}

macro_rules! plain {
    ($($t:ty)*) => { $(impl Plain for $t {})* };
}
plain!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize bool char str core::cmp::Ordering alloc::string::String);

impl Plain for () {}

impl<T: Plain + ?Sized> Plain for &T {}
impl<T: Plain> Plain for [T] {}
impl<T: Plain, const N: usize> Plain for [T; N] {}
impl<T: Plain> Plain for Option<T> {}
impl<A: Plain, B: Plain> Plain for (A, B) {}
impl<A: Plain, B: Plain, C: Plain> Plain for (A, B, C) {}
impl<A: Plain, B: Plain, C: Plain, D: Plain> Plain for (A, B, C, D) {}
#[cfg(feature = "ndarray")]
impl<const N: usize> Plain for ndarray::Dim<[usize; N]> {}

/// Its argument, which carries no derivative.
#[inline(always)]
pub fn plain<T: Plain>(x: T) -> T {
    x
}

/// The body of siblings of a function that rustc is certain to refuse, since its types do not fit. Does not compile where it is used.
pub fn left_to_rustc<T>() -> T {
    const { panic!("an operator between a number and something else has no derivative; convert the operand first") }
}
