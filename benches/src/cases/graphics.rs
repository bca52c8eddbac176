//! Graphics: shading, distances to shapes, curves, wavelets.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

// ---- light on a surface ----------------------------------------------------------------------------------

#[differentiate]
fn dot3(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
#[differentiate]
fn unit3(a: [f64; 3]) -> [f64; 3] {
    let l = dot3(a, a).sqrt();
    [a[0] / l, a[1] / l, a[2] / l]
}
#[differentiate(wrt(normals, light, shine))]
pub fn shading(normals: &[[f64; 3]], light: [f64; 3], shine: f64, view: [f64; 3], image: &[f64]) -> f64 {
    let l = unit3(light);
    let mut loss = 0.0;
    for (n, t) in normals.iter().zip(image) {
        let n = unit3(*n);
        let diffuse = dot3(n, l).max(0.0);
        let h = unit3([l[0] + view[0], l[1] + view[1], l[2] + view[2]]);
        let c = dot3(n, h).max(0.0);
        let specular = if c > 0.0 { c.powf(shine) } else { 0.0 };
        let e = 0.1 + 0.7 * diffuse + 0.2 * specular - t;
        loss += e * e;
    }
    loss
}
pub fn shading_by_hand(
    normals: &[[f64; 3]],
    light: [f64; 3],
    shine: f64,
    view: [f64; 3],
    image: &[f64],
) -> (f64, (Vec<[f64; 3]>, [f64; 3], f64)) {
    let unit = |a: [f64; 3]| {
        let r = (a[0] * a[0] + a[1] * a[1] + a[2] * a[2]).sqrt();
        ([a[0] / r, a[1] / r, a[2] / r], r)
    };
    let (l, ll) = unit(light);
    let (h, lh) = unit([l[0] + view[0], l[1] + view[1], l[2] + view[2]]);
    let mut loss = 0.0;
    let mut nb = vec![[0.0; 3]; normals.len()];
    let (mut lb, mut hb, mut sb) = ([0.0; 3], [0.0; 3], 0.0);
    for ((n, t), nb) in normals.iter().zip(image).zip(&mut nb) {
        let (n, len) = unit(*n);
        let a = n[0] * l[0] + n[1] * l[1] + n[2] * l[2];
        let c = n[0] * h[0] + n[1] * h[1] + n[2] * h[2];
        let sp = if c > 0.0 { c.powf(shine) } else { 0.0 };
        let e = 0.1 + 0.7 * a.max(0.0) + 0.2 * sp - t;
        loss += e * e;
        let g = 2.0 * e;
        let ga = if a > 0.0 { 0.7 * g } else { 0.0 };
        let mut gc = 0.0;
        if c > 0.0 {
            gc = 0.2 * g * shine * sp / c;
            sb += 0.2 * g * sp * c.ln();
        }
        let mut m = [0.0; 3];
        for k in 0..3 {
            m[k] = ga * l[k] + gc * h[k];
            lb[k] += ga * n[k];
            hb[k] += gc * n[k];
        }
        let s = m[0] * n[0] + m[1] * n[1] + m[2] * n[2];
        for k in 0..3 {
            nb[k] = (m[k] - s * n[k]) / len;
        }
    }
    let s = hb[0] * h[0] + hb[1] * h[1] + hb[2] * h[2];
    for k in 0..3 {
        lb[k] += (hb[k] - s * h[k]) / lh;
    }
    let s = lb[0] * l[0] + lb[1] * l[1] + lb[2] * l[2];
    let mut out = [0.0; 3];
    for k in 0..3 {
        out[k] = (lb[k] - s * l[k]) / ll;
    }
    (loss, (nb, out, sb))
}

// ---- the nearest of some spheres -------------------------------------------------------------------------

#[differentiate(wrt(centers, radii))]
pub fn sdf(centers: &[[f64; 3]], radii: &[f64], points: &[[f64; 3]], targets: &[f64]) -> f64 {
    let mut loss = 0.0;
    for (p, t) in points.iter().zip(targets) {
        let mut d = f64::INFINITY;
        for (c, r) in centers.iter().zip(radii) {
            let (x, y, z) = (p[0] - c[0], p[1] - c[1], p[2] - c[2]);
            d = d.min((x * x + y * y + z * z).sqrt() - r);
        }
        loss += (d - t) * (d - t);
    }
    loss
}
pub fn sdf_by_hand(centers: &[[f64; 3]], radii: &[f64], points: &[[f64; 3]], targets: &[f64]) -> (f64, (Vec<[f64; 3]>, Vec<f64>)) {
    let mut loss = 0.0;
    let (mut cb, mut rb) = (vec![[0.0; 3]; centers.len()], vec![0.0; radii.len()]);
    for (p, t) in points.iter().zip(targets) {
        let (mut d, mut at, mut len) = (f64::INFINITY, 0, 1.0);
        for (k, (c, r)) in centers.iter().zip(radii).enumerate() {
            let (x, y, z) = (p[0] - c[0], p[1] - c[1], p[2] - c[2]);
            let l = (x * x + y * y + z * z).sqrt();
            if l - r < d {
                d = l - r;
                at = k;
                len = l;
            }
        }
        loss += (d - t) * (d - t);
        let g = 2.0 * (d - t);
        rb[at] -= g;
        let f = g / len;
        for k in 0..3 {
            cb[at][k] -= f * (p[k] - centers[at][k]);
        }
    }
    (loss, (cb, rb))
}

// ---- a curve through its control points ------------------------------------------------------------------

#[differentiate(wrt(points))]
pub fn bezier(points: &[[f64; 2]], ts: &[f64], targets: &[[f64; 2]]) -> f64 {
    let n = points.len();
    let mut loss = 0.0;
    for (t, q) in ts.iter().zip(targets) {
        let mut p = points.to_vec();
        for r in 1..n {
            for i in 0..n - r {
                p[i][0] = (1.0 - t) * p[i][0] + t * p[i + 1][0];
                p[i][1] = (1.0 - t) * p[i][1] + t * p[i + 1][1];
            }
        }
        let (dx, dy) = (p[0][0] - q[0], p[0][1] - q[1]);
        loss += dx * dx + dy * dy;
    }
    loss
}
pub fn bezier_by_hand(points: &[[f64; 2]], ts: &[f64], targets: &[[f64; 2]]) -> (f64, Vec<[f64; 2]>) {
    let n = points.len();
    let mut loss = 0.0;
    let mut bar = vec![[0.0; 2]; n];
    let mut p = points.to_vec();
    let mut b = vec![[0.0; 2]; n];
    for (t, q) in ts.iter().zip(targets) {
        p.copy_from_slice(points);
        let u = 1.0 - t;
        for r in 1..n {
            for i in 0..n - r {
                for k in 0..2 {
                    p[i][k] = u * p[i][k] + t * p[i + 1][k];
                }
            }
        }
        let (dx, dy) = (p[0][0] - q[0], p[0][1] - q[1]);
        loss += dx * dx + dy * dy;
        b.fill([0.0; 2]);
        b[0] = [2.0 * dx, 2.0 * dy];
        for r in (1..n).rev() {
            for i in (0..n - r).rev() {
                for k in 0..2 {
                    let g = b[i][k];
                    b[i + 1][k] += t * g;
                    b[i][k] = u * g;
                }
            }
        }
        for i in 0..n {
            for k in 0..2 {
                bar[i][k] += b[i][k];
            }
        }
    }
    (loss, bar)
}

// ---- wavelets --------------------------------------------------------------------------------------------

#[differentiate(wrt(x, lambda))]
pub fn haar(x: &[f64], lambda: f64, target: &[f64]) -> f64 {
    let n = x.len();
    let mut c = x.to_vec();
    let mut buf = vec![0.0; n];
    let r = 0.5f64.sqrt();
    let mut len = n;
    while len > 1 {
        let h = len / 2;
        for i in 0..h {
            buf[i] = (c[2 * i] + c[2 * i + 1]) * r;
            buf[h + i] = (c[2 * i] - c[2 * i + 1]) * r;
        }
        c[..len].copy_from_slice(&buf[..len]);
        len = h;
    }
    let mut s = 0.0;
    for i in 0..n {
        let d = c[i] - target[i];
        s += (d * d + lambda * lambda).sqrt() - lambda;
    }
    s
}
pub fn haar_by_hand(x: &[f64], lambda: f64, target: &[f64]) -> (f64, (Vec<f64>, f64)) {
    let n = x.len();
    let mut c = x.to_vec();
    let mut buf = vec![0.0; n];
    let r = 0.5f64.sqrt();
    let mut len = n;
    while len > 1 {
        let h = len / 2;
        let (a, b) = buf[..len].split_at_mut(h);
        for ((p, a), b) in c[..len].chunks_exact(2).zip(a).zip(b) {
            *a = (p[0] + p[1]) * r;
            *b = (p[0] - p[1]) * r;
        }
        c[..len].copy_from_slice(&buf[..len]);
        len = h;
    }
    let (mut s, mut lb) = (0.0, 0.0);
    let mut bar = vec![0.0; n];
    for i in 0..n {
        let d = c[i] - target[i];
        let q = (d * d + lambda * lambda).sqrt();
        s += q - lambda;
        bar[i] = d / q;
        lb += lambda / q - 1.0;
    }
    let mut len = 2;
    while len <= n {
        let h = len / 2;
        let (a, b) = bar[..len].split_at(h);
        for ((p, a), b) in buf[..len].chunks_exact_mut(2).zip(a).zip(b) {
            p[0] = (a + b) * r;
            p[1] = (a - b) * r;
        }
        bar[..len].copy_from_slice(&buf[..len]);
        len *= 2;
    }
    (s, (bar, lb))
}

pub fn cases() -> Vec<Case> {
    let mut r = Numbers::new(911);
    let l3 = |r: &mut Numbers, n: usize| -> &'static [[f64; 3]] {
        (0..n).map(|_| [r.between(-1.0, 1.0), r.between(-1.0, 1.0), r.between(-1.0, 1.0)]).collect::<Vec<_>>().leak()
    };
    let l2 = |r: &mut Numbers, n: usize| -> &'static [[f64; 2]] {
        (0..n).map(|_| [r.between(-1.0, 1.0), r.between(-1.0, 1.0)]).collect::<Vec<_>>().leak()
    };
    let mut cases = Vec::new();
    let (n, im) = (l3(&mut r, 500), r.list(500, 0.0, 1.0));
    let vw = [0.0, 0.0, 1.0];
    cases.push(Case::new(
        "shading",
        "500",
        move || shading(n, [0.3, 0.5, 0.8], 8.3, vw, im),
        move || shading_by_hand(n, [0.3, 0.5, 0.8], 8.3, vw, im),
        move || shading_grad(n, [0.3, 0.5, 0.8], 8.3, vw, im),
    ));
    let (c, rd, p, t) = (l3(&mut r, 12), r.list(12, 0.1, 0.4), l3(&mut r, 300), r.list(300, -0.1, 0.5));
    cases.push(Case::new("sdf", "300 of 12", move || sdf(c, rd, p, t), move || sdf_by_hand(c, rd, p, t), move || sdf_grad(c, rd, p, t)));
    let (p, ts, q) = (l2(&mut r, 6), r.list(200, 0.0, 1.0), l2(&mut r, 200));
    cases.push(Case::new("bezier", "6, 200", move || bezier(p, ts, q), move || bezier_by_hand(p, ts, q), move || bezier_grad(p, ts, q)));
    let (x, t) = (r.list(1024, -1.0, 1.0), r.list(1024, -1.0, 1.0));
    cases.push(Case::new("haar", "1024", move || haar(x, 0.1, t), move || haar_by_hand(x, 0.1, t), move || haar_grad(x, 0.1, t)));
    cases
}
