//! Buffers that a loop uses again in every iteration: what a callee does to them, and whether it does it to all of them.

use alloc::vec::Vec;

use crate::Differentiable;

/// What a function does to a parameter that it takes by `&mut`. Written by the macro, for callers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Overwrites {
    /// Overwrites every element before it reads it.
    Whole,
    /// The same for as many elements as the parameter with this number has.
    UpTo(usize),
    /// The same for that many elements.
    First(usize),
    /// Nothing is known but that the length stays.
    KeepsLength,
    /// Nothing is known.
    Unknown,
}

/// Whether a callee overwrites all of a buffer of length `len`; `lengths` are those of its arguments, `usize::MAX` where unknown.
#[inline(always)]
#[must_use]
pub fn overwrites<const N: usize>(what: Overwrites, len: usize, lengths: [usize; N]) -> bool {
    match what {
        Overwrites::Whole => true,
        Overwrites::UpTo(k) => lengths[k] != usize::MAX && len <= lengths[k],
        Overwrites::First(n) => len <= n,
        Overwrites::KeepsLength | Overwrites::Unknown => false,
    }
}

/// Whether a callee leaves the length of a buffer as it is.
#[inline(always)]
#[must_use]
pub const fn keeps_length(what: Overwrites) -> bool {
    !matches!(what, Overwrites::Unknown)
}

/// Whether a loop from zero to `end` visits all of a buffer of length `len`.
#[inline(always)]
#[must_use]
pub const fn reaches(end: usize, len: usize) -> bool {
    len <= end
}

/// Whether all conditions hold.
#[inline(always)]
#[must_use]
pub fn all<const N: usize>(conditions: [bool; N]) -> bool {
    conditions.iter().all(|c| *c)
}

/// A buffer that is filled before it is read.
#[inline(always)]
#[must_use]
pub fn empty<T: Default>() -> T {
    T::default()
}

/// Zeros of a value's shape, in a buffer.
#[inline]
pub fn zero_into<T: Differentiable + ?Sized>(target: &mut T::Cotangent, of: &T) {
    of.zero_cotangent_into(target);
}

/// The buffer takes a cotangent, which becomes zeros of a value's shape.
#[inline]
pub fn swap_zeroed<T: Differentiable + ?Sized>(cotangent: &mut T::Cotangent, buffer: &mut T::Cotangent, of: &T) {
    core::mem::swap(cotangent, buffer);
    of.zero_cotangent_into(cotangent);
}

/// `vec![x; n]` in a buffer.
#[inline]
pub fn refill<T: Clone>(target: &mut Vec<T>, x: T, n: usize) {
    target.clear();
    target.resize(n, x);
}

/// No elements, with room for some.
#[inline]
pub fn cleared<T>(target: &mut Vec<T>, room: usize) {
    target.clear();
    target.reserve(room);
}

/// The iteration that made the last choice, if any did.
#[inline(always)]
pub fn chosen<T>(last: Option<T>) -> core::option::IntoIter<T> {
    last.into_iter()
}

/// A list's elements in a buffer.
#[inline]
pub fn copied_into<T: Clone>(target: &mut Vec<T>, from: &[T]) {
    target.clear();
    target.extend_from_slice(from);
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn buffers_are_filled_again() {
        let mut a: Vec<Vec<f64>> = empty();
        zero_into(&mut a, &vec![vec![1.0; 3], vec![2.0]]);
        a[0][1] = 5.0;
        zero_into(&mut a, &[vec![1.0; 2], vec![2.0; 2], vec![]][..]);
        assert_eq!(a, [vec![0.0; 2], vec![0.0; 2], vec![]]);
        let (mut c, mut b) = (vec![1.0, 2.0], vec![7.0]);
        swap_zeroed(&mut c, &mut b, &[0.5; 3][..]);
        assert_eq!((c, b.clone()), (vec![0.0; 3], vec![1.0, 2.0]));
        refill(&mut b, 0.5, 3);
        assert_eq!(b, [0.5; 3]);
        copied_into(&mut b, &[1.0]);
        assert_eq!(b, [1.0]);
        cleared(&mut b, 2);
        assert!(b.is_empty());
    }

    #[test]
    fn a_buffer_is_overwritten_as_far_as_is_known() {
        let lengths = [3, usize::MAX];
        assert!(overwrites(Overwrites::Whole, 5, lengths));
        assert!(overwrites(Overwrites::UpTo(0), 3, lengths));
        assert!(!overwrites(Overwrites::UpTo(0), 4, lengths));
        assert!(!overwrites(Overwrites::UpTo(1), 3, lengths));
        assert!(overwrites(Overwrites::First(2), 2, lengths) && !overwrites(Overwrites::First(2), 3, lengths));
        assert!(!overwrites(Overwrites::KeepsLength, 0, lengths) && !overwrites(Overwrites::Unknown, 0, lengths));
        assert!(keeps_length(Overwrites::KeepsLength) && !keeps_length(Overwrites::Unknown));
        assert!(reaches(3, 3) && !reaches(3, 4));
        assert!(all([true, true]) && all([]) && !all([true, false]));
    }
}
