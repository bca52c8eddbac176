//! Tangents of several directions at once.
//!
//! Vector forward mode computes a function once and its tangents in `N` directions beside it. What is a number in a tangent of one direction
//! is [`Lanes<f64, N>`](Lanes) in those of `N` directions, one lane per direction, so that the operations of all directions are one loop
//! over an array:
//!
//! | tangent of one direction | tangents in lanes |
//! |---|---|
//! | `f64` | `Lanes<f64, N>` |
//! | `[f64; M]`, `Vec<f64>`, tuples, `Option`, `Box` | of lanes in place of numbers |
//! | the cotangent type of a type with `#[derive(Differentiable)]` | [`ByLane<FooCotangent, N>`](ByLane), one tangent after the other |
//!
//! ```
//! use autodiff_core::{Lanes, differentiate};
//!
//! #[differentiate(lanes)]
//! fn polar(r: f64, angle: f64) -> [f64; 2] {
//!     [r * angle.cos(), r * angle.sin()]
//! }
//!
//! // Along r, along the angle, and along both.
//! let (_, tangents) = polar_jvp_lanes::<3>(2.0, 0.0, (Lanes([1.0, 0.0, 1.0]), Lanes([0.0, 1.0, 1.0])));
//! assert_eq!(tangents, [Lanes([1.0, 0.0, 1.0]), Lanes([0.0, 2.0, 2.0])]);
//! ```

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::{Add, AddAssign, Div, Mul, Neg, Range, Sub, SubAssign};

use crate::differentiable::check_lengths;
use crate::{Cotangent, Real};

/// A number per direction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lanes<T, const N: usize>(pub [T; N]);

/// Tangents of a type that the macro cannot look into, one per direction.
#[derive(Clone, Debug, PartialEq)]
pub struct ByLane<C, const N: usize>(pub [C; N]);

/// A tangent that has a form in lanes.
///
/// The tangents of the standard library's types have one, and `#[derive(Differentiable)]` gives the others theirs.
#[diagnostic::on_unimplemented(
    message = "tangents of type `{Self}` have no form in lanes",
    label = "several directions at once are not possible here",
    note = "for a cotangent of your own: `impl<const N: usize> autodiff_core::InLanes<N> for {Self}`, with `ByLane<Self, N>` as `Lanes`"
)]
pub trait InLanes<const N: usize>: Cotangent + Clone {
    /// Tangents in `N` directions.
    type Lanes: OfLanes<N, Lane = Self> + Cotangent + Clone;

    /// Zeros of this tangent's shape.
    fn zero_lanes(&self) -> Self::Lanes;

    /// Zeros that other tangents are going to be added to. Those of numbers are negative: `-0.0 + x` is `x`, and LLVM knows.
    #[doc(hidden)]
    #[inline]
    fn start_lanes(&self) -> Self::Lanes {
        self.zero_lanes()
    }
}

/// Tangents in `N` directions, to be taken apart and put together.
pub trait OfLanes<const N: usize> {
    /// The tangent of one direction.
    type Lane;

    /// That of the direction `k`.
    ///
    /// # Panics
    /// If there is none.
    fn lane(&self, k: usize) -> Self::Lane;

    /// Replaces that of the direction `k`.
    ///
    /// # Panics
    /// If there is none, or if the shapes differ.
    fn set_lane(&mut self, k: usize, tangent: &Self::Lane);

    /// What `f` gives for that of the direction `k`, which need not be copied for it.
    #[inline]
    fn with_lane<R>(&self, k: usize, f: impl FnOnce(&Self::Lane) -> R) -> R {
        f(&self.lane(k))
    }

    /// Changes that of the direction `k`, in place where it has one.
    #[inline]
    fn with_lane_mut<R>(&mut self, k: usize, f: impl FnOnce(&mut Self::Lane) -> R) -> R {
        let mut lane = self.lane(k);
        let result = f(&mut lane);
        self.set_lane(k, &lane);
        result
    }

    /// Replaces each number by what `f` gives for its direction and for it; the numbers of one direction come in the order in which they
    /// are written.
    fn map_lanes(&mut self, f: &mut dyn FnMut(usize, f64) -> f64);
}

impl<T: Real, const N: usize> Lanes<T, N> {
    /// No change in any direction.
    pub const ZERO: Self = Lanes([T::__ZERO; N]);

    /// What `f` gives for each lane.
    #[inline(always)]
    pub fn map<U: Real>(self, mut f: impl FnMut(T) -> U) -> Lanes<U, N> {
        // A loop over arrays, of which LLVM makes vectors; of `array::map` it does not.
        let mut lanes = [U::__ZERO; N];
        for (lane, a) in lanes.iter_mut().zip(&self.0) {
            *lane = f(*a);
        }
        Lanes(lanes)
    }

    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(T, T) -> T) -> Self {
        let mut lanes = [T::__ZERO; N];
        for (lane, (a, b)) in lanes.iter_mut().zip(self.0.iter().zip(&other.0)) {
            *lane = f(*a, *b);
        }
        Lanes(lanes)
    }
}

impl<T: Real, const N: usize> Default for Lanes<T, N> {
    fn default() -> Self {
        Self::ZERO
    }
}

impl<T, const N: usize> From<[T; N]> for Lanes<T, N> {
    fn from(lanes: [T; N]) -> Self {
        Lanes(lanes)
    }
}

macro_rules! operator {
    ($Op:ident $op:ident $Rhs:ty, |$a:ident, $b:ident| $value:expr) => {
        impl<T: Real, const N: usize> $Op<$Rhs> for Lanes<T, N> {
            type Output = Lanes<T, N>;
            #[inline(always)]
            fn $op(self, other: $Rhs) -> Lanes<T, N> {
                let ($a, $b) = (self, other);
                $value
            }
        }

        impl<T: Real, const N: usize> $Op<&$Rhs> for Lanes<T, N> {
            type Output = Lanes<T, N>;
            #[inline(always)]
            fn $op(self, other: &$Rhs) -> Lanes<T, N> {
                $Op::$op(self, *other)
            }
        }

        impl<T: Real, const N: usize> $Op<$Rhs> for &Lanes<T, N> {
            type Output = Lanes<T, N>;
            #[inline(always)]
            fn $op(self, other: $Rhs) -> Lanes<T, N> {
                $Op::$op(*self, other)
            }
        }

        impl<T: Real, const N: usize> $Op<&$Rhs> for &Lanes<T, N> {
            type Output = Lanes<T, N>;
            #[inline(always)]
            fn $op(self, other: &$Rhs) -> Lanes<T, N> {
                $Op::$op(*self, *other)
            }
        }
    };
}

operator!(Add add Lanes<T, N>, |a, b| a.zip(b, |a, b| a + b));
operator!(Sub sub Lanes<T, N>, |a, b| a.zip(b, |a, b| a - b));
operator!(Mul mul T, |a, b| a.map(|a| a * b));
operator!(Div div T, |a, b| a.map(|a| a / b));

impl<T: Real, const N: usize> Neg for Lanes<T, N> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        self.map(|a| -a)
    }
}

impl<T: Real, const N: usize> Neg for &Lanes<T, N> {
    type Output = Lanes<T, N>;
    #[inline(always)]
    fn neg(self) -> Lanes<T, N> {
        -*self
    }
}

macro_rules! assignment {
    ($Op:ident $op:ident $symbol:tt) => {
        impl<T: Real, const N: usize> $Op for Lanes<T, N> {
            #[inline(always)]
            fn $op(&mut self, other: Self) {
                *self = *self $symbol other;
            }
        }

        impl<T: Real, const N: usize> $Op<&Self> for Lanes<T, N> {
            #[inline(always)]
            fn $op(&mut self, other: &Self) {
                *self = *self $symbol *other;
            }
        }
    };
}

assignment!(AddAssign add_assign +);
assignment!(SubAssign sub_assign -);

impl<T: Real, const N: usize> Cotangent for Lanes<T, N> {
    #[inline]
    fn accumulate(&mut self, contribution: &Self) {
        *self += *contribution;
    }

    #[inline]
    fn set_zero(&mut self) {
        *self = Self::ZERO;
    }

    #[inline]
    fn map_numbers(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.0.map_numbers(f);
    }
}

impl<C: Cotangent + Clone, const N: usize> ByLane<C, N> {
    /// Zeros of a tangent's shape.
    #[inline]
    pub fn zeros(of: &C) -> Self {
        ByLane(core::array::from_fn(|_| crate::rt::zeros_like(of)))
    }
}

impl<C: Cotangent, const N: usize> Cotangent for ByLane<C, N> {
    #[inline]
    #[track_caller]
    fn accumulate(&mut self, contribution: &Self) {
        self.0.accumulate(&contribution.0);
    }

    #[inline]
    fn set_zero(&mut self) {
        self.0.set_zero();
    }

    #[inline]
    fn map_numbers(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.0.map_numbers(f);
    }
}

impl<C: Cotangent + Clone, const N: usize> OfLanes<N> for ByLane<C, N> {
    type Lane = C;

    #[inline]
    fn lane(&self, k: usize) -> C {
        self.0[k].clone()
    }

    #[inline]
    fn set_lane(&mut self, k: usize, tangent: &C) {
        self.0[k].clone_from(tangent);
    }

    #[inline]
    fn with_lane<R>(&self, k: usize, f: impl FnOnce(&C) -> R) -> R {
        f(&self.0[k])
    }

    #[inline]
    fn with_lane_mut<R>(&mut self, k: usize, f: impl FnOnce(&mut C) -> R) -> R {
        f(&mut self.0[k])
    }

    #[inline]
    fn map_lanes(&mut self, f: &mut dyn FnMut(usize, f64) -> f64) {
        for (k, tangent) in self.0.iter_mut().enumerate() {
            tangent.map_numbers(&mut |d| f(k, d));
        }
    }
}

macro_rules! numbers {
    ($([$($generics:tt)*] $number:ty;)*) => {$(
        impl<$($generics)* const N: usize> InLanes<N> for $number {
            type Lanes = Lanes<$number, N>;

            #[inline(always)]
            fn zero_lanes(&self) -> Lanes<$number, N> {
                Lanes::ZERO
            }

            #[inline(always)]
            fn start_lanes(&self) -> Lanes<$number, N> {
                Lanes([-<$number as Real>::__ZERO; N])
            }
        }
    )*};
}

numbers! {
    [] f32;
    [] f64;
    [T: Real,] crate::Dual<T>;
}

impl<T: Real, const N: usize> OfLanes<N> for Lanes<T, N> {
    type Lane = T;

    #[inline(always)]
    fn lane(&self, k: usize) -> T {
        self.0[k]
    }

    #[inline(always)]
    fn set_lane(&mut self, k: usize, tangent: &T) {
        self.0[k] = *tangent;
    }

    #[inline]
    fn map_lanes(&mut self, f: &mut dyn FnMut(usize, f64) -> f64) {
        for (k, number) in self.0.iter_mut().enumerate() {
            number.map_numbers(&mut |d| f(k, d));
        }
    }
}

impl<const N: usize> InLanes<N> for () {
    type Lanes = ();

    #[inline]
    fn zero_lanes(&self) {}
}

impl<const N: usize> OfLanes<N> for () {
    type Lane = ();

    #[inline]
    fn lane(&self, _: usize) {}

    #[inline]
    fn set_lane(&mut self, _: usize, (): &()) {}

    #[inline]
    fn map_lanes(&mut self, _: &mut dyn FnMut(usize, f64) -> f64) {}
}

impl<C: InLanes<N>, const M: usize, const N: usize> InLanes<N> for [C; M] {
    type Lanes = [C::Lanes; M];

    #[inline]
    fn zero_lanes(&self) -> Self::Lanes {
        self.each_ref().map(C::zero_lanes)
    }

    #[inline]
    fn start_lanes(&self) -> Self::Lanes {
        self.each_ref().map(C::start_lanes)
    }
}

impl<L: OfLanes<N>, const M: usize, const N: usize> OfLanes<N> for [L; M] {
    type Lane = [L::Lane; M];

    #[inline]
    fn lane(&self, k: usize) -> Self::Lane {
        self.each_ref().map(|l| l.lane(k))
    }

    #[inline]
    fn set_lane(&mut self, k: usize, tangent: &Self::Lane) {
        self.iter_mut().zip(tangent).for_each(|(l, t)| l.set_lane(k, t));
    }

    #[inline]
    fn map_lanes(&mut self, f: &mut dyn FnMut(usize, f64) -> f64) {
        self.iter_mut().for_each(|l| l.map_lanes(f));
    }
}

impl<C: InLanes<N>, const N: usize> InLanes<N> for Vec<C> {
    type Lanes = Vec<C::Lanes>;

    #[inline]
    fn zero_lanes(&self) -> Self::Lanes {
        self.iter().map(C::zero_lanes).collect()
    }
}

impl<L: OfLanes<N>, const N: usize> OfLanes<N> for Vec<L> {
    type Lane = Vec<L::Lane>;

    #[inline]
    fn lane(&self, k: usize) -> Self::Lane {
        self[..].lane(k)
    }

    #[inline]
    #[track_caller]
    fn set_lane(&mut self, k: usize, tangent: &Self::Lane) {
        self[..].set_lane(k, tangent);
    }

    #[inline]
    fn map_lanes(&mut self, f: &mut dyn FnMut(usize, f64) -> f64) {
        self[..].map_lanes(f);
    }
}

impl<L: OfLanes<N>, const N: usize> OfLanes<N> for [L] {
    type Lane = Vec<L::Lane>;

    #[inline]
    fn lane(&self, k: usize) -> Self::Lane {
        self.iter().map(|l| l.lane(k)).collect()
    }

    #[inline]
    #[track_caller]
    fn set_lane(&mut self, k: usize, tangent: &Self::Lane) {
        check_lengths(self.len(), tangent.len());
        self.iter_mut().zip(tangent).for_each(|(l, t)| l.set_lane(k, t));
    }

    #[inline]
    fn map_lanes(&mut self, f: &mut dyn FnMut(usize, f64) -> f64) {
        self.iter_mut().for_each(|l| l.map_lanes(f));
    }
}

impl<C: InLanes<N>, const N: usize> InLanes<N> for Box<C> {
    type Lanes = Box<C::Lanes>;

    #[inline]
    fn zero_lanes(&self) -> Self::Lanes {
        Box::new(C::zero_lanes(self))
    }
}

impl<L: OfLanes<N>, const N: usize> OfLanes<N> for Box<L> {
    type Lane = Box<L::Lane>;

    #[inline]
    fn lane(&self, k: usize) -> Self::Lane {
        Box::new(L::lane(self, k))
    }

    #[inline]
    fn set_lane(&mut self, k: usize, tangent: &Self::Lane) {
        L::set_lane(self, k, tangent);
    }

    #[inline]
    fn map_lanes(&mut self, f: &mut dyn FnMut(usize, f64) -> f64) {
        L::map_lanes(self, f);
    }
}

impl<C: InLanes<N>, const N: usize> InLanes<N> for Option<C> {
    type Lanes = Option<C::Lanes>;

    #[inline]
    fn zero_lanes(&self) -> Self::Lanes {
        self.as_ref().map(C::zero_lanes)
    }
}

/// `None` where the value is.
impl<L: OfLanes<N>, const N: usize> OfLanes<N> for Option<L> {
    type Lane = Option<L::Lane>;

    #[inline]
    fn lane(&self, k: usize) -> Self::Lane {
        self.as_ref().map(|l| l.lane(k))
    }

    #[inline]
    fn set_lane(&mut self, k: usize, tangent: &Self::Lane) {
        if let (Some(l), Some(t)) = (self, tangent) {
            l.set_lane(k, t);
        }
    }

    #[inline]
    fn map_lanes(&mut self, f: &mut dyn FnMut(usize, f64) -> f64) {
        if let Some(l) = self {
            l.map_lanes(f);
        }
    }
}

impl<C: InLanes<N>, const N: usize> InLanes<N> for Range<C> {
    type Lanes = Range<C::Lanes>;

    #[inline]
    fn zero_lanes(&self) -> Self::Lanes {
        self.start.zero_lanes()..self.end.zero_lanes()
    }
}

impl<L: OfLanes<N>, const N: usize> OfLanes<N> for Range<L> {
    type Lane = Range<L::Lane>;

    #[inline]
    fn lane(&self, k: usize) -> Self::Lane {
        self.start.lane(k)..self.end.lane(k)
    }

    #[inline]
    fn set_lane(&mut self, k: usize, tangent: &Self::Lane) {
        self.start.set_lane(k, &tangent.start);
        self.end.set_lane(k, &tangent.end);
    }

    #[inline]
    fn map_lanes(&mut self, f: &mut dyn FnMut(usize, f64) -> f64) {
        self.start.map_lanes(f);
        self.end.map_lanes(f);
    }
}

macro_rules! tuple {
    ($($T:ident $n:tt)+) => {
        impl<$($T: InLanes<LANES>,)+ const LANES: usize> InLanes<LANES> for ($($T,)+) {
            type Lanes = ($($T::Lanes,)+);

            #[inline]
            fn zero_lanes(&self) -> Self::Lanes {
                ($(self.$n.zero_lanes(),)+)
            }
        }

        impl<$($T: OfLanes<LANES>,)+ const LANES: usize> OfLanes<LANES> for ($($T,)+) {
            type Lane = ($($T::Lane,)+);

            #[inline]
            fn lane(&self, k: usize) -> Self::Lane {
                ($(self.$n.lane(k),)+)
            }

            #[inline]
            fn set_lane(&mut self, k: usize, tangent: &Self::Lane) {
                $(self.$n.set_lane(k, &tangent.$n);)+
            }

            #[inline]
            fn map_lanes(&mut self, f: &mut dyn FnMut(usize, f64) -> f64) {
                $(self.$n.map_lanes(f);)+
            }
        }
    };
}

crate::tuples::for_each_tuple!(tuple);
