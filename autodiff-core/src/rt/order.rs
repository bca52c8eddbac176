//! Where elements go when a container is sorted or cut.

use alloc::vec::Vec;

/// Numbers that are told apart by their bits.
pub trait Bits: Copy {
    /// The bits.
    fn bits(self) -> u64;
}

impl Bits for f64 {
    #[inline]
    fn bits(self) -> u64 {
        self.to_bits()
    }
}

impl Bits for f32 {
    #[inline]
    fn bits(self) -> u64 {
        u64::from(self.to_bits())
    }
}

/// The positions of elements in the order that a stable sort gives them.
#[must_use]
pub fn sorted_order<T>(items: &[T], mut compare: impl FnMut(&T, &T) -> core::cmp::Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by(|&i, &j| compare(&items[i], &items[j]));
    order
}

/// The same for a key.
#[must_use]
pub fn sorted_order_by_key<T, K: Ord>(items: &[T], mut key: impl FnMut(&T) -> K) -> Vec<usize> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_key(|&i| key(&items[i]));
    order
}

/// The positions of numbers in the order that an operation on a copy of them leaves, which it may only move.
#[must_use]
pub fn order_after<T: Bits>(items: &[T], operation: impl FnOnce(&mut [T])) -> Vec<usize> {
    let mut moved = items.to_vec();
    operation(&mut moved);
    let by_bits = |list: &[T]| {
        let mut order: Vec<usize> = (0..list.len()).collect();
        order.sort_by_key(|&i| list[i].bits());
        order
    };
    let mut order = alloc::vec![0; items.len()];
    for (from, to) in by_bits(items).into_iter().zip(by_bits(&moved)) {
        order[to] = from;
    }
    order
}

/// The first position of a range of positions and the one after its last.
#[must_use]
pub fn bounds(range: impl core::ops::RangeBounds<usize>, len: usize) -> (usize, usize) {
    use core::ops::Bound::{Excluded, Included, Unbounded};
    let start = match range.start_bound() {
        Included(&k) => k,
        Excluded(&k) => k + 1,
        Unbounded => 0,
    };
    let end = match range.end_bound() {
        Included(&k) => k + 1,
        Excluded(&k) => k,
        Unbounded => len,
    };
    assert!(start <= end && end <= len, "range out of bounds");
    (start, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_operation() {
        let items = [3.0, -0.0, 1.0, 0.0, 3.0, -2.0];
        let order = order_after(&items, |part| part.sort_unstable_by(f64::total_cmp));
        let moved: Vec<u64> = order.iter().map(|&k| items[k].to_bits()).collect();
        let mut sorted = items;
        sorted.sort_unstable_by(f64::total_cmp);
        assert_eq!(moved, sorted.map(f64::to_bits));
        assert_eq!(sorted_order(&[2, 1, 2, 0], Ord::cmp), [3, 1, 0, 2]);
        assert_eq!(sorted_order_by_key(&[2, 1, 2, 0], |k| core::cmp::Reverse(*k)), [0, 2, 1, 3]);
    }

    #[test]
    fn ranges_have_bounds() {
        assert_eq!(bounds(.., 4), (0, 4));
        assert_eq!(bounds(1..=2, 4), (1, 3));
        assert_eq!(bounds(3.., 4), (3, 4));
    }

    #[test]
    #[should_panic(expected = "out of bounds")]
    fn a_range_that_is_too_long_panics() {
        let _ = bounds(1..5, 4);
    }
}
