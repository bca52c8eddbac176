//! The impls of the traits, field by field.

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::Generics;

use super::super::bounds;
use super::super::input::{bare, Field, Kind, Model, Style, Variant};
use super::{construct, pattern, Reach};

/// Expands to `Differentiable` for the type itself.
pub(super) fn differentiable(model: &Model) -> TokenStream {
    let (ident, cotangent, own) = (&model.ident, &model.cotangent, model.cotangent_type());
    let generics = bounds::of_type(model);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let zero = |variant: &Variant, reach: Reach<'_>, path: &TokenStream| {
        construct(path, variant, |f, _| {
            let (ty, value) = (&f.ty, reach.field(variant, f));
            quote_spanned!(f.here()=> <#ty as ::autodiff_core::Differentiable>::zero_cotangent(#value))
        })
    };
    let body = match (model.kind, model.only()) {
        (Kind::Struct, Some(only)) => {
            let reach = if model.packed { Reach::Copied } else { Reach::Place("self", false) };
            zero(only, reach, &quote!(#cotangent))
        }
        (Kind::Enum, _) => {
            let arms = model.variants.iter().map(|v| {
                let (name, pattern) = (&v.ident, pattern(v, "__ad_field"));
                let value = zero(v, Reach::Bound("__ad_field"), &quote!(#cotangent::#name));
                quote!(#pattern => #value,)
            });
            quote!(match self { #(#arms)* })
        }
        _ => quote!(#cotangent),
    };
    quote! {
        #[automatically_derived]
        impl #impl_generics ::autodiff_core::Differentiable for #ident #ty_generics #where_clause {
            type Cotangent = #own;
            #[inline]
            fn zero_cotangent(&self) -> #own {
                #body
            }
        }
        #[automatically_derived]
        impl #impl_generics ::autodiff_core::SumsAsCotangent for #ident #ty_generics #where_clause {}
    }
}

/// Expands to `Differentiable` for the cotangent: a function of it, such as one of a gradient, is differentiated like any other.
pub(super) fn differentiable_cotangent(model: &Model) -> TokenStream {
    let own = model.cotangent_type();
    let mut generics = bounds::of_cotangent(model);
    generics.make_where_clause().predicates.push(syn::parse_quote!(#own: ::autodiff_core::Cotangent + ::core::clone::Clone));
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics ::autodiff_core::Differentiable for #own #where_clause {
            type Cotangent = Self;
            #[inline]
            fn zero_cotangent(&self) -> Self {
                ::autodiff_core::rt::zeros_like(self)
            }
        }
        #[automatically_derived]
        impl #impl_generics ::autodiff_core::SumsAsCotangent for #own #where_clause {}
    }
}

/// Expands to `InLanes` for the cotangent: one tangent after the other.
pub(super) fn in_lanes(model: &Model) -> TokenStream {
    let own = model.cotangent_type();
    let mut generics = bounds::of_cotangent(model);
    generics.make_where_clause().predicates.push(syn::parse_quote!(#own: ::autodiff_core::Cotangent + ::core::clone::Clone));
    let where_clause = generics.where_clause.clone();
    generics.params.push(syn::parse_quote!(const AUTODIFF_LANES: ::core::primitive::usize));
    let (impl_generics, ..) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics ::autodiff_core::InLanes<AUTODIFF_LANES> for #own #where_clause {
            type Lanes = ::autodiff_core::ByLane<Self, AUTODIFF_LANES>;
            #[inline]
            fn zero_lanes(&self) -> Self::Lanes {
                ::autodiff_core::ByLane::zeros(self)
            }
        }
    }
}

/// Expands to `Cotangent`.
pub(super) fn cotangent(model: &Model) -> TokenStream {
    let call =
        |f: &Field, to: TokenStream, from: TokenStream| quote_spanned!(f.here()=> ::autodiff_core::Cotangent::accumulate(#to, #from););
    let accumulate = both(model, ("self", true), "__ad_contribution", call, "cannot add");
    let set_zero = one(model, true, |f, field| quote_spanned!(f.here()=> ::autodiff_core::Cotangent::set_zero(#field);));
    let map = one(model, true, |f, field| quote_spanned!(f.here()=> ::autodiff_core::Cotangent::map_numbers(#field, __ad_f);));
    let body = quote! {
        #[inline]
        #[track_caller]
        fn accumulate(&mut self, __ad_contribution: &Self) {
            #accumulate
        }

        #[inline]
        fn set_zero(&mut self) {
            #set_zero
        }

        #[inline]
        fn map_numbers(&mut self, __ad_f: &mut dyn ::core::ops::FnMut(::core::primitive::f64) -> ::core::primitive::f64) {
            #map
        }
    };
    let generics = bounds::of_cotangent(model);
    of_cotangent(model, &generics, &quote!(::autodiff_core::Cotangent), &body)
}

/// Expands to `AddInto` for the same type.
pub(super) fn add_into(model: &Model) -> TokenStream {
    let own = model.cotangent_type();
    let add = |f: &Field, from: TokenStream, to: TokenStream| quote_spanned!(f.here()=> ::autodiff_core::AddInto::add_into(#from, #to););
    let sub = |f: &Field, from: TokenStream, to: TokenStream| quote_spanned!(f.here()=> ::autodiff_core::AddInto::sub_into(#from, #to););
    let add = both(model, ("self", false), "__ad_target", add, "cannot add");
    let sub = both(model, ("self", false), "__ad_target", sub, "cannot subtract");
    let body = quote! {
        #[inline]
        #[track_caller]
        fn add_into(&self, __ad_target: &mut #own) {
            #add
        }

        #[inline]
        #[track_caller]
        fn sub_into(&self, __ad_target: &mut #own) {
            #sub
        }
    };
    let generics = bounds::on_cotangents(model, |leaf| quote!(::autodiff_core::AddInto<#leaf>));
    of_cotangent(model, &generics, &quote!(::autodiff_core::AddInto<#own>), &body)
}

/// Expands to `Clone`.
pub(super) fn clone(model: &Model) -> TokenStream {
    let (bound, cotangent) = (quote!(::core::clone::Clone), &model.cotangent);
    let copy = |variant: &Variant, reach: Reach<'_>, path: &TokenStream| {
        construct(path, variant, |f, _| {
            let value = reach.field(variant, f);
            quote_spanned!(f.here()=> ::core::clone::Clone::clone(#value))
        })
    };
    let body = match (model.kind, model.only()) {
        (Kind::Struct, Some(only)) => copy(only, Reach::Place("self", false), &quote!(#cotangent)),
        (Kind::Enum, _) => {
            let arms = model.variants.iter().map(|v| {
                let (name, pattern) = (&v.ident, pattern(v, "__ad_field"));
                let value = copy(v, Reach::Bound("__ad_field"), &quote!(Self::#name));
                quote!(#pattern => #value,)
            });
            quote!(match self { #(#arms)* })
        }
        _ => quote!(#cotangent),
    };
    let body = quote! {
        #[inline]
        fn clone(&self) -> Self {
            #body
        }
    };
    of_cotangent(model, &bounds::on_cotangents(model, |_| bound.clone()), &bound, &body)
}

/// Expands to `Debug`, which prints what `derive(Debug)` would.
pub(super) fn debug(model: &Model) -> TokenStream {
    let bound = quote!(::core::fmt::Debug);
    let print = |variant: &Variant, reach: Reach<'_>, name: &str| match variant.style {
        Style::Named => {
            let fields = variant.kept().map(|(f, _)| {
                let (name, value) = (f.name(), reach.field(variant, f));
                quote!(.field(#name, #value))
            });
            quote!(__ad_formatter.debug_struct(#name) #(#fields)* .finish())
        }
        Style::Tuple => {
            let fields = variant.fields.iter().map(|f| {
                let value = if f.kept.is_some() { reach.field(variant, f) } else { quote!(&()) };
                quote!(.field(#value))
            });
            quote!(__ad_formatter.debug_tuple(#name) #(#fields)* .finish())
        }
        Style::Unit => quote!(__ad_formatter.write_str(#name)),
    };
    let name = bare(&model.cotangent);
    let body = match (model.kind, model.only()) {
        (Kind::Struct, Some(only)) => print(only, Reach::Place("self", false), &name),
        (Kind::Enum, _) => {
            let arms = model.variants.iter().map(|v| {
                let (pattern, value) = (pattern(v, "__ad_field"), print(v, Reach::Bound("__ad_field"), &v.name()));
                quote!(#pattern => #value,)
            });
            quote!(match self { #(#arms)* })
        }
        _ => quote!(__ad_formatter.write_str(#name)),
    };
    let body = quote! {
        fn fmt(&self, __ad_formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            #body
        }
    };
    of_cotangent(model, &bounds::on_cotangents(model, |_| bound.clone()), &bound, &body)
}

/// Expands to `PartialEq`.
pub(super) fn partial_eq(model: &Model) -> TokenStream {
    let bound = quote!(::core::cmp::PartialEq);
    let equal = |variant: &Variant, left: Reach<'_>, right: Reach<'_>| {
        let fields = variant.kept().map(|(f, _)| {
            let (left, right) = (left.field(variant, f), right.field(variant, f));
            quote_spanned!(f.here()=> && ::core::cmp::PartialEq::eq(#left, #right))
        });
        quote!(true #(#fields)*)
    };
    let body = match (model.kind, model.only()) {
        (Kind::Struct, Some(only)) => equal(only, Reach::Place("self", false), Reach::Place("__ad_other", false)),
        (Kind::Enum, _) => {
            let arms = model.variants.iter().map(|v| {
                let (left, right) = (pattern(v, "__ad_left"), pattern(v, "__ad_right"));
                let value = equal(v, Reach::Bound("__ad_left"), Reach::Bound("__ad_right"));
                quote!((#left, #right) => #value,)
            });
            let different = (model.variants.len() > 1).then(|| quote!(_ => false,));
            quote!(match (self, __ad_other) { #(#arms)* #different })
        }
        _ => quote!(true),
    };
    let body = quote! {
        #[inline]
        fn eq(&self, __ad_other: &Self) -> ::core::primitive::bool {
            #body
        }
    };
    of_cotangent(model, &bounds::on_cotangents(model, |_| bound.clone()), &bound, &body)
}

/// Expands to `Default`, except for an enum with several shapes: none of them is the natural one.
pub(super) fn default(model: &Model) -> TokenStream {
    let cotangent = &model.cotangent;
    let value = match (model.kind, model.only()) {
        (Kind::Struct, Some(only)) => construct(&quote!(#cotangent), only, |f, ty| {
            let value = ty.default();
            quote_spanned!(f.here()=> #value)
        }),
        (Kind::PlainEnum, _) => quote!(#cotangent),
        _ => return TokenStream::new(),
    };
    let body = quote! {
        #[inline]
        fn default() -> Self {
            #value
        }
    };
    of_cotangent(model, &bounds::on_defaults(model), &quote!(::core::default::Default), &body)
}

/// Expands to the name of the variant, for messages.
pub(super) fn variant_name(model: &Model) -> TokenStream {
    if model.kind != Kind::Enum || model.variants.len() < 2 {
        return TokenStream::new();
    }
    let arms = model.variants.iter().map(|v| {
        let (ident, name) = (&v.ident, Literal::string(&v.name()));
        quote!(Self::#ident { .. } => #name,)
    });
    quote! {
        #[doc(hidden)]
        fn __variant(&self) -> &'static ::core::primitive::str {
            match self { #(#arms)* }
        }
    }
}

/// The statements that `each` makes of the field of `self`.
fn one(model: &Model, mutable: bool, each: impl Fn(&Field, TokenStream) -> TokenStream) -> TokenStream {
    let statements =
        |variant: &Variant, reach: Reach<'_>| -> TokenStream { variant.kept().map(|(f, _)| each(f, reach.field(variant, f))).collect() };
    match (model.kind, model.only()) {
        (Kind::Struct, Some(only)) => statements(only, Reach::Place("self", mutable)),
        (Kind::Enum, _) => {
            let arms = model.variants.iter().map(|v| {
                let (pattern, body) = (pattern(v, "__ad_field"), statements(v, Reach::Bound("__ad_field")));
                quote!(#pattern => { #body })
            });
            quote!(match self { #(#arms)* })
        }
        _ => TokenStream::new(),
    }
}

/// The statements that `each` makes of the fields of `self` and of another cotangent, of which one is changed. Panics
/// where they are of different variants: `failure` says what was tried.
fn both(
    model: &Model,
    (own, own_mutable): (&str, bool),
    other: &str,
    each: impl Fn(&Field, TokenStream, TokenStream) -> TokenStream,
    failure: &str,
) -> TokenStream {
    let statements = |variant: &Variant, left: Reach<'_>, right: Reach<'_>| -> TokenStream {
        variant.kept().map(|(f, _)| each(f, left.field(variant, f), right.field(variant, f))).collect()
    };
    match (model.kind, model.only()) {
        (Kind::Struct, Some(only)) => statements(only, Reach::Place(own, own_mutable), Reach::Place(other, !own_mutable)),
        (Kind::Enum, _) => {
            let arms = model.variants.iter().map(|v| {
                let (left, right) = (pattern(v, "__ad_left"), pattern(v, "__ad_right"));
                let body = statements(v, Reach::Bound("__ad_left"), Reach::Bound("__ad_right"));
                quote!((#left, #right) => { #body })
            });
            let different = (model.variants.len() > 1).then(|| {
                let ty = bare(&model.ident);
                let (contribution, target) =
                    if own_mutable { (quote!(__ad_right), quote!(__ad_left)) } else { (quote!(__ad_left), quote!(__ad_right)) };
                let into = if failure.ends_with("subtract") { "from" } else { "to" };
                let message = format!("{failure} the cotangent of `{ty}::{{}}` {into} that of `{ty}::{{}}`");
                quote! {
                    (__ad_left, __ad_right) => ::core::panic!(#message, #contribution.__variant(), #target.__variant()),
                }
            });
            let other = syn::Ident::new(other, proc_macro2::Span::call_site());
            quote!(match (self, #other) { #(#arms)* #different })
        }
        _ => TokenStream::new(),
    }
}

/// `impl Trait for FooCotangent<T> { .. }`.
fn of_cotangent(model: &Model, generics: &Generics, name: &TokenStream, body: &TokenStream) -> TokenStream {
    let own = model.cotangent_type();
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics #name for #own #where_clause {
            #body
        }
    }
}
