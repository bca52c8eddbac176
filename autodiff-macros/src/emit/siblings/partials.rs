//! Functions of a few numbers of one type with a number as the result, beside arguments without derivatives: all that callers need of the derivative is the gradient.
//!
//! What comes in is a function with [`Signature::has_partials`](crate::signature::Signature::has_partials); what goes out are the hidden
//! siblings, `f_jvp` and `f_grad_accumulate`, as one call of `f_vjp` with seed 1 and a function of `autodiff-core` that multiplies its
//! partials. A pullback then owns one number per slot, whatever the body computes, and rustc has one sweep to check instead of three.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, ToTokens};

use super::Siblings;

/// Up to how many numbers; `autodiff-core` has a function for each.
pub(crate) const PARTIALS: usize = 8;

impl Siblings<'_> {
    /// Value and pullback.
    pub(super) fn pull_of_partials(&self) -> TokenStream {
        let ty = &self.signature.result;
        if self.signature.params.iter().all(|p| p.slot) {
            let pullback = format_ident!("PullbackOf{}", self.slots().count(), span = Span::mixed_site());
            let result = quote!((#ty, impl ::autodiff_core::rt::#pullback<#ty>));
            let call = self.of_partials("pullback", &[]);
            return self.pull_with(&result, &quote!({ #call }));
        }
        // Arguments without derivatives stand in between.
        let (mut again, mut bars) = (Vec::new(), Vec::new());
        let single = self.slots().count() == 1;
        let (mut names, mut sums) = (Vec::new(), Vec::new());
        for p in &self.signature.params {
            let target = match &p.written {
                syn::Type::Reference(r) => &r.elem,
                other => other,
            };
            again.push(quote!(&#target));
            bars.push(self.pull_buffer(p, false));
            if !p.slot {
                names.push(quote!(_));
                continue;
            }
            let (out, k) = (Self::out_ident(p), syn::Index::from(sums.len()));
            let partial = if single { quote!(partials) } else { quote!(partials.#k) };
            sums.push(quote!(if let ::core::option::Option::Some(out) = #out { *out += seed * #partial; }));
            names.push(out.to_token_stream());
        }
        let result = quote!((#ty, impl ::core::ops::FnOnce(#(#again,)* #ty, #(#bars),*)));
        let gradient = self.gradient_call();
        let pullback = quote!(move |#(_: #again,)* seed: #ty, #(#names: #bars),*| { #(#sums)* });
        self.pull_with(&result, &quote!({ let (value, partials) = #gradient; (value, #pullback) }))
    }

    /// Value and tangent.
    pub(super) fn along_partials(&self) -> TokenStream {
        let dots: Vec<TokenStream> = self.slots().map(|p| Self::dot_ident(p).to_token_stream()).collect();
        let call = self.of_partials("pushforward", &dots);
        if self.method {
            return quote!(let (value, dot) = #call; (value, dot, ::autodiff_core::rt::Unchanged));
        }
        call
    }

    /// What a function of `autodiff-core` makes of the value, the partials and more.
    pub(super) fn of_partials(&self, what: &str, more: &[TokenStream]) -> TokenStream {
        let f = format_ident!("{}_of_{}", what, self.slots().count(), span = Span::mixed_site());
        let gradient = self.gradient_call();
        quote!(::autodiff_core::rt::#f(#gradient #(, #more)*))
    }

    /// `f_vjp` with seed 1.
    pub(super) fn gradient_call(&self) -> TokenStream {
        self.call(&self.name("_vjp"), &[self.one()])
    }
}
