//! Statements about `Iterator::sum` and `product`: that a type adds, or multiplies, one item after the other.
//!
//! What enters: a type with `impl Sum` or `impl Product`. Guarantee: generated code takes the items in by the operator only where it is
//! stated that the standard library's function does the same.

use core::iter::{Product, Sum};
use core::num::Wrapping;

use crate::Dual;

/// A type whose `Sum` adds the items one after the other to what the sum of nothing is.
///
/// `#[derive(Differentiable)]` implements this where `impl Sum` stands in the type's own file and says so, as in
/// `iter.fold(ZERO, |a, b| a + b)`; elsewhere `#[differentiate]` on that `impl` does.
#[diagnostic::on_unimplemented(
    message = "it is not known that `sum` of `{Self}` adds one item after the other",
    label = "this sum has no derivative",
    note = "write `#[differentiate]` over `impl Sum for {Self}`, with the body `iter.fold(start, |a, b| a + b)`; or write `fold` here"
)]
pub trait SumAdds: Sized {
    /// The sum of no items.
    fn of_nothing() -> Self;
}

/// A type whose `Product` multiplies what the product of nothing is by the items, one after the other.
#[diagnostic::on_unimplemented(
    message = "it is not known that `product` of `{Self}` multiplies by one item after the other",
    label = "this product has no derivative",
    note = "write `#[differentiate]` over `impl Product for {Self}`, with the body `iter.fold(start, |a, b| a * b)`; or write `fold` here"
)]
pub trait ProductMultiplies: Sized {
    /// The product of no items.
    fn of_nothing() -> Self;
}

macro_rules! of_std {
    ($([$($generics:tt)*] $Number:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> SumAdds for $Number where $Number: Sum {
            #[inline]
            fn of_nothing() -> Self {
                core::iter::empty::<Self>().sum()
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> ProductMultiplies for $Number where $Number: Product {
            #[inline]
            fn of_nothing() -> Self {
                core::iter::empty::<Self>().product()
            }
        }
    )*};
}

of_std! {
    [] f32; [] f64;
    [] i8; [] i16; [] i32; [] i64; [] i128; [] isize;
    [] u8; [] u16; [] u32; [] u64; [] u128; [] usize;
    [T] Wrapping<T>;
    [T] Dual<T>;
}
