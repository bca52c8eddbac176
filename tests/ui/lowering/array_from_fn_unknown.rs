use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let a = std::array::from_fn(|i| x * i as f64);
    let [p, q] = a;
    p + q
}

fn main() {}
