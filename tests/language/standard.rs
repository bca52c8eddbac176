//! Methods of the standard library that few functions use: of lists, options, results and iterators, also where their types are not seen.
#![allow(for_loops_over_fallibles)]

use autodiff_core::{Differentiable, differentiate};

/// Fields whose types no file tells.
macro_rules! unseen {
    () => {
        #[derive(Differentiable, Clone)]
        struct Held {
            list: Vec<f64>,
            rows: Vec<Vec<f64>>,
            option: Option<f64>,
            k: f64,
        }

        #[differentiate]
        fn held(v: &[f64]) -> Held {
            let list = vec![v[0], v[1] * v[0], v[2], v[3].sin(), v[4]];
            let rows = vec![list.clone(), vec![v[5], v[0] * v[2], v[1]]];
            Held { list, rows, option: if v[4] > 0.5 { Some(v[0] * v[1]) } else { None }, k: v[5] * v[0] + 0.3 }
        }

        #[differentiate]
        fn maybe(x: f64, k: f64) -> Option<f64> {
            if x > 0.5 { Some(x * k) } else { None }
        }

        #[differentiate]
        fn tried(x: f64, k: f64) -> Result<f64, u8> {
            if x > 0.5 { Ok(x * k) } else { Err(3) }
        }
    };
}

unseen!();

macro_rules! each {
    ($(mod $name:ident { fn f($v:ident) $body:block })*) => { $(
        mod $name {
            use super::*;

            #[differentiate]
            fn f($v: &[f64]) -> f64 $body

            crate::of_six!();
        }
    )* };
}

// Parts of lists that are not seen.
each! {
    mod first_and_last { fn f(v) {
        let h = held(v);
        h.list.first().copied().unwrap_or(0.0) * h.k + h.list.last().map_or(1.0, |x| x * h.k) * *h.list.first().unwrap()
    } }
    mod parts_by_index { fn f(v) {
        let h = held(v);
        let beyond = h.list.get(99).copied().unwrap_or(h.k);
        let part = h.list.get(1..3).map_or(0.0, |p| p[0] * p[1]);
        match h.list.get(2usize) {
            Some(x) => x * beyond + part,
            None => h.k,
        }
    } }
    mod parts_that_change { fn f(v) {
        let mut h = held(v);
        if let Some(x) = h.list.get_mut(1) {
            *x *= h.k;
        }
        if let Some(x) = h.list.last_mut() {
            *x += h.k * h.k;
        }
        h.list[1] * h.list[4] + h.list.iter().sum::<f64>()
    } }
    mod split_parts { fn f(v) {
        let h = held(v);
        let (a, b) = h.list.split_at(2);
        let ends = match h.list.split_first() {
            Some((first, rest)) => first * rest[1] * rest.len() as f64,
            None => 0.0,
        };
        let Some((last, before)) = h.list.split_last() else { return h.k };
        let chunk = if let Some([p, q]) = h.list.first_chunk::<2>() { p * q } else { 0.0 };
        a[0] * b[1] + ends + last * before[0] + chunk
    } }
    mod copies { fn f(v) {
        let h = held(v);
        let mut w = h.list.to_vec();
        w.sort_by(|a, b| a.total_cmp(b));
        let (chunks, rest) = h.list.as_chunks::<2>();
        let pairs: f64 = chunks.iter().map(|[a, b]| a * b).sum();
        w[0] * w[1] + pairs * rest[0] + h.list.repeat(2)[6]
    } }
    mod lists_that_change { fn f(v) {
        let mut h = held(v);
        let taken: f64 = h.list.drain(1..2).sum();
        h.list.retain(|x| *x > -90.0);
        h.list.extend([h.k, taken]);
        h.list.sort_by(|a, b| b.total_cmp(a));
        let rest = h.list.split_off(3);
        h.list.reserve(4);
        h.list.resize_with(4, || 0.5);
        h.list.iter().enumerate().map(|(i, x)| x * x * (i as f64 + 1.0)).sum::<f64>() + rest[0] * taken
    } }
}

// Parts from the end, parts that are written to.
each! {
    mod chunks_from_the_end { fn f(v) {
        let h = held(v);
        let mut w = v.to_vec();
        for part in w.rchunks_mut(4) {
            part[0] *= h.k;
        }
        let mut pairs = h.list.rchunks_exact(2);
        let s: f64 = v.rchunks(4).map(|c| c[0] * 2.0 + c[c.len() - 1].sin()).sum();
        let t = h.list.rchunks(2).map(|c| c.iter().product::<f64>()).fold(0.0, |a, b| a * 0.5 + b);
        s + t * w[0] + pairs.next().map_or(0.0, |p| p[0] * p[1]) * w[2]
    } }
    mod ends_split_off { fn f(v) {
        let mut w = v.to_vec();
        if let Some((first, rest)) = w.split_first_mut() {
            *first *= rest[0];
            rest[1] *= *first;
        }
        if let Some((last, before)) = w.split_last_mut() {
            *last += before[2] * v[0];
            before[0] *= *last;
        }
        let Some((a, b)) = w.split_at_checked(2) else { return 0.0 };
        if let Some((_, none)) = w.split_at_checked(99) {
            return none[0];
        }
        a[0] * b[0] + a[1] * b[3]
    } }
    mod inserted { fn f(v) {
        let mut o = if v[4] > 0.5 { Some(v[0]) } else { None };
        let held = o.insert(v[1] * v[2]);
        *held *= v[3];
        let before = o.unwrap();
        *o.insert(v[5]) *= before;
        let filled = o.get_or_insert(2.0);
        *filled += v[0];
        let s = o.unwrap_or(0.0) * before;
        s + v[0]
    } }
    mod row_by_row { fn f(v) {
        let mut rows: Vec<Vec<f64>> = vec![v.to_vec(), v[..3].to_vec()];
        let level = 0.3;
        for row in rows.iter_mut() {
            row[0] = if row.iter().copied().filter_map(|x| if level < row[0] { Some(x * row[0]) } else { None }).all(|y| y > -3.0) {
                row[0] * row[1]
            } else {
                row[2]
            };
        }
        rows[0][0] * rows[1][0]
    } }
}

// Iterators.
each! {
    mod peeked_at { fn f(v) {
        let h = held(v);
        let mut it = h.list.iter().peekable();
        let mut s = 0.0;
        while let Some(x) = it.next() {
            s += x * it.peek().map_or(1.0, |next| **next);
            if let Some(&next) = it.peek() {
                s += x * *next;
            }
            if let Some(next) = it.peek() {
                s += *x * next.sin();
            }
        }
        s
    } }
    mod from_both_ends { fn f(v) {
        let mut it = v.iter();
        let mut s = *it.next_back().unwrap();
        while let Some(a) = it.next() {
            let Some(b) = it.next_back() else { break };
            s = s * 0.5 + a * b;
        }
        s
    } }
    mod rest_between { fn f(v) {
        let h = held(v);
        let mut it = h.list.iter();
        let (first, last) = (it.next().unwrap(), it.next_back().unwrap());
        it.map(|x| x * x).sum::<f64>() * *first + *last
    } }
    mod from_the_back { fn f(v) {
        let found = v.iter().rfind(|x| **x > 0.1).copied().unwrap_or(v[0]);
        found * v.iter().nth_back(1).unwrap() + v.iter().map(|x| x * v[2]).next_back().unwrap()
    } }
    mod by_keys { fn f(v) {
        let a = v.iter().max_by_key(|x| (**x * 1000.0) as i64).unwrap();
        let b = v.iter().copied().min_by_key(|x| (x * 1000.0) as i64).unwrap();
        let i = (0..v.len()).min_by_key(|&i| (v[i] * 100.0) as i64).unwrap();
        a * v[3] + b * b * v[i]
    } }
    mod first_of_equal_keys { fn f(v) {
        let a = v.iter().max_by_key(|x| **x > 0.0).unwrap();
        let b = v.iter().min_by_key(|x| **x > 0.0).unwrap();
        a * 2.0 + b * b
    } }
    mod greatest_written_to { fn f(v) {
        let mut w = v.to_vec();
        let greatest = w.iter_mut().max_by(|a, b| a.total_cmp(b)).unwrap();
        *greatest *= v[3];
        w.iter().map(|x| x * x).sum()
    } }
    mod options_iterated { fn f(v) {
        let o = if v[4] > 0.5 { Some(v[0] * v[1]) } else { None };
        let mut s = v[2];
        for x in o {
            s *= x;
        }
        s + o.iter().map(|x| x * v[3]).sum::<f64>() + v.iter().copied().chain(o).chain(Some(v[5])).map(|x| x * x).sum::<f64>()
    } }
}

// Results.
each! {
    mod collected { fn f(v) {
        let checked = |x: f64| if x > -1.0 { Ok(x * v[3]) } else { Err("negative") };
        let all: Result<Vec<f64>, &str> = v.iter().map(|x| checked(*x)).collect();
        let sum = v.iter().map(|x| checked(x.abs())).sum::<Result<f64, &str>>().unwrap_or(0.5);
        let product = v.iter().map(|x| checked(*x)).product::<Result<f64, &str>>().unwrap_or(v[2]);
        all.map_or(v[5], |w| w[0] * w[1]) + sum * product
    } }
    mod folded { fn f(v) {
        let a = v.iter().try_fold(1.0, |s: f64, x| if *x > -9.0 { Ok(s * 0.5 + x * x) } else { Err(3u8) });
        let b = v.iter().try_fold(1.0, |s: f64, x| if *x > 1.0 { Ok(s * 0.5 + x * x) } else { Err(3u8) });
        a.unwrap_or(0.0) + b.unwrap_or(v[2])
    } }
    mod asked_in_closures { fn f(v) {
        let f = |x: f64, k: f64| -> Result<f64, u8> {
            let a = if x > 0.0 { Ok(x * k) } else { Err(1) }?;
            Ok(a * a)
        };
        f(v[0], v[1]).unwrap_or(v[2]) + f(v[3], v[4]).unwrap_or(v[5])
    } }
    mod other_methods { fn f(v) {
        let r = tried(v[0], v[1]);
        let a = r.ok().map_or(v[2], |x| x * x);
        let q: Result<f64, u8> = tried(v[3], v[4]);
        let b = q.or(Ok::<f64, u8>(v[5])).unwrap_or(0.0);
        let c = q.and(Ok(v[0] * v[1])).unwrap_or(v[2]);
        let d = q.err().map_or(v[1], |e| e as f64 * v[0] * v[0]);
        a + b * c + d
    } }
}

// Options.
each! {
    mod of_two_options { fn f(v) {
        let o = if v[4] > 0.5 { Some(v[0] * v[1]) } else { None };
        let p = maybe(v[3], v[2]);
        let a = o.xor(p).map_or(v[5], |x| x * x);
        let b = o.and(Some(v[3])).unwrap_or(v[1]);
        let c = p.or(Some(v[0])).map_or(0.0, |x| x.sin());
        a + b * c
    } }
    mod conditions { fn f(v) {
        let a = (v[0] > 0.0).then(|| v[0] * v[1]).or(maybe(v[2], v[3])).unwrap_or(v[4]);
        let b = (v[1] > 0.0).then_some(v[5]).and(maybe(v[3], v[0])).unwrap_or(v[2]);
        a * b
    } }
    mod functions_by_name { fn f(v) {
        maybe(v[0], v[1]).map(f64::sin).unwrap_or(v[2]) * maybe(v[3], v[4]).map(f64::cos).unwrap_or(v[5])
    } }
    mod taken_apart { fn f(v) {
        let o = if v[4] > 0.5 { Some((v[0] * v[1], v[2])) } else { None };
        let (a, b): (Option<f64>, Option<f64>) = o.unzip();
        let mut n = 1.0;
        let c = a.inspect(|_| n += 1.0).unwrap_or(v[3]);
        c * n + b.unwrap_or(v[5])
    } }
}

// What is inside a closure that is called more than once.
each! {
    mod functions_inside { fn f(v) {
        let f = |i: usize| {
            fn square(x: f64) -> f64 {
                x * x
            }
            const HALF: f64 = 0.5;
            square(v[i]) * HALF
        };
        f(0) + f(1) * f(2)
    } }
}
