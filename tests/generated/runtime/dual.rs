//! Dual numbers that stand in for `f64` and `f32` in the twin of a program: the same text, another type.
//!
//! A number holds its value `v`, computed as the program computes it, the tangent `d`, and `m`: what the tangent would be if
//! nothing cancelled. Tangents are in double precision for both. `m` times the unit roundoff bounds the error a derivative may
//! have, whichever way it is computed. A second tangent `e` belongs to another direction, and `c` is the mixed second derivative;
//! `n` and `k` are to them what `m` is to `d`.

use std::cell::Cell;
use std::cmp::Ordering;
use std::iter::{Product, Sum};
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign};

use crate::slope::Slope;

thread_local! {
    static LARGEST: Cell<(f64, f64)> = const { Cell::new((0.0, 0.0)) };
    static KINK: Cell<bool> = const { Cell::new(false) };
}

/// Whether anything was asked for its derivative at a kink since the last call.
pub fn take_kink() -> bool {
    KINK.replace(false)
}

/// The largest partial or value since the last call, and the largest change of a partial; beyond all bounds if one was not finite.
pub fn take_largest() -> (f64, f64) {
    LARGEST.replace((0.0, 0.0))
}

fn seen(first: f64, second: f64) {
    let size = |x: f64| if x.is_finite() { x.abs() } else { f64::INFINITY };
    LARGEST.with(|l| l.set((l.get().0.max(size(first)), l.get().1.max(size(second)))));
}

macro_rules! dual {
    ($D:ident, $float:ident, $lit:ident) => {
        #[derive(Clone, Copy, Debug, Default)]
        pub struct $D {
            pub v: $float,
            pub d: f64,
            pub m: f64,
            pub e: f64,
            pub n: f64,
            pub c: f64,
            pub k: f64,
        }

        /// A literal of the program.
        pub const fn $lit(v: $float) -> $D {
            $D { v, d: 0.0, m: 0.0, e: 0.0, n: 0.0, c: 0.0, k: 0.0 }
        }

        impl $D {
            pub const ZERO: $D = $lit(0.0);
            pub const EPSILON: $D = $lit($float::EPSILON);
            pub const MAX: $D = $lit($float::MAX);
            pub const MIN: $D = $lit($float::MIN);
            pub const MIN_POSITIVE: $D = $lit($float::MIN_POSITIVE);
            pub const INFINITY: $D = $lit($float::INFINITY);
            pub const NEG_INFINITY: $D = $lit($float::NEG_INFINITY);
            pub const NAN: $D = $lit($float::NAN);

            /// A function of one number with this partial.
            fn one(self, v: $float, p: impl Into<Slope>) -> $D {
                let p = p.into();
                seen(v as f64, 0.0);
                if self.m == 0.0 && self.n == 0.0 && self.k == 0.0 {
                    return $lit(v);
                }
                seen(p.v, p.m);
                let size = p.v.abs();
                $D {
                    v,
                    d: p.v * self.d,
                    m: size * self.m,
                    e: p.v * self.e,
                    n: size * self.n,
                    c: p.v * self.c + p.e * self.d,
                    k: size * self.k + p.m * self.m,
                }
            }

            /// A rule that may compute its partial with an error of `slack` roundoffs, not of the partial's size.
            fn loose(self, v: $float, p: Slope, slack: impl Into<Slope>) -> $D {
                let (y, slack) = (self.one(v, p), slack.into());
                let size = slack.v.abs();
                $D { m: y.m.max(size * self.m), n: y.n.max(size * self.n), k: y.k.max(size * self.k + slack.m.max(size * self.n) * self.m), ..y }
            }

            fn two(self, o: $D, v: $float, p: impl Into<Slope>, q: impl Into<Slope>) -> $D {
                self.one(v, p).plus(o.one(v, q))
            }

            /// The tangents added up.
            fn plus(self, o: $D) -> $D {
                $D {
                    v: self.v,
                    d: self.d + o.d,
                    m: self.m + o.m,
                    e: self.e + o.e,
                    n: self.n + o.n,
                    c: self.c + o.c,
                    k: self.k + o.k,
                }
            }

            /// The number as formulas for partials have it.
            fn x(self) -> Slope {
                Slope { v: self.v as f64, e: self.e, m: self.n }
            }

            // What the traits of numbers have, for functions that are generic over them.
            pub fn from(x: impl As<$D>) -> Option<$D> {
                Some(x.as_())
            }
            pub fn from_f64(x: impl As<$D>) -> $D {
                x.as_()
            }

            fn sign(self) -> f64 {
                (self.v as f64).signum()
            }

            /// A kink, if anything moves there.
            fn kink_if(self, kink: bool) -> $D {
                if kink && (self.m != 0.0 || self.n != 0.0) {
                    KINK.set(true);
                }
                self
            }

            pub fn sin(self) -> $D {
                self.one(self.v.sin(), self.x().cos())
            }
            pub fn cos(self) -> $D {
                self.one(self.v.cos(), -self.x().sin())
            }
            pub fn sin_cos(self) -> ($D, $D) {
                (self.sin(), self.cos())
            }
            pub fn tan(self) -> $D {
                self.one(self.v.tan(), 1.0 / self.x().cos().powi(2))
            }
            pub fn asin(self) -> $D {
                let c = 1.0 - self.x() * self.x();
                self.loose(self.v.asin(), 1.0 / c.sqrt(), 1.0 / (c * c.sqrt()))
            }
            pub fn acos(self) -> $D {
                let c = 1.0 - self.x() * self.x();
                self.loose(self.v.acos(), -1.0 / c.sqrt(), 1.0 / (c * c.sqrt()))
            }
            pub fn atan(self) -> $D {
                self.one(self.v.atan(), 1.0 / (1.0 + self.x() * self.x()))
            }
            pub fn sinh(self) -> $D {
                self.one(self.v.sinh(), self.x().cosh())
            }
            pub fn cosh(self) -> $D {
                self.one(self.v.cosh(), self.x().sinh())
            }
            pub fn tanh(self) -> $D {
                self.loose(self.v.tanh(), 1.0 / self.x().cosh().powi(2), 1.0)
            }
            pub fn exp(self) -> $D {
                self.one(self.v.exp(), self.x().exp())
            }
            pub fn exp2(self) -> $D {
                self.one(self.v.exp2(), self.x().exp2() * 2.0_f64.ln())
            }
            pub fn exp_m1(self) -> $D {
                self.loose(self.v.exp_m1(), self.x().exp(), 1.0)
            }
            pub fn ln(self) -> $D {
                self.one(self.v.ln(), 1.0 / self.x())
            }
            pub fn ln_1p(self) -> $D {
                self.one(self.v.ln_1p(), 1.0 / (1.0 + self.x()))
            }
            pub fn log10(self) -> $D {
                self.one(self.v.log10(), 1.0 / (self.x() * 10.0_f64.ln()))
            }
            pub fn log2(self) -> $D {
                self.one(self.v.log2(), 1.0 / (self.x() * 2.0_f64.ln()))
            }
            pub fn sqrt(self) -> $D {
                self.one(self.v.sqrt(), 0.5 / self.x().sqrt())
            }
            pub fn cbrt(self) -> $D {
                self.one(self.v.cbrt(), self.x().cbrt() / (3.0 * self.x()))
            }
            pub fn recip(self) -> $D {
                self.one(self.v.recip(), -1.0 / (self.x() * self.x()))
            }
            pub fn abs(self) -> $D {
                self.kink_if(self.v == 0.0).one(self.v.abs(), if self.v == 0.0 { 0.0 } else { self.sign() })
            }
            pub fn signum(self) -> $D {
                self.one(self.v.signum(), 0.0)
            }
            pub fn floor(self) -> $D {
                self.one(self.v.floor(), 0.0)
            }
            pub fn ceil(self) -> $D {
                self.one(self.v.ceil(), 0.0)
            }
            pub fn round(self) -> $D {
                self.one(self.v.round(), 0.0)
            }
            pub fn trunc(self) -> $D {
                self.one(self.v.trunc(), 0.0)
            }
            pub fn fract(self) -> $D {
                self.one(self.v.fract(), 1.0)
            }
            pub fn to_radians(self) -> $D {
                self.one(self.v.to_radians(), std::f64::consts::PI / 180.0)
            }
            pub fn to_degrees(self) -> $D {
                self.one(self.v.to_degrees(), 180.0 / std::f64::consts::PI)
            }
            pub fn powi(self, n: i32) -> $D {
                self.one(self.v.powi(n), if n == 0 { 0.0.into() } else { f64::from(n) * self.x().powi(n - 1) })
            }
            pub fn powf(self, e: $D) -> $D {
                let v = self.v.powf(e.v);
                // At 0 to the power of 0 the partial is 0 by the table of kinks; elsewhere it changes with the exponent, also where it is 0.
                let p = if e.v == 0.0 && self.v == 0.0 { 0.0.into() } else { e.x() * self.x().powf(e.x() - 1.0) };
                let q = if self.v == 0.0 { 0.0.into() } else { self.x().powf(e.x()) * self.x().ln() };
                self.two(e, v, p, q)
            }
            pub fn hypot(self, o: $D) -> $D {
                self.plus(o).kink_if(self.v == 0.0 && o.v == 0.0);
                let h = self.x().hypot(o.x());
                let (p, q) = if h.v == 0.0 { (0.0.into(), 0.0.into()) } else { (self.x() / h, o.x() / h) };
                self.two(o, self.v.hypot(o.v), p, q)
            }
            pub fn atan2(self, o: $D) -> $D {
                let n = self.x() * self.x() + o.x() * o.x();
                self.two(o, self.v.atan2(o.v), o.x() / n, -self.x() / n)
            }
            pub fn copysign(self, o: $D) -> $D {
                let p = if self.v == 0.0 { 0.0 } else { self.sign() * o.sign() };
                self.kink_if(self.v == 0.0).one(self.v.copysign(o.v), p)
            }
            pub fn mul_add(self, a: $D, b: $D) -> $D {
                let v = self.v.mul_add(a.v, b.v);
                self.two(a, v, a.x(), self.x()).plus(b.one(v, 1.0))
            }
            pub fn rem_euclid(self, o: $D) -> $D {
                self.two(o, self.v.rem_euclid(o.v), 1.0, -(self.v as f64).div_euclid(o.v as f64))
            }
            pub fn max(self, o: $D) -> $D {
                self.plus(o).kink_if(self.v == o.v);
                let (p, q) = share(self.v as f64, o.v as f64);
                self.two(o, self.v.max(o.v), p, q)
            }
            pub fn min(self, o: $D) -> $D {
                self.plus(o).kink_if(self.v == o.v);
                let (q, p) = share(self.v as f64, o.v as f64);
                let (p, q) = if self.v.is_nan() || o.v.is_nan() { (q, p) } else { (p, q) };
                self.two(o, self.v.min(o.v), p, q)
            }
            /// With bounds that are not the same and, as programs write them, carry no tangent.
            pub fn clamp(self, low: $D, high: $D) -> $D {
                let v = self.v.clamp(low.v, high.v);
                let p = if self.v == low.v || self.v == high.v { 0.5 } else { f64::from(u8::from(v == self.v || v.is_nan())) };
                self.kink_if(self.v == low.v || self.v == high.v).one(v, p)
            }
            pub fn total_cmp(&self, o: &$D) -> Ordering {
                self.v.total_cmp(&o.v)
            }
            pub fn is_nan(self) -> bool {
                self.v.is_nan()
            }
            pub fn is_finite(self) -> bool {
                self.v.is_finite()
            }
            pub fn is_infinite(self) -> bool {
                self.v.is_infinite()
            }
            pub fn is_sign_negative(self) -> bool {
                self.v.is_sign_negative()
            }
            pub fn is_sign_positive(self) -> bool {
                self.v.is_sign_positive()
            }
        }

        impl std::fmt::Display for $D {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.v.fmt(f)
            }
        }

        impl PartialEq for $D {
            fn eq(&self, o: &$D) -> bool {
                self.v == o.v
            }
        }

        impl PartialOrd for $D {
            fn partial_cmp(&self, o: &$D) -> Option<Ordering> {
                self.v.partial_cmp(&o.v)
            }
        }

        impl Neg for $D {
            type Output = $D;
            fn neg(self) -> $D {
                self.one(-self.v, -1.0)
            }
        }

        impl Neg for &$D {
            type Output = $D;
            fn neg(self) -> $D {
                -*self
            }
        }

        dual!(@op $D Add add AddAssign add_assign |a, b| a.two(b, a.v + b.v, 1.0, 1.0));
        dual!(@op $D Sub sub SubAssign sub_assign |a, b| a.two(b, a.v - b.v, 1.0, -1.0));
        dual!(@op $D Mul mul MulAssign mul_assign |a, b| a.two(b, a.v * b.v, b.x(), a.x()));
        dual!(@op $D Div div DivAssign div_assign |a, b| a.two(b, a.v / b.v, 1.0 / b.x(), -a.x() / (b.x() * b.x())));
        dual!(@op $D Rem rem RemAssign rem_assign |a, b| a.two(b, a.v % b.v, 1.0, -(a.v as f64 / b.v as f64).trunc()));

        impl Sum for $D {
            fn sum<I: Iterator<Item = $D>>(items: I) -> $D {
                items.fold($lit(std::iter::empty::<$float>().sum()), |a, b| a + b)
            }
        }

        impl<'a> Sum<&'a $D> for $D {
            fn sum<I: Iterator<Item = &'a $D>>(items: I) -> $D {
                items.copied().sum()
            }
        }

        impl Product for $D {
            fn product<I: Iterator<Item = $D>>(items: I) -> $D {
                items.fold($lit(1.0), |a, b| a * b)
            }
        }

        impl<'a> Product<&'a $D> for $D {
            fn product<I: Iterator<Item = &'a $D>>(items: I) -> $D {
                items.copied().product()
            }
        }
    };
    (@op $D:ident $Op:ident $op:ident $Assign:ident $assign:ident |$a:ident, $b:ident| $value:expr) => {
        impl $Op for $D {
            type Output = $D;
            fn $op(self, o: $D) -> $D {
                let ($a, $b) = (self, o);
                $value
            }
        }
        impl $Op<&$D> for $D {
            type Output = $D;
            fn $op(self, o: &$D) -> $D {
                $Op::$op(self, *o)
            }
        }
        impl $Op<$D> for &$D {
            type Output = $D;
            fn $op(self, o: $D) -> $D {
                $Op::$op(*self, o)
            }
        }
        impl $Op<&$D> for &$D {
            type Output = $D;
            fn $op(self, o: &$D) -> $D {
                $Op::$op(*self, *o)
            }
        }
        impl $Assign for $D {
            fn $assign(&mut self, o: $D) {
                *self = $Op::$op(*self, o);
            }
        }
        impl $Assign<&$D> for $D {
            fn $assign(&mut self, o: &$D) {
                *self = $Op::$op(*self, *o);
            }
        }
    };
}

/// Partials of the larger of two numbers: halves at a tie, all to the other one for NaN.
fn share(a: f64, b: f64) -> (f64, f64) {
    match a.partial_cmp(&b) {
        Some(Ordering::Greater) => (1.0, 0.0),
        Some(Ordering::Less) => (0.0, 1.0),
        Some(Ordering::Equal) => (0.5, 0.5),
        None => (f64::from(u8::from(b.is_nan())), f64::from(u8::from(a.is_nan() && !b.is_nan()))),
    }
}

dual!(D64, f64, lit64);
dual!(D32, f32, lit32);

/// `as`, in the twin.
pub trait As<To> {
    fn as_(self) -> To;
}

macro_rules! casts {
    ($D:ident $float:ident, $other:ident: $($int:ident)*) => {
        impl As<$D> for $D {
            fn as_(self) -> $D {
                self
            }
        }
        impl As<$D> for $other {
            fn as_(self) -> $D {
                $D { v: self.v as $float, d: self.d, m: self.m, e: self.e, n: self.n, c: self.c, k: self.k }
            }
        }
        $(
            impl As<$D> for $int {
                fn as_(self) -> $D {
                    $D { v: self as $float, ..$D::ZERO }
                }
            }
            impl As<$int> for $D {
                fn as_(self) -> $int {
                    self.v as $int
                }
            }
            impl From<$int> for $D where $float: From<$int> {
                fn from(i: $int) -> $D {
                    $D { v: i.into(), ..$D::ZERO }
                }
            }
        )*
    };
}

casts!(D64 f64, D32: u8 u16 u32 i8 i16 i32);
casts!(D32 f32, D64: u8 u16 i8 i16);

macro_rules! more_casts {
    ($($D:ident $float:ident: $($int:ident)*;)*) => { $($(
        impl As<$D> for $int {
            fn as_(self) -> $D {
                $D { v: self as $float, ..$D::ZERO }
            }
        }
        impl As<$int> for $D {
            fn as_(self) -> $int {
                self.v as $int
            }
        }
    )*)* };
}

more_casts!(D64 f64: u64 i64 usize isize; D32 f32: u32 i32 u64 i64 usize isize;);

impl From<D32> for D64 {
    fn from(x: D32) -> D64 {
        x.as_()
    }
}

macro_rules! plain_casts {
    ($($from:ident to $($to:ident)*;)*) => { $($(
        impl As<$to> for $from {
            fn as_(self) -> $to {
                self as $to
            }
        }
    )*)* };
}

plain_casts! {
    u8 to u8 u16 u32 u64 usize i8 i16 i32 i64 isize;
    u32 to u8 u16 u32 u64 usize i8 i16 i32 i64 isize;
    u64 to u8 u16 u32 u64 usize i8 i16 i32 i64 isize;
    usize to u8 u16 u32 u64 usize i8 i16 i32 i64 isize;
    i32 to u8 u16 u32 u64 usize i8 i16 i32 i64 isize;
    i64 to u8 u16 u32 u64 usize i8 i16 i32 i64 isize;
    isize to u8 u16 u32 u64 usize i8 i16 i32 i64 isize;
    bool to u8 u32 u64 usize i32 i64;
}
