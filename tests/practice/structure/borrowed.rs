//! What carries no derivative and is borrowed: texts and their parts, lists of settings, tokens that cannot be cloned.

use super::check;
use crate::numbers;
use autodiff_core::{Differentiable, differentiate};

mod parsed_tokens {
    use super::*;
    enum Token {
        Num(f64),
        Var(usize),
        Plus,
        Times,
        Pow(i32),
    }
    fn tokenize(src: &str) -> Vec<Token> {
        src.split_whitespace()
            .map(|t| match t {
                "+" => Token::Plus,
                "*" => Token::Times,
                t if t.starts_with('x') => Token::Var(t[1..].parse().unwrap()),
                t if t.starts_with('^') => Token::Pow(t[1..].parse().unwrap()),
                t => Token::Num(t.parse().unwrap()),
            })
            .collect()
    }
    #[differentiate]
    fn f(src: &str, x: &[f64]) -> f64 {
        let tokens = tokenize(src);
        let mut st = Vec::new();
        for t in &tokens {
            match t {
                Token::Num(v) => st.push(*v),
                Token::Var(i) => st.push(x[*i]),
                Token::Plus => {
                    let b = st.pop().unwrap();
                    let a = st.pop().unwrap();
                    st.push(a + b);
                }
                Token::Times => {
                    let b = st.pop().unwrap();
                    let a = st.pop().unwrap();
                    st.push(a * b);
                }
                Token::Pow(n) => {
                    let a: f64 = st.pop().unwrap();
                    st.push(a.powi(*n));
                }
            }
        }
        st.pop().unwrap()
    }
    #[test]
    fn t() {
        check(
            2,
            (0.2, 1.0),
            |p| f("x0 x1 * 2.5 + x0 * ^3", p),
            |p| {
                let (v, g) = f_grad("x0 x1 * 2.5 + x0 * ^3", p);
                (v, numbers(&g))
            },
        )
    }
}

mod lines_of_text {
    use super::*;
    #[differentiate]
    fn f(program: &str, x: &[f64]) -> f64 {
        let mut acc = x[0];
        for line in program.lines() {
            let parts: Vec<&str> = line.split(' ').collect();
            match parts[0] {
                "add" => acc += x[parts[1].parse::<usize>().unwrap()],
                "mul" => acc *= x[parts[1].parse::<usize>().unwrap()],
                "pow" => {
                    let n: i32 = parts[1].parse().unwrap();
                    acc = acc.powi(n);
                }
                "sin" => acc = acc.sin(),
                _ => continue,
            }
        }
        acc
    }
    #[test]
    fn t() {
        check(
            2,
            (0.2, 1.0),
            |p| f("add 1\nmul 0\nnop\nsin\npow 3", p),
            |p| {
                let (v, g) = f_grad("add 1\nmul 0\nnop\nsin\npow 3", p);
                (v, numbers(&g))
            },
        )
    }
}

mod slices_of_texts {
    use super::*;
    #[differentiate]
    fn f(program: &[&str], x: &[f64]) -> f64 {
        let mut acc = x[0];
        for line in program {
            let parts: Vec<_> = line.split(' ').collect();
            match parts.as_slice() {
                ["add", k] => acc += x[k.parse::<usize>().unwrap()],
                ["fma", a, b] => acc = acc * x[a.parse::<usize>().unwrap()] + x[b.parse::<usize>().unwrap()],
                [] | ["nop"] => {}
                [other, ..] => acc *= other.len() as f64,
            }
        }
        acc
    }
    #[test]
    fn t() {
        check(
            2,
            (0.2, 1.0),
            |p| f(&["add 1", "nop", "fma 0 1", "xyz", "fma 1 1"], p),
            |p| {
                let (v, g) = f_grad(&["add 1", "nop", "fma 0 1", "xyz", "fma 1 1"], p);
                (v, numbers(&g))
            },
        )
    }
}

mod characters {
    use super::*;
    #[differentiate]
    fn f(src: &str, x: &[f64]) -> f64 {
        let mut chars = src.chars().peekable();
        let mut acc = 0.0;
        let mut sign = 1.0;
        while let Some(c) = chars.next() {
            match c {
                '+' => sign = 1.0,
                '-' => sign = -1.0,
                'a'..='z' => {
                    let v = x[(c as u8 - b'a') as usize];
                    let mut term = v;
                    if chars.peek() == Some(&'^') {
                        chars.next();
                        let n = chars.next().unwrap().to_digit(10).unwrap() as i32;
                        term = v.powi(n);
                    }
                    acc += sign * term;
                }
                _ if c.is_whitespace() => {}
                _ => panic!("bad {c}"),
            }
        }
        acc
    }
    #[test]
    fn t() {
        check(
            3,
            (0.2, 1.0),
            |p| f("a^2 - b^3 + c", p),
            |p| {
                let (v, g) = f_grad("a^2 - b^3 + c", p);
                (v, numbers(&g))
            },
        )
    }
}

mod settings_without_derive {
    use super::*;
    #[derive(Clone, Copy, PartialEq)]
    enum Act {
        Relu,
        Tanh,
        Scale(f64),
        Id,
    }
    struct Cfg {
        acts: Vec<Act>,
        names: Vec<String>,
        skip: Option<usize>,
    }
    #[differentiate(wrt(w, x))]
    fn f(cfg: &Cfg, w: &[f64], x: f64) -> f64 {
        let mut h = x;
        let acts: Vec<Act> = cfg.acts.iter().copied().filter(|a| *a != Act::Id).collect();
        for (i, a) in acts.iter().enumerate() {
            if cfg.skip == Some(i) {
                continue;
            }
            let z = w[i] * h + 0.1;
            h = match a {
                Act::Relu => z.max(0.0),
                Act::Tanh => z.tanh(),
                Act::Scale(s) if *s > 1.0 => z * s,
                Act::Scale(s) => z / (1.0 + s),
                Act::Id => z,
            };
            match cfg.names[i].as_str() {
                "square" => h *= h,
                n if n.len() > 5 => h += x,
                _ => {}
            }
        }
        h
    }
    #[test]
    fn t() {
        let c = Cfg {
            acts: vec![Act::Relu, Act::Id, Act::Tanh, Act::Scale(2.0), Act::Scale(0.5)],
            names: ["square", "a", "longname", "b"].iter().map(|s| s.to_string()).collect(),
            skip: Some(7),
        };
        check(
            5,
            (0.2, 1.0),
            |p| f(&c, &p[..4], p[4]),
            |p| {
                let (v, g) = f_grad(&c, &p[..4], p[4]);
                (v, numbers(&g))
            },
        )
    }
}

mod tables_and_maps {
    use super::*;
    use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};
    #[differentiate]
    fn f(x: &[f64], spec: &str) -> f64 {
        let table = [("lin", 1.0, 1), ("quad", 0.5, 2), ("cub", 0.25, 3)];
        let mut s = 0.0;
        for (name, c, p) in table.iter() {
            if spec.contains(name) {
                s += c * x[*p as usize - 1].powi(*p);
            }
        }
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for i in 0..x.len() {
            groups.entry(i % 2).or_default().push(i);
        }
        for (k, idx) in &groups {
            let m: f64 = idx.iter().map(|&i| x[i]).sum::<f64>() / idx.len() as f64;
            s += m * m * (*k as f64 + 1.0);
        }
        let mut seen = HashSet::new();
        for &i in [0usize, 1, 0, 2].iter() {
            if !seen.insert(i) {
                continue;
            }
            s += x[i].sin();
        }
        s
    }
    #[test]
    fn t() {
        check(
            4,
            (0.2, 1.0),
            |p| f(p, "lin cub"),
            |p| {
                let (v, g) = f_grad(p, "lin cub");
                (v, numbers(&g))
            },
        )
    }
}

mod shortest_paths {
    use super::*;
    #[differentiate]
    fn f(w: &[f64], adj: &[Vec<(usize, usize)>], src: usize) -> f64 {
        let n = adj.len();
        let mut dist = vec![f64::INFINITY; n];
        let mut done = vec![false; n];
        dist[src] = 0.0;
        for _ in 0..n {
            let mut u = None;
            for v in 0..n {
                if !done[v] && dist[v].is_finite() && u.map_or(true, |b: usize| dist[v] < dist[b]) {
                    u = Some(v);
                }
            }
            let Some(u) = u else { break };
            done[u] = true;
            for &(v, e) in &adj[u] {
                let alt = dist[u] + w[e];
                if alt < dist[v] {
                    dist[v] = alt;
                }
            }
        }
        dist.iter().filter(|d| d.is_finite()).map(|d| d * d).sum()
    }
    #[test]
    fn t() {
        let adj = vec![vec![(1, 0), (2, 1)], vec![(2, 2), (3, 3)], vec![(3, 4)], vec![], vec![]];
        check(
            5,
            (0.2, 1.0),
            |p| f(p, &adj, 0),
            |p| {
                let (v, g) = f_grad(p, &adj, 0);
                (v, numbers(&g))
            },
        )
    }
}

mod post_order {
    use super::*;
    #[differentiate]
    fn f(val: &[f64], children: &[Vec<usize>]) -> f64 {
        let mut order = vec![];
        let mut stack = vec![0usize];
        while let Some(u) = stack.pop() {
            order.push(u);
            stack.extend(children[u].iter().copied());
        }
        let mut acc = vec![0.0; val.len()];
        for &u in order.iter().rev() {
            acc[u] = val[u];
            for &c in &children[u] {
                let t = acc[c];
                acc[u] += t * t / (1.0 + t);
            }
            acc[u] = acc[u].sin() + val[u];
        }
        acc[0]
    }
    #[test]
    fn t() {
        let ch = vec![vec![1, 2], vec![3], vec![4, 5], vec![], vec![], vec![]];
        check(
            6,
            (0.2, 1.0),
            |p| f(p, &ch),
            |p| {
                let (v, g) = f_grad(p, &ch);
                (v, numbers(&g))
            },
        )
    }
}

mod assigned_by_patterns {
    use super::*;
    #[differentiate]
    fn f(x: f64, y: f64) -> f64 {
        let mut p = 0.0;
        let mut q = 1.0;
        let mut r = 2.0;
        let mut a = [0.0; 2];
        let mut s = (0.0, [0.0, 1.0]);
        [p, _] = [x * x, 0.0];
        (q, r) = (x * y, y);
        [a[1], s.0] = [p * q, r];
        (s.1, _) = ([p, y], x);
        s.1[0] = s.0 * x;
        p * q + r * a[1] + s.0 * s.1[0] * s.1[1]
    }
    #[test]
    fn t() {
        check(
            2,
            (0.2, 1.0),
            |p| f(p[0], p[1]),
            |p| {
                let (v, g) = f_grad(p[0], p[1]);
                (v, numbers(&g))
            },
        )
    }
}

mod state_that_is_not_cloned {
    use super::*;
    enum Mode {
        Up,
        Down(f64),
        Stop,
    }
    #[differentiate]
    fn f(x: &[f64]) -> f64 {
        let mut mode = Mode::Up;
        let mut s = 1.0;
        for (i, v) in x.iter().enumerate() {
            match mode {
                Mode::Up => s += v,
                Mode::Down(k) => s *= v * k,
                Mode::Stop => break,
            }
            mode = if i == 1 {
                Mode::Down(0.5)
            } else if i == 3 {
                Mode::Stop
            } else {
                mode
            };
            if let Mode::Down(k) = &mode {
                s += *k * v + k * s;
            }
        }
        s
    }
    #[test]
    fn t() {
        check(
            6,
            (0.2, 1.0),
            |p| f(p),
            |p| {
                let (v, g) = f_grad(p);
                (v, numbers(&g))
            },
        )
    }
}

mod parts_of_a_text {
    use super::*;
    #[differentiate]
    fn f(spec: &str, x: &[f64], y: f64) -> f64 {
        let kind = spec.trim();
        let head = kind.split(':').next().unwrap();
        let parts: Vec<&str> = kind.split(':').collect();
        let mut s = match head {
            "lin" => y * x[0],
            "exp" => (y * x[0]).exp(),
            _ => y,
        };
        for p in parts.iter() {
            match *p {
                "lin" => s *= x[1],
                q if q.len() == 2 => s += y,
                _ => {}
            }
        }
        if let [_, second, ..] = parts.as_slice() {
            s *= second.len() as f64 * y;
        }
        if let Some(last) = parts.last() {
            if *last == "zz" {
                s = s.sin();
            }
            s *= last.len() as f64;
        }
        let [first, ..] = parts[..] else { return y };
        let Some(rest) = kind.strip_prefix("lin") else { return s * y };
        s * rest.len() as f64 + x[first.len() - 3] * y
    }
    #[test]
    fn t() {
        for spec in [" lin:ab:zz ", "exp", "foo:lin"] {
            check(
                4,
                (0.2, 1.0),
                |p| f(spec, &p[..3], p[3]),
                |p| {
                    let (v, g) = f_grad(spec, &p[..3], p[3]);
                    (v, numbers(&g))
                },
            )
        }
    }
}

mod layers_by_reference {
    use super::*;
    struct Layer {
        act: String,
        scale: Option<f64>,
        idx: Vec<usize>,
    }
    struct Net {
        layers: Vec<Layer>,
    }
    #[differentiate(wrt(w, x))]
    fn f(net: &Net, w: &[f64], x: f64) -> f64 {
        let mut h = x;
        for layer in net.layers.iter().filter(|l| !l.idx.is_empty()) {
            let first = &layer.idx[0];
            let k = layer.scale;
            h = match layer.act.as_str() {
                "tanh" => (w[*first] * h).tanh(),
                "id" => h * w[*first],
                other => h + other.len() as f64,
            };
            if let Some(s) = layer.scale {
                h *= s * x;
            }
            if let Some(s) = &layer.scale {
                h += s * x;
            }
            match (&layer.scale, layer.idx.len()) {
                (Some(s), 1) => h *= *s,
                (None, n) if n > 1 => h *= n as f64 * x,
                _ => {}
            }
            h += match k {
                Some(k) if k > 1.0 => k * x,
                Some(k) => x / k,
                None => 0.5,
            };
            for &i in &layer.idx {
                h += w[i] * 0.1;
            }
            for i in layer.idx.iter() {
                h += w[*i].powi(*i as i32);
            }
        }
        h
    }
    #[test]
    fn t() {
        let l = |a: &str, s, i: &[usize]| Layer { act: a.into(), scale: s, idx: i.to_vec() };
        let net = Net { layers: vec![l("tanh", Some(2.0), &[1]), l("id", None, &[0, 2]), l("abc", Some(0.5), &[2, 1]), l("q", None, &[])] };
        check(
            4,
            (0.2, 1.0),
            |p| f(&net, &p[..3], p[3]),
            |p| {
                let (v, g) = f_grad(&net, &p[..3], p[3]);
                (v, numbers(&g))
            },
        )
    }
}

mod items_of_a_helper {
    use super::*;
    struct Item {
        name: String,
        factor: f64,
        power: i32,
    }
    fn items() -> Vec<Item> {
        vec![Item { name: "a".into(), factor: 2.0, power: 2 }, Item { name: "bb".into(), factor: 0.5, power: 3 }]
    }
    #[differentiate]
    fn f(x: &[f64], y: f64) -> f64 {
        let list = items();
        let mut s = 0.0;
        for it in &list {
            let Item { name, factor, power } = it;
            s += factor * x[name.len() - 1].powi(*power);
            s *= y + it.factor;
        }
        for it in list.iter().rev() {
            s += match it {
                Item { power: 2, factor, .. } => y * factor,
                Item { name, .. } if name == "bb" => y * y,
                _ => 0.0,
            };
        }
        for (i, it) in list.iter().enumerate() {
            s += it.factor * x[i];
            let p = it.power;
            s += y.powi(p);
        }
        s
    }
    #[test]
    fn t() {
        check(
            3,
            (0.2, 1.0),
            |p| f(&p[..2], p[2]),
            |p| {
                let (v, g) = f_grad(&p[..2], p[2]);
                (v, numbers(&g))
            },
        )
    }
}

mod pairs_by_reference {
    use super::*;
    #[differentiate]
    fn h1(pairs: &[(usize, usize)], x: &[f64]) -> f64 {
        let mut s = 0.3;
        for (i, j) in pairs {
            s = s * x[*i] + x[*j].sin();
        }
        s
    }
    #[differentiate]
    fn h2(pairs: &[(usize, f64)], x: &[f64]) -> f64 {
        let mut s = 0.3;
        for (i, c) in pairs.iter() {
            if *c > 1.0 {
                continue;
            }
            s = s * x[*i] * c;
        }
        s
    }
    #[differentiate]
    fn h3(n: usize, x: &[f64]) -> f64 {
        let pairs: Vec<(usize, f64)> = (0..n).map(|i| (i, i as f64 * 0.5)).collect();
        let table = [("a", 1.0, 2), ("bc", 0.5, 3)];
        let mut s = 0.3;
        for (i, c) in &pairs {
            if *c > 1.0 {
                continue;
            }
            s = s * x[*i] * c;
        }
        for (name, c, p) in table.iter() {
            s = s * c + x[name.len()].powi(*p);
        }
        for (name, c, p) in table {
            s = s * c + x[name.len()].powi(p);
        }
        s
    }

    #[test]
    fn t() {
        check(
            3,
            (0.2, 1.0),
            |p| h1(&[(0, 1), (2, 2), (1, 0)], p),
            |p| {
                let (v, g) = h1_grad(&[(0, 1), (2, 2), (1, 0)], p);
                (v, g)
            },
        );
        check(
            3,
            (0.2, 1.0),
            |p| h2(&[(0, 0.5), (2, 2.0), (1, 0.75)], p),
            |p| {
                let (v, g) = h2_grad(&[(0, 0.5), (2, 2.0), (1, 0.75)], p);
                (v, numbers(&g.1))
            },
        );
        check(
            4,
            (0.2, 1.0),
            |p| h3(4, p),
            |p| {
                let (v, g) = h3_grad(4, p);
                (v, g)
            },
        );
    }
}
