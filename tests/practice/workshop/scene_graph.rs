//! A tree of transforms.

use super::geometry::*;
use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Differentiable)]
pub struct Node {
    pub offset: Vec2,
    pub angle: f64,
    pub scale: f64,
    pub mass: f64,
    pub children: Vec<Node>,
}
#[derive(Debug, Clone, Copy, Differentiable)]
pub struct Transform {
    t: Vec2,
    r: f64,
    s: f64,
}
#[differentiate]
impl Transform {
    fn then(&self, n: &Node) -> Transform {
        Transform { t: self.t + n.offset.rotate(self.r) * self.s, r: self.r + n.angle, s: self.s * n.scale }
    }
}
#[differentiate]
impl Node {
    pub fn leaf(offset: Vec2, angle: f64, mass: f64) -> Self {
        Node { offset, angle, scale: 1.0, mass, children: Vec::new() }
    }
    pub fn with_child(mut self, c: Node) -> Self {
        self.children.push(c);
        self
    }
    pub fn moment(&self, parent: &Transform) -> Vec2 {
        let world = parent.then(self);
        let mut acc = world.t * self.mass;
        for c in &self.children {
            acc += c.moment(&world);
        }
        acc
    }
    pub fn total_mass(&self) -> f64 {
        self.mass + self.children.iter().map(Node::total_mass).sum::<f64>()
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let root = Node::leaf(Vec2::new(x[0], 0.0), x[1], 1.0)
        .with_child(Node::leaf(Vec2::new(1.0, x[2]), x[3], x[4] + 1.0).with_child(Node::leaf(Vec2::new(0.5, 0.5), 0.0, 0.7)))
        .with_child(Node { scale: 0.5 + x[5], ..Node::leaf(Vec2::new(-1.0, 0.0), 0.3, x[6]) });
    let id = Transform { t: Vec2::default(), r: 0.0, s: 1.0 };
    let com = root.moment(&id) * (1.0 / root.total_mass());
    com.length_squared() + com.x
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 7, 0.05, 1.0, |v| (v), d => d);
}
