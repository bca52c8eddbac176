//! Work lists, interpreters, trees, tables and state machines.

use super::{check, weigh, weight};
use crate::numbers;
use autodiff_core::{Differentiable, differentiate};
use std::collections::HashMap;

mod stack_of_intervals {
    use super::*;
    #[differentiate]
    fn quad(a: f64, b: f64, k: f64) -> f64 {
        let mut stack = vec![(a, b, 0u32)];
        let mut total = 0.0;
        while let Some((lo, hi, depth)) = stack.pop() {
            let m = 0.5 * (lo + hi);
            let whole = (hi - lo) * (k * m).sin();
            if depth >= 3 || (hi - lo) < 0.3 {
                total += whole;
                continue;
            }
            stack.push((lo, m, depth + 1));
            stack.push((m, hi, depth + 2));
        }
        total
    }
    #[test]
    fn t() {
        check(
            3,
            (0.1, 1.0),
            |p| quad(p[0], p[1] + 2.0, p[2]),
            |p| {
                let (v, g) = quad_grad(p[0], p[1] + 2.0, p[2]);
                (v, numbers(&g))
            },
        )
    }
}

mod longest_path {
    use super::*;
    #[differentiate]
    fn longest(w: &[f64], edges: &[(usize, usize)], n: usize) -> f64 {
        let mut indeg = vec![0usize; n];
        for &(_, b) in edges {
            indeg[b] += 1;
        }
        let mut queue: Vec<usize> = (0..n).filter(|&i| indeg[i] == 0).collect();
        let mut dist = vec![0.0f64; n];
        let mut head = 0;
        while head < queue.len() {
            let u = queue[head];
            head += 1;
            for (e, &(a, b)) in edges.iter().enumerate() {
                if a != u {
                    continue;
                }
                let cand = dist[a] + w[e] * w[e];
                if cand > dist[b] {
                    dist[b] = cand;
                }
                indeg[b] -= 1;
                if indeg[b] == 0 {
                    queue.push(b);
                }
            }
        }
        dist.iter().cloned().fold(f64::NEG_INFINITY, f64::max) + dist[1]
    }
    #[test]
    fn t() {
        let e = [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (1, 4)];
        check(
            6,
            (0.2, 2.0),
            |p| longest(p, &e, 5),
            |p| {
                let (v, g) = longest_grad(p, &e, 5);
                (v, numbers(&g))
            },
        )
    }
}

mod expression_tree {
    use super::*;
    #[derive(Clone, Differentiable)]
    enum Tree {
        Leaf(f64),
        Add(Box<Tree>, Box<Tree>),
        Mul { l: Box<Tree>, r: Box<Tree>, scale: f64 },
        Sin(Box<Tree>),
    }
    #[differentiate]
    fn eval(t: &Tree, x: f64) -> f64 {
        match t {
            Tree::Leaf(c) => c * x,
            Tree::Add(a, b) => eval(a, x) + eval(b, x),
            Tree::Mul { l, r, scale } => scale * eval(l, x) * eval(&**r, x * x),
            Tree::Sin(a) => eval(a, x).sin(),
        }
    }
    fn mk(p: &[f64]) -> Tree {
        Tree::Mul {
            l: Box::new(Tree::Add(Box::new(Tree::Leaf(p[0])), Box::new(Tree::Sin(Box::new(Tree::Leaf(p[1])))))),
            r: Box::new(Tree::Leaf(p[2])),
            scale: p[3],
        }
    }
    fn fl(t: &TreeCotangent, o: &mut Vec<f64>) {
        match t {
            TreeCotangent::Leaf(c) => o.push(*c),
            TreeCotangent::Add(a, b) => {
                fl(a, o);
                fl(b, o)
            }
            TreeCotangent::Mul { l, r, scale } => {
                fl(l, o);
                fl(r, o);
                o.push(*scale)
            }
            TreeCotangent::Sin(a) => fl(a, o),
            _ => {}
        }
    }
    #[test]
    fn t() {
        check(
            5,
            (0.3, 1.4),
            |p| eval(&mk(p), p[4]),
            |p| {
                let (v, (g, d)) = eval_grad(&mk(p), p[4]);
                let mut o = vec![];
                fl(&g, &mut o);
                o.push(d);
                (v, o)
            },
        )
    }
}

mod memo_table {
    use super::*;
    #[differentiate]
    fn go(n: usize, x: f64, memo: &mut Vec<Option<f64>>) -> f64 {
        if n < 2 {
            return x + n as f64;
        }
        if let Some(v) = memo[n] {
            return v;
        }
        let r = go(n - 1, x, memo) * x + go(n - 2, x, memo);
        memo[n] = Some(r);
        r
    }
    #[differentiate]
    fn f(x: f64) -> f64 {
        let mut memo = vec![None; 8];
        go(7, x, &mut memo) + go(5, x, &mut memo)
    }
    #[test]
    fn t() {
        check(
            1,
            (0.3, 1.4),
            |p| f(p[0]),
            |p| {
                let (v, g) = f_grad(p[0]);
                (v, numbers(&g))
            },
        )
    }
}

mod binary_search {
    use super::*;
    #[differentiate]
    fn interp(xs: &[f64], ys: &[f64], x: f64) -> f64 {
        let n = xs.len();
        if x <= xs[0] {
            return ys[0];
        }
        if x >= xs[n - 1] {
            return ys[n - 1] + 0.1 * (x - xs[n - 1]);
        }
        let (mut lo, mut hi) = (0, n - 1);
        while hi - lo > 1 {
            let mid = (lo + hi) / 2;
            if xs[mid] > x {
                hi = mid;
            } else {
                lo = mid;
            }
        }
        let t = (x - xs[lo]) / (xs[hi] - xs[lo]);
        let k = xs.partition_point(|&v| v < x);
        ys[lo] * (1.0 - t) + ys[hi] * t + ys[k] * 0.01
    }
    #[test]
    fn t() {
        for q in [-1.0, 0.7, 2.3, 9.0] {
            check(
                11,
                (0.0, 0.4),
                |p| {
                    let xs: Vec<f64> = (0..5).map(|i| i as f64 + p[i]).collect();
                    interp(&xs, &p[5..10], p[10] + q)
                },
                |p| {
                    let xs: Vec<f64> = (0..5).map(|i| i as f64 + p[i]).collect();
                    let (v, g) = interp_grad(&xs, &p[5..10], p[10] + q);
                    (v, numbers(&g))
                },
            )
        }
    }
}

mod texts_decide {
    use super::*;
    #[differentiate]
    fn relu(x: f64) -> f64 {
        if x > 0.0 { x } else { 0.1 * x }
    }
    #[differentiate]
    fn soft(x: f64) -> f64 {
        (1.0 + x.exp()).ln()
    }
    #[differentiate]
    fn apply(kind: &str, x: f64) -> f64 {
        match kind {
            "relu" => relu(x),
            "soft" => soft(x),
            s if s.starts_with("id") => x,
            _ => x.tanh(),
        }
    }
    #[differentiate]
    fn net(w: &[f64], acts: &[&str], x: f64) -> f64 {
        let mut h = x;
        for (wi, a) in w.iter().zip(acts) {
            h = apply(a, wi * h + 0.2);
        }
        for a in acts.iter().rev().filter(|a| a.len() > 3) {
            h += match *a {
                "relu" => 2.0 * x,
                _ => x * x,
            };
        }
        h
    }
    #[test]
    fn t() {
        check(
            6,
            (-1.1, 1.2),
            |p| net(&p[..5], &["relu", "soft", "identity", "tanh", "relu", "x"], p[5]),
            |p| {
                let (v, g) = net_grad(&p[..5], &["relu", "soft", "identity", "tanh", "relu", "x"], p[5]);
                (v, numbers(&g))
            },
        )
    }
}

mod maps_of_constants {
    use super::*;
    #[differentiate(wrt(x))]
    fn f(x: f64, table: &HashMap<String, f64>, names: &[String]) -> f64 {
        let mut s = 0.0;
        for n in names {
            let c = table.get(n).copied().unwrap_or(0.5);
            s += c * x.powi(n.len() as i32);
        }
        s
    }
    #[differentiate]
    fn g(x: f64, y: f64) -> f64 {
        let mut m: HashMap<&str, usize> = HashMap::new();
        m.insert("a", 2);
        *m.entry("b").or_insert(0) += 3;
        let k = m["a"] + m["b"];
        x.powi(k as i32) * y
    }
    #[test]
    fn u() {
        check(
            2,
            (0.2, 1.2),
            |p| g(p[0], p[1]),
            |p| {
                let (v, g) = g_grad(p[0], p[1]);
                (v, numbers(&g))
            },
        )
    }
}

mod bits_decide {
    use super::*;
    const MASK: u32 = 0b1011;
    static TABLE: [u8; 8] = [3, 1, 4, 1, 5, 9, 2, 6];
    static SCALE: f64 = 0.5;
    #[differentiate]
    fn f(x: &[f64], seed: u32) -> f64 {
        let mut s = seed;
        let mut acc = 0.0;
        for round in 0..6u8 {
            s = s.wrapping_mul(1664525).wrapping_add(1013904223);
            let i = ((s >> 16) as usize ^ TABLE[round as usize] as usize) % x.len();
            let sign = if (s & MASK).count_ones() & 1 == 1 { -1.0 } else { 1.0 };
            let k = (s % 3) as i32 - 1;
            acc += sign * SCALE * x[i].powi(k + 2) * f64::from(round) + (i as i32 - 2).abs() as f64 * x[x.len() - 1 - i];
        }
        acc
    }
    #[test]
    fn t() {
        check(
            5,
            (0.2, 1.2),
            |p| f(p, 77),
            |p| {
                let (v, g) = f_grad(p, 77);
                (v, numbers(&g))
            },
        )
    }
}

mod arena {
    use super::*;
    #[derive(Clone, Copy, Differentiable)]
    enum Op {
        Input(usize),
        Add(usize, usize),
        Mul(usize, usize),
        Exp(usize),
    }
    #[differentiate]
    fn tape(ops: &[Op], x: &[f64]) -> f64 {
        let mut v = Vec::with_capacity(ops.len());
        for op in ops {
            let r = match *op {
                Op::Input(i) => x[i],
                Op::Add(a, b) => v[a] + v[b],
                Op::Mul(a, b) => v[a] * v[b],
                Op::Exp(a) => f64::exp(v[a]),
            };
            v.push(r);
        }
        *v.last().unwrap()
    }
    #[test]
    fn t() {
        let ops = [Op::Input(0), Op::Input(1), Op::Mul(0, 1), Op::Exp(2), Op::Add(3, 0), Op::Mul(4, 4)];
        check(
            2,
            (0.2, 1.0),
            |p| tape(&ops, p),
            |p| {
                let (v, g) = tape_grad(&ops, p);
                (v, numbers(&g.1))
            },
        )
    }
}

mod reverse_polish {
    use super::*;
    #[differentiate]
    fn rpn(src: &str, x: f64, y: f64) -> f64 {
        let mut st: Vec<f64> = vec![];
        for tok in src.split_whitespace() {
            match tok {
                "x" => st.push(x),
                "y" => st.push(y),
                "+" => {
                    let b = st.pop().unwrap();
                    let a = st.pop().unwrap();
                    st.push(a + b);
                }
                "*" => {
                    let b = st.pop().unwrap();
                    let a = st.pop().unwrap();
                    st.push(a * b);
                }
                "sin" => {
                    if let Some(t) = st.last_mut() {
                        *t = t.sin();
                    }
                }
                "dup" => {
                    let t = *st.last().unwrap();
                    st.push(t);
                }
                n => st.push(n.parse::<f64>().unwrap()),
            }
        }
        st.pop().unwrap()
    }
    #[test]
    fn t() {
        check(
            2,
            (0.2, 1.0),
            |p| rpn("x y * dup sin + 2.5 * x + dup *", p[0], p[1]),
            |p| {
                let (v, g) = rpn_grad("x y * dup sin + 2.5 * x + dup *", p[0], p[1]);
                (v, numbers(&g))
            },
        )
    }
}

mod mutual_recursion {
    use super::*;
    #[differentiate]
    fn even(n: u32, x: f64) -> f64 {
        if n == 0 { x } else { x * odd(n - 1, x + 0.1) }
    }
    #[differentiate]
    fn odd(n: u32, x: f64) -> f64 {
        if n == 0 { 1.0 } else { x.sin() + even(n - 1, x * x) }
    }
    #[test]
    fn t() {
        for n in 0..5 {
            check(
                1,
                (0.2, 1.0),
                |p| even(n, p[0]),
                |p| {
                    let (v, g) = even_grad(n, p[0]);
                    (v, numbers(&g))
                },
            )
        }
    }
}

mod linked_list {
    use super::*;
    #[derive(Clone, Differentiable)]
    struct Node {
        v: f64,
        next: Option<Box<Node>>,
    }
    #[differentiate]
    fn sum(head: &Node, x: f64) -> f64 {
        let mut s = head.v * x;
        let mut cur = &head.next;
        while let Some(n) = cur {
            s = s * n.v + x;
            cur = &n.next;
        }
        s
    }
    #[differentiate]
    fn rec(head: &Node, x: f64) -> f64 {
        match &head.next {
            Some(n) => head.v + x * rec(n, x),
            None => head.v,
        }
    }
    fn mk(p: &[f64]) -> Node {
        Node { v: p[0], next: if p.len() > 1 { Some(Box::new(mk(&p[1..]))) } else { None } }
    }
    fn fl(n: &NodeCotangent, o: &mut Vec<f64>) {
        o.push(n.v);
        if let Some(n) = &n.next {
            fl(n, o)
        }
    }
    #[test]
    fn t() {
        check(
            4,
            (0.2, 1.0),
            |p| sum(&mk(&p[..3]), p[3]),
            |p| {
                let (v, (g, x)) = sum_grad(&mk(&p[..3]), p[3]);
                let mut o = vec![];
                fl(&g, &mut o);
                o.push(x);
                (v, o)
            },
        )
    }
    #[test]
    fn u() {
        check(
            4,
            (0.2, 1.0),
            |p| rec(&mk(&p[..3]), p[3]),
            |p| {
                let (v, (g, x)) = rec_grad(&mk(&p[..3]), p[3]);
                let mut o = vec![];
                fl(&g, &mut o);
                o.push(x);
                (v, o)
            },
        )
    }
}

mod state_machine {
    use super::*;
    #[derive(Clone, Differentiable)]
    enum State {
        Idle,
        Warm { t: f64, n: u32 },
        Hot(f64, Vec<f64>),
    }
    #[differentiate]
    fn step(s: State, u: f64) -> State {
        match s {
            State::Idle => State::Warm { t: u, n: 0 },
            State::Warm { t, n } if n >= 2 => State::Hot(t * u, vec![t]),
            State::Warm { t, n } => State::Warm { t: t + u * u, n: n + 1 },
            State::Hot(h, mut log) => {
                log.push(h);
                if h > 3.0 { State::Idle } else { State::Hot(h * 1.5 + u, log) }
            }
        }
    }
    #[differentiate]
    fn f(us: &[f64]) -> f64 {
        let mut s = State::Idle;
        let mut out = 0.0;
        for &u in us {
            s = step(s, u);
            out += match &s {
                State::Idle => u,
                State::Warm { t, .. } => t * u,
                State::Hot(h, l) => h + l.iter().sum::<f64>() * u,
            };
        }
        out
    }
    #[test]
    fn t() {
        check(
            9,
            (0.2, 1.3),
            |p| f(p),
            |p| {
                let (v, g) = f_grad(p);
                (v, numbers(&g))
            },
        )
    }
}

mod interpreter {
    use super::*;
    #[differentiate]
    fn f(x: &[f64], ops: &[u8]) -> (f64, f64) {
        let mut a = x[0];
        let mut b = 1.0;
        'next: for (i, op) in ops.iter().enumerate() {
            for (j, v) in x.iter().enumerate() {
                match op {
                    b'+' => a += v,
                    b'*' if j == 2 => continue 'next,
                    b'*' => b *= v + a,
                    b'r' => return (a, b * v),
                    b's' => {
                        std::mem::swap(&mut a, &mut b);
                        break;
                    }
                    _ => {
                        if i > 4 {
                            break 'next;
                        }
                        a = a.sin();
                        continue;
                    }
                }
                b += 0.1 * a;
            }
            a *= 0.5;
        }
        (a + b, a - b)
    }
    #[test]
    fn t() {
        for o in ["+*s", "x+s*r+", "", "*****zz", "ss+r"] {
            check(
                3,
                (0.2, 1.0),
                |p| weigh(f(p, o.as_bytes())),
                |p| {
                    let (v, g) = f_vjp(p, o.as_bytes(), (weight(0), weight(1)));
                    (weigh(v), numbers(&g))
                },
            )
        }
    }
}

mod adaptive_steps {
    use super::*;
    #[differentiate]
    fn rhs(y: [f64; 2], k: f64) -> [f64; 2] {
        [y[1], -k * y[0] - 0.1 * y[1]]
    }
    #[differentiate]
    fn adaptive(y0: [f64; 2], k: f64, tol: f64) -> f64 {
        let mut y = y0;
        let mut t = 0.0;
        let mut h: f64 = 0.3;
        let mut rejected = 0usize;
        while t < 1.0 && rejected < 50 {
            if t + h > 1.0 {
                h = 1.0 - t;
            }
            let k1 = rhs(y, k);
            let mid = [y[0] + h * k1[0], y[1] + h * k1[1]];
            let k2 = rhs(mid, k);
            let hi = [y[0] + 0.5 * h * (k1[0] + k2[0]), y[1] + 0.5 * h * (k1[1] + k2[1])];
            let err = (hi[0] - mid[0]).abs().max((hi[1] - mid[1]).abs());
            if err > 0.05 {
                h *= 0.5;
                rejected += 1;
                continue;
            }
            t += h;
            y = hi;
            h *= if err < 0.01 { 1.5 } else { 1.0 };
        }
        y[0] * y[0] + y[1] + tol
    }
    #[test]
    fn t() {
        check(
            4,
            (0.5, 1.3),
            |p| adaptive([p[0], p[1]], p[2], p[3]),
            |p| {
                let (v, g) = adaptive_grad([p[0], p[1]], p[2], p[3]);
                (v, numbers(&g))
            },
        )
    }
}

mod soft_alignment {
    use super::*;
    #[differentiate]
    fn dtw(a: &[f64], b: &[f64], gamma: f64) -> f64 {
        let (n, m) = (a.len(), b.len());
        let mut d = vec![vec![f64::INFINITY; m + 1]; n + 1];
        d[0][0] = 0.0;
        for i in 1..=n {
            for j in 1..=m {
                let c = (a[i - 1] - b[j - 1]).powi(2);
                let prev = [d[i - 1][j], d[i][j - 1], d[i - 1][j - 1]];
                let mn = prev.iter().fold(f64::INFINITY, |m, &v| m.min(v));
                let z: f64 = prev.iter().map(|p| if p.is_finite() { (-(p - mn) / gamma).exp() } else { 0.0 }).sum();
                d[i][j] = c + mn - gamma * z.ln();
            }
        }
        d[n][m]
    }
    #[test]
    fn t() {
        check(
            8,
            (0.2, 1.3),
            |p| dtw(&p[..3], &p[3..7], p[7]),
            |p| {
                let (v, g) = dtw_grad(&p[..3], &p[3..7], p[7]);
                (v, numbers(&g))
            },
        )
    }
}

mod convex_hull {
    use super::*;
    #[derive(Clone, Copy, Differentiable, Debug)]
    struct P {
        x: f64,
        y: f64,
    }
    #[differentiate]
    fn hull(ps: &[P], a: f64) -> Vec<P> {
        let mut out: Vec<P> = Vec::new();
        for p in ps {
            let q = P { x: p.x * a.cos() - p.y * a.sin(), y: p.x * a.sin() + p.y * a.cos() };
            while out.len() >= 2 {
                let (u, v) = (out[out.len() - 2], out[out.len() - 1]);
                let cross = (v.x - u.x) * (q.y - u.y) - (v.y - u.y) * (q.x - u.x);
                if cross <= 0.0 {
                    out.pop();
                } else {
                    break;
                }
            }
            out.push(q);
        }
        out
    }
    #[differentiate]
    fn area(ps: &[P], a: f64) -> f64 {
        let h = hull(ps, a);
        let n = h.len();
        let mut s = h[0].x * h[n - 1].y;
        for i in 0..n - 1 {
            s += h[i].x * h[i + 1].y.powi(2) - h[i + 1].x * h[i].y;
        }
        s
    }
    #[test]
    fn t() {
        let mk = |p: &[f64]| -> Vec<P> { p.chunks(2).enumerate().map(|(i, c)| P { x: c[0] + i as f64, y: c[1] }).collect() };
        check(
            11,
            (0.2, 1.0),
            |p| area(&mk(&p[..10]), p[10]),
            |p| {
                let (v, (g, d)) = area_grad(&mk(&p[..10]), p[10]);
                let mut o: Vec<f64> = g.iter().flat_map(|q| [q.x, q.y]).collect();
                o.push(d);
                (v, o)
            },
        )
    }
}
