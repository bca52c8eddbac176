use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64, which: bool) -> f64 {
    let g = if which { f64::sin } else { f64::cos };
    g(x)
}

fn main() {}
