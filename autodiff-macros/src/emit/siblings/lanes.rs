//! The siblings of forward mode in several directions: those of one direction, on tangents in lanes.
//!
//! | sibling | role |
//! | --- | --- |
//! | `f_jvp_lanes` | for users |
//! | `f::needs_differentiate_lanes`, `f_needs_differentiate_lanes` | carries the code; takes the tangents as the hidden sibling of one direction does. Its name is what rustc reports as missing |
//! | `f::lanes`, `f_in_lanes_or_one_by_one` | for callers that can do without: where `f` has none, a trait gives every function one of this name, which takes the same arguments and calls `f` once per direction |

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned, ToTokens};
use syn::visit_mut::VisitMut;

use super::super::companion::{METHOD_SUFFIX_EITHER, METHOD_SUFFIX_JVP, METHOD_SUFFIX_LANES};
use super::{Emit, Siblings};
use crate::forward::{width, zero_of, LANES};
use crate::signature::{BlockKind, Param, Signature};

/// What of a signature has no form in lanes.
pub(crate) fn without_lanes(signature: &Signature) -> Option<&'static str> {
    // Numbers of a type parameter have lanes, which cannot be said of other types.
    let generic = |g: &syn::Generics| g.type_params().any(|p| !signature.floats.contains(&p.ident));
    if signature.block.kind == BlockKind::Trait || signature.block.kind == BlockKind::TraitImpl {
        return Some("a function of a trait");
    }
    if generic(&signature.generics) || generic(&signature.block.generics) {
        return Some("a type parameter that is no number");
    }
    if signature.params.iter().any(|p| crate::varied::mentions(p.written.to_token_stream(), &std::iter::once("impl".to_string()).collect()))
    {
        return Some("an `impl Trait` parameter");
    }
    None
}

/// Gives every lifetime that is left out a name.
struct Named<'n>(&'n syn::Lifetime);

impl VisitMut for Named<'_> {
    fn visit_type_reference_mut(&mut self, r: &mut syn::TypeReference) {
        r.lifetime.get_or_insert_with(|| self.0.clone());
        syn::visit_mut::visit_type_reference_mut(self, r);
    }

    fn visit_lifetime_mut(&mut self, l: &mut syn::Lifetime) {
        if l.ident == "_" {
            *l = self.0.clone();
        }
    }
}

impl<'a> Siblings<'a> {
    /// The same for tangents in lanes.
    pub(super) fn in_lanes(&self) -> Option<Siblings<'a>> {
        let pushforward = self.lanes?;
        let n = Ident::new(LANES, Span::mixed_site());
        (self.method || self.companion).then(|| Siblings {
            pushforward: Some(pushforward),
            width: Some(n.to_token_stream()),
            ..self.clone()
        })
    }

    /// The same for columns of a Jacobian, whose functions ask nothing more of a type parameter than the function itself.
    pub(super) fn columns_in_lanes(&self) -> Option<Siblings<'a>> {
        self.in_lanes().filter(|_| self.signature.floats.is_empty())
    }

    /// The hidden siblings, and `f_jvp_lanes`.
    pub(super) fn forward_mode_in_lanes(&self) -> (TokenStream, TokenStream) {
        let Some(lanes) = self.in_lanes() else { return Default::default() };
        let (push, jvp) = lanes.forward_mode();
        // A callee that writes to its arguments cannot be called once per direction, so nobody asks.
        let writes = self.signature.params.iter().any(Self::in_out);
        let receiver = self.signature.params.iter().find(|p| p.receiver.is_some());
        let found = (!writes && receiver.map_or(!self.method, |p| !p.by_mut())).then(|| lanes.found_by_callers());
        (quote!(#push #found), jvp)
    }
}

impl Siblings<'_> {
    /// The gradient by forward mode, some numbers at a time: what tests compare reverse mode with.
    pub(super) fn grad_by_lanes(&self) -> Option<TokenStream> {
        if !crate::options::lanes_everywhere() || self.stub.is_some() || self.signature.params.iter().any(Param::by_mut) {
            return None;
        }
        let (lanes, width) = (self.columns_in_lanes()?, width());
        let n = &lanes.width;
        // A parameter may be called `value` or `dot`.
        let here = Span::mixed_site();
        let (mut stmts, mut values) = (Vec::new(), Vec::new());
        for p in self.slots() {
            let (bar, zero, zeros) = (Self::bar_ident(p), self.zero(p), lanes.zero_tangent(p));
            let dot = quote_spanned!(here=> Some(dot));
            let call = lanes.push_of_clones(|q| if q.ident == p.ident { dot.clone() } else { quote!(None) });
            stmts.push(quote_spanned! {here=>
                let mut #bar = #zero;
                ::autodiff_core::rt::lanes::each_partial(#width, &mut #bar, #zeros, |dot| #call.1);
            });
            values.push(bar.to_token_stream());
        }
        let value = lanes.push_of_clones(|_| quote!(None));
        let gradient = Self::gradient_value(&values);
        Some(quote_spanned! {here=>
            const #n: usize = 3;
            use ::core::option::Option::{None, Some};
            let value = #value.0;
            #(#stmts)*
            (value, #gradient)
        })
    }

    /// The hidden sibling that carries the code.
    pub(super) fn push_name(&self) -> Ident {
        match (self.method, &self.width) {
            (true, None) => self.name(METHOD_SUFFIX_JVP),
            (true, Some(_)) => self.name(METHOD_SUFFIX_LANES),
            (false, None) => Ident::new("push", Span::call_site()),
            (false, Some(_)) => Ident::new(METHOD_SUFFIX_LANES.trim_start_matches('_'), Span::call_site()),
        }
    }

    pub(super) fn jvp_name(&self) -> Ident {
        self.name(if self.width.is_some() { "_jvp_lanes" } else { "_jvp" })
    }

    /// With the number of directions as a parameter, where there are several.
    pub(super) fn with_width(&self, mut generics: syn::Generics) -> syn::Generics {
        if let Some(n) = &self.width {
            generics.params.push(syn::parse_quote!(const #n: usize));
            for t in &self.signature.floats {
                let bound = syn::parse_quote!(#t: ::autodiff_core::InLanes<#n, Lanes = ::autodiff_core::Lanes<#t, #n>>);
                generics.make_where_clause().predicates.push(bound);
            }
        }
        generics
    }

    pub(super) fn width_parameter(&self) -> Option<TokenStream> {
        self.width.as_ref().map(|n| quote!(_: ::autodiff_core::rt::lanes::Width<#n>))
    }

    /// Zeros of a parameter's tangent.
    pub(super) fn zero_tangent(&self, p: &Param) -> TokenStream {
        if self.width.is_none() {
            return self.zero(p);
        }
        if p.ty.peel().static_zero() {
            return Emit::new(&[]).expr(&zero_of(p.ty.peel()));
        }
        let (i, width) = (&p.ident, width());
        if p.by_ref() || p.by_mut() {
            quote!(::autodiff_core::rt::lanes::zero(#width, &*#i))
        } else {
            quote!(::autodiff_core::rt::lanes::zero(#width, &#i))
        }
    }

    /// `f::lanes`, and the same of a method.
    fn found_by_callers(&self) -> TokenStream {
        let here = Span::mixed_site();
        let mut generics = self.with_width(self.signature.sibling_generics());
        let lifetime = syn::Lifetime::new("'autodiff", Span::call_site());
        generics.params.insert(0, syn::parse_quote!(#lifetime));
        let mut given = Vec::new();
        for (k, p) in self.signature.params.iter().enumerate() {
            let (ty, buffer) = (format_ident!("AutodiffDot{}", k, span = here), self.tangent_buffer(p));
            generics.params.push(syn::parse_quote!(#ty: ::autodiff_core::rt::lanes::DotFor<#lifetime, #buffer>));
            given.push(ty);
        }
        let (params, _, wheres) = generics.split_for_impl();
        let (attributes, vis, n) = (self.hidden_attributes(), &self.item.vis, &self.width);
        let own = self.signature.params.iter().filter(|p| p.receiver.is_none());
        let mut types: Vec<syn::Type> = own.map(|p| p.written.clone()).collect();
        types.iter_mut().for_each(|t| Named(&lifetime).visit_type_mut(t));
        let (result, (dot, _)) = (&self.signature.result, self.signature.tangent(&self.signature.result, self.width.as_ref()));
        let names = |stem: &str, count: usize| -> Vec<Ident> { (0..count).map(|k| format_ident!("{}_{}", stem, k, span = here)).collect() };
        let (args, dots) = (names("argument", types.len()), names("dot", given.len()));
        let (width, fish, carrier) = (width(), self.turbofish(), self.push_name());
        let handed = quote!(#(#args,)* #(::autodiff_core::rt::lanes::DotFor::dot(#dots),)* #width);
        let (f, receiver, body) = match self.method {
            true => {
                let called = quote!(let (value, dot, ::autodiff_core::rt::Unchanged) = self.#carrier(#handed); (value, dot));
                (self.name(METHOD_SUFFIX_EITHER), Some(quote!(&self,)), called)
            }
            false => (Ident::new("lanes", Span::call_site()), None, quote!(Self::#carrier #fish(#handed))),
        };
        let body = self.body(body);
        quote! {
            #[doc(hidden)]
            #attributes
            #vis fn #f #params(
                #receiver
                (#(#args,)*): (#(#types,)*),
                (#(#dots,)*): (#(#given,)*),
                _: ::autodiff_core::rt::lanes::Width<#n>,
                _: impl ::core::ops::FnOnce((#(#types,)*), (#(#given,)*), ::autodiff_core::rt::lanes::Width<#n>) -> (#result, #dot),
            ) -> (#result, #dot) #wheres {
                #body
            }
        }
    }
}
