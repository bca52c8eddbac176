//! Items that outlive the iteration: what a search has found so far.
//!
//! What enters: an iterator, and what makes an item win over the one that was kept before. What leaves: a [`Val::Maybe`] of the last one that
//! did. Guarantees: numbers are kept in variables, references as the places that they lead to.

use proc_macro2::Span;
use quote::quote;

use super::{by_value, Function, Iter};
use crate::diagnostics::{Lowered, Refused};
use crate::ir::{Expr, Place, Proj, Region, Stmt, Var};
use crate::lower::{Lower, Val};
use crate::types::Ty;

/// What of an item outlives the iteration.
#[derive(Clone)]
pub(super) enum Kept {
    Value {
        var: Var,
        ty: Ty,
        by_ref: bool,
    },
    /// A reference: the place, with variables for the indices that change.
    Part {
        place: Place,
        moving: Vec<(usize, Var)>,
        ty: Ty,
        mutable: bool,
    },
    Tuple(Vec<Kept>),
}

/// Whether an item wins over the one kept before; always, if that is not asked.
pub(super) type Wins<'w, 'a> = &'w mut dyn FnMut(&mut Lower<'a>, &Val, &Val) -> Lowered<Option<Expr>>;

impl<'a> Lower<'a> {
    /// Runs the iterator and keeps the item that `wins` over the one kept before (`None`: every one does); the first one wins
    /// unless `stops`: then the first one for which it holds.
    pub(super) fn kept_item(&mut self, iter: Iter, span: Span, stops: bool, wins: Wins<'_, 'a>) -> Lowered<Val> {
        let found = self.flag("found");
        let outer = self.region;
        let depth = self.frames.len();
        let at = self.out.len();
        let mut kept: Option<Kept> = None;
        let mut decls = Vec::new();
        self.drive_stopping(iter, span, stops, &mut |l, item| {
            let item = l.settle_item(item, span)?;
            let slot = l.slot_of_all(&mut kept, &item, outer, &mut decls, false, span)?;
            if stops {
                let test = wins(l, &item, &item)?.ok_or(Refused)?;
                let test = l.condition(test);
                let then = l.block(false, |l| {
                    l.keep(&slot, &item, span)?;
                    l.set_flag(found);
                    l.stop_from(depth);
                    Ok(())
                })?;
                let other = l.empty_block();
                l.out.push(Stmt::If(test, then, other));
                return Ok(());
            }
            let was = l.condition(Expr::Read(Place::var(found)));
            let win = l.flag("wins");
            l.set_flag(win);
            let then = l.block(false, |l| {
                let old = l.kept(&slot);
                if let Some(test) = wins(l, &old, &item)? {
                    l.out.push(Stmt::Assign(Place::var(win), test));
                }
                Ok(())
            })?;
            let other = l.empty_block();
            l.out.push(Stmt::If(was, then, other));
            let test = l.condition(Expr::Read(Place::var(win)));
            let then = l.block(false, |l| {
                l.keep(&slot, &item, span)?;
                l.set_flag(found);
                Ok(())
            })?;
            let other = l.empty_block();
            l.out.push(Stmt::If(test, then, other));
            Ok(())
        })?;
        self.out.splice(at..at, decls);
        let slot = kept.ok_or(Refused)?;
        let found = self.condition(Expr::Read(Place::var(found)));
        let value = self.kept_if_found(&slot);
        Ok(Val::Maybe { found, value: Box::new(value) })
    }

    pub(super) fn reduce(&mut self, iter: Iter, f: &Function, span: Span) -> Lowered<Val> {
        let found = self.flag("found");
        let outer = self.region;
        let at = self.out.len();
        let mut kept: Option<Kept> = None;
        let mut decls = Vec::new();
        self.drive_stopping(iter, span, false, &mut |l, item| {
            let item = l.settle_item(item, span)?;
            let slot = l.slot_of_all(&mut kept, &item, outer, &mut decls, true, span)?;
            let was = l.condition(Expr::Read(Place::var(found)));
            let then = l.block(false, |l| {
                let old = l.kept(&slot);
                let old = l.settled(old, span)?;
                let val = l.apply(f, vec![old, item.clone()], span)?;
                let val = l.settled(val, span)?;
                l.keep(&slot, &val, span)
            })?;
            let other = l.block(false, |l| {
                l.keep(&slot, &item, span)?;
                l.set_flag(found);
                Ok(())
            })?;
            l.out.push(Stmt::If(was, then, other));
            Ok(())
        })?;
        self.out.splice(at..at, decls);
        let slot = kept.ok_or(Refused)?;
        let found = self.condition(Expr::Read(Place::var(found)));
        let value = self.kept_if_found(&slot);
        Ok(Val::Maybe { found, value: Box::new(value) })
    }

    /// What all items of a loop are kept in: made for the first one that is lowered.
    fn slot_of_all(
        &mut self,
        kept: &mut Option<Kept>,
        item: &Val,
        outer: Region,
        decls: &mut Vec<Stmt>,
        values: bool,
        span: Span,
    ) -> Lowered<Kept> {
        let slot = match kept.take() {
            Some(slot) => slot,
            None => self.slot(item, outer, decls, values, span)?,
        };
        *kept = Some(slot.clone());
        self.same_type(&slot, item, span)?;
        Ok(slot)
    }

    /// Variables outside the loop for what is kept of an item.
    pub(super) fn slot(&mut self, item: &Val, outer: Region, decls: &mut Vec<Stmt>, values: bool, span: Span) -> Lowered<Kept> {
        match item {
            Val::Tuple(items) => {
                let parts = items.iter().map(|i| self.slot(i, outer, decls, values, span)).collect::<Lowered<_>>()?;
                Ok(Kept::Tuple(parts))
            }
            Val::Ref(place, ty, mutable) if !values || !ty.is_float() && !ty.is_plain() => {
                if values {
                    return self.errors.refuse(span, "`reduce` over references is only followed for numbers; write a loop");
                }
                let mut place = place.clone();
                let mut moving = Vec::new();
                for k in 0..place.path.len() {
                    let (Proj::Index(e, at) | Proj::Slice(e, at)) = place.path[k].clone() else { continue };
                    let mut inner = false;
                    e.each_operand(&mut |v| inner |= self.is_inside(v, outer));
                    if !inner {
                        continue;
                    }
                    let slice = matches!(place.path[k], Proj::Slice(..));
                    let init = if slice { quote!(0usize..0usize) } else { quote!(0usize) };
                    let var = self.declared(outer, "at_", Ty::Plain, Expr::Const(init), decls);
                    moving.push((k, var));
                    let e = Box::new(Expr::Var(var));
                    place.path[k] = if slice { Proj::Slice(e, at) } else { Proj::Index(e, at) };
                }
                if self.is_inside(place.root, outer) {
                    return self.errors.refuse(span, "what this search finds is made inside it; write a loop");
                }
                Ok(Kept::Part { place, moving, ty: ty.clone(), mutable: *mutable })
            }
            Val::Ref(_, ty, _) | Val::Place(_, ty) | Val::Expr(_, ty) => {
                let referred = referred_plain(item);
                let by_ref = referred || matches!(item, Val::Ref(..));
                let ty = if referred { Ty::Plain } else { ty.clone() };
                let optional = !ty.static_zero();
                let init = if optional { crate::lower::none() } else { crate::emit::zero_of(&ty) };
                let var = self.declared(outer, "best_", ty.clone(), init, decls);
                let info = &mut self.vars[var.0 as usize];
                info.varied = !ty.is_plain();
                info.owned = true;
                info.optional = optional;
                info.annotation = crate::lower::iter::float_type(&ty);
                self.found.insert(var);
                Ok(Kept::Value { var, ty, by_ref })
            }
            _ => self.errors.refuse(span, "what this search finds cannot be followed; write a loop"),
        }
    }

    pub(super) fn declared(&mut self, outer: Region, stem: &str, ty: Ty, init: Expr, decls: &mut Vec<Stmt>) -> Var {
        let name = self.names.numbered(stem);
        let here = std::mem::replace(&mut self.region, outer);
        let var = self.local(name, ty, crate::ir::VarKind::Memory, false);
        self.region = here;
        decls.push(Stmt::Decl(var, Some(init)));
        var
    }

    pub(super) fn is_inside(&self, v: Var, outer: Region) -> bool {
        let mut at = Some(self.info(v).region);
        while let Some(r) = at {
            if r == outer {
                return self.info(v).region != outer;
            }
            at = self.regions[r.0 as usize].parent;
        }
        false
    }

    pub(super) fn keep(&mut self, slot: &Kept, item: &Val, span: Span) -> Lowered<()> {
        match (slot, item) {
            (Kept::Tuple(slots), Val::Tuple(items)) if slots.len() == items.len() => {
                for (s, i) in slots.iter().zip(items) {
                    self.keep(s, i, span)?;
                }
                Ok(())
            }
            (Kept::Part { moving, .. }, Val::Ref(place, ..)) => {
                for (k, var) in moving {
                    let Some(Proj::Index(e, _) | Proj::Slice(e, _)) = place.path.get(*k) else { return Err(Refused) };
                    let e = if matches!(**e, Expr::Var(_)) && matches!(place.path[*k], Proj::Slice(..)) {
                        Expr::Clone(e.clone())
                    } else {
                        (**e).clone()
                    };
                    self.out.push(Stmt::Assign(Place::var(*var), e));
                }
                Ok(())
            }
            (Kept::Value { var, .. }, item) => {
                let item = self.held(item);
                let (e, _) = self.operand(item, span)?;
                let e = if self.info(*var).optional { Expr::Runtime("rt::assign", vec![e]) } else { e };
                self.out.push(Stmt::Assign(Place::var(*var), e));
                Ok(())
            }
            _ => self.errors.refuse(span, "what this search finds cannot be followed; write a loop"),
        }
    }

    /// An item as a slot holds it: by value.
    fn held(&mut self, item: &Val) -> Val {
        match item {
            Val::Expr(e, _) if referred_plain(item) => Val::Expr(
                self.opaque(&[e], |t| {
                    let e = &t[0];
                    quote!(*#e)
                }),
                Ty::Plain,
            ),
            item => by_value(item.clone()),
        }
    }

    /// What is kept has the item's type: rustc would meet methods of it before anything else tells.
    pub(super) fn same_type(&mut self, slot: &Kept, item: &Val, span: Span) -> Lowered<()> {
        match (slot, item) {
            (Kept::Tuple(slots), Val::Tuple(items)) => slots.iter().zip(items).try_for_each(|(s, i)| self.same_type(s, i, span)),
            (Kept::Value { var, .. }, item) if self.info(*var).optional => {
                let item = self.held(item);
                let (e, _) = self.operand(item, span)?;
                let mut vars = vec![*var];
                e.each_operand(&mut |v| vars.push(v));
                let (best, item) = (&self.info(*var).name, crate::emit::expr_tokens(&self.vars, &e));
                let stmt = syn::parse_quote!(::autodiff_core::rt::same_type(&#best, &(#item)););
                self.out.push(Stmt::Check(Box::new(stmt), vars));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// What was kept, to be read only where something was found.
    pub(super) fn kept_if_found(&mut self, slot: &Kept) -> Val {
        match slot {
            Kept::Tuple(parts) => Val::Tuple(parts.iter().map(|p| self.kept_if_found(p)).collect()),
            Kept::Value { var, ty, by_ref: false } if self.info(*var).optional => {
                let whole = Expr::Clone(Box::new(Expr::Read(Place::var(*var))));
                Val::Expr(Expr::Runtime("rt::assigned", vec![whole]), ty.clone())
            }
            other => self.kept(other),
        }
    }

    /// What was kept.
    pub(super) fn kept(&mut self, slot: &Kept) -> Val {
        match slot {
            Kept::Tuple(parts) => Val::Tuple(parts.iter().map(|p| self.kept(p)).collect()),
            Kept::Part { place, ty, mutable, .. } => {
                Val::Ref(self.freeze(place.clone()).unwrap_or_else(|_| place.clone()), ty.clone(), *mutable)
            }
            Kept::Value { var, ty, by_ref } => {
                let place = if self.info(*var).optional {
                    let whole = Expr::Clone(Box::new(Expr::Read(Place::var(*var))));
                    Place::var(self.temp(Expr::Runtime("rt::assigned", vec![whole]), ty.clone()))
                } else {
                    Place::var(*var)
                };
                if *by_ref {
                    Val::Ref(place, ty.clone(), false)
                } else {
                    Val::Place(place, ty.clone())
                }
            }
        }
    }

    // ---- looking -----------------------------------------------------------------------------------------
}

/// A reference to an integer of what is not followed, as to a key of a map, which a sweep may outlive.
fn referred_plain(item: &Val) -> bool {
    matches!(item, Val::Expr(_, Ty::Ref(inner, false)) if matches!(**inner, Ty::Plain))
}
