//! Indices of types that ask themselves for sizes: `matrix[(i, j)]`.
//!
//! A cotangent has no sizes, so the value works out where the part is. Whether a type does that, only rustc knows; method resolution picks
//! [`ViaKey`] where it does, and [`ViaIndex`], which leaves the index as it is, elsewhere.

/// Where a part of a value is, inside a list: the indices of one place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct At<const N: usize>(pub [usize; N]);

/// A type whose places are found by keys.
pub trait HasKey<I> {
    /// All that a place depends on.
    type Key: Copy;

    /// The key of an index.
    fn key(&self, index: I) -> Self::Key;
}

/// A value that is asked for a key.
#[derive(Debug)]
pub struct KeyOf<'a, M: ?Sized>(pub &'a M);

/// The key of an index.
pub trait ViaKey<I> {
    /// As in [`HasKey`].
    type Key;

    /// As in [`HasKey`].
    fn key(self, index: I) -> Self::Key;
}

impl<M: HasKey<I> + ?Sized, I> ViaKey<I> for KeyOf<'_, M> {
    type Key = M::Key;

    #[inline(always)]
    #[track_caller]
    fn key(self, index: I) -> M::Key {
        self.0.key(index)
    }
}

/// The index itself.
pub trait ViaIndex: Sized {
    /// The index itself.
    #[inline(always)]
    fn key<I>(self, index: I) -> I {
        index
    }
}

impl<M: ?Sized> ViaIndex for &KeyOf<'_, M> {}
