//! The siblings of a trait's functions.
//!
//! A trait is given the hidden siblings of each function, `f_needs_differentiate` and `f_needs_differentiate_jvp`, with a body where the
//! function has one, and every `impl` defines those of its functions. The others are provided by the trait, once, through the hidden ones:
//!
//! ```text
//! fn f_vjp_accumulate(&self, x: f64, seed: f64, self_bar: &mut Self::Cotangent, x_bar: &mut f64) -> f64 {
//!     let (value, pullback) = Self::f_needs_differentiate(self, x);
//!     pullback(self, &x, seed, Some(self_bar), Some(x_bar));
//!     value
//! }
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned, ToTokens};

use super::super::companion::{METHOD_SUFFIX, METHOD_SUFFIX_FIRST};
use super::super::Emit;
use super::{opaque_part, Siblings};
use crate::signature::{BlockKind, Param};

impl Siblings<'_> {
    /// What callers reach.
    pub(super) fn hidden(&self) -> TokenStream {
        let (push, _) = self.forward_mode();
        let (pull, first) = (self.pull(), self.first_by_path(""));
        let pulls = self.higher.iter().map(|pushed| self.push_pull(pushed));
        quote!(#first #pull #push #(#pulls)*)
    }

    /// What a user calls.
    pub fn provided(&self) -> TokenStream {
        let mut out = self.core_through_pullback();
        let scalar = self.signature.scalar_result();
        if scalar || !self.signature.params.iter().any(Param::by_mut) {
            out.extend(self.vjp_of_buffers());
        } else {
            out.extend(self.vjp_of_outputs());
        }
        if scalar {
            out.extend(self.accumulate_buffers());
            out.extend(self.grad());
        }
        out.extend(self.jvp());
        if self.hessian && scalar {
            out.extend(self.product_through_pullback());
            out.extend(self.products());
        }
        out.extend(self.jacobians());
        out.extend(self.not_asked_for());
        out
    }

    /// `f_hvp_accumulate`, by the pullback with tangents.
    fn product_through_pullback(&self) -> TokenStream {
        let anchor = self.anchor();
        let (mut args, mut dots, mut again, mut dots_again) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut given, mut given_dots) = (Vec::new(), Vec::new());
        let (mut still, mut still_after) = (Vec::new(), Vec::new());
        let none = || quote!(::core::option::Option::None);
        for p in &self.signature.params {
            args.push(self.first_argument(p));
            let (dot, bar, bar_dot) = (Self::dot_ident(p), Self::bar_ident(p), self.bar_dot_ident(p));
            if Self::in_out(p) {
                dots.push(self.in_out_or_still(p, &dot, &mut still));
                given.push(self.in_out_or_still(p, &bar, &mut still_after));
                given_dots.push(self.in_out_or_still(p, &bar_dot, &mut still_after));
                continue;
            }
            let shared = match (p.slot, p.by_ref(), p.by_mut()) {
                (false, ..) => none(),
                (true, true, _) => quote!(::core::option::Option::Some(#dot)),
                (true, _, true) => quote!(::core::option::Option::Some(&*#dot)),
                (true, ..) => quote!(::core::option::Option::Some(&#dot)),
            };
            dots.push(shared.clone());
            dots_again.push(shared);
            again.push(Self::argument_again(p));
            given.push(if p.slot { quote!(::core::option::Option::Some(#bar)) } else { none() });
            given_dots.push(if p.slot { quote!(::core::option::Option::Some(#bar_dot)) } else { none() });
        }
        let mut more: Vec<TokenStream> = Vec::new();
        for p in self.slots() {
            let (dot, ty) = (Self::dot_ident(p), self.direction_type(p));
            more.push(quote!(#dot: #ty));
        }
        let bars: Vec<Ident> = self.slots().map(Self::bar_ident).chain(self.slots().map(|p| self.bar_dot_ident(p))).collect();
        for (p, bar) in self.slots().chain(self.slots()).zip(&bars) {
            let ty = self.buffer(p);
            more.push(quote!(#bar: #ty));
        }
        let header = self.header(&self.name("_hvp_accumulate"), &more, &self.signature.result.to_token_stream(), None);
        let suffix = super::super::method_suffix_of(crate::ir::Directions(1));
        let pull = Ident::new(&self.name(&suffix).to_string(), anchor);
        let fish = if self.signature.params.iter().any(|p| p.receiver.is_some()) { None } else { self.turbofish() };
        let (one, zero) = (self.one(), Emit::new(&[]).expr(&super::super::zero_of(&self.signature.result_ty)));
        let (value, pullback) = (Ident::new("value", Span::mixed_site()), Ident::new("pullback", Span::mixed_site()));
        let body = self.body(quote_spanned! {anchor=>
            #(#still)*
            let (#value, _, _, #pullback) = Self::#pull #fish(#(#args,)* #(#dots),*);
            #(#still_after)*
            #pullback(#(#again,)* #(#dots_again,)* #one, #zero, #(#given,)* #(#given_dots),*);
            #value
        });
        quote_spanned!(anchor=> #header { #body })
    }

    /// What a hidden sibling takes for the cotangent or the tangent of a parameter that is in and out: the user's, or one that nobody asks
    /// for, which is declared first.
    fn in_out_or_still(&self, p: &Param, name: &Ident, declared: &mut Vec<TokenStream>) -> TokenStream {
        if p.slot {
            return quote!(#name);
        }
        if p.ty.is_plain() {
            return Self::nothing_of(p);
        }
        let zero = self.still_tangent(p);
        declared.push(quote!(let mut #name = #zero;));
        quote!(&mut #name)
    }

    /// A parameter as a hidden sibling takes it.
    fn first_argument(&self, p: &Param) -> TokenStream {
        let i = &p.ident;
        if p.receiver.is_some() && Self::by_value(p) {
            quote!(&#i)
        } else if Self::moved(p) {
            quote_spanned!(self.anchor()=> ::core::clone::Clone::clone(&#i))
        } else if p.by_mut() {
            quote!(&mut *#i)
        } else {
            quote!(#i)
        }
    }

    /// A parameter as a pullback takes it again.
    fn argument_again(p: &Param) -> TokenStream {
        let i = &p.ident;
        if p.by_ref() {
            quote!(#i)
        } else if p.by_mut() {
            quote!(&*#i)
        } else {
            quote!(&#i)
        }
    }

    fn core_through_pullback(&self) -> TokenStream {
        let result = &self.signature.result;
        let bars: Vec<Ident> = self.slots().map(Self::bar_ident).collect();
        let mut more = vec![self.seed_parameter()];
        more.extend(self.buffer_parameters(&bars));
        let header = self.header(&self.name("_vjp_accumulate"), &more, &result.to_token_stream(), None);
        let anchor = self.anchor();
        let (mut args, mut again, mut given, mut still) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for p in &self.signature.params {
            args.push(self.first_argument(p));
            let bar = Self::bar_ident(p);
            if Self::in_out(p) {
                given.push(self.in_out_or_still(p, &bar, &mut still));
                continue;
            }
            again.push(Self::argument_again(p));
            given.push(if p.slot { quote!(::core::option::Option::Some(#bar)) } else { quote!(::core::option::Option::None) });
        }
        let pull = Ident::new(&self.name(METHOD_SUFFIX).to_string(), anchor);
        let fish = if self.signature.params.iter().any(|p| p.receiver.is_some()) { None } else { self.turbofish() };
        let seed = self.seed_ident();
        let (value, pullback) = (Ident::new("value", Span::mixed_site()), Ident::new("pullback", Span::mixed_site()));
        let body = self.body(quote_spanned! {anchor=>
            let (#value, #pullback) = Self::#pull #fish(#(#args),*);
            #(#still)*
            #pullback(#(#again,)* #seed, #(#given),*);
            #value
        });
        quote_spanned!(anchor=> #header { #body })
    }

    /// How a call by path hands over the first argument: a receiver by reference, as all companions take it, anything else by value.
    pub(super) fn first_by_path(&self, of: &str) -> Option<TokenStream> {
        let first = self.signature.params.first()?;
        if !self.method || self.signature.block.kind == BlockKind::TraitImpl {
            return None;
        }
        let (name, vis) = (self.name(&format!("{of}{METHOD_SUFFIX_FIRST}")), &self.item.vis);
        let cfgs: Vec<_> = self.item.attrs.iter().filter(|a| a.path().is_ident("cfg")).collect();
        let attributes = quote!(#[doc(hidden)] #(#cfgs)* #[inline(always)] #[allow(dead_code, clippy::all, clippy::pedantic)]);
        // Where the block's parameters are in the type, they are inferred from the argument.
        let names = |g: &syn::Generics| {
            let (types, consts) = (g.type_params().map(|p| p.ident.to_string()), g.const_params().map(|p| p.ident.to_string()));
            types.chain(consts).collect()
        };
        let tokens = || first.written.to_token_stream();
        let of_block = crate::varied::mentions(tokens(), &names(&self.signature.block.generics));
        let of_function = crate::varied::mentions(tokens(), &names(&self.signature.generics)) || tokens().to_string().contains('\'');
        let sized = self.signature.block.object.then(|| quote!(where Self: ::core::marker::Sized));
        Some(if first.receiver.is_some() {
            quote!(#attributes #vis fn #name(first: &Self) -> &Self #sized { first })
        } else if of_block && !of_function && !first.by_mut() {
            let (mut ty, mut generics) = (first.written.clone(), syn::Generics::default());
            crate::blocks::with_lifetimes(&mut ty, &mut generics);
            quote!(#attributes #vis fn #name #generics(first: &#ty) -> #ty where #ty: ::core::clone::Clone, Self: ::core::marker::Sized { ::core::clone::Clone::clone(first) })
        } else {
            quote!(#attributes #vis fn #name<First: ::core::clone::Clone>(first: &First) -> First #sized { ::core::clone::Clone::clone(first) })
        })
    }

    /// The parameters of hidden siblings: a receiver is taken by reference, since a method call does not tell whether it is taken away.
    pub(super) fn hidden_declarations(&self) -> Vec<TokenStream> {
        let declaration = |p: &Param| match &p.receiver {
            Some(r) if Self::by_value(p) => {
                let this = &r.self_token;
                quote!(&#this)
            }
            _ => p.declaration(),
        };
        self.signature.params.iter().map(declaration).collect()
    }

    /// A body that owns a copy of a receiver that the function takes by value.
    pub(super) fn on_own_receiver(&self, body: TokenStream) -> TokenStream {
        let by_value = self.signature.params.iter().find(|p| p.receiver.is_some() && Self::by_value(p));
        // A stub has its message.
        let Some(receiver) = by_value.filter(|_| self.stub.is_none()) else { return body };
        let (this, own) = (&receiver.ident, Ident::new("own_self", Span::mixed_site()));
        let body = super::rename_self(body, "own_self");
        let clone = quote_spanned!(this.span()=> ::core::clone::Clone::clone(#this));
        quote!(let #own = #clone; #body)
    }

    pub(super) fn by_value(p: &Param) -> bool {
        !p.by_ref() && !p.by_mut()
    }

    /// Whether handing over the parameter takes it away.
    fn moved(p: &Param) -> bool {
        Self::by_value(p) && !p.ty.is_copy()
    }

    /// Siblings that read a parameter again after it was handed over need a copy of it.
    pub(super) fn with_clones(&self, mut generics: syn::Generics) -> syn::Generics {
        if self.signature.block.kind != BlockKind::Trait {
            return generics;
        }
        for p in self.signature.params.iter().filter(|p| Self::moved(p)) {
            let ty = &p.written;
            if opaque_part(ty, &self.signature.floats).is_some() {
                // With a lifetime, so that rustc asks where it is called, not here.
                let bound = quote!(for<'cloned> #ty: ::core::clone::Clone);
                generics.make_where_clause().predicates.push(syn::parse_quote!(#bound));
            }
        }
        generics
    }
}
