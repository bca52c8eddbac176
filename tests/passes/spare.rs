//! The shares of `max` and `min` that are zero, and some that are not.

use autodiff_core::differentiate;

#[differentiate]
fn distance(x: &[f64], k: f64, i: usize) -> f64 {
    let mut d = 0.01;
    for j in 0..x.len() {
        d += (x[j] - k * i as f64) * (x[j] - k * i as f64);
    }
    d.sqrt()
}

with_and_without! {
    nearest off(spare) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut d = f64::INFINITY;
        for i in 0..4 {
            d = d.min(distance(x, k, i));
        }
        d * d + k
    }
    hinge off(spare) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            total += (distance(x, k, i) - 1.0).max(0.0) * x[i];
        }
        total
    }
    sum_behind_it off(spare) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            let mut z = -1.0;
            for j in 0..x.len() {
                z += x[j] * x[i] * k;
            }
            total += z.max(0.25) * x[i];
        }
        total
    }
    used_beside_it off(spare) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            let d = distance(x, k, i);
            total += d.max(1.0) + d * x[i];
        }
        total
    }
    exercise off(spare) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut values = x.to_vec();
        let up = 1.0 + 0.1 * k * k;
        for step in (0..x.len().saturating_sub(1)).rev() {
            for i in 0..=step {
                let hold = 0.6 * values[i + 1] + 0.3 * values[i];
                let spot = k * up.powi(2 * i as i32 - step as i32);
                values[i] = hold.max(1.0 - spot);
            }
        }
        if values.is_empty() { k } else { values[0] * values[0] }
    }
    negated off(spare) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            total += (0.0 - distance(x, k, i)).min(k - 1.0).sin();
        }
        total
    }
}

#[differentiate]
fn root(x: f64) -> f64 {
    let mut y = x;
    for _ in 0..1 {
        y = y.sqrt();
    }
    y
}

#[differentiate]
fn not_poisoned(x: f64) -> f64 {
    root(x).max(1.0) * x
}

#[differentiate]
fn tie(x: &[f64], k: f64) -> f64 {
    distance(x, k, 0).max(distance(x, k, 0)) * k
}

#[test]
fn a_side_that_is_not_taken_adds_no_nan() {
    assert_eq!(not_poisoned_vjp(0.0, -2.0), (0.0, -2.0));
}

#[test]
fn ties_are_shared() {
    let (value, (x_bar, _)) = tie_vjp(&[1.0, 2.0], 0.5, -2.0);
    assert_eq!(value, tie(&[1.0, 2.0], 0.5));
    let d = (5.01_f64).sqrt();
    assert!((x_bar[1] + 2.0 * 0.5 * 2.0 / d).abs() < 1e-14, "{x_bar:?}");
}

#[differentiate(hessian)]
fn at_zero(x: f64, k: f64) -> f64 {
    let e = (x * k).max(-1.0) - 1.0;
    e * e
}

#[test]
fn what_is_zero_at_a_point_still_curves() {
    let (_, gradient, hessian) = at_zero_hessian(2.0, 0.5);
    assert_eq!(gradient, (0.0, 0.0));
    assert_eq!(hessian, [[0.5, 2.0], [2.0, 8.0]]);
}
