//! The cost of a clustering: the distance to the nearest center.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

#[differentiate(wrt(centers))]
pub fn kmeans(centers: &[f64], points: &[f64], d: usize) -> f64 {
    let mut cost = 0.0;
    for p in points.chunks_exact(d) {
        let mut nearest = f64::INFINITY;
        for c in centers.chunks_exact(d) {
            let mut distance = 0.0;
            for j in 0..d {
                distance += (p[j] - c[j]) * (p[j] - c[j]);
            }
            if distance < nearest {
                nearest = distance;
            }
        }
        cost += nearest;
    }
    cost
}

/// By hand: only the nearest center of a point has a share.
pub fn by_hand(centers: &[f64], points: &[f64], d: usize) -> (f64, Vec<f64>) {
    let mut bar = vec![0.0; centers.len()];
    let mut cost = 0.0;
    for p in points.chunks_exact(d) {
        let (mut nearest, mut at) = (f64::INFINITY, 0);
        for (k, c) in centers.chunks_exact(d).enumerate() {
            let mut distance = 0.0;
            for (p, c) in p.iter().zip(c) {
                distance += (p - c) * (p - c);
            }
            if distance < nearest {
                (nearest, at) = (distance, k);
            }
        }
        cost += nearest;
        let (c, b) = (&centers[at * d..][..d], &mut bar[at * d..][..d]);
        for j in 0..d {
            b[j] -= 2.0 * (p[j] - c[j]);
        }
    }
    (cost, bar)
}

pub fn cases() -> Vec<Case> {
    let (k, d, n) = (10, 4, 1000);
    let mut r = Numbers::new(53);
    let centers = r.list(k * d, -1.0, 1.0);
    let points = r.list(n * d, -1.0, 1.0);
    vec![Case::new(
        "kmeans",
        format!("k={k} d={d} n={n}"),
        move || kmeans(centers, points, d),
        move || by_hand(centers, points, d),
        move || kmeans_grad(centers, points, d),
    )]
}
