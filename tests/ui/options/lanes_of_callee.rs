use autodiff_core::differentiate;

#[differentiate]
fn fill(out: &mut [f64], x: f64) {
    for v in out.iter_mut() {
        *v = x;
    }
}

#[differentiate(lanes)]
fn filled(x: f64) -> f64 {
    let mut out = [0.0; 3];
    fill(&mut out, x);
    out[0] * out[1]
}

fn main() {}
