//! Loops that look for the greatest or the least number: ties, numbers that are no numbers, other things done beside it, none and one iteration.

use autodiff_core::differentiate;

#[differentiate]
fn bump(x: f64, c: f64, k: f64) -> f64 {
    (-(x - c) * (x - c)).exp() * k
}

with_and_without! {
    fold off(chosen) pub fn f(x: &[f64], k: f64) -> f64 {
        let top = x.iter().map(|v| v * v.sin()).fold(f64::NEG_INFINITY, f64::max);
        if x.is_empty() { k } else { top * k }
    }
    fold_the_other_way_round off(chosen) pub fn f(x: &[f64], k: f64) -> f64 {
        x.iter().fold(k, |a, v| (v * k).min(a)) * 3.0
    }
    log_sum_exp off(chosen) pub fn f(x: &[f64], k: f64) -> f64 {
        let top = x.iter().cloned().fold(k, f64::max);
        let sum: f64 = x.iter().map(|v| (v * k - top).exp()).sum();
        top + (sum + 1.0).ln()
    }
    nearest off(chosen) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            let mut d = 1e3;
            for c in [0.3, -1.2, 0.9, 2.1] {
                d = f64::min(d, ((x[i] - c * k) * (x[i] - c * k) + 0.3).sqrt());
            }
            total += d.sin() * x[i];
        }
        total
    }
    calls off(chosen) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut most: f64 = -3.0;
        for i in 0..x.len() {
            most = bump(x[i], 0.5, k).max(most);
        }
        most * most * k
    }
    distances_of_several_numbers off(chosen) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut least: f64 = 50.0;
        for i in 0..x.len() {
            let mut d = 0.0;
            for j in 0..3 {
                let e = x[i] - k * j as f64 - 0.1;
                d += e * e;
            }
            least = least.min(d);
        }
        least.sqrt()
    }
    products_inside off(chosen) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut most: f64 = -50.0;
        for i in 0..x.len() {
            let mut p = k;
            for j in 0..=i {
                p = p * x[j].sin() + 0.2;
            }
            most = most.max(p);
        }
        most * k
    }
    another_sum_beside_it off(chosen) pub fn f(x: &[f64], k: f64) -> f64 {
        let (mut most, mut sum): (f64, f64) = (-50.0, 0.0);
        for v in x {
            sum = sum * 0.5 + v * k;
            most = v.sin().max(most);
        }
        most * sum
    }
    two_of_them off(chosen) pub fn f(x: &[f64], k: f64) -> f64 {
        let (mut most, mut least): (f64, f64) = (-50.0, 50.0);
        for v in x {
            most = (v * k).max(most);
            least = (v.sin() + k).min(least);
        }
        most * k + least * least
    }
    read_once_more off(chosen) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut most: f64 = -5.0;
        let mut total = 0.0;
        for i in 0..x.len() {
            let before = most;
            most = before.max(x[i] * k);
            total += before * 0.1;
        }
        most + total
    }
    grows_with_what_was_chosen off(chosen) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut most: f64 = -5.0;
        for i in 0..x.len() {
            let before = most;
            most = before.max(x[i] * k + 0.01 * before);
        }
        most
    }
    scaled_afterwards off(chosen) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut most: f64 = -5.0;
        for i in 0..x.len() {
            most = most.max(x[i] * k);
            most *= 0.9;
        }
        most
    }
    chosen_in_a_branch off(chosen) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut most: f64 = -5.0;
        for i in 0..x.len() {
            if i % 2 == 0 {
                most = most.max(x[i] * k);
            }
        }
        most
    }
    elements_that_change off(chosen) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut y = x.to_vec();
        let mut most: f64 = -5.0;
        for i in 0..x.len() {
            y[i] = y[i] * k + 0.3;
            most = most.max(y[i] * y[i]);
            y[i] = k;
        }
        most
    }
    left_early off(chosen) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut most: f64 = -5.0;
        for i in 0..x.len() {
            if x[i] > 1.9 {
                break;
            }
            most = most.max(x[i] * x[i] * k);
        }
        most
    }
    over_lists_of_lists off(chosen) pub fn f(x: &[f64], k: f64) -> f64 {
        let rows: Vec<Vec<f64>> = x.iter().map(|v| vec![v * k, v.sin(), 0.2]).collect();
        let mut total = 0.0;
        for row in &rows {
            let top = row.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
            let e: Vec<f64> = row.iter().map(|v| (v - top).exp()).collect();
            let s: f64 = e.iter().sum();
            total += e[0] / s;
        }
        total
    }
}

macro_rules! ties {
    ($($name:ident $f:item)*) => { $(
        #[test]
        fn $name() {
            mod on {
                use autodiff_core::differentiate;
                #[differentiate]
                $f
            }
            mod off {
                use autodiff_core::differentiate;
                #[differentiate(off(chosen))]
                $f
            }
            let nan = f64::NAN;
            let lists: [&[f64]; 8] = [
                &[1.0, 1.0], &[1.0, 1.0, 1.0, 1.0], &[1.0, 2.0, 2.0, 1.0, 2.0], &[2.0, 1.0, 1.0], &[nan, 1.0, 0.5], &[1.0, nan, 1.0],
                &[nan, nan], &[f64::NEG_INFINITY, f64::NEG_INFINITY, f64::INFINITY],
            ];
            for x in lists {
                let (on, (x_on, k_on)) = on::f_vjp(x, 1.0, -2.0);
                let (off, (x_off, k_off)) = off::f_vjp(x, 1.0, -2.0);
                assert_eq!(on.to_bits(), off.to_bits());
                let bits = |list: &[f64]| list.iter().map(|v| if v.is_nan() { None } else { Some(*v + 0.0) }).collect::<Vec<_>>();
                assert_eq!(bits(&x_on), bits(&x_off), "{x:?}");
                assert_eq!(bits(&[k_on]), bits(&[k_off]), "{x:?}");
            }
        }
    )* };
}

ties! {
    each_of_equal_numbers_has_its_share pub fn f(x: &[f64], k: f64) -> f64 {
        x.iter().map(|v| v + (k - 1.0)).fold(k, f64::max)
    }
    each_of_equal_numbers_has_its_share_of_the_least pub fn f(x: &[f64], k: f64) -> f64 {
        let mut least: f64 = 2.0 * k;
        for v in x {
            least = (v + (k - 1.0)).min(least);
        }
        least
    }
}
