//! Third derivatives: anharmonic constants of a Morse-like potential; gradients nested three times.
use autodiff_core::differentiate;
use super::harness::*;

#[differentiate(order = 4)]
pub fn energy(r: f64, d: f64, a: f64) -> f64 {
    let u = 1.0 - (-a * (r - 1.0)).exp();
    d * u * u
}
#[differentiate(order = 3, wrt(r))]
pub fn force(r: f64, d: f64, a: f64) -> f64 { -energy_grad(r, d, a).1.0 }
#[differentiate(order = 2, wrt(r))]
pub fn stiffness(r: f64, d: f64, a: f64) -> f64 { -force_grad(r, d, a).1 }
#[differentiate(wrt(r))]
pub fn cubic(r: f64, d: f64, a: f64) -> f64 { stiffness_grad(r, d, a).1 }
#[test]
fn anharmonic() {
    let (d, a) = (1.7, 0.9);
    // at r = 1: E'' = 2 d a^2, E''' = -6 d a^3, E'''' = 14 d a^4
    close("k2", &[stiffness(1.0, d, a)], &[2.0 * d * a * a], 1e-13);
    close("k3", &[cubic(1.0, d, a)], &[-6.0 * d * a.powi(3)], 1e-13);
    close("k4", &[cubic_grad(1.0, d, a).1], &[14.0 * d * a.powi(4)], 1e-13);
    let (_, _, h) = force_hessian(1.0, d, a);
    close("fh", &[h], &[6.0 * d * a.powi(3)], 1e-13);
}
