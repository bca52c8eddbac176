//! What holds no numbers: lengths, literals of bytes, what maps lend, and what tells types.

/// The length of a list where a type of the file has a `len` that is a number: it was taken for that one (E0599).
mod lengths_beside_a_method_of_the_name {
    use autodiff_core::{Differentiable, differentiate};

    #[derive(Clone, Copy, Differentiable)]
    struct Pair(f64, f64);

    #[differentiate]
    impl Pair {
        fn len(self) -> f64 {
            self.0.hypot(self.1)
        }
    }

    #[differentiate]
    fn lengths(v: &[f64]) -> f64 {
        let n = v.len();
        let half = &v[..n / 2];
        let rest = v[1..].to_vec();
        let pairs = [Pair(v[0], v[1]), Pair(v[2], v[3])];
        let mut total = 0.0;
        for i in 0..rest.len() {
            total += rest[i] * v[i];
        }
        total * n as f64 + v[3] * half.len() as f64 + pairs.iter().map(|p| p.len()).sum::<f64>() * pairs.len() as f64
    }

    #[test]
    fn gradients() {
        check! { lengths lengths_vjp lengths_jvp; }
    }
}

/// A literal of bytes for a list of them: the pullback got a reference to it (E0308).
mod literals_of_bytes {
    use autodiff_core::differentiate;

    #[differentiate]
    fn weighted(word: &[u8], v: &[f64]) -> f64 {
        word.iter().zip(v).map(|(b, x)| (*b - b'a') as f64 * x * x).sum()
    }

    #[differentiate]
    fn words(v: &[f64]) -> f64 {
        weighted(b"bcda", v) * weighted(b"dda", v)
    }

    #[test]
    fn gradients() {
        check! { words words_vjp words_jvp; }
    }
}

/// What a map lends to a closure, or behind `?`, was kept for the reverse sweep (E0700); items beside numbers were taken for such.
mod what_maps_lend {
    use autodiff_core::differentiate;
    use std::collections::{BTreeMap, HashMap};

    #[differentiate]
    fn costs(v: &[f64], costs: &BTreeMap<u8, usize>, word: &[u8]) -> f64 {
        let mut total = 0.0;
        for letter in word {
            let cost = costs.get(letter).map_or(0.5, |&k| v[k]);
            total += cost * cost;
        }
        total * word.iter().max().map_or(0.0, |&last| v[(last - b'a') as usize])
    }

    #[differentiate(wrt(basket))]
    fn budget(prices: &HashMap<String, f64>, basket: &[(&str, f64)]) -> Option<f64> {
        let mut total = 0.0;
        for (name, amount) in basket {
            total += prices.get(*name)? * amount * amount;
        }
        Some(total)
    }

    #[differentiate(wrt(v))]
    fn rates(rates: &BTreeMap<String, f64>, names: &[&str], v: &[f64]) -> f64 {
        let known = names.iter().zip(v).map(|(name, x)| rates.get(*name).copied().unwrap_or(1.5) * x * x).sum::<f64>();
        let mut more = 0.0;
        for (name, x) in names.iter().zip(v) {
            let rate = match rates.get(*name) {
                Some(rate) => rate * x * x,
                None => *x,
            };
            more += rate * x;
        }
        known * more + names.iter().zip(v).map(|(name, x)| rates.get(*name).unwrap_or(&2.0) * x * x).sum::<f64>()
    }

    #[test]
    fn gradients() {
        let table = BTreeMap::from([(b'a', 2), (b'c', 1)]);
        let lookup = |v: &[f64]| costs(v, &table, b"abc");
        let (value, gradient) = costs_grad(&[0.7, -0.4, 0.9, 1.2], &table, b"abc");
        assert_eq!(value, lookup(&[0.7, -0.4, 0.9, 1.2]));
        autodiff_core::check_gradient(lookup, |_| gradient.clone(), &[0.7, -0.4, 0.9, 1.2]).unwrap();
        let prices = HashMap::from([("a".to_string(), 2.0), ("b".to_string(), 3.0)]);
        let (value, gradient) = budget_vjp(&prices, &[("a", 2.0), ("b", 0.5)], Some(1.0));
        assert_eq!(value, Some(8.75));
        assert_eq!(gradient.iter().map(|g| g.1).collect::<Vec<_>>(), [8.0, 3.0]);
        assert_eq!(budget(&prices, &[("c", 1.0)]), None);
        let table = BTreeMap::from([("a".to_string(), 2.0), ("c".to_string(), 0.7)]);
        let names = ["a", "b", "c"];
        let point = [0.7, -0.4, 0.9];
        let (value, gradient) = rates_grad(&table, &names, &point);
        assert_eq!(value, rates(&table, &names, &point));
        autodiff_core::check_gradient(|v| rates(&table, &names, v), |_| gradient.clone(), &point).unwrap();
    }
}

/// The type that a closure's parameter tells of what it takes whole (E0689).
mod lists_whose_type_a_closure_tells {
    use autodiff_core::differentiate;

    #[differentiate]
    fn smooth(v: &[f64]) -> f64 {
        let top = |xs: [f64; 2]| {
            let top = xs[0].max(xs[1]);
            top + v[0] * (xs[0] - top).exp()
        };
        let pair = |(a, b): (f64, f64), c: Vec<f64>| a.max(b) + c[0].sin();
        let low = -1.0;
        let mut best = vec![low; v.len()];
        for i in 1..v.len() {
            best[i] = top([best[i - 1], best[0]]) * v[i] + pair((best[i - 1], best[0]), vec![best[i - 1], best[0]]);
        }
        best[v.len() - 1]
    }

    #[test]
    fn gradients() {
        check! { smooth smooth_vjp smooth_jvp; }
    }
}
