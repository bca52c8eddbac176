use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Copy, Differentiable)]
struct State {
    x: f64,
    v: f64,
}

#[differentiate]
fn step(s: State) -> State {
    State { x: s.x + s.v, v: -s.x }
}

#[differentiate]
fn f(start: State) -> f64 {
    let mut next;
    let mut k = 0;
    loop {
        next = step(start);
        k += 1;
        if k > 2 {
            break;
        }
    }
    next.x
}

fn main() {}
