//! The derivative of a root finder by the implicit function theorem, not through its iterations.
//!
//! Kepler's equation E - e sin E = M defines E. Newton's method solves it; whatever path it takes, dE = (sin E de + dM) / (1 - e cos E).
//!
//! `cargo run --release --example implicit`

use autodiff_core::{check_gradient, derivative, differentiate};

#[derivative(
    eccentricity = result.sin() / (1.0 - eccentricity * result.cos()),
    mean_anomaly = 1.0 / (1.0 - eccentricity * result.cos())
)]
fn eccentric_anomaly(eccentricity: f64, mean_anomaly: f64) -> f64 {
    let mut e = mean_anomaly;
    for _ in 0..50 {
        let step = (e - eccentricity * e.sin() - mean_anomaly) / (1.0 - eccentricity * e.cos());
        e -= step;
        if step.abs() < 1e-15 {
            break;
        }
    }
    e
}

/// A system of equations has a pullback instead: for F(x, p) = 0 and a seed s it solves Fxᵀ λ = s once and gives -Fpᵀ λ.
/// Here x + y² = p₀ and x² + y = p₁.
#[derivative(pullback = intersection_pullback)]
fn intersection(p: [f64; 2]) -> [f64; 2] {
    let (mut x, mut y) = (0.1, 0.2);
    for _ in 0..50 {
        let (f, g) = (x + y * y - p[0], x * x + y - p[1]);
        let determinant = 1.0 - 4.0 * x * y;
        x -= (f - 2.0 * y * g) / determinant;
        y -= (g - 2.0 * x * f) / determinant;
    }
    [x, y]
}

fn intersection_pullback(_: &[f64; 2], result: &[f64; 2], seed: [f64; 2]) -> [f64; 2] {
    let [x, y] = *result;
    // The matrix of derivatives is [[1, 2y], [2x, 1]], and -Fp is the identity.
    let determinant = 1.0 - 4.0 * x * y;
    [(seed[0] - 2.0 * x * seed[1]) / determinant, (seed[1] - 2.0 * y * seed[0]) / determinant]
}

/// The distance of a planet from its star, and a look at where two curves meet.
#[differentiate]
fn observed(eccentricity: f64, mean_anomaly: f64) -> f64 {
    let e = eccentric_anomaly(eccentricity, mean_anomaly);
    let distance = 1.0 - eccentricity * e.cos();
    let [x, y] = intersection([0.2 * distance, 0.3]);
    distance + x * y
}

fn main() {
    for (eccentricity, mean_anomaly) in [(0.1, 0.5), (0.6, 2.0), (0.9, 0.3)] {
        let (value, (by_eccentricity, by_mean_anomaly)) = observed_grad(eccentricity, mean_anomaly);
        println!("e = {eccentricity}, M = {mean_anomaly}: {value:.12}, derivatives {by_eccentricity:+.12} and {by_mean_anomaly:+.12}");
        let gradient = |p: &[f64]| {
            let (_, (a, b)) = observed_grad(p[0], p[1]);
            vec![a, b]
        };
        check_gradient(|p| observed(p[0], p[1]), |p| gradient(p), &[eccentricity, mean_anomaly]).expect("the derivative by differences");
    }
    println!("agrees with finite differences");
}
