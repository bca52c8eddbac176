//! Functions that call themselves, whose calls keep what they keep on one stack, and some whose calls cannot.

use autodiff_core::{Differentiable, differentiate};

#[derive(Clone, Differentiable)]
pub enum Expr {
    Const(f64),
    Var(usize),
    Add(Box<Expr>, Box<Expr>),
    Mul(Box<Expr>, Box<Expr>),
    Sin(Box<Expr>),
    Choice(Box<Expr>, Box<Expr>, Box<Expr>),
}

#[derive(Clone, Differentiable)]
pub struct Node {
    weight: f64,
    feature: usize,
    children: Vec<Node>,
}

#[differentiate]
pub fn eval(e: &Expr, x: &[f64]) -> f64 {
    match e {
        Expr::Const(c) => *c,
        Expr::Var(i) => x[*i],
        Expr::Add(a, b) => eval(a, x) + eval(b, x),
        Expr::Mul(a, b) => eval(a, x) * eval(b, x),
        Expr::Sin(a) => eval(a, x).sin(),
        Expr::Choice(c, a, b) => {
            let t = eval(c, x);
            if t > 0.5 { t * eval(a, x) } else { eval(b, x).max(t) }
        }
    }
}

/// Halves of a list, with an early return and arguments by value.
#[differentiate]
pub fn halves(x: &[f64], k: f64, depth: usize) -> f64 {
    if x.len() == 1 {
        return x[0] * k;
    }
    let (left, right) = x.split_at(x.len() / 2);
    let (a, b) = (halves(left, k * 0.5, depth + 1), halves(right, a_little(k), depth + 1));
    if a > b { a + (b - a).exp().ln_1p() * depth as f64 } else { a * b + k }
}

#[differentiate]
fn a_little(k: f64) -> f64 {
    k * k * 0.25
}

/// The value of a call decides whether there is another one.
#[differentiate]
pub fn steps(x: f64, k: f64, n: u32) -> f64 {
    if n == 0 {
        return x * k;
    }
    let y = steps((x * k).sin(), k, n - 1);
    if y < 0.1 {
        return y * x;
    }
    y + steps(y * x, k * 0.5, n / 2) * y
}

/// Recursion from inside a loop.
#[differentiate]
pub fn children(x: &[f64], n: usize) -> f64 {
    let mut total = x[n % x.len()];
    for i in 0..n {
        total = (total * children(x, i)).sin() + x[i % x.len()];
    }
    total
}

/// Children in a list, whose order matters.
#[differentiate]
pub fn score(node: &Node, x: &[f64]) -> f64 {
    let mut total = node.weight * x[node.feature];
    for child in &node.children {
        let s = score(child, x);
        total = (total + s).sin() * s + x[node.feature];
    }
    total
}

/// Calls in branches of a loop, and a loop of its own at the end.
#[differentiate]
pub fn some_children(node: &Node, x: &[f64], least: f64) -> f64 {
    let mut total = 1.0;
    for i in 0..node.children.len() {
        let f = x[node.children[i].feature];
        if f > least {
            total *= some_children(&node.children[i], x, least * f) + f.exp();
        } else if f < 0.0 {
            total += (f * total).cos();
        }
    }
    let mut p = node.weight;
    for v in x {
        p = (p * v).sin() + least;
    }
    total * p
}

/// Leaves of several numbers.
#[differentiate]
pub fn soft_max(x: &[f64]) -> f64 {
    if x.len() <= 2 {
        let mut s = 0.0;
        for v in x {
            s += v.exp();
        }
        s.ln()
    } else {
        let (left, right) = x.split_at(x.len() / 2);
        let a = soft_max(left);
        let b = soft_max(right);
        if a > b { a + (b - a).exp().ln_1p() } else { b + (a - b).exp().ln_1p() }
    }
}

/// A caller that takes the pullback of several calls, last one first and in between.
#[differentiate]
pub fn caller(e: &Expr, x: &[f64], k: f64) -> f64 {
    let mut total = steps(x[0], k, 3);
    for i in 0..3 {
        total = total * eval(e, x) + halves(x, k, i);
    }
    total * total
}

// The same without the stack: text of its own, since the file is asked for the types of what functions give.

#[differentiate(off(stack))]
pub fn eval_boxed(e: &Expr, x: &[f64]) -> f64 {
    match e {
        Expr::Const(c) => *c,
        Expr::Var(i) => x[*i],
        Expr::Add(a, b) => eval_boxed(a, x) + eval_boxed(b, x),
        Expr::Mul(a, b) => eval_boxed(a, x) * eval_boxed(b, x),
        Expr::Sin(a) => eval_boxed(a, x).sin(),
        Expr::Choice(c, a, b) => {
            let t = eval_boxed(c, x);
            if t > 0.5 { t * eval_boxed(a, x) } else { eval_boxed(b, x).max(t) }
        }
    }
}

#[differentiate(off(stack))]
pub fn halves_boxed(x: &[f64], k: f64, depth: usize) -> f64 {
    if x.len() == 1 {
        return x[0] * k;
    }
    let (left, right) = x.split_at(x.len() / 2);
    let (a, b) = (halves_boxed(left, k * 0.5, depth + 1), halves_boxed(right, a_little_boxed(k), depth + 1));
    if a > b { a + (b - a).exp().ln_1p() * depth as f64 } else { a * b + k }
}

#[differentiate(off(stack))]
fn a_little_boxed(k: f64) -> f64 {
    k * k * 0.25
}

#[differentiate(off(stack))]
pub fn steps_boxed(x: f64, k: f64, n: u32) -> f64 {
    if n == 0 {
        return x * k;
    }
    let y = steps_boxed((x * k).sin(), k, n - 1);
    if y < 0.1 {
        return y * x;
    }
    y + steps_boxed(y * x, k * 0.5, n / 2) * y
}

#[differentiate(off(stack))]
pub fn children_boxed(x: &[f64], n: usize) -> f64 {
    let mut total = x[n % x.len()];
    for i in 0..n {
        total = (total * children_boxed(x, i)).sin() + x[i % x.len()];
    }
    total
}

#[differentiate(off(stack))]
pub fn score_boxed(node: &Node, x: &[f64]) -> f64 {
    let mut total = node.weight * x[node.feature];
    for child in &node.children {
        let s = score_boxed(child, x);
        total = (total + s).sin() * s + x[node.feature];
    }
    total
}

#[differentiate(off(stack))]
pub fn some_children_boxed(node: &Node, x: &[f64], least: f64) -> f64 {
    let mut total = 1.0;
    for i in 0..node.children.len() {
        let f = x[node.children[i].feature];
        if f > least {
            total *= some_children_boxed(&node.children[i], x, least * f) + f.exp();
        } else if f < 0.0 {
            total += (f * total).cos();
        }
    }
    let mut p = node.weight;
    for v in x {
        p = (p * v).sin() + least;
    }
    total * p
}

#[differentiate(off(stack))]
pub fn soft_max_boxed(x: &[f64]) -> f64 {
    if x.len() <= 2 {
        let mut s = 0.0;
        for v in x {
            s += v.exp();
        }
        s.ln()
    } else {
        let (left, right) = x.split_at(x.len() / 2);
        let a = soft_max_boxed(left);
        let b = soft_max_boxed(right);
        if a > b { a + (b - a).exp().ln_1p() } else { b + (a - b).exp().ln_1p() }
    }
}

#[differentiate]
pub fn caller_boxed(e: &Expr, x: &[f64], k: f64) -> f64 {
    let mut total = steps_boxed(x[0], k, 3);
    for i in 0..3 {
        total = total * eval_boxed(e, x) + halves_boxed(x, k, i);
    }
    total * total
}

fn tree() -> Expr {
    let b = Box::new;
    let x = |i| b(Expr::Var(i));
    let product = Expr::Mul(b(Expr::Add(x(0), b(Expr::Const(0.25)))), b(Expr::Sin(b(Expr::Mul(x(1), x(0))))));
    let choice = Expr::Choice(b(Expr::Sin(x(2))), b(product.clone()), b(Expr::Mul(x(2), x(2))));
    let other = Expr::Choice(x(3), b(product.clone()), b(Expr::Sin(x(0))));
    Expr::Add(b(Expr::Mul(b(choice), b(product))), b(Expr::Mul(b(other), x(1))))
}

const POINTS: [[f64; 4]; 3] = [[0.7, 1.2, 0.4, 0.9], [-0.3, 0.8, 1.4, 0.1], [1.5, -0.6, -0.2, 0.45]];

fn close(a: f64, b: f64, e: f64) {
    assert!((a - b).abs() <= e * (1.0 + a.abs()), "{a} and {b}");
}

/// The gradient against that of the boxed pullbacks, differences and the tangent.
fn compared(f: impl Fn(&[f64]) -> f64, on: (f64, Vec<f64>), off: (f64, Vec<f64>), seed: f64, x: &[f64]) {
    assert_eq!(on.0.to_bits(), f(x).to_bits());
    assert_eq!(off.0.to_bits(), f(x).to_bits());
    for i in 0..x.len() {
        close(on.1[i], off.1[i], 1e-13);
        let moved = |d: f64| {
            let mut x = x.to_vec();
            x[i] += d;
            f(&x)
        };
        close(on.1[i], seed * (moved(1e-6) - moved(-1e-6)) / 2e-6, 1e-7);
    }
}

#[test]
fn trees_of_expressions() {
    let e = tree();
    for x in POINTS {
        let (a, b) = (eval_vjp(&e, &x, -2.0), eval_boxed_vjp(&e, &x, -2.0));
        compared(|x| eval(&e, x), (a.0, a.1.1), (b.0, b.1.1), -2.0, &x);
    }
}

#[test]
fn halves_of_lists() {
    for x in POINTS {
        for k in [0.8, -0.3] {
            let (a, b) = (halves_vjp(&x, k, 1, -2.0), halves_boxed_vjp(&x, k, 1, -2.0));
            close(a.1.1, b.1.1, 1e-13);
            close(a.1.1, -2.0 * (halves(&x, k + 1e-6, 1) - halves(&x, k - 1e-6, 1)) / 2e-6, 1e-7);
            compared(|x| halves(x, k, 1), (a.0, a.1.0), (b.0, b.1.0), -2.0, &x);
        }
    }
}

#[test]
fn steps_that_depend_on_values() {
    for p in [[0.7, 1.2], [-0.4, 0.9], [1.3, -0.7]] {
        for n in 0..6 {
            let (a, b) = (steps_vjp(p[0], p[1], n, -2.0), steps_boxed_vjp(p[0], p[1], n, -2.0));
            let list = |(v, (x, k)): (f64, (f64, f64))| (v, vec![x, k]);
            compared(|p| steps(p[0], p[1], n), list(a), list(b), -2.0, &p);
        }
    }
}

#[test]
fn calls_in_loops() {
    for x in POINTS {
        let (a, b) = (children_vjp(&x, 4, -2.0), children_boxed_vjp(&x, 4, -2.0));
        compared(|x| children(x, 4), a, b, -2.0, &x);
    }
}

#[test]
fn through_callers() {
    let e = tree();
    for x in POINTS {
        let (a, b) = (caller_vjp(&e, &x, 0.7, -2.0), caller_boxed_vjp(&e, &x, 0.7, -2.0));
        close(a.1.2, b.1.2, 1e-13);
        compared(|x| caller(&e, x, 0.7), (a.0, a.1.1), (b.0, b.1.1), -2.0, &x);
        let dx = [1.0, -0.5, 0.25, 2.0];
        let (_, along) = caller_jvp(&e, &x, 0.7, (&autodiff_core::Differentiable::zero_cotangent(&e), &dx, 0.0));
        let (_, (_, gradient, _)) = caller_grad(&e, &x, 0.7);
        close(along, gradient.iter().zip(dx).map(|(g, d)| g * d).sum(), 1e-12);
    }
}

/// The constants of a tree have cotangents, too.
#[test]
fn constants_of_a_tree() {
    let e = Expr::Mul(Box::new(Expr::Const(0.5)), Box::new(Expr::Add(Box::new(Expr::Var(0)), Box::new(Expr::Const(2.0)))));
    let (_, (e_bar, x_bar)) = eval_vjp(&e, &[3.0], -2.0);
    let (_, (off_bar, _)) = eval_boxed_vjp(&e, &[3.0], -2.0);
    assert_eq!(x_bar, [-1.0]);
    assert_eq!(format!("{e_bar:?}"), format!("{off_bar:?}"));
    assert!(format!("{e_bar:?}").contains("-10.0"), "{e_bar:?}");
}

fn node() -> Node {
    let leaf = |weight, feature| Node { weight, feature, children: Vec::new() };
    let inner = |weight, feature, children| Node { weight, feature, children };
    let pair = inner(0.5, 1, vec![leaf(1.5, 0), leaf(-0.5, 2)]);
    inner(-1.0, 0, vec![pair.clone(), leaf(0.3, 3), inner(0.7, 2, vec![pair, leaf(2.0, 1)])])
}

#[test]
fn children_in_lists() {
    let n = node();
    for x in POINTS {
        let (a, b) = (score_vjp(&n, &x, -2.0), score_boxed_vjp(&n, &x, -2.0));
        assert_eq!(format!("{:?}", a.1.0), format!("{:?}", b.1.0));
        compared(|x| score(&n, x), (a.0, a.1.1), (b.0, b.1.1), -2.0, &x);
    }
}

#[test]
fn some_children_in_lists() {
    let n = node();
    for x in POINTS {
        let (a, b) = (some_children_vjp(&n, &x, 0.2, -2.0), some_children_boxed_vjp(&n, &x, 0.2, -2.0));
        close(a.1.2, b.1.2, 1e-13);
        compared(|x| some_children(&n, x, 0.2), (a.0, a.1.1), (b.0, b.1.1), -2.0, &x);
    }
}

#[test]
fn leaves_of_several_numbers() {
    for x in POINTS {
        let (a, b) = (soft_max_vjp(&x, -2.0), soft_max_boxed_vjp(&x, -2.0));
        compared(soft_max, a, b, -2.0, &x);
    }
}
