//! Patterns: what the names of a `let`, a loop, a closure or a `match` arm denote.

use rustc_hash::FxHashMap as HashMap;

use proc_macro2::{Ident, Span};
use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr as Syn, Member, Pat};

use super::{Lower, Val};
use crate::diagnostics::Lowered;
use crate::ir::{Arm, Expr, Place, Proj, Stmt, VarInfo, VarKind};
use crate::types::Ty;
use crate::varied::{bound_names, starts_uppercase};

pub(super) mod write_back;

use write_back::binds_mutably;

/// What a `match` looks at.
pub(crate) struct Scrutinee {
    pub expr: Expr,
    /// Where the cotangents of bound parts go; none if nothing varies.
    place: Option<Place>,
    ty: Ty,
    by_ref: bool,
    /// The place whose parts may be written to through the names that are bound.
    target: Option<Place>,
    /// All names are bound by `&mut`.
    mutable: bool,
    /// Of a tuple that is written down to be taken apart: what each part of it is.
    parts: Vec<Scrutinee>,
}

impl Scrutinee {
    /// What carries no derivative.
    fn plain(expr: Expr, ty: Ty) -> Self {
        Scrutinee { expr, place: None, ty, by_ref: false, target: None, mutable: false, parts: Vec::new() }
    }

    /// Whether what the arms of these patterns write is written back when they end.
    pub fn writes_back<'p>(&self, mut pats: impl Iterator<Item = &'p Pat>) -> bool {
        self.mutable || self.target.is_some() && pats.any(binds_mutably)
    }
}

impl Lower<'_> {
    /// The type a pattern's annotation or its names' known types give.
    pub(super) fn pattern_ty(&self, pat: &Pat) -> Ty {
        match pat {
            Pat::Type(t) => Ty::parse(&t.ty, &self.source.floats),
            Pat::Ident(i) if i.by_ref.is_none() => self.types.names.get(&i.ident.to_string()).cloned().unwrap_or(Ty::Unknown),
            Pat::Paren(p) => self.pattern_ty(&p.pat),
            Pat::Tuple(t) if !t.elems.iter().any(|p| matches!(p, Pat::Rest(_))) => {
                Ty::Tuple(t.elems.iter().map(|p| self.pattern_ty(p)).collect())
            }
            _ => Ty::Unknown,
        }
    }

    /// Names whose definition was refused stay silent afterwards.
    pub(super) fn poison(&mut self, pat: &Pat) {
        for name in bound_names(pat) {
            self.env.insert(name, Val::Poison);
        }
    }

    /// Binds an irrefutable pattern to a value.
    pub(super) fn bind(&mut self, pat: &Pat, val: Val, annotation: Option<&syn::Type>, span: Span) -> Lowered<()> {
        match pat {
            Pat::Paren(p) => self.bind(&p.pat, val, annotation, span),
            Pat::Type(t) => self.bind(&t.pat, val, Some(&t.ty), span),
            Pat::Wild(_) => match val {
                Val::Closure(_) | Val::Iter(_) => Ok(()),
                other => self.operand(other, span).map(|_| ()),
            },
            Pat::Ident(i) => {
                if let Some((_, sub)) = &i.subpat {
                    let (place, ty) = self.place(val, span)?;
                    let whole = Val::Place(place, ty);
                    self.bind(sub, whole.clone(), None, span)?;
                    return self.bind_name(i, whole, annotation, span);
                }
                if i.by_ref.is_some() {
                    let (place, ty) = self.place(val, span)?;
                    return self.alias(&i.ident, place, ty, i.mutability.is_some(), span);
                }
                self.bind_name(i, val, annotation, span)
            }
            Pat::Reference(r) => match val {
                Val::Ref(place, ty, _) => self.bind(&r.pat, Val::Place(place, ty), None, span),
                // Levels of references are not told apart: `&&x` of an iterator's items denotes the item.
                Val::Place(place, ty) if ty.is_float() || ty.is_plain() => self.bind(&r.pat, Val::Place(place, ty), None, span),
                Val::Place(place, ty) => {
                    let inner = if let Ty::Ref(inner, _) = ty { *inner } else { Ty::Unknown };
                    self.bind(&r.pat, Val::Place(place.project(Proj::Deref), inner), None, span)
                }
                Val::Expr(e, ty) => {
                    // A plain reference (into integers, say): the pattern stays as it is.
                    self.bind_plain(pat, e, ty, span)
                }
                Val::Poison => {
                    self.poison(pat);
                    Ok(())
                }
                // `|&(i, x)|` over items that are made of parts.
                parts @ Val::Tuple(_) => self.bind(&r.pat, parts, None, span),
                _ => self.errors.refuse(span, "expected a reference here"),
            },
            Pat::Tuple(_) | Pat::TupleStruct(_) | Pat::Struct(_) | Pat::Slice(_) => self.destructure(pat, val, span),
            other => {
                self.poison(other);
                self.errors.refuse_at(other, "this pattern cannot be differentiated; bind the whole value with a name and take its parts")
            }
        }
    }

    /// A pattern bound to a value that carries no derivative.
    fn bind_plain(&mut self, pat: &Pat, value: Expr, ty: Ty, span: Span) -> Lowered<()> {
        let _ = ty;
        if self.expr_varies(&value) {
            return self.errors.refuse(span, "this pattern cannot be differentiated; bind the whole value with a name and take its parts");
        }
        let mut pat = pat.clone();
        let mut vars = Vec::new();
        value.each_operand(&mut |v| vars.push(v));
        let mutable = mutable_names(&pat);
        let mut later = Vec::new();
        for name in bound_names(&pat) {
            let ident = Ident::new_raw_or_plain(&name, span);
            let known = self.types.names.get(&name).cloned().unwrap_or(Ty::Unknown);
            if mutable.contains(&name) && self.varied.contains(&name) {
                // Plain at first, but overwritten with what varies: a variable of its own.
                let temp = self.names.numbered("t");
                rename_binding(&mut pat, &name, &temp);
                unmut_name(&mut pat, &temp);
                let var = self.local(temp, known.clone(), VarKind::Value, false);
                vars.push(var);
                later.push((ident, var, known));
                continue;
            }
            let ident = self.user_name(&ident);
            let kind = if mutable.contains(&name) { VarKind::Memory } else { VarKind::Value };
            let var = self.local(ident.clone(), known.clone(), kind, false);
            rename_binding(&mut pat, &name, &ident);
            self.varied.remove(&name);
            self.env.insert(name, Val::Place(Place::var(var), known));
            vars.push(var);
        }
        let tokens = crate::emit::expr_tokens(&self.vars, &value);
        let stmt: syn::Stmt = syn::Stmt::Local(syn::Local {
            attrs: Vec::new(),
            let_token: syn::token::Let { span },
            pat,
            init: Some(syn::LocalInit { eq_token: syn::token::Eq { spans: [span] }, expr: Box::new(Syn::Verbatim(tokens)), diverge: None }),
            semi_token: syn::token::Semi { spans: [span] },
        });
        self.out.push(Stmt::Verbatim(Box::new(stmt), vars));
        for (ident, var, known) in later {
            self.bind_mutable(&ident, Val::Place(Place::var(var), known.clone()), known, None, span)?;
        }
        Ok(())
    }

    fn destructure(&mut self, pat: &Pat, val: Val, span: Span) -> Lowered<()> {
        if let (Pat::Tuple(t), Val::Tuple(items)) = (pat, &val) {
            if t.elems.len() == items.len() && !t.elems.iter().any(|p| matches!(p, Pat::Rest(_))) {
                // All right-hand sides are evaluated before any name is bound.
                let items = items.clone();
                for (p, item) in t.elems.iter().zip(items) {
                    self.bind(p, item, None, span)?;
                }
                return Ok(());
            }
        }
        match val {
            Val::Expr(e, ty) if !self.expr_varies(&e) => self.bind_plain(pat, e, ty, span),
            Val::Place(p, ty) if !self.info(p.root).varied || ty.is_plain() => self.bind_plain(pat, Expr::Read(p), ty, span),
            Val::Ref(p, ty, m) if !self.info(p.root).varied || ty.is_plain() => {
                self.bind_plain(pat, if m { Expr::RefMut(p) } else { Expr::Ref(p) }, ty, span)
            }
            Val::Poison => {
                self.poison(pat);
                Ok(())
            }
            Val::Ref(place, ty, m) => {
                let place = self.freeze(place)?;
                for (sub, step, part) in self.parts(pat, &place, &ty, false)? {
                    let part_place = steps(&place, step);
                    self.bind(&sub, Val::Ref(part_place, part, m), None, span)?;
                }
                Ok(())
            }
            Val::Place(place, ty) => {
                for (sub, step, part) in self.parts(pat, &place, &ty, false)? {
                    let part_place = steps(&place, step);
                    self.bind(&sub, Val::Place(part_place, part), None, span)?;
                }
                Ok(())
            }
            other => {
                let (var, ty) = self.variable(other, span)?;
                self.destructure(pat, Val::Place(Place::var(var), ty), span)
            }
        }
    }

    /// The parts of a pattern with the steps that lead to them. In a `match`, named parts go through accessors.
    fn parts(&mut self, pat: &Pat, place: &Place, ty: &Ty, in_match: bool) -> Lowered<Vec<(Pat, Vec<Proj>, Ty)>> {
        let _ = place;
        let mut parts = Vec::new();
        match pat {
            Pat::Tuple(t) => {
                let rest = t.elems.iter().position(|p| matches!(p, Pat::Rest(_)));
                if let (Some(k), Ty::Unknown | Ty::Named) = (rest, ty.peel()) {
                    if k + 1 < t.elems.len() {
                        return self
                            .errors
                            .refuse_at(pat, "`..` before other parts of a tuple of unknown length cannot be followed; name all parts");
                    }
                }
                let total = if let Ty::Tuple(items) = ty.peel() { items.len() } else { t.elems.len() };
                for (k, p) in t.elems.iter().enumerate() {
                    if matches!(p, Pat::Rest(_)) {
                        continue;
                    }
                    let index = if rest.is_some_and(|r| k > r) { total - (t.elems.len() - k) } else { k };
                    let member = Member::Unnamed(index.into());
                    parts.push((p.clone(), vec![Proj::Field(member.clone())], ty.field(&member)));
                }
            }
            Pat::TupleStruct(t) => {
                let Some(last) = t.path.segments.last() else { return Ok(parts) };
                if t.elems.iter().any(|p| matches!(p, Pat::Rest(_))) && !matches!(t.elems.last(), Some(Pat::Rest(_))) {
                    return self.errors.refuse_at(pat, "`..` before other parts cannot be followed; name all parts");
                }
                for (k, p) in t.elems.iter().enumerate() {
                    if matches!(p, Pat::Rest(_)) {
                        continue;
                    }
                    let member = Member::Unnamed(k.into());
                    let step = if in_match { Proj::Payload(last.ident.clone(), member) } else { Proj::Field(member) };
                    let part = match (ty.peel(), last.ident == "Some") {
                        (Ty::Option(inner), true) => (**inner).clone(),
                        // Errors carry no derivative: what they are made of is refused where it does.
                        (ty, _) if ty.is_plain() || is_err(&t.path) => Ty::Plain,
                        _ => Ty::Unknown,
                    };
                    parts.push((p.clone(), vec![step], part));
                }
            }
            Pat::Struct(s) => {
                let Some(last) = s.path.segments.last() else { return Ok(parts) };
                for f in &s.fields {
                    let step = if in_match && last.ident != "Self" {
                        Proj::Payload(last.ident.clone(), f.member.clone())
                    } else {
                        Proj::Field(f.member.clone())
                    };
                    let part = if ty.is_plain() { Ty::Plain } else { Ty::Unknown };
                    parts.push(((*f.pat).clone(), vec![step], part));
                }
            }
            Pat::Slice(s) => {
                let rest = s.elems.iter().position(is_rest);
                let total = s.elems.len();
                // The position `back` before the end.
                let from_end = |l: &Self, back: usize| -> Expr {
                    let back = proc_macro2::Literal::usize_unsuffixed(back);
                    if let Ty::Array(_, len) = ty.peel() {
                        return Expr::Const(quote!((#len) - #back));
                    }
                    let len = l.length_of(place);
                    l.opaque(&[&len], |t| {
                        let n = &t[0];
                        quote!(#n - #back)
                    })
                };
                for (k, p) in s.elems.iter().enumerate() {
                    let at = proc_macro2::Literal::usize_unsuffixed(k);
                    if Some(k) == rest {
                        let Pat::Ident(named) = p else { continue };
                        let mut named = named.clone();
                        named.subpat = None;
                        let end = from_end(self, total - 1 - k);
                        let range = self.opaque(&[&end], |t| {
                            let n = &t[0];
                            quote!(#at..#n)
                        });
                        let step = Proj::Slice(Box::new(range), self.span_of(p));
                        parts.push((Pat::Ident(named), vec![step], super::expr::slice_type(ty)));
                        continue;
                    }
                    let index = if rest.is_some_and(|r| k > r) { from_end(self, total - k) } else { Expr::Const(quote!(#at)) };
                    parts.push((p.clone(), vec![Proj::Index(Box::new(index), self.span_of(p))], ty.element()));
                }
            }
            other => return self.errors.refuse_at(other, "this pattern cannot be differentiated"),
        }
        Ok(parts)
    }

    fn bind_name(&mut self, i: &syn::PatIdent, val: Val, annotation: Option<&syn::Type>, span: Span) -> Lowered<()> {
        let name = i.ident.to_string();
        let written = i.mutability.is_some() && self.facts.written.contains(&name);
        let known = match annotation {
            Some(t) => Ty::parse(t, &self.source.floats),
            None => self.types.names.get(&name).cloned().unwrap_or(Ty::Unknown),
        };
        if known.is_plain() || !written && !self.val_varies(&val) {
            self.varied.remove(&name);
        } else if !matches!(val, Val::Closure(_) | Val::Iter(_)) && self.val_varies(&val) {
            self.varied.insert(name.clone());
        }
        // Where rustc learnt a literal's type from code that no longer stands there, it is written down.
        let told = match (&val, annotation) {
            (Val::Expr(Expr::Const(literal), _), None) if !self.varied.contains(&name) && is_bare_float(literal) => {
                super::iter::float_type(&known)
            }
            _ => None,
        };
        let annotation = annotation.or(told.as_ref());
        match val {
            Val::Poison => {
                self.env.insert(name, Val::Poison);
                Ok(())
            }
            Val::Iter(iter) => {
                if self.copies_array(&iter) {
                    return self.errors.refuse(
                        span,
                        "an iterator over a copy of an array that changes is only followed where it is consumed; iterate where it is used",
                    );
                }
                let iter = if i.mutability.is_some() { self.with_cursor(*iter) } else { *iter };
                self.opaque.insert(name.clone());
                self.env.insert(name, Val::Iter(Box::new(iter)));
                Ok(())
            }
            Val::Closure(ref c) => {
                if crate::desugar::local::function_of(c).is_none() {
                    self.opaque.insert(name.clone());
                }
                self.env.insert(name, val);
                Ok(())
            }
            Val::Maybe { found, value } if !written => self.bind_maybe(name, found, *value, span),
            Val::Ref(place, ty, m) => {
                if written && !m {
                    return self.followed_reference(&i.ident, place, &ty, &known, span);
                }
                if i.mutability.is_some() && self.assigned_whole(&name) {
                    return self.errors.refuse(
                        i.ident.span(),
                        format!("`{name}` is a reference that is assigned again; use an index or swap the values instead"),
                    );
                }
                self.alias(&i.ident, place, ty, m, span)
            }
            Val::Place(p, ty)
                if p.path.is_empty()
                    && self.invented.contains(&p.root)
                    && self.info(p.root).region == self.region
                    // What is assigned in branches has no shape before that.
                    && !(written && self.info(p.root).kind == VarKind::Deferred && !better(known.clone(), ty.clone()).static_zero()) =>
            {
                self.invented.remove(&p.root);
                let user = self.user_name(&i.ident);
                let ty = better(known, ty);
                let info = &mut self.vars[p.root.0 as usize];
                info.name = user;
                info.mutable = written;
                info.ty = better(ty.clone(), info.ty.clone());
                if annotation.is_some() {
                    info.annotation = annotation.cloned();
                }
                if written {
                    info.kind = VarKind::Memory;
                }
                self.env.insert(name, Val::Place(p, ty));
                Ok(())
            }
            val if !written => self.bind_value(&i.ident, val, known, annotation, span),
            val => self.bind_mutable(&i.ident, val, known, annotation, span),
        }
    }

    /// Whether a value may vary, by what is known of its parts.
    fn val_varies(&self, val: &Val) -> bool {
        match val {
            Val::Expr(e, ty) => !ty.is_plain() && self.expr_varies(e),
            Val::Place(p, ty) | Val::Ref(p, ty, _) => !ty.is_plain() && self.info(p.root).varied,
            Val::Tuple(items) => items.iter().any(|i| self.val_varies(i)),
            Val::Maybe { value, .. } => self.val_varies(value),
            Val::Closure(_) | Val::Iter(_) | Val::Poison => true,
            Val::Unit => false,
        }
    }

    fn assigned_whole(&self, name: &str) -> bool {
        self.facts.reassigned.contains(name)
    }

    /// `let r = &place;`
    fn alias(&mut self, ident: &Ident, place: Place, ty: Ty, mutable: bool, span: Span) -> Lowered<()> {
        let place = self.pinned(place)?;
        if place.path.iter().any(|p| matches!(p, Proj::Index(..) | Proj::Slice(..))) {
            // The bounds are checked here, as the user's code does.
            let tokens = crate::emit::place_tokens(&self.vars, &place);
            let stmt: syn::Stmt =
                syn::Stmt::Expr(Syn::Verbatim(quote::quote_spanned!(span=> let _ = &#tokens)), Some(syn::token::Semi { spans: [span] }));
            let mut vars = Vec::new();
            Expr::Read(place.clone()).each_operand(&mut |v| vars.push(v));
            self.out.push(Stmt::Check(Box::new(stmt), vars));
        }
        self.env.insert(ident.to_string(), Val::Ref(place, ty, mutable));
        Ok(())
    }

    /// A place whose indices keep their values.
    pub(super) fn freeze(&mut self, mut place: Place) -> Lowered<Place> {
        for k in 0..place.path.len() {
            if let Proj::Index(e, span) | Proj::Slice(e, span) = &place.path[k] {
                if !self.is_stable(e) {
                    let (e, span, is_slice) = (e.clone(), *span, matches!(place.path[k], Proj::Slice(..)));
                    let name = self.names.numbered("n");
                    let var = self.local(name, Ty::Plain, VarKind::Value, false);
                    self.out.push(Stmt::Let(var, *e));
                    let e = Box::new(Expr::Var(var));
                    place.path[k] = if is_slice { Proj::Slice(e, span) } else { Proj::Index(e, span) };
                }
            }
        }
        Ok(place)
    }

    fn bind_value(&mut self, ident: &Ident, val: Val, known: Ty, annotation: Option<&syn::Type>, span: Span) -> Lowered<()> {
        let name = ident.to_string();
        let val = match val {
            Val::Tuple(items) if annotation.is_none() => {
                let mut parts = Vec::new();
                for item in items {
                    parts.push(match item {
                        Val::Ref(place, ty, m) => Val::Ref(self.pinned(place)?, ty, m),
                        part @ (Val::Closure(_) | Val::Poison) => part,
                        Val::Tuple(inner) => Val::Tuple(inner),
                        other => {
                            let (e, ty) = self.operand(other, span)?;
                            Val::Expr(e, ty)
                        }
                    });
                }
                if parts.iter().any(|p| matches!(p, Val::Closure(_))) {
                    self.opaque.insert(name.clone());
                }
                self.env.insert(name, Val::Tuple(parts));
                return Ok(());
            }
            Val::Tuple(items) => {
                let (e, ty) = self.operand(Val::Tuple(items), span)?;
                Val::Expr(e, ty)
            }
            other => other,
        };
        match val {
            Val::Unit => {
                self.env.insert(name, Val::Unit);
                Ok(())
            }
            Val::Expr(Expr::Var(v), ty) if annotation.is_none() && !self.info(v).mutable => {
                self.env.insert(name, Val::Place(Place::var(v), better(known, ty)));
                Ok(())
            }
            Val::Place(place, ty) if place.path.is_empty() && annotation.is_none() && self.place_is_fixed(&place) => {
                self.env.insert(name, Val::Place(place, better(known, ty)));
                Ok(())
            }
            // A variable of its own would keep what the parameter borrows.
            Val::Place(place, ty) if self.borrowing_part(&place, &ty) && annotation.is_none() => {
                self.env.insert(name, Val::Place(place, better(known, ty)));
                Ok(())
            }
            Val::Expr(e, ty) => self.let_value(ident, e, better(known, ty), annotation),
            Val::Place(place, ty) => self.let_value(ident, Expr::Read(place), better(known, ty), annotation),
            _ => Ok(()),
        }
    }

    /// Whether it may be a reference in a parameter that is taken by value.
    fn borrowing_part(&self, place: &Place, ty: &Ty) -> bool {
        let root = self.info(place.root);
        let fields = place.path.iter().all(|step| matches!(step, Proj::Field(_)));
        root.kind == VarKind::Param && !root.owned && fields && !ty.is_float() && !ty.is_plain() && self.place_is_fixed(place)
    }

    fn let_value(&mut self, ident: &Ident, e: Expr, ty: Ty, annotation: Option<&syn::Type>) -> Lowered<()> {
        let name = ident.to_string();
        let user = self.user_name(ident);
        let var = self.define(user, e, ty.clone());
        self.vars[var.0 as usize].annotation = annotation.cloned();
        if !self.info(var).varied {
            self.varied.remove(&name);
        }
        self.env.insert(name, Val::Place(Place::var(var), ty));
        Ok(())
    }

    fn bind_mutable(&mut self, ident: &Ident, val: Val, known: Ty, annotation: Option<&syn::Type>, span: Span) -> Lowered<()> {
        let name = ident.to_string();
        let (e, ty) = match val {
            Val::Expr(e, ty) => (e, ty),
            Val::Place(place, ty) => (Expr::Read(place), ty),
            other => self.operand(other, span)?,
        };
        let ty = better(known, ty);
        let e = self.assignable(e, &ty);
        if ty.is_float() && !self.facts.nested.contains(&name) && self.varied.contains(&name) && annotation.is_none() {
            // Overwritten in its own block only: each assignment makes a new version.
            let user = self.user_name(ident);
            let var = self.define(user, e, ty.clone());
            self.versions.insert(name.clone());
            self.env.insert(name, Val::Place(Place::var(var), ty));
            return Ok(());
        }
        let varied = self.varied.contains(&name) && !ty.is_plain();
        let user = self.user_name(ident);
        let var = self.local(user, ty.clone(), VarKind::Memory, varied);
        let owned_value = !matches!(e, Expr::Ref(_) | Expr::RefMut(_));
        let info = &mut self.vars[var.0 as usize];
        info.owned |= varied && owned_value;
        info.annotation = annotation.cloned();
        self.out.push(Stmt::Decl(var, Some(e)));
        self.env.insert(name, Val::Place(Place::var(var), ty));
        Ok(())
    }

    // ---- match ------------------------------------------------------------------------------------------

    /// What the arms with these patterns look at.
    pub(super) fn scrutinee<'p>(&mut self, e: &Syn, mut pats: impl Iterator<Item = &'p Pat>) -> Lowered<Scrutinee> {
        match super::expr::strip(e) {
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
                let parts: Vec<Scrutinee> = t.elems.iter().map(|part| self.looked_at(part)).collect::<Lowered<_>>()?;
                let expr = Expr::Tuple(parts.iter().map(|part| part.expr.clone()).collect());
                let ty = Ty::Tuple(parts.iter().map(|part| part.ty.clone()).collect());
                Ok(Scrutinee { expr, place: None, ty, by_ref: false, target: None, mutable: false, parts })
            }
            _ => self.looked_at(e),
        }
    }

    /// Whether the value is a `&mut` reference.
    fn lends_mutably(&self, e: &Syn) -> bool {
        matches!(super::expr::strip(e), Syn::Reference(r) if r.mutability.is_some()) || matches!(self.types.of(e), Ty::Ref(_, true))
    }

    /// A copy of what a place holds, to be looked at again when it holds something else.
    fn as_it_is_now(&mut self, place: Place, ty: &Ty, span: Span) -> Place {
        if !is_slice(&place, ty) {
            return Place::var(self.temp(Expr::Clone(Box::new(Expr::Read(place))), ty.clone()));
        }
        let owned = Ty::Vec(Box::new(ty.element()));
        let copy = self.temp(Expr::Container(crate::ir::ContainerExpr::ToVec, place, Vec::new()), owned);
        Place::var(copy).project(Proj::Slice(Box::new(Expr::Const(quote::quote!(..))), span))
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
            Syn::Index(i) if matches!(super::expr::strip(&i.index), Syn::Range(_)) => {
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

    fn looked_at(&mut self, e: &Syn) -> Lowered<Scrutinee> {
        if !self.varies(e) {
            if let Some(expr) = self.lasting_look(super::expr::strip(e))? {
                return Ok(Scrutinee::plain(expr, self.types.of(e)));
            }
            let mut expr = self.plain(e)?;
            if !self.is_stable(&expr) {
                // The reverse sweep looks at it again.
                let seen = self.temp(Expr::Clone(Box::new(expr)), self.types.of(e));
                self.vars[seen.0 as usize].varied = false;
                expr = Expr::Var(seen);
            }
            return Ok(Scrutinee::plain(expr, self.types.of(e)));
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
                Scrutinee { expr, place: Some(place), ty, by_ref: false, target, mutable: false, parts: Vec::new() }
            }
            Val::Ref(place, ty, mutable) => {
                let place = self.freeze(place)?;
                if mutable && !self.place_is_fixed(&place) {
                    if is_slice(&place, &ty) {
                        return self
                            .errors
                            .refuse_at(e, "parts of a slice bound by `&mut` cannot be followed; write to the elements by index");
                    }
                    // What is bound are copies, which are written back.
                    let seen = self.temp(Expr::Clone(Box::new(Expr::Read(place.clone()))), ty.clone());
                    let expr = Expr::Clone(Box::new(Expr::Var(seen)));
                    return Ok(Scrutinee {
                        expr,
                        place: Some(Place::var(seen)),
                        ty,
                        by_ref: false,
                        target: Some(place),
                        mutable: true,
                        parts: Vec::new(),
                    });
                }
                let place = if self.place_is_fixed(&place) { place } else { self.as_it_is_now(place, &ty, self.span_of(e)) };
                Scrutinee {
                    expr: Expr::Ref(place.clone()),
                    place: Some(place),
                    ty,
                    by_ref: true,
                    target: None,
                    mutable: false,
                    parts: Vec::new(),
                }
            }
            other => {
                let (var, ty) = self.variable(other, self.span_of(e))?;
                let expr = if ty.is_copy() { Expr::Var(var) } else { Expr::Clone(Box::new(Expr::Var(var))) };
                Scrutinee { expr, place: Some(Place::var(var)), ty, by_ref: false, target: None, mutable: false, parts: Vec::new() }
            }
        })
    }

    pub(super) fn match_arm(
        &mut self,
        scrutinee: &Scrutinee,
        pat: &Pat,
        guard: Option<&Syn>,
        fill: impl FnOnce(&mut Self) -> Lowered<()>,
        after: impl FnOnce(&mut Self) -> Lowered<()>,
    ) -> Lowered<Arm> {
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
            for (name, origin, ty, by_ref) in origins {
                let ident = l.user_name(&Ident::new_raw_or_plain(&name, l.span_of(&pat)));
                rename_binding(&mut pat, &name, &ident);
                let varied = origin.is_some() && !ty.is_plain();
                let by_ref = by_ref && target.is_none();
                let var = l.new_var(VarInfo {
                    name: ident,
                    ty: if by_ref { Ty::Ref(Box::new(ty.clone()), false) } else { ty.clone() },
                    kind: VarKind::Bound,
                    region: l.region,
                    varied,
                    owned: !by_ref,
                    mutable: false,
                    origin,
                    optional: false,
                    annotation: None,
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
                if target.is_some() {
                    // A copy to write to.
                    let own = l.names.numbered("part_");
                    let copy = l.local(own, ty.clone(), VarKind::Memory, varied);
                    l.vars[copy.0 as usize].owned = true;
                    let value = Expr::Read(Place::var(var));
                    let value = if ty.is_copy_or_plain() { value } else { Expr::Clone(Box::new(value)) };
                    l.out.push(Stmt::Decl(copy, Some(value)));
                    copies.insert(name.clone(), (copy, ty.clone()));
                    l.env.insert(name, Val::Ref(Place::var(copy), ty, true));
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
                } else {
                    l.env.insert(name, val);
                }
            }
            if let Some(g) = guard {
                let code = l.plain(g)?;
                let mut changing = false;
                code.each_operand(&mut |v| changing |= l.info(v).mutable);
                if changing {
                    return l.errors.refuse_at(g, "this guard reads a variable that changes; bind its value with `let` before the `match`");
                }
                lowered_guard = Some(code);
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

fn steps(place: &Place, path: Vec<Proj>) -> Place {
    path.into_iter().fold(place.clone(), |p, s| p.project(s))
}

/// A literal such as `0.0`, without a suffix.
fn is_bare_float(literal: &proc_macro2::TokenStream) -> bool {
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

fn is_rest(p: &Pat) -> bool {
    matches!(p, Pat::Rest(_)) || matches!(p, Pat::Ident(i) if i.subpat.as_ref().is_some_and(|(_, s)| matches!(**s, Pat::Rest(_))))
}

/// The more telling of two types.
pub(crate) fn better(a: Ty, b: Ty) -> Ty {
    match (&a, &b) {
        (Ty::Unknown, _) => b,
        (Ty::Float(crate::types::Float::Inferred), Ty::Float(_)) => b,
        _ => a,
    }
}

fn mutable_names(pat: &Pat) -> Vec<String> {
    struct Names(Vec<String>);
    impl<'a> syn::visit::Visit<'a> for Names {
        fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
            if p.mutability.is_some() && p.by_ref.is_none() {
                self.0.push(p.ident.to_string());
            }
            syn::visit::visit_pat_ident(self, p);
        }
    }
    let mut names = Names(Vec::new());
    syn::visit::Visit::visit_pat(&mut names, pat);
    names.0
}

fn unmut_name(pat: &mut Pat, name: &Ident) {
    struct Unmut<'n>(&'n Ident);
    impl VisitMut for Unmut<'_> {
        fn visit_pat_ident_mut(&mut self, p: &mut syn::PatIdent) {
            if p.ident == *self.0 {
                p.mutability = None;
            }
            visit_mut::visit_pat_ident_mut(self, p);
        }
    }
    Unmut(name).visit_pat_mut(pat);
}

fn unmut(pat: &mut Pat) {
    struct Unmut;
    impl VisitMut for Unmut {
        fn visit_pat_ident_mut(&mut self, p: &mut syn::PatIdent) {
            if p.by_ref.is_none() {
                p.mutability = None;
            }
            visit_mut::visit_pat_ident_mut(self, p);
        }
    }
    Unmut.visit_pat_mut(pat);
}

fn rename_binding(pat: &mut Pat, from: &str, to: &Ident) {
    struct Rename<'r>(&'r str, &'r Ident);
    impl VisitMut for Rename<'_> {
        fn visit_pat_ident_mut(&mut self, p: &mut syn::PatIdent) {
            if p.ident == self.0 {
                p.ident = self.1.clone();
            }
            visit_mut::visit_pat_ident_mut(self, p);
        }
        fn visit_field_pat_mut(&mut self, f: &mut syn::FieldPat) {
            visit_mut::visit_field_pat_mut(self, f);
            if let (None, Pat::Ident(i), Member::Named(m)) = (&f.colon_token, &*f.pat, &f.member) {
                if i.ident != *m {
                    f.colon_token = Some(syn::token::Colon::default());
                }
            }
        }
    }
    Rename(from, to).visit_pat_mut(pat);
}

/// Whether a place is a slice, which has no size of its own.
fn is_slice(place: &Place, ty: &Ty) -> bool {
    matches!(ty, Ty::Slice(_)) || matches!(place.path.last(), Some(Proj::Slice(..)))
}

fn strip_types(pat: &Pat) -> Pat {
    match pat {
        Pat::Type(t) => (*t.pat).clone(),
        Pat::Paren(p) => strip_types(&p.pat),
        other => other.clone(),
    }
}

/// Identifiers from strings, raw where they must be.
pub(crate) trait RawIdent {
    fn new_raw_or_plain(name: &str, span: Span) -> Ident;
}

impl RawIdent for Ident {
    fn new_raw_or_plain(name: &str, span: Span) -> Ident {
        match name.strip_prefix("r#") {
            Some(raw) => Ident::new_raw(raw, span),
            None => Ident::new(name, span),
        }
    }
}

/// `Err`, of a `Result`.
pub(super) fn is_err(path: &syn::Path) -> bool {
    let mut segments = path.segments.iter().rev();
    segments.next().is_some_and(|s| s.ident == "Err") && segments.next().is_none_or(|s| s.ident == "Result" || s.ident == "result")
}
