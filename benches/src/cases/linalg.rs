//! Dense linear algebra by hand: Cholesky, then the log-determinant and a quadratic form.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

/// `ln det a + y' a^-1 y` for a symmetric matrix, from its lower half.
#[differentiate]
pub fn gaussian(a: &[f64], y: &[f64]) -> f64 {
    let n = y.len();
    let mut l = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let mut s = a[i * n + j];
            for k in 0..j {
                s -= l[i * n + k] * l[j * n + k];
            }
            if i == j {
                l[i * n + i] = s.sqrt();
            } else {
                l[i * n + j] = s / l[j * n + j];
            }
        }
    }
    let mut z = vec![0.0; n];
    let mut out = 0.0;
    for i in 0..n {
        let mut s = y[i];
        for k in 0..i {
            s -= l[i * n + k] * z[k];
        }
        z[i] = s / l[i * n + i];
        out += 2.0 * l[i * n + i].ln() + z[i] * z[i];
    }
    out
}

/// By hand: the algorithm backwards, row by row.
pub fn by_hand(a: &[f64], y: &[f64]) -> (f64, (Vec<f64>, Vec<f64>)) {
    let n = y.len();
    let mut l = vec![0.0; n * n];
    for i in 0..n {
        let (above, row) = l.split_at_mut(i * n);
        let row = &mut row[..n];
        for j in 0..=i {
            let mut s = a[i * n + j];
            let other = if j < i { &above[j * n..][..j] } else { &row[..j] };
            for (p, q) in row[..j].iter().zip(other) {
                s -= p * q;
            }
            row[j] = if i == j { s.sqrt() } else { s / above[j * n + j] };
        }
    }
    let mut z = vec![0.0; n];
    let mut out = 0.0;
    for i in 0..n {
        let row = &l[i * n..][..n];
        let mut s = y[i];
        for (p, q) in row[..i].iter().zip(&z) {
            s -= p * q;
        }
        z[i] = s / row[i];
        out += 2.0 * row[i].ln() + z[i] * z[i];
    }
    let (mut l_bar, mut z_bar, mut y_bar) = (vec![0.0; n * n], vec![0.0; n], vec![0.0; n]);
    for i in (0..n).rev() {
        let row = &l[i * n..][..n];
        let row_bar = &mut l_bar[i * n..][..n];
        let s_bar = (z_bar[i] + 2.0 * z[i]) / row[i];
        row_bar[i] += 2.0 / row[i] - s_bar * z[i];
        y_bar[i] = s_bar;
        for k in 0..i {
            row_bar[k] -= s_bar * z[k];
            z_bar[k] -= s_bar * row[k];
        }
    }
    // From here on the rows of `l_bar` become those of `a_bar`.
    for i in (0..n).rev() {
        let (above_bar, row_bar) = l_bar.split_at_mut(i * n);
        let row_bar = &mut row_bar[..n];
        let row = &l[i * n..][..n];
        let s_bar = row_bar[i] / (2.0 * row[i]);
        row_bar[i] = s_bar;
        for (b, v) in row_bar[..i].iter_mut().zip(row) {
            *b -= 2.0 * s_bar * v;
        }
        for j in (0..i).rev() {
            let other = &l[j * n..][..n];
            let s_bar = row_bar[j] / other[j];
            above_bar[j * n + j] -= s_bar * row[j];
            row_bar[j] = s_bar;
            let other_bar = &mut above_bar[j * n..][..j];
            for (((b, ob), v), o) in row_bar[..j].iter_mut().zip(other_bar).zip(row).zip(other) {
                *b -= s_bar * o;
                *ob -= s_bar * v;
            }
        }
    }
    (out, (l_bar, y_bar))
}

pub fn cases() -> Vec<Case> {
    [10, 60]
        .into_iter()
        .map(|n| {
            let mut r = Numbers::new(31);
            let x = r.list(n * n, -1.0, 1.0);
            let mut a = vec![0.0; n * n];
            for i in 0..n {
                for j in 0..n {
                    a[i * n + j] = (0..n).map(|k| x[i * n + k] * x[j * n + k]).sum::<f64>() + if i == j { n as f64 } else { 0.0 };
                }
            }
            let a: &'static [f64] = a.leak();
            let y = r.list(n, -1.0, 1.0);
            Case::new("cholesky", format!("n={n}"), move || gaussian(a, y), move || by_hand(a, y), move || gaussian_grad(a, y))
        })
        .collect()
}
