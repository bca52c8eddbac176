use autodiff_core::differentiate;

#[differentiate]
fn f(a: &mut f64, b: &mut f64, k: f64) {
    let target = if k > 0.0 { &mut *a } else { &mut *b };
    *target *= k;
}

fn main() {}
