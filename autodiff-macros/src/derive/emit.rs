//! The model to tokens.
//!
//! Everything is called by its absolute path, and locals start with `__ad_`: an item of the user's with a local's name
//! would change what the local's pattern means. All code has the hygiene of the call site, and per field the place of
//! the field's type, so that rustc reports a type without a cotangent there.

mod impls;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned, ToTokens};
use syn::Index;

use super::bounds;
use super::field_type::FieldType;
use super::input::{bare, Field, Kind, Model, Style, Variant};

/// Lints that are silent in the expansion.
fn quiet() -> TokenStream {
    // `dead_code`: not every type's cotangent is read; `deprecated`: the type may be;
    // `private_interfaces`: already reported at the type itself; the names follow the user's names;
    // of the rest, code that nobody writes by hand need not follow anybody's taste
    quote! {
        #[allow(
            dead_code, deprecated, private_bounds, private_interfaces, unreachable_pub, unused_variables,
            non_camel_case_types, non_snake_case, unused_qualifications, explicit_outlives_requirements,
            single_use_lifetimes, missing_copy_implementations, variant_size_differences, trivial_bounds,
            clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction
        )]
    }
}

/// The cotangent type, and one anonymous constant that hides everything else.
pub(super) fn emit(model: &Model) -> TokenStream {
    let (definition, quiet) = (definition(model), quiet());
    let impls = [
        impls::differentiable(model),
        impls::cotangent(model),
        impls::differentiable_cotangent(model),
        impls::in_lanes(model),
        impls::add_into(model),
        impls::clone(model),
        impls::debug(model),
        impls::partial_eq(model),
        impls::default(model),
        accessors(model),
        rest(model),
        plain_fields(model),
        crate::blocks::sum::statements(&model.ident),
    ];
    quote! {
        #definition
        #quiet
        const _: () = {
            #(#impls)*
        };
    }
}

/// Expands to the cotangent type: the kept fields of all variants.
fn definition(model: &Model) -> TokenStream {
    let (vis, ident, own) = (&model.vis, &model.cotangent, model.cotangent_type());
    let generics = bounds::of_definition(model);
    let where_clause = &generics.where_clause;
    let doc = match model.kind {
        Kind::Struct => format!(" Cotangent of `{}`: the fields that carry a derivative.", model.ident),
        Kind::Enum => format!(" Cotangent of `{}`: the same variants, with the fields that carry a derivative.", model.ident),
        Kind::PlainEnum => format!(" Cotangent of `{}`, which carries no derivative.", model.ident),
    };
    let attributes = [Some(quote!(#[doc = #doc])), Some(quiet()), model.non_exhaustive.then(|| quote!(#[non_exhaustive]))];
    let attributes = quote!(#(#attributes)*);
    match (model.kind, model.variants.first()) {
        (Kind::Struct, Some(only)) => {
            let fields = fields(only, &own, Field::visibility);
            match only.style {
                Style::Named => quote!(#attributes #vis struct #ident #generics #where_clause #fields),
                Style::Tuple | Style::Unit => quote!(#attributes #vis struct #ident #generics #fields #where_clause;),
            }
        }
        (Kind::Enum, _) => {
            let variants = model.variants.iter().map(|v| {
                let (name, fields) = (&v.ident, fields(v, &own, |_| TokenStream::new()));
                let doc = format!(" Cotangent of `{}`.", v.ident);
                let non_exhaustive = v.non_exhaustive.then(|| quote!(#[non_exhaustive]));
                quote!(#[doc = #doc] #non_exhaustive #name #fields)
            });
            quote!(#attributes #vis enum #ident #generics #where_clause { #(#variants,)* })
        }
        _ => quote!(#attributes #vis struct #ident;),
    }
}

/// Expands to the fields of a variant's cotangent, with their braces or parentheses.
fn fields(variant: &Variant, own: &TokenStream, vis: impl Fn(&Field) -> TokenStream) -> TokenStream {
    let definitions = variant.fields.iter().filter_map(|f| {
        let vis = vis(f);
        let doc = format!(" Cotangent of `{}`.", f.name());
        match (&f.kept, &f.member) {
            (Some(ty), syn::Member::Named(name)) => {
                let ty = ty.cotangent(own);
                Some(quote!(#[doc = #doc] #vis #name: #ty))
            }
            (Some(ty), syn::Member::Unnamed(_)) => {
                let ty = ty.cotangent(own);
                Some(quote!(#[doc = #doc] #vis #ty))
            }
            (None, syn::Member::Named(_)) => None,
            (None, syn::Member::Unnamed(_)) => {
                let ty = variant.in_place_of(f);
                Some(quote!(#[doc = " No derivative."] #vis #ty))
            }
        }
    });
    match variant.style {
        Style::Named => quote!({ #(#definitions,)* }),
        Style::Tuple => quote!((#(#definitions,)*)),
        Style::Unit => TokenStream::new(),
    }
}

/// Expands to the hidden methods by which patterns reach the cotangents and tangents of fields:
/// `fn __bar_Circle_radius(&mut self) -> &mut f64`, `fn __dot_Circle_radius(&self) -> &f64`.
fn accessors(model: &Model) -> TokenStream {
    let own = model.cotangent_type();
    let methods = model.variants.iter().flat_map(|v| v.fields.iter().map(move |f| (v, f))).map(|(v, f)| {
        let [name, shared_name] = ["bar", "dot"].map(|side| crate::names::accessor(side, &v.name(), &f.name(), f.span_of_name()));
        let vis = if model.kind == Kind::Struct { f.visibility() } else { model.vis.to_token_stream() };
        let (ty, body, shared) = match &f.kept {
            None => {
                let (ty, value) = absent(f);
                (ty, leaked(&value), quote!(&#value))
            }
            Some(ty) => (ty.cotangent(&own), reach(model, v, f, true), reach(model, v, f, false)),
        };
        quote_spanned! {f.here()=>
            #[doc(hidden)]
            #[inline]
            #vis fn #name(&mut self) -> &mut #ty {
                #body
            }
            #[doc(hidden)]
            #[inline]
            #vis fn #shared_name(&self) -> &#ty {
                #shared
            }
        }
    });
    let methods: TokenStream = methods.chain([impls::variant_name(model)]).collect();
    if methods.is_empty() {
        return methods;
    }
    let generics = bounds::of_cotangent(model);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics #own #where_clause {
            #methods
        }
    }
}

/// Expands to the place of a kept field, behind `&mut self` or `&self`.
fn reach(model: &Model, variant: &Variant, field: &Field, mutable: bool) -> TokenStream {
    let member = &field.member;
    if model.kind != Kind::Enum {
        let mutability = mutable.then(|| quote!(mut));
        return quote_spanned!(field.here()=> &#mutability self.#member);
    }
    let name = &variant.ident;
    let other = (model.variants.len() > 1).then(|| {
        let (ty, expected) = (model.ident.to_string(), variant.ident.to_string());
        quote_spanned! {field.here()=>
            __ad_other => ::core::panic!(
                "expected the cotangent of `{}::{}`, found that of `{}::{}`", #ty, #expected, #ty, __ad_other.__variant()
            ),
        }
    });
    quote_spanned! {field.here()=>
        match self {
            Self::#name { #member: __ad_field, .. } => __ad_field,
            #other
        }
    }
}

/// Expands to a `&'static mut` of a type without size. The box allocates nothing, so nothing leaks.
fn leaked(value: &TokenStream) -> TokenStream {
    quote!(::autodiff_core::__private::Box::leak(::autodiff_core::__private::Box::new(#value)))
}

/// Expands to `Deref` from a struct's cotangent to a type that has the absent fields as `()`, so that generated code
/// may name a field without knowing whether it carries a derivative.
fn rest(model: &Model) -> TokenStream {
    let Some(only) = model.variants.first().filter(|v| model.kind == Kind::Struct && v.style == Style::Named) else {
        return TokenStream::new();
    };
    let absent: Vec<&Field> = only.absent().collect();
    // Where the type is dereferenced to something else, so is its cotangent.
    if absent.is_empty() || crate::position::has_deref_rule(&model.ident) {
        return TokenStream::new();
    }
    let (own, vis) = (model.cotangent_type(), &model.vis);
    let rest = format_ident!("__{}Rest", bare(&model.cotangent));
    let definitions = absent.iter().map(|f| {
        let (vis, member) = (f.visibility(), &f.member);
        let (ty, _) = self::absent(f);
        quote!(#[doc = " No derivative."] #vis #member: #ty)
    });
    let values = absent.iter().map(|f| {
        let (member, (_, value)) = (&f.member, self::absent(f));
        quote!(#member: #value)
    });
    let value = quote!(#rest { #(#values,)* });
    let leaked = leaked(&value);
    let generics = bounds::of_cotangent(model);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    quote! {
        #[doc(hidden)]
        #vis struct #rest { #(#definitions,)* }

        #[automatically_derived]
        impl #impl_generics ::core::ops::Deref for #own #where_clause {
            type Target = #rest;
            #[inline]
            fn deref(&self) -> &#rest {
                &#value
            }
        }

        #[automatically_derived]
        impl #impl_generics ::core::ops::DerefMut for #own #where_clause {
            #[inline]
            fn deref_mut(&mut self) -> &mut #rest {
                #leaked
            }
        }
    }
}

/// What stands for the cotangent of an absent field, type and value: `()` and lists of it if the field's type has no other.
fn absent(field: &Field) -> (TokenStream, TokenStream) {
    if field.plain.is_some() {
        field.absent.clone()
    } else {
        (quote!(::autodiff_core::rt::SkippedField), quote!(::autodiff_core::rt::SkippedField))
    }
}

/// Expands to a function in which rustc checks that the types taken to carry no derivative are what their names say.
pub(super) fn plain_fields(model: &Model) -> TokenStream {
    let mut seen = Vec::new();
    let checks = model.variants.iter().flat_map(|v| &v.fields).filter_map(|f| {
        let (ty, absolute) = (&f.ty, f.plain.as_ref()?);
        if seen.contains(&ty) {
            return None;
        }
        seen.push(ty);
        Some(quote_spanned! {f.here()=>
            let _: ::core::marker::PhantomData<#absolute> = ::core::marker::PhantomData::<#ty>;
        })
    });
    let checks: TokenStream = checks.collect();
    if checks.is_empty() {
        return checks;
    }
    let ident = &model.ident;
    let (impl_generics, ty_generics, where_clause) = model.generics.split_for_impl();
    quote! {
        fn __plain_fields #impl_generics (_: &#ident #ty_generics) #where_clause {
            #checks
        }
    }
}

/// A value of a variant, from one expression per kept field.
pub(super) fn construct(path: &TokenStream, variant: &Variant, value: impl Fn(&Field, &FieldType) -> TokenStream) -> TokenStream {
    match variant.style {
        Style::Named => {
            let values = variant.kept().map(|(f, ty)| {
                let (member, value) = (&f.member, value(f, ty));
                quote!(#member: #value)
            });
            quote!(#path { #(#values,)* })
        }
        Style::Tuple => {
            let values = variant.fields.iter().map(|f| f.kept.as_ref().map_or_else(|| variant.in_place_of(f), |ty| value(f, ty)));
            quote!(#path(#(#values,)*))
        }
        Style::Unit => path.clone(),
    }
}

/// A pattern that binds the kept fields of an enum's variant to `<prefix>_<n>`.
pub(super) fn pattern(variant: &Variant, prefix: &str) -> TokenStream {
    let name = &variant.ident;
    let bindings = variant.fields.iter().zip(0..).filter(|(f, _)| f.kept.is_some()).map(|(f, n)| {
        let (member, binding) = (&f.member, binding(prefix, n));
        quote!(#member: #binding)
    });
    quote!(Self::#name { #(#bindings,)* .. })
}

fn binding(prefix: &str, n: usize) -> Ident {
    format_ident!("{prefix}_{n}")
}

/// How to reach a field's value as a reference.
#[derive(Clone, Copy)]
pub(super) enum Reach<'a> {
    /// `&self.a`, or `&mut self.a` if true.
    Place(&'a str, bool),
    /// `&{ self.a }`: a copy, as the field of a packed struct cannot be borrowed.
    Copied,
    /// The binding of a pattern.
    Bound(&'a str),
}

impl Reach<'_> {
    pub fn field(self, variant: &Variant, field: &Field) -> TokenStream {
        let member = &field.member;
        match self {
            Reach::Place(base, mutable) => {
                let base = Ident::new(base, field.here());
                let mutability = mutable.then(|| quote!(mut));
                quote_spanned!(field.here()=> &#mutability #base.#member)
            }
            Reach::Copied => quote_spanned!(field.here()=> &{ self.#member }),
            Reach::Bound(prefix) => {
                let n = variant.fields.iter().position(|f| f.member == field.member).unwrap_or_default();
                let name = binding(prefix, n);
                quote!(#name)
            }
        }
    }
}

impl Field {
    fn visibility(&self) -> TokenStream {
        self.vis.to_token_stream()
    }

    fn span_of_name(&self) -> proc_macro2::Span {
        match &self.member {
            syn::Member::Named(name) => name.span(),
            syn::Member::Unnamed(Index { span, .. }) => *span,
        }
    }
}
