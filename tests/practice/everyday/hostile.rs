//! What tries to mislead the constructs of the other files: state that changes, lists that are overwritten, exits, zero trips.

mod from_fn_state {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    struct Holder {
        rows: [[f64; 2]; 3],
        n: usize,
    }
    #[differentiate]
    fn norm(a: [f64; 3]) -> f64 {
        (a[0] * a[0] + a[1] * a[2]).sqrt()
    }
    #[differentiate]
    fn from_fn_state_value(x: &[f64]) -> f64 {
        let mut state = x[0];
        let mut total = 0.0;
        for round in 0..3 {
            let a = std::array::from_fn(|i| {
                state = state * x[i] + 0.1 * round as f64;
                state * x[i + 1]
            });
            total += norm(a) * state;
            let mut h = Holder { rows: std::array::from_fn(|i| std::array::from_fn(|j| x[i] * x[j + 1] * state)), n: round };
            h.rows[1][0] = h.rows[0][1] * h.rows[1][0];
            h.rows[2] = [x[0], h.rows[1][0]];
            if h.n == 2 {
                total *= h.rows[1][0];
            }
            total += h.rows.iter().flatten().sum::<f64>();
            state = total * 0.1;
        }
        total
    }

    mod checks {
        use super::*;
        checked!(from_fn_state_value from_fn_state_value_grad from_fn_state_value_vjp from_fn_state_value_jvp: 5, 0.2, 1.0, |v| (v), d => d);
    }
}

mod from_fn_mut_local {
    use crate::checked;
    use autodiff_core::differentiate;
    #[differentiate]
    fn sum3(a: &[f64; 3]) -> f64 {
        a[0] + 2.0 * a[1] + a[2] * a[2]
    }
    #[differentiate]
    fn push3(a: &mut [f64; 3], k: f64) {
        a[0] *= k;
        a[2] += a[0] * k;
    }
    #[differentiate]
    fn from_fn_mut_local_value(x: &[f64]) -> f64 {
        let mut a = std::array::from_fn(|i| x[i] * x[3]);
        let before = sum3(&a);
        a[1] = a[0] * x[1];
        let mid = sum3(&a);
        push3(&mut a, x[2]);
        let b = a;
        a = [x[0], b[2], before];
        before * mid + sum3(&b) * sum3(&a)
    }

    mod checks {
        use super::*;
        checked!(from_fn_mut_local_value from_fn_mut_local_value_grad from_fn_mut_local_value_vjp from_fn_mut_local_value_jvp: 4, 0.2, 1.0, |v| (v), d => d);
    }
}

mod try_into_then_overwrite {
    use crate::checked;
    use autodiff_core::differentiate;
    #[differentiate]
    fn try_into_then_overwrite_value(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        let a: [f64; 2] = v[..2].try_into().unwrap();
        v[0] = v[2] * v[1];
        let &[p, q] = v.first_chunk::<2>().unwrap();
        v[1] = p * q;
        let b: [f64; 3] = v[1..4].try_into().expect("three");
        v.clear();
        v.push(b[0] * a[1]);
        a[0] * b[1] + b[0] * b[2] + v[0] * p
    }

    mod checks {
        use super::*;
        checked!(try_into_then_overwrite_value try_into_then_overwrite_value_grad try_into_then_overwrite_value_vjp try_into_then_overwrite_value_jvp: 4, 0.2, 1.0, |v| (v), d => d);
    }
}

mod chunks_of_local {
    use crate::checked;
    use autodiff_core::differentiate;
    #[differentiate]
    fn chunks_of_local_value(x: &[f64]) -> f64 {
        let mut v: Vec<f64> = x.iter().map(|a| a * a).collect();
        let mut acc = 0.0;
        for round in 0..3 {
            {
                let (pairs, rest) = v.as_chunks::<2>();
                for (k, [a, b]) in pairs.iter().enumerate() {
                    if k == round {
                        continue;
                    }
                    acc += a * b * (k + 1) as f64;
                }
                acc += rest[0] * pairs[round][1];
            }
            v[round] = acc * 0.1;
            if acc > 4.0 {
                break;
            }
        }
        acc + v[6]
    }

    mod checks {
        use super::*;
        checked!(chunks_of_local_value chunks_of_local_value_grad chunks_of_local_value_vjp chunks_of_local_value_jvp: 7, 0.2, 1.0, |v| (v), d => d);
    }
}

mod helper_mutates {
    use crate::checked;
    use autodiff_core::differentiate;
    fn apply_all(v: &mut [f64], f: impl Fn(f64) -> f64) {
        for x in v.iter_mut() {
            *x = f(*x);
        }
    }
    fn until(mut step: impl FnMut(usize) -> f64, limit: f64) -> usize {
        let mut n = 0;
        let mut t = 0.0;
        while t < limit && n < 20 {
            t += step(n);
            n += 1;
        }
        n
    }
    fn early(xs: &[f64], f: &impl Fn(f64) -> f64) -> f64 {
        for x in xs {
            if *x > 0.6 {
                return f(*x);
            }
        }
        f(0.25) * xs[0]
    }
    fn pick(f: impl Fn(f64) -> f64, g: impl Fn(f64) -> f64, x: f64) -> f64 {
        if x > 0.5 { f(x) } else { g(x) * x }
    }
    #[differentiate]
    fn helper_mutates_value(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        let k = x[0] * x[1];
        apply_all(&mut v[1..], |a| a * k + a.sin());
        let mut acc = 0.0;
        let n = until(
            |i| {
                acc += v[i % 5] * x[2];
                0.4 + 0.0 * i as f64
            },
            2.5,
        );
        apply_all(&mut v, |a| a / (1.0 + acc * acc));
        let mut s = 0.0;
        for i in 0..3 {
            s += early(&v[i..], &|t| t * t * x[3] + acc) + pick(|t| t * acc, |t| t.exp() * v[i], x[i]);
        }
        s * n as f64 + v[4]
    }

    mod checks {
        use super::*;
        checked!(helper_mutates_value helper_mutates_value_grad helper_mutates_value_vjp helper_mutates_value_jvp: 5, 0.2, 1.0, |v| (v), d => d);
    }
}

mod helper_iterators {
    use crate::checked;
    use autodiff_core::differentiate;
    fn pairs<'a>(xs: &'a [f64]) -> impl Iterator<Item = (f64, f64)> + 'a {
        xs.iter().zip(xs.iter().skip(1)).map(|(a, b)| (*a, a * b))
    }
    fn weighted(it: impl Iterator<Item = (f64, f64)>) -> f64 {
        let mut t = 0.0;
        for (a, b) in it {
            if b < -0.5 {
                break;
            }
            t += a * b + t * 0.1;
        }
        t
    }
    fn evens<T: Copy>(xs: &[T]) -> impl Iterator<Item = T> + '_ {
        xs.iter().step_by(2).copied()
    }
    fn tail(xs: &[f64]) -> &[f64] {
        &xs[1..]
    }
    #[differentiate]
    fn helper_iterators_value(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        let a = weighted(pairs(&v));
        v[1] *= a;
        let b = weighted(pairs(tail(&v)).filter(|p| p.0 > -0.9));
        v[2] = b * v[0];
        let c: f64 = evens(&v).map(|t| t * t).sum();
        let d: Vec<f64> = pairs(tail(tail(&v))).map(|(p, q)| p - q * a).collect();
        a + b * c + d.iter().sum::<f64>() * weighted(pairs(&v[..1]).chain(pairs(&v[3..])))
    }

    mod checks {
        use super::*;
        checked!(helper_iterators_value helper_iterators_value_grad helper_iterators_value_vjp helper_iterators_value_jvp: 5, -1.0, 1.0, |v| (v), d => d);
    }
}

mod plain_fields {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Phase {
        Up(u8),
        Down,
        Done,
    }
    #[derive(Clone, Debug, Differentiable)]
    struct Machine {
        phase: Phase,
        level: f64,
        log: Vec<Phase>,
        gains: Vec<f64>,
        at: usize,
    }
    #[differentiate]
    impl Machine {
        fn step(&mut self, k: f64) -> f64 {
            match self.phase {
                Phase::Up(n) if n < 2 => {
                    self.level += k * self.gains[self.at];
                    self.phase = Phase::Up(n + 1);
                }
                Phase::Up(_) => {
                    self.level *= k;
                    self.phase = Phase::Down;
                    self.at += 1;
                }
                Phase::Down => {
                    self.level = self.level.sin() * self.gains[self.at];
                    if self.level < 0.5 {
                        self.phase = Phase::Done;
                    }
                }
                Phase::Done => self.gains[0] *= k,
            }
            self.log.push(self.phase);
            self.level * self.log.len() as f64
        }
    }
    #[differentiate]
    fn plain_fields_value(x: &[f64]) -> f64 {
        let mut m = Machine { phase: Phase::Up(0), level: x[0], log: vec![], gains: vec![x[1], x[2]], at: 0 };
        let mut t = 0.0;
        for i in 0..7 {
            t += m.step(x[3] + 0.1 * i as f64);
            if m.phase == Phase::Done && i == 5 {
                m.phase = Phase::Up(1);
                m.at = 1;
            }
        }
        let old = m.clone();
        m.phase = Phase::Up(0);
        t + m.step(x[0]) * old.level + m.gains[0]
    }

    mod checks {
        use super::*;
        checked!(plain_fields_value plain_fields_value_grad plain_fields_value_vjp plain_fields_value_jvp: 4, 0.2, 1.0, |v| (v), d => d);
    }
}

mod plain_lists {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    struct Trail {
        seen: Vec<usize>,
        marks: Vec<bool>,
        level: f64,
        pair: (usize, Vec<u8>),
    }
    #[differentiate]
    impl Trail {
        fn visit(&mut self, i: usize, k: f64) -> f64 {
            self.seen.push(i);
            self.marks[i % 3] = !self.marks[i % 3];
            if i == 3 {
                let last = self.seen.pop().unwrap();
                self.pair.0 += last;
                self.pair.1.push(last as u8);
                self.seen.swap(0, 1);
                self.seen.truncate(2);
                self.marks.fill(true);
            }
            self.level *= k + self.seen.len() as f64 * 0.1;
            if self.marks[0] { self.level } else { self.level * self.level + self.pair.0 as f64 }
        }
    }
    #[differentiate]
    fn plain_lists_value(x: &[f64]) -> f64 {
        let mut t = Trail { seen: vec![], marks: vec![false; 3], level: x[0], pair: (0, vec![]) };
        let mut s = 0.0;
        for i in 0..5 {
            s += t.visit(i, x[1] + x[2] * i as f64);
        }
        s * x[3] + t.level * t.seen.iter().map(|n| *n as f64).sum::<f64>()
    }

    mod checks {
        use super::*;
        checked!(plain_lists_value plain_lists_value_grad plain_lists_value_vjp plain_lists_value_jvp: 4, 0.2, 1.0, |v| (v), d => d);
    }
}

mod parts_zero_trips {
    use crate::checked;
    use autodiff_core::differentiate;
    #[differentiate]
    fn parts_zero_trips_value(x: &[f64]) -> f64 {
        let mut acc = 1.0;
        for n in 0..4 {
            let mut it = x[..n].iter();
            let a: f64 = it.by_ref().take(2).map(|v| v * acc).sum();
            let b = it.by_ref().take(n.saturating_sub(2)).fold(0.5, |p, v| p * v + acc);
            let c = match it.next() {
                Some(v) => *v,
                None => x[5],
            };
            acc = acc * 0.5 + a * b + c;
            let mut jt = x.iter().enumerate().map(|(i, v)| v * i as f64);
            for _ in 0..n {
                acc += jt.by_ref().take(1).sum::<f64>();
                if acc > 3.0 {
                    break;
                }
            }
        }
        acc
    }

    mod checks {
        use super::*;
        checked!(parts_zero_trips_value parts_zero_trips_value_grad parts_zero_trips_value_vjp parts_zero_trips_value_jvp: 6, -1.0, 1.0, |v| (v), d => d);
    }
}

mod box_descent {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Debug, Differentiable)]
    enum T {
        Leaf(f64),
        Node(f64, Box<T>, Box<T>),
    }
    #[differentiate]
    fn walk(t: &T, x: f64) -> f64 {
        let mut at = t;
        let mut y = x;
        let mut n = 0;
        loop {
            match at {
                T::Leaf(w) => return y * w,
                T::Node(k, l, r) => {
                    y = y * k + 0.1;
                    n += 1;
                    if n > 5 {
                        return y;
                    }
                    at = if y > 0.5 { l } else { r };
                }
            }
        }
    }
    #[differentiate]
    fn grown(mut t: T, k: f64) -> T {
        for i in 0..3 {
            t = T::Node(k * i as f64 + 0.3, Box::new(t), Box::new(T::Leaf(k * k)));
        }
        t
    }
    #[differentiate]
    fn box_descent_value(x: &[f64]) -> f64 {
        let t = T::Node(x[0], Box::new(T::Node(x[1], Box::new(T::Leaf(x[2])), Box::new(T::Leaf(x[3])))), Box::new(T::Leaf(x[2] * x[3])));
        walk(&t, x[3]) + walk(&grown(t.clone(), x[1]), x[0]) * walk(&grown(T::Leaf(x[3]), x[2]), 0.9)
    }

    mod checks {
        use super::*;
        checked!(box_descent_value box_descent_value_grad box_descent_value_vjp box_descent_value_jvp: 4, 0.2, 1.0, |v| (v), d => d);
    }
}

mod let_else_panics {
    use crate::checked;
    use autodiff_core::differentiate;
    #[differentiate]
    fn squared_at(v: &[f64], k: usize) -> Option<f64> {
        v.get(k).map(|x| x * x)
    }
    #[differentiate]
    fn let_else_panics_value(x: &[f64]) -> f64 {
        let mut acc = x[0];
        for i in 0..4 {
            let Some(p) = squared_at(x, i) else { panic!("no {i}") };
            if p > 0.7 {
                continue;
            }
            let q = {
                let [a, .., z] = x else { unreachable!() };
                a * z * p
            };
            acc = acc * q + p;
        }
        let f = |v: &[f64]| {
            let Some((h, t)) = v.split_first() else { panic!("empty") };
            h * t.iter().sum::<f64>()
        };
        let Some(last) = squared_at(x, 3) else { panic!("none") };
        acc + f(&x[1..]) * last
    }

    mod checks {
        use super::*;
        checked!(let_else_panics_value let_else_panics_value_grad let_else_panics_value_vjp let_else_panics_value_jvp: 4, 0.2, 1.0, |v| (v), d => d);
    }
}
