//! Types without numbers that a function makes and lends to others, and type parameters that have operators.

use std::ops::{Add, Mul};

use autodiff_core::{Differentiable, check_gradient, differentiate};

struct Lcg(u64);

impl Lcg {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1);
        (self.0 >> 40) as f64 / 16777216.0
    }
}

#[derive(Clone)]
struct Named {
    state: u64,
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Even,
    Odd,
}

#[differentiate]
fn sampled(x: f64, g: &mut Lcg) -> f64 {
    let mut s = 0.0;
    for _ in 0..5 {
        s += x * g.next();
    }
    s * x
}

#[differentiate]
fn stepped(x: f64, n: &mut Named) -> f64 {
    n.state += 1;
    x.powi(n.state as i32)
}

#[differentiate]
fn turned(x: f64, m: &mut Mode) -> f64 {
    *m = if *m == Mode::Even { Mode::Odd } else { Mode::Even };
    if *m == Mode::Even { x * x } else { x.sin() }
}

#[differentiate]
fn lent(x: &[f64]) -> f64 {
    let mut g = Lcg(42);
    let mut n = Named { state: 1 };
    let mut m = Mode::Even;
    let mut s = sampled(x[0], &mut g) + sampled(x[0] * x[1], &mut g);
    for &v in x {
        s += turned(s * v, &mut m) + stepped(v, &mut n);
    }
    if m == Mode::Odd { s * x[2] } else { s }
}

/// The types have no derive, and none is asked for as parameters (E0277).
#[test]
fn types_without_numbers_are_made_and_lent() {
    for x in [[0.7, -0.4, 0.9], [-0.3, 0.8, 0.4]] {
        let (value, gradient) = lent_grad(&x);
        assert_eq!(value.to_bits(), lent(&x).to_bits());
        check_gradient(lent, |_| gradient.clone(), &x).unwrap();
        let (_, tangent) = lent_jvp(&x, &[1.0, 0.5, 2.0]);
        assert!((tangent - gradient[0] - 0.5 * gradient[1] - 2.0 * gradient[2]).abs() < 1e-12);
    }
}

#[derive(Clone, Copy, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

#[differentiate]
impl Add for Point {
    type Output = Point;
    fn add(self, o: Point) -> Point {
        Point { x: self.x + o.x, y: self.y + o.y }
    }
}

#[differentiate]
impl Mul<f64> for Point {
    type Output = Point;
    fn mul(self, k: f64) -> Point {
        Point { x: self.x * k, y: self.y * k }
    }
}

#[differentiate]
fn lerp<T: Copy + Add<Output = T> + Mul<f64, Output = T>>(a: T, b: T, t: f64) -> T {
    a * (1.0 - t) + b * t
}

#[differentiate]
fn between(x: &[f64]) -> f64 {
    let p = lerp(Point { x: x[0], y: 1.0 }, Point { x: 2.0, y: x[1] * x[1] }, x[2]);
    lerp(p.x, x[0] * p.y, x[2])
}

/// Of values of a type parameter with bounds of operators, which are no numbers (E0277).
#[test]
fn values_of_a_type_parameter_have_its_operators() {
    let x = [0.7, -0.4, 0.9];
    let (value, gradient) = between_grad(&x);
    assert_eq!(value.to_bits(), between(&x).to_bits());
    check_gradient(between, |_| gradient.clone(), &x).unwrap();
    let (_, tangent) = between_jvp(&x, &[1.0, 0.5, 2.0]);
    assert!((tangent - gradient[0] - 0.5 * gradient[1] - 2.0 * gradient[2]).abs() < 1e-12);
}
