//! Operations on numbers alone: sums in parts, steps of iterators, and numbers behind references.
//!
//! What enters and leaves: numbers. Guarantee: what `Iterator::sum` and `product` start with is the standard library's own choice.

use core::iter::{Product, Sum};

use crate::{ProductMultiplies, Real, SumAdds};

/// A number as one of another type, of which one is a type parameter: as exact as `as`.
#[inline(always)]
pub fn converted<To: Real>(x: impl Real) -> To {
    To::__from_f64(x.__to_f64())
}

/// What a cotangent contributes: nothing where it is zero, even if the partial is infinite.
#[inline(always)]
pub fn unless_zero<T: Real>(cotangent: T, contribution: T) -> T {
    if cotangent.__is_zero() { T::__ZERO } else { contribution }
}

/// The tangent of what cotangents contribute: nothing where these and their tangents are zero.
#[inline(always)]
pub fn unless_zeros<T: Real, const N: usize>(cotangents: [T; N], contribution: T) -> T {
    if cotangents.iter().all(|c| c.__is_zero()) { T::__ZERO } else { contribution }
}

/// Whether a cotangent has anything to add.
#[inline(always)]
#[must_use]
pub fn counts<T: Real>(cotangent: T) -> bool {
    !cotangent.__is_zero()
}

/// Whether any of a cotangent and its tangents has.
#[inline(always)]
#[must_use]
pub fn any_counts<T: Real, const N: usize>(cotangents: [T; N]) -> bool {
    cotangents.into_iter().any(counts)
}

/// A number, or one behind references.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a number", label = "expected a number, or one behind references")]
pub trait NumberOf: Copy {
    /// The number.
    type Number: Real;
    /// Reads it.
    fn number_of(self) -> Self::Number;
}

macro_rules! own_numbers {
    ($([$($generics:tt)*] $Number:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> NumberOf for $Number {
            type Number = Self;
            #[inline(always)]
            fn number_of(self) -> Self {
                self
            }
        }
    )*};
}

own_numbers! {
    [] f32;
    [] f64;
    [T: Real] crate::Dual<T>;
}

#[diagnostic::do_not_recommend]
impl<N: NumberOf> NumberOf for &N {
    type Number = N::Number;
    #[inline(always)]
    fn number_of(self) -> N::Number {
        (*self).number_of()
    }
}

/// A number behind references, as operands are given to operators.
#[inline(always)]
pub fn number_of<N: NumberOf>(x: &N) -> N::Number {
    x.number_of()
}

/// Contribution of `y = l % r` to `r`: `l % r` is `l - r * q` with a whole `q` that is locally constant.
#[inline]
pub fn rem_by<T: Real>(l: T, r: T, y_bar: T) -> T {
    -(crate::operators::whole_quotient(l, r, l % r) * y_bar)
}

/// The sum of what was added up in parts: one half to the other, again and again. Written as one sum, LLVM would keep the parts in pairs all through the loop
/// that adds to them.
#[inline(always)]
pub fn sum_lanes<T: Real>(lanes: &[T; 8]) -> T {
    let mut parts = *lanes;
    for half in [4, 2, 1] {
        for i in 0..half {
            let other = parts[i + half];
            parts[i] += other;
        }
    }
    parts[0]
}

/// The sum of terms, in eight parts at a time.
#[inline(always)]
pub fn sum_terms<T: Real>(terms: &[T]) -> T {
    let mut lanes = [T::__from_f64(0.0); 8];
    let chunks = terms.chunks_exact(8);
    for (lane, term) in lanes.iter_mut().zip(chunks.remainder()) {
        *lane = *term;
    }
    for chunk in chunks {
        for (lane, term) in lanes.iter_mut().zip(chunk) {
            *lane += *term;
        }
    }
    sum_lanes(&lanes)
}

/// What `Iterator::sum` starts with.
#[inline]
pub fn sum_start<T: Sum<T>>() -> T {
    core::iter::empty::<T>().sum()
}

/// What `Iterator::sum` starts with, of a type that adds its items to that.
#[inline]
pub fn sum_of_nothing<T: SumAdds>() -> T {
    T::of_nothing()
}

/// What `Iterator::product` starts with.
#[inline]
pub fn product_start<T: Product<T>>() -> T {
    core::iter::empty::<T>().product()
}

/// What `Iterator::product` starts with, of a type that multiplies it by its items.
#[inline]
pub fn product_of_nothing<T: ProductMultiplies>() -> T {
    T::of_nothing()
}
