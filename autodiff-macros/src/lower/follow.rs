//! References that are assigned again: `let mut r = &a; .. r = &b;`.
//!
//! What enters: a shared reference that its name leaves behind. What leaves: a copy of what it leads to, which cannot change while it is
//! borrowed; each assignment copies again. Guarantees: what was made of the reference before it moved on, be it a part, an iterator or
//! another name, stays with what the reference led to then.

use proc_macro2::{Ident, Span};

use super::{Lower, Val};
use crate::diagnostics::Lowered;
use crate::ir::{Expr, Place, Proj, Stmt, VarKind};
use crate::types::Ty;

impl Lower<'_> {
    /// `let mut r = &place;` where `r = &other;` follows: a copy of what the reference leads to, which cannot change while it does.
    pub(super) fn followed_reference(&mut self, ident: &Ident, place: Place, ty: &Ty, known: &Ty, span: Span) -> Lowered<()> {
        if self.facts.addresses {
            return self.errors.refuse(
                span,
                "a reference that is assigned again is followed as a copy, which has another address; compare indices instead",
            );
        }
        let as_slice = matches!(known, Ty::Ref(inner, _) if matches!(**inner, Ty::Slice(_)));
        let (e, owned) = self.copy_of(place, ty, as_slice, span)?;
        let user = self.user_name(ident);
        let var = self.local(user, owned.clone(), VarKind::Memory, true);
        self.vars[var.0 as usize].owned = true;
        self.out.push(Stmt::Decl(var, Some(e)));
        self.followed.insert(ident.to_string(), var);
        let val = match owned {
            Ty::Vec(elem) if as_slice || matches!(ty, Ty::Slice(_)) => {
                let whole = Place::var(var).project(Proj::Slice(Box::new(Expr::Const(quote::quote!(..))), span));
                Val::Ref(whole, Ty::Slice(elem), false)
            }
            owned => Val::Ref(Place::var(var), owned, false),
        };
        self.env.insert(ident.to_string(), val);
        Ok(())
    }

    /// `r = &other;`
    pub(super) fn follow(&mut self, var: crate::ir::Var, val: Val, span: Span) -> Lowered<()> {
        let Val::Ref(place, ty, _) = val else {
            return self
                .errors
                .refuse(span, "which variable this reference borrows must be known here; use an index, or copy the value with `clone`");
        };
        let as_slice = matches!(self.info(var).ty, Ty::Vec(_));
        let (e, _) = self.copy_of(place, &ty, as_slice, span)?;
        self.out.push(Stmt::Assign(Place::var(var), e));
        Ok(())
    }

    /// A copy of a place that is borrowed.
    pub(super) fn copy_of(&mut self, place: Place, ty: &Ty, as_slice: bool, span: Span) -> Lowered<(Expr, Ty)> {
        let place = self.freeze(place)?;
        Ok(match ty {
            Ty::Slice(elem) => (Expr::Container(crate::ir::ContainerExpr::ToVec, place, Vec::new()), Ty::Vec(elem.clone())),
            Ty::Array(elem, _) if as_slice => (Expr::Container(crate::ir::ContainerExpr::ToVec, place, Vec::new()), Ty::Vec(elem.clone())),
            Ty::Ref(..) => {
                return self
                    .errors
                    .refuse(span, "a reference to a reference that is assigned again cannot be followed; dereference it once")
            }
            copied if copied.is_copy() => (Expr::Read(place), copied.clone()),
            owned => (Expr::Clone(Box::new(Expr::Read(place))), owned.clone()),
        })
    }

    /// What a reference leads to now, if it is one that is assigned again.
    pub(super) fn led_to(&mut self, place: Place) -> Lowered<Place> {
        if self.followed.values().any(|v| *v == place.root) {
            self.pinned(place)
        } else {
            Ok(place)
        }
    }

    /// A place that stays what it is, also if it is behind a reference that is assigned again.
    pub(super) fn pinned(&mut self, place: Place) -> Lowered<Place> {
        let mut place = self.freeze(place)?;
        if self.followed.values().any(|v| *v == place.root) {
            let ty = self.info(place.root).ty.clone();
            place.root = self.temp(Expr::Clone(Box::new(Expr::Read(Place::var(place.root)))), ty);
        }
        Ok(place)
    }
}
