//! Cloth, pinned at the top.

use super::geometry::*;
use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Differentiable)]
pub struct Cloth {
    w: usize,
    h: usize,
    p: Vec<Vec3>,
    prev: Vec<Vec3>,
    pinned: Vec<bool>,
}
#[differentiate]
impl Cloth {
    fn new(w: usize, h: usize, spacing: f64) -> Self {
        let p: Vec<Vec3> = (0..h).flat_map(|j| (0..w).map(move |i| Vec3::new(i as f64 * spacing, -(j as f64) * spacing, 0.0))).collect();
        let pinned = (0..w * h).map(|i| i < w).collect();
        Cloth { w, h, prev: p.clone(), p, pinned }
    }
    #[inline]
    fn idx(&self, i: usize, j: usize) -> usize {
        j * self.w + i
    }
    fn step(&mut self, g: Vec3, dt: f64) {
        for ((p, q), pin) in self.p.iter_mut().zip(self.prev.iter_mut()).zip(&self.pinned) {
            if *pin {
                continue;
            }
            let cur = *p;
            *p += (cur - *q) * 0.98 + g * (dt * dt);
            *q = cur;
        }
    }
    fn satisfy(&mut self, rest: f64) {
        for j in 0..self.h {
            for i in 0..self.w {
                let a = self.idx(i, j);
                for (di, dj) in [(1, 0), (0, 1)] {
                    if i + di >= self.w || j + dj >= self.h {
                        continue;
                    }
                    let b = self.idx(i + di, j + dj);
                    let d = self.p[b] - self.p[a];
                    let corr = d * (0.5 * (1.0 - rest / d.length()));
                    if !self.pinned[a] {
                        self.p[a] += corr;
                    }
                    if !self.pinned[b] {
                        self.p[b] -= corr;
                    }
                }
            }
        }
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let mut c = Cloth::new(3, 3, 1.0 + 0.1 * x[0]);
    c.p[4].z += x[1];
    c.p[7] = Vec3::new(x[2], x[3] - 2.0, 0.5);
    for _ in 0..3 {
        c.step(Vec3::new(x[4], -9.8, x[5]), 0.1);
        c.satisfy(0.9 + 0.1 * x[6]);
    }
    c.p.iter().map(|p| p.dot(*p)).sum::<f64>() + c.p.last().map(|v| v.z).unwrap_or(0.0)
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 7, 0.05, 1.0, |v| (v), d => d);
}
