use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64) -> Result<f64, String> {
    if x > 0.0 { Ok(x.ln()) } else { Err("negative".to_string()) }
}

fn main() {}
