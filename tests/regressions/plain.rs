//! Calls and searches that carry no derivative, of values that do.

use autodiff_core::{Differentiable, check_gradient, differentiate};

#[derive(Clone, Debug, Differentiable)]
struct Table {
    rows: usize,
    columns: usize,
    data: Vec<f64>,
}

impl Table {
    fn ones(rows: usize, columns: usize) -> Table {
        Table { rows, columns, data: vec![1.0; rows * columns] }
    }

    #[differentiate]
    fn scaled(&self, k: f64) -> f64 {
        let mut t = Table::ones(self.rows, self.columns);
        for (to, from) in t.data.iter_mut().zip(&self.data) {
            *to *= k * from * from;
        }
        t.data.iter().map(|x| x * x).sum()
    }
}

fn ones(n: usize) -> Vec<f64> {
    vec![1.0; n]
}

#[differentiate]
fn of_functions(t: &Table, k: f64) -> f64 {
    let mut u = ones(t.rows);
    u[0] *= k * t.data[0];
    let n = t.columns;
    let mut v = ones(n);
    v[n - 1] -= t.data[1] * u[0];
    let w = Table::ones(t.columns, n);
    t.scaled(k) + u[0] * v[n - 1] + w.data[0] * k
}

/// Functions without the attribute were refused that make something of integers which are fields of what varies.
#[test]
fn functions_of_integers_need_no_attribute() {
    let of = |p: &[f64]| Table { rows: 2, columns: 2, data: p[..4].to_vec() };
    let point = [0.7, -0.4, 0.9, 1.2, 0.3];
    let (value, (bar, k_bar)) = of_functions_vjp(&of(&point), point[4], -2.0);
    assert_eq!(value.to_bits(), of_functions(&of(&point), point[4]).to_bits());
    let gradient: Vec<f64> = bar.data.iter().copied().chain([k_bar]).collect();
    check_gradient(|p| -2.0 * of_functions(&of(p), p[4]), |_| gradient.clone(), &point).unwrap();
    let (_, tangent) = of_functions_jvp(&of(&point), point[4], (&bar, k_bar));
    let square: f64 = gradient.iter().map(|g| g * g).sum();
    assert!((square + 2.0 * tangent).abs() < 1e-12 * square);
}

#[differentiate]
fn extents(rows: &[Vec<f64>], k: f64) -> f64 {
    let longest = rows.iter().map(|r| r.len()).max().unwrap_or(0);
    let shortest = rows.iter().filter(|r| r[0] > 0.0).map(|r| r.len()).min();
    let top = rows[0].iter().map(|x| (x * 10.0).floor() as i32).max().unwrap();
    let mut s = 0.0;
    for r in rows {
        s += r.iter().map(|x| x * k).sum::<f64>() * (longest - r.len() + 1) as f64;
    }
    s * shortest.map_or(0.5, |n| n as f64) + top as f64 * k
}

/// The largest of what was counted was refused.
#[test]
fn the_largest_and_smallest_of_integers_carry_no_derivative() {
    for first in [0.75, -0.75] {
        let rows = |p: &[f64]| vec![p[..2].to_vec(), p[2..5].to_vec(), vec![-p[0]]];
        let point = [first, -0.43, -0.95, 1.25, 0.35, 0.8];
        let (value, (bar, k_bar)) = extents_vjp(&rows(&point), point[5], -2.0);
        assert_eq!(value.to_bits(), extents(&rows(&point), point[5]).to_bits());
        let gradient = [bar[0][0] - bar[2][0], bar[0][1], bar[1][0], bar[1][1], bar[1][2], k_bar];
        check_gradient(|p| -2.0 * extents(&rows(p), p[5]), |_| gradient.to_vec(), &point).unwrap();
        let (_, tangent) = extents_jvp(&rows(&point), point[5], (&bar, k_bar));
        let square: f64 = bar.iter().flatten().map(|g| g * g).sum::<f64>() + k_bar * k_bar;
        assert!((square + 2.0 * tangent).abs() < 1e-12 * square);
    }
}

#[differentiate]
fn written(text: &str, x: &[f64]) -> f64 {
    let mut s = 0.0;
    let mut it = text.chars().peekable();
    while let Some(c) = it.next() {
        let Some(k) = c.to_digit(36) else { continue };
        let power = if it.peek() == Some(&'^') {
            it.next();
            it.next().and_then(|d| d.to_digit(10)).unwrap() as i32
        } else {
            1
        };
        s += x[k as usize - 10].powi(power);
    }
    s * s
}

/// The iterator was taken for one that varies, since it changes where the exponent is found, and was lent to `peek` (E0596).
#[test]
fn an_iterator_over_text_changes_in_a_branch() {
    let point = [0.7, -0.4, 0.9];
    let text = "a^3 + b * c^2 - a";
    let (value, gradient) = written_vjp(text, &point, -2.0);
    assert_eq!(value.to_bits(), written(text, &point).to_bits());
    check_gradient(|p| -2.0 * written(text, p), |_| gradient.clone(), &point).unwrap();
}

#[differentiate]
fn checked(x: &[f64], k: f64) -> f64 {
    let f = |t: f64| t.sin() * k;
    let (mut t, mut n) = (x[0], 0);
    while t < 2.0 {
        t += f(t).abs() + 0.3;
        n += 1;
        assert!(n < 100, "{n} steps to {t} with {k:.3}");
        assert!(t < 10.0, "at {t}, and {:?}", x);
    }
    match x.first() {
        Some(t) if *t < 0.0 => t * k,
        _ => t * x[1],
    }
}

/// A name in a format string that several variables have was taken for an assignment.
#[test]
fn names_in_messages_are_no_assignments() {
    for point in [[0.7, -0.4, 0.9], [-0.3, 0.8, 0.4]] {
        let (value, (bar, k_bar)) = checked_vjp(&point[..2], point[2], -2.0);
        assert_eq!(value.to_bits(), checked(&point[..2], point[2]).to_bits());
        let gradient = [bar[0], bar[1], k_bar];
        check_gradient(|p| -2.0 * checked(&p[..2], p[2]), |_| gradient, &point).unwrap();
    }
}
