use autodiff_core::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let bits: u64 = unsafe { std::mem::transmute(x) };
    f64::from_bits(bits) * x
}

fn main() {}
