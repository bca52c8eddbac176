//! The eigenvalues of a small network's Hessian: the largest through products with the Hessian alone, by Lanczos' method, and all of
//! them from the whole matrix. Training leaves a few large ones and a great many near zero.
//!
//! `cargo run --release --example hessian_spectrum`, which also draws `out/hessian_spectrum.svg`.

use std::error::Error;

use autodiff_core::differentiate;
use nalgebra::{DMatrix, SymmetricEigen};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

mod picture;
use picture::{COLORS, Mark, Series, draw};

const HIDDEN: usize = 8;
/// Weights and biases of layers with 2, 8, 8 and 1 neurons.
const WEIGHTS: usize = 2 * HIDDEN + HIDDEN + HIDDEN * HIDDEN + HIDDEN + HIDDEN + 1;

/// Mean cross entropy of a network with two hidden layers that tells two classes of points apart.
#[differentiate(hessian, wrt(w))]
#[allow(clippy::needless_range_loop)] // as one writes a network by hand
fn loss(w: &[f64], points: &[[f64; 2]], labels: &[f64]) -> f64 {
    let mut total = 0.0;
    let mut first = [0.0; HIDDEN];
    let mut second = [0.0; HIDDEN];
    for i in 0..points.len() {
        for j in 0..HIDDEN {
            first[j] = (w[3 * j] * points[i][0] + w[3 * j + 1] * points[i][1] + w[3 * j + 2]).tanh();
        }
        let inner = &w[3 * HIDDEN..];
        for j in 0..HIDDEN {
            let row = j * (HIDDEN + 1);
            let mut sum = inner[row + HIDDEN];
            for k in 0..HIDDEN {
                sum += inner[row + k] * first[k];
            }
            second[j] = sum.tanh();
        }
        let last = &inner[HIDDEN * (HIDDEN + 1)..];
        let mut score = last[HIDDEN];
        for j in 0..HIDDEN {
            score += last[j] * second[j];
        }
        // -ln(sigmoid(score)) for label 1, -ln(1 - sigmoid(score)) for label 0
        total += score.max(0.0) + (-score.abs()).exp().ln_1p() - labels[i] * score;
    }
    total / points.len() as f64
}

/// Two arms of a spiral.
fn spiral(random: &mut ChaCha8Rng) -> (Vec<[f64; 2]>, Vec<f64>) {
    (0..120)
        .map(|i| {
            let (label, r) = ((i % 2) as f64, 0.15 + 0.85 * f64::from(i / 2) / 60.0);
            let angle = 4.5 * r + label * std::f64::consts::PI + random.random_range(-0.15..0.15);
            ([r * angle.cos(), r * angle.sin()], label)
        })
        .unzip()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Eigenvalues of a symmetric matrix that is only known through products with it: after a few steps the outer ones are exact.
fn lanczos(n: usize, steps: usize, random: &mut ChaCha8Rng, product: impl Fn(&[f64]) -> Vec<f64>) -> Vec<f64> {
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let mut tridiagonal = DMatrix::<f64>::zeros(steps, steps);
    let mut v: Vec<f64> = (0..n).map(|_| random.random_range(-1.0..1.0)).collect();
    let mut beta = 0.0;
    for k in 0..steps {
        let length = dot(&v, &v).sqrt();
        v.iter_mut().for_each(|x| *x /= length);
        let mut next = product(&v);
        if k > 0 {
            tridiagonal[(k, k - 1)] = beta;
            tridiagonal[(k - 1, k)] = beta;
        }
        tridiagonal[(k, k)] = dot(&v, &next);
        basis.push(v);
        // Against all that were before, twice: rounding errors would bring eigenvalues back.
        for _ in 0..2 {
            for b in &basis {
                let share = dot(&next, b);
                next.iter_mut().zip(b).for_each(|(x, b)| *x -= share * b);
            }
        }
        beta = dot(&next, &next).sqrt();
        v = next;
    }
    sorted(tridiagonal)
}

/// All eigenvalues, the largest first.
fn sorted(matrix: DMatrix<f64>) -> Vec<f64> {
    let mut values: Vec<f64> = SymmetricEigen::new(matrix).eigenvalues.iter().copied().collect();
    values.sort_by(|a, b| b.total_cmp(a));
    values
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let (points, labels) = spiral(&mut random);
    let mut w: Vec<f64> = (0..WEIGHTS).map(|_| random.random_range(-0.8..0.8)).collect();
    let spectrum = |w: &[f64]| {
        let (_, _, rows) = loss_hessian(w, &points, &labels);
        sorted(DMatrix::from_fn(WEIGHTS, WEIGHTS, |i, j| rows[i][j]))
    };
    let before = spectrum(&w);

    // Adam, on all points at once.
    let (mut mean, mut square) = (vec![0.0; WEIGHTS], vec![0.0; WEIGHTS]);
    for step in 1..=1500 {
        let (_, gradient) = loss_grad(&w, &points, &labels);
        let (b1, b2) = (1.0 - 0.9_f64.powi(step), 1.0 - 0.999_f64.powi(step));
        for i in 0..WEIGHTS {
            mean[i] += 0.1 * (gradient[i] - mean[i]);
            square[i] += 0.001 * (gradient[i] * gradient[i] - square[i]);
            w[i] -= 0.01 * (mean[i] / b1) / ((square[i] / b2).sqrt() + 1e-8);
        }
    }
    let (value, gradient) = loss_grad(&w, &points, &labels);
    println!("{WEIGHTS} weights, loss {value:.5}, |gradient| {:.1e}", dot(&gradient, &gradient).sqrt());

    let after = spectrum(&w);
    let ritz = lanczos(WEIGHTS, 40, &mut random, |d| loss_hvp(&w, &points, &labels, d).2);
    println!("largest eigenvalues: 40 products with the Hessian, the whole Hessian, the same before training");
    for k in 0..6 {
        println!("{:14.8} {:14.8} {:10.4}", ritz[k], after[k], before[k]);
    }
    for k in 0..4 {
        assert!((ritz[k] - after[k]).abs() < 1e-7 * after[0], "eigenvalue {k}: {} is not {}", ritz[k], after[k]);
    }
    let small = after.iter().filter(|v| v.abs() < 1e-2 * after[0]).count();
    println!("{small} of {WEIGHTS} are smaller than a hundredth of the largest; the least is {:.1e}", after[WEIGHTS - 1]);

    let ranked = |values: &[f64]| -> Vec<(f64, f64)> {
        values.iter().enumerate().map(|(k, v)| (k as f64 + 1.0, v.signum() * (1.0 + v.abs() / 1e-4).log10())).collect()
    };
    let path = draw(
        "hessian_spectrum",
        "Eigenvalues of a network's Hessian",
        ["rank", "sign · log10(1 + |eigenvalue| / 0.0001)"],
        &[
            Series { name: "before training", color: COLORS[4], mark: Mark::Points, points: ranked(&before) },
            Series { name: "after training", color: COLORS[0], mark: Mark::Points, points: ranked(&after) },
            Series { name: "largest six, by products", color: COLORS[1], mark: Mark::Line, points: ranked(&ritz[..6]) },
        ],
    )?;
    println!("{}", path.display());
    Ok(())
}
