//! What the types and functions of a file are declared to be: fields, results.
//!
//! What enters: a file. What leaves: the types behind names, as text, since tokens do not outlive an expansion. Guarantees: a name has an
//! answer only if the file has one thing of that name and brings no other into any scope, so that it can mean nothing else. An answer
//! only makes generated code better: without one, rustc finds out.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use proc_macro2::Delimiter;
use quote::ToTokens;
use syn::visit::{self, Visit};

/// Named things of a file. Nothing where two have the name, or where the type says too little.
#[derive(Default)]
pub(super) struct Declared {
    types: HashMap<String, Option<Named>>,
    functions: HashMap<String, Option<Given>>,
    /// `Type::method`
    methods: HashMap<String, Option<Given>>,
    /// Functions of traits, and of their `impl`s: a method of the name may be one of them.
    of_traits: HashSet<String>,
    /// The parameters of types.
    parameters: HashMap<String, Vec<Parameter>>,
    /// Types with an `impl Differentiable` by hand.
    by_hand: HashSet<String>,
    /// Types with an `impl Deref` that has no rule, and those with an `impl Index`.
    dereferenced: HashSet<String>,
    indexed: HashSet<String>,
    /// Scopes whose names may come from elsewhere, all at once: `use other::*;`
    globs: Vec<usize>,
    /// The same of what may be an enum: `use Shape::*;`
    variants_of: Vec<(String, usize)>,
    variants: HashMap<String, Vec<syn::Ident>>,
    /// The scope of each name.
    scopes: HashMap<String, usize>,
    /// Free functions. Nothing where two have the name.
    sources: HashMap<String, Option<Written>>,
    /// Names of associated functions and methods.
    associated: HashSet<String>,
}

/// A free function as it is written.
struct Written {
    scope: usize,
    /// Its text, without attributes, where calls may be followed into it.
    text: Option<String>,
}

enum Named {
    /// The fields with their types, where these are all that the cotangent has, too, but for those that are skipped.
    Struct(Vec<Field>),
    /// No derive: the types that it is made of.
    Bare(Vec<String>),
    /// Only that there is one of the name.
    Only,
}

/// A parameter of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Parameter {
    Lifetime,
    /// A type or a constant, by name.
    Named(String),
}

/// A field of a struct.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub name: String,
    /// The text of its type.
    pub ty: String,
    pub skipped: bool,
}

/// What a function gives.
#[derive(Clone)]
struct Given {
    /// Nothing where it depends on the arguments' types.
    ty: Option<String>,
    /// What each parameter but the receiver takes, where that is the same for all arguments.
    takes: Vec<Option<String>>,
    /// It only counts or compares, and changes nothing.
    counts: bool,
}

impl Declared {
    pub fn read(file: &syn::File) -> Declared {
        let mut reader = Reader { found: Declared::default(), scope: 0, scopes: 0, owner: None, generic: false };
        reader.visit_file(file);
        for (name, scope) in std::mem::take(&mut reader.found.variants_of) {
            match reader.found.variants.get(&name).filter(|_| reader.found.has(&name)).cloned() {
                Some(variants) => variants.iter().for_each(|v| reader.taken(v)),
                None => reader.found.globs.push(scope),
            }
        }
        let mut found = reader.found;
        for (name, scope) in &found.scopes {
            if found.globs.iter().any(|g| g != scope) {
                found.types.remove(name);
                found.functions.remove(name);
                found.sources.remove(name);
            }
        }
        found
    }

    /// The fields of a struct.
    pub fn fields(&self, name: &str) -> Option<Vec<Field>> {
        match self.types.get(name)? {
            Some(Named::Struct(fields)) => Some(fields.clone()),
            _ => None,
        }
    }

    /// Whether a type is dereferenced to another one, without a rule for that.
    pub fn has_no_deref_rule(&self, name: &str) -> bool {
        self.dereferenced.contains(name) && !self.indexed.contains(name) && self.has(name)
    }

    /// The parameters of a type.
    pub fn parameters(&self, name: &str) -> Vec<Parameter> {
        self.parameters.get(name).filter(|_| self.has(name)).cloned().unwrap_or_default()
    }

    /// The type of what a function gives.
    pub fn result(&self, name: &str) -> Option<String> {
        self.functions.get(name)?.as_ref()?.ty.clone()
    }

    /// The types of the parameters of a function, each where it tells one.
    pub fn takes(&self, name: &str) -> Option<Vec<Option<String>>> {
        Some(self.functions.get(name)?.as_ref()?.takes.clone())
    }

    /// The same of a method or associated function, without the receiver.
    pub fn method_takes(&self, owner: &str, name: &str) -> Option<Vec<Option<String>>> {
        Some(self.given_by(owner, name).filter(|_| self.has(owner))?.takes.clone())
    }

    /// Whether a function only counts or compares, and changes nothing.
    pub fn counts(&self, name: &str) -> bool {
        matches!(self.functions.get(name), Some(Some(given)) if given.counts)
    }

    /// The same of a method or associated function.
    pub fn method_counts(&self, owner: &str, name: &str) -> bool {
        self.has(owner) && matches!(self.given_by(owner, name), Some(given) if given.counts)
    }

    /// Whether the file has one type of the name, and nothing else.
    pub fn has(&self, name: &str) -> bool {
        matches!(self.types.get(name), Some(Some(_)))
    }

    /// Whether a type is made of what has no derivative, and is not `Differentiable`.
    pub fn is_plain(&self, name: &str) -> bool {
        self.is_plain_to(name, 0)
    }

    fn is_plain_to(&self, name: &str, depth: usize) -> bool {
        let Some(Some(Named::Bare(parts))) = self.types.get(name) else { return false };
        // A type in itself is looked into some levels deep.
        let plain = |part: &String| match self.types.get(part) {
            None => matches!(part.as_str(), "Vec" | "Option" | "Box") || crate::signature::is_primitive_without_derivative(part),
            Some(_) => depth < 8 && self.is_plain_to(part, depth + 1),
        };
        !self.by_hand.contains(name) && parts.iter().all(plain)
    }

    /// The text of an annotated function that calls may be followed into, and whether a caller is known to stand in the same scope.
    pub fn callee(&self, name: &str, caller: &str) -> Option<(String, bool)> {
        let of = |name: &str| self.sources.get(name)?.as_ref();
        let written = of(name)?;
        // Where names of the language mean something else, nobody asks what.
        if crate::desugar::inline::EVERYWHERE.iter().any(|n| self.types.contains_key(*n) || self.functions.contains_key(*n)) {
            return None;
        }
        let beside = of(caller).is_some_and(|c| c.scope == written.scope) && !self.associated.contains(caller);
        Some((written.text.clone()?, beside))
    }

    /// Whether something associated has the name.
    pub fn is_associated(&self, name: &str) -> bool {
        self.associated.contains(name)
    }

    fn given_by(&self, owner: &str, name: &str) -> Option<&Given> {
        self.methods.get(&format!("{owner}::{name}")).filter(|_| !self.of_traits.contains(name))?.as_ref()
    }

    /// The type of what a method or associated function of a struct gives.
    pub fn method(&self, owner: &str, name: &str) -> Option<String> {
        self.fields(owner)?;
        self.given_by(owner, name)?.ty.clone()
    }
}

struct Reader {
    found: Declared,
    scope: usize,
    scopes: usize,
    /// The type of the `impl` around, by name; none for traits.
    owner: Option<String>,
    /// Whether that `impl` has parameters.
    generic: bool,
}

impl Reader {
    fn inside(&mut self, visit: impl FnOnce(&mut Self)) {
        self.scopes += 1;
        let scope = std::mem::replace(&mut self.scope, self.scopes);
        visit(self);
        self.scope = scope;
    }

    fn declare(&mut self, name: &syn::Ident, what: Option<Named>) {
        let name = name.to_string();
        self.found.scopes.insert(name.clone(), self.scope);
        let known = self.found.types.entry(name);
        known.and_modify(|k| *k = None).or_insert(what);
    }

    fn parameters(&mut self, name: &syn::Ident, generics: &syn::Generics) {
        let parameter = |p: &syn::GenericParam| match p {
            syn::GenericParam::Lifetime(_) => Parameter::Lifetime,
            syn::GenericParam::Type(t) => Parameter::Named(t.ident.to_string()),
            syn::GenericParam::Const(c) => Parameter::Named(c.ident.to_string()),
        };
        self.found.parameters.insert(name.to_string(), generics.params.iter().map(parameter).collect());
    }

    /// The name means something else, or something that is not known.
    fn taken(&mut self, name: &syn::Ident) {
        self.found.types.insert(name.to_string(), None);
        self.found.functions.insert(name.to_string(), None);
        self.found.sources.insert(name.to_string(), None);
    }

    fn imports(&mut self, tree: &syn::UseTree, local: bool) {
        match tree {
            syn::UseTree::Path(p) => {
                let first = p.ident == "super" || p.ident == "self";
                if local && !first && matches!(*p.tree, syn::UseTree::Glob(_)) {
                    self.found.variants_of.push((p.ident.to_string(), self.scope));
                    return;
                }
                self.imports(&p.tree, local && first);
            }
            syn::UseTree::Name(n) if !local => self.taken(&n.ident),
            syn::UseTree::Name(_) => {}
            syn::UseTree::Rename(r) => self.taken(&r.rename),
            syn::UseTree::Glob(_) if !local => self.found.globs.push(self.scope),
            syn::UseTree::Glob(_) => {}
            syn::UseTree::Group(g) => g.items.iter().for_each(|t| self.imports(t, local)),
        }
    }

    /// What a macro may define: whatever stands behind a word that defines, and, if nothing else is known of it, all names that are
    /// not in code.
    fn expands(&mut self, tokens: proc_macro2::TokenStream, all: bool) {
        let (mut defines, mut imports) = (false, false);
        for t in tokens {
            let mut word = false;
            match t {
                proc_macro2::TokenTree::Ident(name) => {
                    if all || defines || imports {
                        self.taken(&name);
                    }
                    imports |= name == "use";
                    word = ["struct", "enum", "union", "type", "trait", "fn"].iter().any(|w| name == w);
                }
                proc_macro2::TokenTree::Group(g) => self.expands(g.stream(), imports || all && g.delimiter() != Delimiter::Brace),
                proc_macro2::TokenTree::Punct(p) => imports &= p.as_char() != ';',
                proc_macro2::TokenTree::Literal(_) => {}
            }
            defines = word;
        }
    }

    /// What a function gives, and whether that is the same for all arguments.
    fn given(&self, sig: &syn::Signature, attrs: &[syn::Attribute]) -> Option<Given> {
        let syn::ReturnType::Type(_, ty) = &sig.output else { return None };
        if sig.asyncness.is_some() || attrs.iter().any(|a| a.path().is_ident("cfg")) {
            return None;
        }
        let plain = sig.generics.type_params().next().is_none() && sig.generics.const_params().next().is_none();
        let ty_of_all = (plain && !self.generic && is_owned(ty)).then(|| self.text(ty));
        let taken = |input: &syn::FnArg| match input {
            syn::FnArg::Receiver(_) => None,
            syn::FnArg::Typed(t) => Some((plain && !self.generic && is_taken(&t.ty)).then(|| self.text(&t.ty))),
        };
        let takes = sig.inputs.iter().filter_map(taken).collect();
        let reads = attrs.iter().all(is_known) && sig.generics.type_params().next().is_none() && sig.inputs.iter().all(only_reads);
        Some(Given { ty: ty_of_all, takes, counts: reads && crate::types::counts(ty) })
    }

    /// With the `impl`'s type instead of `Self`.
    fn text(&self, ty: &syn::Type) -> String {
        let text = ty.to_token_stream().to_string();
        match &self.owner {
            Some(owner) => text.split(' ').map(|word| if word == "Self" { owner } else { word }).collect::<Vec<_>>().join(" "),
            None => text,
        }
    }
}

/// Whether the type holds no reference and nothing that depends on where it is written.
fn is_owned(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Array(a) => is_owned(&a.elem),
        syn::Type::Tuple(t) => t.elems.iter().all(is_owned),
        syn::Type::Paren(p) => is_owned(&p.elem),
        syn::Type::Path(p) => {
            p.qself.is_none()
                && p.path.segments.iter().all(|s| match &s.arguments {
                    syn::PathArguments::None => true,
                    syn::PathArguments::AngleBracketed(a) => {
                        a.args.iter().all(|a| matches!(a, syn::GenericArgument::Type(t) if is_owned(t)))
                    }
                    syn::PathArguments::Parenthesized(_) => false,
                })
        }
        _ => false,
    }
}

/// The same of a parameter, which may be a reference to such a type.
fn is_taken(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Reference(r) => r.mutability.is_none() && is_owned(&r.elem),
        ty => is_owned(ty),
    }
}

/// Whether a parameter is a shared reference or a number: nothing can be changed through it, or taken away.
fn only_reads(input: &syn::FnArg) -> bool {
    fn is_number(ty: &syn::Type) -> bool {
        crate::types::counts(ty) || matches!(ty, syn::Type::Path(p) if p.path.is_ident("f64") || p.path.is_ident("f32"))
    }
    fn is_read(ty: &syn::Type) -> bool {
        match ty {
            syn::Type::Reference(r) => r.mutability.is_none() && is_read(&r.elem),
            syn::Type::Slice(s) => is_read(&s.elem),
            syn::Type::Array(a) => is_read(&a.elem),
            syn::Type::Tuple(t) => t.elems.iter().all(is_read),
            syn::Type::Paren(p) => is_read(&p.elem),
            ty => is_owned(ty) && !ty.to_token_stream().to_string().contains("Cell"),
        }
    }
    match input {
        syn::FnArg::Receiver(r) => r.reference.is_some() && r.mutability.is_none() && r.colon_token.is_none(),
        syn::FnArg::Typed(t) => is_number(&t.ty) || matches!(&*t.ty, syn::Type::Reference(_)) && is_read(&t.ty),
    }
}

/// Whether an attribute leaves an item what it seems to be.
fn is_known(a: &syn::Attribute) -> bool {
    ["doc", "derive", "allow", "expect", "must_use", "inline", "non_exhaustive"].iter().any(|n| a.path().is_ident(n))
}

fn are_harmless(attrs: &[syn::Attribute]) -> bool {
    attrs.iter().all(|a| is_known(a) || a.path().is_ident("repr") && !a.meta.to_token_stream().to_string().contains("packed"))
}

/// Whether the cotangent's fields are derived from the type's.
fn derives(attrs: &[syn::Attribute]) -> bool {
    attrs.iter().filter(|a| a.path().is_ident("derive")).any(|a| {
        let mut found = false;
        let _ = a.parse_nested_meta(|m| {
            found |= m.path.segments.last().is_some_and(|s| s.ident == "Differentiable");
            Ok(())
        });
        found
    })
}

/// What a type without the derive is made of, if it has no parameters.
fn bare<'f>(generics: &syn::Generics, attrs: &[syn::Attribute], fields: impl Iterator<Item = &'f syn::Field>) -> Option<Named> {
    struct Parts(Vec<String>);
    impl<'a> Visit<'a> for Parts {
        fn visit_type(&mut self, t: &'a syn::Type) {
            let part = match t {
                syn::Type::Path(p) => match (&p.qself, p.path.segments.len(), p.path.segments.last()) {
                    (None, 1, Some(s)) => s.ident.to_string(),
                    // Not looked into, as all else.
                    _ => "_".to_string(),
                },
                syn::Type::Array(_) | syn::Type::Slice(_) | syn::Type::Tuple(_) | syn::Type::Reference(_) | syn::Type::Paren(_) => {
                    return visit::visit_type(self, t);
                }
                _ => "_".to_string(),
            };
            self.0.push(part);
            visit::visit_type(self, t);
        }
        fn visit_expr(&mut self, _: &'a syn::Expr) {}
    }
    if !generics.params.is_empty() || !are_harmless(attrs) || derives(attrs) {
        return None;
    }
    let mut parts = Parts(Vec::new());
    for f in fields {
        if !f.attrs.iter().all(|a| a.path().is_ident("doc") || a.path().is_ident("allow")) {
            return None;
        }
        parts.visit_type(&f.ty);
    }
    Some(Named::Bare(parts.0))
}

/// The fields, if they are as written.
fn fields(s: &syn::ItemStruct) -> Option<Named> {
    if s.attrs.iter().any(|a| a.path().is_ident("cfg")) {
        return None;
    }
    let plain = are_harmless(&s.attrs) && derives(&s.attrs);
    let skips = |a: &syn::Attribute| {
        a.path().is_ident("differentiable") && a.meta.require_list().is_ok_and(|list| list.tokens.to_string() == "skip")
    };
    let written = s.fields.iter().all(|f| f.attrs.iter().all(|a| a.path().is_ident("doc") || skips(a)));
    if !plain || !written {
        return Some(bare(&s.generics, &s.attrs, s.fields.iter()).unwrap_or(Named::Only));
    }
    let field = |(k, f): (usize, &syn::Field)| Field {
        name: f.ident.as_ref().map_or_else(|| k.to_string(), ToString::to_string),
        ty: f.ty.to_token_stream().to_string(),
        skipped: f.attrs.iter().any(skips),
    };
    Some(Named::Struct(s.fields.iter().enumerate().map(field).collect()))
}

/// The text of a function that has the attribute, with no option but those that leave its derivative as it is, and no type parameters.
fn followable(f: &syn::ItemFn) -> Option<String> {
    let sig = &f.sig;
    let special = sig.asyncness.is_some() || sig.unsafety.is_some() || sig.abi.is_some() || sig.variadic.is_some();
    let plain =
        sig.generics.type_params().next().is_none() && sig.generics.const_params().next().is_none() && sig.generics.where_clause.is_none();
    let opaque = sig.to_token_stream().into_iter().any(|t| {
        matches!(&t, proc_macro2::TokenTree::Group(g) if g.stream().into_iter().any(|t| matches!(&t, proc_macro2::TokenTree::Ident(i) if i == "impl" || i == "dyn")))
    });
    let mut annotated = 0;
    for a in &f.attrs {
        if a.path().segments.last().is_some_and(|s| s.ident == "differentiate") {
            let harmless = match &a.meta {
                syn::Meta::Path(_) => true,
                syn::Meta::List(list) => list.tokens.clone().into_iter().all(|t| match t {
                    proc_macro2::TokenTree::Ident(i) => ["wrt", "hessian", "jacobian", "lanes"].iter().any(|o| i == o),
                    proc_macro2::TokenTree::Group(_) => true,
                    proc_macro2::TokenTree::Punct(p) => p.as_char() == ',',
                    proc_macro2::TokenTree::Literal(_) => false,
                }),
                syn::Meta::NameValue(_) => false,
            };
            annotated += if harmless { 1 } else { 2 };
        } else if !is_known(a) {
            return None;
        }
    }
    if special || !plain || opaque || annotated != 1 {
        return None;
    }
    let bare = syn::ItemFn { attrs: Vec::new(), ..f.clone() };
    Some(bare.to_token_stream().to_string())
}

impl<'a> Visit<'a> for Reader {
    fn visit_item_struct(&mut self, s: &'a syn::ItemStruct) {
        self.declare(&s.ident, fields(s));
        self.parameters(&s.ident, &s.generics);
        visit::visit_item_struct(self, s);
    }
    fn visit_item_enum(&mut self, e: &'a syn::ItemEnum) {
        let written = e.variants.iter().all(|v| v.attrs.iter().all(|a| a.path().is_ident("doc") || a.path().is_ident("default")));
        self.found.variants.insert(e.ident.to_string(), e.variants.iter().map(|v| v.ident.clone()).collect());
        let parts = bare(&e.generics, &e.attrs, e.variants.iter().flat_map(|v| &v.fields)).filter(|_| written);
        let only = (!e.attrs.iter().any(|a| a.path().is_ident("cfg"))).then_some(Named::Only);
        self.declare(&e.ident, parts.or(only));
        self.parameters(&e.ident, &e.generics);
        visit::visit_item_enum(self, e);
    }
    fn visit_item_union(&mut self, u: &'a syn::ItemUnion) {
        self.declare(&u.ident, None);
    }
    fn visit_item_trait(&mut self, t: &'a syn::ItemTrait) {
        self.declare(&t.ident, None);
        let owner = self.owner.take();
        visit::visit_item_trait(self, t);
        self.owner = owner;
    }
    fn visit_item_type(&mut self, t: &'a syn::ItemType) {
        self.declare(&t.ident, None);
    }
    fn visit_type_param(&mut self, p: &'a syn::TypeParam) {
        self.taken(&p.ident);
    }
    fn visit_item_macro(&mut self, m: &'a syn::ItemMacro) {
        self.expands(m.mac.tokens.clone(), m.ident.is_none());
    }
    fn visit_item_use(&mut self, u: &'a syn::ItemUse) {
        self.imports(&u.tree, true);
    }
    fn visit_item_mod(&mut self, m: &'a syn::ItemMod) {
        self.inside(|r| visit::visit_item_mod(r, m));
    }
    fn visit_block(&mut self, b: &'a syn::Block) {
        // A block's own names and imports.
        let items = b.stmts.iter().any(|s| matches!(s, syn::Stmt::Item(_)));
        if items {
            self.inside(|r| visit::visit_block(r, b));
        } else {
            visit::visit_block(self, b);
        }
    }
    fn visit_item_fn(&mut self, f: &'a syn::ItemFn) {
        let name = f.sig.ident.to_string();
        let owner = self.owner.take();
        let generic = std::mem::take(&mut self.generic);
        let given = self.given(&f.sig, &f.attrs);
        self.found.scopes.insert(name.clone(), self.scope);
        self.found.functions.entry(name.clone()).and_modify(|k| *k = None).or_insert(given);
        let written = Written { scope: self.scope, text: followable(f) };
        self.found.sources.entry(name).and_modify(|k| *k = None).or_insert(Some(written));
        visit::visit_item_fn(self, f);
        (self.owner, self.generic) = (owner, generic);
    }
    fn visit_trait_item_fn(&mut self, f: &'a syn::TraitItemFn) {
        self.found.associated.insert(f.sig.ident.to_string());
        self.found.of_traits.insert(f.sig.ident.to_string());
        visit::visit_trait_item_fn(self, f);
    }
    fn visit_item_impl(&mut self, b: &'a syn::ItemImpl) {
        let name = match &*b.self_ty {
            syn::Type::Path(p) if p.qself.is_none() && p.path.segments.len() == 1 => Some(p.path.segments[0].ident.to_string()),
            _ => None,
        };
        if let Some((_, of, _)) = &b.trait_ {
            let names = b.items.iter().filter_map(|i| if let syn::ImplItem::Fn(f) = i { Some(f.sig.ident.to_string()) } else { None });
            self.found.of_traits.extend(names);
            let is = |path: &syn::Path, name: &str| path.segments.last().is_some_and(|s| s.ident == name);
            if is(of, "Differentiable") {
                self.found.by_hand.extend(name.clone());
            }
            if is(of, "Index") {
                self.found.indexed.extend(name.clone());
            }
            if is(of, "Deref") && !b.attrs.iter().any(|a| is(a.path(), "differentiate")) {
                self.found.dereferenced.extend(name.clone());
            }
        }
        let generic = !matches!(&*b.self_ty, syn::Type::Path(p) if p.path.get_ident().is_some() && b.generics.params.is_empty());
        let around =
            (std::mem::replace(&mut self.owner, name.filter(|_| b.trait_.is_none())), std::mem::replace(&mut self.generic, generic));
        visit::visit_item_impl(self, b);
        (self.owner, self.generic) = around;
    }
    fn visit_impl_item_fn(&mut self, f: &'a syn::ImplItemFn) {
        self.found.associated.insert(f.sig.ident.to_string());
        if let Some(owner) = &self.owner {
            let given = self.given(&f.sig, &f.attrs);
            let known = self.found.methods.entry(format!("{owner}::{}", f.sig.ident));
            known.and_modify(|k| *k = None).or_insert(given);
        }
        visit::visit_impl_item_fn(self, f);
    }
}

#[cfg(test)]
mod tests {
    use super::Declared;

    fn read(text: &str) -> Declared {
        Declared::read(&syn::parse_str(text).unwrap())
    }

    fn fields(d: &Declared, name: &str) -> Option<String> {
        let field = |f: super::Field| format!("{}{}: {}", if f.skipped { "-" } else { "" }, f.name, f.ty);
        d.fields(name).map(|f| f.into_iter().map(field).collect::<Vec<_>>().join(", "))
    }

    #[test]
    fn fields_and_results_are_found() {
        let d = read(
            "use std::f64::consts::PI; #[derive(Clone, Differentiable)] struct Body { mass: f64, at: [f64; 3] }
             #[derive(autodiff_core::Differentiable)] pub struct Pair(f64, usize);
             fn norm(x: &[f64]) -> f64 { 0.0 } impl Body { fn moved(&self) -> Self { todo!() } fn new() -> Body { todo!() } }
             mod tests { use super::*; }",
        );
        assert_eq!(fields(&d, "Body").as_deref(), Some("mass: f64, at: [f64 ; 3]"));
        assert_eq!(fields(&d, "Pair").as_deref(), Some("0: f64, 1: usize"));
        let skipped = read("#[derive(Differentiable)] struct A { x: f64, #[differentiable(skip)] n: usize }");
        assert_eq!(fields(&skipped, "A").as_deref(), Some("x: f64, -n: usize"));
        let generic = read("#[derive(Differentiable)] struct A<'a, T, const N: usize> { x: [T; N], y: &'a [f64] }");
        assert_eq!(fields(&generic, "A").as_deref(), Some("x: [T ; N], y: & 'a [f64]"));
        assert_eq!(generic.parameters("A")[1..], ["T", "N"].map(|name| super::Parameter::Named(name.to_string())));
        assert_eq!(d.result("norm").as_deref(), Some("f64"));
        assert_eq!(d.method("Body", "moved").as_deref(), Some("Body"));
        assert_eq!(d.method("Body", "new").as_deref(), Some("Body"));
        let d = read("struct A; impl A { fn f(&self, x: [f64; 2], g: &[f64; 3], h: &[f64], i: impl Fn(f64)) -> f64 { 0.0 } } fn g<T>(x: T, y: [f64; 2]) -> T { x }");
        let texts = |takes: Option<Vec<Option<String>>>| {
            takes.map(|t| t.iter().map(|t| t.as_deref().unwrap_or("?").to_string()).collect::<Vec<_>>())
        };
        assert_eq!(texts(d.method_takes("A", "f")).unwrap(), ["[f64 ; 2]", "& [f64 ; 3]", "?", "?"]);
        assert_eq!(texts(d.takes("g")).unwrap(), ["?", "?"]);
    }

    #[test]
    fn what_may_be_something_else_is_not() {
        // Two of a name, whatever they are.
        let two = "#[derive(Differentiable)] struct A { x: f64 }";
        for other in [
            "mod m { struct A { x: f32 } }",
            "fn f() { enum A { B } }",
            "mod m { use other::A; }",
            "mod m { use crate::A; }",
            "use other::B as A;",
            "fn f<A>(a: A) {}",
            "impl<A> T for Vec<A> {}",
            "mod m { use other::*; }",
            "fn f() { use other::*; }",
            "mod m { type A = f32; }",
            "mod m { make!(A); }",
            "macro_rules! make { () => { struct A { x: f32 } } }",
            "macro_rules! make { () => { use other::A; } }",
        ] {
            assert!(fields(&read(&format!("{two} {other}")), "A").is_none(), "{other}");
        }
        assert!(fields(&read(&format!("{two} use other::*; mod m {{ use super::*; use super::A; }}")), "A").is_some());
        assert!(fields(&read(&format!("{two} fn f() {{ println!(\"{{}}\", g(&A {{ x: 1.0 }})); }}")), "A").is_some());
        // Fields that the cotangent does not have, or has otherwise.
        for one in [
            "struct A { x: f64 }",
            "#[derive(Differentiable)] struct A { #[other(skip)] x: f64 }",
            "#[derive(Differentiable)] #[differentiable(skip)] struct A { x: f64 }",
            "#[derive(Differentiable)] #[repr(packed)] struct A { x: f64 }",
            "#[cfg(a)] #[derive(Differentiable)] struct A { x: f64 }",
            "#[derive(Differentiable)] struct A { #[cfg(a)] x: f64 }",
        ] {
            assert!(fields(&read(one), "A").is_none(), "{one}");
        }
        assert!(read("fn f<T>(x: T) -> T { x }").result("f").is_none());
        assert!(read("fn f(x: &[f64]) -> &[f64] { x }").result("f").is_none());
        assert!(read("fn f() -> f64 { 0.0 } mod m { fn f() -> f32 { 0.0 } }").result("f").is_none());
        assert!(read("fn f() -> f64 { 0.0 } mod m { use other::f; }").result("f").is_none());
        assert!(read("fn f() -> impl Fn(f64) -> f64 { |x| x }").result("f").is_none());
        assert!(read("impl A { fn f() -> f64 { 0.0 } } ").method("A", "f").is_none());
    }

    #[test]
    fn types_without_floats_are_plain() {
        let right = "#[derive(Clone)] enum Right { Call, Put(u8) }";
        let plain = |text: &str, name: &str| read(&format!("{right} {text}")).is_plain(name);
        for more in [
            "",
            "fn f() { use Right::*; }",
            "mod tests { use super::*; }",
            "#[derive(Differentiable)] struct B { #[differentiable(skip)] r: Right, x: f64 }",
        ] {
            assert!(plain(more, "Right"), "{more}");
        }
        assert!(plain("struct S { days: Vec<u32>, right: Option<Right>, name: &'static str, at: [(usize, bool); 3] }", "S"));
        for more in [
            "enum Right { Call }",
            "use other::Right;",
            "fn f() { use other::*; }",
            "fn f() { use Unknown::*; }",
            "enum E { Right } fn f() { use E::*; }",
            "impl Differentiable for Right {}",
            "impl autodiff_core::Differentiable for Right {}",
            "fn f<Right>(r: Right) {}",
            "struct u8(f64);",
        ] {
            assert!(!plain(more, "Right"), "{more}");
        }
        for fields in [
            "{ x: f64 }",
            "{ x: Vec<f32> }",
            "{ x: Real }",
            "{ x: other::Right }",
            "{ x: Other }",
            "{ f: fn(usize) -> usize }",
            "{ x: Box<dyn Any> }",
            "{ x: HashMap<u8, u8> }",
            "{ #[differentiable(skip)] x: u8 }",
        ] {
            assert!(!plain(&format!("type Real = f64; struct Other(f64); struct S {fields}"), "S"), "{fields}");
        }
        assert!(!plain("#[derive(Differentiable)] struct S { n: u8 }", "S"));
        assert!(!plain("#[cfg(a)] struct S { n: u8 }", "S"));
        assert!(!plain("struct Vec<T>(T, f64); struct S(Vec<u8>);", "S"));
    }

    #[test]
    fn what_only_counts_is_found() {
        let d = |text: &str| read(&format!("struct G<T> {{ x: T }} {text}"));
        for counting in ["x: &[f64], tol: f64", "g: &G<f64>, k: usize", ""] {
            assert!(d(&format!("fn f({counting}) -> usize {{ 0 }}")).counts("f"), "{counting}");
            assert!(
                d(&format!("impl<T> G<T> {{ fn f(&self, {counting}) -> Option<usize> {{ None }} }}")).method_counts("G", "f"),
                "{counting}"
            );
        }
        // What may be changed, taken away, or be something else.
        for other in [
            "x: &mut [f64]",
            "x: &mut f64",
            "x: Vec<f64>",
            "x: impl Iterator<Item = f64>",
            "x: &dyn Fn(f64)",
            "x: View<'_>",
            "x: &Cell<f64>",
        ] {
            assert!(!d(&format!("fn f({other}) -> usize {{ 0 }}")).counts("f"), "{other}");
        }
        assert!(!d("fn f<T: Bump>(x: T) -> usize { 0 }").counts("f"));
        assert!(!d("fn f(x: &[f64]) -> f64 { 0.0 }").counts("f"));
        assert!(!d("fn f(x: &[f64]) -> u8 { 0 } mod m { fn f(x: &[f64]) -> f64 { 0.0 } }").counts("f"));
        assert!(!d("#[cfg(a)] fn f(x: &[f64]) -> usize { 0 }").counts("f"));
        for receiver in ["&mut self", "self", "mut self"] {
            assert!(!d(&format!("impl G<f64> {{ fn f({receiver}) -> usize {{ 0 }} }}")).method_counts("G", "f"), "{receiver}");
        }
        assert!(!d("impl G<f64> { fn f(&self) -> usize { 0 } } trait F { fn f(self) -> f64; }").method_counts("G", "f"));
        assert!(!d("impl G<f64> { fn f(&self) -> usize { 0 } } impl F for G<f64> { fn f(self) -> f64 { self.x } }").method_counts("G", "f"));
        assert!(!d("impl G<f64> { fn f(&self) -> usize { 0 } } impl G<f32> { fn f(&self) -> usize { 0 } }").method_counts("G", "f"));
    }
}
