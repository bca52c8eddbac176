//! Arrays among lists: parts of a length that is part of their type, and arrays whose length rustc infers.
//!
//! What enters: `from_fn` without a known length, `x.try_into().unwrap()`, `as_chunks`, `as_flattened`, `each_ref`. What leaves: lists that
//! loops fill, and copies of lists as arrays. Guarantee: an array has the length that it has in the user's code, where rustc finds it.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::Expr as Syn;

use super::expr::strip;
use super::iter::{Function, Iter};
use super::{Lower, Val};
use crate::diagnostics::Lowered;
use crate::ir::{ContainerExpr, Expr, Place, Proj, Region, Stmt, VarKind};
use crate::types::Ty;

impl Lower<'_> {
    /// Lowers a value that goes to a function or a field, which tell rustc its type.
    pub(super) fn told<T>(&mut self, e: &Syn, lower: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.told, makes_array(e));
        let done = lower(self);
        self.told = before;
        done
    }

    /// The value of a local: its uses tell rustc its type if one of them is such a place.
    pub(super) fn told_by_uses<T>(&mut self, pat: &syn::Pat, e: &Syn, lower: impl FnOnce(&mut Self) -> T) -> T {
        let name = match pat {
            syn::Pat::Ident(i) => i.ident.to_string(),
            _ => String::new(),
        };
        let told = makes_array(e) && !name.is_empty() && {
            let block = self.source.block;
            let mut uses = Uses { name: &name, lower: self, told: false };
            uses.visit_block(block);
            uses.told
        };
        let before = std::mem::replace(&mut self.told, told);
        let done = lower(self);
        self.told = before;
        done
    }

    /// `[f(0), f(1), ..]` of the length that the array's use tells rustc.
    pub(super) fn inferred_array(&mut self, f: Function, at: &syn::ExprPath) -> Lowered<Val> {
        let span = at.span();
        if !self.told {
            return self
                .errors
                .refuse_at(at, "the length of this array is not known here; give the `let` a type, as in `let x: [f64; 3] = ...`");
        }
        let name = self.names.numbered("length_");
        let length = self.local(name.clone(), Ty::Plain, VarKind::Value, false);
        (self.vars[length.0 as usize].owned, self.vars[length.0 as usize].region) = (true, Region(0));
        // One for both sweeps, at the top: rustc would not know another one's.
        self.items.push(Stmt::Let(length, Expr::Const(quote!(::autodiff_core::rt::Length))));
        let end = Expr::Verbatim(Box::new(Syn::Verbatim(quote!(#name.get()))), vec![length]);
        let range = Iter::Range { start: Expr::Const(quote!(0usize)), end: Some(end), inclusive: false };
        let (list, _) = self.list_of(Iter::Map(Box::new(range), f), Ty::Unknown, span)?;
        let array = Expr::Container(ContainerExpr::ToArray, Place::var(list), vec![Expr::Var(length)]);
        Ok(Val::Expr(array, Ty::Unknown))
    }

    /// `x.try_into().unwrap()` of a list; none if it is something else.
    pub(super) fn list_into_array(&mut self, m: &syn::ExprMethodCall, expected: &Ty) -> Lowered<Option<Val>> {
        if !matches!(m.method.to_string().as_str(), "unwrap" | "expect") {
            return Ok(None);
        }
        // `<[f64; 3]>::try_from(x)` says the same.
        let (of, expected, span) = match strip(&m.receiver) {
            Syn::MethodCall(inner) if inner.method == "try_into" => (&*inner.receiver, expected.clone(), inner.method.span()),
            Syn::Call(c) => match (array_tried(&c.func), c.args.first()) {
                (Some(array), Some(of)) => (of, Ty::parse(array, &self.source.floats), c.func.span()),
                _ => return Ok(None),
            },
            _ => return Ok(None),
        };
        let (expected, list) = (&expected, self.types.of(of));
        if !matches!(list, Ty::Vec(_) | Ty::Slice(_) | Ty::Ref(..)) || !matches!(list.peel(), Ty::Vec(_) | Ty::Slice(_)) || !self.varies(of)
        {
            return Ok(None);
        }
        let val = self.expr_place(of)?;
        let (place, _) = self.place(val, span)?;
        let ty = match expected {
            Ty::Array(..) => expected.clone(),
            // The slice may become a reference to an array as well.
            _ if !matches!(expected, Ty::Unknown) => return Ok(None),
            _ if !self.told => return Ok(None),
            _ => Ty::Unknown,
        };
        let place = self.freeze(place)?;
        Ok(Some(Val::Expr(to_array(place, &ty), ty)))
    }

    /// Where a part of a list stands for an array: a copy, of that type.
    pub(super) fn sized(&mut self, val: Val) -> Val {
        let is_part = |place: &Place| matches!(place.path.last(), Some(Proj::Slice(..)));
        match val {
            Val::Place(place, ty @ Ty::Array(..)) if is_part(&place) => Val::Expr(to_array(place, &ty), ty),
            Val::Ref(place, ty @ Ty::Array(..), false) if is_part(&place) => {
                let copy = self.own(to_array(place, &ty), ty.clone());
                Val::Ref(copy, ty, false)
            }
            other => other,
        }
    }

    /// `x.as_chunks::<N>()`: copies of the chunks, and the rest.
    pub(super) fn chunks_as_arrays(&mut self, place: Place, elem: &Ty, n: &TokenStream, span: Span) -> Lowered<Val> {
        let place = self.freeze(place)?;
        let size = Expr::Const(quote!((#n)));
        let chunks = Iter::Chunks { place: place.clone(), elem: elem.clone(), size, exact: true, mutable: false, from_end: false };
        let array = Ty::Array(Box::new(elem.clone()), n.clone());
        let name = self.names.numbered("list");
        let list = self.local(name, Ty::Vec(Box::new(array.clone())), VarKind::Memory, true);
        self.vars[list.0 as usize].owned = true;
        self.out.push(Stmt::Decl(list, Some(Expr::Runtime("rt::list", Vec::new()))));
        self.drive(chunks, None, None, span, &mut |l, item| {
            let (part, _) = l.place(item, span)?;
            let part = l.temp(to_array(part, &array), array.clone());
            l.out.push(Stmt::Container(crate::ir::ContainerOp::Push, Place::var(list), vec![Expr::Var(part)], span));
            Ok(())
        })?;
        let len = self.length_of(&place);
        let len = self.named(len);
        let rest = self.opaque(&[&len], |t| {
            let len = &t[0];
            quote!(#len / (#n) * (#n)..)
        });
        let rest = place.project(Proj::Slice(Box::new(rest), span));
        let chunks =
            Val::Ref(Place::var(list).project(Proj::Slice(Box::new(Expr::Const(quote!(..))), span)), Ty::Slice(Box::new(array)), false);
        Ok(Val::Tuple(vec![chunks, Val::Ref(rest, Ty::Slice(Box::new(elem.clone())), false)]))
    }

    /// `[a, b].map(f)`, of elements that may be references: what `f` gives for each. None if it is something else.
    pub(super) fn mapped_literal(&mut self, m: &syn::ExprMethodCall) -> Lowered<Option<Val>> {
        let Syn::Array(a) = strip(&m.receiver) else { return Ok(None) };
        if m.method != "map" || m.args.len() != 1 {
            return Ok(None);
        }
        let mut items = Vec::new();
        for e in &a.elems {
            let val = self.expr_place(e)?;
            items.push(self.settled(val, e.span())?);
        }
        let f = self.function(&m.args[0])?;
        let mut elems = Vec::new();
        let mut elem = Ty::Unknown;
        for item in items {
            let val = self.apply(&f, vec![item], m.method.span())?;
            let (e, ty) = self.operand(val, m.method.span())?;
            self.holds(&e, m.method.span())?;
            elem = super::pattern::better(elem, ty);
            elems.push(e);
        }
        let n = elems.len();
        Ok(Some(Val::Expr(Expr::Array(elems), Ty::Array(Box::new(elem), quote!(#n)))))
    }
}

/// A copy of a list as an array, of the length that its type says.
pub(super) fn to_array(place: Place, ty: &Ty) -> Expr {
    let length = match ty {
        Ty::Array(_, n) => vec![Expr::Const(quote!(::autodiff_core::rt::Length::<{ #n }>))],
        _ => Vec::new(),
    };
    Expr::Container(ContainerExpr::ToArray, place, length)
}

/// The array of `<[f64; 3]>::try_from`.
pub(super) fn array_tried(f: &Syn) -> Option<&syn::Type> {
    let Syn::Path(syn::ExprPath { qself: Some(own), path, .. }) = strip(f) else { return None };
    let array = matches!(&*own.ty, syn::Type::Array(_));
    (array && path.segments.last().is_some_and(|s| s.ident == "try_from")).then_some(&*own.ty)
}

/// Whether an expression makes an array, or a list of arrays, whose length is not written there.
fn makes_array(e: &Syn) -> bool {
    match strip(e) {
        Syn::Call(_) => crate::infer::is_filled_array(strip(e)),
        Syn::Closure(c) => makes_array(&c.body),
        Syn::Block(b) => matches!(b.block.stmts.last(), Some(syn::Stmt::Expr(last, None)) if makes_array(last)),
        Syn::MethodCall(m) => match m.method.to_string().as_str() {
            "collect" => matches!(strip(&m.receiver), Syn::MethodCall(map) if map.method == "map" && map.args.iter().any(makes_array)),
            "unwrap" | "expect" => matches!(strip(&m.receiver), Syn::MethodCall(into) if into.method == "try_into"),
            _ => false,
        },
        _ => false,
    }
}

/// Looks for a use of a local as the argument of a function or as a field.
struct Uses<'n, 'l, 'a> {
    name: &'n str,
    lower: &'l Lower<'a>,
    told: bool,
}

impl Uses<'_, '_, '_> {
    fn is_it(&self, e: &Syn) -> bool {
        let e = match strip(e) {
            Syn::Reference(r) => strip(&r.expr),
            e => e,
        };
        matches!(e, Syn::Path(p) if p.path.is_ident(self.name))
    }
}

impl<'s> Visit<'s> for Uses<'_, '_, '_> {
    fn visit_expr_call(&mut self, c: &'s syn::ExprCall) {
        if let Syn::Path(p) = &*c.func {
            let local = p.path.get_ident().is_some_and(|f| self.lower.types.binds(&f.to_string()));
            let variant = p.path.segments.last().is_some_and(|s| matches!(s.ident.to_string().as_str(), "Some" | "Ok" | "Err" | "drop"));
            self.told |= !local && !variant && c.args.iter().any(|a| self.is_it(a));
        }
        syn::visit::visit_expr_call(self, c);
    }

    fn visit_expr_method_call(&mut self, m: &'s syn::ExprMethodCall) {
        let declared = matches!(self.lower.types.of(&m.receiver).peel(), Ty::Named(_));
        self.told |= declared && m.args.iter().any(|a| self.is_it(a));
        syn::visit::visit_expr_method_call(self, m);
    }

    fn visit_expr_struct(&mut self, s: &'s syn::ExprStruct) {
        self.told |= s.fields.iter().any(|f| self.is_it(&f.expr));
        syn::visit::visit_expr_struct(self, s);
    }
}
