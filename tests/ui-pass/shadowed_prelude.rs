//! Types, functions and macros of the user that are called like those of the prelude.
#![allow(dead_code, non_camel_case_types, unused_macros)]
use autodiff_core::differentiate;

struct Vec;
struct Some;
struct None;
struct Option;
struct Box;
struct Clone;
struct Default;
struct FnOnce;
struct Result;
mod core {}
mod std {}
mod alloc {}

macro_rules! vec {
    () => {
        compile_error!("the user's own macro")
    };
}

#[differentiate]
fn f(w: &[f64], x: f64) -> f64 {
    let mut s = 0.0;
    for v in w {
        s += v * x;
    }
    if s > 1.0 { s * s } else { s }
}

#[differentiate]
fn g(x: f64) -> f64 {
    let a = [x, x * x];
    f(&a, x)
}

fn main() {
    let (value, (_, dx)) = f_grad(&[1.0, 2.0], 2.0);
    assert_eq!((value, dx), (36.0, 36.0));
    // s = x² + x³ at 2 is 12; 2 s s' = 24 (4 + 12).
    assert_eq!(g_grad(2.0), (144.0, 384.0));
}
