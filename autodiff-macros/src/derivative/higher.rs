//! Derivatives of higher order of a function whose first ones are given by hand.
//!
//! What enters: the partials, or the path of the pullback. What leaves: an adjoint in which the function, its partials and its pullback
//! are calls of differentiated functions, with tangents in one direction and more; and each partial as a function:
//!
//! ```text
//! #[derivative(hessian, x = y * x.powf(y - 1.0), y = result * x.ln())]
//! fn power(x: f64, y: f64) -> f64 { .. }
//!
//! #[differentiate]
//! fn power_partial_x(x: f64, y: f64, result: f64) -> f64 { y * x.powf(y - 1.0) }
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use rustc_hash::FxHashMap as HashMap;

use super::{Arguments, Maker};
use crate::expand::tangents_of;
use crate::forward::PushedAdjoint;
use crate::ir::{Arg, BinOp, ByHand, Call, Callee, Expr, Place, Proj, Stmt, Var, VarKind};
use crate::names::Namer;
use crate::reverse::Adjoint;
use crate::signature::{Param, Signature};
use crate::types::Ty;

#[derive(Default)]
pub(super) struct Higher {
    pub product: Option<PushedAdjoint>,
    pub for_callers: Vec<PushedAdjoint>,
    /// The partials.
    pub functions: TokenStream,
}

pub(super) fn derive(arguments: &Arguments, f: &syn::ItemFn, signature: &Signature, method: bool, order: usize) -> syn::Result<Higher> {
    let adjoint = Maker::new(signature).adjoint_of_calls(arguments, f, method);
    let mut names = Namer::new(quote!(#f));
    for info in &adjoint.function.vars {
        let name = &info.name;
        names.avoid(quote!(#name));
    }
    let mut product = tangents_of(f, &adjoint, &mut names.clone(), false, 2)?;
    let for_callers = tangents_of(f, &adjoint, &mut names, true, order)?;
    let functions = partials(arguments, f, signature, method, order);
    Ok(Higher { product: product.pop(), for_callers, functions })
}

fn partial_name(f: &syn::ItemFn, of: &Ident) -> Ident {
    let bare = |i: &Ident| i.to_string().trim_start_matches("r#").to_string();
    format_ident!("{}_partial_{}", bare(&f.sig.ident), bare(of), span = f.sig.ident.span())
}

/// Each partial as a function of the parameters and the result.
fn partials(arguments: &Arguments, f: &syn::ItemFn, signature: &Signature, method: bool, order: usize) -> TokenStream {
    if arguments.list.iter().any(|(n, _)| n == "pullback") {
        return TokenStream::new();
    }
    // Forward mode needs first derivatives; tangents in several directions come with a pullback.
    let order = proc_macro2::Literal::usize_unsuffixed(if order == 2 { 1 } else { order });
    let method = method.then(|| quote!(, method));
    let (vis, result_ty) = (&f.vis, &signature.result);
    let (generics, _, wheres) = f.sig.generics.split_for_impl();
    let declarations: Vec<TokenStream> = signature.params.iter().map(Param::declaration).collect();
    let cfgs: Vec<_> = f.attrs.iter().filter(|a| a.path().is_ident("cfg")).collect();
    let functions = arguments.list.iter().map(|(of, partial)| {
        let name = partial_name(f, of);
        let result = Ident::new("result", f.sig.ident.span());
        quote! {
            #(#cfgs)*
            #[doc(hidden)]
            #[allow(unused, clippy::all, clippy::pedantic)]
            #[::autodiff_core::differentiate(order = #order #method)]
            #vis fn #name #generics(#(#declarations,)* #result: #result_ty) -> #result_ty #wheres { #partial }
        }
    });
    quote!(#(#functions)*)
}

impl Maker<'_> {
    /// The adjoint of `result = f(..)` with calls of the partials or of the pullback.
    fn adjoint_of_calls(mut self, arguments: &Arguments, f: &syn::ItemFn, method: bool) -> Adjoint {
        let (params, result, _) = self.start(f, method);
        let by_pullback = arguments.list.iter().any(|(n, _)| n == "pullback");
        let partial_call =
            |this: &Self, name: &Ident| this.call_of(&partial_name(f, name), f, method, &params, vec![Arg::Value(Expr::Var(result))]);
        // A function with a pullback has a companion that gives its tangent, from that pullback.
        let value = match by_pullback {
            true => self.call_of(&f.sig.ident, f, method, &params, Vec::new()),
            false => {
                let parameter = |name: &Ident| self.signature.params.iter().position(|p| p.ident == *name);
                let partials = arguments.list.iter().filter_map(|(n, _)| Some((partial_call(&self, n), params[parameter(n)?])));
                Expr::ByHand(Box::new(ByHand { call: self.call(f, method, &params), partials: partials.collect() }))
            }
        };
        let call = Stmt::Let(result, value);
        let seed = self.var(Ident::new("seed", Span::mixed_site()), self.signature.result_ty.clone(), VarKind::Cotangent, true);
        let (mut bars, mut sums, mut reverse) = (HashMap::default(), HashMap::default(), Vec::new());
        let mut active: Vec<Var> = params.iter().copied().filter(|p| self.vars[p.0 as usize].varied).chain([result]).collect();
        if let Some((_, path)) = arguments.list.iter().find(|(n, _)| n == "pullback") {
            self.by_pullback(path, &params, result, seed, &mut bars, &mut sums, &mut reverse);
            // The call of the user's function by its path.
            for s in &mut reverse {
                if let Stmt::LetBar(gradient, ..) = s {
                    let gradient = *gradient;
                    let info = &mut self.vars[gradient.0 as usize];
                    (info.kind, info.varied) = (VarKind::Value, true);
                    active.push(gradient);
                    *s = Stmt::Let(gradient, self.pullback_call(path, &params, result, seed));
                }
            }
        } else {
            for (name, _) in &arguments.list {
                let Some(k) = self.signature.params.iter().position(|p| p.ident == *name) else { continue };
                let partial = format_ident!("{}_partial", name.to_string().trim_start_matches("r#"), span = Span::mixed_site());
                let partial = self.var(partial, self.signature.params[k].ty.clone(), VarKind::Value, true);
                active.push(partial);
                reverse.push(Stmt::Let(partial, partial_call(&self, name)));
                let product = Expr::Bin(BinOp::Mul, Box::new(Expr::Var(seed)), Box::new(Expr::Var(partial)), Span::call_site());
                sums.insert(params[k], product);
            }
        }
        let primal = self.vars.len();
        Adjoint {
            function: self.function(params, result, vec![call]),
            reverse,
            bars,
            sums,
            seed: Some(seed),
            fused: false,
            in_order: false,
            active: active.into_iter().collect(),
            primal,
            together: HashMap::default(),
            report: String::new(),
        }
    }

    /// The parameters as arguments of a function with the same ones; `again` if only references are handed over.
    fn arguments(&self, params: &[Var], again: bool) -> Vec<Arg> {
        let hand = |(p, &var): (&Param, &Var)| match () {
            () if p.receiver.is_some() && !again => Arg::Receiver(Place::var(var)),
            () if p.by_ref() => Arg::Ref(Place::var(var).project(Proj::Deref)),
            () if again => Arg::Ref(Place::var(var)),
            () if p.ty.is_copy() || p.ty.is_plain() => Arg::Value(Expr::Var(var)),
            () => Arg::Value(Expr::Clone(Box::new(Expr::Var(var)))),
        };
        self.signature.params.iter().zip(params).map(hand).collect()
    }

    /// A call of the function itself, or of one beside it with the same parameters and more.
    fn call_of(&self, name: &Ident, f: &syn::ItemFn, method: bool, params: &[Var], more: Vec<Arg>) -> Expr {
        let mut args = self.arguments(params, false);
        args.extend(more);
        let callee = if self.signature.params.iter().any(|p| p.receiver.is_some()) {
            Callee::Method(name.clone(), None)
        } else if method {
            Callee::Associated(Box::new(syn::parse_quote!(Self::#name)))
        } else {
            Callee::Function(name.clone().into())
        };
        Expr::Call(Box::new(Call { callee, args, span: f.sig.ident.span(), apart: 0 }))
    }

    /// `path(&x, .., &result, seed)`
    fn pullback_call(&self, path: &syn::Expr, params: &[Var], result: Var, seed: Var) -> Expr {
        let mut args = self.arguments(params, true);
        let seed = if matches!(self.signature.result_ty, Ty::Float(_)) { Expr::Var(seed) } else { Expr::Clone(Box::new(Expr::Var(seed))) };
        args.extend([Arg::Ref(Place::var(result)), Arg::Value(seed)]);
        let span = syn::spanned::Spanned::span(path);
        let callee = match path {
            syn::Expr::Path(p) => {
                let of_type = p.path.segments.iter().rev().nth(1).is_some_and(|s| crate::varied::starts_uppercase(&s.ident));
                match p.qself.is_some() || of_type {
                    true => Callee::Associated(Box::new(p.clone())),
                    false => Callee::Function(p.path.clone()),
                }
            }
            other => Callee::Associated(Box::new(syn::parse_quote_spanned!(span=> #other))),
        };
        Expr::Call(Box::new(Call { callee, args, span, apart: 0 }))
    }
}
