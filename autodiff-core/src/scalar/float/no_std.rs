//! The functions that `core` does not have, by `libm`.
//!
//! Built without the feature `std`, and for tests, which compare them with those of the standard library.

/// Methods with the names of the standard library's.
pub(super) trait Functions: Copy {
    fn sin(self) -> Self;
    fn cos(self) -> Self;
    fn tan(self) -> Self;
    fn asin(self) -> Self;
    fn acos(self) -> Self;
    fn atan(self) -> Self;
    fn sinh(self) -> Self;
    fn cosh(self) -> Self;
    fn tanh(self) -> Self;
    fn asinh(self) -> Self;
    fn acosh(self) -> Self;
    fn atanh(self) -> Self;
    fn exp(self) -> Self;
    fn exp2(self) -> Self;
    fn exp_m1(self) -> Self;
    fn ln(self) -> Self;
    fn ln_1p(self) -> Self;
    fn log2(self) -> Self;
    fn log10(self) -> Self;
    fn sqrt(self) -> Self;
    fn cbrt(self) -> Self;
    fn floor(self) -> Self;
    fn ceil(self) -> Self;
    fn round(self) -> Self;
    fn round_ties_even(self) -> Self;
    fn trunc(self) -> Self;
    fn fract(self) -> Self;
    fn powf(self, p: Self) -> Self;
    fn log(self, base: Self) -> Self;
    fn hypot(self, p: Self) -> Self;
    fn atan2(self, p: Self) -> Self;
    fn rem_euclid(self, p: Self) -> Self;
    fn div_euclid(self, p: Self) -> Self;
    fn abs_sub(self, p: Self) -> Self;
    fn mul_add(self, a: Self, b: Self) -> Self;
    fn powi(self, n: i32) -> Self;
    fn sin_cos(self) -> (Self, Self);
}

macro_rules! functions {
    ($($float:ident {
        unary { $($name:ident $unary:ident)* }
        binary { $($name2:ident $binary:ident)* }
        trunc $trunc:ident fma $fma:ident log $log:ident sincos $sincos:ident
    })*) => { $(
        impl Functions for $float {
            $(
                #[inline]
                fn $name(self) -> Self {
                    libm::$unary(self)
                }
            )*
            $(
                #[inline]
                fn $name2(self, p: Self) -> Self {
                    libm::$binary(self, p)
                }
            )*

            #[inline]
            fn fract(self) -> Self {
                self - libm::$trunc(self)
            }

            #[inline]
            fn log(self, base: Self) -> Self {
                libm::$log(self) / libm::$log(base)
            }

            #[inline]
            fn rem_euclid(self, p: Self) -> Self {
                let r = self % p;
                if r < 0.0 { r + p.abs() } else { r }
            }

            #[inline]
            fn div_euclid(self, p: Self) -> Self {
                let q = libm::$trunc(self / p);
                if self % p < 0.0 { if p > 0.0 { q - 1.0 } else { q + 1.0 } } else { q }
            }

            #[inline]
            fn mul_add(self, a: Self, b: Self) -> Self {
                libm::$fma(self, a, b)
            }

            fn powi(self, n: i32) -> Self {
                let mut rest = n.unsigned_abs();
                let mut square = self;
                let mut power = 1.0;
                while rest > 0 {
                    if rest & 1 == 1 {
                        power *= square;
                    }
                    rest >>= 1;
                    square *= square;
                }
                if n < 0 { 1.0 / power } else { power }
            }

            #[inline]
            fn sin_cos(self) -> (Self, Self) {
                libm::$sincos(self)
            }
        }
    )* };
}

functions! {
    f32 {
        unary {
            sin sinf cos cosf tan tanf asin asinf acos acosf atan atanf sinh sinhf cosh coshf tanh tanhf
            asinh asinhf acosh acoshf atanh atanhf exp expf exp2 exp2f exp_m1 expm1f
            ln logf ln_1p log1pf log2 log2f log10 log10f sqrt sqrtf cbrt cbrtf
            floor floorf ceil ceilf round roundf round_ties_even rintf trunc truncf
        }
        binary { powf powf hypot hypotf atan2 atan2f abs_sub fdimf }
        trunc truncf fma fmaf log logf sincos sincosf
    }
    f64 {
        unary {
            sin sin cos cos tan tan asin asin acos acos atan atan sinh sinh cosh cosh tanh tanh
            asinh asinh acosh acosh atanh atanh exp exp exp2 exp2 exp_m1 expm1
            ln log ln_1p log1p log2 log2 log10 log10 sqrt sqrt cbrt cbrt
            floor floor ceil ceil round round round_ties_even rint trunc trunc
        }
        binary { powf pow hypot hypot atan2 atan2 abs_sub fdim }
        trunc trunc fma fma log log sincos sincos
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::Functions;

    /// Points of either sign and all sizes; `PARTNERS` are second arguments.
    fn points() -> Vec<f64> {
        let sizes = [1e-30, 1e-9, 0.03, 0.4, 0.5, 0.99, 1.0, 1.5, 2.5, 3.5, 7.25, 33.0, 600.5, 1e9];
        let mut points: Vec<f64> = sizes.iter().flat_map(|&x| [x, -x]).collect();
        points.extend([0.0, -0.0, f64::INFINITY, -f64::INFINITY, f64::NAN]);
        points
    }
    const PARTNERS: [f64; 9] = [-3.0, -1.0, -0.25, 0.0, 0.3, 1.0, 2.0, 10.0, f64::INFINITY];

    /// Whether two results are the same up to some units in the last place: the standard library's `atanh` loses a few.
    fn same(a: f64, b: f64, epsilon: f64) -> bool {
        a == b || a.is_nan() && b.is_nan() || (a - b).abs() <= 32.0 * epsilon * a.abs().max(b.abs())
    }

    macro_rules! compare {
        ($float:ident: $($name:ident)* ; $($name2:ident)*) => {
            for x in points() {
                let x = x as $float;
                $(
                    let (mine, std) = (f64::from(Functions::$name(x)), f64::from($float::$name(x)));
                    assert!(same(mine, std, $float::EPSILON.into()), "{}({x:?}): {mine:?} {std:?}", stringify!($name));
                )*
                for p in PARTNERS {
                    let p = p as $float;
                    $(
                        let (mine, std) = (f64::from(Functions::$name2(x, p)), f64::from($float::$name2(x, p)));
                        assert!(same(mine, std, $float::EPSILON.into()), "{}({x:?}, {p:?}): {mine:?} {std:?}", stringify!($name2));
                    )*
                    assert!(same(Functions::mul_add(x, p, 0.5).into(), $float::mul_add(x, p, 0.5).into(), $float::EPSILON.into()));
                }
                for n in [-3, 0, 1, 2, 7] {
                    assert!(same(Functions::powi(x, n).into(), $float::powi(x, n).into(), $float::EPSILON.into()), "powi({x:?}, {n})");
                }
                let (mine, std) = (Functions::sin_cos(x), $float::sin_cos(x));
                assert!(same(mine.0.into(), std.0.into(), $float::EPSILON.into()), "sin_cos({x:?})");
                assert!(same(mine.1.into(), std.1.into(), $float::EPSILON.into()), "sin_cos({x:?})");
            }
        };
    }

    #[test]
    #[allow(deprecated, reason = "`abs_sub` is")]
    fn functions_are_those_of_the_standard_library() {
        macro_rules! both {
            ($($names:tt)*) => {
                compare!(f64: $($names)*);
                compare!(f32: $($names)*);
            };
        }
        both!(
            sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh exp exp2 exp_m1 ln ln_1p log2 log10 sqrt cbrt
            floor ceil round round_ties_even trunc fract;
            powf log hypot atan2 rem_euclid div_euclid abs_sub
        );
    }
}
