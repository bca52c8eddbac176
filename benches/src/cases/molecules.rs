//! Energies of particles: all pairs, with a cut-off.

use autodiff_core::differentiate;

use super::Numbers;
use crate::measure::Case;

#[differentiate]
pub fn lennard_jones(positions: &[[f64; 3]], epsilon: f64, sigma: f64) -> f64 {
    let n = positions.len();
    let mut energy = 0.0;
    for i in 0..n {
        for j in i + 1..n {
            let dx = positions[i][0] - positions[j][0];
            let dy = positions[i][1] - positions[j][1];
            let dz = positions[i][2] - positions[j][2];
            let r2 = dx * dx + dy * dy + dz * dz;
            let s2 = sigma * sigma / r2;
            let s6 = s2 * s2 * s2;
            energy += 4.0 * epsilon * (s6 * s6 - s6);
        }
    }
    energy
}

/// By hand: one sweep over the pairs.
pub fn by_hand(positions: &[[f64; 3]], epsilon: f64, sigma: f64) -> (f64, (Vec<[f64; 3]>, f64, f64)) {
    let n = positions.len();
    let mut bars = vec![[0.0; 3]; n];
    let (mut energy, mut both, mut slope) = (0.0, 0.0, 0.0);
    for i in 0..n {
        let p = positions[i];
        let mut force = [0.0; 3];
        for (q, q_bar) in positions[i + 1..].iter().zip(&mut bars[i + 1..]) {
            let d = [p[0] - q[0], p[1] - q[1], p[2] - q[2]];
            let r2 = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
            let inverse = 1.0 / r2;
            let s2 = sigma * sigma * inverse;
            let s6 = s2 * s2 * s2;
            let well = s6 * s6 - s6;
            energy += 4.0 * epsilon * well;
            both += well;
            // s6 times the derivative of the well
            let k = 2.0 * s6 * s6 - s6;
            slope += k;
            let f = -24.0 * epsilon * k * inverse;
            for a in 0..3 {
                force[a] += f * d[a];
                q_bar[a] -= f * d[a];
            }
        }
        for a in 0..3 {
            bars[i][a] += force[a];
        }
    }
    (energy, (bars, 4.0 * both, 24.0 * epsilon * slope / sigma))
}

pub fn cases() -> Vec<Case> {
    [20, 200]
        .into_iter()
        .map(|n| {
            let mut r = Numbers::new(17);
            let positions: &'static [[f64; 3]] = (0..n)
                .map(|k| {
                    let grid = [k % 6, k / 6 % 6, k / 36].map(|g| g as f64 * 1.2);
                    grid.map(|g| g + r.between(-0.1, 0.1))
                })
                .collect::<Vec<_>>()
                .leak();
            let (epsilon, sigma) = (0.7, 1.1);
            Case::new(
                "lennard_jones",
                format!("n={n}"),
                move || lennard_jones(positions, epsilon, sigma),
                move || by_hand(positions, epsilon, sigma),
                move || lennard_jones_grad(positions, epsilon, sigma),
            )
        })
        .collect()
}
