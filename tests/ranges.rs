//! Ranges of numbers: two numbers like any others. The ends of `x..y` were taken for constants.

#![allow(clippy::all)] // how functions are written is what these tests vary

use std::ops::Range;

use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable, Clone)]
struct Domain {
    range: Range<f64>,
    scale: f64,
    rows: Range<usize>,
}

#[differentiate]
fn local(x: f64, y: f64) -> f64 {
    let r = x..y;
    let s: Range<f64> = x * y..y;
    let width = s.end - s.start;
    (r.end - r.start) * x + if s.contains(&x) { width * width } else { width }
}

#[differentiate(hessian, lanes)]
fn by_reference(r: &Range<f64>) -> f64 {
    r.end * r.end * r.start - r.start
}

#[differentiate(hessian)]
fn by_value(r: Range<f64>, n: Range<usize>) -> f64 {
    r.end * r.end - r.start * n.len() as f64
}

#[differentiate(hessian)]
fn handed_on(x: f64, y: f64) -> f64 {
    by_reference(&(x..y)) + by_value(x * x..y, 1..3)
}

#[differentiate]
fn of_a_field(d: &Domain) -> f64 {
    let mut s = 0.0;
    for k in d.rows.clone() {
        s += (d.range.end - d.range.start) * d.scale * k as f64;
    }
    s
}

#[differentiate]
fn taken_apart(x: f64, y: f64) -> f64 {
    let d = Domain { range: x..y * x, scale: y, rows: 1..4 };
    let value = of_a_field(&d);
    let Range { start, end } = d.range;
    value + start * end
}

#[differentiate]
fn moved(x: f64, y: f64) -> f64 {
    let mut r = x..y;
    for _ in 0..3 {
        r.start = r.start * 0.5 + 0.1 * r.end;
        r.end -= r.start * r.start;
    }
    r.end * r.start
}

#[differentiate]
fn handed_to_methods(x: f64, y: f64) -> f64 {
    let none: Option<Range<f64>> = None;
    let r = none.unwrap_or(x..y);
    let copy = (x..y * x).clone();
    let mut all: Vec<Range<f64>> = Vec::new();
    all.push(y..x * y);
    all.push(r.clone());
    let width = |r: &Range<f64>| r.end - r.start * r.start;
    copy.end * copy.start + r.end * r.end - r.start + all.iter().map(width).sum::<f64>()
}

/// The index of the greatest comes out of a loop over numbers, and ranges of it are of integers.
#[differentiate]
fn selected(v: &[f64], k: f64) -> f64 {
    let (mut at, mut best) = (0, f64::NEG_INFINITY);
    for (i, x) in v.iter().enumerate() {
        if *x > best {
            (at, best) = (i, *x);
        }
    }
    let rest = at..v.len();
    v[rest.clone()].iter().map(|x| x * k).sum::<f64>() + v[..=at].iter().product::<f64>() * best * rest.len() as f64
}

fn check(f: impl Fn(f64, f64) -> f64, vjp: impl Fn(f64, f64, f64) -> (f64, (f64, f64))) {
    for point in [[0.7, 1.3], [1.2, -0.4]] {
        assert_eq!(vjp(point[0], point[1], -1.75).0.to_bits(), f(point[0], point[1]).to_bits());
        let gradient = |p: &[f64]| {
            let (_, (a, b)) = vjp(p[0], p[1], -1.75);
            vec![a, b]
        };
        autodiff_core::check_gradient(|p| -1.75 * f(p[0], p[1]), gradient, &point).unwrap();
    }
}

#[test]
fn made_and_used() {
    check(local, local_vjp);
    check(moved, moved_vjp);
    check(handed_to_methods, handed_to_methods_vjp);
}

#[test]
fn fields_and_arguments() {
    check(handed_on, handed_on_vjp);
    check(taken_apart, taken_apart_vjp);
    let (_, r_bar) = by_reference_grad(&(0.5..2.0));
    assert_eq!((r_bar.start, r_bar.end), (3.0, 2.0));
    let (_, dots) = by_reference_jvp_lanes::<2>(&(0.5..2.0), &(autodiff_core::Lanes([1.0, 0.0])..autodiff_core::Lanes([0.0, 1.0])));
    assert_eq!(dots.0, [3.0, 2.0]);
}

#[test]
fn second_derivatives() {
    let (x, y) = (0.7, 1.3);
    let (_, _, h) = handed_on_hessian(x, y);
    // x y² - x + y² - 2 x²
    assert!((h[0][0] + 4.0).abs() < 1e-12 && (h[0][1] - 2.0 * y).abs() < 1e-12 && (h[1][1] - 2.0 * x - 2.0).abs() < 1e-12, "{h:?}");
}

#[test]
fn ranges_of_integers_stay_plain() {
    let point = [0.3, 1.4, -0.6, 0.9, 0.8];
    let gradient = |p: &[f64]| {
        let (_, (v, k)) = selected_vjp(&p[..4], p[4], -1.75);
        [v, vec![k]].concat()
    };
    autodiff_core::check_gradient(|p| -1.75 * selected(&p[..4], p[4]), gradient, &point).unwrap();
}
