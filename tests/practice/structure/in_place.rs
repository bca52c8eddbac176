//! Arrays, lists and structs that are changed in place, through references and by swaps.

use super::{check, weigh, weight};
use crate::numbers;
use autodiff_core::{Differentiable, differentiate};
use std::collections::HashMap;

mod split_in_halves {
    use super::*;
    #[differentiate]
    fn f(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        let mid = v.len() / 2;
        let (a, b) = v.split_at_mut(mid);
        for i in 0..a.len().min(b.len()) {
            let t = a[i];
            a[i] = b[i] * t.sin();
            b[i] += a[i] * t;
        }
        let mut s = 0.0;
        for (i, e) in v.iter().enumerate() {
            s += e * (i as f64 + 0.5);
        }
        s
    }
    #[test]
    fn t() {
        check(
            5,
            (0.2, 1.5),
            |p| f(p),
            |p| {
                let (v, g) = f_grad(p);
                (v, numbers(&g))
            },
        )
    }
}

mod ping_pong {
    use super::*;
    #[differentiate]
    fn f(u0: &[f64], k: f64, steps: usize) -> f64 {
        let n = u0.len();
        let mut cur = u0.to_vec();
        let mut next = vec![0.0; n];
        for s in 0..steps {
            for i in 0..n {
                let l = if i == 0 { 0.0 } else { cur[i - 1] };
                let r = if i + 1 == n { 0.0 } else { cur[i + 1] };
                next[i] = cur[i] + k * (l - 2.0 * cur[i] + r) - 0.01 * cur[i].powi(3);
            }
            std::mem::swap(&mut cur, &mut next);
            if s % 3 == 2 {
                cur[0] = next[n - 1];
            }
        }
        cur.iter().map(|v| v * v).sum::<f64>()
    }
    #[test]
    fn t() {
        for s in [0, 1, 2, 7] {
            check(
                6,
                (0.1, 1.0),
                |p| f(&p[..5], p[5], s),
                |p| {
                    let (v, g) = f_grad(&p[..5], p[5], s);
                    (v, numbers(&g))
                },
            )
        }
    }
}

mod bodies_in_place {
    use super::*;
    #[derive(Clone, Copy, Differentiable)]
    struct Body {
        x: [f64; 2],
        v: [f64; 2],
        m: f64,
    }
    #[differentiate]
    fn energy(bodies: &[Body], dt: f64, n: usize) -> f64 {
        let mut b: Vec<Body> = bodies.to_vec();
        for _ in 0..n {
            for i in 0..b.len() {
                let mut a = [0.0; 2];
                for j in 0..b.len() {
                    if i == j {
                        continue;
                    }
                    let d = [b[j].x[0] - b[i].x[0], b[j].x[1] - b[i].x[1]];
                    let r2 = d[0] * d[0] + d[1] * d[1] + 0.1;
                    let w = b[j].m / (r2 * r2.sqrt());
                    a[0] += w * d[0];
                    a[1] += w * d[1];
                }
                b[i].v[0] += dt * a[0];
                b[i].v[1] += dt * a[1];
            }
            for p in b.iter_mut() {
                for k in 0..2 {
                    p.x[k] += dt * p.v[k];
                }
            }
        }
        b.iter().map(|p| 0.5 * p.m * (p.v[0].powi(2) + p.v[1].powi(2)) + p.x[0]).sum()
    }
    fn mk(p: &[f64]) -> Vec<Body> {
        p.chunks(5).map(|c| Body { x: [c[0], c[1]], v: [c[2], c[3]], m: c[4] }).collect()
    }
    #[test]
    fn t() {
        check(
            16,
            (0.1, 1.0),
            |p| energy(&mk(&p[..15]), p[15], 3),
            |p| {
                let (v, (g, d)) = energy_grad(&mk(&p[..15]), p[15], 3);
                let mut o = vec![];
                for b in g {
                    o.extend(b.x);
                    o.extend(b.v);
                    o.push(b.m);
                }
                o.push(d);
                (v, o)
            },
        )
    }
}

mod lu_with_pivots {
    use super::*;
    #[differentiate]
    fn logdet_solve(a: &[Vec<f64>], b: &[f64]) -> f64 {
        let n = b.len();
        let mut m = a.to_vec();
        let mut perm: Vec<usize> = (0..n).collect();
        let mut sign = 1.0;
        for k in 0..n {
            let mut p = k;
            for i in k + 1..n {
                if m[i][k].abs() > m[p][k].abs() {
                    p = i;
                }
            }
            if p != k {
                m.swap(p, k);
                perm.swap(p, k);
                sign = -sign;
            }
            for i in (k + 1)..n {
                m[i][k] /= m[k][k];
                let l = m[i][k];
                for j in k + 1..n {
                    m[i][j] -= l * m[k][j];
                }
            }
        }
        let mut y: Vec<f64> = perm.iter().map(|&i| b[i]).collect();
        for i in 0..n {
            for j in 0..i {
                y[i] -= m[i][j] * y[j];
            }
        }
        for i in (0..n).rev() {
            for j in i + 1..n {
                let t = m[i][j] * y[j];
                y[i] -= t;
            }
            y[i] /= m[i][i];
        }
        let det: f64 = (0..n).map(|i| m[i][i]).product::<f64>() * sign;
        det * 0.1 + y.iter().zip(b).map(|(u, v)| u * v).sum::<f64>()
    }
    #[test]
    fn t() {
        let mk = |p: &[f64]| -> Vec<Vec<f64>> {
            (0..3).map(|i| (0..3).map(|j| p[3 * i + j] + if (i + 1) % 3 == j { 3.0 } else { 0.0 }).collect()).collect()
        };
        check(
            12,
            (0.1, 1.4),
            |p| logdet_solve(&mk(p), &p[9..]),
            |p| {
                let (v, g) = logdet_solve_grad(&mk(p), &p[9..]);
                (v, numbers(&g))
            },
        )
    }
}

mod gauss_jordan {
    use super::*;
    #[differentiate]
    fn inv_trace<const N: usize>(a: &[[f64; N]; N]) -> f64 {
        let mut m = *a;
        let mut inv = [[0.0; N]; N];
        for i in 0..N {
            inv[i][i] = 1.0;
        }
        for c in 0..N {
            let piv = m[c][c];
            for j in 0..N {
                m[c][j] /= piv;
                inv[c][j] /= piv;
            }
            let (prow, irow) = (m[c], inv[c]);
            for r in 0..N {
                if r == c {
                    continue;
                }
                let f = m[r][c];
                if f == 0.0 {
                    continue;
                }
                for j in 0..N {
                    m[r][j] -= f * prow[j];
                    inv[r][j] -= f * irow[j];
                }
            }
        }
        (0..N).map(|i| inv[i][i] + inv[i][(i + 1) % N].powi(2)).sum()
    }
    #[test]
    fn t() {
        let mk = |p: &[f64]| -> [[f64; 3]; 3] {
            std::array::from_fn(|i| std::array::from_fn(|j| p[3 * i + j] + if i == j { 3.0 } else { 0.0 }))
        };
        check(
            9,
            (0.1, 1.4),
            |p| inv_trace(&mk(p)),
            |p| {
                let (v, g) = inv_trace_grad(&mk(p));
                (v, numbers(&g))
            },
        )
    }
}

mod thomas_into_out_parameters {
    use super::*;
    #[differentiate]
    fn thomas(a: &[f64], b: &[f64], c: &[f64], d: &[f64], x: &mut [f64]) {
        let n = d.len();
        let mut cp = vec![0.0; n];
        cp[0] = c[0] / b[0];
        x[0] = d[0] / b[0];
        for i in 1..n {
            let m = 1.0 / (b[i] - a[i] * cp[i - 1]);
            cp[i] = c[i] * m;
            x[i] = (d[i] - a[i] * x[i - 1]) * m;
        }
        for i in (0..n - 1).rev() {
            x[i] -= cp[i] * x[i + 1];
        }
    }
    #[differentiate]
    fn f(a: &[f64], b: &[f64], d: &[f64]) -> f64 {
        let mut x = vec![0.0; d.len()];
        thomas(a, b, a, d, &mut x);
        let mut y = vec![1.0; d.len()];
        thomas(a, b, d, &x, &mut y);
        x.iter().zip(y.iter()).map(|(p, q)| p * q).sum()
    }
    #[test]
    fn t() {
        check(
            12,
            (0.1, 0.9),
            |p| f(&p[..4], &p[4..8].iter().map(|v| v + 3.0).collect::<Vec<_>>(), &p[8..]),
            |p| {
                let (v, g) = f_grad(&p[..4], &p[4..8].iter().map(|v| v + 3.0).collect::<Vec<_>>(), &p[8..]);
                (v, numbers(&g))
            },
        )
    }
}

mod fft {
    use super::*;
    #[differentiate]
    fn spectrum(re0: &[f64], im0: &[f64]) -> f64 {
        let n = re0.len();
        let mut re = re0.to_owned();
        let mut im = im0.to_owned();
        let bits = n.trailing_zeros();
        for i in 0..n {
            let j = i.reverse_bits() >> (usize::BITS - bits);
            if j > i {
                re.swap(i, j);
                im.swap(i, j);
            }
        }
        let mut len = 2;
        while len <= n {
            let ang = -2.0 * std::f64::consts::PI / len as f64;
            for start in (0..n).step_by(len) {
                for k in 0..len / 2 {
                    let (s, c) = (ang * k as f64).sin_cos();
                    let (a, b) = (start + k, start + k + len / 2);
                    let (tr, ti) = (re[b] * c - im[b] * s, re[b] * s + im[b] * c);
                    re[b] = re[a] - tr;
                    im[b] = im[a] - ti;
                    re[a] += tr;
                    im[a] += ti;
                }
            }
            len <<= 1;
        }
        re.iter().zip(&im).enumerate().map(|(k, (a, b))| k as f64 * (a * a + b * b).sqrt()).sum()
    }
    #[test]
    fn t() {
        check(
            16,
            (0.1, 0.9),
            |p| spectrum(&p[..8], &p[8..]),
            |p| {
                let (v, g) = spectrum_grad(&p[..8], &p[8..]);
                (v, numbers(&g))
            },
        )
    }
}

mod sorting_networks {
    use super::*;
    fn pairs() -> [(usize, usize); 5] {
        [(0, 1), (2, 3), (0, 2), (1, 3), (1, 2)]
    }
    #[differentiate]
    fn gini(x: &[f64; 4], y: &[f64]) -> f64 {
        let mut a = *x;
        for (i, j) in pairs() {
            let (lo, hi) = (a[i].min(a[j]), a[i].max(a[j]));
            a[i] = lo;
            a[j] = hi;
        }
        let mut b = y.to_vec();
        let mut swapped = true;
        while swapped {
            swapped = false;
            for i in 1..b.len() {
                if b[i - 1] > b[i] {
                    let t = b[i - 1];
                    b[i - 1] = b[i];
                    b[i] = t;
                    swapped = true;
                }
            }
        }
        for i in 1..b.len() {
            b[i] += b[i - 1];
        }
        let mut s = 0.0;
        for (i, (u, v)) in a.iter().zip(b.iter()).enumerate() {
            s += (i + 1) as f64 * u * v;
        }
        s
    }
    #[test]
    fn t() {
        check(
            9,
            (0.1, 0.9),
            |p| gini(p[..4].try_into().unwrap(), &p[4..]),
            |p| {
                let (v, g) = gini_grad(p[..4].try_into().unwrap(), &p[4..]);
                (v, numbers(&g))
            },
        )
    }
}

mod lists_of_lists_by_value {
    use super::*;
    #[differentiate]
    fn f(mut m: Vec<Vec<f64>>, k: f64) -> f64 {
        let n = m.len();
        let first = m[0].clone();
        for row in m.iter_mut().skip(1) {
            for (a, b) in row.iter_mut().zip(&first) {
                *a -= k * b;
            }
        }
        m.push(first);
        let last = m.pop().unwrap();
        m[n - 1] = last.iter().map(|v| v * v).collect();
        m.into_iter().flatten().map(|v| v.sin()).sum()
    }
    #[test]
    fn t() {
        let mk = |p: &[f64]| vec![p[..3].to_vec(), p[3..6].to_vec(), p[6..8].to_vec()];
        check(
            9,
            (0.2, 1.0),
            |p| f(mk(p), p[8]),
            |p| {
                let (v, g) = f_grad(mk(p), p[8]);
                let mut g = numbers(&g);
                (v, g)
            },
        )
    }
}

mod swapped_fields {
    use super::*;
    #[derive(Clone, Default, Differentiable)]
    struct S {
        a: Vec<f64>,
        b: Vec<f64>,
        t: f64,
    }
    #[differentiate]
    fn f(s: &S, x: f64) -> f64 {
        let mut s = s.clone();
        std::mem::swap(&mut s.a, &mut s.b);
        let old = std::mem::replace(&mut s.t, x * x);
        let taken = std::mem::take(&mut s.a);
        s.a.push(taken[0] * old);
        let S { a, mut b, t } = s;
        b[0] += a[0];
        b.iter().sum::<f64>() * t + taken.iter().product::<f64>()
    }
    #[test]
    fn t() {
        let mk = |p: &[f64]| S { a: p[..2].to_vec(), b: p[2..4].to_vec(), t: p[4] };
        check(
            6,
            (0.2, 1.0),
            |p| f(&mk(p), p[5]),
            |p| {
                let (v, (g, x)) = f_grad(&mk(p), p[5]);
                (v, numbers(&(g.a, g.b, g.t, x)))
            },
        )
    }
}

mod rows_through_references {
    use super::*;
    #[differentiate]
    fn relax(grid: &mut [Vec<f64>], w: f64) {
        for i in 1..grid.len() {
            let (top, bottom) = grid.split_at_mut(i);
            let prev = &top[i - 1];
            let row = &mut bottom[0];
            for j in 0..row.len() {
                let cell = &mut row[j];
                *cell = *cell * (1.0 - w) + w * prev[j];
                if *cell > 0.8 {
                    *cell *= *cell;
                }
            }
        }
    }
    #[differentiate]
    fn f(g: &[Vec<f64>], w: f64) -> f64 {
        let mut g = g.to_vec();
        relax(&mut g, w);
        relax(&mut g[1..], w * w);
        g.iter().map(|r| r.iter().sum::<f64>()).product()
    }
    #[test]
    fn t() {
        let mk = |p: &[f64]| vec![p[..2].to_vec(), p[2..4].to_vec(), p[4..6].to_vec()];
        check(
            7,
            (0.2, 1.0),
            |p| f(&mk(p), p[6]),
            |p| {
                let (v, g) = f_grad(&mk(p), p[6]);
                (v, numbers(&g))
            },
        )
    }
}

mod nested_structs {
    use super::*;
    #[derive(Clone, Copy, Differentiable, PartialEq)]
    struct C {
        re: f64,
        im: f64,
    }
    #[derive(Clone, Differentiable)]
    struct St {
        a: [C; 3],
        w: Vec<C>,
        n: usize,
    }
    #[differentiate]
    fn f(s: &St, k: f64) -> f64 {
        let mut t = s.clone();
        t.a.swap(0, 2);
        let c = t.a[1];
        t.a[1] = C { re: c.im * k, ..c };
        let tmp = t.w[0];
        t.w[0] = t.w[1];
        t.w[1] = C { im: tmp.re, re: tmp.im };
        {
            let St { a, w, .. } = &mut t;
            a[0].re += w[1].im;
            std::mem::swap(&mut a[2], &mut w[0]);
        }
        for c in &mut t.w {
            c.re *= k;
            *c = C { re: c.im, im: c.re + c.im };
        }
        t.a.iter().chain(t.w.iter()).enumerate().map(|(i, c)| c.re * c.re * i as f64 + c.im.sin()).sum()
    }
    #[test]
    fn t() {
        let mk = |p: &[f64]| {
            let c: Vec<C> = p.chunks(2).map(|c| C { re: c[0], im: c[1] }).collect();
            St { a: [c[0], c[1], c[2]], w: c[3..5].to_vec(), n: 2 }
        };
        check(
            11,
            (0.2, 1.0),
            |p| f(&mk(&p[..10]), p[10]),
            |p| {
                let (v, (g, d)) = f_grad(&mk(&p[..10]), p[10]);
                let mut o: Vec<f64> = g.a.iter().chain(g.w.iter()).flat_map(|c| [c.re, c.im]).collect();
                o.push(d);
                (v, o)
            },
        )
    }
}

mod packed_cholesky {
    use super::*;
    #[differentiate]
    fn f(a: &[f64], b: &[f64], n: usize) -> f64 {
        let at = |i: usize, j: usize| i * (i + 1) / 2 + j;
        let mut l = vec![0.0; n * (n + 1) / 2];
        for i in 0..n {
            for j in 0..=i {
                let mut s = a[at(i, j)];
                for k in 0..j {
                    s -= l[at(i, k)] * l[at(j, k)];
                }
                l[at(i, j)] = if i == j { s.sqrt() } else { s / l[at(j, j)] };
            }
        }
        let mut y = b.to_vec();
        for i in 0..n {
            for k in 0..i {
                y[i] -= l[at(i, k)] * y[k];
            }
            y[i] /= l[at(i, i)];
        }
        for i in (0..n).rev() {
            for k in i + 1..n {
                y[i] -= l[at(k, i)] * y[k];
            }
            y[i] /= l[at(i, i)];
        }
        let ld: f64 = (0..n).map(|i| l[at(i, i)].ln()).sum();
        ld + y.iter().zip(b).map(|(u, v)| u * v).sum::<f64>()
    }
    #[test]
    fn t() {
        let mk = |p: &[f64]| {
            let mut a = p[..6].to_vec();
            for i in [0, 2, 5] {
                a[i] += 3.0;
            }
            a
        };
        check(
            9,
            (0.1, 0.9),
            |p| f(&mk(p), &p[6..], 3),
            |p| {
                let (v, g) = f_grad(&mk(p), &p[6..], 3);
                (v, numbers(&g))
            },
        )
    }
}

mod dependent_bounds {
    use super::*;
    #[differentiate]
    fn f(mut x: Vec<f64>, mut c: f64) -> f64 {
        let n = x.len();
        let mut i = 0;
        while i < n {
            let mut j = n;
            while j > i {
                j -= 1;
                if x[j] < c {
                    c = c * 0.9 + x[j] * 0.1;
                    continue;
                }
                x[i] = x[i] * x[j] - c;
                if x[i] < -1.0 {
                    break;
                }
            }
            c += x[i];
            i += if c > 1.0 { 2 } else { 1 };
        }
        x.iter().sum::<f64>() * c
    }
    #[test]
    fn t() {
        check(
            6,
            (0.2, 1.0),
            |p| f(p[..5].to_vec(), p[5]),
            |p| {
                let (v, g) = f_grad(p[..5].to_vec(), p[5]);
                (v, numbers(&g))
            },
        )
    }
}

mod in_and_out {
    use super::*;
    #[differentiate]
    fn sweep(x: &mut f64, v: &mut [f64; 2], w: &[f64]) -> f64 {
        let old = *x;
        for e in v.iter_mut() {
            *e += *x * w[0];
            *x = x.sin() + *e;
        }
        v[0] * old
    }
    #[differentiate]
    fn outer(a: &[f64], b: &[f64]) -> Vec<Vec<f64>> {
        a.iter().map(|x| b.iter().map(|y| x * y).collect()).collect()
    }
    #[differentiate]
    fn f(x: f64, w: &[f64]) -> f64 {
        let mut s = x;
        let mut v = [x, 1.0];
        let mut t = 0.0;
        for _ in 0..3 {
            t += sweep(&mut s, &mut v, w);
        }
        let o = outer(&v, w);
        let (p, q) = (&o[0], &o[1]);
        t + s * p[1] + q.iter().sum::<f64>()
    }
    #[test]
    fn t() {
        check(
            3,
            (0.2, 1.0),
            |p| f(p[0], &p[1..]),
            |p| {
                let (v, g) = f_grad(p[0], &p[1..]);
                (v, numbers(&g))
            },
        )
    }
}

mod sorted_in_place {
    use super::*;
    #[differentiate]
    fn merge_sort(v: &mut [f64]) {
        let n = v.len();
        if n < 2 {
            return;
        }
        let mid = n / 2;
        merge_sort(&mut v[..mid]);
        merge_sort(&mut v[mid..]);
        let left = v[..mid].to_vec();
        let right = v[mid..].to_vec();
        let (mut i, mut j) = (0, 0);
        for k in 0..n {
            if j >= right.len() || (i < left.len() && left[i] <= right[j]) {
                v[k] = left[i];
                i += 1;
            } else {
                v[k] = right[j];
                j += 1;
            }
        }
    }
    #[differentiate]
    fn select(v: &mut Vec<f64>, k: usize) -> f64 {
        let (mut lo, mut hi) = (0, v.len() - 1);
        loop {
            if lo == hi {
                return v[lo];
            }
            let p = v[hi];
            let mut s = lo;
            for i in lo..hi {
                if v[i] < p {
                    v.swap(i, s);
                    s += 1;
                }
            }
            v.swap(s, hi);
            if k == s {
                return v[k];
            } else if k < s {
                hi = s - 1;
            } else {
                lo = s + 1;
            }
        }
    }
    #[differentiate]
    fn f(x: &[f64]) -> f64 {
        let mut a = x.to_vec();
        merge_sort(&mut a);
        let mut b = x.to_vec();
        let m = select(&mut b, 2);
        a.iter().enumerate().map(|(i, v)| v * v * i as f64).sum::<f64>() * m
    }
    #[test]
    fn t() {
        check(
            7,
            (0.2, 0.9),
            |p| f(p),
            |p| {
                let (v, g) = f_grad(p);
                (v, numbers(&g))
            },
        )
    }
}

mod lists_rearranged {
    use super::*;
    #[differentiate]
    fn f(x: &[f64], k: usize) -> f64 {
        let (head, tail) = x.split_first().unwrap();
        let mut v = [tail, &[*head * 2.0]].concat();
        let kk = k % v.len();
        v.rotate_left(kk);
        v.swap(0, 1);
        v.extend_from_slice(&x[1..3]);
        v.retain(|&e| e > 0.2);
        v.insert(1, head * v[0]);
        let r = v.remove(0);
        v.push(r * r);
        v.truncate(6);
        v.reverse();
        v.iter().enumerate().map(|(i, e)| e.powi(i as i32 + 1)).sum::<f64>() + r
    }
    #[test]
    fn t() {
        for k in 0..3 {
            check(
                5,
                (0.0, 1.2),
                |p| f(p, k),
                |p| {
                    let (v, g) = f_grad(p, k);
                    (v, numbers(&g))
                },
            )
        }
    }
}

mod chunks_and_unequal_zips {
    use super::*;
    #[differentiate]
    fn f(x: &[f64], s: &[f64]) -> f64 {
        let mut v = x.to_vec();
        for (c, k) in v.chunks_mut(3).zip(s.iter()) {
            let m: f64 = c.iter().sum::<f64>() / c.len() as f64;
            c.iter_mut().for_each(|e| *e -= m);
            if let Some(l) = c.last_mut() {
                *l *= k;
            }
        }
        v.iter_mut().zip(s.iter().skip(1)).for_each(|(a, b)| *a = *a * b + 1.0);
        v.chunks_exact(2).map(|c| c[0] * c[1]).sum()
    }
    #[test]
    fn t() {
        check(
            11,
            (0.0, 1.2),
            |p| f(&p[..8], &p[8..]),
            |p| {
                let (v, g) = f_grad(&p[..8], &p[8..]);
                (v, numbers(&g))
            },
        )
    }
}
