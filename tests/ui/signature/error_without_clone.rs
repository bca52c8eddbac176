use autodiff_core::differentiate;

#[derive(Debug)]
struct Fault(String);

#[differentiate]
fn root(x: f64) -> Result<f64, Fault> {
    if x < 0.0 { Err(Fault("negative".to_string())) } else { Ok(x.sqrt()) }
}

// Nothing is said here, but there.
#[differentiate]
fn f(x: f64) -> f64 {
    root(x).unwrap_or(0.0) + root(x * x).map_or(1.0, |y| y * x)
}

fn main() {}
