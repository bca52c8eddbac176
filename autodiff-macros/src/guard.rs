//! Parts of the reverse sweep that have nothing to do.
//!
//! What enters: an adjoint. What leaves: the same, where loops and calls that only hand on a cotangent which a branch gives, are done only
//! if that branch was taken:
//!
//! ```text
//! let mut distance_bar = 0.0;
//! if took_0 { distance_bar += nearest_bar; nearest_bar = 0.0; }
//! for j in 0..d { c_bar[j] += distance_bar * c[j]; }
//! // becomes
//! let mut distance_bar = 0.0;
//! if took_0 { ..; for j in 0..d { c_bar[j] += distance_bar * c[j]; } }
//! ```
//!
//! In loops, so are numbers that are bound and added right behind the branch, if one of them is divided by something or a function's partial.
//!
//! `max` and `min` are branches, too: where the share of one side is zero, calls, loops and dear partials that only hand it on are left out
//! (`spare`):
//!
//! ```text
//! pull(&shape, min::pullback_1(d, e, d, d_bar), Some(&mut shape_bar));
//! // becomes
//! let e_bar = min::pullback_1(d, e, d, d_bar);
//! if counts(e_bar) { pull(&shape, e_bar, Some(&mut shape_bar)); }
//! ```
//!
//! Guarantees: what is left out would have added zeros. Where a partial is infinite, it would have added `0 * inf`: a side that was not
//! taken cannot poison the gradient here either.

use rustc_hash::FxHashSet as HashSet;

use crate::ir::{Expr, Function, Place, PullBar, Region, Stmt, Var, VarInfo, VarKind};
use crate::names::Namer;
use crate::reverse::{targets, Adjoint};
use crate::types::{Float, Ty};

/// Guards what depends on branches, in both sweeps: the forward sweep may hold parts of the reverse sweep.
pub(crate) fn guard(adjoint: &mut Adjoint, names: &mut Namer, spare: bool) {
    let mut body = std::mem::take(&mut adjoint.function.body.stmts);
    let mut reverse = std::mem::take(&mut adjoint.reverse);
    let mut pass = Guard { f: &mut adjoint.function, names, spare };
    pass.stmts(&mut body, Region(0));
    pass.stmts(&mut reverse, Region(0));
    adjoint.function.body.stmts = body;
    adjoint.reverse = reverse;
}

struct Guard<'f> {
    f: &'f mut Function,
    names: &'f mut Namer,
    /// Whether the shares of `max` and `min` are looked at.
    spare: bool,
}

/// The side of a branch; or whether the number is a share that is not zero.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Then,
    Else,
    Share,
}

/// A branch of the list at hand, and the cotangents that are zero behind it unless a side of it was taken.
struct Branch {
    taken: Var,
    side: Side,
    zeros: HashSet<Var>,
}

impl Guard<'_> {
    fn stmts(&mut self, stmts: &mut Vec<Stmt>, region: Region) {
        // Cotangents that are zero here, whichever way the code took.
        let mut fresh: HashSet<Var> = HashSet::default();
        let mut branches: Vec<Branch> = Vec::new();
        let mut out: Vec<Stmt> = Vec::with_capacity(stmts.len());
        for mut s in std::mem::take(stmts) {
            s.each_block_mut(&mut |b| {
                let region = b.region;
                self.stmts(&mut b.stmts, region);
            });
            let share = self.share(&mut s, region, &mut out);
            let share = share.map(|v| Branch { taken: v, side: Side::Share, zeros: std::iter::once(v).collect() });
            let bound = matches!(s, Stmt::LetBar(..));
            // What is handed to a call was bound in front of it.
            let bound = share.and_then(|b| {
                if bound {
                    Some(b)
                } else {
                    branches.push(b);
                    None
                }
            });
            let written = targets(&s);
            let spares = |b: &Branch| is_work(&s) || b.side == Side::Share && is_dear(&s);
            if let Some(k) = branches.iter().position(|b| spares(b) && vanishes(&s, &mut b.zeros.clone())) {
                let (taken, side) = (branches[k].taken, branches[k].side);
                for (j, b) in branches.iter_mut().enumerate() {
                    if j == k {
                        b.zeros.extend(fresh.intersection(&written));
                    } else {
                        b.zeros.retain(|v| !written.contains(v));
                    }
                }
                fresh.retain(|v| !written.contains(v));
                match out.last_mut() {
                    Some(Stmt::If(Expr::Var(last), then, _)) if *last == taken && side == Side::Then => then.stmts.push(s),
                    Some(Stmt::If(Expr::Var(last), _, other)) if *last == taken && side == Side::Else => other.stmts.push(s),
                    Some(Stmt::If(Expr::Runtime(COUNTS, of), then, _))
                        if side == Side::Share && matches!(of[..], [Expr::Var(v)] if v == taken) =>
                    {
                        then.stmts.push(s);
                    }
                    _ => out.push(self.guarded(taken, side, s, region)),
                }
                continue;
            }
            if let Stmt::If(Expr::Var(taken), then, other) = &s {
                if self.is_fixed(*taken) {
                    let (by_then, by_other) = (all_targets(&then.stmts), all_targets(&other.stmts));
                    for (side, own, opposite) in [(Side::Then, &by_then, &by_other), (Side::Else, &by_other, &by_then)] {
                        let zeros: HashSet<Var> = fresh.iter().copied().filter(|v| own.contains(v) && !opposite.contains(v)).collect();
                        match branches.iter_mut().find(|b| b.taken == *taken && b.side == side) {
                            // What the side adds to once more stays zero without it.
                            Some(b) => {
                                b.zeros.retain(|v| !opposite.contains(v));
                                b.zeros.extend(zeros);
                            }
                            None if !zeros.is_empty() => branches.push(Branch { taken: *taken, side, zeros }),
                            None => {}
                        }
                        for b in branches.iter_mut().filter(|b| b.taken != *taken) {
                            b.zeros.retain(|v| !own.contains(v));
                        }
                    }
                    fresh.retain(|v| !written.contains(v));
                    out.push(s);
                    continue;
                }
            }
            for b in &mut branches {
                // What is bound to something that is zero is zero as well.
                let mut zeros = b.zeros.clone();
                if vanishes(&s, &mut zeros) {
                    zeros.extend(fresh.intersection(&written));
                    b.zeros = zeros;
                } else {
                    b.zeros.retain(|v| !written.contains(v));
                }
            }
            fresh.retain(|v| !written.contains(v));
            if let Stmt::DeclBar(v, e) = &s {
                if is_zero(e) {
                    fresh.insert(*v);
                }
            }
            branches.extend(bound);
            out.push(s);
        }
        *stmts = self.with_tails(out, region);
    }

    /// In loops, numbers that are bound and added right behind a branch move into it, if they are dear and zero unless that was taken.
    fn with_tails(&mut self, mut stmts: Vec<Stmt>, region: Region) -> Vec<Stmt> {
        if !self.f.is_in_loop(region) {
            return stmts;
        }
        let mut fresh: HashSet<Var> = HashSet::default();
        let mut k = 0;
        while k < stmts.len() {
            if let Stmt::If(Expr::Var(taken), then, other) = &stmts[k] {
                let (by_then, by_other) = (all_targets(&then.stmts), all_targets(&other.stmts));
                let zeros = |own: &HashSet<Var>, opposite: &HashSet<Var>| -> HashSet<Var> {
                    fresh.iter().copied().filter(|v| own.contains(v) && !opposite.contains(v)).collect()
                };
                let sides = [(true, zeros(&by_then, &by_other)), (false, zeros(&by_other, &by_then))];
                let fixed = self.is_fixed(*taken);
                let tail = sides.into_iter().find_map(|(then, zeros)| Some((then, tail(&stmts[k + 1..], zeros).filter(|_| fixed)?)));
                if let Some((then, n)) = tail {
                    let moved: Vec<Stmt> = stmts.drain(k + 1..k + 1 + n).collect();
                    if let Stmt::If(_, a, b) = &mut stmts[k] {
                        let block = if then { a } else { b };
                        for s in &moved {
                            if let Stmt::LetBar(v, ..) = s {
                                self.f.vars[v.0 as usize].region = block.region;
                            }
                        }
                        block.stmts.extend(moved);
                    }
                }
            }
            let written = targets(&stmts[k]);
            fresh.retain(|v| !written.contains(v));
            if let Stmt::DeclBar(v, e) = &stmts[k] {
                if is_zero(e) {
                    fresh.insert(*v);
                }
            }
            k += 1;
        }
        stmts
    }

    /// Whether a condition has the same value wherever it is read.
    fn is_fixed(&self, v: Var) -> bool {
        let info = &self.f.vars[v.0 as usize];
        info.kind == VarKind::Value && !info.mutable
    }

    fn guarded(&mut self, taken: Var, side: Side, s: Stmt, region: Region) -> Stmt {
        let (work, nothing) = (self.f.block_in(region, vec![s]), self.f.block_in(region, Vec::new()));
        match side {
            Side::Then => Stmt::If(Expr::Var(taken), work, nothing),
            Side::Else => Stmt::If(Expr::Var(taken), nothing, work),
            Side::Share => Stmt::If(Expr::Runtime(COUNTS, vec![Expr::Var(taken)]), work, nothing),
        }
    }

    /// A share that the statement binds; that which a call is handed is bound in front of it.
    fn share(&mut self, s: &mut Stmt, region: Region, out: &mut Vec<Stmt>) -> Option<Var> {
        if !self.spare {
            return None;
        }
        match s {
            Stmt::LetBar(v, e, _) if is_share(e) => Some(*v),
            Stmt::CallPull(c) if is_share(&c.seed) => {
                let share =
                    self.f.add(VarInfo::owned(self.names.numbered("part_bar_"), Ty::Float(Float::Inferred), VarKind::Cotangent, region));
                out.push(Stmt::LetBar(share, std::mem::replace(&mut c.seed, Expr::Var(share)), None));
                Some(share)
            }
            _ => None,
        }
    }
}

/// How many of these statements bind and add numbers that are zero if these cotangents are, and that nobody reads behind them; nothing if none of that is dear.
fn tail(stmts: &[Stmt], mut zeros: HashSet<Var>) -> Option<usize> {
    if zeros.is_empty() {
        return None;
    }
    let plain = |s: &&Stmt| matches!(s, Stmt::LetBar(..) | Stmt::Accumulate(..));
    let mut n = stmts.iter().take_while(plain).take_while(|s| vanishes(s, &mut zeros)).count();
    while n > 0 {
        let own: Vec<Var> = stmts[..n].iter().filter_map(|s| if let Stmt::LetBar(v, ..) = s { Some(*v) } else { None }).collect();
        let Some(read) = own.into_iter().find(|v| stmts[n..].iter().any(|s| s.mentions(*v))) else { break };
        n = stmts[..n].iter().position(|s| matches!(s, Stmt::LetBar(v, ..) if *v == read)).unwrap_or(0);
    }
    let dear = |s: &Stmt| match s {
        Stmt::LetBar(_, e, _) | Stmt::Accumulate(_, e) => divides(e),
        _ => false,
    };
    stmts[..n].iter().any(dear).then_some(n)
}

/// Whether an expression divides, or calls a function.
fn divides(e: &Expr) -> bool {
    match e {
        Expr::Bin(op, l, r, _) => *op == crate::ir::BinOp::Div || divides(l) || divides(r),
        Expr::Pullback(name, _, args) => !CHEAP.iter().any(|n| name == n) || args.iter().any(divides),
        Expr::Neg(x) | Expr::Cast(x, _) => divides(x),
        Expr::Rule(..) => true,
        _ => false,
    }
}

/// Rules whose partials are products and selections.
const CHEAP: &[&str] = &["exp", "tanh", "abs", "max", "min", "clamp", "mul_add", "floor", "ceil", "round", "trunc", "fract", "signum"];

/// Whether leaving a statement out spares more than a test costs.
fn is_work(s: &Stmt) -> bool {
    match s {
        // Loops of the forward sweep stay, if only for what they may panic at.
        Stmt::For(l) => l.body.stmts.iter().any(adds),
        Stmt::CallPull(_) => true,
        _ => false,
    }
}

/// Whether a number counts, in the run-time library.
const COUNTS: &str = "rt::counts";

/// Whether an expression is what `max` or `min` hands to one side.
fn is_share(e: &Expr) -> bool {
    match e {
        Expr::Pullback(name, ..) => name == "max" || name == "min",
        Expr::Neg(e) => is_share(e),
        _ => false,
    }
}

/// Whether a statement adds something whose partial is another call of a function.
fn is_dear(s: &Stmt) -> bool {
    fn calls(e: &Expr) -> bool {
        match e {
            Expr::Pullback(name, _, args) if name == "powi" => !matches!(args.get(1), Some(Expr::Const(_))) || args.iter().any(calls),
            Expr::Pullback(name, _, args) => ["powf", "sin", "cos", "sinh", "cosh"].iter().any(|n| name == n) || args.iter().any(calls),
            Expr::Neg(x) => calls(x),
            Expr::Bin(_, l, r, _) => calls(l) || calls(r),
            _ => false,
        }
    }
    matches!(s, Stmt::Accumulate(_, e) if calls(e))
}

/// Whether a statement adds to cotangents.
fn adds(s: &Stmt) -> bool {
    let mut found = matches!(s, Stmt::Accumulate(..) | Stmt::CallPull(_));
    s.each_block(&mut |b| found |= b.stmts.iter().any(adds));
    found
}

/// Whether a statement does nothing but add zeros, if these cotangents are zero; what it binds to zero joins them.
pub(crate) fn vanishes(s: &Stmt, zeros: &mut HashSet<Var>) -> bool {
    match s {
        Stmt::LetBar(v, e, _) | Stmt::DeclBar(v, e) => {
            let zero = is_zero(e) || is_zero_with(e, zeros);
            if zero {
                zeros.insert(*v);
            }
            zero
        }
        Stmt::Accumulate(_, e) => is_zero_with(e, zeros),
        // Zero already.
        Stmt::Assign(p, e) => is_zero(e) && zeros.contains(&p.root),
        // Values that the statements around read, computed again.
        Stmt::Let(_, e) => !does_more(e),
        Stmt::For(l) => l.exit.is_none() && l.body.stmts.iter().all(|s| vanishes(s, zeros)),
        Stmt::If(_, a, b) => a.stmts.iter().chain(&b.stmts).all(|s| vanishes(s, zeros)),
        Stmt::CallPull(c) => is_zero_with(&c.seed, zeros) && c.bars.iter().all(|b| matches!(b, PullBar::Add(_) | PullBar::Nothing)),
        _ => false,
    }
}

/// Whether an expression may do more than compute: call something, or change what it mentions.
fn does_more(e: &Expr) -> bool {
    let mut more = matches!(e, Expr::Call(_) | Expr::Container(..) | Expr::RefMut(_));
    e.each_part(&mut |part| more |= does_more(part));
    more
}

/// Whether an expression is a zero as it is written.
pub(crate) fn is_zero(e: &Expr) -> bool {
    match e {
        Expr::Const(t) => matches!(t.to_string().as_str(), "0.0" | "0." | "0.0f64" | "0.0f32") || t.to_string().ends_with(":: __ZERO"),
        Expr::Repeat(x, _) => is_zero(x),
        Expr::Tuple(items) | Expr::Array(items) => items.iter().all(is_zero),
        _ => false,
    }
}

/// Whether an expression is zero if these cotangents are.
fn is_zero_with(e: &Expr, zeros: &HashSet<Var>) -> bool {
    match e {
        Expr::Var(v) => zeros.contains(v),
        Expr::Read(Place { root, .. }) => zeros.contains(root),
        Expr::Neg(x) | Expr::Cast(x, _) | Expr::Clone(x) => is_zero_with(x, zeros),
        Expr::Bin(crate::ir::BinOp::Mul, l, r, _) => is_zero_with(l, zeros) || is_zero_with(r, zeros),
        Expr::Bin(crate::ir::BinOp::Div, l, _, _) => is_zero_with(l, zeros),
        Expr::Bin(crate::ir::BinOp::Add | crate::ir::BinOp::Sub, l, r, _) => is_zero_with(l, zeros) && is_zero_with(r, zeros),
        // The cotangent of the result comes last.
        Expr::Pullback(_, _, args) => args.last().is_some_and(|y_bar| is_zero_with(y_bar, zeros)),
        _ => false,
    }
}

fn all_targets(stmts: &[Stmt]) -> HashSet<Var> {
    stmts.iter().flat_map(targets).collect()
}
