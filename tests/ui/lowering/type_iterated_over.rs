//! Types of the file that are iterated over: what comes out of them only their `impl` tells.
use autodiff_core::{differentiate, Differentiable};

#[derive(Differentiable, Clone)]
struct Powers {
    x: f64,
    n: usize,
}

impl Iterator for Powers {
    type Item = f64;
    fn next(&mut self) -> Option<f64> {
        self.n = self.n.checked_sub(1)?;
        self.x *= self.x;
        Some(self.x)
    }
}

#[derive(Differentiable, Clone)]
struct Path {
    points: Vec<f64>,
}

impl<'a> IntoIterator for &'a Path {
    type Item = &'a f64;
    type IntoIter = std::slice::Iter<'a, f64>;
    fn into_iter(self) -> Self::IntoIter {
        self.points.iter()
    }
}

#[differentiate]
fn powers(x: f64) -> f64 {
    let mut s = 0.0;
    for y in (Powers { x, n: 3 }) {
        s += y;
    }
    s
}

#[differentiate]
fn along(p: &Path) -> f64 {
    let mut s = 0.0;
    for x in p {
        s += x * x;
    }
    s
}

fn main() {}
