//! Simulations on structs: particles on springs, and the attitude of a body by quaternions.

use autodiff_core::{Differentiable, differentiate};

use super::Numbers;
use crate::measure::Case;

// ---- particles on springs ----------------------------------------------------------------------------------

#[derive(Clone, Differentiable)]
pub struct Particle {
    pub position: [f64; 3],
    pub velocity: [f64; 3],
    pub mass: f64,
}

pub struct Spring {
    pub ends: (usize, usize),
    pub rest: f64,
}

#[differentiate(wrt(start, stiffness))]
pub fn springs(start: &[Particle], links: &[Spring], stiffness: f64, dt: f64, steps: usize) -> f64 {
    let mut particles = start.to_vec();
    for _ in 0..steps {
        let mut forces = vec![[0.0; 3]; particles.len()];
        for link in links {
            let (a, b) = link.ends;
            let mut d = [0.0; 3];
            for k in 0..3 {
                d[k] = particles[b].position[k] - particles[a].position[k];
            }
            let length = (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).sqrt();
            let pull = stiffness * (length - link.rest) / length;
            for k in 0..3 {
                forces[a][k] += pull * d[k];
                forces[b][k] -= pull * d[k];
            }
        }
        for (p, force) in particles.iter_mut().zip(&forces) {
            for k in 0..3 {
                p.velocity[k] += dt * force[k] / p.mass;
                p.position[k] += dt * p.velocity[k];
            }
        }
    }
    let mut energy = 0.0;
    for p in &particles {
        for k in 0..3 {
            energy += 0.5 * p.mass * p.velocity[k] * p.velocity[k] + 0.1 * p.position[k] * p.position[k];
        }
    }
    energy
}

type Springs = (f64, (Vec<[f64; 7]>, f64));

pub fn springs_by_hand(start: &[Particle], links: &[Spring], stiffness: f64, dt: f64, steps: usize) -> Springs {
    let n = start.len();
    let mut positions = Vec::with_capacity((steps + 1) * n);
    let mut forces_of = Vec::with_capacity(steps * n);
    positions.extend(start.iter().map(|p| p.position));
    let mut velocities: Vec<[f64; 3]> = start.iter().map(|p| p.velocity).collect();
    let mut forces = vec![[0.0; 3]; n];
    for s in 0..steps {
        forces.fill([0.0; 3]);
        let at = &positions[s * n..];
        for link in links {
            let (a, b) = link.ends;
            let (p, q) = (at[a], at[b]);
            let d = [q[0] - p[0], q[1] - p[1], q[2] - p[2]];
            let length = (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).sqrt();
            let pull = stiffness * (length - link.rest) / length;
            for k in 0..3 {
                forces[a][k] += pull * d[k];
                forces[b][k] -= pull * d[k];
            }
        }
        for i in 0..n {
            let mut p = positions[s * n + i];
            for k in 0..3 {
                velocities[i][k] += dt * forces[i][k] / start[i].mass;
                p[k] += dt * velocities[i][k];
            }
            positions.push(p);
        }
        forces_of.extend_from_slice(&forces);
    }
    let (mut energy, mut mass_bar, mut stiffness_bar) = (0.0, vec![0.0; n], 0.0);
    let (mut p_bar, mut v_bar, mut f_bar) = (vec![[0.0; 3]; n], vec![[0.0; 3]; n], vec![[0.0; 3]; n]);
    for i in 0..n {
        let (p, v, m) = (positions[steps * n + i], velocities[i], start[i].mass);
        for k in 0..3 {
            energy += 0.5 * m * v[k] * v[k] + 0.1 * p[k] * p[k];
            mass_bar[i] += 0.5 * v[k] * v[k];
            v_bar[i][k] = m * v[k];
            p_bar[i][k] = 0.2 * p[k];
        }
    }
    for s in (0..steps).rev() {
        for i in 0..n {
            let (m, f) = (start[i].mass, forces_of[s * n + i]);
            for k in 0..3 {
                v_bar[i][k] += dt * p_bar[i][k];
                let share = dt * v_bar[i][k] / m;
                f_bar[i][k] = share;
                mass_bar[i] -= share * f[k] / m;
            }
        }
        let at = &positions[s * n..][..n];
        for link in links {
            let (a, b) = link.ends;
            let (p, q) = (at[a], at[b]);
            let d = [q[0] - p[0], q[1] - p[1], q[2] - p[2]];
            let length = (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).sqrt();
            let stretch = (length - link.rest) / length;
            let pull = stiffness * stretch;
            let mut g = [0.0; 3];
            let mut pull_bar = 0.0;
            for k in 0..3 {
                g[k] = f_bar[a][k] - f_bar[b][k];
                pull_bar += g[k] * d[k];
            }
            stiffness_bar += pull_bar * stretch;
            // d(pull) / d(length) = stiffness * rest / length^2
            let along = pull_bar * stiffness * link.rest / (length * length * length);
            for k in 0..3 {
                let bar = pull * g[k] + along * d[k];
                p_bar[b][k] += bar;
                p_bar[a][k] -= bar;
            }
        }
    }
    let flat = |i: usize| {
        let ([a, b, c], [d, e, f]) = (p_bar[i], v_bar[i]);
        [a, b, c, d, e, f, mass_bar[i]]
    };
    (energy, ((0..n).map(flat).collect(), stiffness_bar))
}

// ---- the attitude of a body --------------------------------------------------------------------------------

#[derive(Clone, Copy, Differentiable)]
pub struct Quaternion {
    pub w: f64,
    pub x: f64,
    pub y: f64,
    pub z: f64,
}

impl Quaternion {
    #[differentiate]
    fn times(&self, o: &Quaternion) -> Quaternion {
        Quaternion {
            w: self.w * o.w - self.x * o.x - self.y * o.y - self.z * o.z,
            x: self.w * o.x + self.x * o.w + self.y * o.z - self.z * o.y,
            y: self.w * o.y - self.x * o.z + self.y * o.w + self.z * o.x,
            z: self.w * o.z + self.x * o.y - self.y * o.x + self.z * o.w,
        }
    }

    #[differentiate]
    fn normalized(&self) -> Quaternion {
        let n = (self.w * self.w + self.x * self.x + self.y * self.y + self.z * self.z).sqrt();
        Quaternion { w: self.w / n, x: self.x / n, y: self.y / n, z: self.z / n }
    }
}

#[differentiate(wrt(bias, scale))]
pub fn attitude(bias: [f64; 3], scale: f64, rates: &[[f64; 3]], target: &Quaternion, dt: f64) -> f64 {
    let mut q = Quaternion { w: 1.0, x: 0.0, y: 0.0, z: 0.0 };
    for rate in rates {
        let half = 0.5 * dt * scale;
        let turn = Quaternion { w: 1.0, x: half * (rate[0] - bias[0]), y: half * (rate[1] - bias[1]), z: half * (rate[2] - bias[2]) };
        q = q.times(&turn).normalized();
    }
    let dot = q.w * target.w + q.x * target.x + q.y * target.y + q.z * target.z;
    1.0 - dot * dot
}

pub fn attitude_by_hand(bias: [f64; 3], scale: f64, rates: &[[f64; 3]], target: &Quaternion, dt: f64) -> (f64, ([f64; 3], f64)) {
    let half = 0.5 * dt * scale;
    let mut q = [1.0, 0.0, 0.0, 0.0];
    // What each step began with, and the norm of its product.
    let mut kept = Vec::with_capacity(rates.len());
    let turn_of = |rate: &[f64; 3]| [half * (rate[0] - bias[0]), half * (rate[1] - bias[1]), half * (rate[2] - bias[2])];
    for rate in rates {
        let [x, y, z] = turn_of(rate);
        let p = [
            q[0] - q[1] * x - q[2] * y - q[3] * z,
            q[0] * x + q[1] + q[2] * z - q[3] * y,
            q[0] * y - q[1] * z + q[2] + q[3] * x,
            q[0] * z + q[1] * y - q[2] * x + q[3],
        ];
        let n = (p[0] * p[0] + p[1] * p[1] + p[2] * p[2] + p[3] * p[3]).sqrt();
        kept.push((q, n));
        q = [p[0] / n, p[1] / n, p[2] / n, p[3] / n];
    }
    let t = [target.w, target.x, target.y, target.z];
    let dot = q[0] * t[0] + q[1] * t[1] + q[2] * t[2] + q[3] * t[3];
    let mut bar: [f64; 4] = std::array::from_fn(|k| -2.0 * dot * t[k]);
    let (mut bias_bar, mut half_bar) = ([0.0; 3], 0.0);
    for (rate, &(before, n)) in rates.iter().zip(&kept).rev() {
        // q = p / |p|
        let along = bar[0] * q[0] + bar[1] * q[1] + bar[2] * q[2] + bar[3] * q[3];
        let p: [f64; 4] = std::array::from_fn(|k| (bar[k] - along * q[k]) / n);
        let [x, y, z] = turn_of(rate);
        let b = before;
        let turn_bar = [
            -p[0] * b[1] + p[1] * b[0] + p[2] * b[3] - p[3] * b[2],
            -p[0] * b[2] - p[1] * b[3] + p[2] * b[0] + p[3] * b[1],
            -p[0] * b[3] + p[1] * b[2] - p[2] * b[1] + p[3] * b[0],
        ];
        bar = [
            p[0] + p[1] * x + p[2] * y + p[3] * z,
            -p[0] * x + p[1] - p[2] * z + p[3] * y,
            -p[0] * y + p[1] * z + p[2] - p[3] * x,
            -p[0] * z - p[1] * y + p[2] * x + p[3],
        ];
        for k in 0..3 {
            half_bar += turn_bar[k] * (rate[k] - bias[k]);
            bias_bar[k] -= turn_bar[k] * half;
        }
        q = before;
    }
    (1.0 - dot * dot, (bias_bar, half_bar * 0.5 * dt))
}

pub fn cases() -> Vec<Case> {
    let mut r = Numbers::new(223);
    let particle = |k: usize, r: &mut Numbers| Particle {
        position: [k as f64 % 4.0 + 0.1 * r.unit(), (k / 4) as f64, 0.2 * r.unit()],
        velocity: [r.between(-0.1, 0.1), r.between(-0.1, 0.1), 0.0],
        mass: r.between(0.5, 1.5),
    };
    let start: &'static [Particle] = (0..16).map(|k| particle(k, &mut r)).collect::<Vec<_>>().leak();
    let pairs = (0..16).flat_map(|a| [(a, a + 1), (a, a + 4), (a, a + 5)]).filter(|(_, b)| *b < 16);
    let links: &'static [Spring] = pairs.map(|ends| Spring { ends, rest: 0.9 }).collect::<Vec<_>>().leak();
    let rates: &'static [[f64; 3]] =
        (0..500).map(|_| [r.between(-1.0, 1.0), r.between(-1.0, 1.0), r.between(-1.0, 1.0)]).collect::<Vec<_>>().leak();
    let target: &'static Quaternion = Box::leak(Box::new(Quaternion { w: 0.8, x: 0.36, y: 0.48, z: 0.0 }));
    let bias = [0.02, -0.01, 0.03];
    vec![
        Case::new(
            "springs",
            "16 particles, 100 steps",
            move || springs(start, links, 3.0, 0.01, 100),
            move || springs_by_hand(start, links, 3.0, 0.01, 100),
            move || {
                let (value, (particles, stiffness)) = springs_grad(start, links, 3.0, 0.01, 100);
                let flat = |p: &ParticleCotangent| {
                    let ([a, b, c], [d, e, f]) = (p.position, p.velocity);
                    [a, b, c, d, e, f, p.mass]
                };
                (value, (particles.iter().map(flat).collect::<Vec<_>>(), stiffness))
            },
        ),
        Case::new(
            "attitude",
            "500 steps",
            move || attitude(bias, 1.01, rates, target, 0.01),
            move || attitude_by_hand(bias, 1.01, rates, target, 0.01),
            move || attitude_grad(bias, 1.01, rates, target, 0.01),
        ),
    ]
}
