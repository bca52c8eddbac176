//! `impl Trait for Type`: the hidden siblings of each function, inside the block.
//!
//! The siblings cannot have bounds that the trait's do not have. Numbers that are arguments of the trait have theirs there; the bounds of
//! all other parameters go to the block.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned, ToTokens};
use syn::visit_mut::VisitMut;

use super::Function;
use crate::diagnostics::Errors;
use crate::signature::{Block, BlockKind};

/// Adds to the block what the annotated trait asks for; gives what stands beside it.
pub(super) fn expand(block: &mut syn::ItemImpl, path: &syn::Path, order: usize, errors: &mut Errors) -> TokenStream {
    if let Some(name) = of_std(path) {
        if has_no_numbers(block) {
            // As `Default`: constants.
            return TokenStream::new();
        }
        let message = format!(
            "`{name}` is a trait of the standard library, whose functions have no room for siblings; write an inherent method, and call that"
        );
        errors.push(syn::Error::new_spanned(path, message));
        return TokenStream::new();
    }
    let alone = path.segments.first().filter(|_| path.segments.len() == 1 && path.leading_colon.is_none());
    if let Some(name) = alone.map(|s| &s.ident).filter(|name| crate::position::is_unannotated_trait(name)) {
        let message = format!("the trait `{name}` has no derivatives; put `#[differentiate]` above it, too, and above its other `impl`s");
        errors.push(syn::Error::new_spanned(path, message));
        // Callers have nothing to add.
        return super::inherent::stubs(block);
    }
    name_lifetimes(block);
    let around = Block {
        kind: BlockKind::TraitImpl,
        generics: block.generics.clone(),
        conditional: false,
        self_ty: Some((*block.self_ty).clone()),
        own: covered(block, path),
        ..Block::default()
    };
    let mut generated = quote!();
    let references = reference_arguments(block);
    for reference in &references {
        let message = "the trait knows this reference as a value, which a pullback would have to keep; write the type without `&`, and `&` in the trait's functions";
        errors.push(syn::Error::new_spanned(reference, message));
    }
    for item in &mut block.items {
        let syn::ImplItem::Fn(f) = item else { continue };
        let inherited = syn::Visibility::Inherited;
        let Some(mut function) = Function::take(&mut f.attrs, &inherited, &f.sig, Some(&f.block), errors) else { continue };
        as_values(&mut function.item.sig, &references);
        function.options.order = function.options.order.max(order);
        let Some(full) = function.signature(&around, errors) else { continue };
        generated.extend(function.siblings(&full, &full, errors).tokens);
    }
    if !generated.is_empty() {
        let others = around.generics.type_params().filter(|p| !around.own.contains(&p.ident));
        let bounds: Vec<_> = others.filter_map(|p| around.bound(&p.ident)).collect();
        if !bounds.is_empty() {
            block.generics.make_where_clause().predicates.extend(bounds);
        }
    }
    let last = path.segments.last().map_or_else(proc_macro2::Span::call_site, |s| s.ident.span());
    let marker = Ident::new(super::definition::MARKER, last);
    let marker = quote_spanned!(last=> fn #marker() {});
    block.items.push(syn::ImplItem::Verbatim(quote!(#marker #generated)));
    TokenStream::new()
}

/// References that stand for parameters of the trait, as in `impl Next<&Bar> for Ema`.
fn reference_arguments(block: &syn::ItemImpl) -> Vec<syn::Type> {
    let arguments = block.trait_.as_ref().and_then(|(_, path, _)| path.segments.last()).map(|s| &s.arguments);
    let Some(syn::PathArguments::AngleBracketed(arguments)) = arguments else { return Vec::new() };
    let reference = |a: &syn::GenericArgument| match a {
        syn::GenericArgument::Type(t @ syn::Type::Reference(_)) => Some(t.clone()),
        _ => None,
    };
    arguments.args.iter().filter_map(reference).collect()
}

/// The trait knows such parameters as values, and so do the siblings that every `impl` has.
fn as_values(sig: &mut syn::Signature, references: &[syn::Type]) {
    struct Unnamed;
    impl VisitMut for Unnamed {
        fn visit_type_reference_mut(&mut self, r: &mut syn::TypeReference) {
            r.lifetime = None;
            syn::visit_mut::visit_type_reference_mut(self, r);
        }
    }
    let unnamed = |t: &syn::Type| {
        let mut t = t.clone();
        Unnamed.visit_type_mut(&mut t);
        t
    };
    for input in &mut sig.inputs {
        let syn::FnArg::Typed(t) = input else { continue };
        if let Some(reference) = references.iter().find(|r| unnamed(r) == unnamed(&t.ty)) {
            *t.ty = syn::parse_quote!(::autodiff_core::rt::Same<#reference>);
        }
    }
}

/// `impl Model for &M` becomes `impl<'a> Model for &'a M`: a pullback's type names what it captures.
fn name_lifetimes(block: &mut syn::ItemImpl) {
    let mut named = NameLifetimes::default();
    named.visit_type_mut(&mut block.self_ty);
    if let Some((_, path, _)) = &mut block.trait_ {
        named.visit_path_mut(path);
    }
    named.declare(&mut block.generics);
}

/// Gives names to lifetimes that have none.
#[derive(Default)]
pub(super) struct NameLifetimes(Vec<syn::Lifetime>);

impl NameLifetimes {
    fn next(&mut self) -> syn::Lifetime {
        let name = syn::Lifetime::new(&format!("'elided{}", self.0.len()), Span::mixed_site());
        self.0.push(name.clone());
        name
    }

    pub(super) fn declare(self, generics: &mut syn::Generics) {
        let lifetimes = self.0.into_iter().map(|l| syn::GenericParam::Lifetime(syn::LifetimeParam::new(l)));
        generics.params = lifetimes.chain(std::mem::take(&mut generics.params)).collect();
        if !generics.params.is_empty() {
            generics.lt_token.get_or_insert_with(Default::default);
            generics.gt_token.get_or_insert_with(Default::default);
        }
    }
}

impl VisitMut for NameLifetimes {
    fn visit_type_reference_mut(&mut self, r: &mut syn::TypeReference) {
        if r.lifetime.is_none() {
            r.lifetime = Some(self.next());
        }
        syn::visit_mut::visit_type_reference_mut(self, r);
    }

    fn visit_lifetime_mut(&mut self, l: &mut syn::Lifetime) {
        if l.ident == "_" {
            *l = self.next();
        }
    }

    // `Fn(&T)` has lifetimes of its own.
    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut syn::ParenthesizedGenericArguments) {}

    fn visit_type_bare_fn_mut(&mut self, _: &mut syn::TypeBareFn) {}
}

/// Numbers that the trait has as an argument or as an associated type.
fn covered(block: &syn::ItemImpl, path: &syn::Path) -> Vec<Ident> {
    let around = Block { generics: block.generics.clone(), ..Block::default() };
    let arguments = match path.segments.last().map(|s| &s.arguments) {
        Some(syn::PathArguments::AngleBracketed(a)) => a.args.iter().filter(|a| !matches!(a, syn::GenericArgument::Lifetime(_))).collect(),
        _ => Vec::new(),
    };
    // What the trait takes of any type has no bound there.
    let any = crate::position::Home::of(path).map(|home| home.any_types()).unwrap_or_default();
    let mentions = |tokens: TokenStream, name: &Ident| crate::varied::mentions(tokens, &std::iter::once(name.to_string()).collect());
    let bounded = |name: &Ident| {
        let with_bound = arguments.iter().enumerate().filter(|(k, _)| !any.contains(k));
        with_bound.into_iter().any(|(_, a)| mentions(a.to_token_stream(), name))
    };
    let given = |name: &Ident| {
        block.items.iter().any(|i| match i {
            syn::ImplItem::Type(t) => matches!(&t.ty, syn::Type::Path(p) if p.path.is_ident(name)),
            _ => false,
        })
    };
    around.floats().into_iter().filter(|name| bounded(name) || given(name)).collect()
}

/// Whether no function of a block takes what may have a derivative.
fn has_no_numbers(block: &syn::ItemImpl) -> bool {
    block.items.iter().all(|i| match i {
        syn::ImplItem::Fn(f) => f.sig.inputs.iter().all(|i| matches!(i, syn::FnArg::Typed(t) if crate::varied::is_plain_type(&t.ty))),
        _ => true,
    })
}

/// The name of a trait of the standard library that a type of numbers is likely to implement.
pub(crate) fn of_std(path: &syn::Path) -> Option<String> {
    const NAMES: &[&str] = &[
        "AsMut",
        "AsRef",
        "BitAnd",
        "BitOr",
        "BitXor",
        "Borrow",
        "Clone",
        "Debug",
        "Default",
        "Deref",
        "DerefMut",
        "Display",
        "Drop",
        "Eq",
        "Extend",
        "Fn",
        "FnMut",
        "FnOnce",
        "FromIterator",
        "FromStr",
        "Hash",
        "Into",
        "IntoIterator",
        "Iterator",
        "Not",
        "Ord",
        "PartialEq",
        "PartialOrd",
        "TryFrom",
    ];
    let last = path.segments.last()?.ident.to_string();
    let std = path.segments.first().is_some_and(|s| s.ident == "std" || s.ident == "core" || s.ident == "alloc");
    (path.segments.len() == 1 || std).then_some(last).filter(|n| NAMES.contains(&n.as_str()))
}
