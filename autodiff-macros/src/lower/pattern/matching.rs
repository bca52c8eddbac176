//! What a `match` looks at, and its arms.
//!
//! What enters: the scrutinee and the patterns. What leaves: arms whose names stand for parts of the scrutinee's place. Guarantee: the
//! reverse sweep can look at the scrutinee once more and takes the same arm.

use rustc_hash::FxHashMap as HashMap;

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::{Expr as Syn, Pat};

use super::super::expr::strip;
use super::super::{Lower, Val};
use super::names::{mutable_names, names_by_value, rename_binding, unmut, RawIdent};
use super::write_back::{self, binds_mutably};
use super::{better, steps};
use crate::diagnostics::Lowered;
use crate::ir::{Arm, Expr, Place, Proj, Stmt, VarInfo, VarKind};
use crate::types::Ty;
use crate::varied::{bound_names, starts_uppercase};

/// What a `match` looks at.
pub(crate) struct Scrutinee {
    pub expr: Expr,
    /// Where the cotangents of bound parts go; none if nothing varies.
    place: Option<Place>,
    ty: Ty,
    by_ref: bool,
    /// The place whose parts may be written to through the names that are bound.
    target: Option<Place>,
    /// It carries no derivative and is looked at once: the reverse sweep goes by which arm ran.
    pub lent: bool,
    /// All names are bound by `&mut`.
    mutable: bool,
    /// Of a tuple that is written down to be taken apart: what each part of it is.
    parts: Vec<Scrutinee>,
    /// An element that the user moves out of a list: it may be a reference to it, and so may what is bound.
    moved: bool,
}

/// What decides, beside the pattern, whether an arm is taken.
pub(crate) enum Guard<'a> {
    /// The user's condition, which the reverse sweep asks again.
    Again(&'a Syn),
    /// The user's condition, asked in the forward sweep only.
    Once(&'a Syn),
    /// What has been found out before.
    Known(Expr),
}

impl Scrutinee {
    /// The same, of which nothing is changed.
    pub fn only_seen(&self) -> Scrutinee {
        let parts = self.parts.iter().map(Scrutinee::only_seen).collect();
        Scrutinee {
            expr: self.expr.clone(),
            place: self.place.clone(),
            ty: self.ty.clone(),
            by_ref: self.by_ref,
            target: None,
            lent: self.lent,
            mutable: false,
            parts,
            moved: self.moved,
        }
    }

    /// What carries no derivative.
    fn plain(expr: Expr, ty: Ty) -> Self {
        Scrutinee { expr, place: None, ty, by_ref: false, target: None, lent: false, mutable: false, parts: Vec::new(), moved: false }
    }

    /// Whether what the arms of these patterns write is written back when they end.
    pub fn writes_back<'p>(&self, mut pats: impl Iterator<Item = &'p Pat>) -> bool {
        self.mutable || self.target.is_some() && pats.any(binds_mutably)
    }
}

impl Lower<'_> {
    /// What the arms with these patterns look at.
    pub(in crate::lower) fn scrutinee<'p>(&mut self, e: &Syn, mut pats: impl Iterator<Item = &'p Pat>) -> Lowered<Scrutinee> {
        match strip(e) {
            // `Some(x)` of `o.as_ref()` is `Some(x)` of `&o`, whatever is in it.
            Syn::MethodCall(m) if self.varies(e) && !self.gives_maybe(&m.receiver) && pats.all(is_of_option) => {
                match m.method.to_string().as_str() {
                    "as_ref" | "as_deref" => self.looked_at(&lent(&m.receiver, false)),
                    "as_mut" | "as_deref_mut" => self.looked_at(&lent(&m.receiver, true)),
                    _ => self.looked_at(e),
                }
            }
            // Not a value of its own, since the pullback must not hold the references in it.
            Syn::Tuple(t)
                if self.varies(e)
                    && !t.elems.iter().any(|part| self.lends_mutably(part))
                    && pats.all(|p| takes_apart(p, t.elems.len())) =>
            {
                let parts: Vec<Scrutinee> = t.elems.iter().map(|part| self.looked_at_again(part)).collect::<Lowered<_>>()?;
                let expr = Expr::Tuple(parts.iter().map(|part| part.expr.clone()).collect());
                let ty = Ty::Tuple(parts.iter().map(|part| part.ty.clone()).collect());
                Ok(Scrutinee { expr, place: None, ty, by_ref: false, target: None, lent: false, mutable: false, parts, moved: false })
            }
            _ => self.looked_at(e),
        }
    }

    /// Whether the value is a `&mut` reference.
    fn lends_mutably(&self, e: &Syn) -> bool {
        matches!(strip(e), Syn::Reference(r) if r.mutability.is_some()) || matches!(self.types.of(e), Ty::Ref(_, true))
    }

    /// A copy of what a place holds, to be looked at again when it holds something else.
    fn as_it_is_now(&mut self, place: Place, ty: &Ty, span: Span) -> Place {
        if !is_slice(&place, ty) {
            return Place::var(self.temp(Expr::Clone(Box::new(Expr::Read(place))), ty.clone()));
        }
        let owned = Ty::Vec(Box::new(ty.element()));
        let copy = self.temp(Expr::Container(crate::ir::ContainerExpr::ToVec, place, Vec::new()), owned);
        Place::var(copy).project(whole(span))
    }

    /// What is borrowed to be looked at and carries no derivative, as a look at a copy: what is looked at again owns itself, since the reverse
    /// sweep may run when it is gone. None where it is no place that may be borrowed so, or lasts.
    fn lasting_look(&mut self, e: &Syn) -> Lowered<Option<Expr>> {
        let (lent, is_reference) = match e {
            Syn::MethodCall(m) if matches!(m.method.to_string().as_str(), "as_str" | "as_slice") && m.args.is_empty() => {
                (self.plain(e)?, true)
            }
            Syn::Reference(r) if r.mutability.is_none() => {
                let inner = self.plain(&r.expr)?;
                if matches!(&inner, Expr::Var(v) if self.info(*v).kind == VarKind::Param) {
                    return Ok(None);
                }
                (Expr::Runtime("&", vec![inner]), true)
            }
            // A slice has no size of its own.
            Syn::Index(i) if matches!(strip(&i.index), Syn::Range(_)) => {
                let inner = self.plain(e)?;
                (Expr::Runtime("&", vec![inner]), false)
            }
            _ => return Ok(None),
        };
        let seen = self.temp(Expr::Runtime("rt::kept", vec![lent]), Ty::Plain);
        self.vars[seen.0 as usize].varied = false;
        let name = &self.info(seen).name;
        let look = if is_reference { syn::parse_quote!(&*#name) } else { syn::parse_quote!(*#name) };
        Ok(Some(Expr::Verbatim(Box::new(look), vec![seen])))
    }

    /// A part of a tuple that the reverse sweep takes apart once more.
    fn looked_at_again(&mut self, e: &Syn) -> Lowered<Scrutinee> {
        if !self.varies(e) {
            if let Some(expr) = self.lasting_look(strip(e))? {
                return Ok(Scrutinee::plain(expr, self.types.of(e)));
            }
            let mut expr = self.plain(e)?;
            if !self.is_stable(&expr) {
                // The reverse sweep looks at it again.
                let seen = self.temp(Expr::Clone(Box::new(expr)), self.types.of(e));
                self.vars[seen.0 as usize].varied = false;
                // Parts may be moved out of it.
                let ty = self.types.of(e);
                expr = if ty.is_copy_or_plain() { Expr::Var(seen) } else { Expr::Clone(Box::new(Expr::Var(seen))) };
            }
            return Ok(Scrutinee::plain(expr, self.types.of(e)));
        }
        self.looked_at(e)
    }

    /// What is matched, where guards may change what it is made of, is worked out before and looked at twice.
    pub(in crate::lower) fn looked_at_twice(&mut self, scrutinee: &mut Scrutinee, e: &Syn) -> Lowered<()> {
        if scrutinee.place.is_some() || !scrutinee.parts.is_empty() || self.is_stable(&scrutinee.expr) {
            return Ok(());
        }
        let ty = scrutinee.ty.clone();
        if scrutinee.lent && !ty.is_copy_or_plain() {
            return self.errors.refuse(
                self.span_of(e),
                "this is looked at once more when a guard has changed something; bind it with `let` before the `match`",
            );
        }
        let value = std::mem::replace(&mut scrutinee.expr, Expr::Const(proc_macro2::TokenStream::new()));
        let (value, _) = self.operand(Val::Expr(value, ty.clone()), self.span_of(e))?;
        scrutinee.expr = if ty.is_copy_or_plain() { value } else { Expr::Clone(Box::new(value)) };
        Ok(())
    }

    fn looked_at(&mut self, e: &Syn) -> Lowered<Scrutinee> {
        if let (Syn::Reference(syn::ExprReference { mutability: Some(_), expr, .. }), false) = (strip(e), self.varies(e)) {
            // Constant, but written to through what the pattern binds.
            let val = self.expr_place(expr)?;
            let (place, ty) = self.place(val, self.span_of(e))?;
            return self.bound_by_mut(e, place, ty);
        }
        if !self.varies(e) {
            let expr = self.plain(e)?;
            let lent = !crate::analysis::lasts(&self.vars, &expr);
            let moved = matches!(&expr, Expr::Var(v) if self.moved.contains(v));
            return Ok(Scrutinee { lent, moved, ..Scrutinee::plain(expr, self.types.of(e)) });
        }
        let ty = self.types.of(e);
        let val = self.expr(e, &ty)?;
        Ok(match val {
            Val::Place(place, ty) => {
                let place = self.freeze(place)?;
                let target = (!self.place_is_fixed(&place)).then(|| place.clone());
                let place = if self.place_is_fixed(&place) || place.path.is_empty() && self.info(place.root).kind == VarKind::Value {
                    place
                } else {
                    self.as_it_is_now(place, &ty, self.span_of(e))
                };
                // Parts may be moved out, and the reverse sweep looks again.
                let whole = Expr::Read(place.clone());
                let expr = if ty.is_copy() || is_slice(&place, &ty) { whole } else { Expr::Clone(Box::new(whole)) };
                Scrutinee {
                    expr,
                    place: Some(place),
                    ty,
                    by_ref: false,
                    target,
                    lent: false,
                    mutable: false,
                    parts: Vec::new(),
                    moved: false,
                }
            }
            Val::Ref(place, ty, mutable) => {
                let place = self.freeze(place)?;
                if mutable && !self.place_is_fixed(&place) {
                    return self.bound_by_mut(e, place, ty);
                }
                let place = if self.place_is_fixed(&place) { place } else { self.as_it_is_now(place, &ty, self.span_of(e)) };
                // What is a slice to the user, and has another type here: a copy of it, or an array that was lent as one.
                let lent = matches!(self.types.of(e).peel(), Ty::Slice(_)) && !is_slice(&place, &ty);
                let (place, ty) = match lent {
                    true => (place.project(whole(self.span_of(e))), Ty::Slice(Box::new(ty.element()))),
                    false => (place, ty),
                };
                Scrutinee {
                    expr: Expr::Ref(place.clone()),
                    place: Some(place),
                    ty,
                    by_ref: true,
                    target: None,
                    lent: false,
                    mutable: false,
                    parts: Vec::new(),
                    moved: false,
                }
            }
            other => {
                let (var, ty) = self.variable(other, self.span_of(e))?;
                let expr = if ty.is_copy() { Expr::Var(var) } else { Expr::Clone(Box::new(Expr::Var(var))) };
                Scrutinee {
                    expr,
                    place: Some(Place::var(var)),
                    ty,
                    by_ref: false,
                    target: None,
                    lent: false,
                    mutable: false,
                    parts: Vec::new(),
                    moved: false,
                }
            }
        })
    }

    /// What is bound are copies, which are written back.
    fn bound_by_mut(&mut self, e: &Syn, place: Place, ty: Ty) -> Lowered<Scrutinee> {
        let place = self.freeze(place)?;
        if is_slice(&place, &ty) {
            return self.errors.refuse_at(e, "parts of a slice bound by `&mut` cannot be followed; write to the elements by index");
        }
        let seen = self.temp(Expr::Clone(Box::new(Expr::Read(place.clone()))), ty.clone());
        let expr = Expr::Clone(Box::new(Expr::Var(seen)));
        Ok(Scrutinee {
            expr,
            place: Some(Place::var(seen)),
            ty,
            by_ref: false,
            target: Some(place),
            lent: false,
            mutable: true,
            parts: Vec::new(),
            moved: false,
        })
    }

    /// A parameter that is a reference, or what is borrowed of parameters: parts of it are bound by reference, in both sweeps.
    fn is_lent_parameter(&self, e: &Expr) -> bool {
        let parameter = |v: &crate::ir::Var| {
            let info = self.info(*v);
            info.kind == VarKind::Param && !info.mutable && matches!(info.ty, Ty::Ref(_, false))
        };
        match e {
            Expr::Var(v) => parameter(v),
            Expr::Verbatim(code, vars) => match &vars[..] {
                [v] if self.info(*v).name == code.to_token_stream().to_string() => parameter(v),
                vars => vars.iter().all(|v| self.info(*v).kind == VarKind::Param) && self.is_borrow_of_parameters(e),
            },
            _ => false,
        }
    }

    pub(in crate::lower) fn match_arm(
        &mut self,
        scrutinee: &Scrutinee,
        pat: &Pat,
        guard: Option<Guard<'_>>,
        fill: impl FnOnce(&mut Self) -> Lowered<()>,
        after: impl FnOnce(&mut Self) -> Lowered<()>,
    ) -> Lowered<Arm> {
        let (by_value, changing) = (names_by_value(pat), mutable_names(pat));
        let mut pat = strip_types(pat);
        let mut bound = Vec::new();
        let mut lowered_guard = None;
        let target = scrutinee.target.clone().filter(|_| (scrutinee.mutable || binds_mutably(&pat)) && !bound_names(&pat).is_empty());
        if target.is_some() {
            if let Err(span) = write_back::complete(&mut pat, &mut self.names) {
                return self.errors.refuse(
                    span,
                    "a pattern that binds by `&mut` must name all parts here, since the whole is put together again; write them out instead of `..`",
                );
            }
        }
        let named = pat.clone();
        let mut copies = HashMap::default();
        let body = self.block(false, |l| {
            let mut origins = Vec::new();
            l.origins_in(&pat, scrutinee, &mut origins)?;
            let mutable = mutable_names(&pat);
            let mut named_parts = Vec::new();
            for (name, origin, ty, by_ref) in origins {
                let ident = l.user_name(&Ident::new_raw_or_plain(&name, l.span_of(&pat)));
                rename_binding(&mut pat, &name, &ident);
                let varied = origin.as_ref().is_some_and(|o| l.info(o.root).varied) && !ty.is_plain();
                let lent = !by_value.contains(&name);
                let by_ref = by_ref && target.is_none();
                let reborrows = !varied && !scrutinee.lent && l.is_lent_parameter(&scrutinee.expr);
                let var = l.new_var(VarInfo {
                    reborrows,
                    varied,
                    owned: !by_ref,
                    lent: scrutinee.lent,
                    // What a `&mut` leads to changes, though the name does not.
                    mutable: !varied && l.facts.written.contains(&name),
                    origin,
                    ..VarInfo::owned(
                        ident,
                        if by_ref { Ty::Ref(Box::new(ty.clone()), false) } else { ty.clone() },
                        VarKind::Bound,
                        l.region,
                    )
                });
                bound.push(var);
                if varied {
                    l.varied.insert(name.clone());
                } else {
                    l.varied.remove(&name);
                }
                let val = if by_ref {
                    Val::Ref(Place::var(var).project(Proj::Deref), ty.clone(), false)
                } else {
                    Val::Place(Place::var(var), ty.clone())
                };
                // What the guard sees is what the pattern binds, whatever the arm makes of it.
                let seen = match &target {
                    Some(_) => Val::Ref(Place::var(var), ty.clone(), false),
                    None if scrutinee.moved => Val::Expr(l.part_of_moved(var), ty.clone()),
                    None => val.clone(),
                };
                l.env.insert(name.clone(), seen);
                named_parts.push((name, var, ty, val, lent));
            }
            lowered_guard = match guard {
                Some(Guard::Again(g) | Guard::Once(g)) => Some(l.guard(g)?),
                Some(Guard::Known(known)) => Some(known),
                None => None,
            };
            for (name, var, ty, val, lent) in named_parts {
                let varied = l.info(var).varied;
                if target.is_some() {
                    // A copy to write to.
                    let own = l.names.numbered("part_");
                    let copy = l.local(own, ty.clone(), VarKind::Memory, varied);
                    l.vars[copy.0 as usize].owned = true;
                    let value = Expr::Read(Place::var(var));
                    let value = if ty.is_copy_or_plain() { value } else { Expr::Clone(Box::new(value)) };
                    l.out.push(Stmt::Decl(copy, Some(value)));
                    copies.insert(name.clone(), (copy, ty.clone()));
                    let val = match lent {
                        true => Val::Ref(Place::var(copy), ty, true),
                        // Bound by value beside parts that are lent: a copy, and nothing that is put back if it changes.
                        false if changing.contains(&name) => {
                            let value = Expr::Clone(Box::new(Expr::Read(Place::var(copy))));
                            Val::Place(l.own(value, ty.clone()), ty)
                        }
                        false => Val::Place(Place::var(copy), ty),
                    };
                    l.env.insert(name, val);
                } else if scrutinee.moved && !mutable.contains(&name) {
                    l.bind_part_of_moved(name, var, ty);
                } else if mutable.contains(&name) && varied {
                    // `Some(mut x)`: the name becomes a variable of its own.
                    unmut(&mut pat);
                    let i = syn::PatIdent {
                        attrs: Vec::new(),
                        by_ref: None,
                        mutability: Some(syn::token::Mut::default()),
                        ident: Ident::new_raw_or_plain(&name, Span::call_site()),
                        subpat: None,
                    };
                    l.bind_name(&i, val, None, Span::call_site())?;
                }
            }
            fill(l)?;
            if let Some(target) = target {
                let value = l.whole(&named, &copies, &scrutinee.ty)?;
                l.out.push(Stmt::Assign(target, value));
            }
            after(l)
        })?;
        Ok(Arm { pat, guard: lowered_guard, bound, body })
    }

    /// The condition of an arm: no statement can come before it.
    fn guard(&mut self, g: &Syn) -> Lowered<Expr> {
        if !self.can_stay(g) && self.can_be_put_together(g) {
            return self.as_written(g);
        }
        let before = self.out.len();
        let condition = self.plain(g)?;
        if self.out.len() != before {
            return self
                .errors
                .refuse_at(g, "what this guard asks cannot be found out in the pattern; bind it with `let` before the `match`");
        }
        Ok(condition)
    }

    /// Where what the pattern of an arm binds comes from.
    fn origins_in(&mut self, pat: &Pat, scrutinee: &Scrutinee, out: &mut Vec<(String, Option<Place>, Ty, bool)>) -> Lowered<()> {
        if let Some(place) = &scrutinee.place {
            return self.origins(pat, place, &scrutinee.ty, scrutinee.by_ref, out);
        }
        if let (Pat::Tuple(t), false) = (pat, scrutinee.parts.is_empty()) {
            let rest = t.elems.iter().position(|p| matches!(p, Pat::Rest(_))).unwrap_or(t.elems.len());
            let behind = t.elems.len().saturating_sub(rest + 1);
            let first = t.elems.iter().zip(&scrutinee.parts).take(rest);
            let last = t.elems.iter().skip(rest + 1).zip(scrutinee.parts.iter().skip(scrutinee.parts.len() - behind));
            for (p, part) in first.chain(last) {
                self.origins_in(p, part, out)?;
            }
            return Ok(());
        }
        for name in bound_names(pat) {
            let ty = self.types.names.get(&name).cloned().unwrap_or(Ty::Unknown);
            out.push((name, None, ty, false));
        }
        Ok(())
    }

    /// Where the parts that a pattern binds come from.
    fn origins(
        &mut self,
        pat: &Pat,
        place: &Place,
        ty: &Ty,
        by_ref: bool,
        out: &mut Vec<(String, Option<Place>, Ty, bool)>,
    ) -> Lowered<()> {
        match pat {
            Pat::Ident(i) => {
                if i.subpat.is_none() && i.by_ref.is_none() && i.mutability.is_none() && starts_uppercase(&i.ident) {
                    return Ok(());
                }
                let name = i.ident.to_string();
                let known = better(self.types.names.get(&name).map_or(Ty::Unknown, |t| t.peel().clone()), ty.clone());
                out.push((name, Some(place.clone()), known, by_ref || i.by_ref.is_some()));
                if let Some((_, sub)) = &i.subpat {
                    self.origins(sub, place, ty, by_ref, out)?;
                }
                Ok(())
            }
            Pat::Paren(p) => self.origins(&p.pat, place, ty, by_ref, out),
            Pat::Reference(r) => self.origins(&r.pat, place, ty.peel(), false, out),
            Pat::Wild(_) | Pat::Lit(_) | Pat::Range(_) | Pat::Path(_) | Pat::Const(_) | Pat::Rest(_) => Ok(()),
            Pat::Or(o) => {
                if bound_names(pat).is_empty() {
                    return Ok(());
                }
                self.errors.refuse_at(o, "alternatives that bind a differentiable value are not supported; write an arm for each")
            }
            Pat::Tuple(_) | Pat::TupleStruct(_) | Pat::Struct(_) | Pat::Slice(_) => {
                for (sub, path, part) in self.parts(pat, place, ty, true)? {
                    let inner = steps(place, path);
                    self.origins(&sub, &inner, &part, by_ref || matches!(ty, Ty::Ref(..)), out)?;
                }
                Ok(())
            }
            other => self.errors.refuse_at(other, "this pattern cannot be differentiated"),
        }
    }
}

/// `[..]`
fn whole(span: Span) -> Proj {
    Proj::Slice(Box::new(Expr::Const(quote::quote!(..))), span)
}

/// A literal such as `0.0`, without a suffix.
pub(super) fn is_bare_float(literal: &proc_macro2::TokenStream) -> bool {
    let text = literal.to_string().replace(' ', "");
    text.contains('.') && text.parse::<f64>().is_ok()
}

/// `&e`, or `&mut e`
fn lent(e: &Syn, mutable: bool) -> Syn {
    if mutable {
        syn::parse_quote!(&mut #e)
    } else {
        syn::parse_quote!(&#e)
    }
}

/// `Some(..)`, `None` or `_`
fn is_of_option(pat: &Pat) -> bool {
    match pat {
        Pat::Paren(p) => is_of_option(&p.pat),
        Pat::Or(o) => o.cases.iter().all(is_of_option),
        Pat::TupleStruct(t) => t.path.segments.last().is_some_and(|s| s.ident == "Some"),
        Pat::Ident(i) => i.ident == "None",
        Pat::Path(p) => p.path.segments.last().is_some_and(|s| s.ident == "None"),
        other => matches!(other, Pat::Wild(_)),
    }
}

/// Whether the pattern of a tuple with so many parts binds nothing but these parts or what is in them.
fn takes_apart(pat: &Pat, parts: usize) -> bool {
    match pat {
        Pat::Paren(p) => takes_apart(&p.pat, parts),
        Pat::Tuple(t) => t.elems.len() == parts || t.elems.len() <= parts + 1 && t.elems.iter().any(|p| matches!(p, Pat::Rest(_))),
        other => bound_names(other).is_empty(),
    }
}

/// Whether a place is a slice, which has no size of its own.
pub(super) fn is_slice(place: &Place, ty: &Ty) -> bool {
    matches!(ty, Ty::Slice(_)) || matches!(place.path.last(), Some(Proj::Slice(..)))
}

fn strip_types(pat: &Pat) -> Pat {
    match pat {
        Pat::Type(t) => (*t.pat).clone(),
        Pat::Paren(p) => strip_types(&p.pat),
        other => other.clone(),
    }
}
