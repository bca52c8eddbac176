//! Loops that look for the greatest or least of the elements of a list: `top = top.max(x[i])`, and nothing else.
//!
//! What enters: such a loop. What leaves: the forward sweep notes which iterations gave the value, as a rule one, and the reverse sweep adds
//! to their elements alone. Guarantees: the contributions of the rule of `max` or `min`, ties included. Neither the elements nor what was
//! the greatest before each of them is kept.
//!
//! ```text
//! for i in 0..n { let old = top; top = old.max(x[i]); }
//! // forward: let mut extreme_0 = extreme(); for i in 0..n { let old = top; note_greatest(&mut extreme_0, i, old, x[i]); top = old.max(x[i]); }
//! // reverse: let parts_0 = extreme_parts(&extreme_0, top_bar); top_bar = rest(&parts_0); for i in parts_0 { x_bar[i] += .. }
//! ```

use super::{quote, Block, Counter, Expr, ForLoop, Place, Reverse, Stmt, Ty, Var, VarKind};
use crate::ir::Proj;

/// What a loop looks for.
struct Search {
    top: Var,
    /// The element, and both operands as the rule has them.
    item: Place,
    old: Expr,
    new: Expr,
    note: &'static str,
    /// The statement with the rule.
    at: usize,
}

/// What a value of the loop is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Old,
    Item,
    Result,
}

impl Reverse<'_> {
    /// The loop of the forward sweep, if it is such a search; its reverse is written.
    pub(super) fn search(&mut self, l: &ForLoop) -> Option<Vec<Stmt>> {
        let Search { top, item, old, new, note, at } = self.found_search(l).filter(|_| self.extremes)?;
        let (name, ty) = (self.names.numbered("extreme_"), self.info(top).ty.clone());
        let extreme = self.new_var(name, Ty::Unknown, VarKind::Memory, self.region);
        self.need(extreme);
        self.report_instead(l.body.region, "keeps which iterations gave the greatest or least, as a rule one");
        let top_bar = self.bar_place(&Place::var(top))?;
        let taken = self.snapshot(top_bar.clone(), top, ty);
        let name = self.names.numbered("parts_");
        let parts = self.new_var(name, Ty::Unknown, VarKind::Cotangent, self.region);
        let of_parts = |function, k: Option<Var>| {
            let index = k.map(Expr::Var);
            Expr::Runtime(function, std::iter::once(Expr::Ref(Place::var(parts))).chain(index).collect())
        };
        let split = Expr::Runtime("rt::extreme_parts", vec![Expr::Ref(Place::var(extreme)), Expr::Var(taken)]);
        self.out.push(Stmt::LetBar(parts, split, None));
        self.out.push(Stmt::Assign(top_bar, of_parts("rt::parts_rest", None)));
        let name = self.names.numbered("k");
        let k = self.new_var(name, Ty::Plain, VarKind::Index, l.body.region);
        let outer = (self.region, std::mem::take(&mut self.out));
        self.region = l.body.region;
        self.out.push(Stmt::Let(l.var, of_parts("rt::parts_index", Some(k))));
        if let Some(bar) = self.bar_place(&item) {
            self.out.push(Stmt::Accumulate(bar, of_parts("rt::parts_part", Some(k))));
        }
        self.needs.remove(&l.body.region);
        let stmts = std::mem::take(&mut self.out);
        (self.region, self.out) = outer;
        let (start, end) = (Expr::Const(quote!(0)), of_parts("rt::parts_count", None));
        let counter = Counter { start, end, inclusive: false, step: None, reversed: false };
        let body = Block { region: l.body.region, stmts };
        self.out.push(Stmt::For(ForLoop { var: k, counter, body, exit: None, span: l.span }));
        let mut forward = l.clone();
        let args = vec![Expr::RefMut(Place::var(extreme)), Expr::Var(l.var), old, new];
        forward.body.stmts.insert(at, Stmt::Runtime(note, args));
        Some(vec![Stmt::Decl(extreme, Some(Expr::Runtime("rt::extreme", Vec::new()))), Stmt::For(forward)])
    }

    fn found_search(&self, l: &ForLoop) -> Option<Search> {
        if l.exit.is_some() || self.f.regions[l.body.region.0 as usize].checkpoint {
            return None;
        }
        let stmts = &l.body.stmts;
        let Some(Stmt::Assign(Place { root: top, path }, last)) = stmts.last() else { return None };
        let (top, info) = (*top, self.info(*top));
        if !path.is_empty() || !info.ty.is_float() || info.optional || info.kind != VarKind::Memory || info.region == l.body.region {
            return None;
        }
        let mut roles: Vec<(Var, Role)> = Vec::new();
        let mut item: Option<Place> = None;
        let mut found = None;
        for (at, s) in stmts.iter().enumerate() {
            let (v, e) = match s {
                Stmt::Check(..) => continue,
                Stmt::Let(v, e) => (Some(*v), e),
                Stmt::Assign(..) if at + 1 == stmts.len() => (None, last),
                _ => return None,
            };
            let role = match e {
                Expr::Rule(name, args) if found.is_none() => {
                    let [a, b] = &args[..] else { return None };
                    let of = [self.role(a, top, &roles, &mut item)?, self.role(b, top, &roles, &mut item)?];
                    let (old, new) = match of {
                        [Role::Old, Role::Item] => (a, b),
                        [Role::Item, Role::Old] => (b, a),
                        _ => return None,
                    };
                    let note = match name.to_string().as_str() {
                        "max" => "rt::note_greatest",
                        "min" => "rt::note_least",
                        _ => return None,
                    };
                    found = Some((old.clone(), new.clone(), note, at));
                    Role::Result
                }
                e => self.role(e, top, &roles, &mut item)?,
            };
            match v {
                Some(v) => roles.push((v, role)),
                None if role == Role::Result => {}
                None => return None,
            }
        }
        let (item, (old, new, note, at)) = (item?, found?);
        let mut advances = false;
        for step in &item.path {
            match step {
                Proj::Index(e, _) | Proj::Slice(e, _) => e.each_operand(&mut |v| advances |= v == l.var),
                Proj::Field(_) | Proj::Deref => {}
                Proj::Payload(..) | Proj::PayloadRef(..) => return None,
            }
        }
        let known = advances && item.root != top && self.active(top) && self.active(item.root) && !self.info(item.root).optional;
        (known && self.place_ty(&item).is_float()).then_some(Search { top, item, old, new, note, at })
    }

    fn role(&self, e: &Expr, top: Var, roles: &[(Var, Role)], item: &mut Option<Place>) -> Option<Role> {
        match e {
            Expr::Var(v) if *v == top => Some(Role::Old),
            Expr::Var(v) => roles.iter().find(|(known, _)| known == v).map(|(_, role)| *role),
            Expr::Read(p) if p.root == top && p.path.is_empty() => Some(Role::Old),
            Expr::Read(p) if item.is_none() && !p.path.is_empty() => {
                *item = Some(p.clone());
                Some(Role::Item)
            }
            _ => None,
        }
    }
}
