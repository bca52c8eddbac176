//! Arrays that are replaced as a whole: by a variable that moves, by a copy, by one of another length, in branches and nested loops.

#![allow(unused_assignments)] // what is overwritten without being read is part of these tests

use autodiff_core::differentiate;

#[differentiate]
fn stepped(h: &[f64], k: f64) -> Vec<f64> {
    let mut out = vec![0.0; h.len()];
    for i in 0..h.len() {
        out[i] = (h[i] * k + 0.1 * h[h.len() - 1 - i]).sin();
    }
    out
}

#[differentiate]
fn total(h: &[f64]) -> f64 {
    let mut s = 0.0;
    for v in h {
        s += v * v.cos();
    }
    s
}

with_and_without! {
    elements_written_behind_a_replacement off(moves) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut a = [k, 0.3 * k, 0.5];
        let mut z = k;
        for i in 0..3 {
            for v in x {
                z -= (a[0] * k).sin().atan2(1.0 + z.abs());
                a = [a[2], -a[i % 3], 1.0];
                z += v;
                let s: f64 = a.iter().map(|w| w * a[1].sin()).sum();
                a[i % 3] = -s;
            }
        }
        z + a[0]
    }
    recurrence off(moves) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = x.to_vec();
        let mut s = 0.0;
        for t in 0..4 {
            let mut next = vec![0.0; x.len()];
            for i in 0..x.len() {
                for j in 0..x.len() {
                    next[i] += 0.2 * h[j] * k * (1.0 + 0.1 * (i + j) as f64);
                }
                next[i] = next[i].sin() + 0.01 * t as f64;
            }
            h = next;
            for v in &h {
                s += v * v;
            }
        }
        s
    }
    read_before_and_after off(moves) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = x.to_vec();
        let mut s = 0.0;
        for _ in 0..3 {
            let mut next = h.clone();
            for i in 0..x.len() {
                next[i] = (h[i] * h[x.len() - 1 - i] * k).sin();
            }
            if !x.is_empty() {
                s += next[0] * h[0];
            }
            h = next;
            for i in 0..x.len() {
                h[i] += 0.1 * h[i] * h[i];
                s += h[i] * h[i] * h[i];
            }
        }
        s
    }
    in_a_branch off(moves) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = x.to_vec();
        let mut s = k;
        for t in 0..5 {
            let mut next = vec![0.0; x.len()];
            for i in 0..x.len() {
                next[i] = h[i] * h[i] * 0.4 + s;
                s += 0.1 * h[i].sin();
            }
            if t % 2 == 0 {
                h = next;
            }
        }
        for v in h {
            s += v * v;
        }
        s
    }
    declared_in_the_branch off(moves) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = x.to_vec();
        let mut s = k;
        for t in 0..5 {
            if t % 2 == 0 {
                let mut next = vec![k; x.len()];
                for i in 0..x.len() {
                    next[i] *= (h[i] * h[i]).sin();
                }
                h = next;
            } else {
                h = vec![s.cos(); x.len()];
            }
            for v in &h {
                s += 0.1 * v * v;
            }
        }
        s
    }
    other_lengths off(moves) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = x.to_vec();
        let mut s = 0.0;
        for t in 0..4 {
            let mut next = vec![k; t];
            for i in 0..t.min(h.len()) {
                next[i] *= h[i].cos();
                s += h[i] * h[i];
            }
            h = next;
        }
        for v in &h {
            s += v * v;
        }
        s
    }
    shifted_history off(moves) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut before = x.to_vec();
        let mut now = x.to_vec();
        for _ in 0..3 {
            let mut next = vec![0.0; x.len()];
            for i in 0..x.len() {
                next[i] = (2.0 * now[i] - before[i] * now[i]) * k;
            }
            before = now;
            now = next;
        }
        let mut s = 0.0;
        for i in 0..x.len() {
            s += now[i] * before[i] * now[i];
        }
        s
    }
    source_filled_again off(moves) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = x.to_vec();
        let mut s = 0.0;
        for t in 0..3 {
            let mut next = vec![0.0; x.len()];
            for i in 0..x.len() {
                next[i] = h[i] * h[i] * k;
            }
            h = next;
            next = vec![0.5 * k; t];
            for v in &next {
                s += v * v;
            }
            for v in &h {
                s += v * v * 0.5;
            }
        }
        s
    }
    source_from_outside off(moves) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = x.to_vec();
        let mut next = x.to_vec();
        let mut s = 0.0;
        for _ in 0..3 {
            for i in 0..x.len() {
                next[i] = h[i] * h[i] * k;
                s += h[i] * next[i];
            }
            h = next;
            next = vec![0.1; x.len()];
        }
        s
    }
    copies off(moves) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = x.to_vec();
        let mut s = 0.0;
        for _ in 0..3 {
            let mut next = h.clone();
            for i in 0..x.len() {
                next[i] *= h[i] * k;
            }
            h = next.clone();
            for i in 0..x.len() {
                s += next[i] * h[i];
            }
        }
        s
    }
    by_a_call off(moves) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = x.to_vec();
        let mut s = 0.0;
        for _ in 0..3 {
            s += total(&h);
            let next = stepped(&h, k);
            h = next;
        }
        s + total(&h)
    }
    by_a_call_at_once off(moves) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h: Vec<f64> = x.to_vec();
        for _ in 0..3 {
            h = stepped(&h, k);
            for i in 1..x.len() {
                h[i] += h[i - 1] * h[i];
            }
        }
        total(&h)
    }
    fixed_arrays off(moves) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = [k, 1.0, 0.5];
        let mut s = 0.0;
        for v in x {
            let mut next = [0.0; 3];
            for i in 0..3 {
                for j in 0..3 {
                    next[i] += h[j] * v * (i as f64 - 0.3 * j as f64);
                }
                next[i] = next[i].tanh();
            }
            h = next;
            next[0] += 1.0;
            s += h[0] * h[1] + next[0];
        }
        s
    }
    swapped_in_between off(moves) pub fn f(x: &[f64], k: f64) -> f64 {
        let (mut h, mut g) = (x.to_vec(), vec![k; x.len()]);
        let mut s = 0.0;
        for _ in 0..3 {
            let mut next = vec![0.0; x.len()];
            for i in 0..x.len() {
                next[i] = h[i] * g[i] + 0.3 * h[i];
            }
            h = next;
            std::mem::swap(&mut h, &mut g);
            for i in 0..x.len() {
                s += h[i] * g[i];
            }
        }
        s
    }
    loops_in_loops off(moves) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for v in x {
            let mut h = vec![*v, k];
            for _ in 0..3 {
                let mut next = vec![0.0; 2];
                for i in 0..2 {
                    next[i] = h[0] * h[1] * 0.7 + h[i];
                }
                h = next;
            }
            s += h[0] * h[1];
        }
        s
    }
    built_by_pushing off(moves) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h: Vec<f64> = x.iter().map(|v| v * k).collect();
        let mut s = 0.0;
        for _ in 0..3 {
            let mut next = Vec::new();
            for i in 0..h.len() {
                next.push(h[i] * h[h.len() - 1 - i] * 0.5 + k);
            }
            h = next;
        }
        for v in &h {
            s += v.sin();
        }
        s
    }
    grown_in_between off(moves) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = x.to_vec();
        let mut s = 0.0;
        for _ in 0..3 {
            let mut next = vec![0.0; h.len()];
            for i in 0..h.len() {
                next[i] = h[i] * h[i] * k;
            }
            h = next;
            h.push(k * k);
            for v in &h {
                s += v * v;
            }
        }
        s
    }
    left_early off(moves) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = x.to_vec();
        let mut s = 0.0;
        for t in 0..6 {
            let mut next = vec![0.0; x.len()];
            for i in 0..x.len() {
                next[i] = h[i] * h[i] * 0.8 + k;
                s += h[i];
            }
            if t == 1 {
                continue;
            }
            if s.abs() > 4.0 {
                break;
            }
            h = next;
        }
        for v in &h {
            s += v * v;
        }
        s
    }
    rows_of_rows off(moves) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = vec![x.to_vec(), x.to_vec(), x.to_vec()];
        for _ in 0..3 {
            let mut next = u.clone();
            for i in 1..2 {
                for j in 1..x.len() {
                    next[i][j] = u[i][j] + k * (u[i - 1][j] * u[i][j - 1] - u[i + 1][j]);
                    next[i - 1][j] *= u[i][j];
                }
            }
            u = next;
        }
        let mut s = 0.0;
        for row in &u {
            for v in row {
                s += v * v;
            }
        }
        s
    }
    own_list_for_a_call off(moves) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            let terms: Vec<f64> = x.iter().map(|v| 0.1 * v * x[i] * k).collect();
            s += total(&terms).sin();
            let mut more: Vec<f64> = Vec::new();
            more.push(0.1 * s * k);
            s += total(&more);
            more.push(0.1 * s);
            s += 0.1 * total(&more) * total(&terms);
        }
        s
    }
    moved_into_two off(moves) pub fn f(x: &[f64], k: f64) -> f64 {
        let (mut h, mut g) = (x.to_vec(), x.to_vec());
        let mut s = 0.0;
        for _ in 0..3 {
            let next: Vec<f64> = h.iter().zip(&g).map(|(a, b)| (a * b * k).sin()).collect();
            let other: Vec<f64> = h.iter().zip(&g).map(|(a, b)| a - 0.1 * b * b).collect();
            g = other;
            h = next;
            s += 0.1 * total(&h) * total(&g);
        }
        s
    }
}
