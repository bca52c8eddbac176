//! `#[differentiate]` on `impl Index`: the cotangent type is indexed in the same way.
//!
//! What enters: an `impl` whose function gives references to parts of `self`. What leaves: `Index` and `IndexMut` of the cotangent
//! type with the same body. Guarantees: an index denotes the cotangent of what it denotes in the primal.

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::Expr;

/// Expands the attribute.
pub(super) fn rule(block: &syn::ItemImpl, path: &syn::Path) -> syn::Result<TokenStream> {
    let function = block.items.iter().find_map(|i| match i {
        syn::ImplItem::Fn(f) => Some(f),
        _ => None,
    });
    let output = block.items.iter().find_map(|i| match i {
        syn::ImplItem::Type(t) if t.ident == "Output" => Some(&t.ty),
        _ => None,
    });
    let index = match path.segments.last().map(|s| &s.arguments) {
        Some(syn::PathArguments::AngleBracketed(a)) => a.args.first(),
        _ => None,
    };
    let (Some(f), Some(output), Some(index)) = (function, output, index) else {
        return Err(syn::Error::new_spanned(path, "expected `impl Index<..>` with its function and `type Output`"));
    };
    let mut shared = f.block.clone();
    let mut places = Places { mutable: false, wrong: None };
    places.visit_block_mut(&mut shared);
    if let Some(span) = places.wrong {
        return Err(syn::Error::new(
            span,
            "only an index that gives `&` of a part of `self`, perhaps behind `match` or `if`, can be differentiated; give the type a method that returns the value",
        ));
    }
    let mut mutable = f.block.clone();
    Places { mutable: true, wrong: None }.visit_block_mut(&mut mutable);
    let argument = f.sig.inputs.iter().nth(1);
    let self_ty = &block.self_ty;
    let generics = super::operators::widened(block);
    let (params, _, wheres) = generics.split_for_impl();
    let cotangent = quote!(<#self_ty as ::autodiff_core::Differentiable>::Cotangent);
    let part = quote!(<#output as ::autodiff_core::Differentiable>::Cotangent);
    Ok(quote! {
        #[allow(clippy::all, clippy::pedantic, unused)]
        #[automatically_derived]
        impl #params ::core::ops::Index<#index> for #cotangent #wheres {
            type Output = #part;
            #[inline]
            fn index(&self, #argument) -> &#part #shared
        }
        #[allow(clippy::all, clippy::pedantic, unused)]
        #[automatically_derived]
        impl #params ::core::ops::IndexMut<#index> for #cotangent #wheres {
            #[inline]
            fn index_mut(&mut self, #argument) -> &mut #part #mutable
        }
    })
}

/// `&self.part` becomes `&mut self.part`; any other use of `self` is wrong.
struct Places {
    mutable: bool,
    wrong: Option<proc_macro2::Span>,
}

impl VisitMut for Places {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        match e {
            Expr::Reference(r) if r.mutability.is_none() && is_part_of_self(&r.expr) => {
                if self.mutable {
                    r.mutability = Some(syn::token::Mut::default());
                }
            }
            Expr::Path(p) if p.path.is_ident("self") => {
                self.wrong = self.wrong.or_else(|| p.path.get_ident().map(proc_macro2::Ident::span));
            }
            other => visit_mut::visit_expr_mut(self, other),
        }
    }
}

fn is_part_of_self(e: &Expr) -> bool {
    match e {
        Expr::Field(f) => matches!(&*f.base, Expr::Path(p) if p.path.is_ident("self")) || is_part_of_self(&f.base),
        Expr::Index(i) => is_part_of_self(&i.expr),
        Expr::Paren(p) => is_part_of_self(&p.expr),
        _ => false,
    }
}
