//! What a step of training allocates: a fixed number of matrices of the activations' size per layer, nothing of the weights' size.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use autodiff_core::Differentiable;
use autodiff_core::mlp::{Activation, Initialisation, Mlp, classification_loss_grad_accumulate};
use ndarray::Array2;

/// Counts allocations, without the working memory of matrix products, which is aligned for vector instructions.
struct Counting;

static COUNT: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicUsize = AtomicUsize::new(0);

// SAFETY: hands everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() <= align_of::<f64>() {
            COUNT.fetch_add(1, Ordering::Relaxed);
            BYTES.fetch_add(layout.size(), Ordering::Relaxed);
        }
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Number and bytes of the allocations of one gradient, and the bytes of the activations.
fn step(sizes: &[usize], samples: usize) -> (usize, usize, usize) {
    let network: Mlp<f64> = Mlp::new(sizes, Activation::Tanh, Initialisation::Xavier, 3);
    let x = Array2::from_shape_fn((samples, sizes[0]), |(i, j)| ((i * 7 + j * 3 + 1) as f64 * 0.37).sin());
    let labels: Vec<usize> = (0..samples).map(|k| k % sizes[sizes.len() - 1]).collect();
    let mut gradient = network.zero_cotangent();
    let before = (COUNT.load(Ordering::Relaxed), BYTES.load(Ordering::Relaxed));
    let loss = classification_loss_grad_accumulate(&network, &x, &labels, &mut gradient);
    let after = (COUNT.load(Ordering::Relaxed), BYTES.load(Ordering::Relaxed));
    assert!(loss.is_finite());
    let activations = sizes[1..].iter().map(|size| size * samples * size_of::<f64>()).sum();
    (after.0 - before.0, after.1 - before.1, activations)
}

/// One test, since others would allocate at the same time.
#[test]
fn a_step_allocates_activations_and_nothing_else() {
    for sizes in [&[64, 64, 32, 10][..], &[64, 64, 64, 64, 64, 32, 10], &[300, 300, 300, 10]] {
        let (count, bytes, activations) = step(sizes, 32);
        let layers = sizes.len() - 1;
        // Sums, outputs, the cotangents of both, and some copies of the scores, which are small.
        assert!(bytes < 6 * activations, "{bytes} bytes for activations of {activations}");
        // These four, the pullback's box, a bias' cotangent, and the scores as they are handed from layer to layer.
        assert!(count <= 10 * layers + 10, "{count} allocations for {layers} layers");
        assert_eq!(step(sizes, 64).0, count, "nothing is allocated per sample");
    }
    // With few samples and wide layers, a temporary as large as the weights would stand out.
    let (_, bytes, _) = step(&[500, 500, 10], 2);
    assert!(bytes < 500 * 500 * size_of::<f64>() / 10, "{bytes} bytes");
}
