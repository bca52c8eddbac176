//! The generated siblings of a function, around its adjoint.
//!
//! | sibling | role |
//! | --- | --- |
//! | `f_grad` | seed 1 |
//! | `f_vjp` | any seed; carries the code where all slots are numbers |
//! | `f_grad_accumulate` | adds into the caller's buffers |
//! | `f_vjp_accumulate` (hidden) | carries the code where a slot needs a buffer |
//! | `f::pull`, `f_needs_differentiate` (hidden) | the value and a pullback, for callers |
//! | `f_jvp` | forward mode |
//! | `f::push`, `f_needs_differentiate_jvp` (hidden) | carries the code of forward mode, for callers too |
//! | `f_jvp_lanes` | forward mode in several directions at once |
//! | `f::needs_differentiate_lanes`, `f_needs_differentiate_lanes` (hidden) | carries its code; `f::lanes` is for callers that can do without |
//! | `f_hvp`, `f_hessian` | second derivatives |
//! | `f_hvp_accumulate` (hidden) | carries their code |
//! | `f_grad::pull`, .. (hidden) | companions of `f_grad`, `f_vjp`, `f_jvp` and `f_hvp`, for functions that call these and are differentiated |
//! | `f_jacobian`, `f_jacobian_into` | rows by `f_vjp` or columns by `f_jvp`, whichever are fewer |
//! | `f::needs_differentiate_hessian`, `f_needs_differentiate_hessian` (hidden) | value, tangent and a pullback with tangents, for callers; `.._order_3` and so on with tangents in more directions |

use rustc_hash::FxHashSet as HashSet;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned, ToTokens};

use super::{Emit, METHOD_SUFFIX};
use crate::forward::{PushedAdjoint, Pushforward};
use crate::ir::Expr;
use crate::overwrites::Extent;
use crate::reverse::Adjoint;
use crate::signature::{BlockKind, Param, Signature};
use crate::types::{Float, Ty};

mod associated;
mod forward;
mod jacobian;
pub(crate) mod lanes;
mod nested;
pub(crate) mod operator;
mod partials;
mod second;

pub(crate) use partials::PARTIALS;

/// Lints that generated code may trip, each for a reason that is not the user's concern.
fn allows() -> TokenStream {
    quote! {
        #[allow(
            unused, // not every forward value or cotangent is read; comments in expansions are doc comments
            non_snake_case, // names derived from the user's
            clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction // style is the printer's
        )]
    }
}

/// Everything needed to write the siblings.
#[derive(Clone)]
pub(crate) struct Siblings<'a> {
    pub item: &'a syn::ItemFn,
    pub signature: &'a Signature,
    /// What the function does to its parameters, for callers; nothing is known of those that are missing.
    pub overwrites: &'a [Extent],
    pub adjoint: &'a Adjoint,
    /// The adjoint with respect to all parameters, for callers, where `wrt` narrows the slots.
    pub full: &'a Adjoint,
    /// Forward mode; none where only the reverse rule is known.
    pub pushforward: Option<&'a Pushforward>,
    /// Forward mode in lanes, where it is asked for and possible.
    pub lanes: Option<&'a Pushforward>,
    /// The number of directions while siblings in lanes are written.
    pub width: Option<TokenStream>,
    /// Whether second derivatives are asked for.
    pub hessian: bool,
    /// Whether the Jacobian is asked for.
    pub jacobian: bool,
    /// Forward mode over `adjoint`, where second derivatives are asked for.
    pub product: Option<&'a PushedAdjoint>,
    /// The same over `full`, for callers: with tangents in one direction, in two, and so on.
    pub higher: &'a [PushedAdjoint],
    pub method: bool,
    pub companion: bool,
    pub boxed: bool,
    /// The body of siblings that only have their signature, after an error: calls of them give no second message.
    pub stub: Option<&'a TokenStream>,
    /// A function of a trait that has no body: its hidden siblings have none either.
    pub required: bool,
    /// Whether callers get products with the gradient instead of another sweep.
    pub partials: bool,
}

impl Siblings<'_> {
    fn name(&self, suffix: &str) -> Ident {
        let name = &self.item.sig.ident;
        let text = name.to_string();
        Ident::new(&format!("{}{suffix}", text.trim_start_matches("r#")), name.span())
    }

    /// The body of a sibling that carries code.
    fn body(&self, code: TokenStream) -> TokenStream {
        self.stub.cloned().unwrap_or(code)
    }

    fn slots(&self) -> impl Iterator<Item = &Param> {
        self.signature.params.iter().filter(|p| p.slot)
    }

    fn declarations(&self) -> Vec<TokenStream> {
        self.signature.params.iter().map(Param::declaration).collect()
    }

    /// A call of another sibling with the same parameters.
    fn call(&self, f: &Ident, more: &[TokenStream]) -> TokenStream {
        self.call_on(&quote!(self), f, more)
    }

    /// The same with a receiver, if the function has one.
    fn call_on(&self, receiver: &TokenStream, f: &Ident, more: &[TokenStream]) -> TokenStream {
        let args = self.signature.params.iter().filter(|p| p.receiver.is_none()).map(|p| {
            let i = &p.ident;
            if p.by_mut() {
                quote!(&mut *#i)
            } else {
                quote!(#i)
            }
        });
        let mut all: Vec<TokenStream> = args.collect();
        all.extend(more.iter().cloned());
        let anchor = self.anchor();
        let f = Ident::new(&f.to_string(), anchor);
        if self.signature.params.iter().any(|p| p.receiver.is_some()) {
            // By path: for a method, rustc would report what its signature needs a second time.
            all.insert(
                0,
                receiver
                    .clone()
                    .into_iter()
                    .map(|mut t| {
                        t.set_span(anchor);
                        t
                    })
                    .collect(),
            );
            quote_spanned!(anchor=> Self::#f(#(#all),*))
        } else if self.method {
            let fish = self.turbofish();
            quote_spanned!(anchor=> Self::#f #fish(#(#all),*))
        } else {
            let fish = self.turbofish();
            quote_spanned!(anchor=> #f #fish(#(#all),*))
        }
    }

    fn turbofish(&self) -> Option<TokenStream> {
        let mut names: Vec<TokenStream> = self
            .signature
            .generics
            .params
            .iter()
            .filter_map(|p| match p {
                syn::GenericParam::Type(t) => Some(t.ident.to_token_stream()),
                syn::GenericParam::Const(c) => Some(c.ident.to_token_stream()),
                syn::GenericParam::Lifetime(_) => None,
            })
            .collect();
        names.extend(self.width.clone());
        let anonymous = self.signature.params.iter().any(|p| p.written.to_token_stream().to_string().contains("impl "));
        (!names.is_empty() && !anonymous).then(|| quote!(::<#(#names),*>))
    }

    /// Where rustc finds first that a type is not `Differentiable`: everything else that needs it to be is put at the same place, so
    /// that the message is shown once.
    fn anchor(&self) -> Span {
        let written = self.slots().map(|p| &p.written).chain([&self.signature.result]);
        written.filter_map(|t| opaque_part(t, &self.signature.floats)).next().unwrap_or_else(Span::call_site)
    }

    /// Slot types as the gradient has them.
    fn gradient_type(&self) -> TokenStream {
        let types: Vec<TokenStream> = self.slots().map(|p| self.signature.cotangent(&p.written)).collect();
        match &types[..] {
            [one] => one.clone(),
            many => quote_spanned!(self.anchor()=> (#(#many),*)),
        }
    }

    /// The type of a sibling's result: the value and something else.
    fn with_value(&self, other: &TokenStream) -> TokenStream {
        let result = &self.signature.result;
        quote_spanned!(self.anchor()=> (#result, #other))
    }

    /// `&mut` cotangent of a parameter.
    fn buffer(&self, p: &Param) -> TokenStream {
        borrowed(&p.written, &self.signature.buffer(&p.written), &self.signature.floats)
    }

    fn gradient_value(values: &[TokenStream]) -> TokenStream {
        match values {
            [one] => one.clone(),
            many => quote!((#(#many),*)),
        }
    }

    fn one(&self) -> TokenStream {
        match &self.signature.result_ty {
            Ty::Float(Float::Generic(t)) => quote!(<#t as ::autodiff_core::Real>::ONE),
            _ => quote!(1.0),
        }
    }

    fn bar_ident(p: &Param) -> Ident {
        format_ident!("{}_bar", p.ident.to_string().trim_start_matches("r#"), span = Span::mixed_site())
    }

    /// What every sibling carries of the user's attributes.
    fn attributes(&self) -> TokenStream {
        let cfgs = self.item.attrs.iter().filter(|a| a.path().is_ident("cfg"));
        let allows = allows();
        quote!(#(#cfgs)* #allows #[inline])
    }

    /// What every hidden sibling carries: those of a companion have the rest in common.
    fn hidden_attributes(&self) -> TokenStream {
        if self.method {
            self.attributes()
        } else {
            quote!(#[inline])
        }
    }

    pub fn emit(&self) -> TokenStream {
        if matches!(self.signature.block.kind, BlockKind::Trait | BlockKind::TraitImpl) {
            return self.hidden();
        }
        let mut out = TokenStream::new();
        let with_seeds = self.signature.params.iter().any(Param::by_mut);
        if self.signature.numbers_only() {
            out.extend(self.vjp_of_numbers());
            out.extend(self.accumulate_numbers());
        } else {
            out.extend(self.core());
            if !with_seeds || self.signature.scalar_result() {
                out.extend(self.vjp_of_buffers());
            }
            if self.signature.scalar_result() {
                out.extend(self.accumulate_buffers());
            }
        }
        if self.signature.scalar_result() {
            out.extend(self.grad());
        }
        let (push, jvp) = self.forward_mode();
        out.extend(jvp);
        out.extend(self.second_order());
        out.extend(self.jacobians());
        out.extend(self.nested());
        let (lanes, jvp_lanes) = self.forward_mode_in_lanes();
        out.extend(jvp_lanes);
        out.extend(self.companion_with([push, lanes]));
        out
    }

    /// Only what callers reach.
    pub fn for_callers(&self) -> TokenStream {
        let (push, _) = self.forward_mode();
        self.companion_with([push, TokenStream::new()])
    }

    fn companion_with(&self, forward: [TokenStream; 2]) -> TokenStream {
        let pulls = self.higher.iter().map(|pushed| self.push_pull(pushed));
        self.companion(&std::iter::once(self.pull()).chain(forward).chain(pulls).collect::<Vec<_>>())
    }

    fn header(&self, f: &Ident, more: &[TokenStream], result: &TokenStream, doc: Option<String>) -> TokenStream {
        let vis = &self.item.vis;
        let generics = self.with_clones(self.with_width(self.signature.sibling_generics()));
        let (params, _, wheres) = generics.split_for_impl();
        let declarations = self.declarations();
        let attributes = self.attributes();
        let doc = match doc {
            Some(d) => quote!(#[doc = #d]),
            None => quote!(#[doc(hidden)]),
        };
        quote! {
            #doc
            #attributes
            #vis fn #f #params(#(#declarations,)* #(#more),*) -> #result #wheres
        }
    }

    fn slot_list(&self) -> String {
        self.slots().map(|p| format!("`{}`", p.ident)).collect::<Vec<_>>().join(", ")
    }

    fn grad(&self) -> TokenStream {
        let f = self.name("_grad");
        let gradient = self.gradient_type();
        let (name, report) = (&self.item.sig.ident, &self.adjoint.report);
        let doc = format!(" Value of [`{name}`] and its gradient with respect to {}.{report}", self.slot_list());
        let header = self.header(&f, &[], &self.with_value(&gradient), Some(doc));
        let call = self.call(&self.name("_vjp"), &[self.one()]);
        let body = self
            .body(self.grad_by_tangents().or_else(|| self.grad_by_lanes()).or_else(|| self.grad_with_hessian_checked()).unwrap_or(call));
        quote_spanned!(self.anchor()=> #header { #body })
    }

    fn seed_parameter(&self) -> TokenStream {
        let ty = self.signature.cotangent(&self.signature.result);
        let seed = self.seed_ident();
        quote!(#seed: #ty)
    }

    fn seed_ident(&self) -> Ident {
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
    fn vjp_of_numbers(&self) -> TokenStream {
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
                let zero = emit.expr(&super::zero_of(&p.ty));
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
                values.push(emit.expr(&super::zero_of(&p.ty)));
            }
        }
        let value = self.result_value(&emit, self.adjoint);
        let gradient = Self::gradient_value(&values);
        let uses = self.imports();
        let forward = Self::with_declarations(self.adjoint, &forward, &decls);
        let body = self.body(quote!(#uses #forward #reverse #(#lets)* (#value, #gradient)));
        quote_spanned!(self.anchor()=> #header { #body })
    }

    /// The forward sweep and the cotangents that the reverse sweep begins with; they come first where the forward sweep adds to them.
    fn with_declarations(adjoint: &Adjoint, forward: &TokenStream, decls: &[TokenStream]) -> TokenStream {
        if adjoint.fused {
            quote!(#(#decls)* #forward)
        } else {
            quote!(#forward #(#decls)*)
        }
    }

    fn imports(&self) -> TokenStream {
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
    fn no_value(&self) -> TokenStream {
        if matches!(self.signature.result_ty, Ty::Unit) {
            quote!(())
        } else {
            quote!(::core::unreachable!())
        }
    }

    fn accumulate_numbers(&self) -> Option<TokenStream> {
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
        let call = self.call(&self.name("_vjp"), &[self.one()]);
        let parts: Vec<Ident> = (0..bars.len()).map(|k| format_ident!("g{}", k, span = Span::mixed_site())).collect();
        let pattern = Self::gradient_value(&parts.iter().map(ToTokens::to_token_stream).collect::<Vec<_>>());
        let body = self.body(quote! {
            let (value, #pattern) = #call;
            #(*#bars += #parts;)*
            value
        });
        Some(quote_spanned!(self.anchor()=> #header { #body }))
    }

    fn buffer_parameters(&self, bars: &[Ident]) -> Vec<TokenStream> {
        self.slots()
            .zip(bars)
            .map(|(p, b)| {
                let ty = self.buffer(p);
                quote!(#b: #ty)
            })
            .collect()
    }

    /// Some slot needs a buffer: the code adds into `&mut` cotangents.
    fn core(&self) -> TokenStream {
        let (bars, body, value) = self.sweeps_into_buffers();
        let mut more = vec![self.seed_parameter()];
        more.extend(self.buffer_parameters(&bars));
        let result = &self.signature.result;
        let header = self.header(&self.name("_vjp_accumulate"), &more, &result.to_token_stream(), None);
        let body = self.body(quote!(#body #value));
        quote_spanned!(self.anchor()=> #header { #body })
    }

    /// Both sweeps, adding into `&mut` cotangents, and the value: the names of the cotangents come first.
    fn sweeps_into_buffers(&self) -> (Vec<Ident>, TokenStream, TokenStream) {
        let adjoint = self.adjoint;
        let mut vars = adjoint.function.vars.clone();
        let mut bars = Vec::new();
        let (mut decls, mut ends) = (Vec::new(), Vec::new());
        for (p, &var) in self.signature.params.iter().zip(&adjoint.function.params) {
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
                }
                (Some(bar), true) => {
                    let out = Self::out_ident(p);
                    let name = vars[bar.0 as usize].name.clone();
                    let zero = Emit::new(&vars).expr(&super::zero_of(&p.ty));
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
        (bars, quote!(#uses #forward #reverse #(#ends)*), value)
    }

    fn out_ident(p: &Param) -> Ident {
        format_ident!("{}_bar_out", p.ident.to_string().trim_start_matches("r#"), span = Span::mixed_site())
    }

    fn vjp_of_buffers(&self) -> TokenStream {
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
        let body = self.body(quote!(#(#zeros)* let value = #call; (value, #gradient)));
        quote_spanned!(self.anchor()=> #header { #body })
    }

    /// Zeros of a slot.
    fn zero(&self, p: &Param) -> TokenStream {
        if p.ty.peel().static_zero() {
            return Emit::new(&[]).expr(&super::zero_of(p.ty.peel()));
        }
        let i = &p.ident;
        if let Ty::Named = p.ty.peel() {
            // Of the type as it is written, so that an error about it is found there.
            let mut ty = &p.written;
            while let syn::Type::Reference(r) = ty {
                ty = &r.elem;
            }
            let (_, end) = crate::types::ends(ty);
            let target = crate::types::as_differentiable(ty);
            let i = Ident::new(&i.to_string(), i.span().located_at(end));
            let borrow = if p.by_ref() || p.by_mut() { quote_spanned!(end=> &*#i) } else { quote_spanned!(end=> &#i) };
            return quote_spanned!(end=> #target::zero_cotangent(#borrow));
        }
        if p.by_ref() || p.by_mut() {
            quote!(::autodiff_core::rt::zero(&*#i))
        } else {
            quote!(::autodiff_core::rt::zero(&#i))
        }
    }

    fn accumulate_buffers(&self) -> TokenStream {
        let result = &self.signature.result;
        let bars: Vec<Ident> = self.slots().map(Self::bar_ident).collect();
        let more = self.buffer_parameters(&bars);
        let doc =
            format!(" Value of [`{}`]; adds its gradient with respect to {} into the buffers.", self.item.sig.ident, self.slot_list());
        let header = self.header(&self.name("_grad_accumulate"), &more, &result.to_token_stream(), Some(doc));
        let mut args = vec![self.one()];
        args.extend(self.slots().zip(&bars).map(|(p, b)| match opaque_part(&p.written, &self.signature.floats) {
            Some(at) => quote_spanned!(at=> { #b }),
            None => quote!(#b),
        }));
        let call = self.call(&self.name("_vjp_accumulate"), &args);
        let body = self.body(call);
        quote_spanned!(self.anchor()=> #header { #body })
    }

    // ---- the companion -----------------------------------------------------------------------------------

    /// The functions that callers reach: methods, or those of a type of the function's name.
    fn companion(&self, functions: &[TokenStream]) -> TokenStream {
        if self.method {
            let first = self.first_by_path("");
            return quote!(#first #(#functions)*);
        }
        if !self.companion {
            return TokenStream::new();
        }
        let overwrites = self.overwrites();
        self.companion_named(&self.item.sig.ident, &quote!(#overwrites #(#functions)*))
    }

    /// A type under the name of a function, with what callers of that function reach.
    fn companion_named(&self, name: &Ident, contents: &TokenStream) -> TokenStream {
        let vis = &self.item.vis;
        let cfgs: Vec<_> = self.item.attrs.iter().filter(|a| a.path().is_ident("cfg")).collect();
        let allows = allows();
        quote! {
            #(#cfgs)*
            #[doc(hidden)]
            #[allow(non_camel_case_types, clippy::all, clippy::pedantic, dead_code)]
            #vis enum #name {}
            #(#cfgs)*
            #allows
            impl #name {
                #contents
            }
        }
    }

    /// What callers may know of the buffers that the function writes to.
    fn overwrites(&self) -> Option<TokenStream> {
        if !self.signature.params.iter().any(Param::by_mut) {
            return None;
        }
        let vis = &self.item.vis;
        let count = self.signature.params.len();
        let extents = (0..count).map(|k| self.overwrites.get(k).copied().unwrap_or(Extent::Unknown));
        let doc = quote!(#[doc(hidden)]);
        Some(quote! {
            #doc
            #vis const OVERWRITES: [::autodiff_core::rt::Overwrites; #count] = [#(#extents),*];
        })
    }

    fn pull(&self) -> TokenStream {
        if self.partials {
            return self.pull_of_partials();
        }
        if self.signature.params.iter().any(|p| matches!(p.written, syn::Type::ImplTrait(_))) {
            // An unnamed type cannot be named again in the pullback's signature.
            return TokenStream::new();
        }
        let adjoint = self.full;
        let mut vars = adjoint.function.vars.clone();
        let mut optional = HashSet::default();
        let mut bars = Vec::new();
        let (mut decls, mut ends) = (Vec::new(), Vec::new());
        for (p, &var) in self.signature.params.iter().zip(&adjoint.function.params) {
            let in_out = p.by_mut() && p.receiver.is_none();
            let declared = self.pull_buffer(p, in_out);
            match adjoint.bars.get(&var) {
                Some(bar) if !p.ty.is_float() => {
                    let info = &mut vars[bar.0 as usize];
                    let inner = p.ty.peel();
                    info.ty =
                        Ty::Ref(Box::new(if matches!(inner, Ty::Array(..) | Ty::Slice(..)) { inner.clone() } else { Ty::Unknown }), true);
                    let name = info.name.clone();
                    if in_out {
                        bars.push(quote!(#name: #declared));
                    } else if p.by_mut() {
                        // `&mut self`: in and out, whether or not the caller wants it.
                        let own = format_ident!("own", span = Span::mixed_site());
                        let this = format_ident!("this", span = Span::mixed_site());
                        decls.push(quote! {
                            let mut #own;
                            let #name = match #name {
                                ::core::option::Option::Some(given) => given,
                                ::core::option::Option::None => { #own = ::autodiff_core::rt::zero(#this); &mut #own }
                            };
                        });
                        bars.push(quote!(#name: #declared));
                    } else {
                        optional.insert(*bar);
                        bars.push(quote!(mut #name: #declared));
                    }
                }
                Some(bar) => {
                    let out = Self::out_ident(p);
                    let name = vars[bar.0 as usize].name.clone();
                    let zero = Emit::new(&vars).expr(&super::zero_of(&p.ty));
                    decls.push(quote!(let mut #name = #zero;));
                    ends.push(quote!(if let ::core::option::Option::Some(out) = #out { *out += #name; }));
                    bars.push(quote!(#out: #declared));
                }
                None => {
                    if let Some(sum) = adjoint.sums.get(&var) {
                        let out = Self::out_ident(p);
                        let sum = Emit::new(&vars).expr(sum);
                        ends.push(quote!(if let ::core::option::Option::Some(out) = #out { *out += #sum; }));
                        bars.push(quote!(#out: #declared));
                    } else {
                        bars.push(quote!(_: #declared));
                    }
                }
            }
        }
        let seed_ty = self.signature.cotangent(&self.signature.result);
        let seed = match adjoint.seed {
            Some(v) => vars[v.0 as usize].name.to_token_stream(),
            None => quote!(_),
        };
        let (mut again, mut again_types, mut bar_types) = (Vec::new(), Vec::new(), Vec::new());
        for p in &self.signature.params {
            let in_out = p.by_mut() && p.receiver.is_none();
            bar_types.push(self.pull_buffer(p, in_out));
            if in_out {
                continue;
            }
            let target = match &p.written {
                syn::Type::Reference(r) => r.elem.to_token_stream(),
                other => other.to_token_stream(),
            };
            again_types.push(quote!(&#target));
            let name = Self::again_name(p);
            again.push(quote!(#name: &#target));
        }
        let emit_forward = Emit::new(&vars);
        let forward = emit_forward.block(&adjoint.function.body);
        let value = match crate::reverse::kept_result(adjoint) {
            Some(e) if !matches!(self.signature.result_ty, Ty::Unit) => emit_forward.expr(&e),
            _ => self.no_value(),
        };
        let emit = Emit::with_optional(&vars, optional);
        let reverse = emit.stmts(&adjoint.reverse);
        let uses = self.imports();
        let copies = self.copies_again(&reverse);
        let body = quote!(#copies #(#decls)* #reverse #(#ends)*);
        let by_reference = self.signature.params.iter().any(|p| p.receiver.is_some() && !p.ty.is_float() && (p.by_ref() || p.by_mut()));
        let body = if by_reference { replace_self(body) } else { body };
        let result = &self.signature.result;
        // With the edition of this crate, an `impl Trait` result captures type parameters, but no lifetimes.
        let here = Span::mixed_site();
        let anchor = self.anchor();
        let unnamed = Ident::new("impl", here.located_at(anchor));
        let closure = quote!(move |#(#again,)* #seed: #seed_ty, #(#bars),*| { #body });
        let closure_ty = quote!(#(#again_types,)* #seed_ty, #(#bar_types),*);
        let value_name = format_ident!("value", span = here);
        let boxed_ty = quote!(::autodiff_core::__private::Box<dyn ::core::ops::FnOnce(#closure_ty)>);
        let of_trait = matches!(self.signature.block.kind, BlockKind::Trait | BlockKind::TraitImpl);
        // In a trait, an `impl Trait` result captures every lifetime unless it says what it captures.
        let captures = of_trait.then(|| {
            let captures = self.signature.captures();
            quote!(+ #captures)
        });
        let result_ty = if self.boxed && !of_trait {
            quote_spanned!(here=> (#result, #boxed_ty))
        } else {
            quote_spanned!(anchor=> (#result, #unnamed ::core::ops::FnOnce(#closure_ty) #captures))
        };
        let made = if self.boxed {
            quote!(let #value_name = #value; (#value_name, ::autodiff_core::__private::Box::new(#closure) as #boxed_ty))
        } else {
            quote!(let #value_name = #value; (#value_name, #closure))
        };
        let body = match self.stub {
            // The unnamed type of a trait's function needs a type behind it.
            Some(stub) if of_trait => quote!(let made: (#result, #boxed_ty) = { #stub }; made),
            Some(stub) => stub.clone(),
            None => quote!(#uses #forward #made),
        };
        let body = self.on_own_receiver(body);
        let body = if self.required { quote!(;) } else { quote_spanned!(anchor=> { #body }) };
        self.pull_with(&result_ty, &body)
    }

    /// The hidden sibling with a result and a body.
    fn pull_with(&self, result_ty: &TokenStream, body: &TokenStream) -> TokenStream {
        let generics = self.signature.sibling_generics();
        let (params, _, wheres) = generics.split_for_impl();
        let declarations = self.hidden_declarations();
        let attributes = self.hidden_attributes();
        let vis = match &self.item.vis {
            // Private, and an error in a trait, where siblings must not be: an `impl` could replace the function alone.
            syn::Visibility::Inherited if self.method && self.signature.block.kind == BlockKind::None => {
                quote_spanned!(self.item.sig.ident.span()=> pub(self))
            }
            vis => vis.to_token_stream(),
        };
        let f = if self.method { self.name(METHOD_SUFFIX) } else { Ident::new("pull", Span::call_site()) };
        quote! {
            #[doc(hidden)]
            #attributes
            #vis fn #f #params(#(#declarations),*) -> #result_ty #wheres #body
        }
    }

    /// The name under which the pullback is handed a parameter again.
    fn again_name(p: &Param) -> TokenStream {
        if p.receiver.is_some() && (p.by_ref() || p.by_mut()) {
            format_ident!("this", span = Span::mixed_site()).to_token_stream()
        } else if p.by_ref() || p.borrows() {
            p.ident.to_token_stream()
        } else {
            quote!(_)
        }
    }

    /// Copies of what the pullback is handed again behind a reference although the function takes it by value: the pullback must not
    /// keep what borrows.
    fn copies_again(&self, reverse: &TokenStream) -> TokenStream {
        let read = |p: &&Param| p.borrows() && crate::varied::mentions(reverse.clone(), &std::iter::once(p.ident.to_string()).collect());
        let copies = self.signature.params.iter().filter(read).map(|p| {
            let (i, at) = (&p.ident, crate::types::ends(&p.written).0);
            quote_spanned!(at=> let #i = ::autodiff_core::rt::Again::again(#i);)
        });
        copies.collect()
    }

    /// The buffer of a parameter in the pullback: `&mut` cotangent, or an option of it; `()` where there can be none.
    fn pull_buffer(&self, p: &Param, in_out: bool) -> TokenStream {
        let wanted = p.slot || matches!(self.full_slot(p), Some(true));
        let buffer = if !wanted && !p.ty.is_plain() { quote!(&mut ::autodiff_core::rt::ExcludedByWrt) } else { self.buffer(p) };
        if in_out {
            return buffer;
        }
        let anchor = opaque_part(&p.written, &self.signature.floats).unwrap_or_else(Span::call_site);
        quote_spanned!(anchor=> ::core::option::Option<#buffer>)
    }

    fn full_slot(&self, p: &Param) -> Option<bool> {
        let k = self.signature.params.iter().position(|q| q.ident == p.ident)?;
        let var = self.full.function.params.get(k)?;
        Some(self.full.function.vars[var.0 as usize].varied)
    }
}

/// Where a type needs `Differentiable`, if it does.
fn opaque_part(ty: &syn::Type, floats: &[Ident]) -> Option<Span> {
    struct Opaque<'f>(&'f [Ident], Option<Span>);
    impl<'t> syn::visit::Visit<'t> for Opaque<'_> {
        fn visit_type(&mut self, t: &'t syn::Type) {
            let part = match t {
                syn::Type::Path(_) => matches!(Ty::parse(t, self.0), Ty::Named),
                syn::Type::Reference(_) | syn::Type::Array(_) | syn::Type::Slice(_) | syn::Type::Tuple(_) => false,
                syn::Type::Group(_) | syn::Type::Paren(_) => false,
                _ => return,
            };
            if !part {
                return syn::visit::visit_type(self, t);
            }
            self.1 = self.1.or_else(|| Some(crate::types::ends(t).0));
        }
    }
    let mut opaque = Opaque(floats, None);
    syn::visit::Visit::visit_type(&mut opaque, ty);
    opaque.1
}

/// `&mut` of a cotangent type.
fn borrowed(written: &syn::Type, buffer: &TokenStream, floats: &[Ident]) -> TokenStream {
    let span = opaque_part(written, floats).unwrap_or_else(Span::call_site);
    quote_spanned!(span=> &mut #buffer)
}

/// Inside the pullback's closure the receiver is handed again under another name.
pub(crate) fn replace_self(tokens: TokenStream) -> TokenStream {
    rename_self(tokens, "this")
}

/// `self` under another name.
pub(crate) fn rename_self(tokens: TokenStream, name: &str) -> TokenStream {
    tokens
        .into_iter()
        .map(|t| match t {
            TokenTree::Ident(i) if i == "self" => TokenTree::Ident(Ident::new(name, Span::mixed_site().located_at(i.span()))),
            TokenTree::Group(g) => {
                let mut new = proc_macro2::Group::new(g.delimiter(), rename_self(g.stream(), name));
                new.set_span(g.span());
                TokenTree::Group(new)
            }
            other => other,
        })
        .collect()
}
