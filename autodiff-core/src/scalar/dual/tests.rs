//! Derivatives by dual numbers against the rules, and of second order against differences of them.

use crate::{Dual, Real, Scalar};

fn central(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    let h = 1e-4;
    (8.0 * (f(x + h) - f(x - h)) - (f(x + 2.0 * h) - f(x - 2.0 * h))) / (12.0 * h)
}

/// Every row at the middle of its first piece: the derivative of the partial against differences of it.
#[test]
fn second_derivatives_of_every_unary_rule() {
    macro_rules! check {
        (unary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on [$($piece:expr),*] $rule:tt)* }) => { $({
            let pieces: &[(f64, f64)] = &[$($piece),*];
            let x = 0.4 * pieces[0].0 + 0.6 * pieces[0].1;
            let y = Dual::new(Dual::new(x, 1.0), Dual::new(1.0, 0.0)).$hidden();
            let slope = |x: f64| Dual::new(x, 1.0).$hidden().eps;
            approx::assert_relative_eq!(y.re.re, x.$hidden());
            approx::assert_relative_eq!(y.eps.re, central(|x| x.$hidden(), x), epsilon = 1e-8, max_relative = 1e-8);
            approx::assert_relative_eq!(y.eps.eps, central(slope, x), epsilon = 1e-7, max_relative = 1e-7);
        })* };
        ($($other:tt)*) => {};
    }
    crate::for_each_rule!(check);
}

#[test]
fn second_derivatives_of_every_binary_rule() {
    macro_rules! check {
        (binary { $($name:ident $hidden:ident $method:ident $forward:ident $second:ident $third:ident on [$($piece:expr),*] $rule:tt)* }) => { $({
            let pieces: &[((f64, f64), (f64, f64))] = &[$($piece),*];
            let ((x0, x1), (p0, p1)) = pieces[0];
            let (x, p) = (0.37 * x0 + 0.63 * x1, 0.29 * p0 + 0.71 * p1);
            let at = |x: Dual<f64>, p: Dual<f64>| x.$hidden(p);
            let both = Dual::new(Dual::new(x, 1.0), Dual::constant(1.0)).$hidden(Dual::new(Dual::new(p, 2.0), Dual::constant(-1.0)));
            let slope = |t: f64| at(Dual::new(x + t, 1.0), Dual::new(p + 2.0 * t, -1.0)).eps;
            approx::assert_relative_eq!(both.eps.re, slope(0.0), epsilon = 1e-12, max_relative = 1e-12);
            approx::assert_relative_eq!(both.eps.eps, central(slope, 0.0), epsilon = 1e-6, max_relative = 1e-6);
        })* };
        ($($other:tt)*) => {};
    }
    crate::for_each_rule!(check);
}

#[test]
fn third_derivative() {
    // (x sin x)''' = -3 sin x - x cos x
    let x = 0.7_f64;
    let one = |v| Dual::new(v, Dual::constant(Dual::constant(1.0)));
    let d: Dual<Dual<Dual<f64>>> = one(Dual::new(Dual::new(x, 1.0), Dual::constant(1.0)));
    let y = d * d.sin();
    approx::assert_relative_eq!(y.eps.eps.eps, -3.0 * x.sin() - x * x.cos(), max_relative = 1e-14);
}

#[test]
fn a_constant_contributes_nothing_at_a_singular_point() {
    let y = Dual::new(0.0, 1.0).powf(Dual::constant(2.0));
    assert_eq!((y.re, y.eps), (0.0, 0.0));
    assert_eq!(Dual::constant(0.0).sqrt().eps, 0.0);
    assert_eq!(Dual::new(0.0, 1.0).sqrt().eps, f64::INFINITY);
}

#[test]
fn remainders_and_erfc() {
    let y = Dual::new(7.5, 1.0) % Dual::new(2.0, 1.0);
    assert_eq!((y.re, y.eps), (1.5, -2.0));
    let slope = Dual::new(0.3, 1.0).__erfc().eps;
    approx::assert_relative_eq!(slope, central(|x| x.__erfc(), 0.3), max_relative = 1e-9);
}

#[test]
fn an_exponent_that_moves_through_zero() {
    // d²/dx dp of x^p is x^(p-1) (1 + p ln x).
    let (x, p) = (2.5_f64, Dual::new(0.0, 1.0));
    let partial = crate::rules::powf::pullback_0(Dual::constant(x), p, Dual::constant(x).powf(p), Dual::constant(3.0));
    assert_eq!(partial.re, 0.0);
    approx::assert_relative_eq!(partial.eps, 3.0 / x, max_relative = 1e-14);
    let partial = crate::rules::powf::pullback_1(Dual::new(0.0, 1.0), Dual::constant(2.0), Dual::constant(0.0), Dual::constant(3.0));
    assert_eq!((partial.re, partial.eps), (0.0, 0.0));
}
