//! Lists that are moved into others: used before and after, pushed twice, moved on, in branches, of other lengths, and changed afterwards.

use autodiff_core::differentiate;

#[differentiate]
fn waves(x: &[f64], k: f64) -> Vec<f64> {
    x.iter().map(|v| (v * k).sin()).collect()
}

with_and_without! {
    rows off(adopt) pub fn f(x: &[f64], k: f64) -> f64 {
        let rows: Vec<Vec<f64>> = (0..3).map(|i| x.iter().map(|v| (v * k * (1.0 + i as f64)).cos()).collect()).collect();
        let mut s = 0.0;
        for i in 0..3 {
            for j in 0..x.len() {
                s += rows[i][j] * rows[(i + 1) % 3][j];
            }
        }
        s
    }
    two_at_once off(adopt) pub fn f(x: &[f64], k: f64) -> f64 {
        let (mut a, mut b) = (x.to_vec(), vec![k; x.len()]);
        for i in 0..x.len() {
            a[i] = a[i] * b[i] + x[i];
            b[i] += a[i] * a[i];
        }
        a.push(k);
        a.iter().sum::<f64>() + b.iter().map(|v| v * v).sum::<f64>()
    }
    declared_of_another off(adopt) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for n in 0..x.len() {
            let mut a = waves(&x[n..], k);
            a[0] *= x[n];
            let first = a[0] * a[0];
            let mut b = a;
            b.push(k);
            for v in &mut b {
                *v *= k;
            }
            let c = b.clone();
            b[0] += c[0] * x[n];
            let mut d = c;
            d[0] *= 2.0;
            s += first + b.iter().sum::<f64>() + d.iter().map(|v| v * v).sum::<f64>();
        }
        s
    }
    used_before_and_copied off(adopt) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut rows = Vec::new();
        let mut s = 0.0;
        for n in 0..x.len() {
            let mut row = vec![k; n + 1];
            for j in 0..=n {
                row[j] *= x[j] + 0.5;
            }
            s += row[n] * row[0];
            rows.push(row.clone());
            row[0] *= k;
            rows.push(row);
        }
        for row in &rows {
            for v in row {
                s += v * v * k;
            }
        }
        s
    }
    moved_on_and_changed off(adopt) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut kept: Vec<Vec<f64>> = Vec::new();
        for n in 0..x.len() {
            let first = waves(&x[n..], k);
            let mut second = first;
            second.push(k * k);
            let third = second;
            if x[n] > 0.6 {
                let doubled: Vec<f64> = third.iter().map(|v| v * 2.0 * x[n]).collect();
                kept.push(doubled);
            } else {
                kept.push(third);
            }
            let last = kept.len() - 1;
            kept[last][0] *= x[n];
            kept[0].push(x[n] * k);
        }
        let mut s = k;
        for (i, row) in kept.iter().enumerate() {
            for v in row {
                s += v * (1.0 + 0.1 * i as f64);
            }
        }
        s
    }
    assigned_again off(adopt) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut all = Vec::new();
        for v in x {
            let mut row = vec![*v, k];
            all.push(row);
            row = vec![k * v, 1.0, *v];
            all.push(row);
        }
        while all.len() > 3 {
            let row = all.pop().unwrap();
            let sum: f64 = row.iter().sum();
            all[0].push(sum * sum * 0.1);
        }
        all.iter().map(|row| row.iter().map(|v| v * v).sum::<f64>() * k).sum()
    }
}
