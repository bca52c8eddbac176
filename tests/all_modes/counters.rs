//! Counters, flags and stacks of integers that change inside of what is evaluated: the reverse sweep goes by what they were.

use autodiff_core::differentiate;
use std::collections::VecDeque;

#[path = "stepped.rs"]
mod stepped;

pub(super) fn tick(k: &mut usize) -> usize {
    *k += 1;
    *k
}

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
    flags v {
        let mut on = true;
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            if std::mem::replace(&mut on, false) {
                s += x * a[0];
            } else {
                s *= x;
                on = true;
            }
            a[1] = s.sin();
        }
        s + a[1]
    }
    heads_of_while v {
        let mut k = 3usize;
        let mut a = v.to_vec();
        let mut s = 0.5;
        while std::mem::take(&mut k) > 0 {
            s += a[k] * s;
            a[k + 1] *= s;
            if s < 2.0 {
                k = 2;
            }
            s += 1.0;
        }
        s * a[1] + a[3]
    }
    indices v {
        let mut k = 3usize;
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            s += a[std::mem::replace(&mut k, 1)] * x;
            a[k] *= s;
            a[{
                k += 1;
                k
            }] += s;
        }
        s + a[1] * a[2]
    }
    queues v {
        let mut q: VecDeque<usize> = VecDeque::from([0, 2]);
        let mut a = v.to_vec();
        let mut s = 0.5;
        while let Some(i) = q.pop_front() {
            s += a[i] * s;
            a[i] = s.sin();
            if i % 2 == 0 && i < 3 {
                q.push_back(i + 1);
            }
        }
        s + a[1] * a[3]
    }
    exchanged v {
        let (mut i, mut j) = (0usize, 3usize);
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            std::mem::swap(&mut i, &mut j);
            a[i] = a[j] * x + s;
            s += a[i];
            j = (j + 1) % 4;
            (i, j) = (j, i);
        }
        s + a[0] * a[1]
    }
    pops_with_a_default v {
        let mut st = vec![2usize, 3, 1];
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            let k = st.pop().map_or(0, |k| k);
            a[k] *= s + x;
            s += a[st.len()] * x;
        }
        s + a[0] * a[1]
    }
    kept_tuples v {
        let mut k = 0usize;
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            let t = (x * s, std::mem::replace(&mut k, 2));
            a[t.1] *= t.0;
            s += a[k];
            k += 1;
        }
        s + a[0] * a[2]
    }
    calls_in_tuples v {
        let mut k = 0usize;
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            let (p, q) = (tick(&mut k), a[k % 4]);
            a[p % 4] = q * x;
            s += a[k % 3] * q;
        }
        s + a[0] * a[2]
    }
    calls_in_arrays v {
        let mut k = 0usize;
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            let arr = [tick(&mut k), k, tick(&mut k)];
            for i in arr {
                a[i % 4] = a[i % 3] * x + s;
            }
            s += a[arr[1] % 4];
        }
        s + a[0] * a[2]
    }
    behind_or_and_and v {
        let mut k = 0usize;
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            if (k > 1 && {
                k += 2;
                k > 4
            }) || tick(&mut k) == 2
            {
                a[k % 4] *= x;
            }
            s += a[k % 4] * s;
        }
        s + a[0] * a[2]
    }
    options v {
        let mut k = Some(1usize);
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            if let Some(i) = k.take() {
                a[i] *= x;
            } else {
                k = Some(3);
            }
            match k.replace(2) {
                Some(i) => s += a[i],
                None => s *= a[0],
            }
            if s > 1.0 {
                k = None;
            }
        }
        s + a[0] * a[2]
    }
    iterators v {
        let mut it = (0..4usize).rev();
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            match (x * s, it.next()) {
                (m, Some(i)) => {
                    a[i] = m + a[i];
                    s += a[i];
                    if i == 2 {
                        it.next();
                    }
                }
                (m, None) => s += m * a[1],
            }
        }
        s + a[0] * a[2]
    }
    flags_in_an_array v {
        let mut f = [true; 4];
        let mut a = v.to_vec();
        let mut s = 0.5;
        for k in 0..6 {
            let i = k * k % 4;
            if std::mem::replace(&mut f[i], k % 2 == 1) {
                a[i] *= s;
            } else {
                a[i] += s;
            }
            s += a[k % 4].sin();
        }
        s + a[0] * a[2]
    }
    casts v {
        let mut k = 1usize;
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            s += (tick(&mut k) as f64) * a[k % 4] * x;
            a[k % 4] = s * (std::mem::replace(&mut k, 2) as f64) * 0.1;
            k += 1;
        }
        s + a[0] * a[2]
    }
    let_else v {
        let mut k = 1usize;
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            let Some(n) = (if k > 9 { None } else { Some(tick(&mut k)) }) else { break };
            a[n % 4] *= x + s;
            k = std::cmp::max(k, tick(&mut k) + 1);
            s += a[k % 4];
        }
        s + a[0] * a[2]
    }
    breaks_with_values v {
        let mut k = 1usize;
        let mut a = v.to_vec();
        let mut s = 0.5;
        let out = 'o: loop {
            for x in v {
                if tick(&mut k) > 5 {
                    break 'o s * a[k % 4];
                }
                a[k % 4] = s * x;
                s += a[(k + 1) % 4];
            }
            k = std::mem::replace(&mut k, 7) - 3;
        };
        out + a[0] * a[2]
    }
    methods_of_what_was_there v {
        let mut k = 0usize;
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            k += 1;
            a[k % 4] *= x;
            let (m, n) = (x * s, std::mem::replace(&mut k, 1).min(3));
            a[n] = m;
            let [p, q] = [std::mem::replace(&mut k, 2), k];
            s += a[p] * a[q];
        }
        s + a[0] * a[2]
    }
    conditions v {
        let mut k = 0usize;
        let a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            s += a[k % 4] * s * x;
            if tick(&mut k) > 2 {
                s *= x;
            }
        }
        s
    }
    loops_that_count v {
        let mut k = 0usize;
        let a = v.to_vec();
        let mut s = 0.5;
        while tick(&mut k) < 4 {
            s *= a[k % 4] + s;
        }
        s * a[k % 3]
    }
    lengths_of_stacks v {
        let mut st = vec![1usize, 2, 0];
        let a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            s += a[st.len() % 4] * s;
            match (x * s, st.pop()) {
                (m, Some(n)) => s += m * a[n],
                (m, None) => s *= m,
            }
        }
        s
    }
    declared_afterwards v {
        let mut k = 0usize;
        let mut a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            s += a[k % 4] * s * x;
            let mut j = tick(&mut k);
            j += 1;
            a[j % 4] *= x;
            s += a[k % 4] * s;
        }
        s
    }
    assigned v {
        let mut k = 0usize;
        let mut n = 1usize;
        let a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            s += a[k % 4] * s * x;
            n = tick(&mut k);
            s *= a[(k + n) % 4];
        }
        s
    }
    added_to v {
        let mut k = 0usize;
        let mut n = 1usize;
        let a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            s += a[k % 4] * s * x;
            n += tick(&mut k);
            s *= a[(k + n) % 4];
        }
        s
    }
    ends_of_ranges v {
        let mut k = 0usize;
        let a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            s += a[k % 4] * s * x;
            for i in 0..tick(&mut k) {
                s *= a[(i + k) % 4];
            }
        }
        s
    }
    behind_and v {
        let mut k = 0usize;
        let a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            s += a[k % 4] * s * x;
            if *x > 0.0 && tick(&mut k) > 1 {
                s *= x;
            }
        }
        s
    }
    fields_of_counters v {
        let mut c = Counter { n: 0 };
        let a = v.to_vec();
        let mut s = 0.5;
        for x in v {
            s += a[c.n % 4] * s * x;
            if c.tick() > 2 {
                s *= x;
            }
            s += (a[c.n % 4] * s).sin();
        }
        s
    }
    arrays_of_flags v {
        let mut f = [false; 4];
        let a = v.to_vec();
        let mut s = 0.5;
        for (i, x) in v.iter().enumerate() {
            let y = if f[i / 2] { 2.0 } else { 1.0 };
            s += a[i] * s * y;
            if std::mem::replace(&mut f[i % 3], true) {
                s *= x;
            }
            s += if f[1] { x * s } else { s * s };
        }
        s
    }
    closures_that_take_it v {
        let mut k = 0usize;
        let a = v.to_vec();
        let mut s = 0.5;
        let mut go = |k: &mut usize| {
            *k += 2;
            *k
        };
        for x in v {
            s += a[k % 4] * s * x;
            if go(&mut k) > 2 {
                s *= x;
            }
            match go(&mut k) % 3 {
                1 => s += a[k % 4] * s,
                n => s *= a[n],
            }
        }
        s
    }
}
