use autodiff_core::differentiate;

#[differentiate]
fn updated(a: &mut [f64], b: &mut [f64], k: f64) -> f64 {
    let (p, q) = if k > 0.0 { (&mut a[0], &mut b[0]) } else { (&mut b[0], &mut a[1]) };
    *p *= *q;
    k
}

fn main() {}
