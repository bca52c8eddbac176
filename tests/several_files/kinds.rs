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

struct Item {
    k: i32,
}

struct Plan {
    items: Vec<Item>,
    pair: [Item; 2],
}

enum Schedule {
    Steps(Vec<Item>),
    Never,
}

#[differentiate]
fn grown(item: &Item, y: &[f64]) -> f64 {
    y[0].powi(item.k) * y[1]
}

#[differentiate]
fn planned(plan: &Plan, y: &[f64]) -> f64 {
    let x = y[0] * y[1];
    let mut s = 1.0;
    for item in &plan.items {
        if item.k == 7 {
            continue;
        }
        s *= grown(item, y) + s * x;
    }
    for item in &plan.pair {
        s = s.sin() * grown(item, y) + s;
    }
    s
}

#[differentiate]
fn by_name(ranks: &std::collections::BTreeMap<u8, i32>, y: &[f64]) -> f64 {
    let mut s = y[0];
    for (k, v) in ranks {
        if *k == 9 {
            break;
        }
        s = s.sin() * y[1].powi(*v) + *k as f64;
    }
    s
}

#[differentiate]
fn scheduled(schedule: &Schedule, y: &[f64]) -> f64 {
    let mut s = y[0] * y[1];
    match schedule {
        Schedule::Steps(items) => {
            for item in items {
                s *= grown(item, y) + s;
            }
        }
        Schedule::Never => s = 0.0,
    }
    s
}

#[differentiate]
fn nested(tree: &Branches, y: &[f64]) -> f64 {
    match tree {
        Branches::Leaf(k) => y[*k as usize].exp(),
        Branches::Node(first, rest) => {
            let mut product = nested(first, y);
            for t in rest {
                product *= 1.0 + nested(t, y) * y[0];
            }
            product
        }
    }
}

enum Branches {
    Leaf(u8),
    Node(Box<Branches>, Vec<Branches>),
}

#[differentiate]
fn over_all(plan: &Plan, ranks: &std::collections::BTreeMap<u8, i32>, schedules: &[Schedule], tree: &Branches, y: &[f64]) -> f64 {
    let mut s = planned(plan, y) * by_name(ranks, y) + nested(tree, y);
    for schedule in schedules {
        s += scheduled(schedule, y);
    }
    s
}

/// A pullback kept what the items borrow (E0700, and a lifetime that was too short where a function calls itself).
#[test]
fn items_of_lists_without_derivative_are_borrowed_again() {
    let item = |k| Item { k };
    let plan = Plan { items: vec![item(2), item(7), item(3)], pair: [item(1), item(2)] };
    let ranks = std::collections::BTreeMap::from([(1, 2), (2, 3), (9, 1)]);
    let schedules = [Schedule::Steps(vec![item(1), item(2)]), Schedule::Never, Schedule::Steps(vec![])];
    let inner = Branches::Node(Box::new(Branches::Leaf(1)), vec![Branches::Leaf(0)]);
    let tree = Branches::Node(Box::new(Branches::Leaf(0)), vec![Branches::Leaf(2), inner]);
    let point = [0.7, 0.9, -0.4];
    let f = |y: &[f64]| over_all(&plan, &ranks, &schedules, &tree, y);
    let (value, bar) = over_all_vjp(&plan, &ranks, &schedules, &tree, &point, -2.0);
    assert_eq!(value.to_bits(), f(&point).to_bits());
    check_gradient(|y| -2.0 * f(y), |_| bar.clone(), &point).unwrap();
}
