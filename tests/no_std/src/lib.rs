//! A program without the standard library. It defines the panic handler, which `std` would define a second time: that it compiles for an
//! ordinary target proves that nothing in the tree uses `std`, generated code included.
#![no_std]

extern crate alloc;

use alloc::vec::Vec;
use core::alloc::{GlobalAlloc, Layout};

use autodiff_core::{Differentiable, Scalar, differentiate};

struct Nothing;

// SAFETY: hands out no memory.
unsafe impl GlobalAlloc for Nothing {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        core::ptr::null_mut()
    }
    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static ALLOCATOR: Nothing = Nothing;

#[panic_handler]
fn panicked(_: &core::panic::PanicInfo) -> ! {
    loop {}
}

#[derive(Clone, Copy, Differentiable)]
pub struct Spring<T: Scalar> {
    stiffness: T,
    damping: T,
}

/// Branches, loops that keep values, calls and collections.
#[differentiate]
pub fn settled<T: Scalar>(spring: &Spring<T>, start: T, steps: usize) -> T {
    let (mut x, mut v) = (start, T::ZERO);
    for _ in 0..steps {
        let force = pull(spring, x) - spring.damping * v;
        v += T::from_f64(0.01) * force;
        x += T::from_f64(0.01) * v;
    }
    if x > T::ZERO { x.sqrt() } else { (-x).ln_1p() }
}

#[differentiate]
fn pull<T: Scalar>(spring: &Spring<T>, x: T) -> T {
    -spring.stiffness * x.sin()
}

#[differentiate]
pub fn norm(x: &[f64]) -> f64 {
    let squares: Vec<f64> = x.iter().map(|x| x * x).collect();
    squares.iter().sum()
}

#[unsafe(no_mangle)]
pub extern "C" fn slope(stiffness: f64, damping: f64) -> f64 {
    let (_, (spring, start)) = settled_grad(&Spring { stiffness, damping }, 1.0, 100);
    let (_, x) = norm_grad(&[stiffness, damping]);
    spring.stiffness + spring.damping + start + x[0]
}
