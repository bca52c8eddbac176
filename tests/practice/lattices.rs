//! Lattices, integrators, orbits.
use autodiff_core::{Differentiable, differentiate};
use std::f64::consts::PI;
use std::ops::{Add, AddAssign, Div, Index, IndexMut, Mul, Neg, Sub};

/// Ising-like phi^4 lattice action on an LxL torus.
#[derive(Clone, Debug, Differentiable)]
pub struct Lattice {
    phi: Vec<f64>,
    #[differentiable(skip)]
    l: usize,
}

#[differentiate]
impl Lattice {
    #[inline]
    fn idx(&self, x: usize, y: usize) -> usize {
        (x % self.l) * self.l + y % self.l
    }

    /// Action.
    #[must_use]
    pub fn action(&self, m2: f64, lambda: f64) -> f64 {
        let mut s = 0.0;
        for x in 0..self.l {
            for y in 0..self.l {
                let p = self.phi[self.idx(x, y)];
                let right = self.phi[self.idx(x + 1, y)];
                let up = self.phi[self.idx(x, y + 1)];
                s += 0.5 * ((right - p).powi(2) + (up - p).powi(2)) + 0.5 * m2 * p * p + lambda / 24.0 * p.powi(4);
            }
        }
        s
    }
}
#[differentiate(wrt(phi, m2, lambda))]
fn phi4(phi: &[f64], l: usize, m2: f64, lambda: f64) -> f64 {
    let lattice = Lattice { phi: phi.to_vec(), l };
    lattice.action(m2, lambda)
}

// Yoshida 4
const CBRT2: f64 = 1.259_921_049_894_873_2;
const W1: f64 = 1.0 / (2.0 - CBRT2);
const W0: f64 = -CBRT2 / (2.0 - CBRT2);
const C: [f64; 4] = [W1 / 2.0, (W0 + W1) / 2.0, (W0 + W1) / 2.0, W1 / 2.0];
const D: [f64; 3] = [W1, W0, W1];

#[differentiate]
fn henon_heiles_force(q: [f64; 2], lambda: f64) -> [f64; 2] {
    let [x, y] = q;
    [-x - 2.0 * lambda * x * y, -y - lambda * (x * x - y * y)]
}

#[differentiate]
pub fn yoshida(q0: [f64; 2], p0: [f64; 2], lambda: f64, dt: f64, steps: u32) -> f64 {
    let (mut q, mut p) = (q0, p0);
    for _ in 0..steps {
        for (i, &c) in C.iter().enumerate() {
            for k in 0..2 {
                q[k] += c * dt * p[k];
            }
            if let Some(&d) = D.get(i) {
                let f = henon_heiles_force(q, lambda);
                for (pk, fk) in p.iter_mut().zip(f) {
                    *pk += d * dt * fk;
                }
            }
        }
    }
    let kinetic: f64 = p.iter().map(|v| v * v).sum::<f64>() / 2.0;
    kinetic + q[0] * q[1]
}

struct Tableau<const S: usize> {
    a: [[f64; S]; S],
    b: [f64; S],
    c: [f64; S],
}
const RK4: Tableau<4> = Tableau {
    a: [[0.0; 4], [0.5, 0.0, 0.0, 0.0], [0.0, 0.5, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]],
    b: [1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0],
    c: [0.0, 0.5, 0.5, 1.0],
};

#[differentiate]
fn lorenz(_t: f64, u: &[f64; 3], prm: &[f64; 3]) -> [f64; 3] {
    let &[sigma, rho, beta] = prm;
    [sigma * (u[1] - u[0]), u[0] * (rho - u[2]) - u[1], u[0] * u[1] - beta * u[2]]
}

#[differentiate]
fn rk_lorenz(u0: [f64; 3], prm: &[f64; 3], n: usize) -> f64 {
    let h = 0.01;
    let mut u = u0;
    let mut t = 0.0;
    for _step in 0..n {
        let mut k = [[0.0; 3]; 4];
        for s in 0..4 {
            let mut us = u;
            for (j, kj) in k.iter().enumerate().take(s) {
                for d in 0..3 {
                    us[d] += h * RK4.a[s][j] * kj[d];
                }
            }
            k[s] = lorenz(t + RK4.c[s] * h, &us, prm);
        }
        for d in 0..3 {
            u[d] += h * (0..4).map(|s| RK4.b[s] * k[s][d]).sum::<f64>();
        }
        t += h;
    }
    u.iter().fold(0.0_f64, |acc, x| acc.mul_add(0.5, *x))
}

// Ewald-like
#[differentiate]
fn ewald(charges: &[f64], positions: &[[f64; 3]], box_len: f64, alpha: f64) -> f64 {
    let erfc_approx = |x: f64| {
        let t = 1.0 / (1.0 + 0.327_591_1 * x);
        let poly = t * (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
        poly * (-x * x).exp()
    };
    let mut real = 0.0;
    for (i, (qi, ri)) in charges.iter().zip(positions).enumerate() {
        for (qj, rj) in charges[i + 1..].iter().zip(&positions[i + 1..]) {
            let r2: f64 = ri
                .iter()
                .zip(rj.iter())
                .map(|(a, b)| {
                    let d = a - b;
                    (d - box_len * (d / box_len).round()).powi(2)
                })
                .sum();
            let r = r2.sqrt();
            real += qi * qj * erfc_approx(alpha * r) / r;
        }
    }
    let mut recip = 0.0;
    let kmax = 2i32;
    for nx in -kmax..=kmax {
        for ny in -kmax..=kmax {
            for nz in -kmax..=kmax {
                if nx == 0 && ny == 0 && nz == 0 {
                    continue;
                }
                let k = [nx, ny, nz].map(|n| 2.0 * PI * f64::from(n) / box_len);
                let k2: f64 = k.iter().map(|x| x * x).sum();
                let (mut re, mut im) = (0.0, 0.0);
                for (q, r) in charges.iter().zip(positions.iter()) {
                    let phase = k[0] * r[0] + k[1] * r[1] + k[2] * r[2];
                    let (s, c) = phase.sin_cos();
                    re += q * c;
                    im += q * s;
                }
                recip += (-k2 / (4.0 * alpha.powi(2))).exp() / k2 * (re * re + im * im);
            }
        }
    }
    let self_term: f64 = charges.iter().map(|q| q.powi(2)).sum::<f64>() * alpha / PI.sqrt();
    real + 2.0 * PI / box_len.powi(3) * recip - self_term
}

// Quaternions
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct Quat {
    w: f64,
    x: f64,
    y: f64,
    z: f64,
}
#[differentiate]
impl Mul for Quat {
    type Output = Quat;
    fn mul(self, o: Quat) -> Quat {
        Quat {
            w: self.w * o.w - self.x * o.x - self.y * o.y - self.z * o.z,
            x: self.w * o.x + self.x * o.w + self.y * o.z - self.z * o.y,
            y: self.w * o.y - self.x * o.z + self.y * o.w + self.z * o.x,
            z: self.w * o.z + self.x * o.y - self.y * o.x + self.z * o.w,
        }
    }
}
#[differentiate]
impl Quat {
    pub fn norm(self) -> f64 {
        (self.w * self.w + self.x * self.x + self.y * self.y + self.z * self.z).sqrt()
    }
    pub fn conj(self) -> Self {
        Self { x: -self.x, y: -self.y, z: -self.z, ..self }
    }
    pub fn normalized(self) -> Self {
        let n = self.norm();
        Self { w: self.w / n, x: self.x / n, y: self.y / n, z: self.z / n }
    }
    pub fn rotate(self, v: [f64; 3]) -> [f64; 3] {
        let p = Quat { w: 0.0, x: v[0], y: v[1], z: v[2] };
        let r = self * p * self.conj();
        [r.x, r.y, r.z]
    }
}
#[differentiate]
fn attitude(q: Quat, omega: [f64; 3], n: usize) -> f64 {
    let mut q = q.normalized();
    let dt = 0.1;
    for _ in 0..n {
        let dq = q * Quat { w: 0.0, x: omega[0], y: omega[1], z: omega[2] };
        q = Quat { w: q.w + 0.5 * dt * dq.w, x: q.x + 0.5 * dt * dq.x, y: q.y + 0.5 * dt * dq.y, z: q.z + 0.5 * dt * dq.z }.normalized();
    }
    let [a, b, c] = q.rotate([1.0, 0.0, 0.5]);
    a + 2.0 * b - c
}

// Tensor contraction, rank-3 generic const
#[derive(Clone, Copy, Differentiable)]
struct Mat<const R: usize, const K: usize>([[f64; K]; R]);
impl<const R: usize, const K: usize> Index<(usize, usize)> for Mat<R, K> {
    type Output = f64;
    fn index(&self, (i, j): (usize, usize)) -> &f64 {
        &self.0[i][j]
    }
}
impl<const R: usize, const K: usize> IndexMut<(usize, usize)> for Mat<R, K> {
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut f64 {
        &mut self.0[i][j]
    }
}
#[differentiate]
fn contract<const N: usize>(t: &[[[f64; N]; N]; N], u: &[f64; N], g: &[[f64; N]; N]) -> f64 {
    let mut total = 0.0;
    for i in 0..N {
        for j in 0..N {
            let lowered: f64 = (0..N).map(|k| g[j][k] * u[k]).sum();
            for k in 0..N {
                total += t[i][j][k] * u[i] * lowered * u[k];
            }
        }
    }
    total
}

// Kepler + light curve
#[differentiate]
fn kepler(m: f64, e: f64) -> f64 {
    let mut ea = if e > 0.8 { PI } else { m };
    loop {
        let delta = (ea - e * ea.sin() - m) / (1.0 - e * ea.cos());
        ea -= delta;
        if delta.abs() < 1e-13 {
            break ea;
        }
    }
}
#[derive(Debug, Clone, Copy, Differentiable)]
struct Orbit {
    period: f64,
    t0: f64,
    ecc: f64,
    k: f64,
    #[differentiable(skip)]
    id: u32,
}
#[differentiate]
impl Orbit {
    fn true_anomaly(&self, t: f64) -> f64 {
        let m = 2.0 * PI * ((t - self.t0) / self.period).fract();
        let ea = kepler(m, self.ecc);
        2.0 * (((1.0 + self.ecc) / (1.0 - self.ecc)).sqrt() * (ea / 2.0).tan()).atan()
    }
    fn rv(&self, t: f64) -> f64 {
        self.k * (self.true_anomaly(t).cos() + self.ecc)
    }
}
#[differentiate(wrt(orbit))]
fn rv_chi2(orbit: &Orbit, obs: &[(f64, f64, f64)]) -> f64 {
    obs.iter().map(|&(t, v, sigma)| ((v - orbit.rv(t)) / sigma).powi(2)).sum()
}

#[differentiate]
fn transit(params: &[f64; 4], times: &[f64]) -> f64 {
    let [rp, b, u1, u2] = *params;
    let flux: Vec<f64> = times
        .iter()
        .map(|&t| {
            let z = (t * t + b * b).sqrt();
            if z >= 1.0 + rp.abs() {
                return 1.0;
            }
            let mu = (1.0 - z.min(0.999).powi(2)).sqrt();
            let limb = 1.0 - u1 * (1.0 - mu) - u2 * (1.0 - mu).powi(2);
            1.0 - rp * rp * limb
        })
        .collect();
    let mean = flux.iter().sum::<f64>() / flux.len() as f64;
    flux.windows(2).map(|w| (w[1] - w[0]).powi(2)).sum::<f64>() + mean
}

// generic vector N-body
#[derive(Clone, Copy, Debug, Default, PartialEq, Differentiable)]
pub struct V3(pub f64, pub f64, pub f64);
#[differentiate]
impl Add for V3 {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        V3(self.0 + o.0, self.1 + o.1, self.2 + o.2)
    }
}
#[differentiate]
impl Sub for V3 {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        V3(self.0 - o.0, self.1 - o.1, self.2 - o.2)
    }
}
#[differentiate]
impl Neg for V3 {
    type Output = Self;
    fn neg(self) -> Self {
        V3(-self.0, -self.1, -self.2)
    }
}
#[differentiate]
impl Mul<f64> for V3 {
    type Output = Self;
    fn mul(self, k: f64) -> Self {
        V3(self.0 * k, self.1 * k, self.2 * k)
    }
}
#[differentiate]
impl Mul<V3> for f64 {
    type Output = V3;
    fn mul(self, v: V3) -> V3 {
        v * self
    }
}
#[differentiate]
impl Div<f64> for V3 {
    type Output = Self;
    fn div(self, k: f64) -> Self {
        self * (1.0 / k)
    }
}
#[differentiate]
impl AddAssign for V3 {
    fn add_assign(&mut self, o: Self) {
        *self = *self + o;
    }
}
#[differentiate]
impl V3 {
    pub const ZERO: V3 = V3(0.0, 0.0, 0.0);
    pub fn dot(self, o: V3) -> f64 {
        self.0 * o.0 + self.1 * o.1 + self.2 * o.2
    }
    pub fn norm(&self) -> f64 {
        self.dot(*self).sqrt()
    }
    pub fn cross(self, o: V3) -> V3 {
        V3(self.1 * o.2 - self.2 * o.1, self.2 * o.0 - self.0 * o.2, self.0 * o.1 - self.1 * o.0)
    }
}
#[derive(Clone, Debug, Differentiable)]
struct Body {
    r: V3,
    v: V3,
    m: f64,
}
#[differentiate]
fn accelerations(bodies: &[Body]) -> Vec<V3> {
    bodies
        .iter()
        .enumerate()
        .map(|(i, a)| {
            bodies.iter().enumerate().filter(|(j, _)| *j != i).fold(V3::ZERO, |acc, (_, b)| {
                let d = b.r - a.r;
                acc + d * (b.m / (d.dot(d) + 0.1).powf(1.5))
            })
        })
        .collect()
}
#[differentiate]
fn nbody(mut bodies: Vec<Body>, dt: f64, n: usize) -> f64 {
    let mut acc = accelerations(&bodies);
    for _ in 0..n {
        for (b, a) in bodies.iter_mut().zip(&acc) {
            b.v += *a * (dt / 2.0);
            b.r += b.v * dt;
        }
        acc = accelerations(&bodies);
        for (b, &a) in bodies.iter_mut().zip(acc.iter()) {
            b.v += 0.5 * dt * a;
        }
    }
    let l = bodies.iter().map(|b| b.m * b.r.cross(b.v).norm()).sum::<f64>();
    l + bodies[0].r.dot(bodies[1].v)
}
fn bodies(v: &[f64]) -> Vec<Body> {
    v.chunks_exact(7).map(|c| Body { r: V3(c[0], c[1], c[2]), v: V3(c[3], c[4], c[5]), m: c[6] }).collect()
}
fn arr<const N: usize>(v: &[f64]) -> [f64; N] {
    v.try_into().unwrap()
}

#[cfg(test)]
mod checks {
    use super::*;
    use crate::checked;

    checked!(phi4 phi4_grad phi4_vjp phi4_jvp: 18, 0.2, 1.0, |v| (&v[..16], 4, v[16], v[17]));
    checked!(yoshida yoshida_grad yoshida_vjp yoshida_jvp: 6, 0.1, 0.4, |v| (arr(&v[..2]), arr(&v[2..4]), v[4], v[5], 8));
    checked!(rk_lorenz rk_lorenz_grad rk_lorenz_vjp rk_lorenz_jvp: 6, 0.5, 2.0, |v| (arr(&v[..3]), &arr(&v[3..]), 6));
    checked!(ewald ewald_grad ewald_vjp ewald_jvp: 18, 0.2, 1.9, |v| (&v[..4], &[arr(&v[4..7]), arr(&v[7..10]), arr(&v[10..13]), arr(&v[13..16])], v[16] + 2.0, v[17]));
    checked!(attitude attitude_grad attitude_vjp attitude_jvp: 7, 0.2, 1.0, |v| (Quat{w:v[0],x:v[1],y:v[2],z:v[3]}, arr(&v[4..]), 5));
    checked!(contract contract_grad contract_vjp contract_jvp: 14, -1.0, 1.0, |v| (&[[arr(&v[..2]), arr(&v[2..4])],[arr(&v[4..6]), arr(&v[6..8])]], &arr(&v[8..10]), &[arr(&v[10..12]), arr(&v[12..14])]));
    checked!(kepler kepler_grad kepler_vjp kepler_jvp: 2, 0.1, 0.7, |v| (v[0], v[1]));
    checked!(rv_chi2 rv_chi2_grad rv_chi2_vjp rv_chi2_jvp: 4, 0.2, 0.7, |v| (&Orbit{period:v[0]+1.0,t0:v[1],ecc:v[2],k:v[3],id:3}, &[(0.9,0.1,0.2),(1.6,-0.3,0.4),(3.0,0.2,0.3)]));
    checked!(transit transit_grad transit_vjp transit_jvp: 8, 0.1, 0.4, |v| (&arr(&v[..4]), &v[4..]));
    checked!(nbody nbody_grad nbody_vjp nbody_jvp: 22, 0.2, 1.0, |v| (bodies(&v[..21]), v[21], 4));
}
