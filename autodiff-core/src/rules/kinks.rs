//! The entries of `docs/kinks.md`, one assertion each.

use alloc::vec;

use super::*;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

/// Equal, where NaN equals NaN.
#[track_caller]
fn is<const N: usize>(found: [f64; N], expected: [f64; N]) {
    for (a, b) in found.iter().zip(&expected) {
        assert!(a == b || a.is_nan() && b.is_nan(), "{found:?} is not {expected:?}");
    }
}

macro_rules! unary {
    ($name:ident($x:expr)) => {{
        let x: f64 = $x;
        [$name::pullback(x, x.$name(), 1.0)]
    }};
}

macro_rules! binary {
    ($name:ident($x:expr, $p:expr)) => {{
        let (x, p): (f64, f64) = ($x, $p);
        #[allow(deprecated, reason = "`abs_sub` is")]
        let y = x.$name(p);
        [$name::pullback_0(x, p, y, 1.0), $name::pullback_1(x, p, y, 1.0)]
    }};
}

#[test]
fn singular_points_show() {
    is(unary!(sqrt(0.0)), [INF]);
    is(unary!(sqrt(-0.0)), [-INF]);
    is(unary!(sqrt(-1.0)), [NAN]);
    is(unary!(cbrt(0.0)), [INF]);
    is(unary!(recip(0.0)), [-INF]);
    for log in [ln::pullback::<f64>, log2::pullback, log10::pullback] {
        is([log(0.0, -INF, 1.0)], [INF]);
    }
    is(unary!(ln(-1.0)), [-1.0]);
    is(unary!(ln_1p(-1.0)), [INF]);
    is(unary!(asin(1.0)), [INF]);
    is(unary!(asin(-1.0)), [INF]);
    is(unary!(acos(1.0)), [-INF]);
    is(unary!(acos(-1.0)), [-INF]);
    is(unary!(acosh(1.0)), [INF]);
    is(unary!(atanh(1.0)), [INF]);
    is(unary!(atanh(-1.0)), [INF]);
    is(binary!(atan2(0.0, 0.0)), [NAN, NAN]);
}

#[test]
fn absolute_values() {
    is(unary!(abs(0.0)), [0.0]);
    is(unary!(abs(-0.0)), [0.0]);
    is(unary!(abs(NAN)), [NAN]);
    is(binary!(hypot(0.0, 0.0)), [0.0, 0.0]);
    is(binary!(copysign(0.0, 1.0)), [0.0, 0.0]);
    is(binary!(copysign(-2.0, 1.0)), [-1.0, 0.0]);
}

#[test]
fn steps_are_flat() {
    for x in [0.0, 1.0, -1.0, 0.5, 2.5] {
        is(unary!(signum(x)), [0.0]);
        is(unary!(floor(x)), [0.0]);
        is(unary!(ceil(x)), [0.0]);
        is(unary!(trunc(x)), [0.0]);
        is(unary!(round(x)), [0.0]);
        is(unary!(round_ties_even(x)), [0.0]);
        is(unary!(fract(x)), [1.0]);
    }
}

#[test]
fn ties_and_nan() {
    is(binary!(max(2.0, 2.0)), [0.5, 0.5]);
    is(binary!(min(2.0, 2.0)), [0.5, 0.5]);
    is(binary!(max(NAN, 1.0)), [0.0, 1.0]);
    is(binary!(max(1.0, NAN)), [1.0, 0.0]);
    is(binary!(min(NAN, 1.0)), [0.0, 1.0]);
    is(binary!(min(1.0, NAN)), [1.0, 0.0]);
    is(binary!(abs_sub(2.0, 2.0)), [0.0, 0.0]);
    let clamped = |x: f64, a, b| {
        let y = x.clamp(a, b);
        [clamp::pullback_0(x, a, b, y, 1.0), clamp::pullback_1(x, a, b, y, 1.0), clamp::pullback_2(x, a, b, y, 1.0)]
    };
    is(clamped(-1.0, -1.0, 1.0), [0.5, 0.5, 0.0]);
    is(clamped(1.0, -1.0, 1.0), [0.5, 0.0, 0.5]);
    is(clamped(1.0, 1.0, 1.0), [0.0, 0.5, 0.5]);
    is(clamped(NAN, -1.0, 1.0), [1.0, 0.0, 0.0]);
}

#[test]
fn powers() {
    is(binary!(powf(0.0, 0.0)), [0.0, 0.0]);
    is(binary!(powf(0.0, 1.0)), [1.0, 0.0]);
    is(binary!(powf(0.0, 0.5)), [INF, 0.0]);
    is(binary!(powf(0.0, -1.0)), [-INF, -INF]);
    is(binary!(powf(-2.0, 2.0)), [-4.0, NAN]);
    is([powi::pullback_0(0.0, 0, 1.0, 1.0)], [0.0]);
    is([powi::pullback_0(0.0, 1, 0.0, 1.0)], [1.0]);
}

#[test]
fn remainders() {
    is(binary!(rem_euclid(6.0, 3.0)), [1.0, -2.0]);
    is(binary!(rem_euclid(-6.0, 3.0)), [1.0, 2.0]);
    is(binary!(div_euclid(6.0, 3.0)), [0.0, 0.0]);
}

#[test]
fn activations() {
    macro_rules! slope {
        ($name:ident($x:expr)) => {{
            let mut bar = 0.0_f64;
            (functions::$name::pull($x).1)(&$x, 1.0, Some(&mut bar));
            [bar]
        }};
        ($name:ident($x:expr, $p:expr)) => {{
            let mut bar = 0.0_f64;
            (functions::$name::pull($x, $p).1)(&$x, &$p, 1.0, Some(&mut bar), None);
            [bar]
        }};
    }
    is(slope!(relu(0.0)), [0.0]);
    is(slope!(leaky_relu(0.0, 0.1)), [0.1]);
    is(slope!(elu(0.0, 1.0)), [1.0]);
    is(slope!(softplus(0.0)), [0.5]);
    let x = [-INF, -INF];
    let mut bar = vec![0.0; 2];
    (functions::logsumexp::pull(&x).1)(&x, 1.0, Some(&mut bar));
    is([bar[0], bar[1]], [NAN, NAN]);
}

/// Operands that the macro does not hand over may be anything.
#[test]
fn rules_do_not_read_more_than_they_say() {
    let (x, g) = (0.3_f64, 1.5);
    macro_rules! result_only { ($($name:ident)*) => { $(
        let y = x.$name();
        is([$name::pullback(NAN, y, g)], [$name::pullback(x, y, g)]);
    )* }; }
    result_only!(exp tanh sqrt exp2 recip);
    macro_rules! inputs_only { ($($name:ident)*) => { $(
        is([$name::pullback(x, NAN, g)], [$name::pullback(x, x.$name(), g)]);
    )* }; }
    inputs_only!(sin cos ln ln_1p log2 log10 abs atan asin acos sinh cosh asinh atanh);
    inputs_only!(signum floor ceil round trunc fract to_radians to_degrees);
    is([acosh::pullback(1.3, NAN, g)], [acosh::pullback(1.3, 1.3_f64.acosh(), g)]);
    for n in [i32::MIN, -2, 0, 3] {
        is([powi::pullback_0(x, n, NAN, g)], [powi::pullback_0(x, n, x.powi(n), g)]);
    }
    for p in [0.2, 0.3, 0.4, NAN] {
        let [a, b] = binary!(max(x, p));
        is([max::pullback_0(x, p, NAN, 1.0), max::pullback_1(x, p, NAN, 1.0)], [a, b]);
        let [a, b] = binary!(min(x, p));
        is([min::pullback_0(x, p, NAN, 1.0), min::pullback_1(x, p, NAN, 1.0)], [a, b]);
    }
    is([mul_add::pullback_0(x, 2.0, 3.0, NAN, g), mul_add::pullback_1(x, 2.0, 3.0, NAN, g)], [2.0 * g, x * g]);
    is([mul_add::pullback_2(x, 2.0, 3.0, NAN, g), clamp::pullback_0(x, 0.0, 1.0, NAN, g)], [g, g]);
    is([clamp::pullback_1(x, 0.5, 1.0, NAN, g), clamp::pullback_2(x, 0.0, 0.2, NAN, g)], [g, g]);
}
