use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Copy, Differentiable)]
struct State {
    x: f64,
    v: f64,
}

#[differentiate]
fn f(x: f64, k: f64) -> f64 {
    let mut s: State;
    if x > k {
        s = State { x, v: k };
    } else {
        s = State { x: k, v: x };
    }
    s.x *= s.v;
    s.x
}

#[differentiate]
fn g(x: &[f64], k: f64) -> f64 {
    let mut r: &[f64];
    if k > 1.0 {
        r = &x[..1];
    } else {
        r = &x[1..];
    }
    let first = r[0];
    r = &x[1..];
    first * r[0] * k
}

fn main() {}
