//! Cotangents that are set to zero and added to right after: numbers, elements, those that something reads or changes in between, and in branches.

use autodiff_core::differentiate;

with_and_without! {
    handed_on off(first) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = 0.3;
        for c in x.iter().rev() {
            p = p * k + c;
        }
        p * p
    }
    two_that_change_places off(first) pub fn f(x: &[f64], k: f64) -> f64 {
        let (mut a, mut b) = (1.0, k);
        for v in x {
            let next = a * v + b * b;
            a = b;
            b = next * 0.5;
        }
        a * b
    }
    read_by_what_overwrites_it off(first) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut a = k;
        for v in x {
            a = a * a * v + a;
            a = 0.1 * a * k;
        }
        a
    }
    kept_in_a_branch off(first) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut a = k;
        for v in x {
            if *v > 0.6 {
                a = a * v;
            } else if *v < 0.0 {
                a = k;
            }
        }
        a * a
    }
    overwritten_by_a_constant off(first) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut a = k;
        for (i, v) in x.iter().enumerate() {
            if i == 2 {
                a = 1.0;
            }
            a *= v;
        }
        a + k
    }
    elements off(first) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut a = x.to_vec();
        for i in 1..a.len() {
            a[i] = a[i] * k + a[i - 1] * a[i];
            a[i - 1] = a[i] * 0.5;
        }
        a.iter().map(|v| v * v).sum()
    }
    one_element_under_two_names off(first) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut a = x.to_vec();
        for i in 0..a.len() {
            let j = (i * 2) % a.len();
            a[i] = a[i] * k + a[j];
            a[j] = a[i] * a[j];
        }
        a.iter().sum()
    }
    at_an_index_that_moves off(first) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut a = x.to_vec();
        let mut p = 0;
        while p + 1 < a.len() {
            a[p] = a[p] * k;
            p += 1;
            a[p] = a[p] * a[p - 1] * 0.5;
        }
        a.iter().sum()
    }
    parts_of_arrays off(first) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut p = [[1.0, k], [0.0, 1.0]];
        for v in x {
            let top = p[0];
            for i in 0..2 {
                p[1][i] = p[1][i] * 0.5 + top[i] * v;
            }
            p[0][1] = p[0][1] * k;
        }
        p[0][0] * p[1][1] + p[0][1] * p[1][0]
    }
}
