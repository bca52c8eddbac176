//! `f_grad`, `f_vjp` and the siblings that add into buffers.
//!
//! What enters: the adjoint with respect to the slots. What leaves: the functions that users call. Guarantee: the code stands in one of
//! them, and the others call it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned, ToTokens};

use super::super::{zero_of, Emit};
use super::Siblings;
use crate::ir::{Expr, Stmt};
use crate::reverse::Adjoint;
use crate::signature::Param;
use crate::types::Ty;

impl Siblings<'_> {
    pub(super) fn grad(&self) -> TokenStream {
        let f = self.name("_grad");
        let gradient = self.gradient_type();
        let (name, report) = (&self.item.sig.ident, &self.adjoint.report);
        let doc = format!(" Value of [`{name}`] and its gradient with respect to {}.{report}", self.slot_list());
        let header = self.header(&f, &[], &self.with_value(&gradient), Some(doc));
        let call = self.gradient_call();
        let body = self
            .body(self.grad_by_tangents().or_else(|| self.grad_by_lanes()).or_else(|| self.grad_with_hessian_checked()).unwrap_or(call));
        quote_spanned!(self.anchor()=> #header { #body })
    }

    pub(super) fn seed_parameter(&self) -> TokenStream {
        let ty = self.signature.cotangent(&self.signature.result);
        let seed = self.seed_ident();
        quote!(#seed: #ty)
    }

    pub(super) fn seed_ident(&self) -> Ident {
        match self.adjoint.seed {
            Some(v) => self.adjoint.function.vars[v.0 as usize].name.clone(),
            None => Ident::new("seed", Span::mixed_site()),
        }
    }

    fn vjp_doc(&self) -> String {
        format!(
            " Value of [`{}`] and the vector-Jacobian product with `seed`, the cotangent of the result; slots: {}.{}",
            self.item.sig.ident,
            self.slot_list(),
            self.adjoint.report
        )
    }

    /// All slots are numbers: the code stands in `f_vjp` itself.
    pub(super) fn vjp_of_numbers(&self) -> TokenStream {
        let gradient = self.gradient_type();
        let header = self.header(&self.name("_vjp"), &[self.seed_parameter()], &self.with_value(&gradient), Some(self.vjp_doc()));
        let emit = Emit::new(&self.adjoint.function.vars);
        let forward = emit.block(&self.adjoint.function.body);
        let reverse = emit.stmts(&self.adjoint.reverse);
        let mut decls = Vec::new();
        let mut lets = Vec::new();
        let mut values = Vec::new();
        for (p, &var) in self.signature.params.iter().zip(&self.adjoint.function.params) {
            if !p.slot {
                continue;
            }
            if let Some(bar) = self.adjoint.bars.get(&var) {
                let name = emit.name(*bar);
                let zero = emit.expr(&zero_of(&p.ty));
                decls.push(quote!(let mut #name = #zero;));
                values.push(name.to_token_stream());
            } else if let Some(sum) = self.adjoint.sums.get(&var) {
                if let Expr::Var(v) = sum {
                    values.push(emit.name(*v).to_token_stream());
                } else {
                    let name = Self::bar_ident(p);
                    let sum = emit.expr(sum);
                    lets.push(quote!(let #name = #sum;));
                    values.push(name.to_token_stream());
                }
            } else {
                values.push(emit.expr(&zero_of(&p.ty)));
            }
        }
        let value = self.result_value(&emit, self.adjoint);
        let gradient = Self::gradient_value(&values);
        // Arithmetic on numbers needs no trait's methods.
        let mut all = self.adjoint.function.body.stmts.iter().chain(&self.adjoint.reverse);
        let uses = (!all.all(Stmt::is_arithmetic)).then(|| self.imports());
        let forward = Self::with_declarations(self.adjoint, &forward, &decls);
        let compared = self.compared_product();
        let body = self.body(quote!(#compared #uses #forward #reverse #(#lets)* (#value, #gradient)));
        quote_spanned!(self.anchor()=> #header { #body })
    }

    /// The forward sweep and the cotangents that the reverse sweep begins with; they come first where the forward sweep adds to them.
    pub(super) fn with_declarations(adjoint: &Adjoint, forward: &TokenStream, decls: &[TokenStream]) -> TokenStream {
        if adjoint.fused {
            quote!(#(#decls)* #forward)
        } else {
            quote!(#forward #(#decls)*)
        }
    }

    pub(super) fn imports(&self) -> TokenStream {
        quote!(
            use ::autodiff_core::__methods::*;
        )
    }

    fn result_value(&self, emit: &Emit, adjoint: &Adjoint) -> TokenStream {
        match &adjoint.function.result {
            Some(e) if !matches!(self.signature.result_ty, Ty::Unit) => emit.expr(e),
            _ => self.no_value(),
        }
    }

    /// The value of a function without one: its result is `()`, or its end is not reached, as that of `todo!()`.
    pub(super) fn no_value(&self) -> TokenStream {
        if matches!(self.signature.result_ty, Ty::Unit) {
            quote!(())
        } else {
            quote!(::core::unreachable!())
        }
    }

    pub(super) fn accumulate_numbers(&self) -> Option<TokenStream> {
        if !self.signature.scalar_result() {
            return None;
        }
        let f = self.name("_grad_accumulate");
        let result = &self.signature.result;
        let bars: Vec<Ident> = self.slots().map(Self::bar_ident).collect();
        let more: Vec<TokenStream> = self
            .slots()
            .zip(&bars)
            .map(|(p, b)| {
                let ty = self.buffer(p);
                quote!(#b: #ty)
            })
            .collect();
        let doc =
            format!(" Value of [`{}`]; adds its gradient with respect to {} into the buffers.", self.item.sig.ident, self.slot_list());
        let header = self.header(&f, &more, &result.to_token_stream(), Some(doc));
        if self.partials {
            let bars: Vec<TokenStream> = bars.iter().map(ToTokens::to_token_stream).collect();
            let body = self.body(self.of_partials("added", &bars));
            return Some(quote_spanned!(self.anchor()=> #header { #body }));
        }
        let call = self.gradient_call();
        let parts: Vec<Ident> = (0..bars.len()).map(|k| format_ident!("g{}", k, span = Span::mixed_site())).collect();
        let pattern = Self::gradient_value(&parts.iter().map(ToTokens::to_token_stream).collect::<Vec<_>>());
        let body = self.body(quote! {
            let (value, #pattern) = #call;
            #(*#bars += #parts;)*
            value
        });
        Some(quote_spanned!(self.anchor()=> #header { #body }))
    }

    pub(super) fn buffer_parameters(&self, bars: &[Ident]) -> Vec<TokenStream> {
        self.slots()
            .zip(bars)
            .map(|(p, b)| {
                let ty = self.buffer(p);
                quote!(#b: #ty)
            })
            .collect()
    }

    /// Some slot needs a buffer: the code adds into `&mut` cotangents.
    pub(super) fn core(&self) -> TokenStream {
        let (bars, body, value) = self.sweeps_into_buffers(true);
        let mut more = vec![self.seed_parameter()];
        more.extend(self.buffer_parameters(&bars));
        let result = &self.signature.result;
        let header = self.header(&self.name("_vjp_accumulate"), &more, &result.to_token_stream(), None);
        let body = self.body(quote!(#body #value));
        quote_spanned!(self.anchor()=> #header { #body })
    }

    /// Both sweeps, adding into `&mut` cotangents, and the value: the names of the cotangents come first. With `values`, the parameters are
    /// at hand to tell the shapes that the forward sweep leaves.
    pub(super) fn sweeps_into_buffers(&self, values: bool) -> (Vec<Ident>, TokenStream, TokenStream) {
        let adjoint = self.adjoint;
        let mut vars = adjoint.function.vars.clone();
        let mut bars = Vec::new();
        let (mut decls, mut ends, mut shapes) = (Vec::new(), Vec::new(), Vec::new());
        for (k, (p, &var)) in self.signature.params.iter().zip(&adjoint.function.params).enumerate() {
            if !p.slot {
                continue;
            }
            let by_value_number = p.ty.is_float();
            match (adjoint.bars.get(&var), by_value_number) {
                (Some(bar), false) => {
                    let info = &mut vars[bar.0 as usize];
                    let inner = p.ty.peel();
                    info.ty =
                        Ty::Ref(Box::new(if matches!(inner, Ty::Array(..) | Ty::Slice(..)) { inner.clone() } else { Ty::Unknown }), true);
                    bars.push(info.name.clone());
                    shapes.extend(self.shape_after(adjoint, (k, p), &info.name, None).filter(|_| values));
                }
                (Some(bar), true) => {
                    let out = Self::out_ident(p);
                    let name = vars[bar.0 as usize].name.clone();
                    let zero = Emit::new(&vars).expr(&zero_of(&p.ty));
                    decls.push(quote!(let mut #name = #zero;));
                    ends.push(quote!(*#out += #name;));
                    bars.push(out);
                }
                (None, _) => {
                    let out = Self::out_ident(p);
                    if let Some(sum) = adjoint.sums.get(&var) {
                        let sum = Emit::new(&vars).expr(sum);
                        ends.push(quote!(*#out += #sum;));
                    }
                    bars.push(out);
                }
            }
        }
        let emit = Emit::new(&vars);
        let forward = emit.block(&adjoint.function.body);
        let reverse = emit.stmts(&adjoint.reverse);
        let value = self.result_value(&emit, adjoint);
        let uses = self.imports();
        let forward = Self::with_declarations(adjoint, &forward, &decls);
        (bars, quote!(#uses #forward #(#shapes)* #reverse #(#ends)*), value)
    }

    pub(super) fn out_ident(p: &Param) -> Ident {
        format_ident!("{}_bar_out", p.ident.to_string().trim_start_matches("r#"), span = Span::mixed_site())
    }

    pub(super) fn vjp_of_buffers(&self) -> TokenStream {
        let gradient = self.gradient_type();
        let header = self.header(&self.name("_vjp"), &[self.seed_parameter()], &self.with_value(&gradient), Some(self.vjp_doc()));
        let seed = self.seed_ident();
        let mut zeros = Vec::new();
        let mut more = vec![quote!(#seed)];
        let mut values = Vec::new();
        for p in self.slots() {
            let bar = Self::bar_ident(p);
            let zero = self.zero(p);
            zeros.push(quote!(let mut #bar = #zero;));
            more.push(quote!(&mut #bar));
            values.push(bar.to_token_stream());
        }
        let call = self.call(&self.name("_vjp_accumulate"), &more);
        let gradient = Self::gradient_value(&values);
        let compared = self.compared_product();
        let body = self.body(quote!(#compared #(#zeros)* let value = #call; (value, #gradient)));
        quote_spanned!(self.anchor()=> #header { #body })
    }

    /// `f_vjp` where what the function leaves in parameters belongs to the results: the seed has a part for each of them, behind the
    /// result's, and their cotangents go on from it.
    pub(super) fn vjp_of_outputs(&self) -> TokenStream {
        let unit = matches!(self.signature.result_ty, Ty::Unit);
        let (mut seeds, mut types) = (Vec::new(), Vec::new());
        let seed = if unit {
            quote!(())
        } else {
            types.push(self.signature.cotangent(&self.signature.result));
            seeds.push(self.seed_ident().to_token_stream());
            seeds[0].clone()
        };
        for p in self.outputs() {
            seeds.push(Self::bar_ident(p).to_token_stream());
            types.push(self.signature.cotangent(&p.written));
        }
        let (mut decls, mut more, mut values) = (Vec::new(), vec![seed], Vec::new());
        for p in self.slots() {
            let bar = Self::bar_ident(p);
            let start = if p.by_mut() { bar.to_token_stream() } else { self.zero(p) };
            decls.push(quote!(let mut #bar = #start;));
            more.push(quote!(&mut #bar));
            values.push(bar.to_token_stream());
        }
        let (pattern, ty) = (Self::gradient_value(&seeds), Self::gradient_value(&types));
        let doc = format!(
            " Value of [`{}`] and the vector-Jacobian product with the cotangents {}{}; slots: {}.{}",
            self.item.sig.ident,
            if unit { "" } else { "of the result" },
            self.output_list().trim_start_matches(if unit { ", then " } else { "" }),
            self.slot_list(),
            self.adjoint.report
        );
        let given = quote_spanned!(self.anchor()=> #pattern: #ty);
        let header = self.header(&self.name("_vjp"), &[given], &self.with_value(&self.gradient_type()), Some(doc));
        let (call, gradient) = (self.call(&self.name("_vjp_accumulate"), &more), Self::gradient_value(&values));
        let body = self.body(quote!(#(#decls)* let value = #call; (value, #gradient)));
        quote_spanned!(self.anchor()=> #header { #body })
    }

    /// Zeros of a slot.
    pub(super) fn zero(&self, p: &Param) -> TokenStream {
        if p.ty.peel().static_zero() {
            return Emit::new(&[]).expr(&zero_of(p.ty.peel()));
        }
        let i = &p.ident;
        if let Ty::Named(_) = p.ty.peel() {
            // Of the type as it is written, so that an error about it is found there.
            let mut ty = &p.written;
            while let syn::Type::Reference(r) = ty {
                ty = &r.elem;
            }
            let (_, end) = crate::types::ends(ty);
            let target = crate::types::as_differentiable(ty);
            let mut i = i.clone();
            i.set_span(i.span().located_at(end));
            let borrow = if p.by_ref() || p.by_mut() { quote_spanned!(end=> &*#i) } else { quote_spanned!(end=> &#i) };
            return quote_spanned!(end=> #target::zero_cotangent(#borrow));
        }
        if p.by_ref() || p.by_mut() {
            quote!(::autodiff_core::rt::zero(&*#i))
        } else {
            quote!(::autodiff_core::rt::zero(&#i))
        }
    }

    pub(super) fn accumulate_buffers(&self) -> TokenStream {
        let result = &self.signature.result;
        let bars: Vec<Ident> = self.slots().map(Self::bar_ident).collect();
        let more = self.buffer_parameters(&bars);
        let doc =
            format!(" Value of [`{}`]; adds its gradient with respect to {} into the buffers.", self.item.sig.ident, self.slot_list());
        let header = self.header(&self.name("_grad_accumulate"), &more, &result.to_token_stream(), Some(doc));
        let mut args = vec![self.one()];
        args.extend(self.slots().zip(&bars).map(|(p, b)| match self.opaque_in(p) {
            Some(at) => quote_spanned!(at=> { #b }),
            None => quote!(#b),
        }));
        let call = self.call(&self.name("_vjp_accumulate"), &args);
        let body = self.body(call);
        quote_spanned!(self.anchor()=> #header { #body })
    }
}
