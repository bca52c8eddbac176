use autodiff_core::differentiate;

#[differentiate]
fn f<G: Fn(f64) -> f64>(g: G, x: f64) -> f64 {
    g(x) * x
}

fn main() {}
