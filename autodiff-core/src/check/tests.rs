//! Checks of the checks: what is right passes, what is wrong is named.

use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

use super::*;

fn cubic(x: &[f64]) -> f64 {
    x[0] * x[0] * x[0] - 2.0 * x[0] * x[1]
}

fn cubic_gradient(x: &[f64]) -> [f64; 2] {
    [3.0 * x[0] * x[0] - 2.0 * x[1], -2.0 * x[0]]
}

#[test]
fn right_gradients_pass() {
    for point in [[1.0, 2.0], [-3.0, 0.5], [0.0, 0.0], [1e6, -1e5], [1e-9, 3.0]] {
        check_gradient(cubic, cubic_gradient, &point).unwrap();
    }
    check_gradient(|x| x[0].exp(), |x| x[0].exp(), &[30.0]).unwrap();
    check_gradient(|x| x[0].sin(), |x| x[0].cos(), &[100.0]).unwrap();
}

#[test]
fn a_point_without_components_passes() {
    check_gradient(|_| 1.0, |_| (), &[]).unwrap();
}

#[test]
fn the_wrong_component_is_named() {
    let error = check_gradient(cubic, |x| (cubic_gradient(x)[0], 2.0 * x[0]), &[1.0, 2.0]).unwrap_err();
    let GradientError::Component { index, ref point, gradient, difference, .. } = error else { panic!("{error}") };
    assert_eq!((index, point, gradient), (1, &vec![1.0, 2.0], 2.0));
    assert!((difference + 2.0).abs() < 1e-8, "{difference}");
    assert!(error.to_string().starts_with("component 1 at [1.0, 2.0]: gradient 2.0, finite differences -"), "{error}");
}

#[test]
fn small_errors_are_found() {
    check_gradient(cubic, |x| cubic_gradient(x).map(|g| g + 1e-6), &[1.0, 2.0]).unwrap_err();
    check_gradient_to(1e-5, cubic, |x| cubic_gradient(x).map(|g| g + 1e-6), &[1.0, 2.0]).unwrap();
}

#[test]
fn nan_never_passes() {
    check_gradient(cubic, |_| [f64::NAN; 2], &[1.0, 2.0]).unwrap_err();
    check_gradient(|_| f64::NAN, |_| 0.0, &[1.0]).unwrap_err();
    check_gradient(|_| f64::NAN, |_| f64::NAN, &[1.0]).unwrap_err();
}

#[test]
fn infinity_never_passes() {
    check_gradient(|_| 0.0, |_| f64::INFINITY, &[1.0]).unwrap_err();
    check_gradient(|_| f64::INFINITY, |_| f64::INFINITY, &[1.0]).unwrap_err();
}

#[test]
fn lengths_are_compared() {
    let error = check_gradient(cubic, |_| vec![1.0], &[1.0, 2.0]).unwrap_err();
    assert_eq!(error.to_string(), "the gradient has 1 components, the point has 2");
    let error = check_vjp(cubic, |x, _| cubic_gradient(x), &[1.0, 2.0], &[1.0, 2.0]).unwrap_err();
    assert_eq!(error.to_string(), "the seed has 2 components, the value of the function has 1");
}

#[test]
fn seeds_weigh_the_results() {
    let f = |x: &[f64]| vec![x[0] * x[1], x[0] + x[1]];
    let vjp = |x: &[f64], s: &[f64]| (x[1] * s[0] + s[1], x[0] * s[0] + s[1]);
    check_vjp(f, vjp, &[3.0, -4.0], &[0.7, -1.3]).unwrap();
    let forgets_the_seed = |x: &[f64], _: &[f64]| (x[1] + 1.0, x[0] + 1.0);
    check_vjp(f, forgets_the_seed, &[3.0, -4.0], &[0.7, -1.3]).unwrap_err();
}

#[test]
fn components_come_in_order() {
    let nested = (1.0, (), [2.0_f32, 3.0], (vec![(4.0, 5.0)], Some(6.0), None::<f64>), &[7.0][..], Box::new(8.0));
    assert_eq!(nested.components(), (1..=8).map(f64::from).collect::<Vec<_>>());
}
