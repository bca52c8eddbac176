//! Fields, parts of variants, tuples and lists of them in sums and differences, in all modes up to third derivatives.

use crate::harness::*;
use autodiff_core::{Differentiable, differentiate};
#[derive(Clone, Debug, Differentiable)]
enum Shape {
    Circle(f64),
    Box { w: f64, h: f64 },
    Path(Vec<f64>),
    Pair((f64, f64), Option<f64>),
}
#[derive(Clone, Debug, Differentiable)]
struct P {
    x: f64,
    v: f64,
    m: Option<f64>,
    tag: u8,
    c: (f64, [f64; 2]),
}
#[derive(Clone, Debug, Differentiable)]
struct Sys {
    ps: Vec<P>,
    k: f64,
    #[differentiable(skip)]
    dt: f64,
    shape: Shape,
}
#[differentiate(order = 3)]
fn area(s: &Shape) -> f64 {
    match s {
        Shape::Circle(r) => r - r * r * 0.3,
        Shape::Box { w, h } => {
            let d = w - h;
            let t = (*w, -h, d);
            t.0 * t.1 - t.2 * d
        }
        Shape::Path(v) => {
            let a = [v[0], v[1] - v[0]];
            a[0] - a[1] + v.iter().fold(0.0, |s, x| s - x) * a[1]
        }
        Shape::Pair((a, b), c) => {
            let q = [*a, *b, a - b];
            q[0] - q[2]
                + match c {
                    Some(c) => c - a,
                    None => -b,
                } * q[1]
        }
    }
}
#[differentiate(order = 3)]
fn step(s: &mut Sys) -> f64 {
    let mut e = 0.0;
    for p in s.ps.iter_mut() {
        let f = -s.k * p.x + p.c.0 - p.c.1[1];
        p.v += f * s.dt;
        p.x -= p.v * s.dt;
        p.c.1[0] = p.x - p.v;
        e += p.x - p.v + if let Some(m) = p.m { m - p.x } else { 0.0 };
    }
    e - area(&s.shape)
}
#[differentiate(order = 3)]
fn total(s: &Sys) -> f64 {
    let mut t = s.clone();
    let mut sum = 0.0;
    for _ in 0..2 {
        let e = step(&mut t);
        sum += e * e - t.ps[0].c.1[0];
    }
    let last = P { x: t.ps[1].x, ..t.ps[0].clone() };
    let pair = (last.x, last.v - last.x);
    let list = vec![pair.0 - pair.1, last.c.0];
    t.ps.push(last);
    sum + list[0] * list[1] + t.ps.iter().map(|p| p.x - p.v).sum::<f64>() * t.k
}
fn sys(v: &mut Cur) -> Sys {
    let mut p = |m: bool| P { x: v.n(), v: v.n(), m: if m { Some(v.n()) } else { None }, tag: 1, c: (v.n(), v.arr()) };
    let ps = vec![p(true), p(false)];
    Sys { ps, k: v.n(), dt: 0.3, shape: Shape::Pair((v.n(), v.n()), Some(v.n())) }
}
/// Whatever the parts are, they curve.
#[differentiate(order = 3)]
fn outer(x: f64, y: f64) -> f64 {
    let p = P { x: x * y, v: y * y, m: Some(x * x), tag: 0, c: (x - y, [x * x * y, y]) };
    let q = P { x: p.v - p.x, m: None, ..p.clone() };
    let s = Sys { ps: vec![p, q], k: x * y * y, dt: 0.3, shape: Shape::Box { w: x * x, h: y * x } };
    total(&s)
        + area(&Shape::Circle(x * y))
        + area(&Shape::Path(vec![x * x, y * y, x * y])) * area(&Shape::Pair((x * x, x * y), Some(y * y)))
        + area(&Shape::Pair((x * x, x * y), None))
}
#[differentiate(hessian)]
fn t_outer(x: f64, y: f64) -> f64 {
    let (v, (a, b)) = outer_grad(x, y);
    v * 0.1 + a * b
}
#[differentiate(hessian)]
fn t_total(s: &Sys) -> f64 {
    let (v, g) = total_grad(s);
    let mut sum = v * g.k;
    for p in &g.ps {
        sum += p.x * p.v + p.c.0 * p.c.0 + p.c.1[1] * p.x;
    }
    sum + match &g.shape {
        ShapeCotangent::Pair((a, b), Some(c)) => a * b - c * a,
        _ => 0.0,
    }
}
#[differentiate(hessian)]
fn j_outer(x: f64, y: f64) -> f64 {
    let (v, d) = outer_jvp(x, y, (y, x * y));
    v * 0.1 + d * d
}
#[differentiate]
fn h_outer(x: f64, y: f64) -> f64 {
    let (_, (a, _), (c, d)) = outer_hvp(x, y, (y, x * y));
    a * c - d
}
#[test]
fn third_derivatives() {
    second!(1e-5; outer outer_vjp outer_jvp outer_grad outer_hvp outer_hessian at [0.7, 0.4]; c => (c.n(), c.n()); (c.n(), c.n()));
    second!(1e-5; t_outer t_outer_vjp t_outer_jvp t_outer_grad t_outer_hvp t_outer_hessian at [0.7, 0.4]; c => (c.n(), c.n()); (c.n(), c.n()));
    second!(1e-5; j_outer j_outer_vjp j_outer_jvp j_outer_grad j_outer_hvp j_outer_hessian at [0.7, 0.4]; c => (c.n(), c.n()); (c.n(), c.n()));
    first!(1e-5; h_outer h_outer_vjp h_outer_jvp at [0.7, 0.4]; c => (c.n(), c.n()); (c.n(), c.n()));
    let n = [0.4, 0.3, 1.1, 0.7, -0.4, 0.2, 0.9, 0.1, -0.3, 0.5, 0.8, 1.3, 0.6, -0.7, 0.25];
    second!(1e-5; total total_vjp total_jvp total_grad total_hvp total_hessian at n; c => (&sys(&mut c)); &c.fill(zero(&sys(&mut Cur::new(&[0.0; 15])))));
    second!(1e-5; t_total t_total_vjp t_total_jvp t_total_grad t_total_hvp t_total_hessian at n; c => (&sys(&mut c)); &c.fill(zero(&sys(&mut Cur::new(&[0.0; 15])))));
}
