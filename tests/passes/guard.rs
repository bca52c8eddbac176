//! Parts of the reverse sweep that matter only if a branch was taken, and parts that only look as if they did.

use autodiff_core::differentiate;

#[differentiate]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..a.len() {
        s += a[i] * b[i];
    }
    s
}

with_and_without! {
    numbers_behind_a_branch off(guard) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut cost = k;
        for i in 1..x.len() {
            for j in 0..i {
                let (dx, dy) = (x[i] - x[j], x[i] * x[j] - k);
                let d = (dx * dx + dy * dy + 0.01).sqrt();
                if d < 1.3 {
                    cost += (1.3 - d) * (1.3 - d);
                }
            }
        }
        cost
    }
    numbers_of_both_sides off(guard) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut cost = k;
        for i in 0..x.len() {
            let a = (x[i] * x[i] + 1.0).ln();
            let b = (x[i] + 3.0) / (2.0 + k);
            let c = b.sqrt();
            if x[i] > 0.6 {
                cost += a * k + c;
            } else {
                cost -= b * b * a;
            }
            cost += c * k;
        }
        cost
    }
    one_side_each off(guard) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut cost = k;
        let mut last = 0.5;
        for i in 0..x.len() {
            let a = (x[i] * x[i] + 1.0) / (1.5 + k);
            let b = (x[i] * k + 3.0).ln();
            let c = 1.0 / (a + last);
            if x[i] > 0.6 {
                cost += a * k;
            } else if i % 2 == 0 {
                cost -= b * b;
                last = b * 0.1 + c;
            }
        }
        cost + last
    }
    infinite_slopes_behind_a_branch off(guard) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut cost = k;
        for i in 0..x.len() {
            let n = ((x[i] - 0.7) * (x[i] - 0.7)).sqrt();
            let m = n * k;
            if n > 0.0 {
                cost += m * n;
            }
        }
        cost
    }

    nearest off(guard) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut least = f64::INFINITY;
        for i in 0..x.len() {
            let mut distance = 0.0;
            for j in 0..x.len() {
                distance += (x[j] * k - x[i]) * (x[j] * k - x[i]) * (i + 1) as f64;
            }
            if distance < least {
                least = distance;
            }
        }
        if least.is_finite() { least } else { k }
    }
    rectified off(guard) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            let mut z = k;
            for j in 0..x.len() {
                z += x[i] * x[j] * (1.0 - j as f64);
            }
            let a = if z > 0.05 { z * z } else { 0.0 };
            total += a * x[i];
        }
        total
    }
    rectified_by_calls off(guard) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            let z = dot(x, x) * k + x[i] * dot(x, x);
            if z > 0.05 {
                total += z * x[i];
            }
        }
        total
    }
    used_on_both_sides off(guard) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            let mut z = k;
            for j in 0..x.len() {
                z += x[i] * x[j];
            }
            total += if z > 1.05 { z * z } else { 2.0 * z - k };
        }
        total
    }
    used_behind_the_branch off(guard) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            let mut z = k;
            for j in 0..x.len() {
                z += x[i] * x[j];
            }
            if z > 1.05 {
                total += z * z;
            }
            total += z.sin();
        }
        total
    }
    used_on_the_other_side off(guard) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            let mut z = k;
            for j in 0..x.len() {
                z += x[i] * x[j];
            }
            if z > 1.05 {
                total += x[i];
            } else {
                total += z * z;
            }
        }
        total
    }
    two_branches off(guard) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            let (mut z, mut y) = (k, 1.0);
            for j in 0..x.len() {
                z += x[i] * x[j];
                y += x[j] * k;
            }
            if z > 1.05 {
                total += z * y;
            }
            if y > 1.02 {
                total += y * y * x[i];
            }
        }
        total
    }
    branch_in_a_branch off(guard) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            let mut z = k;
            for j in 0..x.len() {
                z += x[i] * x[j];
            }
            if x[i] > 0.6 {
                let mut y = z;
                for j in 0..x.len() {
                    y += z * x[j];
                }
                if y > 1.3 {
                    total += y;
                }
            }
        }
        total
    }
    one_loop_after_another off(guard) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            let mut z = k;
            for j in 0..x.len() {
                z += x[i] * x[j];
            }
            let w = z * k;
            let mut y = 0.0;
            for j in 0..x.len() {
                y += w * x[j] + z;
            }
            if y > 0.85 {
                total += y * y;
            }
        }
        total
    }
}

/// The side that was not taken cannot poison the gradient: here it would, by `0 * inf`.
#[differentiate]
fn roots(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i].sqrt();
    }
    if s > 0.5 { s } else { 0.0 }
}

#[test]
fn no_poison() {
    assert_eq!(roots_grad(&[0.0, 0.0]), (0.0, vec![0.0, 0.0]));
    assert_eq!(roots_grad(&[1.0, 4.0]), (3.0, vec![0.5, 0.25]));
}
