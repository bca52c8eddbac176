//! Statistics: a line through points with outliers, by maximum likelihood with Student's t distribution, beside least squares.
//!
//! ```sh
//! cargo run --release --example robust_fit
//! ```

use autodiff_core::{Differentiable, differentiate};

/// The line, and the logarithm of the noise's width.
#[derive(Clone, Copy, Debug, Differentiable)]
struct Model {
    slope: f64,
    offset: f64,
    log_width: f64,
}

/// Degrees of freedom: the fewer, the less an outlier counts.
const FREEDOM: f64 = 3.0;

/// The negative logarithm of the likelihood per point, without constants.
#[differentiate(wrt(model))]
fn student(model: &Model, points: &[(f64, f64)]) -> f64 {
    let width = model.log_width.exp();
    let mut sum = 0.0;
    for &(x, y) in points {
        let z = (y - model.slope * x - model.offset) / width;
        sum += 0.5 * (FREEDOM + 1.0) * (z * z / FREEDOM).ln_1p();
    }
    sum / points.len() as f64 + model.log_width
}

/// The same for normal noise: least squares.
#[differentiate(wrt(model))]
fn normal(model: &Model, points: &[(f64, f64)]) -> f64 {
    let width = model.log_width.exp();
    let sum: f64 = points.iter().map(|&(x, y)| 0.5 * ((y - model.slope * x - model.offset) / width).powi(2)).sum();
    sum / points.len() as f64 + model.log_width
}

/// Descends along gradients, with Adam's step sizes.
fn fit(gradient: impl Fn(&Model) -> (f64, ModelCotangent)) -> (f64, Model) {
    let mut model = Model { slope: 0.0, offset: 0.0, log_width: 0.0 };
    let (mut mean, mut square) = ([0.0; 3], [0.0; 3]);
    for step in 1..=5000 {
        let bar = gradient(&model).1;
        let parameters = [&mut model.slope, &mut model.offset, &mut model.log_width];
        for (k, (p, g)) in parameters.into_iter().zip([bar.slope, bar.offset, bar.log_width]).enumerate() {
            mean[k] = 0.9 * mean[k] + 0.1 * g;
            square[k] = 0.999 * square[k] + 0.001 * g * g;
            let (m, s) = (mean[k] / (1.0 - 0.9_f64.powi(step)), square[k] / (1.0 - 0.999_f64.powi(step)));
            *p -= 0.02 / (1.0 + 0.002 * f64::from(step)) * m / (s.sqrt() + 1e-12);
        }
    }
    (gradient(&model).0, model)
}

fn main() {
    // y = 2 x + 1 with a little noise; every ninth point is far off.
    let points: Vec<(f64, f64)> = (0..60)
        .map(|k| {
            let x = 0.1 * f64::from(k);
            let noise = 0.2 * (7.3 * f64::from(k)).sin() * (1.9 * f64::from(k)).cos();
            (x, 2.0 * x + 1.0 + noise + if k % 9 == 4 { 6.0 } else { 0.0 })
        })
        .collect();
    println!("{:>14} {:>8} {:>8} {:>8}", "", "slope", "offset", "width");
    println!("{:>14} {:>8.3} {:>8.3}", "true line", 2.0, 1.0);
    for (name, (_, model)) in [("least squares", fit(|m| normal_grad(m, &points))), ("Student's t", fit(|m| student_grad(m, &points)))] {
        println!("{name:>14} {:>8.3} {:>8.3} {:>8.3}", model.slope, model.offset, model.log_width.exp());
    }
}
