//! Collections where the order of things matters, or something leaves in between.

/// A statement in brackets behind an entry is not the entry: it was left out.
mod paren {
    use autodiff_core::{Differentiable, differentiate};
    use std::collections::{BTreeMap, HashMap, VecDeque};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut m: BTreeMap<usize, f64> = BTreeMap::new();
        let mut s = v[0];
        m.insert(1, v[1]);
        (s += v[2] * v[3]);
        (s *= m[&1]);
        s
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// What leaves while an entry's first value is computed gives the key no place: two keys had the same.
mod exit_in_first {
    use autodiff_core::{Differentiable, differentiate};
    use std::collections::{BTreeMap, HashMap, VecDeque};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut m: BTreeMap<usize, f64> = BTreeMap::new();
        for i in 0..4usize {
            *m.entry(i).or_insert(if i == 1 { continue } else { v[i] }) += v[i] * v[0];
        }
        m.insert(9, v[1] * v[2]);
        let mut s = 0.0;
        for (k, x) in &m {
            s = s * x + *k as f64 * x;
        }
        s + m.len() as f64 * v[0]
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// `return` in what is asked for a first value leaves that alone: it left the function.
mod return_in_closure {
    use autodiff_core::{Differentiable, differentiate};
    use std::collections::{BTreeMap, HashMap, VecDeque};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut m: BTreeMap<usize, f64> = BTreeMap::new();
        let mut s = 1.0;
        for i in 0..4usize {
            let y = *m
                .entry(i % 3)
                .and_modify(|x| {
                    *x *= v[1];
                })
                .or_insert_with(|| {
                    if i == 1 {
                        return v[2];
                    }
                    v[3] * v[3]
                });
            s += y;
        }
        s * s
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// The same in what changes a value that is there.
mod return_in_modify {
    use autodiff_core::{Differentiable, differentiate};
    use std::collections::{BTreeMap, HashMap, VecDeque};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut m: BTreeMap<usize, f64> = BTreeMap::new();
        let mut s = 1.0;
        for i in 0..6usize {
            m.entry(i % 2)
                .and_modify(|x| {
                    if i == 4 {
                        return;
                    }
                    *x *= v[1];
                })
                .or_insert(v[0]);
            s += m[&(i % 2)] * v[2];
        }
        s * s
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// What is added is evaluated before a key that changes it.
mod key_changes {
    use autodiff_core::{Differentiable, differentiate};
    use std::collections::{BTreeMap, HashMap, VecDeque};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut m: BTreeMap<usize, f64> = BTreeMap::new();
        let mut x = v[0];
        let mut k = 0usize;
        for i in 0..4usize {
            *m.entry({
                k += 1;
                k % 3
            })
            .or_insert(x * v[1]) += x * k as f64;
            x *= v[2];
        }
        m.values().map(|y| y * y).sum::<f64>() * x
    }
    crate::all_modes!(4, 0.4, 1.4);
}

mod modified_behind {
    use autodiff_core::{Differentiable, differentiate};
    use std::collections::{BTreeMap, HashMap, VecDeque};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut m: BTreeMap<i32, f64> = BTreeMap::new();
        for (i, x) in v.iter().enumerate() {
            m.insert(i as i32 * 7 % 5, x * x);
        }
        let mut s = 0.3;
        for (k, x) in m.iter() {
            s = s * x + *k as f64 * v[0];
        }
        m.remove(&2);
        m.insert(-3, v[1]);
        m.insert(2, v[2] * s);
        for (k, x) in &mut m {
            *x *= s;
            s += *x * *k as f64;
        }
        m.clear();
        m.insert(0, s);
        m[&0] * v[3] + m.get(&5).copied().unwrap_or(v[0])
    }
    crate::all_modes!(4, 0.4, 1.4);
}

mod in_turn {
    use autodiff_core::{Differentiable, differentiate};
    use std::collections::{BTreeMap, HashMap, VecDeque};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut m: BTreeMap<i32, f64> = BTreeMap::new();
        m.insert(1, v[0]);
        m.insert(2, v[1]);
        let y = m.get(&1).copied().unwrap_or(7.0) * m.remove(&1).unwrap_or(0.0) + m.get(&1).copied().unwrap_or(v[2]);
        let mut q: VecDeque<f64> = VecDeque::new();
        q.push_back(v[0]);
        q.push_back(v[1] * v[2]);
        q.push_front(v[3]);
        let z = q.pop_front().unwrap() * q.pop_front().unwrap() + q.len() as f64 * q.pop_back().unwrap_or(0.0);
        y * z + q.pop_front().unwrap_or(v[3])
    }
    crate::all_modes!(4, 0.4, 1.4);
}

mod shadowed {
    use autodiff_core::{Differentiable, differentiate};
    use std::collections::{BTreeMap, HashMap, VecDeque};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let m: BTreeMap<usize, f64> = v.iter().copied().enumerate().collect();
        let t = m[&0] * m[&1];
        let mut m: BTreeMap<usize, f64> = BTreeMap::new();
        {
            let mut m: HashMap<usize, f64> = HashMap::new();
            m.insert(0, t * v[2]);
            *m.entry(0).or_insert(1.0) *= t;
            if m[&0] > 1e9 {
                return t;
            }
        }
        m.insert(0, t);
        for _ in 0..0 {
            m.insert(0, 0.0);
        }
        while let Some((_, x)) = m.iter().next() {
            if *x > 1e9 {
                break;
            }
            let y = *x;
            m.remove(&0);
            m.insert(1, y * y);
            if y > -1e9 {
                break;
            }
        }
        m[&1] * v[3]
    }
    crate::all_modes!(4, 0.4, 1.4);
}

mod ring {
    use autodiff_core::{Differentiable, differentiate};
    use std::collections::{BTreeMap, HashMap, VecDeque};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut q: VecDeque<f64> = VecDeque::with_capacity(2);
        let mut s = 0.0;
        for i in 0..7usize {
            if q.len() == 2 {
                let old = q.pop_front().unwrap();
                s += old * v[i % 4];
            }
            q.push_back(v[i % 4] * (1.0 + s));
            if let Some(x) = q.front_mut() {
                *x *= v[1];
            }
        }
        q.iter().rev().fold(s, |a, x| a * x + v[0])
    }
    crate::all_modes!(4, 0.4, 1.4);
}

mod own_values {
    use autodiff_core::{Differentiable, differentiate};
    use std::collections::{BTreeMap, HashMap, VecDeque};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut m: HashMap<usize, f64> = HashMap::new();
        m.insert(0, v[0]);
        m.insert(1, m[&0] * v[1]);
        m.insert(0, m[&1] + m[&0] * v[2]);
        m.insert(m.len(), m[&0] * m[&1]);
        if let Some(x) = m.get_mut(&1) {
            *x *= v[3];
        } else {
            m.insert(1, 7.0);
        }
        if let Some(x) = m.get_mut(&8) {
            *x *= v[3];
        } else {
            m.insert(8, v[0] * v[0]);
        }
        let mut s = m[&2] * m[&8];
        for k in 0..4usize {
            match m.get(&k) {
                Some(x) if *x > 1e9 => break,
                Some(x) => s = s * x + v[3],
                None => continue,
            }
        }
        s
    }
    crate::all_modes!(4, 0.4, 1.4);
}

mod lists {
    use autodiff_core::{Differentiable, differentiate};
    use std::collections::{BTreeMap, HashMap, VecDeque};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut m: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
        for (i, x) in v.iter().enumerate() {
            m.entry(i % 2).or_default().push(x * x);
            m.entry(3).or_insert_with(Vec::new).push(*x);
        }
        for (k, l) in m.iter_mut() {
            if *k == 0 {
                continue;
            }
            l[0] *= v[3];
            l.push(v[1] * *k as f64);
        }
        let mut s = 1.0;
        for l in m.values() {
            for x in l {
                s = (s * x).sin() + x;
            }
        }
        let t: f64 = m[&3].iter().sum::<f64>();
        m.remove(&3);
        s * t + m.get(&3).map_or(v[0], |l| l[0]) + m.values().map(|l| l.len() as f64).sum::<f64>()
    }
    crate::all_modes!(4, 0.4, 1.4);
}

mod leaving {
    use autodiff_core::{Differentiable, differentiate};
    use std::collections::{BTreeMap, HashMap, VecDeque};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut m: BTreeMap<usize, f64> = BTreeMap::new();
        for (i, x) in v.iter().enumerate() {
            *m.entry(i / 2).or_insert(0.5) *= x;
        }
        let mut s = v[0];
        'a: for i in 0..3 {
            for x in m.values_mut() {
                *x *= s;
                if i == 1 {
                    continue 'a;
                }
                s += *x;
                if s > 1e3 {
                    break 'a;
                }
            }
            s *= v[1];
        }
        for (k, x) in &m {
            if *k == 1 {
                return s * x + m[&0];
            }
            s += x * v[2];
        }
        s
    }
    crate::all_modes!(4, 0.4, 1.4);
}

mod in_closure {
    use autodiff_core::{Differentiable, differentiate};
    use std::collections::{BTreeMap, HashMap, VecDeque};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut m: BTreeMap<usize, f64> = BTreeMap::new();
        let mut n = 0usize;
        let mut add = |k: usize, x: f64| {
            n += 1;
            *m.entry(k).or_insert(v[0]) += x;
        };
        add(1, v[1] * v[1]);
        add(1, v[2]);
        add(2, v[3]);
        let at = |k: usize| m.get(&k).copied().unwrap_or(v[3]);
        at(1) * at(2) * at(5) + n as f64 * m.len() as f64 * v[0]
    }
    crate::all_modes!(4, 0.4, 1.4);
}

mod bfs {
    use autodiff_core::{Differentiable, differentiate};
    use std::collections::{BTreeMap, HashMap, VecDeque};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let edges = [(0usize, 1usize), (0, 2), (1, 3), (2, 3)];
        let mut q = VecDeque::new();
        let mut total = [0.0; 4];
        q.push_back((0usize, v[0]));
        while let Some((n, w)) = q.pop_front() {
            total[n] += w;
            for &(a, b) in edges.iter() {
                if a == n {
                    q.push_back((b, w * v[(a + b) % 4]));
                }
            }
            if q.len() > 50 {
                break;
            }
        }
        total[3] * total[1] + total[2]
    }
    crate::all_modes!(4, 0.4, 1.4);
}

mod windows {
    use autodiff_core::{Differentiable, differentiate};
    use std::collections::{BTreeMap, HashMap, VecDeque};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut q: VecDeque<[f64; 2]> = VecDeque::from(vec![[v[0], 1.0]; 3]);
        let mut s = 0.0;
        for i in 0..6usize {
            if let Some(last) = q.back() {
                if last[0] > 1e9 {
                    return s;
                }
                s += last[0] * last[1];
            }
            let Some(old) = q.pop_front() else { return v[0] };
            q.push_back([old[0] * v[i % 4], (s * old[1]).cos()]);
            if i == 4 {
                q.clear();
                q.push_back([s, v[1]]);
            }
            (s *= v[2]);
        }
        s + q.iter().map(|a| a[0] - a[1]).sum::<f64>()
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// What is taken out of a queue is one: `t.back()` was not known.
mod moved {
    use autodiff_core::{Differentiable, differentiate};
    use std::collections::{BTreeMap, HashMap, VecDeque};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut q: VecDeque<f64> = v.iter().map(|x| x * x).collect();
        let mut p = q.clone();
        q.rotate_left(1);
        p.rotate_right(1);
        p[2] *= v[0];
        q.swap(0, 3);
        q.insert(1, v[0] * v[1]);
        let y = q.remove(2).unwrap() * q.remove(17).unwrap_or(v[3]);
        std::mem::swap(&mut p, &mut q);
        q.extend(p.iter().copied());
        p.truncate(3);
        for x in q.iter_mut().skip(1) {
            *x *= y;
        }
        let mut s = 1.0;
        for (i, x) in q.drain(1..3).enumerate() {
            s *= x + i as f64;
        }
        q.retain(|x| *x > -1e9);
        let t = std::mem::take(&mut p);
        q.push_front(s);
        for _ in 0..0 {
            q.pop_front();
        }
        let w: Vec<f64> = q.into_iter().collect();
        w.iter().fold(1.0, |a, x| a * 0.5 + x)
            + t.iter().zip(&w).map(|(a, b)| a * b).sum::<f64>()
            + p.len() as f64 * v[0]
            + t.back().unwrap() * t[0]
    }
    crate::all_modes!(4, 0.4, 1.4);
}

mod structs {
    use autodiff_core::{Differentiable, differentiate};
    use std::collections::{BTreeMap, HashMap, VecDeque};
    #[derive(Clone, Differentiable)]
    struct Acc {
        s: f64,
        n: usize,
    }
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut m: BTreeMap<(usize, bool), Acc> = BTreeMap::new();
        for (i, x) in v.iter().enumerate() {
            let e = m.entry((i % 2, i > 1)).or_insert(Acc { s: v[0], n: 0 });
            e.s += x * x;
            e.n += i;
            let e = m.entry((0, false)).or_insert_with(|| Acc { s: 1.0, n: 0 });
            e.s *= x;
            e.n += 1;
        }
        m.iter().map(|((i, b), a)| a.s * a.n as f64 * (*i as f64 + if *b { v[1] } else { 1.0 })).sum()
    }
    crate::all_modes!(4, 0.4, 1.4);
}

/// What has no numbers itself, asked with arguments that change what has.
mod keys_that_change_lists {
    use autodiff_core::differentiate;
    use std::collections::{BTreeMap, HashSet};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut stack = v.to_vec();
        let mut m: BTreeMap<usize, f64> = v.iter().enumerate().map(|(k, x)| (k % 2, x * v[1])).collect();
        let mut s = 0.5;
        m.entry(
            ({
                stack.pop();
                stack.len()
            }) % 4,
        )
        .and_modify(|x| *x = *x * 3.0 + v[0])
        .or_insert(s);
        m.remove(
            &(({
                stack.push(s * v[2]);
                stack.len()
            }) % 3),
        );
        let mut seen = HashSet::new();
        for k in 0..4usize {
            if seen.insert(
                ({
                    stack.push(s * v[k]);
                    s += stack[k].sin();
                    stack.len()
                }) % 3,
            ) {
                s *= stack[stack.len() - 1];
            }
            let mut name = String::new();
            name.insert(
                {
                    s += v[k];
                    name.len()
                },
                {
                    s *= 0.5;
                    'x'
                },
            );
            s += name.len() as f64 * v[k];
        }
        m.insert(3, stack.pop().unwrap_or(s));
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for k in 0..3usize {
            *counts
                .entry(
                    ({
                        stack.push(v[k]);
                        stack.len()
                    }) % 2,
                )
                .or_insert(stack.len()) += stack.len();
            *m.entry(
                ({
                    stack.pop();
                    stack.pop();
                    stack.len()
                }) % 4,
            )
            .or_default() += s;
        }
        s *= counts.values().sum::<usize>() as f64;
        s * seen.len() as f64 + m.values().sum::<f64>() * s
    }
    crate::all_modes!(4, 0.4, 1.4);
}
