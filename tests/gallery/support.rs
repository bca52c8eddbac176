//! Numeric references and comparisons for the gallery.
#![allow(dead_code)]

/// Gradient of `f` at `x` by central differences with Ridders' extrapolation.
///
/// The first step is a hundredth of the coordinate's size (at least a thousandth in absolute
/// terms); it shrinks while the differences are extrapolated to a zero step, and the entry of the
/// tableau with the smallest error estimate is the answer. NaN if no estimate is finite.
pub fn numeric_gradient(f: impl Fn(&[f64]) -> f64, x: &[f64]) -> Vec<f64> {
    let mut point = x.to_vec();
    let mut gradient = Vec::with_capacity(x.len());
    for k in 0..x.len() {
        let slope = ridders(
            |t| {
                point[k] = t;
                f(&point)
            },
            x[k],
        );
        point[k] = x[k];
        gradient.push(slope);
    }
    gradient
}

/// Derivative of a function of one variable, see [`numeric_gradient`].
pub fn numeric_derivative(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    ridders(f, x)
}

fn ridders(mut f: impl FnMut(f64) -> f64, x: f64) -> f64 {
    const LEVELS: usize = 8;
    const SHRINK: f64 = 1.6;
    let mut h = 1e-2 * x.abs().max(0.1);
    let mut previous = [0.0; LEVELS];
    let mut best = f64::NAN;
    let mut best_error = f64::INFINITY;
    for level in 0..LEVELS {
        // The step that floating point really takes.
        let (above, below) = (x + h, x - h);
        let mut row = [0.0; LEVELS];
        row[0] = (f(above) - f(below)) / (above - below);
        let mut factor = 1.0;
        for order in 1..=level {
            factor *= SHRINK * SHRINK;
            row[order] = (factor * row[order - 1] - previous[order - 1]) / (factor - 1.0);
            let error = (row[order] - row[order - 1]).abs().max((row[order] - previous[order - 1]).abs());
            if error < best_error && row[order].is_finite() {
                best_error = error;
                best = row[order];
            }
        }
        previous = row;
        h /= SHRINK;
    }
    best
}

/// Panics unless the two gradients agree entry by entry.
///
/// The tolerance is `rtol` times the entry's size, plus a thousandth of that for the largest entry
/// of `want` (differences cannot resolve a small entry beside a large one), plus `1e-4 * rtol` for
/// zeros. NaN equals nothing, not even NaN; infinities equal themselves.
#[track_caller]
pub fn assert_close(name: &str, got: &[f64], want: &[f64], rtol: f64) {
    assert_eq!(got.len(), want.len(), "{name}: gradient has {} entries, expected {}", got.len(), want.len());
    let largest = want.iter().fold(0.0_f64, |m, w| m.max(w.abs()));
    for (i, (&g, &w)) in got.iter().zip(want).enumerate() {
        let size = g.abs().max(w.abs());
        let tolerance = rtol * (size + 1e-3 * largest + 1e-4);
        let close = if g.is_infinite() || w.is_infinite() { g == w } else { (g - w).abs() <= tolerance };
        assert!(close, "{name}: entry {i}: got {g:e}, expected {w:e} (difference {:e}, tolerance {tolerance:e})", (g - w).abs());
    }
}

/// Panics unless the two values are the same bits.
#[track_caller]
pub fn assert_same_bits(name: &str, got: f64, want: f64) {
    assert!(
        got.to_bits() == want.to_bits(),
        "{name}: value {got:e} ({:#x}) is not bit for bit {want:e} ({:#x})",
        got.to_bits(),
        want.to_bits()
    );
}

/// As [`assert_same_bits`], in single precision.
#[track_caller]
pub fn assert_same_bits_f32(name: &str, got: f32, want: f32) {
    assert!(
        got.to_bits() == want.to_bits(),
        "{name}: value {got:e} ({:#x}) is not bit for bit {want:e} ({:#x})",
        got.to_bits(),
        want.to_bits()
    );
}

#[test]
fn the_reference_is_accurate() {
    let f = |x: &[f64]| x[0].sin() * x[1].exp() + x[2].powi(3) / x[0];
    let x = [0.7_f64, -1.3, 20.0];
    let want = [x[0].cos() * x[1].exp() - x[2].powi(3) / (x[0] * x[0]), x[0].sin() * x[1].exp(), 3.0 * x[2] * x[2] / x[0]];
    for (got, want) in numeric_gradient(f, &x).iter().zip(want) {
        assert!((got - want).abs() <= 1e-8 * want.abs() + 1e-7, "{got} {want}");
    }
}

#[test]
#[should_panic(expected = "entry 1")]
fn nan_is_never_close() {
    assert_close("nan", &[1.0, f64::NAN], &[1.0, f64::NAN], 1.0);
}
