//! Shortest paths.

use crate::checked;
use autodiff_core::{Differentiable, differentiate};
#[derive(Debug, Clone, Differentiable)]
pub struct Edge {
    to: usize,
    cost: f64,
}
#[derive(Debug, Clone, Differentiable)]
pub struct Graph {
    adj: Vec<Vec<Edge>>,
}
#[differentiate]
impl Graph {
    fn with_nodes(n: usize) -> Self {
        Graph { adj: vec![Vec::new(); n] }
    }
    fn connect(&mut self, a: usize, b: usize, cost: f64) {
        self.adj[a].push(Edge { to: b, cost });
        self.adj[b].push(Edge { to: a, cost });
    }
    fn dijkstra(&self, src: usize) -> Vec<f64> {
        let mut dist = vec![f64::INFINITY; self.adj.len()];
        let mut done = vec![false; self.adj.len()];
        dist[src] = 0.0;
        loop {
            let mut best: Option<usize> = None;
            for i in 0..dist.len() {
                if !done[i] && dist[i].is_finite() && best.map_or(true, |b| dist[i] < dist[b]) {
                    best = Some(i);
                }
            }
            let Some(u) = best else { break };
            done[u] = true;
            for e in &self.adj[u] {
                let alt = dist[u] + e.cost;
                if alt < dist[e.to] {
                    dist[e.to] = alt;
                }
            }
        }
        dist
    }
}
#[differentiate]
pub fn value(x: &[f64]) -> f64 {
    let mut g = Graph::with_nodes(4);
    g.connect(0, 1, 1.0 + x[0]);
    g.connect(1, 2, 0.5 + x[1]);
    g.connect(0, 2, 2.0 + x[2]);
    g.connect(2, 3, x[3] * x[3] + 0.1);
    g.connect(1, 3, 3.0 * x[4] + 0.2);
    g.dijkstra(0).iter().map(|d| d * d).sum()
}

mod checks {
    use super::*;
    checked!(value value_grad value_vjp value_jvp: 5, 0.05, 1.0, |v| (v), d => d);
}
