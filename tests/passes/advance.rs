//! Counters that advance with a loop, and those that only look as if they did.

use autodiff_core::differentiate;

with_and_without! {
    packed_triangle off(advance) pub fn f(x: &[f64], k: f64) -> f64 {
        let d = x.len();
        let packed: Vec<f64> = (0..d * (d + 1) / 2).map(|i| 0.1 * i as f64 + k).collect();
        let mut out = vec![0.0; d];
        let mut p = 0;
        for i in 0..d {
            for j in i..d {
                out[j] += packed[p] * x[i] * k;
                p += 1;
            }
        }
        let mut s = 0.0;
        for j in 0..d {
            s += out[j] * out[j];
        }
        s
    }
    two_at_a_time off(advance) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len() / 2;
        let mut p = 0;
        let mut s = 0.0;
        for i in 0..n {
            s += x[p] * x[p + 1] * x[i] * k;
            p += 2;
        }
        s * s
    }
    by_a_stride off(advance) pub fn f(x: &[f64], k: f64) -> f64 {
        let stride = 1 + x.len() / 4;
        let n = x.len() / stride;
        let mut p = 0;
        let mut s = k;
        for i in 0..n {
            s = s * x[p] + x[i];
            p += stride;
        }
        s * s
    }
    read_after_the_step off(advance) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = 0;
        let mut s = 0.0;
        for i in 1..x.len() {
            let a = x[p];
            p += 1;
            s += a * x[p] * x[i] * k;
        }
        s
    }
    read_after_the_loop off(advance) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = 0;
        let mut s = 0.0;
        for i in 1..x.len() {
            s += x[p] * x[i];
            p += 1;
        }
        for i in 0..x.len() {
            s += x[p.min(x.len() - 1)] * x[i] * k;
            p += 1;
        }
        s * p as f64
    }
    not_in_every_iteration off(advance) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = 0;
        let mut s = 0.0;
        for i in 0..x.len() {
            s += x[p] * x[i] * k;
            if x[i] > 0.6 && p + 1 < x.len() {
                p += 1;
            }
        }
        s
    }
    left_early off(advance) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = 0;
        let mut s = 0.0;
        for i in 0..x.len() {
            if x[i] > 1.9 {
                break;
            }
            s += x[p] * x[i] * k;
            p += 1;
        }
        for i in p..x.len() {
            s += x[i] * x[i];
        }
        s
    }
    skipped off(advance) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = 0;
        let mut s = 0.0;
        for i in 0..x.len() {
            if x[i] < 0.0 {
                continue;
            }
            s += x[p] * x[i] * k;
            p += 1;
        }
        s
    }
    stepped_twice off(advance) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = 0;
        let mut s = 0.0;
        for i in 0..x.len() / 2 {
            s += x[p] * x[i] * k;
            p += 1;
            s += x[p] * x[i];
            p += 1;
        }
        s
    }
    backwards off(advance) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = 0;
        let mut s = k;
        for i in (0..x.len()).rev() {
            s = s * x[p] + x[i];
            p += 1;
        }
        s
    }
    every_other off(advance) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = 0;
        let mut s = k;
        for i in (0..x.len()).step_by(2) {
            s = s * x[p] + x[i];
            p += 1;
        }
        s
    }
    empty_ranges off(advance) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut p = 0;
        let mut s = 0.0;
        for i in 0..n {
            for j in i + 2..n {
                s += x[p % n] * x[j] * x[i] * k;
                p += 1;
            }
        }
        s
    }
    used_as_a_number off(advance) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = 0;
        let mut s = 0.0;
        for i in 0..x.len() {
            s += x[p] * x[i] * k * p as f64;
            p += 1;
        }
        s
    }
    starting_elsewhere off(advance) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut s = 0.0;
        for i in 0..n {
            let mut p = n - i - 1;
            for j in 0..i + 1 {
                s += x[p] * x[j] * k;
                p += 1;
            }
        }
        s
    }
    sequential_loop_before_a_sum off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = 0;
        let mut s = k;
        for i in 0..x.len() {
            if x[i] > 0.6 {
                s = (s * x[p]).sin() + x[i];
                p += 1;
            }
        }
        let mut t = 0.0;
        for i in 0..x.len() {
            t += x[i] * x[p.min(x.len() - 1)] * k;
            if x[i] < 1.07 {
                p += 1;
            }
        }
        s + t
    }
    counting_loop_after_a_sequential_one off(fuse) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = 0;
        let mut s = k;
        for i in 0..x.len() {
            if x[i] > 0.6 {
                s = (s * x[p]).sin() + x[i];
                p += 1;
            }
        }
        for i in 0..x.len() {
            if x[i] < 1.07 {
                p += 1;
            }
        }
        s * p as f64
    }
    letters off(undo) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        for c in 'a'..='e' {
            s = (s * k).sin() + (c as u32 - 'a' as u32) as f64;
        }
        for v in x {
            s = s * v + 0.5;
        }
        s
    }
    two_counters off(advance) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let (mut p, mut q) = (0, n);
        let mut s = k;
        for i in 0..n {
            s = (s * x[p] + x[q - 1]).sin() + x[i];
            p += 1;
            q -= 1;
        }
        s
    }
    changed_in_front off(advance) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = 0;
        let mut s = 0.0;
        for i in 0..x.len() {
            if i == 2 {
                p = 0;
            }
            s += x[p] * x[i] * k;
            p += 1;
        }
        s
    }
    shadowed off(advance) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = 0;
        let mut s = 0.0;
        for i in 0..x.len() {
            let v = x[p] * k;
            {
                let p = x.len() - 1 - i;
                s += x[p] * v;
            }
            p += 1;
        }
        s
    }
}

/// The first element that is out of bounds is the same.
#[differentiate]
fn too_far(x: &[f64], y: &[f64]) -> f64 {
    let mut p = 1;
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * y[p];
        p += 1;
    }
    s
}

#[test]
fn panics_where_the_function_does() {
    let message = |f: &dyn Fn()| {
        let error = std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).expect_err("out of bounds");
        error.downcast_ref::<String>().cloned().unwrap_or_default()
    };
    let (x, y) = ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]);
    let (own, gradient) = (message(&|| assert!(too_far(&x, &y) > 0.0)), message(&|| assert!(too_far_grad(&x, &y).0 > 0.0)));
    assert!(own.contains("index is 3"), "{own}");
    assert_eq!(own, gradient);
}
