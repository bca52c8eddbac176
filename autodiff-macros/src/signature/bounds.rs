//! The type parameters that siblings have, and their bounds.
//!
//! What enters: the parameters of the function and of the block around it. What leaves: the parameters of a sibling with the bounds that
//! generated code needs, and what a pullback's type captures. A function keeps its own bounds; only what is generated asks for more.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, ToTokens};
use syn::visit_mut::VisitMut;
use syn::{GenericParam, Generics, Type, WherePredicate};

use rustc_hash::FxHashSet as HashSet;

use super::{bounds_of, is_arithmetic, is_float_bound, is_function_bound, mentions, Signature};
use crate::position::Parameter;

/// What stands around a function.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) enum BlockKind {
    /// Nothing, or something that is not known.
    #[default]
    None,
    /// `impl Type`
    Inherent,
    /// `trait Name`
    Trait,
    /// `impl Trait for Type`
    TraitImpl,
}

/// The `impl` block or trait around a function.
#[derive(Clone, Default)]
pub(crate) struct Block {
    pub kind: BlockKind,
    pub generics: Generics,
    /// Whether `Self` is only `Differentiable` if numbers of its parameters are `Real`: then each sibling says so, not the trait.
    pub conditional: bool,
    /// Whether the crate has objects of a trait, which have no siblings.
    pub object: bool,
    /// The type of an `impl`.
    pub self_ty: Option<Type>,
    /// The same where only the function is annotated, as far as the file tells.
    pub named: crate::types::Named,
    /// Type parameters whose bounds the siblings have themselves; the others have theirs on the block.
    pub own: Vec<Ident>,
    /// Whether the siblings of a trait's function copy `self`, as they do before it is handed on to be changed.
    pub copies_self: bool,
}

impl Block {
    /// Type parameters that stand for floating point numbers.
    pub fn floats(&self) -> Vec<Ident> {
        floats_of(&self.generics)
    }

    /// The bounds that generated code needs of a type parameter: none of one that only marks the type.
    pub fn bound(&self, name: &Ident) -> Option<WherePredicate> {
        let marks = self.self_ty.as_ref().is_some_and(|own| crate::position::only_marks(own, name));
        if marks {
            return None;
        }
        bound(&self.generics, name)
    }

    /// Copies of values whose type depends on parameters that are not known to be copied, as derived `Clone`s ask for them.
    pub fn copied<'t>(&self, own: &Generics, by_value: impl Iterator<Item = &'t Type>) -> Vec<WherePredicate> {
        let all = || [&self.generics, own].into_iter().flat_map(|g| g.type_params().map(move |p| (g, p)));
        let mut copied = Vec::new();
        for ty in by_value {
            let seen = match (&self.self_ty, ty) {
                (Some(own), Type::Path(p)) if p.path.is_ident("Self") => own,
                _ => ty,
            };
            if all().any(|(g, p)| !is_copied(g, &p.ident) && mentions(seen, &p.ident.to_string())) {
                copied.push(syn::parse_quote!(#ty: ::core::clone::Clone));
            }
        }
        copied
    }
}

/// The types by whose names others are written down, without parameters; what is behind references is not looked at.
struct Names {
    parameters: Vec<Ident>,
    found: Vec<syn::TypePath>,
}

impl<'t> syn::visit::Visit<'t> for Names {
    fn visit_type(&mut self, t: &'t Type) {
        match t {
            Type::Path(p) if p.qself.is_none() => {
                let (first, last) = (p.path.segments.first().map(|s| &s.ident), p.path.segments.last().map(|s| &s.ident));
                let parameter = first.is_some_and(|name| self.parameters.contains(name));
                let associated = p.path.segments.len() > 1 && first.is_some_and(|name| name == "Self");
                let own = last.is_some_and(|name| super::is_primitive(name) || name == "String");
                let bare = p.path.segments.iter().all(|s| s.arguments.is_none());
                if bare && !parameter && !associated && !own {
                    self.found.push(p.clone());
                }
                syn::visit::visit_type(self, t);
            }
            Type::Array(_) | Type::Slice(_) | Type::Tuple(_) | Type::Paren(_) | Type::Group(_) => syn::visit::visit_type(self, t),
            _ => {}
        }
    }
}

/// Whether a type parameter is known to be copied, or stands for functions.
fn is_copied(g: &Generics, name: &Ident) -> bool {
    let clones = |b: &syn::TypeParamBound| matches!(b, syn::TypeParamBound::Trait(t) if t.path.segments.last().is_some_and(|s| s.ident == "Clone" || s.ident == "Copy"));
    let bounds = bounds_of(g, name);
    is_number(&bounds, name) || bounds.iter().any(|b| clones(b) || is_function_bound(b))
}

/// Whether types are made of another one; what is associated with that may be of any other.
fn mentions_itself<'t>(types: impl IntoIterator<Item = &'t Type>, name: &str) -> bool {
    struct Itself<'n>(&'n str, bool);
    impl<'t> syn::visit::Visit<'t> for Itself<'_> {
        fn visit_type_path(&mut self, p: &'t syn::TypePath) {
            self.1 |= p.qself.is_none() && p.path.segments.len() == 1 && p.path.segments[0].ident == self.0;
            syn::visit::visit_type_path(self, p);
        }
    }
    let mut itself = Itself(name, false);
    types.into_iter().for_each(|t| syn::visit::Visit::visit_type(&mut itself, t));
    itself.1
}

/// With a lifetime, so that rustc asks where it is called, not here.
fn self_is_copied() -> WherePredicate {
    let bound = quote!(for<'cloned> Self: ::core::clone::Clone);
    syn::parse_quote!(#bound)
}

/// Type parameters that are bounded by a trait of floating point numbers.
pub(crate) fn floats_of(generics: &Generics) -> Vec<Ident> {
    let is_float = |p: &&syn::TypeParam| is_number(&bounds_of(generics, &p.ident), &p.ident);
    generics.type_params().filter(is_float).map(|p| p.ident.clone()).collect()
}

fn is_number(bounds: &[&syn::TypeParamBound], name: &Ident) -> bool {
    bounds.iter().any(|b| is_float_bound(b) || is_arithmetic(b, &name.to_string()))
}

/// `T: Real` for numbers, `T: Differentiable` for other values, nothing for functions.
fn bound(generics: &Generics, name: &Ident) -> Option<WherePredicate> {
    let bounds = bounds_of(generics, name);
    if is_number(&bounds, name) {
        Some(syn::parse_quote!(#name: ::autodiff_core::Real))
    } else if bounds.iter().any(|b| is_function_bound(b)) {
        None
    } else {
        Some(syn::parse_quote!(#name: ::autodiff_core::Differentiable))
    }
}

/// The rules of the operators that a type parameter of values has: `T: Mul<f64, Output = T>` becomes `T: MulRule<f64, Output = T>`; of a
/// trait of the crate, those that it asks of its types.
fn operators_of(generics: &Generics, name: &Ident) -> Vec<WherePredicate> {
    fn add(bound: &syn::TypeParamBound, name: &Ident, depth: usize, rules: &mut Vec<WherePredicate>) {
        let syn::TypeParamBound::Trait(t) = bound else { return };
        let Some(last) = t.path.segments.last() else { return };
        if ["Add", "Sub", "Mul", "Div", "Rem", "Neg"].iter().any(|of| last.ident == of) {
            let (rule, mut arguments) = (format_ident!("{}Rule", last.ident), last.arguments.clone());
            Itself(name).visit_path_arguments_mut(&mut arguments);
            let rule: WherePredicate = syn::parse_quote!(#name: ::autodiff_core::#rule #arguments);
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        } else if depth < 4 {
            crate::position::supertraits(&last.ident).iter().for_each(|above| add(above, name, depth + 1, rules));
        }
    }
    let mut rules = Vec::new();
    bounds_of(generics, name).iter().for_each(|bound| add(bound, name, 0, &mut rules));
    rules
}

/// Writes a parameter in the place of `Self`.
struct Itself<'n>(&'n Ident);

impl VisitMut for Itself<'_> {
    fn visit_path_mut(&mut self, p: &mut syn::Path) {
        if let Some(first) = p.segments.first_mut().filter(|s| s.ident == "Self") {
            first.ident = self.0.clone();
        }
        syn::visit_mut::visit_path_mut(self, p);
    }
}

impl Signature {
    /// What siblings need that hand their arguments on several times: copies of values whose type depends on parameters, functions among
    /// them.
    pub fn several_times(&self) -> Vec<WherePredicate> {
        let taken = self.taken();
        let functions = taken.iter().filter(|ty| self.is_function(ty));
        let functions = functions.map(|ty| -> WherePredicate { syn::parse_quote!(#ty: ::core::clone::Clone) });
        let mut several: Vec<WherePredicate> = functions.chain(self.block.copied(&self.generics, taken.iter())).collect();
        let changed = self.params.iter().any(|p| p.receiver.is_some() && !p.by_ref());
        if self.block.kind == BlockKind::Trait && changed {
            several.push(self_is_copied());
        }
        several.extend(self.copied_by_name(&taken));
        several
    }

    /// The same of types with names, of which only rustc knows whether they are copied: who calls such a sibling is told.
    fn copied_by_name(&self, taken: &[Type]) -> Vec<WherePredicate> {
        let generics = [&self.generics, &self.block.generics];
        let mut names =
            Names { parameters: generics.iter().flat_map(|g| g.type_params().map(|p| p.ident.clone())).collect(), found: vec![] };
        if self.block.kind != BlockKind::Trait {
            taken.iter().for_each(|ty| syn::visit::Visit::visit_type(&mut names, ty));
        }
        let mut seen = HashSet::default();
        names.found.retain(|p| seen.insert(p.to_token_stream().to_string()));
        let copied = |p: &syn::TypePath| -> WherePredicate { syn::parse_quote!(for<'cloned> #p: ::core::clone::Clone) };
        names.found.iter().map(copied).collect()
    }

    /// Type parameters of the function's own that the type of a parameter mentions, and that are not known to be copied.
    pub fn uncopied_in<'s>(&'s self, param: &'s super::Param) -> impl Iterator<Item = &'s Ident> {
        let names = self.generics.type_params().map(|p| &p.ident);
        names.filter(|name| mentions_itself([&param.written], &name.to_string()) && !is_copied(&self.generics, name))
    }

    /// What is taken by value, and what `&mut` references lead to.
    fn taken(&self) -> Vec<Type> {
        let taken = |p: &'_ super::Param| match &p.written {
            Type::Reference(r) if p.by_mut() => Some((*r.elem).clone()),
            ty if !p.by_ref() && p.receiver.is_none() => Some(ty.clone()),
            _ => None,
        };
        self.params.iter().filter_map(taken).collect()
    }

    /// Whether a type is a parameter that stands for functions.
    fn is_function(&self, ty: &Type) -> bool {
        let Type::Path(p) = ty else { return false };
        let bounds = |g| p.path.get_ident().map(|name| bounds_of(g, name)).unwrap_or_default();
        [&self.generics, &self.block.generics].into_iter().flat_map(bounds).any(is_function_bound)
    }

    /// Whether it takes a function otherwise than by `&`.
    pub fn takes_functions(&self) -> bool {
        self.taken().iter().any(|ty| self.is_function(ty))
    }

    /// The generics of a sibling, with the bounds that generated code needs.
    pub fn sibling_generics(&self) -> Generics {
        let mut generics = self.generics.clone();
        let names: Vec<Ident> = generics.type_params().map(|p| p.ident.clone()).collect();
        let mut predicates: Vec<WherePredicate> = Vec::new();
        for name in &names {
            if self.floats.contains(name) {
                predicates.push(syn::parse_quote!(#name: ::autodiff_core::Real));
            } else if self.carries(&name.to_string()) {
                predicates.push(syn::parse_quote!(#name: ::autodiff_core::Differentiable));
                predicates.extend(operators_of(&self.generics, name));
            }
        }
        predicates.extend(self.copied.iter().map(|name| -> WherePredicate { syn::parse_quote!(#name: ::core::clone::Clone) }));
        // A type without a cotangent is only the place of functions.
        let place = self.this().lacks_derive();
        let own = self.block.own.iter().filter(|name| !place || self.floats.contains(name) || self.carries(&name.to_string()));
        predicates.extend(own.filter_map(|name| self.block.bound(name)));
        if self.block.conditional && self.needs_self() {
            predicates.push(syn::parse_quote!(Self: ::autodiff_core::Differentiable));
        }
        if self.block.copies_self {
            predicates.push(self_is_copied());
        }
        if self.block.kind == BlockKind::Trait && (self.owns_self() || self.block.copies_self || self.block.object) {
            predicates.push(syn::parse_quote!(Self: ::core::marker::Sized));
        }
        if self.block.kind == BlockKind::Inherent {
            let by_value = self.params.iter().filter(|p| !p.by_ref() && !p.by_mut() && (p.slot || p.receiver.is_some()));
            predicates.extend(self.block.copied(&self.generics, by_value.map(|p| &p.written)));
        }
        if !predicates.is_empty() {
            generics.make_where_clause().predicates.extend(predicates);
        }
        generics
    }

    /// Whether a slot or the result is made of a type; what is associated with it may be of any other.
    fn carries(&self, name: &str) -> bool {
        let slots = self.params.iter().filter(|p| p.slot).map(|p| &p.written);
        mentions_itself(slots.chain([&self.result]), name)
    }

    /// Whether a cotangent of `Self` is needed.
    pub fn needs_self(&self) -> bool {
        self.carries("Self")
    }

    /// Whether values of `Self` are handed over.
    fn owns_self(&self) -> bool {
        let by_value = |t: &Type| !matches!(t, Type::Reference(_)) && mentions(t, "Self");
        self.params.iter().map(|p| &p.written).chain([&self.result]).any(by_value)
    }

    /// `+ use<..>`: what the type of a pullback captures are types, but no lifetimes of references that are handed over. Pullbacks inside it
    /// that a trait with lifetimes gives capture these.
    ///
    /// Nothing where that is said by itself: in a trait, a type without a name captures every lifetime, elsewhere none, as in the edition of
    /// this crate.
    pub fn captures(&self) -> Option<TokenStream> {
        let of_trait = matches!(self.block.kind, BlockKind::Trait | BlockKind::TraitImpl);
        let lifetimes: Vec<_> = [&self.block.generics, &self.generics]
            .into_iter()
            .flat_map(|g| g.lifetimes().map(move |p| (g, &p.lifetime)))
            .filter(|(g, l)| of_trait && std::ptr::eq(*g, &self.block.generics) || self.bounds_mention(l))
            .map(|(_, l)| l.to_token_stream())
            .collect();
        if !of_trait && lifetimes.is_empty() {
            return None;
        }
        let this = (self.block.kind == BlockKind::Trait).then(|| quote!(Self));
        let named = self.block.generics.params.iter().chain(&self.generics.params).filter_map(|p| match p {
            GenericParam::Type(t) => Some(t.ident.to_token_stream()),
            GenericParam::Const(c) => Some(c.ident.to_token_stream()),
            GenericParam::Lifetime(_) => None,
        });
        let all = lifetimes.into_iter().chain(this).chain(named);
        Some(quote!(+ use<#(#all),*>))
    }

    /// Whether a trait that bounds a type parameter has the lifetime among its arguments.
    fn bounds_mention(&self, lifetime: &syn::Lifetime) -> bool {
        struct Mentions<'l>(&'l syn::Lifetime, bool);
        impl<'t> syn::visit::Visit<'t> for Mentions<'_> {
            fn visit_lifetime(&mut self, l: &'t syn::Lifetime) {
                self.1 |= l == self.0;
            }
        }
        let mut found = Mentions(lifetime, false);
        for g in [&self.block.generics, &self.generics] {
            for bound in g.type_params().flat_map(|p| bounds_of(g, &p.ident)) {
                if let syn::TypeParamBound::Trait(t) = bound {
                    syn::visit::Visit::visit_path(&mut found, &t.path);
                }
            }
        }
        found.1
    }
}

/// `x: &impl Model` becomes `x: &M` with a parameter `M: Model`: a pullback names the type again. Functions and iterators stay, unless `functions`
/// are named as well.
/// `x: View<'_>` becomes `x: View<'a>` with a parameter `'a`, since the result names the type again, and so does `x: View` of a type that
/// has a lifetime, as far as its file tells.
pub(super) fn with_named_parameters(sig: &syn::Signature, functions: bool) -> syn::Signature {
    struct Name(Vec<GenericParam>, Vec<GenericParam>, bool);
    impl VisitMut for Name {
        fn visit_generic_argument_mut(&mut self, a: &mut syn::GenericArgument) {
            if let syn::GenericArgument::Lifetime(l) = a {
                if l.ident == "_" {
                    let name = syn::Lifetime::new(&format!("'elided_{}", self.1.len()), Span::mixed_site());
                    self.1.push(syn::parse_quote!(#name));
                    *l = name;
                }
            }
            syn::visit_mut::visit_generic_argument_mut(self, a);
        }
        fn visit_type_path_mut(&mut self, p: &mut syn::TypePath) {
            if p.path.segments.len() == 1 && p.qself.is_none() {
                p.path.segments.iter_mut().for_each(with_hidden_lifetimes);
            }
            syn::visit_mut::visit_type_path_mut(self, p);
        }
        fn visit_type_mut(&mut self, t: &mut Type) {
            syn::visit_mut::visit_type_mut(self, t);
            let Type::ImplTrait(unnamed) = t else { return };
            if !self.2 && unnamed.bounds.iter().any(is_function_bound) {
                return;
            }
            let name = format_ident!("Impl{}", self.0.len(), span = Span::mixed_site());
            let bounds = &unnamed.bounds;
            self.0.push(syn::parse_quote!(#name: #bounds));
            *t = syn::parse_quote!(#name);
        }
    }
    let mut sig = sig.clone();
    let mut named = Name(Vec::new(), Vec::new(), functions);
    sig.inputs.iter_mut().for_each(|input| {
        if let syn::FnArg::Typed(t) = input {
            named.visit_type_mut(&mut t.ty);
        }
    });
    let (types, lifetimes) = (named.0, named.1);
    let own = std::mem::take(&mut sig.generics.params);
    sig.generics.params = lifetimes.into_iter().chain(own).chain(types).collect();
    sig
}

/// `View` as `View<'_>`.
fn with_hidden_lifetimes(segment: &mut syn::PathSegment) {
    let lifetimes = crate::position::parameters(&segment.ident).into_iter().filter(|p| matches!(p, Parameter::Lifetime));
    let hidden = lifetimes.map(|_| -> syn::GenericArgument { syn::parse_quote!('_) });
    match &mut segment.arguments {
        syn::PathArguments::None => {
            let hidden: Vec<_> = hidden.collect();
            if !hidden.is_empty() {
                segment.arguments = syn::PathArguments::AngleBracketed(syn::parse_quote!(<#(#hidden),*>));
            }
        }
        syn::PathArguments::AngleBracketed(a) if !a.args.iter().any(|a| matches!(a, syn::GenericArgument::Lifetime(_))) => {
            a.args = hidden.chain(std::mem::take(&mut a.args)).collect();
        }
        _ => {}
    }
}
