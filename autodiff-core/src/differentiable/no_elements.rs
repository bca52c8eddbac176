//! What stands for a list without floats where generated code asks a cotangent for it.

use alloc::boxed::Box;
use core::marker::PhantomData;
use core::ops::{Index, IndexMut, Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

use crate::rt::lanes::PartFor;
use crate::rt::{Gives, Takes};

/// A list without size of whose elements, which have no size either, there is any number.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NoElements<E>(PhantomData<E>);

impl<E> NoElements<E> {
    /// The list.
    pub const NEW: Self = NoElements(PhantomData);
}

// Boxes of what has no size allocate nothing, so nothing leaks.
impl<E: Default + 'static> Index<usize> for NoElements<E> {
    type Output = E;

    #[inline]
    fn index(&self, _: usize) -> &E {
        Box::leak(Box::default())
    }
}

impl<E: Default + 'static> IndexMut<usize> for NoElements<E> {
    #[inline]
    fn index_mut(&mut self, _: usize) -> &mut E {
        Box::leak(Box::default())
    }
}

macro_rules! slices {
    ($($Range:ty),*) => {$(
        impl<E> Index<$Range> for NoElements<E> {
            type Output = Self;

            #[inline]
            fn index(&self, _: $Range) -> &Self {
                self
            }
        }

        impl<E> IndexMut<$Range> for NoElements<E> {
            #[inline]
            fn index_mut(&mut self, _: $Range) -> &mut Self {
                self
            }
        }
    )*};
}

slices!(Range<usize>, RangeFrom<usize>, RangeTo<usize>, RangeInclusive<usize>, RangeToInclusive<usize>, RangeFull);

// Lent as what a list is lent as, there is nothing to add to and nothing that moves.
impl<E, C: ?Sized> Takes<C> for NoElements<E> {
    #[inline(always)]
    fn takes(&mut self) -> Option<&mut C> {
        None
    }
}

impl<E, C: ?Sized> Gives<C> for NoElements<E> {
    #[inline(always)]
    fn gives(&self) -> Option<&C> {
        None
    }
}

impl<E, C> PartFor<C> for NoElements<E> {
    #[inline(always)]
    fn part(&self) -> Option<C> {
        None
    }
}
