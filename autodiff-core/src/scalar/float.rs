//! `f32` and `f64` as [`Real`] numbers.
//!
//! The functions are those of the standard library. Without it, the ones that `core` does not have come from `libm`.

use core::cmp::Ordering;

use super::Real;
#[cfg(not(feature = "std"))]
use no_std::Functions;

#[cfg(any(test, not(feature = "std")))]
mod no_std;

/// One function per row: the inherent one of that name.
macro_rules! definitions {
    (unary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt $rule:tt)* }) => { $(
        #[inline(always)]
        fn $hidden(self) -> Self {
            Self::$name(self)
        }
    )* };
    (binary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt $rule:tt)* }) => { $(
        #[inline(always)]
        #[allow(deprecated, reason = "`abs_sub` is")]
        fn $hidden(self, p: Self) -> Self {
            Self::$name(self, p)
        }
    )* };
    (ternary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt $rule:tt)* }) => { $(
        #[inline(always)]
        fn $hidden(self, a: Self, b: Self) -> Self {
            Self::$name(self, a, b)
        }
    )* };
    (integer { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt for $exponents:tt $rule:tt)* }) => { $(
        #[inline(always)]
        fn $hidden(self, n: i32) -> Self {
            Self::$name(self, n)
        }
    )* };
    (pair { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt $rule:tt)* }) => { $(
        #[inline(always)]
        fn $hidden(self) -> (Self, Self) {
            Self::$name(self)
        }
    )* };
}

macro_rules! real {
    ($($float:ident $erfc:ident;)*) => { $(
        impl Real for $float {
            const __ZERO: Self = 0.0;
            const __ONE: Self = 1.0;
            const __EPSILON: Self = $float::EPSILON;
            const __INFINITY: Self = $float::INFINITY;
            const __NAN: Self = $float::NAN;
            const __MAX: Self = $float::MAX;
            const __MIN_POSITIVE: Self = $float::MIN_POSITIVE;
            const __PI: Self = core::$float::consts::PI;
            const __E: Self = core::$float::consts::E;

            #[inline(always)]
            fn __from_f64(value: f64) -> Self {
                value as $float
            }

            #[inline(always)]
            fn __to_f64(self) -> f64 {
                f64::from(self)
            }

            #[inline(always)]
            fn __is_zero(self) -> bool {
                self == 0.0
            }

            #[inline(always)]
            fn __is_nan(self) -> bool {
                self.is_nan()
            }

            #[inline(always)]
            fn __is_finite(self) -> bool {
                self.is_finite()
            }

            #[inline(always)]
            fn __is_infinite(self) -> bool {
                self.is_infinite()
            }

            #[inline(always)]
            fn __is_sign_negative(self) -> bool {
                self.is_sign_negative()
            }

            #[inline(always)]
            fn __total_cmp(&self, other: &Self) -> Ordering {
                self.total_cmp(other)
            }

            #[inline]
            fn __erfc(self) -> Self {
                libm::$erfc(self)
            }

            crate::for_each_rule!(definitions);
        }
    )* };
}

real! {
    f32 erfcf;
    f64 erfc;
}
