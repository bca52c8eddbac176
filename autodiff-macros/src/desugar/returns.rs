//! `return` inside a closure: the closure is followed where it is called, so its returns become values.

use quote::ToTokens;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{parse_quote, Expr, Stmt};

/// Rewrites the body of a closure: branches where that is possible, else a labelled block that is left with the value.
pub(super) fn to_values(body: &mut syn::ExprBlock, label: syn::Lifetime) {
    if let Some(stmts) = nested(&body.block.stmts) {
        body.block.stmts = stmts;
        return;
    }
    let mut leave = Leave(label.clone());
    leave.visit_block_mut(&mut body.block);
    let inner = &body.block;
    body.block = parse_quote!({ #label: #inner });
}

/// What a closure without parameters gives: its body, unless `return` in it would leave more than the closure there.
pub(super) fn given_by(c: &syn::ExprClosure) -> Expr {
    if crate::lower::expr_exits(&c.body) {
        parse_quote!((#c)())
    } else {
        (*c.body).clone()
    }
}

/// Statements whose value is what they return; none if a `return` stands elsewhere than in branches of its own.
fn nested(stmts: &[Stmt]) -> Option<Vec<Stmt>> {
    let Some(k) = stmts.iter().position(|s| returns(|r| r.visit_stmt(s))) else { return Some(stmts.to_vec()) };
    let (before, rest) = (&stmts[..k], &stmts[k + 1..]);
    let mut out = before.to_vec();
    match &stmts[k] {
        Stmt::Expr(Expr::Return(r), _) => {
            if let Some(value) = &r.expr {
                if returns(|v| v.visit_expr(value)) {
                    return None;
                }
                out.push(Stmt::Expr((**value).clone(), None));
            }
        }
        Stmt::Expr(Expr::If(i), semi) => {
            let last = rest.is_empty() && semi.is_none();
            let mut i = i.clone();
            let arm = |stmts: &[Stmt]| -> Option<Vec<Stmt>> {
                if last || crate::lower::diverges(stmts) {
                    nested(stmts)
                } else if returns(|r| stmts.iter().for_each(|s| r.visit_stmt(s))) || rest.is_empty() {
                    None
                } else {
                    nested(&followed_by(stmts.to_vec(), rest))
                }
            };
            let falls = usize::from(!crate::lower::diverges(&i.then_branch.stmts))
                + usize::from(i.else_branch.as_ref().is_none_or(|(_, e)| !crate::lower::expr_diverges(e)));
            if !last && falls > 1 || returns(|r| r.visit_expr(&i.cond)) {
                return None;
            }
            i.then_branch.stmts = arm(&i.then_branch.stmts)?;
            let other: Vec<Stmt> = match &i.else_branch {
                None => Vec::new(),
                Some((_, e)) => match &**e {
                    Expr::Block(b) if b.label.is_none() => b.block.stmts.clone(),
                    other => vec![Stmt::Expr(other.clone(), None)],
                },
            };
            let other = arm(&other)?;
            i.else_branch = Some((syn::token::Else::default(), Box::new(parse_quote!({ #(#other)* }))));
            out.push(Stmt::Expr(Expr::If(i), None));
        }
        Stmt::Expr(Expr::Match(m), semi) => {
            let last = rest.is_empty() && semi.is_none();
            let falls = m.arms.iter().filter(|a| !crate::lower::expr_diverges(&a.body)).count();
            if !last && falls > 1
                || returns(|r| r.visit_expr(&m.expr))
                || m.arms.iter().any(|a| a.guard.is_some() && returns(|r| r.visit_arm(a)))
            {
                return None;
            }
            let mut m = m.clone();
            for a in &mut m.arms {
                let stmts = match &*a.body {
                    Expr::Block(b) if b.label.is_none() => b.block.stmts.clone(),
                    other => vec![Stmt::Expr(other.clone(), None)],
                };
                let goes_on = !last && !crate::lower::diverges(&stmts);
                let all = nested(&if goes_on { followed_by(stmts, rest) } else { stmts })?;
                *a.body = parse_quote!({ #(#all)* });
            }
            out.push(Stmt::Expr(Expr::Match(m), None));
        }
        Stmt::Local(l) => {
            // `let p = match e { A => v, B => return w };`: what follows goes into the branch that goes on.
            let moved = crate::lower::bind_in_branch(l, &l.init.as_ref().filter(|i| i.diverge.is_none())?.expr)?;
            let mut all = vec![Stmt::Expr(moved, Some(syn::token::Semi::default()))];
            all.extend(rest.iter().cloned());
            out.extend(nested(&all)?);
        }
        _ => return None,
    }
    Some(out)
}

/// A branch and what follows it: the value of the branch is dropped.
fn followed_by(mut branch: Vec<Stmt>, rest: &[Stmt]) -> Vec<Stmt> {
    match branch.last_mut() {
        Some(Stmt::Expr(_, semi @ None)) => *semi = Some(syn::token::Semi::default()),
        Some(Stmt::Macro(m)) => m.semi_token = m.semi_token.or_else(|| Some(syn::token::Semi::default())),
        _ => {}
    }
    branch.extend(rest.iter().cloned());
    branch
}

fn returns(visit: impl FnOnce(&mut Returns)) -> bool {
    let mut returns = Returns(false);
    visit(&mut returns);
    returns.0
}

struct Returns(bool);

impl<'a> Visit<'a> for Returns {
    fn visit_item(&mut self, _: &'a syn::Item) {}
    fn visit_expr_closure(&mut self, _: &'a syn::ExprClosure) {}
    fn visit_expr_return(&mut self, _: &'a syn::ExprReturn) {
        self.0 = true;
    }
}

/// `return x` becomes `break 'closure x`.
struct Leave(syn::Lifetime);

impl VisitMut for Leave {
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        visit_mut::visit_expr_mut(self, e);
        if let Expr::Return(r) = e {
            let label = &self.0;
            *e = match &r.expr {
                None => parse_quote!(break #label),
                // Behind a label, a path that begins with `::` is read as what the label is of.
                Some(value) if value.to_token_stream().to_string().starts_with("::") => parse_quote!(break #label (#value)),
                Some(value) => parse_quote!(break #label #value),
            };
        }
    }
}
