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
    from_the_back_of_a_filter v {
        let last = v.iter().filter(|x| **x < 1.1).map(|x| x * x).next_back().unwrap_or(0.5);
        let even = v.iter().enumerate().filter(|(i, _)| i % 2 == 0).map(|(_, x)| x * v[1]).next_back().unwrap();
        last * v[0] + even + v.iter().map(|x| x * v[3]).next_back().unwrap()
    }
    from_the_back_of_a_map v {
        let mut levels: std::collections::BTreeMap<usize, f64> = std::collections::BTreeMap::new();
        for (i, x) in v.iter().enumerate() {
            *levels.entry(i / 2).or_insert(0.0) += x * x;
        }
        let below = levels.iter().next_back().map(|(k, x)| *k as f64 * x).unwrap();
        levels.values().next_back().copied().unwrap_or_default() * v[0] + below
    }
}

/// Of items that can be ordered, `next_back` gave the least one (wrong values).
mod of_what_has_an_order {
    use autodiff_core::{Differentiable, differentiate};
    use std::cmp::Ordering;
    #[derive(Differentiable, Clone, Copy, PartialEq)]
    struct Depth(f64);
    impl Eq for Depth {}
    impl PartialOrd for Depth {
        fn partial_cmp(&self, other: &Depth) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }
    impl Ord for Depth {
        fn cmp(&self, other: &Depth) -> Ordering {
            self.0.total_cmp(&other.0)
        }
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let depths = vec![Depth(v[0] + 3.0), Depth(v[1] * 0.1), Depth(v[2] + 1.0)];
        let last = depths.iter().filter(|d| d.0 > -5.0).next_back().unwrap();
        last.0 * v[0]
    }
    crate::all_modes!(3, 0.2, 1.1);
}
