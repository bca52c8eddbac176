//! Choices of which the last one counts, and loops that only look like that.

use autodiff_core::differentiate;

with_and_without! {
    nearest off(last) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for p in 0..x.len() {
            let mut least = f64::INFINITY;
            for i in 0..x.len() {
                let mut d = 0.1 * i as f64 * k;
                for j in 0..3 {
                    d += (x[i] - x[p] * k) * (x[i] - 0.3 * j as f64);
                }
                if d < least {
                    least = d;
                }
            }
            total += least * x[p];
        }
        total
    }
    highest_of_a_path off(last) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut path = vec![k; x.len() + 1];
        for i in 0..x.len() {
            path[i + 1] = path[i] * 0.5 + x[i] * x[i] * k;
        }
        let mut highest = path[0];
        for i in 1..path.len() {
            if path[i] > highest {
                highest = path[i];
            }
        }
        highest * highest
    }
    nothing_is_chosen off(last) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut best = k * k;
        for i in 0..x.len() {
            if x[i] > 100.0 {
                best = x[i] * k;
            }
        }
        best * k
    }
    the_old_choice_matters off(last) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut best = k;
        for i in 0..x.len() {
            if x[i] > 0.6 {
                best = best * 0.5 + x[i] * k;
            }
        }
        best * best
    }
    two_at_once off(last) pub fn f(x: &[f64], k: f64) -> f64 {
        let (mut best, mut other) = (k, 1.0);
        for i in 0..x.len() {
            if x[i] * k > best {
                best = x[i] * k;
                other = x[i] * x[i];
            }
        }
        best * other + other * k
    }
    two_that_are_chosen_apart off(last) pub fn f(x: &[f64], k: f64) -> f64 {
        let (mut low, mut high) = (k, k);
        for i in 0..x.len() {
            if x[i] < low {
                low = x[i] * k;
            }
            if x[i] > high {
                high = x[i] * x[i];
            }
        }
        low * high
    }
    the_second_best off(last) pub fn f(x: &[f64], k: f64) -> f64 {
        let (mut first, mut second) = (f64::INFINITY, k);
        for i in 0..x.len() {
            let d = (x[i] - k) * (x[i] - k);
            if d < first {
                second = first.min(10.0);
                first = d;
            }
        }
        second * k + first.min(5.0)
    }
    with_a_sum_beside off(last) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut best = k;
        let mut sum = 0.0;
        for i in 0..x.len() {
            if x[i] > best * 0.3 {
                best = x[i] * x[i] + 0.5;
                sum += x[i] * k;
            }
        }
        best * sum
    }
    otherwise_something_else off(last) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut best = k;
        for i in 0..x.len() {
            if x[i] > 0.6 {
                best = x[i] * x[i];
            } else {
                best = best * 0.5;
            }
        }
        best * best
    }
    with_an_exit off(last) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut best = k;
        for i in 0..x.len() {
            if x[i] > 0.5 {
                best = x[i] * k;
            }
            if x[i] > 1.9 {
                break;
            }
        }
        best * best
    }
    in_a_loop_that_is_kept off(last) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut state = k;
        for _ in 0..3 {
            let mut best = state * 0.5;
            for i in 0..x.len() {
                if (x[i] * state).sin() > best {
                    best = (x[i] * state).sin();
                }
            }
            state = (state * best + best * best).cos();
        }
        state
    }
}
