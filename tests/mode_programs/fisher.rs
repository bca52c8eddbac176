//! Fisher information: expected and observed, of a negative binomial-like model with ln_gamma by hand.
use autodiff_core::differentiate;
use super::harness::*;

#[differentiate(order = 3)]
pub fn ln_gamma(x: f64) -> f64 {
    // Stirling with shift
    let mut shift = 0.0;
    let mut z = x;
    while z < 7.0 {
        shift -= z.ln();
        z += 1.0;
    }
    let z2 = z * z;
    shift + (z - 0.5) * z.ln() - z + 0.918938533204672742 + (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / (1260.0 * z2)) / z2) / z
}
#[differentiate(order = 3)]
pub fn log_likelihood(theta: [f64; 2], counts: &[u32]) -> f64 {
    let (r, p) = (theta[0].exp(), 1.0 / (1.0 + (-theta[1]).exp()));
    counts.iter().map(|&k| {
        let k = k as f64;
        ln_gamma(k + r) - ln_gamma(r) - ln_gamma(k + 1.0) + k * p.ln() + r * (1.0 - p).ln()
    }).sum()
}
/// A third derivative: skewness of the posterior at the mode, as a gradient of an entry of the Hessian.
#[differentiate]
pub fn curvature(theta: [f64; 2], counts: &[u32], d: [f64; 2]) -> f64 {
    let (_, _, h) = log_likelihood_hvp(theta, counts, d);
    h.iter().zip(d).map(|(a, b)| a * b).sum()
}
/// log det of the observed information
#[differentiate]
pub fn log_det(theta: [f64; 2], counts: &[u32]) -> f64 {
    let (_, _, a) = log_likelihood_hvp(theta, counts, [1.0, 0.0]);
    let (_, _, b) = log_likelihood_hvp(theta, counts, [0.0, 1.0]);
    (a[0] * b[1] - a[1] * b[0]).ln()
}
#[test]
fn fisher() {
    let counts = [0, 3, 1, 7, 2, 2, 0, 5, 11];
    let x = [0.7, 0.3];
    let a = |x: &[f64]| [x[0], x[1]];
    second("ll", 1e-6, &x, &|x| vec![log_likelihood(a(x), &counts)], &|x| log_likelihood_grad(a(x), &counts).1.to_vec(),
        &|x, d| { let (v, g, h) = log_likelihood_hvp(a(x), &counts, a(d)); (v, g.to_vec(), h.to_vec()) },
        &|x| { let (v, g, h) = log_likelihood_hessian(a(x), &counts); (v, g.to_vec(), rows(&h)) });
    let y = [0.7, 0.3, 0.4, -0.9];
    let c = |y: &[f64]| vec![curvature(a(y), &counts, a(&y[2..]))];
    close("third", &{ let g = curvature_grad(a(&y), &counts, a(&y[2..])).1; vec![g.0[0], g.0[1], g.1[0], g.1[1]] }, &jacobian(&c, &y)[0], 1e-6);
    close("logdet", &log_det_grad(x, &counts).1, &jacobian(&|x| vec![log_det(a(x), &counts)], &x)[0], 1e-6);
}
