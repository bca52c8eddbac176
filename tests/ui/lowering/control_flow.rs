use std::ops::ControlFlow;

use autodiff_core::differentiate;

#[differentiate]
fn f(v: &[f64]) -> f64 {
    let r = v.iter().try_fold(0.0, |s, &x| if s > 5.0 { ControlFlow::Break(s * v[0]) } else { ControlFlow::Continue(s + x * x) });
    match r {
        ControlFlow::Continue(s) => s,
        ControlFlow::Break(s) => s * v[1],
    }
}

fn main() {}
