//! Poses and what is measured between them.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Copy, Differentiable)]
pub struct Pose2 {
    x: f64,
    y: f64,
    th: f64,
}
#[derive(Debug, Clone, Differentiable)]
pub struct Edge {
    from: usize,
    to: usize,
    meas: Pose2,
    info: [f64; 3],
}
#[differentiate]
impl Pose2 {
    fn between(&self, o: &Pose2) -> Pose2 {
        let (s, c) = self.th.sin_cos();
        let (dx, dy) = (o.x - self.x, o.y - self.y);
        Pose2 { x: c * dx + s * dy, y: -s * dx + c * dy, th: o.th - self.th }
    }
}
#[differentiate]
pub fn graph_error(poses: &[Pose2], edges: &[Edge]) -> f64 {
    edges
        .iter()
        .map(|e| {
            let d = poses[e.from].between(&poses[e.to]);
            let r = [d.x - e.meas.x, d.y - e.meas.y, (d.th - e.meas.th).sin()];
            r.iter().zip(e.info.iter()).map(|(ri, w)| w * ri * ri).sum::<f64>()
        })
        .sum::<f64>()
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let poses: Vec<_> = x.chunks_exact(3).map(|p| Pose2 { x: p[0], y: p[1], th: p[2] }).collect();
    let edges = vec![
        Edge { from: 0, to: 1, meas: Pose2 { x: 1.0, y: 0.0, th: 0.1 }, info: [1.0, 2.0, 3.0] },
        Edge { from: 1, to: 2, meas: Pose2 { x: 0.8, y: 0.1, th: x[0] }, info: [1.0; 3] },
        Edge { from: 2, to: 0, meas: Pose2 { x: -1.5, y: 0.3, th: -0.4 }, info: [0.5, 0.5, x[1]] },
    ];
    graph_error(&poses, &edges)
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 9, 0.05, 1.0, |v| (v), d => d);
}
