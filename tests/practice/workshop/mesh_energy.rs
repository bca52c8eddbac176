//! Triangles.

use super::geometry::*;
use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Differentiable)]
pub struct Mesh {
    verts: Vec<Vec2>,
    tris: Vec<[usize; 3]>,
}
#[differentiate]
impl Mesh {
    fn tri(&self, t: &[usize; 3]) -> [Vec2; 3] {
        t.map(|i| self.verts[i])
    }
    fn areas(&self) -> impl Iterator<Item = f64> + '_ {
        self.tris.iter().map(move |t| {
            let [a, b, c] = self.tri(t);
            0.5 * (b - a).cross(c - a)
        })
    }
    fn edge_energy(&self) -> f64 {
        let mut e = 0.0;
        for t in &self.tris {
            for k in 0..3 {
                let (i, j) = (t[k], t[(k + 1) % 3]);
                e += (self.verts[i] - self.verts[j]).length_squared();
            }
        }
        e
    }
    fn laplacian_smooth(&mut self, lambda: f64) {
        let c = self.verts.iter().fold(Vec2::default(), |a, b| a + *b) * (1.0 / self.verts.len() as f64);
        self.verts.iter_mut().for_each(|v| *v = v.lerp(c, lambda));
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let mut m = Mesh {
        verts: vec![Vec2::new(x[0], x[1]), Vec2::new(x[2] + 2.0, x[3]), Vec2::new(x[4], x[5] + 2.0), Vec2::new(2.0, 2.0)],
        tris: vec![[0, 1, 2], [1, 3, 2]],
    };
    m.laplacian_smooth(0.1 * x[6]);
    m.areas().map(|a| a * a).sum::<f64>() + m.edge_energy() * x[7]
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 8, 0.05, 1.0, |v| (v), d => d);
}
