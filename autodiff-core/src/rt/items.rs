//! Elements of a list that the user moves out, where the list is read again.
//!
//! What enters: a reference to the element. What leaves: a copy of it; the reference itself, if its type cannot be cloned. Which of the two is
//! decided where the type is known: a method of `&Item` comes before one of `Item`. What a pattern binds of such an element is a copy, too,
//! or a reference.

use alloc::vec::Vec;

/// An element.
pub struct Item<'a, T: ?Sized>(pub &'a T);

/// Elements that are cloned.
pub trait Copied {
    /// The element's type.
    type Owned;
    /// A copy.
    fn item(&self) -> Self::Owned;
}

impl<T: Clone> Copied for &Item<'_, T> {
    type Owned = T;
    #[inline(always)]
    fn item(&self) -> T {
        self.0.clone()
    }
}

/// What a pattern binds by reference, cloned.
pub trait Unlent {
    /// The type behind the reference.
    type Owned;
    /// A copy.
    fn item(&self) -> Self::Owned;
}

impl<T: Clone> Unlent for &&Item<'_, &T> {
    type Owned = T;
    #[inline(always)]
    fn item(&self) -> T {
        (*self.0).clone()
    }
}

/// Elements that are lent.
pub trait Lent<'a> {
    /// The element's type.
    type Element: ?Sized;
    /// The reference.
    fn item(&self) -> &'a Self::Element;
}

impl<'a, T: ?Sized> Lent<'a> for Item<'a, T> {
    type Element = T;
    #[inline(always)]
    fn item(&self) -> &'a T {
        self.0
    }
}

/// How many items an iterator gives.
pub fn count_of(items: impl Iterator) -> usize {
    items.count()
}

/// Items of a list, by position.
pub trait ListItems<'a> {
    /// The element's type.
    type Element: 'a;
    /// A reference to an element.
    fn __item_at(self, at: usize) -> &'a Self::Element;
}

impl<'a, T: 'a> ListItems<'a> for &'a Vec<T> {
    type Element = T;
    #[inline(always)]
    fn __item_at(self, at: usize) -> &'a T {
        &self[at]
    }
}

impl<'a, T: 'a> ListItems<'a> for &'a [T] {
    type Element = T;
    #[inline(always)]
    fn __item_at(self, at: usize) -> &'a T {
        &self[at]
    }
}

impl<'a, T: 'a, const N: usize> ListItems<'a> for &'a [T; N] {
    type Element = T;
    #[inline(always)]
    fn __item_at(self, at: usize) -> &'a T {
        &self[at]
    }
}

/// Items of anything else: a method of `&C` comes behind one of `C`.
pub trait OtherItems {
    /// What iterating gives.
    type Item;
    /// The item at a position.
    fn __item_at(&self, at: usize) -> Self::Item;
}

impl<C: Copy + IntoIterator> OtherItems for C {
    type Item = C::Item;
    #[inline]
    fn __item_at(&self, at: usize) -> C::Item {
        (*self).into_iter().nth(at).expect("an item that was counted")
    }
}
