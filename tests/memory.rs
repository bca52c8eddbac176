//! How much memory gradients of long loops take.

#![allow(clippy::needless_range_loop)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use autodiff_core::{Differentiable, differentiate};

/// Counts what is allocated.
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: `System` does the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        PEAK.fetch_max(NOW.fetch_add(layout.size(), Relaxed) + layout.size(), Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn peak(f: impl FnOnce()) -> usize {
    let before = NOW.load(Relaxed);
    PEAK.store(before, Relaxed);
    f();
    PEAK.load(Relaxed) - before
}

macro_rules! heat {
    ($name:ident $(#[$loop:meta])?) => {
        #[differentiate(wrt(start, k))]
        fn $name(start: &[f64], k: f64, steps: usize) -> f64 {
            let n = start.len();
            let mut u = start.to_vec();
            let mut next = start.to_vec();
            $(#[$loop])?
            for _ in 0..steps {
                for i in 1..n - 1 {
                    next[i] = u[i] + k * (u[i - 1] - 2.0 * u[i] + u[i + 1] - u[i] * u[i] * u[i]);
                }
                std::mem::swap(&mut u, &mut next);
            }
            u.iter().map(|v| v * v).sum()
        }
    };
}
heat!(kept);
heat!(checkpointed #[checkpoint]);

#[differentiate]
fn least_squares(w: &[f64], x: &[f64], y: &[f64]) -> f64 {
    let d = w.len();
    let mut sum = 0.0;
    for (row, y) in x.chunks_exact(d).zip(y) {
        let mut e = -y;
        for j in 0..d {
            e += row[j] * w[j];
        }
        sum += e * e;
    }
    sum
}

#[differentiate]
fn filled(w: &[f64], x: &[f64], out: &mut [f64]) {
    for i in 0..out.len() {
        out[i] = w[i] * x[i] * x[i];
    }
}

#[differentiate(wrt(w))]
fn by_a_helper(w: &[f64], x: &[f64]) -> f64 {
    let mut scratch = vec![0.0; w.len()];
    let mut sum = 0.0;
    for row in x.chunks_exact(w.len()) {
        filled(w, row, &mut scratch);
        for v in scratch.iter() {
            sum += v.sin();
        }
    }
    sum
}

#[derive(Clone, Differentiable)]
struct Unit {
    weight: f64,
    bias: f64,
}

#[derive(Clone, Differentiable)]
struct Network {
    first: Unit,
    rest: [Unit; 2],
}

#[differentiate]
impl Unit {
    fn forward(&self, x: f64) -> f64 {
        (self.weight * x + self.bias).tanh()
    }
}

#[differentiate]
impl Network {
    fn forward(&self, x: f64) -> f64 {
        let y = self.first.forward(x);
        let [a, b] = &self.rest;
        a.forward(y) * b.forward(y + x)
    }
}

#[differentiate]
fn network(n: &Network, x: f64) -> f64 {
    n.forward(x) * 2.0
}

#[test]
fn loops() {
    // Nothing on the heap for methods that share their name with those they call.
    let unit = |weight: f64| Unit { weight, bias: 0.1 * weight };
    let n = Network { first: unit(0.7), rest: [unit(-1.2), unit(0.4)] };
    assert_eq!(peak(|| _ = network_grad(&n, 0.3)), 0);
    let (value, (n_bar, x_bar)) = network_grad(&n, 0.3);
    assert_eq!(value.to_bits(), network(&n, 0.3).to_bits());
    let difference = |f: &dyn Fn(f64) -> f64| (f(1e-6) - f(-1e-6)) / 2e-6;
    assert!((x_bar - difference(&|h| network(&n, 0.3 + h))).abs() < 1e-8);
    let moved = |h: f64| {
        let mut n = n.clone();
        n.first.weight += h;
        network(&n, 0.3)
    };
    assert!((n_bar.first.weight - difference(&moved)).abs() < 1e-8);

    let start: Vec<f64> = (0..100).map(|i| (i as f64 * 0.3).sin()).collect();
    // In time steps: one state for each.
    let long = peak(|| drop(kept_grad(&start, 0.1, 4000)));
    assert!(long < 2 * 4000 * 100 * 8 + 100_000, "{long}");
    // With checkpoints: about the square root, four times the steps in twice the memory.
    let short = peak(|| drop(checkpointed_grad(&start, 0.1, 1000)));
    let long = peak(|| drop(checkpointed_grad(&start, 0.1, 16000)));
    assert!(long < 5 * short && long < 600_000, "{short} and {long}");
    let (value, (bar, k_bar)) = checkpointed_grad(&start, 0.1, 1500);
    let (other, (other_bar, other_k_bar)) = kept_grad(&start, 0.1, 1500);
    assert_eq!(value.to_bits(), other.to_bits());
    assert!((k_bar - other_k_bar).abs() < 1e-12 * (1.0 + k_bar.abs()));
    assert!(bar.iter().zip(&other_bar).all(|(a, b)| (a - b).abs() < 1e-12 * (1.0 + a.abs())));
    // Independent iterations: no memory but the gradient's.
    let w = [0.5; 10];
    let data = |n: usize| (vec![0.1; 10 * n], vec![1.0; n]);
    let of = |n: usize| {
        let (x, y) = data(n);
        peak(|| drop(least_squares_grad(&w, &x, &y))) - 8 * 11 * n
    };
    assert_eq!(of(100), of(2000));
    // The same where a function fills a buffer that they share.
    let of = |n: usize| {
        let x = data(n).0;
        peak(|| drop(by_a_helper_grad(&w, &x)))
    };
    assert_eq!(of(100), of(2000));
    let (_, bar) = by_a_helper_vjp(&w, &data(3).0, -2.0);
    assert!(bar.iter().all(|b| (b + 2.0 * 3.0 * 0.01 * (0.5_f64 * 0.01).cos()).abs() < 1e-12));
}
