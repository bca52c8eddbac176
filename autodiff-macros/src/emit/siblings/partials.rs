//! Functions of a few numbers of one type with a number as the result: all that callers need of the derivative is the gradient.
//!
//! What comes in is a function with [`Signature::has_partials`](crate::signature::Signature::has_partials); what goes out are the hidden
//! siblings, as one call of `f_vjp` with seed 1 and a function of `autodiff-core` that multiplies its partials. A pullback then owns
//! one number per argument, whatever the body computes, and rustc has one sweep to check instead of three.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};

use super::Siblings;

/// Up to how many numbers; `autodiff-core` has a function for each.
pub(crate) const PARTIALS: usize = 8;

impl Siblings<'_> {
    /// Value and pullback.
    pub(super) fn pull_of_partials(&self) -> TokenStream {
        let ty = &self.signature.result;
        let count = self.signature.params.len();
        let (again, bars) = (vec![quote!(&#ty); count], vec![quote!(::core::option::Option<&mut #ty>); count]);
        let result = quote!((#ty, impl ::core::ops::FnOnce(#(#again,)* #ty, #(#bars),*)));
        let gradient = self.call(&self.name("_vjp"), &[self.one()]);
        let pullback = self.of_partials("pullback");
        let body = quote!({ let (value, partials) = #gradient; (value, #pullback(partials)) });
        self.pull_with(&result, &body)
    }

    /// Value and tangent.
    pub(super) fn along_partials(&self) -> TokenStream {
        let gradient = self.call(&self.name("_vjp"), &[self.one()]);
        let pushforward = self.of_partials("pushforward");
        let dots = self.signature.params.iter().map(Self::dot_ident);
        let after = self.receiver_after().map(|_| quote!(::autodiff_core::rt::Unchanged));
        quote! {
            let (value, partials) = #gradient;
            (value, #pushforward(partials, #(#dots),*), #after)
        }
    }

    fn of_partials(&self, what: &str) -> TokenStream {
        let f = format_ident!("{}_of_{}", what, self.signature.params.len(), span = Span::mixed_site());
        quote!(::autodiff_core::rt::#f)
    }
}
