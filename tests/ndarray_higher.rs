//! Second and third derivatives through the operators of `ndarray`, against differences of gradients.

use approx::assert_relative_eq;
use autodiff_core::differentiate;
use ndarray::{Array1, Array2, array};

fn slope(f: impl Fn(f64) -> f64) -> f64 {
    let h = 1e-3;
    (8.0 * (f(h) - f(-h)) - (f(2.0 * h) - f(-2.0 * h))) / (12.0 * h)
}

#[differentiate(hessian)]
fn elementwise(a: &Array2<f64>, b: &Array2<f64>, v: &Array1<f64>, k: f64) -> f64 {
    let p = a * b + a / b - b;
    let q = &p * v / (b * k) - v * a;
    let r = k / (&q * 2.0 + 9.0) * q / k + k - -(a + k);
    let w = r.dot(v);
    w.dot(&w) * k + w.dot(v)
}

#[differentiate(hessian)]
fn products(a: &Array2<f64>, b: &Array2<f64>, v: &Array1<f64>) -> f64 {
    let m = a.dot(b);
    let w = m.dot(v);
    w.dot(&w) * w.dot(v)
}

fn parts() -> (Array2<f64>, Array2<f64>, Array1<f64>) {
    (array![[0.7, -1.2], [0.4, 0.9]], array![[1.5, 0.8], [-1.1, 2.0]], array![0.6, -0.7])
}

fn directions() -> (Array2<f64>, Array2<f64>, Array1<f64>) {
    (array![[0.3, 0.5], [-0.8, 0.2]], array![[-0.4, 0.6], [0.7, 0.1]], array![0.9, -0.5])
}

#[test]
fn operators() {
    let ((a, b, v), (da, db, dv), (k, dk)) = (parts(), directions(), (1.3, 0.4));
    let at = |t: f64| (&a + &(&da * t), &b + &(&db * t), &v + &(&dv * t), k + t * dk);
    let (value, (ga, gb, gv, gk), (ha, hb, hv, hk)) = elementwise_hvp(&a, &b, &v, k, (&da, &db, &dv, dk));
    assert_eq!(value.to_bits(), elementwise(&a, &b, &v, k).to_bits());
    let along = (&ga * &da).sum() + (&gb * &db).sum() + gv.dot(&dv) + gk * dk;
    let f = |t: f64| {
        let (a, b, v, k) = at(t);
        elementwise(&a, &b, &v, k)
    };
    assert_relative_eq!(along, slope(f), max_relative = 1e-7);
    let gradient = |t: f64| {
        let (a, b, v, k) = at(t);
        elementwise_grad(&a, &b, &v, k).1
    };
    for i in 0..2 {
        for j in 0..2 {
            assert_relative_eq!(ha[[i, j]], slope(|t| gradient(t).0[[i, j]]), max_relative = 1e-6);
            assert_relative_eq!(hb[[i, j]], slope(|t| gradient(t).1[[i, j]]), max_relative = 1e-6);
        }
        assert_relative_eq!(hv[i], slope(|t| gradient(t).2[i]), max_relative = 1e-6);
    }
    assert_relative_eq!(hk, slope(|t| gradient(t).3), max_relative = 1e-6);
}

#[test]
fn matrix_products() {
    let ((a, b, v), (da, db, dv)) = (parts(), directions());
    let at = |t: f64| (&a + &(&da * t), &b + &(&db * t), &v + &(&dv * t));
    let (value, (ga, gb, gv), (ha, hb, hv)) = products_hvp(&a, &b, &v, (&da, &db, &dv));
    assert_eq!(value.to_bits(), products(&a, &b, &v).to_bits());
    let along = (&ga * &da).sum() + (&gb * &db).sum() + gv.dot(&dv);
    let f = |t: f64| {
        let (a, b, v) = at(t);
        products(&a, &b, &v)
    };
    assert_relative_eq!(along, slope(f), max_relative = 1e-8);
    let gradient = |t: f64| {
        let (a, b, v) = at(t);
        products_grad(&a, &b, &v).1
    };
    for i in 0..2 {
        for j in 0..2 {
            assert_relative_eq!(ha[[i, j]], slope(|t| gradient(t).0[[i, j]]), max_relative = 1e-7);
            assert_relative_eq!(hb[[i, j]], slope(|t| gradient(t).1[[i, j]]), max_relative = 1e-7);
        }
        assert_relative_eq!(hv[i], slope(|t| gradient(t).2[i]), max_relative = 1e-7);
    }
}

#[differentiate(order = 3)]
fn cubic(a: &Array2<f64>, b: &Array2<f64>, v: &Array1<f64>, k: f64) -> f64 {
    let p = a * b + a / b - b;
    let q = &p * v / (b * k) - v * a;
    let r = k / (&q * 2.0 + 9.0) * q / k + k - -(a + k);
    let w = r.dot(v);
    let m = a.dot(b).dot(&r);
    w.dot(&w) * k + w.dot(v) + m.dot(&w).dot(v)
}

/// A product with the Hessian in a direction that moves itself.
#[differentiate]
fn bend(a: &Array2<f64>, b: &Array2<f64>, v: &Array1<f64>, k: f64) -> f64 {
    let (_, _, (ha, hb, hv, hk)) = cubic_hvp(a, b, v, k, (b, a, v, 1.0));
    ha[(0, 1)] + hb[(1, 0)] * 2.0 + hv[1] - hk
}

#[differentiate(hessian)]
fn of_slopes(a: &Array2<f64>, b: &Array2<f64>, v: &Array1<f64>, k: f64) -> f64 {
    let (_, (ga, gb, gv, gk)) = cubic_grad(a, b, v, k);
    ga[(0, 1)] * gb[(1, 1)] + gv[0] * gk + ga.dot(v).dot(&gv)
}

#[test]
fn third_derivatives() {
    let ((a, b, v), (da, db, dv), (k, dk)) = (parts(), directions(), (1.3, 0.4));
    let at = |t: f64| (&a + &(&da * t), &b + &(&db * t), &v + &(&dv * t), k + t * dk);
    let along =
        |(ga, gb, gv, gk): &(Array2<f64>, Array2<f64>, Array1<f64>, f64)| (ga * &da).sum() + (gb * &db).sum() + gv.dot(&dv) + gk * dk;
    let f = |t: f64| {
        let (a, b, v, k) = at(t * 0.1);
        bend(&a, &b, &v, k) * 10.0
    };
    assert_relative_eq!(along(&bend_grad(&a, &b, &v, k).1), slope(f), max_relative = 1e-6);
    assert_relative_eq!(bend_jvp(&a, &b, &v, k, (&da, &db, &dv, dk)).1, slope(f), max_relative = 1e-6);
    // Each part of the gradient of the slopes, and of its own change.
    let gradient = |t: f64| {
        let (a, b, v, k) = at(t * 0.1);
        of_slopes_grad(&a, &b, &v, k).1
    };
    let value = |t: f64| {
        let (a, b, v, k) = at(t * 0.1);
        of_slopes(&a, &b, &v, k) * 10.0
    };
    assert_relative_eq!(along(&gradient(0.0)), slope(value), max_relative = 1e-6);
    let (_, _, (ha, hb, hv, hk)) = of_slopes_hvp(&a, &b, &v, k, (&da, &db, &dv, dk));
    for i in 0..2 {
        for j in 0..2 {
            assert_relative_eq!(ha[[i, j]], slope(|t| gradient(t).0[[i, j]] * 10.0), max_relative = 1e-6);
            assert_relative_eq!(hb[[i, j]], slope(|t| gradient(t).1[[i, j]] * 10.0), max_relative = 1e-6);
        }
        assert_relative_eq!(hv[i], slope(|t| gradient(t).2[i] * 10.0), max_relative = 1e-6);
    }
    assert_relative_eq!(hk, slope(|t| gradient(t).3 * 10.0), max_relative = 1e-6);
}
