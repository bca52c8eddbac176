//! References of which only run time knows what they lead to: the value is followed, the reference is not.

use autodiff_core::{Differentiable, check_gradient, differentiate};

#[derive(Clone, Copy, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

#[differentiate]
impl Point {
    fn dot(self, other: Point) -> f64 {
        self.x * other.x + self.y * other.y
    }
}

#[differentiate]
fn longer_sum<'a>(a: &'a [f64], b: &'a [f64]) -> f64 {
    let longer = if a.len() > b.len() { a } else { b };
    longer.iter().sum::<f64>() * a[0]
}

#[test]
fn slices() {
    for split in [2, 3] {
        let gradient = |p: &[f64]| {
            let (a, b) = longer_sum_grad(&p[..split], &p[split..]).1;
            [a, b].concat()
        };
        check_gradient(|p| longer_sum(&p[..split], &p[split..]), gradient, &[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
    }
}

#[differentiate]
fn of_structs(a: &Point, b: &Point, k: f64) -> f64 {
    let p = if a.x > b.x { a } else { b };
    let part = match k > 1.0 {
        true => &a.x,
        false => &b.y,
    };
    p.dot(*p) * part * p.x
}

#[test]
fn structs_and_their_fields() {
    for point in [[1.0, 2.0, 0.5, 0.7, 1.2], [0.1, 2.0, 0.5, 0.7, 0.2]] {
        let value = |p: &[f64]| of_structs(&Point { x: p[0], y: p[1] }, &Point { x: p[2], y: p[3] }, p[4]);
        let gradient = |p: &[f64]| {
            let (a, b, k) = of_structs_grad(&Point { x: p[0], y: p[1] }, &Point { x: p[2], y: p[3] }, p[4]).1;
            vec![a.x, a.y, b.x, b.y, k]
        };
        check_gradient(value, gradient, &point).unwrap();
    }
}

#[differentiate]
fn in_a_loop(rows: &[Vec<f64>], table: &[[f64; 2]; 2], k: f64) -> f64 {
    let mut s = 0.0;
    let mut state = vec![k, 2.0 * k];
    for i in 0..rows.len() {
        let row = if i % 2 == 0 { &rows[i] } else { &rows[0] };
        let other: &[f64] = if k > 0.0 { &table[0] } else { row };
        // What is chosen changes afterwards.
        let seen = if i == 0 { &state } else { &rows[1] };
        s += seen[0] * row.iter().zip(other).map(|(a, b)| a * b * k).sum::<f64>();
        state[0] *= s;
        for x in row {
            s += x.sin();
        }
    }
    s + state[0]
}

#[test]
fn overwritten_afterwards() {
    let rows = |p: &[f64]| p[5..].chunks(2).map(<[f64]>::to_vec).collect::<Vec<_>>();
    let table = |p: &[f64]| [[p[0], p[1]], [p[2], p[3]]];
    for k in [1.2, -0.7] {
        let gradient = |p: &[f64]| {
            let (rows, t, k) = in_a_loop_grad(&rows(p), &table(p), p[4]).1;
            let mut g = vec![t[0][0], t[0][1], t[1][0], t[1][1], k];
            g.extend(rows.concat());
            g
        };
        let point = [1.0, 2.0, 0.5, 0.7, k, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
        check_gradient(|p| in_a_loop(&rows(p), &table(p), p[4]), gradient, &point).unwrap();
    }
}

#[differentiate]
fn of_numbers(x: f64, y: &f64) -> f64 {
    let z = x * y;
    let chosen = if x > 0.0 { &z } else { y };
    let again = match z > 1.0 {
        true => &x,
        false => &z,
    };
    *chosen * again.sin() + chosen * 2.0
}

#[test]
fn numbers() {
    for point in [[1.0, 2.0], [-0.3, 0.7], [0.5, 0.2]] {
        let gradient = |p: &[f64]| {
            let (x, y) = of_numbers_grad(p[0], &p[1]).1;
            vec![x, y]
        };
        check_gradient(|p| of_numbers(p[0], &p[1]), gradient, &point).unwrap();
    }
}
