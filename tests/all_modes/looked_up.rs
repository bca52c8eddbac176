//! Lists without a derivative that are looked into where the index or the search changes something, and assertions that leave.

use autodiff_core::differentiate;

#[derive(Clone)]
struct Counted {
    n: usize,
}

impl Counted {
    fn tick(&mut self) -> usize {
        self.n += 1;
        self.n
    }
}

crate::cases! { 4, 0.3, 1.2;
    options_whose_index_changes v {
        let m = vec![0.5, 2.0];
        let mut s = v.to_vec();
        let mut r = v[0];
        for x in v {
            match m.get({
                s.pop();
                s.len()
            }) {
                Some(c) if *c > 1.25 => r -= c * x,
                Some(c) => r += c * s.iter().sum::<f64>(),
                _ => r *= x,
            }
        }
        r * v[1]
    }
    what_is_asked_of_options v {
        let m = vec![0.5, 2.0];
        let mut s = v.to_vec();
        let mut r = v[0];
        let q = m.get({ s.push(r * v[1]); s.len() - 4 }).copied().unwrap_or(2.5);
        if m.get({ s.push(r * r); s.len() - 5 }).is_some_and(|c| *c > 1.0) {
            r *= q;
        }
        if m.get({ s.push(r * q); s.len() - 6 }) == Some(&2.0) {
            r *= v[2];
        }
        r += *m.get({ s.push(r); s.len() % 2 }).unwrap() * v[3];
        s.iter().map(|x| x * r).sum()
    }
    options_that_are_written_through v {
        let mut m = vec![0.5, 2.0];
        let mut s = v.to_vec();
        if let Some(c) = m.get_mut({ s.pop(); s.len() - 2 }) {
            *c += 1.0;
        }
        s.iter().map(|x| x * m[0] + m[1] * v[3]).sum()
    }
    texts v {
        let m = vec![String::from("a"), String::from("bb")];
        let mut s = v.to_vec();
        let mut r = v[0];
        for _ in 0..4 {
            match m.get({ s.pop(); s.len() }) {
                Some(t) if *t == "a" => r -= v[1],
                Some(t) if t.len() > 3 => r += 1.0,
                Some(t) => r *= t.len() as f64 * v[2],
                None => r = r.sin() + v[3],
            }
        }
        r
    }
    searches_that_change v {
        let m = [3usize, 1, 2];
        let mut s = v.to_vec();
        let mut r = v[0];
        match m.iter().find(|k| { s.push(r * v[**k]); **k < s.len() - 4 }) {
            Some(k) if *k == 2 => r -= v[*k],
            Some(k) => r += v[*k] * s[5],
            _ => r *= 2.0,
        }
        r * s.iter().sum::<f64>()
    }
    counted_in_tuples v {
        let mut c = Counted { n: 0 };
        let y = (v[c.tick()], c.tick());
        let z = Some((c.tick(), v[c.tick() % 4]));
        let (k, x) = z.unwrap();
        y.0 * y.1 as f64 + x * k as f64 * y.0
    }
    asserted_and_left v {
        v.iter()
            .scan(0.5, |a, x| {
                assert!(if *x > 1.0 { return None; } else { true });
                *a += x * *a;
                Some(*a)
            })
            .map(|a| a * v[0])
            .sum::<f64>() + v[1]
    }
    asserted_and_tried v {
        let tried = |k: usize| {
            assert!(*v.get(k)? < 9.0, "element {} is too large", k);
            debug_assert!({ let a = v.get(k + 1)?; a * a < 100.0 });
            Some(v[k] * v[k + 1])
        };
        tried(0).unwrap_or(1.0) + tried(3).unwrap_or(2.0) * v[1] + tried(9).map_or(v[2], |x| x * x)
    }
}

crate::cases! { 4, 0.3, 1.2;
    filled_where_the_index_changes v {
        let mut q = vec![None, Some(v[0]), None];
        let mut k = 0;
        let y = *q[k].get_or_insert({
            k += 1;
            v[1] * v[2]
        });
        let z = *q[k].get_or_insert_with(|| {
            k += 1;
            v[3]
        });
        *q[k + 1].get_or_insert({
            k += 1;
            v[2]
        }) += y * z;
        y * v[3] + q[1].unwrap() * k as f64 + q[2].unwrap() * q[0].unwrap()
    }
    none_or_what_is_there v {
        let mut k = 1;
        let o = None.or({
            k += 1;
            Some(v[0] * v[1])
        });
        let p = None.xor(Some(v[2]));
        o.unwrap_or(1.0) * k as f64 + p.map_or(v[2], |x| x * v[3])
    }
    none_pushed v {
        let mut log: Vec<Option<f64>> = Vec::new();
        log.push(None);
        for x in v {
            log.push(Some(x * x));
            log.push(None);
        }
        log.insert(1, None);
        log.iter().map(|e| e.unwrap_or(v[1]) * v[0]).sum()
    }
    left_with_an_assignment v {
        let mut s = v[0];
        let mut i = 0;
        let r: () = loop {
            if i >= 4 {
                break s += v[3] * s;
            }
            s *= v[i];
            i += 1;
        };
        let q = 'a: {
            if s > 0.1 {
                break 'a s = s * v[1];
            }
            s += v[2];
        };
        s
    }
    indices_beside_numbers v {
        let mut all = Vec::new();
        for (i, y) in v.iter().enumerate() {
            all.push((y * y, v.iter().position(|z| z > y), [i, 2 * i]));
        }
        all.iter().map(|(a, b, c)| a * b.unwrap_or(3) as f64 + a * v[c[1] % 4]).sum()
    }
}

/// Results with parts that have no derivative, options and lists among them.
#[differentiate]
fn beside(x: &[f64], n: usize) -> Option<(f64, Option<usize>, Vec<usize>, [Option<bool>; 2])> {
    if n == 0 {
        return None;
    }
    let listed: Vec<usize> = (0..n).collect();
    Some((x[0] * x[1] * x[0], if n > 3 { Some(n) } else { None }, listed, [Some(n > 2), None]))
}

#[test]
fn results_beside_options_of_indices() {
    let x = [0.5, -1.5];
    for n in [1, 4] {
        let seed = Some((2.0, Some(()), vec![(); n], [Some(()), None]));
        let (value, gradient) = beside_vjp(&x, n, seed.clone());
        assert_eq!(value, beside(&x, n));
        assert_eq!(gradient, [2.0 * 2.0 * x[0] * x[1], 2.0 * x[0] * x[0]]);
        let (value, tangent) = beside_jvp(&x, n, &[1.0, -2.0]);
        assert_eq!(value, beside(&x, n));
        assert_eq!(tangent.unwrap().0, 2.0 * x[0] * x[1] - 2.0 * x[0] * x[0]);
    }
    assert_eq!(beside_jvp(&x, 0, &[1.0, -2.0]).0, None);
}

#[differentiate]
fn squared(v: &[f64], k: usize) -> Option<f64> {
    assert!(*v.get(k)? < 9.0, "element {} is too large", k);
    Some(v[k] * v[k])
}

#[test]
fn assertions_that_leave() {
    assert_eq!(squared_vjp(&[3.0, 2.0], 1, Some(-2.0)), (Some(4.0), vec![0.0, -8.0]));
    assert_eq!(squared_vjp(&[3.0, 2.0], 2, None), (None, vec![0.0, 0.0]));
    assert_eq!(squared_jvp(&[3.0, 2.0], 1, &[1.0, 0.5]), (Some(4.0), Some(2.0)));
    assert!(std::panic::catch_unwind(|| squared_vjp(&[10.0], 0, None)).is_err());
}
