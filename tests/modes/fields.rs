//! Fields of all kinds, in all modes: made, read, changed, moved on and copied.

#![allow(clippy::all)] // how functions are written is what these tests vary

use autodiff_core::{Differentiable, Lanes, differentiate};

#[derive(Clone, Debug, Differentiable)]
struct In {
    p: f64,
    q: Vec<f64>,
}

#[derive(Clone, Debug, Differentiable)]
enum En {
    A(f64),
    B { u: f64, w: Vec<f64> },
    C,
}

#[derive(Clone, Debug, Differentiable)]
struct New(f64);

#[derive(Clone, Debug, Differentiable)]
struct Gn<T> {
    v: [T; 2],
}

/// A struct with such a field, and what is done with it.
macro_rules! field {
    ($test:ident: $Field:ty, |$x:ident, $y:ident| $made:expr, |$s:ident| $read:expr, |$c:ident, $k:ident| $change:block) => {
        mod $test {
            use super::*;

            #[derive(Clone, Debug, Differentiable)]
            struct S {
                a: $Field,
                b: f64,
                n: usize,
            }

            #[differentiate(hessian, lanes)]
            fn make($x: f64, $y: f64) -> S {
                S { a: $made, b: $y, n: 1 }
            }

            #[differentiate(hessian, lanes)]
            fn read($s: &S) -> f64 {
                $read
            }

            #[differentiate(hessian, lanes)]
            fn change($c: &mut S, $k: f64) {
                $change
                $c.b *= $k;
                $c.n += 1;
            }

            #[differentiate(hessian, lanes)]
            fn moved(s: S, k: f64) -> S {
                let mut s = s;
                change(&mut s, k);
                S { b: s.b * k, ..s }
            }

            #[differentiate(hessian, lanes)]
            fn all(x: f64, y: f64) -> f64 {
                let mut s = make(x, y);
                let r = read(&s);
                change(&mut s, x * y);
                let t = s.clone();
                let mut u = moved(s, y);
                change(&mut u, r);
                read(&u) * t.b + r * u.b + read(&t)
            }

            #[test]
            fn in_all_modes() {
                let (x, y) = (0.7, 1.3);
                autodiff_core::check_gradient(|v| all(v[0], v[1]), |v| <[f64; 2]>::from(all_grad(v[0], v[1]).1), &[x, y]).unwrap();
                let (value, (of_x, of_y)) = all_grad(x, y);
                assert_eq!(value.to_bits(), all(x, y).to_bits());
                let (_, dots) = all_jvp_lanes::<2>(x, y, (Lanes([1.0, 0.0]), Lanes([0.0, 1.0])));
                approx::assert_relative_eq!(dots.0[..], [of_x, of_y], max_relative = 1e-12);
                approx::assert_relative_eq!(all_jvp(x, y, (1.0, -2.0)).1, of_x - 2.0 * of_y, max_relative = 1e-12);
                for row in 0..2 {
                    let partial = |v: &[f64]| <[f64; 2]>::from(all_grad(v[0], v[1]).1)[row];
                    autodiff_core::check_gradient(partial, |v| all_hessian(v[0], v[1]).2[row], &[x, y]).unwrap();
                }
            }
        }
    };
}

field!(number: f64, |x, y| x * y, |s| s.a * s.a, |c, k| { c.a *= k; });
field!(array: [f64; 3], |x, y| [x, y, x * y], |s| s.a.iter().map(|v| v * v).sum::<f64>(), |c, k| { for v in c.a.iter_mut() { *v *= k; } c.a.swap(0, 1); });
field!(pair: (f64, f64), |x, y| (x, y * x), |s| s.a.0 * s.a.1, |c, k| { c.a = (c.a.1 * k, c.a.0); });
field!(numbered: (usize, f64), |x, y| (3, y * x), |s| s.a.1 * s.a.1 * s.a.0 as f64, |c, k| { c.a.1 *= k; c.a.0 += 1; });
field!(option: Option<f64>, |x, y| Some(x * y), |s| s.a.unwrap_or(2.0), |c, k| { if let Some(v) = &mut c.a { *v *= k; } });
field!(option_of_array: Option<[f64; 2]>, |x, y| Some([x, y]), |s| match s.a { Some([p, q]) => p * q, None => 1.0 }, |c, k| { if let Some(v) = c.a.as_mut() { v[0] *= k; } });
field!(list: Vec<f64>, |x, y| vec![x, y], |s| s.a.iter().sum::<f64>() * s.a[0], |c, k| { c.a.push(k * c.a[1]); c.a[0] += k; });
field!(lists: Vec<Vec<f64>>, |x, y| vec![vec![x, y], vec![y]], |s| s.a.iter().flatten().map(|v| v * v).sum::<f64>(), |c, k| { c.a[1].push(k); for r in &mut c.a { for v in r { *v *= k; } } });
field!(list_of_arrays: Vec<[f64; 2]>, |x, y| vec![[x, y], [y, x * x]], |s| s.a.iter().map(|r| r[0] * r[1]).sum::<f64>(), |c, k| { for r in &mut c.a { r[0] += k * r[1]; } c.a.push([k, k]); });
field!(list_of_pairs: Vec<(f64, usize)>, |x, y| vec![(x, 1), (y * y, 2)], |s| s.a.iter().map(|(v, n)| v * v * *n as f64).sum::<f64>(), |c, k| { for (v, n) in &mut c.a { *v *= k; *n += 1; } });
field!(boxed: Box<f64>, |x, y| Box::new(x * y), |s| *s.a * *s.a, |c, k| { *c.a *= k; });
field!(boxed_struct: Box<In>, |x, y| Box::new(In { p: x, q: vec![y] }), |s| s.a.p * s.a.q[0], |c, k| { c.a.p *= k; c.a.q[0] += k; });
field!(inner: In, |x, y| In { p: x, q: vec![y, x] }, |s| s.a.p * s.a.q[1], |c, k| { c.a.p *= k; c.a.q.push(k); });
field!(list_of_structs: Vec<In>, |x, y| vec![In { p: x, q: vec![y] }, In { p: y, q: vec![] }], |s| s.a.iter().map(|i| i.p * i.p + i.q.iter().sum::<f64>()).sum::<f64>(), |c, k| { for i in c.a.iter_mut() { i.p *= k; i.q.push(k * i.p); } });
field!(array_of_structs: [In; 2], |x, y| [In { p: x, q: vec![y] }, In { p: y, q: vec![x] }], |s| s.a[0].p * s.a[1].q[0], |c, k| { c.a[0].p *= k; let t = c.a[1].p * k; c.a[0].q[0] += t; });
field!(option_of_struct: Option<In>, |x, y| Some(In { p: x, q: vec![y] }), |s| s.a.as_ref().map_or(1.0, |i| i.p * i.q[0]), |c, k| { if let Some(i) = &mut c.a { i.p *= k; } });
field!(option_of_boxed: Option<Box<In>>, |x, y| Some(Box::new(In { p: x, q: vec![y] })), |s| match &s.a { Some(i) => i.p * i.q[0], None => 0.0 }, |c, k| { if let Some(i) = &mut c.a { i.q[0] *= k; } });
field!(variants: En, |x, y| En::B { u: x, w: vec![y] }, |s| match &s.a { En::A(v) => *v, En::B { u, w } => u * w[0], En::C => 1.0 }, |c, k| { match &mut c.a { En::B { u, w } => { *u *= k; w.push(*u); } _ => {} } });
field!(list_of_variants: Vec<En>, |x, y| vec![En::A(x), En::B { u: y, w: vec![x] }, En::C], |s| s.a.iter().map(|e| match e { En::A(v) => *v * v, En::B { u, w } => u * w[0], En::C => 1.0 }).sum::<f64>(), |c, k| { c.a[0] = En::A(k * k); });
field!(newtype: New, |x, y| New(x * y), |s| s.a.0 * s.a.0, |c, k| { c.a.0 += k; });
field!(generic: Gn<f64>, |x, y| Gn { v: [x, y] }, |s| s.a.v[0] * s.a.v[1], |c, k| { c.a.v[1] *= k; });
field!(matrix: [[f64; 2]; 2], |x, y| [[x, y], [y, x]], |s| { let mut t = 0.0; for r in &s.a { for v in r { t += v * v * v; } } t }, |c, k| { c.a[1][0] *= k; c.a[0] = c.a[1]; });
field!(array_of_lists: [Vec<f64>; 2], |x, y| [vec![x], vec![y, x]], |s| s.a[0][0] * s.a[1][1], |c, k| { c.a[0].push(k); c.a[1][1] *= c.a[0][1]; });
field!(pair_of_both: (In, Vec<f64>), |x, y| (In { p: x, q: vec![] }, vec![y]), |s| s.a.0.p * s.a.1[0], |c, k| { c.a.0.p *= k; c.a.1.push(k); });
field!(result: Result<f64, String>, |x, y| Ok(x * y), |s| match &s.a { Ok(v) => v * v, Err(_) => 0.0 }, |c, k| { if let Ok(v) = &mut c.a { *v *= k; } });
