//! Closures that come to call themselves by what they are handed, and what a closure gives that runs later.
use autodiff_core::differentiate;

const NODES: [f64; 2] = [-0.5, 0.6];

#[differentiate]
fn reentered(v: &[f64]) -> f64 {
    let twice = |f: &dyn Fn(f64) -> f64, a: f64| -> f64 {
        let half = 0.5 * a * a;
        f(half) * half
    };
    let inner = |y: f64| twice(&|x| (v[0] * x * y).exp(), v[1]);
    twice(&inner, v[2])
}

#[differentiate]
fn written_inside(v: &[f64]) -> f64 {
    let square = |x: f64, f: &dyn Fn(f64) -> f64| -> f64 {
        let y = x * x;
        f(y) + y
    };
    square(v[0], &|t| square(t, &|u| u * v[1]) * v[2])
}

#[differentiate]
fn double_integral(v: &[f64]) -> f64 {
    let integrate = |f: &dyn Fn(f64) -> f64, a: f64, b: f64| -> f64 {
        let (mid, half) = (0.5 * (a + b), 0.5 * (b - a));
        NODES.iter().map(|x| f(mid + half * x) + x).sum::<f64>() * half
    };
    let inner = |y: f64| integrate(&|x| (v[0] * x * y).exp(), 0.0, v[1]);
    integrate(&inner, 0.0, v[2])
}

#[differentiate]
fn changed_around(v: &[f64]) -> f64 {
    let run = |f: &dyn Fn(f64) -> f64, a: f64| -> f64 {
        let mut s = a;
        for x in NODES {
            let was = s;
            s += f(x * a) * x;
            s *= 1.0 + was * x;
        }
        s
    };
    let inner = |y: f64| run(&|x| (v[0] * x * y).exp(), v[1]);
    run(&inner, v[2])
}

#[differentiate]
fn run_later(v: &[f64]) -> f64 {
    let scaled = |k: f64| {
        let twice = 2.0 * k;
        v.iter().map(move |x| x * twice)
    };
    scaled(2.0).zip(scaled(v[0])).map(|(a, b)| a * b).sum::<f64>() + scaled(v[1]).filter(|x| *x > 0.0).sum::<f64>()
}

#[differentiate]
fn made(v: &[f64]) -> f64 {
    let scale = |k: f64| move |x: f64| k * x.sin();
    let (a, b) = (scale(v[0]), scale(2.0));
    a(v[1]) * b(v[2]) + a(b(v[1]))
}

/// What the outer call handed on was taken for what the inner one hands on.
#[differentiate]
fn handed_on(v: &[f64]) -> f64 {
    let with = |f: &dyn Fn(&dyn Fn(f64) -> f64) -> f64, k: f64| f(&|x: f64| x * x * k);
    with(&|g| with(&|h| h(1.0) * g(v[2]), v[1]) + g(0.5), v[0])
}

#[differentiate]
fn handed_on_twice(v: &[f64]) -> f64 {
    let with = |f: &dyn Fn(&dyn Fn(f64) -> f64) -> f64, k: f64| {
        let twice = 2.0 * k;
        let mut s = k;
        for n in 0..2 {
            s += f(&|x: f64| (x * twice).sin() + n as f64 * k) * s;
        }
        s
    };
    with(&|g| with(&|h| with(&|l| l(v[1]) * h(2.0) * g(v[2]), v[2]) + h(g(1.0)), g(v[1])) * g(0.5), v[0])
}

#[cfg(test)]
mod checks {
    use super::*;
    use crate::checked;

    checked!(reentered reentered_grad reentered_vjp reentered_jvp: 3, 0.3, 1.4, |v| (v), d => d);
    checked!(written_inside written_inside_grad written_inside_vjp written_inside_jvp: 3, 0.3, 1.4, |v| (v), d => d);
    checked!(double_integral double_integral_grad double_integral_vjp double_integral_jvp: 3, 0.3, 1.4, |v| (v), d => d);
    checked!(changed_around changed_around_grad changed_around_vjp changed_around_jvp: 3, 0.3, 1.4, |v| (v), d => d);
    checked!(run_later run_later_grad run_later_vjp run_later_jvp: 3, 0.3, 1.4, |v| (v), d => d);
    checked!(made made_grad made_vjp made_jvp: 3, 0.3, 1.4, |v| (v), d => d);
    checked!(handed_on handed_on_grad handed_on_vjp handed_on_jvp: 3, 0.3, 1.4, |v| (v), d => d);
    checked!(handed_on_twice handed_on_twice_grad handed_on_twice_vjp handed_on_twice_jvp: 3, 0.3, 1.4, |v| (v), d => d);
}
