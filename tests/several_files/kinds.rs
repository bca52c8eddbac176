//! Types without the derive whose names a macro of another file is handed.

use autodiff_core::{check_gradient, differentiate};

#[derive(Clone, Copy)]
enum Basis {
    Act360,
    Act365,
}

impl Basis {
    fn days(self) -> f64 {
        match self {
            Self::Act360 => 360.0,
            Self::Act365 => 365.0,
        }
    }
}

struct Ladder {
    days: Vec<u32>,
}

/// In itself, and twice.
enum Tree {
    Leaf(u8),
    Node(Box<Tree>, Option<Box<Tree>>),
}

#[differentiate]
fn discounted(rate: f64, ladder: &Ladder, basis: Basis) -> f64 {
    ladder.days.iter().map(|&d| (1.0 + rate).powf(-(d as f64) / basis.days())).sum()
}

#[differentiate]
fn likelihood(tree: &Tree, lengths: &[f64]) -> f64 {
    match tree {
        Tree::Leaf(k) => lengths[*k as usize].exp(),
        Tree::Node(first, None) => likelihood(first, lengths),
        Tree::Node(first, Some(second)) => likelihood(first, lengths) * (1.0 + likelihood(second, lengths) * lengths[0]),
    }
}

fn tree() -> Tree {
    let inner = Tree::Node(Box::new(Tree::Leaf(1)), Some(Box::new(Tree::Leaf(2))));
    Tree::Node(Box::new(Tree::Leaf(0)), Some(Box::new(Tree::Node(Box::new(inner), None))))
}

at_points!(of_a_basis, [0.04, 0.3], |p| discounted(p, &Ladder { days: vec![182, 365] }, Basis::Act360), |p| discounted_grad(
    p,
    &Ladder { days: vec![182, 365] },
    Basis::Act360
)
.1);
at_points!(of_another, [0.01], |p| discounted(p, &Ladder { days: vec![90] }, Basis::Act365), |p| discounted_grad(
    p,
    &Ladder { days: vec![90] },
    Basis::Act365
)
.1);

#[test]
fn in_themselves() {
    let point = [0.3, -0.4, 0.7];
    let (value, bar) = likelihood_vjp(&tree(), &point, -2.0);
    assert_eq!(value.to_bits(), likelihood(&tree(), &point).to_bits());
    check_gradient(|p| -2.0 * likelihood(&tree(), p), |_| bar.clone(), &point).unwrap();
}
