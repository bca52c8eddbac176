//! `#[differentiate]` on the `impl` of an operator.
//!
//! What enters: the block. What leaves: the operator's rule, so that expressions like `a * b` have a derivative where they stand.
//!
//! A rule belongs to values and serves references of both operands, too. So the `impl` that carries the code gives it, whether that is the
//! one of values or the one of references, and the other, which only calls it, gives none. The two mixed forms have rules of their own.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{quote, ToTokens};
use syn::visit::Visit;
use syn::visit_mut::VisitMut;

use crate::diagnostics::Errors;
use crate::emit::siblings::operator::RuleShape;
use crate::emit::siblings::Siblings;
use crate::options::Options;
use crate::reverse::Adjoint;
use crate::signature::{refusals, Block, BlockKind, Signature};
use crate::types::Ty;

pub(super) struct Operator {
    rule: &'static str,
    unary: bool,
    token: &'static str,
}

pub(super) fn operator_rule(name: &str) -> Option<Operator> {
    let (rule, token) = match name {
        "Add" => ("AddRule", "+"),
        "Sub" => ("SubRule", "-"),
        "Mul" => ("MulRule", "*"),
        "Div" => ("DivRule", "/"),
        "Rem" => ("RemRule", "%"),
        "Neg" => ("NegRule", "-"),
        _ => return None,
    };
    Some(Operator { rule, unary: name == "Neg", token })
}

/// What the function knows of its block.
pub(super) fn around(block: &syn::ItemImpl) -> Block {
    Block {
        kind: BlockKind::Inherent,
        generics: block.generics.clone(),
        conditional: false,
        self_ty: Some((*block.self_ty).clone()),
        ..Block::default()
    }
}

/// The block's type parameters with the bounds that generated code needs.
pub(super) fn widened(block: &syn::ItemImpl) -> syn::Generics {
    with_bounds(&around(block), block.generics.clone())
}

fn with_bounds(around: &Block, mut generics: syn::Generics) -> syn::Generics {
    let bounds: Vec<syn::WherePredicate> = generics.type_params().filter_map(|p| around.bound(&p.ident)).collect();
    if !bounds.is_empty() {
        generics.make_where_clause().predicates.extend(bounds);
    }
    generics
}

/// The rule of an operator, from the derivatives of its function.
///
/// Of a function that is refused it does nothing but fail, so that expressions with the operator are not reported as well.
pub(super) fn rule(
    block: &mut syn::ItemImpl,
    path: &syn::Path,
    operator: &Operator,
    order: usize,
    refused: &mut Errors,
) -> syn::Result<TokenStream> {
    let function = block.items.iter_mut().find_map(|i| match i {
        syn::ImplItem::Fn(f) => Some(f),
        _ => None,
    });
    let Some(f) = function else { return Err(syn::Error::new_spanned(path, "expected an operator with its function and `type Output`")) };
    let mut errors = Errors::default();
    let inherited = syn::Visibility::Inherited;
    let Some(function) = super::Function::take(&mut f.attrs, &inherited, &f.sig, Some(&f.block), &mut errors) else {
        return errors.finish(TokenStream::new());
    };
    errors.finish(())?;
    let mut item = function.item;
    let output = block.items.iter().find_map(|i| match i {
        syn::ImplItem::Type(t) if t.ident == "Output" => Some(t.ty.clone()),
        _ => None,
    });
    let Some(output) = output else {
        return Err(syn::Error::new_spanned(path, "expected an operator with its function and `type Output`"));
    };
    substitute_output(&mut item, &output);

    let around = around(block);
    let mut errors = Errors::default();
    let signature = Signature::read_in(&around, &item.sig, &Options::default(), &mut errors);
    errors.finish(())?;
    refusals::without_derive(&signature)?;
    if signature.params.len() != if operator.unary { 1 } else { 2 } {
        return Err(syn::Error::new_spanned(&item.sig.inputs, "expected an operator with its operands"));
    }
    let rhs = signature.params.get(1).map(|p| p.written.clone());
    let lhs_value = behind_reference(&block.self_ty);
    let rhs_value = rhs.as_ref().and_then(behind_reference);
    // A number beside a reference is handed over in the same way as beside a value.
    let number = |t: &syn::Type| matches!(Ty::parse(t, &signature.floats), Ty::Float(_) | Ty::Plain | Ty::Inert);
    let beside = |other: Option<&syn::Type>| other.is_none_or(|t| number(t) || behind_reference(t).is_some());
    let borrowed = [lhs_value.is_some() && beside(rhs.as_ref()), rhs_value.is_some() && beside(Some(&block.self_ty))];
    let mixed = borrowed != [lhs_value.is_some(), rhs_value.is_some()];
    if !mixed {
        if lhs_value.is_some() || rhs_value.is_some() {
            // The values' block may carry the code, too.
            if super::beside::carried_elsewhere(block) {
                return Ok(TokenStream::new());
            }
        }
        if super::beside::is_given_by_another(block, path)? {
            return Ok(TokenStream::new());
        }
        match delegation(&item, &signature, operator) {
            Delegation::Whole => return Ok(TokenStream::new()),
            Delegation::Part(span) => {
                let message = format!(
                    "the rule of values serves references too, so this `{}` would be its own derivative; write out here what it does, or let the body be this operation alone",
                    operator.token
                );
                return Err(syn::Error::new(span, message));
            }
            Delegation::None => {}
        }
    }
    let operands = Operands { block, item: &item, signature: &signature, output: &output, around: &around };
    let mut rules = operands.rule(operator, &borrowed, order, refused)?;
    if mixed && super::beside::is_alone(block) {
        let order = if refused.is_empty() { order } else { 0 };
        rules.extend(operands.rule(operator, &[lhs_value.is_some(), rhs_value.is_some()], order, refused)?);
    }
    Ok(rules)
}

/// An operator's function, and what its block tells.
struct Operands<'a> {
    block: &'a syn::ItemImpl,
    item: &'a syn::ItemFn,
    signature: &'a Signature,
    output: &'a syn::Type,
    around: &'a Block,
}

impl Operands<'_> {
    /// The rule for the operands as they are written, without the references of those that are `borrowed`.
    fn rule(&self, operator: &Operator, borrowed: &[bool; 2], order: usize, refused: &mut Errors) -> syn::Result<TokenStream> {
        let Operands { block, item, signature, output, around } = *self;
        let value = |t: &syn::Type, k: usize| behind_reference(t).filter(|_| borrowed[k]).cloned().unwrap_or_else(|| t.clone());
        let mut self_ty = value(&block.self_ty, 0);
        let mut rhs = signature.params.get(1).map(|p| value(&p.written, 1));
        let mut generics = block.generics.clone();
        let mut named = super::implementation::NameLifetimes::default();
        named.visit_type_mut(&mut self_ty);
        rhs.iter_mut().for_each(|t| named.visit_type_mut(t));
        named.declare(&mut generics);
        let shape = RuleShape { rhs: rhs.clone(), borrowed: borrowed.to_vec() };
        let out = quote!(<#output as ::autodiff_core::Differentiable>::Cotangent);
        let mut methods = TokenStream::new();
        for (k, (reverse, forward)) in [("lhs", "push_lhs"), ("rhs", "push_rhs")].into_iter().enumerate().take(signature.params.len()) {
            let (reverse, forward) = if operator.unary { ("operand", "push_operand") } else { (reverse, forward) };
            let (reverse, forward) = (Ident::new(reverse, Span::mixed_site()), Ident::new(forward, Span::mixed_site()));
            let operand: syn::Type = if k == 0 { syn::parse_quote!(Self) } else { rhs.clone().unwrap_or_else(|| syn::parse_quote!(Self)) };
            let bar_ty = quote!(<#operand as ::autodiff_core::Differentiable>::Cotangent);
            if !signature.params[k].slot {
                let operands = rhs.as_ref().map(|t| quote!(, _: &#t));
                methods.extend(quote!(#[inline] fn #reverse(&self #operands, _: &#out, _: &mut #bar_ty) {}));
                methods.extend(quote!(#[inline] fn #forward(&self #operands, _: &#bar_ty, _: &mut #out) {}));
                continue;
            }
            let only = Options { wrt: Some(vec![signature.params[k].ident.clone()]), ..Options::default() };
            let mut errors = Errors::default();
            let narrowed = Signature::read_in(around, &item.sig, &only, &mut errors);
            errors.finish(())?;
            let (adjoint, pushforward) = match crate::expand::rule_of(item, &narrowed) {
                Ok(derived) => derived,
                Err(e) => {
                    if refused.is_empty() {
                        refused.push(e);
                    }
                    let operands = rhs.as_ref().map(|t| quote!(, _: &#t));
                    let fails = quote!({ ::core::panic!("the gradient could not be generated") });
                    methods.extend(quote!(fn #reverse(&self #operands, _: &#out, _: &mut #bar_ty) #fails));
                    methods.extend(quote!(fn #forward(&self #operands, _: &#bar_ty, _: &mut #out) #fails));
                    continue;
                }
            };
            let siblings = of(item, &narrowed, &adjoint, pushforward.as_ref());
            methods.extend(siblings.rule_reverse(&reverse, &shape, &out, &bar_ty));
            methods.extend(siblings.rule_forward(&forward, &shape, &out, &bar_ty));
        }

        let mut impl_generics = with_bounds(around, generics);
        let by_value = [(Some(&self_ty), borrowed[0]), (rhs.as_ref(), borrowed[1])];
        let by_value = by_value.into_iter().filter_map(|(ty, borrowed)| ty.filter(|_| !borrowed));
        let copied = around.copied(&syn::Generics::default(), by_value);
        if !copied.is_empty() {
            impl_generics.make_where_clause().predicates.extend(copied);
        }
        let (generics, _, wheres) = impl_generics.split_for_impl();
        let higher = if order >= 2 && refused.is_empty() {
            let derivatives = Derivatives { operator, self_ty: &self_ty, rhs: rhs.as_ref(), shape: &shape, generics: &impl_generics };
            Some(derivatives.higher(block, item, order)?)
        } else {
            None
        };
        let rule = Ident::new(operator.rule, Span::mixed_site());
        let of_rhs = rhs.map(|t| quote!(<#t>));
        let cfgs = block.attrs.iter().filter(|a| a.path().is_ident("cfg"));
        Ok(quote! {
            #(#cfgs)*
            #[automatically_derived]
            #[allow(clippy::all, clippy::pedantic, unused)]
            impl #generics ::autodiff_core::#rule #of_rhs for #self_ty #wheres {
                type Output = #output;
                #methods
            }
            #higher
        })
    }
}

/// The cotangent type that an `impl` is for. One that is generic has to be named, as the derive names it: a projection does not determine
/// its parameters. Nor does it tell rustc that what the type refers to may be as private as the type.
pub(super) fn cotangent(ty: &syn::Type, generics: &syn::Generics, refers_to: Option<&syn::Type>) -> TokenStream {
    if let syn::Type::Path(p) = ty {
        let own = p.path.get_ident().is_some_and(crate::position::is_type);
        let private = own && refers_to.is_some_and(|t| !crate::types::Ty::parse(t, &[]).static_zero());
        if !generics.params.is_empty() || private {
            let mut path = p.path.clone();
            if let Some(last) = path.segments.last_mut() {
                last.ident = Ident::new(&format!("{}Cotangent", last.ident), last.ident.span());
            }
            return path.to_token_stream();
        }
    }
    quote!(<#ty as ::autodiff_core::Differentiable>::Cotangent)
}

/// Gives names to the lifetimes of a type.
pub(crate) fn with_lifetimes(ty: &mut syn::Type, generics: &mut syn::Generics) {
    let mut named = super::implementation::NameLifetimes::default();
    named.visit_type_mut(ty);
    named.declare(generics);
}

/// An operator, and the types that its derivatives are of.
struct Derivatives<'a> {
    operator: &'a Operator,
    self_ty: &'a syn::Type,
    rhs: Option<&'a syn::Type>,
    shape: &'a RuleShape,
    generics: &'a syn::Generics,
}

impl Derivatives<'_> {
    /// What derivatives of second and higher order need to know of an operator: its pullback with tangents.
    ///
    /// The code stands in functions beside the rule, since a pullback with tangents gives a closure, which a rule has no room for.
    fn higher(&self, block: &syn::ItemImpl, item: &syn::ItemFn, order: usize) -> syn::Result<TokenStream> {
        let free = without_self(item, &block.self_ty, &block.generics);
        let mut errors = Errors::default();
        let signature = Signature::read(&free.sig, &Options::default(), &mut errors);
        errors.finish(())?;
        let (mut code, mut calls) = (TokenStream::new(), Vec::new());
        let slices: Vec<bool> = std::iter::once(self.self_ty).chain(self.rhs).map(is_slice).collect();
        if order > 2 && slices.contains(&true) {
            let message = "an operator of a slice has no third derivatives; take a `&Vec`, or write `hessian` instead of `order`";
            return Err(syn::Error::new(item.sig.ident.span(), message));
        }
        for pushed in crate::expand::orders_of(&free, &signature, order)? {
            let empty = Adjoint::empty(signature.result_ty.clone());
            let siblings = Siblings { hessian: true, full: &pushed.adjoint, ..of(&free, &signature, &empty, None) };
            code.extend(siblings.push_pull(&pushed));
            let name = format!("{}{}", free.sig.ident, crate::emit::method_suffix_of(pushed.directions()));
            calls.push((Ident::new(&name, free.sig.ident.span()), pushed.along.len()));
        }
        let curvature = self.derivatives("Curvature", &self.curvature(&calls[0].0, &signature.result));
        let higher = (order > 2).then(|| self.derivatives("Higher", &self.along(&calls[1..], &signature.result, order)));
        Ok(quote!(const _: () = { #code #curvature #higher };))
    }

    /// The `impl` of one of the operator's traits.
    fn derivatives(&self, stem: &str, items: &TokenStream) -> TokenStream {
        let (params, _, wheres) = self.generics.split_for_impl();
        let (self_ty, rhs) = (self.self_ty, self.rhs.map(|t| quote!(<#t>)));
        let derivative = Ident::new(&self.operator.rule.replace("Rule", stem), Span::mixed_site());
        quote! {
            #[automatically_derived]
            #[allow(clippy::all, clippy::pedantic, unused)]
            impl #params ::autodiff_core::operators::#derivative #rhs for #self_ty #wheres { #items }
        }
    }

    /// The operands as the function takes them.
    fn handed(&self) -> Vec<TokenStream> {
        let names = [quote!(self), quote!(rhs)];
        let handed = names.into_iter().zip(&self.shape.borrowed).map(|(name, borrowed)| match borrowed {
            true => name,
            false => quote!(::core::clone::Clone::clone(#name)),
        });
        handed.take(if self.rhs.is_some() { 2 } else { 1 }).collect()
    }

    /// For a seed that does not move.
    fn curvature(&self, call: &Ident, result: &syn::Type) -> TokenStream {
        let handed = self.handed();
        let (own, output) = (cotangent_of(self.self_ty), cotangent_of(result));
        let (none, some) = (quote!(::core::option::Option::None), quote!(::core::option::Option::Some(bar_dot)));
        let Some(rhs) = self.rhs else {
            return quote! {
                #[inline]
                fn operand_curvature(&self, dot: ::core::option::Option<&#own>, out_bar: &#output, bar_dot: &mut #own) {
                    let (_, _, _, pullback) = #call(#(#handed,)* dot);
                    let still = ::autodiff_core::rt::zeros_like(out_bar);
                    pullback(self, dot, ::core::clone::Clone::clone(out_bar), still, #none, #some);
                }
            };
        };
        let other = cotangent_of(rhs);
        // The function takes tangents of slices as slices.
        let taken: Vec<TokenStream> = [(self.self_ty, quote!(lhs_dot)), (rhs, quote!(rhs_dot))]
            .into_iter()
            .filter(|(ty, _)| is_slice(ty))
            .map(|(_, dot)| quote!(let #dot = ::core::option::Option::map(#dot, |dot| &dot[..]);))
            .collect();
        let method = |f: &str, target: &TokenStream, bars: TokenStream| {
            let f = Ident::new(f, Span::mixed_site());
            quote! {
                #[inline]
                fn #f(
                    &self,
                    rhs: &#rhs,
                    lhs_dot: ::core::option::Option<&#own>,
                    rhs_dot: ::core::option::Option<&#other>,
                    out_bar: &#output,
                    bar_dot: &mut #target,
                ) {
                    #(#taken)*
                    let (_, _, _, pullback) = #call(#(#handed,)* lhs_dot, rhs_dot);
                    let still = ::autodiff_core::rt::zeros_like(out_bar);
                    pullback(self, rhs, lhs_dot, rhs_dot, ::core::clone::Clone::clone(out_bar), still, #none, #none, #bars);
                }
            }
        };
        let (lhs, rhs) = (method("lhs_curvature", &own, quote!(#some, #none)), method("rhs_curvature", &other, quote!(#none, #some)));
        quote!(#lhs #rhs)
    }

    /// In several directions, by functions for as many sets of them.
    fn along(&self, calls: &[(Ident, usize)], result: &syn::Type, order: usize) -> TokenStream {
        let handed = self.handed();
        let output = cotangent_of(result);
        let optional = |t: &TokenStream| quote!(&[::core::option::Option<&#t>]);
        let operands: Vec<(Ident, TokenStream)> = match self.rhs {
            None => vec![(Ident::new("dots", Span::mixed_site()), cotangent_of(self.self_ty))],
            Some(rhs) => vec![
                (Ident::new("lhs_dots", Span::mixed_site()), cotangent_of(self.self_ty)),
                (Ident::new("rhs_dots", Span::mixed_site()), cotangent_of(rhs)),
            ],
        };
        let mut parameters = vec![quote!(&self)];
        parameters.extend(self.rhs.map(|t| quote!(rhs: &#t)));
        parameters.extend(operands.iter().map(|(name, ty)| {
            let ty = optional(ty);
            quote!(#name: #ty)
        }));
        let again: Vec<TokenStream> = std::iter::once(quote!(self)).chain(self.rhs.map(|_| quote!(rhs))).collect();
        let first = &operands[0].0;
        // By the number of sets of directions.
        let by_sets = |code: &dyn Fn(&Ident, usize, &[TokenStream]) -> TokenStream| {
            let arms = calls.iter().map(|(call, sets)| {
                let of_set = |k| {
                    let k = Literal::usize_unsuffixed(k);
                    operands.iter().map(move |(name, _)| quote!(#name[#k]))
                };
                let dots: Vec<TokenStream> = (0..*sets).flat_map(of_set).collect();
                let (code, sets) = (code(call, *sets, &dots), Literal::usize_unsuffixed(*sets));
                quote!(#sets => { #code })
            });
            quote!(match #first.len() { #(#arms)* sets => ::core::unreachable!("tangents in {sets} sets of directions") })
        };
        let value = by_sets(&|call, sets, dots| {
            let unread = vec![quote!(_); sets - 1];
            quote! {
                let (_, #(#unread,)* dot, ..) = #call(#(#handed,)* #(#dots),*);
                ::autodiff_core::Cotangent::accumulate(out_dot, &dot);
            }
        });
        let sides = operands.iter().enumerate().map(|(side, (_, target))| {
            let method = match self.rhs {
                None => "operand_along",
                Some(_) => ["lhs_along", "rhs_along"][side],
            };
            let (method, seeds) = (Ident::new(method, Span::mixed_site()), optional(&output));
            let body = by_sets(&|call, sets, dots| {
                let seeds = (0..sets).map(|k| {
                    let k = Literal::usize_unsuffixed(k);
                    quote!(seed(out_bar_dots[#k]))
                });
                let mut bars = vec![quote!(::core::option::Option::None); operands.len() * (sets + 1)];
                bars[operands.len() * sets + side] = quote!(::core::option::Option::Some(bar_dot));
                quote! {
                    let (.., pullback) = #call(#(#handed,)* #(#dots),*);
                    pullback(#(#again,)* #(#dots,)* ::core::clone::Clone::clone(out_bar), #(#seeds,)* #(#bars),*);
                }
            });
            quote! {
                #[inline]
                fn #method<const ORDER: usize>(#(#parameters,)* out_bar: &#output, out_bar_dots: #seeds, bar_dot: &mut #target) {
                    let seed = |dot: ::core::option::Option<&#output>| match dot {
                        ::core::option::Option::Some(dot) => ::core::clone::Clone::clone(dot),
                        ::core::option::Option::None => ::autodiff_core::rt::zeros_like(out_bar),
                    };
                    #body
                }
            }
        });
        let order = Literal::usize_unsuffixed(order);
        quote! {
            type Order = ::autodiff_core::operators::UpTo<#order>;

            #[inline]
            fn value_along<const ORDER: usize>(#(#parameters,)* out_dot: &mut #output) {
                #value
            }

            #(#sides)*
        }
    }
}

fn cotangent_of(t: &syn::Type) -> TokenStream {
    quote!(<#t as ::autodiff_core::Differentiable>::Cotangent)
}

/// `Self` by its name, in what a macro gets.
fn named_type(tokens: TokenStream, name: &TokenStream) -> TokenStream {
    let one = |t| match t {
        proc_macro2::TokenTree::Ident(i) if i == "Self" => name.clone(),
        proc_macro2::TokenTree::Group(g) => {
            let mut group = proc_macro2::Group::new(g.delimiter(), named_type(g.stream(), name));
            group.set_span(g.span());
            proc_macro2::TokenTree::Group(group).into()
        }
        other => other.into(),
    };
    tokens.into_iter().map(one).collect::<Vec<TokenStream>>().into_iter().collect()
}

/// `fn mul(self, rhs: R)` of a type `L` as a function of its own: `fn mul(own_self: L, rhs: R)`.
fn without_self(item: &syn::ItemFn, self_ty: &syn::Type, generics: &syn::Generics) -> syn::ItemFn {
    struct Named<'t>(&'t syn::Type);
    impl Named<'_> {
        fn path(&self) -> Option<syn::Path> {
            let syn::Type::Path(p) = self.0 else { return None };
            let mut path = p.path.clone();
            for segment in &mut path.segments {
                if let syn::PathArguments::AngleBracketed(a) = &mut segment.arguments {
                    a.colon2_token.get_or_insert_with(Default::default);
                }
            }
            Some(path)
        }
    }
    impl VisitMut for Named<'_> {
        fn visit_ident_mut(&mut self, i: &mut Ident) {
            if i == "self" {
                *i = Ident::new("own_self", Span::mixed_site().located_at(i.span()));
            }
        }
        fn visit_type_mut(&mut self, t: &mut syn::Type) {
            if matches!(t, syn::Type::Path(p) if p.path.is_ident("Self")) {
                *t = self.0.clone();
            } else {
                syn::visit_mut::visit_type_mut(self, t);
            }
        }
        fn visit_path_mut(&mut self, p: &mut syn::Path) {
            syn::visit_mut::visit_path_mut(self, p);
            if p.segments.first().is_some_and(|s| s.ident == "Self") {
                if let Some(mut path) = self.path() {
                    path.segments.extend(std::mem::take(&mut p.segments).into_iter().skip(1));
                    *p = path;
                }
            }
        }
        fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
            let tokens = crate::emit::siblings::rename_self(std::mem::take(&mut m.tokens), "own_self");
            m.tokens = named_type(tokens, &self.path().map_or_else(|| self.0.to_token_stream(), |path| path.to_token_stream()));
        }
    }
    let mut free = item.clone();
    let mut named = Named(self_ty);
    named.visit_item_fn_mut(&mut free);
    if let Some(first) = free.sig.inputs.first_mut() {
        let this = Ident::new("own_self", Span::mixed_site());
        *first = match &item.sig.inputs[0] {
            syn::FnArg::Receiver(r) if r.mutability.is_some() => syn::parse_quote!(mut #this: #self_ty),
            _ => syn::parse_quote!(#this: #self_ty),
        };
    }
    free.sig.generics = generics.clone();
    free
}

pub(super) fn of<'a>(
    item: &'a syn::ItemFn,
    signature: &'a Signature,
    adjoint: &'a Adjoint,
    pushforward: Option<&'a crate::forward::Pushforward>,
) -> Siblings<'a> {
    Siblings {
        item,
        signature,
        overwrites: &[],
        adjoint,
        full: adjoint,
        pushforward,
        lanes: None,
        width: None,
        hessian: false,
        jacobian: None,
        product: None,
        product_in_lanes: None,
        higher: &[],
        method: true,
        companion: false,
        boxed: false,
        stub: None,
        required: false,
        partials: false,
        allows: Default::default(),
    }
}

fn is_slice(t: &syn::Type) -> bool {
    matches!(behind_reference(t).unwrap_or(t), syn::Type::Slice(_))
}

pub(super) fn behind_reference(t: &syn::Type) -> Option<&syn::Type> {
    match t {
        syn::Type::Group(g) => behind_reference(&g.elem),
        syn::Type::Paren(p) => behind_reference(&p.elem),
        syn::Type::Reference(r) => Some(&r.elem),
        _ => None,
    }
}

/// Whether an operator applies the same operator to the same operands, as `impl Mul<&Vec3> for &Vec3` may do with `*self * *rhs`.
enum Delegation {
    None,
    Whole,
    /// Somewhere in a body that does more.
    Part(Span),
}

fn delegation(item: &syn::ItemFn, signature: &Signature, operator: &Operator) -> Delegation {
    struct Finder<'a> {
        names: Vec<&'a Ident>,
        operator: &'a Operator,
        found: Option<Span>,
    }
    impl Finder<'_> {
        fn is(&self, e: &syn::Expr) -> bool {
            match e {
                syn::Expr::Paren(p) => self.is(&p.expr),
                syn::Expr::Group(g) => self.is(&g.expr),
                syn::Expr::Binary(b) => {
                    !self.operator.unary
                        && b.op.to_token_stream().to_string() == self.operator.token
                        && is_operand(&b.left, self.names[0])
                        && is_operand(&b.right, self.names[1])
                }
                syn::Expr::Unary(u) => self.operator.unary && matches!(u.op, syn::UnOp::Neg(_)) && is_operand(&u.expr, self.names[0]),
                _ => false,
            }
        }
    }
    impl<'e> Visit<'e> for Finder<'_> {
        fn visit_expr(&mut self, e: &'e syn::Expr) {
            if self.is(e) {
                self.found = self.found.or(Some(syn::spanned::Spanned::span(e)));
            }
            syn::visit::visit_expr(self, e);
        }
    }
    let mut finder = Finder { names: signature.params.iter().map(|p| &p.ident).collect(), operator, found: None };
    if let [syn::Stmt::Expr(e, None)] = &item.block.stmts[..] {
        if finder.is(e) {
            return Delegation::Whole;
        }
    }
    finder.visit_block(&item.block);
    finder.found.map_or(Delegation::None, Delegation::Part)
}

/// Whether a body is the same operator on the same operands, and nothing else.
pub(super) fn is_delegation(body: &syn::Block, other: Option<&Ident>, operator: &Operator) -> bool {
    let this = Ident::new("self", Span::call_site());
    let [syn::Stmt::Expr(e, None)] = &body.stmts[..] else { return false };
    match (crate::lower::strip(e), other) {
        (syn::Expr::Binary(b), Some(other)) => {
            b.op.to_token_stream().to_string() == operator.token && is_operand(&b.left, &this) && is_operand(&b.right, other)
        }
        (syn::Expr::Unary(u), None) => operator.unary && matches!(u.op, syn::UnOp::Neg(_)) && is_operand(&u.expr, &this),
        _ => false,
    }
}

/// The operand itself, behind references, dereferenced or cloned.
pub(super) fn is_operand(e: &syn::Expr, name: &Ident) -> bool {
    match e {
        syn::Expr::Paren(p) => is_operand(&p.expr, name),
        syn::Expr::Group(g) => is_operand(&g.expr, name),
        syn::Expr::Reference(r) => is_operand(&r.expr, name),
        syn::Expr::Unary(u) => matches!(u.op, syn::UnOp::Deref(_)) && is_operand(&u.expr, name),
        syn::Expr::MethodCall(m) => m.method == "clone" && is_operand(&m.receiver, name),
        syn::Expr::Path(p) => p.path.is_ident(name),
        _ => false,
    }
}

/// `Self::Output` in the signature of an inherent function is the type itself.
fn substitute_output(f: &mut syn::ItemFn, output: &syn::Type) {
    struct Output<'t>(&'t syn::Type);
    impl syn::visit_mut::VisitMut for Output<'_> {
        fn visit_type_mut(&mut self, t: &mut syn::Type) {
            if let syn::Type::Path(p) = t {
                let is_output = p.path.segments.last().is_some_and(|s| s.ident == "Output")
                    && p.path.segments.first().is_some_and(|s| s.ident == "Self");
                if is_output {
                    *t = self.0.clone();
                    return;
                }
            }
            syn::visit_mut::visit_type_mut(self, t);
        }
    }
    syn::visit_mut::VisitMut::visit_item_fn_mut(&mut Output(output), f);
}
