//! The siblings of second order: `f_hvp`, `f_hessian`, and the hidden ones that carry the code.
//!
//! `f_hvp_accumulate(args.., dots.., bars.., bar_dots..)` adds the gradient and its tangent into buffers. What callers reach takes the
//! tangents of the arguments behind the arguments, as in forward mode, and gives value, tangent and a pullback. The pullback takes the
//! arguments again, their tangents, the seed and its tangent, and adds into cotangents and their tangents.

use rustc_hash::FxHashSet as HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned, ToTokens};

use super::super::{method_suffix_of, Emit};
use super::{replace_self, Siblings};
use crate::forward::{width, Along, PushedAdjoint, LANES};
use crate::ir::{Expr, Var, VarInfo};
use crate::signature::{BlockKind, Param};
use crate::types::{Float, Ty};

/// How a parameter's cotangent and its tangents come about, one for each set of directions behind the cotangent.
enum Bars {
    /// All are buffers.
    Buffers(Vec<Var>),
    /// A number and its tangents, declared with zeros and added to the buffers at the end.
    Numbers(Vec<Var>),
    /// Numbers that are bound once.
    Sums(Vec<Expr>),
    Nothing,
}

impl Siblings<'_> {
    /// `f_hvp`, `f_hessian` and what carries their code.
    pub(super) fn second_order(&self) -> TokenStream {
        if !self.hessian || !self.signature.scalar_result() {
            return TokenStream::new();
        }
        let core = self.product.map(|p| self.product_core(p));
        let columns = self.columns().map(|(lanes, pushed)| lanes.product_core(pushed));
        let products = self.products();
        quote!(#core #columns #products)
    }

    /// What is made of products with the Hessian.
    pub(super) fn products(&self) -> TokenStream {
        let (product, hessian) = (self.hvp(), self.hessian());
        quote!(#product #hessian)
    }

    /// The same in lanes, if the Hessian is computed some columns at a time.
    fn columns(&self) -> Option<(Self, &PushedAdjoint)> {
        let pushed = self.product_in_lanes?;
        let n = Ident::new(LANES, Span::mixed_site());
        Some((Siblings { width: Some(n.to_token_stream()), ..self.clone() }, pushed))
    }

    /// The function that carries the code of products with the Hessian.
    fn product_name(&self) -> Ident {
        self.name(if self.width.is_some() { "_hvp_lanes_accumulate" } else { "_hvp_accumulate" })
    }

    fn bars_of(p: &Param, var: Var, pushed: &PushedAdjoint) -> Bars {
        let vars: Option<Vec<Var>> = std::iter::once(pushed.adjoint.bars.get(&var))
            .chain(pushed.along.iter().map(|a| a.bar_dots.get(&var)))
            .map(Option::<&Var>::copied)
            .collect();
        match vars {
            Some(vars) if p.ty.is_float() => Bars::Numbers(vars),
            Some(vars) => Bars::Buffers(vars),
            None => {
                let sums = std::iter::once(pushed.adjoint.sums.get(&var)).chain(pushed.along.iter().map(|a| a.sum_dots.get(&var)));
                sums.map(Option::<&Expr>::cloned).collect::<Option<_>>().map_or(Bars::Nothing, Bars::Sums)
            }
        }
    }

    /// The tangent of a parameter's cotangent. A parameter of the name `x_bar` beside `x` has a tangent of that name too.
    pub(super) fn bar_dot_ident(&self, p: &Param) -> Ident {
        let mut name = format!("{}_bar_dot", p.ident.to_string().trim_start_matches("r#"));
        while self.signature.params.iter().any(|q| Self::dot_ident(q) == name || Self::bar_ident(q) == name) {
            name.push('_');
        }
        Ident::new(&name, Span::mixed_site())
    }

    /// The buffers of a parameter's cotangent and of its tangents.
    fn out_idents(p: &Param, sets: usize) -> Vec<Ident> {
        let out = Self::out_ident(p);
        let dots = (1..=sets).map(|k| match k {
            1 => format_ident!("{}_bar_dot_out", p.ident.to_string().trim_start_matches("r#"), span = Span::mixed_site()),
            k => format_ident!("{}_bar_dot_out_{}", p.ident.to_string().trim_start_matches("r#"), k, span = Span::mixed_site()),
        });
        std::iter::once(out.clone()).chain(dots).collect()
    }

    /// What a slot's tangent is handed over as.
    pub(super) fn direction_type(&self, p: &Param) -> TokenStream {
        let (value, buffer) = self.signature.tangent(&p.written, self.width.as_ref());
        let anchor = self.opaque_in(p).unwrap_or_else(Span::call_site);
        if p.by_mut() {
            quote_spanned!(anchor=> &mut #buffer)
        } else if p.by_ref() {
            quote_spanned!(anchor=> &#buffer)
        } else {
            value
        }
    }

    fn product_core(&self, pushed: &PushedAdjoint) -> TokenStream {
        let mut vars = pushed.adjoint.function.vars.clone();
        let (mut dots, mut bars, mut bar_dots) = (Vec::new(), Vec::new(), Vec::new());
        let (mut decls, mut ends, mut shapes) = (Vec::new(), Vec::new(), Vec::new());
        for (k, (p, &var)) in self.signature.params.iter().zip(&pushed.adjoint.function.params).enumerate() {
            if !p.slot {
                continue;
            }
            let ty = self.direction_type(p);
            let dot = pushed.along[0].dots.get(&var);
            let name = dot.map_or_else(|| Self::dot_ident(p), |d| vars[d.0 as usize].name.clone());
            dots.push(quote!(#name: #ty));
            let names = self.declare_bars((Self::bars_of(p, var, pushed), 1), p, &mut vars, &mut decls, &mut ends, false);
            let dots = self.signature.tangent(&p.written, self.width.as_ref()).1;
            let types = [self.buffer(p), super::borrowed(&p.written, &dots, &self.signature.floats)];
            for (set, ((name, list), ty)) in names.into_iter().zip([&mut bars, &mut bar_dots]).zip(types).enumerate() {
                let in_lanes = (set > 0).then(|| self.width.as_ref().map(|_| width())).flatten();
                shapes.extend(self.shape_after(&pushed.adjoint, (k, p), &name, in_lanes));
                list.push(quote!(#name: #ty));
            }
        }
        let one = self.one();
        let seed = pushed.adjoint.seed.map(|v| {
            let name = &vars[v.0 as usize].name;
            let ty = &self.signature.result;
            quote!(let #name: #ty = #one;)
        });
        let more: Vec<TokenStream> = dots.into_iter().chain(bars).chain(bar_dots).collect();
        let header = self.header(&self.product_name(), &more, &self.signature.result.to_token_stream(), None);
        let emit = Emit::new(&vars);
        let forward = emit.block(&pushed.adjoint.function.body);
        let reverse = emit.stmts(&pushed.adjoint.reverse);
        let value = pushed.value.as_ref().map(|e| emit.expr(e));
        let uses = self.imports();
        let forward = Self::with_declarations(&pushed.adjoint, &forward, &decls);
        let body = self.body(quote!(#uses #seed #forward #(#shapes)* #reverse #(#ends)* #value));
        quote_spanned!(self.anchor()=> #header { #body })
    }

    /// The names under which the buffers of a parameter are handed over, with what has to be done before and after the code.
    fn declare_bars(
        &self,
        (bars, sets): (Bars, usize),
        p: &Param,
        vars: &mut [VarInfo],
        decls: &mut Vec<TokenStream>,
        ends: &mut Vec<TokenStream>,
        optional: bool,
    ) -> Vec<Ident> {
        let add = |out: &Ident, value: TokenStream| {
            if optional {
                quote!(if let ::core::option::Option::Some(out) = #out { *out += #value; })
            } else {
                quote!(*#out += #value;)
            }
        };
        let outs = Self::out_idents(p, sets);
        match bars {
            Bars::Buffers(buffers) => {
                for v in &buffers {
                    vars[v.0 as usize].ty = Ty::Ref(Box::new(Ty::Unknown), true);
                }
                buffers.iter().map(|v| vars[v.0 as usize].name.clone()).collect()
            }
            Bars::Numbers(numbers) => {
                let own = super::super::zero_of(&p.ty);
                let moving = if self.width.is_some() { crate::forward::zero_of(&p.ty) } else { own.clone() };
                for (k, (v, out)) in numbers.iter().zip(&outs).enumerate() {
                    let zero = Emit::new(vars).expr(if k == 0 { &own } else { &moving });
                    let name = &vars[v.0 as usize].name;
                    decls.push(quote!(let mut #name = #zero;));
                    ends.push(add(out, name.to_token_stream()));
                }
                outs
            }
            Bars::Sums(sums) => {
                for (e, out) in sums.iter().zip(&outs) {
                    ends.push(add(out, Emit::new(vars).expr(e)));
                }
                outs
            }
            Bars::Nothing => outs,
        }
    }

    /// `f_hvp`: value, gradient, and the Hessian times a direction.
    fn hvp(&self) -> TokenStream {
        let (mut names, mut types, mut dots) = (Vec::new(), Vec::new(), Vec::new());
        let (mut zeros, mut bars, mut bar_dots) = (Vec::new(), Vec::new(), Vec::new());
        for p in self.slots() {
            let (name, bar, bar_dot, zero) = (Self::dot_ident(p), Self::bar_ident(p), self.bar_dot_ident(p), self.zero(p));
            names.push(name.to_token_stream());
            types.push(self.direction_type(p));
            dots.push(name.to_token_stream());
            zeros.push(quote!(let mut #bar = #zero; let mut #bar_dot = #zero;));
            bars.push(bar.to_token_stream());
            bar_dots.push(bar_dot.to_token_stream());
        }
        let (pattern, ty) = (Self::gradient_value(&names), Self::gradient_value(&types));
        let anchor = self.anchor();
        let direction = quote_spanned!(anchor=> #pattern: #ty);
        let gradient = self.gradient_type();
        let result = &self.signature.result;
        let doc = format!(
            "Value of [`{}`], its gradient with respect to {}, and the Hessian times the direction.",
            self.item.sig.ident,
            self.slot_list()
        );
        let result = quote_spanned!(anchor=> (#result, #gradient, #gradient));
        let header = self.header(&self.name("_hvp"), &[direction], &result, Some(doc));
        let mut more = dots;
        more.extend(bars.iter().chain(&bar_dots).map(|b| quote!(&mut #b)));
        let call = self.call(&self.name("_hvp_accumulate"), &more);
        let (gradient, product) = (Self::gradient_value(&bars), Self::gradient_value(&bar_dots));
        let body = self.body(quote!(#(#zeros)* let value = #call; (value, #gradient, #product)));
        quote_spanned!(anchor=> #header { #body })
    }

    /// The gradient of reverse mode, after a look at forward mode and second derivatives: what tests check them with on functions of any
    /// form.
    pub(super) fn grad_with_hessian_checked(&self) -> Option<TokenStream> {
        if !crate::options::hessian_everywhere() || self.product.is_none() || self.signature.takes_functions() {
            return None;
        }
        let zeros: Vec<TokenStream> = self.slots().map(|p| self.zero(p)).collect();
        let zero = Self::gradient_value(&zeros);
        let several = zeros.len() > 1;
        let mut arguments: Vec<TokenStream> = self.signature.params.iter().filter(|p| p.receiver.is_none()).map(Self::cloned).collect();
        let one = self.one();
        let here = Span::mixed_site();
        arguments.push(quote_spanned!(here=> seed));
        let vjp = self.on_clones(&self.name("_vjp"), &arguments);
        if let Some(last) = arguments.last_mut() {
            let parts = self.slots().enumerate().map(|(k, p)| {
                let k = syn::Index::from(k);
                let place = if several { quote_spanned!(here=> direction.#k) } else { quote_spanned!(here=> (*direction)) };
                Self::handed(p, &quote!(&#place))
            });
            *last = Self::gradient_value(&parts.collect::<Vec<_>>());
        }
        let hvp = self.on_clones(&self.name("_hvp"), &arguments);
        let (name, precision) = (self.item.sig.ident.to_string(), self.precision());
        let columns = self.product_in_lanes.map(|_| {
            let whole = self.on_clones(&self.name("_hessian"), &arguments[..arguments.len() - 1]);
            quote_spanned!(here=> ::autodiff_core::rt::check_columns((#name, #precision), #zero, || #whole.2, |direction| #hvp.2);)
        });
        let tangent = if self.method || self.companion {
            let jvp = self.on_clones(&self.name("_jvp"), &arguments);
            quote_spanned!(here=> #jvp.1)
        } else {
            quote!(())
        };
        let curvature = self.compared_curvature(&zero, &one);
        let real = self.call(&self.name("_vjp"), std::slice::from_ref(&one));
        Some(quote_spanned! {here=>
            let seed = #one;
            let (_, gradient) = #vjp;
            ::autodiff_core::rt::check_hessian((#name, #precision), #zero, &gradient, |direction| { let (_, gradient, product) = #hvp; (gradient, product, #tangent) });
            #columns
            #curvature
            #real
        })
    }

    // ---- the whole Hessian -------------------------------------------------------------------------------

    /// `f_hessian`: value, gradient and Hessian, whose form follows from that of the slots; and `f_hessian_into`, which writes them into
    /// what was there before.
    fn hessian(&self) -> TokenStream {
        let here = Span::mixed_site();
        let slots: Vec<&Param> = self.slots().collect();
        let float = |ty: &Ty| match ty {
            Ty::Float(Float::F32) => Some(quote!(f32)),
            Ty::Float(Float::F64) => Some(quote!(f64)),
            Ty::Float(Float::Generic(t)) => Some(t.to_token_stream()),
            _ => None,
        };
        let numbers: Option<Vec<TokenStream>> = slots.iter().map(|p| float(&p.ty)).collect();
        let zero_of = |ty: &Ty| Emit::new(&[]).expr(&super::super::zero_of(ty));
        let vec = quote!(::autodiff_core::__private::Vec);
        let columns = self.columns().map(|(lanes, _)| lanes);
        let columns = columns.as_ref().unwrap_or(self);
        // The type of the Hessian, what gradient and Hessian are before they are written, and the code.
        let (ty, [gradient, hessian], body) = match (&slots[..], numbers) {
            ([one], Some(types)) => (types[0].clone(), [zero_of(&one.ty), zero_of(&one.ty)], self.hessian_of_number(one)),
            ([first, ..], Some(types)) if types.windows(2).all(|w| w[0].to_string() == w[1].to_string()) => {
                let (ty, n) = (&types[0], proc_macro2::Literal::usize_unsuffixed(slots.len()));
                let zero = zero_of(&first.ty);
                let gradient = Self::gradient_value(&vec![zero.clone(); slots.len()]);
                (quote!([[#ty; #n]; #n]), [gradient, quote!([[#zero; #n]; #n])], columns.hessian_of_numbers(&zero))
            }
            ([one], _) => match one.ty.peel() {
                Ty::Array(element, len) if float(element).is_some() => {
                    let (ty, zero) = (float(element), zero_of(element));
                    let zeros = [quote!([#zero; #len]), quote!([[#zero; #len]; #len])];
                    (quote!([[#ty; #len]; #len]), zeros, columns.hessian_of_list(one, Some(len)))
                }
                Ty::Slice(element) | Ty::Vec(element) if float(element).is_some() => {
                    let ty = float(element);
                    let empty = quote!(#vec::new());
                    (quote!(#vec<#vec<#ty>>), [empty.clone(), empty], columns.hessian_of_list(one, None))
                }
                _ => columns.hessian_of_all(),
            },
            _ => columns.hessian_of_all(),
        };
        let zeros = [gradient, hessian];
        let gradient = self.gradient_type();
        let result = &self.signature.result;
        let doc = format!(
            "Value of [`{}`], its gradient and its Hessian with respect to {}; one row per number of the slots, in order.",
            self.item.sig.ident,
            self.slot_list()
        );
        let anchor = self.anchor();
        let into_doc = format!(
            "Value of [`{}`]; writes its gradient and its Hessian over what [`{}`] gave before, whose memory it uses again.",
            self.item.sig.ident,
            self.name("_hessian")
        );
        let buffers = [quote_spanned!(here=> gradient: &mut #gradient), quote_spanned!(here=> hessian: &mut #ty)];
        let into_header = self.header_of_several(&self.name("_hessian_into"), &buffers, &result.to_token_stream(), Some(into_doc));
        let result = quote_spanned!(anchor=> (#result, #gradient, #ty));
        let header = self.header_of_several(&self.name("_hessian"), &[], &result, Some(doc));
        let body = if self.signature.params.iter().any(Param::by_mut) {
            // The products are of copies; what is written to is written to once.
            let primal = self.primal();
            quote_spanned!(here=> let value = { #body }; #primal; value)
        } else {
            body
        };
        let into = self.call(&self.name("_hessian_into"), &[quote_spanned!(here=> &mut gradient), quote_spanned!(here=> &mut hessian)]);
        let [gradient, hessian] = zeros;
        let whole = quote_spanned! {here=>
            let (mut gradient, mut hessian) = (#gradient, #hessian);
            let value = #into;
            (value, gradient, hessian)
        };
        let (body, whole) = (self.body(body), self.body(whole));
        quote_spanned!(anchor=> #into_header { #body } #header { #whole })
    }

    /// A call of `f_hvp_accumulate` that moves none of the parameters.
    fn product_call(&self, more: &[TokenStream]) -> TokenStream {
        let mut arguments: Vec<TokenStream> = self.signature.params.iter().filter(|p| p.receiver.is_none()).map(Self::cloned).collect();
        arguments.extend(more.iter().cloned());
        self.on_clones(&self.product_name(), &arguments)
    }

    /// A call of the library's function that asks for all columns; how many there are at once is declared in front of it.
    fn by_columns(&self, function: &str, count: Option<&TokenStream>, arguments: &TokenStream) -> TokenStream {
        let f = Ident::new(function, Span::mixed_site());
        let Some(n) = &self.width else { return quote!(::autodiff_core::rt::#f(#arguments)) };
        let known = count.filter(|c| !crate::varied::mentions((*c).clone(), &self.generic_names()));
        let block = known.map_or_else(|| quote!(::autodiff_core::rt::lanes::BLOCK), |c| quote!(::autodiff_core::rt::lanes::block(#c)));
        let width = width();
        quote!({ const #n: usize = #block; ::autodiff_core::rt::lanes::#f(#width, #arguments) })
    }

    fn hessian_of_number(&self, p: &Param) -> TokenStream {
        let zero = Emit::new(&[]).expr(&super::super::zero_of(&p.ty));
        let here = Span::mixed_site();
        let one = match &p.ty {
            Ty::Float(Float::Generic(t)) => quote!(<#t as ::autodiff_core::Real>::__ONE),
            _ => quote!(1.0),
        };
        let call = self.product_call(&[one, quote_spanned!(here=> &mut *gradient), quote_spanned!(here=> &mut *hessian)]);
        quote_spanned!(here=> (*gradient, *hessian) = (#zero, #zero); #call)
    }

    fn hessian_of_numbers(&self, zero: &TokenStream) -> TokenStream {
        let parts = |stem: &str| -> Vec<Ident> {
            self.slots().enumerate().map(|(k, _)| format_ident!("{}{}", stem, k, span = Span::mixed_site())).collect()
        };
        let (directions, gradients, products) = (parts("d"), parts("g"), parts("h"));
        let mut more: Vec<TokenStream> = directions.iter().map(|d| quote!(*#d)).collect();
        more.extend(gradients.iter().chain(&products).map(ToTokens::to_token_stream));
        let call = self.product_call(&more);
        let n = proc_macro2::Literal::usize_unsuffixed(directions.len());
        let arguments = quote_spanned! {Span::mixed_site()=>
            &mut partials,
            hessian,
            |[#(#directions),*], [#(#gradients),*], [#(#products),*]| #call
        };
        let value = self.by_columns("hessian_of_array", Some(&n.to_token_stream()), &arguments);
        quote_spanned! {Span::mixed_site()=>
            let mut partials = [#zero; #n];
            let value = #value;
            *gradient = ::core::convert::From::from(partials);
            value
        }
    }

    fn hessian_of_list(&self, p: &Param, len: Option<&TokenStream>) -> TokenStream {
        let direction = Ident::new("direction", Span::mixed_site());
        let direction = Self::handed(p, &direction.to_token_stream());
        let here = Span::mixed_site();
        let call = self.product_call(&[direction, quote_spanned!(here=> gradient), quote_spanned!(here=> product)]);
        let arguments = quote_spanned!(here=> gradient, hessian, |direction, gradient, product| #call);
        if len.is_some() {
            return self.by_columns("hessian_of_array", len, &arguments);
        }
        let i = &p.ident;
        self.by_columns("hessian_of_list", None, &quote!(#i.len(), #arguments))
    }

    /// Names that make the length of an array unknown here.
    pub(super) fn generic_names(&self) -> HashSet<String> {
        let names = self.signature.generics.params.iter().filter_map(|p| match p {
            syn::GenericParam::Type(t) => Some(t.ident.to_string()),
            syn::GenericParam::Const(c) => Some(c.ident.to_string()),
            syn::GenericParam::Lifetime(_) => None,
        });
        let around = self.signature.block.generics.params.iter().filter_map(|p| match p {
            syn::GenericParam::Const(c) => Some(c.ident.to_string()),
            syn::GenericParam::Type(t) => Some(t.ident.to_string()),
            syn::GenericParam::Lifetime(_) => None,
        });
        names.chain(around).chain(["Self".to_string()]).collect()
    }

    /// Dense over the numbers of all slots; an array where their count is known without type parameters.
    fn hessian_of_all(&self) -> (TokenStream, [TokenStream; 2], TokenStream) {
        let zeros: Vec<TokenStream> = self.slots().map(|p| self.zero(p)).collect();
        let several = zeros.len() > 1;
        let here = Span::mixed_site();
        let part = |k: usize, of: TokenStream| {
            let k = syn::Index::from(k);
            if several {
                quote!(#of.#k)
            } else {
                quote!(*#of)
            }
        };
        let mut more = Vec::new();
        for (k, p) in self.slots().enumerate() {
            let direction = part(k, quote_spanned!(here=> direction));
            more.push(Self::handed(p, &quote!(&#direction)));
        }
        for of in [quote_spanned!(here=> gradient), quote_spanned!(here=> product)] {
            more.extend((0..zeros.len()).map(|k| {
                let place = part(k, of.clone());
                quote!(&mut #place)
            }));
        }
        let call = self.product_call(&more);
        let zero = Self::gradient_value(&zeros);
        let directions = self.width.as_ref().map(|_| {
            let zeros: Vec<TokenStream> = self.slots().map(|p| self.zero_tangent(p)).collect();
            let zeros = Self::gradient_value(&zeros);
            quote!(#zeros,)
        });
        let generic = self.generic_names();
        let counts: Option<Vec<TokenStream>> = self.slots().map(|p| count(p.ty.peel(), &generic)).collect();
        let vec = quote!(::autodiff_core::__private::Vec);
        let closure = quote_spanned!(here=> |direction, gradient, product| #call);
        match counts {
            Some(counts) => {
                let n = quote!(#(#counts)+*);
                let arguments = quote_spanned!(here=> #zero, #directions gradient, hessian, #closure);
                let code = self.by_columns("hessian_of_known", Some(&n), &arguments);
                (quote!([[f64; #n]; #n]), [zero, quote!([[0.0; #n]; #n])], code)
            }
            None => {
                let code = self.by_columns("hessian", None, &quote_spanned!(here=> #zero, #directions gradient, hessian, #closure));
                (quote!(#vec<#vec<f64>>), [zero, quote!(#vec::new())], code)
            }
        }
    }

    // ---- for callers -------------------------------------------------------------------------------------

    /// Value, tangents, and a pullback with tangents.
    pub(crate) fn push_pull(&self, pushed: &PushedAdjoint) -> TokenStream {
        let (sets, mut vars) = (pushed.along.len(), pushed.adjoint.function.vars.clone());
        let mut optional = HashSet::default();
        // The cotangents of all parameters, then their tangents by sets of directions.
        let mut bars = vec![Vec::new(); sets + 1];
        let bar_types: Vec<TokenStream> = self.signature.params.iter().map(|p| self.pull_buffer(p, Self::in_out(p))).collect();
        let (mut decls, mut ends) = (Vec::new(), Vec::new());
        for (p, &var) in self.signature.params.iter().zip(&pushed.adjoint.function.params) {
            let in_out = Self::in_out(p);
            let declared = self.pull_buffer(p, in_out);
            let kind = Self::bars_of(p, var, pushed);
            let buffers = if let Bars::Buffers(buffers) = &kind { Some(buffers.clone()) } else { None };
            let nothing = matches!(kind, Bars::Nothing);
            let names = self.declare_bars((kind, sets), p, &mut vars, &mut decls, &mut ends, !in_out);
            for (name, list) in names.iter().zip(&mut bars) {
                list.push(match buffers {
                    _ if nothing => quote!(_: #declared),
                    Some(_) if !in_out && !p.by_mut() => quote!(mut #name: #declared),
                    _ => quote!(#name: #declared),
                });
                if buffers.is_some() && p.by_mut() && !in_out {
                    // `&mut self`: in and out, whether or not the caller wants it.
                    let own = format_ident!("{}_own", name, span = Span::mixed_site());
                    let this = format_ident!("this", span = Span::mixed_site());
                    decls.push(quote! {
                        let mut #own;
                        let #name = match #name {
                            ::core::option::Option::Some(given) => given,
                            ::core::option::Option::None => { #own = ::autodiff_core::rt::zero(#this); &mut #own }
                        };
                    });
                }
            }
            if let (Some(buffers), false, false) = (buffers, in_out, p.by_mut()) {
                optional.extend(buffers);
            }
        }
        let (again, again_types, again_decls) = self.arguments_again(pushed, &vars);
        let (mut dot_decls, mut dot_ends, mut after, mut dots) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (set, along) in pushed.along.iter().enumerate() {
            let tangents = self.tangents_of_parameters(&along.dots, &pushed.adjoint.function.params, &vars, set);
            dot_decls.extend(tangents.decls);
            after.extend(tangents.after);
            // What was lent last is given back first.
            dot_ends.splice(0..0, tangents.ends);
            dots.extend(self.tangent_parameters(set));
        }
        let seed_ty = self.signature.cotangent(&self.signature.result);
        let named = |v: Option<Var>| v.map_or_else(|| quote!(_), |v| vars[v.0 as usize].name.to_token_stream());
        let seeds = std::iter::once(pushed.adjoint.seed).chain(pushed.along.iter().map(|a| a.seed_dot)).map(named);
        let seeds: Vec<TokenStream> = seeds.map(|name| quote!(#name: #seed_ty)).collect();
        let emit = Emit::new(&vars);
        let forward = emit.block(&pushed.adjoint.function.body);
        let unit = matches!(self.signature.result_ty, Ty::Unit);
        let part = |e: &Option<Expr>| e.as_ref().filter(|_| !unit).map_or_else(|| quote!(()), |e| emit.expr(e));
        let value_dots: Vec<TokenStream> = pushed.along.iter().map(|a| part(&a.value_dot)).collect();
        let value = part(&pushed.value);
        let emit = Emit::with_optional(&vars, optional);
        let reverse = emit.stmts(&pushed.adjoint.reverse);
        let copies = self.copies_again(&reverse);
        let body = quote!(#copies #(#decls)* #(#again_decls)* #reverse #(#ends)*);
        let by_reference = self.signature.params.iter().any(|p| p.receiver.is_some() && !p.ty.is_float() && (p.by_ref() || p.by_mut()));
        let body = if by_reference { replace_self(body) } else { body };
        let (result, result_dot, uses) = (&self.signature.result, self.signature.cotangent(&self.signature.result), self.imports());
        // As for the pullback: captures type parameters, but no lifetimes.
        let here = Span::mixed_site();
        let anchor = self.anchor();
        let unnamed = Ident::new("impl", here.located_at(anchor));
        let bars = bars.concat();
        let closure = quote!(move |#(#again,)* #(#seeds,)* #(#bars),*| { #body });
        let (seed_types, bar_types) = (vec![&seed_ty; sets + 1], vec![bar_types; sets + 1].concat());
        let closure_ty = quote!(#(#again_types,)* #(#seed_types,)* #(#bar_types),*);
        let dot_types = vec![&result_dot; sets];
        let after_types = vec![self.receiver_after(); sets].into_iter().flatten();
        let types = quote!(#result, #(#dot_types,)* #(#after_types,)*);
        let of_trait = matches!(self.signature.block.kind, BlockKind::Trait | BlockKind::TraitImpl);
        let captures = self.signature.captures();
        let boxed_ty = quote!(::autodiff_core::__private::Box<dyn ::core::ops::FnOnce(#closure_ty) + '_>);
        let outlived = self.outlived();
        let result_ty = match self.boxed && !of_trait {
            true => quote_spanned!(here=> (#types ::autodiff_core::__private::Box<dyn ::core::ops::FnOnce(#closure_ty) #outlived>)),
            false => quote_spanned!(anchor=> (#types #unnamed ::core::ops::FnOnce(#closure_ty) #captures)),
        };
        let made = match self.boxed {
            true => quote!(::autodiff_core::__private::Box::new(#closure) as #boxed_ty),
            false => closure,
        };
        let kept = format_ident!("results", span = here);
        let parts = (0..=sets + after.len()).map(syn::Index::from);
        let made = quote!(let #kept = (#value, #(#value_dots,)* #(#after,)*); (#(#kept.#parts,)* #made));
        let body = match self.stub {
            // The unnamed type of a trait's function needs a type behind it.
            Some(stub) if of_trait => quote!(let made: (#types #boxed_ty) = { #stub }; made),
            Some(stub) => stub.clone(),
            None => quote!(#uses #(#dot_decls)* #forward #(#dot_ends)* #made),
        };
        let body = self.on_own_receiver(body);
        let body = if self.required { quote!(;) } else { quote_spanned!(anchor=> { #body }) };
        let generics = self.generics_of_pullback();
        let (params, _, wheres) = generics.split_for_impl();
        let (declarations, attributes, vis) = (self.hidden_declarations(), self.hidden_attributes(), &self.item.vis);
        let suffix = method_suffix_of(pushed.directions());
        let f = if self.method { self.name(&suffix) } else { Ident::new(suffix.trim_start_matches('_'), Span::call_site()) };
        quote! {
            #[doc(hidden)]
            #attributes
            #vis fn #f #params(#(#declarations,)* #(#dots),*) -> #result_ty #wheres #body
        }
    }

    /// What a pullback with tangents takes of the arguments: parameters, their types, and declarations in front of the code.
    fn arguments_again(&self, pushed: &PushedAdjoint, vars: &[VarInfo]) -> (Vec<TokenStream>, Vec<TokenStream>, Vec<TokenStream>) {
        let (mut again, mut types, mut decls) = (Vec::new(), Vec::new(), Vec::new());
        let var = |k: usize| pushed.adjoint.function.params.get(k);
        let handed = || self.signature.params.iter().enumerate().map(|(k, p)| (p, var(k))).filter(|(p, _)| !Self::in_out(p));
        for (p, _) in handed() {
            let target = match &p.written {
                syn::Type::Reference(r) => r.elem.to_token_stream(),
                other => other.to_token_stream(),
            };
            types.push(quote!(&#target));
            let name = Self::again_name(p);
            again.push(quote!(#name: &#target));
        }
        for (set, Along { dots, .. }) in pushed.along.iter().enumerate() {
            for (p, var) in handed() {
                let buffer = self.tangent_buffer(p);
                types.push(quote!(::core::option::Option<&#buffer>));
                again.push(match var.and_then(|v| dots.get(v)).filter(|_| p.by_ref()) {
                    Some(dot) => {
                        let given = Self::dot_along(p, set);
                        decls.push(self.borrowed_tangent(p, &vars[dot.0 as usize].name, set));
                        quote!(#given: ::core::option::Option<&#buffer>)
                    }
                    None => quote!(_: ::core::option::Option<&#buffer>),
                });
            }
        }
        (again, types, decls)
    }
}

/// The number of numbers in a type, where it is written down.
pub(super) fn count(ty: &Ty, generic: &HashSet<String>) -> Option<TokenStream> {
    Some(match ty {
        Ty::Float(_) => quote!(1),
        Ty::Array(element, len) => {
            let inner = count(element, generic)?;
            if crate::varied::mentions(len.clone(), generic) {
                return None;
            }
            quote!((#len) * (#inner))
        }
        Ty::Tuple(items) => {
            let counts: Vec<TokenStream> = items.iter().map(|t| count(t, generic)).collect::<Option<_>>()?;
            quote!((#(#counts)+*))
        }
        Ty::Plain | Ty::Inert | Ty::Unit => quote!(0),
        _ => return None,
    })
}
