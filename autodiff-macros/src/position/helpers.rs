//! Functions without the attribute that take functions or iterators, or give iterators or references: nothing but a call tells what
//! they do, so they are followed where they are called.
//!
//! What enters: a file. What leaves: the text of such a function, for callers of the same module. Guarantee: a name has an answer only if
//! the file has one function of that name, and imports no other.

use rustc_hash::FxHashMap as HashMap;

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};

/// The helpers of a file, and where its functions stand.
#[derive(Default)]
pub(super) struct Helpers {
    /// The text of each; nothing where two things have the name.
    texts: HashMap<String, Option<String>>,
    /// The module of the functions of each name; nothing where they stand in several.
    homes: HashMap<String, Option<usize>>,
    /// Methods, as functions whose receiver is called `this`; nothing where two have the name.
    methods: HashMap<String, Option<String>>,
}

impl Helpers {
    pub fn read(file: &syn::File) -> Helpers {
        let mut reader = Reader { found: Helpers::default(), module: 0, modules: 0, in_block: false };
        reader.visit_file(file);
        reader.found
    }

    /// The text of a helper that a function of the same module calls.
    pub fn text(&self, caller: &str, name: &str) -> Option<String> {
        let home = self.homes.get(name).copied().flatten()?;
        if self.homes.get(caller).copied().flatten()? != home {
            return None;
        }
        self.texts.get(name)?.clone()
    }
}

impl Helpers {
    /// The text of a helper, wherever in the file it stands.
    pub fn of_the_file(&self, name: &str) -> Option<String> {
        self.texts.get(name)?.clone()
    }

    /// The text of a method as a function.
    pub fn method(&self, name: &str) -> Option<String> {
        self.methods.get(name)?.clone()
    }
}

struct Reader {
    found: Helpers,
    module: usize,
    modules: usize,
    /// Inside a function, whose names are its own.
    in_block: bool,
}

impl Reader {
    fn stands(&mut self, name: &syn::Ident) {
        let module = if self.in_block { None } else { Some(self.module) };
        self.found.homes.entry(name.to_string()).and_modify(|known| *known = known.filter(|k| Some(*k) == module)).or_insert(module);
    }

    fn taken(&mut self, name: &syn::Ident) {
        self.found.texts.insert(name.to_string(), None);
    }

    fn imports(&mut self, tree: &syn::UseTree) {
        match tree {
            syn::UseTree::Path(p) => self.imports(&p.tree),
            syn::UseTree::Name(n) => self.taken(&n.ident),
            syn::UseTree::Rename(r) => self.taken(&r.rename),
            syn::UseTree::Group(g) => g.items.iter().for_each(|t| self.imports(t)),
            syn::UseTree::Glob(_) => {}
        }
    }
}

impl<'a> Visit<'a> for Reader {
    fn visit_item_mod(&mut self, m: &'a syn::ItemMod) {
        self.modules += 1;
        let around = (std::mem::replace(&mut self.module, self.modules), std::mem::take(&mut self.in_block));
        visit::visit_item_mod(self, m);
        (self.module, self.in_block) = around;
    }
    fn visit_item_use(&mut self, u: &'a syn::ItemUse) {
        self.imports(&u.tree);
    }
    fn visit_item_macro(&mut self, m: &'a syn::ItemMacro) {
        // What it defines may have any name that is written in it.
        fn words(found: &mut Helpers, tokens: proc_macro2::TokenStream) {
            for t in tokens {
                match t {
                    proc_macro2::TokenTree::Ident(i) => _ = found.texts.insert(i.to_string(), None),
                    proc_macro2::TokenTree::Group(g) => words(found, g.stream()),
                    _ => {}
                }
            }
        }
        words(&mut self.found, m.mac.tokens.clone());
    }
    fn visit_item_fn(&mut self, f: &'a syn::ItemFn) {
        let name = f.sig.ident.to_string();
        let text = (!self.in_block && is_helper(f)).then(|| {
            let mut f = f.clone();
            f.attrs.clear();
            f.to_token_stream().to_string()
        });
        self.found.texts.entry(name).and_modify(|k| *k = None).or_insert(text);
        self.stands(&f.sig.ident);
        let around = std::mem::replace(&mut self.in_block, true);
        visit::visit_item_fn(self, f);
        self.in_block = around;
    }
    fn visit_item_impl(&mut self, b: &'a syn::ItemImpl) {
        let annotated = b.attrs.iter().any(|a| a.path().segments.last().is_some_and(|s| s.ident == "differentiate"));
        for item in &b.items {
            if let syn::ImplItem::Fn(f) = item {
                let text = as_function(b, f).filter(|f| !annotated && b.trait_.is_none() && is_helper(f));
                let text = text.map(|f| f.to_token_stream().to_string());
                self.found.methods.entry(f.sig.ident.to_string()).and_modify(|k| *k = None).or_insert(text);
            }
        }
        visit::visit_item_impl(self, b);
    }
    fn visit_impl_item_fn(&mut self, f: &'a syn::ImplItemFn) {
        self.stands(&f.sig.ident);
        let around = std::mem::replace(&mut self.in_block, true);
        visit::visit_impl_item_fn(self, f);
        self.in_block = around;
    }
    fn visit_trait_item_fn(&mut self, f: &'a syn::TraitItemFn) {
        self.stands(&f.sig.ident);
        let around = std::mem::replace(&mut self.in_block, true);
        visit::visit_trait_item_fn(self, f);
        self.in_block = around;
    }
}

/// A method that takes `&self` as a function of `this`.
fn as_function(block: &syn::ItemImpl, f: &syn::ImplItemFn) -> Option<syn::ItemFn> {
    struct Renamed<'a>(&'a syn::Type, bool);
    impl VisitMut for Renamed<'_> {
        fn visit_ident_mut(&mut self, i: &mut syn::Ident) {
            self.1 |= i == "this";
            if i == "self" {
                *i = syn::Ident::new("this", i.span());
            }
        }
        fn visit_type_mut(&mut self, t: &mut syn::Type) {
            match t {
                syn::Type::Path(p) if p.path.is_ident("Self") => *t = self.0.clone(),
                t => visit_mut::visit_type_mut(self, t),
            }
        }
        fn visit_path_mut(&mut self, p: &mut syn::Path) {
            // `Self::N` of a type with parameters is one path no more.
            self.1 |= p.segments.first().is_some_and(|s| s.ident == "Self");
            visit_mut::visit_path_mut(self, p);
        }
        fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
            let names = ["self", "Self", "this"].map(String::from).into_iter().collect();
            self.1 |= crate::varied::mentions(m.tokens.clone(), &names);
        }
    }
    let receiver = f.sig.receiver().filter(|r| r.reference.is_some() && r.mutability.is_none() && r.colon_token.is_none())?;
    receiver.reference.as_ref().filter(|(_, lifetime)| lifetime.is_none())?;
    let ty = &block.self_ty;
    let mut function = syn::ItemFn { attrs: f.attrs.clone(), vis: f.vis.clone(), sig: f.sig.clone(), block: Box::new(f.block.clone()) };
    let mut renamed = Renamed(ty, false);
    renamed.visit_block_mut(&mut function.block);
    renamed.visit_return_type_mut(&mut function.sig.output);
    function.sig.inputs.iter_mut().skip(1).for_each(|i| renamed.visit_fn_arg_mut(i));
    *function.sig.inputs.first_mut()? = syn::parse_quote!(this: &#ty);
    let around = block.generics.params.iter().filter(|p| !matches!(p, syn::GenericParam::Lifetime(_))).cloned();
    function.sig.generics.params.extend(around);
    (!renamed.1 && !ty.to_token_stream().to_string().contains('\'')).then_some(function)
}

/// Whether siblings of the function could not stand beside it.
fn is_helper(f: &syn::ItemFn) -> bool {
    let known = |a: &syn::Attribute| ["doc", "inline", "allow", "expect", "must_use", "track_caller"].iter().any(|n| a.path().is_ident(n));
    if !f.attrs.iter().all(known) || f.sig.asyncness.is_some() || f.sig.unsafety.is_some() || f.sig.constness.is_some() {
        return false;
    }
    let takes = f.sig.inputs.iter().any(|input| matches!(input, syn::FnArg::Typed(t) if Unnamed::is_in(&t.ty.to_token_stream())));
    let gives = matches!(&f.sig.output, syn::ReturnType::Type(_, t) if Unnamed::is_in(&t.to_token_stream()) || is_lent(t));
    takes || gives || Unnamed::is_in(&f.sig.generics.to_token_stream()) || Unnamed::is_in(&f.sig.generics.where_clause.to_token_stream())
}

/// Functions and iterators, whose types have no names.
struct Unnamed;

impl Unnamed {
    fn is_in(tokens: &proc_macro2::TokenStream) -> bool {
        tokens.clone().into_iter().any(|t| match t {
            proc_macro2::TokenTree::Ident(i) => {
                ["Fn", "FnMut", "FnOnce", "Iterator", "IntoIterator", "ExactSizeIterator", "DoubleEndedIterator"].iter().any(|n| i == n)
            }
            proc_macro2::TokenTree::Group(g) => Unnamed::is_in(&g.stream()),
            _ => false,
        })
    }
}

/// A reference, or an `Option` of one.
fn is_lent(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Reference(r) => r.mutability.is_none(),
        syn::Type::Tuple(t) => t.elems.iter().any(is_lent),
        syn::Type::Path(p) => p.path.segments.last().is_some_and(|s| {
            s.ident == "Option"
                && matches!(&s.arguments, syn::PathArguments::AngleBracketed(a)
                    if a.args.iter().any(|a| matches!(a, syn::GenericArgument::Type(t) if is_lent(t))))
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Helpers;

    #[test]
    fn helpers_of_the_same_module_are_found() {
        let read = |text: &str| Helpers::read(&syn::parse_str(text).unwrap());
        let sum = "fn sum(xs: impl Iterator<Item = f64>) -> f64 { xs.sum() }";
        let known = |more: &str| read(&format!("{sum} fn f(x: f64) -> f64 {{ x }} {more}")).text("f", "sum").is_some();
        assert!(known("") && known("mod m { use super::*; }"));
        for more in [
            "mod m { fn sum() {} }",
            "mod m { fn f() {} }",
            "use other::sum;",
            "use other::{a, b as sum};",
            "make!(sum);",
            "fn g() { fn sum() {} }",
            "fn g() { fn f() {} }",
        ] {
            assert!(!known(more), "{more}");
        }
        let gives = |f: &str| read(&format!("{f} fn f(x: f64) -> f64 {{ x }}")).text("f", "g").is_some();
        for helper in [
            "fn g<F: Fn(f64) -> f64>(f: F) -> f64 { f(1.0) }",
            "fn g<F>(f: F) -> f64 where F: Fn(f64) -> f64 { f(1.0) }",
            "fn g(f: &dyn Fn(f64) -> f64) -> f64 { f(1.0) }",
            "fn g(v: &[f64]) -> impl Iterator<Item = f64> + '_ { v.iter().copied() }",
            "fn g(v: &[f64]) -> &f64 { &v[0] }",
            "#[inline] fn g(v: &[f64]) -> Option<&f64> { v.first() }",
        ] {
            assert!(gives(helper), "{helper}");
        }
        for other in [
            "fn g(v: &[f64]) -> f64 { v[0] }",
            "#[differentiate] fn g(f: impl Fn(f64) -> f64) -> f64 { f(1.0) }",
            "fn g(v: &mut [f64]) -> &mut f64 { &mut v[0] }",
        ] {
            assert!(!gives(other), "{other}");
        }
    }
}
