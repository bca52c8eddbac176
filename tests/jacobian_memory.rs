//! `f_jacobian_into`, and `f_hessian_into` of arrays, allocate nothing that the function itself does not.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use autodiff_core::differentiate;

/// Counts allocations of each thread.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: `System` does the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|c| c.set(c.get() + 1));
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

#[track_caller]
fn allocates_nothing<R>(f: impl FnOnce() -> R) -> R {
    let before = COUNT.with(Cell::get);
    let result = f();
    assert_eq!(COUNT.with(Cell::get) - before, 0, "allocations");
    result
}

/// More columns than rows.
#[differentiate(jacobian, hessian)]
fn project(camera: &[f64; 6], point: &[f64; 3], weight: f64) -> [f64; 2] {
    let depth = 2.0 + point[2] * point[2];
    [weight * (point[0] * camera[0].cos() + camera[1]) / depth, weight * (point[1] - camera[2] * camera[3]) / depth + camera[4] * camera[5]]
}

/// More rows than columns; numbers of a tuple and of nested arrays.
#[differentiate(jacobian)]
fn curve(t: f64, a: (f64, [[f64; 2]; 2])) -> ([f64; 4], (f64, f64)) {
    let mut out = [t; 4];
    for (i, x) in out.iter_mut().enumerate() {
        *x = (t * i as f64).sin() * a.1[i % 2][i / 2];
    }
    (out, (a.0 * t, t.exp()))
}

/// What is written to.
#[differentiate(jacobian)]
fn step(u: &mut [f64; 3], k: f64, n: usize) -> f64 {
    for _ in 0..n {
        for i in 1..3 {
            u[i] += u[i - 1] * k;
        }
    }
    u[0] * u[2]
}

#[differentiate(jacobian)]
fn single(x: [f32; 3], n: u8) -> [f32; 2] {
    [x[0] * x[1], x[2].powi(i32::from(n))]
}

#[differentiate(hessian)]
fn energy(x: &[f64; 5]) -> f64 {
    let mut s = 0.0;
    for i in 1..5 {
        s += (x[i] - x[i - 1] * x[i - 1]).powi(2) * x[0];
    }
    s
}

#[test]
fn nothing_is_allocated() {
    let (camera, point) = ([0.3, -0.2, 0.5, 1.0, 2.0, -0.7], [0.4, 1.1, -0.8]);
    let mut rows = [[f64::NAN; 10]; 2];
    let value = allocates_nothing(|| project_jacobian_into(&camera, &point, 1.5, &mut rows));
    assert_eq!((value, rows), project_jacobian(&camera, &point, 1.5));
    let mut rows = [[f64::NAN; 6]; 6];
    let a = (0.3, [[1.0, 2.0], [3.0, 4.0]]);
    let value = allocates_nothing(|| curve_jacobian_into(0.7, a, &mut rows));
    assert_eq!((value, rows), curve_jacobian(0.7, a));
    let (mut rows, mut u) = ([[f64::NAN; 4]; 4], [1.0, 2.0, 3.0]);
    let value = allocates_nothing(|| step_jacobian_into(&mut u, 0.5, 1, &mut rows));
    let mut again = [1.0, 2.0, 3.0];
    assert_eq!((value, rows), step_jacobian(&mut again, 0.5, 1));
    assert_eq!(u, again);
    let mut rows = [[f32::NAN; 3]; 2];
    let value = allocates_nothing(|| single_jacobian_into([1.0, 2.0, 3.0], 2, &mut rows));
    assert_eq!((value, rows), ([2.0, 9.0], [[2.0, 1.0, 0.0], [0.0, 0.0, 6.0]]));
    let (mut gradient, mut rows) = ([0.0; 5], [[0.0; 5]; 5]);
    let x = [0.3, -0.2, 0.5, 1.0, 2.0];
    let value = allocates_nothing(|| energy_hessian_into(&x, &mut gradient, &mut rows));
    assert_eq!((value, gradient, rows), energy_hessian(&x));
}
