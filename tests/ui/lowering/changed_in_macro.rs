use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let mut v = vec![x, x * x];
    assert!(v.pop().is_some());
    v[0]
}

fn main() {}
