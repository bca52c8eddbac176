//! Numerical methods: rotations of a matrix, series of Chebyshev polynomials, a Fourier transform, a surface of volatilities, the
//! rank of pages, charges in a box.

use autodiff_core::{Differentiable, differentiate};

use super::Numbers;
use crate::measure::Case;

// ---- Jacobi's rotations ------------------------------------------------------------------------------------

#[differentiate(wrt(matrix))]
pub fn rotated(matrix: &[Vec<f64>], weights: &[f64], sweeps: usize) -> f64 {
    let n = matrix.len();
    let mut a = matrix.to_vec();
    for _ in 0..sweeps {
        for p in 0..n - 1 {
            for q in p + 1..n {
                if a[p][q].abs() < 1e-12 {
                    continue;
                }
                let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                for k in 0..n {
                    let (x, y) = (a[k][p], a[k][q]);
                    a[k][p] = c * x - s * y;
                    a[k][q] = s * x + c * y;
                }
                for k in 0..n {
                    let (x, y) = (a[p][k], a[q][k]);
                    a[p][k] = c * x - s * y;
                    a[q][k] = s * x + c * y;
                }
            }
        }
    }
    (0..n).map(|i| weights[i] * a[i][i]).sum()
}
pub fn rotated_by_hand(matrix: &[Vec<f64>], weights: &[f64], sweeps: usize) -> (f64, Vec<Vec<f64>>) {
    let n = matrix.len();
    let mut a: Vec<f64> = matrix.concat();
    let mut kept = Vec::with_capacity(sweeps * n * (n - 1) / 2);
    let mut old = Vec::with_capacity(4 * n * sweeps * n * (n - 1) / 2);
    for _ in 0..sweeps {
        for p in 0..n - 1 {
            for q in p + 1..n {
                let (app, aqq, apq) = (a[p * n + p], a[q * n + q], a[p * n + q]);
                if apq.abs() < 1e-12 {
                    continue;
                }
                let theta = (aqq - app) / (2.0 * apq);
                let root = (theta * theta + 1.0).sqrt();
                let t = theta.signum() / (theta.abs() + root);
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                for row in a.chunks_exact_mut(n) {
                    let (x, y) = (row[p], row[q]);
                    old.push((x, y));
                    row[p] = c * x - s * y;
                    row[q] = s * x + c * y;
                }
                let (head, tail) = a.split_at_mut(q * n);
                for (u, v) in head[p * n..][..n].iter_mut().zip(&mut tail[..n]) {
                    let (x, y) = (*u, *v);
                    old.push((x, y));
                    *u = c * x - s * y;
                    *v = s * x + c * y;
                }
                kept.push((p, q, theta, root, t, c, apq));
            }
        }
    }
    let mut value = 0.0;
    let mut b = vec![0.0; n * n];
    for i in 0..n {
        value += weights[i] * a[i * n + i];
        b[i * n + i] = weights[i];
    }
    let mut end = old.len();
    for &(p, q, theta, root, t, c, apq) in kept.iter().rev() {
        let s = t * c;
        let (mut cb, mut sb) = (0.0, 0.0);
        end -= n;
        let (head, tail) = b.split_at_mut(q * n);
        for ((u, v), (x, y)) in head[p * n..][..n].iter_mut().zip(&mut tail[..n]).zip(&old[end..][..n]) {
            let (g, h) = (*u, *v);
            cb += g * x + h * y;
            sb += h * x - g * y;
            *u = c * g + s * h;
            *v = c * h - s * g;
        }
        end -= n;
        for (row, (x, y)) in b.chunks_exact_mut(n).zip(&old[end..][..n]) {
            let (g, h) = (row[p], row[q]);
            cb += g * x + h * y;
            sb += h * x - g * y;
            row[p] = c * g + s * h;
            row[q] = c * h - s * g;
        }
        cb += sb * t;
        let tb = sb * c - cb * c * c * c * t;
        let theta_bar = -tb * theta.signum() * t / root;
        let d = theta_bar / (2.0 * apq);
        b[q * n + q] += d;
        b[p * n + p] -= d;
        b[p * n + q] -= theta_bar * theta / apq;
    }
    (value, b.chunks_exact(n).map(<[f64]>::to_vec).collect())
}

// ---- Clenshaw's recurrence ---------------------------------------------------------------------------------

#[differentiate(wrt(coefficients))]
pub fn chebyshev_fit(coefficients: &[f64], x: &[f64], y: &[f64]) -> f64 {
    let mut loss = 0.0;
    for (x, y) in x.iter().zip(y) {
        let (mut b1, mut b2) = (0.0, 0.0);
        for c in coefficients.iter().skip(1).rev() {
            let b0 = c + 2.0 * x * b1 - b2;
            b2 = b1;
            b1 = b0;
        }
        let value = coefficients[0] + x * b1 - b2;
        loss += (value - y) * (value - y);
    }
    loss
}
pub fn chebyshev_fit_by_hand(coefficients: &[f64], x: &[f64], y: &[f64]) -> (f64, Vec<f64>) {
    let mut cb = vec![0.0; coefficients.len()];
    let mut loss = 0.0;
    for (&x, &y) in x.iter().zip(y) {
        let (mut b1, mut b2) = (0.0, 0.0);
        for c in coefficients[1..].iter().rev() {
            let b0 = c + 2.0 * x * b1 - b2;
            b2 = b1;
            b1 = b0;
        }
        let e = coefficients[0] + x * b1 - b2 - y;
        loss += e * e;
        let (mut t0, mut t1) = (2.0 * e, 2.0 * e * x);
        for b in &mut cb {
            *b += t0;
            (t0, t1) = (t1, 2.0 * x * t1 - t0);
        }
    }
    (loss, cb)
}

// ---- a Fourier transform in place --------------------------------------------------------------------------

#[differentiate(wrt(re0, im0))]
pub fn spectrum(re0: &[f64], im0: &[f64], table: &[(f64, f64)], weights: &[f64]) -> f64 {
    let n = re0.len();
    let (mut re, mut im) = (re0.to_vec(), im0.to_vec());
    let mut j = 0;
    for i in 1..n {
        let mut bit = n >> 1;
        while j & bit != 0 {
            j ^= bit;
            bit >>= 1;
        }
        j ^= bit;
        if i < j {
            re.swap(i, j);
            im.swap(i, j);
        }
    }
    let mut half = 1;
    while half < n {
        let stride = n / (2 * half);
        for start in (0..n).step_by(2 * half) {
            for k in 0..half {
                let (c, s) = table[k * stride];
                let (a, b) = (start + k, start + k + half);
                let (x, y) = (re[b] * c - im[b] * s, re[b] * s + im[b] * c);
                re[b] = re[a] - x;
                im[b] = im[a] - y;
                re[a] += x;
                im[a] += y;
            }
        }
        half *= 2;
    }
    let mut power = 0.0;
    for i in 0..n {
        power += weights[i] * (re[i] * re[i] + im[i] * im[i]);
    }
    power
}
fn shuffled(re: &mut [f64], im: &mut [f64]) {
    let n = re.len();
    let mut j = 0;
    for i in 1..n {
        let mut bit = n >> 1;
        while j & bit != 0 {
            j ^= bit;
            bit >>= 1;
        }
        j ^= bit;
        if i < j {
            re.swap(i, j);
            im.swap(i, j);
        }
    }
}
pub fn spectrum_by_hand(re0: &[f64], im0: &[f64], table: &[(f64, f64)], weights: &[f64]) -> (f64, (Vec<f64>, Vec<f64>)) {
    let n = re0.len();
    let (mut re, mut im) = (re0.to_vec(), im0.to_vec());
    shuffled(&mut re, &mut im);
    let mut half = 1;
    while half < n {
        let stride = n / (2 * half);
        for (re, im) in re.chunks_exact_mut(2 * half).zip(im.chunks_exact_mut(2 * half)) {
            let ((ra, rb), (ia, ib)) = (re.split_at_mut(half), im.split_at_mut(half));
            let rest = rb.iter_mut().zip(ib).zip(table.iter().step_by(stride));
            for ((ra, ia), ((rb, ib), &(c, s))) in ra.iter_mut().zip(ia).zip(rest) {
                let (x, y) = (*rb * c - *ib * s, *rb * s + *ib * c);
                *rb = *ra - x;
                *ib = *ia - y;
                *ra += x;
                *ia += y;
            }
        }
        half *= 2;
    }
    let mut power = 0.0;
    for ((r, i), w) in re.iter_mut().zip(&mut im).zip(weights) {
        power += w * (*r * *r + *i * *i);
        *r *= 2.0 * w;
        *i *= 2.0 * w;
    }
    while half > 1 {
        half /= 2;
        let stride = n / (2 * half);
        for (re, im) in re.chunks_exact_mut(2 * half).zip(im.chunks_exact_mut(2 * half)) {
            let ((ra, rb), (ia, ib)) = (re.split_at_mut(half), im.split_at_mut(half));
            let rest = rb.iter_mut().zip(ib).zip(table.iter().step_by(stride));
            for ((ra, ia), ((rb, ib), &(c, s))) in ra.iter_mut().zip(ia).zip(rest) {
                let (x, y) = (*ra - *rb, *ia - *ib);
                *ra += *rb;
                *ia += *ib;
                *rb = x * c + y * s;
                *ib = y * c - x * s;
            }
        }
    }
    shuffled(&mut re, &mut im);
    (power, (re, im))
}

// ---- a surface of volatilities -----------------------------------------------------------------------------

#[derive(Differentiable, Clone, Copy)]
pub struct Svi {
    a: f64,
    b: f64,
    rho: f64,
    m: f64,
    sigma: f64,
}
#[derive(Clone, Copy)]
pub struct Quote {
    strike: f64,
    years: f64,
    price: f64,
}
#[differentiate]
fn normal_cdf(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * x.abs());
    let tail = 0.398_942_280_4
        * (-0.5 * x * x).exp()
        * t
        * (0.319_381_53 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    if x > 0.0 { 1.0 - tail } else { tail }
}
#[differentiate]
impl Svi {
    fn variance(&self, k: f64) -> f64 {
        let d = k - self.m;
        self.a + self.b * (self.rho * d + (d * d + self.sigma * self.sigma).sqrt())
    }
}
#[differentiate(wrt(svi, spot))]
pub fn surface(svi: &Svi, spot: f64, quotes: &[Quote]) -> f64 {
    quotes
        .iter()
        .map(|quote| {
            let k = (quote.strike / spot).ln();
            let total = (svi.variance(k) * quote.years).sqrt();
            let d1 = -k / total + 0.5 * total;
            let d2 = d1 - total;
            let price = spot * normal_cdf(d1) - quote.strike * normal_cdf(d2);
            (price - quote.price).powi(2)
        })
        .sum()
}
pub fn surface_by_hand(svi: &Svi, spot: f64, quotes: &[Quote]) -> (f64, ([f64; 5], f64)) {
    // The value and the slope of what is in use for the distribution.
    let cdf = |x: f64| {
        let u = x.abs();
        let t = 1.0 / (1.0 + 0.231_641_9 * u);
        let (c1, c2, c3, c4, c5) = (0.319_381_53, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429);
        let density = 0.398_942_280_4 * (-0.5 * u * u).exp();
        let p = t * (c1 + t * (c2 + t * (c3 + t * (c4 + t * c5))));
        let slope = c1 + t * (2.0 * c2 + t * (3.0 * c3 + t * (4.0 * c4 + t * 5.0 * c5)));
        let tail = density * p;
        (if x > 0.0 { 1.0 - tail } else { tail }, density * (u * p + 0.231_641_9 * t * t * slope))
    };
    let (mut value, mut b, mut sb) = (0.0, [0.0; 5], 0.0);
    for q in quotes {
        let k = (q.strike / spot).ln();
        let d = k - svi.m;
        let root = (d * d + svi.sigma * svi.sigma).sqrt();
        let shape = svi.rho * d + root;
        let total = ((svi.a + svi.b * shape) * q.years).sqrt();
        let i = 1.0 / total;
        let d1 = -k * i + 0.5 * total;
        let ((n1, s1), (n2, s2)) = (cdf(d1), cdf(d1 - total));
        let e = spot * n1 - q.strike * n2 - q.price;
        value += e * e;
        let g = 2.0 * e;
        let (g1, g2) = (g * spot * s1, -g * q.strike * s2);
        let d1b = g1 + g2;
        let tb = d1b * (k * i * i + 0.5) - g2;
        let wb = tb * 0.5 * i * q.years;
        b[0] += wb;
        b[1] += wb * shape;
        let shape_bar = wb * svi.b;
        b[2] += shape_bar * d;
        let rb = shape_bar / root;
        let db = shape_bar * svi.rho + rb * d;
        b[3] -= db;
        b[4] += rb * svi.sigma;
        sb += g * n1 - (db - d1b * i) / spot;
    }
    (value, (b, sb))
}

// ---- the rank of pages -------------------------------------------------------------------------------------

#[differentiate(wrt(weights, damping))]
pub fn ranked(links: &[(usize, usize)], weights: &[f64], damping: f64, n: usize, wanted: &[f64]) -> f64 {
    let mut out = vec![0.0; n];
    for (&(from, _), w) in links.iter().zip(weights) {
        out[from] += w;
    }
    let mut rank = vec![1.0 / n as f64; n];
    for _ in 0..30 {
        let mut next = vec![(1.0 - damping) / n as f64; n];
        for (&(from, to), w) in links.iter().zip(weights) {
            next[to] += damping * rank[from] * w / out[from];
        }
        let change: f64 = next.iter().zip(&rank).map(|(a, b)| (a - b).abs()).sum();
        rank = next;
        if change < 1e-8 {
            break;
        }
    }
    rank.iter().zip(wanted).map(|(r, w)| (r - w).powi(2)).sum()
}
pub fn ranked_by_hand(links: &[(usize, usize)], weights: &[f64], damping: f64, n: usize, wanted: &[f64]) -> (f64, (Vec<f64>, f64)) {
    let mut out = vec![0.0; n];
    for (&(from, _), w) in links.iter().zip(weights) {
        out[from] += w;
    }
    let shares: Vec<f64> = links.iter().zip(weights).map(|(&(from, _), w)| w / out[from]).collect();
    let mut ranks = vec![vec![1.0 / n as f64; n]];
    for k in 0..30 {
        let mut next = vec![(1.0 - damping) / n as f64; n];
        let rank = &ranks[k];
        for (&(from, to), s) in links.iter().zip(&shares) {
            next[to] += damping * rank[from] * s;
        }
        let change: f64 = next.iter().zip(rank).map(|(a, b)| (a - b).abs()).sum();
        ranks.push(next);
        if change < 1e-8 {
            break;
        }
    }
    let last = &ranks[ranks.len() - 1];
    let mut value = 0.0;
    let mut rb: Vec<f64> = last
        .iter()
        .zip(wanted)
        .map(|(r, w)| {
            value += (r - w) * (r - w);
            2.0 * (r - w)
        })
        .collect();
    let mut sb = vec![0.0; links.len()];
    let mut db = 0.0;
    let mut before = vec![0.0; n];
    for rank in ranks[..ranks.len() - 1].iter().rev() {
        before.fill(0.0);
        db -= rb.iter().sum::<f64>() / n as f64;
        for ((&(from, to), s), sb) in links.iter().zip(&shares).zip(&mut sb) {
            let g = rb[to];
            db += g * rank[from] * s;
            *sb += g * rank[from];
            before[from] += g * s;
        }
        for b in &mut before {
            *b *= damping;
        }
        std::mem::swap(&mut rb, &mut before);
    }
    let mut ob = vec![0.0; n];
    for ((&(from, _), s), sb) in links.iter().zip(&shares).zip(&sb) {
        ob[from] -= damping * sb * s / out[from];
    }
    let wb = links.iter().zip(&sb).map(|(&(from, _), sb)| damping * sb / out[from] + ob[from]).collect();
    (value, (wb, db))
}

// ---- charges in a periodic box -----------------------------------------------------------------------------

#[differentiate]
pub fn screened(at: &[[f64; 3]], charges: &[f64], length: f64, screening: f64, cutoff: f64) -> f64 {
    let mut energy = 0.0;
    for i in 0..at.len() {
        for j in 0..i {
            let mut r2 = 0.0;
            for k in 0..3 {
                let mut d = at[i][k] - at[j][k];
                d -= length * (d / length).round();
                r2 += d * d;
            }
            if r2 < cutoff * cutoff {
                let r = r2.sqrt();
                energy += charges[i] * charges[j] * (-screening * r).exp() / r;
            }
        }
    }
    energy
}
type ScreenedBar = (Vec<[f64; 3]>, Vec<f64>, f64, f64, f64);
pub fn screened_by_hand(at: &[[f64; 3]], charges: &[f64], length: f64, screening: f64, cutoff: f64) -> (f64, ScreenedBar) {
    let n = at.len();
    let (mut ab, mut qb, mut lb, mut sb) = (vec![[0.0; 3]; n], vec![0.0; n], 0.0, 0.0);
    let mut energy = 0.0;
    for i in 0..n {
        let (p, q) = (at[i], charges[i]);
        let (mut pb, mut own) = ([0.0; 3], 0.0);
        for j in 0..i {
            let (mut d, mut turns, mut r2) = ([0.0; 3], [0.0; 3], 0.0);
            for k in 0..3 {
                let x = p[k] - at[j][k];
                turns[k] = (x / length).round();
                d[k] = x - length * turns[k];
                r2 += d[k] * d[k];
            }
            if r2 < cutoff * cutoff {
                let r = r2.sqrt();
                let i = 1.0 / r;
                let f = (-screening * r).exp() * i;
                let c = q * charges[j] * f;
                energy += c;
                own += charges[j] * f;
                qb[j] += q * f;
                sb -= c * r;
                let g = -c * (screening + i) * i;
                for k in 0..3 {
                    let gd = g * d[k];
                    pb[k] += gd;
                    ab[j][k] -= gd;
                    lb -= gd * turns[k];
                }
            }
        }
        for k in 0..3 {
            ab[i][k] += pb[k];
        }
        qb[i] += own;
    }
    (energy, (ab, qb, lb, sb, 0.0))
}

pub fn cases() -> Vec<Case> {
    let mut r = Numbers::new(1601);
    let mut cases = Vec::new();
    let mut matrix = r.rows(8, 8, -1.0, 1.0).clone();
    for i in 0..8 {
        for j in 0..i {
            matrix[i][j] = matrix[j][i];
        }
    }
    let matrix: &'static Vec<Vec<f64>> = Box::leak(Box::new(matrix));
    let weights = r.list(8, 0.5, 1.5);
    cases.push(Case::new(
        "rotated",
        "8 x 8, 2 sweeps",
        move || rotated(matrix, weights, 2),
        move || rotated_by_hand(matrix, weights, 2),
        move || rotated_grad(matrix, weights, 2),
    ));
    let (c, x, y) = (r.list(12, -1.0, 1.0), r.list(400, -1.0, 1.0), r.list(400, -1.0, 1.0));
    cases.push(Case::new(
        "chebyshev_fit",
        "degree 11, n=400",
        move || chebyshev_fit(c, x, y),
        move || chebyshev_fit_by_hand(c, x, y),
        move || chebyshev_fit_grad(c, x, y),
    ));
    let (re, im, w) = (r.list(256, -1.0, 1.0), r.list(256, -1.0, 1.0), r.list(256, 0.0, 1.0));
    let table: &[(f64, f64)] = (0..128)
        .map(|k| (-std::f64::consts::TAU * f64::from(k) / 256.0).cos())
        .zip((0..128).map(|k| (-std::f64::consts::TAU * f64::from(k) / 256.0).sin()))
        .collect::<Vec<_>>()
        .leak();
    cases.push(Case::new(
        "spectrum",
        "n=256",
        move || spectrum(re, im, table, w),
        move || spectrum_by_hand(re, im, table, w),
        move || spectrum_grad(re, im, table, w),
    ));
    let svi = Svi { a: 0.04, b: 0.2, rho: -0.4, m: 0.05, sigma: 0.2 };
    let quotes: &[Quote] = (0..300)
        .map(|_| Quote { strike: r.between(70.0, 140.0), years: r.between(0.2, 2.0), price: r.between(1.0, 30.0) })
        .collect::<Vec<_>>()
        .leak();
    cases.push(Case::new(
        "surface",
        "300 quotes",
        move || surface(&svi, 100.0, quotes),
        move || surface_by_hand(&svi, 100.0, quotes),
        move || {
            let (value, (s, spot)) = surface_grad(&svi, 100.0, quotes);
            (value, ([s.a, s.b, s.rho, s.m, s.sigma], spot))
        },
    ));
    let links: &[(usize, usize)] = (0..300).map(|k| (k % 60, r.below(60))).collect::<Vec<_>>().leak();
    let (weights, wanted) = (r.list(300, 0.2, 1.0), r.list(60, 0.0, 0.04));
    cases.push(Case::new(
        "ranked",
        "60 pages, 300 links",
        move || ranked(links, weights, 0.85, 60, wanted),
        move || ranked_by_hand(links, weights, 0.85, 60, wanted),
        move || ranked_grad(links, weights, 0.85, 60, wanted),
    ));
    let at: &[[f64; 3]] = (0..60).map(|_| [r.between(0.0, 5.0), r.between(0.0, 5.0), r.between(0.0, 5.0)]).collect::<Vec<_>>().leak();
    let charges = r.list(60, -1.0, 1.0);
    cases.push(Case::new(
        "screened",
        "60 charges",
        move || screened(at, charges, 5.0, 0.8, 2.0),
        move || screened_by_hand(at, charges, 5.0, 0.8, 2.0),
        move || screened_grad(at, charges, 5.0, 0.8, 2.0),
    ));
    cases
}
