//! Choices of a loop of which only the last one counts.
//!
//! What enters: an adjoint. What leaves: the same, where a loop's reverse does nothing but reverse a branch that overwrites what the loop
//! carries along, as in the search for the nearest of some points. Whatever was chosen before the last choice was overwritten by it: its
//! cotangent is zero. So the number of the last iteration that took the branch is kept, instead of a flag for each, and that one is reversed:
//!
//! ```text
//! for i in 0..n { let took = d[i] < least; if took { least = d[i]; } tape.push(took); }
//! for i in (0..n).rev() { let took = tape.pop(); if took { let b = least_bar; least_bar = 0.0; d_bar[i] += b; } }
//! // becomes
//! let mut last = None;
//! for i in 0..n { let took = d[i] < least; if took { least = d[i]; } if took { last = Some(i); } }
//! tape.push(last);
//! let last = tape.pop();
//! for i in chosen(last) { let b = least_bar; least_bar = 0.0; d_bar[i] += b; }
//! ```
//!
//! Guarantees: what is left out would have added zeros.

use rustc_hash::FxHashSet as HashSet;

use quote::quote;

use crate::ir::{Block, Expr, ForEach, ForLoop, Function, Place, Region, Stmt, Var, VarInfo, VarKind};
use crate::names::Namer;
use crate::reverse::Adjoint;
use crate::types::Ty;

/// Keeps the last choice of each such loop.
pub(crate) fn last(adjoint: &mut Adjoint, names: &mut Namer) {
    let mut found = Vec::new();
    for stmts in [&adjoint.function.body.stmts, &adjoint.reverse] {
        choices(stmts, adjoint.primal, &mut found);
    }
    for (tape, counter) in found {
        let uses = count(&adjoint.function.body.stmts, tape) + count(&adjoint.reverse, tape);
        let kept = pushes(&adjoint.function.body.stmts, tape, counter);
        if uses != 2 || !kept {
            continue;
        }
        let mut pass = Pass { f: &mut adjoint.function, names, tape, counter, last: None };
        let mut body = std::mem::take(&mut pass.f.body.stmts);
        pass.stmts(&mut body, Region(0));
        pass.stmts(&mut adjoint.reverse, Region(0));
        pass.f.body.stmts = body;
    }
}

/// The tapes of loops whose reverse is a choice, and the loops' counters. The first so many variables are those of the primal.
fn choices(stmts: &[Stmt], primal: usize, found: &mut Vec<(Var, Var)>) {
    for s in stmts {
        if let Stmt::For(l) = s {
            if let Some(tape) = chosen(l, primal) {
                found.push((tape, l.var));
            }
        }
        s.each_block(&mut |b| choices(&b.stmts, primal, found));
    }
}

/// The tape of a loop of the reverse sweep that only has something to do where a branch was taken, and for the last time at that.
fn chosen(l: &ForLoop, primal: usize) -> Option<Var> {
    let [Stmt::TapePop(tape, kept), declared @ .., Stmt::If(Expr::Var(took), then, other)] = &l.body.stmts[..] else { return None };
    let zeros = declared.iter().all(|s| matches!(s, Stmt::DeclBar(_, Expr::Const(_))));
    if kept[..] != [*took] || !zeros || !other.stmts.is_empty() || l.exit.is_some() {
        return None;
    }
    let mut own: HashSet<Var> = HashSet::default();
    l.body.stmts.iter().for_each(|s| defined(s, &mut own));
    let mut taken: HashSet<Var> = HashSet::default();
    // What the branch reads of cotangents from outside is taken away before anything else is done with it.
    for s in &then.stmts {
        if !is_plain(s) {
            return None;
        }
        if let Stmt::Assign(p, e) = s {
            if p.path.is_empty() && crate::guard::is_zero(e) && !own.contains(&p.root) {
                taken.insert(p.root);
            }
        }
    }
    let carried = |f: &mut dyn FnMut(Var, bool)| then.stmts.iter().for_each(|s| read_or_added(s, f));
    let mut fits = !taken.is_empty();
    carried(&mut |v, added| fits &= !taken.contains(&v) || !added);
    // A cotangent that it does not take away has a share in every choice.
    carried(&mut |v, added| fits &= added || own.contains(&v) || taken.contains(&v) || (v.0 as usize) < primal);
    (fits && after_taken(&then.stmts, &taken)).then_some(*tape)
}

/// Whether nothing reads what is taken away once it is zero.
fn after_taken(stmts: &[Stmt], taken: &HashSet<Var>) -> bool {
    let mut zero: HashSet<Var> = HashSet::default();
    stmts.iter().all(|s| {
        let mut clean = true;
        s.each_use(&mut |v| clean &= !zero.contains(&v));
        if let Stmt::Assign(p, _) = s {
            if p.path.is_empty() && taken.contains(&p.root) {
                zero.insert(p.root);
            }
        }
        clean
    })
}

/// Statements on cotangents, and values that are computed again.
fn is_plain(s: &Stmt) -> bool {
    match s {
        Stmt::LetBar(..) | Stmt::DeclBar(..) | Stmt::Accumulate(..) => true,
        Stmt::Assign(_, e) => crate::guard::is_zero(e),
        Stmt::Let(_, e) => !matches!(e, Expr::Call(_) | Expr::Container(..)),
        Stmt::For(l) => l.exit.is_none() && l.body.stmts.iter().all(is_plain),
        Stmt::If(_, a, b) => a.stmts.iter().chain(&b.stmts).all(is_plain),
        _ => false,
    }
}

fn defined(s: &Stmt, own: &mut HashSet<Var>) {
    match s {
        Stmt::Let(v, _) | Stmt::LetBar(v, ..) | Stmt::DeclBar(v, _) => {
            own.insert(*v);
        }
        Stmt::TapePop(_, vars) => own.extend(vars),
        Stmt::For(l) => {
            own.insert(l.var);
        }
        _ => {}
    }
    s.each_block(&mut |b| b.stmts.iter().for_each(|s| defined(s, own)));
}

/// Every variable that is read, or added to.
fn read_or_added(s: &Stmt, f: &mut dyn FnMut(Var, bool)) {
    s.each_read(&mut |v| f(v, false));
    if let Stmt::Accumulate(p, _) = s {
        f(p.root, true);
    }
    s.each_block(&mut |b| b.stmts.iter().for_each(|s| read_or_added(s, f)));
}

/// How often a tape is pushed to and popped from.
fn count(stmts: &[Stmt], tape: Var) -> usize {
    let mut n = 0;
    for s in stmts {
        n += usize::from(matches!(s, Stmt::TapePush(t, _) | Stmt::TapePop(t, _) if *t == tape));
        s.each_block(&mut |b| n += count(&b.stmts, tape));
    }
    n
}

/// Whether the loop with this counter pushes to the tape at the end of each iteration.
fn pushes(stmts: &[Stmt], tape: Var, counter: Var) -> bool {
    stmts.iter().any(|s| {
        let mut found =
            matches!(s, Stmt::For(l) if l.var == counter && matches!(l.body.stmts.last(), Some(Stmt::TapePush(t, _)) if *t == tape));
        s.each_block(&mut |b| found |= pushes(&b.stmts, tape, counter));
        found
    })
}

struct Pass<'p> {
    f: &'p mut Function,
    names: &'p mut Namer,
    tape: Var,
    counter: Var,
    last: Option<Var>,
}

impl Pass<'_> {
    fn stmts(&mut self, stmts: &mut Vec<Stmt>, region: Region) {
        let mut out = Vec::with_capacity(stmts.len());
        for mut s in std::mem::take(stmts) {
            match s {
                // Room for a flag of each iteration.
                Stmt::Runtime("rt::reserve", ref args) if matches!(args.first(), Some(Expr::RefMut(p)) if p.root == self.tape) => continue,
                Stmt::For(mut l)
                    if l.var == self.counter && matches!(l.body.stmts.last(), Some(Stmt::TapePush(t, _)) if *t == self.tape) =>
                {
                    let last = self.last(region);
                    let Some(Stmt::TapePush(_, kept)) = l.body.stmts.pop() else { continue };
                    let some = Expr::Ctor(syn::parse_quote!(::core::option::Option::Some), vec![Expr::Var(self.counter)]);
                    let (then, other) = (self.f.block_in(l.body.region, Vec::new()), self.f.block_in(l.body.region, Vec::new()));
                    let then = Block { stmts: vec![Stmt::Assign(Place::var(last), some)], ..then };
                    l.body.stmts.push(Stmt::If(Expr::Var(kept[0]), then, other));
                    out.push(Stmt::Decl(last, Some(Expr::Const(quote!(::core::option::Option::None)))));
                    out.push(Stmt::For(l));
                    out.push(Stmt::TapePush(self.tape, vec![last]));
                }
                Stmt::For(l) if l.var == self.counter && matches!(l.body.stmts.first(), Some(Stmt::TapePop(t, _)) if *t == self.tape) => {
                    let last = self.last(region);
                    out.push(Stmt::TapePop(self.tape, vec![last]));
                    let mut body = l.body;
                    body.stmts.remove(0);
                    if let Some(Stmt::If(_, then, _)) = body.stmts.pop() {
                        body.stmts.extend(then.stmts);
                    }
                    out.push(Stmt::ForEach(ForEach {
                        var: l.var,
                        over: Expr::Runtime("rt::chosen", vec![Expr::Var(last)]),
                        body,
                        exit: None,
                        span: l.span,
                    }));
                }
                _ => {
                    s.each_block_mut(&mut |b| {
                        let region = b.region;
                        self.stmts(&mut b.stmts, region);
                    });
                    out.push(s);
                }
            }
        }
        *stmts = out;
    }

    fn last(&mut self, region: Region) -> Var {
        if let Some(last) = self.last {
            return last;
        }
        let last =
            self.f.add(VarInfo { mutable: true, ..VarInfo::owned(self.names.numbered("last_"), Ty::Plain, VarKind::Memory, region) });
        self.last = Some(last);
        last
    }
}
