//! Statements and control flow. Early exits become nested branches: what follows a statement that may leave
//! its block moves into the branch that does not leave.
//!
//! What enters: the statements of a block, and where its value goes. What leaves: statements of the representation, in the same order.

use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr as Syn, Pat, Stmt as SynStmt};

use super::scan::{expr_diverges, is_let_else, stmt_exits};
use super::{Lower, Val};
use crate::diagnostics::Lowered;
use crate::ir::{Expr, Place, Proj, Stmt, Var, VarKind};
use crate::types::Ty;

mod branch;
mod exits;
mod further;
mod loops;
mod result;

pub(crate) use branch::has_let;
pub(crate) use exits::bind_in_branch;

/// What becomes of the value at the end of a sequence of statements.
#[derive(Clone)]
pub(crate) enum Dest {
    /// There is none, or it is not wanted.
    Nothing,
    /// The function's result.
    Return,
    /// Assigned to a variable.
    Var(Var),
}

/// Statements in a row: those of a block, and those that follow the block it replaces.
type Seq<'s> = [&'s SynStmt];

impl Lower<'_> {
    /// Lowers statements whose value goes to `dest`.
    pub(super) fn block_to(&mut self, stmts: &[SynStmt], dest: &Dest) -> Lowered<()> {
        let seq: Vec<&SynStmt> = stmts.iter().collect();
        self.seq_to(&seq, dest)
    }

    fn seq_to(&mut self, stmts: &Seq, dest: &Dest) -> Lowered<()> {
        let mut ok = Ok(());
        for (k, stmt) in stmts.iter().enumerate() {
            let last = k + 1 == stmts.len();
            // What `let ... else` binds is there for what follows.
            if stmt_exits(stmt) || is_let_else(stmt) {
                let rest = &stmts[k + 1..];
                let done = self.exiting(stmt, rest, dest);
                if done.is_err() {
                    // The faults of what follows are shown, too.
                    if let SynStmt::Local(l) = stmt {
                        self.poison(&l.pat);
                    }
                    let _ = self.seq_to(rest, dest);
                }
                return done.and(ok);
            }
            let done = match stmt {
                SynStmt::Expr(e, None) if last => self.tail(e, dest),
                SynStmt::Macro(m) if last && m.semi_token.is_none() && !matches!(dest, Dest::Nothing) => {
                    let e = Syn::Macro(syn::ExprMacro { attrs: m.attrs.clone(), mac: m.mac.clone() });
                    self.tail(&e, dest)
                }
                other => self.stmt(other),
            };
            ok = ok.and(done);
        }
        ok
    }

    /// The value of the last expression of a block.
    fn tail(&mut self, e: &Syn, dest: &Dest) -> Lowered<()> {
        match dest {
            Dest::Nothing => self.effect(e),
            Dest::Return | Dest::Var(_) => {
                if expr_diverges(e) {
                    return self.effect(e);
                }
                let ty = match dest {
                    Dest::Return => self.source.result.clone(),
                    Dest::Var(v) => self.info(*v).ty.clone(),
                    Dest::Nothing => Ty::Unknown,
                };
                if matches!(ty, Ty::Unit) {
                    return self.effect(e);
                }
                let val = match dest {
                    Dest::Return => self.told(e, |l| l.expr(e, &ty))?,
                    _ => self.expr(e, &ty)?,
                };
                self.deliver(val, dest, e.span())
            }
        }
    }

    /// An expression as a statement.
    pub(super) fn effect(&mut self, e: &Syn) -> Lowered<()> {
        let stmt = SynStmt::Expr(e.clone(), Some(syn::token::Semi { spans: [e.span()] }));
        self.stmt(&stmt)
    }

    /// A statement that control leaves at its end.
    pub(super) fn stmt(&mut self, stmt: &SynStmt) -> Lowered<()> {
        match stmt {
            SynStmt::Item(item) => {
                // Once, where the block is followed more than once.
                let known = |s: &Stmt| matches!(s, Stmt::Verbatim(v, _) if matches!(&**v, SynStmt::Item(known) if known == item));
                if !self.items.iter().any(known) {
                    self.items.push(Stmt::Verbatim(Box::new(SynStmt::Item(item.clone())), Vec::new()));
                }
                Ok(())
            }
            SynStmt::Local(local) => self.local_stmt(local),
            SynStmt::Macro(m) => self.macro_stmt(&m.mac, stmt),
            SynStmt::Expr(e, _) => self.expr_stmt(e),
        }
    }

    fn local_stmt(&mut self, local: &syn::Local) -> Lowered<()> {
        let Some(init) = &local.init else {
            return self.declare(&local.pat);
        };
        let (pat, annotation) = match &local.pat {
            Pat::Type(t) => (&*t.pat, Some(&*t.ty)),
            other => (other, None),
        };
        let holds_varied = crate::varied::bound_names(pat).iter().any(|n| self.varied.contains(n));
        if let (Syn::Call(c), true) = (super::expr::strip(&init.expr), holds_varied) {
            // Empty at first, but what comes into it varies.
            if let Syn::Path(p) = &*c.func {
                if let Some(reason) = super::opaque::reason(&p.path) {
                    self.poison(pat);
                    return self.errors.refuse_at(&p.path, reason);
                }
            }
        }
        if let (Some(ty), true) = (annotation, holds_varied) {
            if let Err(refused) = self.names_no_trait_object(ty) {
                self.poison(pat);
                return Err(refused);
            }
        }
        let expected = self.pattern_ty(&local.pat);
        let val = match self.told_by_uses(pat, &init.expr, |l| l.initialiser(&init.expr, &expected, annotation)) {
            Ok(val) => val,
            Err(refused) => {
                self.poison(pat);
                return Err(refused);
            }
        };
        let bound = self.bind(pat, val, annotation, init.expr.span());
        if bound.is_err() {
            self.poison(pat);
        }
        bound
    }

    /// A trait object has no cotangent; functions behind `dyn` are followed.
    fn names_no_trait_object(&mut self, ty: &syn::Type) -> Lowered<()> {
        struct Found(Option<syn::TypeTraitObject>);
        impl<'t> syn::visit::Visit<'t> for Found {
            fn visit_type_trait_object(&mut self, t: &'t syn::TypeTraitObject) {
                if !t.bounds.iter().any(crate::signature::is_function_bound) {
                    self.0 = Some(t.clone());
                }
            }
        }
        let mut found = Found(None);
        syn::visit::Visit::visit_type(&mut found, ty);
        match found.0 {
            Some(object) => self.errors.refuse_at(
                &object,
                "a trait object cannot be differentiated, since the call's target is not known; use an enum of the types, or a function that is generic over the trait",
            ),
            None => Ok(()),
        }
    }

    /// `let x;`, also for several at once: `let (x, mut y);`
    fn declare(&mut self, pat: &Pat) -> Lowered<()> {
        let (pat, annotation) = match pat {
            Pat::Type(t) => (&*t.pat, Some(&*t.ty)),
            other => (other, None),
        };
        match (pat, annotation) {
            (Pat::Wild(_) | Pat::Rest(_), _) => return Ok(()),
            (Pat::Paren(p), None) => return self.declare(&p.pat),
            (Pat::Tuple(t), None) => return t.elems.iter().try_for_each(|p| self.declare(p)),
            (Pat::Tuple(t), Some(syn::Type::Tuple(types))) if t.elems.len() == types.elems.len() => {
                return t.elems.iter().zip(&types.elems).try_for_each(|(p, ty)| {
                    let (pat, ty) = (Box::new(p.clone()), Box::new(ty.clone()));
                    self.declare(&Pat::Type(syn::PatType { attrs: Vec::new(), pat, colon_token: syn::token::Colon::default(), ty }))
                });
            }
            _ => {}
        }
        let Pat::Ident(p) = pat else {
            return self.errors.refuse_at(pat, "a pattern without a value cannot be differentiated; give it an initial value");
        };
        let name = p.ident.to_string();
        let told = annotation.map_or(Ty::Unknown, |t| Ty::parse(t, &self.source.floats));
        let ty = super::pattern::better(told, self.types.names.get(&name).cloned().unwrap_or(Ty::Unknown));
        let varied = self.varied.contains(&name);
        let ident = self.user_name(&p.ident);
        // So may a jump out of a branch, before the branch assigns it.
        let jumps = self.frames.iter().any(|f| f.stop.is_some() || f.skip.is_some());
        let counts = annotation.is_some_and(
            |t| matches!(t, syn::Type::Path(p) if p.path.get_ident().is_some_and(|i| i == "bool" || crate::infer::methods::is_integer(i))),
        );
        let skipped = jumps && (varied && ty.static_zero() || !varied && counts);
        let partly = self.facts.partly.contains(&name) && (varied && ty.static_zero() || !varied && counts);
        let repeated = self.facts.repeated.contains(&name) || skipped || partly;
        let kind = if p.mutability.is_some() || !varied || repeated { VarKind::Memory } else { VarKind::Deferred };
        let var = self.local(ident, ty.clone(), kind, varied);
        self.vars[var.0 as usize].annotation = annotation.cloned();
        self.vars[var.0 as usize].mutable = true;
        // Where branches and flags stand for jumps, rustc does not see that it is assigned before it is read: any value will do.
        let first = match &ty {
            ty if kind == VarKind::Memory && ty.static_zero() => Some(crate::emit::zero_of(ty)),
            Ty::Plain if repeated => Some(Expr::Const(quote!(::core::default::Default::default()))),
            // The first assignment asks for the shape of what was there.
            ty if kind == VarKind::Memory && varied && !repeated => empty_of(ty),
            _ => None,
        };
        if first.is_none() && varied && kind == VarKind::Memory {
            self.poison(pat);
            let when = if repeated { "the loop that assigns it" } else { "it is assigned" };
            return self
                .errors
                .refuse_at(p, format!("what `{name}` holds before {when} is not known here; give it a value where it is declared"));
        }
        self.out.push(Stmt::Decl(var, first));
        self.env.insert(name, Val::Place(Place::var(var), ty));
        Ok(())
    }

    fn macro_stmt(&mut self, mac: &syn::Macro, stmt: &SynStmt) -> Lowered<()> {
        let name = mac.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        if crate::varied::is_observing_macro(&name) || !crate::varied::mentions(mac.tokens.clone(), &self.varied) {
            let (stmt, vars) = self.verbatim_stmt(stmt)?;
            self.out.push(Stmt::Verbatim(Box::new(stmt), vars));
            return Ok(());
        }
        let e = Syn::Macro(syn::ExprMacro { attrs: Vec::new(), mac: mac.clone() });
        self.expr(&e, &Ty::Unknown).map(|_| ())
    }

    fn expr_stmt(&mut self, e: &Syn) -> Lowered<()> {
        match e {
            Syn::Paren(p) => self.expr_stmt(&p.expr),
            Syn::Group(g) => self.expr_stmt(&g.expr),
            // Nothing in it varies: kept as it is.
            e if self.is_untouched(e) => {
                let stmt = SynStmt::Expr(e.clone(), Some(syn::token::Semi { spans: [e.span()] }));
                let (stmt, vars) = self.verbatim_stmt(&stmt)?;
                self.out.push(Stmt::Verbatim(Box::new(stmt), vars));
                Ok(())
            }
            Syn::Block(b) if b.label.is_none() => self.scoped(&b.block.stmts, &Dest::Nothing),
            Syn::Block(b) => self.labelled_block(b, &Dest::Nothing),
            Syn::If(i) => self.branch(i, &Dest::Nothing, &[], &Dest::Nothing),
            Syn::Match(m) => self.match_to(m, &[], &Dest::Nothing, &Dest::Nothing),
            Syn::ForLoop(f) => self.for_loop(f),
            Syn::While(w) => self.while_loop(w),
            Syn::Loop(l) => self.loop_loop(l, None),
            Syn::Macro(m) => {
                let stmt = SynStmt::Expr(e.clone(), Some(syn::token::Semi { spans: [e.span()] }));
                self.macro_stmt(&m.mac, &stmt)
            }
            other => {
                let val = self.expr(other, &Ty::Unknown)?;
                match val {
                    Val::Expr(call @ Expr::Call(_), _) => {
                        self.refuse_hidden_effect(&call)?;
                        self.out.push(Stmt::Do(call));
                        Ok(())
                    }
                    Val::Expr(code @ Expr::Verbatim(..), _) => {
                        self.out.push(Stmt::Do(code));
                        Ok(())
                    }
                    Val::Place(place, _) | Val::Ref(place, ..) => {
                        self.must_be_there(&place);
                        Ok(())
                    }
                    Val::Expr(Expr::Var(_) | Expr::Const(_), _) | Val::Unit | Val::Poison => Ok(()),
                    Val::Iter(_) | Val::Closure(_) | Val::Maybe { .. } => Ok(()),
                    Val::Tuple(items) if items.iter().all(|i| matches!(i, Val::Ref(..))) => Ok(()),
                    other => self.operand(other, e.span()).map(|_| ()),
                }
            }
        }
    }

    /// An element that nobody reads must exist all the same.
    fn must_be_there(&mut self, place: &Place) {
        if place.path.iter().any(|p| matches!(p, Proj::Index(..) | Proj::Slice(..))) {
            let (code, vars) = self.place_code(place);
            self.out.push(Stmt::Check(Box::new(syn::parse_quote!(let _ = &#code;)), vars));
        }
    }

    /// A call whose value is dropped works through what it writes; where that is not a `&mut`, it cannot be followed.
    pub(super) fn refuse_hidden_effect(&mut self, call: &Expr) -> Lowered<()> {
        let Expr::Call(c) = call else { return Ok(()) };
        let writes = c.args.iter().any(|a| match a {
            crate::ir::Arg::RefMut(_) => true,
            crate::ir::Arg::Receiver(p) => self.info(p.root).mutable || self.info(p.root).varied,
            _ => false,
        });
        if writes || !self.expr_varies(call) {
            return Ok(());
        }
        self.errors.refuse(
            c.span,
            "what this call does with a differentiable value cannot be followed, since its result is not used; pass `constant(...)` if it only looks",
        )
    }

    /// A block of its own scope: the statements join the current region, names are unique anyway.
    pub(super) fn scoped(&mut self, stmts: &[SynStmt], dest: &Dest) -> Lowered<()> {
        self.block_to(stmts, dest)
    }
}

/// A value without numbers, or with zeros where the type says how many.
fn empty_of(ty: &Ty) -> Option<Expr> {
    match ty {
        ty if ty.static_zero() => Some(crate::emit::zero_of(ty)),
        Ty::Vec(_) => Some(Expr::Runtime("rt::list", Vec::new())),
        Ty::Option(_) => Some(super::none()),
        Ty::Tuple(items) => items.iter().map(empty_of).collect::<Option<_>>().map(Expr::Tuple),
        _ => None,
    }
}
