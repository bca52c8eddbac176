use autodiff_core::differentiate;

#[differentiate]
fn scaled(x: f64, out: Option<&mut f64>) -> f64 {
    if let Some(o) = out {
        *o *= x;
    }
    x * x
}

// Nothing is said here, but there.
#[differentiate]
fn f(x: f64) -> f64 {
    scaled(x, None)
}

fn main() {}
