use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let g = |v: f64| v * x;
    let pair = (g, 1.0);
    pair.0(x)
}

fn main() {}
