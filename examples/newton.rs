//! Newton's method with a generated Hessian: on a chain of masses and springs, the number of correct digits doubles with every step.
//!
//! `cargo run --release --example newton`, which also draws the chain's way down into `out/newton.svg`.

use std::error::Error;

use autodiff_core::differentiate;

mod picture;
use picture::{COLORS, Mark, Series, draw};

/// The energy of a hanging chain: springs that resist stretching, and gravity. Heights and sideways places of the inner masses take turns.
#[differentiate(hessian)]
fn energy(inner: &[f64; 8]) -> f64 {
    let mut total = 0.0;
    let (mut x, mut y) = (0.0, 0.0);
    for k in 0..5 {
        let (next_x, next_y) = if k < 4 { (inner[2 * k], inner[2 * k + 1]) } else { (3.0, 0.5) };
        let stretch = ((next_x - x).powi(2) + (next_y - y).powi(2)).sqrt() - 0.4;
        total += 40.0 * stretch * stretch + 9.81 * 0.2 * next_y;
        (x, y) = (next_x, next_y);
    }
    total
}

/// Solves `a x = b` by elimination with the largest pivot.
fn solve<const N: usize>(mut a: [[f64; N]; N], mut b: [f64; N]) -> [f64; N] {
    for k in 0..N {
        let pivot = (k..N).max_by(|&i, &j| a[i][k].abs().total_cmp(&a[j][k].abs())).unwrap_or(k);
        a.swap(k, pivot);
        b.swap(k, pivot);
        for i in k + 1..N {
            let f = a[i][k] / a[k][k];
            let pivot_row = a[k];
            for (x, p) in a[i].iter_mut().zip(pivot_row).skip(k) {
                *x -= f * p;
            }
            b[i] -= f * b[k];
        }
    }
    for k in (0..N).rev() {
        for j in k + 1..N {
            b[k] -= a[k][j] * b[j];
        }
        b[k] /= a[k][k];
    }
    b
}

/// The places of all masses, those at the walls included.
fn places(inner: &[f64; 8]) -> Vec<(f64, f64)> {
    let middle = inner.chunks(2).map(|p| (p[0], p[1]));
    std::iter::once((0.0, 0.0)).chain(middle).chain([(3.0, 0.5)]).collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut inner: [f64; 8] = std::array::from_fn(|k| if k % 2 == 0 { 0.6 * (k / 2 + 1) as f64 } else { -0.2 });
    println!("step  energy             |gradient|");
    let mut last = f64::INFINITY;
    let mut shapes = Vec::new();
    for step in 0..12 {
        let (value, gradient, hessian) = energy_hessian(&inner);
        last = gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
        println!("{step:4}  {value:.14}  {last:.2e}");
        shapes.push(places(&inner));
        if last < 1e-11 {
            break;
        }
        let move_by = solve(hessian, gradient);
        for (x, d) in inner.iter_mut().zip(move_by) {
            *x -= d;
        }
    }
    assert!(last < 1e-11, "Newton's method has not converged");

    let steps = ["start", "step 1", "step 2", "step 3"];
    let mut series: Vec<Series<'_>> = steps
        .iter()
        .zip(&shapes)
        .zip(COLORS.iter().rev())
        .map(|((name, points), &color)| Series { name, color, mark: Mark::Line, points: points.clone() })
        .collect();
    let end = places(&inner);
    series.push(Series { name: "at rest", color: COLORS[0], mark: Mark::Line, points: end.clone() });
    series.push(Series { name: "masses", color: COLORS[0], mark: Mark::Points, points: end });
    let path = draw("newton", "A hanging chain, step by step", ["sideways", "height"], &series)?;
    println!("{}", path.display());
    Ok(())
}
