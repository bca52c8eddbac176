//! Dual numbers.

use core::cmp::Ordering;
use core::iter::{Product, Sum};
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign};

use super::Real;
use crate::differentiable::{Cotangent, Differentiable};
use crate::operators::{AddInto, AddRule, DivRule, MulRule, NegRule, RemRule, SubRule, SumRule, SumsAsCotangent, whole_quotient};
use crate::rules;

/// A number `re + eps ε` with ε² = 0: a value, and a derivative that every operation carries along.
///
/// The derivatives come from the same rules as those of generated code. A generic function that is evaluated at
/// `Dual::new(x, 1.0)` gives its value and its derivative; nested, `Dual<Dual<f64>>` gives second derivatives.
///
/// ```
/// use autodiff_core::{Dual, Scalar};
///
/// fn f<T: Scalar>(x: T) -> T {
///     x * x.sin()
/// }
///
/// let y = f(Dual::new(2.0, 1.0));
/// assert_eq!(y.re, f(2.0));
/// assert_eq!(y.eps, 2.0_f64.sin() + 2.0 * 2.0_f64.cos());
/// ```
///
/// Comparisons look at the value alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dual<T> {
    /// The value.
    pub re: T,
    /// The derivative.
    pub eps: T,
}

impl<T> Dual<T> {
    /// `re + eps ε`
    #[inline(always)]
    pub const fn new(re: T, eps: T) -> Self {
        Dual { re, eps }
    }
}

impl<T: Real> Dual<T> {
    /// A number whose derivative is zero.
    #[inline(always)]
    pub fn constant(re: T) -> Self {
        Dual { re, eps: T::__ZERO }
    }
}

impl<T: Real> From<T> for Dual<T> {
    #[inline(always)]
    fn from(re: T) -> Self {
        Dual::constant(re)
    }
}

/// A partial times a derivative; nothing where the derivative is zero, even if the partial is infinite.
#[inline(always)]
fn part<T: Real>(eps: T, contribution: impl FnOnce(T) -> T) -> T {
    if eps.__is_zero() { T::__ZERO } else { contribution(eps) }
}

impl<T: Real> PartialEq for Dual<T> {
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        self.re == other.re
    }
}

impl<T: Real> PartialOrd for Dual<T> {
    #[inline(always)]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.re.partial_cmp(&other.re)
    }
}

impl<T: Real> Neg for Dual<T> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Dual::new(-self.re, -self.eps)
    }
}

macro_rules! operators {
    ($($Op:ident $op:ident $Assign:ident $assign:ident |$a:ident, $b:ident| $y:expr;)*) => { $(
        impl<T: Real> $Op for Dual<T> {
            type Output = Self;
            #[inline(always)]
            fn $op(self, $b: Self) -> Self {
                let $a = self;
                $y
            }
        }

        impl<T: Real> $Op<T> for Dual<T> {
            type Output = Self;
            #[inline(always)]
            fn $op(self, b: T) -> Self {
                $Op::$op(self, Dual::constant(b))
            }
        }

        impl<T: Real> $Assign for Dual<T> {
            #[inline(always)]
            fn $assign(&mut self, b: Self) {
                *self = $Op::$op(*self, b);
            }
        }
    )* };
}

operators! {
    Add add AddAssign add_assign |a, b| Dual::new(a.re + b.re, a.eps + b.eps);
    Sub sub SubAssign sub_assign |a, b| Dual::new(a.re - b.re, a.eps - b.eps);
    Mul mul MulAssign mul_assign |a, b| Dual::new(a.re * b.re, a.eps * b.re + a.re * b.eps);
    Div div DivAssign div_assign |a, b| {
        let y = a.re / b.re;
        Dual::new(y, (a.eps - y * b.eps) / b.re)
    };
    Rem rem RemAssign rem_assign |a, b| {
        let y = a.re % b.re;
        Dual::new(y, a.eps - part(b.eps, |b_dot| whole_quotient(a.re, b.re, y) * b_dot))
    };
}

impl<T: Real> Sum for Dual<T> {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::constant(core::iter::empty::<T>().sum()), |a, b| a + b)
    }
}

impl<T: Real> Product for Dual<T> {
    fn product<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::__ONE, |a, b| a * b)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Real> Differentiable for Dual<T> {
    type Cotangent = Self;
    #[inline(always)]
    fn zero_cotangent(&self) -> Self {
        Self::__ZERO
    }
}

impl<T: Real> Cotangent for Dual<T> {
    #[inline(always)]
    fn accumulate(&mut self, contribution: &Self) {
        *self += *contribution;
    }
    #[inline(always)]
    fn set_zero(&mut self) {
        *self = Self::__ZERO;
    }
    /// The value alone: the numbers that are written are those without a derivative.
    fn map_numbers(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        *self = Self::__from_f64(f(self.__to_f64()));
    }
}

impl<T: Real> AddInto<Dual<T>> for Dual<T> {
    #[inline(always)]
    fn add_into(&self, target: &mut Self) {
        *target += *self;
    }
    #[inline(always)]
    fn sub_into(&self, target: &mut Self) {
        *target -= *self;
    }
}

#[diagnostic::do_not_recommend]
impl<T: Real> SumsAsCotangent for Dual<T> {}

impl<T: Real> SumRule<Dual<T>> for Dual<T> {
    #[inline(always)]
    fn push_add(&mut self, dot: &Self) {
        *self += *dot;
    }
    #[inline(always)]
    fn push_sub(&mut self, dot: &Self) {
        *self -= *dot;
    }
}

/// In the words of the trait: rustc does not see through them where both operands have one type.
type CotangentOf<T> = <T as Differentiable>::Cotangent;

/// The rules of the operators; a partial of numbers is a number, so both directions multiply with it.
macro_rules! operator_rules {
    ($($rule:ident |$a:ident, $b:ident, $d:ident| $lhs:expr, $rhs:expr;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<T: Real> $rule for Dual<T> {
            type Output = Self;
            #[inline(always)]
            #[allow(unused_variables, reason = "not every partial reads both operands")]
            fn lhs(&self, rhs: &Self, out_bar: &CotangentOf<Self>, lhs_bar: &mut CotangentOf<Self>) {
                let ($a, $b, $d) = (*self, *rhs, *out_bar);
                *lhs_bar += $lhs;
            }
            #[inline(always)]
            #[allow(unused_variables, reason = "not every partial reads both operands")]
            fn rhs(&self, rhs: &Self, out_bar: &CotangentOf<Self>, rhs_bar: &mut CotangentOf<Self>) {
                let ($a, $b, $d) = (*self, *rhs, *out_bar);
                *rhs_bar += $rhs;
            }
            #[inline(always)]
            fn push_lhs(&self, rhs: &Self, lhs_dot: &CotangentOf<Self>, out_dot: &mut CotangentOf<Self>) {
                $rule::lhs(self, rhs, lhs_dot, out_dot);
            }
            #[inline(always)]
            fn push_rhs(&self, rhs: &Self, rhs_dot: &CotangentOf<Self>, out_dot: &mut CotangentOf<Self>) {
                $rule::rhs(self, rhs, rhs_dot, out_dot);
            }
        }
    )* };
}

operator_rules! {
    AddRule |a, b, d| d, d;
    SubRule |a, b, d| d, -d;
    MulRule |a, b, d| d * b, d * a;
    DivRule |a, b, d| d / b, -(d * (a / b) / b);
    RemRule |a, b, d| d, -(d * whole_quotient(a, b, a % b));
}

#[diagnostic::do_not_recommend]
impl<T: Real> NegRule for Dual<T> {
    type Output = Self;
    #[inline(always)]
    fn operand(&self, out_bar: &Self, bar: &mut Self) {
        *bar -= *out_bar;
    }
    #[inline(always)]
    fn push_operand(&self, dot: &Self, out_dot: &mut Self) {
        *out_dot -= *dot;
    }
}

/// One function per row: the value, and the rule's partials times the derivatives.
macro_rules! definitions {
    (unary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt $rule:tt)* }) => { $(
        #[inline(always)]
        fn $hidden(self) -> Self {
            let y = self.re.$hidden();
            Dual::new(y, rules::$name::pushforward(self.re, y, self.eps))
        }
    )* };
    (binary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt $rule:tt)* }) => { $(
        #[inline(always)]
        fn $hidden(self, p: Self) -> Self {
            let y = self.re.$hidden(p.re);
            let eps = rules::$name::pushforward_0(self.re, p.re, y, self.eps)
                + rules::$name::pushforward_1(self.re, p.re, y, p.eps);
            Dual::new(y, eps)
        }
    )* };
    (ternary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt $rule:tt)* }) => { $(
        #[inline(always)]
        fn $hidden(self, a: Self, b: Self) -> Self {
            let y = self.re.$hidden(a.re, b.re);
            let eps = rules::$name::pushforward_0(self.re, a.re, b.re, y, self.eps)
                + rules::$name::pushforward_1(self.re, a.re, b.re, y, a.eps)
                + rules::$name::pushforward_2(self.re, a.re, b.re, y, b.eps);
            Dual::new(y, eps)
        }
    )* };
    (integer { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt for $exponents:tt $rule:tt)* }) => { $(
        #[inline(always)]
        fn $hidden(self, n: i32) -> Self {
            let y = self.re.$hidden(n);
            Dual::new(y, rules::$name::pushforward_0(self.re, n, y, self.eps))
        }
    )* };
    (pair { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt $rule:tt)* }) => { $(
        #[inline(always)]
        fn $hidden(self) -> (Self, Self) {
            let y = self.re.$hidden();
            let eps = rules::$name::pushforward(self.re, y, self.eps);
            (Dual::new(y.0, eps.0), Dual::new(y.1, eps.1))
        }
    )* };
}

impl<T: Real> Real for Dual<T> {
    const __ZERO: Self = Dual::new(T::__ZERO, T::__ZERO);
    const __ONE: Self = Dual::new(T::__ONE, T::__ZERO);
    const __EPSILON: Self = Dual::new(T::__EPSILON, T::__ZERO);
    const __INFINITY: Self = Dual::new(T::__INFINITY, T::__ZERO);
    const __NAN: Self = Dual::new(T::__NAN, T::__ZERO);
    const __MAX: Self = Dual::new(T::__MAX, T::__ZERO);
    const __MIN_POSITIVE: Self = Dual::new(T::__MIN_POSITIVE, T::__ZERO);
    const __PI: Self = Dual::new(T::__PI, T::__ZERO);
    const __E: Self = Dual::new(T::__E, T::__ZERO);

    #[inline(always)]
    fn __from_f64(value: f64) -> Self {
        Dual::constant(T::__from_f64(value))
    }

    #[inline(always)]
    fn __to_f64(self) -> f64 {
        self.re.__to_f64()
    }

    #[inline(always)]
    fn __is_zero(self) -> bool {
        self.re.__is_zero() && self.eps.__is_zero()
    }

    #[inline(always)]
    fn __is_nan(self) -> bool {
        self.re.__is_nan()
    }

    #[inline(always)]
    fn __is_finite(self) -> bool {
        self.re.__is_finite()
    }

    #[inline(always)]
    fn __is_infinite(self) -> bool {
        self.re.__is_infinite()
    }

    #[inline(always)]
    fn __is_sign_negative(self) -> bool {
        self.re.__is_sign_negative()
    }

    #[inline(always)]
    fn __total_cmp(&self, other: &Self) -> Ordering {
        self.re.__total_cmp(&other.re)
    }

    // erfc'(x) = -2 exp(-x²) / √π
    #[inline]
    fn __erfc(self) -> Self {
        let slope = |x_dot| T::__from_f64(-core::f64::consts::FRAC_2_SQRT_PI) * (-(self.re * self.re)).__exp() * x_dot;
        Dual::new(self.re.__erfc(), part(self.eps, slope))
    }

    crate::for_each_rule!(definitions);
}

#[cfg(test)]
mod tests;
