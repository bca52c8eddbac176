//! Classical mechanics and field equations.
#![allow(clippy::needless_range_loop)]

use autodiff_core::{Differentiable, differentiate};

const G: f64 = 9.80665;
const LJ_CUTOFF: f64 = 2.5;

// Pendulum, fourth-order Runge-Kutta.

#[differentiate]
fn pendulum_rhs(state: (f64, f64), length: f64, damping: f64) -> (f64, f64) {
    let (theta, omega) = state;
    (omega, -G / length * theta.sin() - damping * omega)
}

#[differentiate]
fn pendulum_energy_after(theta0: f64, omega0: f64, length: f64, damping: f64, dt: f64, steps: usize) -> f64 {
    let mut theta = theta0;
    let mut omega = omega0;
    for _ in 0..steps {
        let (k1t, k1w) = pendulum_rhs((theta, omega), length, damping);
        let (k2t, k2w) = pendulum_rhs((theta + 0.5 * dt * k1t, omega + 0.5 * dt * k1w), length, damping);
        let (k3t, k3w) = pendulum_rhs((theta + 0.5 * dt * k2t, omega + 0.5 * dt * k2w), length, damping);
        let (k4t, k4w) = pendulum_rhs((theta + dt * k3t, omega + dt * k3w), length, damping);
        theta += dt / 6.0 * (k1t + 2.0 * k2t + 2.0 * k3t + k4t);
        omega += dt / 6.0 * (k1w + 2.0 * k2w + 2.0 * k3w + k4w);
    }
    let v = length * omega;
    0.5 * v * v + G * length * (1.0 - theta.cos())
}

// Lennard-Jones, all pairs, truncated and shifted.

#[differentiate]
fn lennard_jones(positions: &[[f64; 3]], epsilon: f64, sigma: f64) -> f64 {
    let n = positions.len();
    let cutoff2 = (LJ_CUTOFF * sigma).powi(2);
    let inv_cut6 = LJ_CUTOFF.powi(-6);
    let shift = 4.0 * epsilon * (inv_cut6 * inv_cut6 - inv_cut6);

    let mut energy = 0.0;
    for i in 0..n {
        for j in (i + 1)..n {
            let mut r2 = 0.0;
            for k in 0..3 {
                let d = positions[i][k] - positions[j][k];
                r2 += d * d;
            }
            if r2 > cutoff2 {
                continue;
            }
            let s6 = (sigma * sigma / r2).powi(3);
            energy += 4.0 * epsilon * (s6 * s6 - s6) - shift;
        }
    }
    energy
}

// A network of damped springs.

#[derive(Clone, Debug, Differentiable)]
pub struct Node {
    pub position: [f64; 2],
    pub mass: f64,
    pub fixed: bool,
}

#[derive(Clone, Debug, Differentiable)]
pub struct Spring {
    pub from: usize,
    pub to: usize,
    pub stiffness: f64,
    pub rest_length: f64,
}

#[derive(Clone, Debug, Differentiable)]
pub struct Network {
    pub nodes: Vec<Node>,
    pub springs: Vec<Spring>,
}

impl Spring {
    #[differentiate]
    fn energy(&self, a: &Node, b: &Node) -> f64 {
        let dx = b.position[0] - a.position[0];
        let dy = b.position[1] - a.position[1];
        let extension = dx.hypot(dy) - self.rest_length;
        0.5 * self.stiffness * extension * extension
    }
}

impl Network {
    #[differentiate]
    pub fn potential(&self, gravity: f64) -> f64 {
        let elastic: f64 = self.springs.iter().map(|s| s.energy(&self.nodes[s.from], &self.nodes[s.to])).sum();
        let weight: f64 = self.nodes.iter().filter(|node| !node.fixed).map(|node| node.mass * gravity * node.position[1]).sum();
        elastic + weight
    }
}

// A thrown ball with quadratic drag, until it lands.

#[differentiate]
fn range_with_drag(speed: f64, angle: f64, drag: f64, mass: f64) -> f64 {
    let dt = 0.01;
    let (mut x, mut y) = (0.0_f64, 0.0_f64);
    let (mut vx, mut vy) = (speed * angle.cos(), speed * angle.sin());
    if vy <= 0.0 {
        return 0.0;
    }
    while y >= 0.0 {
        let v = (vx * vx + vy * vy).sqrt();
        let ax = -drag / mass * v * vx;
        let ay = -G - drag / mass * v * vy;
        vx += ax * dt;
        vy += ay * dt;
        x += vx * dt;
        y += vy * dt;
    }
    // Back to the ground along the last velocity.
    x - y * vx / vy
}

// Heat equation, explicit Euler with two buffers.

#[differentiate]
fn heat_misfit(initial: &[f64], diffusivity: f64, target: &[f64], steps: usize) -> f64 {
    let n = initial.len();
    let mut current = initial.to_vec();
    let mut next = vec![0.0; n];
    for _ in 0..steps {
        next[0] = current[0];
        next[n - 1] = current[n - 1];
        for i in 1..n - 1 {
            next[i] = current[i] + diffusivity * (current[i - 1] - 2.0 * current[i] + current[i + 1]);
        }
        std::mem::swap(&mut current, &mut next);
    }
    current.iter().zip(target.iter()).map(|(u, t)| (u - t).powi(2)).sum::<f64>() / n as f64
}

// Wave equation on a periodic string: three time levels, rotated.

#[differentiate]
fn wave_amplitude(displacement: &[f64], velocity: &[f64], courant: f64, steps: usize) -> f64 {
    let n = displacement.len();
    let c2 = courant * courant;
    let mut previous: Vec<f64> = displacement.iter().zip(velocity).map(|(u, v)| u - v).collect();
    let mut current = displacement.to_vec();
    for _ in 0..steps {
        let mut next = Vec::with_capacity(n);
        for i in 0..n {
            let left = current[(i + n - 1) % n];
            let right = current[(i + 1) % n];
            next.push(2.0 * current[i] - previous[i] + c2 * (left - 2.0 * current[i] + right));
        }
        previous = current;
        current = next;
    }
    current.iter().map(|u| u * u).sum::<f64>().sqrt()
}

// A planet round a fixed sun: leapfrog, kick and drift in place.

#[differentiate]
fn acceleration(r: [f64; 2], mu: f64) -> [f64; 2] {
    let d2 = r[0] * r[0] + r[1] * r[1];
    let d3 = d2 * d2.sqrt();
    [-mu * r[0] / d3, -mu * r[1] / d3]
}

#[differentiate]
fn kick(v: &mut [f64; 2], a: &[f64; 2], h: f64) {
    for (v, a) in v.iter_mut().zip(a) {
        *v += h * a;
    }
}

#[differentiate]
fn orbit_miss(r0: [f64; 2], v0: [f64; 2], mu: f64, goal: &[f64; 2], dt: f64, steps: u32) -> f64 {
    let mut r = r0;
    let mut v = v0;
    let mut a = acceleration(r, mu);
    for _ in 0..steps {
        kick(&mut v, &a, 0.5 * dt);
        r[0] += dt * v[0];
        r[1] += dt * v[1];
        a = acceleration(r, mu);
        kick(&mut v, &a, 0.5 * dt);
    }
    let [gx, gy] = *goal;
    ((r[0] - gx).powi(2) + (r[1] - gy).powi(2)).sqrt()
}

// Work along a sampled path by the trapezoidal rule.

#[differentiate]
fn work_along_path(points: &[(f64, f64)], strength: f64) -> f64 {
    let force = |x: f64, y: f64| (-strength * y, strength * x + y * y);
    points
        .windows(2)
        .map(|w| {
            let (x0, y0) = w[0];
            let (x1, y1) = w[1];
            let (fx0, fy0) = force(x0, y0);
            let (fx1, fy1) = force(x1, y1);
            0.5 * ((fx0 + fx1) * (x1 - x0) + (fy0 + fy1) * (y1 - y0))
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{assert_close, assert_same_bits, numeric_gradient};

    #[test]
    fn pendulum() {
        for x in [[0.6, 0.0, 1.2, 0.1, 0.02], [-2.5, 1.5, 0.7, 0.0, 0.01], [3.0, -4.0, 2.0, 0.4, 0.03]] {
            let f = |x: &[f64]| pendulum_energy_after(x[0], x[1], x[2], x[3], x[4], 40);
            let (value, (theta0, omega0, length, damping, dt)) = pendulum_energy_after_grad(x[0], x[1], x[2], x[3], x[4], 40);
            assert_same_bits("pendulum", value, f(&x));
            assert_close("pendulum", &[theta0, omega0, length, damping, dt], &numeric_gradient(f, &x), 1e-7);
        }
    }

    #[test]
    fn pendulum_without_steps() {
        let (value, slots) = pendulum_energy_after_grad(0.5, 0.2, 1.0, 0.1, 0.01, 0);
        assert_same_bits("pendulum", value, pendulum_energy_after(0.5, 0.2, 1.0, 0.1, 0.01, 0));
        assert_close(
            "pendulum",
            &[slots.0, slots.1, slots.2, slots.3, slots.4],
            &[G * 0.5_f64.sin(), 0.2, 0.04 + G * (1.0 - 0.5_f64.cos()), 0.0, 0.0],
            1e-10,
        );
    }

    #[test]
    fn pendulum_right_hand_side() {
        let ((theta, omega), ((theta_bar, omega_bar), length_bar, damping_bar)) = pendulum_rhs_vjp((0.4, -0.3), 1.5, 0.2, (0.7, -1.1));
        let value = pendulum_rhs((0.4, -0.3), 1.5, 0.2);
        assert_same_bits("pendulum_rhs", theta, value.0);
        assert_same_bits("pendulum_rhs", omega, value.1);
        let want = numeric_gradient(
            |x| {
                let (a, b) = pendulum_rhs((x[0], x[1]), x[2], x[3]);
                0.7 * a - 1.1 * b
            },
            &[0.4, -0.3, 1.5, 0.2],
        );
        assert_close("pendulum_rhs", &[theta_bar, omega_bar, length_bar, damping_bar], &want, 1e-8);
    }

    #[test]
    fn lennard_jones_cluster() {
        // The last atom is beyond the cutoff of the first.
        let positions = [[0.0, 0.1, -0.1], [1.1, 0.0, 0.2], [0.3, 1.2, 0.1], [0.6, 0.5, 1.1], [2.9, 0.4, 0.3]];
        let x: Vec<f64> = positions.iter().flatten().copied().chain([0.8, 1.05]).collect();
        let f = |x: &[f64]| {
            let p: Vec<[f64; 3]> = x[..15].chunks(3).map(|c| [c[0], c[1], c[2]]).collect();
            lennard_jones(&p, x[15], x[16])
        };
        let (value, (positions_bar, epsilon, sigma)) = lennard_jones_grad(&positions, 0.8, 1.05);
        assert_same_bits("lennard_jones", value, f(&x));
        let got: Vec<f64> = positions_bar.iter().flatten().copied().chain([epsilon, sigma]).collect();
        assert_close("lennard_jones", &got, &numeric_gradient(f, &x), 1e-7);
    }

    #[test]
    fn lennard_jones_accumulates() {
        let positions = [[0.0, 0.0, 0.0], [1.0, 0.5, 0.2], [0.1, 1.3, 0.4]];
        let (value, (positions_bar, epsilon, sigma)) = lennard_jones_grad(&positions, 1.0, 1.0);
        let mut buffer = [[10.0; 3]; 3];
        let (mut epsilon_bar, mut sigma_bar) = (20.0, 30.0);
        let again = lennard_jones_grad_accumulate(&positions, 1.0, 1.0, &mut buffer, &mut epsilon_bar, &mut sigma_bar);
        assert_same_bits("lennard_jones", again, value);
        let got: Vec<f64> = buffer.iter().flatten().copied().chain([epsilon_bar, sigma_bar]).collect();
        let want: Vec<f64> = positions_bar.iter().flatten().map(|g| g + 10.0).chain([epsilon + 20.0, sigma + 30.0]).collect();
        assert_close("lennard_jones", &got, &want, 1e-12);
    }

    fn network(x: &[f64]) -> Network {
        let node = |k: usize, fixed| Node { position: [x[3 * k], x[3 * k + 1]], mass: x[3 * k + 2], fixed };
        let spring = |k: usize, from, to| Spring { from, to, stiffness: x[12 + 2 * k], rest_length: x[13 + 2 * k] };
        Network {
            nodes: vec![node(0, true), node(1, false), node(2, false), node(3, true)],
            springs: vec![spring(0, 0, 1), spring(1, 1, 2), spring(2, 2, 3), spring(3, 0, 2)],
        }
    }

    #[test]
    fn spring_network() {
        let x = [
            0.0, 0.0, 1.0, 1.0, -0.5, 2.0, 2.1, -0.4, 1.5, 3.0, 0.1, 1.0, // nodes
            10.0, 0.9, 12.0, 1.2, 8.0, 0.7, 3.0, 1.9, // springs
            9.8,
        ];
        let f = |x: &[f64]| network(x).potential(x[20]);
        let (value, (bar, gravity)) = network(&x).potential_grad(x[20]);
        assert_same_bits("potential", value, f(&x));
        let mut got = Vec::new();
        for node in &bar.nodes {
            got.extend([node.position[0], node.position[1], node.mass]);
        }
        for spring in &bar.springs {
            got.extend([spring.stiffness, spring.rest_length]);
        }
        got.push(gravity);
        assert_close("potential", &got, &numeric_gradient(f, &x), 1e-7);
    }

    #[test]
    fn single_spring() {
        let x = [0.1, 0.2, 1.3, -0.4, 5.0, 0.8];
        let make = |x: &[f64]| {
            let node = |k: usize| Node { position: [x[k], x[k + 1]], mass: 1.0, fixed: false };
            let spring = Spring { from: 0, to: 1, stiffness: x[4], rest_length: x[5] };
            (spring, node(0), node(2))
        };
        let f = |x: &[f64]| {
            let (spring, a, b) = make(x);
            spring.energy(&a, &b)
        };
        let (spring, a, b) = make(&x);
        let (value, (spring_bar, a_bar, b_bar)) = spring.energy_grad(&a, &b);
        assert_same_bits("energy", value, f(&x));
        assert_close(
            "energy",
            &[a_bar.position[0], a_bar.position[1], b_bar.position[0], b_bar.position[1], spring_bar.stiffness, spring_bar.rest_length],
            &numeric_gradient(f, &x),
            1e-8,
        );
        assert_same_bits("energy", a_bar.mass, 0.0);
    }

    #[test]
    fn projectile() {
        for x in [[20.0, 0.8, 0.02, 0.5], [35.0, 0.4, 0.1, 1.5]] {
            let f = |x: &[f64]| range_with_drag(x[0], x[1], x[2], x[3]);
            let (value, (speed, angle, drag, mass)) = range_with_drag_grad(x[0], x[1], x[2], x[3]);
            assert_same_bits("range", value, f(&x));
            // The number of steps depends on the input: differences need a short step.
            let want: Vec<f64> = (0..4)
                .map(|k| {
                    let h = 1e-6 * x[k];
                    let at = |d: f64| {
                        let mut x = x;
                        x[k] += d;
                        f(&x)
                    };
                    (at(h) - at(-h)) / (2.0 * h)
                })
                .collect();
            assert_close("range", &[speed, angle, drag, mass], &want, 1e-6);
        }
    }

    #[test]
    fn projectile_thrown_down() {
        let (value, (speed, angle, drag, mass)) = range_with_drag_grad(20.0, -0.2, 0.02, 0.5);
        assert_same_bits("range", value, 0.0);
        assert_close("range", &[speed, angle, drag, mass], &[0.0; 4], 1e-12);
    }

    #[test]
    fn heat() {
        let x = [
            0.0, 0.4, 1.0, 0.7, -0.3, 0.2, 0.25, // initial, diffusivity
            0.1, 0.2, 0.3, 0.3, 0.2, 0.1, // target
        ];
        // An even and an odd number of swaps, and none.
        for steps in [0, 5, 8] {
            let f = |x: &[f64]| heat_misfit(&x[..6], x[6], &x[7..], steps);
            let (value, (initial, diffusivity, target)) = heat_misfit_grad(&x[..6], x[6], &x[7..], steps);
            assert_same_bits("heat", value, f(&x));
            let got: Vec<f64> = [initial, vec![diffusivity], target].concat();
            assert_close("heat", &got, &numeric_gradient(f, &x), 1e-8);
        }
    }

    #[test]
    fn wave() {
        let x = [
            0.0, 0.5, 0.9, 0.2, -0.4, // displacement
            0.1, 0.0, -0.2, 0.05, 0.1, // velocity
            0.7,
        ];
        for steps in [0, 1, 6] {
            let f = |x: &[f64]| wave_amplitude(&x[..5], &x[5..10], x[10], steps);
            let (value, (displacement, velocity, courant)) = wave_amplitude_grad(&x[..5], &x[5..10], x[10], steps);
            assert_same_bits("wave", value, f(&x));
            let got = [displacement, velocity, vec![courant]].concat();
            assert_close("wave", &got, &numeric_gradient(f, &x), 1e-8);
        }
    }

    #[test]
    fn orbit() {
        let x = [1.0, 0.1, -0.05, 0.95, 1.1, -0.5, 0.6, 0.05];
        let f = |x: &[f64]| orbit_miss([x[0], x[1]], [x[2], x[3]], x[4], &[x[5], x[6]], x[7], 30);
        let (value, (r0, v0, mu, goal, dt)) = orbit_miss_grad([x[0], x[1]], [x[2], x[3]], x[4], &[x[5], x[6]], x[7], 30);
        assert_same_bits("orbit", value, f(&x));
        assert_close("orbit", &[r0[0], r0[1], v0[0], v0[1], mu, goal[0], goal[1], dt], &numeric_gradient(f, &x), 1e-7);
    }

    #[test]
    fn work() {
        let x = [0.0, 0.0, 0.5, 0.3, 1.1, 0.2, 1.4, -0.6, 1.7];
        let path = |x: &[f64]| -> Vec<(f64, f64)> { x.chunks(2).map(|c| (c[0], c[1])).collect() };
        let f = |x: &[f64]| work_along_path(&path(&x[..8]), x[8]);
        let (value, (points, strength)) = work_along_path_grad(&path(&x[..8]), x[8]);
        assert_same_bits("work", value, f(&x));
        let mut got: Vec<f64> = points.iter().flat_map(|p| [p.0, p.1]).collect();
        got.push(strength);
        assert_close("work", &got, &numeric_gradient(f, &x), 1e-8);
    }

    #[test]
    fn work_along_nothing() {
        let (value, (points, strength)) = work_along_path_grad(&[(1.0, 2.0)], 3.0);
        assert_same_bits("work", value, work_along_path(&[(1.0, 2.0)], 3.0));
        assert_eq!(points, vec![(0.0, 0.0)]);
        assert_close("work", &[strength], &[0.0], 1e-12);
    }
}
