//! The functions that `core` does not have, by `libm`.

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
