use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let text = format!("{x}");
    text.parse::<f64>().unwrap() * x
}

fn main() {}
