//! Infinite partials of values that a branch, `max`, `min` or `clamp` leaves unused.
//!
//! What enters: an adjoint. What leaves: the same, where a cotangent that only some branches or such functions add to adds nothing if none of
//! them did:
//!
//! ```text
//! // let r = x.sqrt(); if x > 0.0 { r } else { 0.0 }
//! let mut r_bar = 0.0;
//! if took_0 { r_bar += seed; }
//! let x_bar = sqrt::pullback(r, r, r_bar);
//! // becomes
//! let x_bar = rt::unless_zero(r_bar, sqrt::pullback(r, r, r_bar));
//! ```
//!
//! A call that such a cotangent is handed to is left out where it is zero, since what the callee computes with zero is not known.
//!
//! Guarantees: what is left out is zero times something; of finite partials nothing changes but the sign of zeros. Forward mode and dual
//! numbers do the same. A cotangent that is not a branch's stays as it is: singular points are not hidden.

use rustc_hash::FxHashSet as HashSet;

use crate::guard::is_zero;
use crate::ir::{BinOp, Block, Expr, Function, Place, PullBar, Region, Stmt, Var};
use crate::reverse::Adjoint;
use crate::types::{Float, Ty};

/// Shields what branches decide, in both sweeps: the forward sweep may hold parts of the reverse sweep.
pub(crate) fn shield(adjoint: &mut Adjoint) {
    let mut unbounded = HashSet::default();
    find_unbounded(&adjoint.function.body.stmts, &mut unbounded);
    let mut body = std::mem::take(&mut adjoint.function.body.stmts);
    let mut pass = Shield { f: &mut adjoint.function, region: Region(0), unbounded };
    pass.stmts(&mut body, &mut HashSet::default());
    let mut chosen = HashSet::default();
    pass.stmts(&mut adjoint.reverse, &mut chosen);
    for sum in adjoint.sums.values_mut() {
        pass.expr(sum, &chosen);
    }
    adjoint.function.body.stmts = body;
}

/// Values of the primal that finite inputs may make infinite.
fn find_unbounded(stmts: &[Stmt], found: &mut HashSet<Var>) {
    for s in stmts {
        if let Stmt::Let(v, e) | Stmt::Decl(v, Some(e)) = s {
            if may_be_infinite(e, found) {
                found.insert(*v);
            }
        }
        if let Stmt::Assign(Place { root, .. }, e) | Stmt::Update(Place { root, .. }, _, e, _) = s {
            if may_be_infinite(e, found) {
                found.insert(*root);
            }
        }
        s.each_block(&mut |b| find_unbounded(&b.stmts, found));
    }
}

fn may_be_infinite(e: &Expr, unbounded: &HashSet<Var>) -> bool {
    let mut found = match e {
        Expr::Bin(BinOp::Div, _, r, _) if !matches!(**r, Expr::Const(_)) => true,
        Expr::Rule(name, _) | Expr::Pullback(name, ..) => !is_bounded(&name.to_string()),
        _ => false,
    };
    match e {
        Expr::Bin(_, l, r, _) => found |= may_be_infinite(l, unbounded) || may_be_infinite(r, unbounded),
        Expr::Neg(e) => found |= may_be_infinite(e, unbounded),
        _ => e.each_operand(&mut |v| found |= unbounded.contains(&v)),
    }
    found
}

/// Functions whose value and slope are finite wherever their arguments are.
fn is_bounded(rule: &str) -> bool {
    ["sin", "cos", "tanh", "atan", "abs", "max", "min", "clamp", "floor", "ceil", "round", "trunc", "signum", "mul_add"].contains(&rule)
}

struct Shield<'f> {
    f: &'f mut Function,
    /// That of the statements that are gone through.
    region: Region,
    unbounded: HashSet<Var>,
}

impl Shield<'_> {
    /// Goes through statements with the cotangents that are zero so far unless a branch has added to them.
    fn stmts(&mut self, stmts: &mut [Stmt], chosen: &mut HashSet<Var>) {
        for s in stmts {
            let wanted = match &*s {
                Stmt::CallPull(c) if c.bars.iter().all(|b| matches!(b, PullBar::Add(_) | PullBar::Nothing)) => self.factor(&c.seed, chosen),
                _ => None,
            };
            match s {
                Stmt::LetBar(v, e, _) | Stmt::DeclBar(v, e) => {
                    self.expr(e, chosen);
                    let number = matches!(self.f.vars[v.0 as usize].ty, Ty::Float(Float::F64 | Float::F32 | Float::Generic(_)));
                    if number && (is_zero(e) || self.may_vanish(e, chosen)) {
                        chosen.insert(*v);
                    }
                }
                // The cotangent of what is overwritten.
                Stmt::Let(v, e) if self.factor(e, chosen).is_some() => {
                    chosen.insert(*v);
                }
                Stmt::Accumulate(p, e) => {
                    self.expr(e, chosen);
                    if p.path.is_empty() && !self.may_vanish(e, chosen) {
                        chosen.remove(&p.root);
                    }
                }
                // Whatever else is written is not followed.
                Stmt::Assign(p, e) if !is_zero(e) => {
                    chosen.remove(&p.root);
                }
                Stmt::If(..) | Stmt::Match(..) => {
                    let mut sides = Vec::new();
                    s.each_block_mut(&mut |b| {
                        let mut side = chosen.clone();
                        self.block(b, &mut side);
                        sides.push(side);
                    });
                    // What every side adds to is used whichever side was taken.
                    chosen.retain(|v| sides.iter().any(|side| side.contains(v)));
                    // What a branch overwrites has had nothing to add to.
                    s.each_block(&mut |b| taken_away(&b.stmts, chosen));
                }
                Stmt::CallPull(_) => crate::reverse::targets(s).iter().for_each(|v| {
                    chosen.remove(v);
                }),
                _ => s.each_block_mut(&mut |b| self.block(b, chosen)),
            }
            if let Some(cotangents) = wanted {
                let (call, nothing) = (self.f.block_in(self.region, vec![s.clone()]), self.f.block_in(self.region, Vec::new()));
                *s = Stmt::If(Expr::Runtime(ANY_COUNTS, vec![Expr::Array(cotangents)]), call, nothing);
            }
        }
    }

    fn block(&mut self, b: &mut Block, chosen: &mut HashSet<Var>) {
        let around = std::mem::replace(&mut self.region, b.region);
        self.stmts(&mut b.stmts, chosen);
        self.region = around;
    }

    /// Whether a contribution is nothing where something else was chosen.
    fn may_vanish(&self, e: &Expr, chosen: &HashSet<Var>) -> bool {
        match e {
            Expr::Bin(BinOp::Add | BinOp::Sub, l, r, _) => self.may_vanish(l, chosen) && self.may_vanish(r, chosen),
            e => self.factor(e, chosen).is_some(),
        }
    }

    fn factor(&self, e: &Expr, chosen: &HashSet<Var>) -> Option<Vec<Expr>> {
        factor(e, chosen, &self.unbounded)
    }

    /// The terms of a sum, each by itself.
    fn expr(&self, e: &mut Expr, chosen: &HashSet<Var>) {
        if let Expr::Bin(BinOp::Add | BinOp::Sub, l, r, _) = e {
            self.expr(l, chosen);
            self.expr(r, chosen);
            return;
        }
        if let (true, Expr::Pullback(_, _, args)) = (is_of_choice(e), &mut *e) {
            // It hands on what it is given, whatever that is.
            if let Some(seed) = args.last_mut() {
                self.expr(seed, chosen);
            }
            return;
        }
        let infinite = may_be_infinite(e, &self.unbounded);
        let cotangents = self.factor(e, chosen).filter(|_| infinite);
        if let Expr::Pullback(_, _, args) = &mut *e {
            // Of a sum, one term may be wanted and another one not.
            if let Some(seed @ Expr::Bin(BinOp::Add | BinOp::Sub, ..)) = args.last_mut() {
                self.expr(seed, chosen);
            }
        }
        match cotangents.as_deref() {
            None => {}
            Some([cotangent]) => *e = Expr::Runtime(UNLESS_ZERO, vec![cotangent.clone(), e.clone()]),
            Some(several) => *e = Expr::Runtime(UNLESS_ZEROS, vec![Expr::Array(several.to_vec()), e.clone()]),
        }
    }
}

/// What a function that chooses one of its arguments hands on to one of them.
fn is_of_choice(e: &Expr) -> bool {
    matches!(e, Expr::Pullback(name, ..) if name == "max" || name == "min" || name == "clamp")
}

/// The numbers whose cotangents statements end.
fn taken_away(stmts: &[Stmt], found: &mut HashSet<Var>) {
    for s in stmts {
        match s {
            Stmt::Assign(p, e) if is_zero(e) && p.path.is_empty() => {
                found.insert(p.root);
            }
            _ => s.each_block(&mut |b| taken_away(&b.stmts, found)),
        }
    }
}

/// Whether any of several cotangents has something to add, in the run-time library.
const ANY_COUNTS: &str = "rt::any_counts";

const UNLESS_ZERO: &str = "rt::unless_zero";
const UNLESS_ZEROS: &str = "rt::unless_zeros";

/// The numbers of the same type with which a number is zero: cotangents that may be.
fn factor(e: &Expr, chosen: &HashSet<Var>, unbounded: &HashSet<Var>) -> Option<Vec<Expr>> {
    let of = |e: &Expr| factor(e, chosen, unbounded);
    match e {
        Expr::Var(v) | Expr::Read(Place { root: v, .. }) => (chosen.contains(v) && is_whole(e)).then(|| vec![Expr::Var(*v)]),
        Expr::Neg(x) => of(x),
        Expr::Bin(BinOp::Mul, l, r, _) => of(l).or_else(|| of(r)),
        Expr::Bin(BinOp::Div, l, _, _) => of(l),
        Expr::Bin(BinOp::Add | BinOp::Sub, l, r, _) => match (&of(l)?[..], &of(r)?[..]) {
            ([Expr::Var(l)], [Expr::Var(r)]) if l == r => Some(vec![Expr::Var(*l)]),
            // The sum itself, which may be zero for another reason: then it contributes nothing as well.
            _ if !may_be_infinite(e, unbounded) => Some(vec![e.clone()]),
            (l, r) => Some([l, r].concat()),
        },
        // The cotangent of the result comes last. Where something else is chosen, it is zero itself.
        Expr::Pullback(_, _, args) => of(args.last()?).or_else(|| is_of_choice(e).then(|| vec![e.clone()])),
        Expr::Runtime(UNLESS_ZERO, args) => of(&args[0]),
        Expr::Runtime(UNLESS_ZEROS, args) => match &args[0] {
            Expr::Array(cotangents) => Some(cotangents.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn is_whole(e: &Expr) -> bool {
    !matches!(e, Expr::Read(p) if !p.path.is_empty())
}
