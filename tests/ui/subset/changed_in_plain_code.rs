//! Code whose value carries no derivative changes what does.

use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable)]
struct Body {
    p: f64,
}

macro_rules! methods {
    () => {
        impl Body {
            fn moved(&mut self) -> bool {
                self.p += 1.0;
                true
            }
        }
    };
}
methods!();

#[differentiate]
fn in_closures(x: f64, flags: &[bool]) -> f64 {
    let mut s = 0.0;
    let on = flags.iter().any(|flag| {
        s += x;
        *flag
    });
    if on { s } else { x }
}

#[differentiate]
fn in_threads(x: f64) -> f64 {
    let mut s = 0.0;
    std::thread::scope(|t| {
        t.spawn(|| s += x);
    });
    s
}

#[differentiate]
fn by_methods(x: f64) -> f64 {
    let mut b = Body { p: x };
    if b.moved() { b.p } else { x }
}

#[differentiate]
fn in_macros(x: f64) -> f64 {
    let mut v = vec![x];
    assert!(v.pop().is_some());
    x
}

fn main() {}
