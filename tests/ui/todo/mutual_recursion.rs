use autodiff_core::differentiate;

#[differentiate]
fn even(x: f64, n: u32) -> f64 {
    if n == 0 { x } else { odd(x * x, n - 1) }
}

#[differentiate]
fn odd(x: f64, n: u32) -> f64 {
    if n == 0 { -x } else { even(x + 1.0, n - 1) }
}

fn main() {}
