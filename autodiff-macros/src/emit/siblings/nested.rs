//! Derivatives of derivatives: companions of `f_grad`, `f_vjp`, `f_jvp` and `f_hvp`, so that a function that calls them can be differentiated.
//!
//! All of them are one evaluation of the pullback with tangents. With `f` at `x` in the direction `d` it gives, for a seed `s` that moves by
//! `s_dot`: cotangents `s ∇f`, and their tangents `s_dot ∇f + s ∇²f d`. So
//!
//! | sibling | seed of its result | what its pullback adds |
//! | --- | --- | --- |
//! | `f_grad(x)`, `f_vjp(x, s)` | `(v_bar, g_bar)` | to `x_bar` the tangents for `d = g_bar`, `s_dot = v_bar`; to `s_bar` the tangent of the value |
//! | `f_jvp(x, d)` | `(v_bar, w_bar)` | for `s = w_bar`, `s_dot = v_bar`: the cotangents to `d_bar`, the tangents to `x_bar` |
//! | `f_hvp(x, d)` | `(v_bar, g_bar, h_bar)` | in the directions `d` and `h_bar`, where `x` moves by `g_bar` and the seed by `v_bar` in both: the tangents in the second to `d_bar`, those in both to `x_bar` |
//!
//! If the caller's own pullback has tangents, everything here has tangents in the caller's directions, and directions that belong to the
//! sibling come behind them. Sets of directions are bits, as in [`Directions`](crate::ir::Directions); the empty one stands for the value.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned, ToTokens};

use super::super::companion::{method_suffix_of, APART, METHOD_SUFFIX, METHOD_SUFFIX_JVP};
use super::Siblings;
use crate::ir::Directions;
use crate::signature::Param;
use crate::types::{Float, Ty};

/// Which sibling the companion belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Grad,
    Vjp,
    Jvp,
    Hvp,
}

impl Of {
    fn suffix(self) -> &'static str {
        match self {
            Of::Grad => "_grad",
            Of::Vjp => "_vjp",
            Of::Jvp => "_jvp",
            Of::Hvp => "_hvp",
        }
    }

    /// How many directions its pullback needs beside those of the caller.
    fn own_directions(self) -> usize {
        match self {
            Of::Grad | Of::Vjp | Of::Jvp => 1,
            Of::Hvp => 2,
        }
    }
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

/// A seed of an evaluation, or a cotangent that it adds to.
type ByParameter = Vec<TokenStream>;

/// One evaluation of the function's companion with tangents in so many directions.
struct Evaluation {
    directions: usize,
    /// The tangents of the parameters, by sets of directions.
    dots: Vec<ByParameter>,
}

impl Siblings<'_> {
    /// Companions of the siblings, where second derivatives are asked for.
    pub(super) fn nested(&self) -> TokenStream {
        let writes = self.signature.params.iter().any(Param::by_mut);
        let opaque = self.signature.generics.type_params().any(|p| !self.signature.floats.contains(&p.ident));
        if self.higher.is_empty() || writes || opaque || matches!(self.signature.result_ty, Ty::Unit) || !(self.method || self.companion) {
            return TokenStream::new();
        }
        let mut out = TokenStream::new();
        for of in [Of::Grad, Of::Vjp, Of::Jvp, Of::Hvp] {
            let scalar = self.signature.scalar_result();
            let has = match of {
                Of::Grad | Of::Hvp => scalar,
                Of::Vjp => true,
                Of::Jvp => self.has_products() || self.higher.len() > 1,
            };
            if matches!(of, Of::Grad | Of::Hvp) && !scalar {
                continue;
            }
            if !has && !self.method {
                let missing = quote!(::autodiff_core::__callee::siblings::TangentsOfGenericNumbersNeedOrder3);
                out.extend(self.named(&self.name(of.suffix()), &missing));
                continue;
            }
            let mut functions: Vec<TokenStream> = Vec::new();
            if has && self.higher.len() >= of.own_directions() {
                functions.push(self.nested_push(of));
                let outer = self.higher.len() - of.own_directions();
                functions.extend((0..=outer).map(|n| self.nested_pull(of, n)));
            }
            if self.method {
                out.extend(has.then(|| self.first_by_path(of.suffix())).flatten());
                out.extend(functions);
                continue;
            }
            let name = self.name(of.suffix());
            if !self.takes_apart(of) {
                out.extend(self.companion_named(&name, &quote!(#(#functions)*)));
                continue;
            }
            // Who hands over something else is told by the name.
            let told = self.name(&format!("{}_needs_its_tangents_as_a_written_tuple", of.suffix()));
            out.extend(self.companion_named(&told, &quote!(#(#functions)*)));
            out.extend(self.named(&name, &told.to_token_stream()));
        }
        out
    }

    /// What callers of a sibling look for is found under a name that tells what they need, as rustc's message does.
    fn named(&self, name: &Ident, told: &TokenStream) -> TokenStream {
        let vis = &self.item.vis;
        let cfgs: Vec<_> = self.item.attrs.iter().filter(|a| a.path().is_ident("cfg")).collect();
        quote! {
            #(#cfgs)*
            #[doc(hidden)]
            #[allow(non_camel_case_types, clippy::all, clippy::pedantic, dead_code)]
            #vis type #name = #told;
        }
    }

    /// Whether a companion takes the tangents one by one: a tuple that it kept would borrow.
    fn takes_apart(&self, of: Of) -> bool {
        matches!(of, Of::Jvp | Of::Hvp) && self.slots().count() > 1 && self.slots().any(Param::by_ref)
    }

    /// What comes behind the parameters of a sibling.
    fn extras(&self, of: Of) -> Vec<Extra> {
        let here = Span::mixed_site();
        let by_value = |name: &str, ty: TokenStream, buffer: TokenStream| {
            vec![Extra { name: Ident::new(name, here), target: ty.clone(), ty, buffer, reference: false }]
        };
        let direction = |name: Ident, p: &Param| match p.by_ref() {
            true => {
                let target = self.signature.buffer(&p.written);
                Extra { name, ty: quote!(&#target), buffer: target.clone(), target, reference: true }
            }
            false => {
                let ty = self.signature.cotangent(&p.written);
                Extra { name, target: ty.clone(), buffer: ty.clone(), ty, reference: false }
            }
        };
        let slots: Vec<&Param> = self.slots().collect();
        match (of, &slots[..]) {
            (Of::Grad, _) => Vec::new(),
            (Of::Vjp, _) => {
                let ty = self.signature.cotangent(&self.signature.result);
                by_value("seed", ty.clone(), ty)
            }
            (Of::Jvp | Of::Hvp, [one]) if one.by_ref() => vec![direction(Ident::new("direction", here), one)],
            (Of::Jvp | Of::Hvp, slots) if self.takes_apart(of) => {
                slots.iter().enumerate().map(|(k, p)| direction(format_ident!("direction_{}", k, span = here), p)).collect()
            }
            (Of::Jvp | Of::Hvp, _) => by_value("direction", self.gradient_type(), self.gradient_type()),
        }
    }

    /// The types of a sibling's result, beside the value.
    fn other_parts(&self, of: Of) -> Vec<TokenStream> {
        match of {
            Of::Grad | Of::Vjp => vec![self.gradient_type()],
            Of::Jvp => vec![self.signature.cotangent(&self.signature.result)],
            Of::Hvp => vec![self.gradient_type(), self.gradient_type()],
        }
    }

    /// The path of the function's companion with tangents.
    fn companion_path(&self, directions: usize) -> TokenStream {
        let suffix = method_suffix_of(Directions(directions));
        if self.method {
            let f = self.name(&suffix);
            return quote!(Self::#f);
        }
        let (name, fish) = (&self.item.sig.ident, self.turbofish());
        let f = Ident::new(suffix.trim_start_matches('_'), Span::call_site());
        quote!(#name::#f #fish)
    }

    /// `None` for every parameter.
    fn nothing(&self) -> ByParameter {
        self.signature.params.iter().map(|_| quote!(::core::option::Option::None)).collect()
    }

    /// For every parameter with a slot what is made of the slot's place, `None` for the others.
    fn by_slots(&self, mut part: impl FnMut(usize, &Param) -> TokenStream) -> ByParameter {
        let mut k = 0;
        let of_param = |p: &Param| {
            if !p.slot {
                return quote!(::core::option::Option::None);
            }
            k += 1;
            part(k - 1, p)
        };
        self.signature.params.iter().map(of_param).collect()
    }

    /// The tangents of the parameters: those of the slots from a tuple, or a single value; `reference` if that is behind one.
    fn dots_of_slots(&self, tuple: &Ident, reference: bool) -> ByParameter {
        let several = self.slots().count() > 1;
        self.by_slots(|k, _| {
            let index = syn::Index::from(k);
            match (several, reference) {
                (true, _) => quote!(::core::option::Option::Some(&#tuple.#index)),
                (false, true) => quote!(::core::option::Option::Some(&*#tuple)),
                (false, false) => quote!(::core::option::Option::Some(&#tuple)),
            }
        })
    }

    /// The same from a tuple that may be missing.
    fn dots_of_optional(&self, tuple: &Ident) -> ByParameter {
        let several = self.slots().count() > 1;
        self.by_slots(|k, _| {
            let index = syn::Index::from(k);
            match several {
                true => quote_spanned!(Span::mixed_site()=> #tuple.map(|tuple| &tuple.#index)),
                false => quote!(#tuple),
            }
        })
    }

    /// The tangents of the parameters in a sibling's own direction; `reference` if all are behind one.
    fn dots_of_extras(&self, extras: &[Extra], reference: bool) -> ByParameter {
        match extras {
            [] => self.nothing(),
            [one] => self.dots_of_slots(&one.name, reference || one.reference),
            parts => self.by_slots(|k, _| {
                let name = &parts[k].name;
                match reference || parts[k].reference {
                    true => quote!(::core::option::Option::Some(&*#name)),
                    false => quote!(::core::option::Option::Some(&#name)),
                }
            }),
        }
    }

    /// The tangents of those in a set of the caller's directions.
    fn dots_of_extra_dots(&self, extras: &[Extra], set: usize) -> ByParameter {
        match extras {
            [] | [_] => self.dots_of_optional(&Self::extra_dot(set, 0)),
            _ => self.by_slots(|k, _| Self::extra_dot(set, k).to_token_stream()),
        }
    }

    /// The tangents of parameters as they are handed over.
    fn dots_given(&self, set: usize) -> ByParameter {
        self.signature.params.iter().map(|p| Self::dot_along(p, set - 1).to_token_stream()).collect()
    }

    fn extra_dot(set: usize, k: usize) -> Ident {
        match k {
            0 => format_ident!("dot_of_extra_{}", set, span = Span::mixed_site()),
            k => format_ident!("dot_of_extra_{}_{}", set, k, span = Span::mixed_site()),
        }
    }

    /// What moves in the caller's directions moves as the caller says; `own` says how in sets with directions of the sibling: the first
    /// number is the set of those, the second that of the caller's.
    fn evaluation(&self, outer: usize, own_directions: usize, own: &dyn Fn(usize, usize) -> ByParameter) -> Evaluation {
        let directions = outer + own_directions;
        let split = |set: usize| (set >> outer, set & ((1 << outer) - 1));
        let dots = (1..1 << directions).map(|set| match split(set) {
            (0, outer) => self.dots_given(outer),
            (inner, outer) => own(inner, outer),
        });
        Evaluation { directions, dots: dots.collect() }
    }

    /// `let (value, tangents.., pullback) = f::companion(args, dots);`
    fn evaluate(&self, evaluation: &Evaluation, handed: &[TokenStream], values: &[TokenStream], pullback: &TokenStream) -> TokenStream {
        let companion = self.companion_path(evaluation.directions);
        let dots = evaluation.dots.concat();
        let after = evaluation.dots.iter().filter(|_| self.method).map(|_| quote!(_));
        quote_spanned!(Span::mixed_site()=> let (#(#values,)* #(#after,)* #pullback) = #companion(#(#handed,)* #(#dots),*);)
    }

    /// `pullback(again, dots, seeds, bars);`
    fn call_pullback(&self, evaluation: &Evaluation, again: &[TokenStream], seeds: &[TokenStream], bars: &[ByParameter]) -> TokenStream {
        let (dots, bars) = (evaluation.dots.concat(), bars.concat());
        quote_spanned!(Span::mixed_site()=> pullback(#(#again,)* #(#dots,)* #(#seeds,)* #(#bars),*);)
    }

    fn zero_number(&self) -> TokenStream {
        match &self.signature.result_ty {
            Ty::Float(Float::Generic(t)) => quote!(<#t as ::autodiff_core::Real>::__ZERO),
            _ => quote!(0.0),
        }
    }

    /// The seed of an evaluation in a set of the caller's directions: 1, which does not move, or the one that is handed over.
    fn outer_seed(&self, of: Of, set: usize) -> TokenStream {
        let here = Span::mixed_site();
        match (of, set) {
            (Of::Vjp, 0) => quote_spanned!(here=> ::core::clone::Clone::clone(seed)),
            (Of::Vjp, _) => {
                let dot = Self::extra_dot(set, 0);
                quote_spanned! {here=>
                    match #dot {
                        ::core::option::Option::Some(dot) => ::core::clone::Clone::clone(dot),
                        ::core::option::Option::None => ::autodiff_core::rt::zeros_like(seed),
                    }
                }
            }
            (_, 0) => self.one(),
            _ => self.zero_number(),
        }
    }

    /// The value and its tangents by sets of the caller's directions: code, and each set's parts.
    fn nested_values(&self, of: Of, outer: usize) -> (TokenStream, Vec<Vec<TokenStream>>) {
        let here = Span::mixed_site();
        let params = &self.signature.params;
        let handed: Vec<TokenStream> = params
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
        let again: Vec<TokenStream> = params
            .iter()
            .map(|p| {
                let i = &p.ident;
                if p.by_ref() || p.receiver.is_some() {
                    quote!(#i)
                } else {
                    quote!(&#i)
                }
            })
            .collect();
        // The direction belongs to the sibling: the value moves in it, or the gradient.
        let along = usize::from(matches!(of, Of::Jvp | Of::Hvp));
        let extras = self.extras(of);
        let evaluation = self.evaluation(outer, along, &|_, set| match set {
            0 => self.dots_of_extras(&extras, false),
            set => self.dots_of_extra_dots(&extras, set),
        });
        let sets = 1 << evaluation.directions;
        let values: Vec<Ident> = (0..sets).map(|set| format_ident!("value_{}", set, span = here)).collect();
        let (sums, parts): (Vec<_>, Vec<_>) = (0..sets)
            .map(|set| {
                let mut zeros = TokenStream::new();
                let sums: Vec<TokenStream> = self
                    .slots()
                    .map(|p| {
                        let (sum, zero) = (format_ident!("{}_{}", Self::bar_ident(p), set, span = here), self.zero(p));
                        zeros.extend(quote!(let mut #sum = #zero;));
                        sum.to_token_stream()
                    })
                    .collect();
                (zeros, Self::gradient_value(&sums))
            })
            .unzip();
        let value_tokens: Vec<TokenStream> = values.iter().map(ToTokens::to_token_stream).collect();
        if of == Of::Jvp {
            let code = self.evaluate(&evaluation, &handed, &value_tokens, &quote!(_));
            let parts = (0..1 << outer).map(|set| vec![value_tokens[set].clone(), value_tokens[set | 1 << outer].clone()]);
            return (code, parts.collect());
        }
        let bars: Vec<ByParameter> = (0..sets)
            .map(|set| {
                self.by_slots(|_, p| {
                    let sum = format_ident!("{}_{}", Self::bar_ident(p), set, span = here);
                    quote!(::core::option::Option::Some(&mut #sum))
                })
            })
            .collect();
        let borrowed = (of == Of::Vjp).then(|| quote_spanned!(here=> let seed = &seed;));
        let seeds: Vec<TokenStream> = (0..sets)
            .map(|set| match set >> outer {
                0 => self.outer_seed(of, set),
                _ => self.zero_number(),
            })
            .collect();
        let evaluate = self.evaluate(&evaluation, &handed, &value_tokens, &quote_spanned!(here=> pullback));
        let pull = self.call_pullback(&evaluation, &again, &seeds, &bars);
        let code = quote!(#borrowed #(#sums)* #evaluate #pull);
        let parts = (0..1 << outer).map(|set| {
            let mut all = vec![value_tokens[set].clone(), parts[set].clone()];
            all.extend((of == Of::Hvp).then(|| parts[set | 1 << outer].clone()));
            all
        });
        (code, parts.collect())
    }

    /// The companion with a pullback, which has tangents in so many directions of the caller.
    fn nested_pull(&self, of: Of, outer: usize) -> TokenStream {
        let here = Span::mixed_site();
        let params = &self.signature.params;
        let extras = self.extras(of);
        let sets = 1 << outer;
        let names: Vec<Ident> =
            params.iter().map(|p| if p.receiver.is_some() { format_ident!("this", span = here) } else { p.ident.clone() }).collect();
        // What the pullback takes: the arguments again, their tangents, seeds and cotangents.
        let (mut taken, mut types) = (Vec::new(), Vec::new());
        let mut take = |name: &Ident, ty: TokenStream| {
            taken.push(quote!(#name: #ty));
            types.push(ty);
        };
        for (p, name) in params.iter().zip(&names) {
            let target = match &p.written {
                syn::Type::Reference(r) => r.elem.to_token_stream(),
                other => other.to_token_stream(),
            };
            take(name, quote!(&#target));
        }
        for Extra { name, target, .. } in &extras {
            take(name, quote!(&#target));
        }
        for set in 1..sets {
            for p in params {
                let buffer = self.tangent_buffer(p);
                take(&Self::dot_along(p, set - 1), quote!(::core::option::Option<&#buffer>));
            }
            for (k, Extra { buffer, .. }) in extras.iter().enumerate() {
                take(&Self::extra_dot(set, k), quote!(::core::option::Option<&#buffer>));
            }
        }
        let (result, result_dot, others) = (&self.signature.result, self.signature.cotangent(&self.signature.result), self.other_parts(of));
        let seed = |set: usize| format_ident!("seed_{}", set, span = here);
        for set in 0..sets {
            take(&seed(set), quote!((#result_dot, #(#others),*)));
        }
        let bar = |p: &Param, set: usize| format_ident!("{}_{}", Self::bar_ident(p), set, span = here);
        let bar_of_extra = |set: usize, k: usize| match k {
            0 => format_ident!("bar_of_extra_{}", set, span = here),
            k => format_ident!("bar_of_extra_{}_{}", set, k, span = here),
        };
        for set in 0..sets {
            for p in params {
                take(&bar(p, set), self.pull_buffer(p, false));
            }
            for (k, Extra { buffer, .. }) in extras.iter().enumerate() {
                take(&bar_of_extra(set, k), quote!(::core::option::Option<&mut #buffer>));
            }
        }
        // The seeds by their parts.
        let part = |k: usize, set: usize| format_ident!("part_{}_{}", k, set, span = here);
        let take_apart = (0..sets).map(|set| {
            let (seed, parts) = (seed(set), (0..=others.len()).map(|k| part(k, set)));
            quote!(let (#(#parts),*) = #seed;)
        });
        let take_apart = quote!(#(#take_apart)*);

        let own = of.own_directions();
        let top = 1 << outer;
        let evaluation = self.evaluation(outer, own, &|inner, set| match (of, inner) {
            (Of::Grad | Of::Vjp, _) | (Of::Hvp, 3) => self.dots_of_slots(&part(1, set), false),
            (Of::Hvp, 2) => self.dots_of_slots(&part(2, set), false),
            _ => match set {
                0 => self.dots_of_extras(&extras, true),
                set => self.dots_of_extra_dots(&extras, set),
            },
        });
        let all = 1 << evaluation.directions;
        let seeds: Vec<TokenStream> = (0..all)
            .map(|set| match (of, set / top, set % top) {
                (Of::Jvp, 0, set) => part(1, set).to_token_stream(),
                (_, 0, set) => self.outer_seed(of, set),
                (Of::Hvp, 1 | 2, _) => self.zero_number(),
                (_, _, set) => part(0, set).to_token_stream(),
            })
            .collect();
        // Where a direction's cotangent is added to, by parts.
        let mut before = Vec::new();
        let mut behind = Vec::new();
        let several = self.slots().count() > 1;
        let apart = extras.len() > 1;
        let mut of_extra = |set: usize| {
            self.by_slots(|k, p| {
                let whole = bar_of_extra(set, if apart { k } else { 0 });
                let (sum, index) = (format_ident!("{}_sum_{}", p.ident, set, span = here), syn::Index::from(k));
                let name = &names[params.iter().position(|q| q.ident == p.ident).unwrap_or(0)];
                before.push(quote!(let mut #sum = ::autodiff_core::rt::zero(#name);));
                let place = if several && !apart { quote_spanned!(here=> #whole.#index) } else { quote_spanned!(here=> *#whole) };
                behind.push(quote! {
                    if let ::core::option::Option::Some(#whole) = ::core::option::Option::as_deref_mut(&mut #whole) {
                        ::autodiff_core::rt::accumulate_from(&mut #place, &#sum);
                    }
                });
                quote!(::core::option::Option::Some(&mut #sum))
            })
        };
        let of_params = |set: usize| params.iter().map(|p| bar(p, set).to_token_stream()).collect::<ByParameter>();
        let bars: Vec<ByParameter> = (0..all)
            .map(|set| match (of, set / top, set % top) {
                (Of::Jvp, 0, set) | (Of::Hvp, 2, set) => of_extra(set),
                (Of::Grad | Of::Vjp | Of::Jvp, 1, set) | (Of::Hvp, 3, set) => of_params(set),
                _ => self.nothing(),
            })
            .collect();
        let values: Vec<TokenStream> = (0..all)
            .map(|set| match (of, set / top) {
                (Of::Vjp, 1) => format_ident!("value_{}", set % top, span = here).to_token_stream(),
                _ => quote!(_),
            })
            .collect();
        // The value is linear in the seed: its tangent along the gradient's cotangent belongs to the seed.
        let of_seed = (0..sets).filter(|_| of == Of::Vjp).map(|set| {
            let (bar, value) = (bar_of_extra(set, 0), format_ident!("value_{}", set, span = here));
            quote! {
                if let ::core::option::Option::Some(bar) = #bar {
                    ::autodiff_core::Cotangent::accumulate(bar, &#value);
                }
            }
        });
        let of_seed = quote!(#(#of_seed)*);
        let handed: Vec<TokenStream> = params
            .iter()
            .zip(&names)
            .map(|(p, name)| match p.by_ref() || p.receiver.is_some() {
                // Hidden siblings take a receiver by reference in any case.
                true => quote!(#name),
                false => quote!(::core::clone::Clone::clone(#name)),
            })
            .collect();
        let evaluate = self.evaluate(&evaluation, &handed, &values, &quote_spanned!(here=> pullback));
        let again: Vec<TokenStream> = names.iter().map(ToTokens::to_token_stream).collect();
        let pull = self.call_pullback(&evaluation, &again, &seeds, &bars);
        let declared = behind.iter().take(1).map(|_| {
            let bars = (0..sets).flat_map(|set| (0..extras.len()).map(move |k| bar_of_extra(set, k)));
            quote!(#(let mut #bars = #bars;)*)
        });
        let code = quote!(#take_apart #(#before)* #evaluate #of_seed #pull #(#declared)* #(#behind)*);

        // Values: by the sibling itself, where nothing moves.
        let whole = |parts: &[TokenStream]| quote!((#(#parts),*));
        let unnamed = Ident::new("impl", here);
        let after = (1..sets).filter(|_| self.method).map(|_| quote!(::autodiff_core::rt::Unchanged));
        let after: Vec<TokenStream> = after.collect();
        let value_types = (0..sets).map(|set| match set {
            0 => quote!((#result, #(#others),*)),
            _ => quote!((#result_dot, #(#others),*)),
        });
        let ty = quote!((#(#value_types,)* #(#after,)* #unnamed ::core::ops::FnOnce(#(#types),*)));
        let (values_code, values) = if outer == 0 {
            let mut arguments = self.clones_for_siblings();
            let cloned = |Extra { name, .. }: &Extra| quote!(::core::clone::Clone::clone(&#name));
            let given: Vec<TokenStream> = extras.iter().map(cloned).collect();
            arguments.extend((!given.is_empty()).then(|| Self::gradient_value(&given)));
            let sibling = self.on_clones(&self.name(of.suffix()), &arguments);
            (quote_spanned!(here=> let results = #sibling;), vec![quote_spanned!(here=> results)])
        } else {
            let (code, parts) = self.nested_values(of, outer);
            (code, parts.iter().map(|p| whole(p)).collect())
        };
        let results: Vec<Ident> = (0..sets).map(|set| format_ident!("results_{}", set, span = here)).collect();
        let body = quote! {
            #values_code
            #(let #results = #values;)*
            (#(#results,)* #(#after,)* move |#(#taken),*| { #code })
        };
        let (suffix, function) = match outer {
            0 => (METHOD_SUFFIX.to_string(), "pull".to_string()),
            n => {
                let suffix = method_suffix_of(Directions(n));
                (suffix.clone(), suffix.trim_start_matches('_').to_string())
            }
        };
        self.nested_function(of, &suffix, &function, &self.extra_parameters(of, outer), &ty, &body)
    }

    /// What a companion takes behind the parameters: the sibling's own argument, and tangents.
    fn extra_parameters(&self, of: Of, outer: usize) -> Vec<TokenStream> {
        let extras = self.extras(of);
        let mut more: Vec<TokenStream> = extras.iter().map(|Extra { name, ty, .. }| quote!(#name: #ty)).collect();
        for set in 1..1 << outer {
            more.extend(self.tangent_parameters(set - 1));
            more.extend(extras.iter().enumerate().map(|(k, Extra { buffer, .. })| {
                let dot = Self::extra_dot(set, k);
                quote!(#dot: ::core::option::Option<&#buffer>)
            }));
        }
        more
    }

    /// The companion of forward mode.
    fn nested_push(&self, of: Of) -> TokenStream {
        let (result, result_dot, others) = (&self.signature.result, self.signature.cotangent(&self.signature.result), self.other_parts(of));
        let unchanged = self.method.then(|| quote!(, ::autodiff_core::rt::Unchanged));
        let body = if of == Of::Jvp && self.has_products() {
            self.push_of_jvp()
        } else {
            let (code, parts) = self.nested_values(of, 1);
            let (value, dot) = (&parts[0], &parts[1]);
            quote!(#code ((#(#value),*), (#(#dot),*) #unchanged))
        };
        let ty = quote!(((#result, #(#others),*), (#result_dot, #(#others),*) #unchanged));
        self.nested_function(of, METHOD_SUFFIX_JVP, "push", &self.extra_parameters(of, 1), &ty, &body)
    }

    /// Whether products of cotangents and tangents can be written down: of numbers of a type that is known.
    fn has_products(&self) -> bool {
        self.signature.floats.is_empty()
    }

    /// Of `v = f(x)`: `<∇f, x_dot>`; of `w = <∇f, d>`: `<∇f, d_dot> + <∇²f d, x_dot>`. Second derivatives are enough for it. Of results that
    /// are more than a number each number has its pullback.
    fn push_of_jvp(&self) -> TokenStream {
        let here = Span::mixed_site();
        let unchanged = self.method.then(|| quote!(, ::autodiff_core::rt::Unchanged));
        let extras = self.extras(Of::Jvp);
        let apart = extras.len() > 1;
        let params = &self.signature.params;
        let dots = vec![self.dots_of_extras(&extras, false)];
        let evaluation = Evaluation { directions: 1, dots };
        let (mut handed, mut again) = (Vec::new(), Vec::new());
        for p in params {
            let i = &p.ident;
            let borrowed = p.receiver.is_some() || p.by_ref();
            handed.push(if borrowed { quote!(#i) } else { quote!(::core::clone::Clone::clone(&#i)) });
            again.push(if borrowed { quote!(#i) } else { quote!(&#i) });
        }
        let several = self.slots().count() > 1;
        let (mut zeros, mut bars, mut bar_dots, mut products) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut k = 0;
        for p in params {
            let dot = Self::dot_ident(p);
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
                let extra_dot = Self::extra_dot(1, if apart { k } else { 0 });
                k += 1;
                let place = if several && !apart { quote_spanned!(here=> &#extra_dot.#index) } else { quote_spanned!(here=> #extra_dot) };
                products.push(quote_spanned! {here=>
                    if let ::core::option::Option::Some(#extra_dot) = #extra_dot {
                        let dot = ::autodiff_core::__private::ToOwned::to_owned(#place);
                        dot_of_product += ::autodiff_core::rt::product_of_numbers(&#bar, &dot);
                    }
                });
            }
        }
        let values = [quote_spanned!(here=> value), quote_spanned!(here=> along)];
        let evaluate = |values: &[TokenStream], pullback| self.evaluate(&evaluation, &handed, values, pullback);
        let scalar = self.signature.scalar_result();
        let seeds = match scalar {
            true => [self.one(), self.zero_number()],
            false => [quote_spanned!(here=> ::core::clone::Clone::clone(seed)), quote_spanned!(here=> ::core::clone::Clone::clone(&zero))],
        };
        let pull = self.call_pullback(&evaluation, &again, &seeds, &[bars, bar_dots]);
        let pullback = quote_spanned!(here=> pullback);
        let products = quote_spanned!(here=> #pull let (mut dot_of_value, mut dot_of_product) = (0.0, 0.0); #(#products)*);
        if scalar {
            let evaluate = evaluate(&values, &pullback);
            return quote_spanned! {here=>
                #(#zeros)*
                #evaluate
                #products
                ((value, along), (::autodiff_core::rt::number(dot_of_value), ::autodiff_core::rt::number(dot_of_product)) #unchanged)
            };
        }
        let (once, each) = (evaluate(&values, &quote!(_)), evaluate(&[quote!(_), quote!(_)], &pullback));
        quote_spanned! {here=>
            #once
            let zero = ::autodiff_core::rt::zeros_like(&along);
            let dots = ::autodiff_core::rt::tangents_by_rows(&zero, |seed| {
                #(#zeros)*
                #each
                #products
                (dot_of_value, dot_of_product)
            });
            ((value, along), dots #unchanged)
        }
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
        let apart = if self.takes_apart(of) { APART } else { "" };
        let f = match self.method {
            true => self.name(&format!("{}{suffix}{apart}", of.suffix())),
            false => Ident::new(&format!("{function}{apart}"), Span::call_site()),
        };
        quote! {
            #[doc(hidden)]
            #attributes
            #vis fn #f #params(#(#declarations,)* #(#more),*) -> #ty #wheres { #body }
        }
    }
}
