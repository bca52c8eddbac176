//! Macros of the file that change a plain variable: the reverse sweep knows what it was.

#![allow(clippy::all)] // how functions are written is what these tests vary

use autodiff_core::differentiate;

#[macro_use]
mod common;

macro_rules! advance {
    ($n:ident) => {
        $n += 1
    };
}

macro_rules! next {
    ($n:expr) => {{
        $n += 2;
        $n
    }};
}

macro_rules! keep {
    ($list:expr, $i:expr) => {
        $list.push($i)
    };
}

#[differentiate]
fn counted(v: &[f64]) -> f64 {
    let mut n = 0;
    let mut s = 1.0;
    while n < v.len() {
        s = s * v[n].sin() + s;
        advance!(n);
    }
    s
}

#[differentiate]
fn skipping(v: &[f64]) -> f64 {
    let mut n = 0;
    let mut s = 1.0;
    while n + 2 < v.len() {
        s = s * v[next!(n)].cos() + s * v[0];
    }
    s * v[n]
}

#[differentiate]
fn kept(v: &[f64]) -> f64 {
    let mut at = vec![0];
    let mut s = 1.0;
    for i in 1..v.len() {
        s = s * v[at[at.len() - 1]] + v[i];
        if i % 2 == 1 {
            keep!(at, i);
        }
    }
    s * v[at.len() - 1]
}

#[differentiate]
fn in_a_closure(v: &[f64]) -> f64 {
    let mut n = 0;
    v.iter()
        .map(|x| {
            advance!(n);
            x.powi(n) * v[n as usize - 1]
        })
        .sum()
}

mod derivatives {

    checked! {
        counted counted_grad counted_vjp counted_jvp at [0.7, -0.4, 0.9, 1.1];
        skipping skipping_grad skipping_vjp skipping_jvp at [0.7, -0.4, 0.9, 1.1, 0.3], [0.5, 0.2];
        kept kept_grad kept_vjp kept_jvp at [0.7, -0.4, 0.9, 1.1, 0.3];
        in_a_closure in_a_closure_grad in_a_closure_vjp in_a_closure_jvp at [0.7, -0.4, 0.9];
    }
}
