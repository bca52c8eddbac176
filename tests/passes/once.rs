//! The same computed and read several times: squares of differences, neighbours, in branches, of what changes in between, of names that are shadowed.

use autodiff_core::{Differentiable, differentiate};

#[derive(Differentiable, Clone, Copy)]
struct Pair {
    a: f64,
    b: f64,
}
#[derive(Differentiable, Clone)]
struct Lists {
    a: Vec<f64>,
    b: Vec<f64>,
}
#[differentiate]
fn pairs(x: &[f64], k: f64) -> Vec<Pair> {
    x.iter().map(|v| Pair { a: v * k, b: v + k }).collect()
}

with_and_without! {
    squares_of_differences off(once) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut s = 0.0;
        for i in 0..n {
            for j in 0..i {
                s += (x[i] - x[j]) * (x[i] - x[j]) * k;
            }
        }
        s
    }
    three_corners off(once) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        for i in 2..x.len() {
            let (a, b, c) = (i - 2, i - 1, i);
            let (ux, uy) = (x[b] - x[a], x[c] - x[a]);
            s += ux * uy * (x[b] - x[a]) + x[a] * x[a] * k;
        }
        s
    }
    the_same_element_by_two_indices off(once) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            let j = x.len() - 1 - i;
            s += x[i] * x[j] * x[i] * x[j] + k * x[i] * x[i];
        }
        s
    }
    written_in_between off(once) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = x.to_vec();
        let mut s = 0.0;
        for i in 0..y.len() {
            s += (y[i] - k) * (y[i] - k);
            y[i] *= k;
            s += (y[i] - k) * (y[i] - k);
            if i > 0 {
                y[i - 1] += y[i] * y[i];
                s += y[i - 1] * y[i - 1] * x[i - 1] * x[i - 1];
            }
        }
        s
    }
    a_number_that_changes off(once) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut m = k;
        let mut s = 0.0;
        for v in x {
            s += (v - m) * (v - m);
            m = m * 0.5 + v * 0.25;
            s += (v - m) * (v - m);
        }
        s * m
    }
    in_a_branch_and_behind_it off(once) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        for i in 0..x.len() {
            if x[i] * x[i] > 0.5 {
                s += x[i] * x[i] * k;
            } else {
                s -= (x[i] * k).sin();
            }
            s += x[i] * x[i] * (x[i] * k).sin();
        }
        s
    }
    functions_of_the_same off(once) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for v in x {
            s += (v * k).exp() / (1.0 + (v * k).exp()) + (v * k).powi(3) * (v * k).powi(2) + (v * k).powi(3);
        }
        s
    }
    a_name_that_is_shadowed off(once) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for v in x {
            let a = v * k;
            let v = v.sin();
            let b = v * k;
            let v = &v.cos();
            s += a * b * (v * k) + a * a;
        }
        s
    }
    rows_of_a_table off(once) pub fn f(x: &[f64], k: f64) -> f64 {
        let table: Vec<Vec<f64>> = (0..3).map(|i| x.iter().map(|v| v * k + i as f64 * 0.1).collect()).collect();
        let mut s = 0.0;
        for i in 0..3 {
            for j in 0..x.len() {
                s += (table[i][j] - table[0][j]) * (table[i][j] - table[0][j]) + table[i][j] * x[j] * x[j];
            }
        }
        s
    }
    carried_along off(once) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h = k;
        for i in 0..x.len() {
            h = (h * x[i] + x[i]).tanh() + x[i] * x[i] * 0.1;
        }
        h
    }
    fields off(once) pub fn f(x: &[f64], k: f64) -> f64 {
        let p = pairs(x, k);
        let mut s = 0.0;
        for i in 0..p.len() {
            s += (p[i].a - p[i].b) * (p[i].a - p[i].b) + p[i].a * p[i].a * k;
        }
        let one = Pair { a: s, b: k };
        s + one.a * one.b * 0.1 + one.a * 0.2 - one.b * one.b
    }
    fields_that_change off(once) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut l = Lists { a: x.to_vec(), b: vec![k; x.len()] };
        let mut s = 0.0;
        for i in 0..x.len() {
            s += l.a[i] * l.b[i] * l.a[i];
            l.b[i] += l.a[i] * 0.5;
            s += l.a[i] * l.b[i] * l.a[i];
            l.a[i] = l.b[i] * k;
            s += l.a[i] * l.b[i];
        }
        s
    }
    an_array_of_an_iteration off(once) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            let w = [x[i] * k, x[i] - k, 1.0];
            s += w[0] * w[1] * w[0] + w[1] * w[1] + w[2];
        }
        s
    }
    until_it_is_small off(once) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            let mut t = x[i] * x[i] + k * k;
            let mut n = 0;
            while t > 0.3 && n < 6 {
                s += t * x[i] * x[i];
                t *= 0.4 + 0.01 * x[i] * x[i];
                n += 1;
            }
            if s > 1e6 {
                break;
            }
        }
        s
    }
    slices off(once) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for i in 1..x.len() {
            let (left, right) = (&x[..i], &x[i..]);
            s += left[0] * left[i - 1] * left[0] * k + right[0] * right[0] - (right[0] - left[i - 1]) * (right[0] - left[i - 1]);
        }
        s
    }
    zero_times_infinity off(once) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        for v in x {
            let n = (v - 0.7) * (v - 0.7);
            s += if n > 0.0 { n.sqrt() * k + (v - 0.7) * (v - 0.7) } else { 0.0 };
        }
        s
    }
}
