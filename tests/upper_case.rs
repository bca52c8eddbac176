//! Variables in the case of constants, and functions in that of types, as formulas have them.

#![allow(non_snake_case, clippy::all)] // as formulas are written

use autodiff_core::differentiate;

const R: f64 = 8.314;

#[differentiate]
fn gas(T: f64, V: f64) -> f64 {
    let N = 2.0 * T;
    let (A, B) = (N * V, N.sin());
    let mut S = A;
    for K in 0..3 {
        S += B * f64::from(K);
    }
    let F = |X: f64| X * X * V;
    S * R + F(T) * A
}

#[differentiate]
fn D(T: f64, V: f64) -> f64 {
    T * V * V
}

#[differentiate]
fn E(T: f64) -> (f64, f64) {
    (T.sin(), T * T)
}

#[differentiate]
fn elements(T: f64, V: f64) -> f64 {
    let D = D(T, V);
    let (X, Y) = E(T);
    match Some(X) {
        Some(Z) if Z > 0.8 => Z * D,
        Some(Q) => Q * Y,
        None => 0.0,
    }
}

#[differentiate]
fn list(Xs: &[f64], T: f64) -> f64 {
    let mut E = 0.0;
    for (I, X) in Xs.iter().enumerate() {
        E += if I > 0 { X * X } else { X * T };
    }
    if let [A, B, ..] = Xs {
        E += A * B;
    }
    Xs.iter().map(|X| X * E).sum::<f64>()
}

#[differentiate]
fn rows(X: f64, T: f64) -> f64 {
    let mut A;
    let mut SinA;
    let CosA;
    A = X * T;
    SinA = A.sin();
    CosA = A.cos();
    let mut y = SinA * CosA;
    A = X + T;
    SinA = A.sin();
    y += SinA * A;
    y
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
fn variables() {
    check(gas, gas_vjp);
    check(rows, rows_vjp);
}

#[test]
fn functions_and_patterns() {
    check(elements, elements_vjp);
    let listed = |a, b, seed| {
        let (value, (x, t)) = list_vjp(&[a, 0.2, -0.6], b, seed);
        (value, (x[0], t))
    };
    check(|a, b| list(&[a, 0.2, -0.6], b), listed);
}
