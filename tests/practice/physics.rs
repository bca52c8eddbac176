//! Physics.
use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Debug, Differentiable)]
struct Body {
    pub mass: f64,
    pub pos: [f64; 3],
    pub vel: [f64; 3],
}

#[derive(Clone, Debug, Differentiable)]
struct System {
    pub bodies: Vec<Body>,
    pub g: f64,
}

impl System {
    #[differentiate]
    pub fn energy(&self) -> f64 {
        let mut e = 0.0;
        for (i, b) in self.bodies.iter().enumerate() {
            e += 0.5 * b.mass * b.vel.iter().map(|v| v * v).sum::<f64>();
            for other in &self.bodies[i + 1..] {
                let mut r2 = 0.0;
                for k in 0..3 {
                    r2 += (b.pos[k] - other.pos[k]).powi(2);
                }
                e -= self.g * b.mass * other.mass / r2.sqrt();
            }
        }
        e
    }

    #[differentiate]
    fn accelerations(&self) -> Vec<[f64; 3]> {
        let n = self.bodies.len();
        let mut acc = vec![[0.0; 3]; n];
        for i in 0..n {
            for j in 0..n {
                if i == j {
                    continue;
                }
                let d: Vec<f64> = (0..3).map(|k| self.bodies[j].pos[k] - self.bodies[i].pos[k]).collect();
                let r2: f64 = d.iter().map(|x| x * x).sum::<f64>() + 1e-2;
                let f = self.g * self.bodies[j].mass / (r2 * r2.sqrt());
                for k in 0..3 {
                    acc[i][k] += f * d[k];
                }
            }
        }
        acc
    }

    #[differentiate]
    pub fn leapfrog(&mut self, dt: f64) {
        let acc = self.accelerations();
        for (b, a) in self.bodies.iter_mut().zip(&acc) {
            for k in 0..3 {
                b.vel[k] += 0.5 * dt * a[k];
                b.pos[k] += dt * b.vel[k];
            }
        }
        let acc = self.accelerations();
        for (b, a) in self.bodies.iter_mut().zip(&acc) {
            for k in 0..3 {
                b.vel[k] += 0.5 * dt * a[k];
            }
        }
    }
}

#[differentiate]
fn close_approach(system: &System, dt: f64, steps: usize) -> f64 {
    let mut s = system.clone();
    let mut nearest = f64::INFINITY;
    for _ in 0..steps {
        s.leapfrog(dt);
        let (a, b) = (&s.bodies[0], &s.bodies[1]);
        let d2: f64 = a.pos.iter().zip(b.pos.iter()).map(|(p, q)| (p - q).powi(2)).sum();
        nearest = nearest.min(d2.sqrt());
    }
    nearest + 0.1 * s.energy()
}

/// Mean-field Ising: energy of soft spins on a torus.
#[differentiate]
fn ising_energy(field: &[f64], l: usize, coupling: f64, h: f64) -> f64 {
    let spin: Vec<f64> = field.iter().map(|x| x.tanh()).collect();
    let mut e = 0.0;
    for i in 0..l {
        for j in 0..l {
            let s = spin[i * l + j];
            let right = spin[i * l + (j + 1) % l];
            let down = spin[((i + 1) % l) * l + j];
            e -= coupling * s * (right + down) + h * s;
        }
    }
    e
}

/// Partition function of an Ising ring by enumeration of bits.
#[differentiate]
fn ising_free_energy(j: &[f64], h: f64, beta: f64) -> f64 {
    let n = j.len();
    let mut z = 0.0;
    for state in 0u32..(1 << n) {
        let s = |i: usize| if state >> (i % n) & 1 == 1 { 1.0 } else { -1.0 };
        let mut e = 0.0;
        for i in 0..n {
            e -= j[i] * s(i) * s(i + 1) + h * s(i);
        }
        z += (-beta * e).exp();
    }
    -z.ln() / beta
}

/// Double pendulum with RK4.
#[differentiate]
fn double_pendulum_rhs(s: &[f64; 4], m: [f64; 2], l: [f64; 2]) -> [f64; 4] {
    let g = 9.81;
    let &[t1, t2, w1, w2] = s;
    let d = t1 - t2;
    let den = 2.0 * m[0] + m[1] - m[1] * (2.0 * d).cos();
    let a1 = (-g * (2.0 * m[0] + m[1]) * t1.sin()
        - m[1] * g * (t1 - 2.0 * t2).sin()
        - 2.0 * d.sin() * m[1] * (w2 * w2 * l[1] + w1 * w1 * l[0] * d.cos()))
        / (l[0] * den);
    let a2 =
        (2.0 * d.sin() * (w1 * w1 * l[0] * (m[0] + m[1]) + g * (m[0] + m[1]) * t1.cos() + w2 * w2 * l[1] * m[1] * d.cos())) / (l[1] * den);
    [w1, w2, a1, a2]
}

#[differentiate]
fn double_pendulum(init: [f64; 4], m: [f64; 2], l: [f64; 2], dt: f64, steps: usize) -> f64 {
    let add = |a: &[f64; 4], b: &[f64; 4], k: f64| -> [f64; 4] { std::array::from_fn(|i| a[i] + k * b[i]) };
    let mut s = init;
    for _ in 0..steps {
        let k1 = double_pendulum_rhs(&s, m, l);
        let k2 = double_pendulum_rhs(&add(&s, &k1, dt / 2.0), m, l);
        let k3 = double_pendulum_rhs(&add(&s, &k2, dt / 2.0), m, l);
        let k4 = double_pendulum_rhs(&add(&s, &k3, dt), m, l);
        for i in 0..4 {
            s[i] += dt / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
        }
    }
    l[0] * s[0].sin() + l[1] * s[1].sin() + 0.1 * s[2] * s[3]
}

/// Kepler's equation by Newton, then radial velocity.
#[differentiate]
fn eccentric_anomaly(mean: f64, e: f64) -> f64 {
    let mut big_e = if e < 0.8 { mean } else { std::f64::consts::PI };
    loop {
        let f = big_e - e * big_e.sin() - mean;
        let step = f / (1.0 - e * big_e.cos());
        big_e -= step;
        if step.abs() < 1e-13 {
            return big_e;
        }
    }
}

#[derive(Clone, Copy, Debug, Differentiable)]
struct Orbit {
    pub period: f64,
    pub eccentricity: f64,
    pub omega: f64,
    pub semi_amplitude: f64,
    pub t0: f64,
}

impl Orbit {
    #[differentiate]
    fn radial_velocity(&self, t: f64) -> f64 {
        let m = std::f64::consts::TAU * (t - self.t0) / self.period;
        let m = m.rem_euclid(std::f64::consts::TAU);
        let ea = eccentric_anomaly(m, self.eccentricity);
        let nu = 2.0 * ((1.0 + self.eccentricity).sqrt() * (ea / 2.0).sin()).atan2((1.0 - self.eccentricity).sqrt() * (ea / 2.0).cos());
        self.semi_amplitude * ((nu + self.omega).cos() + self.eccentricity * self.omega.cos())
    }

    #[differentiate]
    fn chi2(&self, times: &[f64], rv: &[f64], jitter: f64) -> f64 {
        times
            .iter()
            .zip(rv)
            .map(|(&t, v)| {
                let r = v - self.radial_velocity(t);
                r * r / (0.1 + jitter * jitter) + (0.1 + jitter * jitter).ln()
            })
            .sum()
    }
}

/// Ground state of a one-dimensional well by inverse iteration with a tridiagonal solve.
#[differentiate]
fn well_ground_state(depth: f64, width: f64, n: usize) -> f64 {
    let h = 6.0 / (n + 1) as f64;
    let potential: Vec<f64> = (1..=n)
        .map(|i| {
            let x = -3.0 + i as f64 * h;
            -depth * (-(x / width).powi(2)).exp()
        })
        .collect();
    let shift = -depth - 1.0;
    let off = -0.5 / (h * h);
    let mut psi = vec![1.0; n];
    let mut energy = 0.0;
    for _ in 0..12 {
        let mut c = vec![0.0; n];
        let mut d = vec![0.0; n];
        for i in 0..n {
            let diag = 1.0 / (h * h) + potential[i] - shift;
            let (cp, dp) = if i > 0 { (c[i - 1], d[i - 1]) } else { (0.0, 0.0) };
            let m = diag - off * cp;
            c[i] = off / m;
            d[i] = (psi[i] - off * dp) / m;
        }
        for i in (0..n - 1).rev() {
            d[i] -= c[i] * d[i + 1];
        }
        let overlap: f64 = d.iter().zip(&psi).map(|(a, b)| a * b).sum();
        let norm2: f64 = d.iter().map(|x| x * x).sum();
        energy = shift + overlap / norm2;
        let inv = 1.0 / norm2.sqrt();
        psi = d.into_iter().map(|x| x * inv).collect();
    }
    energy
}

/// Leapfrog wave equation with absorbing right end; two buffers swapped.
#[differentiate]
fn wave_energy(u0: &[f64], speed: &[f64], dt: f64, steps: usize) -> f64 {
    let n = u0.len();
    let mut prev = u0.to_vec();
    let mut cur = u0.to_vec();
    for _ in 0..steps {
        let mut next = vec![0.0; n];
        for i in 1..n - 1 {
            let c2 = (speed[i] * dt).powi(2);
            next[i] = 2.0 * cur[i] - prev[i] + c2 * (cur[i + 1] - 2.0 * cur[i] + cur[i - 1]);
        }
        next[n - 1] = cur[n - 1] - speed[n - 1] * dt * (cur[n - 1] - cur[n - 2]);
        prev = std::mem::replace(&mut cur, next);
    }
    let mut e = 0.0;
    for i in 0..n - 1 {
        e += ((cur[i] - prev[i]) / dt).powi(2) + (speed[i] * (cur[i + 1] - cur[i])).powi(2);
    }
    0.5 * e
}

/// Lorenz with sensitivity to parameters; generic integrator taking a closure.
#[differentiate]
fn lorenz_end(sigma: f64, rho: f64, beta: f64, start: (f64, f64, f64)) -> f64 {
    let rhs = |(x, y, z): (f64, f64, f64)| (sigma * (y - x), x * (rho - z) - y, x * y - beta * z);
    let mut p = start;
    let dt = 0.01;
    for _ in 0..40 {
        let k = rhs(p);
        let mid = (p.0 + 0.5 * dt * k.0, p.1 + 0.5 * dt * k.1, p.2 + 0.5 * dt * k.2);
        let k = rhs(mid);
        p = (p.0 + dt * k.0, p.1 + dt * k.1, p.2 + dt * k.2);
    }
    p.0 + p.1 * p.2
}

/// Heat equation, Crank-Nicolson with Gauss-Seidel sweeps until convergence.
#[differentiate]
fn heat_probe(initial: &[f64], alpha: f64, source: f64) -> f64 {
    let n = initial.len();
    let mut u = initial.to_vec();
    for _ in 0..3 {
        let old = u.clone();
        let mut iteration = 0;
        loop {
            let mut delta: f64 = 0.0;
            for i in 0..n {
                let l = if i == 0 { 0.0 } else { u[i - 1] };
                let r = u.get(i + 1).copied().unwrap_or(0.0);
                let lo = if i == 0 { 0.0 } else { old[i - 1] };
                let ro = if i + 1 < n { old[i + 1] } else { 0.0 };
                let rhs = old[i] + 0.5 * alpha * (lo - 2.0 * old[i] + ro) + source * (i as f64);
                let new = (rhs + 0.5 * alpha * (l + r)) / (1.0 + alpha);
                delta = delta.max((new - u[i]).abs());
                u[i] = new;
            }
            iteration += 1;
            if delta < 1e-14 || iteration > 200 {
                break;
            }
        }
    }
    u[n / 2]
}

/// Thin lenses by ray transfer matrices.
#[derive(Clone, Debug, Differentiable)]
enum Optic {
    Space(f64),
    Lens { focal: f64 },
    Surface { n1: f64, n2: f64, radius: Option<f64> },
}

#[differentiate]
fn spot_size(train: &[Optic], y0: f64, angle: f64) -> f64 {
    let (mut y, mut th) = (y0, angle);
    for o in train {
        match o {
            Optic::Space(d) => y += th * d,
            Optic::Lens { focal } => th -= y / focal,
            Optic::Surface { n1, n2, radius: None } => th = n1 / n2 * th,
            Optic::Surface { n1, n2, radius: Some(r) } => {
                th = (n1 - n2) / (r * n2) * y + n1 / n2 * th;
            }
        }
    }
    y * y + 0.1 * th * th
}

mod checks {
    use super::*;
    use crate::checked;
    fn sys(v: &[f64]) -> System {
        System {
            g: v[21],
            bodies: v[0..21]
                .chunks(7)
                .enumerate()
                .map(|(i, c)| Body { mass: c[0], pos: [c[1] + i as f64, c[2], c[3]], vel: [c[4], c[5], c[6]] })
                .collect(),
        }
    }
    checked!(close_approach close_approach_grad close_approach_vjp close_approach_jvp: 23, 0.1, 0.6,
        |v| (&sys(v), v[22], 4));
    checked!(ising_energy ising_energy_grad ising_energy_vjp ising_energy_jvp: 11, -1., 1.,
        |v| (&v[0..9], 3, v[9], v[10]),
        d => (&d[0..9], d[9], d[10]));
    checked!(ising_free_energy ising_free_energy_grad ising_free_energy_vjp ising_free_energy_jvp: 6, 0.3, 1.,
        |v| (&v[0..4], v[4], v[5]),
        d => (&d[0..4], d[4], d[5]));
    checked!(double_pendulum double_pendulum_grad double_pendulum_vjp double_pendulum_jvp: 9, 0.3, 1.,
        |v| ([v[0], v[1], v[2], v[3]], [v[4], v[5]], [v[6], v[7]], v[8], 1),
        d => ([d[0], d[1], d[2], d[3]], [d[4], d[5]], [d[6], d[7]], d[8]));
    checked!(eccentric_anomaly eccentric_anomaly_grad eccentric_anomaly_vjp eccentric_anomaly_jvp: 2, 0.3, 0.7,
        |v| (v[0], v[1]),
        d => (d[0], d[1]));
    #[test]
    fn orbit() {
        let o = |v: &[f64]| Orbit { period: v[0], eccentricity: v[1], omega: v[2], semi_amplitude: v[3], t0: v[4] };
        crate::check(12, 0.3, 0.8, &|v| o(v).chi2(&v[5..8], &v[8..11], v[11]), &|v| {
            let (a, g) = o(v).chi2_grad(&v[5..8], &v[8..11], v[11]);
            (a, crate::numbers(&g))
        });
    }
    checked!(well_ground_state well_ground_state_grad well_ground_state_vjp well_ground_state_jvp: 2, 0.8, 1.5,
        |v| (v[0], v[1], 9),
        d => (d[0], d[1]));
    checked!(wave_energy wave_energy_grad wave_energy_vjp wave_energy_jvp: 13, 0.3, 1.0,
        |v| (&v[0..6], &v[6..12], v[12], 5),
        d => (&d[0..6], &d[6..12], d[12]));
    checked!(lorenz_end lorenz_end_grad lorenz_end_vjp lorenz_end_jvp: 6, 0.3, 1.0,
        |v| (v[0], v[1], v[2], (v[3], v[4], v[5])),
        d => (d[0], d[1], d[2], (d[3], d[4], d[5])));
    checked!(heat_probe heat_probe_grad heat_probe_vjp heat_probe_jvp: 7, 0.3, 1.0,
        |v| (&v[0..5], v[5], v[6]),
        d => (&d[0..5], d[5], d[6]));
    fn train(v: &[f64]) -> Vec<Optic> {
        vec![
            Optic::Space(v[0]),
            Optic::Lens { focal: v[1] },
            Optic::Space(v[2]),
            Optic::Surface { n1: v[3], n2: v[4], radius: None },
            Optic::Surface { n1: v[5], n2: v[6], radius: Some(v[7]) },
            Optic::Space(v[8]),
        ]
    }
    checked!(spot_size spot_size_grad spot_size_vjp spot_size_jvp: 11, 0.5, 1.5,
        |v| (&train(v), v[9], v[10]));
}
