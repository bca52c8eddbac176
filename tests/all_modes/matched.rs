//! Counters, flags and stacks of integers that change in what a `match` looks at, and in parts of tuples of which it takes some apart.

use autodiff_core::differentiate;

use super::counters::tick;

#[derive(Clone)]
struct Counter {
    n: usize,
}

impl Counter {
    fn tick(&mut self) -> usize {
        self.n += 1;
        self.n
    }
}

crate::cases! { 4, -0.9, 1.2;
    matched_alone v {
        let mut k = 2usize;
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            k += 1;
            a[k % 3] += x * x;
            match std::mem::replace(&mut k, 1) {
                n => a[n % 4] *= s,
            }
            s += a[k].sin();
        }
        s + a[0]
    }
    calls_in_parts v {
        let mut k = 0usize;
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            match (x * s, tick(&mut k)) {
                (m, n) => {
                    a[n % 4] = m;
                    s += a[k % 3];
                }
            }
        }
        s + a[0] * a[2]
    }
    pops_in_parts v {
        let mut st = vec![0usize, 3, 1];
        let mut a = v.to_vec();
        let mut s = 0.5;
        while !st.is_empty() {
            match (s * v[1], st.pop()) {
                (m, Some(n)) => {
                    a[n] *= m;
                    if n == 1 {
                        st.push(2);
                    }
                    s += a[n];
                }
                (m, None) => s += m,
            }
        }
        s + a[2] * a[3]
    }
    methods_in_parts v {
        let mut c = Counter { n: 0 };
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            match (x * s, c.tick()) {
                (m, n) => {
                    a[n % 4] = m;
                    s += a[c.n % 3];
                }
            }
        }
        s + a[0] * a[2]
    }
    methods_matched v {
        let mut c = Counter { n: 0 };
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            let m = x * s;
            match c.tick() {
                n if n > 1 => {
                    a[n % 4] = m;
                    s += a[c.n % 3];
                }
                _ => s *= a[c.n],
            }
        }
        s + a[0] * a[2]
    }
    pops_in_matches v {
        let mut st = vec![2usize, 3, 1];
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            if matches!(st.pop(), Some(3)) {
                s *= x;
            }
            a[st.len()] *= s + x;
            s += a[st.last().copied().unwrap_or(0)];
        }
        s + a[0] * a[1]
    }
    closures_in_parts v {
        let mut k = 0usize;
        let mut a = v.to_vec();
        let mut s = 0.5;
        let mut next = || {
            k = (k + 1) % 4;
            k
        };
        for x in v {
            match (x * s, next()) {
                (m, n) => {
                    a[n] = m * a[n];
                    s += a[n];
                }
            }
            s += a[next()] * x;
        }
        s + a[0] * a[2]
    }
    blocks_in_parts v {
        let mut n = [0usize; 2];
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            match (
                x * s,
                {
                    n[0] += 1;
                    n[0]
                },
                std::mem::replace(&mut n[1], 3),
            ) {
                (m, i, j) => {
                    a[i % 4] = m;
                    a[j % 4] *= s;
                    s += a[n[1] % 4];
                }
            }
        }
        s + a[0] * a[2]
    }
    if_let v {
        let mut k = 0usize;
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            k += 1;
            a[k % 4] *= x;
            if let (m, 1 | 2) = (x * s, std::mem::replace(&mut k, 2)) {
                a[k] = m;
            }
            s += a[k];
        }
        s + a[0] * a[2]
    }
    nested_parts v {
        let mut k = 0usize;
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            k += 1;
            a[k % 4] *= x;
            match (x * s, (std::mem::take(&mut k), s)) {
                (m, (n, u)) if n > 0 => {
                    a[n % 4] = m * u;
                }
                t => s += t.0,
            }
            s += a[k];
            k = 1;
        }
        s + a[0] * a[2]
    }
    parts_that_add v {
        let mut k = 0usize;
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            k += 1;
            a[k % 4] *= x;
            match (x * s, (std::mem::replace(&mut k, 1)) + 1) {
                (m, n) => {
                    a[n % 4] = m;
                }
            }
            s += a[k];
        }
        s + a[0] * a[2]
    }
    options_in_parts v {
        let mut k = 0usize;
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            k += 1;
            a[k % 4] *= x;
            match (x * s, Some(std::mem::replace(&mut k, 1))) {
                (m, Some(n)) => {
                    a[n % 4] = m;
                }
                (m, None) => s += m,
            }
            s += a[k];
        }
        s + a[0] * a[2]
    }
    arrays_in_parts v {
        let mut k = 0usize;
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            k += 1;
            a[k % 4] *= x;
            match (x * s, [std::mem::replace(&mut k, 1), k]) {
                (m, [n, l]) => {
                    a[n % 4] = m;
                    s += a[l];
                }
            }
            s += a[k];
        }
        s + a[0] * a[2]
    }
    branches_in_parts v {
        let mut k = 0usize;
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            k += 1;
            a[k % 4] *= x;
            match (x * s, if s > 1.0 { std::mem::replace(&mut k, 1) } else { k }) {
                (m, n) => {
                    a[n % 4] = m;
                }
            }
            s += a[k % 4];
        }
        s + a[0] * a[2]
    }
    casts_in_parts v {
        let mut k = 0usize;
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            k += 1;
            a[k % 4] *= x;
            match (x * s, std::mem::replace(&mut k, 1) as f64) {
                (m, n) => {
                    s += m * n;
                }
            }
            s += a[k % 4];
        }
        s + a[0] * a[2]
    }
    flags_in_parts v {
        let mut k = 0usize;
        let mut a = v.to_vec();
        let mut s = 0.5;
        let mut on = false;
        for x in v {
            k += 1;
            a[k % 4] *= x;
            match (x * s, std::mem::replace(&mut on, true)) {
                (m, true) => {
                    a[k % 4] = m;
                }
                (m, false) => s += m,
            }
            k += usize::from(on);
            s += a[k % 4];
        }
        s + a[0] * a[2]
    }
    pairs_in_parts v {
        let mut k = (0usize, 1usize);
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            k.0 += 1;
            a[k.0 % 4] *= x;
            match (x * s, std::mem::replace(&mut k, (1, 2))) {
                (m, (n, l)) => {
                    a[(n + l) % 4] = m;
                }
            }
            s += a[k.0] * a[k.1];
        }
        s + a[0] * a[2]
    }
    lists_in_parts v {
        let mut st = vec![0usize];
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            st.push(st.len());
            a[st[st.len() - 1] % 4] *= x;
            match (x * s, std::mem::take(&mut st)) {
                (m, l) => {
                    a[l.len() % 4] = m;
                    if l.len() == 2 {
                        st = l;
                    }
                }
            }
            s += a[st.len() % 4];
        }
        s + a[0] * a[2]
    }
    elements_asked_for v {
        let mut k = 0usize;
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            k += 1;
            a[k % 4] *= x;
            match (x * s, a.get(std::mem::replace(&mut k, 1))) {
                (m, Some(y)) => s += m * y,
                (m, None) => s *= m,
            }
            s += a[k];
        }
        s + a[0] * a[2]
    }
    read_before_parts v {
        let mut k = 0usize;
        let a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            s += a[k % 4] * s * x;
            match (x * s, tick(&mut k)) {
                (m, 3) => s += m,
                (m, n) => s *= m + n as f64,
            }
        }
        s
    }
    fields_before_parts v {
        let mut c = Counter { n: 0 };
        let a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            s += a[c.n % 4] * s * x;
            match (x * s, c.tick()) {
                (m, 3) => s += m,
                (m, n) => s *= m + n as f64,
            }
        }
        s
    }
    plain_parts_written_by_values_that_change_something v {
        let mut q = std::collections::VecDeque::from(vec![0.5, 0.25]);
        let mut w = v.to_vec();
        let mut s = 0.5;
        for i in 0..4 {
            if let Some(n) = q.get_mut(i % 3) {
                s *= w[0] * *n;
                *n = {
                    w.reverse();
                    w.len() as f64 * 0.25
                };
                s += (w[1] * *n).sin();
            }
            q.swap(0, 1);
        }
        while let Some(m) = q.pop_front() {
            s = s * m + w[2];
        }
        s
    }
    plain_parts_changed_by_values_that_change_something v {
        let mut q = [0.5, 0.25, 1.0];
        let mut w = v.to_vec();
        let mut s = 0.5;
        for i in 0..4 {
            match q.last_mut() {
                Some(n) if *n < 3.0 => {
                    s *= w[0] * *n;
                    *n += {
                        w.swap(0, i % 4);
                        w[1] *= s;
                        i as f64
                    };
                    s += (w[1] * *n).sin();
                }
                _ => s *= w[3],
            }
            q.swap(i % 3, 2);
        }
        s * q[0] + q[1]
    }
    plain_fields_written_by_values_that_change_something v {
        let mut q = Some((1usize, [0.5, 1.5]));
        let mut w = v.to_vec();
        let mut s = 0.5;
        for x in v {
            if let Some((n, pair)) = q.as_mut() {
                s *= w[*n % 4] + pair[0];
                *n += {
                    s += x * w[1];
                    w.swap(0, 1);
                    2
                };
                pair[{
                    *n += 1;
                    *n % 2
                }] = {
                    w[*n % 4] *= s;
                    0.75
                };
                s += w[*n % 4] * pair[1] * s;
            }
        }
        s
    }
}
