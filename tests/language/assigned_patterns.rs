//! Assignments to patterns.

use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable, Clone, Copy)]
struct P {
    x: f64,
    y: f64,
}

#[derive(Differentiable, Clone, Copy)]
struct Pair(f64, f64);

#[differentiate]
fn turned(p: P, k: f64) -> P {
    P { x: p.x * k - p.y, y: p.x + p.y * k }
}

mod nested {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let (mut a, mut b, mut c) = (v[0], v[1], v[2]);
        for _ in 0..3 {
            ((a, b), c) = ((b * c, a + c), a * 0.5);
        }
        ([a, ..], (b, [.., c])) = ([a * b, v[1]], (v[2] + b, [v[3], v[4] * c]));
        a * b + c
    }

    crate::of_six!();
}

mod structs {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let (mut x, mut y) = (v[0], v[1]);
        let mut w = [v[3], v[4]];
        for k in 0..2 {
            P { x, y } = turned(P { x, y }, v[2 + k]);
            P { x: w[1], y: w[0] } = P { x: w[0] * x, y: w[1] + y };
            Pair(x, w[k]) = Pair(w[k] * 0.3, x);
        }
        P { x, .. } = P { x: x * y, y: v[5] };
        x * w[0] + y * w[1]
    }

    crate::of_six!();
}

mod parts_left_out {
    use super::*;

    #[differentiate]
    fn both(a: f64, b: f64) -> (f64, f64) {
        (a * b, a + b)
    }

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let (mut a, mut b) = (v[0], v[1]);
        (_, a) = both(a, v[1]);
        (a, _) = both(a, v[2]);
        (_, _) = both(a, b);
        (a, .., b) = (b * v[3], v[3], a * v[4]);
        [b, ..] = [a * b, 1.0, v[5]];
        a * a - b
    }

    crate::of_six!();
}

/// The value is complete before the first target is written to, and the targets are found after it, from left to right.
mod order {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut w = v.to_vec();
        let mut i = 0;
        for _ in 0..3 {
            (i, w[i]) = (i + 1, w[i] * w[i + 1]);
        }
        [w[2], w[3]] = [w[3], w[2] * w[1]];
        ((w[0], w[1]), i) = ((w[1], w[0] * w[2]), 0);
        let mut p = P { x: w[i], y: w[4] };
        ((p.x, _), p.y) = ((p.y, 1.0), p.x * p.x);
        w.iter().zip(1..).map(|(x, k)| x * f64::from(k)).sum::<f64>() + p.x * p.y
    }

    crate::of_six!();
}

mod in_branches_and_closures {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let (mut a, mut b) = (v[0], v[1]);
        let (c, d);
        for &x in v {
            match x {
                x if x > 1.0 => (a, b) = (b * x * 0.5, a),
                x if x < -1.5 => continue,
                x => ((a, _), b) = ((x + a, b), b * 0.7 - x),
            }
        }
        let mut swap = || ((a, b), _) = ((b, a), ());
        swap();
        ([c, _], d) = ([a * b, a], b);
        c * d
    }

    crate::of_six!();
}

mod through_references {
    use super::*;

    #[differentiate]
    fn exchanged(a: &mut f64, b: &mut [f64], k: f64) {
        ([*a, b[0]], b[1]) = ([b[1] * k, *a], b[0] * b[0]);
    }

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let mut a = v[0];
        let mut w = vec![v[1], v[2], v[3]];
        exchanged(&mut a, &mut w, v[4]);
        exchanged(&mut a, &mut w[1..], v[5]);
        let (mut first, mut second) = (vec![a], w);
        for _ in 0..3 {
            ((first, second), _) = ((second, first), 0);
            first.push(a * second[0]);
        }
        first.iter().sum::<f64>() * second[0]
    }

    crate::of_six!();
}

/// What varies and what does not, in one pattern.
mod mixed {
    use super::*;

    #[differentiate]
    fn f(v: &[f64]) -> f64 {
        let (mut n, mut x, mut flag) = (0_usize, v[0], false);
        while n < 5 {
            ((n, flag), x) = ((n + if flag { 2 } else { 1 }, !flag), x * v[n] + 0.3);
        }
        x * n as f64
    }

    crate::of_six!();
}
