use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let y = 1.0 + if x < 0.0 { return 0.0 } else { x };
    y * y
}

fn main() {}
