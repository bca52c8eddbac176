//! Functions that call themselves: what all their calls keep for the reverse sweep lies on one stack.
//!
//! What enters: the adjoint of a function whose pullback would be boxed, call by call. What leaves: if it keeps nothing but numbers, flags and
//! pullbacks of itself, two functions that hand a stack on:
//!
//! ```text
//! fn record(e: &Expr, x: &[f64], stack: &mut Stack) -> f64 { .. let a = record(l, x, stack); let b = record(r, x, stack); stack.push(a); stack.push(b); a * b }
//! fn back(e: &Expr, x: &[f64], seed: f64, x_bar: .., stack: &mut Stack) { .. let b = stack.pop(); let a = stack.pop(); back(r, x, seed * a, x_bar, stack); .. }
//! ```
//!
//! and a pullback for other callers, which owns the stack. Guarantee: the reverse sweep takes back what the forward sweep put there, in
//! the opposite order, which is seen from the branches of both.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, ToTokens};

use super::Siblings;
use crate::ir::{Callee, Expr, Stmt, TapeKind, Var, VarKind};
use crate::position::CompanionPlace;
use crate::reverse::Adjoint;
use crate::signature::{BlockKind, Param};
use crate::types::{Float, Ty};

/// What a stack holds of a function.
pub(crate) struct Stacked {
    /// Its calls of itself, by their pullbacks.
    pub calls: HashMap<Var, syn::Path>,
    /// The types of the numbers and flags that it keeps.
    pub types: HashMap<Var, TokenStream>,
    /// Those that are kept at the end of the forward sweep.
    pub last: Vec<Var>,
}

/// The name under which the stack is handed on.
pub(crate) fn stack() -> Ident {
    Ident::new("stack", Span::mixed_site())
}

/// What happens to the stack, in order.
#[derive(PartialEq)]
enum Event {
    Entry(Var),
    Call(Var),
    Branch(Vec<Vec<Event>>),
    /// Of each iteration; true if they run backwards.
    Loop(Vec<Event>, bool),
}

impl Siblings<'_> {
    /// Whether the pullback may use a stack, and what that holds.
    pub(super) fn stacked(&self) -> Option<Stacked> {
        let free = matches!(self.signature.block.kind, BlockKind::None) && !self.method && self.signature.generics.params.is_empty();
        let in_type = self.companion && !matches!(crate::position::companion_place(self.item), CompanionPlace::Module);
        if !self.boxed
            || !self.full.in_order
            || !free
            || !in_type
            || self.stub.is_some()
            || self.signature.params.iter().any(|p| p.by_mut() || p.receiver.is_some())
        {
            return None;
        }
        let adjoint = self.full;
        let mut forward = events(&adjoint.function.body.stmts)?;
        mirror(&mut forward);
        if forward != events(&adjoint.reverse)? {
            return None;
        }
        let mut found = Stacked { calls: HashMap::default(), types: HashMap::default(), last: Vec::new() };
        let (mut kept, mut flags, mut sizes) = (Vec::new(), HashSet::default(), HashSet::default());
        let all = adjoint.function.body.stmts.iter().chain(&adjoint.reverse);
        if adjoint.function.body.stmts.iter().any(|s| matches!(s, Stmt::TapeDecl(t, _) if elsewhere(adjoint, *t))) {
            return None;
        }
        if !all.into_iter().all(|s| self.look_at(s, &mut found, &mut kept, (&mut flags, &mut sizes))) {
            return None;
        }
        found.last = self.read_at_the_end(adjoint, &found)?;
        for v in kept.iter().chain(&found.last).filter(|v| !found.calls.contains_key(v)) {
            let ty = match &adjoint.function.vars[v.0 as usize].ty {
                Ty::Float(Float::F64) => quote!(f64),
                Ty::Float(Float::F32) => quote!(f32),
                // A literal's, where there is but one type of numbers.
                Ty::Float(Float::Inferred) if !self.speaks_of("f32") => quote!(f64),
                _ if flags.contains(v) => quote!(bool),
                _ if sizes.contains(v) => quote!(usize),
                _ => return None,
            };
            found.types.insert(*v, ty);
        }
        found.last.retain(|v| !found.calls.contains_key(v));
        Some(found)
    }

    fn speaks_of(&self, ty: &str) -> bool {
        let signature = self.item.to_token_stream();
        crate::varied::mentions(signature, &std::iter::once(ty.to_string()).collect())
    }

    /// Notes calls, what is kept, and conditions. No, if anything is kept elsewhere or handed to others.
    fn look_at(&self, s: &Stmt, found: &mut Stacked, kept: &mut Vec<Var>, (flags, sizes): (&mut HashSet<Var>, &mut HashSet<Var>)) -> bool {
        let fits = match s {
            Stmt::TapeDecl(_, kind) => !matches!(kind, TapeKind::Log | TapeKind::Checkpoints),
            Stmt::TapePush(_, vars) => {
                kept.extend(vars);
                true
            }
            Stmt::LetPull(_, pull, call) => match &call.callee {
                Callee::Function(path) if call.apart == 0 && path.get_ident() == Some(&self.item.sig.ident) => {
                    found.calls.insert(*pull, path.clone());
                    true
                }
                _ => false,
            },
            Stmt::If(Expr::Var(v), ..) => {
                flags.insert(*v);
                true
            }
            Stmt::Let(v, Expr::Verbatim(e, _)) if matches!(&**e, syn::Expr::MethodCall(m) if m.method == "len" && m.args.is_empty()) => {
                sizes.insert(*v);
                true
            }
            Stmt::Segments(_) | Stmt::Save(..) | Stmt::Restore(..) | Stmt::Checkpoint(..) | Stmt::Recall(..) | Stmt::Resume(..) => false,
            _ => true,
        };
        let mut inside = true;
        s.each_block(&mut |b| inside = inside && b.stmts.iter().all(|s| self.look_at(s, found, kept, (&mut *flags, &mut *sizes))));
        fits && inside
    }

    /// The variables of the outermost region that the reverse sweep reads and that are no parameters.
    fn read_at_the_end(&self, adjoint: &Adjoint, found: &Stacked) -> Option<Vec<Var>> {
        let (mut read, mut own) = (Vec::new(), HashSet::default());
        for s in &adjoint.reverse {
            s.each_var(&mut |v| read.push(v));
            bound(s, &mut own);
        }
        for sum in adjoint.sums.values() {
            sum.each_operand(&mut |v| read.push(v));
        }
        read.sort_unstable();
        read.dedup();
        let mut last = Vec::new();
        for v in read {
            let info = &adjoint.function.vars[v.0 as usize];
            let slot = adjoint.function.body.stmts.iter().any(|s| matches!(s, Stmt::TapeDecl(t, _) if *t == v));
            if slot || own.contains(&v) || found.calls.contains_key(&v) {
                continue;
            }
            match info.kind {
                VarKind::Param if info.mutable => return None,
                VarKind::Param => {
                    let k = adjoint.function.params.iter().position(|p| *p == v)?;
                    let p = &self.signature.params[k];
                    if p.borrows() || !p.by_ref() && !is_number(p) {
                        return None;
                    }
                }
                VarKind::Value | VarKind::Memory | VarKind::Deferred if info.optional => return None,
                VarKind::Value | VarKind::Memory | VarKind::Deferred => last.push(v),
                VarKind::Index | VarKind::Bound | VarKind::Cotangent => {}
            }
        }
        Some(last)
    }

    /// Parameters by value that the reverse sweep is handed again by reference, as they are.
    pub(super) fn numbers_again(&self) -> Vec<TokenStream> {
        self.signature.params.iter().filter(|p| is_number(p)).map(|p| p.ident.to_token_stream()).collect()
    }
}

/// Whether a parameter is a number or a flag by value.
fn is_number(p: &Param) -> bool {
    let names = ["f64", "f32", "bool", "char", "usize", "u64", "u32", "u16", "u8", "isize", "i64", "i32", "i16", "i8"];
    matches!(&p.written, syn::Type::Path(t) if t.path.get_ident().is_some_and(|i| names.iter().any(|n| i == n))) && p.pattern.is_none()
}

/// Whether anything is done with a tape but pushing, popping and making room.
fn elsewhere(adjoint: &Adjoint, tape: Var) -> bool {
    fn other(stmts: &[Stmt], tape: Var) -> bool {
        stmts.iter().any(|s| {
            let mut own = false;
            s.each_read(&mut |v| own |= v == tape);
            let mut found = own && !matches!(s, Stmt::TapePop(..) | Stmt::Runtime(RESERVE, _));
            s.each_block(&mut |b| found |= other(&b.stmts, tape));
            found
        })
    }
    other(&adjoint.function.body.stmts, tape) || other(&adjoint.reverse, tape)
}

/// Room on a tape, which a stack makes itself.
pub(crate) const RESERVE: &str = "rt::reserve";

/// What a statement of the reverse sweep binds itself.
fn bound(s: &Stmt, own: &mut HashSet<Var>) {
    match s {
        Stmt::Let(v, _) | Stmt::Decl(v, _) | Stmt::LetBar(v, ..) | Stmt::DeclBar(v, _) | Stmt::LetRow(v, ..) => _ = own.insert(*v),
        Stmt::TapePop(_, vars) => own.extend(vars),
        Stmt::Match(_, arms) => own.extend(arms.iter().flat_map(|a| &a.bound)),
        _ => {}
    }
    s.each_block(&mut |b| b.stmts.iter().for_each(|s| bound(s, own)));
}

/// What statements do to the stack; none where loops do of which it is not known how often they run.
fn events(stmts: &[Stmt]) -> Option<Vec<Event>> {
    let mut out = Vec::new();
    for s in stmts {
        match s {
            Stmt::TapePush(t, _) | Stmt::TapePop(t, _) => out.push(Event::Entry(*t)),
            Stmt::LetPull(_, pull, _) => out.push(Event::Call(*pull)),
            Stmt::CallPull(c) => out.push(Event::Call(c.pull)),
            Stmt::If(..) | Stmt::Match(..) => {
                let mut blocks = Vec::new();
                s.each_block(&mut |b| blocks.push(events(&b.stmts)));
                let blocks: Vec<Vec<Event>> = blocks.into_iter().collect::<Option<_>>()?;
                // A loop whose rows are sliced if it runs at all.
                let sliced = matches!(s, Stmt::If(cond, ..) if !matches!(cond, Expr::Var(_)))
                    && matches!(&blocks[..], [then, other] if other.is_empty() && matches!(then[..], [Event::Loop(..)]));
                if sliced {
                    out.extend(blocks.into_iter().flatten());
                } else if blocks.iter().any(|b| !b.is_empty()) {
                    out.push(Event::Branch(blocks));
                }
            }
            _ => {
                let mut inside = Vec::new();
                s.each_block(&mut |b| inside.push(events(&b.stmts)));
                let inside: Vec<_> = inside.into_iter().collect::<Option<Vec<_>>>()?.into_iter().flatten().collect();
                match s {
                    _ if inside.is_empty() => {}
                    Stmt::For(l) if l.exit.is_none() => out.push(Event::Loop(inside, l.counter.reversed)),
                    _ => return None,
                }
            }
        }
    }
    Some(out)
}

/// The same backwards.
fn mirror(events: &mut [Event]) {
    events.reverse();
    for e in events {
        match e {
            Event::Branch(blocks) => blocks.iter_mut().for_each(|b| mirror(b)),
            Event::Loop(inside, reversed) => {
                mirror(inside);
                *reversed = !*reversed;
            }
            Event::Entry(_) | Event::Call(_) => {}
        }
    }
}
