//! Copies of values whose types cannot be copied.
//!
//! What enters: a function with its sweeps. What leaves: one message for each type of the crate that a sweep would have to clone, and that its
//! file shows not to be `Clone`, where a variable of it or a call of one has its name; and the type parameters that siblings ask this of. Guarantee: what no sweep clones needs no derive.

use rustc_hash::FxHashSet as HashSet;

use proc_macro2::Span;

use crate::diagnostics::Errors;
use crate::ir::{Arg, Expr, Function, Place, PushDot, Stmt};
use crate::signature::Signature;
use crate::types::{Named, Ty};

/// Refuses copies of such values in the statements of a function, or of what was made of it.
pub(crate) fn refuse(lowered: &Function, signature: &Signature, sweeps: &[&[Stmt]]) -> syn::Result<()> {
    let mut copies = Copies { f: lowered, known: HashSet::default(), roots: HashSet::default(), errors: Errors::default() };
    // Siblings of methods take every receiver by reference.
    let receiver = signature.params.iter().find(|p| p.receiver.is_some() && !p.by_ref() && !p.by_mut());
    if let (Some(p), Some(name)) = (receiver, signature.this().lacks_clone()) {
        copies.refuse(&name, p.ident.span());
    }
    sweeps.iter().for_each(|stmts| copies.stmts(stmts));
    copies.errors.finish(())
}

/// The type parameters of the function's own whose values the sweeps copy, or hand on: siblings ask that these are `Clone`.
pub(crate) fn parameters(lowered: &Function, signature: &Signature, sweeps: &[&[Stmt]]) -> Vec<proc_macro2::Ident> {
    let mut copies = Copies { f: lowered, known: HashSet::default(), roots: HashSet::default(), errors: Errors::default() };
    sweeps.iter().for_each(|stmts| copies.stmts(stmts));
    // What it may refuse is refused elsewhere.
    let _ = copies.errors.finish(());
    // What is not known may be what a consumed parameter was made into.
    let unknown = copies
        .roots
        .iter()
        .any(|v| !lowered.params.contains(v) && matches!(lowered.vars.get(v.0 as usize), Some(i) if matches!(i.ty, Ty::Unknown)));
    let copied = |p: &crate::signature::Param, v| copies.roots.contains(v) || unknown && !p.by_ref();
    let copied = signature.params.iter().zip(&lowered.params).filter(|(p, v)| copied(p, v)).map(|(p, _)| p);
    let mut names: Vec<_> = copied.flat_map(|p| signature.uncopied_in(p)).cloned().collect();
    names.sort();
    names.dedup();
    names
}

struct Copies<'f> {
    /// As it was lowered: what sweeps add to its variables are cotangents, tangents, and what has a name of the library's.
    f: &'f Function,
    /// The types that have their message.
    known: HashSet<String>,
    /// The variables of which something is copied or handed on by value.
    roots: HashSet<crate::ir::Var>,
    errors: Errors,
}

impl Copies<'_> {
    fn stmts(&mut self, stmts: &[Stmt]) {
        for s in stmts {
            self.stmt(s);
            s.each_block(&mut |b| self.stmts(&b.stmts));
        }
    }

    fn stmt(&mut self, s: &Stmt) {
        match s {
            Stmt::Let(_, e)
            | Stmt::Decl(_, Some(e))
            | Stmt::LetBar(_, e, _)
            | Stmt::DeclBar(_, e)
            | Stmt::Assign(_, e)
            | Stmt::Accumulate(_, e)
            | Stmt::Do(e)
            | Stmt::If(e, ..)
            | Stmt::Match(e, _) => self.expr(e, None),
            Stmt::Update(_, _, e, at) => self.expr(e, Some(*at)),
            Stmt::Container(_, _, args, at) => args.iter().for_each(|e| self.expr(e, Some(*at))),
            Stmt::Runtime(_, args) => args.iter().for_each(|e| self.expr(e, None)),
            Stmt::LetPull(_, _, call) => self.args(&call.args, call.span),
            Stmt::LetPush(push) | Stmt::LetPushPull(push, _) => {
                self.args(&push.call.args, push.call.span);
                for d in push.along.iter().flat_map(|a| &a.dots) {
                    if let PushDot::Shared(e) = d {
                        self.expr(e, Some(push.call.span));
                    }
                }
            }
            Stmt::CallPull(pull) => pull.again.iter().for_each(|e| self.expr(e, Some(pull.span))),
            _ => {}
        }
    }

    fn args(&mut self, args: &[Arg], at: Span) {
        for a in args {
            match a {
                Arg::Value(e) => {
                    if let Expr::Var(v) = e {
                        self.roots.insert(*v);
                    }
                    self.expr(e, Some(at));
                }
                Arg::RefMut(p) => {
                    self.roots.insert(p.root);
                }
                Arg::Ref(_) | Arg::Receiver(_) => {}
            }
        }
    }

    fn expr(&mut self, e: &Expr, at: Option<Span>) {
        match e {
            Expr::Clone(inner) => {
                match &**inner {
                    Expr::Var(v) => self.copied(&Place::var(*v), at),
                    Expr::Read(p) => self.copied(p, at),
                    _ => {}
                }
                self.expr(inner, at);
            }
            Expr::Runtime("rt::to_owned", args) => {
                if let [Expr::Ref(p)] = &args[..] {
                    self.copied(p, at);
                }
            }
            Expr::Neg(e) | Expr::Cast(e, _) | Expr::Repeat(e, _) => self.expr(e, at),
            Expr::Tuple(items) | Expr::Array(items) | Expr::VecList(items) | Expr::Ctor(_, items) | Expr::Runtime(_, items) => {
                items.iter().for_each(|e| self.expr(e, at));
            }
            Expr::Struct(_, fields, base) => {
                fields.iter().for_each(|(_, e)| self.expr(e, at));
                if let Some(base) = base {
                    self.expr(base, at);
                }
            }
            Expr::Container(_, _, items) => items.iter().for_each(|e| self.expr(e, at)),
            Expr::Call(call) => self.args(&call.args, call.span),
            _ => {}
        }
    }

    /// A copy of what is at a place.
    fn copied(&mut self, place: &Place, at: Option<Span>) {
        self.roots.insert(place.root);
        let Some(root) = self.f.vars.get(place.root.0 as usize) else { return };
        let ty = crate::analysis::place_ty(self.f, place);
        if let Some(name) = unclonable(ty.peel()).and_then(Named::lacks_clone) {
            self.refuse(&name, at.unwrap_or_else(|| root.name.span()));
        }
    }

    fn refuse(&mut self, name: &str, at: Span) {
        if self.known.insert(name.to_string()) {
            let message = format!("derivatives need a copy of this `{name}`; put `#[derive(Clone)]` above that type");
            self.errors.push(syn::Error::new(at, message));
        }
    }
}

/// The type of the crate that makes a type one that is not `Clone`.
fn unclonable(ty: &Ty) -> Option<&Named> {
    match ty {
        Ty::Named(named) => named.lacks_clone().is_some().then_some(named),
        Ty::Array(e, _) | Ty::Vec(e) | Ty::Option(e) | Ty::Slice(e) => unclonable(e),
        Ty::Tuple(items) => items.iter().find_map(unclonable),
        _ => None,
    }
}
