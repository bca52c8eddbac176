//! Copies for the reverse sweep.
//!
//! What enters: a value, or a reference to one. What leaves: an owned copy. Guarantee: the copy borrows nothing of the original.

use alloc::borrow::{Borrow, ToOwned};

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

/// A type that generated code takes as a value, whatever it is.
pub type Same<T> = T;
