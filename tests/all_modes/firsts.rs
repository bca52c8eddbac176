//! The first of what an iterator gives that is made right there: nobody else's iterator moves on.

use autodiff_core::differentiate;
use std::collections::VecDeque;

crate::cases! { 4, 0.3, 1.2;
    asked_in_every_turn v {
        let none = 0.1;
        if (0..v.len()).map(|i| v.iter().copied().next().unwrap_or(none) + i as f64).all(|m| m > 0.2) {
            v[0] * v[1]
        } else {
            v[2] * v[3]
        }
    }
    of_a_list_that_changes v {
        let mut w = v.to_vec();
        let mut s: f64 = 0.0;
        for i in 0..3 {
            let first = w.iter().copied().next().unwrap_or(0.5);
            s += first * first;
            w[0] = w[1] * (i as f64 + first.sin());
        }
        s
    }
    of_a_list_that_becomes_shorter v {
        let mut w = v.to_vec();
        let mut s: f64 = 0.0;
        while let Some(x) = w.iter().copied().next() {
            s += x * x * w.len() as f64;
            w.pop();
        }
        s
    }
    of_a_queue v {
        let mut q: VecDeque<f64> = v.iter().copied().collect();
        let mut s: f64 = 0.0;
        for _ in 0..2 {
            if let Some(a) = q.iter().next() {
                s += *a * s.cos() + a;
            }
            let x = q.pop_front().unwrap();
            q.push_back(x * 0.5);
        }
        s
    }
    behind_closures_that_count v {
        let mut k = 0usize;
        let first = v.iter().map(|x| { k += 1; x * k as f64 }).next().unwrap_or(1.0);
        let again = v.iter().map(|x| { k += 1; x * k as f64 }).skip(1).next().unwrap_or(1.0);
        first * again * k as f64
    }
    of_windows_and_ranges v {
        let mut w = v.to_vec();
        let k = w.iter().enumerate().filter(|(_, x)| **x > 0.745).map(|(i, _)| i).next().unwrap_or(0);
        w[k] *= w[0];
        let j = w.windows(2).map(|p| p[0] * p[1]).next().unwrap();
        let r = (0..w.len()).map(|i| w[i] * i as f64).skip(1).next().unwrap();
        w[1] = r * j;
        w.iter().sum::<f64>()
    }
    of_elements_lent_to_be_written v {
        let mut w = v.to_vec();
        let mut s: f64 = 0.0;
        for k in 0..3 {
            if w.iter_mut().map(|x| { *x += 1.0; *x }).next().unwrap() > 1.5 {
                s += w[0] * w[k];
            }
        }
        s
    }
    in_heads_of_loops v {
        let mut k = 3;
        let mut s = 1.0;
        while { k -= (1..5).next().unwrap(); k } > 0 {
            s *= v[k] + (k..9).next().unwrap() as f64;
        }
        s * v.iter().rev().copied().next().unwrap()
    }
}
