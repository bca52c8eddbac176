//! Parsers, machines, buffers, memo tables: what goes wrong together rather than alone.

use super::check;
use crate::numbers;
use autodiff_core::{Differentiable, differentiate};

mod parsed_expressions {
    use super::*;
    #[derive(Debug)]
    enum Expr {
        Num(f64),
        Var(String),
        Bin(Box<Expr>, char, Box<Expr>),
        Call(String, Vec<Expr>),
    }
    fn parse(toks: &[&str], pos: &mut usize) -> Expr {
        let t = toks[*pos];
        *pos += 1;
        match t {
            "(" => {
                let l = parse(toks, pos);
                let op = toks[*pos].chars().next().unwrap();
                *pos += 1;
                let r = parse(toks, pos);
                *pos += 1;
                Expr::Bin(Box::new(l), op, Box::new(r))
            }
            "sin" | "exp" => Expr::Call(t.to_string(), vec![parse(toks, pos)]),
            t => t.parse().map(Expr::Num).unwrap_or(Expr::Var(t.to_string())),
        }
    }
    #[differentiate(wrt(x))]
    fn eval(e: &Expr, names: &[&str], x: &[f64]) -> f64 {
        match e {
            Expr::Num(v) => *v,
            Expr::Var(n) => {
                let i = names.iter().position(|m| m == n).unwrap();
                x[i]
            }
            Expr::Bin(l, op, r) => {
                let (a, b) = (eval(l, names, x), eval(r, names, x));
                match op {
                    '+' => a + b,
                    '-' => a - b,
                    '*' => a * b,
                    '/' => a / b,
                    _ => unreachable!(),
                }
            }
            Expr::Call(name, args) => {
                let a = eval(&args[0], names, x);
                match name.as_str() {
                    "sin" => a.sin(),
                    "exp" => a.exp(),
                    _ => a,
                }
            }
        }
    }
    #[differentiate]
    fn f(src: &str, x: &[f64]) -> f64 {
        let toks: Vec<&str> = src.split(' ').collect();
        let mut pos = 0;
        let e = parse(&toks, &mut pos);
        eval(&e, &["a", "b", "c"], x)
    }
    #[test]
    fn t() {
        let s = "( ( a * sin b ) + ( 2.5 * exp ( a / c ) ) )";
        check(
            3,
            (0.4, 1.2),
            |p| f(s, p),
            |p| {
                let (v, g) = f_grad(s, p);
                (v, numbers(&g))
            },
        )
    }
}

mod register_machine {
    use super::*;
    #[differentiate]
    fn vm(code: &[u8], consts: &[f64], x: f64) -> f64 {
        let mut r = [0.0; 4];
        r[0] = x;
        let mut pc = 0usize;
        let mut steps = 0;
        while pc < code.len() && steps < 60 {
            steps += 1;
            let op = code[pc];
            let (a, b) = ((code[pc + 1] >> 4) as usize, (code[pc + 1] & 15) as usize);
            pc += 2;
            match op {
                0 => r[a] = consts[b],
                1 => r[a] += r[b],
                2 => r[a] *= r[b],
                3 => r[a] = r[b].sin(),
                4 => r.swap(a, b),
                5 if r[a] < r[b] => pc = 2,
                5 => {}
                6 => {
                    let t = r[a];
                    r[a] = r[b];
                    r[b] = t * 0.5;
                }
                _ => return r[a] * x,
            }
        }
        r[0] + r[1] * r[2]
    }
    #[test]
    fn t() {
        let code = [0, 0x10, 2, 0x10, 3, 0x20, 1, 0x12, 0, 0x31, 5, 0x13, 6, 0x01, 4, 0x02];
        check(
            3,
            (0.3, 1.1),
            |p| vm(&code, &[p[0], p[1] + 2.0], p[2]),
            |p| {
                let (v, (c, x)) = vm_grad(&code, &[p[0], p[1] + 2.0], p[2]);
                (v, numbers(&(c, x)))
            },
        );
        let code = [0, 0x10, 2, 0x10, 9, 0x10];
        check(
            3,
            (0.3, 1.1),
            |p| vm(&code, &p[..2], p[2]),
            |p| {
                let (v, (c, x)) = vm_grad(&code, &p[..2], p[2]);
                (v, numbers(&(c, x)))
            },
        )
    }
}

mod sorted_events {
    use super::*;
    #[differentiate]
    fn f(times: &[f64], vals: &[f64]) -> f64 {
        let mut ev: Vec<(f64, f64)> = times.iter().copied().zip(vals.iter().copied()).collect();
        ev.sort_by(|a, b| a.0.partial_cmp(&b.0).unwrap());
        let mut area = 0.0;
        for w in ev.windows(2) {
            let ((t0, v0), (t1, v1)) = (w[0], w[1]);
            area += 0.5 * (t1 - t0) * (v0 + v1);
        }
        let (first, last) = (ev.first().unwrap(), ev[ev.len() - 1]);
        area * first.1 + last.0
    }
    #[test]
    fn t() {
        check(
            8,
            (0.3, 1.1),
            |p| f(&p[..4], &p[4..]),
            |p| {
                let (v, g) = f_grad(&p[..4], &p[4..]);
                (v, numbers(&g))
            },
        )
    }
}

mod options_in_fields {
    use super::*;
    #[derive(Clone, Differentiable)]
    struct Cell {
        v: f64,
        buf: Option<Vec<f64>>,
        best: Option<f64>,
    }
    #[differentiate]
    fn f(c: &Cell, xs: &[f64]) -> f64 {
        let mut c = c.clone();
        for &x in xs {
            match c.buf.as_mut() {
                Some(b) => b.push(x * c.v),
                None => c.buf = Some(vec![x]),
            }
            if let Some(b) = &mut c.buf {
                b[0] *= x;
            }
            c.best = match c.best {
                Some(b) if b > x => Some(b),
                Some(b) => Some(x * b),
                None => Some(x),
            };
            if c.v > 0.9 {
                if let Some(old) = std::mem::take(&mut c.buf) {
                    c.v = old.iter().sum::<f64>() * 0.1;
                }
            }
            c.v += x;
        }
        c.v * c.best.unwrap_or(1.0) + c.buf.map_or(0.0, |b| b.iter().map(|e| e * e).sum())
    }
    #[test]
    fn t() {
        check(
            6,
            (0.3, 0.8),
            |p| f(&Cell { v: p[0], buf: None, best: Some(p[1]) }, &p[2..]),
            |p| {
                let (v, (c, x)) = f_grad(&Cell { v: p[0], buf: None, best: Some(p[1]) }, &p[2..]);
                (v, numbers(&(c.v, c.best, x)))
            },
        )
    }
}

mod names_of_generated_code {
    use super::*;
    #[differentiate]
    fn f(value: f64, seed: f64, arm_0: f64) -> f64 {
        let t0 = value * seed;
        let took_0 = t0 > 0.5;
        let mut value_out = t0;
        let tape_0 = [value, t0, arm_0];
        for trips_0 in 0..3 {
            let t0 = tape_0[trips_0] * value_out;
            let value = t0 + 0.1;
            value_out += value * seed;
        }
        let x_bar = match trips(2) {
            2 => {
                let value = value_out.sin();
                value * value
            }
            _ => loop {
                if took_0 {
                    break seed;
                }
                break value;
            },
        };
        let result = loop {
            let stop = x_bar > 0.2;
            if stop {
                break x_bar * arm_0;
            }
            break t0;
        };
        result + value_out
    }
    fn trips(n: usize) -> usize {
        n
    }
    #[differentiate]
    fn g(a: f64, v: &[f64]) -> Option<f64> {
        let y = loop {
            if a > 0.5 {
                break Some(a * v[0]);
            }
            break None;
        };
        let z = y?;
        Some(z * z + v[1])
    }
    #[differentiate]
    fn h(a: f64, v: &[f64]) -> f64 {
        g(a, v).unwrap_or(a) * v[0]
    }
    #[test]
    fn t() {
        check(
            3,
            (0.3, 1.1),
            |p| f(p[0], p[1], p[2]),
            |p| {
                let (v, g) = f_grad(p[0], p[1], p[2]);
                (v, numbers(&g))
            },
        )
    }
    #[test]
    fn u() {
        check(
            3,
            (0.3, 1.1),
            |p| h(p[0], &p[1..]),
            |p| {
                let (v, g) = h_grad(p[0], &p[1..]);
                (v, numbers(&g))
            },
        )
    }
}

mod integers_of_all_kinds {
    use super::*;
    #[differentiate]
    fn f(x: f64, mut n: u64, y: f64) -> f64 {
        let mut s = x;
        let mut count = 0i32;
        while n != 1 {
            if n & 1 == 0 {
                n >>= 1;
                s = s * y + 0.1;
            } else {
                n = 3 * n + 1;
                s -= y * 0.01 * (n % 7) as f64;
            }
            count += 1;
            if count.rem_euclid(5) == 4 {
                s *= 0.9;
            }
        }
        for k in (1..=count as i64).rev().step_by(3) {
            s += x.powi((k % 4) as i32 - 1) / k as f64;
        }
        for c in 'a'..='d' {
            s += y * (c as u32 - 96) as f64;
        }
        s * f64::from(count)
    }
    #[test]
    fn t() {
        check(
            2,
            (0.3, 1.0),
            |p| f(p[0], 7, p[1]),
            |p| {
                let (v, g) = f_grad(p[0], 7, p[1]);
                (v, numbers(&g))
            },
        )
    }
}

mod closures_with_states {
    use super::*;
    #[differentiate]
    fn f(x: f64, v: &[f64]) -> f64 {
        let mut calls = 0usize;
        let mut next = |w: f64| -> f64 {
            calls += 1;
            if w < 0.5 {
                return w * x;
            }
            let t = w - 0.5;
            t * v[calls % v.len()]
        };
        let a = next(x);
        let b = next(a + 0.6);
        let c = next(0.1);
        let x = a * b;
        let outer = |k: f64| {
            let inner = |j: f64| j * k + x;
            inner(k) * inner(2.0)
        };
        let pick = |i: usize| if i < v.len() { v[i] } else { 0.0 };
        outer(c) + pick(0) * pick(7) + pick(1) * x + calls as f64
    }
    #[test]
    fn t() {
        check(
            4,
            (0.3, 1.1),
            |p| f(p[0], &p[1..]),
            |p| {
                let (v, g) = f_grad(p[0], &p[1..]);
                (v, numbers(&g))
            },
        )
    }
}

mod convolution {
    use super::*;
    #[derive(Clone, Copy)]
    struct Dims {
        h: usize,
        w: usize,
        c: usize,
    }
    impl Dims {
        fn at(&self, i: usize, j: usize, k: usize) -> usize {
            (i * self.w + j) * self.c + k
        }
        fn len(&self) -> usize {
            self.h * self.w * self.c
        }
    }
    #[differentiate]
    fn conv(img: &[f64], ker: &[[f64; 3]; 3], h: usize, w: usize) -> f64 {
        let d = Dims { h, w, c: 1 };
        let mut out = vec![0.0; d.len()];
        for i in 0..h as isize {
            for j in 0..w as isize {
                let mut s = 0.0;
                for (a, row) in ker.iter().enumerate() {
                    for (b, k) in row.iter().enumerate() {
                        let (y, x) = (i + a as isize - 1, j + b as isize - 1);
                        if y < 0 || x < 0 || y >= h as isize || x >= w as isize {
                            continue;
                        }
                        s += k * img[d.at(y as usize, x as usize, 0)];
                    }
                }
                out[d.at(i as usize, j as usize, 0)] = s.max(0.0);
            }
        }
        let mut pooled = vec![vec![f64::NEG_INFINITY; w / 2]; h / 2];
        for i in 0..h / 2 * 2 {
            for j in 0..w / 2 * 2 {
                let p = &mut pooled[i / 2][j / 2];
                *p = p.max(out[d.at(i, j, 0)]);
            }
        }
        pooled.iter().flat_map(|r| r.iter()).map(|v| v.powi(2)).sum()
    }
    #[test]
    fn t() {
        check(
            18,
            (-0.5, 1.1),
            |p| conv(&p[..9], &[[p[9], p[10], p[11]], [p[12], p[13], p[14]], [p[15], p[16], p[17]]], 3, 3),
            |p| {
                let (v, g) = conv_grad(&p[..9], &[[p[9], p[10], p[11]], [p[12], p[13], p[14]], [p[15], p[16], p[17]]], 3, 3);
                (v, numbers(&g))
            },
        )
    }
}

mod spanning_tree {
    use super::*;
    fn find(p: &mut Vec<usize>, i: usize) -> usize {
        let mut r = i;
        while p[r] != r {
            r = p[r];
        }
        p[i] = r;
        r
    }
    #[differentiate]
    fn mst(w: &[f64], e: &[(usize, usize)], n: usize) -> f64 {
        let mut order: Vec<usize> = (0..w.len()).collect();
        order.sort_by(|&a, &b| w[a].partial_cmp(&w[b]).unwrap());
        let mut parent: Vec<usize> = (0..n).collect();
        let mut total = 0.0;
        let mut taken = 0;
        for &k in &order {
            let (a, b) = e[k];
            let (ra, rb) = (find(&mut parent, a), find(&mut parent, b));
            if ra == rb {
                continue;
            }
            parent[ra] = rb;
            total += w[k] * (taken as f64 + 1.0);
            taken += 1;
            if taken == n - 1 {
                break;
            }
        }
        total
    }
    #[test]
    fn t() {
        let e = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 0)];
        check(
            5,
            (0.3, 1.1),
            |p| mst(p, &e, 4),
            |p| {
                let (v, g) = mst_grad(p, &e, 4);
                (v, numbers(&g))
            },
        )
    }
}

mod memo_of_options {
    use super::*;
    #[differentiate]
    fn lcs(a: &[f64], b: &[f64], i: usize, j: usize, memo: &mut [Vec<Option<f64>>]) -> f64 {
        if i == a.len() || j == b.len() {
            return 0.0;
        }
        if let Some(v) = memo[i][j] {
            return v;
        }
        let hit = (-(a[i] - b[j]).powi(2)).exp() + lcs(a, b, i + 1, j + 1, memo);
        let l = lcs(a, b, i + 1, j, memo);
        let r = lcs(a, b, i, j + 1, memo);
        let best = hit.max(l).max(r);
        memo[i][j] = Some(best);
        best
    }
    #[differentiate]
    fn f(a: &[f64], b: &[f64]) -> f64 {
        let mut memo = vec![vec![None; b.len()]; a.len()];
        let v = lcs(a, b, 0, 0, &mut memo);
        v + memo[1][1].unwrap_or(0.0) * 0.5
    }
    #[test]
    fn t() {
        check(
            6,
            (0.0, 2.0),
            |p| f(&p[..3], &p[3..]),
            |p| {
                let (v, g) = f_grad(&p[..3], &p[3..]);
                (v, numbers(&g))
            },
        )
    }
}

mod blocks_as_values {
    use super::*;
    #[differentiate]
    fn f(x: &[f64], y: f64) -> f64 {
        let mut i = 0;
        let pick = 'p: {
            for (k, v) in x.iter().enumerate() {
                if *v > y && {
                    i += k;
                    true
                } {
                    break 'p v * y;
                }
            }
            y * 0.5
        };
        let z = match {
            i += 1;
            i
        } {
            1 => pick,
            n if n > 2 && pick > 0.3 => {
                let q = loop {
                    i += 2;
                    if i > 6 {
                        break pick.sin() * i as f64;
                    }
                };
                q
            }
            _ => y,
        };
        let w = f64::max(
            {
                let t = z * 2.0;
                t + y
            },
            if z < y { z } else { y },
        );
        let (a, b) = if w > 1.0 {
            (w, {
                let u = w;
                u * u
            })
        } else {
            let r = (y, w);
            (r.1, r.0)
        };
        a * b + [pick, z, w].iter().rev().skip(1).map(|e| e * e).sum::<f64>()
    }
    #[test]
    fn t() {
        check(
            5,
            (0.1, 1.1),
            |p| f(&p[..4], p[4]),
            |p| {
                let (v, g) = f_grad(&p[..4], p[4]);
                (v, numbers(&g))
            },
        )
    }
}

mod filters {
    use super::*;
    #[derive(Clone, Differentiable)]
    struct Filter<const N: usize> {
        b: [f64; N],
        a: [f64; N],
        z: [f64; N],
        gain: f64,
    }
    #[differentiate]
    impl<const N: usize> Filter<N> {
        const TAPS: usize = N;
        fn new(b: [f64; N], a: [f64; N]) -> Self {
            Self { b, a, z: [0.0; N], gain: 1.0 }
        }
        fn with_gain(mut self, g: f64) -> Self {
            self.gain = g;
            self
        }
        fn tick(&mut self, x: f64) -> f64 {
            let y = self.b[0] * x + self.z[0];
            for i in 1..Self::TAPS {
                self.z[i - 1] = self.b[i] * x - self.a[i] * y + if i + 1 < N { self.z[i] } else { 0.0 };
            }
            y * self.gain
        }
    }
    #[differentiate]
    fn f(b: [f64; 3], a: [f64; 3], g: f64, xs: &[f64]) -> f64 {
        let mut flt = Filter::new(b, a).with_gain(g);
        let ys: Vec<f64> = xs.iter().map(|&x| flt.tick(x)).collect();
        let mut e = 0.0;
        for (i, y) in ys.iter().enumerate() {
            e += y * y * (i as f64 + 1.0);
        }
        e + flt.z[0]
    }
    #[test]
    fn t() {
        let m = |p: &[f64]| ([p[0], p[1], p[2]], [p[3], p[4], p[5]]);
        check(
            11,
            (0.1, 0.7),
            |p| {
                let (a, b) = m(p);
                f(a, b, p[6], &p[7..])
            },
            |p| {
                let (a, b) = m(p);
                let (v, g) = f_grad(a, b, p[6], &p[7..]);
                (v, numbers(&g))
            },
        )
    }
}

mod ring_buffer {
    use super::*;
    #[derive(Clone, Differentiable)]
    struct Ring {
        buf: Vec<f64>,
        head: usize,
        len: usize,
    }
    #[differentiate]
    impl Ring {
        fn push(&mut self, v: f64) -> Option<f64> {
            let cap = self.buf.len();
            let at = (self.head + self.len) % cap;
            if self.len == cap {
                let old = self.buf[self.head];
                self.buf[self.head] = v;
                self.head = (self.head + 1) % cap;
                return Some(old);
            }
            self.buf[at] = v;
            self.len += 1;
            None
        }
        fn get(&self, i: usize) -> f64 {
            self.buf[(self.head + i) % self.buf.len()]
        }
    }
    #[differentiate]
    fn f(xs: &[f64], k: f64) -> f64 {
        let mut r = Ring { buf: vec![0.0; 3], head: 0, len: 0 };
        let mut s = 0.0;
        for &x in xs {
            if let Some(old) = r.push(x * k) {
                s += old * k;
            }
            for i in 0..r.len {
                s += r.get(i) * (i + 1) as f64 * x;
            }
        }
        s
    }
    #[test]
    fn t() {
        check(
            7,
            (0.1, 0.7),
            |p| f(&p[..6], p[6]),
            |p| {
                let (v, g) = f_grad(&p[..6], p[6]);
                (v, numbers(&g))
            },
        )
    }
}

mod rows_rearranged {
    use super::*;
    #[differentiate]
    fn f(m: [[f64; 3]; 3], k: usize) -> f64 {
        let mut m = m;
        m.swap(0, k);
        m[k].reverse();
        m[1][..2].swap(0, 1);
        m[2].rotate_right(1);
        let [r0, r1, mut r2] = m;
        (r2[0], r2[1]) = (r2[1] * r0[0], r2[0] * r1[1]);
        let t = {
            let mut t = [[0.0; 3]; 3];
            for i in 0..3 {
                for j in 0..3 {
                    t[j][i] = m[i][j];
                }
            }
            t
        };
        m[0] = r2;
        m[1].copy_from_slice(&t[2]);
        for row in m.iter_mut() {
            row.iter_mut().enumerate().for_each(|(j, e)| *e *= (j + 1) as f64);
            let r0 = row[0];
            row[2..].fill(r0);
        }
        m.iter().zip(t.iter()).map(|(a, b)| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>()).product::<f64>()
    }
    #[test]
    fn t() {
        let mk = |p: &[f64]| -> [[f64; 3]; 3] { std::array::from_fn(|i| std::array::from_fn(|j| p[3 * i + j])) };
        for k in 0..3 {
            check(
                9,
                (0.1, 1.1),
                |p| f(mk(p), k),
                |p| {
                    let (v, g) = f_grad(mk(p), k);
                    (v, numbers(&g))
                },
            )
        }
    }
}
