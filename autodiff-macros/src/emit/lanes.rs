//! Calls in forward mode with several directions.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned, ToTokens};

use super::companion::{companion_item, with_suffix, Companion, METHOD_SUFFIX_EITHER};
use super::stmt::assignment;
use super::Emit;
use crate::forward::width;
use crate::ir::{Arg, CallWidth, Callee, Change, Expr, PartOfLanes, PushCall, PushDot, Var};

/// Names of the arguments of a call and of their tangents, for the code that makes the call once per direction.
fn names(stem: &str, count: usize) -> Vec<Ident> {
    (0..count).map(|k| format_ident!("{}_{}", stem, k, span = Span::mixed_site())).collect()
}

impl Emit<'_> {
    pub(super) fn push_in_lanes(&self, c: &PushCall) -> TokenStream {
        let name = |v: &Option<Var>| v.map_or_else(|| quote!(_), |v| self.name(v).to_token_stream());
        let (result, dot, after) = (name(&c.result), name(&c.along[0].dot), name(&c.along[0].after));
        let width = width();
        match (&c.call.callee, c.width) {
            (Callee::Function(path), CallWidth::Either) => {
                let span = c.call.span.resolved_at(Span::mixed_site());
                let item = Ident::new("lanes", span);
                let (args, dots, once) = (self.args(&c.call.args), self.dots_as_they_are(c), self.one_by_one(c));
                // The call is inside, so that rustc knows the types of the closure's arguments.
                let call = companion_item(path, &quote_spanned!(span=> #item((#(#args,)*), (#(#dots,)*), #width, #once)));
                quote_spanned!(span=> let (#result, #dot) = { use ::autodiff_core::rt::lanes::OneByOne as _; #call };)
            }
            (Callee::Method(name, _), CallWidth::Either) => {
                let span = c.call.span.resolved_at(Span::mixed_site());
                let call = self.method_in_lanes(c, &Ident::new(&with_suffix(name, METHOD_SUFFIX_EITHER).to_string(), span));
                quote_spanned!(span=> let (#result, #dot) = #call;)
            }
            (callee, CallWidth::Lanes) => {
                let (gathered, mut more) = self.optional_dots(c);
                more.push(width);
                let call = self.call(&c.call, Companion::PushLanes, &more);
                let call = if gathered.is_empty() { call } else { quote!({ #(#gathered)* #call }) };
                match callee {
                    Callee::Function(_) => quote!(let (#result, #dot) = #call;),
                    _ => quote!(let (#result, #dot, #after) = #call;),
                }
            }
            _ => {
                let again: Vec<TokenStream> = c.call.args.iter().zip(self.args(&c.call.args)).map(|(a, t)| self.again(a, &t)).collect();
                let each = self.each_direction(c, &again, &self.dots_as_they_are(c));
                let here = Span::mixed_site();
                quote_spanned!(here=> let (#result, #dot) = ::autodiff_core::rt::lanes::each_lane(#width, |k| #each);)
            }
        }
    }

    /// A method that leaves its receiver alone: what it has of its own goes before what every type has of this trait.
    fn method_in_lanes(&self, c: &PushCall, name: &Ident) -> TokenStream {
        let here = Span::mixed_site();
        let args = self.args(&c.call.args);
        let Some((_, given)) = args.split_first() else { return TokenStream::new() };
        let receiver = match &c.call.args[0] {
            Arg::Value(e) => self.sub(e, 5),
            Arg::Receiver(p) | Arg::Ref(p) | Arg::RefMut(p) => self.receiver(p),
        };
        let (dots, width) = (self.dots_as_they_are(c), width());
        let (argument_names, dot_names) = (names("argument", args.len()), names("dot", dots.len()));
        let again = argument_names.iter().zip(&c.call.args).skip(1).map(|(name, a)| self.again(a, &name.to_token_stream()));
        let again: Vec<TokenStream> = std::iter::once(receiver.clone()).chain(again).collect();
        let of_dots: Vec<TokenStream> = dot_names.iter().map(ToTokens::to_token_stream).collect();
        let each = self.each_direction(c, &again, &of_dots);
        let own_names = &argument_names[1..];
        quote_spanned! {here=> {
            // Written by the library, since `self` has another name in some code.
            ::autodiff_core::__one_by_one!(#name);
            #receiver.#name((#(#given,)*), (#(#dots,)*), #width, |(#(#own_names,)*), (#(#dot_names,)*), width| {
                ::autodiff_core::rt::lanes::each_lane(width, |k| #each)
            })
        } }
    }

    /// A part of tangents that lie one after the other.
    pub(super) fn gather(&self, p: &PartOfLanes) -> TokenStream {
        let (whole, lane, part, width) = (self.reference(&p.whole), self.name(p.lane), self.reference(&p.part), width());
        let owned = match &p.value {
            Some(value) => {
                let value = self.expr(value);
                quote!(::autodiff_core::rt::lanes::part_of(#value, #part))
            }
            None => quote!(::autodiff_core::__private::ToOwned::to_owned(#part)),
        };
        quote!(::autodiff_core::rt::lanes::gather(#width, #whole, |#lane| #owned))
    }

    /// A part of each of them, changed.
    pub(super) fn scatter(&self, p: &PartOfLanes, change: Change, e: &Expr) -> TokenStream {
        let (whole, lane, part, width) = (self.place(&p.whole), self.name(p.lane), self.place(&p.part), width());
        let dot = Ident::new("dot", Span::mixed_site());
        let value = self.expr(e);
        let change = match change {
            Change::Update(op) => {
                let op = assignment(op, Span::call_site());
                quote!(#part #op #dot)
            }
            Change::Set => quote!(::autodiff_core::rt::set_tangent(#dot, &mut #part)),
            Change::ZerosOf => {
                let zero = quote!(::autodiff_core::rt::set_zeros_of(&mut #part, #value));
                return quote!(::autodiff_core::rt::lanes::change(#width, &mut #whole, |#lane| #zero););
            }
        };
        // Operators bind less than the reference.
        let e = if matches!(e, Expr::Var(_)) { value } else { quote!((#value)) };
        quote!(::autodiff_core::rt::lanes::scatter(#width, &#e, &mut #whole, |#lane, #dot| #change);)
    }

    /// `|arguments, tangents, width| ..`: a callee without lanes.
    fn one_by_one(&self, c: &PushCall) -> TokenStream {
        let here = Span::mixed_site();
        let (args, dots) = (names("argument", c.call.args.len()), names("dot", c.along[0].dots.len()));
        let once: Vec<TokenStream> = args.iter().zip(&c.call.args).map(|(name, a)| self.again(a, &name.to_token_stream())).collect();
        let of_dots: Vec<TokenStream> = dots.iter().map(ToTokens::to_token_stream).collect();
        let each = self.each_direction(c, &once, &of_dots);
        quote_spanned!(here=> |(#(#args,)*), (#(#dots,)*), width| ::autodiff_core::rt::lanes::each_lane(width, |k| #each))
    }

    /// The tangents of the arguments, and what is gathered for them in front of the call, which may change where that is gathered from.
    fn optional_dots(&self, c: &PushCall) -> (Vec<TokenStream>, Vec<TokenStream>) {
        let mut gathered = Vec::new();
        let names = names("gathered", c.along[0].dots.len());
        let dot = |(d, name): (&PushDot, Ident)| match d {
            PushDot::Nothing => quote!(::core::option::Option::None),
            PushDot::Shared(e @ Expr::Runtime("&", parts)) if matches!(parts[..], [Expr::Gather(_)]) => {
                let e = self.expr(e);
                gathered.push(quote!(let #name = #e;));
                quote!(::core::option::Option::Some(#name))
            }
            PushDot::Shared(e) => {
                let e = self.expr(e);
                quote!(::core::option::Option::Some(#e))
            }
            PushDot::InOut(p) => {
                let p = self.place(p);
                quote!(&mut #p)
            }
        };
        let dots = c.along[0].dots.iter().zip(names).map(dot).collect();
        (gathered, dots)
    }

    /// The tangents of the arguments, in types that show which there are.
    fn dots_as_they_are(&self, c: &PushCall) -> Vec<TokenStream> {
        let dots = c.along[0].dots.iter().map(|d| match d {
            PushDot::Nothing => quote!(::autodiff_core::rt::lanes::Still),
            PushDot::Shared(e) => self.expr(e),
            PushDot::InOut(p) => {
                let p = self.place(p);
                quote!(&mut #p)
            }
        });
        dots.collect()
    }

    /// The call for the direction `k`.
    fn each_direction(&self, c: &PushCall, args: &[TokenStream], dots: &[TokenStream]) -> TokenStream {
        let (here, width) = (Span::mixed_site(), width());
        let (mut lets, mut lanes) = (Vec::new(), Vec::new());
        for ((d, dot), name) in c.along[0].dots.iter().zip(dots).zip(names("lane", dots.len())) {
            if matches!(d, PushDot::Nothing) {
                lanes.push(quote!(::core::option::Option::None));
            } else {
                lets.push(quote_spanned!(here=> let #name = ::autodiff_core::rt::lanes::lane(#width, #dot, k);));
                lanes.push(quote!(::autodiff_core::rt::lanes::DotFor::dot(&#name)));
            }
        }
        let call = self.call_with(&c.call, args, Companion::Push, &lanes);
        match c.call.callee {
            Callee::Function(_) => quote!({ #(#lets)* #call }),
            // A receiver that changes would have to do so once.
            _ => quote_spanned!(here=> { #(#lets)* let (value, dot, ::autodiff_core::rt::Unchanged) = #call; (value, dot) }),
        }
    }

    /// An argument that is handed over once per direction.
    fn again(&self, arg: &Arg, tokens: &TokenStream) -> TokenStream {
        match arg {
            // A list lent as a slice: what is cloned would keep the list's type.
            Arg::Value(e) if self.expr(e).to_string().starts_with('&') => tokens.clone(),
            Arg::Value(_) if super::expr::is_atomic(tokens) => quote!(::core::clone::Clone::clone(&#tokens)),
            Arg::Value(_) => quote!(::core::clone::Clone::clone(&(#tokens))),
            _ => tokens.clone(),
        }
    }
}
