//! `match` and `if let` on tuples that are written down to be taken apart.

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Copy, Debug, Differentiable)]
enum Shape {
    Circle(f64),
    Rect { w: f64, h: f64 },
    Point,
}

mod of_references {
    use super::*;

    #[differentiate]
    fn area(s: &Shape) -> f64 {
        match s {
            Shape::Circle(r) => r * r * 3.0,
            Shape::Rect { w, h } => w * h,
            Shape::Point => 0.5,
        }
    }
    #[differentiate]
    fn collide(a: &Shape, b: &Shape, k: f64) -> f64 {
        match (a, b) {
            (Shape::Circle(r), Shape::Circle(q)) if r > q => k * (r - q),
            (Shape::Circle(r), Shape::Circle(q)) => r * q * k,
            (Shape::Circle(r), Shape::Rect { w, .. }) | (Shape::Rect { w, .. }, Shape::Circle(r)) => r * w + k,
            (x @ Shape::Rect { .. }, _) | (_, x @ Shape::Rect { .. }) => area(x) * k,
            _ => k,
        }
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let all = [Shape::Circle(v[0]), Shape::Rect { w: v[1], h: v[2] }, Shape::Circle(v[3]), Shape::Point];
        let mut sum = 0.0;
        for i in 0..4 {
            for j in 0..4 {
                sum += collide(&all[i], &all[j], v[4]) * v[5];
            }
        }
        sum
    }

    crate::of_six!();
}

mod of_self_and_other {
    use super::*;

    #[differentiate]
    impl Shape {
        fn hit(&self, other: &Self, eps: f64) -> f64 {
            match (self, other) {
                (Self::Circle(a), Self::Rect { h, .. }) => a * h.powi(2) - eps,
                (Self::Circle(a), ..) => a.sin() * eps,
                (.., Self::Circle(b)) => b.cos() * eps,
                _ => eps * eps,
            }
        }
        fn blend(self, other: Self, t: f64) -> Shape {
            match (self, other) {
                (Shape::Circle(a), Shape::Circle(b)) => Shape::Circle(a * (1.0 - t) + b * t),
                (Shape::Rect { w, h }, Shape::Rect { w: w2, h: h2 }) => Shape::Rect { w: w * w2, h: h.max(h2) * t },
                (s, _) => s,
            }
        }
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let (a, b) = (Shape::Circle(v[0]), Shape::Rect { w: v[1], h: v[2] });
        let c = a.blend(Shape::Circle(v[3]), v[4]);
        let d = b.blend(b, v[5]);
        c.hit(&d, v[0]) + d.hit(&c, v[1]) * a.hit(&Shape::Point, v[2]) + b.hit(&d, v[4]) + a.blend(d, v[4]).hit(&d, v[3])
    }

    crate::of_six!();
}

mod of_options_and_a_number {
    use super::*;

    #[differentiate]
    fn g(a: Option<f64>, b: Option<f64>, n: u8) -> f64 {
        match (a, b, n) {
            (Some(x), Some(y), 0..=3) if x > y => x * y,
            (Some(x), None, _) | (None, Some(x), _) => x * x,
            (Some(x), Some(y), m) => x - y * f64::from(m),
            (None, None, _) => 1.0,
        }
    }
    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        g(Some(a), Some(b), 2) * g(Some(a), None, 1) + g(None, Some(b), 7) * a + g(Some(b), Some(a), 9) + g(None, None, 0)
    }

    crate::of_two!();
}

mod of_slices {
    use super::*;

    #[differentiate]
    fn g(x: &[f64], y: &[f64]) -> f64 {
        match (x, y) {
            ([], _) | (_, []) => 0.5,
            ([a], [b, ..]) => a * b,
            ([a, rest @ ..], [b, ..]) => a * b + rest.iter().sum::<f64>() * b,
        }
    }
    #[differentiate]
    fn inner(x: &[f64], y: &[f64]) -> f64 {
        match (x, y) {
            ([a, xs @ ..], [b, ys @ ..]) => a * b + inner(xs, ys) * a * 0.5,
            _ => 1.0,
        }
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        g(v, &v[2..]) + g(&[], v) + g(&v[..1], v) + g(v, &[]) + inner(v, &v[1..]) * inner(&v[3..], v)
    }

    crate::of_six!();
}

mod of_what_was_found {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut s = 0.0;
        for (a, b) in v.iter().zip(&v[2..]) {
            s += match (a, b) {
                (p, q) if p < q => p * q,
                (p, _) => p.sin(),
            };
        }
        s += match (v.first(), v[4..].last()) {
            (Some(p), Some(q)) => p * q,
            (Some(p), None) => *p,
            _ => 0.5,
        };
        if let (Some(u), Some(w)) = (v.get(1), v.get(3)) {
            s += u * w * w;
        }
        let (Some(u), None) = (v.get(5), v.get(6)) else { return s };
        s * u
    }

    crate::of_six!();
}

mod of_variables_that_change {
    use super::*;

    #[differentiate]
    fn f(x: f64, y: f64) -> f64 {
        let (mut a, mut b, mut s) = (x, y, 0.0);
        for i in 0..4 {
            s += match (a > b, i % 2) {
                (true, 0) => a * b,
                (false, _) => a - b,
                _ => b,
            };
            match (a, b) {
                (p, q) if p < q => {
                    a = p * q * 0.25 + 0.1;
                    s += p;
                }
                (p, q) => b = p * 0.5 + q,
            }
        }
        s
    }

    crate::of_two!();
}
