//! Points and motions with operators, a mesh, a matrix of which most numbers are zero.

use std::ops::{Add, Mul, Sub};

use autodiff_core::{Differentiable, differentiate};

use super::Numbers;
use crate::measure::{Case, Flat};

// ---- a trajectory fitted to what was seen ------------------------------------------------------------------

#[derive(Differentiable, Clone, Copy)]
pub struct V3 {
    pub x: f64,
    pub y: f64,
    pub z: f64,
}
#[differentiate]
impl Add for V3 {
    type Output = V3;
    fn add(self, o: V3) -> V3 {
        V3 { x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
    }
}
#[differentiate]
impl Sub for V3 {
    type Output = V3;
    fn sub(self, o: V3) -> V3 {
        V3 { x: self.x - o.x, y: self.y - o.y, z: self.z - o.z }
    }
}
#[differentiate]
impl Mul<V3> for f64 {
    type Output = V3;
    fn mul(self, o: V3) -> V3 {
        V3 { x: self * o.x, y: self * o.y, z: self * o.z }
    }
}
#[differentiate]
impl V3 {
    fn dot(self, o: V3) -> f64 {
        self.x * o.x + self.y * o.y + self.z * o.z
    }
}
#[derive(Differentiable, Clone, Copy)]
pub struct Lorenz {
    pub sigma: f64,
    pub rho: f64,
    pub beta: f64,
}
#[differentiate]
impl Lorenz {
    fn rhs(&self, s: V3) -> V3 {
        V3 { x: self.sigma * (s.y - s.x), y: s.x * (self.rho - s.z) - s.y, z: s.x * s.y - self.beta * s.z }
    }
    fn step(&self, s: V3, h: f64) -> V3 {
        let k1 = self.rhs(s);
        let k2 = self.rhs(s + 0.5 * h * k1);
        let k3 = self.rhs(s + 0.5 * h * k2);
        let k4 = self.rhs(s + h * k3);
        s + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    }
}
#[differentiate(wrt(model, start))]
pub fn assimilate(model: &Lorenz, start: V3, h: f64, observed: &[V3], every: usize) -> f64 {
    let mut s = start;
    let mut cost = 0.0;
    for o in observed {
        for _ in 0..every {
            s = model.step(s, h);
        }
        let miss = s - *o;
        cost += miss.dot(miss);
    }
    cost
}
pub fn assimilate_by_hand(m: &Lorenz, start: V3, h: f64, observed: &[V3], every: usize) -> (f64, ([f64; 3], [f64; 3])) {
    type A = [f64; 3];
    let rhs = |s: A| [m.sigma * (s[1] - s[0]), s[0] * (m.rho - s[2]) - s[1], s[0] * s[1] - m.beta * s[2]];
    let ax = |s: A, c: f64, k: A| [s[0] + c * k[0], s[1] + c * k[1], s[2] + c * k[2]];
    let mut kept = Vec::with_capacity(observed.len() * every);
    let mut ends = Vec::with_capacity(observed.len());
    let mut s = [start.x, start.y, start.z];
    let mut cost = 0.0;
    for o in observed {
        for _ in 0..every {
            kept.push(s);
            let k1 = rhs(s);
            let k2 = rhs(ax(s, 0.5 * h, k1));
            let k3 = rhs(ax(s, 0.5 * h, k2));
            let k4 = rhs(ax(s, h, k3));
            for i in 0..3 {
                s[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
            }
        }
        let d = [s[0] - o.x, s[1] - o.y, s[2] - o.z];
        cost += d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
        ends.push(d);
    }
    let mut mb = [0.0; 3];
    let mut sb = [0.0; 3];
    let mut pull = |s: A, b: A| -> A {
        mb[0] += b[0] * (s[1] - s[0]);
        mb[1] += b[1] * s[0];
        mb[2] -= b[2] * s[2];
        [-m.sigma * b[0] + (m.rho - s[2]) * b[1] + s[1] * b[2], m.sigma * b[0] - b[1] + s[0] * b[2], -s[0] * b[1] - m.beta * b[2]]
    };
    let mut at = kept.len();
    for d in ends.iter().rev() {
        for i in 0..3 {
            sb[i] += 2.0 * d[i];
        }
        for _ in 0..every {
            at -= 1;
            let s = kept[at];
            let k1 = rhs(s);
            let s2 = ax(s, 0.5 * h, k1);
            let k2 = rhs(s2);
            let s3 = ax(s, 0.5 * h, k2);
            let k3 = rhs(s3);
            let s4 = ax(s, h, k3);
            let g4 = pull(s4, sb.map(|b| b * h / 6.0));
            let k3b = [0, 1, 2].map(|i| sb[i] * h / 3.0 + h * g4[i]);
            let g3 = pull(s3, k3b);
            let k2b = [0, 1, 2].map(|i| sb[i] * h / 3.0 + 0.5 * h * g3[i]);
            let g2 = pull(s2, k2b);
            let k1b = [0, 1, 2].map(|i| sb[i] * h / 6.0 + 0.5 * h * g2[i]);
            let g1 = pull(s, k1b);
            for i in 0..3 {
                sb[i] += g4[i] + g3[i] + g2[i] + g1[i];
            }
        }
    }
    (cost, (mb, sb))
}
impl Flat for V3Cotangent {
    fn flat(&self, v: &mut Vec<f64>) {
        v.extend([self.x, self.y, self.z]);
    }
}
impl Flat for LorenzCotangent {
    fn flat(&self, v: &mut Vec<f64>) {
        v.extend([self.sigma, self.rho, self.beta]);
    }
}

// ---- an arm ------------------------------------------------------------------------------------------------

#[derive(Differentiable, Clone, Copy)]
pub struct Rigid {
    pub rotation: [[f64; 3]; 3],
    pub shift: [f64; 3],
}
#[differentiate]
impl Mul for Rigid {
    type Output = Rigid;
    fn mul(self, o: Rigid) -> Rigid {
        let mut rotation = [[0.0; 3]; 3];
        let mut shift = self.shift;
        for i in 0..3 {
            for j in 0..3 {
                for k in 0..3 {
                    rotation[i][j] += self.rotation[i][k] * o.rotation[k][j];
                }
                shift[i] += self.rotation[i][j] * o.shift[j];
            }
        }
        Rigid { rotation, shift }
    }
}
#[differentiate]
fn about(axis: usize, angle: f64, length: f64) -> Rigid {
    let (s, c) = angle.sin_cos();
    let rotation = match axis {
        0 => [[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]],
        1 => [[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]],
        _ => [[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]],
    };
    Rigid { rotation, shift: [length * c, length * s, 0.1] }
}
#[differentiate(wrt(angles, lengths))]
pub fn arm(angles: &[f64], lengths: &[f64], axes: &[usize], goals: &[[f64; 3]]) -> f64 {
    let mut at = Rigid { rotation: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], shift: [0.0; 3] };
    let mut cost = 0.0;
    for i in 0..angles.len() {
        at = at * about(axes[i], angles[i], lengths[i]);
        for k in 0..3 {
            cost += (at.shift[k] - goals[i][k]).powi(2);
        }
    }
    cost
}
pub fn arm_by_hand(angles: &[f64], lengths: &[f64], axes: &[usize], goals: &[[f64; 3]]) -> (f64, (Vec<f64>, Vec<f64>)) {
    type M = [[f64; 3]; 3];
    let n = angles.len();
    let rot = |axis: usize, s: f64, c: f64| -> M {
        match axis {
            0 => [[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]],
            1 => [[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]],
            _ => [[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]],
        }
    };
    let mut kept: Vec<(M, f64, f64, [f64; 3])> = Vec::with_capacity(n);
    let mut r: M = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    let mut t = [0.0; 3];
    let mut cost = 0.0;
    for i in 0..n {
        let (s, c) = angles[i].sin_cos();
        let q = rot(axes[i], s, c);
        let sh = [lengths[i] * c, lengths[i] * s, 0.1];
        let before = r;
        let mut nr = [[0.0; 3]; 3];
        for a in 0..3 {
            for b in 0..3 {
                nr[a][b] = r[a][0] * q[0][b] + r[a][1] * q[1][b] + r[a][2] * q[2][b];
            }
            t[a] += r[a][0] * sh[0] + r[a][1] * sh[1] + r[a][2] * sh[2];
        }
        r = nr;
        let mut d = [0.0; 3];
        for k in 0..3 {
            d[k] = t[k] - goals[i][k];
            cost += d[k] * d[k];
        }
        kept.push((before, s, c, d));
    }
    let (mut ab, mut lb) = (vec![0.0; n], vec![0.0; n]);
    let mut rb: M = [[0.0; 3]; 3];
    let mut tb = [0.0; 3];
    for i in (0..n).rev() {
        let (before, s, c, d) = &kept[i];
        let (s, c) = (*s, *c);
        for k in 0..3 {
            tb[k] += 2.0 * d[k];
        }
        let q = rot(axes[i], s, c);
        let sh = [lengths[i] * c, lengths[i] * s, 0.1];
        let mut qb = [[0.0; 3]; 3];
        let mut shb = [0.0; 3];
        let mut nb = [[0.0; 3]; 3];
        for a in 0..3 {
            for b in 0..3 {
                qb[a][b] = before[0][a] * rb[0][b] + before[1][a] * rb[1][b] + before[2][a] * rb[2][b];
                nb[a][b] = rb[a][0] * q[b][0] + rb[a][1] * q[b][1] + rb[a][2] * q[b][2] + tb[a] * sh[b];
            }
            shb[a] = before[0][a] * tb[0] + before[1][a] * tb[1] + before[2][a] * tb[2];
        }
        rb = nb;
        let (cb, sb) = match axes[i] {
            0 => (qb[1][1] + qb[2][2], qb[2][1] - qb[1][2]),
            1 => (qb[0][0] + qb[2][2], qb[0][2] - qb[2][0]),
            _ => (qb[0][0] + qb[1][1], qb[1][0] - qb[0][1]),
        };
        lb[i] = shb[0] * c + shb[1] * s;
        let (cb, sb) = (cb + shb[0] * lengths[i], sb + shb[1] * lengths[i]);
        ab[i] = sb * c - cb * s;
    }
    (cost, (ab, lb))
}

// ---- an elastic mesh ---------------------------------------------------------------------------------------

#[differentiate(wrt(x))]
pub fn mesh(x: &[[f64; 2]], rest_inverse: &[[[f64; 2]; 2]], area: &[f64], triangles: &[[usize; 3]], mu: f64, lambda: f64) -> f64 {
    let mut energy = 0.0;
    for (t, tri) in triangles.iter().enumerate() {
        let [a, b, c] = *tri;
        let d = [[x[b][0] - x[a][0], x[c][0] - x[a][0]], [x[b][1] - x[a][1], x[c][1] - x[a][1]]];
        let mut f = [[0.0; 2]; 2];
        for i in 0..2 {
            for j in 0..2 {
                for k in 0..2 {
                    f[i][j] += d[i][k] * rest_inverse[t][k][j];
                }
            }
        }
        let det = f[0][0] * f[1][1] - f[0][1] * f[1][0];
        let i1 = f.iter().flatten().map(|v| v * v).sum::<f64>();
        let l = det.ln();
        energy += area[t] * (0.5 * mu * (i1 - 2.0 - 2.0 * l) + 0.5 * lambda * l * l);
    }
    energy
}
pub fn mesh_by_hand(
    x: &[[f64; 2]],
    r: &[[[f64; 2]; 2]],
    area: &[f64],
    triangles: &[[usize; 3]],
    mu: f64,
    lambda: f64,
) -> (f64, Vec<[f64; 2]>) {
    let mut xb = vec![[0.0; 2]; x.len()];
    let mut energy = 0.0;
    for ((tri, r), &w) in triangles.iter().zip(r).zip(area) {
        let [a, b, c] = *tri;
        let (xa, xbb, xc) = (x[a], x[b], x[c]);
        let d = [[xbb[0] - xa[0], xc[0] - xa[0]], [xbb[1] - xa[1], xc[1] - xa[1]]];
        let mut f = [[0.0; 2]; 2];
        for i in 0..2 {
            for j in 0..2 {
                f[i][j] = d[i][0] * r[0][j] + d[i][1] * r[1][j];
            }
        }
        let det = f[0][0] * f[1][1] - f[0][1] * f[1][0];
        let i1 = f[0][0] * f[0][0] + f[0][1] * f[0][1] + f[1][0] * f[1][0] + f[1][1] * f[1][1];
        let l = det.ln();
        energy += w * (0.5 * mu * (i1 - 2.0 - 2.0 * l) + 0.5 * lambda * l * l);
        let q = w * (lambda * l - mu) / det;
        let p = w * mu;
        let fb = [[p * f[0][0] + q * f[1][1], p * f[0][1] - q * f[1][0]], [p * f[1][0] - q * f[0][1], p * f[1][1] + q * f[0][0]]];
        for i in 0..2 {
            let d0 = fb[i][0] * r[0][0] + fb[i][1] * r[0][1];
            let d1 = fb[i][0] * r[1][0] + fb[i][1] * r[1][1];
            xb[b][i] += d0;
            xb[c][i] += d1;
            xb[a][i] -= d0 + d1;
        }
    }
    (energy, xb)
}

// ---- a sparse matrix ---------------------------------------------------------------------------------------

#[derive(Differentiable, Clone)]
pub struct Csr {
    #[differentiable(skip)]
    pub starts: Vec<usize>,
    #[differentiable(skip)]
    pub columns: Vec<usize>,
    pub values: Vec<f64>,
}
#[differentiate]
impl Csr {
    fn times(&self, x: &[f64]) -> Vec<f64> {
        let mut out = Vec::with_capacity(self.starts.len() - 1);
        for w in self.starts.windows(2) {
            let mut s = 0.0;
            for e in w[0]..w[1] {
                s += self.values[e] * x[self.columns[e]];
            }
            out.push(s);
        }
        out
    }
}
#[differentiate]
pub fn sparse(a: &Csr, x: &[f64], b: &[f64], lambda: f64) -> f64 {
    let ax = a.times(x);
    let fit: f64 = ax.iter().zip(b).map(|(p, q)| (p - q).powi(2)).sum();
    let ridge: f64 = x.iter().map(|v| v * v).sum();
    0.5 * fit + 0.5 * lambda * ridge
}
pub fn sparse_by_hand(a: &Csr, x: &[f64], b: &[f64], lambda: f64) -> (f64, (Vec<f64>, Vec<f64>, Vec<f64>, f64)) {
    let mut vb = vec![0.0; a.values.len()];
    let mut xb: Vec<f64> = x.iter().map(|v| lambda * v).collect();
    let mut bb = vec![0.0; b.len()];
    let mut fit = 0.0;
    for (i, w) in a.starts.windows(2).enumerate() {
        let r = w[0]..w[1];
        let (vals, cols) = (&a.values[r.clone()], &a.columns[r.clone()]);
        let mut s = 0.0;
        for (v, &c) in vals.iter().zip(cols) {
            s += v * x[c];
        }
        let e = s - b[i];
        fit += e * e;
        bb[i] = -e;
        for ((g, v), &c) in vb[r].iter_mut().zip(vals).zip(cols) {
            *g = e * x[c];
            xb[c] += e * v;
        }
    }
    let ridge: f64 = x.iter().map(|v| v * v).sum();
    (0.5 * fit + 0.5 * lambda * ridge, (vb, xb, bb, 0.5 * ridge))
}
impl Flat for CsrCotangent {
    fn flat(&self, v: &mut Vec<f64>) {
        self.values.flat(v);
    }
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut r = Numbers::new(311);

    {
        let m: &'static Lorenz = Box::leak(Box::new(Lorenz { sigma: 10.0, rho: 28.0, beta: 8.0 / 3.0 }));
        let s = V3 { x: 1.0, y: 2.0, z: 20.0 };
        let obs: &'static [V3] =
            (0..20).map(|_| V3 { x: r.between(-5.0, 5.0), y: r.between(-5.0, 5.0), z: r.between(10.0, 30.0) }).collect::<Vec<_>>().leak();
        cases.push(Case::new(
            "assimilate",
            "200 steps",
            move || assimilate(m, s, 0.01, obs, 10),
            move || assimilate_by_hand(m, s, 0.01, obs, 10),
            move || assimilate_grad(m, s, 0.01, obs, 10),
        ));
    }

    {
        let n = 40;
        let (a, l) = (r.list(n, -1.0, 1.0), r.list(n, 0.5, 1.5));
        let axes: &'static [usize] = (0..n).map(|i| (i * 2) % 3).collect::<Vec<_>>().leak();
        let goals: &'static [[f64; 3]] = (0..n).map(|_| [r.unit(), r.unit(), r.unit()]).collect::<Vec<_>>().leak();
        cases.push(Case::new(
            "arm",
            "40 joints",
            move || arm(a, l, axes, goals),
            move || arm_by_hand(a, l, axes, goals),
            move || arm_grad(a, l, axes, goals),
        ));
    }

    {
        let n = 20;
        let x: &'static [[f64; 2]] =
            (0..n * n).map(|i| [(i % n) as f64 + r.between(-0.2, 0.2), (i / n) as f64 + r.between(-0.2, 0.2)]).collect::<Vec<_>>().leak();
        let mut tris = Vec::new();
        for i in 0..n - 1 {
            for j in 0..n - 1 {
                let a = i * n + j;
                tris.push([a, a + 1, a + n]);
                tris.push([a + 1, a + n + 1, a + n]);
            }
        }
        let rest: Vec<[[f64; 2]; 2]> = tris
            .iter()
            .map(|t: &[usize; 3]| {
                let p = |k: usize| [(t[k] % n) as f64, (t[k] / n) as f64];
                let (a, b, c) = (p(0), p(1), p(2));
                let d = [[b[0] - a[0], c[0] - a[0]], [b[1] - a[1], c[1] - a[1]]];
                let q = 1.0 / (d[0][0] * d[1][1] - d[0][1] * d[1][0]);
                [[d[1][1] * q, -d[0][1] * q], [-d[1][0] * q, d[0][0] * q]]
            })
            .collect();
        let area: &'static [f64] = vec![0.5; tris.len()].leak();
        let (rest, tris): (&'static [_], &'static [_]) = (rest.leak(), tris.leak());
        cases.push(Case::new(
            "mesh",
            "722 triangles",
            move || mesh(x, rest, area, tris, 1.5, 0.7),
            move || mesh_by_hand(x, rest, area, tris, 1.5, 0.7),
            move || mesh_grad(x, rest, area, tris, 1.5, 0.7),
        ));
    }

    {
        let (n, m) = (400, 300);
        let (mut starts, mut columns) = (vec![0], Vec::new());
        for _ in 0..n {
            for _ in 0..5 + r.below(8) {
                columns.push(r.below(m));
            }
            starts.push(columns.len());
        }
        let values = r.list(columns.len(), -1.0, 1.0).to_vec();
        let a: &'static Csr = Box::leak(Box::new(Csr { starts, columns, values }));
        let (x, b) = (r.list(m, -1.0, 1.0), r.list(n, -1.0, 1.0));
        cases.push(Case::new(
            "sparse",
            "400 x 300",
            move || sparse(a, x, b, 0.1),
            move || sparse_by_hand(a, x, b, 0.1),
            move || sparse_grad(a, x, b, 0.1),
        ));
    }
    cases
}
