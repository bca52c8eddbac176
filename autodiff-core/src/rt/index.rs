//! Counting loops: how often a loop over a range runs, and the index of each iteration.

/// An integer that a loop may count.
pub trait LoopIndex: Copy {
    /// The number of items of `self..end`.
    fn count_to(self, end: Self) -> usize;
    /// The number of items of `self..=end`.
    fn count_to_inclusive(self, end: Self) -> usize;
    /// `self + k`, an item of the range.
    #[must_use]
    fn offset(self, k: usize) -> Self;
    /// The largest number of the type.
    #[must_use]
    fn largest(self) -> Self;
}

macro_rules! loop_index {
    ($($t:ident as $unsigned:ident)*) => { $(
        #[allow(
            clippy::cast_sign_loss,
            clippy::cast_possible_wrap,
            clippy::cast_possible_truncation,
            clippy::cast_lossless,
            clippy::unnecessary_cast,
            trivial_numeric_casts,
            reason = "differences of ordered numbers fit the unsigned type, items of the range fit the type"
        )]
        impl LoopIndex for $t {
            #[inline(always)]
            fn count_to(self, end: Self) -> usize {
                if self < end { end.wrapping_sub(self) as $unsigned as usize } else { 0 }
            }
            #[inline(always)]
            fn count_to_inclusive(self, end: Self) -> usize {
                if self <= end { (end.wrapping_sub(self) as $unsigned as usize).wrapping_add(1) } else { 0 }
            }
            #[inline(always)]
            fn offset(self, k: usize) -> Self {
                self.wrapping_add(k as $t)
            }
            #[inline(always)]
            fn largest(self) -> Self {
                $t::MAX
            }
        }
    )* };
}
loop_index! {
    i8 as u8 i16 as u16 i32 as u32 i64 as u64 i128 as u128 isize as usize
    u8 as u8 u16 as u16 u32 as u32 u64 as u64 u128 as u128 usize as usize
}

/// Characters leave out the surrogates.
impl LoopIndex for char {
    #[inline]
    fn count_to(self, end: Self) -> usize {
        (self..end).count()
    }
    #[inline]
    fn count_to_inclusive(self, end: Self) -> usize {
        (self..=end).count()
    }
    #[inline]
    fn offset(self, k: usize) -> Self {
        (self..=char::MAX).nth(k).unwrap_or(char::MAX)
    }
    #[inline]
    fn largest(self) -> Self {
        char::MAX
    }
}

/// The number of items of `start..end`.
#[inline(always)]
#[must_use]
pub fn count<I: LoopIndex>(start: I, end: I) -> usize {
    start.count_to(end)
}

/// The number of items of `start..=end`.
#[inline(always)]
#[must_use]
pub fn count_inclusive<I: LoopIndex>(start: I, end: I) -> usize {
    start.count_to_inclusive(end)
}

/// A position whose type only rustc knows.
#[inline(always)]
#[must_use]
pub const fn position(k: usize) -> usize {
    k
}

/// The number of windows of `size` elements in a slice of length `len`.
///
/// # Panics
/// If `size` is zero, as `slice::windows` does.
#[inline(always)]
#[must_use]
#[track_caller]
pub fn count_windows(len: usize, size: usize) -> usize {
    assert!(size != 0, "window size must be non-zero");
    (len + 1).saturating_sub(size)
}

/// Item `k` of a range that begins at `start`.
#[inline(always)]
#[must_use]
pub fn offset<I: LoopIndex>(start: I, k: usize) -> I {
    start.offset(k)
}

/// The same of `start..end`, whose type either end may tell.
#[inline(always)]
#[must_use]
pub fn offset_within<I: LoopIndex>(start: I, _end: I, k: usize) -> I {
    start.offset(k)
}

/// Where the loop over `start..` ends.
#[inline(always)]
#[must_use]
pub fn largest<I: LoopIndex>(start: I) -> I {
    start.largest()
}

/// The items of `(start..end).step_by(step)`, last one first.
#[inline(always)]
pub fn steps_back<I: LoopIndex>(start: I, end: I, step: usize) -> impl Iterator<Item = I> {
    (0..start.count_to(end).div_ceil(step)).rev().map(move |k| start.offset(k * step))
}

/// The items of `(start..=end).step_by(step)`, last one first.
#[inline(always)]
pub fn steps_back_inclusive<I: LoopIndex>(start: I, end: I, step: usize) -> impl Iterator<Item = I> {
    (0..start.count_to_inclusive(end).div_ceil(step)).rev().map(move |k| start.offset(k * step))
}

/// How many items the endless repetition of `n` items has.
#[inline]
#[must_use]
pub fn count_cycle(n: usize) -> usize {
    if n == 0 { 0 } else { usize::MAX }
}
