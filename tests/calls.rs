//! Calls of differentiated functions where neither the values nor the buffers that they take are simple: sums of what calls give, operators
//! of the user's own types, buffers that callees write to.

use autodiff_core::{Differentiable, differentiate};

fn close(got: f64, want: f64) {
    assert!((got - want).abs() <= 1e-7 * (1.0 + want.abs()), "got {got}, expected {want}");
}

fn slope(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    let h = 1e-5;
    (8.0 * (f(x + h) - f(x - h)) - (f(x + 2.0 * h) - f(x - 2.0 * h))) / (12.0 * h)
}

#[derive(Clone, Copy, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

#[differentiate]
impl std::ops::Mul for Point {
    type Output = f64;
    fn mul(self, other: Point) -> f64 {
        self.x * other.x + self.y * other.y
    }
}

#[differentiate]
impl std::ops::Sub for Point {
    type Output = Point;
    fn sub(self, other: Point) -> Point {
        Point { x: self.x - other.x, y: self.y - other.y }
    }
}

#[differentiate]
fn on_circle(angle: f64) -> Point {
    Point { x: angle.cos(), y: 2.0 * angle.sin() }
}

#[differentiate]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn pair(x: f64) -> [f64; 2] {
    [x.sin(), x * x]
}

/// Neither side of the sum has a type that the syntax tells; the products are of points.
#[differentiate]
fn products_of_points(a: f64, b: f64) -> f64 {
    let inner: f64 = on_circle(a) * on_circle(b + 1.0);
    inner + (on_circle(a) - on_circle(b)) * (on_circle(a) - on_circle(b)) + square(a) * square(b) - on_circle(a * b) * on_circle(b)
}

#[test]
fn sums_of_products_of_points() {
    let (a, b, seed) = (0.7, -1.2, 1.75);
    let (value, (a_bar, b_bar)) = products_of_points_vjp(a, b, seed);
    assert_eq!(value.to_bits(), products_of_points(a, b).to_bits());
    close(a_bar, seed * slope(|a| products_of_points(a, b), a));
    close(b_bar, seed * slope(|b| products_of_points(a, b), b));
}

/// Sums of calls and of elements of what calls give, and names for parts of them.
#[differentiate]
fn sums_of_calls(a: f64, b: f64) -> f64 {
    let p = pair(a);
    let q = pair(b);
    let (first, second) = (&p[0], &q[1]);
    let both = square(a) - square(b);
    let list = [p[1] - q[0], p[0] + q[1]];
    let picked = |u: &f64, v: &f64| u + v;
    both * 0.5 + (p[0] + q[1]) - (square(a * b) + square(b)) + list[0] * list[1] + (first + second) + picked(&p[1], second)
}

#[test]
fn sums_of_calls_are_numbers() {
    let (a, b, seed) = (0.7, -1.2, 1.75);
    let (value, (a_bar, b_bar)) = sums_of_calls_vjp(a, b, seed);
    assert_eq!(value.to_bits(), sums_of_calls(a, b).to_bits());
    close(a_bar, seed * slope(|a| sums_of_calls(a, b), a));
    close(b_bar, seed * slope(|b| sums_of_calls(a, b), b));
}
