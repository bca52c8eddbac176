//! A crate without the prelude.
#![no_implicit_prelude]

use ::autodiff_core::differentiate;

#[differentiate]
fn f(w: &[f64], x: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..w.len() {
        s += w[i] * x;
        if s > 100.0 {
            return s;
        }
    }
    s * s
}

#[differentiate]
fn g(x: f64) -> f64 {
    f(&[1.0, x], x)
}

#[differentiate]
fn lanes(w: &[f64], x: f64) -> f64 {
    let mut s = 0.0;
    for v in w {
        s += v * x;
    }
    s.sin()
}

fn main() {
    let (value, (_, slope)) = lanes_grad(&[1.0, 2.0], 0.5);
    ::std::assert_eq!((value, slope), (1.5_f64.sin(), 3.0 * 1.5_f64.cos()));
    // x + x² at 2 is 6; 2 (x + x²)(1 + 2 x) is 60.
    let (value, slope) = g_grad(2.0);
    ::std::assert_eq!((value, slope), (36.0, 60.0));
}
