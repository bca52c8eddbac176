//! The values that blocks and functions give: where they go, and in what form.
//!
//! What enters: a value and its destination. What leaves: an assignment, or the function's result. Guarantee: nothing that is given out
//! borrows what the pullback would have to outlive.

use proc_macro2::Span;

use super::super::{Lower, Val};
use super::Dest;
use crate::diagnostics::Lowered;
use crate::ir::{Expr, Place, Stmt, Var, VarKind};
use crate::types::Ty;

impl Lower<'_> {
    /// Hands a value on.
    pub(in crate::lower) fn deliver(&mut self, val: Val, dest: &Dest, span: Span) -> Lowered<()> {
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
        if lends_mutably(&val) {
            return self.refuse_chosen_mutable(span);
        }
        if let Val::Ref(..) = val {
            self.chosen.entry(var).and_modify(|copied| *copied = true);
        }
        let val = match val {
            // rustc does not see that the loop is left for good.
            Val::Place(p, ty) if p.path.is_empty() && self.outlives_a_loop(p.root) => Val::Expr(Expr::Clone(Box::new(Expr::Read(p))), ty),
            other => other,
        };
        let (e, ty) = self.operand(val, span)?;
        let (e, ty) = self.not_borrowed(var, e, ty, span)?;
        let info = &mut self.vars[var.0 as usize];
        // Zeros of a number are no zeros of what is there once it is assigned.
        if matches!(info.ty, Ty::Unknown) && !(info.optional && ty.static_zero()) {
            info.ty = ty;
        }
        let value = if info.optional { Expr::Runtime("rt::assign", vec![e]) } else { e };
        self.out.push(Stmt::Assign(Place::var(var), value));
        Ok(())
    }

    /// Whether a variable that is moved rather than copied is older than the innermost loop.
    fn outlives_a_loop(&self, v: Var) -> bool {
        let info = self.info(v);
        let mut region = Some(self.region);
        let mut looped = false;
        while let Some(r) = region.filter(|r| *r != info.region) {
            let here = &self.regions[r.0 as usize];
            looped |= here.is_loop;
            region = here.parent;
        }
        looped && info.owned && !info.ty.is_copy_or_plain()
    }

    fn refuse_chosen_mutable<T>(&mut self, span: Span) -> Lowered<T> {
        self.errors
            .refuse(span, "which variable a `&mut` reference borrows must be known here; write to the variable itself in each branch")
    }

    /// `&DEFAULTS[1..]`
    fn is_borrowed_code(&self, e: &Expr) -> bool {
        matches!(e, Expr::Const(_) | Expr::Verbatim(..)) && crate::emit::expr_tokens(&self.vars, e).to_string().starts_with('&')
    }

    /// A copy of what a reference leads to that carries no derivative, as `&[]` or `&DEFAULTS`, for a variable that is given copies in other branches.
    fn not_lent_by_others(&mut self, var: Var, e: Expr, ty: Ty) -> (Expr, Ty) {
        let of_var = self.info(var).ty.clone();
        let lent = matches!(e, Expr::Ref(_)) || self.is_borrowed_code(&e);
        if !lent || of_var.is_plain() || !self.chosen.contains_key(&var) {
            return (e, ty);
        }
        let place = match e {
            Expr::Ref(place) => place,
            e => {
                let seen = self.temp(Expr::Runtime("rt::to_owned", vec![e]), Ty::Unknown);
                self.vars[seen.0 as usize].varied = false;
                Place::var(seen)
            }
        };
        self.chosen.insert(var, true);
        match of_var {
            Ty::Vec(_) => (Expr::Container(crate::ir::ContainerExpr::ToVec, place, Vec::new()), of_var),
            of_var => (Expr::Clone(Box::new(Expr::Read(place))), of_var),
        }
    }

    /// What a variable takes that is given a reference at run time: a copy of what the reference leads to. Which variable it
    /// borrows is only known then, and the pullback outlives the borrow.
    fn not_borrowed(&mut self, var: Var, e: Expr, ty: Ty, span: Span) -> Lowered<(Expr, Ty)> {
        if matches!(ty, Ty::Slice(_)) && !ty.is_plain() && self.chosen.contains_key(&var) {
            return self.errors.refuse(
                span,
                "which list a reference borrows must be known here, of one that an option holds as well; write a `match`, and do in each branch what is to be done",
            );
        }
        let (Ty::Ref(inner, mutable), false, false) = (&ty, ty.is_plain(), self.is_borrowed_code(&e)) else {
            return Ok(self.not_lent_by_others(var, e, ty));
        };
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
            // Whatever it is a part of, a range of it is a slice.
            Ty::Unknown if matches!(place.path.last(), Some(crate::ir::Proj::Slice(..))) => {
                let elem = self.info(var).ty.element();
                (Expr::Container(crate::ir::ContainerExpr::ToVec, place, Vec::new()), Ty::Vec(Box::new(elem)))
            }
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
}

/// Whether a value is a `&mut` reference, or has one in it.
fn lends_mutably(val: &Val) -> bool {
    match val {
        Val::Ref(_, _, mutable) => *mutable,
        Val::Tuple(parts) => parts.iter().any(lends_mutably),
        _ => false,
    }
}
