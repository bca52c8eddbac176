use autodiff_core::differentiate;

#[differentiate]
pub fn quantile(r: f64, q: f64) -> f64 {
    if r >= 0.0 { q * r } else { (q - 1.0) * r }
}
