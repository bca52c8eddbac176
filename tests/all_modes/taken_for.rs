//! Names and operators that std has too: what methods of users' types give that are named like those that count or compare, and what operators on bits
//! give of integers that no file tells to be such.
#![allow(dead_code)]

use autodiff_core::{Differentiable, differentiate};

#[differentiate(hessian)]
trait Spread {
    fn abs_diff(&self, o: &[f64]) -> f64;
    fn dim(&self) -> f64;
}
#[differentiate(hessian)]
impl Spread for [f64] {
    fn abs_diff(&self, o: &[f64]) -> f64 {
        self.iter().zip(o).map(|(a, b)| (a - b) * (a - b)).sum()
    }
    fn dim(&self) -> f64 {
        let s: f64 = self.iter().sum();
        let q: f64 = self.iter().map(|x| x * x).sum();
        s * s / q
    }
}

/// Types without floats, whose methods give numbers.
#[derive(Clone, Copy, Debug)]
struct Level(i32);
impl Level {
    fn abs(&self) -> f64 {
        (self.0 as f64 * self.0 as f64).sqrt() + 0.25
    }
    fn pow(self, k: u32) -> f64 {
        (self.0 as f64).powi(k as i32) * 0.125
    }
}
trait Middle {
    fn midpoint(&self, other: usize) -> f64;
}
impl Middle for (usize, usize) {
    fn midpoint(&self, other: usize) -> f64 {
        (self.0 + self.1 + other) as f64 / 3.0
    }
}

#[derive(Clone, Copy, Debug, Differentiable)]
struct Soft {
    at: f64,
    steep: f64,
}
macro_rules! soft_comparisons {
    ($($name:ident: $sign:expr),*) => {
        #[differentiate(hessian, lanes)]
        impl Soft { $( fn $name(self, other: f64) -> f64 { 1.0 / (1.0 + (-$sign * self.steep * (self.at - other)).exp()) } )* }
    };
}
soft_comparisons!(gt: 1.0, lt: -1.0);

#[derive(Clone, Debug, Differentiable)]
struct Density {
    scale: f64,
}
#[differentiate(hessian, lanes)]
impl Density {
    fn range(&self, r: std::ops::Range<f64>) -> f64 {
        self.scale * (r.end * r.end - r.start * r.start * r.end)
    }
}

#[derive(Clone, Copy, Debug, Differentiable)]
struct Marked {
    x: f64,
    #[differentiable(skip)]
    marks: u32,
    on: bool,
}

fn flags<T: Copy + Into<f64>>(x: T) -> u32 {
    x.into() as u32
}

crate::cases! { 6, 0.35, 1.5;
    numbers_from_types_without_floats v {
        let mut w = Level(-2).abs();
        w *= v[0];
        w = w * w + v[1];
        let mut r = Level(3).pow(2);
        for k in 0..3 {
            r = r * v[2] + v[3] * k as f64;
        }
        let mut m = (1usize, 4usize).midpoint(2);
        m += v[4] * v[5];
        w * 0.5 + r * m
    }
    comparisons_of_a_macro v {
        let s = Soft { at: v[0], steep: 1.5 };
        let above = s.gt(v[1]);
        let below = s.lt(0.5 * v[1]);
        let more = if v[2].gt(&v[3]) { v[2] } else { v[3] * v[3] };
        above * 3.0 + below * s.at + more
    }
    range_of_numbers_as_an_argument v {
        let d = Density { scale: 2.0 };
        let whole = d.range(v[0]..v[1] + 2.0);
        whole * whole + v[0]
    }
    clone_of_a_reference_to_a_slice v {
        let w = v.clone();
        let mut s = 0.0;
        for i in 0..w.len() {
            s += w[i] * w[(i + 1) % w.len()] * v[1];
        }
        s + w[0]
    }
    bits_of_what_may_be_integers v {
        let m = Marked { x: v[0] * v[1], marks: 5, on: v[2] > 0.7 };
        let mut seen = 1u32;
        seen |= flags(v[3] * 4.0);
        seen ^= m.marks & 3;
        let odd = flags(v[4] * 5.0) & 1 == 1;
        let all: Vec<Marked> = v.iter().map(|&x| Marked { x, marks: (x * 2.0 + 0.13) as u32, on: x > 0.93 }).collect();
        let mut s = if !m.on ^ odd { m.x } else { m.x * m.x };
        for a in &all {
            if !a.on && a.marks & 1 == 0 {
                s += a.x * (a.marks << 1) as f64;
            }
        }
        s * (seen & 7) as f64 + v[5]
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Weights {
    rows: usize,
    list: Vec<f64>,
}
#[differentiate]
impl std::ops::Deref for Weights {
    type Target = Vec<f64>;
    fn deref(&self) -> &Vec<f64> {
        &self.list
    }
}

#[allow(non_camel_case_types)]
#[derive(Clone, Debug, Differentiable)]
enum Step {
    Move { by_x: f64 },
    Move_by { x: f64 },
    Stay,
}

#[derive(Clone, Debug, Differentiable)]
struct Seg {
    a: f64,
    rest: Vec<f64>,
}
#[derive(Debug, Differentiable)]
struct Segment {
    a: f64,
}
impl Clone for Segment {
    fn clone(&self) -> Segment {
        *self
    }
}
impl Copy for Segment {}

crate::cases! { without lanes: 6, 0.35, 1.5;
    methods_of_slices_named_like_those_of_integers v {
        let w: Vec<f64> = v.iter().map(|x| x * v[1]).collect();
        let d = w.abs_diff(&v[..3]);
        let mut n = w.dim();
        n += v[1..].dim() * 0.5;
        d * d + n * v[2] + [v[0], v[1]].abs_diff(&v[2..4]) * v[0]
    }
    dereferenced_beside_fields_without_a_derivative v {
        let w = Weights { rows: 2, list: v.to_vec() };
        w.iter().map(|t| t * t * v[1]).sum::<f64>() + w[0] * w.rows as f64
    }
    variants_and_fields_of_one_name_together v {
        let length = |s: &Step| match s {
            Step::Move { by_x } => by_x * by_x,
            Step::Move_by { x } => 3.0 * x * v[2],
            Step::Stay => 0.0,
        };
        length(&Step::Move { by_x: v[0] }) + length(&Step::Move_by { x: v[1] * v[0] }) + length(&Step::Stay)
    }
    moved_where_a_longer_name_is_copied v {
        let t = Segment { a: v[0] };
        let mut best = Seg { a: 0.25, rest: vec![t.a] };
        let mut s = 0.0;
        for seg in vec![Seg { a: v[1], rest: vec![v[2]] }, Seg { a: v[3] * 2.0, rest: vec![v[4], 1.0] }] {
            let old = best;
            s += old.a * seg.a + old.rest[0];
            best = seg;
        }
        let last = best;
        s * t.a + last.rest[0] * last.a
    }
}
