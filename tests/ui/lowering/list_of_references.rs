//! A list of references: the pullback would have to keep what they borrow.

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Debug, Differentiable)]
struct Generator {
    capacity: f64,
    cost: f64,
}

#[differentiate]
fn dispatched(fleet: &[Generator], demand: f64) -> f64 {
    let mut order: Vec<&Generator> = fleet.iter().collect();
    order.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    let mut cost = 0.0;
    let mut left = demand;
    for g in order {
        cost += g.cost * left.min(g.capacity);
        left -= left.min(g.capacity);
    }
    cost
}

fn main() {}
