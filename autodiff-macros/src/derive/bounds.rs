//! The parameters and bounds of the generated types and impls.
//!
//! Bounds follow the parameters, not the fields: a field `Foo<T>` asks for `T: Differentiable`. Bounds on the fields'
//! own types would not resolve for types that contain each other.

use proc_macro2::{TokenStream, TokenTree};
use quote::{quote, ToTokens};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{GenericParam, Generics, Ident, Lifetime, Type, TypeParamBound};

use super::input::Model;

/// Fills in the leaves and the parameters of the cotangent type.
pub(super) fn complete(model: &mut Model) {
    let params: Vec<Ident> = model.generics.type_params().map(|p| p.ident.clone()).collect();
    let names: Vec<String> = params.iter().map(ToString::to_string).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut others = Vec::new();
    model.kept().for_each(|(_, ty)| ty.others(&mut others));
    let mut found = Leaves { params: &params, leaves: Vec::new() };
    for ty in &others {
        found.visit_type(ty);
    }
    let leaves = found.leaves;
    let bare = |ty: &Type| matches!(ty, Type::Path(p) if p.path.get_ident().is_some_and(|i| params.contains(i)));
    let needed = others.iter().any(|ty| !bare(ty) && mentions(&names, |v| v.visit_type(ty)));

    let types: Vec<TokenStream> = model.kept().map(|(_, ty)| ty.cotangent(&quote!(()))).collect();
    let types: Type = syn::parse_quote!((#(#types,)*));
    let generics = if needed { model.generics.clone() } else { without_bounds(&model.generics) };
    model.cotangent_generics = restrict(&generics, |name| mentions(&[name], |v| v.visit_type(&types)));
    model.keeps_bounds = needed && is_bounded(&model.generics);
    model.leaves = leaves;
}

/// The parameters of the cotangent type's definition.
pub(super) fn of_definition(model: &Model) -> Generics {
    differentiable(&model.cotangent_generics, model)
}

/// The parameters of an impl for the type itself.
pub(super) fn of_type(model: &Model) -> Generics {
    let generics = differentiable(&model.generics, model);
    if model.keeps_bounds {
        return on_leaves(&generics, model, |_| quote!(::autodiff_core::Cotangent + ::core::clone::Clone));
    }
    // of a `T: Differentiable<Cotangent = T>`, rustc does not know that cotangents can be cloned
    if is_bounded(&model.generics) {
        return on_leaves(&generics, model, |_| quote!(::core::clone::Clone));
    }
    generics
}

/// The parameters of an impl for the cotangent type.
///
/// A bound of the user's may fix what `T::Cotangent` is: with `T: Real` it is `T`, of which rustc does not know that it is a
/// cotangent. So bounds that the fields' types do not need are left out, and where they are needed the cotangents are
/// bounded too.
pub(super) fn of_cotangent(model: &Model) -> Generics {
    let generics = of_definition(model);
    if model.keeps_bounds {
        return on_leaves(&generics, model, |_| quote!(::autodiff_core::Cotangent + ::core::clone::Clone));
    }
    generics
}

fn differentiable(generics: &Generics, model: &Model) -> Generics {
    with(generics, model.leaves.iter().map(|leaf| quote!(#leaf: ::autodiff_core::Differentiable)))
}

fn on_leaves(generics: &Generics, model: &Model, bound: impl Fn(&TokenStream) -> TokenStream) -> Generics {
    let bounds = model.leaves.iter().map(|leaf| {
        let cotangent = quote!(<#leaf as ::autodiff_core::Differentiable>::Cotangent);
        let bound = bound(&cotangent);
        quote!(#cotangent: #bound)
    });
    with(generics, bounds)
}

fn is_bounded(generics: &Generics) -> bool {
    generics.where_clause.is_some() || generics.type_params().any(|p| !p.bounds.is_empty())
}

/// The parameters with no bounds but `?Sized`.
fn without_bounds(generics: &Generics) -> Generics {
    let relaxes =
        |bound: &TypeParamBound| matches!(bound, TypeParamBound::Trait(t) if matches!(t.modifier, syn::TraitBoundModifier::Maybe(_)));
    let mut generics = generics.clone();
    for param in generics.type_params_mut() {
        param.bounds = param.bounds.iter().filter(|b| relaxes(b)).cloned().collect();
    }
    let predicates = generics.where_clause.take().into_iter().flat_map(|w| w.predicates);
    let kept = predicates.filter_map(|predicate| match predicate {
        syn::WherePredicate::Type(mut p) => {
            p.bounds = p.bounds.iter().filter(|b| relaxes(b)).cloned().collect();
            (!p.bounds.is_empty()).then(|| p.to_token_stream())
        }
        _ => None,
    });
    with(&generics, kept)
}

/// The same, with a bound on the cotangent of every leaf.
pub(super) fn on_cotangents(model: &Model, bound: impl Fn(&TokenStream) -> TokenStream) -> Generics {
    on_leaves(&of_cotangent(model), model, bound)
}

/// The parameters with the bounds under which the cotangent has a default.
///
/// Whether `FooCotangent: Default` is known to rustc only. Such a bound without parameters is an error where it does
/// not hold, unless it is written with `for<..>`: then the impl just does not apply.
pub(super) fn on_defaults(model: &Model) -> Generics {
    let mut others = Vec::new();
    model.kept().for_each(|(_, ty)| ty.needed_for_default(&mut others));
    let mut seen: Vec<&Type> = Vec::new();
    for ty in others {
        if !seen.contains(&ty) {
            seen.push(ty);
        }
    }
    let bounds = seen.into_iter().map(|ty| {
        let generic = model.generics.params.iter().any(|p| mentions(&[&name(p)], |v| v.visit_type(ty)));
        let binder = if generic { TokenStream::new() } else { quote!(for<'__trivial>) };
        quote!(#binder <#ty as ::autodiff_core::Differentiable>::Cotangent: ::core::default::Default)
    });
    with(&of_cotangent(model), bounds)
}

fn with(generics: &Generics, predicates: impl Iterator<Item = TokenStream>) -> Generics {
    let mut generics = generics.clone();
    let mut predicates = predicates.peekable();
    if predicates.peek().is_some() {
        generics.make_where_clause().predicates.extend(predicates.map(|p| -> syn::WherePredicate { syn::parse_quote!(#p) }));
    }
    generics
}

/// The parameters for which `keep` holds, with the bounds that speak of no other.
fn restrict(generics: &Generics, keep: impl Fn(&str) -> bool) -> Generics {
    let dropped: Vec<String> = generics.params.iter().map(name).filter(|name| !keep(name)).collect();
    let dropped: Vec<&str> = dropped.iter().map(String::as_str).collect();
    let known = |bound: &TypeParamBound| !mentions(&dropped, |v| v.visit_type_param_bound(bound));
    let mut kept: Vec<GenericParam> = generics.params.iter().filter(|p| !dropped.contains(&name(p).as_str())).cloned().collect();
    let mut default_lost = false;
    for param in kept.iter_mut().rev() {
        match param {
            GenericParam::Lifetime(p) => {
                p.attrs.clear();
                p.bounds = p.bounds.iter().filter(|b| !dropped.contains(&b.to_string().as_str())).cloned().collect();
                p.colon_token = None;
            }
            GenericParam::Type(p) => {
                p.attrs.clear();
                p.bounds = p.bounds.iter().filter(|b| known(b)).cloned().collect::<Punctuated<_, _>>();
                p.colon_token = None;
                // a parameter with a default cannot stand before one without
                default_lost |= p.default.as_ref().is_some_and(|ty| mentions(&dropped, |v| v.visit_type(ty)));
                if default_lost {
                    (p.eq_token, p.default) = (None, None);
                }
            }
            GenericParam::Const(p) => {
                p.attrs.clear();
                default_lost |= p.default.as_ref().is_some_and(|e| mentions(&dropped, |v| v.visit_expr(e)));
                if default_lost {
                    (p.eq_token, p.default) = (None, None);
                }
            }
        }
    }
    let restricted = Generics { params: kept.into_iter().collect(), ..Generics::default() };
    let predicates: Vec<_> = generics.where_clause.iter().flat_map(|w| &w.predicates).collect();
    let predicates = predicates.into_iter().filter(|p| !mentions(&dropped, |v| v.visit_where_predicate(p)));
    with(&restricted, predicates.map(ToTokens::to_token_stream))
}

/// The name of a parameter; `'a` for a lifetime.
fn name(param: &GenericParam) -> String {
    match param {
        GenericParam::Lifetime(p) => p.lifetime.to_string(),
        GenericParam::Type(p) => p.ident.to_string(),
        GenericParam::Const(p) => p.ident.to_string(),
    }
}

/// Whether what `walk` visits speaks of one of the parameters.
fn mentions(params: &[&str], walk: impl FnOnce(&mut Mentions<'_>)) -> bool {
    let mut visitor = Mentions { params, found: false };
    walk(&mut visitor);
    visitor.found
}

struct Mentions<'a> {
    params: &'a [&'a str],
    found: bool,
}

impl Mentions<'_> {
    fn tokens(&mut self, tokens: TokenStream) {
        let mut quote = "";
        for token in tokens {
            match token {
                TokenTree::Group(g) => self.tokens(g.stream()),
                TokenTree::Ident(i) => self.found |= self.params.contains(&format!("{quote}{i}").as_str()),
                TokenTree::Punct(p) if p.as_char() == '\'' => {
                    quote = "'";
                    continue;
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            quote = "";
        }
    }
}

impl<'ast> Visit<'ast> for Mentions<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let first = path.segments.first().filter(|_| path.leading_colon.is_none());
        self.found |= first.is_some_and(|s| self.params.iter().any(|p| s.ident == p));
        visit::visit_path(self, path);
    }

    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        self.found |= self.params.contains(&lifetime.to_string().as_str());
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        self.tokens(mac.tokens.clone());
    }
}

/// Collects the types that depend on a type parameter alone: `T`, `T::Item`, `<T as Trait>::Out`.
struct Leaves<'a> {
    params: &'a [Ident],
    leaves: Vec<Type>,
}

impl Leaves<'_> {
    fn add(&mut self, ty: &syn::TypePath) {
        let ty = Type::Path(ty.clone());
        if !self.leaves.contains(&ty) {
            self.leaves.push(ty);
        }
    }
}

impl<'ast> Visit<'ast> for Leaves<'_> {
    fn visit_type_path(&mut self, ty: &'ast syn::TypePath) {
        let params: Vec<String> = self.params.iter().map(ToString::to_string).collect();
        let params: Vec<&str> = params.iter().map(String::as_str).collect();
        match &ty.qself {
            Some(qself) if mentions(&params, |v| v.visit_type(&qself.ty)) => self.add(ty),
            None if ty.path.leading_colon.is_none() && self.params.contains(&ty.path.segments[0].ident) => self.add(ty),
            _ if ty.path.segments.last().is_some_and(|s| s.ident == "PhantomData") => {}
            _ => visit::visit_type_path(self, ty),
        }
    }

    fn visit_type_macro(&mut self, ty: &'ast syn::TypeMacro) {
        let params: Vec<String> = self.params.iter().map(ToString::to_string).collect();
        for (param, ident) in params.iter().zip(self.params) {
            if mentions(&[param], |v| v.visit_macro(&ty.mac)) {
                self.add(&syn::parse_quote!(#ident));
            }
        }
    }
}
