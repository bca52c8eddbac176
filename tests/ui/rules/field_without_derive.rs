use autodiff_core::{Differentiable, differentiate};

struct Inner {
    k: f64,
}

#[derive(Differentiable)]
struct Outer {
    inner: Inner,
    b: f64,
}

#[differentiate]
fn f(p: &Outer, x: f64) -> f64 {
    p.inner.k * x + p.b
}

fn main() {
    f_grad(&Outer { inner: Inner { k: 1.0 }, b: 2.0 }, 3.0);
}
