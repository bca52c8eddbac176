//! Adaptors and consumers of iterators.

use autodiff_core::{Differentiable, differentiate};

mod chain_find {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let x = v[..3].iter().chain(&v[3..]).find(|x| **x > 1.0).unwrap();
        x * x
    }

    crate::of_six!();
}

mod partition {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let (a, b): (Vec<f64>, Vec<f64>) = v.iter().partition(|x| **x > 0.0);
        a.iter().product::<f64>() * b.iter().sum::<f64>()
    }

    crate::of_six!();
}

mod partition_copied {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let (a, b): (Vec<f64>, Vec<f64>) = v.iter().copied().partition(|&x| x > 0.5);
        a.iter().product::<f64>() + b.iter().map(|x| x * x).sum::<f64>()
    }

    crate::of_six!();
}

mod map_fn_name {
    use super::*;

    #[differentiate]
    fn square(x: f64) -> f64 {
        x * x
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        v.iter().copied().map(square).sum::<f64>() + v.iter().copied().map(f64::sin).map(f64::abs).sum::<f64>()
    }

    crate::of_six!();
}

mod filter_fn_name {
    use super::*;

    fn positive(x: &&f64) -> bool {
        **x > 0.0
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        v.iter().filter(positive).map(|x| x * x).sum()
    }

    crate::of_six!();
}

mod filter_map_fn {
    use super::*;

    #[differentiate]
    fn root(x: f64) -> Option<f64> {
        if x > 0.0 { Some(x.sqrt()) } else { None }
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        v.iter().copied().filter_map(root).sum()
    }

    crate::of_six!();
}

mod filter_map_closure_calls {
    use super::*;

    #[differentiate]
    fn root(x: f64) -> Option<f64> {
        if x > 0.0 { Some(x.sqrt()) } else { None }
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        v.iter().filter_map(|&x| root(x)).sum()
    }

    crate::of_six!();
}

mod flat_map_option {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let o: Vec<Option<f64>> = v.iter().map(|&x| if x > 0.0 { Some(x * x) } else { None }).collect();
        o.iter().flatten().sum()
    }

    crate::of_six!();
}

mod zip_three {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        v[..2].iter().zip(&v[2..4]).zip(&v[4..]).map(|((a, b), c)| a * b * c).sum()
    }

    crate::of_six!();
}

mod sum_refs {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let s = v.iter().sum::<f64>();
        let p: f64 = v.iter().product();
        let m = v.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let n = v.iter().cloned().fold(f64::INFINITY, |a, b| a.min(b));
        s * p + m * n
    }

    crate::of_six!();
}

mod max_fold_ref {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let m = v.iter().fold(f64::MIN, |a, &b| a.max(b));
        v.iter().map(|x| (x - m).exp()).sum::<f64>().ln() + m
    }

    crate::of_six!();
}

mod sum_of_map_enum {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        (0..v.len()).filter(|i| i % 2 == 0).map(|i| v[i].powi(2)).sum::<f64>() + (1..v.len()).map(|i| v[i] * v[i - 1]).product::<f64>()
    }

    crate::of_six!();
}

mod scan_take_while {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        v.iter()
            .scan(1.0, |acc, x| {
                *acc *= 1.0 + 0.1 * x;
                Some(*acc)
            })
            .take_while(|y| *y < 1.6)
            .map(|y| y * y)
            .sum()
    }

    crate::of_six!();
}

mod fold_tuple {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let (s, q) = v.iter().fold((0.0, 0.0), |(s, q), x| (s + x, q + x * x));
        let n = v.len() as f64;
        q / n - (s / n).powi(2)
    }

    crate::of_six!();
}

mod fold_array {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let h = v.iter().fold([0.0; 2], |mut h, x| {
            h[0] = h[1];
            h[1] = h[1] * 0.3 + x;
            h
        });
        h[0] * h[1]
    }

    crate::of_six!();
}

mod fold_vec {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let h = v.iter().fold(Vec::new(), |mut h, x| {
            h.push(x * x);
            h
        });
        h[0] * h[1]
    }

    crate::of_six!();
}

mod fold_struct {
    use super::*;

    #[derive(Clone, Copy, Differentiable)]
    struct A {
        s: f64,
        n: usize,
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let a = v.iter().fold(A { s: 0.0, n: 0 }, |a, x| A { s: a.s + x * x, n: a.n + 1 });
        a.s / a.n as f64
    }

    crate::of_six!();
}

mod min_by_key_etc {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let i = v.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map(|(i, _)| i).unwrap();
        let p = v.iter().position(|x| *x > 1.0).unwrap_or(0);
        let k = v.iter().any(|x| *x < 0.0);
        v[i] * v[p] * if k { 2.0 } else { 1.0 }
    }

    crate::of_six!();
}

mod rposition_etc {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let p = v.iter().rposition(|x| *x > 1.0).unwrap_or(0);
        let c = v.iter().filter(|x| **x > 0.0).count();
        let b = v.binary_search_by(|x| x.partial_cmp(&0.0).unwrap()).unwrap_or_else(|e| e);
        let pp = v.partition_point(|x| *x < 0.5);
        v[p] * c as f64 + v[b.min(5)] * v[pp.min(5)]
    }

    crate::of_six!();
}

mod try_fold {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let s = v.iter().try_fold(0.0, |s, x| if *x > -5.0 { Some(s + x * x) } else { None });
        s.unwrap_or(0.0) * v[0]
    }

    crate::of_six!();
}

mod last_nth {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let a = v.iter().nth(2).unwrap();
        let b = v.iter().last().unwrap();
        let c = v.last().copied().unwrap_or(0.0);
        a * b + c
    }

    crate::of_six!();
}

mod successors {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        std::iter::successors(Some(a), |x| Some(x * 0.5 + b)).take(4).sum::<f64>() * b
    }

    crate::of_two!();
}

mod repeat_with {
    use super::*;

    #[differentiate]
    fn f(a: f64, b: f64) -> f64 {
        let mut x = a;
        let w: Vec<f64> = std::iter::repeat_with(|| {
            x = x * b + 1.0;
            x
        })
        .take(4)
        .collect();
        w[3] * w[1]
    }

    crate::of_two!();
}

mod iter_repeat_zip {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        v.iter().zip(std::iter::repeat(v[0])).map(|(a, b)| a * b).sum()
    }

    crate::of_six!();
}

mod collect_arrays {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let w: Vec<[f64; 2]> = v.windows(2).map(|w| [w[0] * w[1], w[1]]).collect();
        let u: Vec<(f64, f64)> = w.iter().map(|&[a, b]| (a, b)).collect();
        u.iter().map(|(a, b)| a * b).sum()
    }

    crate::of_six!();
}

mod collect_vecvec {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let m: Vec<Vec<f64>> = (0..2).map(|i| (0..3).map(|j| v[3 * i + j] * v[j]).collect()).collect();
        m[1][2] * m[0][0] + m.iter().map(|r| r.iter().sum::<f64>()).product::<f64>()
    }

    crate::of_six!();
}

mod collect_structs {
    use super::*;

    #[derive(Clone, Copy, Differentiable)]
    struct P {
        x: f64,
        y: f64,
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let ps: Vec<P> = v.chunks(2).map(|c| P { x: c[0], y: c[1] }).collect();
        ps.windows(2).map(|w| w[0].x * w[1].y - w[1].x * w[0].y).sum()
    }

    crate::of_six!();
}

mod collect_option {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let o: Option<Vec<f64>> = v.iter().map(|&x| if x > -1.0 { Some(x * x) } else { None }).collect();
        match o {
            Some(w) => w[0] * w[1],
            None => v[0],
        }
    }

    crate::of_six!();
}

mod opt_iter_sum {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let o: Option<f64> = v.iter().map(|&x| if x > -100.0 { Some(x) } else { None }).sum();
        o.unwrap_or(0.0) * v[0]
    }

    crate::of_six!();
}

mod array_from_fn_map {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let a: [f64; 4] = std::array::from_fn(|i| v[i] * v[i + 1]);
        let b = a.map(|x| x * x + v[0]);
        let c: [f64; 3] = core::array::from_fn(|i| b[i]);
        b[3] * c[1]
    }

    crate::of_six!();
}

mod from_fn_const {
    use super::*;

    #[differentiate]
    fn add<const N: usize>(a: [f64; N], b: [f64; N]) -> [f64; N] {
        std::array::from_fn(|i| a[i] * b[i])
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let c = add([v[0], v[1]], [v[2], v[3]]);
        c[0] * c[1]
    }

    crate::of_six!();
}

mod from_fn_nested {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let m: [[f64; 2]; 3] = std::array::from_fn(|i| std::array::from_fn(|j| v[2 * i + j] * (j + 1) as f64));
        m[0][1] * m[2][0] + m[1].iter().sum::<f64>()
    }

    crate::of_six!();
}

mod filtered_by_parts_of_a_pair {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let i = 2;
        let a = v.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, y)| y * y).sum::<f64>();
        let b = v.iter().enumerate().filter(|&(j, x)| j != i && *x > 0.0).map(|(_, y)| y * y).sum::<f64>();
        let c = v.iter().enumerate().filter(|t| t.0 != i && *t.1 > 0.0).map(|(_, y)| y * y).sum::<f64>();
        let pairs = v.iter().zip(v).enumerate();
        let d = pairs.filter(|(j, (x, y))| *j != i && **x > 0.0 && **y > -1.0).map(|(_, (y, z))| y * z).sum::<f64>();
        let e = v.iter().copied().enumerate().skip_while(|(j, x)| *j < i && *x > 0.0).map(|(_, y)| y * y * y).sum::<f64>();
        let g = (0..3).zip(v).filter(|(j, x)| j % 2 == 0 && x.abs() > 0.0).map(|(j, y)| y * j as f64).sum::<f64>();
        a + 2.0 * b + 3.0 * c + 4.0 * d + 5.0 * e + 6.0 * g
    }

    crate::of_six!();
}

mod find_map {
    use super::*;

    #[differentiate]
    fn root(x: f64) -> Option<f64> {
        if x > 0.0 { Some(x.sqrt()) } else { None }
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let first = v.iter().copied().find_map(|x| if x > 0.5 { Some(x * v[1]) } else { None });
        let next = v.iter().skip(1).zip(v).find_map(|(a, b)| (a > b).then(|| a * b));
        let named = v.iter().copied().find_map(root).map_or(v[2], |r| r * v[0]);
        match first {
            Some(x) => x * next.unwrap_or(v[3]) + named,
            None => named,
        }
    }

    crate::of_six!();
}

mod made_by_functions {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let one = std::iter::once(v[0]).sum::<f64>() + std::iter::once(v[1]).fold(v[2], |s, x| s * x);
        let least = std::iter::once(v[1]).chain(std::iter::once(0.25)).min_by(|a, b| a.total_cmp(b)).unwrap_or(1.5);
        let most = std::iter::successors(Some(v[2]), |x| if *x < 0.75 { Some(*x * 0.5 + v[3]) } else { None })
            .take(4)
            .max_by(|a, b| a.partial_cmp(b).unwrap())
            .map_or(0.0, |m| m * m);
        let three = std::iter::repeat(v[3]).take(3).product::<f64>();
        one * least + most * three
    }

    crate::of_six!();
}

mod fold_pairs_by_any_means {
    use super::*;

    #[differentiate]
    fn step(a: f64, b: f64, x: f64) -> (f64, f64) {
        (a * x + b, b.sin() + x)
    }
    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let (p, q) = v.iter().fold((v[0], 0.5), |(a, b), x| step(a, b, *x));
        let (r, s) = v.iter().fold((p, q), |(a, b), &x| if x > 0.5 { (b * x, a) } else { (a, b + x) });
        let (t, u) = v.iter().fold((s, 0.25), |(_, _), _| (2.0, 1.0));
        p * q + r * s + t * u * v[1]
    }

    crate::of_six!();
}

mod fold_of_a_told_type {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let m = v.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
        let n = v.iter().cloned().fold(1.0, |n: f64, x| n.hypot(x * v[1]));
        let (p, q) = v.iter().fold((0.0, 1.0), |(p, q): (f64, f64), x| (p.max(*x), q * x));
        let w = v.iter().fold(Vec::new(), |mut w: Vec<f64>, x| {
            w.push(x * x);
            w
        });
        m * n + p * q + w[0] * w[2]
    }

    crate::of_six!();
}
