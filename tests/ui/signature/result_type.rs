use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64) -> Result<f64, Box<dyn std::error::Error>> {
    if x > 0.0 { Ok(x.ln()) } else { Err("negative".into()) }
}

#[differentiate]
fn g(x: f64) -> std::io::Result<f64> {
    Ok(x * x)
}

fn main() {}
