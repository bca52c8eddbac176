//! What is read before something else changes it: copies that closures and options hold, the left side of operators, counts in closures,
//! the last item that `take` lets through, and ends of ranges that are numbers.

use autodiff_core::{Differentiable, differentiate};
use std::collections::{BTreeMap, VecDeque};
use std::ops::AddAssign;

#[derive(Differentiable, Clone, Copy, Debug)]
struct P {
    x: f64,
    y: f64,
}

#[differentiate(hessian)]
impl AddAssign for P {
    fn add_assign(&mut self, o: P) {
        self.x += o.x;
        self.y += o.y;
    }
}

#[differentiate(hessian)]
impl P {
    fn shift(&mut self, k: f64) -> f64 {
        self.x += k;
        self.y *= 1.0 + k;
        self.x
    }
    fn n2(&self) -> f64 {
        self.x * self.x + self.y * self.y
    }
}

#[differentiate(hessian)]
fn bump_p(p: &mut P, k: f64) -> f64 {
    p.x *= k;
    p.y += p.x;
    p.y
}

#[derive(Differentiable, Clone, Debug)]
struct Tank {
    full: f64,
    level: f64,
}

#[differentiate(hessian)]
impl Tank {
    fn with_capacity(full: f64) -> Tank {
        Tank { full, level: 0.5 * full * full }
    }
    fn pour(&mut self, k: f64) {
        self.level += k * (self.full - self.level);
    }
}

crate::cases! { without lanes: 6, 0.35, 1.5;
    first_copied_unwrap_or_writes v {
        let mut w = v.to_vec();
        let y = w.first().copied().unwrap_or({
            w[0] += 1.0;
            7.0
        });
        y * y * 3.0 + w[0]
    }
    get_copied_map_or_writes v {
        let mut w = v.to_vec();
        let y = w.get(2).copied().map_or(
            {
                w[2] *= 5.0;
                0.0
            },
            |x| x * x,
        );
        y * v[0] + w[2] * w[1]
    }
    last_copied_or_pops v {
        let mut w = v.to_vec();
        let mut s = 0.0;
        let y = w.last().copied().unwrap_or({
            s += w.pop().unwrap() * 2.0;
            w.push(v[0] * v[1]);
            0.5
        });
        y.sin() * 2.0 + s * w[5]
    }
    filter_writes_behind_copied v {
        let mut w = v.to_vec();
        let y = w
            .first()
            .copied()
            .filter(|x| {
                w[0] += 2.0;
                *x > 0.0
            })
            .unwrap_or(3.0);
        y * y + 0.25 * w[0]
    }
    zip_second_writes_first v {
        let mut w = v.to_vec();
        let (a, b) = w
            .first()
            .copied()
            .zip({
                w[0] = v[3] * v[4];
                w.last().copied()
            })
            .unwrap_or((0.0, 0.0));
        a * b * b + w[0]
    }
    or_argument_writes v {
        let mut w = [v[0], v[1], v[2]];
        let a = w
            .get(1)
            .copied()
            .or({
                w[1] *= w[0];
                Some(9.0)
            })
            .unwrap();
        let b = w
            .get(7)
            .copied()
            .xor({
                w[0] += a;
                w.get(0).copied()
            })
            .unwrap_or(0.0);
        a * a * b + w[1]
    }
    map_get_copied_then_insert v {
        let mut m: BTreeMap<usize, f64> = BTreeMap::new();
        for (i, x) in v.iter().enumerate() {
            m.insert(i % 3, *x);
        }
        let old = m.get(&1).copied().unwrap_or({
            m.insert(1, v[0] * v[2]);
            0.0
        });
        old * old + m[&1] * 3.0
    }
    and_modify_before_or_insert_argument v {
        let mut m: BTreeMap<usize, f64> = BTreeMap::new();
        let mut c = v[0];
        for (i, x) in v.iter().enumerate() {
            m.entry(i % 2).and_modify(|e| *e += c * x).or_insert({
                c *= 1.0 + x;
                c
            });
        }
        m[&0] * 0.01 + m[&1] * 0.02 + c * 0.001
    }
    and_modify_counts v {
        let mut m: BTreeMap<usize, f64> = BTreeMap::new();
        let mut n = 1.0;
        let mut log = Vec::new();
        for x in v.iter() {
            m.entry((*x * 0.0) as usize)
                .and_modify(|e| {
                    n += *e * x;
                    *e = *e * 0.5 + n;
                })
                .or_insert({
                    log.push(n);
                    n * x
                });
        }
        m[&0] * 0.1 + log.iter().map(|l| l * l).sum::<f64>() * 0.001
    }
    entry_update_of_struct v {
        let mut m: BTreeMap<usize, P> = BTreeMap::new();
        let mut k = v[0];
        for x in v.iter() {
            *m.entry(0).or_insert_with(|| {
                k += 1.0;
                P { x: k, y: k * k }
            }) += P { x: k * x, y: *x };
        }
        m[&0].x * m[&0].y * 0.01
    }
    entry_key_first_for_struct v {
        let mut m: BTreeMap<usize, P> = BTreeMap::new();
        let mut i = 0;
        for x in v.iter() {
            *m.entry({
                i += 1;
                i % 3
            })
            .or_insert(P { x: 1.0, y: *x }) += P { x: *x * i as f64, y: x * x };
            i += 1;
        }
        m.values().map(|p| p.x * p.y).sum::<f64>() * 0.1
    }
    get_or_insert_with_struct_update v {
        let mut o: Option<P> = None;
        let mut c = v[1];
        for x in v.iter() {
            *o.get_or_insert_with(|| {
                c = c * 2.0 + 1.0;
                P { x: c, y: 1.0 }
            }) += P { x: c * x, y: c };
        }
        let p = o.unwrap();
        p.x * p.y * 0.01
    }
    move_captures_copy_struct v {
        let mut p = P { x: v[0], y: v[1] };
        let f = move |t: f64| p.x * t + p.y;
        p.x += 10.0 * v[2];
        p.y = v[3];
        f(2.0) * p.x + p.y
    }
    move_captures_struct_changed_by_calls v {
        let mut p = P { x: v[0], y: v[1] };
        let f = move |t: f64| p.x * t * p.y;
        let a = p.shift(v[2]);
        let b = bump_p(&mut p, v[3]);
        f(a) + b * p.n2() * 0.1
    }
    move_captures_reference_that_moves_on v {
        let a = [v[0], v[1]];
        let b = [v[2], v[3]];
        let mut r = &a;
        let f = move |k: f64| r[0] * k + r[1];
        let y = f(2.0);
        r = &b;
        y * f(v[4]) + r[0] * r[1]
    }
    lazy_map_with_moved_struct v {
        let mut p = P { x: v[0], y: v[1] };
        let it = v.iter().map(move |t| p.x * t + p.y);
        p.x *= 3.0;
        p.y += v[5];
        let s: f64 = it.sum();
        s * p.x + p.y
    }
    chain_over_copied_structs_written v {
        let mut ps = [P { x: v[0], y: v[1] }, P { x: v[2], y: v[3] }, P { x: v[4], y: v[5] }];
        let s: f64 = ps
            .into_iter()
            .enumerate()
            .map(|(i, p)| {
                ps[2].x += 1.0;
                ps[(i + 1) % 3].y *= 2.0;
                p.x * p.y
            })
            .sum();
        s + ps[2].x * ps[1].y
    }
    try_fold_start_behind_items v {
        let mut n = 0usize;
        let r = v.iter().skip(n).try_fold(
            {
                n += 2;
                v[5]
            },
            |a: f64, x| -> Result<f64, i32> { if *x > 50.0 { Err(1) } else { Ok(a * 0.5 + x * x) } },
        );
        r.unwrap_or(0.0) * (n as f64)
    }
    try_fold_range_end v {
        let mut end = 3;
        let r: Result<f64, String> = (0..end).map(|i| v[i] * v[i]).try_fold(
            {
                end += 2;
                1.0
            },
            |a, x| if x < 0.0 { Err(String::from("no")) } else { Ok(a + x * end as f64) },
        );
        match r {
            Ok(x) => x * end as f64,
            Err(_) => 0.0,
        }
    }
    take_of_filter_with_guarded_rest v {
        let (mut s, mut t) = (0.0, 1.0);
        for x in v.iter().filter(|x| **x > 0.0).take(3) {
            if *x > 0.2 {
                if *x > 40.0 {
                    continue;
                }
                t *= 1.0 + x;
            }
            s += x * x * t;
        }
        s * t * 0.1
    }
    take_of_chain_with_labelled_continue v {
        let mut s = 0.5;
        'each: for x in v[..2].iter().chain(&v[4..]).take(3) {
            for k in 0..3 {
                if *x * (k as f64) > 50.0 {
                    continue 'each;
                }
                s += x * k as f64;
            }
            s *= 1.0 + x * 0.25;
        }
        s
    }
    take_in_take_left_in_the_middle v {
        let run = |limit: f64| -> Option<f64> {
            let mut s = 0.1;
            for x in v.iter().skip_while(|x| **x < 0.0).take(4) {
                let mut t = 1.0;
                for y in v.iter().filter(|y| **y > 0.0).take(2) {
                    if s * y > limit {
                        return None;
                    }
                    t *= y + 0.5;
                }
                let z = if t > limit { None } else { Some(t * x) }?;
                s += z;
            }
            Some(s)
        };
        run(500.0).unwrap_or(0.0) * v[0] + run(0.2).unwrap_or(v[1])
    }
    float_range_contains_popped v {
        let mut w = v.to_vec();
        let hi = w.pop().unwrap() + 5.0;
        let lo = w.pop().unwrap();
        if (lo..9.0).contains(&(v[0] + 4.0)) {
            lo * lo * hi
        } else {
            lo - hi
        }
    }
    float_range_contains_next v {
        let mut it = v.iter().copied();
        let lo = it.next().unwrap();
        let up = it.next().unwrap();
        let inside = v.iter().filter(|x| (lo..up).contains(*x)).count();
        lo * lo * 3.0 + up.sin() + inside as f64
    }
    float_range_in_closure v {
        let inside = |x: f64, band: (f64, f64)| {
            let (lo, up) = band;
            let width = up - lo;
            if (lo..=up).contains(&x) { x * width } else { width * width + lo }
        };
        let mut q: VecDeque<f64> = VecDeque::new();
        q.push_back(v[3]);
        q.push_back(v[4] + 7.0);
        let a = q.pop_front().unwrap();
        let b = q.pop_front().unwrap();
        let c = if (a..=b).contains(&(v[0] + 1.7)) { a * b } else { a - b };
        inside(v[0] + 1.7, (v[1], v[2] + 3.3)) + c
    }
    constructor_named_with_capacity v {
        let mut t = Tank::with_capacity(v[0]);
        t.pour(0.25);
        t.level * t.full
    }
    with_capacity_alone v {
        let t = Tank::with_capacity(v[0] * v[1]);
        let k = t.full;
        k * k + t.level
    }
    move_closure_in_front_of_hoisted_argument v {
        fn checked(x: f64) -> Option<f64> {
            if x > 0.0 { Some(x * x) } else { None }
        }
        fn applied(f: impl Fn(f64) -> f64, y: f64) -> f64 {
            f(y) + f(1.0)
        }
        let g = |v: &[f64]| -> Option<f64> {
            let mut x = v[0];
            let a = applied(
                move |k: f64| x * k,
                {
                    x = x * 3.0 + v[1];
                    checked(x)?
                },
            );
            Some(a * x + v[2])
        };
        g(v).unwrap_or(0.0)
    }
    asked_closures_that_count v {
        let mut n = 0.0;
        let mut s = 0.0;
        for k in 0..3 {
            let found = v.iter().skip(k).position(|x| {
                n += 1.0;
                *x > 5.0
            });
            s += n * v[k];
            if v.iter().any(|x| {
                n *= 1.5;
                *x > 0.0
            }) && found.is_none()
            {
                s *= n * 0.1;
            }
        }
        s
    }
    written_in_while v {
        let mut n = 1.0;
        let mut s = v[0];
        let mut k = 0;
        while v.iter().all(|x| { n += 0.1; *x > 0.0 }) && k < 3 {
            s *= n * v[1];
            k += 1;
        }
        s * n
    }
    written_integers v {
        let mut n = 1;
        let mut s = v[0];
        for k in 0..3 {
            let c = v.iter().filter(|x| { n += 1; **x > 0.0 }).count();
            s *= n as f64 * v[1] * c as f64 * 0.1;
            let p = v.iter().position(|x| { n += 2; *x > 50.0 });
            s *= v[n % 6] + p.map_or(1.0, |p| v[p]);
        }
        s
    }
    written_array v {
        let mut n = [1.0, 2.0];
        let mut s = v[0];
        for k in 0..3 {
            let found = v.iter().position(|x| { n[k % 2] *= 1.5; *x > 50.0 }).is_none();
            s *= n[k % 2] * v[1] * n[1];
            let mut w = vec![2, 1, 3];
            w.sort_by(|a, b| { n[0] *= 0.9; a.cmp(b) });
            s *= n[0] * v[w[0]];
        }
        s
    }
    move_in_loop v {
        let mut p = P { x: v[0], y: v[1] };
        let mut s = 0.0;
        for x in v {
            let f = move |k: f64| p.x * k + p.y;
            p.x = f(*x);
            p.y += p.x * 0.1;
            s += f(p.x) * 0.5;
        }
        s * 0.1
    }
    move_tuple_of_structs v {
        let mut t = (P { x: v[0], y: v[1] }, [v[2], v[3]], Some(v[4]));
        let f = move |k: f64| t.0.x * t.1[1] * k + t.2.unwrap_or(0.0);
        t.0.x += 2.0;
        t.1[1] = 1.0;
        t.2 = None;
        f(v[5]) + t.0.x * t.1[1]
    }
    maps_and_continue v {
        let mut m: BTreeMap<usize, f64> = BTreeMap::new();
        let mut n = 0.0;
        for (i, x) in v.iter().enumerate() {
            m.entry(i % 2).and_modify(|e| { n += *e; *e += x * n; }).or_insert(match i { 1 => continue, _ => x * (1.0 + n) });
        }
        m.values().sum::<f64>() + n
    }
    opt_place v {
        let mut o = Some(v[0] * v[1]);
        let y = o.unwrap_or({ o = None; 2.0 });
        let mut q = Some(v[2]);
        let z = q.map_or({ q = Some(v[3]); 1.0 }, |x| x * x);
        let mut t = (Some(v[4]), 1.0);
        let u = t.0.zip({ t.0 = Some(v[1]); t.0 }).map_or(0.0, |(a, b)| a * b);
        let k = t.0.filter(|x| { t.0 = Some(9.0); *x > 0.0 }).unwrap_or(3.0);
        y * z + q.unwrap() + u * k + o.map_or(v[5], |x| x)
    }
    copied_struct v {
        let mut ps = vec![P { x: v[0], y: v[1] }, P { x: v[2], y: v[3] }];
        let p = ps.first().copied().unwrap_or({ ps[0].x = 7.0; P { x: 0.0, y: 0.0 } });
        let q = ps.get(1).cloned().filter(|p| { ps[1].y *= 3.0; p.x > 0.0 }).unwrap_or(p);
        let r = ps.last().map_or(1.0, |p| p.y);
        p.x * q.y + r * ps[0].x
    }
    integer_ranges v {
        let mut st = vec![(1usize, 4usize)];
        let (a, b) = st.pop().unwrap();
        let r = a..b;
        let mut s: f64 = v[a..b].iter().sum();
        s += v[r.clone()].iter().product::<f64>();
        for i in r.clone() { s += v[i] * i as f64; }
        for i in (a..b).rev() { s *= v[i]; }
        if (a..b).contains(&2) { s *= 2.0; }
        let q = b - 2..b;
        s + v[q].iter().sum::<f64>() + v.get(a..b).map_or(0.0, |x| x[0])
    }
    filled_fields v {
        let mut o: Option<P> = None;
        let mut q: Option<[f64; 2]> = None;
        for (i, x) in v.iter().enumerate() {
            o.get_or_insert_with(|| P { x: 0.5, y: *x }).x += x * x;
            o.get_or_insert(P { x: *x, y: 2.0 }).y *= *x;
            q.get_or_insert_with(|| [1.0, *x])[i % 2] += x * 0.3;
        }
        o.insert(P { x: v[0], y: o.unwrap().x }).x *= v[2];
        let p = o.unwrap();
        p.x * p.y + q.unwrap()[0] * q.unwrap()[1]
    }
    ref_mut_beside_value v {
        let mut o = Some((P { x: v[0], y: v[1] }, v[2]));
        if let Some((P { ref mut x, y }, mut k)) = o {
            k *= 2.0;
            *x += y * k;
            k += *x;
            *x *= k;
        }
        let (p, k) = o.unwrap();
        p.x * p.y * k
    }
}
