//! References that are assigned again.

#![allow(clippy::all)] // how functions are written is what these tests vary

use autodiff_core::{Differentiable, differentiate};

#[macro_use]
mod common;

#[derive(Differentiable, Clone, Debug)]
struct Part {
    x: f64,
    y: f64,
    list: Vec<f64>,
}

/// From one end to the other.
#[differentiate]
fn rest(v: &[f64]) -> f64 {
    let mut current = v;
    let mut s = 0.0;
    while let [first, rest @ ..] = current {
        s += first * first * current.len() as f64 * (1.0 + s);
        current = rest;
    }
    let mut window = &v[1..];
    window = &window[..window.len() - 1];
    for i in 0..3 {
        s += window[i % window.len()] * window[0] * s;
        if i == 1 {
            window = &v[..2];
        }
    }
    s
}

#[differentiate]
fn best(v: &[f64]) -> f64 {
    let parts: Vec<Part> = v.iter().map(|x| Part { x: x * x, y: x + 1.0, list: vec![*x; 2] }).collect::<Vec<Part>>();
    let mut best = &parts[0];
    let mut largest = &v[0];
    for p in &parts {
        if p.x > best.x {
            best = p;
        }
    }
    for x in v {
        if *x > *largest {
            largest = x;
        }
    }
    best.y * best.list[1] + largest * best.x
}

fn scaled(a: &[f64], k: f64) -> f64 {
    a.iter().sum::<f64>() * k
}

#[differentiate]
fn norm(a: &[f64]) -> f64 {
    a.iter().map(|x| x * x).sum::<f64>()
}

/// Ping and pong, with values that are lent to functions and change in between.
#[differentiate]
fn alternating(v: &[f64]) -> f64 {
    let mut a = vec![v[0], v[1]];
    let b = [v[2], v[0] * v[1], v[1]];
    let mut r: &[f64] = &a;
    let mut s = norm(r) + r[0];
    r = &b;
    s += norm(r) * r[1];
    a[0] *= s;
    a.push(v[2]);
    for k in 0..4 {
        r = if k % 2 == 0 { &a } else { &b[1..] };
        if r[0] > 50.0 {
            break;
        }
        s += norm(r) * 0.01 * r[1];
    }
    s + scaled(&[1.0, 2.0], 0.0)
}

/// The value at the time, and shadowing.
#[differentiate]
fn shadowed(v: &[f64]) -> f64 {
    let (x, y) = (v[0] * v[1], v[2].sin());
    let mut r = &x;
    let first = *r * 2.0;
    {
        let r = &y;
        assert!(*r < 2.0);
    }
    let before = r.powi(2);
    r = &y;
    let r2 = r;
    r = &first;
    before * *r2 + r.exp() * r2
}

/// What was made of the reference before it moved on.
#[differentiate]
fn left_behind(v: &[f64]) -> f64 {
    let other = [v[1] * v[1], v[0]];
    let mut r = v;
    let part = &r[1..];
    let pair = (r, 2.0);
    let items = r.iter().map(|x| x * x);
    let mut s = 0.0;
    for x in r {
        if *x > 0.0 {
            r = &other;
        }
        s += x * r[0];
    }
    for w in r.windows(2) {
        r = &v[1..];
        s += w[0] * w[1] * r[0];
    }
    s + part[0] * part[1] + pair.0[0] * pair.1 + items.sum::<f64>() + r[1]
}

mod checks {
    checked! {
        rest rest_grad rest_vjp rest_jvp at [1.3, 0.7, -0.4], [0.5, -0.3, 1.5, 0.3];
        best best_grad best_vjp best_jvp at [1.3, 0.7, -0.4], [0.5, -0.3, 1.5, -1.7];
        alternating alternating_grad alternating_vjp alternating_jvp at [1.3, 0.7, -0.4], [0.5, -0.3, 1.5];
        left_behind left_behind_grad left_behind_vjp left_behind_jvp at [1.3, 0.7, -0.4], [-0.5, -0.3, -1.5];
        shadowed shadowed_grad shadowed_vjp shadowed_jvp at [1.3, 0.7, -0.4], [0.5, -0.3, 1.5];
    }
}
