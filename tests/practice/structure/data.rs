//! Structs, enums, tuples, options and results, by value and by reference.

use super::{check, weigh, weight};
use crate::numbers;
use autodiff_core::{Differentiable, differentiate};
use std::collections::HashMap;

mod struct_update {
    use super::*;
    #[derive(Clone, Debug, Differentiable)]
    struct P {
        a: f64,
        b: f64,
        c: Vec<f64>,
        n: usize,
    }
    #[differentiate]
    fn f(p: P, x: f64) -> f64 {
        let q = P { a: x, ..p.clone() };
        let mut r = P { b: q.a * p.b, n: p.n + 1, ..q };
        r.c[0] *= r.a;
        let s = P { c: vec![r.a, r.b], ..r };
        s.a + s.b * s.c[1] + p.c.iter().sum::<f64>() * s.c[0] + s.n as f64
    }
    #[test]
    fn t() {
        let mk = |p: &[f64]| P { a: p[0], b: p[1], c: p[2..4].to_vec(), n: 3 };
        check(
            5,
            (0.1, 1.0),
            |p| f(mk(p), p[4]),
            |p| {
                let (v, (g, d)) = f_grad(mk(p), p[4]);
                (v, vec![g.a, g.b, g.c[0], g.c[1], d])
            },
        )
    }
}

mod shapes_by_value {
    use super::*;
    #[derive(Clone, Differentiable)]
    enum Shape {
        Circle(f64),
        Rect { w: f64, h: f64 },
        Group(Kind, f64),
        Nothing,
    }
    #[derive(Clone, Differentiable)]
    enum Kind {
        Hollow(f64),
        Solid,
    }
    #[differentiate]
    fn area(s: &Shape, x: f64) -> f64 {
        match s {
            Shape::Circle(r) if *r > 1.0 => 3.0 * r * r * x,
            Shape::Circle(r) => r * x,
            Shape::Rect { w, h } => w * h + x,
            Shape::Group(Kind::Hollow(k), s) => {
                let k = k * s;
                k * k * x
            }
            Shape::Group(Kind::Solid, s) => s / x,
            Shape::Nothing => x.sin(),
        }
    }
    #[differentiate]
    fn total(shapes: Vec<Shape>, x: f64) -> f64 {
        let mut t = 0.0;
        for s in shapes {
            t += area(&s, x);
            t *= match s {
                Shape::Rect { w, .. } => w,
                Shape::Group(Kind::Hollow(k), _) => k + 1.0,
                _ => 1.0,
            };
        }
        t
    }
    fn mk(p: &[f64]) -> Vec<Shape> {
        vec![
            Shape::Circle(p[0]),
            Shape::Rect { w: p[1], h: p[2] },
            Shape::Group(Kind::Hollow(p[3]), p[4]),
            Shape::Nothing,
            Shape::Group(Kind::Solid, p[5]),
            Shape::Circle(p[6] + 1.5),
        ]
    }
    #[test]
    fn t() {
        check(
            8,
            (0.3, 1.4),
            |p| total(mk(&p[..7]), p[7]),
            |p| {
                let (v, (g, d)) = total_grad(mk(&p[..7]), p[7]);
                let mut o = vec![];
                for s in g {
                    match s {
                        ShapeCotangent::Circle(r) => o.push(r),
                        ShapeCotangent::Rect { w, h } => {
                            o.push(w);
                            o.push(h)
                        }
                        ShapeCotangent::Group(k, s) => {
                            if let KindCotangent::Hollow(k) = k {
                                o.push(k)
                            }
                            o.push(s)
                        }
                        _ => {}
                    }
                }
                o.push(d);
                (v, o)
            },
        )
    }
}

mod mixed_precision {
    use super::*;
    #[differentiate]
    fn f(w: &[f32], x: f64, s: f32) -> f64 {
        let mut acc = 0.0f64;
        for &v in w {
            acc += v as f64 * x;
        }
        let n: f32 = w.iter().map(|v| v * v).sum::<f32>().sqrt();
        acc * f64::from(n) + (s as f64).sin() * x + (x as f32 * s) as f64
    }
    /// The same in double precision.
    fn twin(p: &[f64]) -> f64 {
        let acc = (p[0] + p[1]) * p[2];
        let n = (p[0] * p[0] + p[1] * p[1]).sqrt();
        acc * n + p[3].sin() * p[2] + p[2] * p[3]
    }
    #[test]
    fn t() {
        let at = [0.75, 0.5, 0.3, 1.25];
        let (v, (w, x, s)) = f_grad(&[0.75, 0.5], 0.3, 1.25);
        assert_eq!(v, f(&[0.75, 0.5], 0.3, 1.25));
        let got = [w[0] as f64, w[1] as f64, x, s as f64];
        autodiff_core::check_gradient_to(1e-5, |p| twin(p), |_| got.to_vec(), &at).unwrap();
    }
}

mod nested_tuples {
    use super::*;
    #[differentiate]
    fn f((a, (b, c)): (f64, (f64, [f64; 2])), d: &(f64, usize)) -> ((f64, f64), [f64; 2]) {
        let (s, (t, u)) = (a * b, (c[0] * c[1], d.0));
        let mut r = ((s, t), [u, s * t]);
        r.0.1 *= u;
        (r.1[0], r.0.0) = (r.0.0 * a, r.1[1]);
        if d.1 > 2 {
            r.1 = [r.0.0, r.0.1];
        }
        r
    }
    #[test]
    fn t() {
        for n in [1, 5] {
            let a = |p: &[f64]| (p[0], (p[1], [p[2], p[3]]));
            check(
                5,
                (0.2, 1.0),
                |p| weigh(f(a(p), &(p[4], n))),
                |p| {
                    let s = ((weight(0), weight(1)), [weight(2), weight(3)]);
                    let (v, (g, d)) = f_vjp(a(p), &(p[4], n), s);
                    (weigh(v), numbers(&(g, d)))
                },
            )
        }
    }
}

mod options_passed_on {
    use super::*;
    #[differentiate]
    fn solve2(a: f64, b: f64, c: f64) -> Option<(f64, f64)> {
        let d = b * b - 4.0 * a * c;
        if d < 0.0 {
            return None;
        }
        let q = -0.5 * (b + b.signum() * d.sqrt());
        Some((q / a, c / q))
    }
    #[differentiate]
    fn chain(a: f64, b: f64, c: f64) -> f64 {
        let Some((r, s)) = solve2(a, b, c) else {
            return a + b;
        };
        let t = solve2(r, b, s).map(|(u, v)| u * v).unwrap_or(b * 2.0);
        r * s + t
    }
    #[test]
    fn t() {
        check(
            3,
            (0.2, 1.9),
            |p| chain(p[0], p[1], p[2]),
            |p| {
                let (v, g) = chain_grad(p[0], p[1], p[2]);
                (v, numbers(&g))
            },
        )
    }
}

mod results_passed_on {
    use super::*;
    #[differentiate]
    fn safe_log(x: f64) -> Result<f64, String> {
        if x <= 0.5 { Err(format!("bad {x}")) } else { Ok(x.ln()) }
    }
    #[differentiate]
    fn sum_logs(xs: &[f64]) -> Result<f64, String> {
        let mut s = 0.0;
        for &x in xs {
            s += safe_log(x)? * x;
        }
        if s > 100.0 {
            return Err("big".to_string());
        }
        Ok(s)
    }
    #[differentiate]
    fn f(xs: &[f64], y: f64) -> f64 {
        match sum_logs(xs) {
            Ok(v) => v * y,
            Err(e) if e.len() > 100 => 0.0,
            Err(_) => xs[0] * y * y,
        }
    }
    #[test]
    fn t() {
        for s in [0.0, 1.0] {
            check(
                4,
                (0.2, 1.9),
                |p| {
                    let q: Vec<f64> = p.iter().map(|v| v + s).collect();
                    f(&q[..3], q[3])
                },
                |p| {
                    let q: Vec<f64> = p.iter().map(|v| v + s).collect();
                    let (v, g) = f_grad(&q[..3], q[3]);
                    (v, numbers(&g))
                },
            )
        }
    }
}

mod array_of_lists {
    use super::*;
    #[differentiate]
    fn f(x: [Vec<f64>; 3]) -> f64 {
        let [a, b, c] = &x;
        let mut s = 0.0;
        for ((u, v), w) in a.iter().zip(b).zip(c.iter()) {
            s += u * v * w;
        }
        for v in &x {
            s += v.len() as f64 * v[0];
        }
        s
    }
    #[test]
    fn t() {
        let mk = |p: &[f64]| [p[..3].to_vec(), p[3..6].to_vec(), p[6..8].to_vec()];
        check(
            8,
            (0.2, 1.0),
            |p| f(mk(p)),
            |p| {
                let (v, g) = f_grad(mk(p));
                (v, numbers(&g))
            },
        )
    }
}

mod optional_bias {
    use super::*;
    #[differentiate]
    fn f(bias: &Option<Vec<f64>>, w: Option<&[f64]>, x: f64) -> f64 {
        let mut s = x;
        if let Some(b) = bias {
            for v in b {
                s = s * v + x;
            }
        }
        match w {
            Some(w) if !w.is_empty() => s * w[0],
            Some(_) => 0.0,
            None => s,
        }
    }
    #[test]
    fn t() {
        check(
            5,
            (0.2, 1.0),
            |p| f(&Some(p[..3].to_vec()), Some(&p[3..4]), p[4]),
            |p| {
                let (v, g) = f_grad(&Some(p[..3].to_vec()), Some(&p[3..4]), p[4]);
                (v, numbers(&g))
            },
        );
        check(
            1,
            (0.2, 1.0),
            |p| f(&None, None, p[0]),
            |p| {
                let (v, g) = f_grad(&None, None, p[0]);
                (v, numbers(&g))
            },
        )
    }
}

mod boxed_slices {
    use super::*;
    #[differentiate]
    fn f(x: Box<[f64]>, y: &Box<[f64]>) -> f64 {
        x.iter().zip(y.iter()).map(|(a, b)| a * b * b).sum::<f64>() + x[0] * y[1]
    }
    #[test]
    fn t() {
        check(
            6,
            (0.2, 1.0),
            |p| f(p[..3].into(), &p[3..].into()),
            |p| {
                let (v, g) = f_grad(p[..3].into(), &p[3..].into());
                (v, numbers(&g))
            },
        )
    }
}

mod selected_slots {
    use super::*;
    #[differentiate(wrt(c, a))]
    fn f(a: f64, _unused: f64, b: &[f64], c: &[f64], name: &str, flag: bool) -> f64 {
        let q = if flag { a } else { b[0] };
        c.iter().map(|v| v * q).sum::<f64>() + name.len() as f64 * b[1]
    }
    #[differentiate]
    fn g(x: f64, _y: f64, _z: &[f64]) -> f64 {
        x * 2.0
    }
    #[test]
    fn t() {
        let (v, (a, c)) = f_grad(2.0, 1.0, &[1.0, 2.0], &[3.0, 4.0], "x", true);
        assert_eq!(a, 7.0);
        assert_eq!(c, vec![2.0, 2.0]);
        let (v, (x, y, z)) = g_grad(1.0, 2.0, &[3.0]);
        assert_eq!((x, y, z), (2.0, 0.0, vec![0.0]));
    }
}
