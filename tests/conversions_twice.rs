//! Second derivatives through `impl From`.

use approx::assert_relative_eq;
use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Copy, Debug, Differentiable)]
struct Polar {
    r: f64,
    angle: f64,
}

#[differentiate(hessian)]
impl From<[f64; 2]> for Polar {
    fn from(p: [f64; 2]) -> Self {
        Polar { r: p[0].hypot(p[1]), angle: p[1].atan2(p[0]) }
    }
}

#[differentiate(hessian)]
impl From<Polar> for [f64; 2] {
    fn from(p: Polar) -> Self {
        [p.r * p.angle.cos(), p.r * p.angle.sin()]
    }
}

#[differentiate(hessian)]
fn turned(x: f64, y: f64, by: f64) -> f64 {
    let p = Polar::from([x * y, y]);
    let q: [f64; 2] = Polar { angle: p.angle * by, ..p }.into();
    q[0] * q[0] * q[1] + p.r * p.angle
}

#[test]
fn hessians_through_conversions() {
    let point = [0.7, 1.3, 0.4];
    let gradient = |p: &[f64]| {
        let (value, (x, y, by)) = turned_grad(p[0], p[1], p[2]);
        assert_eq!(value.to_bits(), turned(p[0], p[1], p[2]).to_bits());
        vec![x, y, by]
    };
    autodiff_core::check_gradient(|p| turned(p[0], p[1], p[2]), gradient, &point).unwrap();
    let (_, _, hessian) = turned_hessian(point[0], point[1], point[2]);
    for j in 0..3 {
        let moved = |h: f64| {
            let mut p = point;
            p[j] += h;
            gradient(&p)
        };
        for (i, (more, less)) in moved(1e-5).into_iter().zip(moved(-1e-5)).enumerate() {
            assert_relative_eq!(hessian[i][j], (more - less) / 2e-5, max_relative = 1e-7, epsilon = 1e-7);
        }
    }
}
