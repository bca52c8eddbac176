use autodiff_core::differentiate;

macro_rules! square {
    ($(#[$note:meta])? $x:expr) => {
        $x * $x
    };
}

#[differentiate]
fn f(x: f64, v: &[f64]) -> Option<f64> {
    let a = square!(x);
    let b = v.iter().min_by_key(|x| x.to_bits())?;
    let c = std::thread::spawn(move || x * x).join().ok()?;
    let d = unsafe { *v.get_unchecked(0) };
    Some(a + b + c + d)
}

fn main() {}
