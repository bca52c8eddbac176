//! Points and pictures: places from distances, a picture without noise, a sphere through points, a smooth path around obstacles.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

// ---- places from distances -------------------------------------------------------------------------------

#[differentiate(wrt(points))]
pub fn stress(points: &[[f64; 2]], wanted: &[Vec<f64>]) -> f64 {
    let mut total = 0.0;
    for i in 0..points.len() {
        for j in 0..i {
            let dx = points[i][0] - points[j][0];
            let dy = points[i][1] - points[j][1];
            let d = (dx * dx + dy * dy).sqrt();
            total += (d - wanted[i][j]).powi(2) / wanted[i][j];
        }
    }
    total
}
pub fn stress_by_hand(points: &[[f64; 2]], wanted: &[Vec<f64>]) -> (f64, Vec<[f64; 2]>) {
    let mut bar = vec![[0.0; 2]; points.len()];
    let mut total = 0.0;
    for i in 0..points.len() {
        let (p, row) = (points[i], &wanted[i][..i]);
        let (above, here) = bar.split_at_mut(i);
        let mut own = [0.0; 2];
        for ((q, w), b) in points[..i].iter().zip(row).zip(above) {
            let (dx, dy) = (p[0] - q[0], p[1] - q[1]);
            let d = (dx * dx + dy * dy).sqrt();
            let e = d - w;
            total += e * e / w;
            let g = 2.0 * e / (w * d);
            own[0] += g * dx;
            own[1] += g * dy;
            b[0] -= g * dx;
            b[1] -= g * dy;
        }
        here[0][0] += own[0];
        here[0][1] += own[1];
    }
    (total, bar)
}

// ---- a picture without noise -----------------------------------------------------------------------------

#[differentiate(wrt(u))]
pub fn denoised(u: &[Vec<f64>], seen: &[Vec<f64>], weight: f64) -> f64 {
    let (h, w) = (u.len(), u[0].len());
    let mut energy = 0.0;
    for i in 0..h {
        for j in 0..w {
            energy += 0.5 * (u[i][j] - seen[i][j]) * (u[i][j] - seen[i][j]);
        }
    }
    for i in 0..h - 1 {
        for j in 0..w - 1 {
            let dx = u[i][j + 1] - u[i][j];
            let dy = u[i + 1][j] - u[i][j];
            energy += weight * (dx * dx + dy * dy + 1e-4).sqrt();
        }
    }
    energy
}
pub fn denoised_by_hand(u: &[Vec<f64>], seen: &[Vec<f64>], weight: f64) -> (f64, Vec<Vec<f64>>) {
    let (h, w) = (u.len(), u[0].len());
    let mut bar = Vec::with_capacity(h);
    let mut energy = 0.0;
    for (u, s) in u.iter().zip(seen) {
        let mut row = vec![0.0; w];
        for ((b, u), s) in row.iter_mut().zip(u).zip(s) {
            *b = u - s;
            energy += 0.5 * *b * *b;
        }
        bar.push(row);
    }
    for i in 0..h - 1 {
        let (here, below) = (&u[i][..w], &u[i + 1][..w]);
        let (top, bottom) = bar.split_at_mut(i + 1);
        let (bh, bb) = (&mut top[i][..w], &mut bottom[0][..w]);
        for j in 0..w - 1 {
            let (dx, dy) = (here[j + 1] - here[j], below[j] - here[j]);
            let n = (dx * dx + dy * dy + 1e-4).sqrt();
            energy += weight * n;
            let g = weight / n;
            bh[j + 1] += g * dx;
            bb[j] += g * dy;
            bh[j] -= g * (dx + dy);
        }
    }
    (energy, bar)
}

// ---- a sphere through points -----------------------------------------------------------------------------

#[differentiate(wrt(center, radius))]
pub fn sphere(center: [f64; 3], radius: f64, points: &[[f64; 3]]) -> f64 {
    points
        .iter()
        .map(|p| {
            let d = (0..3).map(|k| (p[k] - center[k]).powi(2)).sum::<f64>().sqrt();
            let e = (d - radius).abs();
            if e < 0.1 { 0.5 * e * e } else { 0.1 * (e - 0.05) }
        })
        .sum::<f64>()
        / points.len() as f64
}
pub fn sphere_by_hand(center: [f64; 3], radius: f64, points: &[[f64; 3]]) -> (f64, ([f64; 3], f64)) {
    let (mut total, mut cb, mut rb) = (0.0, [0.0; 3], 0.0);
    for p in points {
        let v = [p[0] - center[0], p[1] - center[1], p[2] - center[2]];
        let d = (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt();
        let e = d - radius;
        let a = e.abs();
        let g = if a < 0.1 {
            total += 0.5 * a * a;
            e
        } else {
            total += 0.1 * (a - 0.05);
            0.1f64.copysign(e)
        };
        rb -= g;
        let f = g / d;
        for k in 0..3 {
            cb[k] -= f * v[k];
        }
    }
    let n = points.len() as f64;
    (total / n, ([cb[0] / n, cb[1] / n, cb[2] / n], rb / n))
}

// ---- a path around obstacles -----------------------------------------------------------------------------

#[differentiate(wrt(path))]
pub fn planned(path: &[(f64, f64)], obstacles: &[(f64, f64, f64)], smooth: f64) -> f64 {
    let mut cost = 0.0;
    for i in 1..path.len() - 1 {
        let (x0, y0) = path[i - 1];
        let (x1, y1) = path[i];
        let (x2, y2) = path[i + 1];
        let (ax, ay) = (x0 - 2.0 * x1 + x2, y0 - 2.0 * y1 + y2);
        cost += smooth * (ax * ax + ay * ay);
        for &(ox, oy, r) in obstacles {
            let d = ((x1 - ox).powi(2) + (y1 - oy).powi(2)).sqrt();
            if d < r {
                cost += (r - d) * (r - d);
            }
        }
    }
    cost
}
pub fn planned_by_hand(path: &[(f64, f64)], obstacles: &[(f64, f64, f64)], smooth: f64) -> (f64, Vec<(f64, f64)>) {
    let mut bar = vec![(0.0, 0.0); path.len()];
    let mut cost = 0.0;
    for i in 1..path.len() - 1 {
        let (a, b, c) = (path[i - 1], path[i], path[i + 1]);
        let (ax, ay) = (a.0 - 2.0 * b.0 + c.0, a.1 - 2.0 * b.1 + c.1);
        cost += smooth * (ax * ax + ay * ay);
        let (gx, gy) = (2.0 * smooth * ax, 2.0 * smooth * ay);
        let (mut bx, mut by) = (-2.0 * gx, -2.0 * gy);
        for &(ox, oy, r) in obstacles {
            let (dx, dy) = (b.0 - ox, b.1 - oy);
            let d = (dx * dx + dy * dy).sqrt();
            if d < r {
                cost += (r - d) * (r - d);
                let g = -2.0 * (r - d) / d;
                bx += g * dx;
                by += g * dy;
            }
        }
        bar[i - 1].0 += gx;
        bar[i - 1].1 += gy;
        bar[i].0 += bx;
        bar[i].1 += by;
        bar[i + 1].0 += gx;
        bar[i + 1].1 += gy;
    }
    (cost, bar)
}

pub fn cases() -> Vec<Case> {
    let mut r = Numbers::new(1409);
    let mut cases = Vec::new();
    let points: &'static [[f64; 2]] = (0..60).map(|_| [r.between(-1.0, 1.0), r.between(-1.0, 1.0)]).collect::<Vec<_>>().leak();
    let wanted = r.rows(60, 60, 0.2, 2.0);
    cases.push(Case::new(
        "stress",
        "60 points",
        move || stress(points, wanted),
        move || stress_by_hand(points, wanted),
        move || stress_grad(points, wanted),
    ));
    let (u, seen) = (r.rows(40, 50, 0.0, 1.0), r.rows(40, 50, 0.0, 1.0));
    cases.push(Case::new(
        "denoised",
        "40 x 50",
        move || denoised(u, seen, 0.2),
        move || denoised_by_hand(u, seen, 0.2),
        move || denoised_grad(u, seen, 0.2),
    ));
    let cloud: &'static [[f64; 3]] =
        (0..400).map(|_| [r.between(-1.0, 1.0), r.between(-1.0, 1.0), r.between(-1.0, 1.0)]).collect::<Vec<_>>().leak();
    cases.push(Case::new(
        "sphere",
        "400 points",
        move || sphere([0.1, -0.2, 0.05], 0.9, cloud),
        move || sphere_by_hand([0.1, -0.2, 0.05], 0.9, cloud),
        move || sphere_grad([0.1, -0.2, 0.05], 0.9, cloud),
    ));
    let path: &'static [(f64, f64)] =
        (0..100).map(|i| (0.02 * f64::from(i) - 1.0 + r.between(-0.02, 0.02), r.between(-0.3, 0.3))).collect::<Vec<_>>().leak();
    let obstacles: &'static [(f64, f64, f64)] =
        (0..8).map(|_| (r.between(-1.0, 1.0), r.between(-0.5, 0.5), r.between(0.1, 0.4))).collect::<Vec<_>>().leak();
    cases.push(Case::new(
        "planned",
        "100 points, 8 obstacles",
        move || planned(path, obstacles, 3.0),
        move || planned_by_hand(path, obstacles, 3.0),
        move || planned_grad(path, obstacles, 3.0),
    ));
    cases
}
