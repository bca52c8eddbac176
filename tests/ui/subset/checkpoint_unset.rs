//! What a loop changes is kept before its first iteration.

use autodiff_core::differentiate;

#[cfg(all())]
mod inner {
    #[autodiff_core::differentiate]
    pub fn pair(x: f64) -> [f64; 2] {
        [x, x * x]
    }
}

#[differentiate]
fn f(x: f64) -> f64 {
    let y;
    let mut z = x;
    #[checkpoint]
    loop {
        z = z * 0.5;
        if z < 1.0 {
            y = inner::pair(z);
            break;
        }
    }
    y[0] * z
}

fn main() {}
