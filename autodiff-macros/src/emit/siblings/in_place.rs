//! Pullbacks of methods that change their receiver.
//!
//! `&mut self` is in and out, as a `&mut` argument is: the pullback keeps what it reads of it, and callers need not keep what it was. Callers
//! that know which method it is call `f_needs_differentiate_in_place`. To all others it may be a method that reads its receiver, whose pullback
//! is handed it again; for these there is `f_needs_differentiate`, which takes that and has no use for it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::{replace_self, Siblings};
use crate::signature::BlockKind;

impl Siblings<'_> {
    /// Whether the receiver is in and out, and callers may know that.
    pub(super) fn changes_receiver(&self) -> bool {
        let own = !matches!(self.signature.block.kind, BlockKind::Trait | BlockKind::TraitImpl);
        own && self.signature.params.iter().any(|p| p.receiver.is_some() && p.by_mut())
    }

    /// A body that reads the receiver as it was before the call: a copy is kept for it.
    pub(super) fn with_receiver_before(&self, body: TokenStream, forward: &mut TokenStream) -> TokenStream {
        if !crate::varied::mentions(body.clone(), &std::iter::once("self".to_string()).collect()) {
            return body;
        }
        let kept = Ident::new("this_before", Span::mixed_site());
        let this = Ident::new("this", Span::mixed_site());
        *forward = quote!(let #kept = ::autodiff_core::rt::to_owned(&*self); #forward);
        let body = replace_self(body);
        quote!(let #this = &#kept; #body)
    }

    /// The hidden sibling for callers that hand the receiver again, by the one for those that do not.
    pub(super) fn handed_receiver(&self, in_place: &Ident) -> TokenStream {
        let here = Span::mixed_site();
        let anchor = self.anchor();
        let (mut taken, mut types, mut given) = (Vec::new(), Vec::new(), Vec::new());
        let (this, own) = (format_ident!("this", span = here), format_ident!("own", span = here));
        let (seed, seed_ty) = (format_ident!("seed", span = here), self.signature.cotangent(&self.signature.result));
        let numbered = |stem: &str, k: usize| format_ident!("{}_{}", stem, k, span = here);
        for (k, p) in self.signature.params.iter().enumerate().filter(|(_, p)| !p.by_mut() || p.receiver.is_some()) {
            let target = match &p.written {
                syn::Type::Reference(r) => &r.elem,
                other => other,
            };
            let again = if p.receiver.is_some() { this.clone() } else { numbered("again", k) };
            taken.push(quote!(#again: &#target));
            types.push(quote!(&#target));
            given.extend(p.receiver.is_none().then(|| quote!(#again)));
        }
        taken.push(quote!(#seed: #seed_ty));
        types.push(quote!(#seed_ty));
        given.push(quote!(#seed));
        let mut received = TokenStream::new();
        for (k, p) in self.signature.params.iter().enumerate() {
            let ty = self.pull_buffer(p, p.by_mut() && p.receiver.is_none());
            let bar = numbered("bar", k);
            if p.receiver.is_some() {
                received = quote! {
                    let mut #own;
                    let #bar = match #bar {
                        ::core::option::Option::Some(given) => given,
                        ::core::option::Option::None => { #own = ::autodiff_core::rt::zero(#this); &mut #own }
                    };
                };
            }
            taken.push(quote!(#bar: #ty));
            types.push(quote!(#ty));
            given.push(quote!(#bar));
        }
        let (pull, value) = (format_ident!("pull_in_place", span = here), format_ident!("value_out", span = here));
        let closure = quote!(move |#(#taken),*| { #received #pull(#(#given),*) });
        let result = &self.signature.result;
        let unnamed = Ident::new("impl", here.located_at(anchor));
        let (result_ty, made) = if self.boxed {
            let outlived = self.outlived();
            let boxed = quote!(::autodiff_core::__private::Box<dyn ::core::ops::FnOnce(#(#types),*) #outlived>);
            (quote_spanned!(here=> (#result, #boxed)), quote!(::autodiff_core::__private::Box::new(#closure)))
        } else {
            let captures = self.signature.captures();
            (quote_spanned!(anchor=> (#result, #unnamed ::core::ops::FnOnce(#(#types),*) #captures)), closure)
        };
        let call = self.call(in_place, &[]);
        let body = self.body(quote!(let (#value, #pull) = #call; (#value, #made)));
        self.pull_with(&result_ty, &quote_spanned!(anchor=> { #body }))
    }
}
