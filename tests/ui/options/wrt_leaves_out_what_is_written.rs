use autodiff_core::differentiate;

#[differentiate(wrt(x))]
fn assigned(x: f64, work: &mut [f64]) -> f64 {
    work[0] = x * x;
    work[0] * x
}

#[differentiate]
fn put(x: f64, work: &mut [f64]) {
    work[0] = x * x;
}

#[differentiate(wrt(x))]
fn in_a_call(x: f64, work: &mut [f64]) -> f64 {
    put(x, work);
    work[0] * x
}

#[differentiate(wrt(x))]
fn swapped(x: f64, work: &mut Vec<f64>) -> f64 {
    let mut own = vec![x];
    std::mem::swap(&mut own, work);
    work[0] * x
}

fn main() {}
