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

/// Circles are of functions, not of names: those that share a name with one that calls itself, and circles through types, traits and modules.
mod names_of_circles {
    use autodiff_core::{Differentiable, check_gradient, differentiate};

    mod deep {
        use autodiff_core::differentiate;

        #[differentiate]
        pub fn step(x: f64, y: &[f64], n: usize) -> f64 {
            if n == 0 { x * y[0] } else { step(x.sin() * y[1], y, n - 1) + x }
        }
    }
    mod flat {
        use autodiff_core::differentiate;

        #[differentiate]
        pub fn step(x: f64, y: &[f64]) -> f64 {
            super::deep::step(x, y, 2) * super::deep::step(y[0], y, 1)
        }
    }
    mod round {
        use super::back::half as other;
        use autodiff_core::differentiate;

        #[differentiate]
        pub fn half(x: f64, y: &[f64], n: usize) -> f64 {
            if n == 0 { x + y[0] } else { other(x * y[1], y, n - 1) }
        }
    }
    mod back {
        use autodiff_core::differentiate;

        #[differentiate]
        pub fn half(x: f64, y: &[f64], n: usize) -> f64 {
            super::round::half(x.cos(), y, n) * y[0]
        }
    }

    #[derive(Clone, Differentiable)]
    enum Tree {
        Leaf(f64),
        Node(Box<Tree>, Box<Tree>),
        Of(Many),
    }

    #[derive(Clone, Differentiable)]
    struct Many {
        trees: Vec<Tree>,
        scale: Scale,
    }

    #[derive(Clone, Differentiable)]
    struct Scale {
        by: f64,
    }

    #[differentiate]
    impl Tree {
        fn value(&self, x: f64) -> f64 {
            match self {
                Tree::Leaf(k) => (k * x).sin(),
                Tree::Node(l, r) => l.value(x) * r.value(x + 1.0),
                Tree::Of(many) => many.value(x) * x,
            }
        }
    }
    #[differentiate]
    impl Many {
        fn value(&self, x: f64) -> f64 {
            let mut sum = self.scale.value(x);
            for t in &self.trees {
                sum += t.value(sum);
            }
            sum
        }
    }
    #[differentiate]
    impl Scale {
        fn value(&self, x: f64) -> f64 {
            let v = [self.by * x, x];
            super::last_of(&v, v[0])
        }
    }

    #[differentiate]
    fn f(z: &[f64]) -> f64 {
        let leaf = Tree::Leaf(z[2]);
        let many =
            Many { trees: vec![Tree::Leaf(z[0]), Tree::Node(Box::new(leaf), Box::new(Tree::Leaf(z[1])))], scale: Scale { by: z[3] } };
        let tree = Tree::Node(Box::new(Tree::Of(many)), Box::new(Tree::Leaf(z[3])));
        tree.value(z[1]) + flat::step(z[0], z) + round::half(z[2], z, 3) + deep::step(z[3], z, 1)
    }

    #[test]
    fn functions_that_share_a_name_with_one_that_calls_itself() {
        for point in [[0.7, 1.3, -0.4, 0.9], [-1.1, 0.6, 0.8, 1.1]] {
            assert_eq!(f_vjp(&point, -2.0).0.to_bits(), f(&point).to_bits());
            check_gradient(|p| -2.0 * f(p), |p| f_vjp(p, -2.0).1, &point).unwrap();
        }
    }
}
