//! Values that move along curves.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Copy)]
pub enum Curve {
    Linear,
    Smooth,
    Pow(i32),
}
#[derive(Debug, Clone, Differentiable)]
pub struct Tween {
    from: f64,
    to: f64,
    dur: f64,
    curve: CurveKind,
}
#[derive(Debug, Clone, Copy, Differentiable)]
pub enum CurveKind {
    Linear,
    Smooth,
    Pow { exp: f64 },
}
#[derive(Debug, Clone, Default, Differentiable)]
pub struct Timeline {
    tracks: Vec<Tween>,
    time: f64,
}
#[differentiate]
impl CurveKind {
    fn shape(&self, t: f64) -> f64 {
        match self {
            Self::Linear => t,
            Self::Smooth => t * t * (3.0 - 2.0 * t),
            Self::Pow { exp } => t.powf(*exp),
        }
    }
}
#[differentiate]
impl Timeline {
    fn then(mut self, to: f64, dur: f64, curve: CurveKind) -> Self {
        let from = self.tracks.last().map(|t| t.to).unwrap_or(0.0);
        self.tracks.push(Tween { from, to, dur, curve });
        self
    }
    fn value(&self, mut t: f64) -> f64 {
        for tw in &self.tracks {
            if t <= tw.dur {
                let k = tw.curve.shape(t / tw.dur);
                return tw.from + (tw.to - tw.from) * k;
            }
            t -= tw.dur;
        }
        self.tracks.last().map_or(0.0, |t| t.to)
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let tl = Timeline::default().then(x[0], 0.5 + 0.1 * x[1], CurveKind::Linear).then(x[2], 1.0, CurveKind::Smooth).then(
        2.0,
        0.7,
        CurveKind::Pow { exp: 1.5 + x[3] },
    );
    [0.2, 0.9, 1.8 + 0.1 * x[4], 10.0].iter().map(|t| tl.value(*t)).fold(0.0, |a, v| a * 0.5 + v * v)
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 5, 0.05, 1.0, |v| (v), d => d);
}
