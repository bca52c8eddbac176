//! Matrices, operators, traits, methods and type parameters.

use super::{check, weigh, weight};
use crate::numbers;
use autodiff_core::{Differentiable, differentiate};
use std::collections::HashMap;

mod matrix_products {
    use super::*;
    #[differentiate]
    fn matmul<const N: usize, const M: usize, const K: usize>(a: &[[f64; M]; N], b: &[[f64; K]; M]) -> [[f64; K]; N] {
        let mut c = [[0.0; K]; N];
        for (i, row) in c.iter_mut().enumerate() {
            for (j, e) in row.iter_mut().enumerate() {
                for k in 0..M {
                    *e += a[i][k] * b[k][j];
                }
            }
        }
        c
    }
    #[differentiate]
    fn f(a: [[f64; 3]; 2], b: [[f64; 2]; 3]) -> f64 {
        let c = matmul(&a, &b);
        let d = matmul(&c, &c);
        let e = matmul(&b, &d);
        e.iter().flatten().map(|v| v * v).sum::<f64>() + d[0][1] * c[1][0]
    }
    #[test]
    fn t() {
        let m = |p: &[f64]| {
            (
                std::array::from_fn::<[f64; 3], 2, _>(|i| std::array::from_fn(|j| p[i * 3 + j])),
                std::array::from_fn::<[f64; 2], 3, _>(|i| std::array::from_fn(|j| p[6 + i * 2 + j])),
            )
        };
        check(
            12,
            (0.2, 1.2),
            |p| {
                let (a, b) = m(p);
                f(a, b)
            },
            |p| {
                let (a, b) = m(p);
                let (v, g) = f_grad(a, b);
                (v, numbers(&g))
            },
        )
    }
}

mod associated_constants {
    use super::*;
    #[differentiate]
    trait Potential {
        const ORDER: i32;
        fn v(&self, r: f64) -> f64;
    }
    #[derive(Clone, Differentiable)]
    struct Lj {
        eps: f64,
    }
    #[derive(Clone, Differentiable)]
    struct Morse {
        d: f64,
        a: f64,
    }
    #[differentiate]
    impl Potential for Lj {
        const ORDER: i32 = 6;
        fn v(&self, r: f64) -> f64 {
            let s = r.powi(-Self::ORDER);
            4.0 * self.eps * (s * s - s)
        }
    }
    #[differentiate]
    impl Potential for Morse {
        const ORDER: i32 = 2;
        fn v(&self, r: f64) -> f64 {
            let e = 1.0 - (-self.a * r).exp();
            self.d * e.powi(Self::ORDER)
        }
    }
    #[differentiate]
    fn f(l: &Lj, m: &Morse, r: f64) -> f64 {
        l.v(r) * m.v(r + 1.0) + <Lj as Potential>::v(l, r * r)
    }
    #[test]
    fn t() {
        check(
            4,
            (0.8, 1.3),
            |p| f(&Lj { eps: p[0] }, &Morse { d: p[1], a: p[2] }, p[3]),
            |p| {
                let (v, (a, b, c)) = f_grad(&Lj { eps: p[0] }, &Morse { d: p[1], a: p[2] }, p[3]);
                (v, vec![a.eps, b.d, b.a, c])
            },
        )
    }
}

mod stepper {
    use super::*;
    #[derive(Clone, Differentiable)]
    struct Osc {
        x: f64,
        v: f64,
        k: f64,
        hist: Vec<f64>,
    }
    #[differentiate]
    impl Osc {
        fn force(&self) -> f64 {
            -self.k * self.x - Self::damp(self.v)
        }
        fn damp(v: f64) -> f64 {
            0.1 * v * v.abs()
        }
        fn step(&mut self, dt: f64) {
            let a = self.force();
            self.v += dt * a;
            self.x += dt * self.v;
            self.hist.push(self.x);
        }
        fn energy(&self) -> f64 {
            0.5 * self.v.powi(2) + 0.5 * self.k * self.x.powi(2)
        }
        fn run(mut self, dt: f64, n: usize) -> f64 {
            for i in 0..n {
                self.step(dt);
                if i % 2 == 0 {
                    self.v *= 0.9;
                }
            }
            self.energy() + self.hist.iter().map(|h| h * h).sum::<f64>()
        }
    }
    fn mk(p: &[f64]) -> Osc {
        Osc { x: p[0], v: p[1], k: p[2], hist: vec![p[3]] }
    }
    #[test]
    fn t() {
        check(
            5,
            (0.1, 1.3),
            |p| mk(p).run(p[4], 5),
            |p| {
                let (v, (a, c)) = mk(p).run_grad(p[4], 5);
                (v, vec![a.x, a.v, a.k, a.hist[0], c])
            },
        )
    }
}

mod matrix_exponential {
    use super::*;
    use std::ops::{Add, AddAssign, Index, IndexMut, Mul, Neg, Sub};
    #[derive(Clone, Copy, Differentiable)]
    struct M2 {
        a: [[f64; 2]; 2],
    }
    #[differentiate]
    impl Add for M2 {
        type Output = M2;
        fn add(self, o: M2) -> M2 {
            let mut r = self;
            for i in 0..2 {
                for j in 0..2 {
                    r.a[i][j] += o.a[i][j];
                }
            }
            r
        }
    }
    #[differentiate]
    impl Mul for M2 {
        type Output = M2;
        fn mul(self, o: M2) -> M2 {
            let mut r = M2 { a: [[0.0; 2]; 2] };
            for i in 0..2 {
                for j in 0..2 {
                    for k in 0..2 {
                        r.a[i][j] += self.a[i][k] * o.a[k][j];
                    }
                }
            }
            r
        }
    }
    #[differentiate]
    impl Mul<f64> for M2 {
        type Output = M2;
        fn mul(self, s: f64) -> M2 {
            let mut r = self;
            for row in r.a.iter_mut() {
                for e in row.iter_mut() {
                    *e *= s;
                }
            }
            r
        }
    }
    #[differentiate]
    impl Neg for M2 {
        type Output = M2;
        fn neg(self) -> M2 {
            self * -1.0
        }
    }
    #[differentiate]
    impl M2 {
        fn trace(&self) -> f64 {
            self.a[0][0] + self.a[1][1]
        }
    }
    #[differentiate]
    fn expm(m: M2, t: f64) -> f64 {
        let mut sum = M2 { a: [[1.0, 0.0], [0.0, 1.0]] };
        let mut term = sum;
        for k in 1..8 {
            term = term * m * (t / k as f64);
            sum = sum + term;
        }
        (sum + -m * t).trace() + sum.a[0][1]
    }
    #[test]
    fn t() {
        check(
            5,
            (0.1, 1.0),
            |p| expm(M2 { a: [[p[0], p[1]], [p[2], p[3]]] }, p[4]),
            |p| {
                let (v, (g, d)) = expm_grad(M2 { a: [[p[0], p[1]], [p[2], p[3]]] }, p[4]);
                (v, numbers(&(g.a, d)))
            },
        )
    }
}

mod generic_polynomial {
    use super::*;
    use std::ops::{Add, Mul};
    #[differentiate]
    fn poly<T: autodiff_core::Scalar>(c: &[T], x: T) -> T {
        let mut acc = c[c.len() - 1];
        for i in (0..c.len() - 1).rev() {
            acc = acc * x + c[i];
        }
        acc
    }
    #[differentiate]
    fn f(c: &[f64], x: f64) -> f64 {
        poly(c, x) * poly(c, x * x)
    }
    #[test]
    fn t() {
        check(
            5,
            (0.2, 1.0),
            |p| f(&p[..4], p[4]),
            |p| {
                let (v, g) = f_grad(&p[..4], p[4]);
                (v, numbers(&g))
            },
        )
    }
}

mod own_matrix {
    use super::*;
    #[derive(Clone, Differentiable)]
    struct Mat {
        d: Vec<f64>,
        rows: usize,
        cols: usize,
    }
    #[differentiate]
    impl Mat {
        fn zeros(rows: usize, cols: usize) -> Mat {
            Mat { d: vec![0.0; rows * cols], rows, cols }
        }
        fn get(&self, i: usize, j: usize) -> f64 {
            self.d[i * self.cols + j]
        }
        fn set(&mut self, i: usize, j: usize, v: f64) {
            self.d[i * self.cols + j] = v;
        }
        fn at(&mut self, i: usize, j: usize) -> &mut f64 {
            &mut self.d[i * self.cols + j]
        }
        fn mul(&self, o: &Mat) -> Mat {
            let mut r = Mat::zeros(self.rows, o.cols);
            for i in 0..self.rows {
                for j in 0..o.cols {
                    let mut s = 0.0;
                    for k in 0..self.cols {
                        s += self.get(i, k) * o.get(k, j);
                    }
                    r.set(i, j, s);
                }
            }
            r
        }
        fn t(&self) -> Mat {
            let mut r = Mat::zeros(self.cols, self.rows);
            for i in 0..self.rows {
                for j in 0..self.cols {
                    r.d[j * self.rows + i] = self.d[i * self.cols + j];
                }
            }
            r
        }
    }
    #[differentiate]
    fn f(a: &Mat, x: f64) -> f64 {
        let mut g = a.t().mul(a);
        let v = g.get(0, 1);
        g.set(0, 0, v * x);
        g.d[1] += x;
        g.mul(&g.t()).d.iter().enumerate().map(|(i, v)| v * i as f64).sum()
    }
    #[test]
    fn t() {
        let mk = |p: &[f64]| Mat { d: p[..6].to_vec(), rows: 3, cols: 2 };
        check(
            7,
            (0.2, 1.0),
            |p| f(&mk(p), p[6]),
            |p| {
                let (v, (g, x)) = f_grad(&mk(p), p[6]);
                (v, numbers(&(g.d, x)))
            },
        )
    }
}

mod layers {
    use super::*;
    #[differentiate]
    trait Layer {
        type P;
        fn fwd(&self, p: &[f64], x: f64) -> f64;
        fn n(&self) -> usize;
    }
    #[derive(Clone, Copy, Differentiable)]
    struct Lin;
    #[derive(Clone, Copy, Differentiable)]
    struct Quad {
        s: f64,
    }
    #[differentiate]
    impl Layer for Lin {
        type P = u8;
        fn fwd(&self, p: &[f64], x: f64) -> f64 {
            p[0] * x + p[1]
        }
        fn n(&self) -> usize {
            2
        }
    }
    #[differentiate]
    impl Layer for Quad {
        type P = u16;
        fn fwd(&self, p: &[f64], x: f64) -> f64 {
            self.s * p[0] * x * x
        }
        fn n(&self) -> usize {
            1
        }
    }
    #[differentiate(wrt(p, x))]
    fn two<A: Layer, B: Layer>(a: &A, b: &B, p: &[f64], x: f64) -> f64 {
        let (pa, pb) = p.split_at(a.n());
        b.fwd(pb, a.fwd(pa, x).tanh())
    }
    #[test]
    fn t() {
        check(
            4,
            (0.2, 1.0),
            |p| two(&Lin, &Quad { s: 2.0 }, &p[..3], p[3]),
            |p| {
                let (v, g) = two_grad(&Lin, &Quad { s: 2.0 }, &p[..3], p[3]);
                (v, numbers(&g))
            },
        )
    }
}

mod generic_vectors {
    use super::*;
    use autodiff_core::Scalar;
    #[derive(Clone, Copy, Differentiable)]
    struct V<T> {
        x: T,
        y: T,
    }
    #[differentiate]
    impl<T: Scalar> V<T> {
        fn dot(&self, o: &V<T>) -> T {
            self.x * o.x + self.y * o.y
        }
        fn scale(self, s: T) -> V<T> {
            V { x: self.x * s, y: self.y * s }
        }
    }
    #[differentiate]
    fn f(a: V<f64>, b: &[V<f64>]) -> f64 {
        let mut acc = a;
        for v in b {
            acc = acc.scale(v.dot(&acc));
            acc.x += v.y;
        }
        acc.dot(&a)
    }
    #[test]
    fn t() {
        let mk = |p: &[f64]| -> Vec<V<f64>> { p.chunks(2).map(|c| V { x: c[0], y: c[1] }).collect() };
        check(
            6,
            (0.2, 0.9),
            |p| f(V { x: p[0], y: p[1] }, &mk(&p[2..])),
            |p| {
                let (v, (a, b)) = f_grad(V { x: p[0], y: p[1] }, &mk(&p[2..]));
                let mut o = vec![a.x, a.y];
                for c in b {
                    o.push(c.x);
                    o.push(c.y);
                }
                (v, o)
            },
        )
    }
}

mod default_methods {
    use super::*;
    #[differentiate]
    trait Kernel {
        fn k(&self, r: f64) -> f64;
        fn sum(&self, xs: &[f64], c: f64) -> f64 {
            let mut s = 0.0;
            for x in xs {
                s += self.k((x - c).abs());
            }
            s
        }
    }
    #[derive(Differentiable, Clone)]
    struct Gauss {
        l: f64,
    }
    #[differentiate]
    impl Kernel for Gauss {
        fn k(&self, r: f64) -> f64 {
            (-(r / self.l).powi(2)).exp()
        }
    }
    #[differentiate(wrt(xs, c))]
    fn density(k: &impl Kernel, xs: &[f64], c: f64) -> f64 {
        k.sum(xs, c) / xs.len() as f64
    }
    #[differentiate]
    fn g(k: &Gauss, xs: &[f64]) -> f64 {
        k.sum(xs, xs[0]) * k.k(1.0)
    }
    #[test]
    fn t() {
        check(
            4,
            (0.2, 0.9),
            |p| density(&Gauss { l: 0.7 }, &p[..3], p[3] + 1.0),
            |p| {
                let (v, g) = density_grad(&Gauss { l: 0.7 }, &p[..3], p[3] + 1.0);
                (v, numbers(&g))
            },
        );
        let mk = |p: &[f64]| [p[0] + 2.0, p[1], p[2]];
        check(
            4,
            (0.2, 0.9),
            |p| g(&Gauss { l: p[3] }, &mk(p)),
            |p| {
                let (v, (k, x)) = g_grad(&Gauss { l: p[3] }, &mk(p));
                (v, numbers(&(x, k.l)))
            },
        )
    }
}
