//! Formulas.

use crate::types::{Expr, Expr::*, Func, Op};
use autodiff_core::differentiate;

#[differentiate]
pub fn eval(e: &Expr, vars: &[f64]) -> f64 {
    match e {
        Num(x) => *x,
        Var(i) => vars[*i],
        Binary { op, left, right } => {
            let (a, b) = (eval(left, vars), eval(right, vars));
            match op {
                Op::Add => a + b,
                Op::Mul => a * b,
                Op::Sub => a - b,
            }
        }
        Call { name, arg } => {
            let x = eval(arg, vars);
            match name {
                Func::Sin => x.sin(),
                Func::Exp => x.exp(),
            }
        }
    }
}

#[differentiate]
pub fn formula(v: &[f64]) -> f64 {
    let e = Binary {
        op: Op::Mul,
        left: Box::new(Num(v[0])),
        right: Box::new(Call {
            name: Func::Sin,
            arg: Box::new(Binary { op: Op::Add, left: Box::new(Var(1)), right: Box::new(Num(v[1])) }),
        }),
    };
    eval(&e, v)
}

#[differentiate]
pub fn by_index(values: &[f64], index: Option<usize>) -> f64 {
    let x = index.and_then(|i| values.get(i)).copied().unwrap_or(0.5);
    x * values[0]
}
