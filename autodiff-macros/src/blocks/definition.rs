//! `trait Name`: the trait is given the hidden siblings of its functions, and provides the others.
//!
//! Every type that implements it has to be `Differentiable`, which becomes a supertrait, so that a function that is generic over the trait
//! needs no other bound. Where the trait is generic over a number type, a type is differentiable only for some numbers; then the hidden
//! functions have that bound, not the trait.
//!
//! A constant without a value, [`MARKER`], is in every annotated trait: an `impl` without the attribute lacks it. Otherwise such an `impl`
//! could define a function anew and keep the derivative of the one that the trait provides.

use proc_macro2::{Ident, Span};
use quote::quote;
use syn::visit::Visit;

use super::Function;
use crate::diagnostics::Errors;
use crate::emit::siblings::Siblings;
use crate::reverse::Adjoint;
use crate::signature::{is_float_bound, Block, BlockKind, Signature};

/// What rustc reports as missing in an `impl`, or as not a member of a trait, if one of them lacks the attribute.
pub(super) const MARKER: &str = "NEEDS_DIFFERENTIATE_ON_TRAIT_AND_IMPL";

/// Adds to the trait what makes its functions differentiable.
pub(super) fn expand(definition: &mut syn::ItemTrait, order: usize, errors: &mut Errors) {
    let own: Vec<Ident> = definition.generics.type_params().map(|p| p.ident.clone()).collect();
    let object = crate::position::has_objects(&definition.ident);
    let conditional = object || !own.is_empty();
    let around = Block { kind: BlockKind::Trait, generics: definition.generics.clone(), conditional, object, own, ..Block::default() };
    let mut generated = quote!();
    let mut named = Associated(Vec::new());
    let mut needs_self = false;
    for item in &mut definition.items {
        let syn::TraitItem::Fn(f) = item else { continue };
        let inherited = syn::Visibility::Inherited;
        let Some(mut function) = Function::take(&mut f.attrs, &inherited, &f.sig, f.default.as_ref(), errors) else { continue };
        function.options.order = function.options.order.max(order);
        let Some(full) = function.signature(&around, errors) else {
            // An `impl` has nothing to add to it.
            if let Some(signature) = function.constant(&around) {
                generated.extend(function.constant_siblings(&signature));
                needs_self |= signature.needs_self();
            }
            continue;
        };
        let hidden = function.siblings(&full, &full, errors);
        generated.extend(hidden.tokens);
        let mut own = Errors::default();
        let mut visible = Signature::read_in(&around, &f.sig, &function.options, &mut own);
        visible.block.copies_self = hidden.copies_self;
        match own.finish(()) {
            Ok(()) => generated.extend(provided(&function, &visible)),
            Err(e) => errors.push(e),
        }
        needs_self |= full.needs_self();
        full.params.iter().filter(|p| p.slot).for_each(|p| named.visit_type(&p.written));
        named.visit_type(&full.result);
    }
    if needs_self && !conditional {
        definition.supertraits.push(syn::parse_quote!(::autodiff_core::Differentiable));
        definition.colon_token.get_or_insert_with(Default::default);
    }
    for item in &mut definition.items {
        let syn::TraitItem::Type(t) = item else { continue };
        if named.0.contains(&t.ident) {
            let float = t.bounds.iter().any(is_float_bound);
            t.bounds.push(if float {
                syn::parse_quote!(::autodiff_core::Real)
            } else {
                syn::parse_quote!(::autodiff_core::Differentiable)
            });
            t.colon_token.get_or_insert_with(Default::default);
        }
    }
    let marker = Ident::new(MARKER, Span::call_site());
    let marker = quote! {
        /// Every `impl` needs `#[differentiate]`, as the trait has it.
        #[doc(hidden)]
        #[allow(non_snake_case, dead_code)]
        fn #marker() where Self: ::core::marker::Sized;
    };
    definition.items.insert(0, syn::TraitItem::Verbatim(marker));
    definition.items.push(syn::TraitItem::Verbatim(generated));
}

fn provided(function: &Function, visible: &Signature) -> proc_macro2::TokenStream {
    let empty = Adjoint::empty(visible.result_ty.clone());
    let siblings = Siblings {
        item: &function.item,
        signature: visible,
        overwrites: &[],
        adjoint: &empty,
        full: &empty,
        pushforward: None,
        lanes: None,
        width: None,
        hessian: function.options.hessian(),
        jacobian: function.options.jacobian,
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
    };
    siblings.provided()
}

/// Associated types that values are made of: `Self::Name`.
struct Associated(Vec<Ident>);

impl<'t> Visit<'t> for Associated {
    fn visit_path(&mut self, p: &'t syn::Path) {
        if let (Some(first), Some(second)) = (p.segments.first(), p.segments.get(1)) {
            if first.ident == "Self" {
                self.0.push(second.ident.clone());
            }
        }
        syn::visit::visit_path(self, p);
    }
}
