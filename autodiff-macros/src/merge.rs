//! Branches that run forwards and, right after that, backwards.
//!
//! What enters: an adjoint. What leaves: the same, where an iteration that is reversed right after it ran tests a condition once, if
//! nothing but declarations stands between the side that was taken and its reverse:
//!
//! ```text
//! if near { let s = r.powi(3); e += s; tape.push(s); }
//! let mut r_bar = 0.0;
//! if near { let s = tape.pop(); let t = r * r; r_bar += 3.0 * t * e_bar; }
//! // becomes
//! let mut r_bar = 0.0;
//! if near { let s = r.powi(3); e += s; let t = r * r; r_bar += 3.0 * t * e_bar; }
//! ```
//!
//! What the side kept goes through no tape then, and what it computed is not computed again. A tape that is left in such an iteration, and
//! holds one entry at most, is a slot. Guarantees: the same statements run in the same order, but for declarations, which move to the front.

use rustc_hash::FxHashSet as HashSet;

use crate::cleanup::uses;
use crate::ir::{Block, Expr, Function, Stmt, TapeKind, Var, VarKind};
use crate::reverse::{targets, Adjoint};

/// Merges branches in the forward sweep, which holds parts of the reverse sweep.
pub(crate) fn merge(adjoint: &mut Adjoint) {
    let mut body = std::mem::take(&mut adjoint.function.body.stmts);
    in_list(&adjoint.function, &mut body);
    adjoint.function.body.stmts = body;
}

fn in_list(f: &Function, stmts: &mut Vec<Stmt>) {
    let mut k = 0;
    while k < stmts.len() {
        while let Some(second) = partner(f, &stmts[k..]).map(|at| k + at) {
            // The declarations in between come first.
            let Stmt::If(_, back, back_other) = stmts.remove(second) else { break };
            stmts[k..second].rotate_left(1);
            k = second - 1;
            if let Stmt::If(_, then, other) = &mut stmts[k] {
                append(then, back);
                append(other, back_other);
            }
        }
        k += 1;
    }
    stmts.iter_mut().for_each(|s| s.each_block_mut(&mut |b| in_list(f, &mut b.stmts)));
}

/// Where the reverse of the branch that is the first statement stands, if only what commutes with the branch is in between.
fn partner(f: &Function, stmts: &[Stmt]) -> Option<usize> {
    let Some(Stmt::If(Expr::Var(taken), then, other)) = stmts.first() else { return None };
    let info = &f.vars[taken.0 as usize];
    if info.kind != VarKind::Value || info.mutable {
        return None;
    }
    let at = 1 + stmts[1..].iter().position(|s| !is_declaration(s))?;
    let Stmt::If(Expr::Var(again), back, back_other) = &stmts[at] else { return None };
    let pairs = takes_back(then, back) && (back_other.stmts.is_empty() || takes_back(other, back_other))
        || back.stmts.is_empty() && takes_back(other, back_other);
    if again != taken || !pairs {
        return None;
    }
    let mut own: HashSet<Var> = targets(&stmts[0]);
    for b in [then, other] {
        b.stmts.iter().for_each(|s| s.each_definition(&mut |v| _ = own.insert(v)));
    }
    // Also lists whose shape cotangents are declared with.
    crate::analysis::each_write(f, &stmts[0], &mut |v| _ = own.insert(v));
    let commutes = |s: &Stmt| {
        let mut apart = true;
        s.each_var(&mut |v| apart &= !own.contains(&v));
        apart && !targets(s).iter().any(|v| stmts[0].mentions(*v))
    };
    stmts[1..at].iter().all(commutes).then_some(at)
}

/// Cotangents and values that are declared or bound by name.
fn is_declaration(s: &Stmt) -> bool {
    match s {
        Stmt::DeclBar(..) => true,
        Stmt::LetBar(_, e, _) => e.is_arithmetic(),
        _ => false,
    }
}

/// Whether a side of the second branch reverses that of the first one: it begins with what the first one ends with, or keeps nothing.
fn takes_back(first: &Block, second: &Block) -> bool {
    let kept = match first.stmts.last() {
        Some(Stmt::TapePush(tape, vars)) => Some((tape, vars)),
        _ => None,
    };
    let taken = match second.stmts.first() {
        Some(Stmt::TapePop(tape, vars)) => Some((tape, vars)),
        _ => None,
    };
    kept == taken && !second.stmts.is_empty()
}

/// Appends the reverse of a side to it. What both compute is computed once.
fn append(first: &mut Block, second: Block) {
    for s in second.stmts {
        match &s {
            Stmt::Let(v, _) if binds(&first.stmts, *v).is_some() => {}
            Stmt::LetPull(Some(v), ..) => match binds(&first.stmts, *v) {
                // The call is made again for its pullback.
                Some(at) if matches!(first.stmts[at], Stmt::Let(_, Expr::Call(_))) => first.stmts[at] = s,
                _ => first.stmts.push(s),
            },
            _ => first.stmts.push(s),
        }
    }
}

/// The statement of a list that binds a value.
fn binds(stmts: &[Stmt], v: Var) -> Option<usize> {
    stmts.iter().position(|s| matches!(s, Stmt::Let(w, _) | Stmt::LetPull(Some(w), ..) if *w == v))
}

/// Tapes of which an iteration takes back the one entry that it wrote are slots.
pub(crate) fn slots(adjoint: &mut Adjoint) {
    let mut found: HashSet<Var> = HashSet::default();
    once(&adjoint.function.body.stmts, &mut found);
    found.retain(|t| uses(&adjoint.function.body.stmts, *t) + uses(&adjoint.reverse, *t) == 2);
    for s in &mut adjoint.function.body.stmts {
        match s {
            Stmt::TapeDecl(t, kind @ (TapeKind::Stack | TapeKind::Few(_))) if found.contains(t) => *kind = TapeKind::Slot,
            _ => {}
        }
    }
}

/// Tapes that a loop's body, or branches in it, push to and behind that pop from, outside of loops in it.
fn once(stmts: &[Stmt], found: &mut HashSet<Var>) {
    for s in stmts {
        let is_loop = matches!(s, Stmt::For(_) | Stmt::ForEach(_) | Stmt::While(_));
        s.each_block(&mut |b| {
            if is_loop {
                let (mut pushed, mut popped) = (HashSet::default(), HashSet::default());
                in_iteration(&b.stmts, &mut pushed, &mut popped);
                found.extend(pushed.intersection(&popped));
            }
            once(&b.stmts, found);
        });
    }
}

/// The tapes that an iteration pushes to and, later, pops from, outside of loops in it.
fn in_iteration(stmts: &[Stmt], pushed: &mut HashSet<Var>, popped: &mut HashSet<Var>) {
    for s in stmts {
        match s {
            Stmt::TapePush(t, _) => _ = pushed.insert(*t),
            Stmt::TapePop(t, _) if pushed.contains(t) => _ = popped.insert(*t),
            Stmt::For(_) | Stmt::ForEach(_) | Stmt::While(_) | Stmt::Segments(_) => {}
            _ => s.each_block(&mut |b| in_iteration(&b.stmts, pushed, popped)),
        }
    }
}
