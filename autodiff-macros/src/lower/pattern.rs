//! Patterns: what the names of a `let`, a loop, a closure or a `match` arm denote.
//!
//! What enters: a pattern and the value it takes apart. What leaves: each name in the environment, for a value or a place. Guarantee: all
//! parts of the value have been evaluated before a name is bound.

use proc_macro2::{Ident, Span};
use quote::quote;
use syn::{Expr as Syn, Member, Pat};

use super::{Lower, Val};
use crate::diagnostics::Lowered;
use crate::ir::{Expr, Place, Proj, Stmt, VarKind};
use crate::types::Ty;
use crate::varied::bound_names;

mod bind;
pub(super) mod matching;
mod names;
pub(super) mod write_back;

pub(crate) use names::RawIdent;
use names::{mutable_names, rename_binding, unmut_name};

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
        if let Val::Twice(inner) = val {
            return self.bind_twice(pat, *inner, annotation, span);
        }
        match pat {
            Pat::Paren(p) => self.bind(&p.pat, val, annotation, span),
            Pat::Type(t) => self.bind(&t.pat, val, Some(&t.ty), span),
            Pat::Wild(_) => match val {
                Val::Closure(_) | Val::Iter(_) => Ok(()),
                // It may panic.
                Val::Expr(code @ Expr::Verbatim(..), _) => {
                    self.out.push(Stmt::Do(code));
                    Ok(())
                }
                other => match self.operand(other, span)? {
                    (e @ (Expr::Bin(..) | Expr::Rule(..)), ty) => {
                        self.temp(e, ty);
                        Ok(())
                    }
                    _ => Ok(()),
                },
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
                    self.bind_plain(pat, e, ty, None, span)
                }
                Val::Poison => {
                    self.poison(pat);
                    Ok(())
                }
                // `|&(i, x)|` over items that are made of parts.
                parts @ Val::Tuple(_) => self.bind(&r.pat, parts, None, span),
                _ => self.errors.refuse(span, "expected a reference here"),
            },
            Pat::Tuple(_) | Pat::TupleStruct(_) | Pat::Struct(_) | Pat::Slice(_) => self.destructure(pat, val, annotation, span),
            other => {
                self.poison(other);
                self.errors.refuse_at(other, "this pattern cannot be differentiated; bind the whole value with a name and take its parts")
            }
        }
    }

    /// Binds a pattern to a reference to this reference: its first `&` leaves the reference, and a name remembers that it is one more away.
    fn bind_twice(&mut self, pat: &Pat, inner: Val, annotation: Option<&syn::Type>, span: Span) -> Lowered<()> {
        match pat {
            Pat::Paren(p) => self.bind_twice(&p.pat, inner, annotation, span),
            Pat::Type(t) => self.bind_twice(&t.pat, inner, Some(&t.ty), span),
            Pat::Reference(r) => self.bind(&r.pat, inner, None, span),
            Pat::Ident(i) if i.by_ref.is_none() && i.subpat.is_none() => {
                self.twofold.insert(i.ident.to_string());
                self.bind_name(i, inner, annotation, span)
            }
            _ => self.bind(pat, inner, annotation, span),
        }
    }

    /// A pattern bound to a value that carries no derivative.
    fn bind_plain(&mut self, pat: &Pat, value: Expr, ty: Ty, annotation: Option<&syn::Type>, span: Span) -> Lowered<()> {
        if self.expr_varies(&value) && !ty.is_plain() {
            return self.errors.refuse(span, "this pattern cannot be differentiated; bind the whole value with a name and take its parts");
        }
        let mut pat = pat.clone();
        let mut vars = Vec::new();
        value.each_operand(&mut |v| vars.push(v));
        let lent = matches!(value, Expr::Ref(_)) || vars.iter().any(|v| self.info(*v).lent);
        let moved = vars.iter().any(|v| self.moved.contains(v));
        let mutable = mutable_names(&pat);
        let (mut later, mut parts) = (Vec::new(), Vec::new());
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
            self.vars[var.0 as usize].lent = lent;
            rename_binding(&mut pat, &name, &ident);
            self.varied.remove(&name);
            if moved && kind == VarKind::Value {
                parts.push((name.clone(), var, known.clone()));
            }
            self.env.insert(name, Val::Place(Place::var(var), known));
            vars.push(var);
        }
        let tokens = crate::emit::expr_tokens(&self.vars, &value);
        if let Some(ty) = annotation {
            // What `unzip` and the like give, only the type tells.
            pat = Pat::Type(syn::PatType {
                attrs: Vec::new(),
                pat: Box::new(pat),
                colon_token: syn::token::Colon { spans: [span] },
                ty: Box::new(ty.clone()),
            });
        }
        let stmt: syn::Stmt = syn::Stmt::Local(syn::Local {
            attrs: Vec::new(),
            let_token: syn::token::Let { span },
            pat,
            init: Some(syn::LocalInit { eq_token: syn::token::Eq { spans: [span] }, expr: Box::new(Syn::Verbatim(tokens)), diverge: None }),
            semi_token: syn::token::Semi { spans: [span] },
        });
        self.out.push(Stmt::Verbatim(Box::new(stmt), vars));
        for (name, var, known) in parts {
            self.bind_part_of_moved(name, var, known);
        }
        for (ident, var, known) in later {
            self.bind_mutable(&ident, Val::Place(Place::var(var), known.clone()), known, None, span)?;
        }
        Ok(())
    }

    fn destructure(&mut self, pat: &Pat, val: Val, annotation: Option<&syn::Type>, span: Span) -> Lowered<()> {
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
        let val = match val {
            Val::Expr(Expr::Verbatim(code, vars), Ty::Ref(inner, false)) if annotation.is_none() && is_lent_pair(pat, &inner) => {
                match self.element_lent(&code, &vars) {
                    Some(place) => Val::Ref(place, *inner, false),
                    None => Val::Expr(Expr::Verbatim(code, vars), Ty::Ref(inner, false)),
                }
            }
            val => val,
        };
        if let Some(parts) = self.plain_parts(pat, &val).filter(|_| annotation.is_none()) {
            for (p, part) in parts {
                self.bind(&p, part, None, span)?;
            }
            return Ok(());
        }
        match val {
            Val::Expr(e, ty) if !self.expr_varies(&e) => self.bind_plain(pat, e, ty, annotation, span),
            Val::Place(p, ty) if !self.info(p.root).varied => self.bind_plain(pat, Expr::Read(p), ty, None, span),
            // References to numbers would have to be kept; what they refer to is read again.
            Val::Ref(p, ty, m) if !self.info(p.root).varied && (m || !is_lent_pair(pat, &ty)) => {
                self.bind_plain(pat, if m { Expr::RefMut(p) } else { Expr::Ref(p) }, ty, None, span)
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
                    // The pattern may move what an index does not.
                    let moved = matches!(pat, Pat::Slice(_)) && may_be_moved(&part) && binds_by_value(&sub);
                    let val = match rest_of_array(pat, &sub, &ty) {
                        Some(rest) => Val::Expr(super::sized::to_array(self.freeze(part_place)?, &rest), rest),
                        None if moved => Val::Expr(Expr::Clone(Box::new(Expr::Read(part_place))), part),
                        None => Val::Place(part_place, part),
                    };
                    self.bind(&sub, val, None, span)?;
                }
                Ok(())
            }
            other => {
                let (var, ty) = self.variable(other, span)?;
                self.destructure(pat, Val::Place(Place::var(var), ty), None, span)
            }
        }
    }

    /// The element that `&list[i]` refers to, of a list with a name.
    fn element_lent(&self, code: &Syn, vars: &[crate::ir::Var]) -> Option<Place> {
        let Syn::Reference(r) = syn::parse2::<Syn>(quote!(#code)).ok()? else { return None };
        let Syn::Index(i) = crate::lower::strip(&r.expr) else { return None };
        let Syn::Path(p) = crate::lower::strip(&i.expr) else { return None };
        let root = *vars.iter().find(|v| p.path.is_ident(&self.info(**v).name))?;
        if !crate::lower::is_simple(&i.index) || vars.iter().any(|v| self.info(*v).lent) {
            return None;
        }
        let mentioned = vars.iter().copied().filter(|v| crate::rows::affine::mentions(&i.index, &self.info(*v).name)).collect();
        let index = Expr::Verbatim(i.index.clone(), mentioned);
        Some(Place::var(root).project(Proj::Index(Box::new(index), Span::call_site())))
    }

    /// The parts of what carries no derivative, each by itself, where a tuple is written out or is an element of a list that copies numbers:
    /// the reverse sweep reads or computes them again, where it would have to be kept what a pattern binds.
    fn plain_parts(&self, pat: &Pat, val: &Val) -> Option<Vec<(Pat, Val)>> {
        let Pat::Tuple(t) = pat else { return None };
        let (e, ty) = match val {
            Val::Expr(e @ Expr::Verbatim(..), ty) if !self.expr_varies(e) => (e.clone(), ty),
            Val::Place(p, ty) if !self.info(p.root).varied => (Expr::Read(p.clone()), ty),
            _ => return None,
        };
        let mut vars = Vec::new();
        e.each_operand(&mut |v| vars.push(v));
        let code: Syn = syn::parse2(crate::emit::expr_tokens(&self.vars, &e)).ok()?;
        if !t.elems.iter().all(is_bound) || !crate::lower::is_simple(&code) || vars.iter().any(|v| self.info(*v).lent) {
            return None;
        }
        let part = |code: Syn, ty: Ty| {
            let mentioned = vars.iter().copied().filter(|v| crate::rows::affine::mentions(&code, &self.info(*v).name)).collect();
            Val::Expr(Expr::Verbatim(Box::new(code), mentioned), ty)
        };
        match (&code, ty) {
            (Syn::Tuple(items), _) if items.elems.len() == t.elems.len() => {
                let of = |k: usize| if let Ty::Tuple(types) = ty { types.get(k).cloned().unwrap_or(Ty::Unknown) } else { Ty::Unknown };
                Some(t.elems.iter().cloned().zip(items.elems.iter().cloned().enumerate().map(|(k, e)| part(e, of(k)))).collect())
            }
            (Syn::Index(_), Ty::Tuple(types)) if is_pair(pat, ty) => {
                // One of them tells whether the element is there.
                let named = t.elems.iter().zip(types).enumerate().filter(|(_, (p, _))| !matches!(p, Pat::Wild(_)));
                let parts: Vec<(Pat, Val)> = named
                    .map(|(k, (p, ty))| {
                        let k = syn::Index::from(k);
                        (p.clone(), part(syn::parse_quote!(#code.#k), ty.clone()))
                    })
                    .collect();
                (!parts.is_empty()).then_some(parts)
            }
            _ => None,
        }
    }

    /// The parts of a pattern with the steps that lead to them. In a `match`, named parts go through accessors.
    fn parts(&mut self, pat: &Pat, place: &Place, ty: &Ty, in_match: bool) -> Lowered<Vec<(Pat, Vec<Proj>, Ty)>> {
        let _ = place;
        let mut parts = Vec::new();
        match pat {
            Pat::Tuple(t) => {
                let rest = t.elems.iter().position(|p| matches!(p, Pat::Rest(_)));
                if let (Some(k), Ty::Unknown | Ty::Named(_)) = (rest, ty.peel()) {
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
                let Some(name) = crate::position::declared_name(&t.path) else { return Ok(parts) };
                if t.elems.iter().any(|p| matches!(p, Pat::Rest(_))) && !matches!(t.elems.last(), Some(Pat::Rest(_))) {
                    return self.errors.refuse_at(pat, "`..` before other parts cannot be followed; name all parts");
                }
                for (k, p) in t.elems.iter().enumerate() {
                    if matches!(p, Pat::Rest(_)) {
                        continue;
                    }
                    let member = Member::Unnamed(k.into());
                    let step = if in_match { Proj::Payload(name.clone(), member) } else { Proj::Field(member) };
                    let part = match (ty.peel(), name == "Some") {
                        (Ty::Option(inner), true) => (**inner).clone(),
                        // Errors carry no derivative: what they are made of is refused where it does.
                        (ty, _) if ty.is_plain() || is_err(&t.path) => Ty::Plain,
                        (ty, _) => ty.payload(&t.path, &Member::from(k)),
                    };
                    parts.push((p.clone(), vec![step], part));
                }
            }
            Pat::Struct(s) => {
                let Some(name) = crate::position::declared_name(&s.path) else { return Ok(parts) };
                for f in &s.fields {
                    if !in_match && ty.has_no_part(&f.member) {
                        return self.errors.left_to_rustc(syn::spanned::Spanned::span(&f.member));
                    }
                    let step = if in_match && name != "Self" {
                        Proj::Payload(name.clone(), f.member.clone())
                    } else {
                        Proj::Field(f.member.clone())
                    };
                    let part = if ty.is_plain() { Ty::Plain } else { ty.payload(&s.path, &f.member) };
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
}

/// What the named rest of an array is that is taken apart by value: an array, too.
fn rest_of_array(pat: &Pat, part: &Pat, ty: &Ty) -> Option<Ty> {
    let (Pat::Slice(s), Pat::Ident(named), Ty::Array(elem, len)) = (pat, part, ty) else { return None };
    let is_this = |p: &Pat| matches!(p, Pat::Ident(i) if i.ident == named.ident && i.subpat.is_some() && i.by_ref.is_none());
    let others = proc_macro2::Literal::usize_unsuffixed(s.elems.len() - 1);
    s.elems.iter().any(is_this).then(|| Ty::Array(elem.clone(), quote!((#len) - #others)))
}

fn steps(place: &Place, path: Vec<Proj>) -> Place {
    path.into_iter().fold(place.clone(), |p, s| p.project(s))
}

/// Whether a pattern is a name, nothing, or made of such.
fn is_bound(pat: &Pat) -> bool {
    match pat {
        Pat::Ident(i) => i.by_ref.is_none() && i.subpat.is_none(),
        Pat::Tuple(t) => t.elems.iter().all(is_bound),
        pat => matches!(pat, Pat::Wild(_)),
    }
}

/// Whether a pattern takes a tuple of numbers apart.
fn is_pair(pat: &Pat, ty: &Ty) -> bool {
    matches!((pat, ty), (Pat::Tuple(t), Ty::Tuple(types)) if t.elems.iter().all(is_bound) && types.len() == t.elems.len() && types.iter().all(is_number))
}

/// The same of a tuple behind a reference, whose parts need not be numbers.
fn is_lent_pair(pat: &Pat, ty: &Ty) -> bool {
    matches!((pat, ty), (Pat::Tuple(t), Ty::Tuple(types)) if t.elems.iter().all(is_bound) && types.len() == t.elems.len() && !types.iter().any(Ty::has_reference))
}

/// Whether a type is one of numbers, or of arrays and tuples of such.
fn is_number(ty: &Ty) -> bool {
    match ty {
        Ty::Plain | Ty::Float(_) => true,
        Ty::Array(inner, _) => is_number(inner),
        Ty::Tuple(items) => items.iter().all(is_number),
        _ => false,
    }
}

fn is_rest(p: &Pat) -> bool {
    matches!(p, Pat::Rest(_)) || matches!(p, Pat::Ident(i) if i.subpat.as_ref().is_some_and(|(_, s)| matches!(**s, Pat::Rest(_))))
}

/// The more telling of two types, part by part: `Vec<_>` says less than a list of numbers.
pub(crate) fn better(a: Ty, b: Ty) -> Ty {
    match (&a, &b) {
        (Ty::Unknown, _) => b,
        (Ty::Float(crate::types::Float::Inferred), Ty::Float(_)) => b,
        _ => crate::infer::refine(&a, &b).unwrap_or(a),
    }
}

/// `Err`, of a `Result`.
pub(super) fn is_err(path: &syn::Path) -> bool {
    let mut segments = path.segments.iter().rev();
    segments.next().is_some_and(|s| s.ident == "Err") && segments.next().is_none_or(|s| s.ident == "Result" || s.ident == "result")
}

/// Whether a part of a type is not known to be copied, or to be cloned where it gets a name.
fn may_be_moved(ty: &Ty) -> bool {
    match ty {
        Ty::Unknown | Ty::Named(_) => true,
        Ty::Tuple(items) => items.iter().any(may_be_moved),
        Ty::Array(e, _) | Ty::Option(e) => may_be_moved(e),
        _ => false,
    }
}

/// Whether a pattern binds names, and none of them by reference.
fn binds_by_value(pat: &Pat) -> bool {
    struct ByRef(bool);
    impl<'a> syn::visit::Visit<'a> for ByRef {
        fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
            self.0 |= p.by_ref.is_some();
            syn::visit::visit_pat_ident(self, p);
        }
        fn visit_pat_reference(&mut self, _: &'a syn::PatReference) {
            self.0 = true;
        }
    }
    let mut by_ref = ByRef(false);
    syn::visit::Visit::visit_pat(&mut by_ref, pat);
    !by_ref.0 && !bound_names(pat).is_empty()
}
