//! Statements and control flow. Early exits become nested branches: what follows a statement that may leave
//! its block moves into the branch that does not leave.

use proc_macro2::Span;
use quote::{quote, ToTokens};
use syn::spanned::Spanned;
use syn::{Expr as Syn, Pat, Stmt as SynStmt};

use super::pattern::write_back::mentions_place;
use super::scan::{self, diverges, expr_diverges, expr_exits, stmt_exits};
use super::{Frame, FrameKind, Lower, Val};
use crate::diagnostics::{Lowered, Refused};
use crate::ir::{Block, Expr, ForLoop, Place, Stmt, Var, VarKind, WhileLoop};
use crate::types::Ty;

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
            if stmt_exits(stmt) || matches!(stmt, SynStmt::Local(l) if l.init.as_ref().is_some_and(|i| i.diverge.is_some())) {
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
                let val = self.expr(e, &ty)?;
                self.deliver(val, dest, e.span())
            }
        }
    }

    /// Hands a value on.
    pub(super) fn deliver(&mut self, val: Val, dest: &Dest, span: Span) -> Lowered<()> {
        match dest {
            Dest::Nothing => Ok(()),
            Dest::Var(var) => self.assign_result(*var, val, span),
            Dest::Return => match self.frames.first().and_then(|f| f.dest) {
                Some(var) => self.assign_result(var, val, span),
                None if matches!(self.source.result, Ty::Unit) => Ok(()),
                None => {
                    let e = self.returned(val, span)?;
                    self.result = Some(e);
                    Ok(())
                }
            },
        }
    }

    /// A value that leaves the function.
    fn returned(&mut self, val: Val, span: Span) -> Lowered<Expr> {
        match val {
            Val::Tuple(items) => {
                let items = items.into_iter().map(|i| self.returned_part(i, span)).collect::<Lowered<Vec<_>>>()?;
                let ty = self.source.result.clone();
                Ok(Expr::Var(self.temp(Expr::Tuple(items), ty)))
            }
            other => self.returned_part(other, span),
        }
    }

    fn returned_part(&mut self, val: Val, span: Span) -> Lowered<Expr> {
        if let Val::Ref(_, ty, _) = &val {
            if !ty.is_float() {
                return self.errors.refuse(span, "a reference cannot be returned from a differentiated function; return an owned value");
            }
        }
        if let Val::Place(p, _) = &val {
            // Nothing runs after it: the variable itself is the result.
            if p.path.is_empty() && self.region == crate::ir::Region(0) && self.info(p.root).kind == VarKind::Memory {
                return Ok(Expr::Var(p.root));
            }
        }
        Ok(self.operand(val, span)?.0)
    }

    fn assign_result(&mut self, var: Var, val: Val, span: Span) -> Lowered<()> {
        if let Val::Ref(_, _, mutable) = val {
            if mutable {
                return self.refuse_chosen_mutable(span);
            }
            self.chosen.entry(var).and_modify(|copied| *copied = true);
        }
        let (e, ty) = self.operand(val, span)?;
        let (e, ty) = self.not_borrowed(var, e, ty, span)?;
        let info = &mut self.vars[var.0 as usize];
        if matches!(info.ty, Ty::Unknown) {
            info.ty = ty;
        }
        let value = if info.optional { Expr::Runtime("rt::assign", vec![e]) } else { e };
        self.out.push(Stmt::Assign(Place::var(var), value));
        Ok(())
    }

    fn refuse_chosen_mutable<T>(&mut self, span: Span) -> Lowered<T> {
        self.errors
            .refuse(span, "which variable a `&mut` reference borrows must be known here; write to the variable itself in each branch")
    }

    /// What a variable takes that is given a reference at run time: a copy of what the reference leads to. Which variable it
    /// borrows is only known then, and the pullback outlives the borrow.
    fn not_borrowed(&mut self, var: Var, e: Expr, ty: Ty, span: Span) -> Lowered<(Expr, Ty)> {
        let (Ty::Ref(inner, mutable), false) = (&ty, ty.is_plain()) else { return Ok((e, ty)) };
        if *mutable {
            return self.refuse_chosen_mutable(span);
        }
        let place = match e {
            Expr::Ref(p) | Expr::RefMut(p) => p,
            Expr::Var(v) => Place::var(v).project(crate::ir::Proj::Deref),
            Expr::Read(p) => p.project(crate::ir::Proj::Deref),
            _ => {
                return self
                    .errors
                    .refuse(span, "which variable a reference borrows must be known here; use an index, or copy the value with `clone`");
            }
        };
        match self.chosen.get_mut(&var) {
            Some(copied) => *copied = true,
            None => {
                return self.errors.refuse(
                    span,
                    "which variable a reference borrows must be known here; bind the reference in a `let` of its own, or copy the value with `clone`",
                );
            }
        }
        let part = matches!(place.path.last(), Some(crate::ir::Proj::Field(_) | crate::ir::Proj::Index(..)));
        let as_slice = matches!(self.info(var).ty, Ty::Vec(_));
        Ok(match &**inner {
            Ty::Slice(elem) => (Expr::Container(crate::ir::ContainerExpr::ToVec, place, Vec::new()), Ty::Vec(elem.clone())),
            Ty::Array(elem, _) if as_slice => (Expr::Container(crate::ir::ContainerExpr::ToVec, place, Vec::new()), Ty::Vec(elem.clone())),
            Ty::Unknown if !part => {
                return self.errors.refuse(
                    span,
                    "the type of the reference that is chosen here is not known; give the `let` a type, or copy the value with `clone`",
                );
            }
            Ty::Ref(..) => return self.errors.refuse(span, "a reference to a reference cannot be chosen at run time; dereference it once"),
            copied if copied.is_copy() => (Expr::Read(place), copied.clone()),
            owned => (Expr::Clone(Box::new(Expr::Read(place))), owned.clone()),
        })
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
                self.items.push(Stmt::Verbatim(Box::new(SynStmt::Item(item.clone())), Vec::new()));
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
        let expected = self.pattern_ty(&local.pat);
        let val = match self.initialiser(&init.expr, &expected, annotation) {
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
        let repeated = self.facts.repeated.contains(&name);
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
                    Val::Expr(Expr::Var(_) | Expr::Const(_), _) | Val::Unit | Val::Poison | Val::Place(..) | Val::Ref(..) => Ok(()),
                    Val::Iter(_) | Val::Closure(_) | Val::Maybe { .. } => Ok(()),
                    Val::Tuple(items) if items.iter().all(|i| matches!(i, Val::Ref(..))) => Ok(()),
                    other => self.operand(other, e.span()).map(|_| ()),
                }
            }
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

    // ---- exits -----------------------------------------------------------------------------------------

    /// A statement that may leave the block, followed by `rest`.
    fn exiting(&mut self, stmt: &SynStmt, rest: &Seq, dest: &Dest) -> Lowered<()> {
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
                if self.closure_depth > 0 {
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
                let ty = self.pattern_ty(&local.pat);
                if !ty.static_zero() && !ty.is_plain() {
                    return self.errors.refuse_at(
                        &local.pat,
                        "this value comes from several branches while others leave, and its type is not known here; give the `let` a type",
                    );
                }
                let var = self.result_var("chosen", &ty, false);
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
            None => self.errors.refuse_at(at, "this leaves a construct that cannot be differentiated"),
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
    fn guarded(&mut self, rest: &Seq, dest: &Dest) -> Lowered<()> {
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

    /// Names a condition, so that the reverse sweep can ask it again.
    pub(super) fn condition(&mut self, cond: Expr) -> Expr {
        if matches!(cond, Expr::Var(_) | Expr::Const(_)) {
            return cond;
        }
        let name = self.names.numbered("took_");
        let var = self.local(name, Ty::Plain, VarKind::Value, false);
        self.vars[var.0 as usize].owned = true;
        self.out.push(Stmt::Let(var, cond));
        Expr::Var(var)
    }

    /// `if`, whose value goes to `own`; `rest` follows (in the branch that goes on), its value goes to `dest`.
    pub(super) fn branch(&mut self, i: &syn::ExprIf, own: &Dest, rest: &Seq, dest: &Dest) -> Lowered<()> {
        if has_let(&i.cond) {
            return self.if_let(i, own, rest, dest);
        }
        if expr_exits(&i.cond) {
            return self.errors.refuse_at(&i.cond, "an early exit inside a condition cannot be differentiated");
        }
        let cond = self.plain(&i.cond)?;
        let cond = self.condition(cond);
        let then: Vec<&SynStmt> = i.then_branch.stmts.iter().collect();
        let other_stmt = i.else_branch.as_ref().map(|(_, e)| SynStmt::Expr((**e).clone(), None));
        let other: Vec<&SynStmt> = match &i.else_branch {
            Some((_, e)) => match &**e {
                Syn::Block(b) if b.label.is_none() => b.block.stmts.iter().collect(),
                _ => other_stmt.iter().collect(),
            },
            None => Vec::new(),
        };
        let exits = i.then_branch.stmts.iter().any(stmt_exits) || i.else_branch.as_ref().is_some_and(|(_, e)| expr_exits(e));
        let falls = [!diverges(&i.then_branch.stmts), i.else_branch.as_ref().is_none_or(|(_, e)| !expr_diverges(e))];
        let (then_block, else_block, guard) = self.two_arms(&then, &other, falls, exits, own, rest, dest)?;
        self.out.push(Stmt::If(cond, then_block, else_block));
        if guard {
            self.guarded(rest, dest)
        } else {
            Ok(())
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn two_arms(
        &mut self,
        then: &Seq,
        other: &Seq,
        falls: [bool; 2],
        exits: bool,
        own: &Dest,
        rest: &Seq,
        dest: &Dest,
    ) -> Lowered<(Block, Block, bool)> {
        let place = Placement::of(&falls, exits, rest);
        let a = self.block(false, |l| l.arm(then, falls[0], place, own, rest, dest));
        let b = self.block(false, |l| l.arm(other, falls[1], place, own, rest, dest));
        Ok((a?, b?, place == Placement::Guarded))
    }

    /// The statements of one arm, with what follows if it belongs there.
    fn arm(&mut self, stmts: &Seq, falls: bool, place: Placement, own: &Dest, rest: &Seq, dest: &Dest) -> Lowered<()> {
        if place == Placement::Inside && falls {
            let mut seq = stmts.to_vec();
            seq.extend(rest);
            return self.seq_to(&seq, dest);
        }
        self.seq_to(stmts, own)
    }

    fn if_let(&mut self, i: &syn::ExprIf, own: &Dest, rest: &Seq, dest: &Dest) -> Lowered<()> {
        // A chain `if let A = a && cond && let B = b` nests; its else branch would be needed at each level.
        let mut links = Vec::new();
        flatten_chain(&i.cond, &mut links);
        if links.len() > 1 {
            if i.else_branch.is_some() {
                return self.errors.refuse_at(&i.cond, "a chain of `let` conditions with `else` is not supported yet; nest the `if`s");
            }
            let mut inner = i.then_branch.clone();
            for link in links.iter().rev() {
                let cond = (*link).clone();
                let nested = Syn::If(syn::ExprIf {
                    attrs: Vec::new(),
                    if_token: i.if_token,
                    cond: Box::new(cond),
                    then_branch: inner,
                    else_branch: None,
                });
                inner = syn::Block { brace_token: i.then_branch.brace_token, stmts: vec![SynStmt::Expr(nested, None)] };
            }
            return match &inner.stmts[..] {
                [SynStmt::Expr(Syn::If(outer), None)] => self.branch(outer, own, rest, dest),
                _ => Err(Refused),
            };
        }
        let Syn::Let(l) = links[0] else { return Err(Refused) };
        let then: Vec<&SynStmt> = i.then_branch.stmts.iter().collect();
        let wild: Pat = Pat::Wild(syn::PatWild { attrs: Vec::new(), underscore_token: syn::token::Underscore { spans: [l.pat.span()] } });
        let other_stmt = i.else_branch.as_ref().map(|(_, e)| SynStmt::Expr((**e).clone(), None));
        let other: Vec<&SynStmt> = match &i.else_branch {
            Some((_, e)) => match &**e {
                Syn::Block(b) if b.label.is_none() => b.block.stmts.iter().collect(),
                _ => other_stmt.iter().collect(),
            },
            None => Vec::new(),
        };
        let exits = i.then_branch.stmts.iter().any(stmt_exits) || i.else_branch.as_ref().is_some_and(|(_, e)| expr_exits(e));
        let falls = [!diverges(&i.then_branch.stmts), i.else_branch.as_ref().is_none_or(|(_, e)| !expr_diverges(e))];
        let arms = [(&*l.pat, None, then, falls[0]), (&wild, None, other, falls[1])];
        self.arms(&l.expr, &arms, exits, own, rest, dest)
    }

    fn let_else(&mut self, pat: &Pat, init: &Syn, diverge: &Syn, rest: &Seq, dest: &Dest) -> Lowered<()> {
        let wild: Pat = Pat::Wild(syn::PatWild { attrs: Vec::new(), underscore_token: syn::token::Underscore { spans: [pat.span()] } });
        let diverge_stmts: Vec<&SynStmt> = match diverge {
            Syn::Block(b) => b.block.stmts.iter().collect(),
            _ => Vec::new(),
        };
        let pat = match pat {
            Pat::Type(t) => &*t.pat,
            other => other,
        };
        let arms = [(pat, None, Vec::new(), true), (&wild, None, diverge_stmts, false)];
        self.arms(init, &arms, true, &Dest::Nothing, rest, dest)
    }

    /// `match`, whose value goes to `own`; `rest` follows, its value goes to `dest`.
    pub(super) fn match_to(&mut self, m: &syn::ExprMatch, rest: &Seq, own: &Dest, dest: &Dest) -> Lowered<()> {
        let bodies: Vec<SynStmt> = m.arms.iter().map(|a| SynStmt::Expr((*a.body).clone(), None)).collect();
        let exits = m.arms.iter().any(|a| expr_exits(&a.body));
        let arms: Vec<_> = m
            .arms
            .iter()
            .zip(&bodies)
            .map(|(arm, body)| {
                let stmts: Vec<&SynStmt> = match &*arm.body {
                    Syn::Block(b) if b.label.is_none() => b.block.stmts.iter().collect(),
                    _ => vec![body],
                };
                (&arm.pat, arm.guard.as_ref().map(|(_, g)| &**g), stmts, !expr_diverges(&arm.body))
            })
            .collect();
        self.arms(&m.expr, &arms, exits, own, rest, dest)
    }

    fn arms(
        &mut self,
        scrutinee: &Syn,
        arms: &[(&Pat, Option<&Syn>, Vec<&SynStmt>, bool)],
        exits: bool,
        own: &Dest,
        rest: &Seq,
        dest: &Dest,
    ) -> Lowered<()> {
        let falls: Vec<bool> = arms.iter().map(|a| a.3).collect();
        let place = Placement::of(&falls, exits, rest);
        if self.gives_maybe(scrutinee) && self.varies(scrutinee) {
            if let Some((some, none, pat)) = Self::maybe_arms(arms) {
                let Val::Maybe { found, value } = self.expr_place(scrutinee)? else { return Err(Refused) };
                let run = |k: usize| {
                    let (stmts, falls) = (&arms[k].2, arms[k].3);
                    move |l: &mut Self| l.arm(stmts, falls, place, own, rest, dest)
                };
                self.maybe_branch(found, *value, pat, run(some), run(none))?;
                return if place == Placement::Guarded { self.guarded(rest, dest) } else { Ok(()) };
            }
        }
        let code = scrutinee;
        let scrutinee = self.scrutinee(scrutinee, arms.iter().map(|a| a.0))?;
        let writes_back = scrutinee.writes_back(arms.iter().map(|a| a.0));
        if writes_back {
            for (pat, _, stmts, falls) in arms {
                if *falls && stmts.is_empty() && place == Placement::Inside {
                    return self
                        .errors
                        .refuse_at(*pat, "a `let ... else` that binds by `&mut` cannot be followed; use `if let` or `match`");
                }
                if let Some(stmt) = stmts.iter().find(|s| mentions_place(*s, code)) {
                    return self.errors.refuse_at(
                        *stmt,
                        "this reads the matched value while its parts are bound by `&mut`, which cannot be followed; read it after the `match`",
                    );
                }
            }
        }
        let mut lowered = Vec::new();
        let mut ok = Ok(());
        for (pat, guard, stmts, falls) in arms {
            // What follows runs when the parts have been written back.
            let later = writes_back && *falls && place == Placement::Inside;
            let fill = |l: &mut Self| if later { l.seq_to(stmts, own) } else { l.arm(stmts, *falls, place, own, rest, dest) };
            let after = |l: &mut Self| match later {
                true if stmts.iter().any(|s| stmt_exits(s)) => l.guarded(rest, dest),
                true => l.seq_to(rest, dest),
                false => Ok(()),
            };
            match self.match_arm(&scrutinee, pat, *guard, fill, after) {
                Ok(arm) => lowered.push(arm),
                Err(e) => ok = Err(e),
            }
        }
        ok?;
        self.out.push(Stmt::Match(scrutinee.expr, lowered));
        if place == Placement::Guarded {
            self.guarded(rest, dest)
        } else {
            Ok(())
        }
    }

    // ---- loops -----------------------------------------------------------------------------------------

    pub(super) fn labelled_block(&mut self, b: &syn::ExprBlock, dest: &Dest) -> Lowered<()> {
        let label = b.label.as_ref().map(|l| l.name.ident.to_string());
        let stop = Some(self.flag("left"));
        let var = match dest {
            Dest::Var(v) => Some(*v),
            Dest::Return => self.frames.first().and_then(|f| f.dest),
            Dest::Nothing => None,
        };
        if matches!(dest, Dest::Return) && var.is_none() {
            return self.errors.refuse_at(b, "a labelled block as the function's value is not supported; bind it with `let` first");
        }
        let base = self.frames.len();
        self.frames.push(Frame { label, kind: FrameKind::Block, stop, skip: None, dest: var, base });
        let inner = var.map_or(Dest::Nothing, Dest::Var);
        let done = self.block_to(&b.block.stmts, &inner);
        self.frames.pop();
        done
    }

    /// Pushes the frame of a loop, runs `fill` in the loop's body, gives the body and the exit flag.
    pub(super) fn loop_body(
        &mut self,
        label: Option<&syn::Label>,
        body: Option<&syn::Block>,
        dest: Option<Var>,
        base: usize,
        fill: impl FnOnce(&mut Self) -> Lowered<()>,
    ) -> Lowered<(Block, Option<Var>)> {
        let jumps = body.is_none_or(scan::body_jumps);
        let stop = jumps.then(|| self.flag("stop"));
        let label = label.map(|l| l.name.ident.to_string());
        let block = self.block(true, |l| {
            let skip = jumps.then(|| l.flag("skip"));
            l.frames.push(Frame { label, kind: FrameKind::Loop, stop, skip, dest, base });
            let done = fill(l);
            l.frames.pop();
            done
        })?;
        Ok((block, stop))
    }

    fn for_loop(&mut self, f: &syn::ExprForLoop) -> Lowered<()> {
        let iter = self.iterator(&f.expr)?;
        let pat = (*f.pat).clone();
        self.checkpoint = crate::checkpoint::is_on(&f.attrs);
        self.drive(iter, f.label.as_ref(), Some(&f.body), f.for_token.span, &mut |lower, item| {
            lower.bind(&pat, item, None, pat.span())?;
            lower.block_to(&f.body.stmts, &Dest::Nothing)
        })
    }

    fn while_loop(&mut self, w: &syn::ExprWhile) -> Lowered<()> {
        self.checkpoint = crate::checkpoint::is_on(&w.attrs);
        if has_let(&w.cond) || !self.is_plain_condition(&w.cond) {
            // `loop { if cond { body } else { break } }`
            let brk: SynStmt = syn::parse_quote!(break;);
            let other = syn::Block { brace_token: w.body.brace_token, stmts: vec![brk] };
            let other = Syn::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block: other });
            let cond = Syn::If(syn::ExprIf {
                attrs: Vec::new(),
                if_token: syn::token::If { span: w.while_token.span },
                cond: w.cond.clone(),
                then_branch: w.body.clone(),
                else_branch: Some((syn::token::Else { span: w.while_token.span }, Box::new(other))),
            });
            let body = syn::Block { brace_token: w.body.brace_token, stmts: vec![SynStmt::Expr(cond, None)] };
            return self.endless(w.label.as_ref(), &body, None, w.while_token.span);
        }
        let cond = self.plain(&w.cond)?;
        let (body, exit) =
            self.loop_body(w.label.as_ref(), Some(&w.body), None, self.frames.len(), |l| l.block_to(&w.body.stmts, &Dest::Nothing))?;
        self.out.push(Stmt::While(WhileLoop { cond, body, exit, span: w.while_token.span }));
        Ok(())
    }

    /// Whether the condition can stay as it stands in the head of the loop.
    fn is_plain_condition(&self, cond: &Syn) -> bool {
        self.can_stay(cond)
    }

    pub(super) fn loop_loop(&mut self, l: &syn::ExprLoop, dest: Option<Var>) -> Lowered<()> {
        self.checkpoint = crate::checkpoint::is_on(&l.attrs);
        self.endless(l.label.as_ref(), &l.body, dest, l.loop_token.span)
    }

    fn endless(&mut self, label: Option<&syn::Label>, body: &syn::Block, dest: Option<Var>, span: Span) -> Lowered<()> {
        let (body, exit) = self.loop_body(label, Some(body), dest, self.frames.len(), |l| l.block_to(&body.stmts, &Dest::Nothing))?;
        let cond = Expr::Const(quote!(true));
        self.out.push(Stmt::While(WhileLoop { cond, body, exit, span }));
        Ok(())
    }

    /// A counted loop over `0..len`-like bounds.
    pub(super) fn counted(&mut self, var: Var, counter: crate::ir::Counter, body: Block, exit: Option<Var>, span: Span) {
        self.out.push(Stmt::For(ForLoop { var, counter, body, exit, span }));
    }
}

/// Where the statements after a branching statement go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Placement {
    /// No arm leaves: they simply follow.
    After,
    /// Into the only arm that goes on.
    Inside,
    /// Behind a test of the exit flags.
    Guarded,
}

impl Placement {
    fn of(falls: &[bool], exits: bool, rest: &Seq) -> Placement {
        let going_on = falls.iter().filter(|f| **f).count();
        if !exits && going_on == falls.len() {
            Placement::After
        } else if going_on <= 1 && !rest.is_empty() {
            Placement::Inside
        } else if rest.is_empty() {
            Placement::After
        } else {
            Placement::Guarded
        }
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

pub(crate) fn has_let(cond: &Syn) -> bool {
    match cond {
        Syn::Let(_) => true,
        Syn::Binary(b) if matches!(b.op, syn::BinOp::And(_)) => has_let(&b.left) || has_let(&b.right),
        Syn::Paren(p) => has_let(&p.expr),
        _ => false,
    }
}

fn flatten_chain<'e>(cond: &'e Syn, links: &mut Vec<&'e Syn>) {
    match cond {
        Syn::Binary(b) if matches!(b.op, syn::BinOp::And(_)) && has_let(cond) => {
            flatten_chain(&b.left, links);
            flatten_chain(&b.right, links);
        }
        other => links.push(other),
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
