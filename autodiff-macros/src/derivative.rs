//! `#[derivative(...)]`: a function whose derivative is given by hand.
//!
//! What enters: partials `x = ..` of a function with a number as its result, or `pullback = path` for any function. What leaves: the
//! siblings that `#[differentiate]` would generate, by the same printer, from an adjoint that is put together here.
//!
//! With `hessian` or `order = n` the partials are functions of their own, which are differentiated, and so is the function that is named
//! as the pullback. Forward mode of an adjoint that calls these (`derivative/higher.rs`) gives the derivatives of higher order.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, ToTokens};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;

use crate::diagnostics::Errors;
use crate::emit::siblings::Siblings;
use crate::forward::Pushforward;
use crate::ir::{BinOp, Block, Expr, Function, Place, Proj, Region, RegionInfo, Stmt, Var, VarInfo, VarKind};
use crate::options::{distance, Options};
use crate::reverse::Adjoint;
use crate::signature::{Param, Signature};
use crate::types::Ty;

mod higher;

/// `name = expression, ...`
struct Arguments {
    list: Vec<(Ident, syn::Expr)>,
    /// `hessian` or `order = n`.
    order: usize,
}

impl Parse for Arguments {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let mut list = Vec::new();
        let mut order = 0;
        while !input.is_empty() {
            let name: Ident = input.call(syn::ext::IdentExt::parse_any)?;
            if name == "hessian" && !input.peek(syn::Token![=]) {
                order = order.max(2);
                if !input.is_empty() {
                    input.parse::<syn::Token![,]>()?;
                }
                continue;
            }
            input.parse::<syn::Token![=]>()?;
            list.push((name, input.parse()?));
            if !input.is_empty() {
                input.parse::<syn::Token![,]>()?;
            }
        }
        Ok(Arguments { list, order })
    }
}

/// Expands the attribute: the function as written, and its siblings; or the messages.
pub(crate) fn derivative(args: TokenStream, item: TokenStream) -> TokenStream {
    let original = item.clone();
    let Ok(f) = syn::parse2::<syn::ItemFn>(item) else {
        let first = original.clone().into_iter().next().map_or_else(Span::call_site, |t| t.span());
        let error = syn::Error::new(first, "`#[derivative]` goes on a function with a body").to_compile_error();
        return quote!(#original #error);
    };
    match siblings(args, &f) {
        Ok(generated) => quote!(#[allow(dead_code)] #original #generated),
        Err(e) => crate::fallback::with_errors(&original, &f, &e, &Options::default()),
    }
}

fn siblings(args: TokenStream, f: &syn::ItemFn) -> syn::Result<TokenStream> {
    let mut arguments: Arguments = syn::parse2(args)?;
    let mut errors = Errors::default();
    if crate::position::no_room(f).is_some() {
        let message = "a function of a trait cannot have its derivative given by hand, since an `impl` may replace it; put `#[derivative]` on a free function, and call that here";
        return Err(syn::Error::new(f.sig.ident.span(), message));
    }
    let signature = Signature::read_in(&crate::position::block_around(f), &f.sig, &Options::default(), &mut errors);
    errors.finish(())?;
    arguments.take_order(&signature)?;
    check(&arguments, f, &signature)?;
    let method = signature.params.iter().any(|p| p.receiver.is_some()) || crate::position::in_impl(f);
    let adjoint = Maker::new(&signature).adjoint(&arguments, f, method);
    let pushforward = Maker::new(&signature).pushforward(&arguments, f, method);
    let higher = match arguments.order {
        0 | 1 => higher::Higher::default(),
        order => higher::derive(&arguments, f, &signature, method, order)?,
    };
    let siblings = Siblings {
        item: f,
        signature: &signature,
        overwrites: &[],
        adjoint: &adjoint,
        full: &adjoint,
        pushforward: pushforward.as_ref(),
        lanes: None,
        width: None,
        hessian: arguments.order >= 2,
        jacobian: None,
        product: higher.product.as_ref(),
        product_in_lanes: None,
        higher: &higher.for_callers,
        method,
        companion: !crate::signature::is_primitive(&f.sig.ident),
        boxed: false,
        stub: None,
        required: false,
        partials: false,
        allows: Default::default(),
    };
    let (siblings, partials) = (siblings.emit(), higher.functions);
    Ok(quote!(#siblings #partials))
}

impl Arguments {
    /// `order = n`, unless that is the partial for a parameter of this name.
    fn take_order(&mut self, signature: &Signature) -> syn::Result<()> {
        let Some(k) = self.list.iter().position(|(n, _)| n == "order" && signature.params.iter().all(|p| p.ident != "order")) else {
            return Ok(());
        };
        let (name, value) = self.list.remove(k);
        let options: Options = syn::parse2(quote!(#name = #value))?;
        self.order = self.order.max(options.order);
        Ok(())
    }
}

fn check(arguments: &Arguments, f: &syn::ItemFn, signature: &Signature) -> syn::Result<()> {
    let mut errors = Errors::default();
    let slots: Vec<&Param> = signature.params.iter().filter(|p| p.slot).collect();
    let names: Vec<String> = slots.iter().map(|p| format!("`{}`", p.ident)).collect();
    let pullback = arguments.list.iter().any(|(n, _)| n == "pullback");
    if let Some(p) = signature.params.iter().find(|p| p.by_mut()) {
        errors.push(syn::Error::new_spanned(
            &p.written,
            "a function that writes through `&mut` cannot have its derivative given by hand; return the value",
        ));
    }
    if arguments.list.is_empty() {
        let message = format!("expected the partials, as in `#[derivative({} = ...)]`, or `pullback = path`", slots[0].ident);
        errors.push(syn::Error::new(f.sig.ident.span(), message));
    } else if pullback && arguments.order > 2 {
        let message = "a `pullback` gives second derivatives, no higher ones; write `hessian` instead of `order`, or give the partials";
        errors.push(syn::Error::new(arguments.list[0].0.span(), message));
    } else if pullback && arguments.list.len() > 1 {
        errors.push(syn::Error::new(arguments.list[0].0.span(), "give either the partials or a `pullback`, not both"));
    } else if !pullback {
        if !signature.scalar_result() {
            errors.push(syn::Error::new_spanned(
                &f.sig.output,
                "partials describe a function with a number as its result; for any other result write `#[derivative(pullback = path)]`",
            ));
        }
        for (k, (name, _)) in arguments.list.iter().enumerate() {
            if arguments.list[..k].iter().any(|(n, _)| n == name) {
                errors.push(syn::Error::new(name.span(), format!("the partial for `{name}` is given twice")));
            }
            match signature.params.iter().find(|p| p.ident == *name) {
                Some(p) if !p.slot => {
                    let ty = p.written.to_token_stream();
                    errors.push(syn::Error::new(name.span(), format!("parameter `{name}` has type `{ty}`, which has no derivative")));
                }
                Some(_) => {}
                None => {
                    let near = slots.iter().find(|p| distance(&p.ident.to_string(), &name.to_string()) <= 2);
                    let hint = near.map(|p| format!("; did you mean `{}`?", p.ident)).unwrap_or_default();
                    errors.push(syn::Error::new(
                        name.span(),
                        format!("there is no parameter `{name}`{hint} The differentiable ones are {}", names.join(", ")),
                    ));
                }
            }
        }
        for p in &slots {
            if !arguments.list.iter().any(|(n, _)| *n == p.ident) {
                errors.push(syn::Error::new(
                    p.ident.span(),
                    format!("the partial for `{0}` is missing; write `{0} = 0.0` if it is zero", p.ident),
                ));
            }
        }
        if let Some(p) = slots.iter().find(|p| arguments.order >= 2 && !p.ty.is_float()) {
            let message = format!(
                "`hessian` needs partials that are numbers, and `{}` is none; write `pullback = path` with a function that is differentiated",
                p.ident
            );
            errors.push(syn::Error::new(p.ident.span(), message));
        }
    }
    errors.finish(())
}

/// Puts the adjoint together.
struct Maker<'s> {
    signature: &'s Signature,
    vars: Vec<VarInfo>,
}

impl<'s> Maker<'s> {
    fn new(signature: &'s Signature) -> Self {
        Maker { signature, vars: Vec::new() }
    }

    fn var(&mut self, name: Ident, ty: Ty, kind: VarKind, varied: bool) -> Var {
        self.vars.push(VarInfo { varied, ..VarInfo::owned(name, ty, kind, Region(0)) });
        Var(u32::try_from(self.vars.len() - 1).unwrap_or(u32::MAX))
    }

    /// The parameters, the result under the name that the user's expressions have for it, and the call that gives it.
    fn start(&mut self, f: &syn::ItemFn, method: bool) -> (Vec<Var>, Var, Stmt) {
        let params: Vec<Var> =
            self.signature.params.iter().map(|p| self.var(p.ident.clone(), p.ty.clone(), VarKind::Param, p.slot)).collect();
        let result = self.var(Ident::new("result", f.sig.ident.span()), self.signature.result_ty.clone(), VarKind::Value, true);
        let call = self.call(f, method, &params);
        (params, result, Stmt::Let(result, call))
    }

    /// A partial as the user wrote it, over the parameters and the result.
    fn partial(params: &[Var], result: Var, partial: &syn::Expr) -> Expr {
        let read = params.iter().copied().chain([result]).collect();
        Expr::Verbatim(Box::new(syn::Expr::Paren(paren(partial))), read)
    }

    fn function(self, params: Vec<Var>, result: Var, stmts: Vec<Stmt>) -> Function {
        Function {
            vars: self.vars,
            regions: vec![RegionInfo { parent: None, is_loop: false, checkpoint: false }],
            params,
            body: Block { region: Region(0), stmts },
            result: Some(Expr::Var(result)),
            result_ty: self.signature.result_ty.clone(),
            this: self.signature.this(),
        }
    }

    /// Forward mode from the partials; none from a pullback.
    fn pushforward(mut self, arguments: &Arguments, f: &syn::ItemFn, method: bool) -> Option<Pushforward> {
        if arguments.list.iter().any(|(n, _)| n == "pullback") {
            return None;
        }
        let (params, result, call) = self.start(f, method);
        let (mut dots, mut total) = (HashMap::default(), None);
        for (name, partial) in &arguments.list {
            let k = self.signature.params.iter().position(|p| p.ident == *name)?;
            let ty = self.signature.params[k].ty.clone();
            let partial = Self::partial(&params, result, partial);
            let name = Ident::new(&format!("{}_dot", name.to_string().trim_start_matches("r#")), Span::mixed_site());
            let dot = self.var(name, ty.clone(), VarKind::Value, false);
            dots.insert(params[k], dot);
            let product = if ty.is_float() {
                Expr::Bin(BinOp::Mul, Box::new(partial), Box::new(Expr::Var(dot)), Span::call_site())
            } else {
                Expr::Runtime("rt::inner_product", vec![Expr::Runtime("&", vec![partial]), Expr::Runtime("&", vec![Expr::Var(dot)])])
            };
            total = Some(match total {
                None => product,
                Some(sum) => Expr::Bin(BinOp::Add, Box::new(sum), Box::new(product), Span::call_site()),
            });
        }
        let function = self.function(params, result, vec![call]);
        Some(Pushforward {
            function,
            dots,
            value: Some(Expr::Var(result)),
            value_dot: total,
            together: HashMap::default(),
            primal: usize::MAX,
        })
    }

    fn adjoint(mut self, arguments: &Arguments, f: &syn::ItemFn, method: bool) -> Adjoint {
        let (params, result, call) = self.start(f, method);
        let seed = self.var(Ident::new("seed", Span::mixed_site()), self.signature.result_ty.clone(), VarKind::Cotangent, false);
        let (mut bars, mut sums, mut reverse) = (HashMap::default(), HashMap::default(), Vec::new());
        match arguments.list.iter().find(|(n, _)| n == "pullback") {
            Some((_, path)) => self.by_pullback(path, &params, result, seed, &mut bars, &mut sums, &mut reverse),
            None => {
                for (name, partial) in &arguments.list {
                    let Some(k) = self.signature.params.iter().position(|p| p.ident == *name) else { continue };
                    let partial = Self::partial(&params, result, partial);
                    if self.signature.params[k].ty.is_float() {
                        let product = Expr::Bin(BinOp::Mul, Box::new(Expr::Var(seed)), Box::new(partial), Span::call_site());
                        sums.insert(params[k], product);
                    } else {
                        let bar = self.bar(params[k]);
                        bars.insert(params[k], bar);
                        let partial = Expr::Runtime("&", vec![partial]);
                        reverse.push(Stmt::Runtime("rt::add_scaled", vec![Expr::RefMut(Place::var(bar)), partial, Expr::Var(seed)]));
                    }
                }
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
            active: HashSet::default(),
            primal,
            together: HashMap::default(),
            report: String::new(),
        }
    }

    fn bar(&mut self, of: Var) -> Var {
        let info = &self.vars[of.0 as usize];
        let name = Ident::new(&format!("{}_bar", info.name.to_string().trim_start_matches("r#")), Span::mixed_site());
        let ty = info.ty.clone();
        self.var(name, ty, VarKind::Cotangent, false)
    }

    /// The call of the user's function; what the derivative still reads is cloned where it would be moved.
    fn call(&self, f: &syn::ItemFn, method: bool, params: &[Var]) -> Expr {
        let name = &f.sig.ident;
        let args: Vec<TokenStream> = self
            .signature
            .params
            .iter()
            .filter(|p| p.receiver.is_none())
            .map(|p| {
                let i = &p.ident;
                if p.by_ref() || p.ty.is_copy() || p.ty.is_plain() {
                    quote!(#i)
                } else {
                    quote!(::core::clone::Clone::clone(&#i))
                }
            })
            .collect();
        let code = match self.signature.params.iter().find(|p| p.receiver.is_some()) {
            Some(p) if p.by_ref() => quote!(self.#name(#(#args),*)),
            Some(_) => quote!(::core::clone::Clone::clone(&self).#name(#(#args),*)),
            None if method => quote!(Self::#name(#(#args),*)),
            None => quote!(#name(#(#args),*)),
        };
        Expr::Verbatim(Box::new(syn::Expr::Verbatim(code)), params.to_vec())
    }

    /// `let (x_bar, ..) = path(&x, .., &result, seed);`, added to the slots.
    #[allow(clippy::too_many_arguments)]
    fn by_pullback(
        &mut self,
        path: &syn::Expr,
        params: &[Var],
        result: Var,
        seed: Var,
        bars: &mut HashMap<Var, Var>,
        sums: &mut HashMap<Var, Expr>,
        reverse: &mut Vec<Stmt>,
    ) {
        let args = self.signature.params.iter().map(|p| {
            let i = &p.ident;
            if p.by_ref() {
                quote!(#i)
            } else {
                quote!(&#i)
            }
        });
        let seed_name = &self.vars[seed.0 as usize].name;
        let result_name = &self.vars[result.0 as usize].name;
        let span = path.span();
        let code = quote::quote_spanned!(span=> #path(#(#args,)* &#result_name, #seed_name));
        let mut read = params.to_vec();
        read.extend([result, seed]);
        let slots: Vec<usize> = (0..params.len()).filter(|k| self.signature.params[*k].slot).collect();
        let gradient = self.var(Ident::new("gradient", Span::mixed_site()), Ty::Unknown, VarKind::Memory, false);
        reverse.push(Stmt::LetBar(gradient, Expr::Verbatim(Box::new(syn::Expr::Verbatim(code)), read), None));
        for (n, k) in slots.iter().enumerate() {
            let part = if slots.len() == 1 {
                Place::var(gradient)
            } else {
                Place::var(gradient).project(Proj::Field(syn::Member::Unnamed(n.into())))
            };
            if self.signature.params[*k].ty.is_float() {
                sums.insert(params[*k], Expr::Read(part));
            } else {
                let bar = self.bar(params[*k]);
                bars.insert(params[*k], bar);
                reverse.push(Stmt::Runtime("rt::accumulate_from", vec![Expr::RefMut(Place::var(bar)), Expr::Ref(part)]));
            }
        }
    }
}

fn paren(e: &syn::Expr) -> syn::ExprParen {
    syn::ExprParen { attrs: Vec::new(), paren_token: syn::token::Paren::default(), expr: Box::new(e.clone()) }
}
