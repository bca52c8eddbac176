//! Names of a `let` and the variables they stand for.
//!
//! What enters: a name and its value. What leaves: a definition, or the name as another one's alias. Guarantee: a name whose variable is
//! written to has a variable of its own.

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;
use syn::Expr as Syn;

use super::super::{Lower, Val};
use super::better;
use super::matching::is_bare_float;
use crate::diagnostics::Lowered;
use crate::ir::{Expr, Place, Proj, Stmt, Var, VarKind};
use crate::types::Ty;

/// Whether a name with this value stands for a variable, or for something that is made of it.
fn leads_to(val: &Val, var: crate::ir::Var) -> bool {
    match val {
        Val::Place(p, _) | Val::Ref(p, ..) => p.root == var,
        Val::Expr(e, _) => {
            let mut found = false;
            e.each_operand(&mut |v| found |= v == var);
            found
        }
        Val::Tuple(items) => items.iter().any(|item| leads_to(item, var)),
        Val::Maybe { value, .. } | Val::Twice(value) => leads_to(value, var),
        Val::Closure(_) | Val::Iter(_) | Val::Poison | Val::Unit => false,
    }
}

impl Lower<'_> {
    pub(super) fn bind_name(&mut self, i: &syn::PatIdent, val: Val, annotation: Option<&syn::Type>, span: Span) -> Lowered<()> {
        let name = i.ident.to_string();
        let written = i.mutability.is_some() && self.facts.written.contains(&name);
        if i.mutability.is_none() && self.assigned_whole(&name) && !matches!(val, Val::Poison) {
            return self.errors.left_to_rustc(i.ident.span());
        }
        if let Some(reason) = annotation.filter(|_| written && self.varied.contains(&name)).and_then(crate::lower::opaque::reason_of_type) {
            return self.errors.refuse(i.ident.span(), reason);
        }
        let known = match annotation {
            Some(t) => Ty::parse(t, &self.source.floats),
            None => self.types.names.get(&name).cloned().unwrap_or(Ty::Unknown),
        };
        if known.is_plain() || !written && !self.val_varies(&val) {
            self.varied.remove(&name);
        } else if !matches!(val, Val::Closure(_) | Val::Iter(_)) && self.val_varies(&val) {
            self.varied.insert(name.clone());
        }
        if let Some(t) = annotation.filter(|t| written && self.varied.contains(&name) && is_option_of_reference(t)) {
            return self.errors.refuse(
                t.span(),
                "an option of a reference that is assigned again cannot be followed; keep an index, `Option<usize>`, or a copy of the value",
            );
        }
        // Where rustc learnt a literal's type from code that no longer stands there, it is written down.
        let told = match (&val, annotation) {
            (Val::Expr(Expr::Const(literal), ty), None) if !self.varied.contains(&name) && is_bare_float(literal) => {
                crate::lower::iter::float_type(&better(known.clone(), ty.clone())).or_else(|| crate::lower::iter::float_type(ty))
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
                let iter = self.with_lists_of_its_own(*iter);
                let iter = if i.mutability.is_some() { self.with_cursor(iter, &name) } else { iter };
                self.opaque.insert(name.clone());
                self.env.insert(name, Val::Iter(Box::new(iter)));
                Ok(())
            }
            // Another name of a function.
            Val::Expr(ref e, _) if i.mutability.is_none() && crate::lower::call::named_function(e).is_some() => {
                self.opaque.insert(name.clone());
                self.env.insert(name, val);
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
                    // Nothing else is called so: `let (a, b) = (if .. { .. } else { .. }, 1.0); let mut c = a;`
                    && !self.env.values().any(|val| leads_to(val, p.root))
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
                    info.varied |= self.varied.contains(&name) && !info.ty.is_plain();
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
            Val::Maybe { value, .. } | Val::Twice(value) => self.val_varies(value),
            Val::Closure(_) | Val::Iter(_) | Val::Poison => true,
            Val::Unit => false,
        }
    }

    fn assigned_whole(&self, name: &str) -> bool {
        self.facts.reassigned.contains(name)
    }

    /// `let r = &place;`
    pub(super) fn alias(&mut self, ident: &Ident, place: Place, ty: Ty, mutable: bool, span: Span) -> Lowered<()> {
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
    pub(in crate::lower) fn freeze(&mut self, mut place: Place) -> Lowered<Place> {
        for k in 0..place.path.len() {
            if let Proj::Index(e, span) | Proj::Slice(e, span) = &place.path[k] {
                if !self.is_stable(e) {
                    let (e, span, is_slice) = (e.clone(), *span, matches!(place.path[k], Proj::Slice(..)));
                    let name = self.names.numbered("n");
                    let var = self.local(name, Ty::Plain, VarKind::Value, false);
                    // A range is moved by its name.
                    let value = if is_slice && matches!(*e, Expr::Var(_)) { Expr::Clone(e) } else { *e };
                    self.out.push(Stmt::Let(var, value));
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
                self.vars[v.0 as usize].mutable |= !self.info(v).varied && self.facts.written.contains(&name);
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
            Val::Place(place, ty) if self.is_handed_out(&place, &ty) && annotation.is_none() && self.place_is_fixed(&place) => {
                self.env.insert(name, Val::Place(place, better(known, ty)));
                Ok(())
            }
            Val::Expr(e, ty) => self.let_value(ident, e, better(known, ty), annotation),
            Val::Place(place, ty) => {
                let ty = better(known, ty);
                self.let_value(ident, self.value_of(place, &ty), ty, annotation)
            }
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
        let mut lent = false;
        e.each_operand(&mut |v| lent |= self.info(v).lent);
        let reborrows = self.is_borrow_of_parameters(&e);
        let var = self.define(user, e, ty.clone());
        self.vars[var.0 as usize].annotation = annotation.cloned();
        if !self.info(var).varied {
            self.varied.remove(&name);
            self.vars[var.0 as usize].lent = lent && !ty.is_copy_or_plain() || ty.has_reference();
            self.vars[var.0 as usize].reborrows = reborrows && matches!(ty, Ty::Ref(_, false));
            // `let r = &mut k;`: what `*r` is changes, though `r` does not.
            self.vars[var.0 as usize].mutable |= self.facts.written.contains(&name);
        }
        self.env.insert(name, Val::Place(Place::var(var), ty));
        Ok(())
    }

    /// `&x[a..b]` of a parameter that stays as it is: cheap to write again.
    pub(in crate::lower) fn is_borrow_of_parameters(&self, e: &Expr) -> bool {
        let Expr::Verbatim(code, vars) = e else { return false };
        let steady = |v: &Var| {
            let info = self.info(*v);
            !info.mutable && matches!(info.kind, VarKind::Param | VarKind::Value | VarKind::Index) && (!info.lent || info.reborrows)
        };
        is_borrow(code) && crate::lower::is_simple(code) && vars.iter().all(steady)
    }

    pub(super) fn bind_mutable(&mut self, ident: &Ident, val: Val, known: Ty, annotation: Option<&syn::Type>, span: Span) -> Lowered<()> {
        let name = ident.to_string();
        let (e, ty) = match val {
            Val::Expr(e, ty) => (e, ty),
            Val::Place(place, ty) => (self.value_of(place, &better(known.clone(), ty.clone())), ty),
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
}

/// `Option<&T>`
fn is_option_of_reference(t: &syn::Type) -> bool {
    let syn::Type::Path(p) = t else { return false };
    let Some(last) = p.path.segments.last().filter(|s| s.ident == "Option") else { return false };
    let syn::PathArguments::AngleBracketed(args) = &last.arguments else { return false };
    matches!(args.args.first(), Some(syn::GenericArgument::Type(syn::Type::Reference(_))))
}

/// `&place`
fn is_borrow(e: &syn::Expr) -> bool {
    match e {
        syn::Expr::Reference(r) => r.mutability.is_none(),
        syn::Expr::Paren(p) => is_borrow(&p.expr),
        syn::Expr::Group(g) => is_borrow(&g.expr),
        _ => false,
    }
}
