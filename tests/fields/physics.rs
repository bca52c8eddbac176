//! Physics: integrators, fields, relativity, quantum mechanics, lattices.

use crate::case;
use autodiff_core::{Differentiable, differentiate};

const KB: f64 = 1.380_649e-2;

#[derive(Debug, Clone, Copy, Differentiable)]
pub struct Particle {
    pub pos: [f64; 3],
    pub vel: [f64; 3],
    pub mass: f64,
    pub fixed: bool,
}

#[differentiate]
fn kinetic_energy(particles: &[Particle]) -> f64 {
    particles.iter().filter(|p| !p.fixed).map(|p| 0.5 * p.mass * p.vel.iter().map(|v| v * v).sum::<f64>()).sum()
}

#[differentiate]
fn leapfrog(particle: &Particle, k: f64, dt: f64, steps: usize) -> f64 {
    let mut p = *particle;
    let accel = |x: f64| -k * x / p.mass;
    let mut a = [accel(p.pos[0]), accel(p.pos[1]), accel(p.pos[2])];
    for _ in 0..steps {
        for d in 0..3 {
            p.vel[d] += 0.5 * dt * a[d];
            p.pos[d] += dt * p.vel[d];
            a[d] = -k * p.pos[d] / p.mass;
            p.vel[d] += 0.5 * dt * a[d];
        }
    }
    p.pos.iter().zip(p.vel.iter()).map(|(x, v)| x * x + v * v).sum::<f64>().sqrt()
}

#[differentiate]
fn ising_mean_field(j: f64, h: f64, t: f64) -> f64 {
    let beta = 1.0 / (KB * t);
    let mut m = 0.5;
    let mut iter = 0;
    loop {
        let new = (beta * (j * m + h)).tanh();
        if (new - m).abs() < 1e-13 || iter > 200 {
            break new;
        }
        m = new;
        iter += 1;
    }
}

#[differentiate]
fn doppler(f0: f64, beta: f64, cos_theta: f64) -> f64 {
    let gamma = (1.0 - beta.powi(2)).sqrt().recip();
    f0 / (gamma * (1.0 - beta * cos_theta))
}

#[differentiate]
fn wave_equation(u0: &[f64], c: f64, dt: f64, steps: usize) -> f64 {
    let n = u0.len();
    let mut prev = u0.to_vec();
    let mut curr = u0.to_vec();
    let mut next = vec![0.0; n];
    let r2 = (c * dt).powi(2);
    for _ in 0..steps {
        for i in 1..n - 1 {
            next[i] = 2.0 * curr[i] - prev[i] + r2 * (curr[i + 1] - 2.0 * curr[i] + curr[i - 1]);
        }
        next[0] = 0.0;
        next[n - 1] = 0.0;
        std::mem::swap(&mut prev, &mut curr);
        std::mem::swap(&mut curr, &mut next);
    }
    curr.iter().map(|u| u.powi(2)).sum()
}

#[differentiate]
fn numerov(v0: f64, e: f64, n: usize) -> f64 {
    let h = 1.0 / n as f64;
    let k2 = |x: f64| 2.0 * (e - v0 * x * x);
    let (mut y0, mut y1) = (0.0, h);
    let mut x = h;
    for _ in 1..n {
        let (f0, f1, f2) = (1.0 + h * h / 12.0 * k2(x - h), 1.0 - 5.0 * h * h / 12.0 * k2(x), 1.0 + h * h / 12.0 * k2(x + h));
        let y2 = (2.0 * f1 * y1 - f0 * y0) / f2;
        y0 = y1;
        y1 = y2;
        x += h;
    }
    y1
}

enum Boundary {
    Periodic,
    Reflecting,
    Absorbing,
}

#[differentiate(wrt(x, l))]
fn random_walk_energy(x: &[f64], boundary: &Boundary, l: f64) -> f64 {
    let mut e = 0.0;
    for &xi in x {
        let wrapped = match boundary {
            Boundary::Periodic => xi.rem_euclid(l),
            Boundary::Reflecting => {
                if xi > l {
                    2.0 * l - xi
                } else {
                    xi
                }
            }
            Boundary::Absorbing if xi > l => break,
            Boundary::Absorbing => xi,
        };
        e += wrapped * (l - wrapped);
    }
    e
}

#[differentiate]
fn stefan_boltzmann(t: f64, emissivity: f64, area: f64) -> f64 {
    const SIGMA: f64 = 5.670_374e-8;
    emissivity * SIGMA * area * t.powi(4)
}

#[differentiate]
fn two_body(r: [f64; 3], v: [f64; 3], mu: f64) -> (f64, f64) {
    let rn = r.iter().map(|x| x * x).sum::<f64>().sqrt();
    let v2: f64 = v.iter().map(|x| x * x).sum();
    let energy = v2 / 2.0 - mu / rn;
    let h = [r[1] * v[2] - r[2] * v[1], r[2] * v[0] - r[0] * v[2], r[0] * v[1] - r[1] * v[0]];
    let h2 = h.iter().fold(0.0, |acc, x| acc + x * x);
    let a = -mu / (2.0 * energy);
    let e = (1.0 - h2 / (mu * a)).max(0.0).sqrt();
    (a, e)
}

#[differentiate]
fn orbit_size(r: [f64; 3], v: [f64; 3], mu: f64) -> f64 {
    let (a, e) = two_body(r, v, mu);
    a * (1.0 - e)
}

#[differentiate]
fn fermi_sum(levels: &[f64], mu: f64, t: f64) -> f64 {
    levels
        .iter()
        .map(|&e| {
            let x = (e - mu) / t;
            if x > 40.0 { 0.0 } else { 1.0 / (x.exp() + 1.0) }
        })
        .sum::<f64>()
}

#[differentiate]
fn bisect_quantum_well(depth: f64, width: f64) -> f64 {
    // One Newton polish after a search that carries no derivative.
    let f = |e: f64| (e.sqrt() * width).tan() * e.sqrt() - (depth - e).max(1e-12).sqrt();
    let mut lo = 0.01;
    let mut hi = 0.3;
    for _ in 0..30 {
        let mid = 0.5 * (lo + hi);
        if f(mid) > 0.0 {
            hi = mid;
        } else {
            lo = mid;
        }
    }
    let e = 0.5 * (lo + hi);
    f(e + 0.1)
}

#[differentiate]
fn coulomb_matrix(z: &[f64], r: &[[f64; 3]]) -> f64 {
    let n = z.len();
    let mut m = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..n {
            m[i][j] = if i == j {
                0.5 * z[i].powf(2.4)
            } else {
                let d = (0..3).map(|k| (r[i][k] - r[j][k]).powi(2)).sum::<f64>().sqrt();
                z[i] * z[j] / d
            };
        }
    }
    let frobenius: f64 = m.iter().flatten().map(|x| x * x).sum();
    frobenius.ln()
}

#[test]
fn gradients() {
    let body = |p: &[f64], fixed| Particle { pos: [p[0], p[1], p[2]], vel: [p[3], p[4], p[5]], mass: p[6], fixed };
    case!(
        kinetic_energy,
        kinetic_energy_grad,
        |p| (&[body(p, false), body(&p[7..], true)]),
        [0.1, 0.2, 0.3, 1.0, -0.4, 0.5, 2.0, 1.0, 1.0, 1.0, 0.3, 0.2, 0.1, 1.5]
    );
    case!(leapfrog, leapfrog_grad, |p| (&body(p, false), p[7], p[8], 6), [0.1, 0.2, 0.3, 1.0, -0.4, 0.5, 2.0, 1.3, 0.05]);
    case!(ising_mean_field, ising_mean_field_grad, |p| (p[0], p[1], p[2]), [0.01, 0.003, 1.9]);
    case!(doppler, doppler_grad, |p| (p[0], p[1], p[2]), [5.0, 0.6, 0.3]);
    case!(wave_equation, wave_equation_grad, |p| (&p[..5], p[5], p[6], 4), [0.0, 1.0, 0.5, -0.2, 0.3, 1.1, 0.4]);
    case!(numerov, numerov_grad, |p| (p[0], p[1], 10), [1.2, 3.0]);
    for b in [Boundary::Periodic, Boundary::Reflecting, Boundary::Absorbing] {
        case!(random_walk_energy, random_walk_energy_grad, |p| (&p[..4], &b, p[4]), [0.3, 1.7, 2.6, 0.4, 2.0]);
    }
    case!(stefan_boltzmann, stefan_boltzmann_grad, |p| (p[0], p[1], p[2]), [300.0, 0.9, 2.0]);
    case!(orbit_size, orbit_size_grad, |p| ([p[0], p[1], p[2]], [p[3], p[4], p[5]], p[6]), [1.0, 0.1, 0.0, 0.05, 0.9, 0.1, 1.0]);
    case!(fermi_sum, fermi_sum_grad, |p| (&p[..3], p[3], p[4]), [0.1, 0.5, 90.0, 0.4, 0.3]);
    case!(
        coulomb_matrix,
        coulomb_matrix_grad,
        |p| (&p[..2], &[[p[2], p[3], p[4]], [p[5], p[6], p[7]]]),
        [6.0, 1.0, 0.0, 0.1, 0.0, 1.0, 0.2, 0.3]
    );
    let _ = bisect_quantum_well_grad(2.0, 1.5);
}
