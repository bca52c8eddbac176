//! Pairs of what has no derivative, taken apart: in lists that stay and in lists that change, with names that are used again, and where there is no pair.

use autodiff_core::differentiate;

/// Which elements belong together.
fn links(n: usize) -> Vec<(usize, usize)> {
    (0..2 * n).map(|i| (i % n.max(1), (3 * i + 1) % n.max(1))).collect()
}

#[differentiate]
fn tension(x: &[f64], k: f64, links: &[(usize, usize)], table: &[(f64, f64, [usize; 2])]) -> f64 {
    let mut y = x.to_vec();
    for i in 0..links.len() {
        let (from, to) = links[i];
        let (c, _, [a, b]) = table[i % table.len()];
        y[to] = y[to] * c + k * y[from] * x[a % x.len()];
        y[from] -= 0.1 * y[b % x.len()];
    }
    for &(from, to) in links {
        y[to] += y[from] * y[to] * 0.01;
    }
    for (&(from, _), v) in links.iter().zip(x) {
        y[from] *= v * 0.5;
    }
    for (k, &(a, (b, c))) in [(0, (1, 0.5)), (1, (0, 0.25))].iter().enumerate() {
        y[a % x.len()] += y[b % x.len()] * c * k as f64;
    }
    y.iter().sum()
}

with_and_without! {
    of_parameters off(undo) pub fn f(x: &[f64], k: f64) -> f64 {
        if x.is_empty() {
            return k;
        }
        tension(x, k, &links(x.len()), &[(0.5, 1.0, [0, 1]), (0.75, 2.0, [2, 0])])
    }
    of_a_list_that_changes off(undo) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut pairs = links(x.len());
        let mut y = x.to_vec();
        for i in 0..x.len() {
            let (a, b) = pairs[i];
            y[a] = y[a] * y[b] * k + 0.3;
            pairs[i] = (b, a);
            pairs.swap(0, i);
            let (c, _) = pairs[i];
            y[c] = y[c].sin() + y[a];
        }
        y.iter().sum()
    }
    names_used_again off(undo) pub fn f(x: &[f64], k: f64) -> f64 {
        let (mut a, mut b) = (0, x.len());
        let mut s = k;
        while a < b {
            let (i, j) = (a, b - 1);
            s = s * x[i] + x[j] * x[i];
            (a, b) = (a + 1, b - 1);
            let (i, j) = (j, i);
            s = (s * x[j]).sin() + x[i];
        }
        s
    }
    exchanged off(undo) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut s = k;
        let mut at = (0, 1);
        for v in x {
            let (a, b) = at;
            let (b, a) = (a, b);
            s = s * v + (a + 2 * b) as f64;
            at = ((at.1 + 1) % 3, at.0);
        }
        s
    }
    made_in_the_loop off(undo) pub fn f(x: &[f64], k: f64) -> f64 {
        let n = x.len();
        let mut y = x.to_vec();
        for i in 0..n {
            for j in 0..n {
                let (a, b) = ((i + j) % n, (i * j) % n);
                let (c, s) = (a as f64 * 0.1, 1.0 - b as f64 * 0.1);
                y[a] = y[a] * c + k * y[b] * s;
            }
        }
        y.iter().sum()
    }
    references_to_pairs_that_change off(undo) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut pairs: Vec<(usize, usize)> = links(x.len());
        let mut y = x.to_vec();
        for i in 0..x.len() {
            let (a, b) = &pairs[i];
            y[*a] = (y[*b] * k).sin() + y[*a] * y[*a] * 0.1;
            pairs[i] = (0, i);
            let at = (i + 1) % x.len();
            let (a, _) = &pairs[at];
            y[*a] *= x[*a];
            pairs.swap(0, at);
        }
        for round in 0..2 {
            for (a, b) in &pairs {
                y[*b] += y[*a] * y[*b] * 0.1;
            }
            for &(a, b) in pairs.iter().rev() {
                y[a] = y[a] * 0.9 + k * y[b];
            }
            pairs = pairs.iter().map(|p| (p.1, (p.0 + round) % x.len())).collect();
            pairs.truncate(3);
        }
        y.iter().sum()
    }
    weights_in_lists_that_change off(undo) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut table: Vec<(f64, usize)> = (0..x.len()).map(|i| (0.5 + i as f64, i)).collect();
        let mut s = k;
        for i in 0..x.len() {
            let (w, at) = table[i];
            s = s * w * 0.3 + x[at] * s;
            table[(i + 1) % x.len()] = (w * 0.5, at);
            let (w, at) = &table[i];
            s += w * x[*at] * s;
        }
        s
    }
    references_to_pairs off(undo) pub fn f(x: &[f64], k: f64) -> f64 {
        let pairs: Vec<(usize, usize)> = links(x.len());
        let mut y = x.to_vec();
        for i in 0..x.len() {
            let &(a, b) = &pairs[i];
            y[a] = y[b] * k + y[a] * y[a];
            let (a, b) = &pairs[i];
            y[*b] += y[*a] * 0.5;
        }
        y.iter().sum()
    }
}

#[test]
#[should_panic(expected = "index out of bounds")]
fn a_pair_that_is_not_there() {
    #[differentiate]
    fn f(x: f64, pairs: &[(usize, f64)]) -> f64 {
        let (_, w) = pairs[1];
        let (n, _) = pairs[0];
        x * w * n as f64
    }
    f_grad(1.0, &[(0, 1.0)]);
}
