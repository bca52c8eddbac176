//! `#[differentiate]` on one function of a trait's `impl`, where the trait has no attribute.
//!
//! What enters: the function, and the block around it as its file has it. What leaves: the function, whose body holds what is generated: siblings
//! in an `impl` of the type, or the rule of an operator. An `impl` in a body counts everywhere, and the trait's own has no room for it.
//!
//! Guarantee: the siblings are those of the function that a call of its name means; where the type has another one of the name, or may have, that is
//! a message.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{quote, ToTokens};
use syn::visit_mut::{self, VisitMut};

use crate::diagnostics::Errors;
use crate::options::Options;

/// Expands the attribute on a function of the block.
pub(crate) fn expand(args: &TokenStream, original: &TokenStream, item: &syn::ItemFn, mut block: syn::ItemImpl) -> TokenStream {
    let mut errors = Errors::default();
    let path = block.trait_.as_ref().map(|(_, path, _)| path.clone());
    let options = if path.as_ref().is_some_and(super::is_of_std) {
        with_function(&mut block, item, None);
        super::options_of_block(args, false, &mut errors)
    } else {
        refuse(&block, item).unwrap_or_else(|e| errors.push(e));
        let attribute = if args.is_empty() { syn::parse_quote!(#[differentiate]) } else { syn::parse_quote!(#[differentiate(#args)]) };
        with_function(&mut block, item, Some(attribute));
        as_inherent(&mut block);
        Options::default()
    };
    if let Err(e) = errors.finish(()) {
        let e = e.to_compile_error();
        return quote!(#original #e);
    }
    let mut errors = Errors::default();
    let generated = super::generated(&options, &mut block, &mut errors);
    let errors = errors.finish(()).err().and_then(|e| crate::diagnostics::shown(&e).ok()).map(|e| e.to_compile_error());
    let function = in_its_body(original, &generated);
    quote!(#[allow(dead_code)] #function #errors)
}

/// What the siblings cannot be of.
fn refuse(block: &syn::ItemImpl, item: &syn::ItemFn) -> syn::Result<()> {
    let name = &item.sig.ident;
    let refused = |message: String| Err(syn::Error::new(name.span(), message));
    let Some((_, path, _)) = &block.trait_ else { return Ok(()) };
    let of = path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
    let on_both = format!("put `#[differentiate]` above the whole `impl`, and above the trait `{of}`");
    if crate::position::is_annotated_trait(path) {
        return refused(format!(
            "the trait `{of}` has `#[differentiate]`, and so have its `impl`s as a whole; put it above this `impl`, instead of on the function"
        ));
    }
    let owner = match &*block.self_ty {
        syn::Type::Path(p) if p.qself.is_none() => Some(bare(&p.path)).filter(is_of_the_crate),
        _ => None,
    };
    let Some(owner) = owner else {
        return refused(format!(
            "a function of a trait's `impl` has siblings of its own only if the type is a struct or enum of this crate; {on_both}"
        ));
    };
    let unnamed = block.generics.type_params().find(|p| !mentions(&block.self_ty.to_token_stream(), &p.ident));
    if let Some(parameter) = unnamed {
        let parameter = &parameter.ident;
        return refused(format!(
            "a function of a trait's `impl` has no siblings of its own where the type does not name the parameter `{parameter}` of the `impl`; {on_both}"
        ));
    }
    if crate::position::functions_of(&owner, name) > 1 {
        let owner = owner.to_token_stream().to_string().replace(' ', "");
        return refused(format!(
            "`{owner}` has several functions `{name}`, and a call does not tell whose siblings it asks for; give them different names, or {on_both}"
        ));
    }
    Ok(())
}

/// Whether a path names a type of the crate, which a function may declare.
fn is_of_the_crate(path: &syn::Path) -> bool {
    crate::position::is_declared(path) || path.get_ident().is_some_and(crate::position::is_type)
}

/// Without generic arguments.
fn bare(path: &syn::Path) -> syn::Path {
    let mut path = path.clone();
    path.segments.iter_mut().for_each(|s| s.arguments = syn::PathArguments::None);
    path
}

fn mentions(tokens: &TokenStream, name: &syn::Ident) -> bool {
    crate::varied::mentions(tokens.clone(), &std::iter::once(name.to_string()).collect())
}

/// The block with the function as rustc has it, in place of its text, and with none of the others.
fn with_function(block: &mut syn::ItemImpl, item: &syn::ItemFn, attribute: Option<syn::Attribute>) {
    let syn::ItemFn { attrs, sig, block: body, .. } = item.clone();
    let mut function = syn::ImplItemFn { attrs, vis: syn::Visibility::Inherited, defaultness: None, sig, block: *body };
    function.attrs.extend(attribute);
    block.items.retain(|i| !matches!(i, syn::ImplItem::Fn(_)));
    block.items.push(syn::ImplItem::Fn(function));
    block.attrs.clear();
}

/// The block as one of the type itself, with the types that the trait's `impl` gives names to.
fn as_inherent(block: &mut syn::ItemImpl) {
    block.trait_ = None;
    let mut associated = Associated(Vec::new());
    block.items.retain(|i| match i {
        syn::ImplItem::Type(t) => {
            associated.0.push((t.ident.clone(), t.ty.clone()));
            false
        }
        syn::ImplItem::Fn(_) => true,
        _ => false,
    });
    for item in &mut block.items {
        let syn::ImplItem::Fn(f) = item else { continue };
        associated.visit_impl_item_fn_mut(f);
        f.vis = syn::parse_quote!(pub);
    }
}

/// `Self::Output` by the type that it is.
struct Associated(Vec<(syn::Ident, syn::Type)>);

impl Associated {
    fn of(&self, path: &syn::Path) -> Option<&syn::Type> {
        let (first, second) = (path.segments.first()?, path.segments.get(1)?);
        self.0.iter().find(|(name, _)| first.ident == "Self" && second.ident == *name).map(|(_, ty)| ty)
    }
}

impl VisitMut for Associated {
    fn visit_type_mut(&mut self, ty: &mut syn::Type) {
        if let syn::Type::Path(p) = &*ty {
            if let Some(known) = self.of(&p.path).filter(|_| p.path.segments.len() == 2) {
                *ty = known.clone();
                return;
            }
        }
        visit_mut::visit_type_mut(self, ty);
    }

    fn visit_expr_path_mut(&mut self, p: &mut syn::ExprPath) {
        if let Some(known) = self.of(&p.path).filter(|_| p.qself.is_none() && p.path.segments.len() == 3) {
            let function = &p.path.segments[2];
            *p = syn::parse_quote!(<#known>::#function);
            return;
        }
        visit_mut::visit_expr_path_mut(self, p);
    }
}

/// The function, with items in front of all that is in its body.
fn in_its_body(original: &TokenStream, items: &TokenStream) -> TokenStream {
    let items = quote! {
        #[allow(
            unknown_lints,
            non_local_definitions, // the `impl` that the function is in has no room
            private_interfaces, private_bounds, // of a trait that is not seen as far as its types
        )]
        const _: () = { #items };
    };
    let mut tokens: Vec<TokenTree> = original.clone().into_iter().collect();
    if let Some(TokenTree::Group(body)) = tokens.last_mut() {
        let inside = body.stream();
        let attributes = inner_attributes(&inside);
        let first: TokenStream = inside.clone().into_iter().take(attributes).collect();
        let rest: TokenStream = inside.into_iter().skip(attributes).collect();
        let mut with = Group::new(Delimiter::Brace, quote!(#first #items #rest));
        with.set_span(body.span());
        *body = with;
    }
    tokens.into_iter().collect()
}

/// How many tokens of a body are `#![..]`.
fn inner_attributes(body: &TokenStream) -> usize {
    let tokens: Vec<TokenTree> = body.clone().into_iter().collect();
    let is = |t: &TokenTree, c: char| matches!(t, TokenTree::Punct(p) if p.as_char() == c);
    let attributes = tokens.chunks(3).take_while(|t| matches!(t, [a, b, TokenTree::Group(_)] if is(a, '#') && is(b, '!')));
    attributes.count() * 3
}
