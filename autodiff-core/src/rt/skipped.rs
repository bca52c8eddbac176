//! Cotangents of fields with `#[differentiable(skip)]`: generated code cannot see that a field has none, and names it like any other.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::{Add, AddAssign, Div, Index, IndexMut, Mul, Neg, Sub, SubAssign};

use crate::{AddAssignRule, AddInto, Cotangent, Differentiable, SubAssignRule, SumRule};

/// What stands for the cotangent of a skipped field, of its elements too: takes everything and holds nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SkippedField;

impl<T> AddAssign<T> for SkippedField {
    #[inline(always)]
    fn add_assign(&mut self, _: T) {}
}

impl<T> SubAssign<T> for SkippedField {
    #[inline(always)]
    fn sub_assign(&mut self, _: T) {}
}

impl<I> Index<I> for SkippedField {
    type Output = SkippedField;

    #[inline(always)]
    fn index(&self, _: I) -> &SkippedField {
        self
    }
}

impl<I> IndexMut<I> for SkippedField {
    #[inline(always)]
    fn index_mut(&mut self, _: I) -> &mut SkippedField {
        self
    }
}

/// As a contribution it is zero.
impl<D: Cotangent + ?Sized> AddInto<D> for SkippedField {
    #[inline(always)]
    fn add_into(&self, _: &mut D) {}

    #[inline(always)]
    fn sub_into(&self, _: &mut D) {}
}

impl<D: Cotangent + ?Sized> SumRule<D> for SkippedField {}

/// What `+=` does to a tangent.
#[diagnostic::on_unimplemented(
    message = "no rule for `+=` with the cotangents `{Self}` and `{D}`",
    label = "this operator has no derivative",
    note = "put `#[differentiate]` on the block `impl AddAssign<..>`, or write `a = a + b`"
)]
pub trait PushSum<D> {
    /// `self += dot`
    fn push_sum(&mut self, dot: &D);
}

/// What `-=` does to a tangent.
#[diagnostic::on_unimplemented(
    message = "no rule for `-=` with the cotangents `{Self}` and `{D}`",
    label = "this operator has no derivative",
    note = "put `#[differentiate]` on the block `impl SubAssign<..>`, or write `a = a - b`"
)]
pub trait PushDifference<D> {
    /// `self -= dot`
    fn push_difference(&mut self, dot: &D);
}

#[diagnostic::do_not_recommend]
impl<C: AddAssignRule<D> + Cotangent + Clone, D: Cotangent + Clone> PushSum<D> for C {
    #[inline]
    fn push_sum(&mut self, dot: &D) {
        self.push_add_assigned(dot);
    }
}

#[diagnostic::do_not_recommend]
impl<C: SubAssignRule<D> + Cotangent + Clone, D: Cotangent + Clone> PushDifference<D> for C {
    #[inline]
    fn push_difference(&mut self, dot: &D) {
        self.push_sub_assigned(dot);
    }
}

#[diagnostic::do_not_recommend]
impl<D> PushSum<D> for SkippedField {
    #[inline(always)]
    fn push_sum(&mut self, _: &D) {}
}

#[diagnostic::do_not_recommend]
impl<D> PushDifference<D> for SkippedField {
    #[inline(always)]
    fn push_difference(&mut self, _: &D) {}
}

macro_rules! zero_beside {
    ($($float:ident)*) => {$(
        zero_beside!(@ $float, $float, SkippedField);
        zero_beside!(@ $float, $float, &SkippedField);
        zero_beside!(@ $float, &$float, SkippedField);
        zero_beside!(@ $float, &$float, &SkippedField);

        #[diagnostic::do_not_recommend]
        impl AddAssign<SkippedField> for $float {
            #[inline(always)]
            fn add_assign(&mut self, _: SkippedField) {}
        }

        #[diagnostic::do_not_recommend]
        impl SubAssign<SkippedField> for $float {
            #[inline(always)]
            fn sub_assign(&mut self, _: SkippedField) {}
        }
    )*};
    (@ $float:ident, $x:ty, $skipped:ty) => {
        zero_beside!(@ Add add $x, $skipped => $float, |x, _zero| x.clone());
        zero_beside!(@ Add add $skipped, $x => $float, |_zero, x| x.clone());
        zero_beside!(@ Sub sub $x, $skipped => $float, |x, _zero| x.clone());
        zero_beside!(@ Sub sub $skipped, $x => $float, |_zero, x| -x.clone());
        zero_beside!(@ Mul mul $x, $skipped => SkippedField, |_x, _zero| SkippedField);
        zero_beside!(@ Mul mul $skipped, $x => SkippedField, |_zero, _x| SkippedField);
        zero_beside!(@ Div div $skipped, $x => SkippedField, |_zero, _x| SkippedField);
    };
    (@ $Op:ident $op:ident $left:ty, $right:ty => $out:ty, |$l:ident, $r:ident| $value:expr) => {
        #[diagnostic::do_not_recommend]
        impl $Op<$right> for $left {
            type Output = $out;
            #[inline(always)]
            #[allow(clippy::clone_on_copy, reason = "a number, or a reference to one")]
            fn $op(self, $r: $right) -> $out {
                let $l = self;
                $value
            }
        }
    };
}

zero_beside!(f32 f64);

impl Neg for SkippedField {
    type Output = SkippedField;
    #[inline(always)]
    fn neg(self) -> SkippedField {
        self
    }
}

/// What stands for the cotangent of a field that is overwritten.
pub trait Replaced<C>: Sized {
    /// Takes it, and leaves `zeros`.
    fn replaced(&mut self, zeros: C) -> Self;
}

impl<C: Cotangent> Replaced<C> for C {
    #[inline]
    fn replaced(&mut self, zeros: C) -> C {
        core::mem::replace(self, zeros)
    }
}

impl<C> Replaced<C> for SkippedField {
    #[inline(always)]
    fn replaced(&mut self, _: C) -> SkippedField {
        *self
    }
}

/// Takes the cotangent of a field that an operator updates, and leaves zeros of what it was before; a field without one gives zeros, too.
#[inline]
pub fn replace_updated<T: Takes<C>, C: Cotangent>(bar: &mut T, zeros: C) -> C {
    match bar.takes() {
        Some(bar) => core::mem::replace(bar, zeros),
        None => zeros,
    }
}

/// What stands where the cotangent of a field is added to.
pub trait Takes<C: ?Sized> {
    /// The cotangent, if there is one.
    fn takes(&mut self) -> Option<&mut C>;
}

/// What stands where the tangent of a field is read.
pub trait Gives<C: ?Sized> {
    /// The tangent, if there is one.
    fn gives(&self) -> Option<&C>;
}

impl<C: Cotangent + ?Sized> Takes<C> for C {
    #[inline(always)]
    fn takes(&mut self) -> Option<&mut C> {
        Some(self)
    }
}

impl<C: Cotangent + ?Sized> Gives<C> for C {
    #[inline(always)]
    fn gives(&self) -> Option<&C> {
        Some(self)
    }
}

impl<C: ?Sized> Takes<C> for SkippedField {
    #[inline(always)]
    fn takes(&mut self) -> Option<&mut C> {
        None
    }
}

impl<C: ?Sized> Gives<C> for SkippedField {
    #[inline(always)]
    fn gives(&self) -> Option<&C> {
        None
    }
}

macro_rules! seen_as {
    ($([$($generics:tt)*] $Holder:ty => $Part:ty;)*) => {$(
        impl<$($generics)*> Takes<$Part> for $Holder {
            #[inline(always)]
            fn takes(&mut self) -> Option<&mut $Part> {
                Some(self)
            }
        }

        impl<$($generics)*> Gives<$Part> for $Holder {
            #[inline(always)]
            fn gives(&self) -> Option<&$Part> {
                Some(self)
            }
        }
    )*};
}

// What Rust makes of a reference by itself where a function is called.
seen_as! {
    [C] Vec<C> => [C];
    [C, const N: usize] [C; N] => [C];
    [C: ?Sized] Box<C> => C;
}

/// The buffer for a pullback.
#[inline(always)]
pub fn taken_by<T: Takes<C> + ?Sized, C: ?Sized>(bar: &mut T) -> Option<&mut C> {
    bar.takes()
}

/// The tangent for a pushforward.
#[inline(always)]
pub fn given_by<G: Gives<C> + ?Sized, C: ?Sized>(dot: &G) -> Option<&C> {
    dot.gives()
}

/// The tangent of a field's value, which is constant where the field is skipped.
#[inline(always)]
pub fn tangent_of<T: Differentiable, G: Gives<T::Cotangent> + ?Sized>(value: &T, dot: &G) -> T::Cotangent {
    dot.gives().map_or_else(|| value.zero_cotangent(), Clone::clone)
}

/// Cotangents that are taken away where their variable is overwritten.
pub trait Taken {
    /// The cotangent; zeros of its shape stay.
    #[must_use]
    fn taken(&mut self) -> Self;
}

impl<C: Cotangent + Clone> Taken for C {
    #[inline]
    fn taken(&mut self) -> C {
        let taken = self.clone();
        self.set_zero();
        taken
    }
}

impl Taken for SkippedField {
    #[inline(always)]
    fn taken(&mut self) -> SkippedField {
        SkippedField
    }
}

/// Cotangents that are set to zero where their variable is overwritten.
pub trait Cleared {
    /// Sets it to zero.
    fn cleared(&mut self);
}

impl<C: Cotangent + ?Sized> Cleared for C {
    #[inline]
    fn cleared(&mut self) {
        self.set_zero();
    }
}

impl Cleared for SkippedField {
    #[inline(always)]
    fn cleared(&mut self) {}
}

/// Stores the tangent of a field. The tangent comes first: it may be read from what the field is a part of.
#[inline(always)]
pub fn set_tangent<T: Takes<C>, C>(dot: C, field: &mut T) {
    if let Some(field) = field.takes() {
        *field = dot;
    }
}
