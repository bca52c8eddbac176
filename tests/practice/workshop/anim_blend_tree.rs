//! Poses that are mixed.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Differentiable)]
pub enum Blend {
    Clip(Vec<f64>),
    Lerp { a: Box<Blend>, b: Box<Blend>, alpha: f64 },
    Additive { base: Box<Blend>, layer: Box<Blend>, weight: f64 },
    Masked(Box<Blend>, Vec<bool>),
}
#[differentiate]
impl Blend {
    fn pose(&self) -> Vec<f64> {
        match self {
            Blend::Clip(p) => p.clone(),
            Blend::Lerp { a, b, alpha } => {
                let (pa, pb) = (a.pose(), b.pose());
                pa.iter().zip(&pb).map(|(x, y)| x * (1.0 - alpha) + y * alpha).collect()
            }
            Blend::Additive { base, layer, weight } => {
                let mut out = base.pose();
                for (o, l) in out.iter_mut().zip(layer.pose()) {
                    *o += weight * l;
                }
                out
            }
            Blend::Masked(inner, mask) => inner.pose().into_iter().zip(mask).map(|(v, &on)| if on { v } else { 0.0 }).collect(),
        }
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let walk = Blend::Clip(vec![x[0], 0.4, x[1]]);
    let run = Blend::Clip(vec![1.0, x[2], -0.3]);
    let t = Blend::Additive {
        base: Box::new(Blend::Lerp { a: Box::new(walk.clone()), b: Box::new(run), alpha: x[3] }),
        layer: Box::new(Blend::Masked(Box::new(walk), vec![true, false, true])),
        weight: x[4],
    };
    t.pose().iter().map(|v| v.sin()).sum::<f64>() * x[5]
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 6, 0.05, 1.0, |v| (v), d => d);
}
