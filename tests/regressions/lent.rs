//! What holds no numbers: lists of positions beside numbers, what maps lend, and what tells types.

/// Lists without numbers in a tuple that is given: the tangent of such a list was no list (E0308).
mod lists_of_positions_beside_numbers {
    use autodiff_core::differentiate;

    #[derive(Clone, PartialEq, Debug)]
    enum Kind {
        Up,
        Down,
    }

    #[differentiate(hessian)]
    fn best(scores: &[f64]) -> (f64, Vec<usize>) {
        let mut path = Vec::new();
        let mut at = 0;
        for i in 0..scores.len() {
            if scores[i] > scores[at] {
                at = i;
            }
            path.push(at);
        }
        path.reverse();
        (scores[at] * scores[at] * scores[0], path)
    }

    #[differentiate(hessian)]
    fn kinds(scores: &[f64]) -> (f64, Vec<Kind>, Option<usize>) {
        let kinds = vec![Kind::Up, Kind::Down];
        (scores[0] * scores[1], kinds, Some(3))
    }

    #[differentiate]
    fn both(scores: &[f64]) -> f64 {
        let (a, path) = best(scores);
        a * scores[path[0]]
    }

    #[test]
    fn gradients() {
        check! { both both_vjp both_jvp; }
        let (value, tangent) = kinds_jvp(&[2.0, 3.0], &[1.0, 0.0]);
        assert_eq!((value, tangent.0), ((6.0, vec![Kind::Up, Kind::Down], Some(3)), 3.0));
    }
}

/// Lists without numbers behind `&mut`: their place was taken by `()` (E0308).
mod lists_of_positions_behind_mutable_references {
    use autodiff_core::differentiate;

    #[differentiate(hessian)]
    fn visit(x: &[f64], seen: &mut Vec<bool>, order: &mut [usize], count: &mut usize) -> f64 {
        let at = seen.iter().position(|s| !s).unwrap_or(0);
        seen[at] = true;
        order[at] = *count;
        *count += 1;
        x[at] * x[at]
    }

    #[differentiate]
    fn all(x: &[f64]) -> f64 {
        let mut seen = vec![false; x.len()];
        let mut order = [0; 4];
        let mut count = 0;
        let mut total = 0.0;
        while count < 3 {
            total += visit(x, &mut seen, &mut order, &mut count) * (1 + order[1]) as f64;
        }
        total * visit(x, &mut seen, &mut order[..], &mut count)
    }

    #[test]
    fn gradients() {
        check! { all all_vjp all_jvp; }
        let (value, gradient) = visit_grad(&[2.0, 3.0], &mut vec![true, false], &mut [0, 0], &mut 0);
        assert_eq!((value, gradient), (9.0, vec![0.0, 6.0]));
        let (.., hessian) = visit_hessian(&[2.0, 3.0], &mut vec![true, false], &mut [0, 0], &mut 0);
        assert_eq!(hessian, [[0.0, 0.0], [0.0, 2.0]]);
    }
}

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
