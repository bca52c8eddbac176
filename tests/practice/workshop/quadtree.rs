//! Masses in a tree of boxes.

use super::geometry::*;
use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Differentiable)]
pub enum QuadTree {
    Empty,
    Leaf { pos: Vec2, mass: f64 },
    Node { com: Vec2, mass: f64, kids: Box<[QuadTree; 4]> },
}
#[differentiate]
impl QuadTree {
    fn insert(self, p: Vec2, m: f64, center: Vec2, half: f64) -> QuadTree {
        match self {
            QuadTree::Empty => QuadTree::Leaf { pos: p, mass: m },
            QuadTree::Leaf { pos, mass } => {
                let node = QuadTree::Node {
                    com: Vec2::default(),
                    mass: 0.0,
                    kids: Box::new([QuadTree::Empty, QuadTree::Empty, QuadTree::Empty, QuadTree::Empty]),
                };
                node.insert(pos, mass, center, half).insert(p, m, center, half)
            }
            QuadTree::Node { com, mass, mut kids } => {
                let q = (p.x > center.x) as usize + 2 * ((p.y > center.y) as usize);
                let h = half * 0.5;
                let c = center + Vec2::new(if q & 1 == 1 { h } else { -h }, if q & 2 == 2 { h } else { -h });
                let kid = std::mem::replace(&mut kids[q], QuadTree::Empty);
                kids[q] = kid.insert(p, m, c, h);
                let total = mass + m;
                QuadTree::Node { com: (com * mass + p * m) * (1.0 / total), mass: total, kids }
            }
        }
    }
    fn potential(&self, at: Vec2, theta: f64) -> f64 {
        match self {
            QuadTree::Empty => 0.0,
            QuadTree::Leaf { pos, mass } => mass / ((*pos - at).length_squared() + 0.1).sqrt(),
            QuadTree::Node { com, mass, kids } => {
                if theta > 0.5 {
                    mass / ((*com - at).length() + 0.1)
                } else {
                    kids.iter().map(|k| k.potential(at, theta + 0.2)).sum()
                }
            }
        }
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let pts = [(Vec2::new(x[0] - 1.0, 0.7), 1.0), (Vec2::new(0.5, x[1] - 1.2), x[2]), (Vec2::new(-0.4, 0.3 * x[3]), 0.5)];
    let mut t = QuadTree::Empty;
    for (p, m) in pts {
        t = t.insert(p, m, Vec2::default(), 4.0);
    }
    t.potential(Vec2::new(x[4] + 3.0, x[5]), 0.0)
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 6, 0.05, 1.0, |v| (v), d => d);
}
