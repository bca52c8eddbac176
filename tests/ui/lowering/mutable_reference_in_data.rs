use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable)]
struct Holder<'a> {
    data: &'a mut [f64],
}

#[differentiate]
fn f(x: f64) -> f64 {
    let mut v = [x, 2.0];
    {
        let h = Holder { data: &mut v };
        h.data[0] *= x;
    }
    v[0]
}

fn main() {}
