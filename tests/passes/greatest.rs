//! Loops that look for the greatest or the least of elements as they are: beginnings that are greater, parts of lists, rows, lists that change before and
//! after, lists of an iteration, ties, none and one iteration, in loops of all kinds.

use autodiff_core::differentiate;

#[differentiate]
fn log_sum_exp(z: &[f64]) -> f64 {
    let top = z.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
    top + z.iter().map(|v| (v - top).exp()).sum::<f64>().ln()
}

with_and_without! {
    a_soft_greatest off(greatest) pub fn f(x: &[f64], k: f64) -> f64 {
        let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let s: f64 = x.iter().map(|v| ((v - top) * k).exp()).sum();
        if x.is_empty() { k } else { top * k + s.ln() }
    }
    from_a_number off(greatest) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut m = k * 2.0;
        for v in x {
            m = m.max(*v);
        }
        m * m * k
    }
    the_least_the_other_way_round off(greatest) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut m = k;
        for i in 0..x.len() {
            m = x[i].min(m);
        }
        m.sin() * k
    }
    part_of_a_list off(greatest) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = k;
        for i in 0..x.len() {
            let mut m = -10.0_f64;
            for j in i + 1..x.len() {
                m = m.max(x[j]);
            }
            let mut least = x[i];
            for v in &x[..i] {
                least = least.min(*v);
            }
            total += m * 0.1 * k + least * least;
        }
        total
    }
    over_several_rows off(greatest) pub fn f(x: &[f64], k: f64) -> f64 {
        let rows: Vec<Vec<f64>> = (0..3).map(|i| x.iter().map(|v| v * k - 0.3 * i as f64).collect()).collect();
        let mut m = -20.0;
        for row in &rows {
            for v in row {
                m = f64::max(m, *v);
            }
        }
        m * m + k
    }
    carried_through_a_loop off(greatest) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut m = 0.3;
        let mut s = 0.0;
        for n in 0..4 {
            let row: Vec<f64> = x.iter().map(|v| v * k * (n as f64 - 1.2)).collect();
            for v in &row {
                m = f64::max(m, *v);
            }
            s += m * m * (n as f64 + 1.0);
            m *= 0.5;
        }
        s + m
    }
    changed_before_and_after off(greatest) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = x.to_vec();
        for i in 0..y.len() {
            y[i] *= k;
        }
        let mut m = -9.0_f64;
        for i in 0..y.len() {
            m = m.max(y[i]);
        }
        for i in 0..y.len() {
            y[i] = (y[i] - m).exp();
        }
        let mut t = 0.0_f64;
        for v in &y {
            t = t.max(*v * 1.0);
            t += v;
        }
        y.iter().sum::<f64>() + m * k + t
    }
    a_buffer_that_is_filled_again off(greatest) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut z = vec![0.0; x.len()];
        let mut s = 0.0;
        for n in 0..3 {
            for i in 0..x.len() {
                z[i] = x[i] * (k + 0.2 * n as f64);
            }
            let mut m = -5.0;
            for i in 0..x.len() {
                m = f64::max(m, z[i]);
            }
            for i in 0..x.len() {
                s += ((z[i] - m) * 0.5).exp();
            }
        }
        s
    }
    lists_of_steps off(greatest) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut h: Vec<f64> = x.to_vec();
        for _ in 0..3 {
            let top = h.iter().copied().fold(-7.0, f64::max);
            let next: Vec<f64> = h.iter().map(|v| (v - top).exp() * k + 0.1 * v).collect();
            let low = next.iter().copied().fold(f64::INFINITY, f64::min);
            h = next;
            if !h.is_empty() {
                h[0] += low;
            }
        }
        h.iter().map(|v| v * v).sum::<f64>() + k
    }
    longer_and_shorter_lists off(greatest) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut v = vec![k];
        let mut s = 0.0;
        for a in x {
            v.push(a * k * 1.1);
            let mut m = -3.0_f64;
            for i in 0..v.len() {
                m = m.max(v[i]);
            }
            s += m * a;
            if v.len() > 3 {
                v.pop();
                v.pop();
            }
        }
        s
    }
    ties off(greatest) pub fn f(x: &[f64], k: f64) -> f64 {
        // Of numbers that move together the greatest moves with them.
        let y: Vec<f64> = (0..5).map(|i| if i % 2 == 0 { k * 2.0 } else { k - 3.0 }).collect();
        let m = y.iter().copied().fold(k * 2.0, f64::max);
        let least = y.iter().copied().fold(k - 3.0, f64::min);
        m * m + least * k + x.iter().sum::<f64>()
    }
    arrays off(greatest) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = 0.0;
        for v in x {
            let z = [v * k, v - k, 0.3];
            let mut m = z[0];
            for i in 1..3 {
                m = m.max(z[i]);
            }
            let mut n = f64::INFINITY;
            for e in z {
                n = n.min(e);
            }
            s += m * v - n * n;
        }
        s
    }
    at_other_places off(greatest) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut m = -4.0_f64;
        for i in 0..n {
            m = m.max(x[n - 1 - i]);
        }
        let mut t = k;
        for i in 0..n / 2 {
            t = t.max(x[2 * i]);
        }
        let mut u = k;
        for i in (0..n).rev() {
            u = u.min(x[i]);
        }
        m * k + t * t + u
    }
    with_an_exit off(greatest) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut m = -4.0_f64;
        for v in x {
            m = m.max(*v);
            if *v > 1.2 {
                break;
            }
        }
        let mut n = 4.0_f64;
        for v in x {
            if *v < 0.0 {
                continue;
            }
            n = n.min(*v);
        }
        m * k + n * n
    }
    nobody_asks off(greatest) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut m = -4.0_f64;
        for v in x {
            m = m.max(*v);
        }
        let large = m > 1.0;
        if large { k * k } else { k + x.iter().sum::<f64>() }
    }
    in_a_branch off(greatest) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        for i in 0..x.len() {
            if x[i] > 0.6 {
                let mut m = k;
                for v in &x[..=i] {
                    m = m.max(*v);
                }
                s += m * x[i];
            }
        }
        s
    }
    through_a_call off(greatest) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        for i in 0..x.len() {
            let z: Vec<f64> = x.iter().map(|v| v * x[i] * k).collect();
            s += log_sum_exp(&z) - z[i];
        }
        s
    }
    the_same_list_twice off(greatest) pub fn f(x: &[f64], k: f64) -> f64 {
        let (mut top, mut low) = (-50.0_f64, 50.0_f64);
        for i in 0..x.len() {
            top = top.max(x[i]);
        }
        for i in 0..x.len() {
            low = low.min(x[i]);
        }
        for i in 0..x.len() {
            top = top.max(x[i]);
        }
        if x.is_empty() { k } else { (top - low) * (top - low) * k }
    }
    of_itself off(greatest) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = x.to_vec();
        y.push(k);
        for i in 1..y.len() {
            y[i] = y[i].max(y[i - 1] * 0.9);
        }
        let mut m = -3.0_f64;
        for i in 0..y.len() {
            m = m.max(y[i]);
            y[i] *= m;
        }
        y.iter().sum::<f64>() * k
    }
}

/// NaN and infinities have the shares that the rules give them.
#[test]
fn numbers_that_are_no_numbers() {
    #[differentiate(off(greatest))]
    fn off(x: &[f64], k: f64) -> f64 {
        let mut m = k;
        for v in x {
            m = m.max(*v);
        }
        m * 3.0
    }
    #[differentiate]
    fn on(x: &[f64], k: f64) -> f64 {
        let mut m = k;
        for v in x {
            m = m.max(*v);
        }
        m * 3.0
    }
    let values = [f64::NAN, f64::NEG_INFINITY, 1.0, 2.0, f64::INFINITY];
    for a in values {
        for b in values {
            for c in values {
                for k in values {
                    let ((value, with), (other, without)) = (on_grad(&[a, b, c], k), off_grad(&[a, b, c], k));
                    assert!(value == other || value.is_nan() && other.is_nan());
                    assert_eq!(with, without, "{a} {b} {c} from {k}");
                }
            }
        }
    }
}
