//! Searches for the greatest or least: from values that vary, along tables, ties, lists that are overwritten afterwards, other searches.

use autodiff_core::differentiate;

use super::scaled;

with_and_without! {
    sum_of_exponentials off(extremes) pub fn f(x: &[f64], k: f64) -> f64 {
        let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = x.iter().map(|v| (v - top).exp()).sum();
        if x.is_empty() { k } else { top + sum.ln() * k + top * top }
    }
    in_every_step off(extremes) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut alpha = x.to_vec();
        let mut scores = vec![0.0; n];
        for _ in 0..3 {
            let mut next = vec![0.0; n];
            for j in 0..n {
                for i in 0..n {
                    scores[i] = alpha[i] * k * 0.4 + x[j] * (0.5 + i as f64 * 0.17);
                }
                let top = scores.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
                next[j] = top * 0.3 + scores.iter().map(|s| (s - top).exp()).sum::<f64>().ln();
            }
            alpha = next;
        }
        let mut s = 0.0;
        for a in &alpha {
            s += a;
        }
        s
    }
    from_a_value_that_varies off(extremes) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut high = k * 1.5;
        let mut low = k - 0.35;
        for i in 0..x.len() {
            high = x[i].max(high);
        }
        for v in x {
            low = low.min(*v);
        }
        high * low * low + high
    }
    along_a_table off(extremes) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut table: Vec<Vec<f64>> = Vec::new();
        for i in 0..4 {
            table.push(x.iter().map(|v| (v * (i as f64 + 1.3)).sin() * k).collect());
        }
        let mut top: f64 = -5.0;
        let mut each = 0.0;
        for row in &table {
            for v in row {
                top = top.max(*v);
            }
            let mut least: f64 = 7.0;
            for j in (0..row.len()).rev() {
                least = row[j].min(least);
            }
            each += least * least;
        }
        top * each + k
    }
    every_other_one off(extremes) pub fn f(x: &[f64], k: f64) -> f64 {
        let pairs: Vec<[f64; 2]> = x.iter().map(|v| [v * k, v + k]).collect();
        let mut s = 0.0;
        for c in 0..2 {
            let mut top: f64 = f64::NEG_INFINITY;
            for i in (0..pairs.len()).step_by(2) {
                top = top.max(pairs[i][c]);
            }
            if top > -100.0 {
                s += top * top;
            }
        }
        for i in (0..x.len()).rev().step_by(2) {
            s = s.max(x[i]);
        }
        s
    }
    overwritten_afterwards off(extremes) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut u = x.to_vec();
        let mut s = k;
        for round in 0..3 {
            let mut top: f64 = 0.05;
            for i in 0..u.len() {
                top = top.max(u[i]);
            }
            for i in 0..u.len() {
                u[i] = u[i] * k - top * (i + round) as f64 * 0.21;
            }
            s += top * top;
        }
        for v in &u {
            s += v * v;
        }
        s
    }
    more_than_a_search off(extremes) pub fn f(x: &[f64], k: f64) -> f64 {
        let (mut top, mut sum, mut last) = (0.1_f64, 0.0, k);
        for v in x {
            top = top.max(v * k);
        }
        for v in x {
            top = top.max(*v);
            sum += top;
        }
        for i in 0..x.len() {
            last = last.max(x[i]) * 0.9;
        }
        for i in 0..x.len() {
            let was = last;
            last = was.max(x[i]);
            sum += was * 0.5;
        }
        for i in 0..x.len() {
            last = last.max(x[0]);
            last = last.max(x[i]);
        }
        top * sum + last * scaled(k, top)
    }
    left_early off(extremes) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut top: f64 = -3.0;
        for i in 0..x.len() {
            if i == 2 {
                break;
            }
            top = x[i].max(top);
        }
        let mut low: f64 = 3.0;
        for i in 0..x.len() {
            if i % 2 == 1 {
                continue;
            }
            low = x[i].min(low);
        }
        top * low * k
    }
    paths_reversed_at_once off(extremes) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut sum = 0.0;
        for p in 0..6 {
            let mut path = vec![k; 5];
            for i in 1..5 {
                path[i] = path[i - 1] * (1.0 + 0.3 * ((p * i) as f64).sin()) + x.iter().sum::<f64>() * 0.1;
            }
            let top = path.iter().fold(f64::NEG_INFINITY, |a, b| a.max(*b));
            let low = path.iter().fold(f64::INFINITY, |a, &b| b.min(a));
            sum += (top - path[4]) * (low + 1.0);
        }
        sum / 6.0
    }
}

mod ties {
    use super::*;

    macro_rules! both {
        ($($name:ident)*) => { $(
            pub mod $name {
                use super::*;
                #[differentiate(off($name))]
                pub fn f(x: &[f64], start: f64, rounds: usize) -> [f64; 2] {
                    let (mut high, mut low) = (start, 0.0_f64);
                    for _ in 0..rounds {
                        for v in x {
                            high = high.max(*v);
                        }
                        low = x.iter().copied().fold(start, f64::min) + low * 0.5;
                        high += low * 0.25;
                    }
                    [high, low]
                }
            }
        )* };
    }
    both!(extremes columns);

    #[test]
    fn are_shared_as_by_the_rules() {
        let nan = f64::NAN;
        let lists: [&[f64]; 7] =
            [&[], &[2.0], &[1.0, 1.0, 1.0], &[0.5, 2.0, 2.0, 0.5, 0.5], &[2.0, 3.0, 3.0, 2.0], &[nan, 1.0, nan], &[nan, nan]];
        for x in lists {
            for start in [2.0, 0.5, f64::NEG_INFINITY, nan] {
                for rounds in 0..3 {
                    let (on, off) = (columns::f_vjp(x, start, rounds, [1.75, -0.5]), extremes::f_vjp(x, start, rounds, [1.75, -0.5]));
                    let bits = |(value, (x_bar, start_bar)): ([f64; 2], (Vec<f64>, f64))| {
                        let all = value.into_iter().chain(x_bar).chain([start_bar]);
                        all.map(|v| if v.is_nan() { u64::MAX } else { (v + 0.0).to_bits() }).collect::<Vec<_>>()
                    };
                    assert_eq!(bits(on), bits(off), "{x:?} {start} {rounds}");
                }
            }
        }
    }
}
