//! Products of a user's types that are numbers, in places that tell so.

use autodiff_core::{Differentiable, check_gradient, differentiate};

type Square = [[f64; 2]; 2];

#[derive(Clone, Copy, Differentiable)]
struct Arrow {
    x: f64,
    y: f64,
}

#[differentiate]
impl std::ops::Mul for Arrow {
    type Output = f64;
    fn mul(self, other: Arrow) -> f64 {
        self.x * other.x + 2.0 * self.y * other.y
    }
}

#[differentiate]
fn of_arrows(a: Arrow, b: Arrow, k: f64) -> f64 {
    let d: f64 = a * b;
    let mut s = 0.0;
    s += a * b;
    s -= k * (a * a);
    for i in 0..3 {
        s *= b * b;
        s += a * b * i as f64;
    }
    s * d
}

#[differentiate]
fn of_aliases(a: &Square, b: &Square, k: f64) -> f64 {
    let mut c = [[0.0; 2]; 2];
    for i in 0..2 {
        for j in 0..2 {
            for l in 0..2 {
                c[i][j] += a[i][l] * b[l][j];
            }
            c[i][j] -= a[j][i] * k;
        }
    }
    c[0][0] * c[1][1] - c[0][1] * c[1][0]
}

#[test]
fn gradients_and_tangents() {
    let arrows = |p: &[f64]| (Arrow { x: p[0], y: p[1] }, Arrow { x: p[2], y: p[3] }, p[4]);
    let value = |p: &[f64]| {
        let (a, b, k) = arrows(p);
        of_arrows(a, b, k)
    };
    let gradient = |p: &[f64]| {
        let (a, b, k) = arrows(p);
        let (a, b, k) = of_arrows_grad(a, b, k).1;
        vec![a.x, a.y, b.x, b.y, k]
    };
    let point = [0.3, -0.7, 0.4, 0.5, 0.6];
    check_gradient(value, gradient, &point).unwrap();
    let (a, b, k) = arrows(&point);
    let direction = (ArrowCotangent { x: 0.5, y: 0.25 }, ArrowCotangent { x: -1.0, y: 2.0 }, 1.5);
    let along: f64 = gradient(&point).iter().zip([0.5, 0.25, -1.0, 2.0, 1.5]).map(|(g, d)| g * d).sum();
    let (value_, tangent) = of_arrows_jvp(a, b, k, direction);
    assert_eq!(value_, value(&point));
    assert!((tangent - along).abs() < 1e-12);
}

#[test]
fn aliases_of_arrays() {
    let squares = |p: &[f64]| ([[p[0], p[1]], [p[2], p[3]]], [[p[4], p[5]], [p[6], p[7]]], p[8]);
    let value = |p: &[f64]| {
        let (a, b, k) = squares(p);
        of_aliases(&a, &b, k)
    };
    let gradient = |p: &[f64]| {
        let (a, b, k) = squares(p);
        let (a, b, k) = of_aliases_grad(&a, &b, k).1;
        [a.concat(), b.concat(), vec![k]].concat()
    };
    check_gradient(value, gradient, &[0.3, -0.7, 0.4, 0.5, 0.6, 1.0, -0.2, 0.9, 0.35]).unwrap();
}
