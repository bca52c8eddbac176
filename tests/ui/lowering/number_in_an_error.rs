use autodiff_core::differentiate;

#[derive(Clone)]
enum Fault {
    Negative(f64),
}

#[differentiate]
fn f(x: f64) -> Result<f64, Fault> {
    if x > 0.0 { Ok(x.ln()) } else { Err(Fault::Negative(x * 2.0)) }
}

fn main() {}
