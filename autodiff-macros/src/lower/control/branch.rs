//! `if`, `if let`, `let else` and `match`.
//!
//! What enters: the branching statement and what follows it. What leaves: the same branch, with what follows in the only arm that goes on,
//! behind a flag, or after it.

use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{Expr as Syn, Pat, Stmt as SynStmt};

use super::super::optional::array_of;
use super::super::pattern::matching::{Guard, Scrutinee};
use super::super::pattern::write_back::mentions_place;
use super::super::scan::{diverges, expr_diverges, expr_exits, stmt_exits};
use super::super::{Lower, Val};
use super::{Dest, Seq};
use crate::diagnostics::{Lowered, Refused};
use crate::ir::{Block, Expr, Place, Stmt, Var, VarKind};
use crate::types::Ty;

/// Pattern, guard, statements, and whether their end may be reached.
pub(super) type ArmOf<'p> = (&'p Pat, Option<&'p Syn>, Vec<&'p SynStmt>, bool);

/// The two branches of an `if`.
struct Branches<'s> {
    then: Vec<&'s SynStmt>,
    other: Vec<&'s SynStmt>,
    /// Whether one of them leaves the `if` early.
    exits: bool,
    /// Whether the end of each may be reached.
    falls: [bool; 2],
}

impl<'s> Branches<'s> {
    /// `other` is what stands behind `else`, as a statement.
    fn of(i: &'s syn::ExprIf, other: Option<&'s SynStmt>) -> Branches<'s> {
        let behind_else = i.else_branch.as_ref().map(|(_, e)| &**e);
        Branches {
            then: i.then_branch.stmts.iter().collect(),
            other: match behind_else {
                Some(Syn::Block(b)) if b.label.is_none() => b.block.stmts.iter().collect(),
                _ => other.into_iter().collect(),
            },
            exits: i.then_branch.stmts.iter().any(stmt_exits) || behind_else.is_some_and(expr_exits),
            falls: [!diverges(&i.then_branch.stmts), behind_else.is_none_or(|e| !expr_diverges(e))],
        }
    }
}

impl Lower<'_> {
    /// Names a condition, so that the reverse sweep can ask it again: a flag may be another one by then.
    pub(in crate::lower) fn condition(&mut self, cond: Expr) -> Expr {
        let lasts = match &cond {
            Expr::Const(_) => true,
            Expr::Var(v) => !self.vars[v.0 as usize].mutable,
            _ => false,
        };
        if lasts {
            return cond;
        }
        let name = self.names.numbered("took_");
        let var = self.local(name, Ty::Plain, VarKind::Value, false);
        self.vars[var.0 as usize].owned = true;
        self.out.push(Stmt::Let(var, cond));
        Expr::Var(var)
    }

    /// `if`, whose value goes to `own`; `rest` follows (in the branch that goes on), its value goes to `dest`.
    pub(in crate::lower) fn branch(&mut self, i: &syn::ExprIf, own: &Dest, rest: &Seq, dest: &Dest) -> Lowered<()> {
        if has_let(&i.cond) {
            return self.if_let(i, own, rest, dest);
        }
        if expr_exits(&i.cond) {
            return self.errors.refuse_at(&i.cond, "an early exit inside a condition cannot be differentiated");
        }
        let cond = self.plain(&i.cond)?;
        let cond = self.condition(cond);
        let other_stmt = i.else_branch.as_ref().map(|(_, e)| SynStmt::Expr((**e).clone(), None));
        let Branches { then, other, exits, falls } = Branches::of(i, other_stmt.as_ref());
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
    pub(super) fn arm(&mut self, stmts: &Seq, falls: bool, place: Placement, own: &Dest, rest: &Seq, dest: &Dest) -> Lowered<()> {
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
        let wild: Pat = Pat::Wild(syn::PatWild { attrs: Vec::new(), underscore_token: syn::token::Underscore { spans: [l.pat.span()] } });
        let other_stmt = i.else_branch.as_ref().map(|(_, e)| SynStmt::Expr((**e).clone(), None));
        let Branches { then, other, exits, falls } = Branches::of(i, other_stmt.as_ref());
        let arms = [(&*l.pat, None, then, falls[0]), (&wild, None, other, falls[1])];
        self.arms(&l.expr, &arms, exits, own, rest, dest)
    }

    pub(super) fn let_else(&mut self, pat: &Pat, init: &Syn, diverge: &Syn, rest: &Seq, dest: &Dest) -> Lowered<()> {
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
    pub(in crate::lower) fn match_to(&mut self, m: &syn::ExprMatch, rest: &Seq, own: &Dest, dest: &Dest) -> Lowered<()> {
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

    pub(super) fn arms(&mut self, scrutinee: &Syn, arms: &[ArmOf<'_>], exits: bool, own: &Dest, rest: &Seq, dest: &Dest) -> Lowered<()> {
        let falls: Vec<bool> = arms.iter().map(|a| a.3).collect();
        let place = Placement::of(&falls, exits, rest);
        if self.gives_maybe(scrutinee) && self.varies(scrutinee) {
            if let Some((some, none, pat)) = Self::maybe_arms(arms, array_of(scrutinee)) {
                let Val::Maybe { found, value } = self.expr_place(scrutinee)? else { return Err(Refused) };
                let run = |k: usize| {
                    let (stmts, falls) = (&arms[k].2, arms[k].3);
                    move |l: &mut Self| l.arm(stmts, falls, place, own, rest, dest)
                };
                self.maybe_branch(found, *value, pat, run(some), run(none))?;
                return if place == Placement::Guarded { self.guarded(rest, dest) } else { Ok(()) };
            }
        }
        if let Some(done) = self.arms_further(scrutinee, arms, exits, own, rest, dest) {
            return done;
        }
        let code = scrutinee;
        let mut scrutinee = self.scrutinee(scrutinee, arms.iter().map(|a| a.0))?;
        let writes_back = scrutinee.writes_back(arms.iter().map(|a| a.0));
        if writes_back {
            for (pat, _, stmts, falls) in arms {
                if *falls && stmts.is_empty() && place == Placement::Inside {
                    return self
                        .errors
                        .refuse_at(*pat, "a `let ... else` that binds by `&mut` cannot be followed; use `if let` or `match`");
                }
                // An arm that binds nothing writes nothing back.
                let binds = !crate::varied::bound_names(pat).is_empty();
                if let Some(stmt) = stmts.iter().find(|s| binds && mentions_place(*s, code)) {
                    return self.errors.refuse_at(
                        *stmt,
                        "this reads the matched value while its parts are bound by `&mut`, which cannot be followed; read it after the `match`",
                    );
                }
            }
        }
        let chosen = match self.changing_guard(arms) {
            Some(_) => {
                self.looked_at_twice(&mut scrutinee, code)?;
                Some(self.chosen_once(&scrutinee, arms)?)
            }
            None if scrutinee.lent => None,
            None => self.chosen_arm(&scrutinee, arms)?,
        };
        let mut lowered = Vec::new();
        let mut ok = Ok(());
        for (k, (pat, guard, stmts, falls)) in arms.iter().enumerate() {
            let guard = guard.map(|g| match chosen {
                Some(chosen) => Guard::Known(self.is_arm(chosen, k)),
                None if scrutinee.lent => Guard::Once(g),
                None => Guard::Again(g),
            });
            // What follows runs when the parts have been written back.
            let later = writes_back && *falls && place == Placement::Inside;
            let fill = |l: &mut Self| if later { l.seq_to(stmts, own) } else { l.arm(stmts, *falls, place, own, rest, dest) };
            let after = |l: &mut Self| match later {
                true if stmts.iter().any(|s| stmt_exits(s)) => l.guarded(rest, dest),
                true => l.seq_to(rest, dest),
                false => Ok(()),
            };
            match self.match_arm(&scrutinee, pat, guard, fill, after) {
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
}

impl Lower<'_> {
    /// Which arm is taken, where a guard reads what may be different in the reverse sweep:
    ///
    /// ```text
    /// match s { A(x) if k < n => { .. } _ => { .. } }    let mut arm_0 = 0;
    ///                                                    match s { A(x) if k < n => arm_0 = 0, _ => arm_0 = 1 }
    ///                                                    let chosen_0 = arm_0;
    ///                                                    match s { A(x) if chosen_0 == 0 => { .. } _ => { .. } }
    /// ```
    fn chosen_arm(&mut self, scrutinee: &Scrutinee, arms: &[ArmOf<'_>]) -> Lowered<Option<Var>> {
        if !arms.iter().any(|a| a.1.is_some_and(|g| self.reads_what_changes(g))) {
            return Ok(None);
        }
        let arm = self.noted("arm", number(0).to_token_stream());
        let seen = scrutinee.only_seen();
        let mut choices = Vec::new();
        for (k, (pat, guard, ..)) in arms.iter().enumerate() {
            let number = Expr::Const(number(k).to_token_stream());
            let fill = |l: &mut Self| {
                l.out.push(Stmt::Assign(Place::var(arm), number));
                Ok(())
            };
            let mut pat = (*pat).clone();
            Looks.visit_pat_mut(&mut pat);
            choices.push(self.match_arm(&seen, &pat, guard.map(Guard::Once), fill, |_| Ok(()))?);
        }
        self.out.push(Stmt::Match(seen.expr, choices));
        Ok(Some(self.known(arm)))
    }

    /// The first guard that changes something.
    fn changing_guard<'p>(&self, arms: &[ArmOf<'p>]) -> Option<&'p Syn> {
        arms.iter().find_map(|a| a.1.filter(|g| self.changes_anything(g) || self.works(g)))
    }

    /// Which arm is taken, where guards change something: found out in one statement, which is seen to change it.
    ///
    /// ```text
    /// match n { 1 if { k += 1; k > 2 } => { .. } _ => { .. } }    let chosen_0 = match n { 1 if { k += 1; k > 2 } => 0, _ => 1 };
    ///                                                             match n { 1 if chosen_0 == 0 => { .. } _ => { .. } }
    /// ```
    fn chosen_once(&mut self, scrutinee: &Scrutinee, arms: &[ArmOf<'_>]) -> Lowered<Var> {
        let seen = scrutinee.only_seen();
        let what = crate::emit::expr_tokens(&self.vars, &seen.expr);
        let mut vars = Vec::new();
        seen.expr.each_operand(&mut |v| vars.push(v));
        let mut choices = Vec::new();
        for (k, (pat, guard, ..)) in arms.iter().enumerate() {
            let mut pat = (*pat).clone();
            Looks.visit_pat_mut(&mut pat);
            let arm = self.match_arm(&seen, &pat, guard.map(Guard::Once), |_| Ok(()), |_| Ok(()))?;
            let (pat, k) = (&arm.pat, number(k));
            let condition = arm.guard.as_ref().map(|g| {
                g.each_operand(&mut |v| vars.push(v));
                let g = crate::emit::expr_tokens(&self.vars, g);
                quote::quote!(if #g)
            });
            vars.retain(|v| !arm.bound.contains(v));
            choices.push(quote::quote!(#pat #condition => #k,));
        }
        // As syntax, of which it is seen that it does not only read.
        let Ok(code) = syn::parse2::<syn::Expr>(quote::quote!(match #what { #(#choices)* })) else { return Err(Refused) };
        let name = self.names.numbered("chosen_");
        let chosen = self.local(name, Ty::Plain, VarKind::Value, false);
        self.vars[chosen.0 as usize].owned = true;
        self.out.push(Stmt::Let(chosen, Expr::Verbatim(Box::new(code), vars)));
        Ok(chosen)
    }

    /// Which arm was noted, as a constant.
    pub(super) fn known(&mut self, arm: Var) -> Var {
        let name = self.names.numbered("chosen_");
        let chosen = self.local(name, Ty::Plain, VarKind::Value, false);
        self.vars[chosen.0 as usize].owned = true;
        self.out.push(Stmt::Let(chosen, Expr::Var(arm)));
        chosen
    }

    /// `chosen == k`
    fn is_arm(&self, chosen: Var, k: usize) -> Expr {
        let (name, number) = (&self.info(chosen).name, number(k));
        Expr::Verbatim(Box::new(syn::parse_quote!(#name == #number)), vec![chosen])
    }

    /// Whether code mentions a variable that the user's code may write to.
    fn reads_what_changes(&self, code: &Syn) -> bool {
        let changes = |val: &Val| match val {
            Val::Place(p, _) | Val::Ref(p, ..) | Val::Expr(Expr::Read(p), _) => {
                let mut mutable = false;
                p.each_var(&mut |v| mutable |= self.info(v).mutable);
                mutable
            }
            Val::Expr(e, _) => !self.is_stable(e),
            _ => false,
        };
        let names = self.env.iter().filter(|(_, val)| changes(val)).map(|(name, _)| name.clone()).collect();
        crate::varied::mentions(code.to_token_stream(), &names)
    }
}

/// `ref` instead of `ref mut`, where nothing is written.
struct Looks;

impl VisitMut for Looks {
    fn visit_pat_ident_mut(&mut self, p: &mut syn::PatIdent) {
        if p.by_ref.is_some() {
            p.mutability = None;
        }
        syn::visit_mut::visit_pat_ident_mut(self, p);
    }
}

/// The number of an arm.
pub(super) fn number(k: usize) -> proc_macro2::Literal {
    proc_macro2::Literal::usize_unsuffixed(k)
}

/// Where the statements after a branching statement go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Placement {
    /// No arm leaves: they simply follow.
    After,
    /// Into the only arm that goes on.
    Inside,
    /// Behind a test of the exit flags.
    Guarded,
}

impl Placement {
    pub(super) fn of(falls: &[bool], exits: bool, rest: &Seq) -> Placement {
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
