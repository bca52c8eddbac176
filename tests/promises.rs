//! The promises of the README: values bit for bit, the same panics, branches that do not poison, buffers that accumulate, seeds.

#![deny(warnings, unused, clippy::pedantic)]
// The functions are written as users write them.
#![allow(clippy::needless_range_loop, clippy::float_cmp, clippy::cast_possible_truncation, clippy::cast_precision_loss)]

use std::panic::{AssertUnwindSafe, catch_unwind};

use autodiff_core::{check_gradient, check_gradient_to, differentiate};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Sums in the user's order, which rounding makes visible.
#[differentiate]
fn mixed(w: &[f64], x: f64) -> f64 {
    let mut s = 1e16;
    let mut p = 1.0;
    for i in 0..w.len() {
        s += w[i] * x;
        p *= 1.0 + w[i].tanh() / (x * x + 1.0);
        if w[i] > 0.5 {
            s -= p.ln();
        }
    }
    s - 1e16 + w.iter().zip(w.iter().rev()).map(|(a, b)| a * b + 0.1).sum::<f64>() * p
}

#[differentiate]
fn single(a: f32, b: f32) -> f32 {
    (a * b).sin() / (a.exp() + b) + a.powi(3) - 0.1
}

#[test]
fn value_is_the_functions_bit_for_bit() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    for n in 0..60 {
        let w: Vec<f64> = (0..n % 9).map(|_| random.random_range(-2.0..2.0)).collect();
        let x = random.random_range(-3.0..3.0);
        let want = mixed(&w, x).to_bits();
        assert_eq!(mixed_grad(&w, x).0.to_bits(), want);
        assert_eq!(mixed_vjp(&w, x, -0.7).0.to_bits(), want);
        let (mut w_bar, mut x_bar) = (vec![0.0; w.len()], 0.0);
        assert_eq!(mixed_grad_accumulate(&w, x, &mut w_bar, &mut x_bar).to_bits(), want);
        let (a, b) = (random.random_range(0.1_f32..2.0), random.random_range(0.1_f32..2.0));
        assert_eq!(single_grad(a, b).0.to_bits(), single(a, b).to_bits());
    }
}

#[differentiate]
fn grouped(x: f64) -> f64 {
    x / (1.0 + 1.0) + (2.0 + 1.0) * (x - (1.0 - 4.0))
}

#[test]
fn parentheses_around_constants_are_kept() {
    assert_eq!(grouped_grad(2.0), (grouped(2.0), 3.5));
}

#[test]
fn values_that_are_not_finite_are_kept() {
    for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, f64::MIN_POSITIVE / 4.0] {
        let w = [x, 1.0, -x];
        assert_eq!(mixed_grad(&w, x).0.is_nan(), mixed(&w, x).is_nan());
        assert!(mixed(&w, x).is_nan() || mixed_grad(&w, x).0.to_bits() == mixed(&w, x).to_bits());
    }
}

// ---- panics ----------------------------------------------------------------------------------------------------------

#[differentiate]
fn indexed(w: &[f64], i: usize) -> f64 {
    w[i] * w[0]
}

#[differentiate]
fn divided(x: f64, a: i32, b: i32) -> f64 {
    x * f64::from(a / b)
}

#[differentiate]
fn sliced(w: &[f64], from: usize, to: usize) -> f64 {
    w[from..to].iter().map(|v| v * v).sum()
}

#[differentiate]
fn unwrapped(x: Option<f64>, y: f64) -> f64 {
    x.expect("a number") * y
}

#[differentiate]
fn asserted(x: f64) -> f64 {
    assert!(x > 0.0, "x is {x}");
    x.ln()
}

#[differentiate]
fn subtracted(x: f64, n: usize) -> f64 {
    x * (n - 3) as f64
}

#[differentiate]
fn arms(x: f64, n: u8) -> f64 {
    match n {
        0 => x,
        1 => x * x,
        _ => unreachable!("no such arm: {n}"),
    }
}

#[differentiate]
#[allow(clippy::no_effect_underscore_binding, reason = "the read may panic")]
fn unused_read(w: &[f64], i: usize) -> f64 {
    let _unused = w[i];
    w[0]
}

#[differentiate]
fn skipped_items(w: &[f64], i: usize) -> f64 {
    let ahead: f64 = (0..4).map(|k| w[(k + i) % 5]).skip(i).sum();
    let behind = w.iter().map(|x| x * w[i]).skip(2).fold(0.5, |s, x| s + x);
    ahead * behind
}

#[differentiate]
fn items_between(w: &[f64], i: usize) -> f64 {
    (0..6).map(|k| w[(5 * k * i + k) % 7]).step_by(3).sum()
}

/// The message of the panic, if there is one.
fn panic_of<R>(f: impl FnOnce() -> R) -> Option<String> {
    catch_unwind(AssertUnwindSafe(f)).err().map(|e| match e.downcast::<String>() {
        Ok(text) => *text,
        Err(e) => e.downcast::<&str>().map_or_else(|_| String::new(), |t| (*t).to_string()),
    })
}

#[test]
fn gradient_panics_where_the_function_panics() {
    std::panic::set_hook(Box::new(|_| {}));
    let w = [1.0, 2.0, 3.0];
    for i in 0..6 {
        assert_eq!(panic_of(|| indexed_grad(&w, i)), panic_of(|| indexed(&w, i)), "index {i}");
        assert_eq!(panic_of(|| unused_read_grad(&w, i)), panic_of(|| unused_read(&w, i)), "unused {i}");
        assert_eq!(panic_of(|| skipped_items_grad(&w, i)), panic_of(|| skipped_items(&w, i)), "skipped {i}");
        assert_eq!(panic_of(|| items_between_grad(&w, i)), panic_of(|| items_between(&w, i)), "between {i}");
        for j in 0..6 {
            assert_eq!(panic_of(|| sliced_grad(&w, i, j)), panic_of(|| sliced(&w, i, j)), "{i}..{j}");
        }
        assert_eq!(panic_of(|| subtracted_grad(1.5, i)), panic_of(|| subtracted(1.5, i)), "{i} - 3");
    }
    for b in [-1, 0, 2] {
        for a in [7, i32::MIN] {
            assert_eq!(panic_of(|| divided_grad(1.5, a, b)), panic_of(|| divided(1.5, a, b)), "{a} / {b}");
        }
    }
    for x in [Some(1.0), None] {
        assert_eq!(panic_of(|| unwrapped_grad(x, 2.0)), panic_of(|| unwrapped(x, 2.0)));
    }
    for x in [2.0, -2.0, f64::NAN] {
        assert_eq!(panic_of(|| asserted_grad(x)), panic_of(|| asserted(x)));
    }
    for n in 0..4 {
        assert_eq!(panic_of(|| arms_grad(1.5, n)), panic_of(|| arms(1.5, n)));
    }
    assert!(panic_of(|| indexed(&w, 3)).is_some() && panic_of(|| divided(1.0, 1, 0)).is_some());
}

// ---- branches that are not taken -----------------------------------------------------------------------------------------

#[differentiate]
fn guarded_root(x: f64) -> f64 {
    if x > 0.0 { x.sqrt() } else { 0.0 }
}

#[differentiate]
fn guarded_ratio(x: f64, y: f64) -> f64 {
    match y {
        zero if zero < 1e-300 => x,
        other => (x / other).sin(),
    }
}

#[differentiate]
fn guarded_sum(w: &[f64]) -> f64 {
    w.iter().filter(|v| **v > 0.0).map(|v| v.ln()).sum()
}

#[differentiate]
fn early(x: f64) -> f64 {
    if x <= 0.0 {
        return 2.0 * x;
    }
    x.ln() / x
}

#[test]
fn branches_not_taken_do_not_poison() {
    assert_eq!(guarded_root_grad(0.0), (0.0, 0.0));
    assert_eq!(guarded_root_grad(-1.0), (0.0, 0.0));
    assert_eq!(guarded_root_grad(4.0), (2.0, 0.25));
    assert_eq!(guarded_ratio_grad(3.0, 0.0), (3.0, (1.0, 0.0)));
    assert_eq!(guarded_sum_grad(&[0.0, 1.0, -1.0, 2.0]).1, [0.0, 1.0, 0.0, 0.5]);
    assert_eq!(early_grad(0.0), (0.0, 2.0));
}

// ---- buffers and seeds ----------------------------------------------------------------------------------------------------

#[differentiate]
fn helper(w: &[f64], x: f64) -> f64 {
    w.iter().fold(x, |acc, v| acc * v + x)
}

#[differentiate]
fn through_calls(w: &[f64], x: f64) -> f64 {
    let a = helper(w, x);
    let b = helper(&w[1..], a);
    a * b
}

#[test]
fn gradient_is_added_to_what_the_buffers_hold() {
    let (w, x) = ([0.5, -1.25, 2.0], 0.75);
    for (grad, add) in [
        (mixed_grad as fn(&[f64], f64) -> (f64, (Vec<f64>, f64)), mixed_grad_accumulate as fn(&[f64], f64, &mut [f64], &mut f64) -> f64),
        (through_calls_grad, through_calls_grad_accumulate),
    ] {
        let (_, (dw, dx)) = grad(&w, x);
        let (mut w_bar, mut x_bar) = ([10.0, -20.0, 30.0], 40.0);
        add(&w, x, &mut w_bar, &mut x_bar);
        add(&w, x, &mut w_bar, &mut x_bar);
        for (got, (start, d)) in w_bar.iter().zip([10.0, -20.0, 30.0].iter().zip(&dw)) {
            assert!((got - (start + 2.0 * d)).abs() < 1e-12 * (1.0 + got.abs()));
        }
        assert!((x_bar - (40.0 + 2.0 * dx)).abs() < 1e-12 * (1.0 + x_bar.abs()));
    }
}

#[differentiate]
fn pair(x: f64, y: f64) -> (f64, f64) {
    (x * y, x + y.sin())
}

#[differentiate]
fn scaled(w: &[f64], x: f64) -> Vec<f64> {
    w.iter().map(|v| v * x + x * x).collect()
}

#[test]
fn products_are_linear_in_the_seed() {
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let weights = [0.5, -1.25, 2.0];
    for _ in 0..20 {
        let (x, y, s, r): (f64, f64, f64, f64) = (
            random.random_range(-2.0..2.0),
            random.random_range(-2.0..2.0),
            random.random_range(-3.0..3.0),
            random.random_range(-3.0..3.0),
        );
        let (_, (dw, dx)) = through_calls_grad(&weights, x);
        let (_, (sw, sx)) = through_calls_vjp(&weights, x, s);
        assert!((sx - s * dx).abs() <= 1e-12 * (1.0 + sx.abs()));
        assert!(dw.iter().zip(&sw).all(|(d, v)| (v - s * d).abs() <= 1e-12 * (1.0 + v.abs())));
        let (value, (px, py)) = pair_vjp(x, y, (s, r));
        assert_eq!(value, pair(x, y));
        assert!((px - (s * y + r)).abs() < 1e-12 && (py - (s * x + r * y.cos())).abs() < 1e-12);
        let (value, (vw, vx)) = scaled_vjp(&weights, x, vec![s, r, 1.0]);
        assert_eq!(value, scaled(&weights, x));
        let want = s * (weights[0] + 2.0 * x) + r * (weights[1] + 2.0 * x) + weights[2] + 2.0 * x;
        assert!((vx - want).abs() < 1e-12 * (1.0 + want.abs()));
        assert!(vw.iter().zip([s, r, 1.0]).all(|(v, seed)| (v - seed * x).abs() < 1e-12));
    }
}

#[test]
fn gradients_agree_with_differences() {
    check_gradient(
        |p| through_calls(&p[1..], p[0]),
        |p| {
            let (_, (w, x)) = through_calls_grad(&p[1..], p[0]);
            [vec![x], w].concat()
        },
        &[0.75, 0.5, -1.25, 2.0],
    )
    .unwrap();
    let f = |p: &[f64]| f64::from(single(p[0] as f32, p[1] as f32));
    let gradient = |p: &[f64]| {
        let (_, (a, b)) = single_grad(p[0] as f32, p[1] as f32);
        vec![f64::from(a), f64::from(b)]
    };
    check_gradient_to(1e-2, f, gradient, &[1.25, 0.5]).unwrap();
}

// ---- siblings that nobody calls give no warnings (see the `deny` at the top) ------------------------------------------------

mod unused_siblings {
    use autodiff_core::{Differentiable, differentiate};

    #[derive(Clone, Differentiable)]
    pub(super) struct Model {
        pub(super) w: Vec<f64>,
        pub(super) name: String,
    }

    impl Model {
        #[differentiate]
        pub(super) fn predict(&self, x: &[f64]) -> f64 {
            self.w.iter().zip(x).map(|(w, x)| w * x).sum()
        }
    }

    #[differentiate]
    pub(super) fn never(w: &[f64], x: f64, n: usize) -> f64 {
        let mut s = x;
        for i in 0..n {
            s = if s > 1.0 { s / w[i] } else { s * w[i] };
        }
        s
    }
}

#[test]
fn unused_siblings_are_silent() {
    let m = unused_siblings::Model { w: vec![1.0], name: String::new() };
    assert_eq!(m.predict(&[2.0]) + unused_siblings::never(&[1.0], 1.0, 1), 3.0);
    assert!(m.name.is_empty());
}

// ---- values that a branch leaves unused --------------------------------------------------------------------------------------

#[differentiate]
fn left_by_return(x: &[f64]) -> f64 {
    let length = (x[0] * x[0] + x[1] * x[1]).sqrt();
    if length == 0.0 {
        return 3.0 * x[0];
    }
    let s = length.sin() / length;
    s * x[1] + x[0] / length
}

#[differentiate]
#[allow(clippy::many_single_char_names, reason = "as in the formula")]
fn chosen_afterwards(x: f64, y: f64) -> f64 {
    let t = x / y;
    let (u, r) = (t * t + x, y.ln());
    let w = (u - r).exp();
    if y == 0.0 { 3.0 * x } else { w.recip() + u }
}

#[differentiate]
fn overwritten_if_infinite(x: f64, y: f64) -> f64 {
    let mut r = x / y;
    if !r.is_finite() {
        r = 3.0 * x;
    }
    r * r
}

#[differentiate]
fn left_out_in_a_loop(x: f64, v: &[f64]) -> f64 {
    let mut s = x;
    for a in v {
        let t = x / a;
        if *a == 0.0 {
            continue;
        }
        s += t * s;
    }
    s
}

#[differentiate]
fn carried_along(x: f64, y: f64) -> f64 {
    let (mut s, mut t) = (0.0, 1.0);
    for i in 0..3 {
        s = if i == 1 { 0.5 * s } else { s + t * x };
        t = x / (y + f64::from(i) - 1.0);
    }
    s
}

#[differentiate]
fn added_in_two_branches(x: f64, y: f64) -> f64 {
    let root = y.sqrt();
    let (a, b) = (x + root, x - root);
    if y <= 0.0 { 3.0 * x } else { a * a * b }
}

/// What is infinite has no share in what the branch gives, whatever came of it; in the branch that reads it nothing changes.
#[test]
fn values_that_are_not_used_cannot_poison() {
    assert_eq!(left_by_return_vjp(&[0.0, 0.0], 2.0), (0.0, vec![6.0, 0.0]));
    assert_eq!(chosen_afterwards_vjp(2.0, 0.0, 0.5), (6.0, (1.5, 0.0)));
    assert_eq!(chosen_afterwards_jvp(2.0, 0.0, (1.0, 1.0)), (6.0, 3.0));
    assert_eq!(overwritten_if_infinite_vjp(2.0, 0.0, 0.5), (36.0, (18.0, 0.0)));
    // s = 2 (1 + 2 / 1), of which the zero takes no part: d/dx (x + x²) = 5, d/da (x² / a) = -4.
    assert_eq!(left_out_in_a_loop_vjp(2.0, &[1.0, 0.0], 2.0), (6.0, (10.0, vec![-8.0, 0.0])));
    // s = x / 2 + x² / y of what i = 1 makes, where y = 0 at i = 1 is overwritten before it is read.
    let (value, (dx, dy)) = carried_along_vjp(2.0, 1.0, 3.0);
    let at = |x: f64, y: f64| carried_along(x, y);
    let h = 1e-6;
    assert_eq!(value, at(2.0, 1.0));
    assert!((dx / 3.0 - (at(2.0 + h, 1.0) - at(2.0 - h, 1.0)) / (2.0 * h)).abs() < 1e-6);
    assert!((dy / 3.0 - (at(2.0, 1.0 + h) - at(2.0, 1.0 - h)) / (2.0 * h)).abs() < 1e-6);
    assert_eq!(added_in_two_branches_vjp(2.0, 0.0, 0.5), (6.0, (1.5, 0.0)));

    // Where the value is used its slope is what it is.
    let near = |f: &dyn Fn(&[f64]) -> f64, gradient: &[f64], at: &[f64]| {
        for (k, g) in gradient.iter().enumerate() {
            let moved = |d: f64| f(&at.iter().enumerate().map(|(j, a)| if j == k { a + d } else { *a }).collect::<Vec<_>>());
            let slope = (moved(1e-6) - moved(-1e-6)) / 2e-6;
            assert!((slope - g / 2.0).abs() < 1e-6 * slope.abs().max(1.0), "{k}: {g} {slope}");
        }
    };
    near(&|v| left_by_return(v), &left_by_return_vjp(&[0.6, -0.8], 2.0).1, &[0.6, -0.8]);
    let (dx, dy) = chosen_afterwards_vjp(0.4, 1.7, 2.0).1;
    near(&|v| chosen_afterwards(v[0], v[1]), &[dx, dy], &[0.4, 1.7]);
    let (dx, dy) = overwritten_if_infinite_vjp(0.4, 1.7, 2.0).1;
    near(&|v| overwritten_if_infinite(v[0], v[1]), &[dx, dy], &[0.4, 1.7]);
    let (dx, dv) = left_out_in_a_loop_vjp(0.4, &[1.7, -0.3], 2.0).1;
    near(&|v| left_out_in_a_loop(v[0], &v[1..]), &[dx, dv[0], dv[1]], &[0.4, 1.7, -0.3]);
    let (dx, dy) = added_in_two_branches_vjp(0.4, 1.7, 2.0).1;
    near(&|v| added_in_two_branches(v[0], v[1]), &[dx, dy], &[0.4, 1.7]);
    // The root of zero, asked for: an infinity is not hidden.
    assert_eq!(guarded_root_grad(0.0).1, 0.0);
    assert!(added_in_two_branches_grad(2.0, f64::MIN_POSITIVE).1.1.is_finite());
}

#[differentiate]
fn the_smaller(x: f64, y: f64) -> f64 {
    (x / y).min(3.0 * x)
}

#[differentiate]
fn the_greater_of_roots(x: f64, y: f64) -> f64 {
    let a = y.sqrt().max(x) * x;
    let b = (0.5 * x).max(y.ln());
    a + b
}

#[differentiate]
fn within_bounds(x: f64, y: f64) -> f64 {
    let t = x / y;
    t.clamp(-1.0, 4.0) * x
}

#[differentiate]
fn chosen_twice(x: f64, y: f64) -> f64 {
    let t = x / y;
    t.min(2.0 * x) + t.min(x * x)
}

/// The argument that `max`, `min` and `clamp` do not choose may be infinite, too.
#[test]
fn arguments_that_are_not_chosen_cannot_poison() {
    assert_eq!(the_smaller_vjp(2.0, 0.0, 0.5), (6.0, (1.5, 0.0)));
    assert_eq!(the_smaller_jvp(2.0, 0.0, (1.0, 1.0)), (6.0, 3.0));
    assert_eq!(the_greater_of_roots_vjp(2.0, 0.0, 2.0), (5.0, (9.0, 0.0)));
    assert_eq!(the_greater_of_roots_jvp(2.0, 0.0, (2.0, 1.0)), (5.0, 9.0));
    assert_eq!(within_bounds_vjp(2.0, 0.0, 0.5), (8.0, (2.0, 0.0)));
    assert_eq!(within_bounds_jvp(2.0, 0.0, (1.0, 1.0)), (8.0, 4.0));
    assert_eq!(chosen_twice_vjp(2.0, 0.0, 0.5), (8.0, (3.0, 0.0)));
    // Chosen, it has its slope: d/dx x / y, d/dy x / y.
    assert_eq!(the_smaller_vjp(2.0, 4.0, 2.0), (0.5, (0.5, -0.25)));
    assert_eq!(within_bounds_vjp(2.0, 4.0, 2.0), (1.0, (2.0, -0.5)));
    // A root of zero that is chosen: the infinity is not hidden.
    assert_eq!(the_greater_of_roots_grad(-1.0, 0.0).1.1, f64::NEG_INFINITY);
}

#[differentiate]
fn summed_backwards(x: &[f64], k: f64) -> f64 {
    let y = vec![x[0], k, x[0] * k, 1e-9, x[1], k * k, x[1] / 3.0, 0.1, 1e9, -k];
    y.iter().copied().rev().sum::<f64>() * k + x.iter().rev().map(|v| v * k).fold(0.1, |s, v| s + v)
}

#[test]
fn values_are_added_up_in_the_order_of_the_function() {
    let x = [0.1, 0.7, 1e-7, 3.3, 0.123_456_789, 7.7, 1e5, 0.2, 0.3, 1e-3, 0.9];
    let value = summed_backwards(&x, 0.37);
    assert_eq!(summed_backwards_grad(&x, 0.37).0.to_bits(), value.to_bits());
    assert_eq!(summed_backwards_vjp(&x, 0.37, -1.75).0.to_bits(), value.to_bits());
    assert_eq!(summed_backwards_jvp(&x, 0.37, (&[1.0; 11], 0.5)).0.to_bits(), value.to_bits());
}
