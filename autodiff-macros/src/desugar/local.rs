//! Functions inside the function, without an attribute of their own: closures that capture nothing.
//!
//! What enters: a body before names are resolved. What leaves: the same body, in which each such function also is a closure of its name,
//! so that calls are followed into it. Guarantees: the closure's free names mean what they meant in the function; where they might
//! not, or where the function calls itself, it stays as it is.

use rustc_hash::FxHashSet as HashSet;

use proc_macro2::Ident;
use quote::ToTokens;
use syn::parse::Parser;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{parse_quote, Block, Expr, Item, ItemFn, Pat, Stmt};

use crate::varied::{bound_names, mentions};

/// The marker on a closure that stands for a function, with its name.
pub(crate) const MARKER: &str = "autodiff_local_function";

/// Rewrites the body of a function with these parameters.
pub(crate) fn functions_to_closures(block: &mut Block, params: impl Iterator<Item = String>) {
    let mut outer: HashSet<String> = params.collect();
    let mut bound = Bound(HashSet::default());
    bound.visit_block(block);
    outer.extend(bound.0);
    Pass { outer }.visit_block_mut(block);
}

struct Pass {
    /// All names that are bound outside of functions inside.
    outer: HashSet<String>,
}

impl VisitMut for Pass {
    fn visit_item_mut(&mut self, _: &mut Item) {}

    fn visit_block_mut(&mut self, b: &mut Block) {
        visit_mut::visit_block_mut(self, b);
        let functions: Vec<ItemFn> = b
            .stmts
            .iter()
            .filter_map(|s| match s {
                Stmt::Item(Item::Fn(f)) if self.may_become_closure(f) => Some(f.clone()),
                _ => None,
            })
            .collect();
        // A closure can only call those that come before it.
        let mut left = functions;
        let mut ordered: Vec<ItemFn> = Vec::new();
        while let Some(k) = left
            .iter()
            .position(|f| !left.iter().any(|g| mentions(f.block.to_token_stream(), &std::iter::once(g.sig.ident.to_string()).collect())))
        {
            ordered.push(left.remove(k));
        }
        let lets: Vec<Stmt> = ordered.into_iter().map(|f| closure(&self.with_its_own(f))).collect();
        b.stmts.splice(0..0, lets);
    }
}

impl Pass {
    /// A function whose own functions inside are closures, too.
    fn with_its_own(&self, mut f: ItemFn) -> ItemFn {
        let mut bound = Bound(self.outer.clone());
        for input in &f.sig.inputs {
            if let syn::FnArg::Typed(t) = input {
                bound.0.extend(bound_names(&t.pat));
            }
        }
        bound.visit_block(&f.block);
        Pass { outer: bound.0 }.visit_block_mut(&mut f.block);
        f
    }

    fn may_become_closure(&self, f: &ItemFn) -> bool {
        let sig = &f.sig;
        let annotated = f.attrs.iter().any(|a| {
            a.path().segments.last().is_some_and(|s| s.ident == "differentiate" || s.ident == "derivative") || a.path().is_ident("cfg")
        });
        if annotated || sig.asyncness.is_some() || sig.unsafety.is_some() || sig.abi.is_some() || sig.variadic.is_some() {
            return false;
        }
        // Functions of plain values may be called as they are.
        if !has_numbers(sig) {
            return false;
        }
        let generics: HashSet<String> = sig
            .generics
            .params
            .iter()
            .filter_map(|p| match p {
                syn::GenericParam::Type(t) => Some(t.ident.to_string()),
                syn::GenericParam::Const(c) => Some(c.ident.to_string()),
                syn::GenericParam::Lifetime(_) => None,
            })
            .collect();
        if mentions(f.block.to_token_stream(), &generics) {
            return false;
        }
        let mut free = Free { bound: HashSet::default(), used: HashSet::default() };
        for input in &sig.inputs {
            if let syn::FnArg::Typed(t) = input {
                free.bound.extend(bound_names(&t.pat));
            }
        }
        free.visit_block(&f.block);
        let own = sig.ident.to_string();
        free.used.difference(&free.bound).all(|name| *name != own && !self.outer.contains(name))
    }
}

/// Whether a function takes more than plain values.
pub(crate) fn has_numbers(sig: &syn::Signature) -> bool {
    !sig.inputs.iter().all(|i| matches!(i, syn::FnArg::Typed(t) if crate::varied::is_plain_type(&t.ty)))
}

/// `let f = |x: f64| -> f64 { .. };`
pub(crate) fn closure(f: &ItemFn) -> Stmt {
    let name = &f.sig.ident;
    let generics: HashSet<String> = f.sig.generics.type_params().map(|p| p.ident.to_string()).collect();
    // A type that a closure may name, too.
    let may_be_named = |ty: &dyn ToTokens| {
        let text = ty.to_token_stream().to_string();
        !mentions(ty.to_token_stream(), &generics) && !text.contains("impl ") && !text.contains('\'')
    };
    let typed = |t: &syn::PatType, ty: syn::Type| {
        Pat::Type(syn::PatType { attrs: Vec::new(), pat: t.pat.clone(), colon_token: t.colon_token, ty: Box::new(ty) })
    };
    let inputs: Vec<Pat> = f
        .sig
        .inputs
        .iter()
        .filter_map(|i| match i {
            syn::FnArg::Typed(t) => {
                // What it is called with tells the types of a closure's parameters.
                let called = function_bound(&t.ty, &f.sig.generics).filter(|bound| may_be_named(bound));
                Some(match called {
                    Some(bound) => typed(t, parse_quote!(impl #bound)),
                    None if may_be_named(&t.ty) => typed(t, (*t.ty).clone()),
                    None => (*t.pat).clone(),
                })
            }
            syn::FnArg::Receiver(_) => None,
        })
        .collect();
    let output = match &f.sig.output {
        output @ syn::ReturnType::Type(_, ty) if may_be_named(&**ty) => output,
        _ => &syn::ReturnType::Default,
    };
    let block = &f.block;
    let marker = Ident::new(MARKER, name.span());
    parse_quote!(let #name = #[#marker = #name] |#(#inputs),*| #output #block;)
}

/// `Fn(f64) -> f64` of `impl Fn(f64) -> f64`, or of a parameter with that bound.
fn function_bound<'f>(ty: &'f syn::Type, generics: &'f syn::Generics) -> Option<&'f syn::TraitBound> {
    let of_bounds = |bounds: &'f syn::punctuated::Punctuated<syn::TypeParamBound, syn::Token![+]>| {
        bounds.iter().find_map(|b| match b {
            syn::TypeParamBound::Trait(t) => {
                t.path.segments.last().is_some_and(|s| matches!(s.arguments, syn::PathArguments::Parenthesized(_))).then_some(t)
            }
            _ => None,
        })
    };
    match ty {
        syn::Type::Reference(r) => function_bound(&r.elem, generics),
        syn::Type::Paren(p) => function_bound(&p.elem, generics),
        syn::Type::ImplTrait(i) => of_bounds(&i.bounds),
        syn::Type::Path(p) => {
            let name = p.path.get_ident()?;
            let parameter = generics.type_params().find(|t| t.ident == *name)?;
            let further = generics.where_clause.iter().flat_map(|w| &w.predicates).find_map(|p| match p {
                syn::WherePredicate::Type(t) if matches!(&t.bounded_ty, syn::Type::Path(p) if p.path.is_ident(name)) => {
                    of_bounds(&t.bounds)
                }
                _ => None,
            });
            of_bounds(&parameter.bounds).or(further)
        }
        _ => None,
    }
}

/// Names bound anywhere, but in items.
struct Bound(HashSet<String>);

impl<'a> Visit<'a> for Bound {
    fn visit_item(&mut self, _: &'a Item) {}
    fn visit_pat(&mut self, p: &'a Pat) {
        self.0.extend(bound_names(p));
        visit::visit_pat(self, p);
    }
}

/// Single names used as values, and those bound.
struct Free {
    bound: HashSet<String>,
    used: HashSet<String>,
}

impl<'a> Visit<'a> for Free {
    fn visit_pat(&mut self, p: &'a Pat) {
        self.bound.extend(bound_names(p));
        visit::visit_pat(self, p);
    }
    fn visit_expr_path(&mut self, p: &'a syn::ExprPath) {
        self.used.extend(p.path.get_ident().map(ToString::to_string));
    }
    fn visit_macro(&mut self, m: &'a syn::Macro) {
        fn idents(tokens: proc_macro2::TokenStream, used: &mut HashSet<String>) {
            for t in tokens {
                match t {
                    proc_macro2::TokenTree::Ident(i) => {
                        used.insert(i.to_string());
                    }
                    proc_macro2::TokenTree::Group(g) => idents(g.stream(), used),
                    _ => {}
                }
            }
        }
        // The closures of `vec![..]` bind names like any others.
        let list = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
        match list.parse2(m.tokens.clone()) {
            Ok(items) => items.iter().for_each(|e| Visit::visit_expr(self, e)),
            Err(_) => idents(m.tokens.clone(), &mut self.used),
        }
    }
}

/// The function that a closure stands for.
pub(crate) fn function_of(c: &syn::ExprClosure) -> Option<Ident> {
    c.attrs.iter().find_map(|a| match &a.meta {
        syn::Meta::NameValue(m) if m.path.is_ident(MARKER) => match &m.value {
            Expr::Path(p) => p.path.get_ident().cloned(),
            _ => None,
        },
        _ => None,
    })
}

/// Takes the marker off a closure that is written out where it is called: rustc does not know it.
pub(crate) fn unmark(c: &mut syn::ExprClosure) {
    c.attrs.retain(|a| !a.path().is_ident(MARKER));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A closure in `vec![..]` may bind a name of the function around.
    #[test]
    fn names_bound_in_a_macro_are_not_free() {
        let mut followed: Block = parse_quote!({
            fn inner(z: f64, items: &[f64]) -> f64 {
                let sums = vec![items.iter().map(|list| *list * 2.0).sum::<f64>(), z];
                items[0] * sums[0] * sums[1]
            }
            inner(k, list) + k
        });
        functions_to_closures(&mut followed, ["list", "k"].map(String::from).into_iter());
        assert!(followed.to_token_stream().to_string().contains(MARKER));

        let mut left_alone: Block = parse_quote!({
            fn inner(z: f64) -> f64 {
                let sums = vec![z, list];
                sums[0] * sums[1]
            }
            inner(k)
        });
        functions_to_closures(&mut left_alone, ["list", "k"].map(String::from).into_iter());
        assert!(!left_alone.to_token_stream().to_string().contains(MARKER));
    }
}
