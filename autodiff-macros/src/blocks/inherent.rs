//! `impl Type`: siblings in a second block of the same type.

use proc_macro2::TokenStream;
use quote::quote;

use super::Function;
use crate::diagnostics::Errors;
use crate::emit::siblings::Siblings;
use crate::options::Options;
use crate::reverse::Adjoint;
use crate::signature::{Block, BlockKind, Signature};

/// Siblings of every function that has a derivative.
pub(super) fn expand(block: &mut syn::ItemImpl, options: &Options, errors: &mut Errors) -> TokenStream {
    let own = block.generics.type_params().map(|p| p.ident.clone()).collect();
    let around = Block {
        kind: BlockKind::Inherent,
        generics: block.generics.clone(),
        conditional: false,
        self_ty: Some((*block.self_ty).clone()),
        own,
        ..Block::default()
    };
    let mut out = TokenStream::new();
    for item in &mut block.items {
        let syn::ImplItem::Fn(f) = item else { continue };
        let Some(mut function) = Function::take(&mut f.attrs, &f.vis, &f.sig, Some(&f.block), errors) else { continue };
        function.options = function.options.in_block(options);
        let Some(full) = function.signature(&around, errors) else {
            out.extend(function.constant(&around).map(|signature| function.constant_siblings(&signature)));
            continue;
        };
        let mut own = Errors::default();
        let visible = Signature::read_in(&around, &f.sig, &function.options, &mut own);
        if let Err(e) = own.finish(()) {
            errors.push(e);
        } else {
            let mut refused = Errors::default();
            let tokens = function.siblings(&full, &visible, &mut refused).tokens;
            match refused.finish(()) {
                // Callers follow it, if they can.
                Err(_) if crate::position::is_followed(&f.sig.ident) => {}
                Err(_) if !function.asked && crate::position::is_without_siblings(&f.sig.ident) => {}
                result => {
                    out.extend(tokens);
                    result.unwrap_or_else(|e| errors.push(e));
                }
            }
        }
        // A function that is only used through its siblings is used.
        f.attrs.push(syn::parse_quote!(#[allow(dead_code)]));
    }
    let (generics, _, wheres) = block.generics.split_for_impl();
    let ty = &block.self_ty;
    let cfgs = block.attrs.iter().filter(|a| a.path().is_ident("cfg"));
    quote!(#(#cfgs)* impl #generics #ty #wheres { #out })
}

/// Siblings of the functions of a trait's `impl` that fail: what callers find where the trait has no room for siblings.
pub(super) fn stubs(block: &mut syn::ItemImpl) -> TokenStream {
    let around = Block {
        kind: BlockKind::Inherent,
        generics: block.generics.clone(),
        self_ty: Some((*block.self_ty).clone()),
        own: block.generics.type_params().map(|p| p.ident.clone()).collect(),
        ..Block::default()
    };
    let fails = quote!(::core::panic!("the gradient could not be generated"));
    let mut out = TokenStream::new();
    for item in &mut block.items {
        let syn::ImplItem::Fn(f) = item else { continue };
        let mut unsaid = Errors::default();
        let inherited = syn::Visibility::Inherited;
        let Some(function) = Function::take(&mut f.attrs, &inherited, &f.sig, Some(&f.block), &mut unsaid) else { continue };
        if let Some(full) = function.signature(&around, &mut unsaid) {
            let empty = Adjoint::empty(full.result_ty.clone());
            let failing = super::operators::of(&function.item, &full, &empty, None);
            out.extend(Siblings { stub: Some(&fails), boxed: true, ..failing }.emit());
        }
        let _ = unsaid.finish(());
    }
    let (generics, _, wheres) = block.generics.split_for_impl();
    let ty = &block.self_ty;
    quote!(impl #generics #ty #wheres { #out })
}
