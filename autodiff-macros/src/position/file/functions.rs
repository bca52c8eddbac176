//! What the functions of a file take and give.
//!
//! What enters: a file. What leaves: the parts of [`Parsed`] about functions, methods and traits. Guarantee: of functions of one name that
//! differ, nothing is said.

use rustc_hash::FxHashSet as HashSet;

use quote::ToTokens;
use syn::visit::{self, Visit};

use super::Parsed;
use crate::desugar::shape::Shape;

/// Reads the functions of a file; gives its traits.
pub(super) fn read<'a>(file: &mut Parsed, parsed: &'a syn::File) -> Vec<&'a syn::ItemTrait> {
    let mut functions = Functions { file, owner: None, path: Vec::new(), traits: Vec::new() };
    functions.visit_file(parsed);
    functions.traits
}

struct Functions<'f, 'a> {
    file: &'f mut Parsed,
    /// The type of the `impl` around.
    owner: Option<String>,
    /// The modules and functions around.
    path: Vec<String>,
    traits: Vec<&'a syn::ItemTrait>,
}

impl Functions<'_, '_> {
    /// Notes types with `#[derive(Differentiable)]`.
    fn derived(&mut self, attrs: &[syn::Attribute], name: &syn::Ident) {
        let derive = |a: &syn::Attribute| match &a.meta {
            syn::Meta::List(l) => {
                let mut found = HashSet::default();
                words(l.tokens.clone(), &mut found);
                l.path.is_ident("derive") && found.contains("Differentiable")
            }
            _ => false,
        };
        if attrs.iter().any(derive) {
            self.file.derived.insert(name.to_string());
        }
    }
}

impl<'a> Visit<'a> for Functions<'_, 'a> {
    fn visit_item_impl(&mut self, b: &'a syn::ItemImpl) {
        let name = match &*b.self_ty {
            syn::Type::Path(p) if b.trait_.is_none() => p.path.segments.last().map(|s| s.ident.to_string()),
            _ => None,
        };
        if let (Some((_, of, _)), syn::Type::Path(p)) = (&b.trait_, &*b.self_ty) {
            let names = (of.segments.last(), p.path.segments.last());
            if let (Some(of), Some(own)) = names {
                self.file.implemented.push((of.ident.to_string(), own.ident.to_string()));
            }
        }
        let around = std::mem::replace(&mut self.owner, name);
        visit::visit_item_impl(self, b);
        self.owner = around;
    }
    fn visit_item_use(&mut self, u: &'a syn::ItemUse) {
        self.file.import(&u.tree, "");
    }
    fn visit_item_trait(&mut self, t: &'a syn::ItemTrait) {
        self.traits.push(t);
        visit::visit_item_trait(self, t);
    }
    fn visit_item_type(&mut self, t: &'a syn::ItemType) {
        let own = t.generics.params.is_empty().then(|| t.ty.to_token_stream().to_string());
        let known = self.file.aliases.entry(t.ident.to_string()).or_insert_with(|| own.clone());
        if *known != own {
            *known = None;
        }
    }
    fn visit_item_macro(&mut self, m: &'a syn::ItemMacro) {
        fn leaves(tokens: proc_macro2::TokenStream) -> bool {
            use proc_macro2::TokenTree as T;
            let tokens: Vec<T> = tokens.into_iter().collect();
            let at = |k: usize, back: usize| k.checked_sub(back).map(|k| &tokens[k]);
            tokens.iter().enumerate().any(|(k, t)| match t {
                T::Ident(i) => i == "return",
                // `$(..)?` and `$(..),?` are repetitions.
                T::Punct(p) if p.as_char() == '?' => match at(k, 1) {
                    Some(T::Group(_)) => !matches!(at(k, 2), Some(T::Punct(p)) if p.as_char() == '$'),
                    Some(T::Punct(_)) | None => false,
                    Some(_) => true,
                },
                T::Group(g) => leaves(g.stream()),
                T::Punct(_) | T::Literal(_) => false,
            })
        }
        // What a macro defines is not seen.
        self.file.globs |= m.ident.is_none();
        if let Some(name) = m.ident.as_ref().filter(|_| leaves(m.mac.tokens.clone())) {
            self.file.leaving.insert(name.to_string());
        }
    }
    fn visit_item_const(&mut self, c: &'a syn::ItemConst) {
        self.file.constants.insert(c.ident.to_string());
        visit::visit_item_const(self, c);
    }
    fn visit_item_static(&mut self, s: &'a syn::ItemStatic) {
        self.file.constants.insert(s.ident.to_string());
    }
    fn visit_variant(&mut self, v: &'a syn::Variant) {
        self.file.constants.insert(v.ident.to_string());
    }
    fn visit_item_struct(&mut self, s: &'a syn::ItemStruct) {
        self.file.constants.insert(s.ident.to_string());
        self.file.constructed.insert(s.ident.to_string());
        self.derived(&s.attrs, &s.ident);
        self.file.aliases.insert(s.ident.to_string(), None);
    }
    fn visit_item_enum(&mut self, e: &'a syn::ItemEnum) {
        self.derived(&e.attrs, &e.ident);
        self.file.aliases.insert(e.ident.to_string(), None);
        visit::visit_item_enum(self, e);
    }
    fn visit_block(&mut self, b: &'a syn::Block) {
        self.file.blocks(&self.path, b.stmts.iter().filter_map(|s| if let syn::Stmt::Item(i) = s { Some(i) } else { None }));
        visit::visit_block(self, b);
    }
    fn visit_signature(&mut self, s: &'a syn::Signature) {
        let by_mut = matches!(s.inputs.first(), Some(r @ syn::FnArg::Receiver(_)) if is_by_mut(r));
        let names = if by_mut { &mut self.file.mut_methods } else { &mut self.file.others };
        names.insert(s.ident.to_string());
        if s.receiver().is_some_and(|r| r.reference.is_none()) {
            self.file.by_value.insert(s.ident.to_string());
        }
        let lent: Vec<bool> = s.inputs.iter().map(is_by_mut).collect();
        let known = self.file.lent.entry(s.ident.to_string()).or_insert_with(|| Some(lent.clone()));
        if known.as_ref() != Some(&lent) {
            *known = None;
        }
        if let (Some(syn::FnArg::Receiver(_)), syn::ReturnType::Type(_, ty)) = (s.inputs.first(), &s.output) {
            words(ty.to_token_stream(), self.file.given.entry(s.ident.to_string()).or_default());
        }
        let optional = matches!(&s.output, syn::ReturnType::Type(_, ty) if is_option(ty));
        *self.file.options.entry(s.ident.to_string()).or_insert(true) &= optional;
        let named = |p: &syn::Path| p.segments.last().is_some_and(|s| self.file.results_by_name.contains(&s.ident.to_string()));
        let given = match &s.output {
            syn::ReturnType::Type(_, t) => Shape::of_type(t, &named),
            syn::ReturnType::Default => Shape::Other,
        };
        let known = self.file.results.entry(s.ident.to_string()).or_insert_with(|| given.clone());
        if *known != given {
            if *known == Shape::Result || given == Shape::Result {
                self.file.unlike.insert(s.ident.to_string());
            }
            *known = Shape::Other;
        }
        visit::visit_signature(self, s);
    }
    fn visit_item_fn(&mut self, f: &'a syn::ItemFn) {
        self.file.stands_for(f.sig.ident.to_string(), None);
        self.file.free.insert(f.sig.ident.to_string());
        self.inside(format!("fn {}", crate::names::bare(&f.sig.ident)), |functions| visit::visit_item_fn(functions, f));
    }
    fn visit_impl_item_fn(&mut self, f: &'a syn::ImplItemFn) {
        if let Some(owner) = &self.owner {
            let without = Some(f.sig.receiver().is_none());
            let known = self.file.without_receiver.entry(format!("{owner}::{}", f.sig.ident)).or_insert(without);
            if *known != without {
                *known = None;
            }
            let fields = filled(f);
            let known = self.file.constructors.entry(format!("{owner}::{}", f.sig.ident)).or_insert_with(|| fields.clone());
            if *known != fields {
                *known = None;
            }
        }
        self.inside(format!("fn {}", crate::names::bare(&f.sig.ident)), |functions| visit::visit_impl_item_fn(functions, f));
    }
    fn visit_trait_item_fn(&mut self, f: &'a syn::TraitItemFn) {
        self.inside(format!("fn {}", crate::names::bare(&f.sig.ident)), |functions| visit::visit_trait_item_fn(functions, f));
    }
    fn visit_item_mod(&mut self, m: &'a syn::ItemMod) {
        self.file.stands_for(m.ident.to_string(), None);
        self.inside(crate::names::bare(&m.ident), |functions| visit::visit_item_mod(functions, m));
    }
}

impl Functions<'_, '_> {
    fn inside(&mut self, name: String, visit: impl FnOnce(&mut Self)) {
        self.path.push(name);
        visit(self);
        self.path.pop();
    }
}

/// The identifiers of a type, but for lifetimes.
fn words(tokens: proc_macro2::TokenStream, into: &mut HashSet<String>) {
    let mut lifetime = false;
    for t in tokens {
        match &t {
            proc_macro2::TokenTree::Ident(i) if !lifetime => {
                into.insert(i.to_string());
            }
            proc_macro2::TokenTree::Group(g) => words(g.stream(), into),
            _ => {}
        }
        lifetime = matches!(&t, proc_macro2::TokenTree::Punct(p) if p.as_char() == '\'');
    }
}

fn is_by_mut(input: &syn::FnArg) -> bool {
    match input {
        syn::FnArg::Typed(t) => matches!(&*t.ty, syn::Type::Reference(r) if r.mutability.is_some()),
        syn::FnArg::Receiver(r) => r.reference.is_some() && r.mutability.is_some(),
    }
}

/// The fields of `fn new(x: f64, y: f64) -> Self { Self { x, y } }`, in the order of the parameters.
fn filled(f: &syn::ImplItemFn) -> Option<Vec<String>> {
    let params: Vec<&syn::Ident> = f
        .sig
        .inputs
        .iter()
        .map(|i| match i {
            syn::FnArg::Typed(t) => match &*t.pat {
                syn::Pat::Ident(i) => Some(&i.ident),
                _ => None,
            },
            syn::FnArg::Receiver(_) => None,
        })
        .collect::<Option<_>>()?;
    let [syn::Stmt::Expr(e, None)] = &f.block.stmts[..] else { return None };
    let fields: Vec<(String, &syn::Expr)> = match e {
        syn::Expr::Struct(s) if s.rest.is_none() => {
            s.fields.iter().map(|f| (quote::ToTokens::to_token_stream(&f.member).to_string(), &f.expr)).collect()
        }
        syn::Expr::Call(c) if matches!(&*c.func, syn::Expr::Path(p) if p.path.segments.last().is_some_and(|s| s.ident.to_string().starts_with(char::is_uppercase))) => {
            c.args.iter().enumerate().map(|(k, a)| (k.to_string(), a)).collect()
        }
        _ => return None,
    };
    if fields.len() != params.len() {
        return None;
    }
    params
        .iter()
        .map(|p| fields.iter().find(|(_, e)| matches!(e, syn::Expr::Path(q) if q.path.is_ident(*p))).map(|(name, _)| name.clone()))
        .collect()
}

/// Whether a type is written as an `Option`.
fn is_option(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Paren(p) => is_option(&p.elem),
        syn::Type::Group(g) => is_option(&g.elem),
        syn::Type::Path(p) => p.path.segments.last().is_some_and(|s| s.ident == "Option"),
        _ => false,
    }
}
