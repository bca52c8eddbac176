//! Commands, moved items, values of loops, combinators, streaming sums.

use super::check;
use crate::numbers;
use autodiff_core::{Differentiable, differentiate};

mod commands {
    use super::*;
    #[differentiate]
    fn f(src: &str, x: &[f64]) -> f64 {
        let mut it = src.split(';');
        let mut acc = vec![x[0]];
        while let Some(cmd) = it.next() {
            let mut words = cmd.split_whitespace();
            match (words.next(), words.next()) {
                (Some("scale"), Some(k)) => {
                    let k: f64 = k.parse().unwrap();
                    for a in acc.iter_mut() {
                        *a *= k * x[1];
                    }
                }
                (Some("push"), None) => {
                    let t = acc[acc.len() - 1];
                    acc.push(t.sin());
                }
                (Some("pow"), Some(n)) => {
                    let n = n.parse::<i32>().unwrap();
                    let l = acc.len();
                    acc[l - 1] = acc[l - 1].powi(n);
                }
                (Some(other), _) if other.starts_with('#') => continue,
                (None, _) => break,
                _ => return acc[0] * x[1],
            }
        }
        acc.iter().sum()
    }
    #[test]
    fn t() {
        for s in ["scale 2.5;push;pow 3;#c;push;scale 0.5", "push; ;pow 2", "push;bad;pow 2", ""] {
            check(
                2,
                (0.3, 1.1),
                |p| f(s, p),
                |p| {
                    let (v, g) = f_grad(s, p);
                    (v, numbers(&g))
                },
            )
        }
    }
}

mod knapsack {
    use super::*;
    #[derive(Clone, Differentiable)]
    struct Item {
        w: f64,
        v: Vec<f64>,
    }
    #[differentiate]
    fn f(items: Vec<Item>, cap: f64) -> f64 {
        let mut used = 0.0;
        let mut chosen: Vec<Item> = Vec::new();
        let mut left = Vec::new();
        for (i, item) in items.into_iter().enumerate() {
            if used + item.w <= cap {
                used += item.w * (i + 1) as f64;
                chosen.push(item);
            } else {
                left.push(item);
            }
        }
        let mut s = used;
        for mut c in chosen {
            c.w *= 2.0;
            c.v.push(c.w);
            s += c.v.iter().map(|e| e * e).sum::<f64>();
        }
        if let Some(first) = left.into_iter().next() {
            s *= first.w + first.v[0];
        }
        s
    }
    fn mk(p: &[f64]) -> Vec<Item> {
        p.chunks(2).map(|c| Item { w: c[0], v: vec![c[1]] }).collect()
    }
    #[test]
    fn t() {
        check(
            9,
            (0.3, 1.1),
            |p| f(mk(&p[..8]), p[8] * 2.0),
            |p| {
                let (v, (g, c)) = f_grad(mk(&p[..8]), p[8] * 2.0);
                let mut o: Vec<f64> = g.iter().flat_map(|i| [i.w, i.v[0]]).collect();
                o.push(c * 2.0);
                (v, o)
            },
        )
    }
}

mod values_of_loops {
    use super::*;
    #[derive(Clone, Copy, Differentiable)]
    struct P {
        a: f64,
        b: [f64; 2],
    }
    #[differentiate]
    fn f(x: &[f64], n: usize) -> f64 {
        let mut p = P { a: x[0], b: [x[1], x[2]] };
        let mut k = 0;
        let q: P = loop {
            k += 1;
            p = P { a: p.a * 0.5 + p.b[0], b: [p.b[1], p.a] };
            if k > n {
                break p;
            }
            if p.a > 2.0 {
                break P { a: 1.0, ..p };
            }
        };
        let v: Vec<f64> = 'v: {
            if q.a > 1.0 {
                break 'v vec![q.a, x[0]];
            }
            let mut w = x.to_vec();
            w[0] *= q.b[0];
            w
        };
        let (s, t) = loop {
            if n > 2 {
                break (q.a * v[0], v[1]);
            }
            break (v[1], q.b[1] * v[0]);
        };
        let arr: [f64; 2] = loop {
            break [s * t, s];
        };
        arr[0] * arr[1] + q.b[0]
    }
    #[test]
    fn t() {
        for n in 0..5 {
            check(
                3,
                (0.3, 1.3),
                |p| f(p, n),
                |p| {
                    let (v, g) = f_grad(p, n);
                    (v, numbers(&g))
                },
            )
        }
    }
}

mod combinators {
    use super::*;
    #[differentiate]
    fn f(x: f64, y: f64, o: Option<f64>) -> f64 {
        let a = o.map(|v| v * x).filter(|v| *v > 0.2).or_else(|| if y > 0.5 { Some(y) } else { None });
        let b = a.zip(Some(y)).map(|(p, q)| p * q + x);
        let c = b.map_or(x, |v| v.sin()) + a.unwrap_or_default() + o.is_some() as u8 as f64;
        let d: Result<f64, String> = b.ok_or("none".to_string());
        let e = d.map(|v| v * 2.0).unwrap_or(y);
        let f = match (a, b) {
            (Some(u), Some(v)) if u > v => u - v,
            (Some(u), _) => u * y,
            (None, w) => w.unwrap_or(x * y),
        };
        c + e + f
    }
    #[test]
    fn t() {
        for o in [None, Some(0.1), Some(0.9)] {
            check(
                2,
                (0.3, 1.1),
                |p| f(p[0], p[1], o),
                |p| {
                    let (v, g) = f_grad(p[0], p[1], o);
                    (v, vec![g.0, g.1])
                },
            )
        }
    }
}

mod streaming_sums {
    use super::*;
    #[differentiate]
    fn f(x: &[f64]) -> f64 {
        let (mut sum, mut c) = (0.0, 0.0);
        let (mut mean, mut m2, mut n) = (0.0, 0.0, 0.0);
        let (mut mx, mut se) = (f64::NEG_INFINITY, 0.0);
        for &v in x {
            let y = v - c;
            let t = sum + y;
            c = (t - sum) - y;
            sum = t;
            n += 1.0;
            let d = v - mean;
            mean += d / n;
            m2 += d * (v - mean);
            if v > mx {
                se = se * (mx - v).exp() + 1.0;
                mx = v;
            } else {
                se += (v - mx).exp();
            }
        }
        let var = if n > 1.0 { m2 / (n - 1.0) } else { 0.0 };
        sum * var.sqrt() + mx + se.ln()
    }
    #[test]
    fn t() {
        check(
            5,
            (0.3, 1.9),
            |p| f(p),
            |p| {
                let (v, g) = f_grad(p);
                (v, numbers(&g))
            },
        )
    }
}

mod householder {
    use super::*;
    #[differentiate]
    fn qr_det(a: &[Vec<f64>]) -> f64 {
        let n = a.len();
        let mut r: Vec<Vec<f64>> = a.iter().map(|row| row.clone()).collect();
        let mut det = 1.0;
        for k in 0..n - 1 {
            let norm = (k..n).map(|i| r[i][k] * r[i][k]).sum::<f64>().sqrt();
            let alpha = if r[k][k] > 0.0 { -norm } else { norm };
            let mut v: Vec<f64> = (k..n).map(|i| r[i][k]).collect();
            v[0] -= alpha;
            let vv: f64 = v.iter().map(|e| e * e).sum();
            if vv == 0.0 {
                continue;
            }
            for j in k..n {
                let dot: f64 = v.iter().zip(k..n).map(|(e, i)| e * r[i][j]).sum();
                for (e, i) in v.iter().zip(k..) {
                    r[i][j] -= 2.0 * e * dot / vv;
                }
            }
            det = -det;
        }
        for i in 0..n {
            for j in i + 1..n {
                let t = r[i][j];
                r[i][j] = r[j][i];
                r[j][i] = t;
            }
        }
        (0..n).fold(det, |d, i| d * r[i][i]) + r[n - 1][0]
    }
    #[test]
    fn t() {
        let mk = |p: &[f64]| -> Vec<Vec<f64>> { p.chunks(3).map(|c| c.to_vec()).collect() };
        check(
            9,
            (0.3, 1.9),
            |p| qr_det(&mk(p)),
            |p| {
                let (v, g) = qr_det_grad(&mk(p));
                (v, numbers(&g))
            },
        )
    }
}

mod bezier_curves {
    use super::*;
    use autodiff_core::Scalar;
    #[differentiate]
    fn de_casteljau<T: Scalar, const N: usize>(mut p: [T; N], t: T) -> T {
        for r in 1..N {
            for i in 0..N - r {
                p[i] = p[i] + (p[i + 1] - p[i]) * t;
            }
        }
        p[0]
    }
    #[differentiate]
    fn f(p: &[f64], t: f64) -> f64 {
        let [a, b, c, d] = [p[0], p[1], p[2], p[3]];
        de_casteljau([a, b, c, d], t) * de_casteljau([a, d], t * t)
    }
    #[test]
    fn t() {
        check(
            5,
            (0.3, 0.9),
            |p| f(&p[..4], p[4]),
            |p| {
                let (v, g) = f_grad(&p[..4], p[4]);
                (v, numbers(&g))
            },
        )
    }
}

mod scatter_and_gather {
    use super::*;
    #[differentiate]
    fn f(x: &[f64], idx: &[usize], w: &mut [f64]) -> f64 {
        let before: f64 = w.iter().sum();
        for (k, &i) in idx.iter().enumerate() {
            w[i] += x[k] * w[idx[(k + 1) % idx.len()]];
            w[idx[0]] *= 0.9;
        }
        let g: Vec<f64> = idx.iter().map(|&i| w[i]).collect();
        for (a, b) in w.iter_mut().zip(g.iter().rev()) {
            std::mem::swap(a, &mut (*b + 0.0));
        }
        before * g.iter().product::<f64>()
    }
    #[differentiate]
    fn h(x: &[f64], w0: &[f64]) -> f64 {
        let mut w = w0.to_vec();
        let v = f(x, &[0, 2, 1, 0], &mut w);
        v + w[1] * w[0] + f(&w.clone(), &[1, 1, 2], &mut w)
    }
    #[test]
    fn t() {
        check(
            7,
            (0.3, 0.9),
            |p| h(&p[..4], &p[4..]),
            |p| {
                let (v, g) = h_grad(&p[..4], &p[4..]);
                (v, numbers(&g))
            },
        )
    }
}

mod functions_named_alike {
    use super::*;
    #[differentiate]
    fn max(a: f64, b: f64) -> f64 {
        if a > b { a * 1.5 } else { b }
    }
    #[differentiate]
    fn f(x: f64, y: f64) -> f64 {
        fn square(v: f64) -> f64 {
            v * v
        }
        const HALF: f64 = 0.5;
        let max2 = |a: f64, b: f64| max(b, a) * HALF;
        let sin = x.sin();
        let exp = |x: f64| x * sin;
        square(max(x, y)) + max2(x, y).max(y) + exp(y).exp() + f64::max(x, y)
    }
    #[test]
    fn t() {
        check(
            2,
            (0.3, 1.9),
            |p| f(p[0], p[1]),
            |p| {
                let (v, g) = f_grad(p[0], p[1]);
                (v, numbers(&g))
            },
        )
    }
}

mod chains_of_all_kinds {
    use super::*;
    #[differentiate]
    fn f(x: &[f64], y: &[f64]) -> f64 {
        let a: f64 = x.iter().rev().step_by(2).zip(y.iter().skip(1)).map(|(p, q)| p * q).sum();
        let b = x.iter().zip(y).filter(|(p, q)| p > q).map(|(p, q)| p - q).fold(0.0, f64::max);
        let c = x.iter().zip(y.iter()).zip(1..).map(|((p, q), k)| p.powi(k) * q).last().unwrap_or(0.0);
        let d = *x.iter().nth(2).unwrap() * y.iter().copied().nth(1).unwrap_or(1.0);
        let (lo, hi) = x.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &v| (l.min(v), h.max(v)));
        let near = x.iter().min_by(|p, q| (*p - y[0]).abs().total_cmp(&(*q - y[0]).abs())).unwrap();
        let cum: Vec<f64> = x
            .iter()
            .scan(0.0, |s, v| {
                *s += v;
                Some(*s)
            })
            .collect();
        let outer: f64 = x.iter().flat_map(|p| y.iter().map(move |q| p * q * q)).sum();
        let t: f64 = cum.windows(2).map(|w| w[1] / w[0]).sum();
        let mut runs: Vec<(f64, i32)> = vec![];
        for v in x {
            match runs.last_mut() {
                Some((s, n)) => {
                    *s += v;
                    *n += 1;
                }
                _ => runs.push((*v, 1)),
            }
        }
        let r: f64 = runs.iter().map(|(s, n)| s * s * *n as f64).sum();
        a + b + c + d + hi - lo * near + outer + t + r
    }
    #[test]
    fn t() {
        check(
            9,
            (0.3, 1.9),
            |p| f(&p[..5], &p[5..]),
            |p| {
                let (v, g) = f_grad(&p[..5], &p[5..]);
                (v, numbers(&g))
            },
        )
    }
}

mod vectors {
    use super::*;
    use std::marker::PhantomData;
    #[derive(Clone, Copy, Default, Differentiable)]
    struct V3 {
        x: f64,
        y: f64,
        z: f64,
    }
    #[differentiate]
    impl V3 {
        fn new(x: f64, y: f64, z: f64) -> Self {
            Self { x, y, z }
        }
        fn cross(self, o: Self) -> Self {
            Self::new(self.y * o.z - self.z * o.y, self.z * o.x - self.x * o.z, self.x * o.y - self.y * o.x)
        }
        fn dot(&self, o: &Self) -> f64 {
            self.x * o.x + self.y * o.y + self.z * o.z
        }
        fn norm(&self) -> f64 {
            self.dot(self).sqrt()
        }
        fn unit(mut self) -> Self {
            let n = self.norm();
            if n > 0.0 {
                self.x /= n;
                self.y /= n;
                self.z /= n;
            }
            self
        }
        fn add_scaled(&mut self, o: &V3, k: f64) -> &mut Self {
            self.x += o.x * k;
            self.y += o.y * k;
            self.z += o.z * k;
            self
        }
    }
    #[differentiate]
    fn f(a: V3, b: V3) -> f64 {
        let mut acc = V3::default();
        let n = a.cross(b).unit();
        for k in 0..3 {
            let d = [a, b, n][k];
            acc.x += d.x * 0.5;
            acc.y += d.dot(&n);
            acc.z += acc.x * d.z;
        }
        acc.cross(n).norm() + acc.dot(&b)
    }
    #[test]
    fn t() {
        let m = |p: &[f64]| (V3::new(p[0], p[1], p[2]), V3::new(p[3], p[4], p[5]));
        check(
            6,
            (0.3, 1.9),
            |p| {
                let (a, b) = m(p);
                f(a, b)
            },
            |p| {
                let (a, b) = m(p);
                let (v, (g, h)) = f_grad(a, b);
                (v, vec![g.x, g.y, g.z, h.x, h.y, h.z])
            },
        )
    }
}

mod single_precision {
    use super::*;
    #[derive(Clone, Differentiable)]
    struct L {
        w: Vec<f32>,
        b: f32,
    }
    #[differentiate]
    fn f(l: &L, x: &[f32]) -> f32 {
        let z: f32 = l.w.iter().zip(x).map(|(a, b)| a * b).sum::<f32>() + l.b;
        let s = 1.0 / (1.0 + (-z).exp());
        let mut best = f32::MIN;
        for (i, v) in x.iter().enumerate() {
            let c = v * s + i as f32 * 0.25;
            if c > best {
                best = c;
            }
        }
        best - s.ln() * if x.len() > 2 { 0.5 } else { 2.0 }
    }
    #[test]
    fn t() {
        let l = L { w: vec![0.5, -0.25], b: 0.125 };
        let x = [0.75f32, 0.5];
        let (v, (g, gx)) = f_grad(&l, &x);
        assert_eq!(v, f(&l, &x));
        let h = 1e-2f32;
        let mut l2 = l.clone();
        l2.b += h;
        let mut l3 = l.clone();
        l3.b -= h;
        let num = (f(&l2, &x) - f(&l3, &x)) / (2.0 * h);
        assert!((num - g.b).abs() < 1e-3, "{num} {}", g.b);
        let num = (f(&l, &[0.75 + h, 0.5]) - f(&l, &[0.75 - h, 0.5])) / (2.0 * h);
        assert!((num - gx[0]).abs() < 1e-3);
    }
}

mod several_states {
    use super::*;
    #[differentiate]
    fn f(x: &[f64], g: f64) -> f64 {
        let mut st = 0i8;
        let (mut a, mut b, mut c) = (g, 1.0, 0.0);
        let mut hist: Vec<(f64, i8)> = Vec::new();
        let mut i = x.len();
        'main: while i > 0 {
            i -= 1;
            let v = x[i];
            a += v;
            if v > 1.2 {
                st = (st + 1) % 3;
                if st == 2 {
                    a *= 0.5;
                    continue;
                }
            }
            b *= a.tanh();
            for &(h, s) in hist.iter().rev().take(2) {
                if s == st {
                    c += h * v;
                } else if h > a {
                    c -= h;
                    continue 'main;
                }
            }
            hist.push((a * b, st));
            if hist.len() > 4 {
                hist.remove(0);
            }
            if c > 5.0 {
                break 'main;
            }
        }
        a + b * c + hist.iter().map(|(h, s)| h * (*s as f64 + 1.0)).sum::<f64>()
    }
    #[test]
    fn t() {
        check(
            9,
            (0.3, 1.9),
            |p| f(&p[..8], p[8]),
            |p| {
                let (v, g) = f_grad(&p[..8], p[8]);
                (v, numbers(&g))
            },
        )
    }
}

mod terms {
    use super::*;
    #[derive(Clone, Copy, Differentiable)]
    enum Term {
        Const(f64),
        Lin { k: f64, i: usize },
        Pow(f64, i32),
        Zero,
    }
    #[derive(Clone, Differentiable)]
    struct Poly {
        terms: [Term; 4],
        scale: f64,
    }
    #[differentiate]
    impl Poly {
        fn eval(&self, x: &[f64]) -> f64 {
            let mut s = 0.0;
            for t in self.terms {
                s += match t {
                    Term::Const(c) => c,
                    Term::Lin { k, i } => k * x[i],
                    Term::Pow(c, n) if n > 1 => c * x[0].powi(n),
                    Term::Pow(c, _) => c,
                    Term::Zero => continue,
                };
            }
            for t in &self.terms {
                if let Term::Lin { k, .. } = t {
                    s *= k;
                }
            }
            s * self.scale
        }
        fn bumped(mut self) -> Self {
            for t in self.terms.iter_mut() {
                *t = match *t {
                    Term::Const(c) => Term::Lin { k: c * self.scale, i: 1 },
                    Term::Zero => Term::Const(self.scale),
                    other => other,
                };
            }
            self
        }
    }
    #[differentiate]
    fn f(p: &Poly, x: &[f64]) -> f64 {
        p.eval(x) + p.clone().bumped().eval(x)
    }
    #[test]
    fn t() {
        let mk = |p: &[f64]| Poly { terms: [Term::Const(p[0]), Term::Lin { k: p[1], i: 1 }, Term::Pow(p[2], 3), Term::Zero], scale: p[3] };
        check(
            6,
            (0.3, 1.9),
            |p| f(&mk(p), &p[4..]),
            |p| {
                let (v, (g, x)) = f_grad(&mk(p), &p[4..]);
                let mut o = vec![];
                for t in &g.terms {
                    match t {
                        TermCotangent::Const(c) => o.push(*c),
                        TermCotangent::Lin { k } => o.push(*k),
                        TermCotangent::Pow(c, _) => o.push(*c),
                        _ => {}
                    }
                }
                o.push(g.scale);
                o.extend(x);
                (v, o)
            },
        )
    }
}
