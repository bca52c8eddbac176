//! A function that cannot be differentiated, and callers of all orders: one message.

use autodiff_core::differentiate;

#[differentiate(order = 3, lanes)]
fn shared(x: f64) -> f64 {
    let p = std::rc::Rc::new(x * x);
    *p
}

#[differentiate(hessian)]
fn twice(x: f64) -> f64 {
    shared(x) * x
}

#[differentiate(order = 3, lanes)]
fn thrice(x: f64) -> f64 {
    shared(x) * x
}

#[differentiate]
fn slope(x: f64) -> f64 {
    shared_grad(x).1 * shared_hvp(x, 1.0).2
}

fn main() {
    shared_jvp_lanes::<1>(1.0, autodiff_core::Lanes([1.0]));
}
