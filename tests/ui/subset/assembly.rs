//! Instructions of the processor's own.
use autodiff_core::differentiate;

#[differentiate]
fn doubled(x: f64) -> f64 {
    let mut y = x;
    unsafe {
        std::arch::asm!("/* {0} */", inout(reg) y);
    }
    y * x
}

fn main() {}
