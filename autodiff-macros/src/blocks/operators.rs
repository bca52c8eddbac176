//! `#[differentiate]` on the `impl` of an operator.
//!
//! What enters: the block. What leaves: the operator's rule, so that expressions like `a * b` have a derivative where they stand.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, ToTokens};

use crate::diagnostics::Errors;
use crate::emit::siblings::Siblings;
use crate::expand::{lowered_for, second_of};
use crate::options::Options;
use crate::signature::{Block, BlockKind, Signature};

pub(super) struct Operator {
    rule: &'static str,
    unary: bool,
}

pub(super) fn operator_rule(name: &str) -> Option<Operator> {
    let rule = match name {
        "Add" => "AddRule",
        "Sub" => "SubRule",
        "Mul" => "MulRule",
        "Div" => "DivRule",
        "Rem" => "RemRule",
        "Neg" => return Some(Operator { rule: "NegRule", unary: true }),
        _ => return None,
    };
    Some(Operator { rule, unary: false })
}

/// What the function knows of its block.
fn around(block: &syn::ItemImpl) -> Block {
    Block {
        kind: BlockKind::Inherent,
        generics: block.generics.clone(),
        conditional: false,
        self_ty: Some((*block.self_ty).clone()),
        own: block.generics.type_params().map(|p| p.ident.clone()).collect(),
    }
}

/// The block's type parameters with the bounds that generated code needs.
pub(super) fn widened(block: &syn::ItemImpl) -> syn::Generics {
    let around = around(block);
    let mut generics = block.generics.clone();
    let bounds: Vec<syn::WherePredicate> = block.generics.type_params().filter_map(|p| around.bound(&p.ident)).collect();
    if !bounds.is_empty() {
        generics.make_where_clause().predicates.extend(bounds);
    }
    generics
}

/// The rule of an operator, from the adjoint of its function.
pub(super) fn rule(block: &syn::ItemImpl, path: &syn::Path, operator: &Operator, hessian: bool) -> syn::Result<TokenStream> {
    let function = block.items.iter().find_map(|i| match i {
        syn::ImplItem::Fn(f) => Some(f),
        _ => None,
    });
    let output = block.items.iter().find_map(|i| match i {
        syn::ImplItem::Type(t) if t.ident == "Output" => Some(t.ty.clone()),
        _ => None,
    });
    let (Some(f), Some(output)) = (function, output) else {
        return Err(syn::Error::new_spanned(path, "expected an operator with its function and `type Output`"));
    };
    let self_ty = &block.self_ty;
    // The function, as an inherent one of a name that tells the operands' types.
    let mut f = syn::ItemFn { attrs: Vec::new(), vis: syn::Visibility::Inherited, sig: f.sig.clone(), block: Box::new(f.block.clone()) };
    let signature_of = |t: &dyn ToTokens| -> String { t.to_token_stream().to_string().chars().filter(|c| c.is_alphanumeric()).collect() };
    let by_reference = matches!(**self_ty, syn::Type::Reference(_));
    if by_reference {
        return Err(syn::Error::new_spanned(
            self_ty,
            "an operator of references needs no attribute; annotate the `impl` for the values, its rule serves references too",
        ));
    }
    let operands = signature_of(&path.segments.last().map(|s| s.arguments.clone()));
    f.sig.ident = format_ident!("__{}_{}", f.sig.ident, operands, span = f.sig.ident.span());
    substitute_output(&mut f, &output);
    let mut errors = Errors::default();
    let signature = Signature::read_in(&around(block), &f.sig, &Options::default(), &mut errors);
    errors.finish(())?;
    let (function, mut names) = lowered_for(&f, &signature)?;
    let adjoint = crate::expand::adjoint_with(&function, &mut names, crate::passes::Passes::for_options(&[]).unfused());
    let second = if hessian { Some(second_of(&f, &signature, true)?) } else { None };
    let siblings = Siblings {
        item: &f,
        signature: &signature,
        overwrites: &[],
        adjoint: &adjoint,
        full: &adjoint,
        pushforward: None,
        hessian,
        jacobian: false,
        product: None,
        second: second.as_ref(),
        method: true,
        companion: false,
        boxed: false,
        stub: None,
        required: false,
    };
    let (core, second) = (siblings.core(), siblings.push_pull());
    let bounds = widened(block);
    let (generics, arguments, wheres) = bounds.split_for_impl();
    let call = Ident::new(&format!("{}_vjp_accumulate", f.sig.ident), Span::mixed_site());
    let call = Ident::new(&call.to_string(), f.sig.ident.span());
    let rule = format_ident!("{}", operator.rule);
    let cotangent = quote!(<#output as ::autodiff_core::Differentiable>::Cotangent);
    let own = quote!(<#self_ty as ::autodiff_core::Differentiable>::Cotangent);
    let allow = quote!(#[allow(clippy::all, clippy::pedantic, unused)]);
    let body = if operator.unary {
        quote! {
            #allow
            #[automatically_derived]
            impl #generics ::autodiff_core::#rule for #self_ty #wheres {
                type Output = #output;
                #[inline]
                fn operand(&self, out_bar: &#cotangent, bar: &mut #own) {
                    <#self_ty>::#call(::core::clone::Clone::clone(self), ::core::clone::Clone::clone(out_bar), bar);
                }
            }
        }
    } else {
        let rhs: syn::Type = match signature.params.get(1) {
            Some(p) => p.written.clone(),
            None => return Err(syn::Error::new_spanned(path, "expected an operator with two operands")),
        };
        if let syn::Type::Reference(_) = rhs {
            return Err(syn::Error::new_spanned(
                rhs,
                "an operator of references needs no attribute; annotate the `impl` for the values, its rule serves references too",
            ));
        }
        let rhs_cotangent = quote!(<#rhs as ::autodiff_core::Differentiable>::Cotangent);
        let rhs_slot = signature.params.get(1).is_some_and(|p| p.slot);
        let (lhs_call, rhs_call) = if rhs_slot {
            (
                quote! {
                    let mut rhs_bar = ::autodiff_core::rt::zero(rhs);
                    <#self_ty>::#call(::core::clone::Clone::clone(self), ::core::clone::Clone::clone(rhs), ::core::clone::Clone::clone(out_bar), lhs_bar, &mut rhs_bar);
                },
                quote! {
                    let mut lhs_bar = ::autodiff_core::rt::zero(self);
                    <#self_ty>::#call(::core::clone::Clone::clone(self), ::core::clone::Clone::clone(rhs), ::core::clone::Clone::clone(out_bar), &mut lhs_bar, rhs_bar);
                },
            )
        } else {
            (
                quote!(<#self_ty>::#call(::core::clone::Clone::clone(self), ::core::clone::Clone::clone(rhs), ::core::clone::Clone::clone(out_bar), lhs_bar);),
                quote!(),
            )
        };
        quote! {
            #allow
            #[automatically_derived]
            impl #generics ::autodiff_core::#rule<#rhs> for #self_ty #wheres {
                type Output = #output;
                #[inline]
                fn lhs(&self, rhs: &#rhs, out_bar: &#cotangent, lhs_bar: &mut #own) { #lhs_call }
                #[inline]
                fn rhs(&self, rhs: &#rhs, out_bar: &#cotangent, rhs_bar: &mut #rhs_cotangent) { #rhs_call }
            }
        }
    };
    let curvature = hessian.then(|| curvature(block, operator, &signature, &f.sig.ident, &cotangent));
    if !matches!(crate::types::Ty::parse(self_ty, &[]), crate::types::Ty::Float(_)) {
        return Ok(quote! {
            impl #generics #self_ty #wheres { #core #second }
            #body
            #curvature
        });
    }
    // Numbers have no room for functions of ours: these stand in a trait.
    let mut declared: syn::ItemTrait = syn::parse2(quote!(trait Operands { #core #second }))?;
    for item in &mut declared.items {
        if let syn::TraitItem::Fn(f) = item {
            f.default = None;
            f.semi_token = Some(syn::token::Semi::default());
            f.attrs.clear();
        }
    }
    let items = &declared.items;
    Ok(quote! {
        const _: () = {
            #allow
            trait Operands #generics: ::autodiff_core::Differentiable + ::core::marker::Sized #wheres { #(#items)* }
            #allow
            #[automatically_derived]
            impl #generics Operands #arguments for #self_ty #wheres { #core #second }
            #body
            #curvature
        };
    })
}

/// What second derivatives need to know of an operator: its pullback with tangents, for a seed that does not move.
fn curvature(block: &syn::ItemImpl, operator: &Operator, signature: &Signature, name: &Ident, seed: &TokenStream) -> TokenStream {
    let bounds = widened(block);
    let (generics, _, wheres) = bounds.split_for_impl();
    let self_ty = &block.self_ty;
    let call = Ident::new(&format!("{name}{}", crate::emit::METHOD_SUFFIX_HESSIAN), name.span());
    let curvature = format_ident!("{}", operator.rule.replace("Rule", "Curvature"));
    let own = quote!(<#self_ty as ::autodiff_core::Differentiable>::Cotangent);
    let allow = quote!(#[allow(clippy::all, clippy::pedantic, unused)]);
    let none = quote!(::core::option::Option::None);
    let Some(rhs) = signature.params.get(1).filter(|_| !operator.unary) else {
        return quote! {
            #allow
            #[automatically_derived]
            impl #generics ::autodiff_core::#curvature for #self_ty #wheres {
                #[inline]
                fn operand_curvature(&self, dot: ::core::option::Option<&#own>, out_bar: &#seed, bar_dot: &mut #own) {
                    let (_, _, _, pullback) = <#self_ty>::#call(self, dot);
                    let still = ::autodiff_core::rt::zeros_like(out_bar);
                    pullback(self, dot, ::core::clone::Clone::clone(out_bar), still, #none, ::core::option::Option::Some(bar_dot));
                }
            }
        };
    };
    let rhs = &rhs.written;
    let other = quote!(<#rhs as ::autodiff_core::Differentiable>::Cotangent);
    let clone = |of: TokenStream| quote!(::core::clone::Clone::clone(#of));
    let (rhs_clone, seed_clone) = (clone(quote!(rhs)), clone(quote!(out_bar)));
    let method = |f: &str, target: &TokenStream, bars: TokenStream| {
        let f = format_ident!("{}", f);
        quote! {
            #[inline]
            fn #f(
                &self,
                rhs: &#rhs,
                lhs_dot: ::core::option::Option<&#own>,
                rhs_dot: ::core::option::Option<&#other>,
                out_bar: &#seed,
                bar_dot: &mut #target,
            ) {
                let (_, _, _, pullback) = <#self_ty>::#call(self, #rhs_clone, lhs_dot, rhs_dot);
                let still = ::autodiff_core::rt::zeros_like(out_bar);
                pullback(self, rhs, lhs_dot, rhs_dot, #seed_clone, still, #none, #none, #bars);
            }
        }
    };
    let some = quote!(::core::option::Option::Some(bar_dot));
    let (lhs, rhs_method) = (method("lhs_curvature", &own, quote!(#some, #none)), method("rhs_curvature", &other, quote!(#none, #some)));
    quote! {
        #allow
        #[automatically_derived]
        impl #generics ::autodiff_core::#curvature<#rhs> for #self_ty #wheres {
            #lhs
            #rhs_method
        }
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
