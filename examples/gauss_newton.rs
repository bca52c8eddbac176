//! A curve fit: two overlapping radioactive decays and a background, from noisy counts. The Levenberg-Marquardt method of the crate of
//! that name takes the generated Jacobian.
//!
//! `cargo run --release --example gauss_newton`, which also draws `out/gauss_newton.svg`.

use std::error::Error;

use autodiff_core::differentiate;
use levenberg_marquardt::{LeastSquaresProblem, LevenbergMarquardt};
use nalgebra::{DVector, Dyn, OMatrix, Owned, U5, Vector5};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

mod picture;
use picture::{COLORS, Mark, Series, draw};

/// Counts at a time: amplitudes and rates of both decays, and the background.
#[differentiate]
fn decay(p: [f64; 5], t: f64) -> f64 {
    p[0] * (-p[1] * t).exp() + p[2] * (-p[3] * t).exp() + p[4]
}

/// How far the curve is from the measurements, in units of their error, the root of the count.
#[differentiate(jacobian, wrt(p))]
fn residuals(p: [f64; 5], times: &[f64], counts: &[f64]) -> Vec<f64> {
    times.iter().zip(counts).map(|(&t, &n)| (decay(p, t) - n) / n.max(1.0).sqrt()).collect()
}

/// The problem as the crate wants it.
struct Fit<'d> {
    p: Vector5<f64>,
    times: &'d [f64],
    counts: &'d [f64],
}

impl LeastSquaresProblem<f64, Dyn, U5> for Fit<'_> {
    type ParameterStorage = Owned<f64, U5>;
    type ResidualStorage = Owned<f64, Dyn>;
    type JacobianStorage = Owned<f64, Dyn, U5>;

    fn set_params(&mut self, p: &Vector5<f64>) {
        self.p = *p;
    }

    fn params(&self) -> Vector5<f64> {
        self.p
    }

    fn residuals(&self) -> Option<DVector<f64>> {
        Some(DVector::from_vec(residuals(self.p.into(), self.times, self.counts)))
    }

    fn jacobian(&self) -> Option<OMatrix<f64, Dyn, U5>> {
        let (_, rows) = residuals_jacobian(self.p.into(), self.times, self.counts);
        Some(OMatrix::<f64, Dyn, U5>::from_fn(rows.len(), |i, j| rows[i][j]))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let truth = [900.0, 1.1, 350.0, 0.22, 20.0];
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let times: Vec<f64> = (0..160).map(|i| 0.1 * f64::from(i)).collect();
    // The sum of twelve uniform numbers is close to normal.
    let mut normal = || (0..12).map(|_| random.random_range(0.0..1.0)).sum::<f64>() - 6.0;
    let counts: Vec<f64> = times.iter().map(|&t| decay(truth, t)).map(|n| (n + n.sqrt() * normal()).round()).collect();

    let start = Vector5::from([500.0, 2.0, 500.0, 0.1, 0.0]);
    let (fit, report) = LevenbergMarquardt::new().minimize(Fit { p: start, times: &times, counts: &counts });
    assert!(report.termination.was_successful(), "{:?}", report.termination);

    // The covariance of the parameters is the inverse of Jᵀ J.
    let jacobian = fit.jacobian().ok_or("no Jacobian")?;
    let covariance = (jacobian.transpose() * &jacobian).try_inverse().ok_or("the parameters are not determined")?;
    println!("{} evaluations, misfit per measurement {:.3}", report.number_of_evaluations, 2.0 * report.objective_function / 160.0);
    println!("parameter        start        fit      error       true");
    let names = ["first amplitude", "first rate", "second amplitude", "second rate", "background"];
    for (i, name) in names.iter().enumerate() {
        let error = covariance[(i, i)].sqrt();
        println!("{name:16} {:7.2} {:10.4} {error:10.4} {:10.4}", start[i], fit.p[i], truth[i]);
        assert!((fit.p[i] - truth[i]).abs() < 4.0 * error, "{name} is off");
    }

    let line = |p: [f64; 5]| times.iter().map(|&t| (t, decay(p, t).max(1.0).log10())).collect::<Vec<_>>();
    let single = |p: Vector5<f64>, k: usize| line([p[k], p[k + 1], 0.0, 1.0, p[4]]);
    let path = draw(
        "gauss_newton",
        "Two decays and a background",
        ["time", "log10 of the counts"],
        &[
            Series {
                name: "measured",
                color: COLORS[4],
                mark: Mark::Points,
                points: times.iter().zip(&counts).map(|(&t, n)| (t, n.max(1.0).log10())).collect(),
            },
            Series { name: "start", color: COLORS[3], mark: Mark::Line, points: line(start.into()) },
            Series { name: "fit", color: COLORS[1], mark: Mark::Line, points: line(fit.p.into()) },
            Series { name: "first decay, background", color: COLORS[0], mark: Mark::Line, points: single(fit.p, 0) },
            Series { name: "second decay, background", color: COLORS[2], mark: Mark::Line, points: single(fit.p, 2) },
        ],
    )?;
    println!("{}", path.display());
    Ok(())
}
