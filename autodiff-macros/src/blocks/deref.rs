//! `#[differentiate]` on `impl Deref`: the cotangent type is dereferenced in the same way.
//!
//! What enters: an `impl` whose function gives a reference to a field of `self`. What leaves: `Deref` and `DerefMut` of the cotangent type to
//! the cotangent of that field. Guarantee: what a value is taken for by its `Deref`, its cotangent is taken for in the same place.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Expr;

use crate::lower::strip;

/// Expands the attribute.
pub(super) fn rule(block: &syn::ItemImpl, path: &syn::Path) -> syn::Result<TokenStream> {
    let function = block.items.iter().find_map(|i| if let syn::ImplItem::Fn(f) = i { Some(f) } else { None });
    let target = block.items.iter().find_map(|i| match i {
        syn::ImplItem::Type(t) if t.ident == "Target" => Some(&t.ty),
        _ => None,
    });
    let (Some(f), Some(target)) = (function, target) else {
        return Err(syn::Error::new_spanned(path, "expected `impl Deref` with its function and `type Target`"));
    };
    let field = match &f.block.stmts[..] {
        [syn::Stmt::Expr(e, None)] => match strip(e) {
            Expr::Reference(r) if r.mutability.is_none() && is_field_of_self(&r.expr) => Some(&r.expr),
            _ => None,
        },
        _ => None,
    };
    let Some(field) = field else {
        let message = "only `Deref` that gives `&` of a field can be differentiated; give the type a method that returns the value";
        return Err(syn::Error::new_spanned(&f.block, message));
    };
    let cotangent = super::operators::cotangent(&block.self_ty, &block.generics, Some(target));
    let floats = crate::signature::floats_of(&block.generics);
    let target = crate::types::buffer_type(target, &floats, None);
    let generics = super::operators::widened(block);
    let (params, _, wheres) = generics.split_for_impl();
    Ok(quote! {
        #[allow(clippy::all, clippy::pedantic, unused)]
        #[automatically_derived]
        impl #params ::core::ops::Deref for #cotangent #wheres {
            type Target = #target;
            #[inline]
            fn deref(&self) -> &#target { &#field }
        }
        #[allow(clippy::all, clippy::pedantic, unused)]
        #[automatically_derived]
        impl #params ::core::ops::DerefMut for #cotangent #wheres {
            #[inline]
            fn deref_mut(&mut self) -> &mut #target { &mut #field }
        }
    })
}

fn is_field_of_self(e: &Expr) -> bool {
    match strip(e) {
        Expr::Field(f) => matches!(&*f.base, Expr::Path(p) if p.path.is_ident("self")) || is_field_of_self(&f.base),
        _ => false,
    }
}
