//! The reverse of a search for the greatest or the least element.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::Real;

/// Which elements have a share in the greatest, or the least: those that equal it.
#[derive(Clone, Debug)]
pub struct Best {
    /// The first of them.
    first: Option<usize>,
    /// Where it is not alone.
    ties: Option<Box<Ties>>,
}

/// Several numbers that have a share.
#[derive(Clone, Debug)]
struct Ties {
    /// The search began with such a number.
    begun: bool,
    /// The others, in order.
    others: Vec<usize>,
}

/// What `for x in &list[start..end] { best = best.max(*x); }`, or `min`, found, which went from `begun` to `reached`.
#[inline]
pub fn best_of<T: Real>(list: &[T], start: usize, end: usize, begun: T, reached: T) -> Best {
    let list = list.get(start..end).unwrap_or_default();
    let first = list.iter().position(|x| *x == reached);
    let rest = first.map_or(list, |first| &list[first + 1..]);
    let tied = begun == reached || rest.iter().fold(false, |tied, x| tied | (*x == reached));
    let ties = if first.is_some() && tied || reached.__is_nan() { Some(ties(list, begun, reached)) } else { None };
    Best { first: first.map(|at| start + at), ties: ties.map(|t| t.from(start)) }
}

#[cold]
fn ties<T: Real>(list: &[T], begun: T, reached: T) -> Box<Ties> {
    let same = |x: T| x == reached || x.__is_nan() && reached.__is_nan();
    let others = (0..list.len()).filter(|&k| same(list[k])).skip(usize::from(!reached.__is_nan())).collect();
    Box::new(Ties { begun: same(begun), others })
}

impl Ties {
    fn from(mut self: Box<Self>, start: usize) -> Box<Self> {
        self.others.iter_mut().for_each(|at| *at += start);
        self
    }
}

/// Its reverse: adds the share of each element to its cotangent, and what is left to that of what the search began with.
///
/// Of those that equal what was reached, each takes half of what the later ones left, as its `max` does; the first one takes all of it, unless what the search
/// began with is as great.
#[inline]
pub fn share_of_best<T: Real>(best: &Best, reached_bar: T, begun_bar: &mut T, list_bar: &mut [T]) {
    match (&best.ties, best.first) {
        (None, Some(first)) => list_bar[first] += reached_bar,
        (None, None) => *begun_bar += reached_bar,
        (Some(ties), first) => share(ties, first, reached_bar, begun_bar, list_bar),
    }
}

#[cold]
fn share<T: Real>(ties: &Ties, first: Option<usize>, reached_bar: T, begun_bar: &mut T, list_bar: &mut [T]) {
    let mut left = reached_bar;
    let half = T::__from_f64(0.5);
    // If all are NaN, each `max` hands its cotangent to both.
    let part = |left: T| if first.is_some() { half * left } else { left };
    for &at in ties.others.iter().rev() {
        left = part(left);
        list_bar[at] += left;
    }
    if let Some(first) = first {
        if ties.begun {
            left = part(left);
            *begun_bar += left;
        }
        list_bar[first] += left;
    } else {
        *begun_bar += left;
    }
}

#[cfg(test)]
mod tests {
    use alloc::{vec, vec::Vec};

    use super::{best_of, share_of_best};
    use crate::rules::{max, min};

    /// One iteration after the other, as the rules have it.
    fn one_by_one(list: &[f64], begun: f64, greatest: bool) -> (f64, f64, Vec<f64>) {
        let mut before = Vec::new();
        let mut best = begun;
        for &x in list {
            before.push(best);
            best = if greatest { best.max(x) } else { best.min(x) };
        }
        let mut bar = 3.0;
        let mut bars = vec![0.25; list.len()];
        for k in (0..list.len()).rev() {
            let (old, x) = (before[k], list[k]);
            let (of_x, of_old) = if greatest {
                (max::pullback_1(old, x, old, bar), max::pullback_0(old, x, old, bar))
            } else {
                (min::pullback_1(old, x, old, bar), min::pullback_0(old, x, old, bar))
            };
            bars[k] += of_x;
            bar = of_old;
        }
        (best, bar, bars)
    }

    #[test]
    fn shares_are_those_of_the_iterations() {
        let values = [f64::NAN, f64::NEG_INFINITY, -0.0, 0.0, 1.0, f64::INFINITY];
        for n in 0..5_u32 {
            for code in 0..6_usize.pow(n) {
                let list: Vec<f64> = (0..n).map(|k| values[code / 6_usize.pow(k) % 6]).collect();
                for begun in values {
                    for greatest in [true, false] {
                        let (reached, bar, bars) = one_by_one(&list, begun, greatest);
                        let mut padded = vec![9.0, reached];
                        padded.extend(&list);
                        let (mut left, mut shares) = (0.0, vec![0.25; padded.len()]);
                        let best = best_of(&padded, 2, padded.len(), begun, reached);
                        share_of_best(&best, 3.0, &mut left, &mut shares);
                        assert_eq!((left, &shares[2..]), (bar, &bars[..]), "{list:?} from {begun}, greatest: {greatest}");
                        assert_eq!(shares[..2], [0.25; 2]);
                    }
                }
            }
        }
    }

    #[test]
    fn of_no_elements_all_is_left() {
        let (mut left, mut shares) = (0.0, vec![0.0; 2]);
        share_of_best(&best_of(&[5.0, 1.0], 2, 1, 4.0, 4.0), 3.0, &mut left, &mut shares);
        assert_eq!((left, shares), (3.0, vec![0.0; 2]));
    }
}
