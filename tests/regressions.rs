//! What random programs had found, each under its own name and as small as it could be made.

#![allow(clippy::let_and_return, clippy::map_clone, clippy::needless_return, unused)] // programs of a generator

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
