//! Operators of types of the file, whose results it tells: between values, references and numbers, with results of other types, in loops
//! of few iterations, and on values that are used once more.

use std::ops::{Add, Div, Mul, Neg, Sub};

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Copy, Differentiable)]
struct V(f64, f64);

#[derive(Clone, Copy, Differentiable)]
struct Turn {
    c: f64,
    s: f64,
}

/// Not copied.
#[derive(Clone, Differentiable)]
struct List {
    all: Vec<f64>,
}

#[differentiate]
impl Add for V {
    type Output = V;
    fn add(self, o: V) -> V {
        V(self.0 + o.0, self.1 + o.1)
    }
}
#[differentiate]
impl Sub for V {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        V(self.0 - o.0, self.1 - o.1)
    }
}
#[differentiate]
impl Neg for V {
    type Output = V;
    fn neg(self) -> V {
        V(-self.0, -self.1)
    }
}
#[differentiate]
impl Mul<f64> for V {
    type Output = V;
    fn mul(self, k: f64) -> V {
        V(self.0 * k, self.1 * k)
    }
}
#[differentiate]
impl Mul<V> for V {
    type Output = f64;
    fn mul(self, o: V) -> f64 {
        self.0 * o.0 + self.1 * o.1
    }
}
#[differentiate]
impl Mul<V> for f64 {
    type Output = V;
    fn mul(self, o: V) -> V {
        V(self * o.0, self * o.1)
    }
}
#[differentiate]
impl Mul<V> for Turn {
    type Output = V;
    fn mul(self, o: V) -> V {
        V(self.c * o.0 - self.s * o.1, self.s * o.0 + self.c * o.1)
    }
}
#[differentiate]
impl Div<V> for V {
    type Output = Turn;
    fn div(self, o: V) -> Turn {
        Turn { c: self.0 * o.0 + self.1 * o.1, s: self.1 * o.0 - self.0 * o.1 }
    }
}
#[differentiate]
impl Add for List {
    type Output = List;
    fn add(self, o: List) -> List {
        List { all: self.all.iter().zip(&o.all).map(|(a, b)| a + b).collect() }
    }
}
#[differentiate]
impl Mul<f64> for List {
    type Output = List;
    fn mul(self, k: f64) -> List {
        List { all: self.all.iter().map(|a| a * k).collect() }
    }
}
#[differentiate]
impl V {
    fn dot(self, o: V) -> f64 {
        self.0 * o.0 + self.1 * o.1
    }
}

fn points(x: &[f64]) -> usize {
    x.len() / 2
}

#[differentiate]
fn pulls(at: &[V; 3], masses: &[f64; 3]) -> [V; 3] {
    let mut a = [V(0.0, 0.0); 3];
    for i in 0..3 {
        for j in 0..3 {
            if i != j {
                let d = at[j] - at[i];
                let r2 = d.dot(d) + 0.1;
                a[i] = a[i] + d * (masses[j] / (r2 * r2.sqrt()));
            }
        }
    }
    a
}

with_and_without! {
    bodies off(declared, again, few) pub fn f(x: &[f64], k: f64) -> f64 {
        let get = |i: usize| if i < x.len() { x[i] } else { 0.1 * i as f64 };
        let mut at = [V(get(0), get(1)), V(get(2), k), V(k, get(4))];
        let masses = [1.0, k * k, 0.5];
        for _ in 0..2 {
            let a = pulls(&at, &masses);
            for i in 0..3 {
                at[i] = at[i] + a[i] * 0.1;
            }
        }
        at[0] * at[1] + at[2] * at[2]
    }
    of_all_kinds off(declared, again) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut at = V(k, 1.0);
        let mut s = 0.0;
        for i in 0..points(x) {
            let p = V(x[2 * i], x[2 * i + 1]);
            let turn = p / at;
            let d = turn * p - 0.5 * at;
            let d = -d;
            s += (d * d + 0.3).sqrt() * d.0;
            at = (at + d) * 0.5 + p * k;
            let d = d * 0.1;
            at = at - d * at.dot(d);
        }
        s + at * at
    }
    overwritten_operands off(declared, again) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut list = [V(k, 0.5), V(0.2, k)];
        let mut s = 0.0;
        for v in x {
            let d = list[1] - list[0];
            list[0] = list[1];
            list[1] = d * *v + list[0];
            let e = list[0] * k + d;
            list[0].1 = e.0 * e.1;
            s += (e * d).tanh();
        }
        s + list[0] * list[1]
    }
    lists_that_are_moved off(declared, again) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut sum = List { all: x.to_vec() };
        for i in 0..2 {
            let more = List { all: x.iter().map(|v| v * v).collect() };
            let scaled = more * (k + 0.1 * i as f64);
            let both = sum.clone() + scaled;
            sum = both * 0.5;
        }
        sum.all.iter().map(|v| v.sin()).sum()
    }
    behind_references off(declared, again) pub fn f(x: &[f64], k: f64) -> f64 {
        let all: Vec<V> = x.iter().map(|v| V(*v, k)).collect();
        let mut s = 0.0;
        for (i, v) in all.iter().enumerate() {
            for w in &all[..i] {
                let d = *v - *w;
                s += (d * d + 0.2).ln() * (*w * d);
            }
        }
        s
    }
}
