//! Options and tuples of references that are handed to functions, and what only counts and is iterated over.

use std::collections::{BTreeMap, HashSet, VecDeque};

use autodiff_core::{Differentiable, differentiate};

use super::of_six;

mod shared {
    use super::*;

    #[differentiate]
    fn weighted(x: &[f64], w: Option<&[f64]>) -> f64 {
        match w {
            Some(w) => x.iter().zip(w).map(|(a, b)| a * b * b).sum(),
            None => x.iter().sum::<f64>() / x.len() as f64,
        }
    }

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut u = v.to_vec();
        let a = weighted(v, Some(v));
        let b = weighted(&u, Some(&u));
        u[0] *= u[1];
        let c = weighted(&u, Some(&v[1..]));
        for i in 0..3 {
            u[i] += weighted(&u[..2], Some(&v[i..i + 2]));
        }
        a * b + c * u[2] + weighted(&u, Some(&u)) * weighted(v, None)
    }
    of_six!();
}

mod passed_on {
    use super::*;

    #[differentiate]
    fn inner(x: &[f64], w: Option<&[f64]>) -> f64 {
        let Some(w) = w else { return x[0] };
        let mut s = 0.0;
        for (a, b) in x.iter().zip(w) {
            if *a > 2.0 {
                return s * b;
            }
            s += a * b;
        }
        s
    }

    #[differentiate]
    fn outer(x: &[f64], w: Option<&[f64]>, k: f64) -> f64 {
        let there = if w.is_some() { k } else { 0.5 };
        inner(x, w) * k + w.map(|w| w[0] * w[1]).unwrap_or(k) + w.map_or(0.0, |w| w.iter().sum()) * there
    }

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        outer(&v[..3], Some(&v[3..]), v[0]) + outer(v, None, v[1])
    }
    of_six!();
}

mod structs {
    use super::*;

    #[derive(Differentiable, Clone)]
    struct Prior {
        mean: f64,
        scale: Vec<f64>,
    }

    #[differentiate]
    fn score(x: f64, p: Option<&Prior>) -> f64 {
        x * x + p.map_or(0.0, |p| (x - p.mean).powi(2) * p.scale[0])
    }

    #[differentiate]
    fn of_both(p: (&Prior, &Prior), k: f64) -> f64 {
        let (q, r) = p;
        q.mean * r.scale[0] * k + p.0.scale[1]
    }

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let p = Prior { mean: v[1], scale: v.to_vec() };
        let q = Prior { mean: v[2], scale: vec![v[3], v[4]] };
        score(v[0], Some(&p)) + score(v[3], None) + of_both((&p, &q), v[5]) * of_both((&q, &q), 2.0)
    }
    of_six!();
}

mod neighbours {
    use super::*;

    #[differentiate]
    fn term(x: f64, before: Option<&f64>) -> f64 {
        match before {
            Some(p) => (x - p).powi(2),
            None => x * 0.5,
        }
    }

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..v.len() {
            s += if i > 0 { term(v[i], Some(&v[i - 1])) } else { term(v[i], None) };
        }
        let mut last: Option<f64> = None;
        for x in v {
            s += term(*x, last.as_ref()) * v[0];
            last = Some(*x);
        }
        s + term(v[2], v.get(4)) * term(v[3], v.get(9))
    }
    of_six!();
}

mod what_only_counts {
    use super::*;

    struct Steps {
        at: usize,
        end: usize,
    }

    impl Iterator for Steps {
        type Item = usize;
        fn next(&mut self) -> Option<usize> {
            (self.at < self.end).then(|| {
                self.at += 1;
                self.at - 1
            })
        }
    }

    fn steps(end: usize) -> Steps {
        Steps { at: 0, end }
    }

    fn pick(k: usize) -> Option<usize> {
        if k > 2 { Some(k) } else { None }
    }

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let two = steps(2);
        let mut counts = BTreeMap::new();
        for i in 0..5 {
            *counts.entry(i % 3).or_insert(0usize) += 1;
        }
        let mut seen = HashSet::new();
        seen.insert(2usize);
        let mut queue = VecDeque::new();
        queue.push_back(1usize);
        queue.push_back(3);
        let mut s = 0.0;
        for i in (Steps { at: 1, end: 4 }) {
            s += v[i] * v[0];
        }
        s + steps(4).map(|i| v[i] * v[1]).sum::<f64>()
            + steps(3).zip(v).map(|(i, x)| x * v[i]).sum::<f64>()
            + two.map(|i| v[i].sin()).sum::<f64>()
            + steps(5).filter(|i| v[*i] > 0.0).map(|i| v[i] * v[0]).fold(0.0, |a, b| a + b * b)
            + Steps { at: 0, end: 3 }.map(|i| v[i] * v[2]).sum::<f64>()
            + counts.iter().map(|(k, n)| (*k + 1) as f64 * *n as f64 * v[0]).sum::<f64>()
            + counts.values().map(|n| *n as f64 * v[2]).sum::<f64>()
            + (0..6).filter(|i| seen.contains(i)).map(|i| v[i] * v[i]).sum::<f64>()
            + queue.iter().map(|&i| v[i] * v[0]).sum::<f64>()
            + pick(3).map(|i| v[i] * v[0]).unwrap_or(v[1])
            + pick(1).map_or(v[1] * v[1], |i| v[i])
    }
    of_six!();
}

mod chains_of_conditions {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut s = 1.0;
        let mut i = 0;
        while let Some(x) = v.get(i)
            && i < 4
        {
            s += x * s * 0.1;
            i += 1;
            if i == 3 {
                continue;
            }
            s += 1.0;
        }
        s
    }
    of_six!();
}
