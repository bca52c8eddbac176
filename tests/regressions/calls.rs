//! Calls, receivers and arguments.

use approx::assert_relative_eq;
use autodiff_core::{Differentiable, differentiate};

#[differentiate]
pub(super) fn last_of(x: &[f64], y: f64) -> f64 {
    x[x.len() - 1] * y
}

#[differentiate]
fn array_for_a_slice(z: [f64; 3]) -> f64 {
    last_of(&z, z[1])
}

#[differentiate]
fn its_caller(z: [f64; 3]) -> f64 {
    array_for_a_slice(z) * array_for_a_slice([z[2], z[0], 2.0])
}

/// The buffer of an array parameter was handed on, inside a pullback, where that of a slice was expected.
#[test]
fn a_pullback_hands_the_buffer_of_an_array_on_as_that_of_a_slice() {
    let (value, bar) = its_caller_grad([2.0, 3.0, 5.0]);
    // (z1 z2) (2 z0)
    assert_eq!(value, 60.0);
    assert_eq!(bar, [30.0, 20.0, 12.0]);
}

#[differentiate]
fn identity(x: f64) -> f64 {
    x
}

/// The tangent was 0 where a parameter is the result.
#[test]
fn the_tangent_of_the_identity_is_that_of_its_argument() {
    assert_eq!(identity_jvp(2.0, 3.0), (2.0, 3.0));
    assert_eq!(identity_grad(2.0), (2.0, 1.0));
}

#[derive(Clone, Copy, Debug, Differentiable)]
pub(super) struct State {
    pub x: f64,
    pub y: [f64; 2],
}

#[differentiate]
impl State {
    fn advance(&mut self, t: f64) -> f64 {
        self.x += t * self.y[0];
        self.x * self.y[1]
    }
}

#[differentiate]
fn of_a_temporary(v: f64) -> f64 {
    State { x: 0.5, y: [v, v * v] }.advance(v)
}

/// The temporary was not declared `mut`.
#[test]
fn a_method_may_write_to_a_temporary() {
    // (0.5 + v²) v²
    let (value, bar) = of_a_temporary_grad(3.0);
    assert_eq!(value, 85.5);
    assert_relative_eq!(bar, 3.0 + 4.0 * 27.0, max_relative = 1e-14);
    assert_relative_eq!(of_a_temporary_jvp(3.0, 0.5).1, 0.5 * bar, max_relative = 1e-14);
}

#[derive(Clone, Debug, Differentiable)]
struct Holder {
    a: f64,
    this: f64,
}

impl Holder {
    #[differentiate]
    fn with_a_local_of_that_name(mut self, k: f64) -> f64 {
        let this = k * 2.0;
        self.a *= this;
        self.a + this * self.this
    }
}

/// `mut self` became a local called `this`, which the user's own then hid.
#[test]
fn mut_self_beside_a_local_called_this() {
    let (value, (own, k)) = Holder { a: 3.0, this: 5.0 }.with_a_local_of_that_name_grad(0.5);
    assert_eq!((value, own.a, own.this, k), (8.0, 1.0, 1.0, 16.0));
}

#[derive(Clone)]
enum Letter {
    A,
    B,
}

#[differentiate(wrt(k))]
fn left_out(k: f64, text: &[Letter], more: (f64, Option<Letter>)) -> f64 {
    let mut s = 1.0;
    for letter in text {
        s *= match letter {
            Letter::A => k,
            Letter::B => k * k,
        };
    }
    s * more.0
}

#[differentiate]
fn its_user(k: f64) -> f64 {
    left_out(k, &[Letter::A, Letter::B], (2.0, Some(Letter::A)))
}

/// `wrt` left out parameters of the user's types, but not slices of them, where these have no cotangent.
#[test]
fn wrt_leaves_out_slices_of_types_without_a_cotangent() {
    assert_eq!(left_out_grad(3.0, &[Letter::B], (1.0, None)), (9.0, 6.0));
    assert_eq!(its_user_grad(3.0), (54.0, 54.0));
}

#[differentiate]
fn scaled_in_place(v: &mut [f64; 3], k: f64) -> f64 {
    v[0] *= k;
    v[0] + v[2]
}

#[differentiate]
fn of_two_temporaries(x: f64, k: f64) -> f64 {
    scaled_in_place(&mut [x; 3], k) * scaled_in_place(&mut [1.0, x, 2.0], k)
}

/// Temporaries behind `&mut` were not declared `mut`, or not recognised as arguments that are written to.
#[test]
fn temporaries_that_are_written_to() {
    let gradient = |p: &[f64]| {
        let (x, k) = of_two_temporaries_grad(p[0], p[1]).1;
        vec![x, k]
    };
    autodiff_core::check_gradient(|p| of_two_temporaries(p[0], p[1]), gradient, &[0.7, 1.3]).unwrap();
}

mod in_and_out {
    use super::*;

    #[differentiate]
    fn down(levels: usize, t: f64, w: &[f64]) -> f64 {
        if levels == 0 {
            return t * w[0];
        }
        down(levels - 1, t * t, w) * w[1] + down(levels - 1, t, &[t, w[0]])
    }

    #[differentiate]
    fn of_vector(k: f64, v: Vec<f64>) -> f64 {
        k * down(2, k, &v)
    }

    #[differentiate]
    fn of_array(k: f64, v: [f64; 2]) -> f64 {
        k * down(2, k, &v) * down(1, v[0], &v)
    }

    #[differentiate]
    fn of_both(a: f64, b: f64) -> f64 {
        of_vector(a, vec![a, b]) * of_array(b, [b, a * b])
    }

    /// The pullback of a function that calls itself is boxed, and did not take the buffer of a vector as that of a slice.
    #[test]
    fn vectors_lent_to_a_function_that_calls_itself() {
        let gradient = |p: &[f64]| {
            let (a, b) = of_both_grad(p[0], p[1]).1;
            vec![a, b]
        };
        autodiff_core::check_gradient(|p| of_both(p[0], p[1]), gradient, &[0.7, 1.3]).unwrap();
    }

    #[differentiate]
    fn through_a_block(a: f64, b: f64) -> f64 {
        let x: f64 = 'block: {
            let y = if a > 1.0 {
                if b > 1.0 {
                    return a * b;
                }
                a * a
            } else {
                a
            };
            if y > 0.8 {
                break 'block y * b;
            }
            y + b
        };
        x * a
    }

    /// A `let` with a labelled block that also leaves the function was refused.
    #[test]
    fn labelled_block_that_returns() {
        let gradient = |p: &[f64]| {
            let (a, b) = through_a_block_grad(p[0], p[1]).1;
            vec![a, b]
        };
        for point in [[0.7, 1.3], [0.9, 1.3], [1.7, 1.3], [1.7, 0.3]] {
            autodiff_core::check_gradient(|p| through_a_block(p[0], p[1]), gradient, &point).unwrap();
        }
    }
}

mod methods_by_name {
    use super::*;

    #[differentiate]
    fn generic<T: autodiff_core::Scalar>(z: T, v: &[T]) -> T {
        v.iter().map(|m| *m * z).fold(z, T::max) * v.iter().copied().map(T::sin).reduce(T::min).unwrap_or(z)
    }

    #[differentiate]
    fn concrete(z: f64, v: &[f64]) -> f64 {
        let w: Vec<f64> = v.iter().copied().map(f64::exp).collect();
        let both = v.iter().copied().map(f64::sin_cos).map(|(a, b)| a * b).sum::<f64>();
        v.iter().map(|m| *m * z).fold(z, f64::max) * w[1] * v.first().copied().map(f64::cos).unwrap_or(1.0) + both
    }

    #[differentiate]
    fn of_numbers(a: f64, b: f64) -> f64 {
        generic(a, &[a, b, a * b]) * concrete(b, &[a, b, a * b])
    }

    /// A number's method handed to `fold` or `map` by its name was only known of `f64`, not of a type parameter.
    #[test]
    fn handed_to_iterators() {
        let gradient = |p: &[f64]| {
            let (a, b) = of_numbers_grad(p[0], p[1]).1;
            vec![a, b]
        };
        for point in [[0.7, 0.3], [0.7, 1.3]] {
            autodiff_core::check_gradient(|p| of_numbers(p[0], p[1]), gradient, &point).unwrap();
        }
    }
}

mod names_of_cotangents {
    use super::*;

    #[differentiate(hessian)]
    fn beside_its_bar(x: f64, x_bar: &[f64], x_dot: f64) -> f64 {
        x * x * x_bar[0] * x_bar[1] * x_dot
    }

    /// The tangent of `x_bar` and that of the cotangent of `x` had one name.
    #[test]
    fn a_parameter_named_like_the_cotangent_of_another() {
        let (value, (x, x_bar, x_dot), product) = beside_its_bar_hvp(2.0, &[3.0, 5.0], 7.0, (1.0, &[0.0, 0.0], 0.0));
        assert_eq!((value, x, x_bar, x_dot), (420.0, 420.0, vec![140.0, 84.0], 60.0));
        assert_eq!(product, (210.0, vec![140.0, 84.0], 60.0));
    }
}

mod receivers_without_names {
    use super::*;

    #[derive(Clone, Differentiable)]
    struct Pair {
        x: f64,
        y: f64,
    }

    #[differentiate]
    impl Pair {
        fn times(&self, k: f64) -> f64 {
            self.x * self.y * k
        }
    }

    #[differentiate]
    fn in_loops(a: f64, s: f64) -> f64 {
        let mut y = a;
        for _ in 0..2 {
            for _ in 0..2 {
                y = if y < 0.9 { s / (1.5 + Pair { x: s, y }.times(y) * Pair { x: y, y: s }.times(s)) } else { s * y };
                y += s * s;
            }
        }
        y
    }

    /// The value was moved into a variable of its own, and used again.
    #[test]
    fn that_are_not_copy() {
        let gradient = |p: &[f64]| {
            let (a, s) = in_loops_grad(p[0], p[1]).1;
            vec![a, s]
        };
        for point in [[0.7, 0.3], [0.2, 0.6]] {
            autodiff_core::check_gradient(|p| in_loops(p[0], p[1]), gradient, &point).unwrap();
        }
    }
}

/// What a function inside says of its parameters was not known in its body: the ends of its slices were refused.
#[test]
fn ends_of_the_slices_of_an_inner_function() {
    #[differentiate]
    fn outer(v: &[f64], y: f64) -> f64 {
        fn inner(y: f64, part: &[f64]) -> f64 {
            let last = part.last().map_or(y, |p| p * y);
            let (low, high) = part.split_at(part.len() / 2);
            let between = match (low.last(), high.first()) {
                (Some(l), Some(h)) => l * h,
                _ => y * y,
            };
            let between = if let Some((l, before)) = low.split_last() { between * l + before.iter().sum::<f64>() * y } else { between };
            if let Some((p, rest)) = part.split_first() { p * last * between + rest.len() as f64 * y } else { last }
        }
        let twice = |part: &[f64]| part.get(1).copied().unwrap_or(y) * 2.0;
        inner(y, v) * twice(v) + inner(y * y, &v[1..]) + inner(v[0] * y, &v[..1])
    }

    let point = [0.7, 1.1, -0.4, 1.9, 0.3];
    let gradient = |p: &[f64]| {
        let (mut v, y) = outer_grad(&p[1..], p[0]).1;
        v.insert(0, y);
        v
    };
    autodiff_core::check_gradient(|p| outer(&p[1..], p[0]), gradient, &point).unwrap();
    let (value, (v, y)) = outer_vjp(&point[1..], point[0], -1.5);
    assert_eq!(value, outer(&point[1..], point[0]));
    for (seeded, one) in v.iter().chain([&y]).zip(gradient(&point)[1..].iter().chain([&gradient(&point)[0]])) {
        assert_relative_eq!(*seeded, -1.5 * one, max_relative = 1e-12);
    }
    let directions = ([0.5, -1.0, 2.0, 0.25], 1.5);
    let along = outer_jvp(&point[1..], point[0], (&directions.0, directions.1)).1;
    let want = v.iter().zip(directions.0).map(|(g, d)| g * d).sum::<f64>() + y * directions.1;
    assert_relative_eq!(-1.5 * along, want, max_relative = 1e-12);
}

/// A sum that was handed over once per direction: only its first term was borrowed.
#[test]
fn sums_as_arguments_of_methods_in_lanes() {
    use autodiff_core::{InLanes, OfLanes};

    #[differentiate(lanes)]
    fn angle(s: super::fields::Place, k: f64) -> f64 {
        s.x.atan2(1.0 + (0.5_f64).abs()) * k
    }

    let s = super::fields::Place { x: 0.7, n: 2 };
    let zero = (autodiff_core::Differentiable::zero_cotangent(&s), 0.0);
    let mut lanes = InLanes::<2>::zero_lanes(&zero);
    let mut first = zero.clone();
    first.0.x = 1.0;
    lanes.set_lane(0, &first);
    lanes.set_lane(1, &(zero.0.clone(), -2.0));
    let (value, dots) = angle_jvp_lanes(s, 3.0, lanes);
    assert_eq!(value, angle(s, 3.0));
    assert_relative_eq!(dots.lane(0), 3.0 * 1.5 / (1.5 * 1.5 + 0.7 * 0.7), max_relative = 1e-12);
    assert_relative_eq!(dots.lane(1), -2.0 * (0.7_f64).atan2(1.5), max_relative = 1e-12);
}

/// What `unwrap_or` gets was only read where the option is empty, and `f_grad` and `f_jvp` did not panic where `f` does.
#[test]
fn what_an_option_may_need_is_read_beforehand() {
    #[differentiate]
    fn chosen(a: &[f64], z: &[f64]) -> f64 {
        let acc = Some(a[0]);
        acc.map(|y| acc.unwrap_or(z[1]) * y).unwrap_or(0.0)
    }

    assert_eq!(chosen_vjp(&[1.5], &[0.0, 1.0], -2.0), (2.25, (vec![-6.0], vec![0.0, 0.0])));
    let panics = |f: &dyn Fn() -> f64| std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).is_err();
    assert!(panics(&|| chosen(&[1.0], &[])));
    assert!(panics(&|| chosen_grad(&[1.0], &[]).0));
    assert!(panics(&|| chosen_jvp(&[1.0], &[], (&[1.0], &[])).0));
}

/// An array of plain numbers that is made in the call of a function that calls itself: `&&[f64; 3]` in generated code.
#[test]
fn plain_arrays_for_functions_that_call_themselves() {
    #[differentiate]
    fn halved(n: usize, x: f64, w: &[f64]) -> f64 {
        let mut m = n;
        if n == 0 {
            return x * w[0];
        }
        m += 1;
        halved(n - 1, x * x, &[m as f64, 1.5, 0.5]) + halved(n - 1, x, w)
    }

    // 2 x⁴ + 3 x² + 2 x² + x w
    assert_eq!(halved_vjp(2, 0.5, &[1.0], -2.0), (1.875, (-14.0, vec![-1.0])));
}

/// The value of an operator that is lent to a function: `&a / b` in generated code, where `&(a / b)` was meant.
#[test]
fn values_of_operators_that_are_lent() {
    #[derive(Clone, Debug, PartialEq, autodiff_core::Differentiable)]
    struct Scale {
        by: f64,
    }

    impl std::ops::Div<f64> for Scale {
        type Output = Self;

        fn div(self, by: f64) -> Self {
            Self { by: self.by / by }
        }
    }

    #[differentiate]
    fn scaled(s: &Scale, x: f64) -> f64 {
        s.by * x * x
    }

    #[differentiate]
    fn by_steps(n: usize, s: &Scale, x: f64) -> f64 {
        if n == 0 { scaled(s, x) } else { by_steps(n - 1, &(Scale { by: 3.0 } / 4.0), x) * x }
    }

    #[differentiate]
    fn once(x: f64) -> f64 {
        let mut n = 2;
        let y = scaled(&(Scale { by: 3.0 } / f64::from(n)), x);
        n += 1;
        y * f64::from(n)
    }

    let (value, slots) = by_steps_vjp(2, &Scale { by: 5.0 }, 2.0, -2.0);
    assert_eq!((value, slots.1), (0.75 * 16.0, -2.0 * 0.75 * 32.0));
    assert_eq!(once_vjp(2.0, -2.0), (18.0, -36.0));
}

/// What a function writes without numbers is not at hand in its pullback.
mod signs_handed_on {
    use super::*;

    #[differentiate]
    fn logarithm(x: f64, sign: &mut i32) -> f64 {
        *sign = if x < 0.0 { -1 } else { 1 };
        x.abs().ln() * x
    }

    #[differentiate]
    fn ratio(a: f64, b: f64, sign: &mut i32) -> f64 {
        let first = logarithm(b, sign) - b * a.ln();
        let before = *sign as f64;
        first + logarithm(a - b, sign) * before
    }

    #[differentiate]
    fn through(v: &[f64], sign: &mut i32) -> f64 {
        let mut s = 0.0;
        for x in v {
            s += ratio(v[0] * v[0] + 1.0, *x, sign) * (*sign + 3) as f64;
        }
        s
    }

    #[test]
    fn of_what_is_handed_on_nothing_is_captured() {
        let at = [0.3, -0.5, 2.0];
        let f = |v: &[f64]| through(v, &mut 0);
        let (value, bars) = through_vjp(&at, &mut 0, -2.0);
        assert_eq!(value.to_bits(), f(&at).to_bits());
        autodiff_core::check_gradient(|v| -2.0 * f(v), |_| bars.clone(), &at).unwrap();
        let tangent = through_jvp(&at, &mut 0, &[1.0, 0.5, -1.5]).1;
        assert_relative_eq!(tangent, -0.5 * (bars[0] + 0.5 * bars[1] - 1.5 * bars[2]), max_relative = 1e-12);
    }
}

/// A table that a function declares was handed to the pullback behind two references.
mod tables_of_a_function {
    use super::*;

    #[differentiate]
    fn powers(x: f64, y: f64, table: &[(i32, i32, f64)]) -> f64 {
        let mut value = 0.0;
        for e in table {
            value += e.2 * x.powi(e.0) * y.powi(e.1);
        }
        value
    }

    #[differentiate]
    #[allow(non_upper_case_globals)]
    fn viscosity(density: f64, temperature: f64) -> f64 {
        const ijH: [(i32, i32, f64); 3] = [(0, 0, 0.5), (1, 2, -0.3), (3, 1, 0.2)];
        let sum = powers(1.0 / temperature - 1.0, density - 1.0, &ijH);
        (density * sum).exp() * powers(sum, density, &[(1, 1, 0.5)])
    }

    #[test]
    fn are_lent_once() {
        let at = [1.3, 0.8];
        let f = |v: &[f64]| viscosity(v[0], v[1]);
        let (value, bars) = viscosity_vjp(at[0], at[1], -2.0);
        assert_eq!(value.to_bits(), f(&at).to_bits());
        autodiff_core::check_gradient(|v| -2.0 * f(v), |_| bars, &at).unwrap();
        let tangent = viscosity_jvp(at[0], at[1], (0.5, -1.5)).1;
        assert_relative_eq!(tangent, -0.5 * (0.5 * bars.0 - 1.5 * bars.1), max_relative = 1e-12);
    }
}

/// The reverse sweep of a function that calls itself stands in a function of its own, which did not have the constants of the other.
#[test]
fn items_of_functions_that_call_themselves() {
    #[differentiate(off(partials))]
    fn series(n: usize, x: f64) -> f64 {
        const SCALE: f64 = 0.5;
        const TABLE: [f64; 3] = [1.0, -2.0, 3.0];
        if n == 0 {
            return x * SCALE;
        }
        let y = series(n - 1, x * TABLE[n]);
        y * (y + SCALE) / TABLE[n]
    }

    // y = -x, then y (y + 1/2) / -2
    let (value, slope) = series_vjp(1, 1.5, -2.0);
    assert_eq!(value, -1.5 * (-1.5 + 0.5) / -2.0);
    assert_eq!(slope, -2.0 * (2.0 * -1.5 + 0.5) * -1.0 / -2.0);
    let h = 1e-6;
    let (value, slope) = series_grad(2, 0.3);
    assert_eq!(value, series(2, 0.3));
    assert_relative_eq!(slope, (series(2, 0.3 + h) - series(2, 0.3 - h)) / (2.0 * h), max_relative = 1e-8);
}

/// What a call is handed is evaluated in turn: arguments in front of one that changes something were read behind it.
mod arguments_in_turn {
    use autodiff_core::{Differentiable, differentiate};

    #[differentiate]
    fn times(n: usize, x: f64) -> f64 {
        n as f64 * x * x
    }

    #[differentiate]
    fn mixed(x: f64, y: f64) -> f64 {
        x * x + 3.0 * y
    }

    #[derive(Clone, Differentiable)]
    struct Walk {
        x: f64,
        n: usize,
    }

    #[differentiate]
    impl Walk {
        fn step(&mut self, by: f64) -> f64 {
            self.n += 1;
            self.x *= by;
            self.x
        }
    }

    #[differentiate]
    fn lists(v: &[f64]) -> f64 {
        let mut st = v.to_vec();
        let a = times(st.len(), st.pop().unwrap_or(0.5));
        let g = |n: usize, x: f64| n as f64 * x;
        let b = g(st.len(), st.pop().unwrap_or(0.5));
        let mut take = || st.pop().unwrap_or(0.25);
        a * b + mixed(take(), take())
    }

    #[differentiate]
    fn numbers(v: &[f64]) -> f64 {
        let (mut x, mut k) = (v[0], 1);
        let a = mixed(x, {
            x = x * 2.0 + v[1];
            x
        });
        let b = times(
            {
                k += 1;
                k
            },
            v[0] * k as f64,
        );
        let c = times(k, {
            k += 2;
            v[1] * k as f64
        });
        a + b * c + x
    }

    #[differentiate]
    fn methods(v: &[f64]) -> f64 {
        let mut r = Walk { x: v[0], n: 2 };
        let a = times(r.n, r.step(v[1]));
        let b = mixed(r.x, r.step(v[1]));
        let c = mixed(r.step(v[0]), r.x);
        a * b + c
    }

    #[differentiate]
    fn total(a: [f64; 3], y: f64) -> f64 {
        a[0] * a[1] * y + a[2]
    }

    #[differentiate]
    fn product(p: (f64, f64), y: f64) -> f64 {
        p.0 * p.1 * y
    }

    #[derive(Clone, Copy, Differentiable)]
    struct Turned {
        a: [f64; 3],
    }

    #[differentiate]
    impl Turned {
        fn turn(&mut self, by: f64) -> f64 {
            self.a.rotate_left(1);
            self.a[0] *= by;
            self.a[0]
        }
    }

    #[differentiate]
    fn of_turned(t: Turned, y: f64) -> f64 {
        total(t.a, y)
    }

    #[differentiate]
    fn wholes(v: &[f64]) -> f64 {
        let mut a = [v[0], v[1], v[2]];
        let first = total(a, {
            a[1] = 3.0 * v[3];
            a[1]
        });
        let mut t = (v[0], v[1]);
        let second = product(t, {
            t.0 *= 2.0 * v[2];
            t.0
        });
        let third = product((a[0], t.1), {
            a[0] *= v[3];
            t.1 += a[0];
            t.1
        });
        let mut r = Turned { a };
        let fourth = total(r.a, r.turn(v[1]));
        let fifth = of_turned(r, r.turn(v[0]));
        let local = |a: [f64; 3], y: f64| a[0] * y + a[1] * a[2];
        let sixth = local(r.a, r.turn(v[2]));
        first * second + third - fourth * sixth + fifth + r.a[1]
    }

    #[derive(Clone, Differentiable)]
    struct Moved {
        x: f64,
    }

    #[differentiate]
    fn of_moved(m: Moved, y: f64) -> f64 {
        m.x * m.x * y
    }

    #[differentiate]
    fn moves(v: &[f64]) -> f64 {
        let (m, mut k) = (Moved { x: v[0] }, v[1]);
        of_moved(m, {
            k *= v[2];
            k
        }) * k
    }

    #[differentiate]
    fn doubled(r: &mut f64) -> f64 {
        *r *= 2.0;
        *r * *r
    }

    #[differentiate]
    fn through(r: &mut f64) -> f64 {
        mixed(*r, doubled(r)) + mixed(doubled(r), *r)
    }

    #[differentiate]
    fn references(v: &[f64]) -> f64 {
        let mut x = v[0] * v[1];
        through(&mut x) + x * v[2]
    }

    #[differentiate]
    fn literals(v: &[f64]) -> f64 {
        let mut a = [v[0], v[1], v[2]];
        let list = [
            a[0],
            {
                a[0] += v[1] * v[1];
                a[0]
            },
            a[0],
        ];
        let pair = (a[2], {
            a[2] *= v[3];
            a[2]
        });
        let walk = Walk {
            x: a[1],
            n: {
                a[1] = v[0] * 5.0;
                2
            },
        };
        let sum = a[1] * {
            a[1] = v[3];
            a[1]
        };
        let some = Some((a[2], {
            a[2] = v[0] * a[1];
            a[2]
        }));
        let more = vec![a[2], std::mem::replace(&mut a[2], v[1]), a[2]];
        let (s, t) = some.unwrap_or((1.0, 2.0));
        list[0] * list[1] * list[2] + pair.0 * pair.0 * pair.1 + walk.x * walk.n as f64 * sum + a[1] * s * s * t
            - more[0] * more[0] * more[1] * more[2]
    }

    #[differentiate]
    fn second(x: f64, y: f64) -> f64 {
        x * y * y
    }

    /// What changes something, and does not depend on the inputs.
    #[differentiate]
    fn counted(v: &[f64]) -> f64 {
        let mut k = 0_usize;
        let mut z = [v[0], v[1], v[2]];
        z[k % 3] = {
            k += 1;
            k as f64
        };
        let a = z[0] * z[1] * z[2] + z[k];
        let b = second(
            {
                k += 1;
                k as f64
            },
            v[0] * k as f64,
        );
        let c = {
            k += 1;
            k as f64
        } * (v[1] * k as f64);
        let d = (v[2] * k as f64) - {
            k += 1;
            k as f64
        };
        let e = [k as f64, {
            k += 1;
            k as f64
        }];
        z[k % 3] *= {
            k += 2;
            k as f64
        };
        let g = second(k as f64, {
            k += 1;
            v[0] * k as f64
        });
        a * b + c * d - e[0] * e[1] * z[1] * z[2] + g
    }

    #[test]
    fn arguments_in_front_of_a_change_are_what_they_were() {
        for (f, vjp) in [
            (lists as fn(&[f64]) -> f64, lists_vjp as fn(&[f64], f64) -> (f64, Vec<f64>)),
            (numbers, numbers_vjp),
            (methods, methods_vjp),
            (wholes, wholes_vjp),
            (moves, moves_vjp),
            (counted, counted_vjp),
            (references, references_vjp),
            (literals, literals_vjp),
        ] {
            for point in [[0.7, 1.3, -0.4, 0.9], [-1.1, 0.6, 0.8, 2.1]] {
                assert_eq!(vjp(&point, -2.0).0.to_bits(), f(&point).to_bits());
                autodiff_core::check_gradient(|p| -2.0 * f(p), |p| vjp(p, -2.0).1, &point).unwrap();
            }
        }
    }
}

/// Changes by `ref mut` were not seen.
mod changes_in_conditions {
    use autodiff_core::differentiate;

    #[differentiate]
    fn parts(v: &[f64]) -> f64 {
        let (mut o, mut s) = (Some(v[0]), v[1]);
        if match o {
            Some(ref mut x) => {
                *x *= 2.0;
                true
            }
            _ => false,
        } {
            s *= 2.0;
        }
        o.unwrap_or(1.0) * s
    }

    #[test]
    fn what_a_condition_changes_is_changed() {
        for (f, vjp) in [(parts as fn(&[f64]) -> f64, parts_vjp as fn(&[f64], f64) -> (f64, Vec<f64>))] {
            for point in [[0.7, 1.3, -0.4, 0.9], [-1.1, 0.6, 0.8, 2.1]] {
                assert_eq!(vjp(&point, -2.0).0.to_bits(), f(&point).to_bits());
                autodiff_core::check_gradient(|p| -2.0 * f(p), |p| vjp(p, -2.0).1, &point).unwrap();
            }
        }
    }
}

/// `?` in a loop of a closure stopped the macro: a label before `::core::..` was parsed as that of a loop.
mod failures_in_loops_of_closures {
    use autodiff_core::differentiate;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let go = |k: usize| -> Option<f64> {
            let mut z = 1.0;
            for i in 0..k {
                z *= v.get(i).copied()?;
            }
            Some(z)
        };
        go(2).unwrap_or(0.5) * v[1] + go(7).unwrap_or(v[0])
    }

    #[test]
    fn a_closure_fails_in_its_loop() {
        let point = [0.7, 1.3, -0.4, 0.9];
        autodiff_core::check_gradient(|p| -2.0 * f(p), |p| f_vjp(p, -2.0).1, &point).unwrap();
    }
}

/// Second derivatives and Jacobians of functions that take `impl Fn` did not compile (E0666, E0277), nor did any that call an `FnMut`.
mod functions_without_a_name {
    use autodiff_core::{Differentiable, differentiate};

    #[differentiate(hessian, jacobian)]
    fn scaled(x: f64, by: impl Fn(f64) -> f64) -> f64 {
        x * x * x * by(2.0)
    }

    #[differentiate(hessian, jacobian)]
    fn generic<F: Fn(f64) -> f64>(x: [f64; 2], by: F) -> [f64; 2] {
        [x[0] * x[1] * by(2.0), x[0]]
    }

    #[differentiate(hessian, jacobian)]
    fn lent(x: f64, by: &impl Fn(f64) -> f64, also: &dyn Fn(f64) -> f64, name: fn(f64) -> f64) -> f64 {
        x * x * by(1.0) * also(2.0) * name(3.0)
    }

    #[differentiate(hessian, jacobian)]
    fn counted(x: f64, mut by: impl FnMut(f64) -> f64) -> f64 {
        let mut s = 0.0;
        while by(1.0) < 4.0 {
            s += x * by(2.0);
        }
        s * s
    }

    #[differentiate(hessian, jacobian)]
    fn drawn(x: f64, by: &mut impl FnMut(f64) -> f64) -> f64 {
        x * x * by(3.0)
    }

    #[differentiate(hessian, jacobian)]
    fn of_items(x: f64, ks: impl Iterator<Item = usize>) -> f64 {
        let mut s = x;
        for k in ks {
            s *= x * k as f64;
        }
        s
    }

    #[derive(Clone, Debug, Differentiable, PartialEq)]
    struct Arm {
        length: f64,
    }

    #[differentiate(hessian, jacobian)]
    impl Arm {
        fn reach(&self, x: f64, by: impl Fn(f64) -> f64) -> f64 {
            self.length * x * x * by(1.0)
        }
    }

    #[test]
    fn have_all_modes() {
        let twice = |x: f64| 2.0 * x;
        assert_eq!(scaled_hessian(3.0, twice), (108.0, 108.0, 72.0));
        assert_eq!(scaled_hvp(3.0, twice, 0.5), (108.0, 108.0, 36.0));
        assert_eq!(scaled_jacobian(3.0, twice), (108.0, [[108.0]]));
        assert_eq!(generic_jacobian([3.0, 5.0], twice), ([60.0, 3.0], [[20.0, 12.0], [1.0, 0.0]]));
        assert_eq!(lent_hessian(3.0, &twice, &twice, f64::sqrt).2, 16.0 * 3.0_f64.sqrt());
        assert_eq!(drawn_hessian(3.0, &mut |x| 2.0 * x).2, 12.0);
        assert_eq!(drawn_jacobian(3.0, &mut |x| 2.0 * x).1, [[36.0]]);
        assert_eq!(of_items_hessian(3.0, [1, 2].into_iter()), (54.0, 54.0, 36.0));
        assert_eq!(of_items_jacobian(3.0, [1, 2].into_iter()), (54.0, [[54.0]]));
        let arm = Arm { length: 0.5 };
        assert_eq!(arm.reach_hessian(3.0, twice).2, [[0.0, 12.0], [12.0, 2.0]]);
        assert_eq!(arm.reach_jacobian(3.0, twice).1, [[18.0, 6.0]]);
        // 1, 4; 3, 8; 5: the square of 12 x
        let counting = || {
            let mut calls = 0.0;
            move |k: f64| {
                calls += 1.0;
                k * calls
            }
        };
        assert_eq!(counted(3.0, counting()), 144.0 * 9.0);
        assert_eq!(counted_grad(3.0, counting()).1, 2.0 * 144.0 * 3.0);
        assert_eq!(counted_hessian(3.0, counting()).2, 2.0 * 144.0);
    }
}

/// The pullback of a generic function that calls itself is on the heap: what it holds had to be `'static` (E0310). So had that of a function
/// that has the name of another one which calls itself.
mod generic_functions_that_call_themselves {
    use autodiff_core::{Differentiable, differentiate};

    #[differentiate(hessian)]
    trait Model: Clone {
        fn at(&self, x: f64) -> f64;
    }

    #[derive(Clone, Debug, Differentiable)]
    struct Square {
        k: f64,
    }

    #[differentiate(hessian)]
    impl Model for Square {
        fn at(&self, x: f64) -> f64 {
            self.k * x * x
        }
    }

    #[differentiate(hessian)]
    fn lent<M: Model>(m: &M, x: f64, n: usize) -> f64 {
        if n == 0 { x } else { m.at(lent(m, x, n - 1)) * x }
    }

    #[differentiate(hessian)]
    fn owned(m: impl Model, x: f64, n: usize) -> f64 {
        if n == 0 { x } else { m.at(owned(m.clone(), x, n - 1)) * x }
    }

    #[derive(Clone, Debug, Differentiable)]
    struct View<'a> {
        data: &'a [f64],
    }

    #[differentiate(hessian)]
    fn viewed<'a>(v: View<'a>, x: f64, n: usize) -> f64 {
        if n == 0 { x * v.data[1] } else { viewed(v.clone(), x * v.data[0], n - 1) * x }
    }

    #[derive(Clone, Debug, Differentiable)]
    struct Held<M> {
        m: M,
    }

    #[differentiate(hessian)]
    impl<M: Model> Held<M> {
        fn even(&self, x: f64, n: usize) -> f64 {
            if n == 0 { x } else { self.m.at(self.odd(x, n - 1)) * x }
        }

        fn odd(&self, x: f64, n: usize) -> f64 {
            if n == 0 { x } else { self.m.at(self.even(x, n - 1)) * x }
        }
    }

    #[test]
    fn are_differentiated() {
        let m = Square { k: 0.7 };
        // k⁷ x¹⁵ by k and x
        let (k, x) = (0.7_f64, 1.1_f64);
        let want = [7.0 * k.powi(6) * x.powi(15), 15.0 * k.powi(7) * x.powi(14)];
        let (_, (of_m, of_x)) = lent_grad(&m, x, 3);
        approx::assert_relative_eq!([of_m.k, of_x][..], want[..], max_relative = 1e-12);
        let (_, (of_m, of_x)) = owned_grad(m.clone(), x, 3);
        approx::assert_relative_eq!([of_m.k, of_x][..], want[..], max_relative = 1e-12);
        let held = Held { m: m.clone() };
        let (_, (of_held, of_x)) = held.odd_grad(x, 3);
        approx::assert_relative_eq!([of_held.m.k, of_x][..], want[..], max_relative = 1e-12);
        for second in [lent_hessian(&m, x, 3).2, owned_hessian(m.clone(), x, 3).2, held.odd_hessian(x, 3).2] {
            assert_eq!(second[0][1], second[1][0]);
            approx::assert_relative_eq!(second[0][1], 105.0 * k.powi(6) * x.powi(14), max_relative = 1e-12);
            approx::assert_relative_eq!(second[1][1], 210.0 * k.powi(7) * x.powi(13), max_relative = 1e-12);
        }
        // d0³ d1 x³ by x and d1
        let (_, (of_v, of_x)) = viewed_grad(View { data: &[0.3, 2.0] }, x, 2);
        approx::assert_relative_eq!(of_x, 3.0 * 0.027 * 2.0 * x * x, max_relative = 1e-12);
        approx::assert_relative_eq!(of_v.data[1], 0.027 * x.powi(3), max_relative = 1e-12);
    }
}
