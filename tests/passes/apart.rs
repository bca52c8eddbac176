//! Several parts of one struct in a call: different fields, the same one, fields of fields, tuples; and the same through callers, which may
//! have no cotangent for it.

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Differentiable)]
struct Pair {
    left: Vec<f64>,
    right: Vec<f64>,
}

#[derive(Clone, Differentiable)]
struct Table {
    users: Vec<Vec<f64>>,
    items: Vec<Vec<f64>>,
    bias: Pair,
    scale: f64,
}

#[differentiate]
fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y * y).sum()
}

#[differentiate]
fn scaled(a: &[f64], k: &f64) -> f64 {
    let mut s = 0.0;
    for v in a {
        s += v * k * k;
    }
    s
}

#[differentiate]
impl Table {
    fn score(&self, n: usize) -> f64 {
        let a = inner(&self.users[n], &self.items[n]) * self.scale;
        let b = inner(&self.bias.left, &self.bias.right) + inner(&self.users[n], &self.users[n]);
        a + b * inner(&self.bias.left, &self.users[0]) + scaled(&self.items[n], &self.scale)
    }
}

#[differentiate]
fn table(x: &[f64], k: f64) -> Table {
    let row = |s: f64| x.iter().map(|v| v * s + 0.2).collect::<Vec<f64>>();
    Table {
        users: vec![row(k), row(0.5)],
        items: vec![row(0.7), row(k * k)],
        bias: Pair { left: row(0.3), right: row(1.1 * k) },
        scale: k + 0.1,
    }
}

with_and_without! {
    in_place off(apart) pub fn f(x: &[f64], k: f64) -> f64 {
        let t = table(x, k);
        let mut s = 0.0;
        for n in 0..2 {
            s += inner(&t.users[n], &t.items[1 - n]) * t.scale + inner(&t.bias.left, &t.bias.right);
            s += inner(&t.items[n], &t.items[0]) + scaled(&t.users[n], &t.scale);
        }
        s
    }
    through_a_method off(apart) pub fn f(x: &[f64], k: f64) -> f64 {
        let t = table(x, k);
        let mut s = k;
        for n in [0, 1, 1] {
            s = s * 0.5 + t.score(n);
        }
        s
    }
    tuples off(apart) pub fn f(x: &[f64], k: f64) -> f64 {
        let both = (x.to_vec(), x.iter().map(|v| v * k).collect::<Vec<f64>>());
        let mut s = k;
        for _ in 0..2 {
            s = s.sin() + inner(&both.0, &both.1) + inner(&both.1, &both.1);
        }
        s
    }
    overwritten off(apart) pub fn f(x: &[f64], k: f64) -> f64 {
        let mut t = table(x, k);
        let mut s = k;
        for n in 0..2 {
            s += inner(&t.users[n], &t.items[n]);
            for v in t.users[n].iter_mut() {
                *v *= 0.1 * s;
            }
            t.scale += inner(&t.users[n], &t.bias.right);
            s += t.scale * k;
        }
        s
    }
}

/// The table by itself, for gradients by its fields and for callers with and without one.
#[differentiate]
fn total(t: &Table, rounds: usize) -> f64 {
    let mut s = 0.1_f64;
    for n in 0..rounds {
        s = 0.5 * s.cos() + inner(&t.users[n % 2], &t.items[n % 2]) * t.score(n % 2);
    }
    s
}

#[differentiate(wrt(k))]
fn constant_table(t: &Table, k: f64) -> f64 {
    total(t, 2) * k + t.score(1) * k * k
}

#[test]
fn fields_against_differences() {
    let t = table(&[0.5, -0.75, 0.3], 0.8);
    let (value, bar) = total_vjp(&t, 3, 1.75);
    assert_eq!(value.to_bits(), total(&t, 3).to_bits());
    type Change = Box<dyn Fn(&mut Table, f64)>;
    let mut parts: Vec<(f64, Change)> = vec![(bar.scale, Box::new(|t, d| t.scale += d))];
    for i in 0..3 {
        for n in 0..2 {
            parts.push((bar.users[n][i], Box::new(move |t, d| t.users[n][i] += d)));
            parts.push((bar.items[n][i], Box::new(move |t, d| t.items[n][i] += d)));
        }
        parts.push((bar.bias.left[i], Box::new(move |t, d| t.bias.left[i] += d)));
        parts.push((bar.bias.right[i], Box::new(move |t, d| t.bias.right[i] += d)));
    }
    for (k, (got, change)) in parts.iter().enumerate() {
        let moved = |d: f64| {
            let mut t = t.clone();
            change(&mut t, d);
            total(&t, 3)
        };
        let numeric = 1.75 * (moved(1e-5) - moved(-1e-5)) / 2e-5;
        assert!((got - numeric).abs() < 1e-7 * (1.0 + numeric.abs()), "{k}: {got} and {numeric}");
    }
    let (_, k_bar) = constant_table_vjp(&t, 0.9, 1.75);
    let numeric = 1.75 * (constant_table(&t, 0.9 + 1e-5) - constant_table(&t, 0.9 - 1e-5)) / 2e-5;
    assert!((k_bar - numeric).abs() < 1e-7 * (1.0 + numeric.abs()));
}
