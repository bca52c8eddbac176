//! Derivatives of derivatives: companions of `f_grad`, `f_vjp` and `f_jvp`, so that a function that calls them can be differentiated.
//!
//! All of them are one evaluation of the pullback with tangents. With `f` at `x` in the direction `d` it gives, for a seed `s` that moves by
//! `s_dot`: cotangents `s ∇f`, and their tangents `s_dot ∇f + s ∇²f d`. So
//!
//! | sibling | seed of its result | what its pullback adds |
//! | --- | --- | --- |
//! | `f_grad(x)`, `f_vjp(x, s)` | `(v_bar, g_bar)` | to `x_bar` the tangents for `d = g_bar`, `s_dot = v_bar`; to `s_bar` the tangent of the value |
//! | `f_jvp(x, d)` | `(v_bar, w_bar)` | for `s = w_bar`, `s_dot = v_bar`: the cotangents to `d_bar`, the tangents to `x_bar` |

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned, ToTokens};

use super::super::{METHOD_SUFFIX, METHOD_SUFFIX_HESSIAN, METHOD_SUFFIX_JVP};
use super::Siblings;
use crate::signature::Param;
use crate::types::Ty;

/// Which sibling the companion belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Grad,
    Vjp,
    Jvp,
}

impl Of {
    fn suffix(self) -> &'static str {
        match self {
            Of::Grad => "_grad",
            Of::Vjp => "_vjp",
            Of::Jvp => "_jvp",
        }
    }
}

/// The names and types of the pieces, in the order of the parameters.
struct Pieces {
    names: Vec<Ident>,
    again_types: Vec<TokenStream>,
    bar_types: Vec<TokenStream>,
}

/// An argument of a sibling that the function itself does not have.
struct Extra {
    name: Ident,
    ty: TokenStream,
    /// What it is handed again as, behind a reference.
    target: TokenStream,
    /// What its cotangent is added to.
    buffer: TokenStream,
    reference: bool,
}

impl Siblings<'_> {
    /// Companions of the siblings, where second derivatives are asked for.
    pub(super) fn nested(&self) -> TokenStream {
        let writes = self.signature.params.iter().any(Param::by_mut);
        let opaque = self.signature.generics.type_params().any(|p| !self.signature.floats.contains(&p.ident));
        if self.second.is_none() || writes || opaque || matches!(self.signature.result_ty, Ty::Unit) || !(self.method || self.companion) {
            return TokenStream::new();
        }
        let mut out = TokenStream::new();
        for of in [Of::Grad, Of::Vjp, Of::Jvp] {
            let scalar = self.signature.scalar_result();
            // The tangents of a direction are put together from numbers, and a direction that a pullback keeps borrows nothing.
            let references = self.slots().count() > 1 && self.slots().any(Param::by_ref);
            let has = match of {
                Of::Grad => scalar,
                Of::Vjp => true,
                Of::Jvp => scalar && self.signature.floats.is_empty() && !references,
            };
            if of == Of::Grad && !scalar {
                continue;
            }
            let functions: Vec<TokenStream> = if has { vec![self.nested_pull(of), self.nested_push(of)] } else { Vec::new() };
            if self.method {
                out.extend(has.then(|| self.first_by_path(of.suffix())).flatten());
                out.extend(functions);
                continue;
            }
            out.extend(self.companion_named(&self.name(of.suffix()), &quote!(#(#functions)*)));
        }
        out
    }

    fn pieces(&self) -> Pieces {
        let (mut names, mut again_types, mut bar_types) = (Vec::new(), Vec::new(), Vec::new());
        for p in &self.signature.params {
            let this = format_ident!("this", span = Span::mixed_site());
            names.push(if p.receiver.is_some() { this } else { p.ident.clone() });
            let target = match &p.written {
                syn::Type::Reference(r) => r.elem.to_token_stream(),
                other => other.to_token_stream(),
            };
            again_types.push(quote!(&#target));
            bar_types.push(self.pull_buffer(p, false));
        }
        Pieces { names, again_types, bar_types }
    }

    /// What comes behind the parameters of a sibling.
    fn extra(&self, of: Of) -> Option<Extra> {
        let here = Span::mixed_site();
        let by_value = |name: &str, ty: TokenStream, buffer: TokenStream| {
            Some(Extra { name: Ident::new(name, here), target: ty.clone(), ty, buffer, reference: false })
        };
        let slots: Vec<&Param> = self.slots().collect();
        match (of, &slots[..]) {
            (Of::Grad, _) => None,
            (Of::Vjp, _) => {
                let ty = self.signature.cotangent(&self.signature.result);
                by_value("seed", ty.clone(), ty)
            }
            (Of::Jvp, [one]) if one.by_ref() => {
                let target = self.signature.buffer(&one.written);
                Some(Extra { name: Ident::new("direction", here), ty: quote!(&#target), buffer: target.clone(), target, reference: true })
            }
            (Of::Jvp, _) => by_value("direction", self.gradient_type(), self.gradient_type()),
        }
    }

    /// The type of a sibling's result, beside the value.
    fn second_part(&self, of: Of) -> TokenStream {
        match of {
            Of::Grad | Of::Vjp => self.gradient_type(),
            Of::Jvp => self.signature.cotangent(&self.signature.result),
        }
    }

    /// The path of one of the function's companions, and whether it gives what became of the receiver.
    fn companion_path(&self) -> TokenStream {
        if self.method {
            let f = self.name(METHOD_SUFFIX_HESSIAN);
            return quote!(Self::#f);
        }
        let (name, fish) = (&self.item.sig.ident, self.turbofish());
        let f = Ident::new(METHOD_SUFFIX_HESSIAN.trim_start_matches('_'), Span::call_site());
        quote!(#name::#f #fish)
    }

    /// The arguments by value or reference, from references of the given names.
    fn handed_on(&self, names: &[Ident]) -> Vec<TokenStream> {
        let hand = |(p, name): (&Param, &Ident)| {
            // Hidden siblings take a receiver by reference in any case.
            if p.by_ref() || p.receiver.is_some() {
                quote!(#name)
            } else {
                quote!(::core::clone::Clone::clone(#name))
            }
        };
        self.signature.params.iter().zip(names).map(hand).collect()
    }

    /// The tangents of the parameters: those of the slots from a tuple, or a single value.
    fn dots_of_slots(&self, tuple: &Ident, reference: bool) -> Vec<TokenStream> {
        let several = self.slots().count() > 1;
        let mut k = 0;
        let dot = |p: &Param| {
            if !p.slot {
                return quote!(::core::option::Option::None);
            }
            let index = syn::Index::from(k);
            k += 1;
            match (several, reference) {
                (true, _) => quote!(::core::option::Option::Some(&#tuple.#index)),
                (false, true) => quote!(::core::option::Option::Some(&*#tuple)),
                (false, false) => quote!(::core::option::Option::Some(&#tuple)),
            }
        };
        self.signature.params.iter().map(dot).collect()
    }

    fn nested_pull(&self, of: Of) -> TokenStream {
        let here = Span::mixed_site();
        let Pieces { names, mut again_types, mut bar_types } = self.pieces();
        let bars: Vec<Ident> = self.signature.params.iter().map(Self::bar_ident).collect();
        let extra = self.extra(of);
        let result = &self.signature.result;
        let (result_dot, second) = (self.signature.cotangent(result), self.second_part(of));
        let mut arguments = self.clones_for_siblings();
        let mut again: Vec<TokenStream> = names.iter().zip(&again_types).map(|(n, t)| quote!(#n: #t)).collect();
        let mut bar_parameters: Vec<TokenStream> = bars.iter().zip(&bar_types).map(|(n, t)| quote!(#n: #t)).collect();
        let extra_bar = Ident::new("bar_of_extra", here);
        if let Some(Extra { name, target, buffer, .. }) = &extra {
            arguments.push(quote!(::core::clone::Clone::clone(&#name)));
            again.push(quote!(#name: &#target));
            again_types.push(quote!(&#target));
            bar_parameters.push(quote!(#extra_bar: ::core::option::Option<&mut #buffer>));
            bar_types.push(quote!(::core::option::Option<&mut #buffer>));
        }
        let sibling = self.on_clones(&self.name(of.suffix()), &arguments);
        let companion = self.companion_path();
        let (value_bar, second_bar) = (Ident::new("bar_of_value", here), Ident::new("bar_of_second", here));
        let tuple = match (&extra, of) {
            (Some(extra), Of::Jvp) => extra.name.clone(),
            _ => second_bar.clone(),
        };
        let dots = self.dots_of_slots(&tuple, of == Of::Jvp);
        let handed = self.handed_on(&names);
        let after = self.method.then(|| quote!(_,));
        let none: Vec<TokenStream> = self.signature.params.iter().map(|_| quote!(::core::option::Option::None)).collect();
        let one = self.one();
        let value_dot = Ident::new("dot_of_value", here);
        let code = match of {
            Of::Grad | Of::Vjp => {
                let seed = if of == Of::Grad { quote!(#one) } else { quote_spanned!(here=> ::core::clone::Clone::clone(seed)) };
                let seed_bar = (of == Of::Vjp).then(|| {
                    quote_spanned! {here=>
                        if let ::core::option::Option::Some(#extra_bar) = #extra_bar {
                            ::autodiff_core::Cotangent::accumulate(#extra_bar, &#value_dot);
                        }
                    }
                });
                quote_spanned! {here=>
                    let (_, #value_dot, #after pullback) = #companion(#(#handed,)* #(#dots),*);
                    #seed_bar
                    pullback(#(#names,)* #(#dots,)* #seed, #value_bar, #(#none,)* #(#bars),*);
                }
            }
            Of::Jvp => {
                // The cotangents of the direction, from zeros of the slots' shapes.
                let mut k = 0;
                let several = self.slots().count() > 1;
                let (mut zeros, mut of_direction, mut adds) = (Vec::new(), Vec::new(), Vec::new());
                for (p, name) in self.signature.params.iter().zip(&names) {
                    if !p.slot {
                        of_direction.push(quote!(::core::option::Option::None));
                        continue;
                    }
                    let index = syn::Index::from(k);
                    k += 1;
                    let sum = format_ident!("{}_sum", name, span = here);
                    let place = if several { quote_spanned!(here=> #extra_bar.#index) } else { quote_spanned!(here=> *#extra_bar) };
                    zeros.push(quote!(let mut #sum = ::autodiff_core::rt::zero(#name);));
                    of_direction.push(quote!(::core::option::Option::Some(&mut #sum)));
                    adds.push(quote!(::autodiff_core::rt::accumulate_from(&mut #place, &#sum);));
                }
                quote_spanned! {here=>
                    #(#zeros)*
                    let (_, _, #after pullback) = #companion(#(#handed,)* #(#dots),*);
                    pullback(#(#names,)* #(#dots,)* #second_bar, #value_bar, #(#of_direction,)* #(#bars),*);
                    if let ::core::option::Option::Some(#extra_bar) = #extra_bar {
                        #(#adds)*
                    }
                }
            }
        };
        let unnamed = Ident::new("impl", here);
        let closure_ty = quote!(#(#again_types,)* (#result_dot, #second), #(#bar_types),*);
        let body = quote_spanned! {here=>
            let results = #sibling;
            (results, move |#(#again,)* (#value_bar, #second_bar): (#result_dot, #second), #(#bar_parameters),*| { #code })
        };
        let ty = quote!(((#result, #second), #unnamed ::core::ops::FnOnce(#closure_ty)));
        self.nested_function(
            of,
            METHOD_SUFFIX,
            "pull",
            &extra.map(|Extra { name, ty, .. }| quote!(#name: #ty)).into_iter().collect::<Vec<_>>(),
            &ty,
            &body,
        )
    }

    fn nested_push(&self, of: Of) -> TokenStream {
        let here = Span::mixed_site();
        let names: Vec<Ident> = self.signature.params.iter().map(|p| p.ident.clone()).collect();
        let extra = self.extra(of);
        let result = &self.signature.result;
        let (result_dot, second) = (self.signature.cotangent(result), self.second_part(of));
        let mut more: Vec<TokenStream> = extra.iter().map(|Extra { name, ty, .. }| quote!(#name: #ty)).collect();
        more.extend(self.tangent_parameters());
        let extra_dot = Ident::new("dot_of_extra", here);
        if let Some(Extra { buffer, .. }) = &extra {
            more.push(quote!(#extra_dot: ::core::option::Option<&#buffer>));
        }
        let companion = self.companion_path();
        let handed: Vec<TokenStream> = self
            .signature
            .params
            .iter()
            .map(|p| {
                let i = &p.ident;
                if p.receiver.is_some() || p.by_ref() {
                    quote!(#i)
                } else {
                    quote!(::core::clone::Clone::clone(&#i))
                }
            })
            .collect();
        let again: Vec<TokenStream> = self
            .signature
            .params
            .iter()
            .zip(&names)
            .map(|(p, n)| if p.by_ref() || p.receiver.is_some() { quote!(#n) } else { quote!(&#n) })
            .collect();
        let after = self.method.then(|| quote!(_,));
        let unchanged = self.method.then(|| quote!(, ::autodiff_core::rt::Unchanged));
        let dots: Vec<Ident> = self.signature.params.iter().map(Self::dot_ident).collect();
        let code = match of {
            Of::Grad | Of::Vjp => {
                let (mut zeros, mut bars, mut bar_dots) = (Vec::new(), Vec::new(), Vec::new());
                let (mut values, mut value_dots) = (Vec::new(), Vec::new());
                for p in &self.signature.params {
                    if !p.slot {
                        bars.push(quote!(::core::option::Option::None));
                        bar_dots.push(quote!(::core::option::Option::None));
                        continue;
                    }
                    let (bar, bar_dot, zero) = (Self::bar_ident(p), self.bar_dot_ident(p), self.zero(p));
                    zeros.push(quote!(let mut #bar = #zero; let mut #bar_dot = #zero;));
                    bars.push(quote!(::core::option::Option::Some(&mut #bar)));
                    bar_dots.push(quote!(::core::option::Option::Some(&mut #bar_dot)));
                    values.push(bar.to_token_stream());
                    value_dots.push(bar_dot.to_token_stream());
                }
                let (gradient, gradient_dot) = (Self::gradient_value(&values), Self::gradient_value(&value_dots));
                let one = self.one();
                let (seed, seed_dot) = match of {
                    Of::Grad => (one.clone(), quote_spanned!(here=> ::autodiff_core::rt::zero(&value))),
                    _ => (
                        quote_spanned!(here=> ::core::clone::Clone::clone(&seed)),
                        quote_spanned!(here=> match #extra_dot {
                            ::core::option::Option::Some(dot) => ::core::clone::Clone::clone(dot),
                            ::core::option::Option::None => ::autodiff_core::rt::zeros_like(&seed),
                        }),
                    ),
                };
                quote_spanned! {here=>
                    #(#zeros)*
                    let (value, dot_of_value, #after pullback) = #companion(#(#handed,)* #(#dots),*);
                    pullback(#(#again,)* #(#dots,)* #seed, #seed_dot, #(#bars,)* #(#bar_dots),*);
                    ((value, #gradient), (dot_of_value, #gradient_dot) #unchanged)
                }
            }
            Of::Jvp => {
                // Of v = f(x): <∇f, x_dot>; of w = <∇f, d>: <∇f, d_dot> + <∇²f d, x_dot>.
                let direction = Ident::new("direction", here);
                let given = self.dots_of_slots(&direction, extra.as_ref().is_some_and(|e| e.reference));
                let several = self.slots().count() > 1;
                let (mut zeros, mut bars, mut bar_dots, mut products) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
                let mut k = 0;
                for (p, dot) in self.signature.params.iter().zip(&dots) {
                    if p.ty.is_plain() || !p.slot && self.full_slot(p) != Some(true) {
                        bars.push(quote!(::core::option::Option::None));
                        bar_dots.push(quote!(::core::option::Option::None));
                        continue;
                    }
                    let (bar, bar_dot, zero) = (Self::bar_ident(p), self.bar_dot_ident(p), self.zero(p));
                    zeros.push(quote!(let (mut #bar, mut #bar_dot) = (#zero, #zero);));
                    bars.push(quote!(::core::option::Option::Some(&mut #bar)));
                    bar_dots.push(quote!(::core::option::Option::Some(&mut #bar_dot)));
                    products.push(quote_spanned! {here=>
                        if let ::core::option::Option::Some(dot) = #dot {
                            let dot = ::autodiff_core::__private::ToOwned::to_owned(dot);
                            dot_of_value += ::autodiff_core::rt::product_of_numbers(&#bar, &dot);
                            dot_of_product += ::autodiff_core::rt::product_of_numbers(&#bar_dot, &dot);
                        }
                    });
                    if p.slot {
                        let index = syn::Index::from(k);
                        k += 1;
                        let place = if several { quote_spanned!(here=> &#extra_dot.#index) } else { quote_spanned!(here=> #extra_dot) };
                        products.push(quote_spanned! {here=>
                            if let ::core::option::Option::Some(#extra_dot) = #extra_dot {
                                let dot = ::autodiff_core::__private::ToOwned::to_owned(#place);
                                dot_of_product += ::autodiff_core::rt::product_of_numbers(&#bar, &dot);
                            }
                        });
                    }
                }
                let one = self.one();
                quote_spanned! {here=>
                    #(#zeros)*
                    let (value, along, #after pullback) = #companion(#(#handed,)* #(#given),*);
                    pullback(#(#again,)* #(#given,)* #one, 0.0, #(#bars,)* #(#bar_dots),*);
                    let (mut dot_of_value, mut dot_of_product) = (0.0, 0.0);
                    #(#products)*
                    ((value, along), (::autodiff_core::rt::number(dot_of_value), ::autodiff_core::rt::number(dot_of_product)) #unchanged)
                }
            }
        };
        let ty = quote!(((#result, #second), (#result_dot, #second) #unchanged));
        self.nested_function(of, METHOD_SUFFIX_JVP, "push", &more, &ty, &code)
    }

    fn clones_for_siblings(&self) -> Vec<TokenStream> {
        self.signature.params.iter().filter(|p| p.receiver.is_none()).map(Self::cloned).collect()
    }

    /// A companion: an associated function of the sibling's type, or a method of its name with the suffix of companions.
    fn nested_function(
        &self,
        of: Of,
        suffix: &str,
        function: &str,
        more: &[TokenStream],
        ty: &TokenStream,
        body: &TokenStream,
    ) -> TokenStream {
        let generics = self.signature.sibling_generics();
        let (params, _, wheres) = generics.split_for_impl();
        let (declarations, attributes, vis) = (self.hidden_declarations(), self.hidden_attributes(), &self.item.vis);
        let f = if self.method { self.name(&format!("{}{suffix}", of.suffix())) } else { Ident::new(function, Span::call_site()) };
        quote! {
            #[doc(hidden)]
            #attributes
            #vis fn #f #params(#(#declarations,)* #(#more),*) -> #ty #wheres { #body }
        }
    }
}
