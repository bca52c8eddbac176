//! For tests: functions that compare their modes wherever they are called, if `AUTODIFF_GRADIENT=hessian` asks for it.
//!
//! `f::pull` is what callers reach, and it has another name then. In front of it stands one of the same signature:
//!
//! ```text
//! fn pull(x: &[f64], k: f64) -> (Vec<f64>, impl FnOnce(..)) {
//!     if let Some(_now) = comparison("f") { Self::compared(x, k) }
//!     Self::pull_compared(x, k)
//! }
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned, ToTokens};

use super::Siblings;
use crate::signature::{BlockKind, Param};
use crate::types::{Float, Ty};

/// Whether values of the type can be moved along tangents.
fn moves(ty: &Ty) -> bool {
    match ty {
        Ty::Float(f) => matches!(f, Float::F64),
        Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) | Ty::Option(e) => moves(e),
        Ty::Tuple(items) => items.iter().all(moves),
        _ => false,
    }
}

impl Siblings<'_> {
    /// Whether the function compares its modes.
    fn is_compared(&self) -> bool {
        let named = |p: &Param| matches!(p.written, syn::Type::ImplTrait(_));
        let of_trait = matches!(self.signature.block.kind, BlockKind::Trait | BlockKind::TraitImpl);
        let forward = self.pushforward.is_some() || self.partials || !self.signature.params.iter().any(Param::by_mut);
        crate::options::hessian_everywhere()
            && self.stub.is_none()
            && !of_trait
            && forward
            && (self.method || self.companion)
            && !self.signature.params.iter().any(named)
            && !self.signature.takes_functions()
    }

    /// The pullback under its name, and what comes in front of it.
    pub(super) fn compared_pull(&self, f: &Ident, function: impl Fn(&Ident) -> (TokenStream, TokenStream, TokenStream)) -> TokenStream {
        if !self.is_compared() {
            let (attributes, signature, body) = function(f);
            return quote!(#attributes #signature #body);
        }
        let inner = format_ident!("{}_compared", f);
        let compared = self.compared_name();
        let ((attributes, signature, _), (_, inner_signature, body)) = (function(f), function(&inner));
        let comparison = self.comparison(&quote!(Self::#compared));
        let arguments: Vec<TokenStream> = self.signature.params.iter().map(|p| p.ident.to_token_stream()).collect();
        let fish = self.fish();
        let compare = self.compare(&inner, &compared);
        quote! {
            #attributes #inner_signature #body
            #attributes #signature { #comparison Self::#inner #fish(#(#arguments),*) }
            #attributes #compare
        }
    }

    fn compared_name(&self) -> Ident {
        if self.method {
            self.name("_needs_differentiate_modes")
        } else {
            Ident::new("modes", Span::call_site())
        }
    }

    fn fish(&self) -> Option<TokenStream> {
        (!self.signature.params.iter().any(|p| p.receiver.is_some())).then(|| self.turbofish()).flatten()
    }

    /// `f_vjp` of what has no gradient compares as well.
    pub(super) fn compared_product(&self) -> TokenStream {
        if !self.is_compared() || self.signature.scalar_result() {
            return TokenStream::new();
        }
        let (compared, name) = (self.compared_name(), &self.item.sig.ident);
        self.comparison(&if self.method { quote!(Self::#compared) } else { quote!(#name::#compared) })
    }

    /// Compares if it is time to.
    fn comparison(&self, compared: &TokenStream) -> TokenStream {
        let (name, copies, fish) = (self.item.sig.ident.to_string(), self.copies(), self.fish());
        let arguments = self.signature.params.iter().map(|p| match &p.receiver {
            Some(_) if !p.by_mut() => {
                let this = &p.ident;
                if p.by_ref() {
                    quote!(#this)
                } else {
                    quote!(&#this)
                }
            }
            _ => Self::cloned(p),
        });
        quote! {
            if let ::core::option::Option::Some(_now) = ::autodiff_core::rt::checked::comparison(#name) {
                #copies
                #compared #fish(#(#arguments),*);
            }
        }
    }

    /// How well numbers are known. Whether one may be of single precision is not always seen.
    pub(super) fn precision(&self) -> f64 {
        let single = self.item.sig.to_token_stream().to_string().contains("f32") || !self.signature.floats.is_empty();
        if single {
            1e-5
        } else {
            1e-9
        }
    }

    fn wanted(&self, p: &Param) -> bool {
        !p.ty.is_plain() && (p.slot || self.full_slot(p) == Some(true))
    }

    /// Random numbers through both modes.
    fn compare(&self, pull: &Ident, compared: &Ident) -> TokenStream {
        let here = Span::mixed_site();
        let ident = |stem: &str, p: &Param| format_ident!("{}_{}", p.ident.to_string().trim_start_matches("r#"), stem, span = here);
        let (mut directions, mut into, mut out, mut back, mut sums) = (vec![], vec![], vec![], vec![], vec![]);
        let (mut arguments, mut dots, mut again, mut bars) = (vec![], vec![], vec![], vec![]);
        for (k, p) in self.signature.params.iter().enumerate() {
            let (i, by_mut, k) = (&p.ident, p.by_mut(), k as u64 + 1);
            let in_out = Self::in_out(p);
            let copy = Self::copy_ident(p);
            arguments.push(if p.receiver.is_some() && !by_mut { quote!(#i) } else { Self::cloned(p) });
            if !in_out {
                again.push(match (p.by_ref(), by_mut, p.receiver.is_some()) {
                    (true, ..) | (false, false, true) => quote!(#i),
                    (false, true, _) => quote!(&#copy),
                    _ => quote!(&#i),
                });
            }
            if !self.wanted(p) {
                let nothing = if in_out { Self::nothing_of(p) } else { quote!(::core::option::Option::None) };
                dots.push(nothing.clone());
                bars.push(nothing);
                continue;
            }
            let (dot, dot_after, bar, seed) = (ident("direction", p), ident("after", p), ident("product", p), ident("seed", p));
            let zero = if by_mut { quote!(::autodiff_core::rt::zero(&*#i)) } else { self.zero(p) };
            directions.push(quote!(let #dot = ::autodiff_core::rt::checked::random(#zero, #k);));
            sums.push(quote_spanned!(here=> sums.argument(&#bar, &#dot);));
            if by_mut {
                into.push(quote!(let mut #dot_after = ::core::clone::Clone::clone(&#dot);));
                back.push(quote! {
                    let mut #bar = ::autodiff_core::rt::checked::random(::autodiff_core::rt::zero(&#copy), 50 + #k);
                    let #seed = ::core::clone::Clone::clone(&#bar);
                });
                sums.push(quote_spanned!(here=> sums.result(&#seed, &#dot_after);));
            } else {
                back.push(quote!(let mut #bar = #zero;));
            }
            if in_out {
                dots.push(quote!(&mut #dot_after));
                bars.push(quote!(&mut #bar));
            } else {
                dots.push(quote!(::core::option::Option::Some(&#dot)));
                bars.push(quote!(::core::option::Option::Some(&mut #bar)));
                if by_mut {
                    out.push(quote_spanned!(here=> ::autodiff_core::rt::write_back(&mut #dot_after, after);));
                }
            }
        }
        let (copies, fish, push) = (self.copies(), self.fish(), self.push_name());
        let results =
            if self.method { quote_spanned!(here=> (value, value_dot, after)) } else { quote_spanned!(here=> (value, value_dot)) };
        let (name, precision) = (self.item.sig.ident.to_string(), self.precision());
        let generics = self.signature.sibling_generics();
        let (params, _, wheres) = generics.split_for_impl();
        let declarations = self.hidden_declarations();
        quote_spanned! {here=>
            fn #compared #params(#(#declarations),*) #wheres {
                #(#directions)*
                #(#into)*
                let value_dot = {
                    #copies
                    let #results = Self::#push #fish(#(#arguments,)* #(#dots),*);
                    #(#out)*
                    value_dot
                };
                #copies
                let (value, pullback) = Self::#pull #fish(#(#arguments),*);
                let seed = ::autodiff_core::rt::checked::random(::autodiff_core::rt::zero(&value), 100);
                #(#back)*
                pullback(#(#again,)* ::core::clone::Clone::clone(&seed), #(#bars),*);
                let mut sums = ::autodiff_core::rt::checked::InnerProducts::default();
                sums.result(&seed, &value_dot);
                #(#sums)*
                sums.agree(#name, 10.0 * #precision);
            }
        }
    }

    /// Products with the Hessian, and differences of gradients.
    pub(super) fn compared_curvature(&self, zero: &TokenStream, seed: &TokenStream) -> TokenStream {
        if !self.slots().all(|p| moves(p.ty.peel())) {
            return TokenStream::new();
        }
        let here = Span::mixed_site();
        let (name, several) = (self.item.sig.ident.to_string(), self.slots().count() > 1);
        let slot = |p: &Param| self.slots().position(|q| q.ident == p.ident).map(syn::Index::from);
        let (mut copies, mut arguments, mut directions) = (Vec::new(), Vec::new(), Vec::new());
        for p in self.signature.params.iter().filter(|p| p.receiver.is_none()) {
            let (i, copy) = (&p.ident, Self::copy_ident(p));
            let Some(k) = slot(p) else {
                if p.by_mut() {
                    copies.push(quote!(let mut #copy = ::core::clone::Clone::clone(&*#i);));
                }
                arguments.push(Self::cloned(p));
                continue;
            };
            let dot = if several { quote_spanned!(here=> &direction.#k) } else { quote_spanned!(here=> direction) };
            let (borrow, handed) = match (p.by_ref(), p.by_mut()) {
                (true, _) => (quote!(&*#i), quote!(&#copy)),
                (_, true) => (quote!(&*#i), quote!(&mut #copy)),
                _ => (quote!(&#i), quote!(#copy)),
            };
            copies.push(quote_spanned!(here=> let mut #copy = ::autodiff_core::rt::checked::Moved::moved(#borrow, #dot, h);));
            arguments.push(handed);
            directions.push(Self::handed(p, &dot));
        }
        let behind = |more: TokenStream| -> Vec<TokenStream> { arguments.iter().cloned().chain([more]).collect() };
        let gradient = self.call_on_copies(&self.name("_vjp"), &behind(seed.clone()));
        let product = self.call_on_copies(&self.name("_hvp"), &behind(Self::gradient_value(&directions)));
        quote_spanned! {here=>
            ::autodiff_core::rt::checked::products(#name, #zero, |direction, h| { #(#copies)* #gradient.1 }, |direction, h| { #(#copies)* #product.2 });
        }
    }
}
