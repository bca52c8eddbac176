//! Buffers that a loop uses again in every iteration: what a callee does to them, and whether it does it to all of them.

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

#[cfg(test)]
mod tests {
    use super::*;

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
