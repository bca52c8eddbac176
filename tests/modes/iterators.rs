//! Iterators of all kinds, in all modes: alone, in a method, and called by other functions.

#![allow(clippy::all, unused_variables)] // how functions are written is what these tests vary

use autodiff_core::{Differentiable, differentiate};

const AT: [[f64; 11]; 2] = [
    [0.31, -0.62, 0.87, 0.14, -0.38, 0.55, -0.21, 0.43, 0.92, -0.77, 0.68],
    [-0.45, 0.73, 0.26, -0.11, 0.64, -0.83, 0.37, 0.59, -0.28, 0.12, 0.94],
];

/// What gives a number.
macro_rules! number {
    ($test:ident: |$v:ident, $w:ident, $k:ident| $body:block) => {
        mod $test {
            use super::*;

            #[derive(Clone, Debug, Differentiable)]
            struct Model {
                k: f64,
            }

            #[differentiate(order = 3, lanes)]
            fn f($v: &[f64], $w: &[f64], $k: f64) -> f64 $body

            #[differentiate(hessian, lanes)]
            impl Model {
                fn at_k(&self, $v: &[f64], $w: &[f64]) -> f64 {
                    let $k = self.k;
                    $body
                }
            }

            #[differentiate(hessian, lanes)]
            fn called(v: &[f64], w: &[f64], k: f64) -> f64 {
                let m = Model { k: k * 0.5 };
                let mut s = f(v, w, k * k);
                for j in 0..2 {
                    s = s * 0.3 + f(w, v, s * 0.1 + k) * j as f64 + m.at_k(v, w);
                }
                s * k
            }

            #[differentiate(hessian)]
            fn slope(v: &[f64], w: &[f64], k: f64) -> f64 {
                let (value, parts) = f_grad(v, w, k);
                value * parts.2 + parts.0[0]
            }

            #[test]
            fn in_all_modes() {
                for at in AT {
                    second!(2e-6; f f_vjp f_jvp f_grad f_hvp f_hessian at at; c => (&c.vec(5), &c.vec(5), c.n()); (&c.vec(5), &c.vec(5), c.n()));
                    lanes!(f f_jvp f_jvp_lanes at at; c => (&c.vec(5), &c.vec(5), c.n()); (&c.vec(5)[..], &c.vec(5)[..], c.n()));
                    second!(2e-6; called called_vjp called_jvp called_grad called_hvp called_hessian at at; c => (&c.vec(5), &c.vec(5), c.n()); (&c.vec(5), &c.vec(5), c.n()));
                    lanes!(called called_jvp called_jvp_lanes at at; c => (&c.vec(5), &c.vec(5), c.n()); (&c.vec(5)[..], &c.vec(5)[..], c.n()));
                    second!(2e-6; slope slope_vjp slope_jvp slope_grad slope_hvp slope_hessian at at; c => (&c.vec(5), &c.vec(5), c.n()); (&c.vec(5), &c.vec(5), c.n()));
                }
            }
        }
    };
}

/// What gives a list.
macro_rules! list {
    ($test:ident: |$v:ident, $w:ident, $k:ident| $body:block) => {
        mod $test {
            use super::*;

            #[differentiate(hessian, lanes, jacobian)]
            fn f($v: &[f64], $w: &[f64], $k: f64) -> Vec<f64> $body

            #[differentiate(hessian, lanes)]
            fn called(v: &[f64], w: &[f64], k: f64) -> f64 {
                let mut s = f(v, w, k * k)[1];
                for j in 0..2 {
                    s = s * 0.3 + f(w, v, s * 0.1 + k).iter().map(|x| x * x).sum::<f64>() * j as f64;
                }
                s * k
            }

            #[test]
            fn in_all_modes() {
                for at in AT {
                    jac!(2e-6; f f_vjp f_jvp f_jacobian at at; c => (&c.vec(5), &c.vec(5), c.n()); (&c.vec(5), &c.vec(5), c.n()));
                    lanes!(f f_jvp f_jvp_lanes at at; c => (&c.vec(5), &c.vec(5), c.n()); (&c.vec(5)[..], &c.vec(5)[..], c.n()));
                    second!(2e-6; called called_vjp called_jvp called_grad called_hvp called_hessian at at; c => (&c.vec(5), &c.vec(5), c.n()); (&c.vec(5), &c.vec(5), c.n()));
                    lanes!(called called_jvp called_jvp_lanes at at; c => (&c.vec(5), &c.vec(5), c.n()); (&c.vec(5)[..], &c.vec(5)[..], c.n()));
                }
            }
        }
    };
}

number!(zipped: |v, w, k| { v.iter().zip(w.iter()).map(|(&a, &b)| (a - b) * (a - b)).sum::<f64>() * k });
number!(enumerated: |v, w, k| { let mut s = 0.0;
for (i, x) in v.iter().enumerate() { s = s * k + *x * v[(i + 1) % v.len()]; }
s });
number!(filtered: |v, w, k| { v.iter().zip(w).filter(|&(&a, &b)| a > b).map(|(&a, &b)| (a - b).powi(3) * k).sum() });
number!(chosen: |v, w, k| { v.iter().filter_map(|&x| (x > 0.1).then(|| x * x * k)).sum() });
number!(chosen_by_a_block: |v, w, k| { v.iter().zip(w).filter_map(|(a, b)| { let d = *a - *b; if d.abs() < 0.01 { return None; } Some(k * *a / d) }).sum() });
number!(taken_while: |v, w, k| { v.iter().take_while(|x| x.abs() < 0.9).map(|x| *x * *x * k).sum() });
number!(skipped_while: |v, w, k| { v.iter().skip_while(|x| **x < 0.2).map(|x| (*x * k).exp()).sum() });
number!(mapped_while: |v, w, k| { v.iter().map_while(|x| if x.abs() < 0.85 { Some(*x * k) } else { None }).sum() });
number!(skipped_and_stepped: |v, w, k| { v.iter().skip(1).step_by(2).map(|x| x.cos() * k).sum() });
number!(stepped_range: |v, w, k| { (0..v.len()).step_by(2).map(|i| v[i] * v[i] * k).sum() });
number!(reversed: |v, w, k| { v.iter().rev().enumerate().map(|(i, x)| *x * *x * (i as f64) * k).sum::<f64>() });
number!(chained_once: |v, w, k| { v.iter().copied().chain(std::iter::once(k)).map(|x| x * x).sum() });
number!(chained_twice: |v, w, k| { let mut s = k;
for x in v.iter().chain(w.iter()).chain(&[k, k * k]) { s += *x * *x * s; }
s });
number!(flat_mapped: |v, w, k| { v.iter().flat_map(|a| w.iter().map(move |b| *a * *b)).map(|p| (p * k).sin()).sum() });
number!(flat_mapped_lists: |v, w, k| { v.iter().flat_map(|&x| vec![x * k, x.sin()]).map(|y| y * y).sum() });
number!(flattened_options: |v, w, k| { v.iter().map(|&x| if x > 0.0 { Some(x * k) } else { None }).flatten().sum() });
number!(scanned: |v, w, k| { v.iter().scan(0.0, |s, &x| { *s += x; Some(*s * k) }).map(|y| y * y).sum() });
number!(scanned_to_an_end: |v, w, k| { v.iter().scan(0.0, |s, &x| { *s += x * x; if *s > 1.1 { None } else { Some(*s * k) } }).sum() });
number!(folded: |v, w, k| { let (a, b) = v.iter().fold((0.0, k), |(a, b), &x| (a + x * b, b * 0.9 + x));
a * b });
number!(folded_to_the_greatest: |v, w, k| { v.iter().fold(f64::NEG_INFINITY, |m, &x| m.max(x * k)) });
number!(tried: |v, w, k| { let r = v.iter().try_fold(1.0, |s, x| { let d = s + *x * *x; if d < 100.0 { Some(d * k) } else { None } });
r.unwrap_or(k) });
number!(tried_with_errors: |v, w, k| { v.iter().try_fold(k, |s, &x| if x > -2.0 { Ok(s + x * s) } else { Err("low") }).unwrap_or(0.0) });
number!(reduced: |v, w, k| { v.iter().copied().reduce(|a, b| a * b + k).unwrap_or(k) });
number!(multiplied: |v, w, k| { v.iter().map(|x| *x + k * 3.0).product() });
number!(least: |v, w, k| { v.iter().map(|x| (*x * k, x.sin())).min_by(|a, b| a.0.total_cmp(&b.0)).map(|p| p.0 * p.1).unwrap() });
number!(greatest: |v, w, k| { let (i, x) = v.iter().enumerate().max_by(|a, b| a.1.partial_cmp(b.1).unwrap()).unwrap();
*x * w[i] * k });
number!(position: |v, w, k| { let i = v.iter().position(|x| *x > 0.1).unwrap_or(0);
w[i] * v[i] * k });
number!(any_and_all: |v, w, k| { if v.iter().any(|x| *x > 0.5) && w.iter().all(|x| x.abs() < 5.0) { v[0] * k } else { w[0] * k } });
number!(counted: |v, w, k| { let n = v.iter().filter(|x| **x > -0.3).count() as f64;
v.iter().filter(|x| **x > -0.3).map(|x| *x * k).sum::<f64>() / n.max(1.0) });
number!(collected_options: |v, w, k| { let all: Option<Vec<f64>> = v.iter().map(|&x| if x > -3.0 { Some(x * k) } else { None }).collect();
all.map_or(0.0, |a| a.iter().map(|x| *x * *x).sum()) });
number!(unzipped: |v, w, k| { let (a, b): (Vec<f64>, Vec<f64>) = v.iter().zip(w).map(|(x, y)| (*x * *y, *x + k)).unzip();
a.iter().zip(&b).map(|(x, y)| *x * *y).sum() });
number!(partitioned: |v, w, k| { let (a, b): (Vec<f64>, Vec<f64>) = v.iter().map(|x| *x * k).partition(|x| *x > 0.0);
a.iter().map(|x| *x * *x).sum::<f64>() - b.iter().sum::<f64>() * 2.0 });
number!(for_each: |v, w, k| { let mut s = 0.0;
v.iter().for_each(|x| s += *x * k + s * 0.1);
s });
number!(windows: |v, w, k| { v.windows(2).zip(w.windows(2)).map(|(x, y)| (x[1] - x[0]) * (y[0] + y[1]) * k).sum() });
number!(greatest_window: |v, w, k| { v.windows(2).map(|p| p[1] - p[0] * k).fold(f64::MIN, f64::max) });
number!(remainder: |v, w, k| { let it = v.chunks_exact(2);
let r = it.remainder().iter().map(|x| *x * k).sum::<f64>();
it.map(|c| c[0] * c[1]).sum::<f64>() + r });
number!(chunks_from_behind: |v, w, k| { v.rchunks(2).fold(k, |s, c| s * c[0] + c.iter().sum::<f64>()) });
number!(split_first: |v, w, k| { match v.split_first() { Some((h, t)) => t.iter().fold(*h * k, |s, x| s * *x + *h), None => k } });
number!(split_last: |v, w, k| { let Some((l, init)) = v.split_last() else { return k; };
init.iter().map(|x| *x * *l).sum::<f64>() * k });
number!(from_fn: |v, w, k| { let mut i = 0;
std::iter::from_fn(|| { if i < v.len() { i += 1; Some(v[i - 1] * k) } else { None } }).map(|x| x * x).sum() });
number!(successors: |v, w, k| { std::iter::successors(Some(k), |x| Some(*x * 0.5 + v[0])).take(4).map(|x| x * x).sum() });
number!(repeated: |v, w, k| { std::iter::repeat(k).take(3).zip(v).map(|(a, b)| a * *b).sum() });
number!(zipped_with_a_range: |v, w, k| { v.iter().zip(1..).map(|(x, i)| *x * k / i as f64).sum() });
number!(peeked: |v, w, k| { let mut it = v.iter().peekable();
let mut s = k;
while let Some(x) = it.next() { if let Some(n) = it.peek() { s += *x * **n; } else { s *= *x; } }
s });
number!(last_and_nth: |v, w, k| { v.iter().last().copied().unwrap_or(k) * *v.iter().nth(1).unwrap() * k });
number!(found_and_mapped: |v, w, k| { v.iter().find_map(|&x| if x > 0.1 { Some(x * k) } else { None }).unwrap_or(k * k) });
number!(found: |v, w, k| { let (i, x) = v.iter().enumerate().find(|(i, x)| *i > 0 && **x < 0.9).unwrap();
*x * w[i] * k });
number!(inspected: |v, w, k| { let mut seen = 0;
let s: f64 = v.iter().inspect(|_| seen += 1).map(|x| *x * k).sum();
s * seen as f64 });
number!(captured: |v, w, k| { let mut acc = k;
let s: f64 = v.iter().map(|x| { acc = acc * 0.9 + *x; acc * *x }).sum();
s + acc });
number!(pairs_of_a_range: |v, w, k| { (0..v.len()).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| v[i] * v[j] * k).sum() });
number!(pairs: |v, w, k| { let mut e = 0.0;
for (i, a) in v.iter().enumerate() { for b in &v[i + 1..] { e += k / (1.0 + (*a - *b).powi(2)); } }
e });
number!(in_parts: |v, w, k| { let mut it = v.iter();
let a: f64 = it.by_ref().take(2).map(|x| *x * k).sum();
let b: f64 = it.map(|x| *x * *x).sum();
a * b });
number!(by_hand: |v, w, k| { let mut it = v.iter().copied();
let mut s = it.next().unwrap_or(k);
while let Some(x) = it.next() { s = s * x + k; }
s });
number!(sorted: |v, w, k| { let mut s = v.to_vec();
s.sort_by(|a, b| a.partial_cmp(b).unwrap());
s.iter().enumerate().map(|(i, x)| *x * i as f64 * k).sum() });
number!(ends: |v, w, k| { v.first().into_iter().chain(v.last()).map(|x| *x * *x * k).sum() });
number!(named_closure: |v, w, k| { let f = |x: f64, y: f64| x * y + k;
v.iter().zip(w).map(|(&a, &b)| f(a, b)).sum::<f64>() + f(k, v[0]) });
number!(tuples: |v, w, k| { v.iter().zip(w).map(|(a, b)| (*a * k, *b, *a - *b)).map(|(a, b, c)| a * b + c * c).sum() });
number!(array_of_pairs: |v, w, k| { [(v[0], k), (v[1], v[2])].into_iter().map(|(a, b)| a * b).sum() });
number!(array_of_constants: |v, w, k| { [0.5, 1.5, -2.0, 0.3, 1.1].iter().zip(v).map(|(a, x)| *a * *x * *x).sum::<f64>() * k });
number!(reversed_chain: |v, w, k| { v.iter().chain(w.iter()).rev().fold(k, |s, x| s * 0.5 + *x * s) });
number!(compared: |v, w, k| { v.iter().zip(w).map(|(a, b)| if a > b { *a * k } else { *b }).sum() });
number!(left: |v, w, k| { for (i, x) in v.iter().enumerate() { if *x > 0.2 && i > 0 { return *x * *x * k; } }
v.iter().sum::<f64>() * k });
number!(scanned_and_folded: |v, w, k| { v.iter().scan(1.0, |p, &x| { let q = *p * (1.0 - x * 0.3); *p = q; Some(q) }).fold(k, |a, b| a * 0.5 + b) });
number!(collected_pairs: |v, w, k| { let z: Vec<(f64, f64)> = v.iter().zip(w).map(|(a, b)| (*a * k, *b - *a)).collect();
z.iter().map(|(a, b)| *a * *b).sum::<f64>() + z[1].0 });
list!(mapped_while_list: |v, w, k| { v.iter().zip(w).map_while(|(a, b)| (*a > -0.71).then(|| *a * *b + k)).collect() });
list!(chained_list: |v, w, k| { v.iter().map(|x| *x * k).chain(w.iter().map(|x| x.sin())).collect() });
list!(flat_mapped_list: |v, w, k| { v.iter().flat_map(|&x| [x * k, x * x]).collect() });
list!(scanned_list: |v, w, k| { v.iter().scan(k, |s, x| { *s = *s * 0.5 + *x; Some(*s) }).collect() });
list!(folded_list: |v, w, k| { v.iter().fold(Vec::new(), |mut acc, &x| { acc.push(x * k); acc }) });
list!(captured_list: |v, w, k| { let mut s = k;
v.iter().map(|x| { s += *x; s * s }).collect() });
list!(zipped_list: |v, w, k| { let mut out = v.to_vec();
out.iter_mut().zip(w).for_each(|(o, b)| *o = *o * *b + k);
out });
list!(windows_list: |v, w, k| { v.windows(3).map(|w| match w { [a, b, c] => *a * *b - *c * k, _ => 0.0 }).collect() });
list!(chunks_list: |v, w, k| { v.chunks(2).map(|c| c.iter().sum::<f64>() * k).collect() });
list!(changed_chunks_list: |v, w, k| { let mut out = v.to_vec();
for (i, c) in out.chunks_exact_mut(2).enumerate() { let (a, b) = (c[0], c[1]); c[0] = b * k; c[1] = a * i as f64; }
out });
list!(split_list: |v, w, k| { let mut out = v.to_vec();
let (a, b) = out.split_at_mut(2);
for (x, y) in a.iter_mut().zip(b.iter_mut()) { *x += *y * k; *y *= *x; }
out });
list!(repeated_list: |v, w, k| { std::iter::repeat_n(v[0] * k, 3).chain([v[1], k]).collect() });
list!(repeated_with_list: |v, w, k| { let mut z = k;
std::iter::repeat_with(|| { z = z * z + v[0] * 0.1; z }).take(3).collect() });
list!(in_a_circle_list: |v, w, k| { v.iter().zip(v.iter().cycle().skip(1)).map(|(a, b)| *a * *b - k).collect() });
list!(extended_list: |v, w, k| { let mut out: Vec<f64> = Vec::with_capacity(9);
out.extend(v.iter().filter(|x| **x > 0.0).map(|x| x.sqrt() * k));
out.push(k);
out });
list!(softmax_list: |v, w, k| { let m = v.iter().copied().fold(f64::NEG_INFINITY, f64::max);
let e: Vec<f64> = v.iter().map(|x| ((*x - m) * k).exp()).collect();
let z: f64 = e.iter().sum();
e.into_iter().map(|x| x / z).collect() });
list!(chained_list_list: |v, w, k| { vec![k, v[0]].into_iter().chain(v[2..].iter().map(|x| *x * k)).collect() });
