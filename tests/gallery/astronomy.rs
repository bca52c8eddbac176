//! Orbits and cosmology.

use std::f64::consts::TAU;

use autodiff_core::{Differentiable, differentiate};

/// Speed of light in km/s.
const C_LIGHT: f64 = 299_792.458;

/// Eccentric anomaly by a fixed number of Newton iterations.
#[differentiate]
pub fn eccentric_anomaly(mean: f64, e: f64) -> f64 {
    let mut ea = if e < 0.8 { mean } else { mean + e * mean.sin() };
    for _ in 0..8 {
        let f = ea - e * ea.sin() - mean;
        let fp = 1.0 - e * ea.cos();
        ea -= f / fp;
    }
    ea
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct Orbit {
    pub period: f64,
    pub eccentricity: f64,
    pub periastron_time: f64,
    pub omega: f64,
    pub semi_amplitude: f64,
}

impl Orbit {
    /// True anomaly at time `t`.
    #[differentiate]
    pub fn true_anomaly(&self, t: f64) -> f64 {
        let phase = (t - self.periastron_time) / self.period;
        let mean = TAU * (phase - phase.floor());
        let half = 0.5 * eccentric_anomaly(mean, self.eccentricity);
        let Self { eccentricity: e, .. } = *self;
        2.0 * f64::atan2((1.0 + e).sqrt() * half.sin(), (1.0 - e).sqrt() * half.cos())
    }

    #[differentiate]
    pub fn radial_velocity(&self, t: f64) -> f64 {
        let nu = self.true_anomaly(t);
        self.semi_amplitude * ((nu + self.omega).cos() + self.eccentricity * self.omega.cos())
    }
}

/// Chi-square of a radial-velocity series; `data` holds (time, velocity, error).
#[differentiate(wrt(orbit, offset))]
pub fn velocity_chi2(orbit: &Orbit, offset: f64, data: &[(f64, f64, f64)]) -> f64 {
    data.iter()
        .map(|&(t, v, sigma)| {
            let residual = (v - orbit.radial_velocity(t) - offset) / sigma;
            residual * residual
        })
        .sum()
}

/// Dimensionless expansion rate of a universe with matter, curvature and dark energy.
#[differentiate]
fn expansion_rate(z: f64, omega_m: f64, omega_de: f64, w: f64) -> f64 {
    let a = 1.0 + z;
    let omega_k = 1.0 - omega_m - omega_de;
    (omega_m * a.powi(3) + omega_k * a.powi(2) + omega_de * a.powf(3.0 * (1.0 + w))).sqrt()
}

/// Comoving distance in Mpc by Simpson's rule.
#[differentiate]
pub fn comoving_distance(z: f64, h0: f64, omega_m: f64, omega_de: f64, w: f64, intervals: usize) -> f64 {
    assert_eq!(intervals % 2, 0, "Simpson's rule needs an even number");
    let h = z / intervals as f64;
    let inverse_rate = |z: f64| 1.0 / expansion_rate(z, omega_m, omega_de, w);
    let mut sum = inverse_rate(0.0) + inverse_rate(z);
    for i in 1..intervals {
        let weight = if i % 2 == 1 { 4.0 } else { 2.0 };
        sum += weight * inverse_rate(i as f64 * h);
    }
    C_LIGHT / h0 * sum * h / 3.0
}

/// Luminosity distance: the geometry depends on the sign of the curvature.
#[differentiate]
pub fn luminosity_distance(z: f64, h0: f64, omega_m: f64, omega_de: f64) -> f64 {
    let dc = comoving_distance(z, h0, omega_m, omega_de, -1.0, 16);
    let dh = C_LIGHT / h0;
    let omega_k = 1.0 - omega_m - omega_de;
    let dm = match omega_k {
        k if k > 1e-8 => dh / k.sqrt() * (k.sqrt() * dc / dh).sinh(),
        k if k < -1e-8 => {
            let root = k.abs().sqrt();
            dh / root * (root * dc / dh).sin()
        }
        _ => dc,
    };
    (1.0 + z) * dm
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{assert_close, assert_same_bits, numeric_gradient};

    #[test]
    fn kepler_equation() {
        for x in [[1.0, 0.1], [2.5, 0.6], [0.4, 0.85], [5.0, 0.9], [1.0, 0.0]] {
            let f = |x: &[f64]| eccentric_anomaly(x[0], x[1]);
            let (value, (mean, e)) = eccentric_anomaly_grad(x[0], x[1]);
            assert_same_bits("eccentric_anomaly", value, f(&x));
            assert_close("eccentric_anomaly", &[mean, e], &numeric_gradient(f, &x), 1e-7);
            // The implicit function theorem.
            let slope = 1.0 - x[1] * value.cos();
            assert_close("eccentric_anomaly, implicit", &[mean, e], &[1.0 / slope, value.sin() / slope], 1e-9);
        }
    }

    fn orbit(x: &[f64]) -> Orbit {
        Orbit { period: x[0], eccentricity: x[1], periastron_time: x[2], omega: x[3], semi_amplitude: x[4] }
    }

    const ORBIT: [f64; 5] = [11.3, 0.35, 2.0, 0.9, 54.0];

    #[test]
    fn radial_velocity() {
        for t in [0.5, 4.0, 9.0, 17.0, -3.0] {
            let x: Vec<f64> = ORBIT.iter().copied().chain([t]).collect();
            let f = |x: &[f64]| orbit(x).radial_velocity(x[5]);
            let (value, (bar, t_bar)) = orbit(&x).radial_velocity_grad(t);
            assert_same_bits("radial_velocity", value, f(&x));
            assert_close(
                "radial_velocity",
                &[bar.period, bar.eccentricity, bar.periastron_time, bar.omega, bar.semi_amplitude, t_bar],
                &numeric_gradient(f, &x),
                1e-6,
            );
        }
    }

    #[test]
    fn true_anomaly() {
        let x: Vec<f64> = ORBIT.iter().copied().chain([6.0]).collect();
        let f = |x: &[f64]| orbit(x).true_anomaly(x[5]);
        let (value, (bar, t_bar)) = orbit(&x).true_anomaly_grad(6.0);
        assert_same_bits("true_anomaly", value, f(&x));
        assert_close(
            "true_anomaly",
            &[bar.period, bar.eccentricity, bar.periastron_time, bar.omega, bar.semi_amplitude, t_bar],
            &numeric_gradient(f, &x),
            1e-7,
        );
        assert_same_bits("true_anomaly", bar.omega, 0.0);
    }

    #[test]
    fn velocity_series() {
        let data = [(0.5, 40.0, 2.0), (3.0, 31.0, 1.5), (5.5, -22.0, 2.5), (8.0, -35.0, 2.0), (14.0, 20.0, 1.0)];
        let x: Vec<f64> = ORBIT.iter().copied().chain([3.0]).collect();
        let f = |x: &[f64]| velocity_chi2(&orbit(x), x[5], &data);
        let (value, (bar, offset)) = velocity_chi2_grad(&orbit(&x), 3.0, &data);
        assert_same_bits("velocity_chi2", value, f(&x));
        assert_close(
            "velocity_chi2",
            &[bar.period, bar.eccentricity, bar.periastron_time, bar.omega, bar.semi_amplitude, offset],
            &numeric_gradient(f, &x),
            1e-6,
        );
    }

    #[test]
    fn expansion() {
        let x = [0.7, 0.3, 0.65, -0.9];
        let f = |x: &[f64]| expansion_rate(x[0], x[1], x[2], x[3]);
        let (value, (z, m, de, w)) = expansion_rate_grad(x[0], x[1], x[2], x[3]);
        assert_same_bits("expansion_rate", value, f(&x));
        assert_close("expansion_rate", &[z, m, de, w], &numeric_gradient(f, &x), 1e-8);
    }

    #[test]
    fn distance() {
        for x in [[1.1, 70.0, 0.3, 0.7, -1.0], [0.3, 67.4, 0.25, 0.6, -0.8]] {
            let f = |x: &[f64]| comoving_distance(x[0], x[1], x[2], x[3], x[4], 10);
            let (value, (z, h0, m, de, w)) = comoving_distance_grad(x[0], x[1], x[2], x[3], x[4], 10);
            assert_same_bits("comoving_distance", value, f(&x));
            assert_close("comoving_distance", &[z, h0, m, de, w], &numeric_gradient(f, &x), 1e-7);
        }
    }

    #[test]
    #[should_panic(expected = "even number")]
    fn odd_number_of_intervals() {
        let _ = comoving_distance_grad(1.0, 70.0, 0.3, 0.7, -1.0, 5);
    }

    #[test]
    fn curvature() {
        // Open and closed.
        for x in [[0.8, 70.0, 0.3, 0.5], [0.8, 70.0, 0.5, 0.9]] {
            let f = |x: &[f64]| luminosity_distance(x[0], x[1], x[2], x[3]);
            let (value, (z, h0, m, de)) = luminosity_distance_grad(x[0], x[1], x[2], x[3]);
            assert_same_bits("luminosity_distance", value, f(&x));
            assert_close("luminosity_distance", &[z, h0, m, de], &numeric_gradient(f, &x), 1e-7);
        }
    }

    #[test]
    fn flat() {
        // The flat branch is one line in the plane of the densities: z and h0 only.
        let f = |x: &[f64]| luminosity_distance(x[0], x[1], 0.3, 0.7);
        let (value, (z, h0, ..)) = luminosity_distance_grad(0.8, 70.0, 0.3, 0.7);
        assert_same_bits("luminosity_distance", value, f(&[0.8, 70.0]));
        assert_close("luminosity_distance", &[z, h0], &numeric_gradient(f, &[0.8, 70.0]), 1e-7);
    }
}
