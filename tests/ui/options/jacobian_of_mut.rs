use autodiff_core::differentiate;

#[differentiate(jacobian)]
fn double(x: &mut [f64]) {
    for v in x.iter_mut() {
        *v *= 2.0;
    }
}

fn main() {}
