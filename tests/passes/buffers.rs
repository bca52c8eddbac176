//! Vectors of loops that keep their memory, and vectors that something takes away.

use autodiff_core::differentiate;

#[differentiate]
fn norm(a: &[f64]) -> f64 {
    a.iter().map(|v| v * v).sum::<f64>() + 0.5
}

#[differentiate]
fn mixed(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

with_and_without! {
    cotangents_of_arguments off(buffers) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        for i in 0..x.len() {
            let terms: Vec<f64> = x.iter().map(|v| v * s).collect();
            s = (0.1 * norm(&terms) + s * x[i]).sin();
        }
        s
    }
    of_changing_length off(buffers) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            let mut part = vec![k; i + 1];
            for j in 0..=i {
                part[j] += x[j] * x[i];
            }
            if i % 2 == 1 {
                part.push(s);
            }
            s += norm(&part) * k;
        }
        s
    }
    replaced_each_time off(buffers) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = x.to_vec();
        for _ in 0..3 {
            let mut next = vec![0.0; h.len()];
            for i in 0..h.len() {
                next[i] = (h[i] * k).tanh() + 0.2 * h[h.len() - 1 - i] * h[i];
            }
            h = next;
        }
        h.iter().map(|v| v * v).sum()
    }
    replaced_by_longer off(buffers) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = vec![k];
        for i in 0..x.len() {
            let mut next = vec![x[i]; h.len() + 1];
            for j in 0..h.len() {
                next[j] += h[j] * h[j] * x[i];
            }
            h = next;
        }
        h.iter().enumerate().map(|(i, v)| v * i as f64).sum::<f64>() + h[0]
    }
    kept_by_another off(buffers) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut best = x.to_vec();
        let mut all = vec![x.to_vec()];
        for i in 0..x.len() {
            let mut trial = vec![0.0; x.len()];
            for j in 0..x.len() {
                trial[j] = x[j] * k + x[i] * 0.25;
            }
            if x[i] > 0.6 {
                best = trial.clone();
                best[0] *= k;
                all.push(trial);
            }
        }
        norm(&best) + all.iter().map(|v| v.iter().sum::<f64>()).sum::<f64>() + all.len() as f64 * k
    }
    swapped_with_an_outer_one off(buffers) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        for _ in 0..2 {
            let mut v = vec![1.0; u.len()];
            for i in 0..u.len() {
                v[i] += u[i] * k;
            }
            std::mem::swap(&mut u, &mut v);
            v[..].fill(0.5);
            if !v.is_empty() {
                u[0] += v[0] * u[0];
            }
        }
        u.iter().map(|v| v * v * k).sum()
    }
    nested_loops off(buffers) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            let mut row = vec![0.0; x.len()];
            for j in 0..x.len() {
                let column = x.to_vec();
                row[j] = mixed(&column, x) * x[i] + k;
            }
            total += mixed(&row, &row) * x[i];
        }
        total
    }
    while_and_exits off(buffers) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut i = 0;
        let mut s = 1.0;
        while i < x.len() {
            let mut w = vec![0.0; i + 2];
            w[i] = x[i] * s;
            w[i + 1] = k;
            i += 1;
            if x[i - 1] > 1.9 {
                continue;
            }
            s += norm(&w);
            if s > 40.0 {
                break;
            }
        }
        s * k
    }
    twice_the_same_argument off(buffers) pub fn f(x: &[f64], k: f64) -> f64 {
        let rows: Vec<Vec<f64>> = (0..x.len()).map(|i| x.iter().map(|v| v * x[i] + k).collect()).collect();
        let mut s = 0.0;
        for i in 0..rows.len() {
            for j in 0..rows.len() {
                s += mixed(&rows[i], &rows[j]) * (i + 1) as f64;
            }
        }
        s
    }
    moved_on_at_last off(buffers) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut last = Vec::new();
        for i in 0..x.len() {
            let mut v = x.to_vec();
            v[i] *= k;
            let w = v;
            last = w;
        }
        last.iter().map(|v| v * v).sum()
    }
    integers_are_no_cotangents off(buffers) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            let mut count = vec![0; 3];
            count[i % 3] += 2;
            let weights = vec![0.5; x.len()];
            s += x[i] * weights[i] * k + count[i % 3] as f64 * x[i];
        }
        s
    }
}
