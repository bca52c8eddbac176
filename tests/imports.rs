//! Functions of the standard library under the names of imports, and functions of one's own of the same names.

#![allow(clippy::all)] // how functions are written is what these tests vary

use std::array::from_fn;
use std::cmp::{max, min};
use std::iter::{self as it, once, successors, zip};
use std::mem::{replace, swap as exchange, take};

use autodiff_core::differentiate;

#[differentiate]
fn buffered(x: &[f64], k: f64) -> f64 {
    let mut u = x.to_vec();
    let mut v = vec![0.0; x.len()];
    for _ in 0..3 {
        for i in 0..u.len() {
            v[i] = u[i] * u[i] * k;
        }
        exchange(&mut u, &mut v);
    }
    u.iter().sum()
}

#[differentiate]
fn side_by_side(x: &[f64], k: f64) -> f64 {
    zip(x, x.iter().rev()).map(|(a, b)| a * b * b).sum::<f64>()
        + zip(x, 1..=x.len()).map(|(e, o)| o as f64 - e * e * k).fold(0.0, |a, b| a + b)
}

#[differentiate]
fn taken(x: &[f64], k: f64) -> f64 {
    let mut u = x.to_vec();
    let old = take(&mut u);
    let mut z = k;
    let p = replace(&mut z, k * k);
    old.iter().chain(once(&p)).map(|v| v * z).sum::<f64>() + u.len() as f64
}

#[differentiate]
fn filled(x: &[f64], k: f64) -> f64 {
    let m: [f64; 3] = from_fn(|i| x[i] * k);
    let n = max(2, min(3, x.len()));
    m[n - 1] * m[0] + it::repeat(k).take(3).sum::<f64>() + successors(Some(k), |&x| (x > 0.01).then_some(x * 0.5)).sum::<f64>()
}

#[differentiate]
fn shadowed(x: &[f64], k: f64) -> f64 {
    let replace = |a: f64, b: f64| a * b + k;
    replace(x[0], x[1])
}

mod elsewhere {
    use autodiff_core::differentiate;

    /// Not that of the standard library.
    #[differentiate]
    pub fn swap(a: &mut f64, b: &mut f64) {
        *a *= *b;
    }

    #[differentiate]
    pub fn called(x: &[f64], k: f64) -> f64 {
        let (mut a, mut b) = (x[0], k);
        swap(&mut a, &mut b);
        a * b
    }
}

/// Value bit for bit, and every slot against differences of fourth order, with a seed.
fn check(n: usize, f: impl Fn(&[f64], f64) -> f64, vjp: impl Fn(&[f64], f64, f64) -> (f64, (Vec<f64>, f64))) {
    let x: Vec<f64> = (0..=n).map(|k| 0.4 + 0.35 * (k as f64 * 1.7).sin()).collect();
    let (value, (mut gradient, k_bar)) = vjp(&x[..n], x[n], -1.75);
    assert_eq!(value.to_bits(), f(&x[..n], x[n]).to_bits());
    gradient.push(k_bar);
    for (k, bar) in gradient.iter().enumerate() {
        let at = |d: f64| {
            let mut p = x.clone();
            p[k] += d;
            -1.75 * f(&p[..n], p[n])
        };
        let h = 1e-3;
        let slope = (8.0 * (at(h) - at(-h)) - at(2.0 * h) + at(-2.0 * h)) / (12.0 * h);
        assert!((slope - bar).abs() < 1e-7 * (1.0 + slope.abs()), "slot {k}: {bar} instead of {slope}");
    }
}

#[test]
fn functions_of_mem() {
    check(3, buffered, buffered_vjp);
    check(0, buffered, buffered_vjp);
    check(3, taken, taken_vjp);
}

#[test]
fn functions_of_iter_and_array() {
    check(4, side_by_side, side_by_side_vjp);
    check(3, filled, filled_vjp);
}

#[test]
fn ones_own_functions_of_the_names() {
    check(2, shadowed, shadowed_vjp);
    check(2, elsewhere::called, elsewhere::called_vjp);
}
