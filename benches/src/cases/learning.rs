//! Learning: kernels, codes, networks with and without a state, columns that are made alike.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

// ---- a kernel between points -----------------------------------------------------------------------------

#[differentiate(wrt(x, scale, y))]
pub fn matern(x: &[Vec<f64>], scale: f64, y: &[f64], sigma: f64) -> f64 {
    let n = x.len();
    let mut total = 0.0;
    for i in 0..n {
        for j in 0..n {
            let mut d2 = 0.0;
            for k in 0..x[i].len() {
                let d = (x[i][k] - x[j][k]) / scale;
                d2 += d * d;
            }
            let r = (3.0 * d2 + 1e-12).sqrt();
            let mut kij = sigma * (1.0 + r) * (-r).exp();
            if i == j {
                kij += 0.1;
            }
            total += y[i] * kij * y[j];
        }
    }
    total
}
pub fn matern_by_hand(x: &[Vec<f64>], scale: f64, y: &[f64], sigma: f64) -> (f64, (Vec<Vec<f64>>, f64, Vec<f64>)) {
    let n = x.len();
    let dim = x[0].len();
    let inv = 1.0 / scale;
    let mut total = 0.0;
    let mut xb = vec![vec![0.0; dim]; n];
    let mut yb = vec![0.0; n];
    let mut sb = 0.0;
    for i in 0..n {
        for j in 0..i {
            let (xi, xj) = (&x[i][..dim], &x[j][..dim]);
            let mut d2 = 0.0;
            for k in 0..dim {
                let d = (xi[k] - xj[k]) * inv;
                d2 += d * d;
            }
            let r = (3.0 * d2 + 1e-12).sqrt();
            let e = (-r).exp();
            let kij = sigma * (1.0 + r) * e;
            total += 2.0 * y[i] * kij * y[j];
            yb[i] += 2.0 * kij * y[j];
            yb[j] += 2.0 * kij * y[i];
            // dk/dr = -sigma r e ; dr/dd2 = 1.5/r
            let g = 2.0 * y[i] * y[j] * (-sigma * e) * 1.5;
            sb += g * d2 * -2.0 * inv;
            let (a, b) = xb.split_at_mut(i);
            let (bi, bj) = (&mut b[0][..dim], &mut a[j][..dim]);
            let f = 2.0 * g * inv * inv;
            for k in 0..dim {
                let t = f * (xi[k] - xj[k]);
                bi[k] += t;
                bj[k] -= t;
            }
        }
        let r = 1e-12f64.sqrt();
        let kii = sigma * (1.0 + r) * (-r).exp() + 0.1;
        total += y[i] * y[i] * kii;
        yb[i] += 2.0 * y[i] * kii;
    }
    (total, (xb, sb, yb))
}

// ---- the nearest code, softly ----------------------------------------------------------------------------

#[differentiate(wrt(points, codes))]
pub fn soft_nearest(points: &[f64], codes: &[f64], d: usize, beta: f64) -> f64 {
    let (n, k) = (points.len() / d, codes.len() / d);
    let mut total = 0.0;
    for i in 0..n {
        let p = &points[i * d..(i + 1) * d];
        let dist: Vec<f64> =
            (0..k).map(|c| p.iter().zip(&codes[c * d..(c + 1) * d]).map(|(a, b)| (a - b) * (a - b)).sum::<f64>()).collect();
        let least = dist.iter().cloned().fold(f64::INFINITY, f64::min);
        let s: f64 = dist.iter().map(|v| (-beta * (v - least)).exp()).sum();
        total += least - s.ln() / beta;
    }
    total / n as f64
}
pub fn soft_nearest_by_hand(points: &[f64], codes: &[f64], d: usize, beta: f64) -> (f64, (Vec<f64>, Vec<f64>)) {
    let (n, k) = (points.len() / d, codes.len() / d);
    let mut total = 0.0;
    let (mut pb, mut cb) = (vec![0.0; points.len()], vec![0.0; codes.len()]);
    let mut dist = vec![0.0; k];
    for (p, pb) in points.chunks_exact(d).zip(pb.chunks_exact_mut(d)) {
        let mut least = f64::INFINITY;
        for (c, o) in codes.chunks_exact(d).zip(&mut dist) {
            let mut s = 0.0;
            for (a, b) in p.iter().zip(c) {
                s += (a - b) * (a - b);
            }
            *o = s;
            if s < least {
                least = s;
            }
        }
        let mut s = 0.0;
        for v in &mut dist {
            *v = (-beta * (*v - least)).exp();
            s += *v;
        }
        total += least - s.ln() / beta;
        let f = 2.0 / (s * n as f64);
        for ((c, cb), w) in codes.chunks_exact(d).zip(cb.chunks_exact_mut(d)).zip(&dist) {
            let g = f * w;
            for k in 0..d {
                let t = g * (p[k] - c[k]);
                pb[k] += t;
                cb[k] -= t;
            }
        }
    }
    (total / n as f64, (pb, cb))
}

// ---- a gated network -------------------------------------------------------------------------------------

#[differentiate]
fn matvec(w: &[f64], x: &[f64]) -> Vec<f64> {
    let m = x.len();
    (0..w.len() / m)
        .map(|i| {
            let mut s = 0.0;
            for j in 0..m {
                s += w[i * m + j] * x[j];
            }
            s
        })
        .collect()
}
#[differentiate]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
#[differentiate(wrt(wz, wr, wh))]
pub fn gru(wz: &[f64], wr: &[f64], wh: &[f64], xs: &[Vec<f64>], n: usize) -> f64 {
    let mut h = vec![0.0; n];
    let mut loss = 0.0;
    for x in xs {
        let mut xh = x.clone();
        xh.extend_from_slice(&h);
        let z: Vec<f64> = matvec(wz, &xh).into_iter().map(sigmoid).collect();
        let r: Vec<f64> = matvec(wr, &xh).into_iter().map(sigmoid).collect();
        let mut xr = x.clone();
        for i in 0..n {
            xr.push(r[i] * h[i]);
        }
        let c: Vec<f64> = matvec(wh, &xr).iter().map(|v| v.tanh()).collect();
        for i in 0..n {
            h[i] = (1.0 - z[i]) * h[i] + z[i] * c[i];
        }
        loss += h.iter().map(|v| v * v).sum::<f64>();
    }
    loss
}
pub fn gru_by_hand(wz: &[f64], wr: &[f64], wh: &[f64], xs: &[Vec<f64>], n: usize) -> (f64, (Vec<f64>, Vec<f64>, Vec<f64>)) {
    let d = xs[0].len();
    let m = d + n;
    let t = xs.len();
    let mut hs = vec![0.0; (t + 1) * n];
    let (mut zs, mut rs, mut cs) = (vec![0.0; t * n], vec![0.0; t * n], vec![0.0; t * n]);
    let mut xh = vec![0.0; m];
    let mut xr = vec![0.0; m];
    let mut loss = 0.0;
    let dot = |a: &[f64], b: &[f64]| {
        let mut s = 0.0;
        for (x, y) in a.iter().zip(b) {
            s += x * y;
        }
        s
    };
    for s in 0..t {
        xh[..d].copy_from_slice(&xs[s]);
        xr[..d].copy_from_slice(&xs[s]);
        xh[d..].copy_from_slice(&hs[s * n..][..n]);
        for i in 0..n {
            let z = 1.0 / (1.0 + (-dot(&wz[i * m..][..m], &xh)).exp());
            let r = 1.0 / (1.0 + (-dot(&wr[i * m..][..m], &xh)).exp());
            zs[s * n + i] = z;
            rs[s * n + i] = r;
            xr[d + i] = r * xh[d + i];
        }
        for i in 0..n {
            let c = dot(&wh[i * m..][..m], &xr).tanh();
            cs[s * n + i] = c;
            let z = zs[s * n + i];
            let v = (1.0 - z) * xh[d + i] + z * c;
            hs[(s + 1) * n + i] = v;
            loss += v * v;
        }
    }
    let (mut zb, mut rb, mut cb) = (vec![0.0; wz.len()], vec![0.0; wz.len()], vec![0.0; wz.len()]);
    let (mut hb, mut xrb, mut nb) = (vec![0.0; n], vec![0.0; m], vec![0.0; m]);
    for s in (0..t).rev() {
        xh[..d].copy_from_slice(&xs[s]);
        xr[..d].copy_from_slice(&xs[s]);
        xh[d..].copy_from_slice(&hs[s * n..][..n]);
        for i in 0..n {
            xr[d + i] = rs[s * n + i] * xh[d + i];
        }
        xrb.fill(0.0);
        nb.fill(0.0);
        for i in 0..n {
            hb[i] += 2.0 * hs[(s + 1) * n + i];
            let (z, c) = (zs[s * n + i], cs[s * n + i]);
            let g = hb[i];
            let gc = g * z * (1.0 - c * c);
            let gz = g * (c - xh[d + i]) * z * (1.0 - z);
            nb[d + i] += g * (1.0 - z);
            let (w, o) = (&wh[i * m..][..m], &mut cb[i * m..][..m]);
            for j in 0..m {
                o[j] += gc * xr[j];
                xrb[j] += gc * w[j];
            }
            let (w, o) = (&wz[i * m..][..m], &mut zb[i * m..][..m]);
            for j in 0..m {
                o[j] += gz * xh[j];
                nb[j] += gz * w[j];
            }
        }
        for i in 0..n {
            let r = rs[s * n + i];
            let g = xrb[d + i];
            nb[d + i] += g * r;
            let gr = g * xh[d + i] * r * (1.0 - r);
            let (w, o) = (&wr[i * m..][..m], &mut rb[i * m..][..m]);
            for j in 0..m {
                o[j] += gr * xh[j];
                nb[j] += gr * w[j];
            }
        }
        hb.copy_from_slice(&nb[d..]);
    }
    (loss, (zb, rb, cb))
}

// ---- columns with mean 0 and variance 1 ------------------------------------------------------------------

#[differentiate]
pub fn batch_norm(x: &[Vec<f64>], gain: &[f64], shift: &[f64]) -> f64 {
    let (n, d) = (x.len(), gain.len());
    let mut loss = 0.0;
    for j in 0..d {
        let mut mean = 0.0;
        for i in 0..n {
            mean += x[i][j];
        }
        mean /= n as f64;
        let mut var = 0.0;
        for i in 0..n {
            var += (x[i][j] - mean) * (x[i][j] - mean);
        }
        var /= n as f64;
        let inv = 1.0 / (var + 1e-5).sqrt();
        for i in 0..n {
            let y = gain[j] * (x[i][j] - mean) * inv + shift[j];
            loss += y * y * y * y;
        }
    }
    loss
}
pub fn batch_norm_by_hand(x: &[Vec<f64>], gain: &[f64], shift: &[f64]) -> (f64, (Vec<Vec<f64>>, Vec<f64>, Vec<f64>)) {
    let (n, d) = (x.len(), gain.len());
    let nf = n as f64;
    let mut mean = vec![0.0; d];
    for r in x {
        for (m, v) in mean.iter_mut().zip(r) {
            *m += v;
        }
    }
    for m in &mut mean {
        *m /= nf;
    }
    let mut var = vec![0.0; d];
    for r in x {
        for j in 0..d {
            var[j] += (r[j] - mean[j]) * (r[j] - mean[j]);
        }
    }
    let inv: Vec<f64> = var.iter().map(|v| 1.0 / (v / nf + 1e-5).sqrt()).collect();
    let (mut gb, mut sb) = (vec![0.0; d], vec![0.0; d]);
    let (mut a, mut b) = (vec![0.0; d], vec![0.0; d]);
    let mut loss = 0.0;
    let mut xb = vec![vec![0.0; d]; n];
    for (r, rb) in x.iter().zip(&mut xb) {
        let (r, rb) = (&r[..d], &mut rb[..d]);
        for j in 0..d {
            let h = (r[j] - mean[j]) * inv[j];
            let y = gain[j] * h + shift[j];
            let y2 = y * y;
            loss += y2 * y2;
            let g = 4.0 * y2 * y;
            gb[j] += g * h;
            sb[j] += g;
            let hb = g * gain[j];
            rb[j] = hb;
            a[j] += hb;
            b[j] += hb * h;
        }
    }
    for (r, rb) in x.iter().zip(&mut xb) {
        let (r, rb) = (&r[..d], &mut rb[..d]);
        for j in 0..d {
            let h = (r[j] - mean[j]) * inv[j];
            rb[j] = inv[j] * (rb[j] - a[j] / nf - h * b[j] / nf);
        }
    }
    (loss, (xb, gb, sb))
}

// ---- classes of points -----------------------------------------------------------------------------------

#[differentiate]
fn log_softmax(z: &[f64]) -> Vec<f64> {
    let m = z.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
    let s: f64 = z.iter().map(|v| (v - m).exp()).sum();
    let l = m + s.ln();
    z.iter().map(|v| v - l).collect()
}
#[differentiate(wrt(w, b))]
pub fn classifier(w: &[Vec<f64>], b: &[f64], xs: &[Vec<f64>], labels: &[usize]) -> f64 {
    let mut loss = 0.0;
    for (x, &y) in xs.iter().zip(labels) {
        let z: Vec<f64> = w.iter().zip(b).map(|(r, b)| r.iter().zip(x).map(|(a, c)| a * c).sum::<f64>() + b).collect();
        loss -= log_softmax(&z)[y];
    }
    loss / xs.len() as f64
}
pub fn classifier_by_hand(w: &[Vec<f64>], b: &[f64], xs: &[Vec<f64>], labels: &[usize]) -> (f64, (Vec<Vec<f64>>, Vec<f64>)) {
    let k = b.len();
    let d = xs[0].len();
    let mut z = vec![0.0; k];
    let (mut wb, mut bb) = (vec![vec![0.0; d]; k], vec![0.0; k]);
    let mut loss = 0.0;
    let inv = 1.0 / xs.len() as f64;
    for (x, &y) in xs.iter().zip(labels) {
        let mut m = f64::NEG_INFINITY;
        for i in 0..k {
            let mut s = 0.0;
            for (a, c) in w[i].iter().zip(x) {
                s += a * c;
            }
            z[i] = s + b[i];
            m = m.max(z[i]);
        }
        let zy = z[y];
        let mut s = 0.0;
        for v in &mut z {
            *v = (*v - m).exp();
            s += *v;
        }
        loss -= zy - (m + s.ln());
        let f = inv / s;
        for i in 0..k {
            let g = f * z[i] - if i == y { inv } else { 0.0 };
            bb[i] += g;
            for (o, c) in wb[i].iter_mut().zip(x) {
                *o += g * c;
            }
        }
    }
    (loss / xs.len() as f64, (wb, bb))
}

// ---- a layer whose weights lie by inputs -----------------------------------------------------------------

#[differentiate(wrt(w, b))]
pub fn layers(w: &[Vec<f64>], b: &[f64], x: &[f64]) -> f64 {
    let m = b.len();
    let mut h = vec![0.0; m];
    for j in 0..m {
        let mut s = b[j];
        for i in 0..x.len() {
            s += w[i][j] * x[i];
        }
        h[j] = s.tanh();
    }
    let mut t = 0.0;
    for j in 0..m {
        t += h[j] * h[j];
    }
    t
}
pub fn layers_by_hand(w: &[Vec<f64>], b: &[f64], x: &[f64]) -> (f64, (Vec<Vec<f64>>, Vec<f64>)) {
    let m = b.len();
    let mut h = b.to_vec();
    for (r, x) in w.iter().zip(x) {
        for (h, w) in h.iter_mut().zip(r) {
            *h += w * x;
        }
    }
    let mut t = 0.0;
    let mut hb = vec![0.0; m];
    for j in 0..m {
        let v = h[j].tanh();
        t += v * v;
        hb[j] = 2.0 * v * (1.0 - v * v);
    }
    let wb = x.iter().map(|x| hb.iter().map(|h| h * x).collect()).collect();
    (t, (wb, hb))
}

pub fn cases() -> Vec<Case> {
    let mut r = Numbers::new(929);
    let mut cases = Vec::new();
    let (x, y) = (r.rows(40, 5, -1.0, 1.0), r.list(40, -1.0, 1.0));
    cases.push(Case::new(
        "matern",
        "40x5",
        move || matern(x, 0.7, y, 1.3),
        move || matern_by_hand(x, 0.7, y, 1.3),
        move || matern_grad(x, 0.7, y, 1.3),
    ));
    let (p, c) = (r.list(200 * 4, -1.0, 1.0), r.list(12 * 4, -1.0, 1.0));
    cases.push(Case::new(
        "soft_nearest",
        "200, 12 of 4",
        move || soft_nearest(p, c, 4, 3.0),
        move || soft_nearest_by_hand(p, c, 4, 3.0),
        move || soft_nearest_grad(p, c, 4, 3.0),
    ));
    let (wz, wr, wh, xs) = (r.list(16 * 24, -0.4, 0.4), r.list(16 * 24, -0.4, 0.4), r.list(16 * 24, -0.4, 0.4), r.rows(40, 8, -1.0, 1.0));
    cases.push(Case::new(
        "gru",
        "16 of 8, 40",
        move || gru(wz, wr, wh, xs, 16),
        move || gru_by_hand(wz, wr, wh, xs, 16),
        move || gru_grad(wz, wr, wh, xs, 16),
    ));
    let (x, g, s) = (r.rows(100, 16, -1.0, 1.0), r.list(16, 0.5, 1.5), r.list(16, -0.5, 0.5));
    cases.push(Case::new(
        "batch_norm",
        "100x16",
        move || batch_norm(x, g, s),
        move || batch_norm_by_hand(x, g, s),
        move || batch_norm_grad(x, g, s),
    ));
    let (w, b, xs) = (r.rows(6, 12, -1.0, 1.0), r.list(6, -1.0, 1.0), r.rows(100, 12, -1.0, 1.0));
    let lb: &'static [usize] = (0..100).map(|_| r.below(6)).collect::<Vec<_>>().leak();
    cases.push(Case::new(
        "classifier",
        "6 of 12, 100",
        move || classifier(w, b, xs, lb),
        move || classifier_by_hand(w, b, xs, lb),
        move || classifier_grad(w, b, xs, lb),
    ));
    let (w, b, x) = (r.rows(50, 60, -0.2, 0.2), r.list(60, -1.0, 1.0), r.list(50, -1.0, 1.0));
    cases.push(Case::new("layers", "50 x 60", move || layers(w, b, x), move || layers_by_hand(w, b, x), move || layers_grad(w, b, x)));
    cases
}
