//! What a method did to the tangent of its receiver.
//!
//! What enters: what the companion of a method gives beside its result. Guarantee: a method that takes `&self` leaves the tangent alone.

use alloc::boxed::Box;
use alloc::vec::Vec;

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

/// A method is found through a `Box`.
impl<C> WriteBack<Box<C>> for Changed<C> {
    #[inline(always)]
    fn write_back(self, dot: &mut Box<C>) {
        **dot = self.0;
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

/// A list without a derivative has none to change.
impl<C, E> WriteBack<crate::differentiable::NoElements<E>> for ChangedList<C> {
    #[inline(always)]
    fn write_back(self, _: &mut crate::differentiable::NoElements<E>) {}
}

/// Nor does a skipped field.
impl<C> WriteBack<super::SkippedField> for ChangedList<C> {
    #[inline(always)]
    fn write_back(self, _: &mut super::SkippedField) {}
}

/// Stores the tangent of a receiver after a method call.
#[inline(always)]
pub fn write_back<C: ?Sized>(dot: &mut C, after: impl WriteBack<C>) {
    after.write_back(dot);
}
