//! Options that are combined.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Default, Differentiable)]
pub struct Sensor {
    gain: Option<f64>,
    offset: Option<f64>,
    name: Option<String>,
}
#[differentiate]
impl Sensor {
    fn calibrated(&self, raw: f64) -> Option<f64> {
        let g = self.gain.filter(|g| *g > 0.0)?;
        Some(raw * g + self.offset.unwrap_or_default())
    }
}
#[differentiate]
fn fuse(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(0.5 * (a + b)),
        (Some(v), None) | (None, Some(v)) => Some(v),
        (None, None) => None,
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let s1 = Sensor { gain: Some(1.0 + x[0]), ..Sensor::default() };
    let s2 = Sensor { gain: Some(2.0), offset: Some(x[1]), name: Some("b".into()) };
    let s3 = Sensor { gain: None, offset: None, name: None };
    let f = fuse(s1.calibrated(x[2]), s2.calibrated(x[3])).and_then(|v| fuse(Some(v * v), s3.calibrated(1.0)));
    let z = s1.calibrated(x[2]).zip(s2.calibrated(x[0])).map(|(a, b)| a * b).or(Some(3.0));
    let w = s3.calibrated(x[0]).or_else(|| s1.calibrated(x[3])).map_or(0.0, |v| v.cos());
    let mut taken = Some(x[1]);
    let t = taken.take().unwrap_or(0.0);
    f.unwrap() + z.unwrap_or(1.0) + w + t * taken.get_or_insert(x[2]).to_owned()
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 4, 0.05, 1.0, |v| (v), d => d);
}
