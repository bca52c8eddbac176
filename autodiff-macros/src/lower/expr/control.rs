//! Control flow as a value, and macros.
//!
//! What enters: a branch, a loop, a block or a macro call whose value is used. What leaves: statements, and the variable that takes the value.

use quote::quote;
use syn::spanned::Spanned;
use syn::Expr as Syn;

use super::super::control::Dest;
use super::super::pattern::better;
use super::super::{scan, Lower, Val};
use crate::diagnostics::Lowered;
use crate::ir::{Expr, Place, Stmt, Var, VarKind};
use crate::types::Ty;
use crate::varied;

impl Lower<'_> {
    pub(super) fn value_of_control(&mut self, e: &Syn, expected: &Ty) -> Lowered<Val> {
        if let Syn::Block(b) = e {
            if b.label.is_none() && !scan::block_exits(&b.block) {
                return self.block_value(&b.block, expected);
            }
        }
        let ty = match expected {
            // Arms of several types may be coerced to it.
            Ty::Ref(inner, false) if matches!(**inner, Ty::Slice(_)) => expected.clone(),
            _ => better(self.types.of(e), expected.clone()),
        };
        if matches!(ty, Ty::Unit) || matches!(e, Syn::If(i) if i.else_branch.is_none()) {
            self.effect(e)?;
            return Ok(Val::Unit);
        }
        let before = self.out.len();
        let var = match e {
            Syn::If(i) => return self.value_of_branches(&ty, |l, dest| l.branch(i, dest, &[], &Dest::Nothing)),
            Syn::Match(m) => return self.value_of_branches(&ty, |l, dest| l.match_to(m, &[], dest, &Dest::Nothing)),
            Syn::Loop(l) => {
                if super::scan::expr_exits(e) && !ty.static_zero() && !ty.is_plain() {
                    return self
                        .errors
                        .refuse_at(e, "this loop gives a value or leaves, and the value's type is not known here; give the `let` a type");
                }
                let var = self.result_var("value", &ty, true);
                self.loop_loop(l, Some(var))?;
                var
            }
            Syn::Block(b) => {
                let var = self.result_var("value", &ty, true);
                if b.label.is_some() {
                    self.labelled_block(b, &Dest::Var(var))?;
                } else {
                    self.block_to(&b.block.stmts, &Dest::Var(var))?;
                }
                var
            }
            other => return self.errors.refuse_at(other, "this expression cannot be differentiated"),
        };
        self.note_what_comes_in(var, before);
        Ok(self.what_came_in(var))
    }

    /// The value of branches every one of which gives one to the destination, or leaves.
    fn value_of_branches(&mut self, ty: &Ty, fill: impl FnOnce(&mut Self, &Dest) -> Lowered<()>) -> Lowered<Val> {
        let before = self.out.len();
        let chosen = match ty {
            Ty::Ref(inner, false) if !ty.is_plain() => match &**inner {
                Ty::Slice(elem) => Ty::Vec(elem.clone()),
                other => other.clone(),
            },
            // Behind a reference that an option holds.
            Ty::Slice(elem) if !ty.is_plain() => Ty::Vec(elem.clone()),
            other => other.clone(),
        };
        let var = self.choice_var(&chosen);
        fill(self, &Dest::Var(var))?;
        self.note_what_comes_in(var, before);
        if self.chosen.remove(&var) == Some(true) {
            let owned = self.info(var).ty.clone();
            return Ok(Val::Ref(Place::var(var), owned, false));
        }
        Ok(self.what_came_in(var))
    }

    fn what_came_in(&mut self, var: Var) -> Val {
        let ty = self.info(var).ty.clone();
        match self.read_result(var) {
            Expr::Var(v) => Val::Place(Place::var(v), ty),
            e => Val::Expr(e, ty),
        }
    }

    /// A variable varies only if one of the values does that the statements from there on give it.
    fn note_what_comes_in(&mut self, var: Var, from: usize) {
        fn comes_in(l: &Lower, stmts: &[Stmt], var: Var) -> bool {
            stmts.iter().any(|s| {
                let mut found = matches!(s, Stmt::Assign(p, e) if p.root == var && l.expr_varies(e));
                s.each_block(&mut |b| found |= comes_in(l, &b.stmts, var));
                found
            })
        }
        let varied = self.info(var).varied && comes_in(self, &self.out[from..], var);
        self.vars[var.0 as usize].varied = varied;
    }

    /// The variable that takes the value of an `if` or `match`.
    fn choice_var(&mut self, ty: &Ty) -> Var {
        let name = self.names.numbered("c");
        let var = self.local(name, ty.clone(), VarKind::Deferred, !ty.is_plain());
        self.invented.insert(var);
        self.chosen.insert(var, false);
        self.vars[var.0 as usize].owned = true;
        self.out.push(Stmt::Decl(var, None));
        var
    }

    /// The value of a block without exits.
    pub(in crate::lower) fn block_value(&mut self, b: &syn::Block, expected: &Ty) -> Lowered<Val> {
        let Some((last, before)) = b.stmts.split_last() else { return Ok(Val::Unit) };
        if before.iter().any(scan::is_let_else) && matches!(last, syn::Stmt::Expr(_, None)) {
            return self.value_of_branches(expected, |l, dest| l.block_to(&b.stmts, dest));
        }
        match last {
            syn::Stmt::Expr(e, None) => {
                for s in before {
                    self.stmt(s)?;
                }
                self.expr(e, expected)
            }
            syn::Stmt::Macro(m) if m.semi_token.is_none() => {
                for s in before {
                    self.stmt(s)?;
                }
                let e = Syn::Macro(syn::ExprMacro { attrs: Vec::new(), mac: m.mac.clone() });
                self.expr(&e, expected)
            }
            _ => {
                self.block_to(&b.stmts, &Dest::Nothing)?;
                Ok(Val::Unit)
            }
        }
    }

    pub(super) fn macro_expr(&mut self, m: &syn::ExprMacro, expected: &Ty) -> Lowered<Val> {
        let name = m.mac.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        if varied::is_observing_macro(&name) {
            let (e, vars) = self.verbatim_expr(&Syn::Macro(m.clone()))?;
            return Ok(Val::Expr(Expr::Verbatim(Box::new(e), vars), Ty::Unknown));
        }
        match name.as_str() {
            "vec" => {
                let tokens = m.mac.tokens.clone();
                if let Ok(r) = syn::parse2::<VecRepeat>(tokens.clone()) {
                    let val = self.expr(&r.value, &expected.element())?;
                    let (value, ty) = self.operand(val, r.value.span())?;
                    let len = self.fixed(&r.len)?;
                    return Ok(Val::Expr(Expr::VecRepeat(Box::new(value), Box::new(len)), Ty::Vec(Box::new(better(expected.element(), ty)))));
                }
                let parser = syn::punctuated::Punctuated::<Syn, syn::Token![,]>::parse_terminated;
                let Ok(list) = syn::parse::Parser::parse2(parser, tokens) else {
                    return self.errors.refuse_at(m, "this `vec!` cannot be read");
                };
                let (items, elem) = self.items(list.iter(), expected.element())?;
                Ok(Val::Expr(Expr::VecList(items), Ty::Vec(Box::new(elem))))
            }
            "dbg" => {
                let Ok(inner) = syn::parse2::<Syn>(m.mac.tokens.clone()) else {
                    return self.errors.refuse_at(m, "only `dbg!` of one expression can be differentiated");
                };
                let val = self.expr(&inner, expected)?;
                let (e, ty) = self.operand(val, inner.span())?;
                let shown = crate::emit::expr_tokens(&self.vars, &e);
                let mut vars = Vec::new();
                e.each_operand(&mut |v| vars.push(v));
                let path = &m.mac.path;
                let stmt = syn::Stmt::Expr(Syn::Verbatim(quote!(#path!(&#shown))), Some(syn::token::Semi { spans: [m.span()] }));
                self.out.push(Stmt::Verbatim(Box::new(stmt), vars));
                Ok(Val::Expr(e, ty))
            }
            _ => self.errors.refuse_at(
                &m.mac.path,
                format!("the macro `{name}!` receives differentiable values and cannot be looked into; write out what it does, or move it into a function"),
            ),
        }
    }
}

struct VecRepeat {
    value: Syn,
    len: Syn,
}

impl syn::parse::Parse for VecRepeat {
    fn parse(input: syn::parse::ParseStream) -> syn::Result<Self> {
        let value = input.parse()?;
        input.parse::<syn::Token![;]>()?;
        Ok(VecRepeat { value, len: input.parse()? })
    }
}
