//! Which iterations of a loop gave the greatest or least of some numbers.
//!
//! What enters: each number with what was the greatest before. What leaves: the iterations that have a share in the last one's cotangent, with
//! these shares. Guarantee: they are those of the rules of `max` and `min`, taken one after the other.

use alloc::vec::Vec;

use crate::Real;

/// The iteration that last gave a new value, and those that gave it again.
#[derive(Clone, Debug)]
pub struct Extreme<I> {
    at: Option<I>,
    ties: Vec<Tie<I>>,
}

#[derive(Clone, Debug)]
struct Tie<I> {
    index: I,
    /// Of what iteration it gave the value again; void if there was a new value afterwards.
    of: Option<I>,
    /// Two that are not numbers have the whole cotangent both.
    whole: bool,
}

/// Nothing looked at.
#[inline(always)]
pub fn extreme<I>() -> Extreme<I> {
    Extreme { at: None, ties: Vec::new() }
}

impl<I: Copy + PartialEq> Extreme<I> {
    /// Not a branch: which number is greater than all before is hard to foresee.
    #[inline(always)]
    fn note(&mut self, index: I, replaces: bool, ties: bool, whole: bool) {
        self.at = if replaces { Some(index) } else { self.at };
        if ties | whole {
            self.tie(index, whole);
        }
    }

    #[cold]
    fn tie(&mut self, index: I, whole: bool) {
        self.ties.push(Tie { index, of: self.at, whole });
    }
}

/// `old.max(new)` is looked at.
#[inline(always)]
pub fn note_greatest<T: Real, I: Copy + PartialEq>(extreme: &mut Extreme<I>, index: I, old: T, new: T) {
    let (no, none) = (old.__is_nan(), new.__is_nan());
    extreme.note(index, new > old || no & !none, new == old, no & none);
}

/// `old.min(new)` is looked at.
#[inline(always)]
pub fn note_least<T: Real, I: Copy + PartialEq>(extreme: &mut Extreme<I>, index: I, old: T, new: T) {
    let (no, none) = (old.__is_nan(), new.__is_nan());
    extreme.note(index, new < old || no & !none, new == old, no & none);
}

/// Who gets which part of a cotangent.
#[derive(Clone, Debug)]
pub struct Parts<T, I> {
    last: Option<(I, T)>,
    ties: Vec<(I, T)>,
    rest: T,
}

/// The parts of a cotangent: half of what is left for each that gave the value again, last one first.
#[inline]
pub fn extreme_parts<T: Real, I: Copy + PartialEq>(extreme: &Extreme<I>, seed: T) -> Parts<T, I> {
    let (mut left, mut ties) = (seed, Vec::new());
    for tie in extreme.ties.iter().rev().filter(|t| t.of == extreme.at) {
        left = if tie.whole { left } else { T::__from_f64(0.5) * left };
        ties.push((tie.index, left));
    }
    match extreme.at {
        Some(at) => Parts { last: Some((at, left)), ties, rest: T::__ZERO },
        None => Parts { last: None, ties, rest: left },
    }
}

/// What is left for the value before the loop.
#[inline(always)]
pub fn parts_rest<T: Real, I>(parts: &Parts<T, I>) -> T {
    parts.rest
}

/// How many iterations have a part.
#[inline(always)]
pub fn parts_count<T, I>(parts: &Parts<T, I>) -> usize {
    parts.ties.len() + usize::from(parts.last.is_some())
}

#[inline(always)]
fn part<T: Copy, I: Copy>(parts: &Parts<T, I>, k: usize) -> (I, T) {
    match parts.last {
        Some(last) if k == parts.ties.len() => last,
        _ => parts.ties[k],
    }
}

/// The iteration of a part.
#[inline(always)]
pub fn parts_index<T: Copy, I: Copy>(parts: &Parts<T, I>, k: usize) -> I {
    part(parts, k).0
}

/// A part.
#[inline(always)]
pub fn parts_part<T: Copy, I: Copy>(parts: &Parts<T, I>, k: usize) -> T {
    part(parts, k).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{max, min};
    use alloc::vec;

    /// One rule after the other.
    fn by_rules(start: f64, list: &[f64], seed: f64, least: bool) -> (f64, Vec<f64>) {
        let mut before = vec![start];
        for x in list {
            before.push(if least { before[before.len() - 1].min(*x) } else { before[before.len() - 1].max(*x) });
        }
        let (mut bar, mut bars) = (seed, vec![0.0; list.len()]);
        for k in (0..list.len()).rev() {
            let (old, x, y) = (before[k], list[k], before[k + 1]);
            let (to_old, to_x) = match least {
                true => (min::pullback_0(old, x, y, bar), min::pullback_1(old, x, y, bar)),
                false => (max::pullback_0(old, x, y, bar), max::pullback_1(old, x, y, bar)),
            };
            bars[k] += to_x;
            bar = to_old;
        }
        (bar, bars)
    }

    #[test]
    fn shares_are_those_of_the_rules() {
        let nan = f64::NAN;
        let inf = f64::INFINITY;
        let values = [-inf, -1.0, 0.0, 2.0, inf, nan];
        for code in 0..values.len().pow(4) {
            let at = |k: u32| values[code / values.len().pow(k) % values.len()];
            let (start, list) = (at(0), [at(1), at(2), at(3), at(1), at(3)]);
            for seed in [1.75, inf] {
                for least in [false, true] {
                    let (mut old, mut found) = (start, extreme());
                    for (k, x) in list.iter().enumerate() {
                        if least {
                            note_least(&mut found, k, old, *x);
                            old = old.min(*x);
                        } else {
                            note_greatest(&mut found, k, old, *x);
                            old = old.max(*x);
                        }
                    }
                    let parts = extreme_parts(&found, seed);
                    let mut bars = vec![0.0; list.len()];
                    for k in 0..parts_count(&parts) {
                        bars[parts_index(&parts, k)] += parts_part(&parts, k);
                    }
                    assert_eq!((parts_rest(&parts), bars), by_rules(start, &list, seed, least), "{start} {list:?}");
                }
            }
        }
    }
}
