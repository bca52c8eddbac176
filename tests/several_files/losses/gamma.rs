use crate::consts::LANCZOS;
use autodiff_core::differentiate;

#[differentiate]
pub fn ln_gamma(x: f64) -> f64 {
    let mut s = 1.000_000_000_190_015;
    for (i, c) in LANCZOS.iter().enumerate() {
        s += c / (x + i as f64 + 1.0);
    }
    let t = x + 5.5;
    (x + 0.5) * t.ln() - t + (2.506_628_274_631 * s / x).ln()
}

#[differentiate]
pub fn gamma(x: f64) -> f64 {
    #[cfg(not(test))]
    let x = x + 1.0;
    ln_gamma(x).exp()
}

/// As books call it.
#[allow(non_snake_case)]
#[differentiate]
pub fn Beta(a: f64, b: f64) -> f64 {
    (ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)).exp()
}
