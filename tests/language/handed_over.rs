//! What is handed over in ways that say little of it: function pointers, slices of constants, operands of operators that are slices.

use std::ops::{Add, Mul};

use autodiff_core::{Differentiable, differentiate};

use super::of_six;

mod function_pointers {
    use super::*;

    mod elsewhere {
        pub fn repeated(g: fn(f64, f64) -> f64, a: f64, b: f64) -> f64 {
            let mut s = a;
            for _ in 0..3 {
                s = g(s, b);
            }
            s
        }
    }

    fn apply(g: fn(f64, f64) -> f64, a: f64, b: f64) -> f64 {
        g(a, b) * a
    }

    #[differentiate]
    fn layer(x: &[f64], activation: fn(f64) -> f64) -> f64 {
        x.iter().map(|&a| activation(a) * a).sum()
    }

    #[differentiate]
    fn area(a: f64, b: f64) -> f64 {
        (a * b).sin()
    }

    #[differentiate]
    fn squashed(x: f64) -> f64 {
        x.tanh()
    }

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        apply(area, v[0], v[1]) + elsewhere::repeated(area, v[2], v[3]) + layer(v, squashed) * layer(&v[1..], f64::sin)
    }
    of_six!();
}

mod constant_slices {
    use super::*;

    const DEFAULTS: [f64; 3] = [0.5, -1.5, 2.5];

    #[differentiate]
    fn part(x: &[f64], n: usize) -> f64 {
        let told: &[f64] = match n {
            0 => &[],
            1 => &DEFAULTS,
            2 => &DEFAULTS[1..],
            _ => &x[..n],
        };
        let s = if n > 3 { &x[1..] } else { &[] };
        told.iter().map(|a| a * a).sum::<f64>() * x[0] + s.iter().sum::<f64>()
    }

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        part(v, 0) + part(v, 1) * part(v, 2) + part(v, 3) * v[1] + part(v, 5)
    }
    of_six!();
}

mod slices_as_operands {
    use super::*;

    #[derive(Differentiable, Clone)]
    struct Table {
        entries: Vec<f64>,
        n: usize,
    }

    #[differentiate]
    impl Mul<&[f64]> for &Table {
        type Output = Vec<f64>;
        fn mul(self, x: &[f64]) -> Vec<f64> {
            (0..self.n).map(|i| (0..self.n).map(|j| self.entries[i * self.n + j] * x[j]).sum()).collect()
        }
    }

    #[differentiate]
    impl Add<&Table> for &[f64] {
        type Output = Vec<f64>;
        fn add(self, m: &Table) -> Vec<f64> {
            self.iter().zip(&m.entries).map(|(a, b)| a * b * b).collect()
        }
    }

    #[differentiate]
    fn quadratic(m: &Table, x: &[f64]) -> f64 {
        let y = m * x;
        y.iter().zip(x).map(|(a, b)| a * b).sum()
    }

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let m = Table { entries: v[..4].to_vec(), n: 2 };
        let x = &v[4..];
        let y = &m * x;
        let z = x + &m;
        y[0] * y[1] + quadratic(&m, x) + z[0] * z[1]
    }
    of_six!();
}

mod operands_that_stay {
    use super::*;

    #[derive(Differentiable, Clone)]
    struct Table(Vec<f64>);

    #[differentiate]
    impl Mul<&[f64]> for &Table {
        type Output = f64;
        fn mul(self, x: &[f64]) -> f64 {
            self.0.iter().zip(x).map(|(a, b)| a * b * b).sum()
        }
    }

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let fixed = Table(vec![1.0, 2.0, 3.0]);
        let moving = Table(v[3..].to_vec());
        let x = [1.0, 2.0, -0.5];
        (&fixed * &v[..3]) * (&moving * &x[..]) + &moving * &v[1..4]
    }
    of_six!();
}

mod lifetimes_of_traits {
    use super::*;

    #[differentiate]
    trait Sample<'a> {
        fn at(&self, i: usize, k: f64) -> f64;
    }

    #[derive(Differentiable, Clone, Copy)]
    struct Grid {
        gain: f64,
    }

    #[differentiate]
    impl<'a> Sample<'a> for Grid {
        fn at(&self, i: usize, k: f64) -> f64 {
            self.gain * k * (i + 1) as f64
        }
    }

    #[differentiate]
    fn over<'a, S: Sample<'a>>(s: &S, x: &[f64]) -> f64 {
        s.at(0, x[1]) * s.at(2, x[0])
    }

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        over(&Grid { gain: v[2] }, v) * v[3]
    }
    of_six!();
}

mod parameters_with_names_of_types {
    use super::*;

    type R<T> = Result<T, String>;

    #[differentiate]
    fn rows<const R: usize>(x: &[f64; R], k: f64) -> f64 {
        let kept = [k; R];
        let mut s = 0.0;
        for i in 0..R {
            s += x[i] * kept[i] * k;
        }
        s
    }

    #[differentiate]
    fn safe(x: f64) -> R<f64> {
        if x > 0.0 { Ok(x * x) } else { Err("negative".into()) }
    }

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        rows(&[v[0], v[1]], v[2]) + safe(v[3]).unwrap_or(v[4])
    }
    of_six!();
}
