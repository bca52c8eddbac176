//! What a loop changes is kept before its first iteration.

use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let y;
    let mut z = x;
    #[checkpoint]
    loop {
        z = z * 0.5;
        if z < 1.0 {
            y = z;
            break;
        }
    }
    y * z
}

fn main() {}
