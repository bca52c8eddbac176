//! Statements that control may leave in the middle.
//!
//! What enters: such a statement and what follows it. What leaves: nested branches, with flags where a loop or a labelled block is left.
//! Guarantee: what follows runs exactly where it would have.

use quote::{quote, ToTokens};
use syn::spanned::Spanned;
use syn::{Expr as Syn, Pat, Stmt as SynStmt};

use super::super::scan::{diverges, expr_diverges, expr_exits};
use super::super::{FrameKind, Lower, Val};
use super::{Dest, Seq};
use crate::diagnostics::{Lowered, Refused};
use crate::ir::{Expr, Place, Stmt, Var};
use crate::lower::pattern::better;
use crate::types::Ty;

impl Lower<'_> {
    /// A statement that may leave the block, followed by `rest`.
    pub(super) fn exiting(&mut self, stmt: &SynStmt, rest: &Seq, dest: &Dest) -> Lowered<()> {
        match stmt {
            SynStmt::Expr(e, semi) => {
                // As the last expression, its value is the block's.
                let own = if rest.is_empty() && semi.is_none() { dest.clone() } else { Dest::Nothing };
                self.exiting_expr(e, &own, rest, dest)
            }
            SynStmt::Local(local) => self.exiting_local(local, rest, dest),
            SynStmt::Macro(m) => self.errors.refuse_at(&m.mac, "control flow inside a macro cannot be differentiated; move it out"),
            SynStmt::Item(_) => Ok(()),
        }
    }

    fn exiting_expr(&mut self, e: &Syn, own: &Dest, rest: &Seq, dest: &Dest) -> Lowered<()> {
        match e {
            Syn::Paren(p) => self.exiting_expr(&p.expr, own, rest, dest),
            Syn::Group(g) => self.exiting_expr(&g.expr, own, rest, dest),
            Syn::Return(r) => {
                if let Some(value) = &r.expr {
                    if matches!(self.source.result, Ty::Unit) {
                        self.effect(value)?;
                    } else {
                        self.tail(value, &Dest::Return)?;
                    }
                }
                if !self.calls_around.is_empty() {
                    return self
                        .errors
                        .refuse_at(r, "`return` inside a closure cannot be differentiated; make its value the closure's last expression");
                }
                self.leave(0, false);
                Ok(())
            }
            Syn::Break(b) => {
                let frame = self.jump_target(b.label.as_ref(), b)?;
                if let Some(value) = &b.expr {
                    match self.frames[frame].dest {
                        Some(var) => self.tail(value, &Dest::Var(var))?,
                        None => self.effect(value)?,
                    }
                }
                self.leave(self.frames[frame].base, false);
                Ok(())
            }
            Syn::Continue(c) => {
                let frame = self.jump_target(c.label.as_ref(), c)?;
                self.leave(frame, true);
                Ok(())
            }
            Syn::If(i) => self.branch(i, own, rest, dest),
            Syn::Match(m) => self.match_to(m, rest, own, dest),
            Syn::Block(b) if b.label.is_none() => {
                let mut seq: Vec<&SynStmt> = b.block.stmts.iter().collect();
                if rest.is_empty() {
                    return self.seq_to(&seq, own);
                }
                seq.extend(rest);
                self.seq_to(&seq, dest)
            }
            Syn::Block(b) => {
                self.labelled_block(b, own)?;
                self.guarded(rest, dest)
            }
            Syn::ForLoop(f) => {
                self.for_loop(f)?;
                self.guarded(rest, dest)
            }
            Syn::While(w) => {
                self.while_loop(w)?;
                self.guarded(rest, dest)
            }
            Syn::Loop(l) => {
                self.loop_loop(l, None)?;
                self.guarded(rest, dest)
            }
            other => {
                let refused = match other {
                    Syn::Try(t) => {
                        self.errors.refuse_at(t, "`?` cannot be differentiated; write `let Some(x) = ... else { return ... };`")
                    }
                    other => self.errors.refuse_at(
                        other,
                        "an early exit inside an expression cannot be differentiated; bind the value with `let` first, and leave in a statement of its own",
                    ),
                };
                let _ = self.seq_to(rest, dest); // its mistakes are reported together
                refused
            }
        }
    }

    fn exiting_local(&mut self, local: &syn::Local, rest: &Seq, dest: &Dest) -> Lowered<()> {
        let Some(init) = &local.init else { return Err(Refused) };
        if let Some((_, diverge)) = &init.diverge {
            if expr_exits(&init.expr) {
                return self
                    .errors
                    .refuse_at(&init.expr, "an early exit inside an expression cannot be differentiated; bind the value with `let` first");
            }
            return self.let_else(&local.pat, &init.expr, diverge, rest, dest);
        }
        let (pat, annotation) = match &local.pat {
            Pat::Type(t) => (&*t.pat, Some(&*t.ty)),
            other => (other, None),
        };
        if let Some(moved) = bind_in_branch(local, &init.expr) {
            return self.exiting_expr(&moved, &Dest::Nothing, rest, dest);
        }
        match &*init.expr {
            // The value comes from some branches, the others leave: what follows moves into a flag-guarded block,
            // or straight into the only branch that goes on.
            Syn::If(_) | Syn::Match(_) | Syn::Block(_) | Syn::Loop(_) => {
                let ty = better(self.pattern_ty(&local.pat), self.types.of(&init.expr));
                let var = self.result_var("chosen", &ty, self.varies(&init.expr));
                self.exiting_value(&init.expr, var)?;
                // All of the rest, with the binding first.
                let pat = pat.clone();
                let annotation = annotation.cloned();
                self.guarded_with(rest, dest, |lower| {
                    let value = lower.read_result(var);
                    let ty = lower.info(var).ty.clone();
                    let val = if let Expr::Var(v) = value { Val::Place(Place::var(v), ty) } else { Val::Expr(value, ty) };
                    lower.bind(&pat, val, annotation.as_ref(), pat.span())
                })
            }
            other => {
                let refused = self.errors.refuse_at(
                    other,
                    "an early exit inside an expression cannot be differentiated; write `let Some(x) = ... else { return ... };`, or leave in a statement of its own",
                );
                self.poison(&local.pat);
                let _ = self.seq_to(rest, dest);
                refused
            }
        }
    }

    /// Assigns the value of a branching expression some of whose branches leave.
    fn exiting_value(&mut self, e: &Syn, var: Var) -> Lowered<()> {
        match e {
            Syn::If(i) => self.branch(i, &Dest::Var(var), &[], &Dest::Nothing),
            Syn::Match(m) => self.match_to(m, &[], &Dest::Var(var), &Dest::Nothing),
            Syn::Block(b) if b.label.is_none() => self.block_to(&b.block.stmts, &Dest::Var(var)),
            Syn::Block(b) => self.labelled_block(b, &Dest::Var(var)),
            Syn::Loop(l) => self.loop_loop(l, Some(var)),
            other => self.errors.refuse_at(other, "an early exit inside an expression cannot be differentiated"),
        }
    }

    /// The frame that a `break` or `continue` refers to.
    fn jump_target(&mut self, label: Option<&syn::Lifetime>, at: &impl ToTokens) -> Lowered<usize> {
        let found = match label {
            Some(l) => {
                let name = l.ident.to_string();
                self.frames.iter().rposition(|f| f.label.as_ref() == Some(&name))
            }
            None => self.frames.iter().rposition(|f| f.kind == FrameKind::Loop),
        };
        match found {
            Some(k) => Ok(k),
            None => self.errors.left_to_rustc(at.span()),
        }
    }

    /// Sets the flags that make control leave all frames inside `frame`, and `frame` itself or (`again`) its iteration.
    fn leave(&mut self, frame: usize, again: bool) {
        for k in (frame..self.frames.len()).rev() {
            let f = &self.frames[k];
            let flag = if k == frame && again { f.skip } else { f.stop };
            if let Some(flag) = flag {
                self.set_flag(flag);
            }
        }
    }

    /// `rest`, run unless the statement before has left the block.
    pub(super) fn guarded(&mut self, rest: &Seq, dest: &Dest) -> Lowered<()> {
        self.guarded_with(rest, dest, |_| Ok(()))
    }

    fn guarded_with(&mut self, rest: &Seq, dest: &Dest, first: impl FnOnce(&mut Self) -> Lowered<()>) -> Lowered<()> {
        let Some(frame) = self.frames.last() else { return Err(Refused) };
        let flags: Vec<Var> = [frame.stop, frame.skip].into_iter().flatten().collect();
        let names: Vec<_> = flags.iter().map(|f| self.info(*f).name.clone()).collect();
        let cond: syn::Expr = match &names[..] {
            [] => {
                first(self)?;
                return self.seq_to(rest, dest);
            }
            [one] => Syn::Verbatim(quote!(!#one)),
            many => Syn::Verbatim(quote!(!(#(#many)||*))),
        };
        let cond = Expr::Verbatim(Box::new(cond), flags);
        let cond = self.condition(cond);
        let then = self.block(false, |lower| {
            first(lower)?;
            lower.seq_to(rest, dest)
        })?;
        let other = self.empty_block();
        self.out.push(Stmt::If(cond, then, other));
        Ok(())
    }
}

/// `let p = if c { v } else { return };` becomes `if c { let p = v; } else { return }`, where one branch alone goes on.
pub(crate) fn bind_in_branch(local: &syn::Local, init: &Syn) -> Option<Syn> {
    let bind = |body: &[SynStmt]| -> Option<Vec<SynStmt>> {
        let (last, before) = body.split_last()?;
        let SynStmt::Expr(value, None) = last else { return None };
        let mut stmts = before.to_vec();
        let mut bound = local.clone();
        bound.init = Some(syn::LocalInit { eq_token: local.init.as_ref()?.eq_token, expr: Box::new(value.clone()), diverge: None });
        stmts.push(SynStmt::Local(bound));
        Some(stmts)
    };
    let in_block = |e: &Syn| -> Option<Syn> {
        let (brace_token, stmts) = match e {
            Syn::Block(b) if b.label.is_none() => (b.block.brace_token, bind(&b.block.stmts)?),
            other => (syn::token::Brace::default(), bind(&[SynStmt::Expr(other.clone(), None)])?),
        };
        Some(Syn::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block: syn::Block { brace_token, stmts } }))
    };
    match init {
        Syn::If(i) => {
            let (_, other) = i.else_branch.as_ref()?;
            let mut i = i.clone();
            match (diverges(&i.then_branch.stmts), expr_diverges(other)) {
                (true, false) if !matches!(**other, Syn::If(_)) => *i.else_branch.as_mut()?.1 = in_block(other)?,
                (false, true) => i.then_branch.stmts = bind(&i.then_branch.stmts)?,
                _ => return None,
            }
            Some(Syn::If(i))
        }
        Syn::Match(m) => {
            let mut m = m.clone();
            let mut going_on = m.arms.iter_mut().filter(|a| !expr_diverges(&a.body));
            let arm = going_on.next()?;
            if going_on.next().is_some() {
                return None;
            }
            *arm.body = in_block(&arm.body)?;
            Some(Syn::Match(m))
        }
        _ => None,
    }
}
