use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64, k: f64) -> f64 {
    let mut y = x * k;
    #[cfg(unix)]
    {
        y *= k;
    }
    #[cfg(windows)]
    {
        y *= x;
    }
    #[cfg(all(debug_assertions, not(target_pointer_width = "64")))]
    {
        y *= y;
    }
    y
}

fn main() {}
