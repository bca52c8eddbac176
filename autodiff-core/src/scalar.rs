//! Numbers: the trait that rules are generic over, and the one for users' generic code.

use core::cmp::Ordering;
use core::fmt::Debug;
use core::iter::{Product, Sum};
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign};

use crate::differentiable::{Cotangent, Differentiable};
use crate::operators::{AddCurvature, DivCurvature, MulCurvature, NegCurvature, RemCurvature, SubCurvature};
use crate::operators::{AddHigher, DivHigher, EveryOrder, MulHigher, NegHigher, RemHigher, SubHigher};
use crate::operators::{AddInto, AddRule, DivRule, MulRule, NegRule, RemRule, SubRule, SumRule, SumsAsCotangent};

mod dual;
mod float;

pub use dual::Dual;

/// One function per row, without a body.
macro_rules! declarations {
    (unary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt $rule:tt)* }) => { $(
        #[doc(hidden)]
        fn $hidden(self) -> Self;
    )* };
    (binary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt $rule:tt)* }) => { $(
        #[doc(hidden)]
        fn $hidden(self, p: Self) -> Self;
    )* };
    (ternary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt $rule:tt)* }) => { $(
        #[doc(hidden)]
        fn $hidden(self, a: Self, b: Self) -> Self;
    )* };
    (integer { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt for $exponents:tt $rule:tt)* }) => { $(
        #[doc(hidden)]
        fn $hidden(self, n: i32) -> Self;
    )* };
    (pair { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt $rule:tt)* }) => { $(
        #[doc(hidden)]
        fn $hidden(self) -> (Self, Self);
    )* };
}

/// A real number: `f32`, `f64`, or a [`Dual`] of one.
///
/// The bound that the derivative of a generic function has on its number type, whichever trait the function itself uses. It has no
/// methods of its own under ordinary names, so that it never makes a user's `x.sin()` ambiguous. For a trait
/// that has them, see [`Scalar`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number that derivatives can be taken of",
    note = "derivatives are generic over `f32` and `f64`"
)]
pub trait Real:
    Copy
    + PartialOrd
    + Debug
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Rem<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + RemAssign
    + Sum
    + Product
    + Differentiable<Cotangent = Self>
    + Cotangent
    + AddInto<Self>
    + SumRule<Self>
    + SumsAsCotangent
    + AddRule<Output = Self>
    + SubRule<Output = Self>
    + MulRule<Output = Self>
    + DivRule<Output = Self>
    + RemRule<Output = Self>
    + NegRule<Output = Self>
    + AddCurvature
    + SubCurvature
    + MulCurvature
    + DivCurvature
    + RemCurvature
    + NegCurvature
    + AddHigher<Order = EveryOrder>
    + SubHigher<Order = EveryOrder>
    + MulHigher<Order = EveryOrder>
    + DivHigher<Order = EveryOrder>
    + RemHigher<Order = EveryOrder>
    + NegHigher<Order = EveryOrder>
    + crate::rt::NumberOf<Number = Self>
    + 'static
{
    #[doc(hidden)]
    const __ZERO: Self;
    #[doc(hidden)]
    const __ONE: Self;
    #[doc(hidden)]
    const __EPSILON: Self;
    #[doc(hidden)]
    const __INFINITY: Self;
    #[doc(hidden)]
    const __NAN: Self;
    #[doc(hidden)]
    const __MAX: Self;
    #[doc(hidden)]
    const __MIN_POSITIVE: Self;
    #[doc(hidden)]
    const __PI: Self;
    #[doc(hidden)]
    const __E: Self;

    /// The nearest number to `value`.
    #[doc(hidden)]
    fn __from_f64(value: f64) -> Self;
    #[doc(hidden)]
    fn __to_f64(self) -> f64;
    /// Whether value and derivatives, if there are any, are zero.
    #[doc(hidden)]
    fn __is_zero(self) -> bool;
    #[doc(hidden)]
    fn __is_nan(self) -> bool;
    #[doc(hidden)]
    fn __is_finite(self) -> bool;
    #[doc(hidden)]
    fn __is_infinite(self) -> bool;
    #[doc(hidden)]
    fn __is_sign_negative(self) -> bool;
    #[doc(hidden)]
    fn __total_cmp(&self, other: &Self) -> Ordering;
    /// The complementary error function.
    #[doc(hidden)]
    fn __erfc(self) -> Self;

    crate::for_each_rule!(declarations);
}

/// One method per row, under the name that the standard library has for it.
macro_rules! scalar_methods {
    (unary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt {
        $value:literal, $d:literal, $($rule:tt)*
    })* }) => { $(
        #[doc = concat!("y = ", $value, ", with dy/dx = ", $d, ".")]
        #[inline(always)]
        fn $name(self) -> Self {
            self.$hidden()
        }
    )* };
    (binary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt { $value:literal, $($rule:tt)* })* }) => { $(
        #[doc = concat!("y = ", $value, ".")]
        #[inline(always)]
        fn $name(self, p: Self) -> Self {
            self.$hidden(p)
        }
    )* };
    (ternary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt { $value:literal, $($rule:tt)* })* }) => { $(
        #[doc = concat!("y = ", $value, ".")]
        #[inline(always)]
        fn $name(self, a: Self, b: Self) -> Self {
            self.$hidden(a, b)
        }
    )* };
    (integer { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt for $exponents:tt {
        $value:literal, $d:literal, $($rule:tt)*
    })* }) => { $(
        #[doc = concat!("y = ", $value, ", with dy/dx = ", $d, ".")]
        #[inline(always)]
        fn $name(self, n: i32) -> Self {
            self.$hidden(n)
        }
    )* };
    (pair { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt { $value:literal, $($rule:tt)* })* }) => { $(
        #[doc = concat!("y = ", $value, ".")]
        #[inline(always)]
        fn $name(self) -> (Self, Self) {
            self.$hidden()
        }
    )* };
}

/// [`Real`] with the methods of `f32` and `f64` under their usual names, for generic code.
///
/// ```
/// use autodiff_core::Scalar;
///
/// fn norm<T: Scalar>(x: T, y: T) -> T {
///     (x * x + y * y).sqrt()
/// }
///
/// assert_eq!(norm(3.0_f32, 4.0), 5.0);
/// assert_eq!(norm(3.0_f64, 4.0), 5.0);
/// ```
pub trait Scalar: Real {
    /// 0.
    const ZERO: Self = Self::__ZERO;
    /// 1.
    const ONE: Self = Self::__ONE;
    /// The difference between 1 and the next number.
    const EPSILON: Self = Self::__EPSILON;
    /// Infinity.
    const INFINITY: Self = Self::__INFINITY;
    /// Not a number.
    const NAN: Self = Self::__NAN;
    /// The greatest finite number.
    const MAX: Self = Self::__MAX;
    /// The least positive normal number.
    const MIN_POSITIVE: Self = Self::__MIN_POSITIVE;
    /// π.
    const PI: Self = Self::__PI;
    /// e.
    const E: Self = Self::__E;

    /// The nearest number to `value`.
    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        Self::__from_f64(value)
    }

    /// The number as an `f64`.
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self.__to_f64()
    }

    /// Whether it is NaN.
    #[inline(always)]
    fn is_nan(self) -> bool {
        self.__is_nan()
    }

    /// Whether it is neither infinite nor NaN.
    #[inline(always)]
    fn is_finite(self) -> bool {
        self.__is_finite()
    }

    /// Whether it is infinite.
    #[inline(always)]
    fn is_infinite(self) -> bool {
        self.__is_infinite()
    }

    /// Whether the sign bit is set.
    #[inline(always)]
    fn is_sign_negative(self) -> bool {
        self.__is_sign_negative()
    }

    /// Whether the sign bit is not set.
    #[inline(always)]
    fn is_sign_positive(self) -> bool {
        !self.__is_sign_negative()
    }

    /// The total order of IEEE 754.
    #[inline(always)]
    fn total_cmp(&self, other: &Self) -> Ordering {
        self.__total_cmp(other)
    }

    crate::for_each_rule!(scalar_methods);
}

impl<T: Real> Scalar for T {}
