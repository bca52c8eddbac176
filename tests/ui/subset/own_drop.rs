use autodiff_core::differentiate;

#[differentiate]
fn drop(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn f(x: f64) -> f64 {
    drop(x) + self::drop(x)
}

fn main() {}
