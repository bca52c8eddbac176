//! Loops and labelled blocks.
//!
//! What enters: a loop of the user. What leaves: a counted loop, or one with a condition; jumps are flags that are tested after an iteration.

use proc_macro2::Span;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr as Syn, Stmt as SynStmt};

use super::super::changes::{Changes, Variables};
use super::super::{scan, Frame, FrameKind, Lower};
use super::branch::has_let;
use super::Dest;
use crate::diagnostics::Lowered;
use crate::ir::{Block, Expr, ForLoop, Stmt, Var, WhileLoop};
use crate::types::Ty;

impl Lower<'_> {
    pub(in crate::lower) fn labelled_block(&mut self, b: &syn::ExprBlock, dest: &Dest) -> Lowered<()> {
        let label = b.label.as_ref().map(|l| l.name.ident.to_string());
        let stop = Some(self.flag("left"));
        let var = match dest {
            Dest::Var(v) => Some(*v),
            Dest::Return => self.frames.first().and_then(|f| f.dest),
            Dest::Nothing => None,
        };
        if matches!(dest, Dest::Return) && var.is_none() && !matches!(self.source.result, Ty::Unit) {
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
    pub(in crate::lower) fn loop_body(
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

    pub(super) fn for_loop(&mut self, f: &syn::ExprForLoop) -> Lowered<()> {
        let iter = match self.with_old_items(f) {
            Some(over) => self.iterator(&over)?,
            None => self.iterator(&f.expr)?,
        };
        let pat = (*f.pat).clone();
        self.checkpoint = crate::checkpoint::is_on(&f.attrs);
        self.drive(iter, f.label.as_ref(), Some(&f.body), f.for_token.span, &mut |lower, item| {
            lower.bind(&pat, item, None, pat.span())?;
            lower.block_to(&f.body.stmts, &Dest::Nothing)
        })
    }

    /// What a loop iterates over, with copies of what it takes by value and its body writes to: of an array that is copied, or a variable that
    /// is assigned anew, the items are the old ones.
    fn with_old_items(&self, f: &syn::ExprForLoop) -> Option<Syn> {
        struct Copies<'l, 'a> {
            lower: &'l Lower<'a>,
            body: &'l syn::Block,
            found: bool,
        }
        impl Copies<'_, '_> {
            fn is_written(&self, e: &Syn) -> bool {
                let Some(root) = crate::varied::root_name(e).filter(|root| self.lower.facts.written.contains(root)) else { return false };
                let names = std::iter::once(root).collect();
                let mut changes = Changes::new(Variables::These(&names));
                syn::visit::Visit::visit_block(&mut changes, self.body);
                changes.found.is_some()
            }
        }
        impl syn::visit_mut::VisitMut for Copies<'_, '_> {
            fn visit_expr_mut(&mut self, e: &mut Syn) {
                match e {
                    Syn::Path(_) | Syn::Field(_) | Syn::Index(_) | Syn::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), .. })
                        if matches!(self.lower.types.of(e), Ty::Vec(_) | Ty::Array(..)) && self.is_written(e) =>
                    {
                        *e = syn::parse_quote_spanned!(e.span()=> (#e).clone());
                        self.found = true;
                    }
                    Syn::Paren(p) => self.visit_expr_mut(&mut p.expr),
                    Syn::MethodCall(m) if m.method == "into_iter" || super::super::iter::is_adaptor(&m.method.to_string()) => {
                        syn::visit_mut::visit_expr_method_call_mut(self, m);
                    }
                    // What is borrowed is not moved.
                    _ => {}
                }
            }
        }
        let mut over = (*f.expr).clone();
        let mut copies = Copies { lower: self, body: &f.body, found: false };
        syn::visit_mut::VisitMut::visit_expr_mut(&mut copies, &mut over);
        copies.found.then_some(over)
    }

    pub(super) fn while_loop(&mut self, w: &syn::ExprWhile) -> Lowered<()> {
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

    /// Whether the condition can stay as it stands in the head of the loop: what it changes there, as `{ k += 1; k } < n` does, no reverse
    /// sweep would give back.
    fn is_plain_condition(&self, cond: &Syn) -> bool {
        self.can_stay(cond) && !self.changes_anything(cond)
    }

    pub(in crate::lower) fn loop_loop(&mut self, l: &syn::ExprLoop, dest: Option<Var>) -> Lowered<()> {
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
    pub(in crate::lower) fn counted(&mut self, var: Var, counter: crate::ir::Counter, body: Block, exit: Option<Var>, span: Span) {
        self.out.push(Stmt::For(ForLoop { var, counter, body, exit, span }));
    }
}
