//! Ways out of loops and blocks.

use crate::checked;
use autodiff_core::differentiate;
#[differentiate]
pub fn scan_until(xs: &[f64], limit: f64) -> f64 {
    let mut total = 0.0;
    'outer: for (i, &a) in xs.iter().enumerate() {
        for &b in xs.iter().skip(i + 1) {
            if a * b > limit {
                break 'outer;
            }
            if a + b < 0.0 {
                continue 'outer;
            }
            total += a * b;
        }
        total += a;
    }
    total
}
#[differentiate]
pub fn head_weighted(xs: &[f64]) -> f64 {
    let [first, .., last] = xs else { return 0.0 };
    let Some(mid) = xs.get(xs.len() / 2) else { return *first };
    first * last + mid.sin()
}
#[differentiate]
pub fn blocky(a: f64, b: f64) -> f64 {
    let v = 'blk: {
        if a > b {
            break 'blk a * a;
        }
        if b > 100.0 {
            break 'blk 0.0;
        }
        a * b
    };
    let r = loop {
        let t = v + 1.0;
        if t > 0.0 {
            break t.ln();
        }
        break t;
    };
    r + v
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    scan_until(x, 1.1) + head_weighted(x) + blocky(x[0], x[1])
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 5, 0.05, 1.0, |v| (v), d => d);
}
