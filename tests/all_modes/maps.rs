//! `HashMap` and `BTreeMap`: filled, overwritten, counted in, removed from, iterated over.

mod memo {
    use autodiff_core::differentiate;
    use std::collections::{BTreeMap, HashMap};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut memo = HashMap::new();
        memo.insert(0, v[0]);
        memo.insert(1, v[1]);
        for i in 2..8 {
            let y = memo[&(i - 1)] * v[2] + memo[&(i - 2)] * memo[&(i - 1)];
            memo.insert(i, y);
        }
        memo.insert(3, v[0] * 2.0);
        memo[&7] + memo[&3]
    }
    crate::all_modes!(3, -1.0, 1.0);
}

mod counted {
    use autodiff_core::differentiate;
    use std::collections::{BTreeMap, HashMap};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let sector = ["a", "b", "a", "c", "b", "a"];
        let mut total: BTreeMap<&str, f64> = BTreeMap::new();
        for (s, x) in sector.iter().zip(v) {
            *total.entry(s).or_insert(0.0) += x * x;
        }
        let sum: f64 = total.values().sum();
        total
            .values()
            .map(|t| {
                let w = t / sum;
                -w * w.ln()
            })
            .sum()
    }
    crate::all_modes!(6, 0.1, 1.0);
}

mod grouped {
    use autodiff_core::differentiate;
    use std::collections::{BTreeMap, HashMap};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut groups: HashMap<u32, Vec<f64>> = HashMap::new();
        for (i, &x) in v.iter().enumerate() {
            groups.entry(i as u32 % 2).or_default().push(x.sin());
        }
        let mut s = 0.0;
        for k in 0..3u32 {
            if let Some(g) = groups.get(&k) {
                let m = g.iter().sum::<f64>() / g.len() as f64;
                s += g.iter().map(|x| (x - m) * (x - m)).sum::<f64>() * (k as f64 + 1.0);
            }
        }
        s
    }
    crate::all_modes!(6, 0.1, 1.0);
}

mod iterated {
    use autodiff_core::differentiate;
    use std::collections::{BTreeMap, HashMap};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut book: BTreeMap<i64, f64> = BTreeMap::new();
        book.insert(10, v[0]);
        book.insert(5, v[1]);
        book.insert(7, v[2] * v[3]);
        for (k, q) in &mut book {
            *q *= *k as f64;
        }
        for q in book.values_mut() {
            *q += v[3];
        }
        let mut s = 0.0;
        for (k, q) in &book {
            s += q * q / *k as f64;
        }
        for (k, q) in book.iter() {
            if *k > 6 {
                s += q.sin();
            }
        }
        book.remove(&5);
        let gone = book.get(&5).copied().unwrap_or(v[0]);
        let there = book.get(&7).copied().unwrap_or(0.0);
        s + gone * there + book.iter().map(|(k, q)| *k as f64 * q).sum::<f64>() * book.len() as f64
    }
    crate::all_modes!(4, 0.1, 1.0);
}

mod changed {
    use autodiff_core::differentiate;
    use std::collections::{BTreeMap, HashMap};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let names = vec!["x".to_string(), "y".to_string(), "x".to_string()];
        let mut env: HashMap<String, f64> = HashMap::new();
        for (i, n) in names.iter().enumerate() {
            if env.contains_key(n) {
                if let Some(e) = env.get_mut(n) {
                    *e *= v[i];
                }
            } else {
                env.insert(n.clone(), v[i] + 1.0);
            }
        }
        let x = env["x"];
        let y = *env.get("y").unwrap();
        match env.get("z") {
            Some(z) => *z,
            None => x * y * v[3],
        }
    }
    crate::all_modes!(4, 0.1, 1.0);
}

mod modified {
    use autodiff_core::differentiate;
    use std::collections::{BTreeMap, HashMap};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut acc = BTreeMap::new();
        for i in 0..8usize {
            let key = i % 3;
            acc.entry(key).and_modify(|a| *a += v[i % 4] * v[0]).or_insert(v[i % 4]);
        }
        let e = acc.entry(9).or_insert_with(|| v[2].exp());
        *e *= 2.0;
        let z = *acc.entry(0).or_insert(1.0) * v[3];
        acc.into_iter().map(|(k, x)| x * (k as f64 + 1.0)).sum::<f64>() + z
    }
    crate::all_modes!(4, 0.1, 1.0);
}

mod made_from {
    use autodiff_core::differentiate;
    use std::collections::{BTreeMap, HashMap};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let m = BTreeMap::from([("a", v[0]), ("b", v[1] * v[2])]);
        let squares: HashMap<usize, f64> = v.iter().enumerate().map(|(i, x)| (i, x * x)).collect();
        m["a"] * m["b"] + squares[&0] * squares[&2] + m.values().copied().fold(0.0, f64::max)
    }
    crate::all_modes!(3, 0.1, 1.0);
}

mod replaced_and_popped {
    use autodiff_core::differentiate;
    use std::collections::{BTreeMap, HashMap};
    #[differentiate(hessian, lanes)]
    fn f(v: &[f64]) -> f64 {
        let mut m: BTreeMap<usize, f64> = BTreeMap::new();
        let mut s = v[0];
        for (i, x) in v.iter().enumerate() {
            if let Some(old) = m.insert(i % 3, x * s) {
                s += old * x;
            }
            let before = m.insert(i * i, s);
            s += before.unwrap_or(v[1]) * 0.5;
        }
        let best = m.iter().max_by(|a, b| a.1.total_cmp(b.1)).map(|(k, x)| x * (*k as f64 + 1.0)).unwrap_or(0.0);
        while let Some((k, x)) = m.pop_first() {
            s = s * 0.5 + x * k as f64;
            if k == 2 {
                break;
            }
        }
        if let Some((k, x)) = m.pop_last() {
            s *= x + k as f64;
        }
        s * best
    }
    crate::all_modes!(6, 0.2, 1.1);
}

/// A map without a derivative, whose keys and values change what has one.
mod that_does_not_vary {
    use autodiff_core::differentiate;

    #[differentiate(hessian)]
    fn f(v: &[f64]) -> f64 {
        let mut w: Vec<f64> = v.to_vec();
        let mut m: std::collections::BTreeMap<usize, f64> = std::collections::BTreeMap::new();
        let mut s = v[0];
        for i in 0..3 {
            m.remove(
                &({
                    w.pop();
                    w.len()
                } % 4),
            );
            m.insert(i % 4, {
                w.reverse();
                w.len() as f64
            });
            s += m.len() as f64 * w[i];
        }
        for (k, hit) in &m {
            s = s * 1.5 + *hit * (*k as f64);
        }
        s
    }
    crate::all_modes!(without lanes: 12, 0.3, 1.7);
}
