//! Closures as values.
//!
//! What enters: a closure of the user. What leaves: the same closure, to be followed where it is called; what it captures by `move` has been
//! copied.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::Expr as Syn;

use super::super::{scan, Lower, Val};
use crate::diagnostics::Lowered;
use crate::ir::{Expr, Place};
use crate::types::Ty;
use crate::varied;

impl Lower<'_> {
    pub(super) fn closure(&mut self, c: &syn::ExprClosure) -> Lowered<Val> {
        if c.asyncness.is_some() {
            return self.errors.refuse_at(c, "async code cannot be differentiated; compute the value in a plain function");
        }
        Ok(Val::Closure(self.captured(c)?))
    }

    /// A closure as it is followed later. A `move` closure copies what it captures here and now.
    pub(in crate::lower) fn captured(&mut self, c: &syn::ExprClosure) -> Lowered<std::rc::Rc<syn::ExprClosure>> {
        let mut c = c.clone();
        if c.capture.is_none() {
            return Ok(std::rc::Rc::new(c));
        }
        let body = &(*c.body).clone();
        let mut names: Vec<String> = self
            .env
            .keys()
            .filter(|name| varied::mentions(body.to_token_stream(), &std::iter::once((*name).clone()).collect()))
            .cloned()
            .collect();
        names.sort();
        for name in names {
            let (place, ty) = match self.env.get(&name).cloned() {
                Some(Val::Place(place, ty)) => (place, ty),
                // What the reference led to when it was copied.
                Some(Val::Ref(place, ty, false)) if self.followed.values().any(|v| *v == place.root) => {
                    let place = self.pinned(place)?;
                    self.captured_as(&mut c, &name, Val::Ref(place, ty, false))?;
                    continue;
                }
                _ => continue,
            };
            let versioned = self.versions.contains(&name);
            if self.place_is_fixed(&place) && !versioned {
                continue;
            }
            let copied = ty.copied();
            let written = may_write(body, &name, &ty);
            if written && copied == Some(true) {
                return self.errors.refuse_at(
                    &c,
                    "a `move` closure that changes its own copy of a variable cannot be followed; keep what changes in a variable outside",
                );
            }
            // Moved into the closure: nobody else writes to it, unless it gets another value. A type that is not known may be one that is
            // copied, but not where the closure changes it.
            let moved = copied == Some(false) || copied.is_none() && written;
            // Of a field that is copied, the closure has a copy, and the variable stays.
            let stays = self.facts.after_move.contains(&name) && self.facts.written.contains(&name);
            if stays && written {
                return self.errors.refuse_at(
                    &c,
                    "a `move` closure that changes its own copy of a field cannot be followed; keep what changes in a variable outside",
                );
            }
            if moved && !stays && !self.facts.reassigned.contains(&name) {
                continue;
            }
            let var = if versioned && place.path.is_empty() {
                place.root
            } else {
                self.temp(Expr::Clone(Box::new(Expr::Read(place))), ty.clone())
            };
            self.captured_as(&mut c, &name, Val::Place(Place::var(var), ty))?;
        }
        Ok(std::rc::Rc::new(c))
    }

    /// What a closure captures under a name, by a name of its own.
    fn captured_as(&mut self, c: &mut syn::ExprClosure, name: &str, val: Val) -> Lowered<()> {
        let copy = self.names.version(name, c.span());
        if self.varied.contains(name) {
            self.varied.insert(copy.to_string());
        }
        let ty = match &val {
            Val::Place(_, ty) => ty.clone(),
            _ => self.types.names.get(name).cloned().unwrap_or(Ty::Unknown),
        };
        self.types.names.insert(copy.to_string(), ty);
        self.env.insert(copy.to_string(), val);
        self.renamed(c, name, &copy)
    }

    /// A closure that another one gives: what that one binds has names of its own in it, since the next call binds it anew.
    pub(in crate::lower) fn keeping(
        &mut self,
        maker: &syn::ExprClosure,
        made: &syn::ExprClosure,
    ) -> Lowered<std::rc::Rc<syn::ExprClosure>> {
        let mut made = made.clone();
        let own = bound_in(&made);
        for name in bound_in(maker).into_iter().filter(|name| !own.contains(name)) {
            if !varied::mentions(made.body.to_token_stream(), &std::iter::once(name.clone()).collect()) {
                continue;
            }
            let Some(val) = self.env.get(&name).cloned() else { continue };
            let copy = self.names.version(&name, made.span());
            for names in [&mut self.varied, &mut self.opaque, &mut self.twofold, &mut self.versions] {
                if names.contains(&name) {
                    names.insert(copy.to_string());
                }
            }
            if let Some(ty) = self.types.names.get(&name).cloned() {
                self.types.names.insert(copy.to_string(), ty);
            }
            self.env.insert(copy.to_string(), val);
            self.renamed(&mut made, &name, &copy)?;
        }
        Ok(std::rc::Rc::new(made))
    }

    /// Another name for a variable in a closure's body.
    fn renamed(&mut self, c: &mut syn::ExprClosure, from: &str, to: &syn::Ident) -> Lowered<()> {
        let mut rename = Rename { from, to, in_macro: None };
        syn::visit_mut::VisitMut::visit_expr_mut(&mut rename, &mut c.body);
        match rename.in_macro {
            None => Ok(()),
            Some(span) => self.errors.refuse(
                span,
                "a macro in a closure that mentions a variable which changes, or which another closure binds, cannot be followed; bind the value with `let` first",
            ),
        }
    }
}

/// Whether a closure's body may write to a variable of that type: what methods of one's own do is not always known.
fn may_write(body: &Syn, name: &str, ty: &Ty) -> bool {
    struct Called<'n>(&'n str, bool);
    impl<'a> syn::visit::Visit<'a> for Called<'_> {
        fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
            let known = scan::only_reads(m);
            self.1 |=
                !known && crate::position::may_be_mut_method(&m.method) && varied::root_name(&m.receiver).is_some_and(|n| n == self.0);
            syn::visit::visit_expr_method_call(self, m);
        }
    }
    let numbers = ty.is_copy_or_plain();
    crate::desugar::writes_to(body, name)
        || !numbers && {
            let mut called = Called(name, false);
            syn::visit::Visit::visit_expr(&mut called, body);
            called.1
        }
}

/// The names that a closure binds, its own and those inside.
fn bound_in(c: &syn::ExprClosure) -> Vec<String> {
    struct Bound(Vec<String>);
    impl<'a> syn::visit::Visit<'a> for Bound {
        fn visit_pat_ident(&mut self, i: &'a syn::PatIdent) {
            self.0.push(i.ident.to_string());
            syn::visit::visit_pat_ident(self, i);
        }
    }
    let mut bound = Bound(Vec::new());
    syn::visit::Visit::visit_expr_closure(&mut bound, c);
    bound.0.sort();
    bound.0.dedup();
    bound.0
}

/// Another name for a variable.
struct Rename<'n> {
    from: &'n str,
    to: &'n syn::Ident,
    in_macro: Option<Span>,
}

impl syn::visit_mut::VisitMut for Rename<'_> {
    fn visit_expr_path_mut(&mut self, p: &mut syn::ExprPath) {
        if p.path.get_ident().is_some_and(|i| i == self.from) {
            p.path = self.to.clone().into();
        }
    }
    fn visit_field_value_mut(&mut self, f: &mut syn::FieldValue) {
        syn::visit_mut::visit_field_value_mut(self, f);
        if f.colon_token.is_none() && matches!(&f.expr, Syn::Path(p) if p.path.get_ident() == Some(self.to)) {
            f.colon_token = Some(syn::token::Colon::default());
        }
    }
    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        if varied::mentions(m.tokens.clone(), &std::iter::once(self.from.to_string()).collect())
            || m.tokens.to_string().contains(&format!("{{{}", self.from))
        {
            self.in_macro = Some(m.path.span());
        }
    }
}
