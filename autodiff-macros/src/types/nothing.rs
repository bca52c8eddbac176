//! What stands for the cotangent or tangent of a value without floats.
//!
//! A number without a derivative has `()`, a list of them has a list of these: what only rustc knows goes by the same types.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::Ty;

impl Ty {
    /// An expression for it, of a plain type. Of a list, whose length nobody asks for, it is empty.
    pub fn nothing(&self) -> TokenStream {
        match self {
            Ty::Ref(of, _) => of.nothing(),
            Ty::Vec(e) | Ty::Slice(e) => {
                let e = e.type_of_nothing();
                quote!(::autodiff_core::__private::Vec::<#e>::new())
            }
            // Nothing else may tell its length.
            Ty::Array(e, len) => {
                let e = e.nothing();
                quote!([(); #len].map(|()| #e))
            }
            Ty::Option(e) => {
                let e = e.type_of_nothing();
                quote!(::core::option::Option::None::<#e>)
            }
            Ty::Tuple(items) => {
                let items = items.iter().map(Ty::nothing);
                quote!((#(#items,)*))
            }
            _ => quote!(()),
        }
    }

    /// Whether a part of it has a length or may be missing.
    pub fn has_length(&self) -> bool {
        match self {
            Ty::Vec(_) | Ty::Option(_) => true,
            Ty::Array(e, _) | Ty::Slice(e) => e.has_length(),
            Ty::Tuple(items) => items.iter().any(Ty::has_length),
            _ => false,
        }
    }

    /// Whether a part of it is of a type of the user's, whose lists need not be `Differentiable`.
    pub fn has_inert(&self) -> bool {
        match self {
            Ty::Inert => true,
            Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) | Ty::Option(e) | Ty::Ref(e, _) => e.has_inert(),
            Ty::Tuple(items) => items.iter().any(Ty::has_inert),
            _ => false,
        }
    }

    /// The same of the shape of a value of a plain type, in a place.
    pub fn nothing_like(&self, place: &TokenStream) -> TokenStream {
        let here = Span::mixed_site();
        match self {
            Ty::Vec(e) | Ty::Slice(e) => {
                let e = e.nothing_like(&quote_spanned!(here=> (*value)));
                quote_spanned!(here=> #place.iter().map(|value| #e).collect())
            }
            Ty::Option(e) => {
                let e = e.nothing_like(&quote_spanned!(here=> (*value)));
                quote_spanned!(here=> #place.as_ref().map(|value| #e))
            }
            Ty::Array(e, _) => {
                let e = e.nothing_like(&quote_spanned!(here=> #place[k]));
                quote_spanned!(here=> ::core::array::from_fn(|k| #e))
            }
            Ty::Tuple(items) => {
                let items = items.iter().enumerate().map(|(k, e)| {
                    let k = syn::Index::from(k);
                    e.nothing_like(&quote!(#place.#k))
                });
                quote!((#(#items,)*))
            }
            _ => quote!(()),
        }
    }

    fn type_of_nothing(&self) -> TokenStream {
        match self {
            Ty::Ref(of, _) => of.type_of_nothing(),
            Ty::Vec(e) | Ty::Slice(e) => {
                let e = e.type_of_nothing();
                quote!(::autodiff_core::__private::Vec<#e>)
            }
            Ty::Array(e, len) => {
                let e = e.type_of_nothing();
                quote!([#e; #len])
            }
            Ty::Option(e) => {
                let e = e.type_of_nothing();
                quote!(::core::option::Option<#e>)
            }
            Ty::Tuple(items) => {
                let items = items.iter().map(Ty::type_of_nothing);
                quote!((#(#items,)*))
            }
            _ => quote!(()),
        }
    }
}
