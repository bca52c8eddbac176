use autodiff_core::differentiate;

#[derive(Clone, autodiff_core::Differentiable)]
enum State {
    Low(f64),
    High(f64),
}

#[differentiate]
fn f(x: f64) -> f64 {
    let mut s = State::Low(x);
    match &mut s {
        State::Low(v) => *v *= 2.0,
        State::High(v) => *v = 1.0,
    }
    match s {
        State::Low(v) => v,
        State::High(v) => v,
    }
}

fn main() {}
