//! An integrator differentiated with respect to its initial state and its parameters: both are recovered from noisy measurements, by
//! Gauss-Newton steps with a generated Jacobian.
//!
//! `cargo run --release --example pendulum`, which also draws `out/pendulum.svg`.

use std::error::Error;

use autodiff_core::differentiate;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

mod picture;
use picture::{COLORS, Mark, Series, draw};

const STEPS: usize = 400;
const DT: f64 = 0.01;

/// Angles of a damped pendulum at every tenth step of a fourth-order Runge-Kutta method, from angle, speed, length and damping.
#[differentiate(jacobian)]
fn angles(p: [f64; 4]) -> [f64; 40] {
    let [mut angle, mut speed, length, damping] = p;
    let mut seen = [0.0; 40];
    for step in 0..STEPS {
        if step % 10 == 0 {
            seen[step / 10] = angle;
        }
        let force = |angle: f64, speed: f64| -9.81 / length * angle.sin() - damping * speed;
        let (a1, s1) = (speed, force(angle, speed));
        let (a2, s2) = (speed + 0.5 * DT * s1, force(angle + 0.5 * DT * a1, speed + 0.5 * DT * s1));
        let (a3, s3) = (speed + 0.5 * DT * s2, force(angle + 0.5 * DT * a2, speed + 0.5 * DT * s2));
        let (a4, s4) = (speed + DT * s3, force(angle + DT * a3, speed + DT * s3));
        angle += DT / 6.0 * (a1 + 2.0 * a2 + 2.0 * a3 + a4);
        speed += DT / 6.0 * (s1 + 2.0 * s2 + 2.0 * s3 + s4);
    }
    seen
}

/// Solves `a x = b` for a positive definite matrix, by elimination.
fn solve(mut a: [[f64; 4]; 4], mut b: [f64; 4]) -> [f64; 4] {
    for k in 0..4 {
        for i in k + 1..4 {
            let f = a[i][k] / a[k][k];
            let pivot_row = a[k];
            for (x, p) in a[i].iter_mut().zip(pivot_row).skip(k) {
                *x -= f * p;
            }
            b[i] -= f * b[k];
        }
    }
    for k in (0..4).rev() {
        for j in k + 1..4 {
            b[k] -= a[k][j] * b[j];
        }
        b[k] /= a[k][k];
    }
    b
}

/// The angles that are seen, with their times.
fn curve(angles: &[f64]) -> Vec<(f64, f64)> {
    angles.iter().enumerate().map(|(i, &a)| (10.0 * DT * i as f64, a)).collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let truth = [0.9, -0.4, 1.3, 0.15];
    let mut random = ChaCha8Rng::seed_from_u64(7);
    // The sum of twelve uniform numbers is close to normal.
    let measured = angles(truth).map(|a| a + 0.01 * ((0..12).map(|_| random.random_range(0.0..1.0)).sum::<f64>() - 6.0));
    let start = [0.7, 0.0, 1.1, 0.05];
    let mut p = start;
    println!("step    angle    speed   length  damping  misfit");
    for step in 0..15 {
        let (seen, jacobian) = angles_jacobian(p);
        let residuals: [f64; 40] = std::array::from_fn(|i| measured[i] - seen[i]);
        let misfit = (residuals.iter().map(|r| r * r).sum::<f64>() / 40.0).sqrt();
        println!("{step:4}  {:7.4}  {:7.4}  {:7.4}  {:7.4}  {misfit:.6}", p[0], p[1], p[2], p[3]);
        let mut normal = [[0.0; 4]; 4];
        let mut right = [0.0; 4];
        for (row, r) in jacobian.iter().zip(&residuals) {
            for i in 0..4 {
                right[i] += row[i] * r;
                for j in 0..4 {
                    normal[i][j] += row[i] * row[j];
                }
            }
        }
        let change = solve(normal, right);
        for (p, c) in p.iter_mut().zip(change) {
            *p += c;
        }
        if change.iter().all(|c| c.abs() < 1e-10) {
            break;
        }
    }
    println!("true  {:7.4}  {:7.4}  {:7.4}  {:7.4}", truth[0], truth[1], truth[2], truth[3]);
    for (found, true_value) in p.iter().zip(truth) {
        assert!((found - true_value).abs() < 0.03, "{found} is not {true_value}");
    }
    let path = draw(
        "pendulum",
        "A pendulum, recovered from what was measured",
        ["time", "angle"],
        &[
            Series { name: "start", color: COLORS[3], mark: Mark::Line, points: curve(&angles(start)) },
            Series { name: "fit", color: COLORS[1], mark: Mark::Line, points: curve(&angles(p)) },
            Series { name: "measured", color: COLORS[4], mark: Mark::Points, points: curve(&measured) },
        ],
    )?;
    println!("{}", path.display());
    Ok(())
}
