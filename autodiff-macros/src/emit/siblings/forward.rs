//! The siblings of forward mode: `f_jvp`, and the hidden one that carries the code.
//!
//! The hidden one takes the tangents of the arguments behind the arguments: `Option<&_>`, or `&mut _` for a parameter that is taken by
//! `&mut`. It gives value and tangent, and as a method also what became of the tangent of its receiver.

use rustc_hash::FxHashMap as HashMap;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned, ToTokens};

use super::super::companion::METHOD_SUFFIX;
use super::super::Emit;
use super::Siblings;
use crate::forward::Pushforward;
use crate::ir::{Var, VarInfo};
use crate::signature::{BlockKind, Param};
use crate::types::Ty;

/// The tangents of parameters in a set of directions.
pub(super) struct Tangents {
    /// Under the names that the code has for them.
    pub decls: Vec<TokenStream>,
    /// What a method leaves of its receiver's.
    pub after: Option<TokenStream>,
    /// What comes behind the code.
    pub ends: Vec<TokenStream>,
}

impl Siblings<'_> {
    /// The hidden sibling, and `f_jvp`.
    pub(super) fn forward_mode(&self) -> (TokenStream, TokenStream) {
        let body = match self.pushforward {
            Some(pushforward) => self.pushed(pushforward),
            None if self.partials => self.along_partials(),
            None if self.stub.is_some() || self.required => TokenStream::new(),
            // A parameter that is written to has a tangent after the call, too, which no pullback tells.
            None if self.signature.params.iter().any(Param::by_mut) => return Default::default(),
            None => self.transposed(),
        };
        let body = self.body(body);
        (self.push(&body), self.jvp())
    }

    pub(super) fn dot_ident(p: &Param) -> Ident {
        format_ident!("{}_dot", p.ident.to_string().trim_start_matches("r#"), span = Span::mixed_site())
    }

    /// The name of a parameter's tangent in a set of directions; the first set is that of forward mode.
    pub(super) fn dot_along(p: &Param, set: usize) -> Ident {
        match set {
            0 => Self::dot_ident(p),
            n => format_ident!("{}_{}", Self::dot_ident(p), n + 1, span = Span::mixed_site()),
        }
    }

    /// Whether the parameter's tangent is in and out.
    pub(super) fn in_out(p: &Param) -> bool {
        p.by_mut() && p.receiver.is_none()
    }

    /// What stands for the cotangent or the tangent of a parameter without floats that is taken by `&mut`.
    pub(super) fn nothing_of(p: &Param) -> TokenStream {
        let nothing = p.ty.nothing();
        quote!(&mut #nothing)
    }

    /// What holds a parameter's tangent: of a size known to the compiler or not.
    pub(super) fn tangent_buffer(&self, p: &Param) -> TokenStream {
        let wanted = p.slot || matches!(self.full_slot(p), Some(true));
        if !wanted && !p.ty.is_plain() {
            quote!(::autodiff_core::rt::ExcludedByWrt)
        } else {
            self.signature.tangent(&p.written, self.width.as_ref()).1
        }
    }

    /// What stands for the tangent of a parameter that does not move, in a buffer.
    pub(super) fn still_tangent(&self, p: &Param) -> TokenStream {
        // A trait's hidden siblings have a slot for every parameter.
        let full = self.full_slot(p) == Some(true) || self.signature.block.kind == BlockKind::Trait;
        if p.slot || full || p.ty.is_plain() {
            self.zero_tangent(p)
        } else {
            quote!(::autodiff_core::rt::ExcludedByWrt)
        }
    }

    /// What the hidden sibling gives, behind value and tangent, of the receiver.
    pub(super) fn receiver_after(&self) -> Option<TokenStream> {
        self.method.then(|| match self.signature.params.iter().find(|p| p.receiver.is_some() && p.by_mut()) {
            Some(p) => {
                let ty = self.tangent_buffer(p);
                quote!(::autodiff_core::rt::Changed<#ty>)
            }
            None => quote!(::autodiff_core::rt::Unchanged),
        })
    }

    /// The tangents of the arguments, behind them.
    pub(super) fn tangent_parameters(&self, set: usize) -> Vec<TokenStream> {
        let dots = self.signature.params.iter().map(|p| {
            let (name, ty) = (Self::dot_along(p, set), self.tangent_buffer(p));
            let anchor = self.opaque_in(p).unwrap_or_else(Span::call_site);
            if Self::in_out(p) {
                quote_spanned!(anchor=> #name: &mut #ty)
            } else {
                quote_spanned!(anchor=> #name: ::core::option::Option<&#ty>)
            }
        });
        dots.collect()
    }

    pub(super) fn push(&self, body: &TokenStream) -> TokenStream {
        let result = &self.signature.result;
        let (dot, _) = self.signature.tangent(result, self.width.as_ref());
        let after = self.receiver_after();
        let mut dots = self.tangent_parameters(0);
        dots.extend(self.width_parameter());
        let generics = self.with_width(self.signature.sibling_generics());
        let (params, _, wheres) = generics.split_for_impl();
        let (declarations, attributes, vis) = (self.hidden_declarations(), self.hidden_attributes(), &self.item.vis);
        let f = self.push_name();
        let anchor = self.anchor();
        let result = quote_spanned!(anchor=> (#result, #dot, #after));
        let body = self.on_own_receiver(body.clone());
        let body = if self.required { quote!(;) } else { quote_spanned!(anchor=> { #body }) };
        quote! {
            #[doc(hidden)]
            #attributes
            #vis fn #f #params(#(#declarations,)* #(#dots),*) -> #result #wheres #body
        }
    }

    /// `let x_dot = ..;` of a parameter that is taken by reference: zeros where the caller has none.
    pub(super) fn borrowed_tangent(&self, p: &Param, name: &Ident, set: usize) -> TokenStream {
        let (given, zero) = (Self::dot_along(p, set), self.zero_tangent(p));
        let own = format_ident!("{}_own", given, span = Span::mixed_site());
        let whole = if matches!(p.ty.peel(), Ty::Slice(_)) { quote!(&#own[..]) } else { quote!(&#own) };
        let anchor = self.opaque_in(p).unwrap_or_else(Span::call_site);
        quote_spanned! {anchor=>
            let #own;
            let #name = match #given {
                ::core::option::Option::Some(d) => d,
                ::core::option::Option::None => { #own = #zero; #whole }
            };
        }
    }

    /// The tangents of the parameters in a set of directions.
    pub(super) fn tangents_of_parameters(&self, dots: &HashMap<Var, Var>, params: &[Var], vars: &[VarInfo], set: usize) -> Tangents {
        let (mut decls, mut ends) = (Vec::new(), Vec::new());
        let mut after = self.method.then(|| quote!(::autodiff_core::rt::Unchanged));
        for (p, var) in self.signature.params.iter().zip(params) {
            let given = Self::dot_along(p, set);
            let Some(dot) = dots.get(var) else {
                if p.by_mut() && p.receiver.is_some() {
                    // Nothing of it matters here, or nothing of it changes.
                    let zero = self.still_tangent(p);
                    after = Some(quote! {
                        ::autodiff_core::rt::Changed(match #given {
                            ::core::option::Option::Some(d) => ::core::clone::Clone::clone(d),
                            ::core::option::Option::None => #zero,
                        })
                    });
                }
                if let Some(shaped) = Self::shaped_after(p, &given).filter(|_| Self::in_out(p)) {
                    // The parameter itself may be moved.
                    let (i, lent) = (&p.ident, format_ident!("{}_lent", given, span = Span::mixed_site()));
                    decls.push(quote!(let #lent = #i; let mut #i = &mut *#lent;));
                    ends.push(quote!({ let #i = &*#lent; #shaped }));
                }
                continue;
            };
            let name = &vars[dot.0 as usize].name;
            if Self::in_out(p) {
                decls.push(quote!(let #name = #given;));
            } else if p.by_ref() {
                decls.push(self.borrowed_tangent(p, name, set));
            } else {
                let zero = self.zero_tangent(p);
                let copy = if p.ty.is_float() { quote!(*d) } else { quote!(::core::clone::Clone::clone(d)) };
                let value = quote! {
                    match #given {
                        ::core::option::Option::Some(d) => #copy,
                        ::core::option::Option::None => #zero,
                    }
                };
                if p.by_mut() {
                    let own = format_ident!("{}_own", given, span = Span::mixed_site());
                    decls.push(quote!(let mut #own = #value; let #name = &mut #own;));
                    after = Some(quote!(::autodiff_core::rt::Changed(#own)));
                } else {
                    decls.push(quote!(let #name = #value;));
                }
            }
        }
        Tangents { decls, after, ends }
    }

    /// Gives what stands for the tangent of a parameter without floats, which may have grown, the shape that it has after the call: who
    /// does not know that it has none keeps one.
    fn shaped_after(p: &Param, dot: &Ident) -> Option<TokenStream> {
        let (ty, i) = (p.ty.peel(), &p.ident);
        if !ty.is_plain() || !ty.has_length() {
            return None;
        }
        Some(match ty {
            Ty::Slice(e) => {
                let e = e.nothing_like(&quote_spanned!(Span::mixed_site()=> (*value)));
                quote_spanned!(Span::mixed_site()=> #dot.iter_mut().zip(#i.iter()).for_each(|(dot, value)| *dot = #e);)
            }
            ty => {
                let shaped = ty.nothing_like(&quote!((*#i)));
                quote!(*#dot = #shaped;)
            }
        })
    }

    /// The code of forward mode, behind the tangents of the parameters.
    fn pushed(&self, pushforward: &Pushforward) -> TokenStream {
        let vars = &pushforward.function.vars;
        let Tangents { decls, after, ends } = self.tangents_of_parameters(&pushforward.dots, &pushforward.function.params, vars, 0);
        let emit = Emit::new(vars);
        let body = emit.block(&pushforward.function.body);
        let part = |e: &Option<crate::ir::Expr>| e.as_ref().map_or_else(|| self.no_value(), |e| emit.expr(e));
        let (value, dot, uses) = (part(&pushforward.value), part(&pushforward.value_dot), self.imports());
        quote!(#uses #(#decls)* #body #(#ends)* (#value, #dot, #after))
    }

    /// The gradient by forward mode, one number at a time: what tests compare reverse mode with.
    pub(super) fn grad_by_tangents(&self) -> Option<TokenStream> {
        let wanted = std::env::var("AUTODIFF_GRADIENT").is_ok_and(|v| v == "forward");
        if !wanted || self.stub.is_some() || !(self.method || self.companion) || self.signature.params.iter().any(Param::by_mut) {
            return None;
        }
        // A parameter may be called `value` or `dot`.
        let here = Span::mixed_site();
        let (mut stmts, mut values) = (Vec::new(), Vec::new());
        for p in self.slots() {
            let (bar, zero) = (Self::bar_ident(p), self.zero(p));
            let dot = quote_spanned!(here=> Some(dot));
            let call = self.push_of_clones(|q| if q.ident == p.ident { dot.clone() } else { quote!(None) });
            stmts.push(quote_spanned! {here=>
                let mut #bar = #zero;
                ::autodiff_core::rt::each_partial(&mut #bar, |dot| #call.1);
            });
            values.push(bar.to_token_stream());
        }
        let value = self.push_of_clones(|_| quote!(None));
        let gradient = Self::gradient_value(&values);
        Some(quote_spanned!(here=> use ::core::option::Option::{None, Some}; let value = #value.0; #(#stmts)* (value, #gradient)))
    }

    /// A call of the hidden sibling that moves none of the parameters.
    pub(super) fn push_of_clones(&self, dot: impl Fn(&Param) -> TokenStream) -> TokenStream {
        let mut arguments: Vec<TokenStream> = self.signature.params.iter().filter(|p| p.receiver.is_none()).map(Self::cloned).collect();
        arguments.extend(self.signature.params.iter().map(dot));
        arguments.extend(self.width.as_ref().map(|_| crate::forward::width()));
        let fish = self.turbofish();
        let push = self.push_name();
        match self.signature.params.iter().find(|p| p.receiver.is_some()) {
            Some(p) if !p.by_mut() => quote!(self.#push(#(#arguments),*)),
            Some(_) => quote!(::core::clone::Clone::clone(&self).#push(#(#arguments),*)),
            None if self.method => quote!(Self::#push #fish(#(#arguments),*)),
            None => {
                let name = &self.item.sig.ident;
                quote!(#name::#push #fish(#(#arguments),*))
            }
        }
    }

    /// Where only the reverse rule is known: one pullback per number of the result.
    fn transposed(&self) -> TokenStream {
        let pull = if self.method { self.name(METHOD_SUFFIX) } else { Ident::new("pull", Span::call_site()) };
        let arguments: Vec<TokenStream> = self.signature.params.iter().filter(|p| p.receiver.is_none()).map(Self::cloned).collect();
        let call = match self.signature.params.iter().find(|p| p.receiver.is_some()) {
            Some(p) if !p.by_mut() => quote!(self.#pull(#(#arguments),*)),
            Some(_) => quote!(::core::clone::Clone::clone(&self).#pull(#(#arguments),*)),
            None => quote!(Self::#pull(#(#arguments),*)),
        };
        let again: Vec<TokenStream> = self
            .signature
            .params
            .iter()
            .map(|p| {
                let i = &p.ident;
                if p.by_ref() {
                    quote!(#i)
                } else {
                    quote!(&#i)
                }
            })
            .collect();
        let float = self.signature.scalar_result();
        let mut parts = Vec::new();
        for (k, p) in self.signature.params.iter().enumerate() {
            if p.ty.is_plain() || !p.slot && self.full_slot(p) != Some(true) {
                continue;
            }
            let given = Self::dot_ident(p);
            let bars = (0..self.signature.params.len()).map(|j| {
                if j == k {
                    quote!(::core::option::Option::Some(bar))
                } else {
                    quote!(::core::option::Option::None)
                }
            });
            let seed = if float { quote!(*seed) } else { quote!(::core::clone::Clone::clone(seed)) };
            parts.push(quote! {
                if let ::core::option::Option::Some(dot) = #given {
                    let dot = ::autodiff_core::__private::ToOwned::to_owned(dot);
                    ::autodiff_core::rt::transpose(&mut value_dot, &dot, |seed, bar| {
                        let (_, pullback) = #call;
                        pullback(#(#again,)* #seed, #(#bars),*);
                    });
                }
            });
        }
        let after = self.method.then(|| quote!(::autodiff_core::rt::Unchanged));
        quote! {
            let (value, _) = #call;
            let mut value_dot = ::autodiff_core::rt::zero(&value);
            #(#parts)*
            (value, value_dot, #after)
        }
    }

    /// `f_jvp`: the tangents of the slots, in the forms in which the arguments are handed over.
    pub(super) fn jvp(&self) -> TokenStream {
        if !self.method && !self.companion {
            return TokenStream::new();
        }
        let result = &self.signature.result;
        let (dot, _) = self.signature.tangent(result, self.width.as_ref());
        let (mut names, mut types) = (Vec::new(), Vec::new());
        for p in self.slots() {
            names.push(Self::dot_ident(p).to_token_stream());
            let (value, buffer) = self.signature.tangent(&p.written, self.width.as_ref());
            let anchor = self.opaque_in(p).unwrap_or_else(Span::call_site);
            types.push(if p.by_mut() {
                quote_spanned!(anchor=> &mut #buffer)
            } else if p.by_ref() {
                quote_spanned!(anchor=> &#buffer)
            } else {
                value
            });
        }
        let anchor = self.anchor();
        // All that the tangents are for is the sum of their products with the partials.
        let by_partials = self.partials && self.pushforward.is_none() && self.width.is_none();
        let pattern = if by_partials { tangents_ident().to_token_stream() } else { Self::gradient_value(&names) };
        let ty = match &types[..] {
            [one] => one.clone(),
            many => quote_spanned!(anchor=> (#(#many),*)),
        };
        let name = &self.item.sig.ident;
        let doc = match self.width {
            None => {
                format!(" Value of [`{name}`] and its derivative in the direction of the tangents of {} (forward mode).", self.slot_list())
            }
            Some(_) => {
                format!(
                    " Value of [`{name}`] and its derivatives in several directions, one per lane of the tangents of {}.",
                    self.slot_list()
                )
            }
        };
        let tangents = quote_spanned!(anchor=> #pattern: #ty);
        let header = self.header(&self.jvp_name(), &[tangents], &self.with_value(&dot), Some(doc));
        if by_partials {
            let body = self.body(self.of_partials("along", &[tangents_ident().to_token_stream()]));
            return quote_spanned!(anchor=> #header { #body });
        }
        let (mut write_back, mut still) = (None, Vec::new());
        let mut dots: Vec<TokenStream> = self
            .signature
            .params
            .iter()
            .map(|p| {
                let name = Self::dot_ident(p);
                if !p.slot {
                    if !Self::in_out(p) {
                        return quote!(::core::option::Option::None);
                    }
                    if p.ty.is_plain() {
                        return Self::nothing_of(p);
                    }
                    // Left out by `wrt`: constant before the call.
                    let zero = self.still_tangent(p);
                    still.push(quote!(let mut #name = #zero;));
                    return quote!(&mut #name);
                }
                let anchor = self.opaque_in(p).unwrap_or_else(Span::call_site);
                if Self::in_out(p) {
                    quote!(#name)
                } else if p.by_mut() {
                    write_back = Some(quote!(::autodiff_core::rt::write_back(#name, after);));
                    quote_spanned!(anchor=> ::core::option::Option::Some(&*#name))
                } else if p.by_ref() {
                    quote_spanned!(anchor=> ::core::option::Option::Some(#name))
                } else {
                    quote_spanned!(anchor=> ::core::option::Option::Some(&#name))
                }
            })
            .collect();
        dots.extend(self.width.as_ref().map(|_| crate::forward::width()));
        let body = if self.method {
            let by_value = self.signature.params.iter().any(|p| p.receiver.is_some() && Self::by_value(p));
            let receiver = if by_value { quote!(&self) } else { quote!(self) };
            let call = self.call_on(&receiver, &self.push_name(), &dots);
            quote!(let (value, value_dot, after) = #call; #write_back (value, value_dot))
        } else {
            let mut name = self.item.sig.ident.clone();
            name.set_span(anchor);
            let push = Ident::new(&self.push_name().to_string(), anchor);
            let args = self.signature.params.iter().map(|p| {
                let i = &p.ident;
                if p.by_mut() {
                    quote!(&mut *#i)
                } else {
                    quote!(#i)
                }
            });
            let fish = self.turbofish();
            quote_spanned!(anchor=> #name::#push #fish(#(#args,)* #(#dots),*))
        };
        let body = self.body(quote!(#(#still)* #body));
        quote_spanned!(anchor=> #header { #body })
    }
}

/// The parameter of all tangents at once.
fn tangents_ident() -> Ident {
    Ident::new("tangents", Span::mixed_site())
}
