//! Bodies that move.

use crate::consts::{GAUSS_NODES, GAUSS_WEIGHTS, GRAVITY, SIMPSON};
use crate::traits::Potential;
use crate::types::{Particle, Shape, Spring, Vec3, World};
use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Copy, Debug, Differentiable)]
pub struct LennardJones {
    pub eps: f64,
    pub sigma: f64,
}

#[differentiate]
impl Potential for LennardJones {
    fn energy(&self, r: f64) -> f64 {
        let s6 = (self.sigma / r).powi(6);
        4.0 * self.eps * (s6 * s6 - s6)
    }
}

#[differentiate]
pub fn bond<P: Potential>(p: &P, a: Vec3, b: Vec3) -> f64 {
    p.energy((a - b).norm()) + 0.1 * p.twice(2.0)
}

#[differentiate]
pub fn lennard_jones(v: &[f64]) -> f64 {
    let p = LennardJones { eps: v[0], sigma: v[1] };
    bond(&p, Vec3::new(v[2], 0.0, 0.3), Vec3::new(-1.0, v[3], 1.0))
}

#[differentiate]
pub fn kinetic(p: &Particle) -> f64 {
    0.5 * p.mass * p.velocity.dot(p.velocity)
}

#[differentiate]
pub fn total_energy(w: &World) -> f64 {
    let kinetic: f64 = w.particles.iter().map(kinetic).sum();
    let height: f64 = w.particles.iter().map(|p| p.mass * GRAVITY * p.position.z).sum();
    kinetic + height + w.springs.iter().map(|s| spring_energy(s, &w.particles)).sum::<f64>()
}

#[differentiate]
pub fn spring_energy(s: &Spring, particles: &[Particle]) -> f64 {
    let (i, j) = s.ends;
    let stretch = (particles[i].position - particles[j].position).norm() - s.rest;
    0.5 * s.stiffness * stretch * stretch
}

#[differentiate]
impl World {
    pub fn step(&mut self, dt: f64) {
        for p in self.particles.iter_mut() {
            p.velocity += Vec3 { x: 0.0, y: 0.0, z: -GRAVITY } * dt;
            p.velocity = p.velocity * (1.0 - self.damping * dt);
            p.position += p.velocity * dt;
        }
        let e = self.particles.first().map_or(0.0, |p| p.position.z);
        self.history.push(e);
    }

    pub fn lowest(&self) -> f64 {
        self.particles.iter().map(|p| p.position.z).fold(f64::INFINITY, f64::min)
    }
}

#[differentiate]
pub fn simulate(w: &World, dt: f64, n: usize) -> f64 {
    let mut w = w.clone();
    for _ in 0..n {
        w.step(dt);
    }
    total_energy(&w) + w.history.iter().sum::<f64>() + w.lowest()
}

#[differentiate]
pub fn centre(w: &World) -> Vec3 {
    let mass: f64 = w.particles.iter().map(|p| p.mass).sum();
    let mut c = Vec3::ZERO;
    for p in &w.particles {
        c += p.position * p.mass;
    }
    c * (1.0 / mass)
}

#[differentiate]
pub fn centre_norm(w: &World) -> f64 {
    let [x, y, z] = centre(w).to_array();
    x * y + z
}

#[differentiate]
pub fn nearest(w: &World, target: Vec3) -> f64 {
    w.particles.iter().map(|p| (p.position - target).norm()).min_by(|a, b| a.total_cmp(b)).unwrap_or(0.0)
}

#[differentiate]
pub fn gaps(w: &World) -> f64 {
    w.particles.windows(2).map(|p| (p[1].position - p[0].position).norm()).sum()
}

#[differentiate]
pub fn stiffest(w: &World) -> f64 {
    w.springs.iter().max_by(|a, b| a.stiffness.partial_cmp(&b.stiffness).unwrap()).map(|s| s.rest * s.stiffness).unwrap_or_default()
}

#[differentiate]
pub fn reversed(w: &World, k: f64) -> f64 {
    w.particles.iter().rev().enumerate().map(|(i, p)| p.mass * k.powi(i as i32)).sum()
}

#[differentiate]
pub fn quadrature(a: f64, b: f64, k: f64) -> f64 {
    let (mid, half) = (0.5 * (a + b), 0.5 * (b - a));
    GAUSS_NODES.iter().zip(GAUSS_WEIGHTS).map(|(x, w)| w * (k * (mid + half * x)).sin()).sum::<f64>() * half
}

#[differentiate]
pub fn simpson(a: f64, b: f64) -> f64 {
    let h = (b - a) / 2.0;
    let values = SIMPSON.map(|w| w * h / 3.0);
    values.iter().enumerate().map(|(i, w)| w * (a + i as f64 * h).exp()).sum()
}

#[differentiate]
pub fn area(s: &Shape) -> f64 {
    match s {
        Shape::Circle { radius } => std::f64::consts::PI * radius * radius,
        Shape::Rect { width, height } => width * height,
        Shape::Polygon(points) => {
            let n = points.len();
            0.5 * (0..n).map(|i| points[i].0 * points[(i + 1) % n].1 - points[(i + 1) % n].0 * points[i].1).sum::<f64>()
        }
        Shape::Empty => 0.0,
    }
}

#[differentiate]
pub fn areas(v: &[f64]) -> f64 {
    use Shape::*;
    let shapes = [Circle { radius: v[0] }, Rect { width: v[1], height: v[2] }, Polygon(vec![(0.0, 0.0), (v[3], 0.0), (v[0], v[1])]), Empty];
    shapes.iter().map(area).sum()
}

#[differentiate]
pub fn outline(s: &Shape, k: f64) -> f64 {
    match s {
        Shape::Polygon(points) => {
            let (first, last) = (points.first().unwrap(), points.last().unwrap());
            (first.0 - last.0) * points.get(1).map_or(0.0, |p| p.1 * k) + points.len() as f64 * first.1
        }
        Shape::Rect { width, height } => width.hypot(*height) * k,
        _ => k,
    }
}

#[differentiate]
pub fn grown(s: &Shape, k: f64) -> f64 {
    let mut s = s.clone();
    match &mut s {
        Shape::Circle { radius } => *radius *= k * *radius,
        Shape::Rect { width, height } => std::mem::swap(width, height),
        Shape::Polygon(points) => {
            for p in points.iter_mut() {
                p.0 *= k * p.0;
            }
            points.push((k, k * k));
        }
        Shape::Empty => {}
    }
    area(&s) * k
}
