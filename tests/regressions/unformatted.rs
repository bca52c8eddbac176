//! Code as no formatter writes it.

use autodiff_core::{differentiate, Differentiable};

#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Grid { rows: usize, data: Vec<f64> }

impl Grid {
pub fn zeros(n: usize) -> Grid { Grid { rows: n, data: vec![0.0; n] } }
#[differentiate]
pub fn scaled(&self, k: f64) -> Grid {
let mut out = Self::zeros(self.rows);
for i in 0..self.rows { out.data[i] = self.data[i] * k * k; }
out
}
#[differentiate]
pub fn sum(&self) -> f64 { self.data.iter().sum() }
} #[differentiate] pub fn total(g: &Grid, k: f64) -> f64 { g.scaled(k).sum() * cubed(k) }

impl Grid { #[differentiate] pub fn first(&self, [a, b]: [f64; 2]) -> f64 { self.data[0] * a * b } } #[differentiate] pub fn cubed(k: f64) -> f64 { k * k * k }

/// `sum` was taken for a function outside of the `impl`, since it begins at the margin, and `cubed` for one inside, since an `impl` ends in its line.
#[test]
fn braces_tell_where_a_function_stands_and_lines_do_not() {
    let gradient = |p: &[f64]| {
        let (g, k) = total_vjp(&Grid { rows: 2, data: p[1..].to_vec() }, p[0], -2.5).1;
        [vec![k], g.data].concat()
    };
    let point = [1.25, 0.5, -0.75];
    autodiff_core::check_gradient(|p| -2.5 * total(&Grid { rows: 2, data: p[1..].to_vec() }, p[0]), gradient, &point).unwrap();
    let (g, [a, b]) = Grid { rows: 1, data: vec![2.0] }.first_vjp([3.0, 5.0], -1.0).1;
    assert_eq!((g.data[0], a, b), (-15.0, -10.0, -6.0));
    assert_eq!(cubed_grad(2.0), (8.0, 12.0));
}
