//! `impl From<A> for B`: the rule of a conversion.
//!
//! What enters: the block. What leaves: an `impl FromRule<A> for B` of the library, whose functions are the hidden siblings of `from`, so that
//! `B::from(a)` is a call as that of any other associated function, and `a.into()` is one where `B` is known.

use proc_macro2::TokenStream;
use quote::quote;

use super::Function;
use crate::diagnostics::Errors;
use crate::signature::{Block, BlockKind};

/// The rule, or an error at what has none.
pub(super) fn rule(block: &mut syn::ItemImpl, order: usize, errors: &mut Errors) -> syn::Result<TokenStream> {
    let path = block.trait_.as_ref().map(|(_, path, _)| path.clone());
    let arguments = path.iter().flat_map(|p| &p.segments).last().map(|s| &s.arguments);
    let Some(syn::PathArguments::AngleBracketed(arguments)) = arguments else {
        return Err(syn::Error::new_spanned(&path, "expected the type that is converted, as in `impl From<f64> for Meters`"));
    };
    if order > 2 {
        let message = "a conversion has first and second derivatives only; write an inherent method, and call that";
        return Err(syn::Error::new_spanned(&path, message));
    }
    let around = Block {
        kind: BlockKind::TraitImpl,
        generics: block.generics.clone(),
        conditional: false,
        self_ty: Some((*block.self_ty).clone()),
        own: block.generics.type_params().map(|p| p.ident.clone()).collect(),
        ..Block::default()
    };
    let function = block.items.iter_mut().find_map(|i| if let syn::ImplItem::Fn(f) = i { Some(f) } else { None });
    let Some(f) = function else { return Err(syn::Error::new_spanned(&path, "expected the function `from`")) };
    let Some(mut function) = Function::take(&mut f.attrs, &syn::Visibility::Inherited, &f.sig, Some(&f.block), errors) else {
        return Ok(TokenStream::new());
    };
    // A conversion of what has no numbers is no mistake in a function, but there is nothing to differentiate in this block.
    function.asked = true;
    function.options.order = function.options.order.max(order);
    let Some(signature) = function.signature(&around, errors) else { return Ok(TokenStream::new()) };
    let siblings = function.siblings(&signature, &signature, errors).tokens;
    let generics = super::operators::widened(block);
    let (generics, _, wheres) = generics.split_for_impl();
    let ty = &block.self_ty;
    let cfgs: Vec<_> = block.attrs.iter().filter(|a| a.path().is_ident("cfg")).collect();
    // What second derivatives need is a trait of its own.
    let made: syn::ItemImpl = syn::parse_quote!(impl Made { #siblings });
    let is_second = |i: &syn::ImplItem| matches!(i, syn::ImplItem::Fn(f) if f.sig.ident.to_string().ends_with("_hessian"));
    let (second, first): (Vec<_>, Vec<_>) = made.items.into_iter().partition(is_second);
    let (again, bar) = handed_again(&arguments.args);
    let types = quote!(type Again = #again; type Bar = #bar;);
    let rule = |name: TokenStream, types: Option<&TokenStream>, items: Vec<syn::ImplItem>| {
        quote! {
            #(#cfgs)*
            #[automatically_derived]
            #[allow(clippy::all, clippy::pedantic, unused)]
            impl #generics ::autodiff_core::#name #arguments for #ty #wheres {
                #types
                #(#items)*
            }
        }
    };
    let second = (!second.is_empty()).then(|| rule(quote!(FromCurvature), None, second));
    let first = rule(quote!(FromRule), Some(&types), first);
    Ok(quote!(#first #second))
}

/// What the pullback is handed again by reference, and the cotangent of that: of `&T`, they are those of `T`.
fn handed_again(arguments: &syn::punctuated::Punctuated<syn::GenericArgument, syn::Token![,]>) -> (TokenStream, TokenStream) {
    let cotangent = |ty: &dyn quote::ToTokens| quote!(<#ty as ::autodiff_core::Differentiable>::Cotangent);
    match arguments.first() {
        Some(syn::GenericArgument::Type(syn::Type::Reference(r))) => match &*r.elem {
            syn::Type::Slice(s) => {
                let (elem, bar) = (&s.elem, cotangent(&s.elem));
                (quote!([#elem]), quote!([#bar]))
            }
            elem => (quote!(#elem), cotangent(elem)),
        },
        other => (quote!(#other), cotangent(&other)),
    }
}
