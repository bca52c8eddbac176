use autodiff_core::differentiate;

macro_rules! square {
    ($(#[$note:meta])? $x:expr) => {
        $x * $x
    };
}

#[differentiate]
fn f(x: f64, y: Option<f64>, v: &[f64]) -> Option<f64> {
    let a = square!(x);
    let b = y?;
    let c: f64 = v.iter().cycle().take(3).sum();
    let d = unsafe { *v.get_unchecked(0) };
    Some(a + b + c + d)
}

fn main() {}
