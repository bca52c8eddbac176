//! Types that hold themselves, behind `Box`, `Option<Box<_>>` and `Vec`.

#![allow(clippy::all)] // how functions are written is what these tests vary

use autodiff_core::{Differentiable, differentiate};

#[macro_use]
mod common;

#[derive(Differentiable, Clone, Debug)]
pub enum Expr {
    Const(f64),
    Var(usize),
    Neg(Box<Expr>),
    Add(Box<Expr>, Box<Expr>),
    Mul(Box<Expr>, Box<Expr>),
    Pow { base: Box<Expr>, exponent: i32 },
    Sum(Vec<Expr>),
    Call(fn_names::Name, Box<Expr>),
}

/// A type without a derivative, in a module.
pub mod fn_names {
    #[derive(Clone, Copy, Debug, PartialEq, autodiff_core::Differentiable)]
    pub enum Name {
        Sin,
        Exp,
    }
}

#[differentiate]
fn eval(e: &Expr, v: &[f64]) -> f64 {
    match e {
        Expr::Const(c) => *c,
        Expr::Var(i) => v[*i],
        Expr::Neg(a) => -eval(a, v),
        Expr::Add(a, b) => eval(a, v) + eval(b, v),
        Expr::Mul(a, b) => eval(a, v) * eval(b, v),
        Expr::Pow { base, exponent } => eval(base, v).powi(*exponent),
        Expr::Sum(items) => {
            let mut s = 0.0;
            for item in items {
                s += eval(item, v);
            }
            s
        }
        Expr::Call(name, a) => match name {
            fn_names::Name::Sin => eval(a, v).sin(),
            fn_names::Name::Exp => eval(a, v).exp(),
        },
    }
}

#[differentiate]
impl Expr {
    fn value(&self, v: &[f64]) -> f64 {
        match self {
            Expr::Const(c) => *c,
            Expr::Var(i) => v[*i],
            Expr::Neg(a) => -a.value(v),
            Expr::Add(a, b) => a.value(v) + b.value(v),
            Expr::Mul(a, b) => Self::value(a, v) * Expr::value(b, v),
            Expr::Pow { base, exponent } => base.value(v).powi(*exponent),
            Expr::Sum(items) => items.iter().map(|item| item.value(v)).sum(),
            Expr::Call(name, a) if *name == fn_names::Name::Sin => a.value(v).sin(),
            Expr::Call(_, a) => a.value(v).exp(),
        }
    }
}

fn tree(c: f64) -> Expr {
    let var = |i| Box::new(Expr::Var(i));
    let inner = Expr::Add(Box::new(Expr::Const(c)), Box::new(Expr::Neg(var(2))));
    let product = Expr::Mul(var(0), Box::new(inner));
    let power = Expr::Pow { base: Box::new(product.clone()), exponent: 2 };
    Expr::Sum(vec![
        product,
        Expr::Call(fn_names::Name::Sin, Box::new(power)),
        Expr::Call(fn_names::Name::Exp, Box::new(Expr::Mul(var(1), var(1)))),
    ])
}

/// Built inside, with a constant that depends on the input.
#[differentiate]
fn built(v: &[f64]) -> f64 {
    let var = Expr::Mul(Box::new(Expr::Var(0)), Box::new(Expr::Const(v[1] * v[2])));
    let e = Expr::Add(Box::new(var.clone()), Box::new(Expr::Mul(Box::new(var), Box::new(Expr::Const(v[0])))));
    eval(&e, v) * e.value(v)
}

#[differentiate]
fn with_method(e: &Expr, v: &[f64]) -> f64 {
    e.value(v)
}

#[derive(Differentiable, Clone, Debug)]
pub struct Node {
    weight: f64,
    left: Option<Box<Node>>,
    right: Option<Box<Node>>,
    others: Vec<Node>,
}

#[differentiate]
fn total(n: &Node, depth: f64) -> f64 {
    let mut s = n.weight * depth;
    if let Some(l) = &n.left {
        s += total(l, depth * 0.5);
    }
    match &n.right {
        Some(r) if r.weight > 0.0 => s *= total(r, depth * 0.25),
        Some(r) => s -= total(r, depth),
        None => {}
    }
    for k in &n.others {
        s += total(k, depth) * n.weight;
    }
    s
}

#[differentiate]
fn grown(v: &[f64]) -> f64 {
    let leaf = Node { weight: v[0], left: None, right: None, others: vec![] };
    let low = Node { weight: -v[1] * v[1], left: Some(Box::new(leaf.clone())), right: None, others: vec![] };
    let n = Node { weight: v[1], left: Some(Box::new(low.clone())), right: Some(Box::new(leaf.clone())), others: vec![leaf, low] };
    total(&n, v[2])
}

#[derive(Differentiable, Clone, Debug)]
pub enum List {
    End,
    Item(f64, Box<List>),
}

/// Along the list, without recursion; the lists are recursive.
#[differentiate]
fn product(list: &List, k: f64) -> f64 {
    match list {
        List::End => k,
        List::Item(x, rest) => x * product(rest, k * x),
    }
}

#[differentiate]
fn listed(v: &[f64]) -> f64 {
    let mut list = List::End;
    for x in v {
        list = List::Item(x * x, Box::new(list));
    }
    product(&list, v[0])
}

mod checks {
    checked! {
        built built_grad built_vjp built_jvp at [1.3, 0.7, -0.4], [-0.3, 1.7, 0.4];
        grown grown_grad grown_vjp grown_jvp at [1.3, 0.7, -0.4], [-0.3, 1.7, 0.4];
        listed listed_grad listed_vjp listed_jvp at [1.3, 0.7, -0.4, 0.9];
    }
}

#[test]
fn given_trees() {
    let at = [1.3, 0.7, -0.4];
    for (f, grad) in [
        (eval as fn(&Expr, &[f64]) -> f64, eval_grad as fn(&Expr, &[f64]) -> (f64, (ExprCotangent, Vec<f64>))),
        (with_method, with_method_grad),
    ] {
        let e = tree(0.8);
        let (value, (_, v_bar)) = grad(&e, &at);
        common::assert_same_bits("tree", value, f(&e, &at));
        common::assert_close("tree", &v_bar, &common::numeric_gradient(|v| f(&e, v), &at), 1e-6);
        // The constant inside: the same number twice.
        let by_constant = common::numeric_gradient(|c| f(&tree(c[0]), &at), &[0.8]);
        let mut numbers = Vec::new();
        let (_, (mut e_bar, _)) = grad(&e, &at);
        autodiff_core::Cotangent::map_numbers(&mut e_bar, &mut |x| {
            numbers.push(x);
            x
        });
        common::assert_close("constants", &[numbers.iter().sum()], &by_constant, 1e-6);
    }
}
