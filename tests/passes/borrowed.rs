//! Rows of data that carries no derivative, borrowed in loops: in sums, in sequences, in branches, parts of parts, and in what callers get.

use autodiff_core::differentiate;

#[differentiate(wrt(w))]
fn loss(w: &[f64], data: &[f64], d: usize) -> f64 {
    let mut h = vec![0.0; 2];
    let mut s = 0.0;
    for n in 0..data.len() / d {
        let row = &data[n * d..(n + 1) * d];
        let out = &mut h;
        for i in 0..out.len() {
            let mut t = 0.1;
            for j in 0..row.len() {
                t += w[i * row.len() + j] * row[j];
            }
            out[i] = t.tanh();
        }
        s += h[0] * h[1] + h[0];
    }
    s
}

#[differentiate(wrt(w))]
fn sequence(w: &[f64], data: &[f64], d: usize) -> f64 {
    let mut h = 0.3;
    for n in 0..data.len() / d {
        let row = &data[n * d..(n + 1) * d];
        let part = &row[1..];
        let mut t = h * w[0];
        for (j, v) in part.iter().enumerate() {
            t += w[j + 1] * v * h;
        }
        if row[0] > 0.0 {
            let again = &data[..d];
            for j in 0..again.len() {
                t += 0.1 * again[j] * w[j] * w[0];
            }
        }
        h = t.sin() + row[0];
    }
    h
}

#[differentiate(wrt(w))]
fn outside(w: &[f64], data: &[f64], d: usize) -> f64 {
    let row = &data[..d];
    let mut s = 0.2;
    for j in 0..row.len() {
        s = s * row[j] + w[j] * w[j];
    }
    s
}

#[differentiate(wrt(w))]
fn through(w: &[f64], data: &[f64], d: usize) -> f64 {
    let a = loss(w, data, d);
    let b = sequence(w, data, d) * a;
    outside(w, data, d) * b + a
}

#[test]
fn against_differences() {
    let data = [0.5, -1.25, 0.75, -0.3, 0.2, 0.9, 1.1, 0.4, -0.6];
    let w = [0.3, -0.7, 0.45, 0.15, 0.8, -0.2];
    type F = fn(&[f64], &[f64], usize) -> f64;
    type Vjp = fn(&[f64], &[f64], usize, f64) -> (f64, Vec<f64>);
    let all: [(F, Vjp); 4] = [(loss, loss_vjp), (sequence, sequence_vjp), (outside, outside_vjp), (through, through_vjp)];
    for (k, (f, vjp)) in all.into_iter().enumerate() {
        for data in [&data[..], &data[..3]] {
            let (value, bar) = vjp(&w, data, 3, 1.75);
            assert_eq!(value.to_bits(), f(&w, data, 3).to_bits());
            for i in 0..w.len() {
                let moved = |d: f64| {
                    let mut w = w;
                    w[i] += d;
                    f(&w, data, 3)
                };
                let numeric = 1.75 * (moved(1e-5) - moved(-1e-5)) / 2e-5;
                assert!((bar[i] - numeric).abs() < 1e-7 * (1.0 + numeric.abs()), "{k} {i}: {} and {numeric}", bar[i]);
            }
        }
    }
    // No row, and a row that is not there.
    assert_eq!(loss_grad(&w, &[], 3), (0.0, vec![0.0; 6]));
    assert!(std::panic::catch_unwind(|| outside_grad(&w, &data, 12)).is_err());
}
