//! Expressions that denote places: fields, elements, references.
//!
//! What enters: such an expression. What leaves: the place, its indices fixed. Guarantee: a later change of an index does not move it.

use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr as Syn, UnOp};

use super::super::{Lower, Val};
use super::strip;
use crate::diagnostics::Lowered;
use crate::ir::{Expr, Place, Proj, Stmt, VarKind};
use crate::types::Ty;

impl Lower<'_> {
    /// An expression as a place, whether or not it varies.
    pub(in crate::lower) fn expr_place(&mut self, e: &Syn) -> Lowered<Val> {
        match e {
            Syn::Paren(p) => self.expr_place(&p.expr),
            Syn::Group(g) => self.expr_place(&g.expr),
            Syn::Path(p) => self.path(p, &Ty::Unknown),
            Syn::Field(f) => self.field(f),
            Syn::Index(i) => self.index(i),
            Syn::Unary(u) if matches!(u.op, UnOp::Deref(_)) => self.unary(u, &Ty::Unknown),
            Syn::Reference(r) => self.reference(r),
            Syn::MethodCall(m) if self.is_place_method(m) => self.method(m, &Ty::Unknown),
            Syn::Block(_) if self.varies(e) => match self.expr(e, &Ty::Unknown)? {
                // A block gives the value of what it ends in, not the place.
                Val::Place(from, ty) if !ty.is_float() && !ty.is_plain() => {
                    let copy = self.own(Expr::Read(from), ty.clone());
                    Ok(Val::Place(copy, ty))
                }
                other => Ok(other),
            },
            other if self.varies(other) => self.expr(other, &Ty::Unknown),
            // What looks into it gets references, whether they lead to anything that varies or not.
            other if self.gives_maybe(other) && !self.can_stay(other) => self.expr_active(other, &Ty::Unknown),
            other => {
                let ty = self.types.of(other);
                let value = self.plain(other)?;
                Ok(Val::Expr(value, ty))
            }
        }
    }

    pub(super) fn field(&mut self, f: &syn::ExprField) -> Lowered<Val> {
        if self.types.is_skipped(&f.base) {
            // Whatever is part of a skipped field is a constant.
            return Ok(Val::Expr(self.plain(&Syn::Field(f.clone()))?, Ty::Unknown));
        }
        match self.expr_place(&f.base)? {
            Val::Tuple(items) => {
                if let syn::Member::Unnamed(k) = &f.member {
                    if let Some(item) = items.get(k.index as usize) {
                        return Ok(item.clone());
                    }
                }
                self.errors.left_to_rustc(f.member.span())
            }
            base => {
                let (place, ty) = self.place(base, f.base.span())?;
                if ty.has_no_part(&f.member) {
                    return self.errors.left_to_rustc(f.member.span());
                }
                let part = ty.field(&f.member);
                Ok(Val::Place(place.project(Proj::Field(f.member.clone())), part))
            }
        }
    }

    pub(super) fn index(&mut self, i: &syn::ExprIndex) -> Lowered<Val> {
        let base = self.expr_place(&i.expr)?;
        let (place, ty) = self.place(base, i.expr.span())?;
        self.is_no_deref(&place, &ty, i.expr.span())?;
        self.has_index_rule(&place, &ty, i.expr.span())?;
        let place = self.freeze(place)?;
        let slice = matches!(strip(&i.index), Syn::Range(_)) || matches!(self.types.of(&i.index), Ty::Range);
        let span = i.bracket_token.span.join();
        let index = self.fixed(&i.index)?;
        // A number is a number where the type is not known: such loops are many, and most of them are over slices.
        let asks = match &ty {
            Ty::Named(named) => named.home().is_some() || matches!(strip(&i.index), Syn::Tuple(_)),
            Ty::Unknown => matches!(strip(&i.index), Syn::Tuple(_)),
            _ => false,
        };
        let index = if asks && !slice { self.key(&place, index) } else { index };
        let (step, part) =
            if slice { (Proj::Slice(Box::new(index), span), slice_type(&ty)) } else { (Proj::Index(Box::new(index), span), ty.element()) };
        Ok(Val::Place(place.project(step), part))
    }

    /// Elements of what a type is dereferenced to have a cotangent if its `Deref` has a rule.
    pub(in crate::lower) fn is_no_deref(&mut self, place: &Place, ty: &Ty, span: proc_macro2::Span) -> Lowered<()> {
        match ty.peel() {
            Ty::Named(named) if self.info(place.root).varied && named.has_no_deref_rule() => {
                let name = named.home().map(|home| home.name()).unwrap_or_default();
                let message =
                    format!("what `{name}` is dereferenced to has no cotangent; write `#[differentiate]` over `impl Deref for {name}`");
                self.errors.refuse(span, message)
            }
            _ => Ok(()),
        }
    }

    /// What a collection of std holds in a field has no cotangent.
    pub(in crate::lower) fn is_no_collection(&mut self, named: &crate::types::Named, span: proc_macro2::Span) -> Lowered<()> {
        match named.collection {
            Some(name) => self.errors.refuse(span, crate::lower::opaque::collection(name)),
            None => Ok(()),
        }
    }

    /// Elements of a type of the crate have a cotangent if its `Index` has a rule.
    fn has_index_rule(&mut self, place: &Place, ty: &Ty, span: proc_macro2::Span) -> Lowered<()> {
        match ty.peel() {
            Ty::Named(named) if self.info(place.root).varied && named.collection.is_some() => self.is_no_collection(named, span),
            Ty::Named(named) if self.info(place.root).varied && named.has_no_index_rule() => {
                let name = named.home().map(|home| home.name()).unwrap_or_default();
                let message =
                    format!("what an index gives of `{name}` has no cotangent; write `#[differentiate]` over `impl Index<..> for {name}`");
                self.errors.refuse(span, message)
            }
            _ => Ok(()),
        }
    }

    /// What iterating over a type of the crate gives only its `impl` tells, unless it is dereferenced to a list.
    pub(in crate::lower) fn is_iterated(&mut self, ty: &Ty, span: proc_macro2::Span) -> Lowered<()> {
        let Ty::Named(named) = ty.peel() else { return Ok(()) };
        let own = named.home().filter(|home| !home.is_dereferenced());
        match own {
            Some(home) => {
                let message = format!(
                    "what `{}` gives when it is iterated over is not known here; loop over what is in it, or over indices",
                    home.name()
                );
                self.errors.refuse(span, message)
            }
            None => Ok(()),
        }
    }

    /// What `matrix[(i, j)]` depends on: the value may have to be asked for its sizes, which its cotangent has not.
    fn key(&mut self, place: &Place, index: Expr) -> Expr {
        let (of, index_tokens) = (crate::emit::place_tokens(&self.vars, place), crate::emit::expr_tokens(&self.vars, &index));
        let mut vars = Vec::new();
        place.each_var(&mut |v| vars.push(v));
        index.each_operand(&mut |v| vars.push(v));
        let code = Syn::Verbatim(quote!(::autodiff_core::__key!(#of, #index_tokens)));
        let name = self.names.numbered("key_");
        let var = self.local(name, Ty::Plain, VarKind::Value, false);
        self.out.push(Stmt::Let(var, Expr::Verbatim(Box::new(code), vars)));
        Expr::Var(var)
    }

    pub(super) fn reference(&mut self, r: &syn::ExprReference) -> Lowered<Val> {
        let mutable = r.mutability.is_some();
        let place = self.is_place(&r.expr);
        if let Some(lent) = Some(strip(&r.expr)).filter(|e| matches!(e, Syn::Tuple(_))).and_then(super::lent_in) {
            return self.errors.refuse_at(
                lent,
                "a `&mut` reference in a tuple that is borrowed itself cannot be followed; keep the tuple by value, or a reference of its own",
            );
        }
        match self.expr_place(&r.expr)? {
            // The value of a block, say, which was found in a variable: the reference is to a copy.
            Val::Place(from, ty) | Val::Ref(from, ty, _) if !place && (mutable || self.info(from.root).mutable) => {
                let copy = self.own(Expr::Read(from), ty.clone());
                Ok(Val::Ref(copy, ty, mutable))
            }
            Val::Place(place, ty) => Ok(Val::Ref(place, ty, mutable)),
            // `&r` of a reference: methods and indexing see through it.
            Val::Ref(place, ty, m) => Ok(Val::Ref(place, ty, m && mutable)),
            Val::Closure(c) => Ok(Val::Closure(c)),
            // What is written through the reference is a variable of its own.
            other if mutable => {
                let (e, ty) = self.operand(other, r.expr.span())?;
                Ok(Val::Ref(self.own(e, ty.clone()), ty, true))
            }
            Val::Expr(e, ty) if !self.expr_varies(&e) => {
                let mut vars = Vec::new();
                e.each_operand(&mut |v| vars.push(v));
                let tokens = crate::emit::expr_tokens(&self.vars, &Expr::Runtime("&", vec![e]));
                Ok(Val::Expr(Expr::Verbatim(Box::new(Syn::Verbatim(tokens)), vars), Ty::Ref(Box::new(ty), false)))
            }
            other => {
                let (var, ty) = self.variable(other, r.expr.span())?;
                Ok(Val::Ref(Place::var(var), ty, mutable))
            }
        }
    }

    /// Whether an expression denotes a place rather than a value.
    pub(in crate::lower) fn is_place(&self, e: &Syn) -> bool {
        match strip(e) {
            Syn::Path(_) | Syn::Reference(_) | Syn::Unary(syn::ExprUnary { op: UnOp::Deref(_), .. }) => true,
            Syn::Field(syn::ExprField { base, .. }) | Syn::Index(syn::ExprIndex { expr: base, .. }) => self.is_place(base),
            Syn::MethodCall(m) => self.is_place_method(m),
            _ => false,
        }
    }

    /// A variable that holds a value which the user gave no name, and may be written to.
    pub(in crate::lower) fn own(&mut self, e: Expr, ty: Ty) -> Place {
        let name = self.names.numbered("own");
        let varied = !ty.is_plain();
        let var = self.local(name, ty, VarKind::Memory, varied);
        self.vars[var.0 as usize].owned = true;
        self.invented.insert(var);
        self.out.push(Stmt::Decl(var, Some(e)));
        Place::var(var)
    }
}

pub(in crate::lower) fn slice_type(ty: &Ty) -> Ty {
    match ty.element() {
        Ty::Unknown => Ty::Unknown,
        elem => Ty::Slice(Box::new(elem)),
    }
}
