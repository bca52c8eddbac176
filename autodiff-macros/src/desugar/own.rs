//! Methods of the crate's own types that have names of the standard library's, or give a `Result` where another type's does not.
//!
//! What enters: a body before names are resolved. What leaves: the same body in which such a method is called by its path,
//! `Stack::push(&mut s, x)`, where the type of the receiver is known to be a type of the crate that has a method of the name, so that no later
//! stage takes it for another one. Guarantee: what is not known, and what carries no derivative, stays as it is.

use rustc_hash::FxHashMap as HashMap;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};

use crate::infer::Types;
use crate::position::Receiver;
use crate::signature::Signature;
use crate::types::Ty;

/// Calls such methods by their paths.
pub(crate) fn by_path(f: &mut syn::ItemFn, signature: &Signature) {
    let mut candidates = Candidates(false);
    candidates.visit_block(&f.block);
    if !candidates.0 {
        return;
    }
    let mut named = f.clone();
    crate::resolve::resolve(&mut named.sig, &mut named.block);
    let params: HashMap<String, Ty> = signature.params.iter().map(|p| (p.ident.to_string(), p.ty.clone())).collect();
    let types = Types::infer(&named.block, params, &signature.result_ty, &signature.floats, signature.this());
    let mut calls = Calls { types: &types, paths: Vec::new() };
    calls.visit_block(&named.block);
    if calls.paths.iter().any(|(_, path)| path.is_some()) {
        let mut written = Written { paths: calls.paths.into_iter(), failed: false };
        let before = f.block.clone();
        written.visit_block_mut(&mut f.block);
        if written.failed || written.paths.next().is_some() {
            f.block = before;
        }
    }
}

/// Whether a body calls a method of which it matters whose it is.
struct Candidates(bool);

impl<'a> Visit<'a> for Candidates {
    fn visit_item(&mut self, _: &'a syn::Item) {}
    fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
        self.0 |= is_asked(&m.method);
        visit::visit_expr_method_call(self, m);
    }
}

/// Whether it matters of which type a method is: std has one of the name, or one type's gives a `Result` and another's does not.
fn is_asked(method: &Ident) -> bool {
    let of_std = crate::lower::is_method_of_std(&method.to_string()) && crate::position::has_method(method);
    of_std || crate::position::gives_unlike(method)
}

/// A type's path, and how its method takes the receiver, which is behind so many references: none or one.
struct Own {
    ty: TokenStream,
    receiver: Receiver,
    behind: usize,
}

/// The method calls of a body in their order.
struct Calls<'t> {
    types: &'t Types,
    paths: Vec<(Ident, Option<Own>)>,
}

impl Calls<'_> {
    fn own(&self, m: &syn::ExprMethodCall) -> Option<Own> {
        if !is_asked(&m.method) {
            return None;
        }
        let ty = self.types.of_receiver(&m.receiver);
        let mut behind = 0;
        let mut inner = &ty;
        while let Ty::Ref(referred, _) = inner {
            (inner, behind) = (&**referred, behind + 1);
        }
        let Ty::Named(named) = inner else { return None };
        let receiver = named.home()?.receiver_of(&m.method)?;
        // By its path, what takes `&mut self` is only told from a function of `&mut` in the file itself.
        if receiver == Receiver::Mut && named.name().is_none() {
            return None;
        }
        Some(Own { ty: named.path_at(&m.method)?, receiver, behind }).filter(|own| own.behind < 2)
    }
}

impl<'a> Visit<'a> for Calls<'_> {
    fn visit_item(&mut self, _: &'a syn::Item) {}
    fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
        visit::visit_expr_method_call(self, m);
        self.paths.push((m.method.clone(), self.own(m)));
    }
}

/// Writes the same calls of another copy by their paths.
struct Written {
    paths: std::vec::IntoIter<(Ident, Option<Own>)>,
    failed: bool,
}

impl VisitMut for Written {
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    fn visit_expr_mut(&mut self, e: &mut syn::Expr) {
        visit_mut::visit_expr_mut(self, e);
        let syn::Expr::MethodCall(m) = e else { return };
        let Some((name, own)) = self.paths.next().filter(|(name, _)| *name == m.method) else {
            self.failed = true;
            return;
        };
        let Some(own) = own else { return };
        let (receiver, args, fish) = (&m.receiver, m.args.iter(), &m.turbofish);
        let receiver = match (own.receiver, own.behind) {
            (Receiver::Value, 0) | (Receiver::Ref | Receiver::Mut, 1) => quote!(#receiver),
            (Receiver::Value, _) => quote!(*#receiver),
            (Receiver::Ref, _) => quote!(&#receiver),
            (Receiver::Mut, _) => quote!(&mut #receiver),
        };
        let ty = own.ty;
        if let Ok(call) = syn::parse2(quote!(#ty::#name #fish(#receiver #(, #args)*))) {
            *e = call;
        }
    }
}
