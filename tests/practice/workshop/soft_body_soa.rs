//! Particles in lists of numbers, held together by links.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Default, Differentiable)]
pub struct Particles {
    pub x: Vec<f64>,
    pub y: Vec<f64>,
    pub px: Vec<f64>,
    pub py: Vec<f64>,
}
#[derive(Debug, Clone, Copy)]
pub struct Link {
    a: usize,
    b: usize,
    rest: f64,
}
#[differentiate]
impl Particles {
    pub fn new() -> Self {
        Self { x: Vec::new(), y: Vec::new(), px: vec![], py: vec![] }
    }
    pub fn add(&mut self, x: f64, y: f64) -> usize {
        self.x.push(x);
        self.y.push(y);
        self.px.push(x);
        self.py.push(y);
        self.x.len() - 1
    }
    pub fn integrate(&mut self, gravity: f64, dt: f64) {
        for i in 0..self.x.len() {
            let vx = self.x[i] - self.px[i];
            let vy = self.y[i] - self.py[i];
            self.px[i] = self.x[i];
            self.py[i] = self.y[i];
            self.x[i] += vx;
            self.y[i] += vy - gravity * dt * dt;
        }
    }
    pub fn relax(&mut self, i: usize, j: usize, rest: f64, stiffness: f64) {
        let dx = self.x[j] - self.x[i];
        let dy = self.y[j] - self.y[i];
        let d = (dx * dx + dy * dy).sqrt();
        let diff = stiffness * 0.5 * (d - rest) / d;
        self.x[i] += dx * diff;
        self.y[i] += dy * diff;
        self.x[j] -= dx * diff;
        self.y[j] -= dy * diff;
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let mut ps = Particles::new();
    let ids: Vec<usize> = vec![ps.add(x[0], x[1]), ps.add(x[2] + 1.0, x[3]), ps.add(x[4] + 1.0, x[5] + 1.0), ps.add(x[6], x[7] + 1.0)];
    let links = [(0, 1), (1, 2), (2, 3), (3, 0), (0, 2)];
    for _ in 0..5 {
        ps.integrate(9.81 * x[8], 0.1);
        for &(a, b) in links.iter() {
            ps.relax(ids[a], ids[b], 1.0, 0.6 + 0.1 * x[9]);
        }
    }
    let cx = ps.x.iter().sum::<f64>() / ps.x.len() as f64;
    let cy = ps.y.iter().sum::<f64>() / ps.y.len() as f64;
    ps.x.iter().zip(&ps.y).map(|(a, b)| (a - cx).powi(2) + (b - cy).powi(2)).sum::<f64>() + cy
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 10, 0.05, 1.0, |v| (v), d => d);
}
