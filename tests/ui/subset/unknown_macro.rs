use autodiff_core::differentiate;

macro_rules! square {
    ($(#[$note:meta])? $x:expr) => {
        $x * $x
    };
}

#[differentiate]
fn f(x: f64) -> f64 {
    square!(x)
}

fn main() {}
