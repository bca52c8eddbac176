//! Derivatives of operators in several directions at once: what derivatives of third and higher order need beyond rules and curvature.
//!
//! What enters: the operands, and a tangent of each, of the result's cotangent too, for every set of directions: with two directions one
//! for the first, one for the second, and one for both. What leaves: the derivative in all directions together. Guarantee: a tangent that
//! is `None` is zero.

use crate::differentiable::Differentiable;
use crate::scalar::{Dual, Real};

use super::{AddRule, DivRule, MulRule, NegRule, RemRule, SubRule};

type CotangentOf<T> = <T as Differentiable>::Cotangent;

/// Derivatives of every order: those of numbers.
#[allow(missing_debug_implementations)]
pub enum EveryOrder {}

/// Derivatives up to an order: those of an operator whose block has `#[differentiate(order = ..)]`.
#[allow(missing_debug_implementations)]
pub enum UpTo<const ORDER: usize> {}

/// Orders that reach as far as another.
#[diagnostic::on_unimplemented(
    message = "an operator here has no derivatives of order {ORDER}",
    label = "the attribute on the block of this operator gives lower orders",
    note = "put `#[differentiate(order = {ORDER})]` on the block `impl .. for ..` of the operator"
)]
pub trait Reaches<const ORDER: usize> {}

impl<const ORDER: usize> Reaches<ORDER> for EveryOrder {}

macro_rules! reaches {
    ($($order:literal: $($lower:literal)*;)*) => { $($(
        #[diagnostic::do_not_recommend]
        impl Reaches<$lower> for UpTo<$order> {}
    )*)* };
}
reaches! {
    3: 3;
    4: 3 4;
    5: 3 4 5;
    6: 3 4 5 6;
}

/// Dual numbers of dual numbers, by the halves of what stands in the order of sets; the last direction is the outermost.
macro_rules! nested {
    ($($name:ident $parts:literal: $halves:ident of $inner:ident: $Number:ty;)*) => { $(
        #[inline(always)]
        fn $halves<T: Real>(parts: &[T]) -> $Number {
            let (without, with) = parts.split_at(parts.len() / 2);
            Dual::new($inner(without), $inner(with))
        }

        /// A number with its tangents.
        #[inline(always)]
        pub(crate) fn $name<T: Real>(value: T, dots: &[Option<&T>]) -> $Number {
            let mut parts = [value; $parts];
            for (part, dot) in parts[1..].iter_mut().zip(dots) {
                *part = dot.copied().unwrap_or(T::__ZERO);
            }
            $halves(&parts)
        }
    )* };
}

#[inline(always)]
fn pair<T: Real>(parts: &[T]) -> Dual<T> {
    Dual::new(parts[0], parts[1])
}

nested! {
    two 4: halves_of_two of pair: Dual<Dual<T>>;
    three 8: halves_of_three of halves_of_two: Dual<Dual<Dual<T>>>;
    four 16: halves_of_four of halves_of_three: Dual<Dual<Dual<Dual<T>>>>;
    five 32: halves_of_five of halves_of_four: Dual<Dual<Dual<Dual<Dual<T>>>>>;
}

/// The tangent in all directions together, if there is one.
#[cfg(any(feature = "nalgebra", feature = "ndarray"))]
pub(crate) fn in_all<'d, C>(dots: &[Option<&'d C>]) -> Option<&'d C> {
    dots.last().copied().flatten()
}

/// What is linear in both operands, in all directions: the sum over the ways to part them between the operands. `f` gets the tangents of both,
/// of which `None` stands for the operand itself.
#[cfg(any(feature = "nalgebra", feature = "ndarray"))]
pub(crate) fn each_share<A, B>(a_dots: &[Option<&A>], b_dots: &[Option<&B>], mut f: impl FnMut(Option<&A>, Option<&B>)) {
    let all = a_dots.len();
    for of_a in 0..=all {
        let of_b = all ^ of_a;
        match (of_a.checked_sub(1).map(|k| a_dots[k]), of_b.checked_sub(1).map(|k| b_dots[k])) {
            // One that does not move in these.
            (Some(None), _) | (_, Some(None)) => {}
            (a, b) => f(a.flatten(), b.flatten()),
        }
    }
}

/// The derivative in all directions of what dual numbers give, for as many directions as there are sets of.
macro_rules! in_all_directions {
    ($sets:expr, $lifted:ident => $number:expr) => {
        match $sets {
            3 => {
                use $crate::operators::higher::two as $lifted;
                $number.eps.eps
            }
            7 => {
                use $crate::operators::higher::three as $lifted;
                $number.eps.eps.eps
            }
            15 => {
                use $crate::operators::higher::four as $lifted;
                $number.eps.eps.eps.eps
            }
            31 => {
                use $crate::operators::higher::five as $lifted;
                $number.eps.eps.eps.eps.eps
            }
            sets => unreachable!("tangents in {sets} sets of directions"),
        }
    };
}
#[cfg(any(feature = "nalgebra", feature = "ndarray"))]
pub(crate) use in_all_directions;

macro_rules! higher {
    ($(#[$doc:meta])* $Higher:ident: $Rule:ident $op:tt, $message:literal, $note:literal) => {
        $(#[$doc])*
        #[diagnostic::on_unimplemented(
            message = $message,
            label = "this operator has no derivatives of third or higher order",
            note = $note
        )]
        pub trait $Higher<Rhs: ?Sized = Self>: $Rule<Rhs> {
            /// How far its derivatives reach.
            type Order;

            /// Adds to `out_dot` the derivative of the result.
            fn value_along<const ORDER: usize>(
                &self,
                rhs: &Rhs,
                lhs_dots: &[Option<&Self::Cotangent>],
                rhs_dots: &[Option<&Rhs::Cotangent>],
                out_dot: &mut <Self::Output as Differentiable>::Cotangent,
            ) where
                Rhs: Differentiable,
                Self::Order: Reaches<ORDER>;

            /// Adds to `lhs_bar_dot` the derivative of what `out_bar` contributes to the left operand.
            fn lhs_along<const ORDER: usize>(
                &self,
                rhs: &Rhs,
                lhs_dots: &[Option<&Self::Cotangent>],
                rhs_dots: &[Option<&Rhs::Cotangent>],
                out_bar: &<Self::Output as Differentiable>::Cotangent,
                out_bar_dots: &[Option<&<Self::Output as Differentiable>::Cotangent>],
                lhs_bar_dot: &mut Self::Cotangent,
            ) where
                Rhs: Differentiable,
                Self::Order: Reaches<ORDER>;

            /// The same for the right operand.
            fn rhs_along<const ORDER: usize>(
                &self,
                rhs: &Rhs,
                lhs_dots: &[Option<&Self::Cotangent>],
                rhs_dots: &[Option<&Rhs::Cotangent>],
                out_bar: &<Self::Output as Differentiable>::Cotangent,
                out_bar_dots: &[Option<&<Self::Output as Differentiable>::Cotangent>],
                rhs_bar_dot: &mut Rhs::Cotangent,
            ) where
                Rhs: Differentiable,
                Self::Order: Reaches<ORDER>;
        }

        higher!(through $Higher [A: ?Sized, B: ?Sized] &A, &B => A, B);
        higher!(with_numbers $Higher f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);
        higher!(number $Higher $Rule $op [] f32);
        higher!(number $Higher $Rule $op [] f64);
        higher!(number $Higher $Rule $op [T: Real] Dual<T>);
        higher!(integers $Higher i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);
    };
    (with_numbers $Higher:ident $($number:ident)*) => { $(
        higher!(through $Higher [A: ?Sized] &A, $number => A, $number);
        higher!(through $Higher [B: ?Sized] $number, &B => $number, B);
    )* };
    (through $Higher:ident [$($generics:tt)*] $left:ty, $right:ty => $a:ty, $b:ty) => {
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> $Higher<$right> for $left
        where
            $a: $Higher<$b>,
            $b: Differentiable,
        {
            type Order = <$a as $Higher<$b>>::Order;

            #[inline(always)]
            fn value_along<const ORDER: usize>(
                &self,
                rhs: &$right,
                lhs_dots: &[Option<&Self::Cotangent>],
                rhs_dots: &[Option<&CotangentOf<$right>>],
                out_dot: &mut <Self::Output as Differentiable>::Cotangent,
            ) where
                Self::Order: Reaches<ORDER>,
            {
                <$a as $Higher<$b>>::value_along::<ORDER>(self, rhs, lhs_dots, rhs_dots, out_dot);
            }
            #[inline(always)]
            fn lhs_along<const ORDER: usize>(
                &self,
                rhs: &$right,
                lhs_dots: &[Option<&Self::Cotangent>],
                rhs_dots: &[Option<&CotangentOf<$right>>],
                out_bar: &<Self::Output as Differentiable>::Cotangent,
                out_bar_dots: &[Option<&<Self::Output as Differentiable>::Cotangent>],
                lhs_bar_dot: &mut Self::Cotangent,
            ) where
                Self::Order: Reaches<ORDER>,
            {
                <$a as $Higher<$b>>::lhs_along::<ORDER>(self, rhs, lhs_dots, rhs_dots, out_bar, out_bar_dots, lhs_bar_dot);
            }
            #[inline(always)]
            fn rhs_along<const ORDER: usize>(
                &self,
                rhs: &$right,
                lhs_dots: &[Option<&Self::Cotangent>],
                rhs_dots: &[Option<&CotangentOf<$right>>],
                out_bar: &<Self::Output as Differentiable>::Cotangent,
                out_bar_dots: &[Option<&<Self::Output as Differentiable>::Cotangent>],
                rhs_bar_dot: &mut CotangentOf<$right>,
            ) where
                Self::Order: Reaches<ORDER>,
            {
                <$a as $Higher<$b>>::rhs_along::<ORDER>(self, rhs, lhs_dots, rhs_dots, out_bar, out_bar_dots, rhs_bar_dot);
            }
        }
    };
    // The rule itself, on dual numbers.
    (number $Higher:ident $Rule:ident $op:tt [$($generics:tt)*] $number:ty) => {
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> $Higher for $number {
            type Order = EveryOrder;

            #[inline(always)]
            fn value_along<const ORDER: usize>(
                &self,
                rhs: &Self,
                lhs_dots: &[Option<&CotangentOf<Self>>],
                rhs_dots: &[Option<&CotangentOf<Self>>],
                out_dot: &mut CotangentOf<Self>,
            ) {
                *out_dot += in_all_directions!(lhs_dots.len(), lifted => (lifted(*self, lhs_dots) $op lifted(*rhs, rhs_dots)));
            }
            #[inline(always)]
            fn lhs_along<const ORDER: usize>(
                &self,
                rhs: &Self,
                lhs_dots: &[Option<&CotangentOf<Self>>],
                rhs_dots: &[Option<&CotangentOf<Self>>],
                out_bar: &CotangentOf<Self>,
                out_bar_dots: &[Option<&CotangentOf<Self>>],
                lhs_bar_dot: &mut CotangentOf<Self>,
            ) {
                *lhs_bar_dot += in_all_directions!(lhs_dots.len(), lifted => {
                    let mut bar = lifted(<Self as Real>::__ZERO, &[]);
                    $Rule::lhs(&lifted(*self, lhs_dots), &lifted(*rhs, rhs_dots), &lifted(*out_bar, out_bar_dots), &mut bar);
                    bar
                });
            }
            #[inline(always)]
            fn rhs_along<const ORDER: usize>(
                &self,
                rhs: &Self,
                lhs_dots: &[Option<&CotangentOf<Self>>],
                rhs_dots: &[Option<&CotangentOf<Self>>],
                out_bar: &CotangentOf<Self>,
                out_bar_dots: &[Option<&CotangentOf<Self>>],
                rhs_bar_dot: &mut CotangentOf<Self>,
            ) {
                *rhs_bar_dot += in_all_directions!(lhs_dots.len(), lifted => {
                    let mut bar = lifted(<Self as Real>::__ZERO, &[]);
                    $Rule::rhs(&lifted(*self, lhs_dots), &lifted(*rhs, rhs_dots), &lifted(*out_bar, out_bar_dots), &mut bar);
                    bar
                });
            }
        }
    };
    (integers $Higher:ident $($integer:ident)*) => { $(
        #[diagnostic::do_not_recommend]
        impl $Higher for $integer {
            type Order = EveryOrder;

            #[inline(always)]
            fn value_along<const ORDER: usize>(&self, _: &Self, _: &[Option<&()>], _: &[Option<&()>], (): &mut ()) {}
            #[inline(always)]
            fn lhs_along<const ORDER: usize>(&self, _: &Self, _: &[Option<&()>], _: &[Option<&()>], (): &(), _: &[Option<&()>], (): &mut ()) {}
            #[inline(always)]
            fn rhs_along<const ORDER: usize>(&self, _: &Self, _: &[Option<&()>], _: &[Option<&()>], (): &(), _: &[Option<&()>], (): &mut ()) {}
        }
    )* };
}

higher! {
    /// What derivatives of higher order need to know of `self + rhs`.
    AddHigher: AddRule +, "`+` on `{Self}` has no derivatives of this order", "put `#[differentiate(order = 3)]` on the block `impl Add for {Self}`, or a higher order as the function has"
}
higher! {
    /// What derivatives of higher order need to know of `self - rhs`.
    SubHigher: SubRule -, "`-` on `{Self}` has no derivatives of this order", "put `#[differentiate(order = 3)]` on the block `impl Sub for {Self}`, or a higher order as the function has"
}
higher! {
    /// What derivatives of higher order need to know of `self * rhs`.
    ///
    /// ```
    /// use autodiff_core::operators::MulHigher;
    ///
    /// // a moves in the first direction, b in the second: a b changes by the product of both.
    /// let mut dot = 0.0;
    /// 2.0_f64.value_along::<3>(&3.0, &[Some(&0.5), None, None], &[None, Some(&4.0), None], &mut dot);
    /// assert_eq!(dot, 2.0);
    /// ```
    MulHigher: MulRule *, "`*` on `{Self}` has no derivatives of this order", "put `#[differentiate(order = 3)]` on the block `impl Mul for {Self}`, or a higher order as the function has"
}
higher! {
    /// What derivatives of higher order need to know of `self / rhs`.
    DivHigher: DivRule /, "`/` on `{Self}` has no derivatives of this order", "put `#[differentiate(order = 3)]` on the block `impl Div for {Self}`, or a higher order as the function has"
}
higher! {
    /// What derivatives of higher order need to know of `self % rhs`.
    RemHigher: RemRule %, "`%` on `{Self}` has no derivatives of this order", "put `#[differentiate(order = 3)]` on the block `impl Rem for {Self}`, or a higher order as the function has"
}

/// What derivatives of higher order need to know of `-self`.
#[diagnostic::on_unimplemented(
    message = "`-` on `{Self}` has no derivatives of this order",
    label = "this operator has no derivatives of third or higher order",
    note = "put `#[differentiate(order = 3)]` on the block `impl Neg for {Self}`, or a higher order as the function has"
)]
pub trait NegHigher: NegRule {
    /// How far its derivatives reach.
    type Order;

    /// Adds to `out_dot` the derivative of the result.
    fn value_along<const ORDER: usize>(&self, dots: &[Option<&Self::Cotangent>], out_dot: &mut <Self::Output as Differentiable>::Cotangent)
    where
        Self::Order: Reaches<ORDER>;

    /// Adds to `bar_dot` the derivative of what `out_bar` contributes to the operand.
    fn operand_along<const ORDER: usize>(
        &self,
        dots: &[Option<&Self::Cotangent>],
        out_bar: &<Self::Output as Differentiable>::Cotangent,
        out_bar_dots: &[Option<&<Self::Output as Differentiable>::Cotangent>],
        bar_dot: &mut Self::Cotangent,
    ) where
        Self::Order: Reaches<ORDER>;
}

#[diagnostic::do_not_recommend]
impl<A: NegHigher + ?Sized> NegHigher for &A {
    type Order = A::Order;

    #[inline(always)]
    fn value_along<const ORDER: usize>(&self, dots: &[Option<&Self::Cotangent>], out_dot: &mut <Self::Output as Differentiable>::Cotangent)
    where
        Self::Order: Reaches<ORDER>,
    {
        (**self).value_along::<ORDER>(dots, out_dot);
    }

    #[inline(always)]
    fn operand_along<const ORDER: usize>(
        &self,
        dots: &[Option<&Self::Cotangent>],
        out_bar: &<Self::Output as Differentiable>::Cotangent,
        out_bar_dots: &[Option<&<Self::Output as Differentiable>::Cotangent>],
        bar_dot: &mut Self::Cotangent,
    ) where
        Self::Order: Reaches<ORDER>,
    {
        (**self).operand_along::<ORDER>(dots, out_bar, out_bar_dots, bar_dot);
    }
}

/// Negation is linear: what moves in all directions is negated.
macro_rules! straight_negations {
    ($([$($generics:tt)*] $t:ty),*) => { $(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> NegHigher for $t {
            type Order = EveryOrder;

            #[inline(always)]
            fn value_along<const ORDER: usize>(&self, dots: &[Option<&CotangentOf<Self>>], out_dot: &mut CotangentOf<Self>) {
                if let Some(Some(dot)) = dots.last() {
                    self.push_operand(dot, out_dot);
                }
            }

            #[inline(always)]
            fn operand_along<const ORDER: usize>(
                &self,
                _: &[Option<&CotangentOf<Self>>],
                _: &CotangentOf<Self>,
                out_bar_dots: &[Option<&CotangentOf<Self>>],
                bar_dot: &mut CotangentOf<Self>,
            ) {
                if let Some(Some(dot)) = out_bar_dots.last() {
                    self.operand(dot, bar_dot);
                }
            }
        }
    )* };
}
straight_negations!([] f32, [] f64, [T: Real] Dual<T>, [] i8, [] i16, [] i32, [] i64, [] i128, [] isize);
