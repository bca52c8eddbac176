//! Arrays that are overwritten in place.

#![allow(clippy::assign_op_pattern)]

use autodiff_core::differentiate;

#[differentiate]
fn halves(v: &mut [f64], k: f64) {
    for i in 0..v.len() {
        v[i] = v[i] * 0.5 + v[i] * v[i] * k * 0.25;
    }
}

#[differentiate]
fn grows(v: &mut Vec<f64>, k: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..v.len() {
        s += v[i] * v[i];
    }
    v.push(s * k * 0.1);
    s
}

#[differentiate]
fn squares(v: &[f64], k: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..v.len() {
        s += v[i] * v[i] * k;
    }
    s
}

#[differentiate]
fn relaxed(x: &[f64], k: f64) -> Vec<f64> {
    let mut u = x.to_vec();
    for _ in 0..3 {
        for i in 1..u.len() {
            u[i] = u[i] * u[i - 1] * k + u[i].sin();
        }
    }
    u
}

#[differentiate]
fn relaxed_array(a: f64, k: f64) -> [f64; 3] {
    let mut u = [a, k, a * k];
    for _ in 0..4 {
        u[1] = u[0] * u[1];
        u[2] = u[1] * u[2] + u[0] * u[0];
        u[0] = u[2].sin() * u[0];
    }
    u
}

with_and_without! {
    two_buffers pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut u = x.to_vec();
        let mut next = x.to_vec();
        for _ in 0..4 {
            for i in 1..n.max(1) - 1 + usize::from(n == 0) {
                next[i] = u[i] + 0.1 * (k * (u[i - 1] - 2.0 * u[i] + u[i + 1]) - u[i] * u[i] * u[i]);
            }
            std::mem::swap(&mut u, &mut next);
        }
        let mut s = 0.0;
        for i in 0..n {
            s += u[i] * u[i] + next[i] * u[i];
        }
        s
    }
    swapped_sometimes pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        let mut v = vec![k; x.len()];
        for t in 0..5 {
            for i in 0..u.len() {
                v[i] = u[i] * v[i] * 0.5 + u[i];
            }
            if t % 2 == 1 {
                std::mem::swap(&mut u, &mut v);
            }
        }
        let mut s = 0.0;
        for i in 0..u.len() {
            s += u[i] * v[i];
        }
        s
    }
    swapped_with_a_constant pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = vec![1.0; x.len()];
        let mut w = vec![0.5; x.len()];
        for i in 0..x.len() {
            w[i] = w[i] * 1.5;
            u[i] = u[i] * x[i] * k * w[i];
            std::mem::swap(&mut u, &mut w);
        }
        let mut s = 0.0;
        for i in 0..x.len() {
            s += u[i] * w[i];
        }
        s
    }
    in_place_neighbours pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        for _ in 0..3 {
            for i in 1..u.len() {
                u[i] = 0.5 * u[i] * u[i - 1] + k * u[i];
            }
        }
        let mut s = 0.0;
        for v in &u {
            s += v * v;
        }
        s
    }
    in_place_backwards pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        for _ in 0..2 {
            for i in (1..u.len()).rev() {
                u[i] = u[i].sin() * u[i - 1];
                u[i - 1] = u[i] * u[i] * k;
            }
        }
        let mut s = 0.0;
        for v in &u {
            s += v * v;
        }
        s
    }
    read_before_between_and_after pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        let mut s = 0.0;
        for i in 0..u.len() {
            let a = u[i] * u[i];
            u[i] = a * k;
            let b = u[i] * u[i];
            u[0] = b + 0.3 * a;
            s += u[0] * u[i] * a * b;
        }
        s
    }
    written_twice_in_a_row pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        let mut s = 0.0;
        for i in 0..u.len() {
            let a = u[i] * u[i];
            let j = (i + 1) % u.len();
            u[i] = a * k;
            u[j] = a * a * 0.5;
            s += a;
        }
        for i in 0..u.len() {
            s += u[i] * u[i];
        }
        s
    }
    index_from_a_value pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        let mut s = 0.0;
        for i in 0..u.len() {
            let a = u[i] * u[i];
            let at = (a * 10.0) as usize % u.len();
            u[at] = a * k + s * 0.1;
            s += a * a;
        }
        for i in 0..u.len() {
            s += u[i] * u[i];
        }
        s
    }
    triangular pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut l = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..=i {
                let mut s = if i == j { 4.0 + x[i] * x[i] } else { x[i] * x[j] * k };
                for m in 0..j {
                    s -= l[i * n + m] * l[j * n + m];
                }
                if i == j {
                    l[i * n + i] = s.sqrt();
                } else {
                    l[i * n + j] = s / l[j * n + j];
                }
            }
        }
        let mut out = 0.0;
        for i in 0..n {
            out += l[i * n + i].ln();
        }
        out
    }
    eliminated_in_place pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut a = vec![vec![0.0; n]; n];
        for i in 0..n {
            for j in 0..n {
                a[i][j] = (x[i] - 0.3 * x[j]).sin() + if i == j { 5.0 + k } else { 0.0 };
            }
        }
        for c in 0..n {
            for r in c + 1..n {
                a[r][c] /= a[c][c];
                for j in c + 1..n {
                    a[r][j] -= a[r][c] * a[c][j];
                }
            }
        }
        let mut out = 0.0;
        for i in 0..n {
            out += a[i][i].ln();
        }
        out
    }
    rows_of_three pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = [[k, 1.0, 0.5]; 4];
        for t in 0..x.len() {
            for j in 0..3 {
                p[t % 4][j] = p[(t + 1) % 4][j] * x[t] + p[t % 4][2 - j] * 0.5;
            }
        }
        let mut s = 0.0;
        for i in 0..4 {
            for j in 0..3 {
                s += p[i][j] * p[i][j];
            }
        }
        s
    }
    writes_in_branches pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        let mut s = 0.0;
        for i in 0..u.len() {
            if u[i] > 0.6 {
                u[i] = u[i] * u[i] * k;
                if k > 0.0 {
                    u[0] = u[i] * u[0] + s;
                }
            } else if i > 0 {
                s += u[i] * u[i - 1];
                u[i - 1] = s * u[i];
            }
            s += u[i] * u[0];
        }
        s
    }
    stops_early pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        let mut s = 0.0;
        for i in 0..u.len() {
            u[i] = u[i] * u[i] * k;
            if u[i] > 1.0 {
                break;
            }
            s += u[i] * u[0];
            u[0] = s * u[0] * 0.5;
        }
        for i in 0..u.len() {
            s += u[i] * u[i];
        }
        s
    }
    while_loop pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        let mut i = 0;
        let mut s = 0.0;
        while i + 1 < u.len() && s < 3.0 {
            u[i + 1] = u[i + 1] * u[i] + k;
            s += u[i] * u[i + 1];
            i += 1;
        }
        s
    }
    shifted_runs pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut u = vec![k; 2 * n + 1];
        let mut s = 0.0;
        for t in 0..3 {
            for i in 0..n {
                u[i + t % 2] = x[i] * k + t as f64 * x[i] * x[i];
            }
            for i in n..2 * n {
                u[i + 1] = x[i - n] * k;
            }
            for i in 1..2 * n + 1 {
                s += u[i] * u[i - 1];
            }
        }
        s
    }
    run_that_never_runs pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = vec![k; x.len()];
        let mut s = 0.0;
        for t in 0..3_usize {
            for i in t..x.len().min(t) {
                u[i - 5] = x[i] * k;
            }
            for i in 0..x.len() {
                s += u[i] * u[i] * x[i];
            }
            for i in 0..x.len() {
                u[i] = x[i] + t as f64 * k;
            }
        }
        s
    }
    run_read_behind pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = vec![k; x.len() + 1];
        for _ in 0..2 {
            for i in 0..x.len() {
                u[i] = x[i] * u[i + 1] * u[i + 1];
            }
            for i in 0..x.len() {
                u[i + 1] = x[i] * u[i] * u[i];
            }
        }
        let mut s = 0.0;
        for v in &u {
            s += v * v;
        }
        s
    }
    given_to_calls pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        let mut s = squares(&u, k);
        for t in 0..3 {
            halves(&mut u, k);
            s += squares(&u, s * 0.1);
            let m = u.len() / 2;
            halves(&mut u[m..], k + t as f64);
            s += squares(&u[..m], k);
        }
        s + squares(&u, k)
    }
    given_to_a_call_that_grows pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        let mut s = 0.0;
        for _ in 0..3 {
            for i in 0..u.len() {
                u[i] = u[i] * u[i] * 0.5;
            }
            s += grows(&mut u, k);
        }
        s
    }
    filled_and_copied pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut u = vec![0.0; n];
        let mut v = vec![1.0; n];
        let mut s = 0.0;
        for t in 0..3 {
            u.fill(k * t as f64);
            for i in 0..n {
                u[i] += v[i] * x[i] * v[i];
            }
            v.copy_from_slice(&u);
            for i in 0..n {
                s += v[i] * u[i] * v[i];
            }
            v[n / 2..].fill(s * 0.01);
        }
        s
    }
    elements_swapped pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        let mut s = 0.0;
        for i in 1..u.len() {
            u[i] = u[i] * u[i - 1] * k;
            u.swap(i, 0);
            s += u[0] * u[i];
        }
        s
    }
    moved_afterwards pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        for _ in 0..2 {
            for i in 0..u.len() {
                u[i] = u[i] * u[i] * k;
            }
        }
        let mut w = u;
        for i in 0..w.len() {
            w[i] = w[i] * w[0];
        }
        let mut s = 0.0;
        for v in &w {
            s += v * v;
        }
        s
    }
    replaced_as_a_whole pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        for t in 0..3 {
            for i in 0..u.len() {
                u[i] = u[i] * u[i] * k;
            }
            if t == 1 {
                u = vec![k; x.len() + 1];
            }
        }
        let mut s = 0.0;
        for v in &u {
            s += v * v;
        }
        s
    }
    results_that_are_restored pub fn f(x: &[f64], k: f64) -> f64 {
        let u = relaxed(x, k);
        let a = relaxed_array(k, 0.5 * k);
        let mut s = a[0] * a[1] + a[2];
        for v in &u {
            s += v * v;
        }
        s
    }
    straight_line pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = [k, k * k, 1.0];
        let first = u[0] * u[1];
        u[0] = first * u[2];
        let second = u[0] * u[1] * u[0];
        u[1] = second;
        u[2] = u[0] * u[1] * first;
        for i in 0..x.len() {
            u[i % 3] = u[(i + 1) % 3] * x[i] * u[i % 3];
        }
        u[0] * u[1] + u[2] * second
    }
    counters pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = 0;
        let mut back = 7_i64;
        let mut s = 0.0;
        let w = [0.3, k, 0.9, -0.4];
        for i in 0..x.len() {
            for j in i..x.len() {
                s += x[i] * w[p % 4] * w[back.unsigned_abs() as usize % 4];
                p += 1;
                back -= 2;
                s += (w[p % 4] * x[j]).sin();
            }
            if i == 2 {
                p = 1;
            }
            p += x.len();
        }
        s * w[p % 4]
    }
    counter_stepped_between pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        let mut p = 0;
        let mut s = 0.0;
        while p < u.len() {
            let here = p;
            p += 1;
            u[here] = u[here] * u[here] * k;
            if here % 2 == 0 {
                p += 1;
                s += u[here] * k;
            }
            s += u[p % u.len()] * u[here];
        }
        s
    }
    counter_behind_a_reference pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = 0;
        let mut s = 0.0;
        for i in 0..x.len() {
            s += x[p] * x[i];
            let r = &mut p;
            *r += i;
            *r %= x.len();
            let mut step = || p = (p + 1) % x.len();
            step();
            s += x[p] * x[p] * k;
        }
        s
    }
    counter_inside pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s: f64 = 0.0;
        for i in 0..x.len() {
            let mut p = 0;
            for j in (0..x.len()).rev() {
                if x[j] > 0.0 {
                    s += x[p] * x[j] * k * s.cos();
                    p += 1;
                }
                s += x[p.min(i)] * x[j];
            }
        }
        s
    }
    arrays_inside pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        let mut last = [k, 1.0];
        for i in 0..x.len() {
            let mut row = vec![s; x.len()];
            let mut pair = [k, x[i]];
            for j in 1..x.len() {
                row[j] = (row[j - 1] * x[j] * row[j]).sin() + pair[0];
                pair[j % 2] = (pair[0] * pair[1] + row[j] * last[0]).cos();
                if j % 3 == 2 {
                    let mut tail = row.clone();
                    for m in 1..tail.len() {
                        tail[m] = tail[m] * tail[m - 1];
                    }
                    s += tail[j] * pair[0];
                }
            }
            halves(&mut row, k);
            s += 0.1 * squares(&row, pair[1]);
            last[i % 2] = pair[0] * pair[1];
        }
        s.sin() + last[0]
    }
    counted_in_steps pub fn f(x: &[f64], k: f64) -> f64 {
        let mut a = k;
        for t in (1..60_i64).step_by(7) {
            a = (a + t as f64 * k).sin() * a;
        }
        for t in (0..=x.len()).step_by(2) {
            a = a * k + (t as f64 * a).sin();
        }
        for t in (x.len()..0).step_by(3) {
            a = a * a * t as f64;
        }
        a
    }
    shadowed pub fn f(x: &[f64], k: f64) -> f64 {
        let mut old_0 = x.to_vec();
        let mut log_0 = vec![k; x.len()];
        for i in 0..x.len() {
            let i1 = i;
            for i in 0..x.len() {
                log_0[i] = old_0[i1] * x[i];
            }
            for i in 0..x.len() {
                old_0[i] = log_0[i] * old_0[i] + log_0[i1] * k;
            }
        }
        let mut s = 0.0;
        for v in &old_0 {
            s += v * v;
        }
        s
    }
}

/// The whole array is read between its writes.
#[differentiate]
fn returned_in_a_variant(x: f64, n: usize) -> Option<Vec<f64>> {
    let mut u = vec![x; n];
    for i in 1..n {
        u[i] = u[i - 1] * u[i] * x;
        if u[i] > 1e3 {
            return None;
        }
    }
    Some(u)
}

#[differentiate]
fn copied_between(x: f64, n: usize) -> f64 {
    let mut u = [x, 0.5, x * x];
    let mut s = 0.0;
    for i in 0..n {
        let before = u;
        u[i % 3] = u[(i + 1) % 3] * u[i % 3];
        let after = u;
        u[0] = before[1] * after[2];
        s += before[0] * after[1] * u[0];
    }
    s
}

#[test]
fn whole_arrays() {
    let (value, bar) = returned_in_a_variant_vjp(0.9, 4, Some(vec![0.5, 1.0, -2.0, 0.25]));
    assert_eq!(value, returned_in_a_variant(0.9, 4));
    let sum = |x: f64| {
        let u = returned_in_a_variant(x, 4).unwrap_or_default();
        0.5 * u[0] + u[1] - 2.0 * u[2] + 0.25 * u[3]
    };
    let slope = (sum(0.9 + 1e-5) - sum(0.9 - 1e-5)) / 2e-5;
    assert!((bar - slope).abs() < 1e-7, "{bar} and {slope}");
    for n in 0..6 {
        let (value, bar) = copied_between_vjp(1.1, n, -0.7);
        assert_eq!(value.to_bits(), copied_between(1.1, n).to_bits());
        let slope = -0.7 * (copied_between(1.1 + 1e-5, n) - copied_between(1.1 - 1e-5, n)) / 2e-5;
        assert!((bar - slope).abs() < 1e-7 * (1.0 + slope.abs()), "{bar} and {slope}");
    }
}

#[test]
fn result_is_what_the_function_gives() {
    let x = [0.4, 1.2, -0.3];
    let (value, _) = relaxed_vjp(&x, 0.7, vec![1.0, -0.5, 0.25]);
    assert_eq!(value, relaxed(&x, 0.7));
    let (value, _) = relaxed_array_vjp(0.4, 0.7, [1.0, -0.5, 0.25]);
    assert_eq!(value, relaxed_array(0.4, 0.7));
}

#[test]
fn out_of_bounds_panics_as_before() {
    #[differentiate]
    fn overruns(x: &[f64], n: usize) -> f64 {
        let mut u = vec![1.0; x.len()];
        let mut s = 0.0;
        for _ in 0..2 {
            for i in 0..n {
                u[i + 1] = x[i] * x[i];
            }
            for i in 0..x.len() {
                s += u[i] * u[i] * x[i];
            }
        }
        s
    }
    let message = |f: &(dyn Fn() + std::panic::RefUnwindSafe)| {
        let panic = std::panic::catch_unwind(f).expect_err("a panic");
        panic.downcast_ref::<String>().cloned().unwrap_or_default()
    };
    let x = [0.5, 0.25, 2.0];
    let primal = message(&|| {
        overruns(&x, 3);
    });
    assert_eq!(
        message(&|| {
            overruns_grad(&x, 3);
        }),
        primal
    );
    assert!(primal.contains("index is 3"), "{primal}");
    assert_eq!(overruns_grad(&x, 2).0, overruns(&x, 2));
}
