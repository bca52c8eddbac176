//! Mechanics: a framework of bars, a hanging chain's action, particles in a well, three bodies.

use std::ops::{Add, Mul, Sub};

use autodiff_core::{Differentiable, differentiate};

use super::Numbers;
use crate::measure::Case;

// ---- a framework of bars ---------------------------------------------------------------------------------

#[derive(Differentiable, Clone, Copy)]
pub struct Bar {
    a: usize,
    b: usize,
    stiffness: f64,
    rest: f64,
}
#[differentiate(wrt(nodes, bars))]
pub fn truss(nodes: &[[f64; 2]], bars: &[Bar], loads: &[[f64; 2]]) -> f64 {
    let stored: f64 = bars
        .iter()
        .map(|bar| {
            let (p, q) = (nodes[bar.a], nodes[bar.b]);
            let (dx, dy) = (q[0] - p[0], q[1] - p[1]);
            let stretch = (dx * dx + dy * dy).sqrt() - bar.rest;
            0.5 * bar.stiffness * stretch * stretch
        })
        .sum();
    let work: f64 = nodes.iter().zip(loads).map(|(p, f)| p[0] * f[0] + p[1] * f[1]).sum();
    stored - work
}
pub fn truss_by_hand(nodes: &[[f64; 2]], bars: &[Bar], loads: &[[f64; 2]]) -> (f64, (Vec<[f64; 2]>, Vec<[f64; 2]>)) {
    let mut nb: Vec<[f64; 2]> = loads.iter().map(|f| [-f[0], -f[1]]).collect();
    let mut bb = Vec::with_capacity(bars.len());
    let mut stored = 0.0;
    for bar in bars {
        let (p, q) = (nodes[bar.a], nodes[bar.b]);
        let (dx, dy) = (q[0] - p[0], q[1] - p[1]);
        let l = (dx * dx + dy * dy).sqrt();
        let s = l - bar.rest;
        stored += 0.5 * bar.stiffness * s * s;
        let f = bar.stiffness * s;
        let g = f / l;
        nb[bar.b][0] += g * dx;
        nb[bar.b][1] += g * dy;
        nb[bar.a][0] -= g * dx;
        nb[bar.a][1] -= g * dy;
        bb.push([0.5 * s * s, -f]);
    }
    let work: f64 = nodes.iter().zip(loads).map(|(p, f)| p[0] * f[0] + p[1] * f[1]).sum();
    (stored - work, (nb, bb))
}

// ---- the action of a chain -------------------------------------------------------------------------------

#[differentiate(wrt(path, lengths))]
pub fn action(path: &[Vec<f64>], lengths: &[f64], masses: &[f64], dt: f64) -> f64 {
    let mut total = 0.0;
    for pair in path.windows(2) {
        let (mut vx, mut vy, mut height) = (0.0, 0.0, 0.0);
        for k in 0..lengths.len() {
            let rate = (pair[1][k] - pair[0][k]) / dt;
            let (sin, cos) = (0.5 * (pair[0][k] + pair[1][k])).sin_cos();
            vx += lengths[k] * cos * rate;
            vy += lengths[k] * sin * rate;
            height -= lengths[k] * cos;
            total += dt * masses[k] * (0.5 * (vx * vx + vy * vy) - 9.81 * height);
        }
    }
    total
}
pub fn action_by_hand(path: &[Vec<f64>], lengths: &[f64], masses: &[f64], dt: f64) -> (f64, (Vec<Vec<f64>>, Vec<f64>)) {
    let n = lengths.len();
    let mut pb: Vec<Vec<f64>> = path.iter().map(|p| vec![0.0; p.len()]).collect();
    let mut lb = vec![0.0; n];
    let mut kept = vec![(0.0, 0.0, 0.0, 0.0, 0.0); n];
    let mut total = 0.0;
    for t in 0..path.len() - 1 {
        let (a, b) = (&path[t][..n], &path[t + 1][..n]);
        let (mut vx, mut vy, mut height) = (0.0, 0.0, 0.0);
        for k in 0..n {
            let rate = (b[k] - a[k]) / dt;
            let (sin, cos) = (0.5 * (a[k] + b[k])).sin_cos();
            vx += lengths[k] * cos * rate;
            vy += lengths[k] * sin * rate;
            height -= lengths[k] * cos;
            total += dt * masses[k] * (0.5 * (vx * vx + vy * vy) - 9.81 * height);
            kept[k] = (rate, sin, cos, vx, vy);
        }
        let (head, tail) = pb.split_at_mut(t + 1);
        let (ab, bb) = (&mut head[t][..n], &mut tail[0][..n]);
        let (mut vxb, mut vyb, mut hb) = (0.0, 0.0, 0.0);
        for k in (0..n).rev() {
            let (rate, sin, cos, vx, vy) = kept[k];
            let m = dt * masses[k];
            vxb += m * vx;
            vyb += m * vy;
            hb -= m * 9.81;
            let l = lengths[k];
            lb[k] += (vxb * cos + vyb * sin) * rate - hb * cos;
            let angle = 0.5 * l * ((vyb * cos - vxb * sin) * rate + hb * sin);
            let turned = l * (vxb * cos + vyb * sin) / dt;
            ab[k] += angle - turned;
            bb[k] += angle + turned;
        }
    }
    (total, (pb, lb))
}

// ---- particles, by field, moved in place -----------------------------------------------------------------

#[derive(Differentiable, Clone)]
pub struct Particles {
    x: Vec<f64>,
    y: Vec<f64>,
    vx: Vec<f64>,
    vy: Vec<f64>,
}
#[differentiate]
impl Particles {
    fn step(&mut self, pull: f64, drag: f64, dt: f64) {
        for i in 0..self.x.len() {
            let r2 = self.x[i] * self.x[i] + self.y[i] * self.y[i] + 0.05;
            let a = -pull / (r2 * r2.sqrt());
            self.vx[i] += dt * (a * self.x[i] - drag * self.vx[i]);
            self.vy[i] += dt * (a * self.y[i] - drag * self.vy[i]);
            self.x[i] += dt * self.vx[i];
            self.y[i] += dt * self.vy[i];
            if self.y[i] < -1.0 {
                self.y[i] = -2.0 - self.y[i];
                self.vy[i] *= -0.9;
            }
        }
    }
    fn spread(&self) -> f64 {
        self.x.iter().zip(&self.y).map(|(x, y)| x * x + y * y).sum()
    }
}
#[differentiate(wrt(start, pull, drag))]
pub fn settled(start: &Particles, pull: f64, drag: f64, dt: f64, steps: usize) -> f64 {
    let mut p = start.clone();
    for _ in 0..steps {
        p.step(pull, drag, dt);
    }
    p.spread()
}
pub fn settled_by_hand(start: &Particles, pull: f64, drag: f64, dt: f64, steps: usize) -> (f64, ([Vec<f64>; 4], f64, f64)) {
    let n = start.x.len();
    let Particles { mut x, mut y, mut vx, mut vy } = start.clone();
    let mut kept = Vec::with_capacity(n * steps);
    for _ in 0..steps {
        for i in 0..n {
            let (px, py) = (x[i], y[i]);
            let r2 = px * px + py * py + 0.05;
            let a = -pull / (r2 * r2.sqrt());
            let (ux, uy) = (vx[i], vy[i]);
            vx[i] = ux + dt * (a * px - drag * ux);
            vy[i] = uy + dt * (a * py - drag * uy);
            x[i] = px + dt * vx[i];
            y[i] = py + dt * vy[i];
            let hit = y[i] < -1.0;
            if hit {
                y[i] = -2.0 - y[i];
                vy[i] *= -0.9;
            }
            kept.push((px, py, ux, uy, hit));
        }
    }
    let value = x.iter().zip(&y).map(|(x, y)| x * x + y * y).sum();
    let (mut pull_bar, mut drag_bar) = (0.0, 0.0);
    let mut xb: Vec<f64> = x.iter().map(|x| 2.0 * x).collect();
    let mut yb: Vec<f64> = y.iter().map(|y| 2.0 * y).collect();
    let (mut vxb, mut vyb) = (vec![0.0; n], vec![0.0; n]);
    for s in (0..steps).rev() {
        let kept = &kept[s * n..][..n];
        for i in 0..n {
            let (px, py, ux, uy, hit) = kept[i];
            let (mut yy, mut vv) = (yb[i], vyb[i]);
            if hit {
                yy = -yy;
                vv *= -0.9;
            }
            let gx = vxb[i] + dt * xb[i];
            let gy = vv + dt * yy;
            let i2 = 1.0 / (px * px + py * py + 0.05);
            let i3 = i2 * i2.sqrt();
            let a = -pull * i3;
            let ab = dt * (gx * px + gy * py);
            pull_bar -= ab * i3;
            let r2b = -1.5 * a * i2 * ab;
            drag_bar -= dt * (gx * ux + gy * uy);
            vxb[i] = gx * (1.0 - dt * drag);
            vyb[i] = gy * (1.0 - dt * drag);
            xb[i] += dt * a * gx + 2.0 * px * r2b;
            yb[i] = yy + dt * a * gy + 2.0 * py * r2b;
        }
    }
    (value, ([xb, yb, vxb, vyb], pull_bar, drag_bar))
}

// ---- three bodies, with operators ------------------------------------------------------------------------

#[derive(Differentiable, Clone, Copy)]
pub struct V(f64, f64, f64);
#[differentiate]
impl Add for V {
    type Output = V;
    fn add(self, o: V) -> V {
        V(self.0 + o.0, self.1 + o.1, self.2 + o.2)
    }
}
#[differentiate]
impl Sub for V {
    type Output = V;
    fn sub(self, o: V) -> V {
        V(self.0 - o.0, self.1 - o.1, self.2 - o.2)
    }
}
#[differentiate]
impl Mul<f64> for V {
    type Output = V;
    fn mul(self, k: f64) -> V {
        V(self.0 * k, self.1 * k, self.2 * k)
    }
}
#[differentiate]
impl V {
    fn dot(self, o: V) -> f64 {
        self.0 * o.0 + self.1 * o.1 + self.2 * o.2
    }
}
#[derive(Differentiable, Clone, Copy)]
pub struct Bodies {
    at: [V; 3],
    v: [V; 3],
}
#[differentiate]
fn drift(b: &Bodies, d: &Bodies, k: f64) -> Bodies {
    let mut next = *b;
    for i in 0..3 {
        next.at[i] = b.at[i] + d.at[i] * k;
        next.v[i] = b.v[i] + d.v[i] * k;
    }
    next
}
#[differentiate]
fn forces(b: &Bodies, masses: &[f64; 3]) -> Bodies {
    let mut a = [V(0.0, 0.0, 0.0); 3];
    for i in 0..3 {
        for j in 0..3 {
            if i != j {
                let d = b.at[j] - b.at[i];
                let r2 = d.dot(d) + 1e-3;
                a[i] = a[i] + d * (masses[j] / (r2 * r2.sqrt()));
            }
        }
    }
    Bodies { at: b.v, v: a }
}
#[differentiate(wrt(start, masses))]
pub fn three_bodies(start: &Bodies, masses: &[f64; 3], dt: f64, steps: usize) -> f64 {
    let mut b = *start;
    for _ in 0..steps {
        let k1 = forces(&b, masses);
        let k2 = forces(&drift(&b, &k1, 0.5 * dt), masses);
        let k3 = forces(&drift(&b, &k2, 0.5 * dt), masses);
        let k4 = forces(&drift(&b, &k3, dt), masses);
        b = drift(&b, &k1, dt / 6.0);
        b = drift(&b, &k2, dt / 3.0);
        b = drift(&b, &k3, dt / 3.0);
        b = drift(&b, &k4, dt / 6.0);
    }
    b.at[0].dot(b.at[1]) + b.at[2].dot(b.at[2])
}
type Phase = ([f64; 9], [f64; 9]);
fn pulled(at: &[f64; 9], masses: &[f64; 3]) -> [f64; 9] {
    let mut a = [0.0; 9];
    for (i, j) in [(0, 1), (0, 2), (1, 2)] {
        let d = [at[3 * j] - at[3 * i], at[3 * j + 1] - at[3 * i + 1], at[3 * j + 2] - at[3 * i + 2]];
        let r2 = d[0] * d[0] + d[1] * d[1] + d[2] * d[2] + 1e-3;
        let c = 1.0 / (r2 * r2.sqrt());
        for k in 0..3 {
            a[3 * i + k] += d[k] * masses[j] * c;
            a[3 * j + k] -= d[k] * masses[i] * c;
        }
    }
    a
}
fn pulled_back(at: &[f64; 9], masses: &[f64; 3], ab: &[f64; 9], atb: &mut [f64; 9], mb: &mut [f64; 3]) {
    for (i, j) in [(0, 1), (0, 2), (1, 2)] {
        let d = [at[3 * j] - at[3 * i], at[3 * j + 1] - at[3 * i + 1], at[3 * j + 2] - at[3 * i + 2]];
        let r2 = d[0] * d[0] + d[1] * d[1] + d[2] * d[2] + 1e-3;
        let q = 1.0 / r2;
        let c = q * q.sqrt();
        let (mut ti, mut tj) = (0.0, 0.0);
        for k in 0..3 {
            ti += ab[3 * i + k] * d[k];
            tj += ab[3 * j + k] * d[k];
        }
        mb[j] += ti * c;
        mb[i] -= tj * c;
        let cb = ti * masses[j] - tj * masses[i];
        let r2b = -3.0 * c * q * cb;
        for k in 0..3 {
            let g = c * (ab[3 * i + k] * masses[j] - ab[3 * j + k] * masses[i]) + r2b * d[k];
            atb[3 * j + k] += g;
            atb[3 * i + k] -= g;
        }
    }
}
pub fn three_bodies_by_hand(start: &Phase, masses: &[f64; 3], dt: f64, steps: usize) -> (f64, ([f64; 9], [f64; 9], [f64; 3])) {
    let add = |a: &[f64; 9], b: &[f64; 9], k: f64| std::array::from_fn::<f64, 9, _>(|i| a[i] + k * b[i]);
    let (mut x, mut v) = *start;
    let mut kept = Vec::with_capacity(steps);
    let h = 0.5 * dt;
    for _ in 0..steps {
        kept.push((x, v));
        let a1 = pulled(&x, masses);
        let v2 = add(&v, &a1, h);
        let a2 = pulled(&add(&x, &v, h), masses);
        let v3 = add(&v, &a2, h);
        let a3 = pulled(&add(&x, &v2, h), masses);
        let v4 = add(&v, &a3, dt);
        let a4 = pulled(&add(&x, &v3, dt), masses);
        for i in 0..9 {
            x[i] += dt / 6.0 * (v[i] + 2.0 * v2[i] + 2.0 * v3[i] + v4[i]);
            v[i] += dt / 6.0 * (a1[i] + 2.0 * a2[i] + 2.0 * a3[i] + a4[i]);
        }
    }
    let mut value = 0.0;
    let (mut xb, mut vb, mut mb) = ([0.0; 9], [0.0; 9], [0.0; 3]);
    for k in 0..3 {
        value += x[k] * x[3 + k] + x[6 + k] * x[6 + k];
        xb[k] = x[3 + k];
        xb[3 + k] = x[k];
        xb[6 + k] = 2.0 * x[6 + k];
    }
    for (x, v) in kept.iter().rev() {
        let a1 = pulled(x, masses);
        let v2 = add(v, &a1, h);
        let x2 = add(x, v, h);
        let a2 = pulled(&x2, masses);
        let x3 = add(x, &v2, h);
        let v3 = add(v, &a2, h);
        let x4 = add(x, &v3, dt);
        let (xo, vo) = (xb, vb);
        let scaled = |a: &[f64; 9], k: f64| a.map(|a| a * k);
        // a4 at x4, v4 = v + dt a3
        let mut t = [0.0; 9];
        pulled_back(&x4, masses, &scaled(&vo, dt / 6.0), &mut t, &mut mb);
        let v4b = scaled(&xo, dt / 6.0);
        let mut v3b = add(&scaled(&xo, dt / 3.0), &t, dt);
        xb = add(&xb, &t, 1.0);
        vb = add(&vb, &v4b, 1.0);
        let a3b = add(&scaled(&vo, dt / 3.0), &v4b, dt);
        let mut t = [0.0; 9];
        pulled_back(&x3, masses, &a3b, &mut t, &mut mb);
        let mut v2b = add(&scaled(&xo, dt / 3.0), &t, h);
        xb = add(&xb, &t, 1.0);
        vb = add(&vb, &v3b, 1.0);
        let a2b = add(&scaled(&vo, dt / 3.0), &v3b, h);
        v3b = [0.0; 9];
        pulled_back(&x2, masses, &a2b, &mut v3b, &mut mb);
        xb = add(&xb, &v3b, 1.0);
        vb = add(&vb, &v3b, h);
        vb = add(&vb, &v2b, 1.0);
        let a1b = add(&scaled(&vo, dt / 6.0), &v2b, h);
        v2b = [0.0; 9];
        pulled_back(x, masses, &a1b, &mut v2b, &mut mb);
        xb = add(&xb, &v2b, 1.0);
        vb = add(&vb, &xo, dt / 6.0);
    }
    (value, (xb, vb, mb))
}

pub fn cases() -> Vec<Case> {
    let mut r = Numbers::new(1301);
    let mut cases = Vec::new();
    let nodes: &[[f64; 2]] =
        (0..100).map(|i| [f64::from(i % 10) + r.between(-0.2, 0.2), f64::from(i / 10) + r.between(-0.2, 0.2)]).collect::<Vec<_>>().leak();
    let loads: &[[f64; 2]] = (0..100).map(|_| [r.between(-0.1, 0.1), r.between(-0.1, 0.1)]).collect::<Vec<_>>().leak();
    let mut bars = Vec::new();
    for i in 0..100_usize {
        for (k, apart) in [(1, i % 10 < 9), (10, i < 90), (11, i % 10 < 9 && i < 90)] {
            if apart {
                bars.push(Bar { a: i, b: i + k, stiffness: r.between(0.5, 2.0), rest: r.between(0.8, 1.2) });
            }
        }
    }
    let bars: &[Bar] = bars.leak();
    cases.push(Case::new(
        "truss",
        format!("{} bars", bars.len()),
        move || truss(nodes, bars, loads),
        move || truss_by_hand(nodes, bars, loads),
        move || {
            let (value, (nodes, bars)) = truss_grad(nodes, bars, loads);
            (value, (nodes, Bars(bars)))
        },
    ));
    let path = r.rows(60, 8, -1.0, 1.0);
    let (lengths, masses) = (r.list(8, 0.5, 1.5), r.list(8, 0.5, 1.5));
    cases.push(Case::new(
        "action",
        "8 links, 60 times",
        move || action(path, lengths, masses, 0.1),
        move || action_by_hand(path, lengths, masses, 0.1),
        move || action_grad(path, lengths, masses, 0.1),
    ));
    let mut list = |low, high| r.list(50, low, high).to_vec();
    let start: &Particles =
        Box::leak(Box::new(Particles { x: list(-1.0, 1.0), y: list(-0.9, 1.0), vx: list(-1.0, 1.0), vy: list(-1.0, 1.0) }));
    cases.push(Case::new(
        "settled",
        "50 particles, 100 steps",
        move || settled(start, 0.7, 0.2, 0.02, 100),
        move || settled_by_hand(start, 0.7, 0.2, 0.02, 100),
        move || {
            let (value, (p, pull, drag)) = settled_grad(start, 0.7, 0.2, 0.02, 100);
            (value, ([p.x, p.y, p.vx, p.vy], pull, drag))
        },
    ));
    let mut near = |x: f64| V(x + r.between(-0.1, 0.1), r.between(-1.0, 1.0), r.between(-0.1, 0.1));
    let bodies = Bodies { at: [near(-1.0), near(0.0), near(1.0)], v: [near(0.1), near(0.0), near(-0.1)] };
    let flat = |a: [V; 3]| [a[0].0, a[0].1, a[0].2, a[1].0, a[1].1, a[1].2, a[2].0, a[2].1, a[2].2];
    let phase = (flat(bodies.at), flat(bodies.v));
    let m = [1.0, 0.6, 0.8];
    cases.push(Case::new(
        "three_bodies",
        "200 steps",
        move || three_bodies(&bodies, &m, 0.005, 200),
        move || three_bodies_by_hand(&phase, &m, 0.005, 200),
        move || {
            let (value, (b, m)) = three_bodies_grad(&bodies, &m, 0.005, 200);
            (value, (b.at.map(|v| [v.0, v.1, v.2]), b.v.map(|v| [v.0, v.1, v.2]), m))
        },
    ));
    cases
}

/// The cotangents of bars, to be compared.
struct Bars(Vec<BarCotangent>);

impl crate::measure::Flat for Bars {
    fn flat(&self, into: &mut Vec<f64>) {
        self.0.iter().for_each(|b| into.extend([b.stiffness, b.rest]));
    }
}
