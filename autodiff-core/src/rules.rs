//! Rules: what each method of `f32` and `f64` contributes to the cotangents of its arguments.
//!
//! There is one module per method, named like it. A rule takes the arguments of the method, its result `y` and the cotangent
//! `y_bar` of the result, and gives the contribution to one argument, the partial derivative times `y_bar`: `pullback` for
//! methods with one argument, `pullback_0`, `pullback_1` ... for methods with more. `pushforward`, `pushforward_0` ... are the same
//! partials in forward mode, with the tangent of the argument in place of the cotangent of the result.
//!
//! ```
//! use autodiff_core::rules;
//!
//! // y = sin(x), and the derivative of sin is cos.
//! let (x, y_bar) = (0.5_f64, 2.0);
//! assert_eq!(rules::sin::pullback(x, x.sin(), y_bar), 2.0 * x.cos());
//! ```
//!
//! Points at which a method has no derivative: singular points show as infinities, as the derivative of `sqrt` at 0 does. At kinks
//! a rule gives a value between the one-sided derivatives, the one that JAX and PyTorch agree on if they do. Each module says
//! which, and `docs/kinks.md` has the table.

use crate::operators::curvature::lift;
use crate::rt::Unchanged;
use crate::{Dual, Real};

mod binary;
pub mod functions;
mod other;
mod unary;

/// Calls `$callback!` once per kind of rows, as `unary { rows }`, `binary { rows }`, `ternary { rows }`, `integer { rows }` and
/// `pair { rows }`.
///
/// Rows start with the method's name, its name in `Real` and its four names in `FloatMethods`; then come pieces of the
/// domain, and in braces the rule:
///
/// - `unary`, `pair`: `$name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on [$(($lo:expr, $hi:expr)),*] $rule:tt`
/// - `binary`: `$name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on [$((($lo:expr, $hi:expr), ($p_lo:expr, $p_hi:expr))),*] $rule:tt`
/// - `ternary`: the same with three intervals
/// - `integer`: like `unary`, with `for [$($n:expr),*]` after the pieces
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_rule {
    ($callback:ident) => {
        $crate::__for_each_unary_rule!($callback);
        $crate::__for_each_binary_rule!($callback);
        $crate::__for_each_ternary_rule!($callback);
        $crate::__for_each_integer_rule!($callback);
        $crate::__for_each_pair_rule!($callback);
    };
}

/// The seed where all of it goes to an argument, half of it for a tie, and zero else.
///
/// Not a product: the argument that was not selected gets a zero for infinite seeds as well.
#[doc(hidden)]
#[inline(always)]
pub fn __select<T: Real>(all: bool, half: bool, seed: T) -> T {
    if all {
        seed
    } else if half {
        T::__from_f64(0.5) * seed
    } else {
        T::__ZERO
    }
}

/// The documentation of a rule's module.
macro_rules! documented {
    (($name:ident ($($arg:literal),*) = $value:literal) $($item:item)*) => {
        #[doc = concat!("The rule of [`", stringify!($name), "`](f64::", stringify!($name), "): y = ", $value, ".")]
        pub mod $name {
            #[allow(unused_imports, reason = "some rules are constants")]
            use crate::Real;

            $($item)*
        }
    };
}

/// What a tangent contributes, unless it is zero. Sine and cosine of one number cost little more than one of them, if both are asked for in one
/// block: no branch stands between.
macro_rules! unless_still {
    (sin $x_dot:expr, $contribution:expr) => { unless_still!(both $x_dot, $contribution) };
    (cos $x_dot:expr, $contribution:expr) => { unless_still!(both $x_dot, $contribution) };
    (both $x_dot:expr, $contribution:expr) => {{
        let contribution = $contribution;
        if $x_dot.__is_zero() { T::__ZERO } else { contribution }
    }};
    ($name:ident $x_dot:expr, $contribution:expr) => {
        if $x_dot.__is_zero() { T::__ZERO } else { $contribution }
    };
}

/// One module per row.
macro_rules! modules {
    (unary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt {
        $value:literal, $d:literal, |$x:pat_param, $y:pat_param, $g:pat_param| $e:expr
    })* }) => { $(
        documented! { ($name ("x") = $value)
            #[doc = concat!("The contribution to x: dy/dx `y_bar`, where dy/dx is ", $d, ".")]
            #[inline(always)]
            pub fn pullback<T: Real>(x: T, y: T, y_bar: T) -> T {
                let ($x, $y, $g) = (x, y, y_bar);
                $e
            }

            /// What the tangent of x contributes to that of y: dy/dx `x_dot`; nothing for a zero, even if the partial is infinite.
            #[inline(always)]
            pub fn pushforward<T: Real>(x: T, y: T, x_dot: T) -> T {
                unless_still!($name x_dot, pullback(x, y, x_dot))
            }
        }
    )* };
    (binary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt {
        $value:literal,
        $d0:literal |$x0:pat_param, $p0:pat_param, $y0:pat_param, $g0:pat_param| $e0:expr,
        $d1:literal |$x1:pat_param, $p1:pat_param, $y1:pat_param, $g1:pat_param| $e1:expr
    })* }) => { $(
        documented! { ($name ("x", "p") = $value)
            #[doc = concat!("The contribution to x: dy/dx `y_bar`, where dy/dx is ", $d0, ".")]
            #[inline(always)]
            pub fn pullback_0<T: Real>(x: T, p: T, y: T, y_bar: T) -> T {
                let ($x0, $p0, $y0, $g0) = (x, p, y, y_bar);
                $e0
            }

            #[doc = concat!("The contribution to p: dy/dp `y_bar`, where dy/dp is ", $d1, ".")]
            #[inline(always)]
            pub fn pullback_1<T: Real>(x: T, p: T, y: T, y_bar: T) -> T {
                let ($x1, $p1, $y1, $g1) = (x, p, y, y_bar);
                $e1
            }

            /// What the tangent of x contributes to that of y: dy/dx `x_dot`; nothing for a zero, even if the partial is infinite.
            #[inline(always)]
            pub fn pushforward_0<T: Real>(x: T, p: T, y: T, x_dot: T) -> T {
                if x_dot.__is_zero() { T::__ZERO } else { pullback_0(x, p, y, x_dot) }
            }

            /// What the tangent of p contributes to that of y, in the same way.
            #[inline(always)]
            pub fn pushforward_1<T: Real>(x: T, p: T, y: T, p_dot: T) -> T {
                if p_dot.__is_zero() { T::__ZERO } else { pullback_1(x, p, y, p_dot) }
            }
        }
    )* };
    (ternary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt {
        $value:literal,
        $d0:literal |$x0:pat_param, $a0:pat_param, $b0:pat_param, $y0:pat_param, $g0:pat_param| $e0:expr,
        $d1:literal |$x1:pat_param, $a1:pat_param, $b1:pat_param, $y1:pat_param, $g1:pat_param| $e1:expr,
        $d2:literal |$x2:pat_param, $a2:pat_param, $b2:pat_param, $y2:pat_param, $g2:pat_param| $e2:expr
    })* }) => { $(
        documented! { ($name ("x", "a", "b") = $value)
            #[doc = concat!("The contribution to x: dy/dx `y_bar`, where dy/dx is ", $d0, ".")]
            #[inline(always)]
            pub fn pullback_0<T: Real>(x: T, a: T, b: T, y: T, y_bar: T) -> T {
                let ($x0, $a0, $b0, $y0, $g0) = (x, a, b, y, y_bar);
                $e0
            }

            #[doc = concat!("The contribution to a: dy/da `y_bar`, where dy/da is ", $d1, ".")]
            #[inline(always)]
            pub fn pullback_1<T: Real>(x: T, a: T, b: T, y: T, y_bar: T) -> T {
                let ($x1, $a1, $b1, $y1, $g1) = (x, a, b, y, y_bar);
                $e1
            }

            #[doc = concat!("The contribution to b: dy/db `y_bar`, where dy/db is ", $d2, ".")]
            #[inline(always)]
            pub fn pullback_2<T: Real>(x: T, a: T, b: T, y: T, y_bar: T) -> T {
                let ($x2, $a2, $b2, $y2, $g2) = (x, a, b, y, y_bar);
                $e2
            }

            /// What the tangent of x contributes to that of y: dy/dx `x_dot`; nothing for a zero, even if the partial is infinite.
            #[inline(always)]
            pub fn pushforward_0<T: Real>(x: T, a: T, b: T, y: T, x_dot: T) -> T {
                if x_dot.__is_zero() { T::__ZERO } else { pullback_0(x, a, b, y, x_dot) }
            }

            /// What the tangent of a contributes to that of y, in the same way.
            #[inline(always)]
            pub fn pushforward_1<T: Real>(x: T, a: T, b: T, y: T, a_dot: T) -> T {
                if a_dot.__is_zero() { T::__ZERO } else { pullback_1(x, a, b, y, a_dot) }
            }

            /// What the tangent of b contributes to that of y, in the same way.
            #[inline(always)]
            pub fn pushforward_2<T: Real>(x: T, a: T, b: T, y: T, b_dot: T) -> T {
                if b_dot.__is_zero() { T::__ZERO } else { pullback_2(x, a, b, y, b_dot) }
            }
        }
    )* };
    (integer { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt for $exponents:tt {
        $value:literal, $d:literal, |$x:pat_param, $n:pat_param, $y:pat_param, $g:pat_param| $e:expr
    })* }) => { $(
        documented! { ($name ("x", "n") = $value)
            #[doc = concat!("The contribution to x: dy/dx `y_bar`, where dy/dx is ", $d, ".")]
            #[inline(always)]
            pub fn pullback_0<T: Real>(x: T, n: i32, y: T, y_bar: T) -> T {
                let ($x, $n, $y, $g) = (x, n, y, y_bar);
                $e
            }

            /// What the tangent of x contributes to that of y: dy/dx `x_dot`; nothing for a zero, even if the partial is infinite.
            #[inline(always)]
            pub fn pushforward_0<T: Real>(x: T, n: i32, y: T, x_dot: T) -> T {
                if x_dot.__is_zero() { T::__ZERO } else { pullback_0(x, n, y, x_dot) }
            }
        }
    )* };
    (pair { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt {
        $value:literal, $d:literal, |$x:pat_param, $y:pat_param, $g:pat_param| $e:expr
    })* }) => { $(
        documented! { ($name ("x") = $value)
            #[doc = concat!("The contribution to x: dy/dx times `y_bar`, where dy/dx is ", $d, ".")]
            #[inline(always)]
            pub fn pullback<T: Real>(x: T, y: (T, T), y_bar: (T, T)) -> T {
                let ($x, $y, $g) = (x, y, y_bar);
                $e
            }

            /// The tangents of both results, from that of x.
            #[inline(always)]
            pub fn pushforward<T: Real>(x: T, y: (T, T), x_dot: T) -> (T, T) {
                if x_dot.__is_zero() {
                    (T::__ZERO, T::__ZERO)
                } else {
                    (pullback(x, y, (x_dot, T::__ZERO)), pullback(x, y, (T::__ZERO, x_dot)))
                }
            }
        }
    )* };
}

for_each_rule!(modules);

/// Adds to a cotangent if it is wanted.
#[inline(always)]
fn add<T: Real>(x_bar: Option<&mut T>, contribution: impl FnOnce() -> T) {
    if let Some(x_bar) = x_bar {
        *x_bar += contribution();
    }
}

/// Adds to a cotangent and to its tangent, if they are wanted.
#[inline(always)]
fn add_dual<T: Real>(x_bar: Option<&mut T>, x_bar_dot: Option<&mut T>, contribution: impl FnOnce() -> Dual<T>) {
    if x_bar.is_none() && x_bar_dot.is_none() {
        return;
    }
    let c = contribution();
    if let Some(x_bar) = x_bar {
        *x_bar += c.re;
    }
    if let Some(x_bar_dot) = x_bar_dot {
        *x_bar_dot += c.eps;
    }
}

/// What a tangent contributes to the result's; nothing if there is none.
#[inline(always)]
fn part<T: Real>(x_dot: Option<&T>, contribution: impl FnOnce(T) -> T) -> T {
    x_dot.map_or(T::__ZERO, |x_dot| contribution(*x_dot))
}

/// Tangents in the second direction: of something, and of its tangent in the first one, if that moves.
#[inline(always)]
fn lift_dot<T: Real>(x_dot: Option<&T>, both: Option<&T>) -> Option<Dual<T>> {
    match (x_dot, both) {
        (None, None) => None,
        (x_dot, both) => Some(lift(x_dot.copied().unwrap_or(T::__ZERO), both)),
    }
}

/// Adds to a cotangent and to its tangents in two directions and in both, where they are wanted, from cotangents on dual numbers.
#[inline(always)]
fn add_orders<T: Real>(bars: [Option<&mut T>; 4], bar: Dual<T>, bar_dot: Dual<T>) {
    for (target, c) in bars.into_iter().zip([bar.re, bar_dot.re, bar.eps, bar_dot.eps]) {
        add(target, || c);
    }
}

/// Four methods per row.
macro_rules! methods {
    (unary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt $rule:tt)* }) => { $(
        #[inline(always)]
        fn $method(self) -> (Self, impl FnOnce(&Self, Self, Option<&mut Self>)) {
            let y = self.$hidden();
            (y, move |x: &Self, y_bar: Self, x_bar: Option<&mut Self>| {
                add(x_bar, || $name::pullback(*x, y, y_bar));
            })
        }

        #[inline(always)]
        fn $forward(self, x_dot: Option<&Self>) -> (Self, Self, Unchanged) {
            let y = self.$hidden();
            (y, part(x_dot, |x_dot| $name::pushforward(self, y, x_dot)), Unchanged)
        }

        #[inline(always)]
        #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
        fn $second(
            self,
            x_dot: Option<&Self>,
        ) -> (Self, Self, Unchanged, impl FnOnce(&Self, Option<&Self>, Self, Self, Option<&mut Self>, Option<&mut Self>) + use<Self>) {
            let y = lift(self, x_dot).$hidden();
            (y.re, y.eps, Unchanged, move |x: &Self, x_dot: Option<&Self>, y_bar: Self, y_bar_dot: Self, x_bar: Option<&mut Self>, x_bar_dot: Option<&mut Self>| {
                add_dual(x_bar, x_bar_dot, || $name::pullback(lift(*x, x_dot), y, Dual::new(y_bar, y_bar_dot)));
            })
        }

        #[inline(always)]
        #[allow(clippy::type_complexity, clippy::too_many_arguments, reason = "the protocol of pullbacks")]
        fn $third(self, x_1: Option<&Self>, x_2: Option<&Self>, x_12: Option<&Self>) -> (
            Self, Self, Self, Self,
            Unchanged,
            Unchanged,
            Unchanged,
            impl FnOnce(&Self, Option<&Self>, Option<&Self>, Option<&Self>, Self, Self, Self, Self, Option<&mut Self>, Option<&mut Self>, Option<&mut Self>, Option<&mut Self>) + use<Self>,
        ) {
            let (y, y_dot, _, pullback) = lift(self, x_2).$second(lift_dot(x_1, x_12).as_ref());
            (
                y.re, y_dot.re, y.eps, y_dot.eps,
                Unchanged,
                Unchanged,
                Unchanged,
                move |x: &Self, x_1: Option<&Self>, x_2: Option<&Self>, x_12: Option<&Self>, g0: Self, g1: Self, g2: Self, g3: Self, x_bar0: Option<&mut Self>, x_bar1: Option<&mut Self>, x_bar2: Option<&mut Self>, x_bar3: Option<&mut Self>| {
                    let (mut x_sum, mut x_sum_dot) = (Dual::__ZERO, Dual::__ZERO);
                    pullback(&lift(*x, x_2), lift_dot(x_1, x_12).as_ref(), Dual::new(g0, g2), Dual::new(g1, g3), Some(&mut x_sum), Some(&mut x_sum_dot));
                    add_orders([x_bar0, x_bar1, x_bar2, x_bar3], x_sum, x_sum_dot);
                },
            )
        }
    )* };
    (binary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt $rule:tt)* }) => { $(
        #[inline(always)]
        fn $method(self, p: Self) -> (Self, impl FnOnce(&Self, &Self, Self, Option<&mut Self>, Option<&mut Self>)) {
            let y = self.$hidden(p);
            (y, move |x: &Self, p: &Self, y_bar: Self, x_bar: Option<&mut Self>, p_bar: Option<&mut Self>| {
                add(x_bar, || $name::pullback_0(*x, *p, y, y_bar));
                add(p_bar, || $name::pullback_1(*x, *p, y, y_bar));
            })
        }

        #[inline(always)]
        fn $forward(self, p: Self, x_dot: Option<&Self>, p_dot: Option<&Self>) -> (Self, Self, Unchanged) {
            let y = self.$hidden(p);
            let y_dot = part(x_dot, |x_dot| $name::pushforward_0(self, p, y, x_dot)) + part(p_dot, |p_dot| $name::pushforward_1(self, p, y, p_dot));
            (y, y_dot, Unchanged)
        }

        #[inline(always)]
        #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
        fn $second(
            self,
            p: Self,
            x_dot: Option<&Self>,
            p_dot: Option<&Self>,
        ) -> (
            Self,
            Self,
            Unchanged,
            impl FnOnce(
                &Self, &Self, Option<&Self>, Option<&Self>, Self, Self,
                Option<&mut Self>, Option<&mut Self>, Option<&mut Self>, Option<&mut Self>,
            ) + use<Self>,
        ) {
            let y = lift(self, x_dot).$hidden(lift(p, p_dot));
            (
                y.re,
                y.eps,
                Unchanged,
                move |x: &Self, p: &Self, x_dot: Option<&Self>, p_dot: Option<&Self>, y_bar: Self, y_bar_dot: Self,
                      x_bar: Option<&mut Self>, p_bar: Option<&mut Self>, x_bar_dot: Option<&mut Self>, p_bar_dot: Option<&mut Self>| {
                    let (x, p, y_bar) = (lift(*x, x_dot), lift(*p, p_dot), Dual::new(y_bar, y_bar_dot));
                    add_dual(x_bar, x_bar_dot, || $name::pullback_0(x, p, y, y_bar));
                    add_dual(p_bar, p_bar_dot, || $name::pullback_1(x, p, y, y_bar));
                },
            )
        }

        #[inline(always)]
        #[allow(clippy::type_complexity, clippy::too_many_arguments, reason = "the protocol of pullbacks")]
        fn $third(self, p: Self, x_1: Option<&Self>, p_1: Option<&Self>, x_2: Option<&Self>, p_2: Option<&Self>, x_12: Option<&Self>, p_12: Option<&Self>) -> (
            Self, Self, Self, Self,
            Unchanged,
            Unchanged,
            Unchanged,
            impl FnOnce(&Self, &Self, Option<&Self>, Option<&Self>, Option<&Self>, Option<&Self>, Option<&Self>, Option<&Self>, Self, Self, Self, Self, Option<&mut Self>, Option<&mut Self>, Option<&mut Self>, Option<&mut Self>, Option<&mut Self>, Option<&mut Self>, Option<&mut Self>, Option<&mut Self>) + use<Self>,
        ) {
            let (y, y_dot, _, pullback) = lift(self, x_2).$second(lift(p, p_2), lift_dot(x_1, x_12).as_ref(), lift_dot(p_1, p_12).as_ref());
            (
                y.re, y_dot.re, y.eps, y_dot.eps,
                Unchanged,
                Unchanged,
                Unchanged,
                move |x: &Self, p: &Self, x_1: Option<&Self>, p_1: Option<&Self>, x_2: Option<&Self>, p_2: Option<&Self>, x_12: Option<&Self>, p_12: Option<&Self>, g0: Self, g1: Self, g2: Self, g3: Self, x_bar0: Option<&mut Self>, p_bar0: Option<&mut Self>, x_bar1: Option<&mut Self>, p_bar1: Option<&mut Self>, x_bar2: Option<&mut Self>, p_bar2: Option<&mut Self>, x_bar3: Option<&mut Self>, p_bar3: Option<&mut Self>| {
                    let (mut x_sum, mut x_sum_dot) = (Dual::__ZERO, Dual::__ZERO); let (mut p_sum, mut p_sum_dot) = (Dual::__ZERO, Dual::__ZERO);
                    pullback(&lift(*x, x_2), &lift(*p, p_2), lift_dot(x_1, x_12).as_ref(), lift_dot(p_1, p_12).as_ref(), Dual::new(g0, g2), Dual::new(g1, g3), Some(&mut x_sum), Some(&mut p_sum), Some(&mut x_sum_dot), Some(&mut p_sum_dot));
                    add_orders([x_bar0, x_bar1, x_bar2, x_bar3], x_sum, x_sum_dot); add_orders([p_bar0, p_bar1, p_bar2, p_bar3], p_sum, p_sum_dot);
                },
            )
        }
    )* };
    (ternary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt $rule:tt)* }) => { $(
        #[inline(always)]
        #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
        fn $method(
            self,
            a: Self,
            b: Self,
        ) -> (Self, impl FnOnce(&Self, &Self, &Self, Self, Option<&mut Self>, Option<&mut Self>, Option<&mut Self>)) {
            let y = self.$hidden(a, b);
            (
                y,
                move |x: &Self,
                      a: &Self,
                      b: &Self,
                      y_bar: Self,
                      x_bar: Option<&mut Self>,
                      a_bar: Option<&mut Self>,
                      b_bar: Option<&mut Self>| {
                    add(x_bar, || $name::pullback_0(*x, *a, *b, y, y_bar));
                    add(a_bar, || $name::pullback_1(*x, *a, *b, y, y_bar));
                    add(b_bar, || $name::pullback_2(*x, *a, *b, y, y_bar));
                },
            )
        }

        #[inline(always)]
        fn $forward(
            self,
            a: Self,
            b: Self,
            x_dot: Option<&Self>,
            a_dot: Option<&Self>,
            b_dot: Option<&Self>,
        ) -> (Self, Self, Unchanged) {
            let y = self.$hidden(a, b);
            let y_dot = part(x_dot, |x_dot| $name::pushforward_0(self, a, b, y, x_dot))
                + part(a_dot, |a_dot| $name::pushforward_1(self, a, b, y, a_dot))
                + part(b_dot, |b_dot| $name::pushforward_2(self, a, b, y, b_dot));
            (y, y_dot, Unchanged)
        }

        #[inline(always)]
        #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
        fn $second(
            self,
            a: Self,
            b: Self,
            x_dot: Option<&Self>,
            a_dot: Option<&Self>,
            b_dot: Option<&Self>,
        ) -> (
            Self,
            Self,
            Unchanged,
            impl FnOnce(
                &Self, &Self, &Self, Option<&Self>, Option<&Self>, Option<&Self>, Self, Self,
                Option<&mut Self>, Option<&mut Self>, Option<&mut Self>, Option<&mut Self>, Option<&mut Self>, Option<&mut Self>,
            ) + use<Self>,
        ) {
            let y = lift(self, x_dot).$hidden(lift(a, a_dot), lift(b, b_dot));
            (
                y.re,
                y.eps,
                Unchanged,
                move |x: &Self, a: &Self, b: &Self, x_dot: Option<&Self>, a_dot: Option<&Self>, b_dot: Option<&Self>,
                      y_bar: Self, y_bar_dot: Self,
                      x_bar: Option<&mut Self>, a_bar: Option<&mut Self>, b_bar: Option<&mut Self>,
                      x_bar_dot: Option<&mut Self>, a_bar_dot: Option<&mut Self>, b_bar_dot: Option<&mut Self>| {
                    let (x, a, b) = (lift(*x, x_dot), lift(*a, a_dot), lift(*b, b_dot));
                    let y_bar = Dual::new(y_bar, y_bar_dot);
                    add_dual(x_bar, x_bar_dot, || $name::pullback_0(x, a, b, y, y_bar));
                    add_dual(a_bar, a_bar_dot, || $name::pullback_1(x, a, b, y, y_bar));
                    add_dual(b_bar, b_bar_dot, || $name::pullback_2(x, a, b, y, y_bar));
                },
            )
        }

        #[inline(always)]
        #[allow(clippy::type_complexity, clippy::too_many_arguments, reason = "the protocol of pullbacks")]
        fn $third(self, a: Self, b: Self, x_1: Option<&Self>, a_1: Option<&Self>, b_1: Option<&Self>, x_2: Option<&Self>, a_2: Option<&Self>, b_2: Option<&Self>, x_12: Option<&Self>, a_12: Option<&Self>, b_12: Option<&Self>) -> (
            Self, Self, Self, Self,
            Unchanged,
            Unchanged,
            Unchanged,
            impl FnOnce(&Self, &Self, &Self, Option<&Self>, Option<&Self>, Option<&Self>, Option<&Self>, Option<&Self>, Option<&Self>, Option<&Self>, Option<&Self>, Option<&Self>, Self, Self, Self, Self, Option<&mut Self>, Option<&mut Self>, Option<&mut Self>, Option<&mut Self>, Option<&mut Self>, Option<&mut Self>, Option<&mut Self>, Option<&mut Self>, Option<&mut Self>, Option<&mut Self>, Option<&mut Self>, Option<&mut Self>) + use<Self>,
        ) {
            let (y, y_dot, _, pullback) = lift(self, x_2).$second(lift(a, a_2), lift(b, b_2), lift_dot(x_1, x_12).as_ref(), lift_dot(a_1, a_12).as_ref(), lift_dot(b_1, b_12).as_ref());
            (
                y.re, y_dot.re, y.eps, y_dot.eps,
                Unchanged,
                Unchanged,
                Unchanged,
                move |x: &Self, a: &Self, b: &Self, x_1: Option<&Self>, a_1: Option<&Self>, b_1: Option<&Self>, x_2: Option<&Self>, a_2: Option<&Self>, b_2: Option<&Self>, x_12: Option<&Self>, a_12: Option<&Self>, b_12: Option<&Self>, g0: Self, g1: Self, g2: Self, g3: Self, x_bar0: Option<&mut Self>, a_bar0: Option<&mut Self>, b_bar0: Option<&mut Self>, x_bar1: Option<&mut Self>, a_bar1: Option<&mut Self>, b_bar1: Option<&mut Self>, x_bar2: Option<&mut Self>, a_bar2: Option<&mut Self>, b_bar2: Option<&mut Self>, x_bar3: Option<&mut Self>, a_bar3: Option<&mut Self>, b_bar3: Option<&mut Self>| {
                    let (mut x_sum, mut x_sum_dot) = (Dual::__ZERO, Dual::__ZERO); let (mut a_sum, mut a_sum_dot) = (Dual::__ZERO, Dual::__ZERO); let (mut b_sum, mut b_sum_dot) = (Dual::__ZERO, Dual::__ZERO);
                    pullback(&lift(*x, x_2), &lift(*a, a_2), &lift(*b, b_2), lift_dot(x_1, x_12).as_ref(), lift_dot(a_1, a_12).as_ref(), lift_dot(b_1, b_12).as_ref(), Dual::new(g0, g2), Dual::new(g1, g3), Some(&mut x_sum), Some(&mut a_sum), Some(&mut b_sum), Some(&mut x_sum_dot), Some(&mut a_sum_dot), Some(&mut b_sum_dot));
                    add_orders([x_bar0, x_bar1, x_bar2, x_bar3], x_sum, x_sum_dot); add_orders([a_bar0, a_bar1, a_bar2, a_bar3], a_sum, a_sum_dot); add_orders([b_bar0, b_bar1, b_bar2, b_bar3], b_sum, b_sum_dot);
                },
            )
        }
    )* };
    (integer { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt for $exponents:tt $rule:tt)* }) => { $(
        #[inline(always)]
        fn $method(self, n: i32) -> (Self, impl FnOnce(&Self, &i32, Self, Option<&mut Self>, Option<&mut ()>)) {
            let y = self.$hidden(n);
            (y, move |x: &Self, n: &i32, y_bar: Self, x_bar: Option<&mut Self>, _: Option<&mut ()>| {
                add(x_bar, || $name::pullback_0(*x, *n, y, y_bar));
            })
        }

        #[inline(always)]
        fn $forward(self, n: i32, x_dot: Option<&Self>, _: Option<&()>) -> (Self, Self, Unchanged) {
            let y = self.$hidden(n);
            (y, part(x_dot, |x_dot| $name::pushforward_0(self, n, y, x_dot)), Unchanged)
        }

        #[inline(always)]
        #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
        fn $second(
            self,
            n: i32,
            x_dot: Option<&Self>,
            _: Option<&()>,
        ) -> (
            Self,
            Self,
            Unchanged,
            impl FnOnce(
                &Self, &i32, Option<&Self>, Option<&()>, Self, Self,
                Option<&mut Self>, Option<&mut ()>, Option<&mut Self>, Option<&mut ()>,
            ) + use<Self>,
        ) {
            let y = lift(self, x_dot).$hidden(n);
            (
                y.re,
                y.eps,
                Unchanged,
                move |x: &Self, n: &i32, x_dot: Option<&Self>, _: Option<&()>, y_bar: Self, y_bar_dot: Self,
                      x_bar: Option<&mut Self>, _: Option<&mut ()>, x_bar_dot: Option<&mut Self>, _: Option<&mut ()>| {
                    add_dual(x_bar, x_bar_dot, || $name::pullback_0(lift(*x, x_dot), *n, y, Dual::new(y_bar, y_bar_dot)));
                },
            )
        }

        #[inline(always)]
        #[allow(clippy::type_complexity, clippy::too_many_arguments, reason = "the protocol of pullbacks")]
        fn $third(self, n: i32, x_1: Option<&Self>, _: Option<&()>, x_2: Option<&Self>, _: Option<&()>, x_12: Option<&Self>, _: Option<&()>) -> (
            Self, Self, Self, Self,
            Unchanged,
            Unchanged,
            Unchanged,
            impl FnOnce(&Self, &i32, Option<&Self>, Option<&()>, Option<&Self>, Option<&()>, Option<&Self>, Option<&()>, Self, Self, Self, Self, Option<&mut Self>, Option<&mut ()>, Option<&mut Self>, Option<&mut ()>, Option<&mut Self>, Option<&mut ()>, Option<&mut Self>, Option<&mut ()>) + use<Self>,
        ) {
            let (y, y_dot, _, pullback) = lift(self, x_2).$second(n, lift_dot(x_1, x_12).as_ref(), None);
            (
                y.re, y_dot.re, y.eps, y_dot.eps,
                Unchanged,
                Unchanged,
                Unchanged,
                move |x: &Self, n: &i32, x_1: Option<&Self>, _: Option<&()>, x_2: Option<&Self>, _: Option<&()>, x_12: Option<&Self>, _: Option<&()>, g0: Self, g1: Self, g2: Self, g3: Self, x_bar0: Option<&mut Self>, _: Option<&mut ()>, x_bar1: Option<&mut Self>, _: Option<&mut ()>, x_bar2: Option<&mut Self>, _: Option<&mut ()>, x_bar3: Option<&mut Self>, _: Option<&mut ()>| {
                    let (mut x_sum, mut x_sum_dot) = (Dual::__ZERO, Dual::__ZERO);
                    pullback(&lift(*x, x_2), n, lift_dot(x_1, x_12).as_ref(), None, Dual::new(g0, g2), Dual::new(g1, g3), Some(&mut x_sum), None, Some(&mut x_sum_dot), None);
                    add_orders([x_bar0, x_bar1, x_bar2, x_bar3], x_sum, x_sum_dot);
                },
            )
        }
    )* };
    (pair { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on $pieces:tt $rule:tt)* }) => { $(
        #[inline(always)]
        fn $method(self) -> ((Self, Self), impl FnOnce(&Self, (Self, Self), Option<&mut Self>)) {
            let y = self.$hidden();
            (y, move |x: &Self, y_bar: (Self, Self), x_bar: Option<&mut Self>| {
                add(x_bar, || $name::pullback(*x, y, y_bar));
            })
        }

        #[inline(always)]
        fn $forward(self, x_dot: Option<&Self>) -> ((Self, Self), (Self, Self), Unchanged) {
            let y = self.$hidden();
            let y_dot = x_dot.map_or((Self::__ZERO, Self::__ZERO), |x_dot| $name::pushforward(self, y, *x_dot));
            (y, y_dot, Unchanged)
        }

        #[inline(always)]
        #[allow(clippy::type_complexity, reason = "the protocol of pullbacks")]
        fn $second(
            self,
            x_dot: Option<&Self>,
        ) -> (
            (Self, Self),
            (Self, Self),
            Unchanged,
            impl FnOnce(&Self, Option<&Self>, (Self, Self), (Self, Self), Option<&mut Self>, Option<&mut Self>) + use<Self>,
        ) {
            let y = lift(self, x_dot).$hidden();
            (
                (y.0.re, y.1.re),
                (y.0.eps, y.1.eps),
                Unchanged,
                move |x: &Self, x_dot: Option<&Self>, g: (Self, Self), g_dot: (Self, Self),
                      x_bar: Option<&mut Self>, x_bar_dot: Option<&mut Self>| {
                    let g = (Dual::new(g.0, g_dot.0), Dual::new(g.1, g_dot.1));
                    add_dual(x_bar, x_bar_dot, || $name::pullback(lift(*x, x_dot), y, g));
                },
            )
        }

        #[inline(always)]
        #[allow(clippy::type_complexity, clippy::too_many_arguments, reason = "the protocol of pullbacks")]
        fn $third(self, x_1: Option<&Self>, x_2: Option<&Self>, x_12: Option<&Self>) -> (
            (Self, Self), (Self, Self), (Self, Self), (Self, Self),
            Unchanged,
            Unchanged,
            Unchanged,
            impl FnOnce(&Self, Option<&Self>, Option<&Self>, Option<&Self>, (Self, Self), (Self, Self), (Self, Self), (Self, Self), Option<&mut Self>, Option<&mut Self>, Option<&mut Self>, Option<&mut Self>) + use<Self>,
        ) {
            let (y, y_dot, _, pullback) = lift(self, x_2).$second(lift_dot(x_1, x_12).as_ref());
            (
                (y.0.re, y.1.re), (y_dot.0.re, y_dot.1.re), (y.0.eps, y.1.eps), (y_dot.0.eps, y_dot.1.eps),
                Unchanged,
                Unchanged,
                Unchanged,
                move |x: &Self, x_1: Option<&Self>, x_2: Option<&Self>, x_12: Option<&Self>, g0: (Self, Self), g1: (Self, Self), g2: (Self, Self), g3: (Self, Self), x_bar0: Option<&mut Self>, x_bar1: Option<&mut Self>, x_bar2: Option<&mut Self>, x_bar3: Option<&mut Self>| {
                    let (mut x_sum, mut x_sum_dot) = (Dual::__ZERO, Dual::__ZERO);
                    pullback(&lift(*x, x_2), lift_dot(x_1, x_12).as_ref(), (Dual::new(g0.0, g2.0), Dual::new(g0.1, g2.1)), (Dual::new(g1.0, g3.0), Dual::new(g1.1, g3.1)), Some(&mut x_sum), Some(&mut x_sum_dot));
                    add_orders([x_bar0, x_bar1, x_bar2, x_bar3], x_sum, x_sum_dot);
                },
            )
        }
    )* };
}

/// The methods of numbers that generated code calls where it does not know that the receiver is a number.
///
/// Each gives the value of the method of the same name without the suffix, and a pullback. A pullback takes every argument again by
/// reference, then the seed, then for each argument the cotangent that it adds to. The one for forward mode takes the tangents of
/// the arguments behind them, and gives value and tangent. A partial is a number, so both directions multiply with the same one. The
/// one for second derivatives gives value, tangent and a pullback with tangents: the rule on dual numbers. The one for third derivatives
/// has tangents in two directions and in both at once: it is the one for second derivatives on dual numbers.
#[doc(hidden)]
pub trait FloatMethods: Real {
    for_each_rule!(methods);
}

impl<T: Real> FloatMethods for T {}

#[cfg(test)]
mod kinks;
#[cfg(test)]
mod tests;
