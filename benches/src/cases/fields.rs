//! Fields on grids: relaxation, shallow water, a volume that is sampled, a blur, rays through a distance field.

use autodiff_core::{Differentiable, differentiate};

use super::Numbers;
use crate::measure::Case;

// ---- relaxation in place ---------------------------------------------------------------------------------

#[differentiate(wrt(source, omega))]
pub fn relaxed(source: &[Vec<f64>], omega: f64, sweeps: usize, target: &[Vec<f64>]) -> f64 {
    let (h, w) = (source.len(), source[0].len());
    let mut u = vec![vec![0.0; w]; h];
    for _ in 0..sweeps {
        for i in 1..h - 1 {
            for j in 1..w - 1 {
                let r = 0.25 * (u[i - 1][j] + u[i + 1][j] + u[i][j - 1] + u[i][j + 1] + source[i][j]) - u[i][j];
                u[i][j] += omega * r;
            }
        }
    }
    let mut s = 0.0;
    for i in 0..h {
        for j in 0..w {
            s += (u[i][j] - target[i][j]).powi(2);
        }
    }
    s
}
pub fn relaxed_by_hand(source: &[Vec<f64>], omega: f64, sweeps: usize, target: &[Vec<f64>]) -> (f64, (Vec<Vec<f64>>, f64)) {
    let (h, w) = (source.len(), source[0].len());
    let mut u = vec![vec![0.0; w]; h];
    let mut kept = vec![0.0; sweeps * h * w];
    for s in 0..sweeps {
        for i in 1..h - 1 {
            let (above, rest) = u.split_at_mut(i);
            let (here, below) = rest.split_at_mut(1);
            let (above, here, below, source) = (&above[i - 1][..w], &mut here[0][..w], &below[0][..w], &source[i][..w]);
            let kept = &mut kept[(s * h + i) * w..][..w];
            for j in 1..w - 1 {
                let r = 0.25 * (above[j] + below[j] + here[j - 1] + here[j + 1] + source[j]) - here[j];
                kept[j] = r;
                here[j] += omega * r;
            }
        }
    }
    let mut value = 0.0;
    let mut ub = vec![vec![0.0; w]; h];
    for i in 0..h {
        for j in 0..w {
            let d = u[i][j] - target[i][j];
            value += d * d;
            ub[i][j] = 2.0 * d;
        }
    }
    let mut sb = vec![vec![0.0; w]; h];
    let mut ob = 0.0;
    for s in (0..sweeps).rev() {
        for i in (1..h - 1).rev() {
            let (above, rest) = ub.split_at_mut(i);
            let (here, below) = rest.split_at_mut(1);
            let (above, here, below, sb) = (&mut above[i - 1][..w], &mut here[0][..w], &mut below[0][..w], &mut sb[i][..w]);
            let kept = &kept[(s * h + i) * w..][..w];
            for j in (1..w - 1).rev() {
                let g = here[j];
                ob += g * kept[j];
                let q = 0.25 * omega * g;
                here[j] = g - omega * g;
                above[j] += q;
                below[j] += q;
                here[j - 1] += q;
                here[j + 1] += q;
                sb[j] += q;
            }
        }
    }
    (value, (sb, ob))
}

// ---- shallow water ---------------------------------------------------------------------------------------

#[differentiate]
fn rusanov(hl: f64, ql: f64, hr: f64, qr: f64) -> (f64, f64) {
    let (ul, ur) = (ql / hl, qr / hr);
    let c = (ul.abs() + (9.81 * hl).sqrt()).max(ur.abs() + (9.81 * hr).sqrt());
    let mass = 0.5 * (ql + qr) - 0.5 * c * (hr - hl);
    let momentum = 0.5 * (ql * ul + 4.905 * hl * hl + qr * ur + 4.905 * hr * hr) - 0.5 * c * (qr - ql);
    (mass, momentum)
}
#[differentiate(wrt(h0, q0))]
pub fn flooded(h0: &[f64], q0: &[f64], ratio: f64, steps: usize, gauges: &[f64]) -> f64 {
    let n = h0.len();
    let (mut h, mut q) = (h0.to_vec(), q0.to_vec());
    for _ in 0..steps {
        let fluxes: Vec<(f64, f64)> = (0..n - 1).map(|i| rusanov(h[i], q[i], h[i + 1], q[i + 1])).collect();
        for i in 1..n - 1 {
            h[i] -= ratio * (fluxes[i].0 - fluxes[i - 1].0);
            q[i] -= ratio * (fluxes[i].1 - fluxes[i - 1].1);
        }
    }
    h.iter().zip(gauges).map(|(h, g)| (h - g).powi(2)).sum()
}
pub fn flooded_by_hand(h0: &[f64], q0: &[f64], ratio: f64, steps: usize, gauges: &[f64]) -> (f64, (Vec<f64>, Vec<f64>)) {
    let n = h0.len();
    let mut hs = vec![0.0; (steps + 1) * n];
    let mut qs = vec![0.0; (steps + 1) * n];
    hs[..n].copy_from_slice(h0);
    qs[..n].copy_from_slice(q0);
    let mut f = vec![(0.0, 0.0); n];
    for s in 0..steps {
        let (h, next) = hs[s * n..].split_at_mut(n);
        let (q, qnext) = qs[s * n..].split_at_mut(n);
        for i in 0..n - 1 {
            f[i] = rusanov(h[i], q[i], h[i + 1], q[i + 1]);
        }
        let (next, qnext) = (&mut next[..n], &mut qnext[..n]);
        (next[0], next[n - 1], qnext[0], qnext[n - 1]) = (h[0], h[n - 1], q[0], q[n - 1]);
        for i in 1..n - 1 {
            next[i] = h[i] - ratio * (f[i].0 - f[i - 1].0);
            qnext[i] = q[i] - ratio * (f[i].1 - f[i - 1].1);
        }
    }
    let mut value = 0.0;
    let (mut hb, mut qb) = (vec![0.0; n], vec![0.0; n]);
    for i in 0..n {
        let d = hs[steps * n + i] - gauges[i];
        value += d * d;
        hb[i] = 2.0 * d;
    }
    for s in (0..steps).rev() {
        let (h, q) = (&hs[s * n..][..n], &qs[s * n..][..n]);
        for i in 0..n - 1 {
            let right = if i < n - 2 { (hb[i + 1], qb[i + 1]) } else { (0.0, 0.0) };
            let left = if i > 0 { (hb[i], qb[i]) } else { (0.0, 0.0) };
            f[i] = (ratio * (right.0 - left.0), ratio * (right.1 - left.1));
        }
        for i in 0..n - 1 {
            let (m, p) = f[i];
            let (hl, ql, hr, qr) = (h[i], q[i], h[i + 1], q[i + 1]);
            let (il, ir) = (1.0 / hl, 1.0 / hr);
            let (ul, ur) = (ql * il, qr * ir);
            let (sl, sr) = ((9.81 * hl).sqrt(), (9.81 * hr).sqrt());
            let (cl, cr) = (ul.abs() + sl, ur.abs() + sr);
            let c = cl.max(cr);
            let cb = -0.5 * (m * (hr - hl) + p * (qr - ql));
            let (clb, crb) = if cl > cr { (cb, 0.0) } else { (0.0, cb) };
            let ulb = 0.5 * p * ql + clb * ul.signum();
            let urb = 0.5 * p * qr + crb * ur.signum();
            hb[i] += 0.5 * c * m + 4.905 * hl * p + clb * 4.905 / sl - ulb * ul * il;
            hb[i + 1] += -0.5 * c * m + 4.905 * hr * p + crb * 4.905 / sr - urb * ur * ir;
            qb[i] += 0.5 * m + 0.5 * p * ul + 0.5 * c * p + ulb * il;
            qb[i + 1] += 0.5 * m + 0.5 * p * ur - 0.5 * c * p + urb * ir;
        }
    }
    (value, (hb, qb))
}

// ---- a volume, sampled between its points ----------------------------------------------------------------

#[derive(Differentiable, Clone)]
pub struct Volume {
    data: Vec<f64>,
    nx: usize,
    ny: usize,
    nz: usize,
}
#[differentiate]
impl Volume {
    fn at(&self, i: usize, j: usize, k: usize) -> f64 {
        self.data[(i * self.ny + j) * self.nz + k]
    }
    fn sample(&self, p: [f64; 3]) -> f64 {
        let i = (p[0].floor() as usize).min(self.nx - 2);
        let j = (p[1].floor() as usize).min(self.ny - 2);
        let k = (p[2].floor() as usize).min(self.nz - 2);
        let (u, v, w) = (p[0] - i as f64, p[1] - j as f64, p[2] - k as f64);
        let c00 = self.at(i, j, k) * (1.0 - w) + self.at(i, j, k + 1) * w;
        let c01 = self.at(i, j + 1, k) * (1.0 - w) + self.at(i, j + 1, k + 1) * w;
        let c10 = self.at(i + 1, j, k) * (1.0 - w) + self.at(i + 1, j, k + 1) * w;
        let c11 = self.at(i + 1, j + 1, k) * (1.0 - w) + self.at(i + 1, j + 1, k + 1) * w;
        (c00 * (1.0 - v) + c01 * v) * (1.0 - u) + (c10 * (1.0 - v) + c11 * v) * u
    }
}
#[differentiate(wrt(volume, points))]
pub fn sampled(volume: &Volume, points: &[[f64; 3]], seen: &[f64]) -> f64 {
    points.iter().zip(seen).map(|(p, y)| (volume.sample(*p) - y).powi(2)).sum()
}
pub fn sampled_by_hand(volume: &Volume, points: &[[f64; 3]], seen: &[f64]) -> (f64, (Vec<f64>, Vec<[f64; 3]>)) {
    let d = &volume.data;
    let mut db = vec![0.0; d.len()];
    let mut pb = Vec::with_capacity(points.len());
    let mut value = 0.0;
    for (p, y) in points.iter().zip(seen) {
        let i = (p[0] as usize).min(volume.nx - 2);
        let j = (p[1] as usize).min(volume.ny - 2);
        let k = (p[2] as usize).min(volume.nz - 2);
        let (u, v, w) = (p[0] - i as f64, p[1] - j as f64, p[2] - k as f64);
        let (nu, nv, nw) = (1.0 - u, 1.0 - v, 1.0 - w);
        let o = (i * volume.ny + j) * volume.nz + k;
        let (a00, a01) = (o, o + volume.nz);
        let (a10, a11) = (o + volume.ny * volume.nz, o + volume.ny * volume.nz + volume.nz);
        let c00 = d[a00] * nw + d[a00 + 1] * w;
        let c01 = d[a01] * nw + d[a01 + 1] * w;
        let c10 = d[a10] * nw + d[a10 + 1] * w;
        let c11 = d[a11] * nw + d[a11 + 1] * w;
        let (c0, c1) = (c00 * nv + c01 * v, c10 * nv + c11 * v);
        let e = c0 * nu + c1 * u - y;
        value += e * e;
        let g = 2.0 * e;
        let (g0, g1) = (g * nu, g * u);
        let wb = (d[a00 + 1] - d[a00]) * nv * g0
            + (d[a01 + 1] - d[a01]) * v * g0
            + (d[a10 + 1] - d[a10]) * nv * g1
            + (d[a11 + 1] - d[a11]) * v * g1;
        pb.push([g * (c1 - c0), g0 * (c01 - c00) + g1 * (c11 - c10), wb]);
        for (a, g) in [(a00, g0 * nv), (a01, g0 * v), (a10, g1 * nv), (a11, g1 * v)] {
            db[a] += g * nw;
            db[a + 1] += g * w;
        }
    }
    (value, (db, pb))
}

// ---- a blur in two passes --------------------------------------------------------------------------------

#[differentiate(wrt(image, sigma))]
pub fn blurred(image: &[f64], width: usize, sigma: f64, radius: usize, target: &[f64]) -> f64 {
    let height = image.len() / width;
    let mut kernel: Vec<f64> = (0..2 * radius + 1).map(|k| (-0.5 * ((k as f64 - radius as f64) / sigma).powi(2)).exp()).collect();
    let total: f64 = kernel.iter().sum();
    for k in &mut kernel {
        *k /= total;
    }
    let mut rows = vec![0.0; image.len()];
    for y in 0..height {
        for x in 0..width {
            let mut s = 0.0;
            for k in 0..kernel.len() {
                let from = (x + k).saturating_sub(radius).min(width - 1);
                s += kernel[k] * image[y * width + from];
            }
            rows[y * width + x] = s;
        }
    }
    let mut loss = 0.0;
    for y in 0..height {
        for x in 0..width {
            let mut s = 0.0;
            for k in 0..kernel.len() {
                let from = (y + k).saturating_sub(radius).min(height - 1);
                s += kernel[k] * rows[from * width + x];
            }
            loss += (s - target[y * width + x]).powi(2);
        }
    }
    loss
}
pub fn blurred_by_hand(image: &[f64], width: usize, sigma: f64, radius: usize, target: &[f64]) -> (f64, (Vec<f64>, f64)) {
    let height = image.len() / width;
    let raw: Vec<f64> = (0..2 * radius + 1).map(|k| (-0.5 * ((k as f64 - radius as f64) / sigma).powi(2)).exp()).collect();
    let total: f64 = raw.iter().sum();
    let kernel: Vec<f64> = raw.iter().map(|k| k / total).collect();
    let clamped = |x: usize, k: usize, n: usize| (x + k).saturating_sub(radius).min(n - 1);
    let mut rows = vec![0.0; image.len()];
    for (row, image) in rows.chunks_exact_mut(width).zip(image.chunks_exact(width)) {
        for (x, r) in row.iter_mut().enumerate() {
            let mut s = 0.0;
            for (k, c) in kernel.iter().enumerate() {
                s += c * image[clamped(x, k, width)];
            }
            *r = s;
        }
    }
    let mut kb = vec![0.0; kernel.len()];
    let mut rb = vec![0.0; image.len()];
    let mut line = vec![0.0; width];
    let mut loss = 0.0;
    for y in 0..height {
        line.fill(0.0);
        for (k, c) in kernel.iter().enumerate() {
            let from = &rows[clamped(y, k, height) * width..][..width];
            for (l, r) in line.iter_mut().zip(from) {
                *l += c * r;
            }
        }
        for (l, t) in line.iter_mut().zip(&target[y * width..][..width]) {
            let e = *l - t;
            loss += e * e;
            *l = 2.0 * e;
        }
        for (k, c) in kernel.iter().enumerate() {
            let at = clamped(y, k, height) * width;
            let mut s = 0.0;
            for ((l, r), b) in line.iter().zip(&rows[at..][..width]).zip(&mut rb[at..][..width]) {
                s += l * r;
                *b += l * c;
            }
            kb[k] += s;
        }
    }
    let mut ib = vec![0.0; image.len()];
    for y in 0..height {
        let (image, ib, rb) = (&image[y * width..][..width], &mut ib[y * width..][..width], &rb[y * width..][..width]);
        for x in 0..width {
            for (k, c) in kernel.iter().enumerate() {
                let from = clamped(x, k, width);
                kb[k] += rb[x] * image[from];
                ib[from] += rb[x] * c;
            }
        }
    }
    let mean: f64 = kb.iter().zip(&kernel).map(|(a, b)| a * b).sum();
    let mut sb = 0.0;
    for (k, (b, c)) in kb.iter().zip(&kernel).enumerate() {
        let z = k as f64 - radius as f64;
        sb += (b - mean) * c * z * z / (sigma * sigma * sigma);
    }
    (loss, (ib, sb))
}

// ---- rays through a distance field -----------------------------------------------------------------------

#[differentiate]
fn distance(p: [f64; 3], spheres: &[[f64; 4]], sharpness: f64) -> f64 {
    let mut s = 0.0;
    for c in spheres {
        let (dx, dy, dz) = (p[0] - c[0], p[1] - c[1], p[2] - c[2]);
        let d = (dx * dx + dy * dy + dz * dz).sqrt() - c[3];
        s += (-sharpness * d).exp();
    }
    -s.ln() / sharpness
}
#[differentiate(wrt(spheres, sharpness))]
pub fn marched(rays: &[([f64; 3], [f64; 3])], spheres: &[[f64; 4]], sharpness: f64, seen: &[f64]) -> f64 {
    let mut loss = 0.0;
    for ((from, along), depth) in rays.iter().zip(seen) {
        let mut t = 0.0;
        for _ in 0..32 {
            let p = [from[0] + t * along[0], from[1] + t * along[1], from[2] + t * along[2]];
            let d = distance(p, spheres, sharpness);
            t += d;
            if d < 1e-3 || t > 20.0 {
                break;
            }
        }
        loss += (t - depth).powi(2);
    }
    loss
}
pub fn marched_by_hand(rays: &[([f64; 3], [f64; 3])], spheres: &[[f64; 4]], sharpness: f64, seen: &[f64]) -> (f64, (Vec<[f64; 4]>, f64)) {
    let n = spheres.len();
    let mut sb = vec![[0.0; 4]; n];
    let mut kb = 0.0;
    let mut loss = 0.0;
    let mut kept = vec![(0.0, 0.0, 0.0, 0.0, 0.0); 32 * n];
    let mut steps = Vec::with_capacity(32);
    for ((from, along), depth) in rays.iter().zip(seen) {
        let mut t = 0.0;
        steps.clear();
        for k in 0..32 {
            let p = [from[0] + t * along[0], from[1] + t * along[1], from[2] + t * along[2]];
            let mut s = 0.0;
            for (c, kept) in spheres.iter().zip(&mut kept[k * n..]) {
                let (dx, dy, dz) = (p[0] - c[0], p[1] - c[1], p[2] - c[2]);
                let l = (dx * dx + dy * dy + dz * dz).sqrt();
                let e = (-sharpness * (l - c[3])).exp();
                s += e;
                *kept = (dx, dy, dz, l, e);
            }
            let d = -s.ln() / sharpness;
            steps.push((s, d));
            t += d;
            if d < 1e-3 || t > 20.0 {
                break;
            }
        }
        let e = t - depth;
        loss += e * e;
        let mut tb = 2.0 * e;
        for (k, &(s, d)) in steps.iter().enumerate().rev() {
            kb -= tb * d / sharpness;
            let eb = -tb / (s * sharpness);
            let mut along_bar = 0.0;
            for ((c, b), &(dx, dy, dz, l, e)) in spheres.iter().zip(&mut sb).zip(&kept[k * n..]) {
                let g = eb * e;
                kb -= g * (l - c[3]);
                let db = -sharpness * g;
                let q = db / l;
                b[0] -= q * dx;
                b[1] -= q * dy;
                b[2] -= q * dz;
                b[3] -= db;
                along_bar += q * (dx * along[0] + dy * along[1] + dz * along[2]);
            }
            tb += along_bar;
        }
    }
    (loss, (sb, kb))
}

pub fn cases() -> Vec<Case> {
    let mut r = Numbers::new(1401);
    let mut cases = Vec::new();
    let (source, target) = (r.rows(24, 30, -1.0, 1.0), r.rows(24, 30, -0.2, 0.2));
    cases.push(Case::new(
        "relaxed",
        "24 x 30, 20 sweeps",
        move || relaxed(source, 1.4, 20, target),
        move || relaxed_by_hand(source, 1.4, 20, target),
        move || relaxed_grad(source, 1.4, 20, target),
    ));
    let (h, q, g) = (r.list(100, 1.0, 1.5), r.list(100, -0.5, 0.5), r.list(100, 1.0, 1.5));
    cases.push(Case::new(
        "flooded",
        "100 cells, 40 steps",
        move || flooded(h, q, 0.1, 40, g),
        move || flooded_by_hand(h, q, 0.1, 40, g),
        move || flooded_grad(h, q, 0.1, 40, g),
    ));
    let volume: &Volume = Box::leak(Box::new(Volume { data: r.list(10 * 12 * 14, -1.0, 1.0).to_vec(), nx: 10, ny: 12, nz: 14 }));
    let points: &[[f64; 3]] =
        (0..500).map(|_| [r.between(0.0, 9.0), r.between(0.0, 11.0), r.between(0.0, 13.0)]).collect::<Vec<_>>().leak();
    let seen = r.list(500, -1.0, 1.0);
    cases.push(Case::new(
        "sampled",
        "500 points",
        move || sampled(volume, points, seen),
        move || sampled_by_hand(volume, points, seen),
        move || {
            let (value, (v, p)) = sampled_grad(volume, points, seen);
            (value, (v.data, p))
        },
    ));
    let (image, target) = (r.list(40 * 48, 0.0, 1.0), r.list(40 * 48, 0.0, 1.0));
    cases.push(Case::new(
        "blurred",
        "40 x 48, radius 3",
        move || blurred(image, 48, 1.3, 3, target),
        move || blurred_by_hand(image, 48, 1.3, 3, target),
        move || blurred_grad(image, 48, 1.3, 3, target),
    ));
    let spheres: &[[f64; 4]] =
        (0..6).map(|_| [r.between(-2.0, 2.0), r.between(-2.0, 2.0), r.between(4.0, 7.0), r.between(0.4, 1.0)]).collect::<Vec<_>>().leak();
    let rays: &[([f64; 3], [f64; 3])] = (0..64)
        .map(|_| {
            let (x, y) = (r.between(-0.4, 0.4), r.between(-0.4, 0.4));
            let l = (x * x + y * y + 1.0_f64).sqrt();
            ([0.0; 3], [x / l, y / l, 1.0 / l])
        })
        .collect::<Vec<_>>()
        .leak();
    let depths = r.list(64, 4.0, 7.0);
    cases.push(Case::new(
        "marched",
        "64 rays, 6 spheres",
        move || marched(rays, spheres, 4.0, depths),
        move || marched_by_hand(rays, spheres, 4.0, depths),
        move || marched_grad(rays, spheres, 4.0, depths),
    ));
    cases
}
