//! Iterator chains that search and sum.

use approx::assert_relative_eq;
use autodiff_core::{Differentiable, differentiate};

#[differentiate]
fn searched_constants(s: [f64; 3], z: f64) -> f64 {
    z * s.iter().map(|&_x| 0.5_f64).max_by(|m, n| m.total_cmp(n)).unwrap_or(3.0)
}

/// The comparison got the constant itself instead of a reference.
#[test]
fn items_that_are_constants_can_be_searched() {
    assert_eq!(searched_constants_grad([1.0, 2.0, 3.0], 4.0), (2.0, ([0.0; 3], 0.5)));
}

#[differentiate]
fn bowl(q: f64) -> f64 {
    q * q + 0.5
}

/// What is found is of a type that only rustc knows, and there may be nothing.
#[differentiate]
fn found_or_not(s: &[f64], z: f64) -> f64 {
    let largest: f64 = s.iter().map(|x| bowl(*x * z)).max_by(|m, n| m.total_cmp(n)).unwrap_or(3.0 * z);
    let high = match s.iter().map(|x| bowl(*x * z)).find(|m| *m > 1.0) {
        Some(v) => v * z,
        None => z,
    };
    let reduced = if let Some(m) = s.iter().map(|x| bowl(x * z)).reduce(f64::max) { m * z } else { z * z };
    largest * high + reduced
}

/// rustc could not infer types; and where nothing was found, the gradient panicked.
#[test]
fn searches_that_find_nothing() {
    for point in [vec![0.7], vec![1.4, -0.6], vec![0.3, 2.0, 4.0, 3.0]] {
        let gradient = |p: &[f64]| {
            let (s, z) = found_or_not_grad(&p[1..], p[0]).1;
            [vec![z], s].concat()
        };
        autodiff_core::check_gradient(|p| found_or_not(&p[1..], p[0]), gradient, &point).unwrap();
        let direction = vec![1.0; point.len() - 1];
        let along: f64 = gradient(&point).iter().sum();
        let (_, tangent) = found_or_not_jvp(&point[1..], point[0], (&direction, 1.0));
        assert!((tangent - along).abs() < 1e-12 * (1.0 + along.abs()));
    }
}

mod constants_summed_up {
    use super::*;

    #[differentiate]
    fn sum_of_constants(a: f64, t: &[f64]) -> f64 {
        t.iter().copied().max_by(|m, n| m.total_cmp(n)).unwrap_or(3.0) - (a + t.iter().map(|_| 2.0).sum::<f64>())
    }

    #[differentiate]
    fn its_user(a: f64, t: &[f64]) -> f64 {
        sum_of_constants(a * a, t) * a
    }

    /// A loop without anything to reverse had the seed in front of it, where the pullback for callers has none.
    #[test]
    fn a_sum_of_constants_as_a_callee() {
        let gradient = |p: &[f64]| {
            let (a, t) = its_user_grad(p[0], &p[1..]).1;
            [vec![a], t].concat()
        };
        autodiff_core::check_gradient(|p| its_user(p[0], &p[1..]), gradient, &[0.7, 1.3, 0.4]).unwrap();
    }
}

mod conditions_of_chains {
    use super::*;

    #[differentiate]
    fn asked(a: f64, b: f64) -> f64 {
        let mut v: Vec<f64> = Vec::new();
        v.push(a * b);
        v.push(b);
        let mut s = a;
        if v.iter().zip(v.iter()).map(|(x, y)| x * y).step_by(2).count() > 0 && v.iter().copied().any(|x| x > 0.1) {
            s *= b;
        }
        v.push(s);
        v[2] * s
    }

    /// The iterators of a condition were called through references, as if their methods could write to the vector.
    #[test]
    fn over_a_vector_that_changes() {
        let gradient = |p: &[f64]| {
            let (a, b) = asked_grad(p[0], p[1]).1;
            vec![a, b]
        };
        autodiff_core::check_gradient(|p| asked(p[0], p[1]), gradient, &[0.7, 0.3]).unwrap();
    }
}

mod searches_of_constants {
    use super::*;

    #[differentiate]
    fn f(b: f64, n: usize) -> f64 {
        let t = [1.0, 2.0];
        let first = (0..n).map(|k| k as f64).find(|m| *m > 1.5).unwrap_or(b);
        let last = (0..n).map(|k| k as f64).last().map_or(b, |v| v * b);
        let copied = t[..n.min(2)].iter().find(|m| **m > 1.5).copied().unwrap_or(b * b);
        let largest = match (0..n).map(|k| k as f64).reduce(f64::max) {
            Some(x) if x > 2.0 => x * b,
            Some(x) => x + b,
            None => b.sin(),
        };
        let found = if let Some(x) = (0..n).map(|k| k as f64).find(|m| *m > 0.5) { x * b } else { b };
        first * last + copied * largest + found
    }

    /// What was looked for among constants had no value: the gradient panicked where the function does not.
    #[test]
    fn have_values() {
        for n in 0..5 {
            assert_eq!(f_grad(0.7, n).0.to_bits(), f(0.7, n).to_bits());
            autodiff_core::check_gradient(|p| f(p[0], n), |p| vec![f_grad(p[0], n).1], &[0.7]).unwrap();
        }
    }
}

/// What a search of an iterator found was refused in the closures of a question to another one.
#[test]
fn questions_about_what_was_found() {
    #[differentiate]
    fn asked(v: &[f64], x: f64) -> f64 {
        let first = v.first();
        let sum: Option<f64> = v.iter().map(|z| if *z < 1.75 { Some(x * z) } else { None }).sum();
        let n = v.iter().position(|z| first.is_some_and(|t| *t < *z)).unwrap_or(0);
        let all = v.iter().skip(1).all(|z| first.is_none() || sum.is_some() && *z > 0.0);
        let many = v.iter().filter_map(|z| if sum.is_some() { Some(z * v[0]) } else { None }).count() > 2;
        let s = if many { sum.unwrap_or(x) } else { x * x };
        if all && n > 0 { s * v[n] } else { s * x * v[0] }
    }

    for v in [[0.5, 1.2, 0.9], [1.5, 1.2, 0.9], [0.5, 1.2, 1.9], [0.5, -1.2, 0.9]] {
        let point = [v[0], v[1], v[2], 1.3];
        let gradient = |p: &[f64]| {
            let (mut v, x) = asked_grad(&p[..3], p[3]).1;
            v.push(x);
            v
        };
        autodiff_core::check_gradient(|p| asked(&p[..3], p[3]), gradient, &point).unwrap();
        let (value, (v_bar, x_bar)) = asked_vjp(&v, 1.3, -1.5);
        assert_eq!(value, asked(&v, 1.3));
        for (seeded, one) in v_bar.iter().chain([&x_bar]).zip(gradient(&point)) {
            assert_relative_eq!(*seeded, -1.5 * one, max_relative = 1e-12);
        }
    }
}

/// A guard that looks into what a search had found was written in front of the statements that it needed.
#[test]
fn guards_that_look_into_what_was_found() {
    #[differentiate]
    fn guarded(v: &[f64], x: f64) -> f64 {
        let sum: Option<f64> = v.iter().map(|z| if *z < 1.75 { Some(x * z) } else { None }).sum();
        let last = v.last();
        let s = match x * v[0] {
            z if z < 0.5 => 2.0 * x * z,
            z if z > 1.0 && !sum.is_some() => z * v[1],
            z if last.is_some_and(|l| *l < z) && sum.map_or(0.0, |s| s * z) > 0.5 => z * z * sum.unwrap_or(1.0),
            _ => v[0] - x,
        };
        s * x
    }

    for (v, x) in [([0.5, 1.2], 0.3), ([1.5, 1.9], 1.3), ([1.5, 0.9], 1.3), ([1.5, 0.9], 0.4), ([1.5, 1.7], 0.5)] {
        let point = [v[0], v[1], x];
        let gradient = |p: &[f64]| {
            let (mut v, x) = guarded_grad(&p[..2], p[2]).1;
            v.push(x);
            v
        };
        autodiff_core::check_gradient(|p| guarded(&p[..2], p[2]), gradient, &point).unwrap();
        let (value, (v_bar, x_bar)) = guarded_vjp(&v, x, -1.5);
        assert_eq!(value, guarded(&v, x));
        for (seeded, one) in v_bar.iter().chain([&x_bar]).zip(gradient(&point)) {
            assert_relative_eq!(*seeded, -1.5 * one, max_relative = 1e-12);
        }
    }
}

/// Two modules of a file had functions of one name, and nothing was known of either: `as_slice()` of what one gives was kept, which borrows.
mod modules_of_a_file {
    mod fast {
        #[autodiff_core::differentiate]
        pub fn powers(x: f64) -> Vec<f64> {
            vec![x, x * x]
        }

        #[derive(Clone, Copy, autodiff_core::Differentiable)]
        pub struct Scale {
            pub by: f64,
        }

        pub fn twice(g: impl Fn(f64) -> f64, x: f64) -> f64 {
            g(g(x))
        }

        pub mod inner {
            use super::{Scale, powers};

            #[autodiff_core::differentiate]
            pub fn power(x: f64, k: f64) -> f64 {
                super::twice(|v| v * x * k, x)
            }

            #[autodiff_core::differentiate]
            pub fn folded(s: &[f64], x: f64, scale: Scale) -> f64 {
                let p = powers(x);
                let mut y = x * scale.by;
                for v in s {
                    y += match p.as_slice() {
                        [] => y,
                        [first, rest @ ..] => first * v * rest.iter().sum::<f64>() * scale.by,
                    };
                }
                y
            }
        }
    }

    mod plain {
        pub fn powers(x: f32) -> usize {
            x as usize
        }

        pub struct Scale {
            pub by: usize,
        }
    }

    #[test]
    fn each_has_its_own_names() {
        use approx::assert_relative_eq;
        let scale = fast::Scale { by: 0.5 };
        let (value, (s, x, by)) = fast::inner::folded_vjp(&[1.0, 2.0], 1.5, scale, -2.0);
        let (sum, cube) = (3.0, 1.5 * 1.5 * 1.5);
        assert_eq!(value, 0.75 + 0.5 * cube * sum);
        assert_eq!(s, vec![-cube, -cube]);
        assert_relative_eq!(x, -2.0 * (0.5 + 0.5 * 3.0 * 2.25 * sum), max_relative = 1e-14);
        assert_relative_eq!(by.by, -2.0 * (1.5 + cube * sum), max_relative = 1e-14);
        assert_eq!(fast::inner::power_vjp(2.0, 0.5, -2.0), (2.0, (-6.0, -16.0)));
        assert_eq!(plain::powers(1.0) + plain::Scale { by: 1 }.by, 2);
    }
}

/// Two numbers that are looked up side by side: `&` in the pattern met a number in generated code.
#[test]
fn pairs_of_lookups() {
    #[differentiate]
    fn pairs(v: &[f64]) -> f64 {
        let z: Vec<f64> = v.iter().map(|x| x * v[1]).collect();
        let mut s = 0.0;
        for i in 0..4 {
            if let (Some(a), Some(b)) = (z.get(i), z.get(i + 1)) {
                s += a * *b;
            } else {
                s *= 2.0;
                continue;
            }
            match (z.iter().find(|x| **x > 0.3), z.get(i)) {
                (Some(&a), Some(b)) => s += a * a * b,
                _ => s -= 0.5 * v[2],
            }
        }
        if let (Some(&a), Some(&b)) = (z.first(), v.last()) { s * a - b } else { s }
    }

    for v in [[0.7, 0.45, 0.9], [-0.4, 0.8, 0.35], [1.3, -0.6, 0.2], [0.31, 0.22, -1.1]] {
        let (value, bars) = pairs_vjp(&v, -2.0);
        assert_eq!(value, pairs(&v));
        for k in 0..3 {
            let at = |h: f64| {
                let mut v = v;
                v[k] += h;
                pairs(&v)
            };
            assert_relative_eq!(bars[k], -2.0 * (at(1e-6) - at(-1e-6)) / 2e-6, max_relative = 1e-6, epsilon = 1e-8);
        }
    }
}
