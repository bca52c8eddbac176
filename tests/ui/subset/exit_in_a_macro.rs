use autodiff_core::differentiate;

#[differentiate]
fn root(a: f64) -> Option<f64> {
    if a > 0.0 { Some(a.sqrt()) } else { None }
}

#[differentiate]
fn scaled(a: f64, b: f64) -> Option<f64> {
    assert_eq!(root(a)?, 100.0, "not equal");
    Some(a * b)
}

#[differentiate]
fn shown(a: f64, b: f64) -> Option<f64> {
    println!("{}", if b > 0.0 { a } else { return None });
    Some(a * b)
}

fn main() {}
