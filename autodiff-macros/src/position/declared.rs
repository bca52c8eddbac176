//! What the types and functions of a file are declared to be: fields, results.
//!
//! What enters: a file. What leaves: the types behind names, as text, since tokens do not outlive an expansion. Guarantees: a name has an
//! answer only if the file has one thing of that name and brings no other into any scope, so that it can mean nothing else. An answer
//! only makes generated code better: without one, rustc finds out.

use rustc_hash::FxHashMap as HashMap;

use proc_macro2::Delimiter;
use quote::ToTokens;
use syn::visit::{self, Visit};

/// Named things of a file. Nothing where two have the name, or where the type says too little.
#[derive(Default)]
pub(super) struct Declared {
    types: HashMap<String, Option<Named>>,
    functions: HashMap<String, Option<String>>,
    /// `Type::method`
    methods: HashMap<String, Option<String>>,
    /// Scopes whose names may come from elsewhere, all at once: `use other::*;`
    globs: Vec<usize>,
    /// The scope of each name.
    scopes: HashMap<String, usize>,
}

enum Named {
    /// The fields with their types, where these are all that the cotangent has, too.
    Struct(Vec<(String, String)>),
}

impl Declared {
    pub fn read(file: &syn::File) -> Declared {
        let mut reader = Reader { found: Declared::default(), scope: 0, scopes: 0, owner: None };
        reader.visit_file(file);
        let mut found = reader.found;
        for (name, scope) in &found.scopes {
            if found.globs.iter().any(|g| g != scope) {
                found.types.remove(name);
                found.functions.remove(name);
            }
        }
        found
    }

    /// The fields of a struct.
    pub fn fields(&self, name: &str) -> Option<Vec<(String, String)>> {
        match self.types.get(name)? {
            Some(Named::Struct(fields)) => Some(fields.clone()),
            _ => None,
        }
    }

    /// The type of what a function gives.
    pub fn result(&self, name: &str) -> Option<String> {
        self.functions.get(name)?.clone()
    }

    /// The type of what a method or associated function of a struct gives.
    pub fn method(&self, owner: &str, name: &str) -> Option<String> {
        self.fields(owner)?;
        self.methods.get(&format!("{owner}::{name}"))?.clone()
    }
}

struct Reader {
    found: Declared,
    scope: usize,
    scopes: usize,
    /// The type of the `impl` around, by name; none for those with parameters and for traits.
    owner: Option<String>,
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

    /// The name means something else, or something that is not known.
    fn taken(&mut self, name: &syn::Ident) {
        self.found.types.insert(name.to_string(), None);
        self.found.functions.insert(name.to_string(), None);
    }

    fn imports(&mut self, tree: &syn::UseTree, local: bool) {
        match tree {
            syn::UseTree::Path(p) => {
                let first = p.ident == "super" || p.ident == "self";
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

    /// What a function gives, if that is the same for all arguments.
    fn given(&self, sig: &syn::Signature) -> Option<String> {
        let syn::ReturnType::Type(_, ty) = &sig.output else { return None };
        let plain = sig.generics.type_params().next().is_none() && sig.generics.const_params().next().is_none();
        (plain && sig.asyncness.is_none() && is_owned(ty)).then(|| self.text(ty))
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

/// Whether attributes leave an item what it seems to be.
fn are_harmless(attrs: &[syn::Attribute]) -> bool {
    attrs.iter().all(|a| {
        let path = a.path();
        let known = ["doc", "derive", "allow", "expect", "must_use", "inline", "non_exhaustive"].iter().any(|n| path.is_ident(n));
        let layout = path.is_ident("repr") && !a.meta.to_token_stream().to_string().contains("packed");
        known || layout
    })
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

/// The fields, if they are as written.
fn fields(s: &syn::ItemStruct) -> Option<Named> {
    let plain = s.generics.params.is_empty() && are_harmless(&s.attrs) && derives(&s.attrs);
    let written = s.fields.iter().all(|f| f.attrs.iter().all(|a| a.path().is_ident("doc")));
    if !plain || !written {
        return None;
    }
    let name = |k: usize, f: &syn::Field| f.ident.as_ref().map_or_else(|| k.to_string(), ToString::to_string);
    let text = |f: &syn::Field| f.ty.to_token_stream().to_string();
    Some(Named::Struct(s.fields.iter().enumerate().map(|(k, f)| (name(k, f), text(f))).collect()))
}

impl<'a> Visit<'a> for Reader {
    fn visit_item_struct(&mut self, s: &'a syn::ItemStruct) {
        self.declare(&s.ident, fields(s));
        visit::visit_item_struct(self, s);
    }
    fn visit_item_enum(&mut self, e: &'a syn::ItemEnum) {
        self.declare(&e.ident, None);
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
        let given = if f.attrs.iter().any(|a| a.path().is_ident("cfg")) { None } else { self.given(&f.sig) };
        self.found.scopes.insert(name.clone(), self.scope);
        self.found.functions.entry(name).and_modify(|k| *k = None).or_insert(given);
        visit::visit_item_fn(self, f);
        self.owner = owner;
    }
    fn visit_item_impl(&mut self, b: &'a syn::ItemImpl) {
        let name = match &*b.self_ty {
            syn::Type::Path(p) if b.trait_.is_none() && b.generics.params.is_empty() => p.path.get_ident().map(ToString::to_string),
            _ => None,
        };
        let around = std::mem::replace(&mut self.owner, name);
        visit::visit_item_impl(self, b);
        self.owner = around;
    }
    fn visit_impl_item_fn(&mut self, f: &'a syn::ImplItemFn) {
        if let Some(owner) = &self.owner {
            let given = self.given(&f.sig);
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
        d.fields(name).map(|f| f.into_iter().map(|(n, t)| format!("{n}: {t}")).collect::<Vec<_>>().join(", "))
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
        assert_eq!(d.result("norm").as_deref(), Some("f64"));
        assert_eq!(d.method("Body", "moved").as_deref(), Some("Body"));
        assert_eq!(d.method("Body", "new").as_deref(), Some("Body"));
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
            "#[derive(Differentiable)] struct A<T> { x: T }",
            "#[derive(Differentiable)] struct A { #[differentiable(skip)] x: f64 }",
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
}
