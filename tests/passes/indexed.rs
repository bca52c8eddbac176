//! Loops whose tapes are indexed: ranges of all kinds, of all integers, nested, empty, too long, and left by a panic.

use autodiff_core::differentiate;

with_and_without! {
    more_values_than_a_tuple_with_a_default off(indexed) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s0 = k + 0.5 * 0.1;
        let mut s1 = k + 1.5 * 0.1;
        let mut s2 = k + 2.5 * 0.1;
        let mut s3 = k + 3.5 * 0.1;
        let mut s4 = k + 4.5 * 0.1;
        let mut s5 = k + 5.5 * 0.1;
        let mut s6 = k + 6.5 * 0.1;
        let mut s7 = k + 7.5 * 0.1;
        let mut s8 = k + 8.5 * 0.1;
        let mut s9 = k + 9.5 * 0.1;
        let mut s10 = k + 10.5 * 0.1;
        let mut s11 = k + 11.5 * 0.1;
        let mut s12 = k + 12.5 * 0.1;
        let mut s13 = k + 13.5 * 0.1;
        for i in 0..x.len() {
            s0 = (s0 * s1 * 0.1).sin() + x[i] * 0.1;
            s1 = (s1 * s2 * 0.1).sin() + x[i] * 0.1;
            s2 = (s2 * s3 * 0.1).sin() + x[i] * 0.1;
            s3 = (s3 * s4 * 0.1).sin() + x[i] * 0.1;
            s4 = (s4 * s5 * 0.1).sin() + x[i] * 0.1;
            s5 = (s5 * s6 * 0.1).sin() + x[i] * 0.1;
            s6 = (s6 * s7 * 0.1).sin() + x[i] * 0.1;
            s7 = (s7 * s8 * 0.1).sin() + x[i] * 0.1;
            s8 = (s8 * s9 * 0.1).sin() + x[i] * 0.1;
            s9 = (s9 * s10 * 0.1).sin() + x[i] * 0.1;
            s10 = (s10 * s11 * 0.1).sin() + x[i] * 0.1;
            s11 = (s11 * s12 * 0.1).sin() + x[i] * 0.1;
            s12 = (s12 * s13 * 0.1).sin() + x[i] * 0.1;
            s13 = (s13 * s0 * 0.1).sin() + x[i] * 0.1;
        }
        s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11 + s12 + s13
    }
    recurrence off(indexed) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        for i in 0..x.len() {
            s = s * x[i].sin() + k * s * 0.1;
        }
        s
    }
    backwards off(indexed) pub fn f(x: &[f64], k: f64) -> f64 {
        let (mut s, mut t) = (k, 1.0);
        for i in (0..x.len()).rev() {
            s = s * x[i].sin() + t;
            t = t * s * 0.3 + x[i];
        }
        s * t
    }
    from_one_to_the_last off(indexed) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        if !x.is_empty() {
            for i in 1..=x.len() {
                s = s.sin() * x[i - 1];
            }
        }
        s
    }
    whole_numbers_below_zero off(indexed) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        let n = x.len() as i32;
        for i in -n..n {
            s = s * (s + f64::from(i) * 0.1).cos() + x[i.rem_euclid(n.max(1)) as usize] * 0.2;
        }
        s
    }
    bytes off(indexed) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        for i in 250..=255_u8 {
            for v in x {
                s = (s * v * 0.3).sin() + f64::from(i) * 0.001 * k;
            }
        }
        s
    }
    letters off(indexed) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        for c in 'a'..='f' {
            for v in x {
                s = (s * v * 0.3).sin() + f64::from(u32::from(c)) * 0.001 * k;
            }
        }
        s
    }
    more_than_the_short_tape_holds off(indexed) pub fn f(x: &[f64], k: f64) -> f64 {
        let (mut s, mut t) = (k, 0.5);
        for i in 0..100 {
            s = (s * 1.01 + t * k).sin();
            t = t * 0.99 + 0.001 * s * f64::from(i);
        }
        s + t + x.iter().sum::<f64>()
    }
    nested off(indexed) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        for i in 0..x.len() {
            for j in i..x.len() {
                s = (s * x[j] * 0.5).sin() + x[i];
            }
            s = s * s * 0.1;
            for j in 0..i {
                s = s.cos() * x[j] + s;
            }
        }
        s
    }
    empty_and_upside_down off(indexed) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        for i in 3..2 {
            s = s * x[i];
        }
        let (a, b) = (x.len() + 2, 2);
        for i in a..b {
            s = s.sin() * i as f64;
        }
        s * k
    }
    bounds_that_change_later off(indexed) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        let mut n = x.len();
        for i in 0..n {
            s = s * x[i].cos() + 0.1 * s * s;
        }
        n = 2;
        for _ in 0..n {
            s = s.sin();
        }
        s
    }
    counter_of_the_same_name off(indexed) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        for i in 0..x.len() {
            let i = i + 1;
            s = s * x[i - 1].cos() * i as f64 * 0.3;
        }
        s
    }
    values_of_single_precision off(indexed) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s: f32 = 0.5;
        let mut t = k;
        for i in 0..x.len() {
            s *= 0.5 + i as f32;
            t = t * x[i].sin() * f64::from(s);
        }
        t
    }
    in_a_branch off(indexed) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        for i in 0..x.len() {
            if x[i] > 0.6 {
                for j in 0..x.len() {
                    s = (s * x[j]).sin();
                }
            } else {
                s = s * s * 0.5;
            }
        }
        s
    }
    kept_before_the_end off(indexed) pub fn f(x: &[f64], k: f64) -> f64 {
        let (mut s, mut t) = (k, 1.0 + k);
        for i in 0..x.len() {
            let a = s.sin();
            let mut b = a * x[i];
            if x[i] > 0.72 {
                b *= b * t.sin();
                s = b.cos();
            }
            t += 0.1 * b * s * a;
            let c;
            if i % 2 == 0 {
                c = t.sin();
            } else {
                c = s * t.cos();
            }
            s = c * b + a;
        }
        s * t
    }
    maximum_and_exponentials off(indexed) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut top = f64::NEG_INFINITY;
        for v in x {
            top = top.max(*v * k);
        }
        let mut sum = 0.1;
        for v in x {
            sum += (v * k - top).exp();
        }
        if x.is_empty() { k } else { sum.ln() + top }
    }
}

#[differentiate]
fn endless(x: &[f64], n: usize) -> f64 {
    let mut s = 1.0;
    for i in 0..n {
        s = s * x[i].sin();
    }
    s
}

#[differentiate]
fn endless_in_a_loop(x: &[f64], n: usize) -> f64 {
    let mut s = 1.0;
    for k in 0..2 {
        for i in 0..n * k {
            s = s * x[i].sin();
        }
    }
    s
}

/// Wherever the primal panics the gradient does: without asking the system for the memory of all iterations.
#[test]
fn loops_that_end_by_a_panic() {
    for n in [4, 1 << 17, 1 << 40, usize::MAX] {
        assert!(std::panic::catch_unwind(|| endless_grad(&[1.0, 2.0, 3.0], n)).is_err());
        assert!(std::panic::catch_unwind(|| endless_in_a_loop_grad(&[1.0, 2.0, 3.0], n)).is_err());
    }
    assert!(endless_grad(&[1.0, 2.0, 3.0], 3).1[0] != 0.0);
}

with_and_without! {
    dear_values_of_a_list off(indexed) pub fn f(x: &[f64], k: f64) -> f64 {
        let weights: Vec<f64> = x.iter().map(|v| (v * k).exp()).collect();
        let mut bent = Vec::new();
        for (i, w) in weights.iter().enumerate() {
            bent.push((w * x[i]).tanh() + w.ln() * k);
        }
        let table: Vec<Vec<f64>> = x.iter().map(|v| x.iter().map(|w| (v * w * k).sin()).collect()).collect();
        let mut s = k;
        for i in 0..x.len() {
            s += weights[i] * bent[i] * table[i][x.len() - 1 - i] * table[0][i];
        }
        s * s
    }
}
