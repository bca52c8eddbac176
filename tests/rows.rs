//! Rows and lanes change nothing: loops that walk through arrays in many ways, with and without them, against differences.

#![allow(clippy::needless_range_loop, clippy::manual_memcpy)] // how functions are written is what these tests vary

use autodiff_core::differentiate;

/// The same function with all passes, without lanes, and without rows.
macro_rules! with_and_without {
    ($($name:ident $f:item)*) => { $(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            mod on {
                #[allow(unused_imports)]
                use super::*;
                #[differentiate]
                $f
                /// Through the pullback, with both arguments, and with one of them constant.
                #[differentiate]
                pub fn called(x: &[f64], k: f64) -> f64 {
                    f(x, k)
                }
                #[differentiate]
                pub fn partly(x: &[f64], k: f64) -> f64 {
                    let fixed: Vec<f64> = autodiff_core::constant(x).to_vec();
                    f(&fixed, k) + x.iter().sum::<f64>()
                }
            }
            mod no_lanes {
                #[allow(unused_imports)]
                use super::*;
                #[differentiate(off(lanes))]
                $f
            }
            mod no_rows {
                #[allow(unused_imports)]
                use super::*;
                #[differentiate(off(rows))]
                $f
            }

            #[test]
            fn same_gradient() {
                let mut r = 0.37_f64;
                for n in [0, 1, 2, 3, 5, 8, 9, 16, 19, 30] {
                    let x: Vec<f64> = (0..n).map(|_| { r = (r * 77.7 + 0.31).fract(); 2.0 * r - 0.9 }).collect();
                    for k in [0.8, -0.3] {
                        super::compare(&x, k, on::f, [on::f_vjp, no_lanes::f_vjp, no_rows::f_vjp, on::called_vjp]);
                        let (_, (x_bar, k_bar)) = on::partly_vjp(&x, k, 1.5);
                        assert!(x_bar.iter().all(|b| *b == 1.5));
                        let other = on::f_vjp(&x, k, 1.5).1.1;
                        assert!((k_bar - other).abs() <= 1e-12 * (1.0 + other.abs()));
                    }
                }
            }
        }
    )* };
}

type Vjp = fn(&[f64], f64, f64) -> (f64, (Vec<f64>, f64));

fn compare(x: &[f64], k: f64, f: fn(&[f64], f64) -> f64, all: [Vjp; 4]) {
    let seed = 1.75;
    let step = 1e-5;
    for vjp in all {
        let (value, (x_bar, k_bar)) = vjp(x, k, seed);
        assert_eq!(value.to_bits(), f(x, k).to_bits());
        let close = |a: f64, b: f64| assert!((a - b).abs() <= 2e-7 * (1.0 + a.abs().max(b.abs())), "{a} and {b} at {x:?}, {k}");
        close(k_bar, seed * (f(x, k + step) - f(x, k - step)) / (2.0 * step));
        for i in 0..x.len() {
            let moved = |d: f64| {
                let mut x = x.to_vec();
                x[i] += d;
                f(&x, k)
            };
            close(x_bar[i], seed * (moved(step) - moved(-step)) / (2.0 * step));
        }
    }
}

with_and_without! {
    // The counter in two indices of one element, beside an element that stays the same.
    diagonal pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut w = vec![vec![k; n]; n];
        for i in 0..n {
            w[i][(i * 2) % n] = x[i];
        }
        let mut s = 0.0;
        for i in 0..n {
            for j in i + 1..n {
                s += w[1][(i * 2) % n] * w[j - 1][j - 1] + w[j][j].sin();
            }
        }
        s
    }
    // An index that the loop's own body computes.
    computed_column pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut w = vec![vec![k; n]; n];
        for i in 0..n {
            w[i][(i * 3) % n] = x[i];
        }
        let mut s = 0.0;
        for i in 1..n {
            let c = (i * 3) % n;
            s += w[i][c] * w[i - 1][c] + w[0][0];
        }
        s
    }
    products pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len() / 2;
        let mut out = vec![0.0; n];
        for i in 0..n {
            for j in 0..n {
                out[i] += x[i] * x[n + j] * k;
            }
        }
        out.iter().map(|v| v.sin()).sum()
    }
    // The row's first element does not exist where the loop does not run.
    never_runs pub fn f(x: &[f64], k: f64) -> f64 {
        let mut out = [k; 3];
        for i in 0..3 {
            for j in 0..x.len() / 100 {
                out[i] += x[1000 + j] * k;
            }
            for j in x.len()..2 {
                out[i] += out[j] * out[j + 1] * x.len() as f64;
            }
        }
        out[0] * out[1] + out[2]
    }
    neighbours pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut out = vec![0.0; n];
        for i in 1..n.max(1) - usize::from(n > 0) {
            out[i] = k * (x[i - 1] - 2.0 * x[i] + x[i + 1]);
        }
        let mut s = 0.0;
        for i in 0..n {
            s += out[i] * out[i];
        }
        s.cos()
    }
    inclusive_and_backwards pub fn f(x: &[f64], k: f64) -> f64 {
        let mut out = x.to_vec();
        if x.len() > 3 {
            for i in (1..=x.len() - 2).rev() {
                out[i] = out[i + 1] * k + x[i - 1] * x[i];
            }
            for i in 2..=x.len() - 1 {
                out[i] += x[i - 2] * k * out[0];
            }
        }
        let mut s = 1.0;
        for i in 0..out.len() {
            s += out[i] * (i as f64 + k);
        }
        (0.01 * s).sin()
    }
    in_branches pub fn f(x: &[f64], k: f64) -> f64 {
        let mut out = vec![0.0; x.len() + 1];
        for i in 0..x.len() {
            out[i] += x[i] * k;
            if x[i] > 0.0 && i + 2 < x.len() {
                out[i + 1] += x[i + 2] * x[i];
            }
        }
        out.iter().map(|v| v * v).sum::<f64>().sqrt()
    }
    two_rows_of_one_array pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len() / 2;
        let mut s = 0.0;
        let mut y = x.to_vec();
        for i in 0..n {
            y[i] = y[n + i] * k + y[i] * y[n + i];
        }
        for i in 0..n {
            for j in 0..n {
                s += y[j] * y[n + j] * y[i];
            }
        }
        s.sin()
    }
    rows_of_rows pub fn f(x: &[f64], k: f64) -> f64 {
        let n = 3;
        let m = x.len() / n;
        let a: Vec<Vec<f64>> = (0..n).map(|i| x[i * m..(i + 1) * m].to_vec()).collect();
        let mut b = vec![vec![0.0; m]; n];
        for i in 0..n {
            for j in 0..m {
                b[i][j] = a[n - 1 - i][j] * k;
                b[i][j] *= a[i][j];
            }
        }
        let mut s = 0.0;
        for i in 0..n {
            for j in 0..m {
                s += b[i][j] * b[0][j];
            }
        }
        s.cos()
    }
    changing_indices pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = 0;
        let mut out = vec![0.0; x.len() * 2 + 1];
        for i in 0..x.len() {
            out[p] += x[i] * k;
            p += 1 + i % 2;
        }
        let mut s = 0.0;
        for i in 0..x.len() {
            let j = (i * 3) % out.len();
            s += out[j] * x[i];
        }
        s * s
    }
    scalar_sums_read_on_the_way pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        let mut t = 0.0;
        for i in 0..x.len() {
            s += x[i] * 0.5;
            t += s * x[i];
        }
        t * s
    }
    written_one_by_one pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut y = vec![k; n];
        let mut z = vec![0.0; 4];
        for i in 0..n {
            y[i] += x[i] * x[i];
        }
        for i in 0..n {
            z[1] += y[i] * k;
            z[1] *= 0.5;
        }
        for i in 0..n {
            y[i] = y[i] * x[n - 1 - i] + z[1];
        }
        for i in 0..n {
            let old = y[i];
            y[i] = old * old * k;
            z[2] -= old;
        }
        (0.1 * y.iter().sum::<f64>()).sin() + 0.1 * z[1] * z[2]
    }
    in_chunks pub fn f(x: &[f64], k: f64) -> f64 {
        let d = 3;
        let mut s = 0.0;
        for p in x.chunks_exact(d) {
            for q in x.chunks(d) {
                let mut far = 0.0;
                for j in 0..q.len() {
                    far += (p[j] - k * q[j]) * (p[j] - q[j]);
                }
                s += far.sin();
            }
        }
        for w in x.windows(4) {
            let mut out = [k; 4];
            for j in 0..w.len() {
                out[j] += w[j] * w[0];
            }
            s += out[1] * out[3];
        }
        0.1 * s
    }
    least_squares pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len() / 2;
        let mut s = 0.5;
        for i in 0..n {
            let e = k * x[i] * x[i] - x[n + i];
            s += e * e;
        }
        2.0 * s
    }
    several_totals pub fn f(x: &[f64], k: f64) -> f64 {
        let (mut s, mut t) = (0.0, k);
        for i in 0..x.len() {
            let q = x[i] * k;
            s += q / (1.0 + q * q);
            t -= q * q * q;
            s -= (x[i] * x[i] + 0.25).sqrt() * i as f64;
            s += 1e-3 * q;
        }
        s - 3.0 * t
    }
    chain_of_neighbours pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for i in 2..x.len() {
            let a = x[i - 2] - k * x[i] * x[i - 1];
            s += a * a * x[0];
        }
        s
    }
    all_pairs pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            for j in i + 1..x.len() {
                let d = x[i] - x[j];
                s += k / (d * d + 0.3);
            }
        }
        s
    }
    own_variables pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            let mut p = k;
            p *= x[i];
            p = p * x[i] + k;
            p -= 0.5 * p * x[i];
            s += p;
        }
        s
    }
    zipped pub fn f(x: &[f64], k: f64) -> f64 {
        let (a, b) = x.split_at(x.len() / 2);
        let dot: f64 = a.iter().zip(b).map(|(p, q)| p * q * k).sum();
        let far: f64 = a.iter().zip(&b[b.len() / 3..]).map(|(p, q)| (p - q) * (p - q)).sum();
        dot - far
    }
    largest pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            s += (x[i] * k).max(0.1 * x[i]).abs();
        }
        s
    }
    precedence pub fn f(x: &[f64], k: f64) -> f64 {
        let (a, b) = (1, 1);
        let n = x.len();
        let mut out = vec![0.0; n + 2];
        if n > 2 {
            for j in b - a + 1..n - (b - a) {
                out[j - (a - b) + 1] += x[j - 1] * k * x[n - a];
            }
        }
        let mut s = 0.0;
        for j in 0..out.len() {
            s += out[j] * out[j] * k;
        }
        s.sin()
    }
}

#[differentiate]
fn single(w: &[f32], x: &[f32], n: usize) -> f32 {
    let mut out = vec![0.0; n];
    for i in 0..n {
        for j in 0..x.len() {
            out[i] += w[i * x.len() + j] * x[j];
        }
    }
    out.iter().map(|v| v.tanh()).sum()
}

#[differentiate]
fn generic<T: num_traits::Float>(w: &[T], x: &[T], n: usize) -> T {
    let mut out = vec![T::zero(); n];
    for i in 0..n {
        for j in 0..x.len() {
            out[i] = out[i] + w[i * x.len() + j] * x[j];
        }
    }
    let mut s = T::zero();
    for i in 0..n {
        s = s + out[i].tanh();
    }
    s
}

#[test]
fn other_floats() {
    let w: Vec<f32> = (0..33).map(|i| (i as f32 * 0.37).sin()).collect();
    let x: Vec<f32> = (0..11).map(|i| (i as f32 * 0.77).cos()).collect();
    let (value, (w_bar, x_bar)) = single_grad(&w, &x, 3);
    let (other, (w_other, x_other)) = generic_grad(&w, &x, 3);
    assert_eq!(value, other);
    let wide = |v: &[f32]| v.iter().map(|x| f64::from(*x)).collect::<Vec<_>>();
    let (_, (w_exact, x_exact)) = generic_grad(&wide(&w), &wide(&x), 3);
    for (exact, got) in [(w_exact, [w_bar, w_other].concat()), (x_exact, [x_bar, x_other].concat())] {
        for (k, g) in got.iter().enumerate() {
            assert!((exact[k % exact.len()] - f64::from(*g)).abs() < 1e-5);
        }
    }
}

#[differentiate]
fn two_lengths(x: &[f64], y: &[f64], from: usize) -> f64 {
    let mut s = 0.0;
    for i in from..x.len() {
        s += x[i] * y[i] * y[0];
    }
    s
}

#[differentiate]
fn in_place(x: &[f64], y: &[f64], from: usize, size: usize) -> f64 {
    let mut z = vec![1.0; size];
    for i in from..x.len() {
        z[i] += x[i] * y[i + 2];
    }
    let mut held = [0.0; 3];
    for i in 0..z.len() {
        held[size % 7] += z[i] * y[i];
    }
    held[0] * held[1] + z.iter().sum::<f64>()
}

/// The same for loops of the forward sweep.
#[test]
fn panics_of_the_primal_where_it_writes() {
    let mut kinds = std::collections::BTreeMap::new();
    for (n, m, from, size) in (0..=12)
        .flat_map(|n| [2, 9, 14].map(move |m| (n, m)))
        .flat_map(|(n, m)| [0, 3, 11].into_iter().flat_map(move |from| [0, 6, 7, 8, 12].map(move |size| (n, m, from, size))))
    {
        let (x, y) = (vec![0.5; n], vec![0.25; m]);
        let (a, b) = (x.clone(), y.clone());
        let primal = message(move || in_place(&a, &b, from, size));
        let gradient = message(move || in_place_grad(&x, &y, from, size));
        assert_eq!(primal, gradient, "{n} {m} {from} {size}");
        *kinds.entry(primal.map(|p| p.split(':').next().unwrap_or("").to_string())).or_insert(0) += 1;
    }
    assert!(kinds.len() == 2 && kinds.values().all(|n| *n > 20), "{kinds:?}");
}

fn message<T>(f: impl FnOnce() -> T + std::panic::UnwindSafe) -> Option<String> {
    let payload = std::panic::catch_unwind(f).err()?;
    payload.downcast_ref::<String>().cloned().or_else(|| payload.downcast_ref::<&str>().map(ToString::to_string))
}

/// Rows that do not exist: the loop panics like the primal, with its words.
#[test]
fn panics_of_the_primal() {
    let x = vec![0.5; 20];
    let mut panics = 0;
    for n in 0..=20 {
        for from in [0, 3, 20, 25] {
            let y = vec![0.25; n];
            let (a, b) = (x.clone(), y.clone());
            let primal = message(move || two_lengths(&a, &b, from));
            let (a, b) = (x.clone(), y.clone());
            let gradient = message(move || two_lengths_grad(&a, &b, from));
            assert_eq!(primal, gradient, "{n} elements from {from}");
            panics += usize::from(primal.is_some());
        }
    }
    assert_eq!(panics, 40);
}

/// A buffer that is too short is not taken for an array that is.
#[test]
fn short_buffers_are_no_short_arrays() {
    let (x, y) = ([0.5; 20], [0.25; 20]);
    assert!(message(|| two_lengths_grad_accumulate(&x, &y, 0, &mut [0.0; 19], &mut [0.0; 20])).is_some());
}
