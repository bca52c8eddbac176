//! What random programs had found, each under its own name and as small as it could be made.

#![allow(clippy::all, unused)] // programs are kept as they were found

use approx::assert_relative_eq;
use autodiff_core::{Differentiable, differentiate};

#[differentiate]
fn last_of(x: &[f64], y: f64) -> f64 {
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
struct State {
    x: f64,
    y: [f64; 2],
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

#[differentiate]
fn searched_constants(s: [f64; 3], z: f64) -> f64 {
    z * s.iter().map(|&_x| 0.5_f64).max_by(|m, n| m.total_cmp(n)).unwrap_or(3.0)
}

/// The comparison got the constant itself instead of a reference.
#[test]
fn items_that_are_constants_can_be_searched() {
    assert_eq!(searched_constants_grad([1.0, 2.0, 3.0], 4.0), (2.0, ([0.0; 3], 0.5)));
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
fn plain_condition(w: &[f64], mut k: f64) -> f64 {
    k *= w.iter().map(|x| x * (if 3_usize < 1 { 0.25 } else { k }) - 1.5).sum::<f64>();
    k
}

/// The reverse sweep tested `!3usize < 1`, and the derivative with respect to `k` at `[1, 2]`, 0.3 was -2.1 instead of -1.2.
#[test]
fn conditions_without_a_name_are_negated_as_a_whole() {
    let point = [0.3, 1.0, 2.0];
    let gradient = |p: &[f64]| {
        let (w, k) = plain_condition_grad(&p[1..], p[0]).1;
        [vec![k], w].concat()
    };
    autodiff_core::check_gradient(|p| plain_condition(&p[1..], p[0]), gradient, &point).unwrap();
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

#[differentiate]
fn popped_in_vain(a: f64, b: f64) -> f64 {
    let mut v = vec![a, a * b];
    v.push(b * b);
    if a > 0.0 {
        let _unused = v.pop().unwrap_or(3.0);
    }
    let mut w = Vec::new();
    for k in 0..3 {
        w.push(a * b);
        w.push(b * k as f64);
        let _last = w.pop().unwrap();
        w.pop();
        w.push(a);
    }
    v[0] * v[1] + w[0] * w[2]
}

/// An element that was taken out and not used had no place in the cotangent, so that the gradient panicked, or the cotangents of
/// other elements went astray.
#[test]
fn elements_popped_and_not_used() {
    let gradient = |p: &[f64]| {
        let (a, b) = popped_in_vain_grad(p[0], p[1]).1;
        vec![a, b]
    };
    for point in [[0.7, 1.3], [-0.7, 1.3]] {
        autodiff_core::check_gradient(|p| popped_in_vain(p[0], p[1]), gradient, &point).unwrap();
    }
}

#[differentiate]
fn grown(w: &mut Vec<f64>, y: f64) -> (f64, bool) {
    w.push(y * w[0]);
    (w[0], true)
}

/// Elements come and go in code whose value carries no derivative.
#[differentiate]
fn changed_on_the_side(x: f64, y: f64) -> f64 {
    let mut v = vec![x, y, x * y, y * y];
    let same = v.len() == 3 + usize::from(v.pop().is_some());
    let mut n = 0;
    while v.len() > 2 && v.pop().is_some() {
        n += 1;
    }
    if x > 0.0 || v.pop().is_none() {
        v.push(if same { y * x } else { y });
    }
    if v.pop().is_none() {
        return x;
    }
    match v.pop() {
        Some(_) => {}
        None => return y,
    }
    v.push(x * x);
    let mut w = vec![x];
    if !grown(&mut w, y).1 {
        return y;
    }
    v.push(w[1]);
    v.iter().product::<f64>() * f64::from(n)
}

/// The reverse sweep did not know of elements taken out in conditions and comparisons: the gradient panicked.
#[test]
fn changes_in_plain_code() {
    let gradient = |p: &[f64]| {
        let (x, y) = changed_on_the_side_grad(p[0], p[1]).1;
        vec![x, y]
    };
    for point in [[0.7, 1.3], [-0.7, 1.3]] {
        autodiff_core::check_gradient(|p| changed_on_the_side(p[0], p[1]), gradient, &point).unwrap();
    }
}

#[differentiate]
fn bowl(q: f64) -> f64 {
    q * q + 0.5
}

/// What is found is of a type that only rustc knows, and there may be nothing.
#[differentiate]
fn found_or_not(s: &[f64], z: f64) -> f64 {
    let largest: f64 = s.iter().map(|x| bowl(*x * z)).max_by(|m, n| m.total_cmp(n)).unwrap_or(3.0 * z);
    let high = match s.iter().map(|x| bowl(*x * z)).find(|m| *m > 1.0) {
        Some(v) => v * z,
        None => z,
    };
    let reduced = if let Some(m) = s.iter().map(|x| bowl(x * z)).reduce(f64::max) { m * z } else { z * z };
    largest * high + reduced
}

/// rustc could not infer types; and where nothing was found, the gradient panicked.
#[test]
fn searches_that_find_nothing() {
    for point in [vec![0.7], vec![1.4, -0.6], vec![0.3, 2.0, 4.0, 3.0]] {
        let gradient = |p: &[f64]| {
            let (s, z) = found_or_not_grad(&p[1..], p[0]).1;
            [vec![z], s].concat()
        };
        autodiff_core::check_gradient(|p| found_or_not(&p[1..], p[0]), gradient, &point).unwrap();
        let direction = vec![1.0; point.len() - 1];
        let along: f64 = gradient(&point).iter().sum();
        let (_, tangent) = found_or_not_jvp(&point[1..], point[0], (&direction, 1.0));
        assert!((tangent - along).abs() < 1e-12 * (1.0 + along.abs()));
    }
}

mod values_of_blocks {
    use super::*;

    #[differentiate]
    fn moved_on(q: &mut (f64, f64), k: f64) -> f64 {
        q.0 *= k;
        q.0 * q.1
    }

    #[differentiate]
    fn stretched(q: &mut [f64], k: f64) -> f64 {
        q[0] *= k;
        q[0] * q[1]
    }

    #[derive(Clone, Copy, Differentiable)]
    struct Two {
        x: f64,
        y: f64,
    }

    #[differentiate]
    impl Two {
        fn grown(&mut self, k: f64) -> f64 {
            self.x *= k;
            self.x * self.y
        }
    }

    #[differentiate]
    fn copies_written_to(a: f64, b: f64) -> f64 {
        let mut pair = (a, b);
        let s = moved_on(&mut { pair }, b) + moved_on(&mut { pair }, a * b);
        let v = [a, b, a];
        let t = stretched(&mut { v }, b) + stretched(&mut v.clone(), a) + stretched(&mut v.to_vec(), a);
        let two = Two { x: a, y: b };
        let u = { two }.grown(b) + two.clone().grown(a) + { Two { x: 0.5, y: 2.0 } }.grown(a);
        let r = &mut { pair.0 };
        *r *= b;
        let mut c = a * b;
        let seen = &{ c };
        c *= b;
        let mut w = [a, b];
        let of_w = &{ w };
        w[0] = b;
        let last = &w.clone();
        w[1] = c;
        for x in { v }.iter_mut() {
            *x *= 2.0;
        }
        for x in v.clone().iter_mut() {
            *x *= 2.0;
        }
        s * t * u + *r * pair.0 * c + *seen * of_w[0] * last[0] * last[1] * w[1] * v[2] * two.x
    }

    /// The value of a block, or of `clone`, was taken for the place it came from: rustc found something written to that is not `mut`,
    /// and where it was, the derivative was that of a program that writes to it.
    #[test]
    fn blocks_give_values_not_places() {
        let gradient = |p: &[f64]| {
            let (a, b) = copies_written_to_grad(p[0], p[1]).1;
            vec![a, b]
        };
        for point in [[0.7, 1.3], [-0.7, 1.3]] {
            assert_eq!(copies_written_to_grad(point[0], point[1]).0, copies_written_to(point[0], point[1]));
            autodiff_core::check_gradient(|p| copies_written_to(p[0], p[1]), gradient, &point).unwrap();
        }
    }
}

mod constants_summed_up {
    use super::*;

    #[differentiate]
    fn sum_of_constants(a: f64, t: &[f64]) -> f64 {
        t.iter().copied().max_by(|m, n| m.total_cmp(n)).unwrap_or(3.0) - (a + t.iter().map(|_| 2.0).sum::<f64>())
    }

    #[differentiate]
    fn its_user(a: f64, t: &[f64]) -> f64 {
        sum_of_constants(a * a, t) * a
    }

    /// A loop without anything to reverse had the seed in front of it, where the pullback for callers has none.
    #[test]
    fn a_sum_of_constants_as_a_callee() {
        let gradient = |p: &[f64]| {
            let (a, t) = its_user_grad(p[0], &p[1..]).1;
            [vec![a], t].concat()
        };
        autodiff_core::check_gradient(|p| its_user(p[0], &p[1..]), gradient, &[0.7, 1.3, 0.4]).unwrap();
    }
}

mod left_from_a_block {
    use super::*;

    #[differentiate]
    fn early(x: f64, z: f64, some: bool) -> (f64, f64) {
        {
            if some {
                if z < 1.25 {
                    return (x, z * 0.25);
                }
            } else if x < 2.0 {
            }
        }
        if z > 0.0 {
            {
                if some {
                    if z > 3.0 {
                        return (z, x * z);
                    }
                } else if x > 5.0 {
                    return (x * x, z);
                }
            }
        } else {
            return (z, z);
        }
        (z * x, 1.25)
    }

    /// What follows a block was thought to follow nothing in it: the result was assigned twice.
    #[test]
    fn with_more_to_come() {
        for (point, some) in [([0.7, 1.0], true), ([0.7, 1.5], true), ([0.7, 3.5], true), ([0.7, 1.5], false), ([6.0, 1.5], false)] {
            let gradient = |p: &[f64]| {
                let (x, z) = early_vjp(p[0], p[1], some, (0.5, -2.0)).1;
                vec![x, z]
            };
            let value = |p: &[f64]| {
                let (a, b) = early(p[0], p[1], some);
                0.5 * a - 2.0 * b
            };
            autodiff_core::check_gradient(value, gradient, &point).unwrap();
        }
    }
}

mod slices_of_vectors {
    use super::*;

    #[differentiate]
    fn looked_at(a: f64, b: f64) -> f64 {
        let v = vec![a, b, a * b];
        let n = if v.windows(2).map(|w| a * w[0]).take(2).any(|m| m > 2.0) { 2.0 } else { 1.0 };
        let s = match v.as_slice() {
            [x, .., y] => x * y,
            _ => a,
        };
        let t = match &v[..] {
            [x, rest @ ..] => x * rest[0],
            _ => a,
        };
        let mut z = vec![a, b];
        for q in z.as_mut_slice() {
            *q *= b;
        }
        z.as_mut_slice()[1] *= a;
        let thirds = std::array::from_fn::<f64, 3, _>(|i| a * i as f64);
        s * t * z[0] * z[1] * n * v.as_slice()[1] * last_of(&std::array::from_fn::<f64, 2, _>(|i| thirds[i + 1] * b), a)
    }

    /// `as_slice` was matched as the vector, `take(2)` in a condition thought to write, and the length in `from_fn::<f64, 3, _>`
    /// overlooked.
    #[test]
    fn as_slice_and_take_and_from_fn() {
        let gradient = |p: &[f64]| {
            let (a, b) = looked_at_grad(p[0], p[1]).1;
            vec![a, b]
        };
        for point in [[0.7, 1.3], [1.7, 1.3]] {
            autodiff_core::check_gradient(|p| looked_at(p[0], p[1]), gradient, &point).unwrap();
        }
    }
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

mod overwritten_after_a_match {
    use super::*;

    #[differentiate]
    fn matched(a: f64, b: f64) -> f64 {
        let mut z = vec![a, b, a * b];
        let mut s = a;
        let mut pair = [a, b];
        for i in 0..3 {
            s += match &z[..] {
                [] => a,
                [p] => b * p,
                [p, .., q] => p * q,
            };
            s *= match z.as_slice() {
                [] => a,
                [p] => b * p,
                [p, rest @ ..] => p * rest[0],
            };
            if let [p, q, ..] = pair[..] {
                s += p * q;
            }
            pair[1] *= s;
            z = if i == 0 { vec![s * b] } else { vec![a, s, z[0]] };
        }
        s
    }

    /// What a slice held when it was matched was kept as if a slice had a size.
    #[test]
    fn slices() {
        let gradient = |p: &[f64]| {
            let (a, b) = matched_grad(p[0], p[1]).1;
            vec![a, b]
        };
        autodiff_core::check_gradient(|p| matched(p[0], p[1]), gradient, &[0.7, 0.3]).unwrap();
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

mod conditions_of_chains {
    use super::*;

    #[differentiate]
    fn asked(a: f64, b: f64) -> f64 {
        let mut v: Vec<f64> = Vec::new();
        v.push(a * b);
        v.push(b);
        let mut s = a;
        if v.iter().zip(v.iter()).map(|(x, y)| x * y).step_by(2).count() > 0 && v.iter().copied().any(|x| x > 0.1) {
            s *= b;
        }
        v.push(s);
        v[2] * s
    }

    /// The iterators of a condition were called through references, as if their methods could write to the vector.
    #[test]
    fn over_a_vector_that_changes() {
        let gradient = |p: &[f64]| {
            let (a, b) = asked_grad(p[0], p[1]).1;
            vec![a, b]
        };
        autodiff_core::check_gradient(|p| asked(p[0], p[1]), gradient, &[0.7, 0.3]).unwrap();
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

mod closures_in_lists {
    use super::*;

    #[differentiate]
    fn scanned(x: [f64; 3], a: f64, b: f64) -> f64 {
        let lists = vec![
            x.iter()
                .map(|z| z * b)
                .scan(b, |s, z| {
                    if *s > 0.5 {
                        return None;
                    }
                    *s = a;
                    Some(1.5 * z)
                })
                .sum::<f64>();
            1
        ];
        lists[0] * a + b
    }

    /// A `return` in a closure inside `vec!` went unnoticed, and what follows it ran as well: a wrong value.
    #[test]
    fn that_return() {
        for (a, b) in [(0.2, 0.3), (0.2, 0.9), (0.9, 0.3), (0.9, 0.9)] {
            let x = [0.7, -0.4, 1.2];
            let gradient = |p: &[f64]| {
                let (x, a, b) = scanned_grad([p[0], p[1], p[2]], p[3], p[4]).1;
                [x.to_vec(), vec![a, b]].concat()
            };
            assert_eq!(scanned_grad(x, a, b).0, scanned(x, a, b));
            let point = [x[0], x[1], x[2], a, b];
            autodiff_core::check_gradient(|p| scanned([p[0], p[1], p[2]], p[3], p[4]), gradient, &point).unwrap();
        }
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

mod checkpoints_after_an_exit {
    use super::*;

    #[differentiate]
    fn rolled(x: [f64; 3], k: f64) -> f64 {
        if k > 5.0 {
            return k * x[0];
        }
        let mut x: [f64; 3] = x;
        #[checkpoint]
        for i in 0..x.len() {
            x = [x[i] * k; 3];
            if x[0] > 9.0 {
                break;
            }
            x[1] *= k;
        }
        x[0]
    }

    /// The bounds of the loop, worked out in a branch, were not at hand when it ran again.
    #[test]
    fn bounds_of_the_loop() {
        let gradient = |p: &[f64]| {
            let (x, k) = rolled_grad([p[0], p[1], p[2]], p[3]).1;
            [x.to_vec(), vec![k]].concat()
        };
        for point in [[0.7, 0.3, 0.4, 0.6], [0.7, 0.3, 0.4, 5.6], [0.7, 0.3, 0.4, 4.6]] {
            autodiff_core::check_gradient(|p| rolled([p[0], p[1], p[2]], p[3]), gradient, &point).unwrap();
        }
    }
}

mod bound_in_lists {
    use super::*;

    #[differentiate]
    fn of_blocks(x: &[f64], k: f64) -> Vec<f64> {
        vec![
            {
                let y = x[0];
                y
            }
            .cos()
                * k,
            match Some(x[1]) {
                Some(y) if y > 0.0 => y * k,
                Some(y) => y * y,
                None => k,
            },
            x.iter().map(|y| y * y).sum::<f64>(),
        ]
    }

    #[differentiate]
    fn repeated(x: &[f64], k: f64) -> f64 {
        let v = vec![
            {
                let y = x[1] * k;
                y * y
            };
            3
        ];
        let w = of_blocks(x, k);
        v[0] * v[2] + w[0] * w[1] * w[2]
    }

    /// A name bound inside `vec!` was taken for a constant: the gradient was zero.
    #[test]
    fn are_followed() {
        let gradient = |p: &[f64]| {
            let (x, k) = repeated_grad(&p[..2], p[2]).1;
            [x, vec![k]].concat()
        };
        for point in [[0.7, 0.3, 1.1], [0.7, -0.3, 1.1]] {
            autodiff_core::check_gradient(|p| repeated(&p[..2], p[2]), gradient, &point).unwrap();
        }
    }
}

mod searches_of_constants {
    use super::*;

    #[differentiate]
    fn f(b: f64, n: usize) -> f64 {
        let t = [1.0, 2.0];
        let first = (0..n).map(|k| k as f64).find(|m| *m > 1.5).unwrap_or(b);
        let last = (0..n).map(|k| k as f64).last().map_or(b, |v| v * b);
        let copied = t[..n.min(2)].iter().find(|m| **m > 1.5).copied().unwrap_or(b * b);
        let largest = match (0..n).map(|k| k as f64).reduce(f64::max) {
            Some(x) if x > 2.0 => x * b,
            Some(x) => x + b,
            None => b.sin(),
        };
        let found = if let Some(x) = (0..n).map(|k| k as f64).find(|m| *m > 0.5) { x * b } else { b };
        first * last + copied * largest + found
    }

    /// What was looked for among constants had no value: the gradient panicked where the function does not.
    #[test]
    fn have_values() {
        for n in 0..5 {
            assert_eq!(f_grad(0.7, n).0.to_bits(), f(0.7, n).to_bits());
            autodiff_core::check_gradient(|p| f(p[0], n), |p| vec![f_grad(p[0], n).1], &[0.7]).unwrap();
        }
    }
}

mod fields_from_themselves {
    use super::*;

    #[derive(Clone, Debug, Differentiable)]
    struct Held {
        x: f64,
        pair: (f64, f64),
        list: Vec<f64>,
        rows: [[f64; 2]; 2],
        state: State,
        #[differentiable(skip)]
        scale: f64,
    }

    #[differentiate(hessian)]
    fn assigned(h: &mut Held, k: f64, i: usize) -> f64 {
        *h = Held { x: h.x * k, pair: (k, h.x), list: vec![h.x * k, k * k], rows: [[k, h.x]; 2], state: h.state, scale: 2.0 };
        h.x = h.x;
        h.pair.0 = h.pair.1;
        h.pair = h.pair;
        h.list = h.list.clone();
        h.list[i] = h.list[1 - i];
        h.rows[i] = h.rows[1 - i];
        h.rows[i][0] = h.rows[i][1];
        h.state = h.state;
        h.scale = h.scale;
        h.state.y[i] = h.state.y[1 - i];
        h.state.x = h.state.y[i];
        let after = h.x * h.pair.0 * h.pair.1 + h.list[0] * h.list[1] + h.rows[1 - i][1] * h.rows[i][0];
        after * h.scale + h.state.x * h.state.y[0] * h.state.y[1]
    }

    #[differentiate(hessian)]
    fn made(x: [f64; 4], i: usize) -> f64 {
        let mut h = Held {
            x: x[0],
            pair: (x[0], x[1]),
            list: vec![x[1], x[2]],
            rows: [[x[2], x[3]], [x[0], x[1]]],
            state: State { x: x[0], y: [x[2], x[3] * x[0]] },
            scale: 2.0,
        };
        h.x = h.x;
        h.list[i] = h.list[1 - i];
        h.state.y[i] = h.state.y[1 - i];
        h.x * assigned(&mut h, x[3], i)
    }

    #[differentiate]
    impl State {
        fn swapped(&mut self, b: f64) -> f64 {
            *self = *self;
            self.x = self.x;
            self.y[0] = self.y[1];
            self.x -= (self.x * b).sin();
            self.x += self.x;
            self.y[0] *= self.y[1];
            self.x * self.y[0]
        }
    }

    #[differentiate]
    fn of_swapped(x: f64, y: [f64; 2], b: f64) -> f64 {
        State { x, y }.swapped(b)
    }

    /// The tangent of the field was lent and read at once: what was generated did not compile.
    #[test]
    fn have_their_tangents() {
        let point = [0.7, 1.3, -0.4, 0.9];
        let by_hand = |x: [f64; 4], i: usize| {
            let (list, y) = ([x[1], x[2]][1 - i], [x[2], x[3] * x[0]][1 - i]);
            let k = x[3];
            let l = [x[0] * k, k * k][1 - i];
            let after = x[0] * k * x[0] * x[0] + l * l + x[0] * x[0];
            x[0] * (after * 2.0 + y * y * y)
        };
        for i in [0, 1] {
            assert_relative_eq!(made(point, i), by_hand(point, i), max_relative = 1e-14);
            let at = |p: &[f64]| [p[0], p[1], p[2], p[3]];
            let (value, bar) = made_grad(point, i);
            assert_eq!(value.to_bits(), made(point, i).to_bits());
            autodiff_core::check_gradient(|p| made(at(p), i), |p| made_grad(at(p), i).1.to_vec(), &point).unwrap();
            let along = [0.3, -1.1, 0.8, 0.5];
            let (value, tangent) = made_jvp(point, i, along);
            assert_eq!(value.to_bits(), made(point, i).to_bits());
            assert_relative_eq!(tangent, bar.iter().zip(along).map(|(b, a)| b * a).sum::<f64>(), max_relative = 1e-12);
            let product = made_hvp(point, i, along).2;
            for j in 0..4 {
                let of_bar = |p: &[f64]| made_grad(at(p), i).1[j];
                let moved = |t: f64| of_bar(&[0, 1, 2, 3].map(|n| point[n] + t * along[n]));
                assert_relative_eq!(product[j], (moved(1e-5) - moved(-1e-5)) / 2e-5, epsilon = 1e-7, max_relative = 1e-7);
            }
        }
    }

    #[test]
    fn have_their_tangents_in_methods() {
        let point = [0.7, 1.3, -0.4, 0.9];
        let gradient = |p: &[f64]| {
            let (x, y, b) = of_swapped_grad(p[0], [p[1], p[2]], p[3]).1;
            vec![x, y[0], y[1], b]
        };
        autodiff_core::check_gradient(|p| of_swapped(p[0], [p[1], p[2]], p[3]), gradient, &point).unwrap();
        let (value, tangent) = of_swapped_jvp(0.7, [1.3, -0.4], 0.9, (0.3, [-1.1, 0.8], 0.5));
        assert_eq!(value.to_bits(), of_swapped(0.7, [1.3, -0.4], 0.9).to_bits());
        let along: f64 = gradient(&point).iter().zip([0.3, -1.1, 0.8, 0.5]).map(|(b, a)| b * a).sum();
        assert_relative_eq!(tangent, along, max_relative = 1e-12);
    }
}

mod unset_before_branches {
    use super::*;

    #[derive(Clone, Copy, Debug, Differentiable)]
    struct Pair {
        x: f64,
        rate: [f64; 2],
    }

    impl Pair {
        #[differentiate]
        fn array(self, k: f64) -> f64 {
            let mut row: [f64; 3] = if k > self.x { [k; 3] } else { [self.rate[0]; 3] };
            let first = row[0] * row[1];
            row = [self.x, self.x, self.rate[1].powi(2)];
            row[2] *= k;
            first.sin() + row[0] * row[2]
        }
    }

    #[differentiate]
    fn list(x: f64, k: f64) -> f64 {
        let mut sum = 0.0;
        for i in 0..3usize {
            let mut row: Vec<f64>;
            if x > k + i as f64 {
                row = vec![x * x; 2];
            } else {
                row = vec![k];
            }
            let first = row[0] * row[0];
            row = vec![x * k; 3];
            row[1] *= x;
            sum += row[0] * row[1] * first;
        }
        sum
    }

    #[differentiate]
    fn option(x: f64, k: f64) -> f64 {
        let mut found: (Option<f64>, f64);
        if x > k {
            found = (Some(x * k), x);
        } else {
            found = (None, k);
        }
        if let Some(y) = &mut found.0 {
            *y *= x;
        }
        let first = found.0.unwrap_or(k) * found.1;
        found = (Some(first), k);
        found.0.unwrap_or(k) * found.1 * x
    }

    /// What the first assignment recorded had no value.
    #[test]
    fn arrays() {
        for point in [[0.7, 0.3, 0.4, 1.1], [0.7, 0.3, 0.4, 0.6]] {
            let at = |p: &[f64]| Pair { x: p[0], rate: [p[1], p[2]] };
            let gradient = |p: &[f64]| {
                let (of, k) = at(p).array_grad(p[3]).1;
                vec![of.x, of.rate[0], of.rate[1], k]
            };
            assert_eq!(at(&point).array_grad(point[3]).0.to_bits(), at(&point).array(point[3]).to_bits());
            autodiff_core::check_gradient(|p| at(p).array(p[3]), gradient, &point).unwrap();
        }
    }

    /// The cotangent left behind had the shape of what had no value yet.
    #[test]
    fn lists_and_options() {
        for point in [[1.7, 0.3], [0.7, 1.3]] {
            for (value, pair) in [(list as fn(f64, f64) -> f64, list_grad as fn(f64, f64) -> (f64, (f64, f64))), (option, option_grad)] {
                assert_eq!(pair(point[0], point[1]).0.to_bits(), value(point[0], point[1]).to_bits());
                let gradient = |p: &[f64]| {
                    let (x, k) = pair(p[0], p[1]).1;
                    vec![x, k]
                };
                autodiff_core::check_gradient(|p| value(p[0], p[1]), gradient, &point).unwrap();
            }
        }
    }
}

mod taken_from_options {
    use super::*;

    #[differentiate]
    fn constant(x: f64, k: f64) -> f64 {
        let values = vec![x * k, x];
        let mut constant: Option<f64> = Some(2.0);
        let first = constant.take();
        values[0] * first.unwrap_or(k) * constant.unwrap_or(values[1])
    }

    #[differentiate]
    fn varied(x: f64, k: f64) -> f64 {
        let mut varied = Some(x * k);
        let first = varied.take();
        first.unwrap_or(1.0) * varied.unwrap_or(k)
    }

    /// `take()` was held for the `take(n)` of iterators, which writes to nothing: the variable was not declared as mutable.
    #[test]
    fn are_written_to() {
        let point = [0.7, 0.3];
        for (value, gradient) in
            [(constant as fn(f64, f64) -> f64, constant_grad as fn(f64, f64) -> (f64, (f64, f64))), (varied, varied_grad)]
        {
            assert_eq!(gradient(point[0], point[1]).0.to_bits(), value(point[0], point[1]).to_bits());
            let flat = |p: &[f64]| {
                let (x, k) = gradient(p[0], p[1]).1;
                vec![x, k]
            };
            autodiff_core::check_gradient(|p| value(p[0], p[1]), flat, &point).unwrap();
        }
    }
}

mod looks_at_what_has_no_size {
    use super::*;

    /// Each term looks, at a constant, in another way.
    #[differentiate]
    fn constants(z: [f64; 2], k: f64) -> f64 {
        let list: Vec<f64> = vec![1.5, 2.5, 0.5];
        let name = String::from("abc");
        let count = Box::new(3usize);
        let of_list = match &list[..] {
            [] => z[1],
            [a] => k * a,
            [a, .., b] => z[0] * k * b + a,
        };
        let of_part = if let [_, b] = &list[1..] { z[0] * z[1] * *b } else { k };
        let of_method = match list.as_slice() {
            [a, ..] if *a > z[0] => a * z[0] * z[0],
            _ => z[1],
        };
        let by_value = match list[1..] {
            [a, b] => z[1] * a * b * k,
            _ => k,
        };
        let of_text = match &*name {
            "abc" => z[1] * z[1],
            _ => z[0],
        };
        let of_letters = match &name[1..] {
            "bc" => z[1] * k,
            _ => z[0],
        };
        let of_count = match &*count {
            3 => z[0] * k * k,
            _ => z[1],
        };
        of_list + of_part + of_method + by_value + of_text + of_letters + of_count
    }

    #[test]
    fn are_kept() {
        let gradient = |p: &[f64]| {
            let (z, k) = constants_grad([p[0], p[1]], p[2]).1;
            [z.to_vec(), vec![k]].concat()
        };
        for point in [[0.7, 0.3, 1.1], [1.7, -0.3, 0.4]] {
            let [a, b, k] = point;
            let plain =
                (a * k * 0.5 + 1.5) + a * b * 0.5 + if 1.5 > a { 1.5 * a * a } else { b } + b * 2.5 * 0.5 * k + b * b + b * k + a * k * k;
            assert_eq!(constants_grad([a, b], k).0.to_bits(), plain.to_bits());
            autodiff_core::check_gradient(|p| constants([p[0], p[1]], p[2]), gradient, &point).unwrap();
        }
    }

    #[differentiate]
    fn growing(z: [f64; 2], k: f64) -> f64 {
        let mut total = z[1];
        let mut list: Vec<usize> = vec![];
        for i in 0..4 {
            total = match &list[..] {
                [] => z[1] * total,
                [_] => k * total * total + z[0],
                [a, .., b] => z[0] * total.sin() * (*a + *b) as f64,
            };
            list.push(i + 1);
        }
        total
    }

    /// What they hold then, not what they hold at the end.
    #[test]
    fn in_a_loop() {
        let gradient = |p: &[f64]| {
            let (z, k) = growing_grad([p[0], p[1]], p[2]).1;
            [z.to_vec(), vec![k]].concat()
        };
        let point = [0.7, 0.3, 1.1];
        assert_eq!(growing_grad([0.7, 0.3], 1.1).0.to_bits(), growing([0.7, 0.3], 1.1).to_bits());
        autodiff_core::check_gradient(|p| growing([p[0], p[1]], p[2]), gradient, &point).unwrap();
    }
}

mod checkpoints_of_lists {
    use super::*;

    #[differentiate(hessian)]
    fn replaced(x: &[f64], k: f64) -> f64 {
        let mut list = vec![x[0] * k, x[1]];
        #[checkpoint]
        for a in x.iter().skip(1) {
            list = if *a > 0.0 { list.clone() } else { vec![list[0] * *a, list[1] * list[0]] };
            list = vec![list[1] * k, list[0] + a];
        }
        list[0] * list[1]
    }

    #[differentiate(hessian)]
    fn nested(x: &[f64], k: f64) -> f64 {
        let mut list = vec![x[0] * k];
        let mut other = vec![k];
        #[checkpoint]
        for a in x {
            #[checkpoint]
            for b in x {
                let next = if *b > 0.0 { vec![list[0] * *b + k] } else { other.clone() };
                other = list;
                list = next;
            }
            list[0] += (a * other[0]).sin();
        }
        list[0] * other[0]
    }

    /// Where the loop ran again, lists were moved that went onto the tape afterwards.
    #[test]
    fn assigned_whole() {
        let point = [0.7, -0.3, 0.4, 0.6, 1.2];
        let (x, k) = (&point[..4], point[4]);
        assert_eq!(replaced_grad(x, k).0.to_bits(), replaced(x, k).to_bits());
        assert_eq!(nested_grad(x, k).0.to_bits(), nested(x, k).to_bits());
        let joined = |(x, k): (Vec<f64>, f64)| [x, vec![k]].concat();
        let of_replaced = |p: &[f64]| joined(replaced_grad(&p[..4], p[4]).1);
        let of_nested = |p: &[f64]| joined(nested_grad(&p[..4], p[4]).1);
        autodiff_core::check_gradient(|p| replaced(&p[..4], p[4]), of_replaced, &point).unwrap();
        autodiff_core::check_gradient(|p| nested(&p[..4], p[4]), of_nested, &point).unwrap();

        let (direction, dk) = ([0.3, -0.2, 0.5, 0.1], 0.4);
        let moved = |h: f64| [0, 1, 2, 3, 4].map(|i| point[i] + h * if i < 4 { direction[i] } else { dk });
        for (product, gradient) in [
            (joined(replaced_hvp(x, k, (&direction, dk)).2), &of_replaced as &dyn Fn(&[f64]) -> Vec<f64>),
            (joined(nested_hvp(x, k, (&direction, dk)).2), &of_nested),
        ] {
            let (more, less) = (gradient(&moved(1e-5)), gradient(&moved(-1e-5)));
            for ((p, m), l) in product.iter().zip(more).zip(less) {
                assert_relative_eq!(*p, (m - l) / 2e-5, max_relative = 1e-6, epsilon = 1e-6);
            }
        }
    }
}
