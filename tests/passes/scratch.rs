//! Loops whose iterations share buffers: those that may run both sweeps at once, and those that only look as if they might.

#![allow(unused_assignments)] // what is overwritten before it is read is what these tests are about

use autodiff_core::differentiate;

/// Overwrites all of `out`.
#[differentiate]
fn affine(w: &[f64], x: f64, out: &mut [f64]) {
    for i in 0..out.len() {
        out[i] = w[i % w.len()] * x + 0.5 * x * x;
    }
}

/// Overwrites as much of `out` as there is of `x`, then adds to it.
#[differentiate]
fn twice(x: &[f64], k: f64, out: &mut [f64]) {
    let n = x.len();
    for i in 0..n {
        out[i] = x[i] * k;
    }
    for i in 1..n {
        out[i] += out[i - 1] * x[i];
    }
}

/// Keeps what was in `out`.
#[differentiate]
fn add_to(x: f64, out: &mut [f64]) {
    for i in 0..out.len() {
        out[i] += x * x;
    }
}

/// Overwrites in one branch only.
#[differentiate]
fn perhaps(x: f64, out: &mut [f64]) {
    if x > 0.6 {
        for i in 0..out.len() {
            out[i] = x * x;
        }
    }
}

/// Leaves before it has overwritten anything.
#[differentiate]
fn early(x: f64, out: &mut [f64]) {
    if x < 0.6 {
        return;
    }
    out.fill(x);
}

/// Overwrites the first two.
#[differentiate]
fn first_two(x: f64, out: &mut [f64]) {
    out[0] = x.sin();
    out[1] = x * x;
}

/// Reads an element before it overwrites it.
#[differentiate]
fn decay(x: f64, out: &mut [f64]) {
    for i in 0..out.len() {
        out[i] = 0.5 * out[i] + x;
    }
}

/// Reads another element before it overwrites it.
#[differentiate]
fn shift(x: f64, out: &mut [f64]) {
    for i in 0..out.len() {
        out[i] = x;
        if i + 1 < out.len() {
            out[i] += out[i + 1];
        }
    }
}

/// Makes the vector longer.
#[differentiate]
fn grow(x: f64, out: &mut Vec<f64>) {
    out.push(x);
}

#[differentiate]
fn sum_of_squares(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v).sum()
}

#[differentiate]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..a.len() {
        s += a[i] * b[i];
    }
    s
}

with_and_without! {
    a_path_from_its_first_element off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = 4;
        let mut path = vec![0.0; n + 1];
        let mut total = 0.0;
        for v in x {
            path[0] = *v;
            for i in 0..n {
                path[i + 1] = path[i] * k + v.sin() * path[0];
            }
            for i in 0..=n {
                total += path[i] * path[i] * (i as f64);
            }
        }
        total
    }
    the_highest_of_a_path off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = 4;
        let mut path = vec![0.0; n + 1];
        let mut total = 0.0;
        for v in x {
            path[0] = *v;
            for i in 0..n {
                path[i + 1] = path[i] * k + (v * i as f64).sin();
            }
            let mut highest = path[0];
            for i in 1..=n {
                if path[i] > highest {
                    highest = path[i];
                }
            }
            total += highest * path[n];
        }
        total / 3.0
    }
    a_factor_after_the_loop off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut sum = 0.0;
        for v in x {
            sum += v * v * k + v.sin();
        }
        let factor = (-k * 0.5 * x.len() as f64).exp();
        let other = factor * factor - k;
        let sum = factor * sum / 2.0;
        sum * other
    }
    a_factor_of_the_sum_itself off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut sum = 0.0;
        for v in x {
            sum += v * k;
        }
        let factor = (sum * 0.1).exp() + k;
        factor * sum
    }
    a_factor_that_a_loop_makes off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let (mut sum, mut scale) = (0.0, k);
        for v in x {
            sum += v * v;
            scale *= 0.9;
        }
        let root = scale.abs() + 1.0;
        let k = k * 2.0;
        let mut rest = 0.0;
        for v in x {
            rest += v * k;
        }
        let last = (root * k).cos();
        sum * last + last * rest * k
    }
    a_path_with_two_elements_before_it off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = vec![0.0; 6];
        let mut total = 0.0;
        for v in x {
            y[0] = *v;
            y[1] = v * k;
            for i in 2..y.len() {
                y[i] = y[i - 1] * k - 0.5 * y[i - 2] * v;
            }
            total += y[5] * y[2];
        }
        total
    }
    a_path_with_a_gap off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = 4;
        let mut path = vec![k; n + 2];
        let mut total = 0.0;
        for v in x {
            path[0] = *v;
            for i in 0..n {
                path[i + 2] = path[i] * k + v * path[i + 1];
            }
            total += path[n] * path[1];
            path[1] += v * v;
        }
        total
    }
    a_path_that_reads_ahead off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = 4;
        let mut path = vec![k; n + 1];
        let mut total = 0.0;
        for v in x {
            path[0] = *v;
            for i in 0..n {
                path[i + 1] = 0.5 * path[i + 1] * k + path[i] * v;
            }
            total += path[n];
        }
        total
    }
    a_path_that_ends_early off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = 4;
        let mut path = vec![k; n + 2];
        let mut total = 0.0;
        for v in x {
            path[0] = *v;
            for i in 0..n {
                path[i + 1] = path[i] * k;
            }
            total += path[n] * path[n + 1];
            path[n + 1] = total * 0.1;
        }
        total
    }
    a_path_backwards off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = 4;
        let mut path = vec![k; n + 1];
        let mut total = 0.0;
        for v in x {
            path[0] = *v;
            for i in (0..n).rev() {
                path[i + 1] = path[i] * k + v;
            }
            total += path[n] * path[1];
        }
        total
    }
    a_path_to_an_inclusive_end off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = 4;
        let mut path = vec![k; n];
        let mut total = 0.0;
        for v in x {
            path[0] = v * v;
            for i in 1..=n - 1 {
                path[i] = path[i - 1] * k + path[0];
            }
            total += path[n - 1] * path[1];
        }
        total
    }
    a_path_of_changing_length off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut path = vec![k; 5];
        let mut total = 0.0;
        for j in 0..x.len() {
            path[0] = x[j];
            for i in 0..j.min(4) {
                path[i + 1] = path[i] * k;
            }
            for i in 0..5 {
                total += path[i] * x[j];
            }
        }
        total
    }
    overwritten_in_place off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = 3;
        let mut h = vec![0.0; n];
        let mut total = 0.0;
        for v in x {
            for i in 0..n {
                h[i] = v * k + i as f64;
                h[i] = h[i].sin();
                for _ in 0..2 {
                    h[i] *= v;
                }
            }
            for i in 1..n {
                total += h[i] * h[i - 1];
            }
        }
        total * 0.5
    }
    overwritten_by_callees off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = vec![0.0; 4];
        let mut g = vec![0.0; 4];
        let mut total = 1.0;
        for &v in x {
            affine(x, v * k, &mut h);
            twice(&h, v, &mut g);
            for u in g.iter_mut() {
                *u = u.tanh();
            }
            total += 0.25 * dot(&g, &h) + dot(&g, &g);
        }
        total / 3.0
    }
    callee_reaches_too_little off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = vec![k; 3];
        let mut g = vec![k * 2.0; 5];
        let mut total = 0.0;
        for &v in x {
            affine(x, v, &mut h);
            twice(&h, v * k, &mut g);
            total += sum_of_squares(&g);
            g[4] += v;
        }
        total
    }
    callee_adds off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = vec![k; 3];
        let mut total = 0.0;
        for &v in x {
            add_to(v * k, &mut h);
            total += sum_of_squares(&h);
        }
        total
    }
    callee_adds_afterwards off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = vec![k; 3];
        let mut total = 0.0;
        for &v in x {
            h.fill(v);
            add_to(v * k, &mut h);
            total += sum_of_squares(&h);
        }
        total
    }
    callee_overwrites_sometimes off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = vec![k; 3];
        let mut total = 0.0;
        for &v in x {
            perhaps(v, &mut h);
            total += sum_of_squares(&h) * v;
        }
        total
    }
    callee_leaves_early off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = vec![k; 3];
        let mut total = 0.0;
        for &v in x {
            early(v, &mut h);
            total += sum_of_squares(&h) * v;
        }
        total
    }
    callee_overwrites_the_first off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut two = [k; 2];
        let mut three = [k; 3];
        let mut total = 0.0;
        for &v in x {
            first_two(v, &mut two);
            first_two(v * k, &mut three);
            total += sum_of_squares(&two) + dot(&three, &three);
            three[2] *= v;
        }
        total
    }
    callee_reads_its_own off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = vec![k; 3];
        let mut total = 0.0;
        for &v in x {
            decay(v, &mut h);
            total += sum_of_squares(&h);
        }
        total
    }
    callee_reads_the_next off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = vec![k; 3];
        let mut total = 0.0;
        for &v in x {
            shift(v, &mut h);
            total += sum_of_squares(&h) * v;
        }
        total
    }
    callee_makes_it_longer off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = vec![k; 2];
        let mut total = 0.0;
        for &v in x {
            for i in 0..2 {
                h[i] = v;
            }
            grow(v * k, &mut h);
            total += sum_of_squares(&h);
        }
        total
    }
    carried_over off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = vec![k; 3];
        let mut total = 0.0;
        for &v in x {
            for i in 0..3 {
                h[i] = h[(i + 1) % 3] * 0.5 + v;
            }
            total += sum_of_squares(&h);
        }
        total
    }
    all_but_the_last off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = vec![k; 3];
        let mut total = 0.0;
        for &v in x {
            for i in 0..2 {
                h[i] = v * k;
            }
            total += sum_of_squares(&h);
            h[2] += v;
        }
        total
    }
    all_but_some off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = vec![k; 3];
        let mut total = 0.0;
        for &v in x {
            for i in 0..3 {
                if v * i as f64 > 1.07 {
                    continue;
                }
                h[i] = v * k;
            }
            total += sum_of_squares(&h) * v;
        }
        total
    }
    longer_than_the_loop off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let m = 2 + x.len() / 3;
        let mut h = vec![k; 3];
        let mut total = 0.0;
        for &v in x {
            for i in 0..m {
                h[i] = v * k;
            }
            total += sum_of_squares(&h);
            h[2] *= v;
        }
        total
    }
    read_after_the_loop off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = vec![k; 3];
        let mut total = 0.0;
        for &v in x {
            for i in 0..3 {
                h[i] = v * k;
            }
            total += sum_of_squares(&h);
        }
        total + h[1] * 0.5
    }
    used_by_two_loops off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = [0.0; 3];
        let mut total = 0.0;
        for &v in x {
            for i in 0..3 {
                h[i] = v * k;
            }
            total += sum_of_squares(&h);
        }
        for &v in x {
            h = [v, v * v, k];
            total += dot(&h, &h);
        }
        total
    }
    used_before_the_loop off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = vec![k * 2.0; 3];
        affine(&[k, 0.5], k, &mut h);
        let mut total = sum_of_squares(&h) * k;
        for &v in x {
            affine(x, v, &mut h);
            total += sum_of_squares(&h);
        }
        total
    }
    read_in_front_of_the_loop off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = vec![k * 2.0; 3];
        let mut total = sum_of_squares(&h) * k;
        for i in 0..3 {
            h[i] = k * i as f64 + x.len() as f64;
            total += h[i] * k;
        }
        total
    }
    read_in_front_of_loops off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = vec![k * 2.0; 3];
        let mut total = sum_of_squares(&h) * k;
        for &v in x {
            for i in 0..3 {
                h[i] = k * v;
            }
            total += sum_of_squares(&h) * k;
            h.fill(v);
            total += dot(&h, &[1.0, 2.0, 3.0]);
        }
        total
    }
    ends_early off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = vec![0.0; 3];
        let mut total = 0.0;
        for &v in x {
            affine(x, v, &mut h);
            total += sum_of_squares(&h) * k;
            if v > 1.8 {
                break;
            }
        }
        total
    }
    skips_some off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = vec![0.0; 3];
        let mut total = 0.0;
        for &v in x {
            if v < 0.0 {
                continue;
            }
            affine(x, v, &mut h);
            total += sum_of_squares(&h) * k;
        }
        total
    }
    loop_in_a_loop off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = vec![0.0; 3];
        let mut g = vec![0.0; 2];
        let mut total = 0.0;
        for i in 0..x.len() {
            affine(x, x[i], &mut h);
            for j in 0..x.len() {
                affine(&h, x[j] * k, &mut g);
                total += dot(&g, &g) * h[j % 3];
            }
        }
        total * 0.1
    }
    carried_by_the_outer_loop off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = vec![k; 3];
        let mut total = 0.0;
        for i in 0..x.len() {
            total += h[i % 3];
            for j in 0..x.len() {
                affine(x, x[j] * k, &mut h);
                total += dot(&h, &h) * 0.1;
            }
        }
        total * 0.1
    }
    numbers off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut largest = k;
        let mut s = k;
        let mut total = 0.0;
        for &v in x {
            largest = f64::NEG_INFINITY;
            s = 0.0;
            for i in 1..4 {
                let y = (v * k * i as f64).sin();
                s += y * y;
                if y > largest {
                    largest = y;
                }
            }
            total += largest * s;
        }
        total
    }
    number_kept_sometimes off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut last = k;
        let mut total = 0.0;
        for &v in x {
            if v > 0.6 {
                last = v * v;
            }
            total += last * v;
        }
        total
    }
    changes_places off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut a = vec![k; 3];
        let mut b = vec![k * k; 3];
        let mut total = 0.0;
        for &v in x {
            affine(x, v, &mut a);
            total += dot(&a, &b);
            std::mem::swap(&mut a, &mut b);
        }
        total
    }
    cleared_and_filled off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = Vec::new();
        let mut total = 0.0;
        for (i, &v) in x.iter().enumerate() {
            h.clear();
            for j in 0..=i {
                h.push(v * k + j as f64);
            }
            total += sum_of_squares(&h);
        }
        total
    }
    replaced off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = vec![k; 2];
        let mut total = 0.0;
        for i in 0..x.len() {
            h = vec![x[i]; i + 1];
            affine(x, k * x[i], &mut h);
            total += sum_of_squares(&h);
        }
        total
    }
    summed_up_later_in_a_curve off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = vec![0.0; 3];
        let mut total = 0.0;
        for &v in x {
            affine(x, v * k, &mut h);
            total += sum_of_squares(&h);
        }
        (1.0 + total).ln()
    }
    rows_of_other_lengths off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut rows = vec![vec![k; 1]; 2];
        let mut total = 0.0;
        for i in 0..x.len() {
            for j in 0..2 {
                rows[j] = vec![x[i] * k; i + 1];
            }
            for j in 0..2 {
                total += sum_of_squares(&rows[j]) * x[i];
            }
        }
        total
    }
    matrix_rows off(scratch) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut rows = [[0.0; 2]; 3];
        let mut total = 0.0;
        for &v in x {
            for i in 0..3 {
                rows[i] = [v * k, v + i as f64];
                rows[i][1] *= v;
            }
            for i in 0..3 {
                total += rows[i][0] * rows[2 - i][1];
            }
        }
        total
    }
}
