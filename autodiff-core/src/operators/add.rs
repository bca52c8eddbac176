//! Sums and differences: cotangents added into cotangents.

use core::ops::Range;

use alloc::{boxed::Box, vec::Vec};

use crate::differentiable::{Cotangent, check_lengths};
use crate::tangent::transpose;

/// The rule of `+`, `-` and negation: the cotangent of the result, added into the cotangent of an operand.
///
/// The target may be of another type than `self`, for operators that broadcast.
/// `#[derive(Differentiable)]` implements it for the cotangent type it generates.
#[diagnostic::on_unimplemented(
    message = "no rule for `+` and `-`: the cotangent `{Self}` of the result cannot be added into `{Target}`",
    label = "this operator has no derivative",
    note = "implement `autodiff_core::AddInto<{Target}>` for `{Self}`"
)]
pub trait AddInto<Target: ?Sized> {
    /// `target += self`
    ///
    /// # Panics
    /// If the two differ in shape, unless the types define how one is broadcast to the other.
    fn add_into(&self, target: &mut Target);

    /// `target -= self`
    ///
    /// # Panics
    /// As [`AddInto::add_into`].
    fn sub_into(&self, target: &mut Target);
}

/// The rule of `+=` and `-=` on types the macro cannot see: states that they add and subtract part by part, so that the
/// cotangent of the target is that of the operand, too.
///
/// Not derived, since a type of your own may define `+=` otherwise.
#[diagnostic::on_unimplemented(
    message = "no rule for `+=` and `-=` with the cotangents `{Target}` and `{Self}`",
    label = "this operator has no derivative",
    note = "write `a = a + b`, or implement `autodiff_core::SumRule<{Target}>` for `{Self}` if the operator adds part by part"
)]
pub trait SumRule<Target: ?Sized>: AddInto<Target> {
    /// `self += dot`: what the tangent `dot` of the operand of `+=` adds to that of the target.
    ///
    /// Follows from [`AddInto::add_into`], at the price of one call per number of `self`: override it where that matters.
    fn push_add(&mut self, dot: &Target)
    where
        Self: Cotangent + Clone,
        Target: Cotangent + Clone,
    {
        transpose(self, dot, |seed, bar| seed.add_into(bar));
    }

    /// The same for `-=`.
    fn push_sub(&mut self, dot: &Target)
    where
        Self: Cotangent + Clone,
        Target: Cotangent + Clone,
    {
        transpose(self, dot, |seed, bar| seed.sub_into(bar));
    }
}

/// The rule of `+=` on types the macro cannot see: the operator adds to the target what depends on the operand alone, so that the
/// target's cotangent stays, and nothing of the forward sweep is read.
///
/// `#[differentiate]` on the block `impl AddAssign<..>` provides it for the cotangent type, and so does [`SumRule`].
#[diagnostic::on_unimplemented(
    message = "no rule for `+=` with the cotangents `{Self}` and `{Target}`",
    label = "this operator has no derivative",
    note = "put `#[differentiate]` on the block `impl AddAssign<..>`, or write `a = a + b`"
)]
pub trait AddAssignRule<Target: ?Sized> {
    /// Adds to `target`, the cotangent of the operand, what `self`, that of the sum, contributes.
    fn add_assigned(&self, target: &mut Target);

    /// `self += dot`: what the tangent `dot` of the operand adds to that of the target.
    ///
    /// Follows from [`AddAssignRule::add_assigned`], at the price of one call per number of `self`: override it where that matters.
    fn push_add_assigned(&mut self, dot: &Target)
    where
        Self: Cotangent + Clone,
        Target: Cotangent + Clone,
    {
        transpose(self, dot, |seed, bar| seed.add_assigned(bar));
    }
}

/// The rule of `-=`; see [`AddAssignRule`].
#[diagnostic::on_unimplemented(
    message = "no rule for `-=` with the cotangents `{Self}` and `{Target}`",
    label = "this operator has no derivative",
    note = "put `#[differentiate]` on the block `impl SubAssign<..>`, or write `a = a - b`"
)]
pub trait SubAssignRule<Target: ?Sized> {
    /// Adds to `target`, the cotangent of the operand, what `self`, that of the difference, contributes.
    fn sub_assigned(&self, target: &mut Target);

    /// `self -= dot`; see [`AddAssignRule::push_add_assigned`].
    fn push_sub_assigned(&mut self, dot: &Target)
    where
        Self: Cotangent + Clone,
        Target: Cotangent + Clone,
    {
        transpose(self, dot, |seed, bar| seed.sub_assigned(bar));
    }
}

/// A type whose `+=` and `-=` have the rule that its cotangent's type has.
///
/// [`AddAssignRule`], [`SubAssignRule`] and [`SumRule`] speak of cotangents alone. That is enough where a type has a cotangent type of
/// its own, so `#[derive(Differentiable)]` implements this for it. Two types may share one, however: a logarithm of a probability
/// and a number both have a number, and `+=` of such logarithms is no sum. So a type with a `Differentiable` written by hand states it:
///
/// ```
/// use autodiff_core::{Differentiable, SumsAsCotangent, differentiate};
///
/// /// An angle; its cotangent is a number.
/// #[derive(Clone, Copy)]
/// struct Angle(f64);
///
/// impl Differentiable for Angle {
///     type Cotangent = f64;
///
///     fn zero_cotangent(&self) -> f64 {
///         0.0
///     }
/// }
///
/// impl std::ops::AddAssign for Angle {
///     fn add_assign(&mut self, rhs: Angle) {
///         self.0 += rhs.0;
///     }
/// }
///
/// // Angles add up as numbers do.
/// impl SumsAsCotangent for Angle {}
///
/// #[differentiate]
/// fn turned(a: Angle, b: Angle) -> Angle {
///     let mut sum = a;
///     sum += b;
///     sum
/// }
///
/// let (sum, (a_bar, b_bar)) = turned_vjp(Angle(0.5), Angle(0.25), 1.0);
/// assert_eq!((sum.0, a_bar, b_bar), (0.75, 1.0, 1.0));
/// ```
#[diagnostic::on_unimplemented(
    message = "no rule for `+=` and `-=` with `{Self}`",
    label = "`+=` and `-=` on this have no derivative",
    note = "its `Differentiable` is written by hand: `impl autodiff_core::SumsAsCotangent for {Self} {{}}` states that it adds up as its cotangents do"
)]
pub trait SumsAsCotangent {}

macro_rules! sums {
    ($($t:ty),*) => { $(
        #[diagnostic::do_not_recommend]
        impl SumsAsCotangent for $t {}
    )* };
}
sums!(f32, f64, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, alloc::string::String, str, ());

#[diagnostic::do_not_recommend]
impl<T: SumsAsCotangent + ?Sized> SumsAsCotangent for &T {}
#[diagnostic::do_not_recommend]
impl<T: SumsAsCotangent + ?Sized> SumsAsCotangent for &mut T {}
#[diagnostic::do_not_recommend]
impl<T: SumsAsCotangent + ?Sized> SumsAsCotangent for Box<T> {}

#[diagnostic::do_not_recommend]
impl<C: SumRule<T> + ?Sized, T: ?Sized> AddAssignRule<T> for C {
    #[inline(always)]
    fn add_assigned(&self, target: &mut T) {
        self.add_into(target);
    }
    #[inline(always)]
    fn push_add_assigned(&mut self, dot: &T)
    where
        Self: Cotangent + Clone,
        T: Cotangent + Clone,
    {
        self.push_add(dot);
    }
}

#[diagnostic::do_not_recommend]
impl<C: SumRule<T> + ?Sized, T: ?Sized> SubAssignRule<T> for C {
    #[inline(always)]
    fn sub_assigned(&self, target: &mut T) {
        self.sub_into(target);
    }
    #[inline(always)]
    fn push_sub_assigned(&mut self, dot: &T)
    where
        Self: Cotangent + Clone,
        T: Cotangent + Clone,
    {
        self.push_sub(dot);
    }
}

impl SumRule<()> for () {}

macro_rules! sums_of_numbers {
    ($($t:ident)*) => { $(
        impl SumRule<$t> for $t {
            #[inline(always)]
            fn push_add(&mut self, dot: &$t) {
                *self += *dot;
            }
            #[inline(always)]
            fn push_sub(&mut self, dot: &$t) {
                *self -= *dot;
            }
        }
    )* };
}
sums_of_numbers!(f32 f64);

impl AddInto<()> for () {
    #[inline(always)]
    fn add_into(&self, (): &mut ()) {}
    #[inline(always)]
    fn sub_into(&self, (): &mut ()) {}
}

macro_rules! numbers {
    ($($t:ident)*) => { $(
        impl AddInto<$t> for $t {
            #[inline(always)]
            fn add_into(&self, target: &mut $t) {
                *target += *self;
            }
            #[inline(always)]
            fn sub_into(&self, target: &mut $t) {
                *target -= *self;
            }
        }
    )* };
}
numbers!(f32 f64);

macro_rules! lists {
    ($([$($n:tt)*] $source:ty => $target:ty;)*) => { $(
        impl<C: AddInto<D>, D $($n)*> AddInto<$target> for $source {
            #[inline]
            #[track_caller]
            fn add_into(&self, target: &mut $target) {
                check_lengths(target.len(), self.len());
                self.iter().zip(target).for_each(|(c, t)| c.add_into(t));
            }
            #[inline]
            #[track_caller]
            fn sub_into(&self, target: &mut $target) {
                check_lengths(target.len(), self.len());
                self.iter().zip(target).for_each(|(c, t)| c.sub_into(t));
            }
        }
    )* };
}
lists! {
    [] [C] => [D];
    [] [C] => Vec<D>;
    [] Vec<C> => [D];
    [] Vec<C> => Vec<D>;
    [, const N: usize] [C; N] => [D; N];
}

impl<C: AddInto<D>, D> AddInto<Range<D>> for Range<C> {
    #[inline]
    fn add_into(&self, target: &mut Range<D>) {
        self.start.add_into(&mut target.start);
        self.end.add_into(&mut target.end);
    }
    #[inline]
    fn sub_into(&self, target: &mut Range<D>) {
        self.start.sub_into(&mut target.start);
        self.end.sub_into(&mut target.end);
    }
}

impl<C: AddInto<D>, D> AddInto<Box<D>> for Box<C> {
    #[inline]
    fn add_into(&self, target: &mut Box<D>) {
        (**self).add_into(&mut **target);
    }
    #[inline]
    fn sub_into(&self, target: &mut Box<D>) {
        (**self).sub_into(&mut **target);
    }
}

/// As for [`Cotangent`], `None` is the zero of every shape.
impl<C: AddInto<C> + Cotangent + Clone> AddInto<Option<C>> for Option<C> {
    #[inline]
    fn add_into(&self, target: &mut Option<C>) {
        if let Some(c) = self {
            c.add_into(target.get_or_insert_with(|| zero_like(c)));
        }
    }
    #[inline]
    fn sub_into(&self, target: &mut Option<C>) {
        if let Some(c) = self {
            c.sub_into(target.get_or_insert_with(|| zero_like(c)));
        }
    }
}

fn zero_like<C: Cotangent + Clone>(c: &C) -> C {
    let mut zero = c.clone();
    zero.set_zero();
    zero
}

macro_rules! tuple {
    ($($t:ident $index:tt)+) => {
        impl<$($t: AddInto<$t>),+> AddInto<($($t,)+)> for ($($t,)+) {
            #[inline]
            fn add_into(&self, target: &mut Self) {
                $(self.$index.add_into(&mut target.$index);)+
            }
            #[inline]
            fn sub_into(&self, target: &mut Self) {
                $(self.$index.sub_into(&mut target.$index);)+
            }
        }
    };
}
crate::tuples::for_each_tuple!(tuple);
