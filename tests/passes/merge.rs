//! Branches that an iteration runs forwards and right after that backwards, and some that only look as if they could be one.

#![allow(clippy::manual_range_contains, clippy::single_match)] // how branches are written is what these tests vary

use autodiff_core::differentiate;

#[differentiate]
fn square(x: f64) -> f64 {
    x * x
}

with_and_without! {
    cut_off off(merge) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut energy = 0.0;
        for i in 0..x.len() {
            let r = x[i] * x[i] + 1.0;
            if r < 3.0 {
                let s = (k / r).powi(3);
                energy += s * s - s.exp();
            }
        }
        energy
    }
    masked off(merge) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            let u = x[i] * k;
            if u < 0.21 || u > 1.43 {
                continue;
            }
            let f = u - u.floor();
            total += (f * u - k).sin() * f;
        }
        total
    }
    both_sides off(merge) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for v in x {
            if *v > 0.6 {
                let e = (v * k).exp();
                total += e * e;
            } else {
                let s = (v - k).sin();
                total -= s * s * v;
            }
        }
        total
    }
    one_in_another off(merge) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for v in x {
            let u = v * k;
            if u > -0.5 {
                let e = u.exp();
                total += e;
                if e > 1.1 {
                    let s = (e * u).sin();
                    total += s * s;
                }
            }
        }
        total
    }
    with_a_loop off(merge) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            if x[i] > -1.0 {
                let mut p = x[i];
                for j in 0..i {
                    p = (p * k + x[j]).sin();
                }
                total += p * p;
            }
        }
        total
    }
    overwrites_what_it_reads off(merge) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            let mut r = x[i];
            if x[i] > 0.5 {
                r = (0.2 * r * k).exp();
                r *= r;
                total += r.sin();
            }
        }
        total
    }
    used_behind_it off(merge) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            let mut r = 1.0;
            if x[i] > 0.5 {
                r = (x[i] * k).exp();
            }
            total += r * r * x[i];
        }
        total
    }
    calls_again off(merge) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            if x[i] > 0.5 {
                let s = square(x[i] * k);
                total += s * s.exp();
            }
        }
        total
    }
    arrays_of_its_own off(merge) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            if x[i] > 0.5 {
                let mut a = [k, x[i], 1.0];
                for j in 1..3 {
                    a[j] *= a[j - 1].exp();
                }
                a[0] = a[2] * a[1];
                total += a[0] * a[1] + a[2];
            }
        }
        total
    }
    a_match_in_between off(merge) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            let mut c = 0.3;
            match x.get(i + 1) {
                Some(next) => {
                    let e = (next * k).exp();
                    c = e * e;
                }
                None => {}
            }
            total += c * c;
        }
        total
    }
    lengths_of_arrays off(merge) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut table = [[k, 1.0, 0.5], [2.0, k * k, 1.0]];
        let mut total = 0.0;
        for v in x {
            for row in table.iter_mut() {
                for (i, e) in row.iter_mut().enumerate() {
                    *e = (*e * v).sin() + i as f64;
                }
            }
            for row in &table {
                for e in row {
                    total += e * e * 2f64.sqrt();
                }
            }
        }
        total
    }
}
