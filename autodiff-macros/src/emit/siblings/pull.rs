//! The companion of a function: what its callers reach, first of all its pullback.
//!
//! `f::pull(args..)`, or `f_needs_differentiate` beside a method, gives the value and a closure. The closure takes the arguments once more by
//! reference, the seed and the buffers, and adds into those that are there.

use rustc_hash::FxHashSet as HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned, ToTokens};

use super::super::companion::{Companion, METHOD_SUFFIX};
use super::super::{zero_of, Emit};
use super::{replace_self, Siblings};
use crate::ir::Stmt;
use crate::overwrites::Extent;
use crate::signature::{BlockKind, Param};
use crate::types::Ty;

impl Siblings<'_> {
    /// The functions that callers reach: methods, or those of a type of the function's name.
    pub(super) fn companion(&self, functions: &[TokenStream]) -> TokenStream {
        if self.method {
            let first = self.first_by_path("");
            return quote!(#first #(#functions)*);
        }
        if !self.companion {
            return TokenStream::new();
        }
        let overwrites = self.overwrites();
        if matches!(crate::position::companion_place(self.item), crate::position::CompanionPlace::Module) {
            return self.companion_of_module(&quote!(#overwrites #(#functions)*));
        }
        self.companion_named(&self.item.sig.ident, &quote!(#overwrites #(#functions)*))
    }

    /// The same in the module around, which has the function's name; a type of that name would be imported beside the module. Here the
    /// name stands for the module as well: no other module sees that.
    fn companion_of_module(&self, contents: &TokenStream) -> TokenStream {
        let name = &self.item.sig.ident;
        let items = quote! {
            #[allow(unused_imports)]
            use super::#name::{self};
            #contents
        };
        let cfgs: Vec<_> = self.item.attrs.iter().filter(|a| a.path().is_ident("cfg")).collect();
        if cfgs.is_empty() {
            return items;
        }
        // Each stands on its own here.
        let items = syn::parse2::<syn::File>(items).map(|f| f.items).unwrap_or_default();
        items.iter().map(|item| quote!(#(#cfgs)* #item)).collect()
    }

    /// A type under the name of a function, with what callers of that function reach.
    pub(super) fn companion_named(&self, name: &Ident, contents: &TokenStream) -> TokenStream {
        let vis = &self.item.vis;
        let cfgs: Vec<_> = self.item.attrs.iter().filter(|a| a.path().is_ident("cfg")).collect();
        let allows = self.allows();
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
    pub(super) fn overwrites(&self) -> Option<TokenStream> {
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

    pub(super) fn pull(&self) -> TokenStream {
        if self.partials {
            return self.pull_of_partials();
        }
        if self.signature.params.iter().any(|p| matches!(p.written, syn::Type::ImplTrait(_))) {
            // An unnamed type cannot be named again in the pullback's signature.
            return TokenStream::new();
        }
        let adjoint = self.full;
        let in_place = self.changes_receiver();
        let mut vars = adjoint.function.vars.clone();
        let mut optional = HashSet::default();
        let mut bars = Vec::new();
        let (mut decls, mut ends) = (Vec::new(), Vec::new());
        for (p, &var) in self.signature.params.iter().zip(&adjoint.function.params) {
            let in_out = p.by_mut() && (in_place || p.receiver.is_none());
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
                    let zero = Emit::new(&vars).expr(&zero_of(&p.ty));
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
            let in_out = p.by_mut() && (in_place || p.receiver.is_none());
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
        let stacked = self.stacked();
        let emit_forward = Emit::new(&vars).on_stack(stacked.as_ref());
        let forward = emit_forward.block(&adjoint.function.body);
        let value = match crate::reverse::kept_result(adjoint) {
            Some(e) if !matches!(self.signature.result_ty, Ty::Unit) => emit_forward.expr(&e),
            _ => self.no_value(),
        };
        let emit = Emit::with_optional(&vars, optional).on_stack(stacked.as_ref());
        let reverse = emit.stmts(&adjoint.reverse);
        let uses = self.imports();
        let copies = self.copies_again(&reverse);
        let body = quote!(#copies #(#decls)* #reverse #(#ends)*);
        let by_reference = self.signature.params.iter().any(|p| p.receiver.is_some() && !p.ty.is_float() && (p.by_ref() || p.by_mut()));
        let mut forward = forward;
        let body = match by_reference {
            true if in_place => self.with_receiver_before(body, &mut forward),
            true => replace_self(body),
            false => body,
        };
        let result = &self.signature.result;
        // With the edition of this crate, an `impl Trait` result captures type parameters, but no lifetimes.
        let here = Span::mixed_site();
        let anchor = self.anchor();
        let unnamed = Ident::new("impl", here.located_at(anchor));
        let closure = quote!(move |#(#again,)* #seed: #seed_ty, #(#bars),*| { #body });
        let closure_ty = quote!(#(#again_types,)* #seed_ty, #(#bar_types),*);
        // The closure captures variables of the sweeps, one of which may be called `value`.
        let value_name = format_ident!("value_out", span = here);
        let boxed_ty = quote!(::autodiff_core::__private::Box<dyn ::core::ops::FnOnce(#closure_ty) + '_>);
        let of_trait = matches!(self.signature.block.kind, BlockKind::Trait | BlockKind::TraitImpl);
        let captures = self.signature.captures();
        let result_ty = if self.boxed && !of_trait {
            let outlived = self.outlived();
            quote_spanned!(here=> (#result, ::autodiff_core::__private::Box<dyn ::core::ops::FnOnce(#closure_ty) #outlived>))
        } else {
            quote_spanned!(anchor=> (#result, #unnamed ::core::ops::FnOnce(#closure_ty) #captures))
        };
        if let Some(stacked) = &stacked {
            let kept = emit_forward.put_on_stack(&stacked.last);
            let record = quote!(#uses #forward let #value_name = #value; #kept #value_name);
            let taken = emit.taken_from_stack(&stacked.last);
            let numbers = self.numbers_again();
            let declared = again_types.iter().zip(&self.signature.params).map(|(ty, p)| {
                let name = if numbers.is_empty() || p.by_ref() { Self::again_name(p) } else { p.ident.to_token_stream() };
                quote!(#name: #ty)
            });
            // What stands at the top for both sweeps.
            let items = self.full.function.body.stmts.iter().filter_map(|s| match s {
                Stmt::Verbatim(item, _) if matches!(**item, syn::Stmt::Item(_)) => Some(item),
                _ => None,
            });
            let back = quote!(#uses #(#items)* #(let #numbers = *#numbers;)* #taken #body);
            let back_params = quote!(#(#declared,)* #seed: #seed_ty, #(#bars),*);
            let types: Vec<TokenStream> =
                again_types.iter().cloned().chain([seed_ty.to_token_stream()]).chain(bar_types.iter().cloned()).collect();
            return self.pull_on_stack(&record, &back_params, &back, &types);
        }
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
        if in_place {
            let name = Companion::PullInPlace.method(&self.item.sig.ident);
            let (attributes, signature) = self.pull_signature(&name, &result_ty);
            let handed = self.handed_receiver(&name);
            return quote!(#attributes #signature #body #handed);
        }
        self.pull_with(&result_ty, &body)
    }

    /// A forward and a reverse sweep that hand a stack on, and a pullback that owns one.
    fn pull_on_stack(&self, record: &TokenStream, back_params: &TokenStream, back: &TokenStream, types: &[TokenStream]) -> TokenStream {
        let stack = super::stack::stack();
        let stack_ty = quote!(&mut ::autodiff_core::tape::Stack);
        let declarations = self.hidden_declarations();
        let (vis, result, attributes) = (&self.item.vis, &self.signature.result, self.hidden_attributes());
        let given = self.signature.params.iter().map(|p| p.ident.to_token_stream());
        let handed: Vec<Ident> = (0..types.len()).map(|k| format_ident!("a{}", k, span = Span::mixed_site())).collect();
        let boxed_ty = quote!(::autodiff_core::__private::Box<dyn ::core::ops::FnOnce(#(#types),*)>);
        let body = quote!({
            let mut #stack = ::autodiff_core::tape::Stack::new();
            let value_out = Self::record(#(#given,)* &mut #stack);
            (value_out, ::autodiff_core::__private::Box::new(move |#(#handed: #types),*| Self::back(#(#handed,)* &mut #stack)) as #boxed_ty)
        });
        let pull = self.pull_with(&quote!((#result, #boxed_ty)), &body);
        quote! {
            #[doc(hidden)]
            #attributes
            #vis fn record(#(#declarations,)* #stack: #stack_ty) -> #result { #record }
            #[doc(hidden)]
            #attributes
            #vis fn back(#back_params, #stack: #stack_ty) { #back }
            #pull
        }
    }

    /// How long a pullback on the heap lives, which may hold values of type parameters and with lifetimes.
    pub(super) fn outlived(&self) -> Option<TokenStream> {
        let lifetime = outlived();
        (!self.held().is_empty()).then(|| quote!(+ #lifetime))
    }

    /// Type parameters and lifetimes of what a pullback may hold.
    fn held(&self) -> Vec<TokenStream> {
        let all = [&self.signature.block.generics, &self.signature.generics].into_iter().flat_map(|g| &g.params);
        let held = all.filter_map(|p| match p {
            syn::GenericParam::Type(t) if !self.signature.floats.contains(&t.ident) => Some(t.ident.to_token_stream()),
            syn::GenericParam::Lifetime(l) => Some(l.lifetime.to_token_stream()),
            _ => None,
        });
        held.collect()
    }

    /// Those of the hidden sibling that gives it.
    pub(super) fn generics_of_pullback(&self) -> syn::Generics {
        let mut generics = self.signature.sibling_generics();
        let of_trait = matches!(self.signature.block.kind, BlockKind::Trait | BlockKind::TraitImpl);
        let held = self.held();
        if self.boxed && !of_trait && !held.is_empty() {
            let lifetime = outlived();
            generics.params.insert(0, syn::parse_quote!(#lifetime));
            generics
                .make_where_clause()
                .predicates
                .extend(held.iter().map(|p| -> syn::WherePredicate { syn::parse_quote!(#p: #lifetime) }));
        }
        generics
    }

    /// The hidden sibling with a result and a body.
    pub(super) fn pull_with(&self, result_ty: &TokenStream, body: &TokenStream) -> TokenStream {
        let f = if self.method { self.name(METHOD_SUFFIX) } else { Ident::new("pull", Span::call_site()) };
        self.compared_pull(&f, |f| {
            let (attributes, signature) = self.pull_signature(f, result_ty);
            (attributes, signature, body.clone())
        })
    }

    /// What stands in front of its body under a name.
    pub(super) fn pull_signature(&self, f: &Ident, result_ty: &TokenStream) -> (TokenStream, TokenStream) {
        let generics = self.generics_of_pullback();
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
        (quote!(#[doc(hidden)] #attributes), quote!(#vis fn #f #params(#(#declarations),*) -> #result_ty #wheres))
    }

    /// The name under which the pullback is handed a parameter again.
    pub(super) fn again_name(p: &Param) -> TokenStream {
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
    pub(super) fn copies_again(&self, reverse: &TokenStream) -> TokenStream {
        let read = |p: &&Param| p.borrows() && crate::varied::mentions(reverse.clone(), &std::iter::once(p.ident.to_string()).collect());
        let copies = self.signature.params.iter().filter(read).map(|p| {
            let (i, at) = (&p.ident, crate::types::ends(&p.written).0);
            quote_spanned!(at=> let #i = ::autodiff_core::rt::Again::again(#i);)
        });
        copies.collect()
    }

    /// The buffer of a parameter in the pullback: `&mut` cotangent, or an option of it; `()` where there can be none.
    pub(super) fn pull_buffer(&self, p: &Param, in_out: bool) -> TokenStream {
        let wanted = p.slot || matches!(self.full_slot(p), Some(true));
        let buffer = if !wanted && !p.ty.is_plain() { quote!(&mut ::autodiff_core::rt::ExcludedByWrt) } else { self.buffer(p) };
        if in_out {
            return buffer;
        }
        let anchor = self.opaque_in(p).unwrap_or_else(Span::call_site);
        quote_spanned!(anchor=> ::core::option::Option<#buffer>)
    }

    pub(super) fn full_slot(&self, p: &Param) -> Option<bool> {
        let k = self.signature.params.iter().position(|q| q.ident == p.ident)?;
        let var = self.full.function.params.get(k)?;
        Some(self.full.function.vars[var.0 as usize].varied)
    }
}

/// The lifetime of a pullback on the heap.
fn outlived() -> syn::Lifetime {
    syn::Lifetime::new("'outlived", Span::mixed_site())
}
