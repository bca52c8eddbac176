//! Third derivatives through operators, methods and constructors of `nalgebra`, against differences of second ones.

use approx::assert_relative_eq;
use autodiff_core::differentiate;
use nalgebra::{DMatrix, DVector, Matrix2, Matrix3, Point2, Vector2, Vector3};

const POINT: [f64; 4] = [0.7, 0.4, 1.2, 0.9];
const DIRECTION: [f64; 4] = [1.0, -0.5, 0.3, 0.2];

#[differentiate(order = 3)]
fn operators(x: &[f64]) -> f64 {
    let m = Matrix2::new(x[0], x[1], x[1], x[2]);
    let v = Vector2::new(x[3], x[0]);
    let w = m * v + v * x[1] - x[2] * (m * m * v) / x[3];
    let p = Point2::new(x[0], x[3]) * x[2] + v;
    let q = m * p - v;
    -w.x * q.x + (-w).y * (q - p).y * p.x + (m * m)[(0, 1)] + (p / x[1]).x * (3.0 * p).y
}

#[differentiate(order = 3)]
fn methods(x: &[f64]) -> f64 {
    let m = Matrix3::new(x[0], x[1], x[1], x[2], 1.0, x[0], x[3], x[1], 2.0);
    let v = Vector3::new(x[3], x[0], x[2]);
    let w = (m * v).normalize().scale(x[1]);
    let c = w.cross(&v).component_mul(&v) + v.component_div(&w).abs();
    let inverse = match m.try_inverse() {
        Some(inverse) => inverse,
        None => return 0.0,
    };
    let sums = c.norm() * w.dot(&v) + m.determinant() * m.transpose().trace() + inverse[(0, 1)];
    sums + v.add_scalar(x[0]).norm_squared() + c.metric_distance(&v) + v.unscale(x[1]).sum() * m.mean()
}

#[differentiate(order = 3)]
fn made(x: &[f64]) -> f64 {
    let n = x.len() / 2;
    let m = DMatrix::from_row_slice(n, n, x);
    let v = DVector::from_vec(vec![x[0] * x[3], x[1].exp()]);
    let e = DVector::from_element(n, x[2] * x[2]);
    let d = Matrix2::from_diagonal(&Vector2::new(x[0].sin(), x[3]));
    let w = m * (v + e);
    w.dot(&w) + (d * d).trace() * Vector2::repeat(x[1] * x[0]).norm_squared()
}

/// A matrix that stands still, and one element that moves.
#[differentiate(order = 3, wrt(x))]
fn of_constants(m: &Matrix2<f64>, x: f64) -> f64 {
    let v = Vector2::new(1.0, x);
    let w = m * v;
    w.dot(&v) * w.x
}

macro_rules! bends {
    ($name:ident of $hvp:ident) => {
        #[differentiate]
        fn $name(x: &[f64]) -> f64 {
            let d = [1.0, -0.5, 0.3, 0.2];
            let (_, _, h) = $hvp(x, &d);
            h.iter().zip(d).map(|(a, b)| a * b).sum()
        }
    };
}
bends!(operators_bend of operators_hvp);
bends!(methods_bend of methods_hvp);
bends!(made_bend of made_hvp);

/// The slope of the gradient's square has third derivatives as its own second ones.
macro_rules! squares {
    ($name:ident of $grad:ident) => {
        #[differentiate(hessian)]
        fn $name(x: &[f64]) -> f64 {
            $grad(x).1.iter().map(|g| g * g).sum()
        }
    };
}
squares!(operators_square of operators_grad);
squares!(methods_square of methods_grad);
squares!(made_square of made_grad);

fn differences(f: &dyn Fn(&[f64]) -> f64) -> Vec<f64> {
    let at = |k: usize, h: f64| {
        let mut x = POINT;
        x[k] += h;
        f(&x)
    };
    let slope = |k: usize, h: f64| (8.0 * (at(k, h) - at(k, -h)) - (at(k, 2.0 * h) - at(k, -2.0 * h))) / (12.0 * h);
    (0..4).map(|k| slope(k, 1e-3)).collect()
}

fn check(gradient: &[f64], f: &dyn Fn(&[f64]) -> f64, along: f64) {
    let expected = differences(f);
    for (got, expected) in gradient.iter().zip(&expected) {
        assert_relative_eq!(*got, *expected, max_relative = 1e-6, epsilon = 1e-6);
    }
    let product: f64 = gradient.iter().zip(DIRECTION).map(|(a, b)| a * b).sum();
    assert_relative_eq!(along, product, max_relative = 1e-10);
}

#[test]
fn third_derivatives() {
    check(&operators_bend_grad(&POINT).1, &operators_bend, operators_bend_jvp(&POINT, &DIRECTION).1);
    check(&methods_bend_grad(&POINT).1, &methods_bend, methods_bend_jvp(&POINT, &DIRECTION).1);
    check(&made_bend_grad(&POINT).1, &made_bend, made_bend_jvp(&POINT, &DIRECTION).1);
}

#[test]
fn second_derivatives_of_gradients() {
    for (gradient, hvp) in [
        (&operators_square_grad as &dyn Fn(&[f64]) -> (f64, Vec<f64>), operators_square_hvp(&POINT, &DIRECTION)),
        (&methods_square_grad, methods_square_hvp(&POINT, &DIRECTION)),
        (&made_square_grad, made_square_hvp(&POINT, &DIRECTION)),
    ] {
        let along = |x: &[f64]| gradient(x).1.iter().zip(DIRECTION).map(|(a, b)| a * b).sum();
        for (got, expected) in hvp.2.iter().zip(differences(&along)) {
            assert_relative_eq!(*got, expected, max_relative = 1e-6, epsilon = 1e-6);
        }
    }
}

#[differentiate(wrt(x))]
fn of_constants_bend(m: &Matrix2<f64>, x: f64) -> f64 {
    of_constants_hvp(m, x, 1.0).2
}

#[test]
fn constants_stand_still() {
    let m = Matrix2::new(1.5, -0.5, 0.75, 2.0);
    // With w = (a + b x, c + d x): (a + b x)² + (a + b x)(c + d x) x has the third derivative 6 b d.
    let (_, third) = of_constants_bend_grad(&m, 0.4);
    assert_relative_eq!(third, 6.0 * m[(0, 1)] * m[(1, 1)], max_relative = 1e-13);
}
